"""Organisations, their domains and members."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, delete, func, or_, select, update
from sqlmodel import Session

from supportcli.domain.mail_domains import ascii_domain, lowered_domain
from supportcli.domain.people.organisations import Organisation, name_key
from supportcli.storage.engine import rows
from supportcli.storage.people import membership
from supportcli.storage.tables import (
    CustomerAddressRow,
    CustomerProfileRow,
    OrganisationDomainRow,
    OrganisationRow,
)

_ORGANISATION = rows.table_of(OrganisationRow)
_DOMAIN = rows.table_of(OrganisationDomainRow)
_PROFILE = rows.table_of(CustomerProfileRow)
_ADDRESS = rows.table_of(CustomerAddressRow)


def organisations(tx: Session, ids: Collection[int] | None = None) -> list[Organisation]:
    """All organisations by name, or these."""
    chosen = [] if ids is None else [_ORGANISATION.c.id.in_(list(ids))]
    return _read(tx, *chosen)


def named(tx: Session, name: str) -> Organisation | None:
    """The organisation of this name, or with this domain."""
    domain = select(_DOMAIN.c.organisation_id).where(
        _DOMAIN.c.domain == ascii_domain(lowered_domain(name.strip().removeprefix("@")))
    )
    found = _read(tx, or_(_ORGANISATION.c.key == name_key(name), _ORGANISATION.c.id.in_(domain)))
    return next(iter(found), None)


def names(tx: Session) -> list[str]:
    """The names of all organisations."""
    return list(tx.connection().execute(select(_ORGANISATION.c.name)).scalars())


def with_domain(tx: Session, domain: str) -> int | None:
    """The id of the organisation that has this domain."""
    statement = select(_DOMAIN.c.organisation_id).where(_DOMAIN.c.domain == domain)
    found: int | None = tx.connection().execute(statement).scalar()
    return found


def add(tx: Session, one: Organisation) -> int:
    """Add an organisation, under its id if that is not 0; returns it. IntegrityError if its name or
    a domain of it is another's."""
    values = _values(one) | {"created_at": one.since}
    made = rows.add(tx, OrganisationRow, values if one.id == 0 else {"id": one.id, **values})
    made = one.id or made
    _put_domains(tx, made, (), one.domains)
    return made


def put(tx: Session, before: Organisation, after: Organisation) -> None:
    """Write what differs of an organisation."""
    chosen = _ORGANISATION.c.id == after.id
    tx.connection().execute(update(_ORGANISATION).where(chosen).values(**_values(after)))
    _put_domains(tx, after.id, before.domains, after.domains)


def remove(tx: Session, organisation: int) -> None:
    """Remove an organisation without members."""
    for table, key in (
        (_DOMAIN, _DOMAIN.c.organisation_id),
        (_ORGANISATION, _ORGANISATION.c.id),
    ):
        tx.connection().execute(delete(table).where(key == organisation))
    membership.forget(tx)


def members(tx: Session, organisation: int) -> list[int]:
    """The ids of its members."""
    statement = select(_PROFILE.c.customer_id).where(
        _PROFILE.c.organisation_id == organisation, _PROFILE.c.merged_into.is_(None)
    )
    return list(tx.connection().execute(statement.order_by(_PROFILE.c.customer_id)).scalars())


def set_members(tx: Session, customers: Sequence[int], organisation: int | None) -> None:
    """Put customers into an organisation, or into none."""
    values = [
        {"customer_id": one, "organisation_id": organisation, "vip": False} for one in customers
    ]
    rows.add_missing(tx, CustomerProfileRow, values, put=("organisation_id",))


def strangers_at(tx: Session, domain: str) -> list[int]:
    """The customers with an address at a domain who are in no organisation."""
    in_one = select(_PROFILE.c.customer_id).where(
        or_(_PROFILE.c.organisation_id.is_not(None), _PROFILE.c.merged_into.is_not(None))
    )
    statement = (
        select(_ADDRESS.c.customer_id)
        .where(_ADDRESS.c.address.endswith(f"@{domain}", autoescape=True))
        .where(_ADDRESS.c.customer_id.not_in(in_one))
        .distinct()
    )
    return sorted(tx.connection().execute(statement).scalars())


def _values(one: Organisation) -> dict[str, Any]:
    return {
        "name": one.name,
        "key": name_key(one.name),
        "notes": one.notes,
        "fields": dict(one.fields),
    }


def _put_domains(
    tx: Session, organisation: int, before: Sequence[str], after: Sequence[str]
) -> None:
    gone = [one for one in before if one not in after]
    tx.connection().execute(delete(_DOMAIN).where(_DOMAIN.c.domain.in_(gone)))
    news = [one for one in after if one not in before]
    values = [{"domain": one, "organisation_id": organisation} for one in news]
    rows.add_missing(tx, OrganisationDomainRow, values)
    membership.forget(tx)


def _read(tx: Session, *conditions: ColumnElement[bool]) -> list[Organisation]:
    statement = select(_ORGANISATION).where(*conditions).order_by(_ORGANISATION.c.key)
    found = list(tx.connection().execute(statement))
    ids = [row.id for row in found]
    domains: dict[int, list[str]] = {}
    theirs = select(_DOMAIN).where(_DOMAIN.c.organisation_id.in_(ids)).order_by(_DOMAIN.c.domain)
    for row in tx.connection().execute(theirs):
        domains.setdefault(row.organisation_id, []).append(row.domain)
    counted = (
        select(_PROFILE.c.organisation_id, func.count().label("members"))
        .where(_PROFILE.c.organisation_id.in_(ids), _PROFILE.c.merged_into.is_(None))
        .group_by(_PROFILE.c.organisation_id)
    )
    members_of = {row.organisation_id: row.members for row in tx.connection().execute(counted)}
    return [_organisation(row, domains.get(row.id, []), members_of.get(row.id, 0)) for row in found]


def _organisation(row: Row[Any], domains: Sequence[str], members: int) -> Organisation:
    return Organisation(
        id=row.id,
        name=row.name,
        since=row.created_at,
        domains=tuple(domains),
        notes=row.notes,
        fields=row.fields,
        members=members,
    )
