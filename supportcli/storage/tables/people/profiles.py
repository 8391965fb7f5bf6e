"""What the team knows about customers."""

from typing import Any

from sqlalchemy import JSON, Boolean, Column, false
from sqlmodel import Field, SQLModel

from supportcli.storage.tables.columns import ForeignText


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
