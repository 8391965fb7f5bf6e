"""One event of a calendar as lines."""

import re
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from supportcli.channels.html.text import html_to_text
from supportcli.channels.invitations.recurrence import repeats
from supportcli.channels.invitations.zones import Zones

if TYPE_CHECKING:
    from icalendar import Component

_LONGEST_LINE = 300
_LONGEST_DESCRIPTION = 10_000
_LONGEST_PAGE = 100_000
_MOST_WORDS = 10
_LINKS = (
    "CONFERENCE",
    "X-GOOGLE-CONFERENCE",
    "X-MICROSOFT-SKYPETEAMSMEETINGURL",
    "X-MICROSOFT-ONLINEMEETINGCONFLINK",
    "URL",
)
_MOST_LINKS = 3
_ESCAPED = re.compile(r"\\([\\;,nN])")
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


def described(event: "Component", method: str, zones: Zones, beside: str) -> str:
    """An event as lines: what, when, how often, where, and who invites; below them the words of
    people. "" if it says nothing. `method` is what the calendar asks for, in capitals; `beside` is
    the text of the mail itself."""
    when, words = _when(event, zones), _words(event, beside)
    if not (words or _line(event, "SUMMARY") or when):
        return ""
    one = " (one date of a series)" if "RECURRENCE-ID" in event else ""
    facts = (
        ("When", when),
        ("Repeats", repeats(event)),
        ("Where", _line(event, "LOCATION")),
        ("Link", _links(event)),
        ("Invited by", _person(_first(event, "ORGANIZER"))),
    )
    lines = [f"{_title(event, method)}: {_line(event, 'SUMMARY') or '(no title)'}{one}"]
    lines += [f"{name}: {value}" for name, value in facts if value]
    return "\n\n".join(["\n".join(lines), *words])


def _links(event: "Component") -> str:
    """Where people meet or read more on the web, as far as the place does not say it."""
    place = _line(event, "LOCATION")
    found = [_squeezed(str(one)) for name in _LINKS for one in _all(event, name)[:_MOST_LINKS]]
    return ", ".join(
        [one for one in dict.fromkeys(found) if one and one not in place][:_MOST_LINKS]
    )


def _words(event: "Component", beside: str) -> list[str]:
    """What people wrote: the description, unless the mail has a text of its own, which says the
    same; and comments that are not in it, which are the words of an answer (RFC 5546, 3.2.3)."""
    found = [] if beside.strip() else [_description(event)]
    read = f" {' '.join(beside.split())} "
    for one in [*map(str, _all(event, "COMMENT")), *_answers(event)]:
        said = one[:_LONGEST_DESCRIPTION].strip()
        if f" {' '.join(said.split())} " not in read:
            found.append(said)
    return list(dict.fromkeys(filter(None, found)))[:_MOST_WORDS]


def _description(event: "Component") -> str:
    """The description, if need be that for programs which show pages."""
    plain = "\n\n".join(str(one).strip() for one in _all(event, "DESCRIPTION")[:_MOST_WORDS])
    if not plain.strip() and (page := _first(event, "X-ALT-DESC")) is not None:
        plain = html_to_text(_unescaped(str(page)[:_LONGEST_PAGE]))
    return plain[:_LONGEST_DESCRIPTION].strip()


def _answers(event: "Component") -> list[str]:
    """The words of an answer as some programs keep them: for the event, or beside a name."""
    people = _all(event, "ATTENDEE")[:_MOST_WORDS]
    words = [_unescaped(str(one)) for one in _all(event, "X-RESPONSE-COMMENT")]
    return words + [str(getattr(one, "params", {}).get("X-RESPONSE-COMMENT", "")) for one in people]


def _unescaped(text: str) -> str:
    """A value that the library did not read as text (RFC 5545, 3.3.11)."""
    return _ESCAPED.sub(lambda one: "\n" if one[1] in "nN" else one[1], text)


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


def _when(event: "Component", zones: Zones) -> str:
    """From when until when, with the zone."""
    first = _first(event, "DTSTART") or _first(event, "DUE")
    start = _moment(first)
    if start is None:
        return _squeezed(str(first)) if first is not None else ""
    last = _first(event, "DTEND")
    end = _moment(last) or _after(event, start)
    if not isinstance(start, datetime):
        return _days(start, end)
    zone = zones.said(start, _zone(first))
    if not isinstance(end, datetime) or end == start:
        return f"{_day(start)}, {start:%H:%M} ({zone})"
    until = zones.said(end, _zone(last if last is not None else first))
    if zone != until:
        return f"{_day(start)}, {start:%H:%M} ({zone}) – {_day(end)}, {end:%H:%M} ({until})"
    if start.date() == end.date():
        if end.time() < start.time():
            return f"{_day(start)}, {start:%H:%M} ({zone})"
        return f"{_day(start)}, {start:%H:%M}–{end:%H:%M} ({zone})"
    if end.date() < start.date():
        return f"{_day(start)}, {start:%H:%M} ({zone})"
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


def _zone(said: object) -> str:
    """The name of its zone that a time has in the calendar."""
    return _squeezed(str(getattr(said, "params", {}).get("TZID", "")))


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


def _all(event: "Component", name: str) -> list[object]:
    """All values of a property."""
    found = event.get(name)
    return found if isinstance(found, list) else [] if found is None else [found]


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
