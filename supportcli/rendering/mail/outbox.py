"""Replies on their way as lines: one row for each, and all that is known of one. Commands and inbox
say the same of them."""

from collections.abc import Iterator
from datetime import datetime

from supportcli.domain.replies.delivery import Outgoing, Recipient, RecipientState
from supportcli.domain.replies.sent_copies import SentCopy
from supportcli.domain.tickets.ticket import Delivery
from supportcli.rendering.ink import Ink, Spans, fit
from supportcli.rendering.times import moment
from supportcli.rendering.wrap import wrapped
from supportcli.terminal import clean

_STATE, _WHEN, _TICKET, _LEAST = 11, 13, 8, 10
_MEASURE = 100
_INKS = {
    Delivery.LATE: Ink.ERROR,
    Delivery.FAILED: Ink.WARNING,
    Delivery.UNCERTAIN: Ink.WARNING,
    Delivery.BOUNCED: Ink.WARNING,
}
_TOLD = {
    Delivery.QUEUED: "is waiting",
    Delivery.SENDING: "is being sent",
    Delivery.TRANSMITTING: "is being sent",
    Delivery.SENT: "is sent",
    Delivery.DEFERRED: "is delayed",
    Delivery.LATE: "is late",
    Delivery.FAILED: "was refused",
    Delivery.UNCERTAIN: "may have arrived",
    Delivery.CANCELLED: "is cancelled",
    Delivery.BOUNCED: "bounced",
}
_NEXT = {
    Delivery.QUEUED: "The next sync by somebody with the mailbox's password sends it.",
    Delivery.DEFERRED: "It is tried again by itself.",
    Delivery.LATE: "It has not left for four hours, and is tried again by itself.",
    Delivery.FAILED: "It is not tried again by itself.",
    Delivery.UNCERTAIN: (
        "The connection broke after the last byte. Trying again searches the Sent folder first."
    ),
    Delivery.BOUNCED: "A mail server took it, and could not deliver it.",
    Delivery.CANCELLED: "Nobody else gets it; its text stays in the ticket.",
}
_LATER = "It leaves at its time, unless the customer writes first."
_WAITS = frozenset({Delivery.QUEUED, Delivery.DEFERRED, Delivery.LATE})


def told(one: Outgoing) -> str:
    """What became of a reply: “The reply to #3 was refused”."""
    what = "forward of" if one.chosen.forwards else "reply to"
    return f"The {what} #{one.ticket} {'is scheduled' if one.is_scheduled else _TOLD[one.state]}"


def state(one: Outgoing) -> str:
    """The state of a reply in a word or two."""
    told = "scheduled" if one.is_scheduled else one.state.value
    return f"{told}, automatic" if one.is_automatic else told


def answer(one: Outgoing, copy: SentCopy | None) -> str:
    """What a server said about a reply; of one that has left, why no copy of it is filed."""
    unfiled = copy.answer if copy is not None and one.state is Delivery.SENT else None
    return f"no copy in the folder of sent mail: {unfiled}" if unfiled else one.answer or ""


def row(one: Outgoing, width: int, now: datetime, *, marked: bool) -> Spans:
    """A reply on one line: its state, when it leaves, its ticket, to whom, and the server's words;
    where it has said none, people have their room."""
    room = max(width - 2 - _STATE - _WHEN - _TICKET - 4, 2 * _LEAST)
    people = max(room * 2 // 5, _LEAST) if one.answer else room
    return (
        ("▸ " if marked else "  ", Ink.KEY),
        (fit("scheduled" if one.is_scheduled else one.state.value, _STATE) + " ", _ink(one)),
        (fit(moment(one.sent_at or one.not_before, now), _WHEN) + " ", Ink.DIM),
        (fit(f"#{one.ticket}", _TICKET) + " ", Ink.NUMBER),
        (fit(clean(", ".join(to.address for to in one.recipients)), people) + " ", Ink.PERSON),
        (fit(clean(one.answer or ""), room - people), Ink.TEXT),
    )


def _ink(one: Outgoing) -> Ink:
    return _INKS.get(one.state, Ink.TEXT)


def page(one: Outgoing, text: str, width: int, now: datetime) -> list[Spans]:
    """All that is known of a reply: what happens to it, its recipients with what was said of each,
    and its text."""
    measure = max(min(width - 2, _MEASURE), _LEAST)
    lines: list[Spans] = []
    lines += _wrapped(f"{told(one)}. {_next(one)}", _ink(one), measure)
    if one.answer:
        lines += _wrapped(f"The mail server: {one.answer}", Ink.TEXT, measure)
    lines.append(())
    lines += _told("From", one.sender or "(nobody: it is automatic)", measure)
    for place, recipient in enumerate(one.recipients):
        lines += _told("" if place else "To", _recipient(recipient), measure)
    lines += _told("Tries", str(one.attempts), measure)
    if one.state in _WAITS:
        lines += _told("Leaves", moment(one.not_before, now), measure)
    lines.append(())
    for line in clean(text, lines=True).strip("\n").split("\n"):
        lines += _wrapped(line, Ink.TEXT, measure)
    return lines


def _next(one: Outgoing) -> str:
    return _LATER if one.is_scheduled and not one.chosen.forwards else _NEXT.get(one.state, "")


def _recipient(one: Recipient) -> str:
    """An address, and what became of it."""
    told = "" if one.state is RecipientState.WAITING else one.state.value
    words = ": ".join(part for part in (told, one.answer) if part)
    return f"{one.address} · {words}" if words else one.address


def _told(name: str, value: str, measure: int) -> Iterator[Spans]:
    for piece in wrapped(clean(value), measure - 9):
        yield ((f" {name:<8}", Ink.DIM), (piece, Ink.TEXT))
        name = ""


def _wrapped(text: str, ink: Ink, measure: int) -> Iterator[Spans]:
    return (((f" {piece}", ink),) for piece in wrapped(clean(text), measure))
