"""What `customer:`, `organisation:` and `lookup:` mean in SQL.

The database finds those who may be meant, and who is meant is decided as `query.match` decides
it: neither engine knows what words are."""

from collections.abc import Iterable, Sequence

from sqlalchemy import ColumnElement, LargeBinary, and_, cast, false, func, or_, select
from sqlmodel import Session

from supportcli.domain.query.about_customer import (
    TICKET,
    is_named,
    is_organisation,
    no_customer,
    no_lookup,
    no_organisation,
    says,
)
from supportcli.domain.query.nodes import AboutCustomer, InOrganisation, LookedUp, OfCustomer
from supportcli.domain.text.words import tokens
from supportcli.storage.engine import rows
from supportcli.storage.engine.among import is_one_of
from supportcli.storage.people import organisations
from supportcli.storage.tables import (
    CustomerAddressRow,
    CustomerLookupRow,
    CustomerProfileRow,
    CustomerRow,
    TicketRow,
)

_TICKET = rows.table_of(TicketRow)
_CUSTOMER = rows.table_of(CustomerRow)
_ADDRESS = rows.table_of(CustomerAddressRow)
_PROFILE = rows.table_of(CustomerProfileRow)
_LOOKUP = rows.table_of(CustomerLookupRow)

_SOME = 500
"""So many customers are looked through for a name like one that nobody has."""


def about(tx: Session, term: AboutCustomer) -> ColumnElement[bool]:
    """Whether a ticket's customer is as a term asks. QueryError if it names nobody, or nothing."""
    match term:
        case OfCustomer(who, columns):
            each = zip(who, columns, strict=True)
            return _of({one for name, at in each for one in _customers(tx, name, at)})
        case InOrganisation(names, columns):
            each = zip(names, columns, strict=True)
            return or_(false(), *(_in_organisation(tx, name, at) for name, at in each))
        case LookedUp():
            return _of(_looked_up(tx, term))


def _of(found: Iterable[int]) -> ColumnElement[bool]:
    """The tickets of these customers."""
    theirs = select(_CUSTOMER.c.id).where(is_one_of(_CUSTOMER.c.id, sorted(found)))
    return _TICKET.c.customer_id.in_(theirs)


def _customers(tx: Session, name: str, column: int) -> Sequence[int]:
    if number := TICKET.fullmatch(name):
        of_ticket = select(_TICKET.c.customer_id).where(_TICKET.c.number == int(number[1]))
        found = list(tx.connection().execute(of_ticket).scalars())
    elif "@" in name:
        at = _ADDRESS.c.address
        asked = at.endswith if name.startswith("@") else at.contains
        statement = select(_ADDRESS.c.customer_id).where(asked(name, autoescape=True))
        found = list(tx.connection().execute(statement).scalars())
    else:
        statement = select(_CUSTOMER.c.id, _CUSTOMER.c.name).where(_may_be_named(tx, name))
        there = tx.connection().execute(statement)
        found = [key for key, called in there if is_named(name, called)]
    if not found:
        raise no_customer(name, column, _some(tx))
    return found


def _may_be_named(tx: Session, typed: str) -> ColumnElement[bool]:
    """Whether a name contains the words, or has other characters than ASCII: those a database
    compares in another way."""
    name, sqlite = _CUSTOMER.c.name, tx.connection().dialect.name == "sqlite"
    size = func.length(cast(name, LargeBinary)) if sqlite else func.octet_length(name)
    plain = func.lower(name)
    has_all = and_(*(plain.contains(word, autoescape=True) for word in tokens(typed)))
    return or_(has_all, size != func.length(name))


def _some(tx: Session) -> list[str]:
    columns = select(_CUSTOMER.c.name, _CUSTOMER.c.address).order_by(_CUSTOMER.c.id.desc())
    return [word for row in tx.connection().execute(columns.limit(_SOME)) for word in row]


def _in_organisation(tx: Session, name: str, column: int) -> ColumnElement[bool]:
    members = select(_PROFILE.c.customer_id)
    if name == "none":
        there = members.where(_PROFILE.c.organisation_id.is_not(None))
        return _TICKET.c.customer_id.not_in(there)
    known = organisations.organisations(tx)
    meant = [one.id for one in known if is_organisation(name, one.name, one.domains)]
    if not meant:
        raise no_organisation(name, column, (one.name for one in known))
    return _TICKET.c.customer_id.in_(members.where(_PROFILE.c.organisation_id.in_(meant)))


def _looked_up(tx: Session, term: LookedUp) -> list[int]:
    said = _LOOKUP.c.answer[term.name].as_string()
    found = (
        tx.connection().execute(select(_LOOKUP.c.customer_id, said).where(said.is_not(None))).all()
    )
    if not found:
        answers = tx.connection().execute(select(_LOOKUP.c.answer).limit(_SOME)).scalars()
        raise no_lookup(term, {name for answer in answers for name in answer})
    return [key for key, text in found if says(term, {term.name: text})]
