"""The index of words.

The desk writes a text's words in the transaction of the text itself; there are no triggers.
`domain.text.words` has cut them, so that both engines find what `query.match` finds: FTS5 on
SQLite, a tsvector on PostgreSQL."""

from collections import Counter
from collections.abc import Iterator
from functools import cache

from sqlalchemy import (
    ColumnElement,
    Insert,
    Select,
    Table,
    bindparam,
    cast,
    column,
    delete,
    exists,
    func,
    insert,
    literal,
    select,
    table,
)
from sqlmodel import Session

from supportcli.domain.query.nodes import LONGEST_PHRASE, Words
from supportcli.domain.text.words import tokens
from supportcli.storage import tables
from supportcli.storage.engine import rows
from supportcli.storage.tables import TicketRow

_TICKET = rows.table_of(TicketRow)
_FTS = table("search_words", column("rowid"), column("words"))
_VECTORS = table("search_words", column("id"), column("words"))

_INSERT_FTS = insert(_FTS)

# Limits of tsvector (postgresql.org/docs/current/textsearch-limitations.html): 1 MB in all,
# positions up to 16,383, 256 of them a word.
_PIECE_TOKENS = 16_000
_PIECE_CHARACTERS = 200_000
_PIECE_REPEATS = 255


def _document() -> Table:
    return rows.table_of(tables.SearchDocumentRow)


def index_ticket(tx: Session, ticket_number: int, subject: str) -> None:
    """Index the subject of a new ticket. (The customer is found by the messages they sent.)"""
    _index(tx, ticket_number, None, " ".join(tokens(subject)))


def index_ticket_again(tx: Session, ticket_number: int, subject: str) -> None:
    """Index the subject of a ticket that was given another one."""
    _unindex(
        tx, (_document().c.ticket_number == ticket_number) & _document().c.message_id.is_(None)
    )
    index_ticket(tx, ticket_number, subject)


def index_message(tx: Session, ticket_number: int, message_id: int, words: str) -> None:
    """Index a new message by its words (`searchable_text.message_words`)."""
    _index(tx, ticket_number, message_id, words)


def unindex_message(tx: Session, message_id: int) -> None:
    """Take a message out of the index."""
    _unindex(tx, _document().c.message_id == message_id)


def _unindex(tx: Session, these: ColumnElement[bool]) -> None:
    connection = tx.connection()
    documents = select(_document().c.id).where(these)
    if connection.dialect.name == "sqlite":
        connection.execute(delete(_FTS).where(_FTS.c.rowid.in_(documents)))
    else:
        connection.execute(delete(_VECTORS).where(_VECTORS.c.id.in_(documents)))
    connection.execute(delete(_document()).where(these))


def _index(tx: Session, ticket_number: int, message_id: int | None, words: str) -> None:
    where = {"ticket_number": ticket_number, "message_id": message_id}
    if rows.dialect_of(tx) == "sqlite":
        document = rows.add(tx, tables.SearchDocumentRow, where)
        values = {"rowid": document, "words": words}
        rows.insert_into(tx, _FTS, _INSERT_FTS, values)
        return
    for piece in _pieces(words.split()):
        document = rows.add(tx, tables.SearchDocumentRow, where)
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


def have(tx: Session, words: Words) -> ColumnElement[bool]:
    """Whether a ticket has the words one behind the other, by asking the words for their
    tickets."""
    found = select(_document().c.ticket_number).where(_document().c.id.in_(_documents(tx, words)))
    if words.in_subject:
        found = found.where(_document().c.message_id.is_(None))
    return _TICKET.c.number.in_(found)


def each_has(tx: Session, words: Words) -> ColumnElement[bool]:
    """The same by asking each ticket for its words: quicker where few tickets are asked. SQLite
    looks into the texts: to find one document in the index, it would read all before it."""
    if rows.dialect_of(tx) == "sqlite":
        sought = f" {' '.join(words.tokens)}{'' if words.begins else ' '}"
        spaced = literal(" ").concat(_FTS.c.words).concat(" ")
        same, has = _FTS.c.rowid == _document().c.id, func.instr(spaced, sought) > 0
    else:
        same, has = _VECTORS.c.id == _document().c.id, _matches(tx, words)
    in_document = exists().where(same, has).correlate(_document())
    of_ticket = _document().c.ticket_number == _TICKET.c.number
    if words.in_subject:
        of_ticket &= _document().c.message_id.is_(None)
    return exists().where(of_ticket, in_document).correlate(_TICKET)


def are_in_at_most(tx: Session, words: Words, most: int) -> bool:
    """Whether no more documents than these have the words."""
    some = _documents(tx, words).limit(most + 1).subquery()
    found = tx.connection().execute(select(func.count()).select_from(some)).scalar() or 0
    return found <= most


def newest_with(tx: Session, words: Words, most: int) -> list[int]:
    """The ticket of each of the newest `most` texts (on PostgreSQL: of some) that have the words
    one behind the other."""
    found = _documents(tx, words).limit(most)
    if rows.dialect_of(tx) == "sqlite":
        found = found.order_by(_FTS.c.rowid.desc())
    tickets = select(_document().c.ticket_number).where(_document().c.id.in_(found))
    return list(tx.connection().execute(tickets).scalars())


def _documents(tx: Session, words: Words) -> Select[tuple[int]]:
    """The documents in which the words stand one behind the other."""
    on_sqlite = rows.dialect_of(tx) == "sqlite"
    return select(_FTS.c.rowid if on_sqlite else _VECTORS.c.id).where(_matches(tx, words))


def _matches(tx: Session, words: Words) -> ColumnElement[bool]:
    if rows.dialect_of(tx) == "sqlite":
        return _FTS.c.words.op("MATCH")(f'"{" ".join(words.tokens)}"{"*" * words.begins}')
    from sqlalchemy.dialects.postgresql import TSQUERY  # noqa: PLC0415  # as above

    sought = " <-> ".join(f"'{word}'" for word in words.tokens)
    return _VECTORS.c.words.op("@@")(cast(sought + ":*" * words.begins, TSQUERY))
