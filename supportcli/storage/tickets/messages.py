"""Messages of tickets: adding one with its participants, references, attachments and words, and
reading them back as values."""

from collections.abc import Collection, Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, delete, func, select, update
from sqlmodel import Session

from supportcli.domain.mail import Address, Attachment, Fold, FoldKind, Mail
from supportcli.domain.query.searchable_text import message_words
from supportcli.domain.tickets.ticket import (
    PHONE,
    Delivery,
    Direction,
    Message,
    PartialMail,
    Rest,
)
from supportcli.storage import tables
from supportcli.storage.engine import rows
from supportcli.storage.tables import (
    AgentRow,
    AttachmentRow,
    EventRow,
    MailRow,
    MessageRow,
    OutboxRow,
    RawMailRow,
    TicketRow,
    mail_states,
)
from supportcli.storage.tickets import search_index

_MESSAGE = rows.table_of(MessageRow)
_AGENT = rows.table_of(AgentRow)
_ATTACHMENT = rows.table_of(AttachmentRow)
_OUTBOX = rows.table_of(OutboxRow)
_TICKET = rows.table_of(TicketRow)
_EVENT = rows.table_of(EventRow)
_MAIL, _RAW = rows.table_of(MailRow), rows.table_of(RawMailRow)

_RESTS = {
    mail_states.PARTIAL: Rest.COMING,
    mail_states.TOO_LARGE: Rest.ON_SERVER,
    mail_states.GONE: Rest.GONE,
}
_DELIVERED_ELSEWHERE = {Direction.OUT.value: Delivery.SENT}
"""The state of a reply without an outbox row: it came from an archive, and was sent long ago by
another program."""

_LAST_POSITION = select(func.max(_MESSAGE.c.position)).where(
    _MESSAGE.c.ticket_number == bindparam("of_ticket")
)
_YOUNGER = select(func.min(_MESSAGE.c.position)).where(
    _MESSAGE.c.ticket_number == bindparam("of_ticket"), _MESSAGE.c.created_at > bindparam("than")
)
_SHOWN = (
    select(
        _MESSAGE,
        _OUTBOX.c.state.label("delivery"),
        _OUTBOX.c.answer,
        _OUTBOX.c.not_before,
        _MAIL.c.full_size,
    )
    .outerjoin(_OUTBOX, _OUTBOX.c.message_id == _MESSAGE.c.id)
    .outerjoin(_MAIL, _MAIL.c.id == _MESSAGE.c.mail_id)
    .where(_MESSAGE.c.retracted_at.is_(None))
)
_OF_TICKETS = _MESSAGE.c.ticket_number.in_(bindparam("numbers", expanding=True))
_SHOWN_LAST = (
    _SHOWN.where(_MESSAGE.c.ticket_number == bindparam("of_ticket"))
    .order_by(_MESSAGE.c.position.desc())
    .limit(bindparam("most"))
)
_SHOWN_OF_TICKETS = _SHOWN.where(_OF_TICKETS).order_by(
    _MESSAGE.c.ticket_number, _MESSAGE.c.position
)
_AUTHORS = (
    select(_MESSAGE.c.id, _AGENT.c.address)
    .outerjoin(_AGENT, _AGENT.c.id == _MESSAGE.c.agent_id)
    .where(_OF_TICKETS)
)
_FILES_OF = (
    select(_ATTACHMENT)
    .where(_ATTACHMENT.c.message_id.in_(bindparam("messages", expanding=True)))
    .order_by(_ATTACHMENT.c.message_id, _ATTACHMENT.c.position)
)
_ALL = 2**62
"""A limit that no ticket has as many messages as."""

