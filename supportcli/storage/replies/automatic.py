"""Automatic answers in the database: what each mailbox answers, and what was decided about each
mail."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, or_, select
from sqlmodel import Session

from supportcli.domain.mail_domains import lowered
from supportcli.domain.mailbox import AutomaticKind
from supportcli.domain.replies.automatic import DecidedAnswer, EarlierAnswer
from supportcli.domain.tickets.ticket import NO_REPLIES, Delivery, Direction
from supportcli.storage.engine import rows
from supportcli.storage.tables import (
    AutomaticAnswerRow,
    CustomerAddressRow,
    MessageRow,
    OutboxRow,
    TicketRow,
)

_ANSWER, _MESSAGE = rows.table_of(AutomaticAnswerRow), rows.table_of(MessageRow)
_SENT = (
    select(_ANSWER, _MESSAGE.c.people)
    .outerjoin(_MESSAGE, _MESSAGE.c.id == _ANSWER.c.message_id)
    .where(
        _ANSWER.c.mailbox_id == bindparam("mailbox"),
        _ANSWER.c.domain.in_(bindparam("domains", expanding=True)),
        _ANSWER.c.at > bindparam("since"),
        _ANSWER.c.kind.is_not(None),
    )
)
_ADDRESS, _TICKET = rows.table_of(CustomerAddressRow), rows.table_of(TicketRow)
_KNOWN = (
    select(_TICKET.c.number)
    .join(_ADDRESS, _ADDRESS.c.customer_id == _TICKET.c.customer_id)
    .where(_ADDRESS.c.address == bindparam("address"), _TICKET.c.created_at < bindparam("before"))
    .limit(1)
)
_OUTBOX = rows.table_of(OutboxRow)
_ANSWERED = (
    select(_MESSAGE.c.id)
    .join(_TICKET, _TICKET.c.number == _MESSAGE.c.ticket_number)
    .join(_ADDRESS, _ADDRESS.c.customer_id == _TICKET.c.customer_id)
    .outerjoin(_OUTBOX, _OUTBOX.c.message_id == _MESSAGE.c.id)
    .where(
        _ADDRESS.c.address == bindparam("address"),
        _MESSAGE.c.direction == Direction.OUT.value,
        _MESSAGE.c.channel.not_in(NO_REPLIES),
        _MESSAGE.c.retracted_at.is_(None),
        or_(_OUTBOX.c.id.is_(None), _OUTBOX.c.state == Delivery.SENT.value),
    )
    .limit(1)
)
_OF_MAIL = select(_ANSWER).where(_ANSWER.c.mail_id == bindparam("mail"))


def keep(tx: Session, decided: Sequence[DecidedAnswer]) -> None:
    """Write down what was decided about mails (once more, if they were decided before)."""
    values = [
        {
            "mail_id": one.mail_id,
            "mailbox_id": one.mailbox_id,
            "at": one.at,
            "kind": one.kind.value if one.kind else None,
            "reason": one.reason,
            "counted": one.counted,
            "domain": one.domain,
            "message_id": one.message_id,
        }
        for one in decided
    ]
    put = ("at", "kind", "reason", "counted", "domain", "message_id")
    rows.add_missing(tx, AutomaticAnswerRow, values, put)


def sent(
    tx: Session, mailbox_id: int, domains: Collection[str], since: datetime
) -> list[EarlierAnswer]:
    """The automatic answers of a mailbox to people at these domains after `since`."""
    wanted: dict[str, Any] = {"mailbox": mailbox_id, "domains": sorted(domains), "since": since}
    return [
        EarlierAnswer(AutomaticKind(row.kind), row.at, row.counted, row.domain, _to(row.people))
        for row in tx.connection().execute(_SENT, wanted)
    ]


def _to(people: Mapping[str, Any] | None) -> str:
    return next((str(one["address"]) for one in (people or {}).get("to", ())), "")


def is_known(tx: Session, address: str, before: datetime) -> bool:
    """Whether the customer with this address had a ticket before then."""
    wanted: dict[str, Any] = {"address": lowered(address), "before": before}
    return tx.connection().execute(_KNOWN, wanted).first() is not None


def was_answered(tx: Session, address: str) -> bool:
    """Whether a reply of an agent has left for the customer with this address."""
    return tx.connection().execute(_ANSWERED, {"address": lowered(address)}).first() is not None


def of_mail(tx: Session, mail_id: int) -> DecidedAnswer | None:
    """What was decided about answering a mail; None if nothing was."""
    row = tx.connection().execute(_OF_MAIL, {"mail": mail_id}).first()
    if row is None:
        return None
    values = row._asdict() | {"kind": AutomaticKind(row.kind) if row.kind else None}
    return DecidedAnswer(**values)
