"""Messages that go from one ticket to another, when tickets are merged or split: with their places,
mails, ids, words and people. How both tickets were is kept, so that all of it can be put back."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, delete, func, select, update
from sqlmodel import Session

from supportcli.domain.mail_domains import lowered
from supportcli.domain.tickets.ticket import AUTOMATIC, Direction
from supportcli.storage.engine import rows
from supportcli.storage.engine.among import among
from supportcli.storage.tables import (
    MailRow,
    MessageRow,
    OutboxRow,
    ParticipantRow,
    ReferenceRow,
    RegroupingRow,
    SearchDocumentRow,
    TicketFollowerRow,
    TicketLinkRow,
    TicketRow,
)
from supportcli.storage.tickets import moved_drafts

_TICKET, _LINK, _FOLLOWER = (
    rows.table_of(TicketRow),
    rows.table_of(TicketLinkRow),
    rows.table_of(TicketFollowerRow),
)
_MESSAGE, _MAIL, _OUTBOX = (
    rows.table_of(MessageRow),
    rows.table_of(MailRow),
    rows.table_of(OutboxRow),
)
_PARTICIPANT = rows.table_of(ParticipantRow)
_KEPT = rows.table_of(RegroupingRow)
_WITH_MESSAGES = (
    (rows.table_of(ReferenceRow), "message_id"),
    (rows.table_of(SearchDocumentRow), "message_id"),
)
"""What stands beside a message with the number of its ticket, by the message's id."""

_ASIDE = (
    update(_MESSAGE)
    .where(_MESSAGE.c.id == bindparam("of_message"))
    .values(
        ticket_number=bindparam("to_ticket"),
        position=-bindparam("place", type_=_MESSAGE.c.position.type),
    )
)
_NUMBERED = (
    update(_MESSAGE)
    .where(_MESSAGE.c.ticket_number == bindparam("of_ticket"), _MESSAGE.c.position < 0)
    .values(position=-_MESSAGE.c.position)
)
_COUNTED = (
    update(_TICKET)
    .where(_TICKET.c.number == bindparam("of_ticket"))
    .values(
        message_count=select(func.count())
        .where(
            _MESSAGE.c.ticket_number == bindparam("of_ticket"), _MESSAGE.c.retracted_at.is_(None)
        )
        .scalar_subquery()
    )
)
_REPLIES = (
    select(_OUTBOX.c.rfc_message_id, _MESSAGE.c.ticket_number)
    .join(_MESSAGE, _MESSAGE.c.id == _OUTBOX.c.message_id)
    .where(among(_OUTBOX.c.rfc_message_id, "ids"))
)


def replies_in(tx: Session, message_ids: Collection[str]) -> dict[str, int]:
    """The ticket that each of our replies with these Message-IDs is in now."""
    if not message_ids:
        return {}
    return dict(tx.connection().execute(_REPLIES, {"ids": list(message_ids)}).all())


def reached(tx: Session, number: int) -> list[int]:
    """A ticket, and those that its messages went to by merges and splits that stand."""
    found = [number]
    for one in found:
        statement = select(_KEPT.c.other_number).where(
            _KEPT.c.ticket_number == one, _KEPT.c.undone.is_(False)
        )
        others = tx.connection().execute(statement.order_by(_KEPT.c.id)).scalars()
        found += [other for other in dict.fromkeys(others) if other not in found]
    return found


def around(tx: Session, number: int) -> list[int]:
    """A ticket, and all that its messages were ever in by merges and splits, undone ones too."""
    found = [number]
    for one in found:
        one_way = select(_KEPT.c.other_number).where(_KEPT.c.ticket_number == one)
        other_way = select(_KEPT.c.ticket_number).where(_KEPT.c.other_number == one)
        others = tx.connection().execute(one_way.union(other_way)).scalars()
        found += [other for other in sorted(others) if other not in found]
    return found


@dataclass(frozen=True, slots=True)
class MessagePlace:
    """A message in its ticket; `retracted` ones are not shown."""

    id: int
    position: int
    at: datetime
    direction: Direction
    sender: str
    retracted: bool
    mail_id: int | None
    historic: bool = False
    """Its mail is from before the desk's time."""
    is_automatic: bool = False
    """The desk wrote it by itself: it answers nobody's question."""