_IDS = bindparam("ids", expanding=True, type_=_MESSAGE.c.id.type)
_RECEIVED, _RECEIVED_SIZES = (
    select(_MESSAGE.c.id, column)
    .join(_MAIL, _MAIL.c.id == _MESSAGE.c.mail_id)
    .join(_RAW, _RAW.c.id == _MAIL.c.raw_id)
    .where(_MESSAGE.c.id.in_(_IDS))
    for column in (_RAW.c.content, _RAW.c.size)
)
_SENT, _SENT_SIZES = (
    select(_OUTBOX.c.message_id, column).where(_OUTBOX.c.message_id.in_(_IDS))
    for column in (_OUTBOX.c.content, func.length(_OUTBOX.c.content).label("size"))
)
_COUNT_ONE_MORE = (
    update(_TICKET)
    .where(_TICKET.c.number == bindparam("of_ticket"))
    .values(message_count=_TICKET.c.message_count + 1)
)


@dataclass(frozen=True, slots=True)
class NewMessage:
    """What `add` writes."""

    direction: Direction
    created_at: datetime
    sender: Address
    text: str
    subject: str = ""
    message_id: str | None = None
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    bcc: tuple[Address, ...] = ()
    """Of a reply of ours: who got it without being named in it."""
    reply_to: tuple[Address, ...] = ()
    date: datetime | None = None
    """What the mail itself says."""
    folds: tuple[Fold, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    references: tuple[str, ...] = ()
    """All ids of In-Reply-To and References."""
    remark: str | None = None
    mail_id: int | None = None
    agent_id: int | None = None
    channel: str = "mail"
    unverified: bool = False
    """Nothing proves who wrote it: it makes nobody a participant."""
    newcomer: bool = False
    """Its author is new: everybody it names becomes a new participant."""
    answers_elsewhere: bool = False
    """Its author may redirect answers: else its Reply-To makes only new participants."""
    queued: bool = False
    """It leaves by the outbox, which knows its recipients."""
    words: str | None = None
    """The words of its text, if they are known (`Mail.words`)."""


def add(
    tx: Session, ticket_number: int, mailbox_id: int, new: NewMessage, position: int | None = None
) -> int:
    """Add a message to a ticket, with everything that depends on it; returns its id. The ticket's
    `message_count` grows. `position` is its place if the caller knows it: after all others."""
    if position is None:
        last = tx.connection().execute(_LAST_POSITION, {"of_ticket": ticket_number}).scalar()
        position = (last or 0) + 1
    message = rows.add(tx, MessageRow, _columns(ticket_number, position, new))
    rows.change(tx, _COUNT_ONE_MORE, {"of_ticket": ticket_number})
    _join(tx, ticket_number, joining(new))
    named = {"message_id": message, "ticket_number": ticket_number, "mailbox_id": mailbox_id}
    rows.add_missing(
        tx, tables.ReferenceRow, [{"reference": reference, **named} for reference in naming(new)]
    )
    for place, file in enumerate(new.attachments, 1):
        rows.add(tx, AttachmentRow, _attachment_columns(message, place, file))
    words = message_words(new.subject, new.sender, new.text, new.attachments, new.words)
    search_index.index_message(tx, ticket_number, message, words)
    return message


def naming(new: NewMessage) -> list[str]:
    """The ids by which a message relates others to its ticket: those that it names. The own id of
    an unverified one counts only as much as these."""
    own = (new.message_id,) if new.unverified and new.message_id else ()
    return list(dict.fromkeys((*own, *new.references)))


def joining(new: NewMessage) -> list[tuple[str, bool]]:
    """The addresses that a message makes participants of its ticket, each with whether they are
    new there."""
    if new.direction is Direction.NOTE or new.unverified or new.queued:
        return []
    named = {one.address for one in (new.sender, *new.to, *new.cc) if one.address}
    asked_for = {one.address for one in new.reply_to if one.address}
    sure = set() if new.newcomer else named | (asked_for if new.answers_elsewhere else set())
    return [(one, False) for one in sorted(sure)] + [
        (one, True) for one in sorted((named | asked_for) - sure)
    ]


def _join(tx: Session, ticket_number: int, people: Sequence[tuple[str, bool]]) -> None:
    """Make people participants; whoever is known is never new again."""
    for newcomer in (False, True):
        joined = [
            {"ticket_number": ticket_number, "address": address, "newcomer": newcomer}
            for address, is_new in people
            if is_new is newcomer
        ]
        rows.add_missing(tx, tables.ParticipantRow, joined, () if newcomer else ("newcomer",))


def join_as_new(tx: Session, ticket_number: int, address: str) -> None:
    """Record that somebody is new in a ticket, even if the message that says so is unverified."""
    _join(tx, ticket_number, [(address, True)])


def outdo(
    tx: Session, ticket_number: int, mail_id: int, people: Collection[str], *, unverified: bool
) -> None:
    """Make the people whom only one form of a mail names new participants; with `unverified`, that
    form becomes unverified too."""
    participant = rows.table_of(tables.ParticipantRow)
    new = update(participant).where(
        participant.c.ticket_number == ticket_number, participant.c.address.in_(sorted(people))
    )
    tx.connection().execute(new.values(newcomer=True))
    if unverified:
        tx.connection().execute(
            update(_MESSAGE).where(_MESSAGE.c.mail_id == mail_id).values(unverified=True)
        )


def place_by_date(tx: Session, ticket_number: int, message_id: int, at: datetime) -> None:
    """Move a message that was just added, and is from `at`, before the first younger one."""
    connection = tx.connection()
    place = connection.execute(_YOUNGER, {"of_ticket": ticket_number, "than": at}).scalar()
    if place is not None:  # positions are unique, so the others move first
        others = update(_MESSAGE).where(_MESSAGE.c.ticket_number == ticket_number)
        connection.execute(
            others.where(_MESSAGE.c.position >= place, _MESSAGE.c.id != message_id).values(
                position=-_MESSAGE.c.position - 1
            )
        )
        connection.execute(others.where(_MESSAGE.c.id == message_id).values(position=place))
        connection.execute(
            others.where(_MESSAGE.c.position < 0).values(position=-_MESSAGE.c.position)
        )


def _columns(ticket_number: int, position: int, new: NewMessage) -> dict[str, Any]:
    return {
        "ticket_number": ticket_number,
        "position": position,
        "direction": new.direction.value,
        "channel": new.channel,
        "mail_id": new.mail_id,
        "agent_id": new.agent_id,
        "message_id": new.message_id,
        "sender_name": new.sender.name,
        "sender_address": new.sender.written,
        "people": {
            kind: [{"name": a.name, "address": a.written} for a in getattr(new, kind)]
            for kind in ("to", "cc", "reply_to", *(("bcc",) if new.bcc else ()))
        },
        "subject": new.subject,
        "text": new.text,
        "folds": [[fold.start, fold.end, fold.kind.value] for fold in new.folds],
        "sent_at": new.date,
        "created_at": new.created_at,
        "remark": new.remark,
        "retracted_at": None,
        "unverified": new.unverified,
        "newcomer": new.newcomer,
    }


def _attachment_columns(message: int, position: int, file: Attachment) -> dict[str, Any]:
    return {
        "message_id": message,
        "position": position,
        "part": file.part,
        "name": file.name,
        "type": file.type,
        "size": file.size,
        "sha256": file.sha256,
        "inline": file.inline,
        "content_id": file.content_id,
    }


def retract(tx: Session, message_id: int, now: datetime) -> None:
    """Take back a note, or a reply that has not left: it is no longer shown, found or counted."""
    ticket = (
        tx.connection()
        .execute(select(_MESSAGE.c.ticket_number).where(_MESSAGE.c.id == message_id))
        .scalar_one()
    )
    tx.connection().execute(
        update(_MESSAGE).where(_MESSAGE.c.id == message_id).values(retracted_at=now)
    )
    tx.connection().execute(
        update(_TICKET)
        .where(_TICKET.c.number == ticket)
        .values(message_count=_TICKET.c.message_count - 1)
    )
    search_index.unindex_message(tx, message_id)


def restore(tx: Session, message_id: int) -> None:
    """Undo `retract`."""
    row = tx.connection().execute(select(_MESSAGE).where(_MESSAGE.c.id == message_id)).one()
    tx.connection().execute(
        update(_MESSAGE).where(_MESSAGE.c.id == message_id).values(retracted_at=None)
    )
    rows.change(tx, _COUNT_ONE_MORE, {"of_ticket": row.ticket_number})
    files = _attachments(tx, [message_id]).get(message_id, ())
    sender = Address(row.sender_name, row.sender_address)
    words = message_words(row.subject, sender, row.text, files)
    search_index.index_message(tx, row.ticket_number, message_id, words)


def of_mail(tx: Session, mail_id: int) -> list[tuple[int, int]]:
    """The messages that came as this mail: their ticket's number and their id."""
    found = tx.connection().execute(
        select(_MESSAGE.c.ticket_number, _MESSAGE.c.id).where(_MESSAGE.c.mail_id == mail_id)
    )
    return [(row.ticket_number, row.id) for row in found]


def position_of_mail(tx: Session, mail_id: int) -> int | None:
    """Which message of its ticket a mail is; None if it is none."""
    found = select(_MESSAGE.c.position).where(_MESSAGE.c.mail_id == mail_id)
    return tx.connection().execute(found).scalar()


def opener(tx: Session, mail_id: int) -> Address | None:
    """The author of a mail that opened a ticket when it came; None if it opened none."""
    split = select(rows.table_of(tables.RegroupingRow).c.gesture)
    opened = select(_EVENT.c.message_id).where(
        _EVENT.c.kind == "created", _EVENT.c.gesture.not_in(split)
    )
    found = select(_MESSAGE.c.sender_name, _MESSAGE.c.sender_address).where(
        _MESSAGE.c.mail_id == mail_id, _MESSAGE.c.id.in_(opened)
    )
    row = tx.connection().execute(found).first()
    return Address.of(row.sender_name, row.sender_address) if row is not None else None


def subjects(tx: Session, tickets: Collection[int]) -> dict[int, frozenset[str]]:
    """The subjects of the messages in these tickets, by the ticket's number; one without messages
    is missing."""
    columns = (_MESSAGE.c.ticket_number, _MESSAGE.c.subject)
    found: dict[int, set[str]] = {}
    for number, subject in tx.connection().execute(
        select(*columns).where(_MESSAGE.c.ticket_number.in_(tickets)).distinct()
    ):
        found.setdefault(number, set()).add(subject)
    return {number: frozenset(named) for number, named in found.items()}


def subjects_of(tx: Session, message_ids: Collection[int]) -> frozenset[str]:
    """The subjects of these messages."""
    statement = select(_MESSAGE.c.subject).where(_MESSAGE.c.id.in_(message_ids)).distinct()
    return frozenset(tx.connection().execute(statement).scalars())


def fill(tx: Session, ticket_number: int, message_id: int, mail: Mail) -> None:
    """Give a message that was only partly here the text and files of its complete mail."""
    folds = [[fold.start, fold.end, fold.kind.value] for fold in mail.folds]
    tx.connection().execute(
        update(_MESSAGE).where(_MESSAGE.c.id == message_id).values(text=mail.text, folds=folds)
    )
    tx.connection().execute(_ATTACHMENT.delete().where(_ATTACHMENT.c.message_id == message_id))
    for place, file in enumerate(mail.attachments, 1):
        rows.add(tx, AttachmentRow, _attachment_columns(message_id, place, file))
    search_index.unindex_message(tx, message_id)
    sender = mail.sender or Address("", "")
    words = message_words(mail.subject, sender, mail.text, mail.attachments)
    search_index.index_message(tx, ticket_number, message_id, words)


def release(tx: Session, mail_id: int, people: Sequence[str], now: datetime) -> None:
    """Take a mail out of its ticket again.

    Its message is no longer shown or found, and what it added for recognising later mail is
    forgotten: the ids that it names, and `people` who were not known there. Does nothing if the
    mail is no message."""
    reference = rows.table_of(tables.ReferenceRow)
    participant = rows.table_of(tables.ParticipantRow)
    found = select(_MESSAGE.c.id, _MESSAGE.c.ticket_number, _MESSAGE.c.retracted_at).where(
        _MESSAGE.c.mail_id == mail_id
    )
    for message, ticket, retracted_at in tx.connection().execute(found).all():
        if retracted_at is None:
            retract(tx, message, now)
        tx.connection().execute(
            update(_MESSAGE).where(_MESSAGE.c.id == message).values(mail_id=None, message_id=None)
        )
        tx.connection().execute(delete(reference).where(reference.c.message_id == message))
        tx.connection().execute(
            delete(participant).where(
                participant.c.ticket_number == ticket, participant.c.address.in_(people)
            )
        )


def words_of(tx: Session, message_id: int) -> str:
    """What the writer of a reply wrote: its text without the signature below."""
    row = (
        tx.connection()
        .execute(select(_MESSAGE.c.text, _MESSAGE.c.folds).where(_MESSAGE.c.id == message_id))
        .one()
    )
    ends = next((start for start, _, kind in row.folds if kind == FoldKind.SIGNATURE), None)
    return row.text if ends is None else str(row.text[:ends]).rstrip("\n")


def agent_of(tx: Session, message_id: int) -> int | None:
    """The id of the agent who wrote a message."""
    found: int | None = (
        tx.connection()
        .execute(select(_MESSAGE.c.agent_id).where(_MESSAGE.c.id == message_id))
        .scalar_one()
    )
    return found


def of_ticket(tx: Session, number: int, last: int | None = None) -> list[Message]:
    """The messages of a ticket, oldest first; only the newest `last` of them if given."""
    asked = {"of_ticket": number, "most": _ALL if last is None else last}
    return _messages(tx, tx.connection().execute(_SHOWN_LAST, asked).all()[::-1])


def of_tickets(tx: Session, numbers: Sequence[int]) -> dict[int, list[Message]]:
    """The messages of several tickets, oldest first; a ticket without any is missing."""
    found = tx.connection().execute(_SHOWN_OF_TICKETS, {"numbers": list(numbers)}).all()
    of_each: dict[int, list[Message]] = {}
    for row, message in zip(found, _messages(tx, found), strict=True):
        of_each.setdefault(row.ticket_number, []).append(message)
    return of_each


def _messages(tx: Session, found: Sequence[Row[Any]]) -> list[Message]:
    """The messages of the rows that `_SHOWN` selects."""
    files = _attachments(tx, [row.id for row in found])
    parts = _parts(tx, [row.mail_id for row in found if row.full_size is not None])
    return [_message(row, files.get(row.id, ()), parts.get(row.mail_id)) for row in found]


def _parts(tx: Session, mail_ids: Sequence[int]) -> dict[int, PartialMail]:
    """How much is here of the incomplete ones among these mails."""
    if not mail_ids:
        return {}
    remote = rows.table_of(tables.RemoteMailRow).c
    places: dict[int, set[str]] = {}
    for mail, state in tx.connection().execute(
        select(remote.mail_id, remote.state).where(remote.mail_id.in_(mail_ids))
    ):
        places.setdefault(mail, set()).add(state)
    statement = (
        select(_MAIL.c.id, _RAW.c.size, _MAIL.c.full_size)
        .join(_RAW, _RAW.c.id == _MAIL.c.raw_id)
        .where(_MAIL.c.id.in_(mail_ids))
    )
    return {
        row.id: PartialMail(row.size, row.full_size, _rest(places.get(row.id, set())))
        for row in tx.connection().execute(statement)
    }


def _rest(states: AbstractSet[str]) -> Rest:
    return next((rest for state, rest in _RESTS.items() if state in states), Rest.ELSEWHERE)


def files_before(tx: Session, number: int, position: int) -> int:
    """How many attachments the messages before `position` have."""
    statement = (
        select(func.count())
        .select_from(_ATTACHMENT)
        .join(_MESSAGE, _MESSAGE.c.id == _ATTACHMENT.c.message_id)
        .where(
            _MESSAGE.c.ticket_number == number,
            _MESSAGE.c.retracted_at.is_(None),
            _MESSAGE.c.position < position,
        )
    )
    return tx.connection().execute(statement).scalar() or 0


def _attachments(tx: Session, messages: Sequence[int]) -> dict[int, tuple[Attachment, ...]]:
    found: dict[int, tuple[Attachment, ...]] = {}
    for row in tx.connection().execute(_FILES_OF, {"messages": list(messages)}):
        file = Attachment(
            row.part, row.name, row.type, row.size, row.sha256, row.inline, row.content_id
        )
        found[row.message_id] = (*found.get(row.message_id, ()), file)
    return found


def _people(found: Iterable[dict[str, str]]) -> tuple[Address, ...]:
    return tuple(Address.of(a["name"], a["address"]) for a in found)


def _delivery(row: Row[Any]) -> Delivery | None:
    if row.delivery:
        return Delivery(row.delivery)
    return None if row.channel == PHONE else _DELIVERED_ELSEWHERE.get(row.direction)


def _message(row: Row[Any], files: tuple[Attachment, ...], part: PartialMail | None) -> Message:
    return Message(
        id=row.id,
        position=row.position,
        direction=Direction(row.direction),
        created_at=row.created_at,
        sender=Address.of(row.sender_name, row.sender_address),
        text=row.text,
        message_id=row.message_id,
        reply_to=_people(row.people.get("reply_to", ())),
        to=_people(row.people.get("to", ())),
        cc=_people(row.people.get("cc", ())),
        bcc=_people(row.people.get("bcc", ())),
        subject=row.subject,
        date=row.sent_at,
        folds=tuple(Fold(start, end, FoldKind(kind)) for start, end, kind in row.folds),
        attachments=files,
        remark=row.remark,
        delivery=_delivery(row),
        answer=row.answer,
        not_before=row.not_before,
        unverified=row.unverified,
        newcomer=row.newcomer,
        channel=row.channel,
        part=part,
    )


def raw(tx: Session, message_id: int) -> bytes | None:
    """The bytes of a message's mail, as received or as composed; None for a note."""
    statement = (
        select(_RAW.c.content)
        .join(_MAIL, _MAIL.c.raw_id == _RAW.c.id)
        .join(_MESSAGE, _MESSAGE.c.mail_id == _MAIL.c.id)
    )
    received = tx.connection().execute(statement.where(_MESSAGE.c.id == message_id)).scalar()
    return (
        received
        or tx.connection()
        .execute(select(_OUTBOX.c.content).where(_OUTBOX.c.message_id == message_id))
        .scalar()
    )


def raw_sizes(tx: Session, message_ids: Sequence[int]) -> dict[int, int]:
    """How many bytes `raw` returns of these messages; one without any is missing."""
    ids = {"ids": list(message_ids)}
    connection = tx.connection()
    sizes = {row.message_id: row.size for row in connection.execute(_SENT_SIZES, ids)}
    received = {row.id: row.size for row in connection.execute(_RECEIVED_SIZES, ids) if row.size}
    return sizes | received


def raws(tx: Session, message_ids: Sequence[int]) -> dict[int, bytes]:
    """The bytes of several messages' mails, as `raw` returns them; a note is missing."""
    ids = {"ids": list(message_ids)}
    connection = tx.connection()
    sent = {row.message_id: row.content for row in connection.execute(_SENT, ids)}
    received = {row.id: row.content for row in connection.execute(_RECEIVED, ids) if row.content}
    return sent | received


def ways_of(tx: Session, numbers: Sequence[int]) -> dict[int, dict[str, Any]]:
    """What the messages of these tickets have besides what is shown, by id: the ids that they name,
    and the address of the agent who wrote them."""
    connection, of_tickets = tx.connection(), {"numbers": list(numbers)}
    found: dict[int, dict[str, Any]] = {
        row.id: {"agent": row.address, "references": []}
        for row in connection.execute(_AUTHORS, of_tickets)
    }
    named = rows.table_of(tables.ReferenceRow).c
    statement = select(named.message_id, named.reference).where(
        named.ticket_number.in_(bindparam("numbers", expanding=True))
    )
    for message, name in connection.execute(statement.order_by(named.reference), of_tickets):
        found[message]["references"].append(name)
    return found
