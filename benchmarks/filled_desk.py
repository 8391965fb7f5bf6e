"""A desk with as many tickets as a benchmark wants, made in seconds: rows go straight into the
tables, without the words that search would need."""

import atexit
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import insert, update
from sqlmodel import Session, SQLModel

from supportcli import config
from supportcli.domain.mailbox import Endpoint, Mailbox, Security
from supportcli.domain.people import Role
from supportcli.domain.sla.policy import Goal, TargetKind
from supportcli.domain.sla.policy_text import Terms, to_definition
from supportcli.domain.tickets.ticket import Priority
from supportcli.storage.engine import rows
from supportcli.storage.engine.database import Database
from supportcli.storage.setup import identity, mailboxes
from supportcli.storage.sla import policies
from supportcli.storage.tables import CustomerRow, EventRow, MessageRow, TargetRow, TicketRow
from supportcli.storage.tickets import people

LONG = 200
"""The first tickets of the list have conversations of LETTERS messages, the others of one."""

LETTERS = 20
NOW = datetime.now(UTC).replace(microsecond=0)
PROMISED = timedelta(days=80)
"""The goal of the first response: long enough for the last ticket to have arrived already, while
the first ones are due about now."""

OVERDUE = timedelta(minutes=20)
"""By how much a ticket number 0 would be overdue; each that follows is due APART later, so that
clocks change at different seconds."""

APART = timedelta(seconds=67)
FOUNDED = NOW - PROMISED - timedelta(days=1)
AGENT, HELP = "ada@shop.test", "help@shop.test"
_BATCH = 10_000
_CUSTOMERS = 5_000
_SUBJECTS = (
    "Where is my order?",
    "Rechnung fehlt",
    "Refund please",
    "Cannot log in",
    "Leak in the blue kettle",
    "Parcel arrived open",
)
_PROSE = (
    "I ordered it two weeks ago and it has not come. The tracking says that it left your "
    "house. Could you please look into it?\n\n"
) * 4


