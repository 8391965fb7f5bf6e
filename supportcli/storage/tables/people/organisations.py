"""Organisations, and their domains."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column
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
