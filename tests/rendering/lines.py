"""Tickets as values, for what is pure."""

from datetime import UTC, datetime, timedelta
from typing import Any

from supportcli.domain.mail import Address
from supportcli.domain.tickets.ticket import (
    Direction,
    Message,
    Priority,
    Status,
    Ticket,
    TicketLine,
)
from supportcli.rendering.ink import Span

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
MARIA = Address("Maria Lopez", "maria@acme.test")
ADA = Address("Ada Byron", "ada@shop.test")


def line(number: int = 1042, **changed: Any) -> TicketLine:
    fields: dict[str, Any] = {
        "subject": "Double charge",
        "status": Status.OPEN,
        "priority": Priority.NORMAL,
        "customer": MARIA,
        "assignee": ADA,
        "mailbox": "help@shop.test",
        "tags": (),
        "created_at": NOW - timedelta(days=1),
        "updated_at": NOW,
        "waiting_since": NOW - timedelta(minutes=42),
        "message_count": 1,
        "version": 1,
    }
    return TicketLine(number=number, **{**fields, **changed})


def message(
    position: int = 1, direction: Direction = Direction.IN, text: str = "It leaks.", **changed: Any
) -> Message:
    fields: dict[str, Any] = {
        "created_at": NOW,
        "sender": MARIA if direction is Direction.IN else ADA,
    }
    return Message(
        id=position, position=position, direction=direction, text=text, **{**fields, **changed}
    )


def ticket(*messages: Message, **changed: Any) -> Ticket:
    return Ticket(line(message_count=len(messages)), messages, **changed)


def plain(*spans: Span) -> str:
    return "".join(text for text, _ in spans)
