"""What a macro does to a ticket besides its text."""

from sqlmodel import Session

from supportcli.desk.gestures import Gesture
from supportcli.domain.canned.responses import Macro
from supportcli.domain.people import Agent
from supportcli.domain.tickets.ticket import after_assigning
from supportcli.errors.canned import MacroAssigneeGone
from supportcli.storage.tickets import people


def carry_out(gesture: Gesture, number: int, macro: Macro) -> None:
    """Within a verb: make a macro's changes, except the status, each with an event of its own."""
    state = gesture.state(number)
    gesture.change(
        state,
        "tagged",
        {"tags": tuple(sorted((set(state.tags) | set(macro.add)) - set(macro.remove)))},
    )
    if macro.priority is not None:
        gesture.change(gesture.state(number), "prioritised", {"priority": macro.priority})
    if macro.assignee is not None:
        state, agent = gesture.state(number), _agent(gesture.tx, macro.assignee, gesture.agent)
        given = after_assigning(state.status, agent.id if agent else None)
        gesture.change(state, "assigned", given)


def _agent(tx: Session, who: str, me: Agent) -> Agent | None:
    """Who gets a ticket; MacroAssigneeGone if that agent has left."""
    if who in {"me", "none"}:
        return me if who == "me" else None
    agent = people.agent_by_address(tx, who)
    if agent is None or not agent.active:
        raise MacroAssigneeGone(who)
    return agent
