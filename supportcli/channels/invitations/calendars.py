"""The calendars of a mail, and what their events say.

icalendar reads them; it is imported when the first one comes. Only a calendar of a length that
people send is read, and of it only the first events."""

import re
import warnings
from collections.abc import Iterator
from typing import TYPE_CHECKING

from supportcli.channels.encodings import charsets, transfer
from supportcli.channels.parts.structure import Part

if TYPE_CHECKING:
    from icalendar import Component

_TYPES = frozenset({"text/calendar", "application/ics", "text/x-vcalendar"})
_ANY = frozenset({"application/octet-stream", "text/plain"})
_LONGEST = 256 * 1024
_MOST_CALENDARS = 5
_MOST_EVENTS = 5
_KINDS = ("VEVENT", "VTODO")
_FOLD = re.compile(r"\r?\n[ \t]")
# A zone as Outlook on the web names it, with a colon that is not in quotes as it should be.
_BARE_ZONE = re.compile(r";TZID=(\([^()\r\n\";]{1,60}\)[^\r\n\";:]{0,100}):")


def is_calendar(part: Part) -> bool:
    """Whether a part is a calendar."""
    return part.type in _TYPES or (part.type in _ANY and part.name.lower().endswith(".ics"))


def invitations(parts: list[Part], raw: bytes, *, explained: bool) -> tuple[list[str], list[str]]:
    """What the calendars of a mail say, each once, and what was wrong. `explained`: the mail has a
    text of its own, which says what a description says."""
    said: list[str] = []
    defects: list[str] = []
    calendars = [part for part in parts if is_calendar(part)]
    for part in calendars[:_MOST_CALENDARS]:
        encoding = part.headers.plain("content-transfer-encoding")
        text = charsets.decode(transfer.decode(part.body(raw), encoding)[0], part.charset)[0]
        if len(text) > _LONGEST:
            defects.append(f"an invitation of {len(text):,} characters is not read")
        elif "BEGIN:VCALENDAR" in text[:1_000].upper():
            said += [one for one in _read(text, explained=explained) if one not in said]
    return said, defects


def _read(text: str, *, explained: bool) -> list[str]:
    from supportcli.channels.invitations.events import described  # noqa: PLC0415  # few mails need it

    try:
        with warnings.catch_warnings(action="ignore"):
            calendars = list(_calendars(text))
            events = [
                (event, str(one.get("METHOD", "")).strip().upper())
                for one in calendars
                for kind in _KINDS
                for event in one.walk(kind)
            ]
            said = [
                described(event, method, explained=explained)
                for event, method in events[:_MOST_EVENTS]
            ]
    except Exception:  # noqa: BLE001 - whatever the library thinks of a stranger's calendar, the mail is read
        return []
    left = len(events) - len(said)
    more = [f"… and {left} more event{'' if left == 1 else 's'} in the file"] if left > 0 else []
    return said + more


def _calendars(text: str) -> Iterator["Component"]:
    from icalendar import Calendar  # noqa: PLC0415  # it takes 0.1 s to load

    mended = _BARE_ZONE.sub(r';TZID="\1":', _FOLD.sub("", text))
    yield from Calendar.from_ical(mended, multiple=True)
