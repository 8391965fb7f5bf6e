"""A ticket as an activity log: its messages and what was done in between, oldest first. Pure: a
ticket, a width and a moment in, lines out."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from supportcli.domain.mail import FoldKind
from supportcli.domain.people import Agent
from supportcli.domain.text.sizes import size
from supportcli.domain.tickets.signature_images import signature_images
from supportcli.domain.tickets.ticket import RELATED, Delivery, Direction, Event, Message, Ticket
from supportcli.rendering.conversation.asides import partly
from supportcli.rendering.conversation.heading import fields_text, followed, heading, linked
from supportcli.rendering.events import entries, is_aside, names_in, sentence
from supportcli.rendering.ink import Ink, Span, Spans, ends, width_of, width_of_all
from supportcli.rendering.times import moment
from supportcli.rendering.wrap import quoted_lines, wrapped
from supportcli.terminal import clean

_INDENT = "    "
_WORDS = 20
"""Cells that are enough for what the desk itself says beside a fact of the heading."""

_BLANK = re.compile(r"\n(?:[^\S\n]*\n){2,}")
_FOLDED = {FoldKind.QUOTE: "quoted", FoldKind.SIGNATURE: "signature"}
_INKS = {Direction.IN: Ink.PERSON, Direction.OUT: Ink.OURS, Direction.NOTE: Ink.NOTE}
_SAID = {Direction.IN: "wrote", Direction.OUT: "replied", Direction.NOTE: "noted for the team"}
_SPOKEN = {
    Direction.IN: "said",
    Direction.OUT: "said on the phone",
    Direction.NOTE: "called and reached nobody",
}
_UNSENT = {
    Delivery.DEFERRED,
    Delivery.LATE,
    Delivery.FAILED,
    Delivery.UNCERTAIN,
    Delivery.BOUNCED,
}


@dataclass(frozen=True, slots=True)
class _Log:
    """What all entries of a log share. `whole`: no line is cut. `names` are people's names by
    address; `places` holds the number of each message's first file, `decorating` the files that are
    only counted."""

    ticket: Ticket
    width: int
    now: datetime
    unfolded: bool
    whole: bool
    names: Mapping[str, str]
    places: Mapping[int, int]
    decorating: Collection[tuple[int, int]]


def activity(
    ticket: Ticket,
    width: int,
    now: datetime,
    agents: Iterable[Agent],
    *,
    unfolded: bool = False,
    whole: bool = False,
) -> Iterator[Spans]:
    """The lines of the log for a terminal of `width` cells. Quotes and signatures are one line each
    unless `unfolded`. Text is wrapped. Anything else that does not fit its line is cut, or with
    `whole` makes that line longer."""
    log = _log_of(ticket, width, now, agents, unfolded=unfolded, whole=whole)
    title, *head = _heading(log)
    yield from (title, *head)
    if (subject := clean(ticket.line.subject)) not in "".join(text for text, _ in title):
        yield from _wrapped(subject, Ink.TITLE, width)
    for link in ticket.links:
        of = " to" if link.kind == RELATED else " of"
        yield from _wrapped(linked(link, of), Ink.DIM, width)
    if ticket.followers:
        yield from _wrapped(followed(ticket), Ink.DIM, width)
    if ticket.merged_into is not None:
        yield from _wrapped(f"merged into #{ticket.merged_into}", Ink.DIM, width)
    yield from _entries(log)


def said_after(
    ticket: Ticket, seen: int, width: int, now: datetime, agents: Iterable[Agent]
) -> Iterator[Spans]:
    """The messages of a ticket that came after its event `seen`, as lines of the log."""
    log = _log_of(ticket, width, now, agents)
    came = {event.message_id for event in ticket.events if event.id > seen}
    for message in ticket.messages:
        if message.id in came:
            yield from _message(log, message)
            yield ()


def _log_of(
    ticket: Ticket,
    width: int,
    now: datetime,
    agents: Iterable[Agent],
    *,
    unfolded: bool = False,
    whole: bool = False,
) -> _Log:
    return _Log(
        ticket,
        width,
        now,
        unfolded,
        whole,
        names_in(ticket, agents),
        _places(ticket),
        frozenset() if unfolded else signature_images(ticket.messages),
    )


def _heading(log: _Log) -> Iterable[Spans]:
    """The ticket's state, customer and tags. With `whole` it is made too wide for anything to be
    cut, and then the filling is removed."""
    line = log.ticket.line
    if not log.whole:
        return heading(line, log.width, log.now)
    who = [
        line.customer.name,
        line.customer.address,
        *((line.assignee.name, line.assignee.address) if line.assignee else ()),
        line.team or "",
        fields_text(line),
    ]
    spare = 2 * sum(
        width_of(clean(text)) + _WORDS for text in (line.subject, line.mailbox, *who, *line.tags)
    )  # twice: longer than any of them
    return [_filled_less(spans, spare) for spans in heading(line, log.width + spare, log.now)]


def _filled_less(line: Spans, spare: int) -> Spans:
    """A line with `spare` cells less of its filling; one cell stays."""
    place = max(
        (place for place, (text, _) in enumerate(line) if not text.strip(" ─")),
        key=lambda place: len(line[place][0]),
    )
    text, ink = line[place]
    return (*line[:place], (text[: max(len(text) - spare, 1)], ink), *line[place + 1 :])


def _ends(log: _Log, left: Sequence[Span], right: Sequence[Span]) -> Spans:
    """A line with something at both of its ends."""
    return ends(
        left, right, max(log.width, width_of_all([*left, *right]) + 1) if log.whole else log.width
    )


def _entries(log: _Log) -> Iterator[Spans]:
    """All that was said and done, with a blank line before each message and each row of events."""
    follows = False
    for entry in entries(log.ticket):
        if isinstance(entry, Message):
            yield ()
            yield from _message(log, entry)
            follows = False
            continue
        aside = is_aside(entry, log.places)
        if not follows and not aside:
            yield ()
        yield from _event(log, entry, aside=aside)
        follows = not aside


def _places(ticket: Ticket) -> dict[int, int]:
    places, place = {}, 1
    for message in ticket.messages:
        places[message.id] = place
        place += len(message.attachments)
    return places


def _event(log: _Log, event: Event, *, aside: bool) -> Iterator[Spans]:
    text = sentence(log.ticket, event, log.names, aside=aside)
    first, *others = wrapped(text, max(log.width - 20, 20))
    yield _ends(
        log,
        [("  · ", Ink.DIM), (first, Ink.DIM)],
        [] if aside else [(moment(event.at, log.now), Ink.DIM)],
    )
    for line in others:
        yield ((_INDENT + line, Ink.DIM),)


def _message(log: _Log, message: Message) -> Iterator[Spans]:
    when = f"{moment(message.created_at, log.now)}  {message.position}"
    yield _ends(log, _who(message), [(when, Ink.DIM)])
    for text, ink in _asides(log, message):
        yield from _wrapped(text, ink, log.width)
    for text, ink in _pieces(message, unfolded=log.unfolded):
        yield from _wrapped(text, ink, log.width)
    yield from _files(log, message)


def _files(log: _Log, message: Message) -> Iterator[Spans]:
    """The files of a message; unless it is unfolded, those that only decorate are counted."""
    number, first = log.ticket.line.number, log.places[message.id]
    folded = 0
    for place, file in enumerate(message.attachments):
        if (message.id, place) in log.decorating:
            folded += 1
            continue
        named = (
            f"▪ {number}:{first + place} {clean(file.name) or 'unnamed'} · {clean(file.type)} · "
            f"{size(file.size)}"
        )
        yield from _wrapped(named, Ink.TAG, log.width)
    if folded:
        images = f"▸ {folded} image{'' if folded == 1 else 's'} of the signature"
        yield from _wrapped(images, Ink.DIM, log.width)


def _who(message: Message) -> list[Span]:
    who = clean(message.sender.name or message.sender.address)
    verb = "reported" if message.is_report else _SAID[message.direction]
    verb = _SPOKEN[message.direction] if message.is_spoken else verb
    verb = "forwarded" if message.is_forward else verb
    verb = "answered automatically" if message.is_automatic else verb
    said: list[Span] = [(who, _INKS[message.direction]), (f" {verb}", Ink.DIM)]
    if message.direction is Direction.IN and message.sender.name:
        said.insert(1, (f" <{clean(message.sender.address)}>", Ink.DIM))
    if message.unverified:
        said.insert(
            0, ("unverified · ", Ink.WARNING)
        )  # in front: a long name would push it out of sight
    if message.delivery:
        said.append(
            (f" · {message.delivery.value}", Ink.ERROR if message.delivery in _UNSENT else Ink.GOOD)
        )
    return said


def _asides(log: _Log, message: Message) -> Iterator[Span]:
    """What to know before reading: other people, another subject, remarks from intake, why a reply
    was not sent."""
    line = log.ticket.line
    if message.direction is not Direction.NOTE:
        others = [
            str(person)
            for person in message.to
            if person.address not in {line.mailbox, line.customer.address}
        ]
        yield from (
            (f"{word} {clean(', '.join(people))}", Ink.DIM)
            for word, people in (
                ("to", others),
                ("cc", [str(one) for one in message.cc]),
                ("bcc", [str(one) for one in message.bcc]),
            )
            if people
        )
    if (
        message.direction is Direction.IN
        and message.reply_to
        and {one.address for one in message.reply_to} != {message.sender.address}
    ):
        asked = "wants answers sent to" if message.unverified else "answers go to"
        yield f"{asked} {clean(', '.join(str(one) for one in message.reply_to))}", Ink.WARNING
    if message.direction is Direction.IN and line.subject not in message.subject:
        yield f"subject {clean(message.subject)}", Ink.DIM
    if message.remark:
        yield f"! {clean(message.remark)}", Ink.WARNING
    if message.part:
        yield f"! {partly(message.part)}", Ink.WARNING
    if message.answer and message.delivery in _UNSENT:
        yield f"“{clean(message.answer)}”", Ink.ERROR


def _pieces(message: Message, *, unfolded: bool) -> Iterator[Span]:
    at = 0
    for fold in message.folds:
        yield from _text(message.text[at : fold.start], Ink.TEXT)
        at = fold.end
        folded = message.text[fold.start : fold.end].strip("\n")
        count = folded.count("\n") + 1
        if fold.kind is FoldKind.ANSWERED:
            yield from _text("\n".join(quoted_lines(folded)), Ink.DIM)
        elif unfolded:
            yield from _text(folded, Ink.DIM)
        elif folded.strip():
            yield f"▸ {count} {_FOLDED[fold.kind]} line{'' if count == 1 else 's'}", Ink.DIM
    yield from _text(message.text[at:], Ink.TEXT)


def _text(text: str, ink: Ink) -> Iterator[Span]:
    if shown := clean(_BLANK.sub("\n\n", text), lines=True).strip("\n"):
        yield shown, ink


def _wrapped(text: str, ink: Ink, width: int) -> Iterator[Spans]:
    for line in wrapped(text, max(width - len(_INDENT), 20)):
        yield ((_INDENT + line.rstrip(), ink),) if line.strip() else ()