def places(tx: Session, number: int) -> list[MessagePlace]:
    """The messages of a ticket in their order, retracted ones too."""
    statement = (
        select(
            _MESSAGE.c.id,
            _MESSAGE.c.position,
            _MESSAGE.c.created_at,
            _MESSAGE.c.direction,
            _MESSAGE.c.sender_address,
            _MESSAGE.c.retracted_at,
            _MESSAGE.c.mail_id,
            _MAIL.c.historic,
            _MESSAGE.c.channel,
        )
        .outerjoin(_MAIL, _MAIL.c.id == _MESSAGE.c.mail_id)
        .where(_MESSAGE.c.ticket_number == number)
        .order_by(_MESSAGE.c.position)
    )
    return [
        MessagePlace(
            row.id,
            row.position,
            row.created_at,
            Direction(row.direction),
            lowered(row.sender_address),
            row.retracted_at is not None,
            row.mail_id,
            bool(row.historic),
            row.channel == AUTOMATIC,
        )
        for row in tx.connection().execute(statement)
    ]


@dataclass(slots=True)
class TicketsBefore:
    """How two tickets were before messages went from one to the other; JSON in the database.

    `places` and `people` are [ticket, message, position] and [ticket, address, newcomer], `marks`
    [message, unverified, newcomer, remark], `mails` ids of mails that changed their ticket, `links`
    [ticket, other, new ticket, new other], `drafts` [agent, kind], `joined` as in
    `moved_drafts.move`, `followers` ids of agents."""

    places: list[list[Any]] = field(default_factory=list)
    people: list[list[Any]] = field(default_factory=list)
    marks: list[list[Any]] = field(default_factory=list)
    mails: list[int] = field(default_factory=list)
    links: list[list[int]] = field(default_factory=list)
    drafts: list[list[Any]] = field(default_factory=list)
    joined: list[dict[str, Any]] = field(default_factory=list)
    followers: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class MovedMessages:
    """What one merge or split moved: messages of `source` to `target`."""

    id: int
    gesture: str
    source: int
    target: int
    before: TicketsBefore


def snapshot(tx: Session, source: int, target: int) -> TicketsBefore:
    """How two tickets are now: the places of their messages, their people, and what is said of
    messages."""
    both = (source, target)
    found = TicketsBefore()
    columns = (_MESSAGE.c.unverified, _MESSAGE.c.newcomer, _MESSAGE.c.remark)
    for number, message, position, *marks in tx.connection().execute(
        select(_MESSAGE.c.ticket_number, _MESSAGE.c.id, _MESSAGE.c.position, *columns)
        .where(_MESSAGE.c.ticket_number.in_(both))
        .order_by(_MESSAGE.c.ticket_number, _MESSAGE.c.position)
    ):
        found.places.append([number, message, position])
        found.marks.append([message, *marks])
    found.people = [
        list(row)
        for row in tx.connection().execute(
            select(_PARTICIPANT)
            .where(_PARTICIPANT.c.ticket_number.in_(both))
            .order_by(_PARTICIPANT.c.ticket_number, _PARTICIPANT.c.address)
        )
    ]
    return found


def keep(tx: Session, gesture: str, source: int, target: int, before: TicketsBefore) -> None:
    """Keep how two tickets were, for undo."""
    values = {name: getattr(before, name) for name in TicketsBefore.__dataclass_fields__}
    rows.add(
        tx,
        RegroupingRow,
        {"gesture": gesture, "ticket_number": source, "other_number": target, "before": values},
    )


def of_gesture(
    tx: Session, gesture: str, target: int, *, undone: bool = False
) -> MovedMessages | None:
    """What a gesture moved to a ticket, and has not been undone, or has; the last of several."""
    statement = (
        select(_KEPT)
        .where(
            _KEPT.c.gesture == gesture, _KEPT.c.other_number == target, _KEPT.c.undone.is_(undone)
        )
        .order_by(_KEPT.c.id.desc())
    )
    row = tx.connection().execute(statement).first()
    return _regrouping(row) if row is not None else None


def _regrouping(row: Row[Any]) -> MovedMessages:
    before = TicketsBefore(**row.before)
    return MovedMessages(row.id, row.gesture, row.ticket_number, row.other_number, before)


def moves_of(tx: Session, mail_id: int, number: int) -> list[MovedMessages]:
    """The merges and splits that stand and have brought a mail into the ticket where it is,
    `number`, the first one first."""
    found: list[MovedMessages] = []
    while True:
        statement = select(_KEPT).where(_KEPT.c.other_number == number, _KEPT.c.undone.is_(False))
        if found:
            statement = statement.where(_KEPT.c.id < found[0].id)
        rows_of_it = tx.connection().execute(statement.order_by(_KEPT.c.id.desc()))
        came = (one for one in map(_regrouping, rows_of_it) if mail_id in one.before.mails)
        if (last := next(came, None)) is None:
            return found
        found.insert(0, last)
        number = last.source


