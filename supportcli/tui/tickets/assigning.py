"""Whom a ticket can be given to, agents and teams, and what it looks like then. Pure."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from supportcli.domain.mail import Address
from supportcli.domain.people import Agent
from supportcli.domain.teams import AgentTeam
from supportcli.domain.tickets.ticket import TicketLine, after_assigning, after_handing
from supportcli.terminal import clean
from supportcli.tui.widgets.picker import Choice

if TYPE_CHECKING:
    from collections.abc import Callable

    from supportcli.desk.gestures import Done
    from supportcli.desk.tickets.inbox import TicketChoices
    from supportcli.tui.client.desk_client import DeskClient

_NOBODY = "nobody"
_NO_TEAM = "no team"


@dataclass(frozen=True, slots=True)
class Assigned:
    """A ticket as it is after somebody was chosen, what is said of that, how it is done, and
    whether it leaves my hands."""

    shows: TicketLine
    said: str
    run: "Callable[[DeskClient, int], Done]"
    leaves: bool


def candidates(me: Agent | None, there: "TicketChoices", line: TicketLine) -> list[Choice]:
    """Me first, the other agents, nobody, and the teams."""
    found = [Choice("me", f"{me.name} (me)", me.address)] if me else []
    found += [
        Choice(agent.address, agent.name, agent.address) for agent in there.agents if agent != me
    ]
    found.append(Choice(_NOBODY, "nobody", "unassign it"))
    found += [Choice(f"[{one.name}]", one.name, _members(one), also="team") for one in there.teams]
    if line.team is not None:
        found.append(Choice(f"[{_NO_TEAM}]", _NO_TEAM, "take it out of its team"))
    return found


def assigned(line: TicketLine, who: str, me: Agent | None, there: "TicketChoices") -> Assigned:
    """What choosing one of `candidates` does."""
    if who.startswith("["):
        return _handed(line, who[1:-1], me, there)
    agents = there.agents
    agent = me if who == "me" else next((one for one in agents if one.address == who), None)
    has = Address(agent.name, agent.address) if agent else None
    to = None if who == _NOBODY else who
    return Assigned(
        replace(
            line,
            assignee=has,
            status=after_assigning(line.status, agent.id if agent else None)["status"],
        ),
        f"Assigned to {clean(agent.name) if agent else _NOBODY}:",
        lambda client, seen: client.verbs.do("assign", line.number, seen, to),
        agent is not None and agent != me and has != line.assignee,
    )


def _handed(line: TicketLine, name: str, me: Agent | None, there: "TicketChoices") -> Assigned:
    team = next((one for one in there.teams if one.name == name), None)
    belongs = team is not None and line.assignee is not None and team.has(line.assignee.address)
    to, has = after_handing(line.assignee, team.name if team else None, belongs=belongs)
    mine = me is not None and has is not None and has.address == me.address
    return Assigned(
        replace(line, team=to, assignee=has),
        f"Assigned to {f'the team {clean(to)}' if to else _NO_TEAM}:",
        lambda client, seen: client.verbs.hand_to(line.number, to or "none", seen),
        team is not None and not mine and to != line.team,
    )


def _members(team: AgentTeam) -> str:
    count = len(team.members)
    return f"team of {count} agent{'' if count == 1 else 's'}"
