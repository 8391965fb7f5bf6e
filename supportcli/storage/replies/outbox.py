"""The outbox: replies on their way, their bytes and recipients. Which state may follow which is
decided in `desk.replies.outbox` for agents and in `desk.replies.sending` for the program."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import and_, bindparam, delete, func, select, update
from sqlmodel import Session

from supportcli.domain.mail_domains import lowered
from supportcli.domain.replies.chosen import AS_USUAL, ReplyChoice
from supportcli.domain.replies.delivery import (
    AttemptVerdict,
    Outgoing,
    Recipient,
    RecipientState,
)
from supportcli.domain.tickets.ticket import AUTOMATIC, UNSOLVED, Delivery
from supportcli.storage.engine import rows
from supportcli.storage.engine.among import among
from supportcli.storage.replies.drafts import choice_of, written_choice
from supportcli.storage.tables import (
    DraftRow,
    MailboxRow,
    MessageRow,
    OutboxRecipientRow,
    OutboxRow,
    TicketRow,
)

_OUTBOX = rows.table_of(OutboxRow)
_DRAFT = rows.table_of(DraftRow)
_RECIPIENT = rows.table_of(OutboxRecipientRow)
_MAILBOX = rows.table_of(MailboxRow)
_MESSAGE = rows.table_of(MessageRow)
_TICKET = rows.table_of(TicketRow)

_REACHED = (
    select(_OUTBOX.c.message_id, _RECIPIENT.c.address)
    .join(_MESSAGE, _MESSAGE.c.id == _OUTBOX.c.message_id)
    .outerjoin(
        _RECIPIENT,
        and_(
            _RECIPIENT.c.outbox_id == _OUTBOX.c.id, _RECIPIENT.c.state == RecipientState.SENT.value
        ),
    )
    .where(_MESSAGE.c.ticket_number == bindparam("ticket"), _MESSAGE.c.channel != AUTOMATIC)
)

WAITING = (Delivery.QUEUED, Delivery.DEFERRED, Delivery.LATE)
"""The states in which a reply is sent once it is due."""

_NOT_READ = {"content", "created_at", "updated_at", "tried_at"}

_REPLIES = select(
    *(column for column in _OUTBOX.c if column.name not in _NOT_READ),
    _MESSAGE.c.ticket_number,
    _MESSAGE.c.channel,
).join(_MESSAGE, _MESSAGE.c.id == _OUTBOX.c.message_id)

_OF_KEY = _OUTBOX.c.id == bindparam("key")

# What sending asks for each reply is built once: building it takes as long as asking it.
_TO_SEND = _REPLIES.add_columns(_OUTBOX.c.content).where(
    _OF_KEY, _OUTBOX.c.state.in_([state.value for state in WAITING])
)
_WHOM = (
    select(_RECIPIENT)
    .where(_RECIPIENT.c.outbox_id == bindparam("key"))
    .order_by(_RECIPIENT.c.address)
)
_BEGIN = (
    update(_OUTBOX)
    .where(_OF_KEY)
    .values(
        state=bindparam("to_state"),
        attempts=bindparam("to_attempts"),
        first_try_at=bindparam("to_first"),
        tried_at=bindparam("now"),
        updated_at=bindparam("now"),
    )
)
_TRANSMITS = (
    update(_OUTBOX)
    .where(
        _OF_KEY,
        _OUTBOX.c.attempts == bindparam("count"),
        _OUTBOX.c.state == Delivery.SENDING.value,
    )
    .values(state=Delivery.TRANSMITTING.value, updated_at=bindparam("now"))
)
_CONCLUDE_ANY = (
    update(_OUTBOX)
    .where(_OF_KEY)
    .values(
        state=bindparam("to_state"),
        answer=bindparam("to_answer"),
        sent_at=bindparam("to_sent"),
        not_before=bindparam("due"),
        updated_at=bindparam("now"),
    )
)
_CONCLUDE = _CONCLUDE_ANY.where(
    _OUTBOX.c.attempts == bindparam("count"),
    _OUTBOX.c.state.in_([Delivery.SENDING.value, Delivery.TRANSMITTING.value]),
)
_OF_RECIPIENT = (
    update(_RECIPIENT)
    .where(_RECIPIENT.c.outbox_id == bindparam("key"), _RECIPIENT.c.address == bindparam("whom"))
    .values(state=bindparam("state"), answer=bindparam("answer"))
)


@dataclass(frozen=True, slots=True)
class NewOutgoing:
    """What `queue` writes: bytes that are sent unchanged, from `sender` to `recipients`, not before
    `not_before`."""

    message_id: int
    mailbox_id: int
    rfc_message_id: str
    sender: str
    recipients: tuple[str, ...]
    content: bytes
    not_before: datetime
    chosen: ReplyChoice = AS_USUAL


def queue(tx: Session, new: NewOutgoing, now: datetime) -> int:
    """Put a reply into the outbox, in the transaction of its message; returns its id."""
    outbox = rows.add(
        tx,
        OutboxRow,
        {
            "message_id": new.message_id,
            "mailbox_id": new.mailbox_id,
            "state": Delivery.QUEUED.value,
            "not_before": new.not_before,
            "attempts": 0,
            "rfc_message_id": new.rfc_message_id,
            "sender": new.sender,
            "content": new.content,
            "created_at": now,
            "updated_at": now,
            "chosen": written_choice(new.chosen),
            "scheduled_for": new.chosen.at,
        },
    )
    _write_recipients(tx, outbox, [Recipient(address) for address in dict.fromkeys(new.recipients)])
    return outbox


def find(tx: Session, outbox_id: int) -> Outgoing | None:
    """A reply in the outbox; None if there is none with this id."""
    return next(iter(_read(tx, _OUTBOX.c.id == outbox_id)), None)


def to_send(tx: Session, outbox_id: int) -> tuple[Outgoing, bytes] | None:
    """A reply that waits to be sent, with its bytes; None if there is none with this id."""
    row = tx.connection().execute(_TO_SEND, {"key": outbox_id}).one_or_none()
    if row is None:
        return None
    people = tx.connection().execute(_WHOM, {"key": outbox_id})
    return _outgoing(row, tuple(_recipient(each) for each in people)), bytes(row.content)


def begin(tx: Session, begun: Outgoing, now: datetime) -> None:
    """An attempt at a reply begins, the one that `begun` counts."""
    values = {
        "key": begun.id,
        "to_state": begun.state.value,
        "to_attempts": begun.attempts,
        "to_first": begun.first_try_at,
        "now": now,
    }
    tx.connection().execute(_BEGIN, values)


def of_message(tx: Session, message_id: int) -> Outgoing | None:
    """The outbox's reply for a message; None if it is not in the outbox."""
    return next(iter(_read(tx, _OUTBOX.c.message_id == message_id)), None)