def since(tx: Session, one: MovedMessages) -> list[MovedMessages]:
    """What later gestures moved out of either ticket of a regrouping, and is not undone."""
    both = (one.source, one.target)
    statement = select(_KEPT).where(
        _KEPT.c.id > one.id, _KEPT.c.undone.is_(False), _KEPT.c.gesture != one.gesture
    )
    found = tx.connection().execute(
        statement.where(_KEPT.c.ticket_number.in_(both) | _KEPT.c.other_number.in_(both))
    )
    return [_regrouping(row) for row in found]


def arrange(tx: Session, number: int, ids: Sequence[int]) -> None:
    """Give a ticket these messages, in this order, from the first position on. They may come from
    another ticket."""
    place(tx, number, {message: position for position, message in enumerate(ids, 1)})


def place(tx: Session, number: int, positions: Mapping[int, int]) -> None:
    """Give a ticket these messages, at these positions; with what stands beside them."""
    if not positions:
        return
    connection = tx.connection()
    connection.execute(
        _ASIDE,
        [
            {"of_message": message, "to_ticket": number, "place": position}
            for message, position in positions.items()
        ],
    )
    connection.execute(_NUMBERED, {"of_ticket": number})
    for table, name in _WITH_MESSAGES:
        connection.execute(
            update(table)
            .where(table.c[name].in_(list(positions)), table.c.ticket_number != number)
            .values(ticket_number=number)
        )


def close_up(tx: Session, number: int, was: Collection[int]) -> None:
    """Put the messages of a ticket that are none of these right behind those that are."""
    there = places(tx, number)
    last = max((one.position for one in there if one.id in was), default=0)
    others = [one.id for one in there if one.id not in was]
    place(tx, number, {message: at for at, message in enumerate(others, last + 1)})


def count(tx: Session, number: int) -> None:
    """Count the messages of a ticket again."""
    tx.connection().execute(_COUNTED, {"of_ticket": number})


def mails_of(tx: Session, number: int) -> list[int]:
    """The mails that are filed under a ticket, copies too."""
    statement = select(_MAIL.c.id).where(_MAIL.c.ticket_number == number).order_by(_MAIL.c.id)
    return list(tx.connection().execute(statement).scalars())


def file_under(tx: Session, number: int, mails: Collection[int]) -> None:
    """File these mails under a ticket."""
    tx.connection().execute(
        update(_MAIL).where(_MAIL.c.id.in_(list(mails))).values(ticket_number=number)
    )


def add_people(tx: Session, number: int, people: Iterable[tuple[str, bool]]) -> None:
    """Make these addresses participants of a ticket, each with whether it is new there. Who is
    known already stays known."""
    for newcomer in (True, False):
        joined = [
            {"ticket_number": number, "address": address, "newcomer": newcomer}
            for address, is_new in people
            if is_new is newcomer
        ]
        rows.add_missing(tx, ParticipantRow, joined, () if newcomer else ("newcomer",))


def set_people(tx: Session, number: int, people: Mapping[str, bool]) -> None:
    """Make exactly these addresses the participants of a ticket, each with whether it is new."""
    tx.connection().execute(delete(_PARTICIPANT).where(_PARTICIPANT.c.ticket_number == number))
    rows.add_missing(
        tx,
        ParticipantRow,
        [
            {"ticket_number": number, "address": address, "newcomer": newcomer}
            for address, newcomer in sorted(people.items())
        ],
    )


def people_of(tx: Session, number: int) -> dict[str, bool]:
    """The participants of a ticket, each with whether it is new there."""
    statement = select(_PARTICIPANT.c.address, _PARTICIPANT.c.newcomer).where(
        _PARTICIPANT.c.ticket_number == number
    )
    return dict(tx.connection().execute(statement).all())


def named_by(tx: Session, messages: Collection[int]) -> frozenset[str]:
    """The addresses that these messages name, in lower case."""
    statement = select(_MESSAGE.c.sender_address, _MESSAGE.c.people).where(
        _MESSAGE.c.id.in_(list(messages)), _MESSAGE.c.direction != Direction.NOTE.value
    )
    found: set[str] = set()
    for sender, people in tx.connection().execute(statement):
        found.add(lowered(sender))
        found.update(lowered(one["address"]) for part in people.values() for one in part)
    return frozenset(found - {""})


