"""The beginning and the end of a period to come, as somebody types them: a date, a date and a time,
or plain words such as “tomorrow 17:00”."""

from contextlib import suppress
from datetime import datetime, time, timedelta

from supportcli.domain.text.moments import moment_of
from supportcli.errors.replies import TimePast, TimeUnreadable


def beginning(typed: str | None, now: datetime) -> datetime | None:
    """When a period begins: a day without a time means its beginning, and it may be over.
    TimeUnreadable."""
    if typed is None:
        return None
    day = _day(typed, now)
    return _moment(typed, now) if day is None else day.astimezone()


def end(typed: str | None, now: datetime) -> datetime | None:
    """When a period ends: a day without a time means the end of that day. TimeUnreadable."""
    if typed is None:
        return None
    day = _day(typed, now)
    return _moment(typed, now) if day is None else (day + timedelta(days=1)).astimezone()


def _day(typed: str, now: datetime) -> datetime | None:
    """Midnight on the wall's clock of the day that somebody typed; None if there is a time too."""
    with suppress(ValueError, OverflowError):
        return datetime.strptime(typed.strip(), "%Y-%m-%d")  # noqa: DTZ007  # astimezone adds the zone
    with suppress(TimeUnreadable, TimePast):
        found = moment_of(f"{typed} 23:59", now).astimezone()
        return datetime.combine(found.date(), time())
    return None


def _moment(typed: str, now: datetime) -> datetime:
    with suppress(ValueError, OverflowError):
        plain = " ".join(typed.replace("T", " ").split())
        return datetime.strptime(plain, "%Y-%m-%d %H:%M").astimezone()
    try:
        return moment_of(typed, now)
    except TimePast:
        return now
