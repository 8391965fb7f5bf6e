"""What other systems said about customers, with its age."""

from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session

from supportcli.domain.people.lookup import CustomerLookup
from supportcli.storage import tables
from supportcli.storage.engine import rows


def of_customer(tx: Session, customer: int) -> CustomerLookup | None:
    """The last answer about a customer; None if nobody was asked."""
    table = rows.table_of(tables.CustomerLookupRow)
    row = tx.connection().execute(select(table).where(table.c.customer_id == customer)).first()
    return CustomerLookup(row.at, row.answer, row.failure or "") if row is not None else None


def put(tx: Session, customer: int, lookup: CustomerLookup, at: datetime) -> None:
    """Keep an answer, instead of the one before."""
    values = {"at": at, "answer": dict(lookup.values), "failure": lookup.failure or None}
    row = {"customer_id": customer, **values}
    rows.add_missing(tx, tables.CustomerLookupRow, [row], put=tuple(values))