def mark(
    tx: Session, message: int, *, unverified: bool, newcomer: bool, remark: str | None
) -> None:
    """Say of a message how far its author is known."""
    tx.connection().execute(
        update(_MESSAGE)
        .where(_MESSAGE.c.id == message)
        .values(unverified=unverified, newcomer=newcomer, remark=remark)
    )


def join_followers(tx: Session, source: int, target: int) -> list[int]:
    """Have who follows one ticket follow another one too; returns the ids of those who did not."""
    followers = select(_FOLLOWER.c.agent_id)
    there = followers.where(_FOLLOWER.c.ticket_number == target)
    news = list(
        tx.connection()
        .execute(
            followers.where(
                _FOLLOWER.c.ticket_number == source, _FOLLOWER.c.agent_id.not_in(there)
            ).order_by(_FOLLOWER.c.agent_id)
        )
        .scalars()
    )
    rows.add_missing(
        tx, TicketFollowerRow, [{"ticket_number": target, "agent_id": agent} for agent in news]
    )
    return news


def part_followers(tx: Session, number: int, agents: Collection[int]) -> None:
    """Have these agents follow a ticket no longer."""
    tx.connection().execute(
        delete(_FOLLOWER).where(
            _FOLLOWER.c.ticket_number == number, _FOLLOWER.c.agent_id.in_(list(agents))
        )
    )


def move_links(tx: Session, source: int, target: int) -> list[list[int]]:
    """Make the links of a ticket those of another one, where both are not linked already; returns
    [ticket, other, new ticket, new other] of each."""
    here, there = _LINK.c.ticket_number, _LINK.c.other_number
    found = tx.connection().execute(
        select(here, there).where((here == source) | (there == source)).order_by(here, there)
    )
    linked = {
        (row[0], row[1])
        for row in tx.connection().execute(
            select(here, there).where((here == target) | (there == target))
        )
    }
    moved = []
    for one, other in found.all():
        new = (target if one == source else one, target if other == source else other)
        if target not in (one, other) and new not in linked:
            _set_link(tx, (one, other), new)
            linked.add(new)
            moved.append([one, other, *new])
    return moved


def bring_links_back(tx: Session, moved: Iterable[Sequence[int]]) -> None:
    """Undo `move_links`."""
    for one, other, new, new_other in moved:
        _set_link(tx, (new, new_other), (one, other))


def _set_link(tx: Session, before: tuple[int, int], after: tuple[int, int]) -> None:
    tx.connection().execute(
        update(_LINK)
        .where(_LINK.c.ticket_number == before[0], _LINK.c.other_number == before[1])
        .values(ticket_number=after[0], other_number=after[1])
    )


def bring_back(tx: Session, one: MovedMessages, now: datetime) -> list[int]:
    """Put messages and what goes with them back where they were; returns the ids of those that came
    since, which stay in the target, behind the others. (The caller restores the tickets'
    fields.)"""
    was = {message for _, message, _ in one.before.places}
    news = {
        number: [it.id for it in places(tx, number) if it.id not in was]
        for number in (one.source, one.target)
    }
    for number, came in news.items():
        back = {message: at for ticket, message, at in one.before.places if ticket == number}
        last = max(back.values(), default=0)
        place(tx, number, back | {message: at for at, message in enumerate(came, last + 1)})
    for message, unverified, newcomer, remark in one.before.marks:
        mark(tx, message, unverified=unverified, newcomer=newcomer, remark=remark)
    _bring_people_back(tx, one, news)
    file_under(tx, one.source, one.before.mails)
    both = (one.source, one.target)
    moved_drafts.bring_back(tx, both, one.before.drafts, one.before.joined, now)
    part_followers(tx, one.target, one.before.followers)
    bring_links_back(tx, one.before.links)
    for number in (one.source, one.target):
        count(tx, number)
    tx.connection().execute(update(_KEPT).where(_KEPT.c.id == one.id).values(undone=True))
    return news[one.target]


def _bring_people_back(
    tx: Session, one: MovedMessages, later: Mapping[int, Collection[int]]
) -> None:
    """Restore the participants of both tickets; whom a later message names stays as it is."""
    for number, came in later.items():
        named = named_by(tx, came) if came else frozenset()
        before = {address: new for ticket, address, new in one.before.people if ticket == number}
        now = people_of(tx, number).items()
        set_people(tx, number, before | {address: new for address, new in now if address in named})
