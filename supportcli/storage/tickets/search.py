"""The index of words, and what a query (`domain.query`) means in SQL.

The desk writes a text's words in the transaction of the text itself; there are no triggers.
`domain.text.words` has cut them, so that both engines find what `query.match` finds: FTS5 on
SQLite, a tsvector on PostgreSQL."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import assert_never

from sqlalchemy import (
    ColumnElement,
    Insert,
    Select,
    and_,
    bindparam,
    cast,
    column,
    delete,
    exists,
    false,
    func,
    insert,
    literal,
    not_,
    or_,
    select,
    table,
    true,
)
from sqlmodel import Session

from supportcli.domain.mail import Address
from supportcli.domain.query.name_lookup import is_called, is_mailbox, no_agent, no_mailbox
from supportcli.domain.query.nodes import (
    LONGEST_PHRASE,
    And,
    AssignedTo,
    DueWithin,
    FollowedBy,
    From,
    InMailbox,
    InStatus,
    Node,
    Not,
    Numbered,
    OfPriority,
    OnClock,
    Tagged,
    Term,
    Words,
)
from supportcli.domain.text.words import tokens
from supportcli.domain.tickets.ticket import SlaState, Status
from supportcli.storage.engine import rows
from supportcli.storage.setup import identity, mailboxes
from supportcli.storage.tables import (
    CustomerRow,
    SearchDocumentRow,
    TargetRow,
    TicketFollowerRow,
    TicketRow,
    TicketTagRow,
)
from supportcli.storage.tickets import people

_TICKET = rows.table_of(TicketRow)
_TAG = rows.table_of(TicketTagRow)
_FOLLOWER = rows.table_of(TicketFollowerRow)
_DOCUMENT = rows.table_of(SearchDocumentRow)
_TARGET = rows.table_of(TargetRow)
_CUSTOMER = rows.table_of(CustomerRow)
_FTS = table("search_words", column("rowid"), column("words"))
_VECTORS = table("search_words", column("id"), column("words"))

_INSERT_FTS = insert(_FTS)

# Limits of tsvector (postgresql.org/docs/current/textsearch-limitations.html): 1 MB in all,
# positions up to 16,383, 256 of them a word.
_PIECE_TOKENS = 16_000
_PIECE_CHARACTERS = 200_000
_PIECE_REPEATS = 255


RARE = 2_000
"""The most documents with words that are rare."""


def index_ticket(tx: Session, ticket_number: int, subject: str) -> None:
    """Index the subject of a new ticket. (The customer is found by the messages they sent.)"""
    _index(tx, ticket_number, None, " ".join(tokens(subject)))


def index_message(tx: Session, ticket_number: int, message_id: int, words: str) -> None:
    """Index a new message by its words (`searchable_text.message_words`)."""
    _index(tx, ticket_number, message_id, words)


def unindex_message(tx: Session, message_id: int) -> None:
    """Take a message out of the index."""
    connection = tx.connection()
    documents = select(_DOCUMENT.c.id).where(_DOCUMENT.c.message_id == message_id)
    if connection.dialect.name == "sqlite":
        connection.execute(delete(_FTS).where(_FTS.c.rowid.in_(documents)))
    else:
        connection.execute(delete(_VECTORS).where(_VECTORS.c.id.in_(documents)))
    connection.execute(delete(_DOCUMENT).where(_DOCUMENT.c.message_id == message_id))


def _index(tx: Session, ticket_number: int, message_id: int | None, words: str) -> None:
    where = {"ticket_number": ticket_number, "message_id": message_id}
    if rows.dialect_of(tx) == "sqlite":
        document = rows.add(tx, SearchDocumentRow, where)
        values = {"rowid": document, "words": words}
        rows.insert_into(tx, _FTS, _INSERT_FTS, values)
        return
    for piece in _pieces(words.split()):
        document = rows.add(tx, SearchDocumentRow, where)
        values = {"document": document, "vector": _vector(piece)}
        rows.insert_into(tx, _VECTORS, _insert_vector(), values)


@cache
def _insert_vector() -> Insert:
    from sqlalchemy.dialects.postgresql import TSVECTOR  # noqa: PLC0415  # 20 ms that SQLite saves

    return insert(_VECTORS).values(
        id=bindparam("document"), words=cast(bindparam("vector"), TSVECTOR)
    )


def _pieces(words: list[str]) -> Iterator[list[str]]:
    """The words in stretches that a tsvector can hold, each beginning `LONGEST_PHRASE` before the
    end of the last, so that every phrase is whole in one of them."""
    start = 0
    while True:
        piece = words[start : start + _PIECE_TOKENS]
        while sum(map(len, piece)) > _PIECE_CHARACTERS or (
            len(piece) > _PIECE_REPEATS and max(Counter(piece).values()) > _PIECE_REPEATS
        ):
            piece = piece[: max(len(piece) // 2, 2 * LONGEST_PHRASE)]
        yield piece
        start += len(piece)
        if start >= len(words):
            return
        start -= LONGEST_PHRASE


def _vector(words: list[str]) -> str:
    """A tsvector as text. A token holds no character that would have to be escaped."""
    parts = [""] * (2 * len(words))
    parts[::2] = words
    parts[1::2] = _places()[: len(words)]
    return f"'{''.join(parts)}".removesuffix("'")


@cache
def _places() -> list[str]:
    """What stands between a token of a tsvector and the next one: its place in the text."""
    return [f"':{place} '" for place in range(1, _PIECE_TOKENS + 1)]


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, and when: `me` is the id of the agent, for assignee:me, `now` what `sla:<1h` counts
    from."""

    me: int | None
    now: datetime


