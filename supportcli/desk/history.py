"""The audit trail of the desk: what everybody did."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from supportcli.clock import system_zone
from supportcli.desk import Desk
from supportcli.desk.json_shapes import Shape, time
from supportcli.desk.states import state_of
from supportcli.desk.tickets.verbs import agent_named
from supportcli.domain.history import HistoryEntry, HistoryQuestion
from supportcli.domain.people import DESK, Actor, ActorKind
from supportcli.domain.reports.period import period_of
from supportcli.storage import history

_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """Entries, the oldest first; `more`: there are older ones that were asked for too."""

    entries: Sequence[HistoryEntry]
    more: bool


def log(
    desk: Desk,
    *,
    since: str = "today",
    until: str = "",
    by: str | None = None,
    ticket: int | None = None,
    most: int,
) -> HistoryPage:
    """The newest `most` things that everybody did in a period, or an agent (“desk”: the desk
    itself), or to a ticket. PeriodInvalid; NotFound for the agent or the ticket; NameAmbiguous."""
    who = None if by is None else _actor(desk, by)
    period = period_of(since, until, desk.now(), ZoneInfo(system_zone()))
    ends = period.until if until else period.until + _SECOND  # what was done just now is in it
    asked = HistoryQuestion(period.since, ends, who, ticket)
    with desk.db.read() as tx:
        if ticket is not None:
            state_of(tx, ticket)
        found = history.entries(tx, asked, most + 1)
    return HistoryPage(found[-most:], len(found) > most)


def _actor(desk: Desk, by: str) -> Actor:
    if by.strip().lower() == DESK.kind.value:
        return DESK
    return Actor(ActorKind.AGENT, agent_named(desk, by).address)


def as_json(entry: HistoryEntry) -> Shape:
    """An entry as `log --json` prints it."""
    return {
        "at": time(entry.at),
        "by": entry.by.address or None,
        "by_kind": entry.by.kind.value,
        "kind": entry.kind,
        "about": entry.about,
        "which": int(entry.which) if entry.which.isdecimal() else entry.which,
        "gesture": entry.gesture,
        "before": dict(entry.before),
        "after": dict(entry.after),
        "undoes": entry.undoes,
    }