def of_ticket(tx: Session, number: int) -> list[Outgoing]:
    """The replies of a ticket that are, or were, in the outbox."""
    return _read(tx, _MESSAGE.c.ticket_number == number)


def reached(tx: Session, number: int) -> dict[int, frozenset[str]]:
    """The addresses that each reply of a ticket has left for, by the id of its message; none if it
    waits, failed or was cancelled."""
    found: dict[int, set[str]] = defaultdict(set)
    for message, address in tx.connection().execute(_REACHED, {"ticket": number}):
        found[message].update((lowered(address),) if address is not None else ())
    return {message: frozenset(addresses) for message, addresses in found.items()}


def scheduled(tx: Session, tickets: Collection[int]) -> list[Outgoing]:
    """The replies in these tickets that wait for the time that was chosen for them, or for their
    mailbox to be read since then."""
    return _read(
        tx,
        _OUTBOX.c.scheduled_for.is_not(None),
        _in(WAITING),
        _OUTBOX.c.attempts == 0,
        _MESSAGE.c.ticket_number.in_(tickets),
    )


def automatic(
    tx: Session, tickets: Collection[int], states: Collection[Delivery]
) -> list[Outgoing]:
    """The automatic answers of these tickets that are in one of these states, without their
    recipients."""
    statement = _REPLIES.where(
        _in(states), _MESSAGE.c.channel == AUTOMATIC, among(_MESSAGE.c.ticket_number, "numbers")
    )
    found = tx.connection().execute(statement, {"numbers": list(tickets)}).all()
    return [_outgoing(row, ()) for row in found]


def given_up(tx: Session) -> list[Outgoing]:
    """The replies that were given up because the customer wrote first, while their agent has a
    draft in that ticket."""
    kept = select(_DRAFT.c.ticket_number).where(
        _DRAFT.c.ticket_number == _MESSAGE.c.ticket_number,
        _DRAFT.c.agent_id == _MESSAGE.c.agent_id,
        _DRAFT.c.updated_at >= _OUTBOX.c.updated_at,
    )
    return _read(
        tx,
        _OUTBOX.c.scheduled_for.is_not(None),
        _OUTBOX.c.state == Delivery.CANCELLED.value,
        _OUTBOX.c.answer.is_not(None),
        kept.exists(),
    )


