"""What happened that is for one agent, since they were last told."""

from supportcli.desk import Desk
from supportcli.desk.tickets.unseen import who
from supportcli.domain.people import Agent
from supportcli.domain.setup.alerts import Alert, AlertKind, for_agent
from supportcli.domain.tickets.ticket import TicketLine
from supportcli.storage.tickets import events, lists

MOST = 500
"""So many events are looked at; of a flood the last ones."""


def since(desk: Desk, me: Agent, event: int) -> tuple[int, list[Alert]]:
    """What is for an agent after an event, oldest first, and the last event there is."""
    with desk.db.read() as tx:
        there = events.newest_after(tx, event, MOST)
        found = list(for_agent(there, me, desk.now()))
        lines = {
            line.number: line
            for line in (lists.lines(tx, sorted({one.ticket for one, _ in found})) if found else ())
        }
        alerts = [
            Alert(kind, one.ticket, line.subject, who(tx, one, me.address))
            for one, kind in found
            if (line := lines.get(one.ticket)) is not None
            and (kind is not AlertKind.BREACHED or _is_of(line, me))
        ]
    return there[-1].id if there else event, alerts


def _is_of(line: TicketLine, me: Agent) -> bool:
    return line.assignee is not None and line.assignee.address == me.address
