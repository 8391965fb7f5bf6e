"""Agents, customers and mailboxes in the database, on both engines."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from supportcli.domain.mail import Address
from supportcli.domain.mailbox import Endpoint, Mailbox, Security
from supportcli.domain.people import Agent, Role
from supportcli.storage.engine.database import Database
from supportcli.storage.setup import mailboxes
from supportcli.storage.tables import CustomerRow
from supportcli.storage.tickets import people

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
HELP = Mailbox(
    id=0,
    address="Help@Shop.test",
    name="Help",
    imap=Endpoint("imap.shop.test", 993, Security.TLS),
    smtp=Endpoint("smtp.shop.test", 587, Security.STARTTLS),
    username="help",
    history="30d",
    news_since=NOW - timedelta(days=30),
)


def customer(db: Database, number: int) -> tuple[str, str]:
    with db.read() as tx:
        row = tx.get_one(CustomerRow, number)
        return row.name, row.address


def test_an_agent_is_found_by_address_in_any_case(db: Database) -> None:
    with db.write() as tx:
        ada = people.add_agent(tx, "Ada Byron", "Ada@Shop.test", Role.ADMIN, now=NOW, os_user="ada")
        bob = people.add_agent(tx, "Bob", "bob@shop.test", Role.LIGHT_AGENT, now=NOW)
    with db.read() as tx:
        assert people.agent_by_address(tx, "ADA@shop.test") == Agent(
            ada, "Ada Byron", "ada@shop.test", Role.ADMIN
        )
        assert people.agent_by_address(tx, "carla@shop.test") is None
        assert [agent.name for agent in people.agents(tx)] == ["Ada Byron", "Bob"]
        assert people.agent_addresses(tx) == {ada: "ada@shop.test", bob: "bob@shop.test"}
        assert (people.os_user_of(tx, ada), people.os_user_of(tx, bob)) == ("ada", None)


def test_an_address_has_one_agent(db: Database) -> None:
    with db.write() as tx:
        people.add_agent(tx, "Ada", "ada@shop.test", Role.AGENT, now=NOW)
    with pytest.raises(IntegrityError), db.write() as tx:
        people.add_agent(tx, "Eve", "ADA@shop.test", Role.ADMIN, now=NOW)


def test_a_customer_is_who_has_the_address(db: Database) -> None:
    with db.write() as tx:
        first = people.customer_for(tx, Address("", "Maria@Acme.test"), NOW)
        assert people.customer_for(tx, Address("Maria", "maria@acme.test"), NOW) == first
        assert people.customer_for(tx, Address("Maria", "maria@home.test"), NOW) != first
    assert customer(db, first) == ("Maria", "maria@acme.test")


def test_a_customer_keeps_the_name_they_had(db: Database) -> None:
    with db.write() as tx:
        first = people.customer_for(tx, Address("Maria Silva", "maria@acme.test"), NOW)
        people.customer_for(tx, Address("Sales", "maria@acme.test"), NOW)
        people.customer_for(tx, Address("", "maria@acme.test"), NOW)
    assert customer(db, first) == ("Maria Silva", "maria@acme.test")


def test_a_mailbox_comes_back_as_it_was_added(db: Database) -> None:
    with db.write() as tx:
        made = mailboxes.add_mailbox(tx, HELP, NOW)
        expected = replace(HELP, id=made, address="help@shop.test", acts_since=NOW)
    with db.read() as tx:
        assert mailboxes.mailboxes(tx) == [expected]
        assert mailboxes.mailbox_by_address(tx, "HELP@shop.test") == expected
        assert mailboxes.mailbox_by_id(tx, made) == expected
        assert mailboxes.mailbox_by_address(tx, "sales@shop.test") is None
        assert mailboxes.mailbox_by_id(tx, made + 1) is None


def test_an_address_has_one_mailbox(db: Database) -> None:
    with db.write() as tx:
        mailboxes.add_mailbox(tx, HELP, NOW)
    with pytest.raises(IntegrityError), db.write() as tx:
        mailboxes.add_mailbox(tx, HELP, NOW)


def test_a_mailbox_that_was_removed_comes_back_as_itself(db: Database) -> None:
    with db.write() as tx:
        made = mailboxes.add_mailbox(tx, HELP, NOW)
        mailboxes.set_health(tx, made, failing_since=NOW, failure="Login failed.", synced_at=None)
        mailboxes.remove_mailbox(tx, made)
        assert mailboxes.mailboxes(tx) == []
        assert [box.active for box in mailboxes.mailboxes(tx, removed=True)] == [False]
        assert mailboxes.add_mailbox(tx, replace(HELP, username="new"), NOW) == made
    with db.read() as tx:
        assert mailboxes.mailboxes(tx) == [
            replace(HELP, id=made, address="help@shop.test", username="new", acts_since=NOW)
        ]


def test_the_health_of_a_mailbox_is_kept(db: Database) -> None:
    with db.write() as tx:
        made = mailboxes.add_mailbox(tx, HELP, NOW)
        mailboxes.set_health(
            tx, made, failing_since=NOW, failure="Login failed.", synced_at=NOW - timedelta(hours=1)
        )
    with db.read() as tx:
        [box] = mailboxes.mailboxes(tx)
    assert (box.failing_since, box.failure, box.synced_at) == (
        NOW,
        "Login failed.",
        NOW - timedelta(hours=1),
    )
