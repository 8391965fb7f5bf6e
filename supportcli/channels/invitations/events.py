"""One event of a calendar as lines."""

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from supportcli.channels.invitations.recurrence import repeats

if TYPE_CHECKING:
    from icalendar import Component

_LONGEST_LINE = 300
_LONGEST_DESCRIPTION = 10_000
_TITLES = {
    "": "Event",
    "PUBLISH": "Event",
    "ADD": "Invitation to one more date",
    "CANCEL": "Cancelled",
    "COUNTER": "Another time is proposed",
    "DECLINECOUNTER": "The other time is declined",
    "REFRESH": "The invitation is asked for again",
    "REPLY": "Reply to an invitation",
}
"""What a calendar asks for (RFC 5546, 1.4)."""
_ANSWERS = {
    "ACCEPTED": "accepts",
    "DECLINED": "declines",
    "TENTATIVE": "accepts tentatively",
    "DELEGATED": "delegates",
    "COMPLETED": "has completed",
}


def described(event: "Component", method: str, *, explained: bool) -> str:
    """An event as lines: what, when, how often, where, and who invites; below them its description,
    unless the mail is `explained` by a text of its own. "" if it has neither a name nor a time.
    `method` is what the calendar asks for, in capitals."""
    if not _line(event, "SUMMARY") and not _when(event):
        return ""
    one = " (one date of a series)" if "RECURRENCE-ID" in event else ""
    facts = (
        ("When", _when(event)),
        ("Repeats", repeats(event)),
        ("Where", _line(event, "LOCATION")),
        ("Invited by", _person(_first(event, "ORGANIZER"))),
    )
    lines = [f"{_title(event, method)}: {_line(event, 'SUMMARY') or '(no title)'}{one}"]
    lines += [f"{name}: {value}" for name, value in facts if value]
    why = "" if explained else str(_first(event, "DESCRIPTION") or "")[:_LONGEST_DESCRIPTION]
    return "\n".join([*lines, *(["", why.strip()] if why.strip() else [])])


def _title(event: "Component", method: str) -> str:
    """What is asked for."""
    if _line(event, "STATUS").upper() == "CANCELLED":
        return _TITLES["CANCEL"]
    attendee = _first(event, "ATTENDEE")
    if method == "REPLY" and attendee is not None:
        answer = _ANSWERS.get(str(getattr(attendee, "params", {}).get("PARTSTAT", "")).upper())
        if answer:
            return f"{_name(attendee) or _address(attendee)} {answer}"
    if method == "REQUEST":
        return "Invitation" if _line(event, "SEQUENCE") in {"", "0"} else "Updated invitation"
    return _TITLES.get(method, "Event")


def _when(event: "Component") -> str:
    """From when until when, with the zone."""
    first = _first(event, "DTSTART") or _first(event, "DUE")
    start = _moment(first)
    if start is None:
        return _squeezed(str(first)) if first is not None else ""
    last = _first(event, "DTEND")
    end = _moment(last) or _after(event, start)
    if not isinstance(start, datetime):
        return _days(start, end)
    zone = _zone(start, first)
    if not isinstance(end, datetime) or end == start:
        return f"{_day(start)}, {start:%H:%M} ({zone})"
    until = _zone(end, last if last is not None else first)
    if zone != until:
        return f"{_day(start)}, {start:%H:%M} ({zone}) – {_day(end)}, {end:%H:%M} ({until})"
    if start.date() == end.date():
        return f"{_day(start)}, {start:%H:%M}–{end:%H:%M} ({zone})"
    return f"{_day(start)}, {start:%H:%M} – {_day(end)}, {end:%H:%M} ({zone})"


def _after(event: "Component", start: date) -> date | None:
    """The end by the length."""
    try:
        length = getattr(_first(event, "DURATION"), "dt", None)
        return start + length if isinstance(length, timedelta) else None
    except (OverflowError, ValueError):
        return None


def _days(start: date, end: date | None) -> str:
    """Whole days; the end is the day after the last one (RFC 5545, 3.6.1)."""
    last = end - timedelta(1) if isinstance(end, date) and not isinstance(end, datetime) else start
    if last <= start:
        return f"{_day(start)}, all day"
    return f"{_day(start)} – {_day(last)}, all day"


def _day(day: date) -> str:
    return f"{day:%a} {day.day} {day:%b} {day.year}"


def _zone(moment: datetime, said: object) -> str:
    """The zone of a moment as people read it. Only zones of the system are asked for their offset:
    one that the calendar brings may take for ever to compute."""
    name = getattr(moment.tzinfo, "key", None)
    if name is None:
        given = _squeezed(str(getattr(said, "params", {}).get("TZID", "")))
        return given or ("UTC" if moment.tzinfo is not None else "no time zone")
    if name in {"UTC", "Etc/UTC"}:
        return "UTC"
    offset = f"{moment:%z}"
    return f"{name}, UTC{offset[:3]}:{offset[3:5]}"


def _moment(said: object) -> date | None:
    """The date or time of a property; None if it cannot be read."""
    try:
        found = getattr(said, "dt", None)
    except ValueError:
        return None
    return found if isinstance(found, date) else None


def _first(event: "Component", name: str) -> object:
    """The first value of a property, which may be there several times; None if it is not."""
    found = event.get(name)
    return found[0] if isinstance(found, list) and found else found


def _line(event: "Component", name: str) -> str:
    found = _first(event, name)
    return "" if found is None else _squeezed(str(found))


def _squeezed(text: str) -> str:
    """A text on one line, not longer than anybody reads."""
    line = " ".join(text[: 10 * _LONGEST_LINE].split())
    return line if len(line) <= _LONGEST_LINE else f"{line[:_LONGEST_LINE]}…"


def _person(said: object) -> str:
    """Somebody with name and address."""
    if said is None:
        return ""
    name, address = _name(said), _address(said)
    return f"{name} <{address}>" if name and address and name != address else name or address


def _name(said: object) -> str:
    return _squeezed(str(getattr(said, "params", {}).get("CN", "")))


def _address(said: object) -> str:
    address = _squeezed(str(said))
    return address[7:] if address.lower().startswith("mailto:") else address
