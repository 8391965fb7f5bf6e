"""Customers and organisations as lines, for commands and for the inbox's pane. Pure: what was read,
a width and the present moment in; lines of clean text out."""

import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from supportcli.domain.people.customers import Customer
from supportcli.domain.people.history import in_words
from supportcli.domain.people.lookup import CustomerLookup
from supportcli.domain.tickets.ticket import Priority, TicketLine
from supportcli.rendering.ink import Ink, Span, Spans, cut, ends, fit, width_of
from supportcli.rendering.times import moment, span
from supportcli.rendering.two_line_rows import age
from supportcli.rendering.wrap import wrapped
from supportcli.terminal import clean

if TYPE_CHECKING:
    from supportcli.desk.people.reading import CustomerShown, OrganisationShown
    from supportcli.domain.people.history import PeopleEvent

_NAMES = 14
"""The most cells of a field's name."""

_EVENTS = 10
"""So many of the latest changes are shown."""

_LANGUAGES = {
    "de": "German",
    "el": "Greek",
    "en": "English",
    "es": "Spanish",
    "fr": "French",
    "it": "Italian",
    "ja": "Japanese",
    "ko": "Korean",
    "nl": "Dutch",
    "pl": "Polish",
    "pt": "Portuguese",
    "ru": "Russian",
    "sv": "Swedish",
    "uk": "Ukrainian",
    "zh": "Chinese",
}
_YEAR = timedelta(days=365)


def customer_lines(shown: "CustomerShown", width: int, now: datetime) -> Iterator[Spans]:
    """A customer as `customer show` prints them."""
    yield from about(shown, width, now)
    yield ()
    yield from headed(f"Tickets ({shown.count:,})")
    for line in shown.tickets:
        yield ticket_line(line, width, now)
    if shown.count > len(shown.tickets):
        yield ((f"  … and {shown.count - len(shown.tickets):,} older ones", Ink.DIM),)
    yield from _history(shown.history, width, now)


@dataclass(frozen=True, slots=True)
class CustomerPage:
    """A customer laid out for the inbox's pane: its lines, and the one of the chosen ticket."""

    lines: tuple[Spans, ...]
    chosen: int | None = None


def customer_page(
    shown: "CustomerShown",
    width: int,
    now: datetime,
    *,
    here: int | None = None,
    chosen: int | None = None,
    key: str = "\\",
) -> CustomerPage:
    """A customer for the inbox's pane; `here` is the open ticket, `chosen` the one to open next,
    `key` leads into the pane."""
    width = max(width, 1)
    lines = [*about(shown, width, now), ()]
    more = shown.count - len(shown.tickets)
    title = f"TICKETS ({shown.count:,})"
    lines.append(ends([(title, Ink.DIM)], [(key, Ink.KEY)] if chosen is None else [], width))
    first = len(lines)
    for line in shown.tickets:
        is_chosen = line.number == chosen
        at = line.number == here
        lines.append(ticket_line(line, width, now, here=at, chosen=is_chosen))
    if more > 0:
        lines.append(cut([(f"  … and {more:,} older ones", Ink.DIM)], width))
    places = [at for at, line in enumerate(shown.tickets, first) if line.number == chosen]
    return CustomerPage(tuple(lines), places[0] if places else None)


def about(shown: "CustomerShown", width: int, now: datetime) -> Iterator[Spans]:
    """Who a customer is: name and VIP, addresses, organisation, since when, local time, notes,
    fields."""
    one = shown.customer
    name = clean(one.name) or clean(one.address)
    yield ends([(name, Ink.TITLE)], [("VIP", Ink.WARNING)] if one.vip else [], width)
    yield cut([(clean(one.address), Ink.TEXT)], width)
    others = [address for address in one.addresses if address != one.person.address]
    for address in others:
        yield cut([(f"also {clean(address)}", Ink.DIM)], width)
    for address, how in shown.blocked.items():
        yield cut([(f"blocked ({how.value}): {clean(address)}", Ink.WARNING)], width)
    if one.organisation:
        yield cut([(clean(one.organisation), Ink.STRONG)], width)
    for line in wrapped(clean(_in_short(shown, now)), width):
        yield ((line, Ink.DIM),)
    yield from _notes(one.notes, width)
    yield from _fields(one.fields, width)
    yield from _looked_up(shown.lookup, width, now)


def _looked_up(lookup: CustomerLookup | None, width: int, now: datetime) -> Iterator[Spans]:
    """What another system says, how old that is, and why it says nothing."""
    if lookup is None:
        return
    age = span(now - lookup.at)
    ago = "" if age == "now" else f", {age} ago"
    if not lookup.failure:
        yield from _fields(lookup.values, width, f"Lookup{ago}")
        return
    yield from _fields(lookup.values, width, "Last lookup")
    yield ()
    for line in wrapped(clean(f"lookup failed{ago}: {lookup.failure}"), width):
        yield ((line, Ink.WARNING),)