@cache
def config_of(tickets: int) -> Path:
    """The config.toml of a desk with so many open tickets, made once a run. Ticket 1 is due first,
    and some are overdue: the list begins 1, 2, 3 …"""
    folder = Path(tempfile.mkdtemp(prefix="supportcli-bench-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    url = config.database_url("desk.db", folder)
    db = Database.open(url, create=True)
    with db.write() as tx:
        _found(tx)
        _insert(
            tx,
            CustomerRow,
            (
                {
                    "id": n,
                    "name": f"Customer {n}",
                    "address": f"c{n}@acme.test",
                    "created_at": FOUNDED,
                }
                for n in _customers()
            ),
        )
        _insert(tx, TicketRow, (_ticket(number) for number in range(1, tickets + 1)))
        _insert(
            tx,
            MessageRow,
            (
                _letter(number, place)
                for number in range(1, tickets + 1)
                for place in range(1, letters(number) + 1)
            ),
        )
        _insert(tx, EventRow, (_created(number) for number in range(1, tickets + 1)))
        _insert(tx, TargetRow, (_target(number) for number in range(1, tickets + 1)))
    db.close()
    return config.write(
        config.Settings(folder / "config.toml", url), database="desk.db", agent=AGENT
    ).path


def letters(number: int) -> int:
    """How many messages a ticket has."""
    return LETTERS if number <= LONG else 1


def letter_begins(number: int, place: int) -> str:
    """The first words of a message."""
    return f"Letter {place} of {number}."


def _found(tx: Session) -> None:
    identity.found_desk(tx, b"k" * 32, FOUNDED)
    identity.set_most_opened(tx, None)  # here one person writes a lot
    people.add_agent(tx, "Ada Byron", AGENT, Role.AGENT, now=FOUNDED)
    nowhere = Endpoint("localhost", 1, Security.NONE)
    mailboxes.add_mailbox(
        tx, Mailbox(0, HELP, "Help", nowhere, nowhere, "help", "all", FOUNDED), FOUNDED
    )
    goals = {
        (TargetKind.FIRST_RESPONSE, priority): Goal(int(PROMISED.total_seconds()))
        for priority in Priority
    }
    policy = policies.add(tx, policies.KeptPolicy(0, "Standard", 1, FOUNDED, None), FOUNDED)
    policies.add_version(
        tx,
        policies.KeptVersion(0, policy, FOUNDED, to_definition(Terms(goals=goals)), FOUNDED),
        None,
    )


def let_all_be_due(config_file: Path, due_at: datetime) -> None:
    """Make all tickets of a desk due at one moment."""
    db = Database.open(config.load(config_file, None, {}).database)
    with db.write() as tx:
        for model in (TicketRow, TargetRow):
            tx.connection().execute(update(rows.table_of(model)).values(due_at=due_at))
    db.close()


def _insert(tx: Session, model: type[SQLModel], values: Iterable[dict[str, Any]]) -> None:
    statement, source = insert(rows.table_of(model)), iter(values)
    while batch := list(islice(source, _BATCH)):
        tx.connection().execute(statement, batch)


def _customers() -> Iterator[int]:
    return iter(range(1, _CUSTOMERS + 1))


def _customer(number: int) -> int:
    return number % _CUSTOMERS + 1


def _arrived(number: int) -> datetime:
    return _due(number) - PROMISED


def _due(number: int) -> datetime:
    return NOW - OVERDUE + number * APART


def _ticket(number: int) -> dict[str, Any]:
    at = _arrived(number)
    return {
        "number": number,
        "subject": _SUBJECTS[number % len(_SUBJECTS)],
        "status": "open" if number % 3 else "new",
        "priority": 1,
        "customer_id": _customer(number),
        "assignee_id": None if number % 4 else 1,
        "mailbox_id": 1,
        "created_at": at,
        "updated_at": at,
        "waiting_since": at,
        "due_at": _due(number),
        "message_count": letters(number),
        "version": 1,
    }


def _letter(number: int, place: int) -> dict[str, Any]:
    """A message of the customer or the agent, in turn; the last one is the customer's."""
    answer = (letters(number) - place) % 2 == 1
    return {
        "ticket_number": number,
        "position": place,
        "direction": "out" if answer else "in",
        "channel": "mail",
        "agent_id": 1 if answer else None,
        "message_id": f"<{number}.{place}@acme.test>",
        "sender_name": "Ada Byron" if answer else f"Customer {_customer(number)}",
        "sender_address": HELP if answer else f"c{_customer(number)}@acme.test",
        "people": {"to": [{"name": "", "address": HELP}], "cc": [], "reply_to": []},
        "subject": _SUBJECTS[number % len(_SUBJECTS)],
        "text": f"{letter_begins(number, place)}\n{_PROSE}",
        "folds": [],
        "created_at": _arrived(number),
    }


def _created(number: int) -> dict[str, Any]:
    return {
        "at": _arrived(number),
        "actor_kind": "customer",
        "actor": f"c{_customer(number)}@acme.test",
        "gesture": f"mail {number}",
        "kind": "created",
        "ticket_number": number,
        "before": {},
        "after": {"waiting_since": _arrived(number).isoformat()},
    }


def _target(number: int) -> dict[str, Any]:
    due_at = _due(number)
    late = due_at <= NOW
    return {
        "ticket_number": number,
        "kind": TargetKind.FIRST_RESPONSE.value,
        "ordinal": 1,
        "policy_version_id": 1,
        "started_event": number,
        "started_at": _arrived(number),
        "goal_s": int(PROMISED.total_seconds()),
        "spent_s": 0,
        "due_at": due_at,
        "pauses": [],
        "warned": [],
        "next_at": None if late else due_at,
        "breached_at": due_at if late else None,
    }
