"""Why a mail is where it is, in words: for `mail why`, `mail show`, and a message of the inbox."""

from collections.abc import Iterator
from datetime import datetime

from supportcli.domain.intake.ledger import DecidedMail, LetterShown, MailEvent
from supportcli.domain.tickets.ticket import Delivery, Direction, Message
from supportcli.rendering.ink import Ink, Spans
from supportcli.rendering.ticket_rows import called
from supportcli.rendering.times import moment, stamp
from supportcli.rendering.wrap import wrapped
from supportcli.terminal import clean

_DID = {
    "accepted": "accepted",
    "discarded": "discarded",
    "retried": "processed again",
    "undone": "undone",
}


def decided(mail: DecidedMail) -> Iterator[str]:
    """Where a mail is and why, where it is on the server, and what agents did with it."""
    state = "a duplicate" if mail.state == "duplicate" else mail.state
    where = f"in ticket #{mail.ticket}" if mail.ticket is not None else state
    moved = mail.decided_into is not None and mail.decided_into != mail.ticket
    then = f" put it into #{mail.decided_into}" if moved else ""
    yield f"Mail {mail.id} is {where}." + (
        f" Rule “{mail.rule}”{then}: {mail.reason}." if mail.rule else " Nothing is decided yet."
    )
    for place in mail.places:
        yield f"  {place.folder} · UID {place.uid}"
    if mail.answer is not None:
        said = "answered automatically" if mail.answer.kind else "no automatic answer"
        yield f"  {said}: {mail.answer.reason}"
    if mail.imported_from is not None:
        yield f"  imported from {mail.imported_from}"
    for event in mail.history:
        yield f"  {stamp(event.at)} {_did(event)}"


def _did(event: MailEvent) -> str:
    ticket, state = event.after.get("ticket_number"), event.after.get("state")
    if event.kind in {"merged", "split"}:
        off = "split off" if event.kind == "split" else "merged with the rest of"
        return f"{off} #{event.before.get('ticket_number')} by {event.actor}: in #{ticket}"
    became = f"in #{ticket}" if ticket is not None and state == "accepted" else str(state)
    return f"{_DID.get(event.kind, event.kind)} by {event.actor}: {became}"


def why_here(
    message: Message, letter: LetterShown | None, width: int, now: datetime
) -> Iterator[Spans]:
    """Why a message is in its ticket, as the lines of a page: what was decided about the mail and
    who says that its sender is genuine, or who wrote it here and how far it came."""
    yield ((f" Message {message.position}: why it is here", Ink.TITLE),)
    yield ()
    said = _decided(letter) if letter is not None else _written(message, now)
    for text, ink in said:
        for line in wrapped(clean(text), max(width - 2, 10)):
            yield ((" ", Ink.TEXT), (line, ink))


def _decided(letter: LetterShown) -> Iterator[tuple[str, Ink]]:
    first, *rest = decided(letter.decided)
    yield first, Ink.TEXT
    yield f"It was received by {letter.mailbox} on {stamp(letter.decided.received_at)}.", Ink.TEXT
    yield f"Its sender is {letter.check}.", Ink.TEXT
    for doubt in letter.doubts:
        yield f"! {doubt}", Ink.WARNING
    for text in rest:
        yield text.strip(), Ink.DIM


def _written(message: Message, now: datetime) -> Iterator[tuple[str, Ink]]:
    who, when = called(message.sender), moment(message.created_at, now)
    if message.direction is Direction.IN:
        yield f"{who} said it on {when}; it did not come as an email.", Ink.TEXT
        return
    noted = message.direction is Direction.NOTE
    yield f"{who} wrote this {'note' if noted else 'message'} here on {when}.", Ink.TEXT
    if message.delivery is not None:
        late = message.delivery not in {Delivery.SENT, Delivery.QUEUED, Delivery.SENDING}
        yield f"Delivery: {message.delivery.value}.", Ink.ERROR if late else Ink.TEXT
    if message.answer:
        yield f"The mail server said: “{message.answer}”", Ink.DIM
