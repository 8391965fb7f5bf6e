"""What a macro does to a ticket besides its text."""

from sqlmodel import Session

from supportcli.desk.gestures import Gesture
from supportcli.desk.tickets import filling_in, handing
from supportcli.domain.canned.responses import NOBODY, Macro
from supportcli.domain.people import Agent
from supportcli.domain.tickets.ticket import TicketState, after_assigning
from supportcli.errors.canned import MacroAssigneeGone
from supportcli.storage.tickets import people


def carry_out(gesture: Gesture, number: int, macro: Macro) -> None:
    """Within a verb: make a macro's changes, except the status, each with an event of its own.

    MacroAssigneeGone; NotFound for a team or a field that there is not any more, FieldValueInvalid
    for a value that the field does not take any more."""
    state = gesture.state(number)
    gesture.change(
        state,
        "tagged",
        {"tags": tuple(sorted((set(state.tags) | set(macro.add)) - set(macro.remove)))},
    )
    if macro.priority is not None:
        gesture.change(gesture.state(number), "prioritised", {"priority": macro.priority})
    if macro.fields:
        wanted = filling_in.kept(gesture.tx, dict(macro.fields))
        gesture.change(gesture.state(number), "filled", wanted)
    if macro.assignee is not None or macro.team is not None:
        state = gesture.state(number)
        gesture.change(state, "assigned", _given(gesture, state, macro))


def _given(gesture: Gesture, state: TicketState, macro: Macro) -> dict[str, object]:
    """Who has a ticket then, as `handing.hand_to` gives it."""
    given: dict[str, object] = {}
    if macro.team is not None:
        team = handing.team_or_none(gesture.tx, macro.team)
        given |= handing.handed(state, team, handing.members(gesture.tx, team))
    if macro.assignee is not None:
        agent = _agent(gesture.tx, macro.assignee, gesture.agent)
        given |= after_assigning(state.status, agent.id if agent else None)
    return given


def _agent(tx: Session, who: str, me: Agent) -> Agent | None:
    """Who gets a ticket; MacroAssigneeGone if that agent has left."""
    if who in {"me", NOBODY}:
        return me if who == "me" else None
    agent = people.agent_by_address(tx, who)
    if agent is None or not agent.active:
        raise MacroAssigneeGone(who)
    return agent
