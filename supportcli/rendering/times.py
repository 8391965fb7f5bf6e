"""Times as an agent reads them: how long something has waited, and when it was, in this machine's
zone."""

from datetime import datetime, timedelta

from supportcli.domain.tickets.snoozing import UNTIL_REPLY

_MINUTE, _HOUR, _DAY, _WEEK, _YEAR = 60, 3600, 86_400, 7 * 86_400, 365 * 86_400


def span(time: timedelta) -> str:
    """A length of time in at most three cells, rounded down: now, 42m, 4h, 2d, 9w, 3y."""
    seconds = int(time.total_seconds())
    if seconds < _MINUTE:
        return "now"
    for unit, suffix, end in (
        (_MINUTE, "m", _HOUR),
        (_HOUR, "h", _DAY),
        (_DAY, "d", 2 * _WEEK),
        (_WEEK, "w", 100 * _WEEK),
    ):
        if seconds < end:
            return f"{seconds // unit}{suffix}"
    return f"{seconds // _YEAR}y"


def moment(at: datetime, now: datetime) -> str:
    """When something was: 09:12 today, Mon 09:12 within the week, 12 Oct 09:12 within the year, 12
    Oct 2025 before that."""
    there, here = at.astimezone(), now.astimezone()
    if there.date() == here.date():
        return f"{there:%H:%M}"
    if timedelta(0) <= here - there < timedelta(days=6):
        return f"{there:%a %H:%M}"
    if there.year == here.year:
        return f"{there.day} {there:%b %H:%M}"
    return f"{there.day} {there:%b %Y}"


def ahead(at: datetime, now: datetime) -> str:
    """When something will be: 09:12 today, Tue 09:12 within the week, 12 Oct 09:12 after that."""
    there, here = at.astimezone(), now.astimezone()
    if there.date() == here.date():
        return f"{there:%H:%M}"
    if timedelta(0) <= there - here < timedelta(days=6):
        return f"{there:%a %H:%M}"
    year = f" {there.year}" if there.year != here.year else ""
    return f"{there.day} {there:%b}{year} {there:%H:%M}"


def snoozed(until: datetime, now: datetime) -> str:
    """“snoozed until Tue 09:00”, “snoozed until the customer writes”."""
    word = "the customer writes" if until == UNTIL_REPLY else ahead(until, now)
    return f"snoozed until {word}"


def stamp(at: datetime) -> str:
    """When something was, in full: 2026-10-12 09:12, in this machine's zone."""
    return f"{at.astimezone():%Y-%m-%d %H:%M}"
