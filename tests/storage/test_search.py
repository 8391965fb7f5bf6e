"""What a query finds in the database is what it means in the domain, on both engines."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import Session

from supportcli.domain.mail import Address, Attachment
from supportcli.domain.mailbox import Endpoint, Mailbox, Security
from supportcli.domain.people import Role
from supportcli.domain.query import LONGEST_PHRASE, matches, parse
from supportcli.domain.ticket import Direction, Order, Status, Ticket
from supportcli.errors import QueryError
from supportcli.storage import lists, mailboxes, messages, people, tickets
from supportcli.storage.database import Database
from supportcli.storage.search import Asker
from tests.servers.postgres import Postgres

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
AGENTS = (Address("Ada Byron", "ada@shop.test"), Address("Ádám Lee", "adam@shop.test"), Address("", "root@shop.test"))
ME = AGENTS[0].address


@dataclass(frozen=True)
class Wanted:
    """A ticket to be made: texts of its messages behind the subject; `assignee` is a place in AGENTS."""

    subject: str
    texts: tuple[str, ...] = ()
    status: Status = Status.OPEN
    tags: tuple[str, ...] = ()
    assignee: int | None = None


class TakenBack(Exception):
    """Ends a transaction that leaves nothing behind."""


@contextmanager
def taken_back(db: Database) -> Iterator[Session]:
    """A transaction that writes and is rolled back, so that many examples can share one database."""
    with suppress(TakenBack), db.write() as tx:
        yield tx
        take_back()


def take_back() -> None:
    raise TakenBack


def furnish(db: Database) -> Database:
    with db.write() as tx:
        for agent in AGENTS:
            people.add_agent(tx, agent.name, agent.address, Role.AGENT, now=NOW)
        nowhere = Endpoint("localhost", 1, Security.NONE)
        mailboxes.add_mailbox(tx, Mailbox(0, "help@shop.test", "Help", nowhere, nowhere, "help", "all", NOW), NOW)
    return db


@pytest.fixture(scope="module")
def sqlite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    db = furnish(Database.open(str(tmp_path_factory.mktemp("search") / "desk.db"), create=True))
    yield db
    db.close()


@pytest.fixture(scope="module")
def postgresql(postgres: Postgres) -> Iterator[Database]:
    db = furnish(Database.open(postgres.new_database(), create=True))
    yield db
    db.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def shared(request: pytest.FixtureRequest) -> Database:
    """A desk with agents and a mailbox that the tests of this module share."""
    db: Database = request.getfixturevalue(request.param)
    return db


def make(tx: Session, wanted: Wanted) -> int:
    ids = {address: key for key, address in people.agent_addresses(tx).items()}
    assignee = None if wanted.assignee is None else ids[AGENTS[wanted.assignee].address]
    customer = people.customer_for(tx, Address("María", "maria@acme.test"), NOW)
    number = tickets.create(tx, tickets.NewTicket(wanted.subject, customer, 1, NOW, wanted.status, assignee_id=assignee), NOW)
    tickets.change(tx, number, {"tags": wanted.tags}, NOW)
    for text in wanted.texts:
        messages.add(tx, number, 1, messages.NewMessage(Direction.IN, NOW, Address("María", "maria@acme.test"), text))
    return number


def whole(tx: Session, number: int) -> Ticket:
    return Ticket(lists.lines(tx, [number])[0], tuple(messages.of_ticket(tx, number)))


def found(tx: Session, query: str) -> set[int]:
    me = people.agent_by_address(tx, ME)
    assert me is not None
    return set(lists.numbers(tx, parse(query), Asker(me.id, NOW), Order.NUMBER))


def both_agree(db: Database, world: list[Wanted], query: str) -> None:
    with taken_back(db) as tx:
        there = [whole(tx, make(tx, wanted)) for wanted in world]
        assert found(tx, query) == {ticket.line.number for ticket in there if matches(parse(query), ticket, ME, NOW)}


# Few words, so that they meet; in several scripts, cases and spellings.
WORDS = ["refund", "Refund", "REFÜND", "charge", "double", "größe", "grosse", "退款", "款", "退", "हिन्दी", "ขอเงิน", "a-b", "b", "b's", "х"]
TEXT = st.one_of(st.lists(st.sampled_from([*WORDS, "!", "\n"]), max_size=6).map(" ".join), st.text(max_size=12))
TAGS = ["größe", "refund", "vip"]
TICKET = st.builds(
    Wanted,
    TEXT,
    st.lists(TEXT, max_size=3).map(tuple),
    st.sampled_from(Status),
    st.sets(st.sampled_from(TAGS)).map(lambda tags: tuple(sorted(tags))),
    st.none() | st.integers(0, len(AGENTS) - 1),
)
SOMEBODY = ["me", "none", "ada", "byron", "adam", "lee", "root", "root@shop.test", "Ada@shop.test"]


def listed(choices: list[str], most: int = 3) -> st.SearchStrategy[str]:
    return st.lists(st.sampled_from(choices), min_size=1, max_size=most).map(",".join)


TERM = st.one_of(
    st.sampled_from(WORDS),
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=3).map(lambda words: f'"{" ".join(words)}"'),
    listed([*Status, "any"]).map("status:{}".format),
    listed(SOMEBODY).map("assignee:{}".format),
    listed(TAGS).map("tag:{}".format),
)
QUERY = st.lists(st.builds(str.__add__, st.sampled_from(["", "-"]), TERM), max_size=3).map(" ".join)


@settings(max_examples=200)
@given(world=st.lists(TICKET, max_size=5), query=QUERY)
def test_the_two_interpreters_agree_on_sqlite(sqlite: Database, world: list[Wanted], query: str) -> None:
    both_agree(sqlite, world, query)


@settings(max_examples=60)
@given(world=st.lists(TICKET, max_size=5), query=QUERY)
def test_the_two_interpreters_agree_on_postgresql(postgresql: Database, world: list[Wanted], query: str) -> None:
    both_agree(postgresql, world, query)


def test_words_are_found_wherever_they_stand(shared: Database) -> None:
    file = Attachment(1, "Rechnung.pdf", "application/pdf", 1, "0")
    with taken_back(shared) as tx:
        one = make(tx, Wanted("Double charge", ("Please refund me.", "退款申请")))
        other = make(tx, Wanted("Leak", ("It leaks.",)))
        note = messages.NewMessage(Direction.NOTE, NOW, AGENTS[0], "We know that leak.", attachments=(file,))
        messages.add(tx, one, 1, note)
        assert found(tx, "charge refund") == {one}
        assert found(tx, "leak") == {one, other}
        assert found(tx, "leak -refund") == {other}
        assert found(tx, "rechnung byron 款申") == {one}
        assert found(tx, "maria@acme.test") == {one, other}
        assert found(tx, '"leaks refund"') == set()


@pytest.mark.parametrize(
    ("query", "column", "word", "nearest"),
    [
        ("assignee:adda", 10, "adda", "ada"),
        ("leak -assignee:me,byrom", 19, "byrom", "byron"),
        ('assignee:"?"', 11, "?", ""),
        ("assignee:ad", 10, "ad", "ada"),
    ],
)
def test_an_agent_that_there_is_not(shared: Database, query: str, column: int, word: str, nearest: str) -> None:
    with shared.read() as tx, pytest.raises(QueryError, match="is no agent of this desk") as refused:
        found(tx, query)
    assert (refused.value.column, refused.value.word, refused.value.nearest) == (column, word, nearest)


def test_what_was_taken_back_is_not_found(shared: Database) -> None:
    with taken_back(shared) as tx:
        number = make(tx, Wanted("Leak"))
        note = messages.add(tx, number, 1, messages.NewMessage(Direction.NOTE, NOW, AGENTS[0], "secret"))
        assert found(tx, "secret") == {number}
        messages.retract(tx, note, NOW)
        assert found(tx, "secret") == set()
        assert found(tx, "leak") == {number}


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("the refund " * 20_000, LONGEST_PHRASE),  # more positions of a word than a tsvector keeps, and more words
        (" ".join(f"word{number}" for number in range(40_000)), LONGEST_PHRASE),
        (" ".join(f"{number:x}" * 60 for number in range(20_000)), LONGEST_PHRASE // 5),  # more bytes than it keeps; each word is cut in five
    ],
    ids=["one word often", "many words", "long words"],
)
def test_a_very_long_text_is_found_to_its_end(shared: Database, text: str, phrase: int) -> None:
    words = text.split()
    with taken_back(shared) as tx:
        number = make(tx, Wanted("Log", (f"{text} thelast",)))
        for start in (0, 200, 254, 255, 16_000 - phrase // 2, len(words) - phrase):
            assert found(tx, f'"{" ".join(words[start : start + phrase])}"') == {number}, start
        assert found(tx, f'"{words[-1]} thelast"') == {number}
        assert found(tx, f'"{words[0]} thelast"') == set()


def test_a_word_that_stands_there_too_often_for_one_piece_is_found_where_it_stands_last(shared: Database) -> None:
    with taken_back(shared) as tx:
        number = make(tx, Wanted("Log", ("the " * 290 + "end",)))
        assert found(tx, '"the the end"') == {number}
