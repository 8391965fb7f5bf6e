"""What `--json` prints of calendars."""

from typing import TYPE_CHECKING

from supportcli.desk.json_shapes import Shape, time

if TYPE_CHECKING:
    from supportcli.desk.sla.calendars import CalendarNow, DayOff
    from supportcli.domain.sla.calendar import Calendar, Hours


def calendar(one: "CalendarNow") -> Shape:
    """A calendar, what it says now, and in all its versions; `until` is when open or closed
    changes."""
    return {
        "name": one.history.name,
        **_says(one.calendar),
        "open": one.is_open,
        "until": time(one.until),
        "versions": [
            {
                "id": version.id,
                "since": time(version.since),
                "by": version.author,
                **_says(version.calendar),
            }
            for version in one.history.versions
        ],
    }


def _says(calendar: "Calendar") -> Shape:
    """What a calendar says, except its holidays. Own days have a year, or null if they repeat every
    year."""
    from supportcli.domain.sla.calendar_text import DAYS  # noqa: PLC0415  # only a calendar needs it

    return {
        "zone": calendar.zone,
        "week": {day: _hours(hours) for day, hours in zip(DAYS, calendar.week, strict=True)},
        "days": [
            {
                "year": own.year,
                "month": own.month,
                "day": own.day,
                "hours": _hours(own.hours),
                "name": own.name,
            }
            for own in calendar.own
        ],
        "country": calendar.country,
        "region": calendar.region,
    }


def day_off(one: "DayOff") -> Shape:
    """A date that differs from its day of the week."""
    return {
        "date": one.day.isoformat(),
        "name": one.name,
        "hours": _hours(one.hours),
        "public": one.public,
    }


def _hours(hours: "Hours") -> list[str]:
    from supportcli.domain.sla.calendar_text import hours_text  # noqa: PLC0415  # only a calendar needs it

    return hours_text(hours).split() if hours else []
