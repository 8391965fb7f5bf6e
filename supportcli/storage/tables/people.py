"""People beyond their names: what the team knows about customers, organisations, and the history of
both."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Boolean, Column, false
from sqlmodel import Field, SQLModel

from supportcli.storage.tables.columns import ForeignText, UtcDateTime


class OrganisationRow(SQLModel, table=True):
    """An organisation. No two have the same `key`: its name without case and accents."""

    __tablename__ = "organisation"
    __table_args__ = {"sqlite_autoincrement": True}  # its history and undo name it by its id
    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(sa_type=ForeignText)
    key: str = Field(unique=True, sa_type=ForeignText)
    notes: str = Field(default="", sa_type=ForeignText)
    fields: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    created_at: datetime = Field(sa_type=UtcDateTime)


class OrganisationDomainRow(SQLModel, table=True):
    """A domain of an organisation, in ASCII: who writes from it for the first time is a member."""

    __tablename__ = "organisation_domain"
    domain: str = Field(primary_key=True, sa_type=ForeignText)
    organisation_id: int = Field(foreign_key="organisation.id", index=True)


class CustomerProfileRow(SQLModel, table=True):
    """What the team knows about a customer; one of whom it knows nothing has no row."""

    __tablename__ = "customer_profile"
    customer_id: int = Field(foreign_key="customer.id", primary_key=True)
    organisation_id: int | None = Field(default=None, foreign_key="organisation.id", index=True)
    vip: bool = Field(
        default=False, sa_column=Column(Boolean, nullable=False, server_default=false(), index=True)
    )
    language: str | None = None
    zone: str | None = Field(default=None, sa_type=ForeignText)
    notes: str | None = Field(default=None, sa_type=ForeignText)
    fields: dict[str, Any] | None = Field(
        default=None, sa_column=Column(JSON(none_as_null=True), nullable=True)
    )
    merged_into: int | None = Field(default=None, foreign_key="customer.id", index=True)
    """The customer who has their addresses and tickets, if they were merged."""


class CustomerLookupRow(SQLModel, table=True):
    """What another system said about a customer (`answer`), when it was asked last, and why it gave
    no answer then."""

    __tablename__ = "customer_lookup"
    customer_id: int = Field(foreign_key="customer.id", primary_key=True)
    at: datetime = Field(sa_type=UtcDateTime)
    answer: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    failure: str | None = Field(default=None, sa_type=ForeignText)


class PeopleEventRow(SQLModel, table=True):
    """The append-only history of customers and organisations. `before` and `after` hold what
    changed, as `domain.people` shapes it; no row is referred to, so that the history outlives
    them."""

    __tablename__ = "people_event"
    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(sa_type=UtcDateTime)
    actor: str = Field(sa_type=ForeignText)
    gesture: str = Field(index=True)
    kind: str
    customer_id: int | None = Field(default=None, index=True)
    organisation_id: int | None = Field(default=None, index=True)
    before: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    after: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    undoes: str | None = Field(default=None, index=True)