def condition(
    tx: Session, node: Node, asker: Asker, *, probing: bool = False
) -> ColumnElement[bool]:
    """What a query means, as a condition on the ticket table. `probing` asks each ticket for its
    words, instead of the words for their tickets: quicker where few tickets are asked.

    Raises QueryError where it names an agent or a mailbox that there is not."""
    if isinstance(node, And):
        each = (condition(tx, part, asker, probing=probing) for part in node.parts)
        return and_(true(), *each)
    if isinstance(node, Not):
        return not_(condition(tx, node.part, asker, probing=probing))
    if probing and isinstance(node, Words):
        return _has_words(tx, node.tokens)
    return _asked(tx, node, asker)


def are_rare(tx: Session, node: Node) -> bool:
    """Whether a query asks for words that few documents have: their tickets are found at once."""
    if isinstance(node, And):
        return any(are_rare(tx, part) for part in node.parts)
    if not isinstance(node, Words):
        return False
    some = _documents(tx, node.tokens).limit(RARE + 1).subquery()
    found = tx.connection().execute(select(func.count()).select_from(some)).scalar() or 0
    return found <= RARE


def _asked(tx: Session, term: Term, asker: Asker) -> ColumnElement[bool]:
    """What one term means."""
    match term:
        case AssignedTo(who, columns) | FollowedBy(who, columns):
            asked = _assigned if isinstance(term, AssignedTo) else _followed
            return or_(
                false(),
                *(
                    asked(tx, name, column, asker.me)
                    for name, column in zip(who, columns, strict=True)
                ),
            )
        case InMailbox(names, columns):
            return _TICKET.c.mailbox_id.in_(sorted(_mailboxes(tx, names, columns)))
        case Words(words):
            found = select(_DOCUMENT.c.ticket_number).where(
                _DOCUMENT.c.id.in_(_documents(tx, words))
            )
            return _TICKET.c.number.in_(found)
        case DueWithin(seconds):
            return _never_null(_TICKET.c.due_at < asker.now + timedelta(seconds=seconds))
        case InStatus(statuses):
            return _in_status(tx, statuses, asker.now)
        case OnClock(states):
            return or_(*(_stands(state, asker.now) for state in sorted(states)))
        case Numbered() | Tagged() | OfPriority() | From():
            return _labelled(term)
    assert_never(term)


def _in_status(tx: Session, statuses: frozenset[Status], now: datetime) -> ColumnElement[bool]:
    """Whether a ticket stands so at `now` (`domain.tickets.ticket.status_at`). Who asks for solved
    and closed alike need not know when tickets close."""
    if len(statuses) == len(Status):
        return true()
    stored = _TICKET.c.status.in_(sorted(statuses))
    after = (
        identity.close_after(tx)
        if (Status.SOLVED in statuses) != (Status.CLOSED in statuses)
        else None
    )
    if after is None:
        return stored
    aged = and_(
        _TICKET.c.status == Status.SOLVED.value, _never_null(_TICKET.c.solved_at <= now - after)
    )
    return or_(stored, aged) if Status.CLOSED in statuses else and_(stored, not_(aged))


def _labelled(term: Numbered | Tagged | OfPriority | From) -> ColumnElement[bool]:
    """What one term means, if nothing of the desk has to be read for that."""
    match term:
        case Numbered(number):
            return _TICKET.c.number == number
        case Tagged(tags):
            return _TICKET.c.number.in_(select(_TAG.c.ticket_number).where(_TAG.c.tag.in_(tags)))
        case OfPriority(priorities):
            return _TICKET.c.priority.in_(sorted(priorities))
        case From(parts):
            return _TICKET.c.customer_id.in_(
                select(_CUSTOMER.c.id).where(or_(*map(_is_from, parts)))
            )
    assert_never(term)


def _is_from(part: str) -> ColumnElement[bool]:
    address = _CUSTOMER.c.address
    return (
        address.endswith(part, autoescape=True)
        if part.startswith("@")
        else address.contains(part, autoescape=True)
    )


