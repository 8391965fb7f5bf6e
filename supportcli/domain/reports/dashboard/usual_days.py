"""A usual day: what the last weeks had on the same weekday, up to the same time of day."""

from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo

from supportcli.domain.reports.table import Column, Number, Pile, Unit
from supportcli.domain.text.periods import Period, midnight

WEEKS = 4
"""So many earlier weekdays make a usual one."""

_WEEK = timedelta(days=7)


def today_so_far(now: datetime, zone: tzinfo) -> Period:
    """Today from midnight until now."""
    return Period(midnight(now.astimezone(zone).date(), zone), now, "day")


def earlier_days(today: Period, zone: tzinfo, begun: datetime | None) -> list[Period]:
    """The same weekday of the weeks before, up to the same time of day, the latest first. Days that
    ended before the desk had `begun` (None: it has not) are no days of its."""
    days, last = list[Period](), today
    for _ in range(WEEKS if begun is not None else 0):
        since, until = (
            (at.astimezone(zone).replace(tzinfo=None) - _WEEK).replace(tzinfo=zone)
            for at in (last.since, last.until)
        )
        last = Period(since, until)
        if begun is not None and begun < until:
            days.append(last)
    return days


def usual(pile: Pile, column: Column, days: Sequence[Period]) -> Number:
    """What a column has on a usual day: of counts the mean of these days, rounded; of times and
    shares that of all of them together. None without days."""
    if not days:
        return None
    if column.unit is Unit.COUNT:
        return round(sum(column.measure(pile, day) or 0 for day in days) / len(days))
    together = Pile(fact for day in days for fact in column.pick(pile, day))
    return column.measure(together, Period(days[-1].since, days[0].until))
