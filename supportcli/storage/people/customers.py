"""Customers with all that the team knows about them."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Row, Select, and_, delete, func, or_, select, update
from sqlmodel import Session

from supportcli.domain.mail import Address
from supportcli.domain.mail_domains import lowered
from supportcli.domain.people.customers import Customer
from supportcli.storage import tables
from supportcli.storage.engine import rows
from supportcli.storage.tables import (
    CustomerAddressRow,
    CustomerProfileRow,
    CustomerRow,
    MessageRow,
    TicketRow,
)

_CUSTOMER = rows.table_of(CustomerRow)
_ADDRESS = rows.table_of(CustomerAddressRow)
_PROFILE = rows.table_of(CustomerProfileRow)
_TICKET = rows.table_of(TicketRow)
_MESSAGE = rows.table_of(MessageRow)

_WITH_PROFILE = _CUSTOMER.outerjoin(_PROFILE, _PROFILE.c.customer_id == _CUSTOMER.c.id)
_THERE = _PROFILE.c.merged_into.is_(None)
_SPELLED = (
    select(_ADDRESS.c.spelled).where(_ADDRESS.c.address == _CUSTOMER.c.address).scalar_subquery()
)
_COLUMNS = (
    _CUSTOMER.c.id,
    _CUSTOMER.c.name,
    func.coalesce(_SPELLED, _CUSTOMER.c.address).label("address"),
    _CUSTOMER.c.created_at,
    *(_PROFILE.c[name] for name in _PROFILE.c.keys() if name != "customer_id"),  # noqa: SIM118 - a collection of columns
)


@cache
def _everything() -> Select[Any]:
    organisation = rows.table_of(tables.OrganisationRow)
    whole = _WITH_PROFILE.outerjoin(organisation, organisation.c.id == _PROFILE.c.organisation_id)
    return select(*_COLUMNS, organisation.c.name.label("organisation")).select_from(whole)


def with_address(tx: Session, address: str) -> int | None:
    """The id of the customer who has this address."""
    found: int | None = (
        tx.connection()
        .execute(select(_ADDRESS.c.customer_id).where(_ADDRESS.c.address == lowered(address)))
        .scalar()
    )
    return found


def address_of(tx: Session, customer: int) -> str:
    """The address that a customer used last."""
    statement = select(_CUSTOMER.c.address).where(_CUSTOMER.c.id == customer)
    return str(tx.connection().execute(statement).scalar() or "")


def addresses_of(tx: Session, ids: Collection[int]) -> dict[str, int]:
    """All addresses of these customers, each with the id of whose it is."""
    statement = select(_ADDRESS.c.address, _ADDRESS.c.customer_id)
    found = tx.connection().execute(statement.where(_ADDRESS.c.customer_id.in_(list(ids))))
    return {row.address: row.customer_id for row in found}


def merged_into(tx: Session, customer: int) -> int:
    """Who is left of a customer: themselves, or at the end of a chain of merges the one whom those
    left."""
    seen = {customer}
    statement = select(_PROFILE.c.merged_into)
    while True:
        found = tx.connection().execute(statement.where(_PROFILE.c.customer_id == customer))
        into = found.scalar()
        if into is None or into in seen:
            return customer
        customer = into
        seen.add(customer)


def called(tx: Session, name: str, most: int) -> list[int]:
    """The ids of customers with exactly this name, in any case as far as the database knows it; at
    most so many."""
    statement = select(_CUSTOMER.c.id).select_from(_WITH_PROFILE)
    named = func.lower(_CUSTOMER.c.name) == name.lower()
    found = tx.connection().execute(statement.where(named, _THERE).limit(most))
    return list(found.scalars())


def customers(tx: Session, ids: Collection[int]) -> list[Customer]:
    """These customers, in the order asked for; an id that nobody has is left out."""
    wanted = list(ids)
    found = tx.connection().execute(_everything().where(_CUSTOMER.c.id.in_(wanted)))
    addresses: dict[int, list[str]] = {}
    statement = select(_ADDRESS.c.customer_id, _ADDRESS.c.address)
    theirs = statement.where(_ADDRESS.c.customer_id.in_(wanted)).order_by(_ADDRESS.c.address)
    for row in tx.connection().execute(theirs):
        addresses.setdefault(row.customer_id, []).append(row.address)
    there = {row.id: _customer(row, addresses.get(row.id, [])) for row in found}
    return [there[one] for one in wanted if one in there]


def numbers(
    tx: Session,
    words: Sequence[str] = (),
    *,
    organisation: int | None = None,
    vip: bool = False,
    most: int | None = None,
) -> list[int]:
    """The ids of customers whose name or addresses contain each of these words, by name."""
    conditions = [_THERE, *(map(_has, words))]
    if organisation is not None:
        conditions.append(_PROFILE.c.organisation_id == organisation)
    if vip:
        conditions.append(_PROFILE.c.vip)
    statement = (
        select(_CUSTOMER.c.id)
        .select_from(_WITH_PROFILE)
        .where(and_(*conditions))
        .order_by(func.lower(_CUSTOMER.c.name), _CUSTOMER.c.address)
        .limit(most)
    )
    return list(tx.connection().execute(statement).scalars())


def _has(word: str) -> ColumnElement[bool]:
    theirs = select(_ADDRESS.c.customer_id)
    return or_(
        func.lower(_CUSTOMER.c.name).contains(word.lower(), autoescape=True),
        _CUSTOMER.c.id.in_(
            theirs.where(_ADDRESS.c.address.contains(lowered(word), autoescape=True))
        ),
    )


def tickets_of(tx: Session, ids: Collection[int], most: int | None = None) -> list[int]:
    """The numbers of the tickets of customers, the newest first; merged ones are left out, as their
    messages are in another."""
    statement = (
        select(_TICKET.c.number)
        .where(_TICKET.c.customer_id.in_(list(ids)), _TICKET.c.merged_into.is_(None))
        .order_by(_TICKET.c.number.desc())
        .limit(most)
    )
    return list(tx.connection().execute(statement).scalars())


class TicketsOf(NamedTuple):
    """How many tickets a customer has, and when the first of them was opened: by mail that was
    imported, long before the desk knew them."""

    tickets: int
    first: datetime


def count_tickets(tx: Session, ids: Collection[int]) -> dict[int, TicketsOf]:
    """How many tickets customers have, and since when; one without any is missing."""
    statement = (
        select(_TICKET.c.customer_id, func.count(), func.min(_TICKET.c.created_at))
        .where(_TICKET.c.customer_id.in_(list(ids)), _TICKET.c.merged_into.is_(None))
        .group_by(_TICKET.c.customer_id)
    )
    return {who: TicketsOf(*found) for who, *found in tx.connection().execute(statement)}


def add(tx: Session, person: Address, addresses: Sequence[str], now: datetime) -> int:
    """Add a customer who has not written yet; returns the id. Nobody has one of their addresses."""
    values = {"name": person.name, "address": lowered(person.address), "created_at": now}
    made = rows.add(tx, CustomerRow, values)
    for address in dict.fromkeys((person.address, *addresses)):
        give_address(tx, made, address)
    return made


def give_address(tx: Session, customer: int, address: str) -> None:
    """Give a customer an address that nobody has, in any case."""
    known = Address.of("", address)
    values = {
        "address": lowered(known.address),
        "customer_id": customer,
        "dead_since": None,
        "spelled": known.spelled or None,
    }
    rows.add_missing(tx, CustomerAddressRow, [values])


def put(tx: Session, before: Customer, after: Customer) -> None:
    """Write what differs of a customer: the name, the profile, the addresses. The address used last
    becomes another one if it is taken away."""
    now_is = lowered(after.address)
    used_last = now_is if now_is in after.addresses else next(iter(after.addresses), now_is)
    tx.connection().execute(
        update(_CUSTOMER)
        .where(_CUSTOMER.c.id == after.id)
        .values(name=after.name, address=used_last)
    )
    put_profile(tx, after)
    gone = [one for one in before.addresses if one not in after.addresses]
    tx.connection().execute(
        delete(_ADDRESS).where(_ADDRESS.c.customer_id == after.id, _ADDRESS.c.address.in_(gone))
    )
    for one in after.addresses:
        if one not in before.addresses:
            give_address(tx, after.id, one)


def put_profile(tx: Session, customer: Customer) -> None:
    """Write what the team knows about a customer, instead of what was there."""
    values = {
        "organisation_id": customer.organisation_id,
        "vip": customer.vip,
        "language": customer.language or None,
        "zone": customer.zone or None,
        "notes": customer.notes or None,
        "fields": dict(customer.fields) or None,
        "merged_into": customer.merged_into,
    }
    written = {"customer_id": customer.id, **values}
    rows.add_missing(tx, CustomerProfileRow, [written], put=tuple(values))


def move_addresses(tx: Session, addresses: Collection[str], to: int) -> None:
    """Give addresses to another customer."""
    chosen = _ADDRESS.c.address.in_(list(addresses))
    tx.connection().execute(update(_ADDRESS).where(chosen).values(customer_id=to))


def move_tickets(tx: Session, tickets: Collection[int], to: int) -> None:
    """Give tickets to another customer."""
    statement = update(_TICKET).where(_TICKET.c.number.in_(list(tickets)))
    tx.connection().execute(statement.values(customer_id=to, version=_TICKET.c.version + 1))


def every_ticket_of(tx: Session, customer: int) -> list[int]:
    """All tickets of a customer, those too whose messages are in another one."""
    statement = select(_TICKET.c.number).where(_TICKET.c.customer_id == customer)
    return list(tx.connection().execute(statement.order_by(_TICKET.c.number)).scalars())


def opened_by(tx: Session, tickets: Collection[int], since: datetime) -> dict[int, str]:
    """The addresses that opened those of these tickets which are not older, by number."""
    statement = (
        select(_MESSAGE.c.ticket_number, _MESSAGE.c.sender_address)
        .join(_TICKET, _TICKET.c.number == _MESSAGE.c.ticket_number)
        .where(_TICKET.c.number.in_(list(tickets)), _TICKET.c.created_at >= since)
        .order_by(_MESSAGE.c.position.desc())
    )
    return {row.ticket_number: row.sender_address for row in tx.connection().execute(statement)}


def remove(tx: Session, customer: int) -> None:
    """Remove a customer who has no ticket."""
    for rows_of, key in (
        (_PROFILE, _PROFILE.c.customer_id),
        (_ADDRESS, _ADDRESS.c.customer_id),
        (_CUSTOMER, _CUSTOMER.c.id),
    ):
        tx.connection().execute(delete(rows_of).where(key == customer))


def _customer(row: Row[Any], addresses: Sequence[str]) -> Customer:
    fields: Mapping[str, str] = row.fields or {}
    return Customer(
        id=row.id,
        name=row.name,
        address=row.address,
        addresses=tuple(addresses),
        since=row.created_at,
        organisation_id=row.organisation_id,
        organisation=row.organisation or "",
        vip=bool(row.vip),
        language=row.language or "",
        zone=row.zone or "",
        notes=row.notes or "",
        fields=fields,
        merged_into=row.merged_into,
    )