def _in_short(shown: "CustomerShown", now: datetime) -> str:
    """“since March 2020 · 3 tickets · German · 14:05 there”."""
    one = shown.customer
    tickets = f"{shown.count:,} ticket{'' if shown.count == 1 else 's'}"
    parts = [f"since {since(one.since, now)}", tickets]
    if one.language:
        parts.append(_LANGUAGES.get(one.language, one.language))
    if there := local(one, now):
        parts.append(there)
    return " · ".join(parts)


def since(at: datetime, now: datetime) -> str:
    """Since when somebody is known: “today”, “12 Oct”, “March 2020”."""
    here, there = now.astimezone(), at.astimezone()
    if here.date() == there.date():
        return "today"
    return f"{there.day} {there:%b}" if now - at < _YEAR else f"{there:%B %Y}"


def local(one: Customer, now: datetime) -> str:
    """“14:05 there (Mon)”; “14:05 there too” if it is the same time here; empty if their zone
    is unknown."""
    there = one.local_time(now)
    if there is None:
        return ""
    is_same = there.utcoffset() == now.astimezone().utcoffset()
    day = f" {there:%a}" if there.date() != now.astimezone().date() else ""
    return f"{there:%H:%M}{day} there" + (" too" if is_same else "")


def headed(title: str) -> Iterator[Spans]:
    """The line above a part."""
    yield ((title.upper(), Ink.DIM),)


def _notes(notes: str, width: int) -> Iterator[Spans]:
    if notes:
        yield ()
        yield from headed("Notes")
        for line in wrapped(clean(notes, lines=True), width):
            yield ((line, Ink.NOTE),)


def _fields(fields: Mapping[str, str], width: int, title: str = "Fields") -> Iterator[Spans]:
    if not fields:
        return
    yield ()
    yield from headed(title)
    names = min(max(width_of(clean(name)) for name in fields), _NAMES)
    for name, value in fields.items():
        first = f"{fit(clean(name), names)} "
        for line in wrapped(clean(value), max(width - names - 1, 8)):
            yield cut([(first, Ink.DIM), (line, Ink.TEXT)], width)
            first = " " * (names + 1)


def ticket_line(
    line: TicketLine, width: int, now: datetime, *, here: bool = False, chosen: bool = False
) -> Spans:
    """A ticket of a customer: number, status, subject, and its age as its row has it; `here` is
    the one that is open."""
    ink = Ink.CHOSEN if chosen else Ink.STRONG if here else Ink.TEXT
    urgent = "▲" if line.priority >= Priority.HIGH else " "
    left: list[Span] = [
        ("◂" if here else "▸" if chosen else " ", ink),
        (f"#{line.number} ", Ink.CHOSEN if chosen else Ink.NUMBER),
        (f"{line.status_at(now).value}{urgent}", Ink.CHOSEN if chosen else Ink.DIM),
        (f" {clean(line.subject) or '(no subject)'}", ink),
    ]
    return ends(left, [(age(line, now), Ink.DIM)], width)


def _history(history: Sequence["PeopleEvent"], width: int, now: datetime) -> Iterator[Spans]:
    if not history:
        return
    yield ()
    yield from headed("Changes")
    for event in history[-_EVENTS:]:
        what = ", ".join(_changed(event))
        said = f"{moment(event.at, now)} {clean(event.actor)} {clean(event.kind)}"
        yield cut([(said, Ink.TEXT), (f": {clean(what)}" if what else "", Ink.DIM)], width)


def _changed(event: "PeopleEvent") -> list[str]:
    """What an event changed, in words; what is empty before and after did not change."""
    names = {*event.before, *event.after} - {"address", "merged"}
    filled = (one for one in names if event.before.get(one) or event.after.get(one))
    return sorted(in_words(filled))


def organisation_lines(shown: "OrganisationShown", width: int, now: datetime) -> Iterator[Spans]:
    """An organisation as `organisation show` prints it."""
    one = shown.organisation
    yield cut([(clean(one.name), Ink.TITLE)], width)
    if one.domains:
        yield cut([(clean(", ".join(one.domains)), Ink.TEXT)], width)
    yield ((f"since {since(one.since, now)} · {counted(one.members)}", Ink.DIM),)
    yield from _notes(one.notes, width)
    yield from _fields(one.fields, width)
    if shown.members:
        yield ()
        yield from headed("People")
    for member in shown.members:
        yield cut([("  ", Ink.TEXT), (clean(str(member.person)), Ink.TEXT)], width)
    if one.members > len(shown.members):
        called = shlex.quote(next(iter(one.domains), one.name))
        more = f"supportcli customer list --organisation {called}"
        yield ((f"  … all with: {clean(more)}", Ink.DIM),)
    yield from _history(shown.history, width, now)


def counted(people: int) -> str:
    """“1 person”, “1,200 people”."""
    return f"{people:,} {'person' if people == 1 else 'people'}"
