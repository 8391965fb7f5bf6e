"""Tickets to files: their mails as an mbox, complete tickets as JSON Lines, their messages as a
table."""

import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar

from supportcli.channels.files import archives, sheets
from supportcli.desk import Desk, json_shapes
from supportcli.desk.exports.jsonl import json_line, line_of
from supportcli.desk.gestures import authorize
from supportcli.desk.json_shapes import Shape
from supportcli.desk.tickets import ticket_json
from supportcli.desk.tickets.lists import numbers as numbers_of
from supportcli.domain.imports.records import shielded
from supportcli.domain.people import Action
from supportcli.domain.tickets.ticket import Delivery, Message, Order, Ticket
from supportcli.storage.tickets import lists, messages, tickets

T = TypeVar("T")

WINDOW = 100
"""How many tickets are read at a time, and MOST_BYTES how much of their mails: an export of any
size costs little memory."""

MOST_BYTES = 8 * 1024 * 1024

_HAS_LEFT = {None, Delivery.SENT, Delivery.UNCERTAIN, Delivery.BOUNCED}


class Form(StrEnum):
    """The forms of an export."""

    MBOX = "mbox"
    JSONL = "jsonl"
    CSV = "csv"


@dataclass(slots=True)
class Exported:
    """What an export has written: tickets and their messages; `left_out` counts the messages that
    it cannot hold, by kind."""

    tickets: int = 0
    messages: int = 0
    notes: int = 0
    without_mail: int = 0
    unsent: int = 0


def export(
    desk: Desk, form: Form, query: str, done: Exported, *, raw: bool = False
) -> Iterator[bytes]:
    """The tickets that a query finds, by number, piece by piece; `done` counts along. `raw` puts
    the mails themselves into JSON Lines. QueryError before anything is yielded; NotAllowed if my
    role may not read."""
    with desk.db.read() as tx:
        authorize(desk.me(tx), Action.READ)
    found = numbers_of(desk, query, Order.NUMBER)
    return _pieces(desk, form, sorted(found), done, raw=raw)


def _pieces(
    desk: Desk, form: Form, numbers: Sequence[int], done: Exported, *, raw: bool
) -> Iterator[bytes]:
    if form is Form.CSV:
        yield sheets.write_row(list(_ROW))
    for start in range(0, len(numbers), WINDOW):
        kept = _read(desk, numbers[start : start + WINDOW], ways=form is Form.JSONL)
        match form:
            case Form.MBOX:
                yield from _mails(desk, kept, done)
            case Form.JSONL:
                yield from _lines(desk, kept, done, raw=raw)
            case Form.CSV:
                yield from _table(kept, done)


@dataclass(frozen=True, slots=True)
class _Kept:
    """A ticket with its messages, when it was solved, and what `messages.ways_of` knows of each of
    them."""

    ticket: Ticket
    solved_at: datetime | None
    ways: Mapping[int, Mapping[str, Any]]


def _read(desk: Desk, window: Sequence[int], *, ways: bool) -> list[_Kept]:
    """These tickets, all at one moment, with as many statements as for one."""
    with desk.db.read() as tx:
        said = messages.of_tickets(tx, window)
        solved = tickets.solved_at(tx, window) if ways else {}
        of_messages = messages.ways_of(tx, window) if ways else {}
        into = tickets.merged_into(tx, window) if ways else {}
        each = (
            Ticket(line, tuple(said.get(line.number, ())), merged_into=into.get(line.number))
            for line in lists.lines(tx, window)
        )
        return [_Kept(one, solved.get(one.line.number), of_messages) for one in each]


def _table(kept: Iterable[_Kept], done: Exported) -> Iterator[bytes]:
    for one in kept:
        done.tickets += 1
        done.messages += len(one.ticket.messages)
        fields = ticket_json.fields(one.ticket.line)
        for message in one.ticket.messages:
            row = _row(fields, one.ticket, message)
            yield sheets.write_row([shielded(cell) for cell in row.values()])


def _lines(desk: Desk, kept: Iterable[_Kept], done: Exported, *, raw: bool) -> Iterator[bytes]:
    whole = ((one, tuple(message.id for message in one.ticket.messages)) for one in kept)
    for one, raws in _with_raws(desk, whole) if raw else ((one, {}) for one, _ in whole):
        done.tickets += 1
        done.messages += len(one.ticket.messages)
        yield json_line(line_of(one.ticket, one.solved_at, one.ways, raws))


def _mails(desk: Desk, kept: Iterable[_Kept], done: Exported) -> Iterator[bytes]:
    """The mails of tickets, byte for byte, our own replies too; what is not a mail, or was never
    sent, is left out and counted."""
    each = (
        (message, (message.id,) if message.delivery in _HAS_LEFT else ())
        for one in _counted(kept, done)
        for message in one.ticket.messages
    )
    for message, raws in _with_raws(desk, each):
        content = raws.get(message.id)
        if content is not None:
            done.messages += 1
            yield archives.as_mbox(content, message.created_at)
        elif message.delivery not in _HAS_LEFT:
            done.unsent += 1
        elif message.direction.value == "note":
            done.notes += 1
        else:
            done.without_mail += 1


def _counted(kept: Iterable[_Kept], done: Exported) -> Iterator[_Kept]:
    for one in kept:
        done.tickets += 1
        yield one


def _with_raws(
    desk: Desk, wanted: Iterable[tuple[T, tuple[int, ...]]]
) -> Iterator[tuple[T, Mapping[int, bytes]]]:
    """Each of `wanted` with the mails of the messages that it names, read in batches that fit in
    memory at once."""
    each = list(wanted)
    with desk.db.read() as tx:
        sizes = messages.raw_sizes(tx, [number for _, named in each for number in named])
    for batch in _batches(each, sizes):
        with desk.db.read() as tx:
            raws = messages.raws(tx, [number for _, named in batch for number in named])
        for one, named in batch:
            yield one, {number: raws[number] for number in named if number in raws}


def _batches(
    each: Iterable[tuple[T, tuple[int, ...]]], sizes: Mapping[int, int]
) -> Iterator[list[tuple[T, tuple[int, ...]]]]:
    batch: list[tuple[T, tuple[int, ...]]] = []
    total = 0
    for one, named in each:
        size = sum(sizes.get(number, 0) for number in named)
        if batch and total + size > MOST_BYTES:
            yield batch
            batch, total = [], 0
        batch.append((one, named))
        total += size
    if batch:
        yield batch


_ROW = (
    "number",
    "subject",
    "status",
    "priority",
    "customer",
    "customer_name",
    "assignee",
    "team",
    "mailbox",
    "tags",
    "fields",
    "created",
    "updated",
    "direction",
    "author",
    "author_name",
    "date",
    "message_id",
    "text",
)


def _row(line: Shape, ticket: Ticket, message: Message) -> dict[str, str]:
    cells: tuple[Any, ...] = (
        line["number"],
        line["subject"],
        line["status"],
        line["priority"],
        ticket.line.customer.address,
        ticket.line.customer.name,
        line["assignee"] or "",
        line["team"] or "",
        line["mailbox"],
        " ".join(line["tags"]),
        shlex.join(f"{value.name}={value.text}" for value in ticket.line.fields),
        line["created_at"],
        line["updated_at"],
        message.direction.value,
        message.sender.address,
        message.sender.name,
        json_shapes.time(message.date or message.created_at),
        message.message_id or "",
        message.text,
    )
    return dict(zip(_ROW, map(str, cells), strict=True))