def bounced(tx: Session) -> list[Outgoing]:
    """The replies that bounced, in tickets that are not solved yet."""
    unsolved = select(_TICKET.c.number).where(
        _TICKET.c.status.in_([status.value for status in UNSOLVED])
    )
    return _read(
        tx, _OUTBOX.c.state == Delivery.BOUNCED.value, _MESSAGE.c.ticket_number.in_(unsolved)
    )


def in_states(
    tx: Session, states: Collection[Delivery], mailbox_id: int | None = None
) -> list[Outgoing]:
    """The replies in one of `states`, of one mailbox or of all, longest due first."""
    conditions = [_OUTBOX.c.state.in_([state.value for state in states])]
    return _read(
        tx, *conditions, *([_OUTBOX.c.mailbox_id == mailbox_id] if mailbox_id is not None else [])
    )


def uncertain(tx: Session, rfc_message_ids: Sequence[str]) -> list[Outgoing]:
    """Which of the replies with these Message-IDs are in doubt: nobody knows whether they
    arrived."""
    return _read(
        tx,
        _OUTBOX.c.rfc_message_id.in_(rfc_message_ids),
        _OUTBOX.c.state == Delivery.UNCERTAIN.value,
    )


def due(tx: Session, mailbox_id: int, now: datetime) -> list[int]:
    """The ids of a mailbox's replies that are due, longest due first."""
    statement = (
        select(_OUTBOX.c.id)
        .where(_due(now), _OUTBOX.c.mailbox_id == mailbox_id, _may_send(now))
        .order_by(_OUTBOX.c.not_before, _OUTBOX.c.id)
    )
    return list(tx.connection().execute(statement).scalars())


def due_mailboxes(tx: Session, now: datetime) -> set[int]:
    """The ids of the mailboxes with replies that are due."""
    return set(
        tx.connection()
        .execute(select(_OUTBOX.c.mailbox_id).where(_due(now), _may_send(now)).distinct())
        .scalars()
    )


def overdue(tx: Session, now: datetime) -> tuple[int, datetime | None]:
    """How many replies of all mailboxes are due, and since when the first of them."""
    count, oldest = (
        tx.connection()
        .execute(
            select(func.count(), func.min(_OUTBOX.c.not_before)).where(_due(now), _may_send(now))
        )
        .one()
    )
    return count, oldest


def waiting_since(tx: Session, mailbox_id: int, since: datetime) -> list[Outgoing]:
    """A mailbox's replies that have been due or tried since then, and are not marked as late."""
    return _read(tx, _OUTBOX.c.mailbox_id == mailbox_id, _too_long(since))


def late_mailboxes(tx: Session, since: datetime) -> set[int]:
    """The ids of the mailboxes for which `waiting_since` finds a reply."""
    statement = select(_OUTBOX.c.mailbox_id).where(_too_long(since)).distinct()
    return set(tx.connection().execute(statement).scalars())


def tried_before(tx: Session, mailbox_id: int, count: int) -> datetime | None:
    """When the last but `count` - 1 attempt of a mailbox began; None if there were fewer."""
    statement = (
        select(_OUTBOX.c.tried_at)
        .where(_OUTBOX.c.mailbox_id == mailbox_id, _OUTBOX.c.tried_at.is_not(None))
        .order_by(_OUTBOX.c.tried_at.desc())
        .offset(count - 1)
        .limit(1)
    )
    found: datetime | None = tx.connection().execute(statement).scalar()
    return found


def transmits(tx: Session, one: Outgoing, to: Collection[str], now: datetime) -> bool:
    """Note that a reply is about to be complete at the server, for these of its recipients; they
    are marked if others wait, too. False, and nothing is written, if this attempt is not the
    recorded one."""
    values = {"key": one.id, "count": one.attempts, "now": now}
    if tx.connection().execute(_TRANSMITS, values).rowcount != 1:
        return False
    if set(to) != set(one.waiting):
        in_doubt = [
            replace(was, state=RecipientState.UNCERTAIN) if was.address in to else was
            for was in one.recipients
        ]
        update_recipients(tx, one, in_doubt)
    return True


def content(tx: Session, outbox_id: int) -> bytes:
    """The bytes of a reply."""
    found: bytes = (
        tx.connection()
        .execute(select(_OUTBOX.c.content).where(_OUTBOX.c.id == outbox_id))
        .scalar_one()
    )
    return found


def change(tx: Session, outbox_id: int, state: Delivery, now: datetime, **fields: Any) -> None:  # noqa: ANN401 - columns have many types
    """Set the state and other columns of a reply."""
    tx.connection().execute(
        update(_OUTBOX)
        .where(_OUTBOX.c.id == outbox_id)
        .values(state=state.value, updated_at=now, **fields)
    )


