"""Held mail as lines: one row for each mail, and a complete mail. Pure; run in a thread if it takes
longer."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import islice

from supportcli.domain.intake.ledger import HeldBounces, HeldMail, LetterShown, NotHere, WaitingMail
from supportcli.domain.text.sizes import size
from supportcli.rendering.conversation.message import MOST_LINES
from supportcli.rendering.conversation.page import WIDEST
from supportcli.rendering.ink import Ink, Spans, fit
from supportcli.rendering.ticket_rows import called
from supportcli.rendering.times import moment, span
from supportcli.rendering.wrap import wrapped
from supportcli.terminal import clean

Entry = HeldMail | HeldBounces | NotHere
"""A row of the view."""

_NARROW = 100
_NEXT = {
    "unreadable": "The server lists this mail but will not hand it over. Every sync tries again.",
    "too large": "This mail is too large to fetch. It stays on the server.",
    "partial": "The first part of this mail is here; the rest is fetched in the background.",
}
_BOUNCES = (
    (
        "Reports about mail that this desk never sent, because somebody forged your address, or "
        "that do not say which email they are about. They are not in any ticket."
    ),
    "d discards all of them. One by one: supportcli mail held --bounces",
)


def entries(found: WaitingMail) -> list[Entry]:
    """The rows of the view, in order."""
    return [*found.held, *((found.bounces,) if found.bounces else ()), *found.not_here]


def place_line(place: int, total: int, junk: int) -> Spans:
    """Where the mark is, and what is not listed: “1 of 3 · held · 12 in junk: …”."""
    more = f"{junk} in junk: supportcli mail held --junk" if junk else ""
    if not total:
        return ((more, Ink.DIM),) if more else ()
    means = f" · {more}" if more else ": not in any ticket, and nobody answers it yet"
    return (f"{place + 1} of {total}", Ink.TEXT), (f" · held{means}", Ink.DIM)


def row(one: Entry, width: int, now: datetime, *, marked: bool) -> Spans:
    """An entry on one line: how long it has waited, its author, the subject, and why it is held."""
    who, subject, cause, since = _cells(one)
    people = 18 if width < _NARROW else 26
    room = max(width - 8 - people, 10)
    left = room * 11 // 20
    return (
        ("▸ " if marked else "  ", Ink.KEY),
        (span(now - since).rjust(3) + "  ", Ink.DIM),
        (fit(who, people) + " ", Ink.PERSON),
        (fit(subject, left - 1) + " ", Ink.TEXT),
        (fit(cause, room - left), Ink.WARNING),
    )


def _cells(one: Entry) -> tuple[str, str, str, datetime]:
    match one:
        case HeldMail():
            sender = called(one.sender) if one.sender else ""
            return (
                sender or "(nobody)",
                clean(one.subject) or "(no subject)",
                clean(one.cause),
                one.received_at,
            )
        case HeldBounces():
            return (
                f"{one.count} bounce{'' if one.count == 1 else 's'}",
                "of mail that this desk does not know",
                "",
                one.newest_at,
            )
        case NotHere():
            return (
                "(on the server)",
                clean(f"{one.folder} · UID {one.uid} · {size(one.size)}"),
                clean(one.state),
                one.received_at,
            )


def about(one: HeldBounces | NotHere, width: int) -> list[Spans]:
    """What to know about an entry whose mail is not here."""
    if isinstance(one, HeldBounces):
        said: tuple[str, ...] = _BOUNCES
    else:
        place = (
            f"{one.mailbox}, {one.folder}, UID {one.uid}: {size(one.size)}, {size(one.here)} of "
            "it here."
        )
        said = (
            _NEXT.get(one.state, "Every sync tries again."),
            place,
            *([f"It is in ticket #{one.ticket}."] if one.ticket else []),
        )
    return [line for text in said for line in _lines(clean(text), Ink.TEXT, width)]


def page(shown: LetterShown, width: int, now: datetime) -> list[Spans]:
    """A complete mail: why it is held, its headers, its text, its files."""
    lines = list(islice(_page(shown, min(width, WIDEST), now), MOST_LINES + 1))
    if len(lines) > MOST_LINES:
        lines[-1] = ((f" … the whole mail: supportcli mail show {shown.decided.id}", Ink.DIM),)
    return lines


def _page(shown: LetterShown, width: int, now: datetime) -> Iterator[Spans]:
    mail, decided = shown.mail, shown.decided
    yield from _lines(
        clean(
            f"Mail {decided.id} is {decided.state}: {decided.reason or 'nothing is decided'} "
            f"(rule “{decided.rule}”)"
        ),
        Ink.WARNING,
        width,
    )
    for doubt in shown.doubts:
        yield from _lines(clean(f"! {doubt}"), Ink.WARNING, width)
    people: tuple[tuple[str, Sequence[object]], ...] = (
        ("From", [mail.sender] if mail.sender else []),
        ("Sender", [shown.check]),
        ("Reply-To", mail.reply_to),
        ("To", mail.to),
        ("Cc", mail.cc),
    )
    named = [
        (word, ", ".join(map(str, found)) or "nobody")
        for word, found in people
        if found or word in {"From", "To"}
    ]
    for word, value in (
        *named,
        ("Subject", mail.subject or "none"),
        ("Came", f"{moment(decided.received_at, now)} to {shown.mailbox}"),
    ):
        first, *rest = list(wrapped(clean(value), max(width - 11, 10))) or [""]
        yield ((f" {word.ljust(9)}", Ink.DIM), (first, Ink.TEXT))
        yield from (((" " * 10, Ink.DIM), (more, Ink.TEXT)) for more in rest)
    yield ()
    yield from _lines(clean(mail.text, lines=True).strip("\n") or "(no text)", Ink.TEXT, width)
    for file in mail.attachments:
        yield from _lines(
            clean(f"▪ {file.name or 'unnamed'} · {file.type} · {size(file.size)}"), Ink.TAG, width
        )
    for defect in mail.defects:
        yield from _lines(clean(f"! {defect}"), Ink.DIM, width)


def _lines(text: str, ink: Ink, width: int) -> Iterator[Spans]:
    return (((" ", Ink.TEXT), (piece, ink)) for piece in wrapped(text, max(width - 2, 10)))
