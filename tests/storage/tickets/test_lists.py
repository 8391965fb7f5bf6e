"""The order of lists, and the indexes that serve it, on both engines."""

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, event
from sqlmodel import Session

from supportcli.domain.mail import Address
from supportcli.domain.mailbox import Endpoint, Mailbox, Security
from supportcli.domain.people import DESK
from supportcli.domain.query.parse import parse
from supportcli.domain.sla.policy import TargetKind
from supportcli.domain.sla.targets import Target
from supportcli.domain.tickets.ticket import Order, Priority, Status, TicketLine
from supportcli.storage.engine import rows
from supportcli.storage.engine.database import Database
from supportcli.storage.setup import mailboxes
from supportcli.storage.sla import policies, targets
from supportcli.storage.tables import TicketRow
from supportcli.storage.tickets import events, lists, people
from supportcli.storage.tickets.search import Asker
from supportcli.tui.views import VIEWS
from tests.blank_desks import open_blank

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
WAITS_FOR_US, WAITS_FOR_OTHERS = {Status.NEW, Status.OPEN}, {Status.ON_HOLD, Status.PENDING}


def urgency(line: TicketLine) -> tuple[Any, ...]:
    place = 0 if line.status in WAITS_FOR_US else 1 if line.status in WAITS_FOR_OTHERS else 2
    due_at = line.clock.due_at if line.clock else None
    return (
        place,
        due_at is None,
        due_at or NOW,
        -line.priority,
        line.waiting_since is None,
        line.waiting_since or NOW,
        -line.updated_at.timestamp(),
        -line.number,
    )


KEYS: dict[Order, Callable[[TicketLine], Any]] = {
    Order.URGENCY: urgency,
    Order.UPDATED: lambda line: (-line.updated_at.timestamp(), -line.number),
    Order.NUMBER: lambda line: line.number,
    Order.DUE: lambda line: (urgency(line)[1:3], line.number),
}


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def filled(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Database]:
    """A desk on each engine, filled once: the tests here only read."""
    if request.param == "sqlite":
        url = str(tmp_path_factory.mktemp("lists") / "desk.db")
    else:
        url = request.getfixturevalue("postgres").new_database(
            request.getfixturevalue("blank_database")
        )
    db = open_blank(url)
    fill(db)
    yield db
    db.close()


def fill(db: Database) -> None:
    """400 tickets whose times and fields often fall together; half of them have a target of a
    service level."""
    choose = random.Random(4)
    with db.write() as tx:
        nowhere = Endpoint("localhost", 1, Security.NONE)
        box = mailboxes.add_mailbox(
            tx, Mailbox(0, "help@shop.test", "Help", nowhere, nowhere, "help", "all", NOW), NOW
        )
        customer = people.customer_for(tx, Address("Maria", "maria@acme.test"), NOW)
        policy = policies.add(tx, policies.KeptPolicy(0, "Standard", 1, NOW, None), NOW)
        version = policies.add_version(tx, policies.KeptVersion(0, policy, NOW, {}, NOW), None)
        for number in range(400):
            times = [NOW + timedelta(minutes=choose.randrange(20)) for _ in range(2)]
            values = {
                "subject": f"Ticket {number}",
                "status": choose.choice(list(Status)).value,
                "priority": choose.choice(list(Priority)),
                "customer_id": customer,
                "mailbox_id": box,
                "created_at": NOW,
                "updated_at": times[0],
                "waiting_since": choose.choice([None, times[1]]),
                "message_count": 0,
                "version": 1,
            }
            made = rows.add(tx, TicketRow, values)
            if choose.random() < 0.5:
                due_at = NOW + timedelta(minutes=choose.randrange(20))
                started = events.record(tx, events.NewEvent(NOW, DESK, "made", "created", made))
                targets.add(
                    tx,
                    made,
                    Target(TargetKind.RESOLUTION, 1, version, None, started, NOW, 3600, 0, due_at),
                )
                targets.set_due(tx, made, due_at)


@contextmanager
def watched(db: Database) -> Iterator[list[tuple[str, Any]]]:
    """The statements that are sent meanwhile, with their parameters."""
    sent: list[tuple[str, Any]] = []

    def note(
        _connection: Connection, _cursor: object, statement: str, parameters: object, *_: object
    ) -> None:
        sent.append((statement, parameters))

    event.listen(db.engine, "before_cursor_execute", note)
    yield sent
    event.remove(db.engine, "before_cursor_execute", note)


@pytest.mark.parametrize("order", Order)
@pytest.mark.parametrize("query", ["", "status:any", "status:open,pending", "-status:open"])
def test_a_list_has_its_order(filled: Database, order: Order, query: str) -> None:
    with filled.read() as tx:
        numbers = lists.numbers(tx, parse(query), Asker(None, NOW), order)
        lines = lists.lines(tx, numbers)
    assert list(numbers) == [line.number for line in sorted(lines, key=KEYS[order])]
    assert len(numbers) > 20


@pytest.mark.parametrize("order", Order)
@pytest.mark.parametrize(
    "query",
    ["status:any", "-tag:vip", *(view.query for view in VIEWS if "assignee" not in view.query)],
)
def test_an_index_has_the_order_of_a_list(filled: Database, order: Order, query: str) -> None:
    """A hundred thousand tickets are not sorted for each list. (Those of one agent, or of nobody,
    are found by an index of theirs and then sorted: 75,000 of them in 60 ms.)"""
    with filled.read() as tx:
        with watched(filled) as sent:
            lists.numbers(tx, parse(query), Asker(None, NOW), order)
        plan = plan_of(tx, sent, without="sort")
    assert "ORDER BY" not in plan  # "USE TEMP B-TREE FOR ORDER BY"
    assert "Sort" not in plan
    if order is Order.URGENCY:
        assert "ix_ticket_urgency" in plan


@pytest.mark.parametrize(
    ("query", "index"),
    [
        ("created:<7d", "ix_ticket_created"),
        ("updated:2026-02", "ix_ticket_updated"),
        ("solved:today", "ix_ticket_solved"),
        ("due:<1d", "ix_ticket_due"),
        ("sla:<1h", "ix_ticket_due"),
        ("sla:overdue", "ix_ticket_due"),
        ("is:snoozed", "ix_ticket_snoozed"),
        ("channel:phone", "ix_message_channel"),
        ("has:reply", "ix_message_channel"),
        ("has:note", "ix_message_note"),
    ],
)
def test_a_term_is_counted_by_its_index(filled: Database, query: str, index: str) -> None:
    """Nobody reads a hundred thousand tickets, or all messages, to find a few of them."""
    with filled.read() as tx:
        with watched(filled) as sent:
            lists.count(tx, parse(query), Asker(None, NOW))
        assert index in plan_of(tx, sent, without="seqscan")


def plan_of(tx: Session, sent: list[tuple[str, Any]], *, without: str) -> str:
    """How the one statement that was sent is executed; by PostgreSQL `without` a step that is
    cheaper for so few rows."""
    [(statement, parameters)] = sent
    explain = "EXPLAIN QUERY PLAN"
    if tx.connection().dialect.name == "postgresql":
        explain = "EXPLAIN"
        tx.connection().exec_driver_sql(f"SET LOCAL enable_{without} = off")
    found = tx.connection().exec_driver_sql(f"{explain} {statement}", parameters)
    return "\n".join(str(row[-1]) for row in found)


def test_a_window_comes_in_the_order_asked_for(filled: Database) -> None:
    with filled.read() as tx:
        assert [line.number for line in lists.lines(tx, [7, 3, 9_999, 5])] == [7, 3, 5]
        assert lists.lines(tx, []) == []