def update_recipients(tx: Session, one: Outgoing, recipients: Sequence[Recipient]) -> None:
    """As `set_recipients`, for the same recipients as those of `one`, in the order in which it has
    them."""
    changed = [
        {"key": one.id, "whom": now.address, "state": now.state.value, "answer": now.answer}
        for now in recipients
    ]
    tx.connection().execute(_OF_RECIPIENT, changed)


def conclude(
    tx: Session, one: Outgoing, verdict: AttemptVerdict, now: datetime, *, recorded: bool
) -> bool:
    """Write the state that a verdict gives to a reply. With `recorded`, only if this attempt is
    still the recorded one, else False."""
    values = {
        "key": one.id,
        "to_state": verdict.state.value,
        "to_answer": verdict.answer,
        "to_sent": now if verdict.state is Delivery.SENT else one.sent_at,
        "due": verdict.not_before or one.not_before,
        "now": now,
    }
    if not recorded:
        return tx.connection().execute(_CONCLUDE_ANY, values).rowcount == 1
    return tx.connection().execute(_CONCLUDE, values | {"count": one.attempts}).rowcount == 1


def set_recipients(tx: Session, outbox_id: int, recipients: Sequence[Recipient]) -> None:
    """Write how far a reply has come for each recipient."""
    tx.connection().execute(delete(_RECIPIENT).where(_RECIPIENT.c.outbox_id == outbox_id))
    _write_recipients(tx, outbox_id, recipients)


def _write_recipients(tx: Session, outbox_id: int, recipients: Sequence[Recipient]) -> None:
    written = [
        {
            "outbox_id": outbox_id,
            "address": recipient.address,
            "state": recipient.state.value,
            "answer": recipient.answer,
        }
        for recipient in recipients
    ]
    rows.add_missing(tx, OutboxRecipientRow, written)


def _too_long(since: datetime) -> Any:  # noqa: ANN401
    """A condition: the reply has been due or tried since then, and is not marked as late."""
    first = func.coalesce(_OUTBOX.c.first_try_at, _OUTBOX.c.not_before)
    states = [state.value for state in WAITING if state is not Delivery.LATE]
    return _OUTBOX.c.state.in_(states) & (first <= since)


def _may_send(now: datetime) -> Any:  # noqa: ANN401
    """A condition: the reply's mailbox does not have to wait."""
    waits = select(_MAILBOX.c.id).where(_MAILBOX.c.sends_again_at > now)
    return _OUTBOX.c.mailbox_id.not_in(waits)


def _due(now: datetime) -> Any:  # noqa: ANN401 - SQLAlchemy's conditions have no common type that its functions take
    return _in(WAITING) & (_OUTBOX.c.not_before <= now)


def _in(states: Collection[Delivery]) -> Any:  # noqa: ANN401
    return _OUTBOX.c.state.in_([state.value for state in states])


def _read(tx: Session, *conditions: Any) -> list[Outgoing]:  # noqa: ANN401
    statement = _REPLIES.where(*conditions).order_by(_OUTBOX.c.not_before, _OUTBOX.c.id)
    found = tx.connection().execute(statement).all()
    people = _recipients(tx, [row.id for row in found])
    return [_outgoing(row, people.get(row.id, ())) for row in found]


def _recipients(tx: Session, outbox_ids: Sequence[int]) -> dict[int, tuple[Recipient, ...]]:
    found: dict[int, tuple[Recipient, ...]] = {}
    for row in tx.connection().execute(
        select(_RECIPIENT)
        .where(_RECIPIENT.c.outbox_id.in_(outbox_ids))
        .order_by(_RECIPIENT.c.address)
    ):
        found[row.outbox_id] = (
            *found.get(row.outbox_id, ()),
            _recipient(row),
        )
    return found


def _recipient(row: Any) -> Recipient:  # noqa: ANN401
    return Recipient(row.address, RecipientState(row.state), row.answer)


def _outgoing(row: Any, recipients: tuple[Recipient, ...]) -> Outgoing:  # noqa: ANN401
    return Outgoing(
        id=row.id,
        message_id=row.message_id,
        ticket=row.ticket_number,
        mailbox_id=row.mailbox_id,
        state=Delivery(row.state),
        not_before=row.not_before,
        attempts=row.attempts,
        first_try_at=row.first_try_at,
        rfc_message_id=row.rfc_message_id,
        sender=row.sender,
        answer=row.answer,
        sent_at=row.sent_at,
        recipients=recipients,
        chosen=choice_of(row.chosen),
        is_automatic=row.channel == AUTOMATIC,
    )
