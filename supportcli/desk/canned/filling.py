"""A canned response for one ticket: its text in the customer's language with the ticket's values,
and what a written reply takes along."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel import Session

from supportcli.desk import Desk
from supportcli.desk.canned.responses import found
from supportcli.desk.gestures import Gesture
from supportcli.desk.states import unmerged
from supportcli.domain.canned import languages, placeholders
from supportcli.domain.canned.marks import attached_mark, macro_mark, parse_marks
from supportcli.domain.canned.placeholders import Values
from supportcli.domain.canned.responses import Macro, StoredResponse
from supportcli.domain.people import Agent
from supportcli.domain.replies import foreign_words
from supportcli.domain.tickets.ticket import Direction, TicketState
from supportcli.errors.canned import BlanksLeft, CannedElsewhere, CannedPartGone
from supportcli.errors.names import NotFound
from supportcli.errors.replies import EmptyText
from supportcli.storage import canned as rows
from supportcli.storage.people import customers, lookups
from supportcli.storage.setup import mailboxes
from supportcli.storage.tickets import lists, messages

_HEARD = 10
"""The customer's language is detected in so many of the newest messages."""


Used = tuple[tuple[StoredResponse, tuple[str, ...]], ...]
"""The responses that a text was made of, each with the marks it left in the text."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A response to choose, and when I used it last."""

    kept: StoredResponse
    last_at: datetime | None


@dataclass(frozen=True, slots=True)
class Insertion:
    """A response for a ticket. `marks` are the lines that name its files and its macro; `language`
    is that of its text."""

    kept: StoredResponse
    text: str
    marks: tuple[str, ...]
    language: str

    @property
    def missing(self) -> tuple[str, ...]:
        """What has to be filled in before it can be sent."""
        return placeholders.blanks(self.text)

    @property
    def whole(self) -> str:
        """The text with its marks below, as in a draft."""
        return "\n\n".join(part for part in (self.text, "\n".join(self.marks)) if part)


@dataclass(frozen=True, slots=True)
class RenderedReply:
    """What a written text amounts to: its words, its files, its macro's actions, and the responses
    used, with their marks."""

    words: str
    files: tuple[tuple[str, bytes], ...]
    macro: Macro
    used: Used


def offers(desk: Desk) -> list[Offer]:
    """All responses that I may use: those I used lately first, the others by title."""
    with desk.db.read() as tx:
        me = desk.me(tx)
        last = rows.last_used(tx, me.id)
        first = {
            kept.canned.shortcut: kept for kept in reversed(rows.visible(tx, me.id))
        }  # mine hides one of everybody's
    every = [Offer(kept, last.get(kept.id)) for kept in first.values()]
    lately = sorted(
        (offer for offer in every if offer.last_at),
        key=lambda offer: offer.last_at or offer.kept.since,
        reverse=True,
    )
    return lately + sorted(
        (offer for offer in every if not offer.last_at),
        key=lambda offer: offer.kept.canned.title.casefold(),
    )


def insertion(desk: Desk, number: int, shortcut: str) -> Insertion:
    """A response as it would answer this ticket. NotFound, CannedElsewhere, NotFound;
    TemplateWrong if the stored text is not a valid template."""
    with desk.db.read() as tx:
        me = desk.me(tx)
        state = unmerged(tx, number)
        return inserted(tx, me, state, found(tx, me, shortcut))


def inserted(tx: Session, agent: Agent, state: TicketState, kept: StoredResponse) -> Insertion:
    """As `insertion`, in a transaction."""
    from supportcli.domain.canned import templates  # noqa: PLC0415  # Jinja takes a while to load, and sending does not need it

    canned = kept.canned
    known = values_of(tx, agent, state)
    if canned.mailbox not in {"", known["mailbox"]["address"]}:
        raise CannedElsewhere(canned.shortcut, canned.mailbox, state.number)
    heard = (
        message.reply
        for message in reversed(messages.of_ticket(tx, state.number, _HEARD))
        if message.direction is Direction.IN
    )
    body = canned.body_for(languages.language_of(heard) if len(canned.bodies) > 1 else None)
    marks = [attached_mark(canned.shortcut, file.name) for file in canned.files] + (
        [macro_mark(canned.shortcut)] if canned.macro else []
    )
    if placeholders.asks_about_customer(body.text):
        known = with_all_of_customer(tx, known, state.customer_id)
    return Insertion(kept, templates.fill(body.text, known).text, tuple(marks), body.language)


def values_of(tx: Session, agent: Agent, state: TicketState) -> Values:
    """The values that templates have for this ticket. A customer's name that leads to a page, an
    address or a telephone is unknown: whoever called themselves so may not speak through us."""
    box, line = mailboxes.mailbox_by_id(tx, state.mailbox_id), lists.lines(tx, [state.number])[0]
    customer = replace(line.customer, name=foreign_words.name_to_greet(line.customer.name))
    return placeholders.values_of(replace(line, customer=customer), agent, box.name if box else "")


def with_all_of_customer(tx: Session, known: Values, customer: int) -> Values:
    """Values with what else is known of the customer, and what another system said about them
    last."""
    one = customers.customers(tx, [customer])[0]
    said = lookups.of_customer(tx, customer)
    more = placeholders.about_customer(
        one.organisation, one.fields, said.values if said is not None else {}
    )
    return {**known, "customer": {**known["customer"], **more}}


def letter(
    tx: Session, agent: Agent, number: int, text: str, used: Collection[str] = ()
) -> RenderedReply:
    """What a text amounts to when it is sent; `used` are the shortcuts of responses put into it,
    besides those its marks name.

    EmptyText; BlanksLeft if something still has to be filled in; CannedPartGone if a mark names
    something that is gone."""
    read = parse_marks(text)
    if not read.words.strip():
        raise EmptyText("reply")
    if left := placeholders.blanks(read.words):
        raise BlanksLeft(number, left)
    marks: dict[str, list[str]] = {shortcut: [] for shortcut in used}
    files, macro = [], Macro()
    for shortcut, name in read.attached:
        mark = attached_mark(shortcut, name)
        marks.setdefault(shortcut, []).append(mark)
        files.append((name, _file(tx, _named(tx, agent, shortcut, mark), name, mark)))
    for shortcut in read.macros:
        mark = macro_mark(shortcut)
        marks.setdefault(shortcut, []).append(mark)
        macro = macro.then(_named(tx, agent, shortcut, mark).canned.macro)
    return RenderedReply(read.words, tuple(files), macro, _used(tx, agent, marks))


def _used(tx: Session, agent: Agent, marks: dict[str, list[str]]) -> Used:
    every = ((rows.find(tx, shortcut, agent.id), tuple(lines)) for shortcut, lines in marks.items())
    return tuple((kept, lines) for kept, lines in every if kept)


def _named(tx: Session, agent: Agent, shortcut: str, mark: str) -> StoredResponse:
    try:
        return found(tx, agent, shortcut)
    except NotFound as error:
        raise CannedPartGone(mark) from error


def _file(tx: Session, kept: StoredResponse, name: str, mark: str) -> bytes:
    sha256 = next((file.sha256 for file in kept.canned.files if file.name == name), "")
    content = rows.file(tx, sha256)
    if content is None:
        raise CannedPartGone(mark)
    return content


def write_down(gesture: Gesture, number: int, used: Used, *, applied: bool = False) -> None:
    """Count the responses that a verb used on a ticket."""
    for kept, marks in used:
        rows.add_use(
            gesture.tx,
            rows.Use(kept.id, number, gesture.id, marks, applied),
            gesture.agent.id,
            gesture.now,
        )
