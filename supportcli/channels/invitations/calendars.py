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
"""The most characters of all calendars of a mail."""
_MOST_CALENDARS = 5
_MOST_EVENTS = 5
_KINDS = ("VEVENT", "VTODO", "VJOURNAL")
_LEFT_OUT = frozenset({"VTIMEZONE", "VALARM"})
_MOST_OPEN = 10
_LINE = re.compile(r"[A-Za-z0-9-]{1,100}[;:]")
_BORDER = re.compile(r"(?i)(BEGIN|END):([A-Za-z0-9-]{1,50})\s*$")
_FOLD = re.compile(r"\r?\n[ \t]")
# A zone as Outlook on the web names it, with a colon that is not in quotes as it should be.
_BARE_ZONE = re.compile(
    r";TZID=(\([^()\r\n\";]{1,60}\)[^\r\n\";:]{0,100}|tzone://[A-Za-z/]{1,60}):"
)


def is_calendar(part: Part) -> bool:
    """Whether a part is a calendar."""
    return part.type in _TYPES or (part.type in _ANY and part.name.lower().endswith(".ics"))


def invitations(parts: list[Part], raw: bytes, beside: str) -> tuple[list[str], list[str]]:
    """What the calendars of a mail say, each once, and what was wrong. `beside` is the text of the
    mail itself; if it has none, a calendar that is none is read as text."""
    said: list[str] = []
    defects: list[str] = []
    room = _LONGEST
    calendars = [part for part in parts if is_calendar(part)]
    for part in calendars[:_MOST_CALENDARS]:
        encoding = part.headers.plain("content-transfer-encoding")
        text = charsets.decode(transfer.decode(part.body(raw), encoding)[0], part.charset)[0]
        room -= len(text)
        if room < 0:
            defects.append(f"an invitation of {len(text):,} characters is not read")
            continue
        found, defect = _said(text, beside)
        said += [one for one in found if one not in said]
        defects += [defect] if defect else []
    if (left := len(calendars) - _MOST_CALENDARS) > 0:
        defects.append(f"{left} more calendar{'' if left == 1 else 's'} are not read")
    return said, defects


def _said(text: str, beside: str) -> tuple[list[str], str | None]:
    """What one calendar says, and what was wrong with it."""
    if not text.strip():
        return [], None
    if "BEGIN:V" not in text[:1_000].upper():
        defect = "a calendar is none: it is read as text"
    elif found := _read(text, beside):
        return found, None
    else:
        defect = "a calendar says nothing"
    text = text.replace("\r\n", "\n").strip()
    bare = all(_LINE.match(line) for line in text.split("\n"))
    return ([] if bare or beside.strip() else [text]), defect


def _read(text: str, beside: str) -> list[str]:
    # few mails need them
    from supportcli.channels.invitations.events import described  # noqa: PLC0415
    from supportcli.channels.invitations.zones import Zones  # noqa: PLC0415

    try:
        with warnings.catch_warnings(action="ignore"):
            calendars = list(_calendars(text))
            events = [
                (event, str(one.get("METHOD", "")).strip().upper())
                for one in calendars
                for kind in _KINDS
                for event in one.walk(kind)
            ]
            zones = Zones(text)
            found = (
                described(event, method, zones, beside) for event, method in events[:_MOST_EVENTS]
            )
            said = [one for one in found if one]
    except Exception:  # noqa: BLE001 - no matter what the library thinks of a stranger's calendar, the mail is read
        return []
    left = len(events) - _MOST_EVENTS
    more = [f"… and {left} more event{'' if left == 1 else 's'} in the file"] if left > 0 else []
    return said + more


def _calendars(text: str) -> Iterator["Component"]:
    from icalendar import Calendar  # noqa: PLC0415  # it takes 0.1 s to load

    mended = "\r\n".join(_mended(_FOLD.sub("", text)))
    yield from Calendar.from_ical(_BARE_ZONE.sub(r';TZID="\1":', mended), multiple=True)


def _mended(text: str) -> Iterator[str]:
    """The lines of a calendar that say something of its events, in complete components."""
    open_ones: list[str] = []
    for line, border, name in _needed(text):
        if border == "BEGIN":
            if not open_ones and name != "VCALENDAR":
                open_ones.append("VCALENDAR")
                yield "BEGIN:VCALENDAR"
            open_ones.append(name)
        elif border == "END":
            if name not in open_ones[-_MOST_OPEN:]:
                continue
            while (last := open_ones.pop()) != name:
                yield f"END:{last}"
        yield line
    yield from (f"END:{name}" for name in reversed(open_ones))


def _needed(text: str) -> Iterator[tuple[str, str, str]]:
    """The lines of a calendar, with what begins or ends there: without zones, which are read apart,
    and alarms, which are not needed; both may be endless, and without lines that are none."""
    left_out = 0
    for line in text.splitlines():
        found = _BORDER.match(line)
        border, name = (found[1].upper(), found[2].upper()) if found else ("", "")
        if name in _LEFT_OUT:
            left_out += 1 if border == "BEGIN" else -1
        elif left_out <= 0 and _LINE.match(line):
            yield line, border, name
