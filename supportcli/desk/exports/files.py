"""Tickets to files: their mails as an mbox, complete tickets as JSON Lines, their messages as a
table."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlmodel import Session

from supportcli.channels.files import archives, sheets
from supportcli.desk import Desk, json_shapes
from supportcli.desk.exports.jsonl import line_of
from supportcli.desk.gestures import authorize, state_of
from supportcli.desk.tickets import reading, ticket_json
from supportcli.domain.imports.records import shielded
from supportcli.domain.people import Action
from supportcli.domain.tickets.ticket import Delivery, Message, Order, Ticket
from supportcli.storage.tickets import messages

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
    numbers = reading.numbers(desk, query, Order.NUMBER)
    return _pieces(desk, form, sorted(numbers), done, raw=raw)


def _pieces(
    desk: Desk, form: Form, numbers: list[int], done: Exported, *, raw: bool
) -> Iterator[bytes]:
    if form is Form.CSV:
        yield sheets.write_row(list(_ROW))
    for number in numbers:
        ticket = reading.ticket(desk, number)
        done.tickets += 1
        match form:
            case Form.MBOX:
                yield from _mails(desk, ticket, done)
            case Form.JSONL:
                done.messages += len(ticket.messages)
                yield _line(desk, ticket, raw=raw)
            case Form.CSV:
                done.messages += len(ticket.messages)
                yield from (
                    sheets.write_row([shielded(cell) for cell in _row(ticket, one).values()])
                    for one in ticket.messages
                )


def _mails(desk: Desk, ticket: Ticket, done: Exported) -> Iterator[bytes]:
    """The mails of a ticket, byte for byte, our own replies too; what is not a mail, or was never
    sent, is left out and counted."""
    for message in ticket.messages:
        content = None
        if message.delivery in _HAS_LEFT:
            with desk.db.read() as tx:
                content = messages.raw(tx, message.id)
        if content is not None:
            done.messages += 1
            yield archives.as_mbox(content, message.created_at)
        elif message.delivery not in _HAS_LEFT:
            done.unsent += 1
        elif message.direction.value == "note":
            done.notes += 1
        else:
            done.without_mail += 1


def _line(desk: Desk, ticket: Ticket, *, raw: bool) -> bytes:
    with desk.db.read() as tx:
        more = messages.ways_of(tx, ticket.line.number)
        raws = _raws(tx, ticket) if raw else {}
        solved_at = state_of(tx, ticket.line.number).solved_at
    return (
        json.dumps(line_of(ticket, solved_at, more, raws), ensure_ascii=True).encode("ascii")
        + b"\n"
    )


def _raws(tx: Session, ticket: Ticket) -> Mapping[int, bytes]:
    found = ((message.id, messages.raw(tx, message.id)) for message in ticket.messages)
    return {number: content for number, content in found if content is not None}


_ROW = (
    "number",
    "subject",
    "status",
    "priority",
    "customer",
    "customer_name",
    "assignee",
    "mailbox",
    "tags",
    "created",
    "updated",
    "direction",
    "author",
    "author_name",
    "date",
    "message_id",
    "text",
)


def _row(ticket: Ticket, message: Message) -> dict[str, str]:
    line = ticket_json.fields(ticket.line)
    cells: tuple[Any, ...] = (
        line["number"],
        line["subject"],
        line["status"],
        line["priority"],
        ticket.line.customer.address,
        ticket.line.customer.name,
        line["assignee"] or "",
        line["mailbox"],
        " ".join(line["tags"]),
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
