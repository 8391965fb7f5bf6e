"""Why a target is due when it is: every part of its time, and what of it counted."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from supportcli.domain.sla.calendar import Calendar
from supportcli.domain.sla.clock_runs import Pause
from supportcli.domain.sla.policy import CLOCK


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a target's time, within one local day if it counts by a calendar: its seconds that
    counted, and why not more (empty if all did)."""

    start: datetime
    end: datetime
    seconds: int
    why: str


def account(
    start: datetime, end: datetime, pauses: Sequence[Pause], calendar: Calendar | None, zone: tzinfo
) -> list[Stretch]:
    """What counted between two instants by a calendar (None: the clock), in order and without gaps.
    Days are those of `zone`. The seconds add up to what `sla.counted` returns."""
    found: list[Stretch] = []
    for a, b, pause in _parts(start, end, pauses):
        if pause is not None:
            found.append(Stretch(a, b, 0, f"paused: {pause.why}"))
        elif calendar is None:
            found.append(Stretch(a, b, CLOCK.elapsed(a, b), ""))
        else:
            found.extend(_day(one, other, calendar, zone) for one, other in _days(a, b, zone))
    return found


def _parts(
    start: datetime, end: datetime, pauses: Sequence[Pause]
) -> Iterator[tuple[datetime, datetime, Pause | None]]:
    at = start
    for pause in pauses:
        if at < min(pause.start, end):
            yield at, min(pause.start, end), None
        until = min(pause.end or end, end)
        if max(at, pause.start) < until:
            yield max(at, pause.start), until, pause
            at = until
    if at < end:
        yield at, end, None


def _days(start: datetime, end: datetime, zone: tzinfo) -> Iterator[tuple[datetime, datetime]]:
    """A time span, split into days."""
    at = start
    while at < end:
        local = at.astimezone(zone)
        tomorrow = local.date() + timedelta(days=1)
        midnight = datetime(tomorrow.year, tomorrow.month, tomorrow.day, tzinfo=zone)
        until = min(max(midnight.astimezone(at.tzinfo), at + timedelta(seconds=1)), end)
        yield at, until
        at = until


def _day(start: datetime, end: datetime, calendar: Calendar, zone: tzinfo) -> Stretch:
    seconds = calendar.elapsed(start, end)
    day = start.astimezone(zone).date()
    if seconds == CLOCK.elapsed(start, end):
        return Stretch(start, end, seconds, "")
    named = calendar.reason(day)
    hours = (
        " ".join(f"{_clock(one.start)}-{_clock(one.end)}" for one in calendar.hours_on(day))
        or "closed"
    )
    return Stretch(start, end, seconds, f"{hours} ({named})" if named else hours)


def _clock(minute: int) -> str:
    return f"{minute // 60}:{minute % 60:02}"
