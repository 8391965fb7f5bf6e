"""Agents and customers in the database."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, bindparam, select, update
from sqlmodel import Session

from supportcli.domain.mail import Address
from supportcli.domain.mail_domains import lowered
from supportcli.domain.people import Agent, Role
from supportcli.domain.replies.recipients import DeadAddress
from supportcli.domain.tickets.ticket import Status
from supportcli.storage.engine import rows
from supportcli.storage.engine.among import among
from supportcli.storage.people import membership
from supportcli.storage.tables import AgentRow, CustomerAddressRow, CustomerRow, TicketRow

_AGENT = rows.table_of(AgentRow)
_CUSTOMER = rows.table_of(CustomerRow)
_CUSTOMER_ADDRESS = rows.table_of(CustomerAddressRow)
_TICKET = rows.table_of(TicketRow)

_AGENTS = select(_AGENT).order_by(_AGENT.c.name, _AGENT.c.id)
_WITH_ADDRESS = select(_AGENT).where(_AGENT.c.address == bindparam("wanted"))
_OS_USER = select(_AGENT.c.os_user).where(_AGENT.c.id == bindparam("wanted"))
_CUSTOMERS_WITH = (
    select(
        _CUSTOMER_ADDRESS.c.address.label("known_by"),
        _CUSTOMER.c.id,
        _CUSTOMER.c.name,
        _CUSTOMER.c.address,
        _CUSTOMER_ADDRESS.c.spelled,
        _CUSTOMER_ADDRESS.c.dead_since,
    )
    .join(_CUSTOMER, _CUSTOMER_ADDRESS.c.customer_id == _CUSTOMER.c.id)
    .where(among(_CUSTOMER_ADDRESS.c.address, "addresses"))
)
_CUSTOMER_OF = (
    select(_CUSTOMER.c.name, _CUSTOMER.c.address, _CUSTOMER_ADDRESS.c.spelled)
    .join(_TICKET, _TICKET.c.customer_id == _CUSTOMER.c.id)
    .outerjoin(_CUSTOMER_ADDRESS, _CUSTOMER_ADDRESS.c.address == _CUSTOMER.c.address)
    .where(_TICKET.c.number == bindparam("ticket"))
)
_SPELL = (
    update(_CUSTOMER_ADDRESS)
    .where(_CUSTOMER_ADDRESS.c.address == bindparam("of_address"))
    .values(spelled=bindparam("as"))
)
_RENAME = (
    update(_CUSTOMER)
    .where(_CUSTOMER.c.id == bindparam("of_customer"))
    .values(address=bindparam("new_address"), name=bindparam("new_name"))
)


@dataclass(frozen=True, slots=True)
class KnownCustomer:
    """A customer as one of their addresses finds them: `address` is the one they used last,
    `spelled` how they write the one that was asked for, if that is not lower case, and `dead_since`
    when a mail server called that one dead."""

    id: int
    name: str
    address: str
    spelled: str
    dead_since: datetime | None = None


_NOTHING = (Status.SPAM.value, Status.DELETED.value)
"""Tickets that make nobody a customer."""


def add_agent(
    tx: Session, name: str, address: str, role: Role, *, now: datetime, os_user: str | None = None
) -> int:
    """Add an agent; returns the id. IntegrityError if the address already has one. `os_user` binds
    them to a user of the operating system."""
    values = {
        "name": name,
        "address": lowered(address),
        "role": role.value,
        "os_user": os_user,
        "active": True,
        "created_at": now,
    }
    return rows.add(tx, AgentRow, values)


def agents(tx: Session) -> list[Agent]:
    """All agents by name, including those who have left."""
    return [_agent(row) for row in tx.connection().execute(_AGENTS)]


def newest_customers(tx: Session, most: int) -> list[Address]:
    """The customers who wrote for the first time last, at most so many."""
    columns = (_CUSTOMER.c.name, _CUSTOMER.c.address)
    found = tx.connection().execute(select(*columns).order_by(_CUSTOMER.c.id.desc()).limit(most))
    return [Address.of(name, address) for name, address in found]


def agent_by_address(tx: Session, address: str) -> Agent | None:
    """The agent with this address, in any case."""
    row = tx.connection().execute(_WITH_ADDRESS, {"wanted": lowered(address)}).first()
    return _agent(row) if row else None


def agent_addresses(tx: Session) -> dict[int, str]:
    """The address of each agent by id."""
    return {
        row.id: row.address
        for row in tx.connection().execute(select(_AGENT.c.id, _AGENT.c.address))
    }


def os_user_of(tx: Session, agent_id: int) -> str | None:
    """The user of the operating system that an agent is bound to, if set."""
    user: str | None = tx.connection().execute(_OS_USER, {"wanted": agent_id}).scalar()
    return user


def customer_for(tx: Session, sender: Address, now: datetime) -> int:
    """The id of the customer with this address, who is created if missing. The address becomes the
    one they used last, and a name they gave themselves fills in a missing one."""
    address = lowered(sender.address)
    return welcome(tx, known_customers(tx, [address]).get(address), sender, now).id


def known_customers(tx: Session, addresses: Collection[str]) -> dict[str, KnownCustomer]:
    """The customers with these addresses (in lower case), by address."""
    found = tx.connection().execute(_CUSTOMERS_WITH, {"addresses": list(addresses)})
    return {
        row.known_by: KnownCustomer(
            row.id, row.name, row.address, row.spelled or "", row.dead_since
        )
        for row in found
    }


def welcome(
    tx: Session, known: KnownCustomer | None, sender: Address, now: datetime
) -> KnownCustomer:
    """Write down that a customer wrote from this address; one who is not known yet is created.
    Returns the customer as they are known now."""
    address = lowered(sender.address)
    if known is None:
        made = rows.add(
            tx, CustomerRow, {"name": sender.name, "address": address, "created_at": now}
        )
        values = {
            "address": address,
            "customer_id": made,
            "dead_since": None,
            "spelled": sender.spelled or None,
        }
        rows.add_missing(tx, CustomerAddressRow, [values])
        membership.join(tx, made, address)
        return KnownCustomer(made, sender.name, address, sender.spelled)
    name = known.name or sender.name
    is_now = KnownCustomer(known.id, name, address, sender.spelled, known.dead_since)
    if known.spelled != is_now.spelled:
        rows.change(tx, _SPELL, {"of_address": address, "as": is_now.spelled or None})
    if (known.address, known.name) != (is_now.address, is_now.name):
        renamed = {"of_customer": known.id, "new_address": address, "new_name": is_now.name}
        rows.change(tx, _RENAME, renamed)
    return is_now


def customers_with_tickets(tx: Session, addresses: Collection[str]) -> set[str]:
    """Which of these addresses, in lower case, belong to customers with a ticket that is neither
    spam nor deleted."""
    statement = (
        select(_CUSTOMER_ADDRESS.c.address)
        .join(_TICKET, _TICKET.c.customer_id == _CUSTOMER_ADDRESS.c.customer_id)
        .where(_CUSTOMER_ADDRESS.c.address.in_(addresses), _TICKET.c.status.not_in(_NOTHING))
        .distinct()
    )
    return set(tx.connection().execute(statement).scalars())


def tickets_of(tx: Session, address: str) -> list[int]:
    """The tickets of the customer with this address that are neither spam nor deleted."""
    statement = (
        select(_TICKET.c.number)
        .join(_CUSTOMER_ADDRESS, _TICKET.c.customer_id == _CUSTOMER_ADDRESS.c.customer_id)
        .where(_CUSTOMER_ADDRESS.c.address == lowered(address), _TICKET.c.status.not_in(_NOTHING))
        .order_by(_TICKET.c.number)
    )
    return list(tx.connection().execute(statement).scalars())


def name_of_customer(tx: Session, address: str) -> str:
    """The name of the customer with this address; "" if unknown."""
    found = known_customers(tx, [lowered(address)])
    return next((one.name for one in found.values()), "")


def mark_dead(tx: Session, words: Mapping[str, str], since: datetime) -> None:
    """Record that mail to these addresses (lower-case) can never be delivered, since when and in
    which words of a mail server."""
    for address, said in words.items():
        tx.connection().execute(
            update(_CUSTOMER_ADDRESS)
            .where(_CUSTOMER_ADDRESS.c.address == address)
            .values(dead_since=since, dead_words=said or None)
        )


def revive(tx: Session, address: str) -> None:
    """Record that this address (lower-case) can be reached: its owner has written from it."""
    tx.connection().execute(
        update(_CUSTOMER_ADDRESS)
        .where(_CUSTOMER_ADDRESS.c.address == address)
        .values(dead_since=None, dead_words=None)
    )


def dead(tx: Session, addresses: Collection[str]) -> dict[str, DeadAddress]:
    """Those of these addresses (lower-case) that can never be reached."""
    statement = select(
        _CUSTOMER_ADDRESS.c.address, _CUSTOMER_ADDRESS.c.dead_since, _CUSTOMER_ADDRESS.c.dead_words
    ).where(
        _CUSTOMER_ADDRESS.c.address.in_(list(addresses)),
        _CUSTOMER_ADDRESS.c.dead_since.is_not(None),
    )
    return {
        address: DeadAddress(address, since, words or "")
        for address, since, words in tx.connection().execute(statement)
    }


def customer_of(tx: Session, ticket: int) -> Address:
    """The customer of a ticket, with the address as they wrote it last; NoResultFound if there is
    no such ticket."""
    row = tx.connection().execute(_CUSTOMER_OF, {"ticket": ticket}).one()
    return Address.of(row.name, row.spelled or row.address)


def _agent(row: Row[tuple[object, ...]]) -> Agent:
    return Agent(row.id, row.name, row.address, Role(row.role), row.active, row.signature or "")
