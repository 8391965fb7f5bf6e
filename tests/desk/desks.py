"""Desks for tests: a real database, a clock that stands still until told, a mailbox, two agents and
tickets made through storage."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NoReturn

from sqlmodel import Session

from supportcli.config import Settings
from supportcli.desk import Desk, running_targets
from supportcli.desk.people.agent_edits import AgentChanges, edit_agent
from supportcli.domain.mail import Address
from supportcli.domain.mailbox import Endpoint, Mailbox, Security
from supportcli.domain.people import Actor, ActorKind, Agent, Role
from supportcli.domain.replies.delivery import Recipient, RecipientState
from supportcli.domain.tickets.ticket import Delivery, Direction, Priority
from supportcli.storage.engine import rows
from supportcli.storage.engine.database import Database
from supportcli.storage.replies import outbox
from supportcli.storage.setup import identity, mailboxes
from supportcli.storage.tables import AgentRow
from supportcli.storage.tickets import events, messages, people, tickets
from tests.blank_desks import open_blank

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ADA, BOB = "ada@shop.test", "bob@shop.test"


def left(desk: Desk) -> None:
    """Let the replies that wait leave, as when a mail server has taken them for everybody."""
    with desk.db.write() as tx:
        for one in outbox.in_states(tx, outbox.WAITING):
            done = [Recipient(to.address, RecipientState.SENT) for to in one.recipients]
            outbox.set_recipients(tx, one.id, done)
            outbox.change(tx, one.id, Delivery.SENT, desk.now())


class StandingClock:
    """A clock that moves only when a test says so."""

    def __init__(self, now: datetime = START) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def tick(self, **by: float) -> datetime:
        self.now += timedelta(**by)
        return self.now


def no_channel(mailbox: Mailbox) -> NoReturn:
    raise AssertionError(f"nothing here should connect to {mailbox.address}")


@contextmanager
def desk_at(
    url: str, clock: StandingClock | None = None, file: bytes | None = None
) -> Iterator[Desk]:
    """A desk with the mailbox help@shop.test and the agents Ada (who asks) and Bob; `file` is one
    on SQLite that is to be copied."""
    clock = clock or StandingClock()
    db = furnished(url, clock()) if file is None else copied(url, file)
    try:
        yield Desk(
            db, clock, no_channel, Settings(path=Path("config.toml"), database=url, agent=ADA)
        )
    finally:
        db.close()


def furnished(url: str, now: datetime) -> Database:
    """A new desk with its people and its mailbox. On SQLite it is made once in each worker for each
    `now`, and copied from then on."""
    if not url.startswith("postgresql"):
        return copied(url, furnished_file(now))
    db = open_blank(url)
    with db.write() as tx:
        furnish(tx, now)
    return db


def copied(url: str, file: bytes) -> Database:
    """The desk at the URL of a file that is not there yet, a copy of `file`."""
    Path(url.removeprefix("sqlite:///")).write_bytes(file)
    return Database.open(url)


@cache
def furnished_file(now: datetime) -> bytes:
    """The file of a new desk."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "desk.db"
        with closing(open_blank(str(file))) as db, db.write() as tx:
            furnish(tx, now)
        return file.read_bytes()


@cache
def file_after(work: Callable[[Desk], object]) -> bytes:
    """The file of a desk with which this was done at START, made once in each worker."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "desk.db"
        with desk_at(f"sqlite:///{file}") as desk:
            work(desk)
        return file.read_bytes()


def furnish(tx: Session, now: datetime) -> None:
    identity.found_desk(tx, b"k" * 32, now)
    identity.set_most_opened(tx, None)  # here one person writes a lot
    for name, address in (("Ada Byron", ADA), ("Bob Lee", BOB)):
        people.add_agent(tx, name, address, Role.AGENT, now=now)
    nowhere = Endpoint("localhost", 1, Security.NONE)
    mailboxes.add_mailbox(
        tx, Mailbox(0, "help@shop.test", "Help", nowhere, nowhere, "help", "all", now), now
    )


def as_agent(desk: Desk, address: str) -> Desk:
    """The same desk, as another agent sees it."""
    return replace(desk, settings=replace(desk.settings, agent=address))


def with_role(desk: Desk, address: str, role: Role) -> None:
    """Give an agent a role, as whoever holds the file can."""
    table = rows.table_of(AgentRow)
    with desk.db.write() as tx:
        wanted = table.update().where(table.c.address == address).values(role=role.value)
        tx.connection().execute(wanted)


def sign_agent(desk: Desk, who: str, signature: str) -> Agent:
    """Put a signature below an agent's replies."""
    return edit_agent(desk, who, AgentChanges(signature=signature))


def write_in(
    desk: Desk,
    number: int | None = None,
    text: str = "It leaks.",
    sender: str = "maria@acme.test",
    subject: str = "Leak",
    *,
    priority: Priority = Priority.NORMAL,
    message: Mapping[str, Any] | None = None,
) -> int:
    """A customer writes: a new ticket, or a message in one with further fields in `message`.
    Answers with the ticket's number."""
    now = desk.now()
    person = Address(sender.partition("@")[0].title(), sender)
    with desk.db.write() as tx:
        kind = "received" if number else "created"
        if number is None:
            customer = people.customer_for(tx, person, now)
            made = tickets.NewTicket(
                subject, customer, 1, now, waiting_since=now, priority=priority
            )
            number = tickets.create(tx, made, now)
        fields = {"answers_elsewhere": kind == "created", **(message or {})}
        written = messages.NewMessage(
            Direction.IN, now, person, text, subject, to=(Address("", "help@shop.test"),), **fields
        )
        added = messages.add(tx, number, 1, written)
        after = {"waiting_since": now.isoformat()} if kind == "created" else {}
        event = events.NewEvent(
            now,
            Actor(ActorKind.CUSTOMER, sender),
            f"mail {added}",
            kind,
            number,
            after=after,
            message_id=added,
        )
        running_targets.record(tx, event, now)
    return number