def _never_null(asked: ColumnElement[bool]) -> ColumnElement[bool]:
    """False where a column has no value, so that NOT turns it round."""
    return func.coalesce(asked, false())


def _stands(state: SlaState, now: datetime) -> ColumnElement[bool]:
    """How a ticket's targets stand (`domain.tickets.ticket.SlaStatus` says the same of a line)."""
    match state:
        case SlaState.BREACHED:
            return _targets(_BREACHED)
        case SlaState.OVERDUE:
            return _never_null(_TICKET.c.due_at <= now)
        case SlaState.RUNNING:
            return _TICKET.c.due_at.is_not(None)
        case SlaState.PAUSED:
            return and_(_TICKET.c.due_at.is_(None), _targets(_OPEN))
        case SlaState.MET:
            return and_(_targets(_MET), not_(_targets(or_(_OPEN, _BREACHED))))
        case SlaState.NOT_NEEDED:
            return and_(_targets(true()), not_(_targets(or_(_OPEN, _BREACHED, _MET))))
        case SlaState.NONE:
            return not_(_targets(true()))


_OPEN = and_(_TARGET.c.met_at.is_(None), _TARGET.c.cancelled_at.is_(None))
_MET, _BREACHED = _TARGET.c.met_at.is_not(None), _TARGET.c.breached_at.is_not(None)


def _targets(asked: ColumnElement[bool]) -> ColumnElement[bool]:
    return _TICKET.c.number.in_(select(_TARGET.c.ticket_number).where(asked))


def _assigned(tx: Session, name: str, column: int, me: int | None) -> ColumnElement[bool]:
    """Whether a ticket is theirs. Never NULL, so that NOT turns it round."""
    if name == "none":
        return _TICKET.c.assignee_id.is_(None)
    meant = _agents(tx, name, column, me)
    return and_(_TICKET.c.assignee_id.is_not(None), _TICKET.c.assignee_id.in_(meant))


def _followed(tx: Session, name: str, column: int, me: int | None) -> ColumnElement[bool]:
    found = select(_FOLLOWER.c.ticket_number)
    if name == "none":
        return _TICKET.c.number.not_in(found)
    meant = _agents(tx, name, column, me)
    return _TICKET.c.number.in_(found.where(_FOLLOWER.c.agent_id.in_(meant)))


def _agents(tx: Session, name: str, column: int, me: int | None) -> list[int]:
    """The ids of the agents who are meant. A desk has few agents: that is decided as `matches`
    decides it."""
    agents = {agent.id: Address(agent.name, agent.address) for agent in people.agents(tx)}
    mine = agents[me].address if me is not None else None
    meant = [key for key, agent in agents.items() if is_called(name, agent, mine)]
    if not meant and name != "me":
        raise no_agent(name, column, list(agents.values()))
    return meant


def _mailboxes(tx: Session, names: tuple[str, ...], columns: tuple[int, ...]) -> set[int]:
    """The mailboxes that are meant, decided as `matches` decides it."""
    there, meant = mailboxes.addresses(tx), set[int]()
    for name, at in zip(names, columns, strict=True):
        of_name = {key for key, address in there.items() if is_mailbox(name, address)}
        if not of_name:
            raise no_mailbox(name, at, there.values())
        meant |= of_name
    return meant


def _has_words(tx: Session, words: tuple[str, ...]) -> ColumnElement[bool]:
    """Whether a document of the ticket has the words one behind the other. SQLite looks into its
    text: to find one document in the index, it would read all before it."""
    if tx.connection().dialect.name == "sqlite":
        spaced = literal(" ").concat(_FTS.c.words).concat(" ")
        same, has = _FTS.c.rowid == _DOCUMENT.c.id, func.instr(spaced, f" {' '.join(words)} ") > 0
    else:
        same, has = _VECTORS.c.id == _DOCUMENT.c.id, _matches(tx, words)
    in_document = exists().where(same, has).correlate(_DOCUMENT)
    of_ticket = _DOCUMENT.c.ticket_number == _TICKET.c.number
    return exists().where(of_ticket, in_document).correlate(_TICKET)


def _documents(tx: Session, words: tuple[str, ...]) -> Select[tuple[int]]:
    """The documents in which the words stand one behind the other."""
    on_sqlite = tx.connection().dialect.name == "sqlite"
    return select(_FTS.c.rowid if on_sqlite else _VECTORS.c.id).where(_matches(tx, words))


def _matches(tx: Session, words: tuple[str, ...]) -> ColumnElement[bool]:
    if tx.connection().dialect.name == "sqlite":
        return _FTS.c.words.op("MATCH")(f'"{" ".join(words)}"')
    from sqlalchemy.dialects.postgresql import TSQUERY  # noqa: PLC0415  # as above

    return _VECTORS.c.words.op("@@")(cast(" <-> ".join(f"'{word}'" for word in words), TSQUERY))
