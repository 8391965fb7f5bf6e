"""What other systems said about customers."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column
from sqlmodel import Field, SQLModel

from supportcli.storage.tables.columns import ForeignText, UtcDateTime


class CustomerLookupRow(SQLModel, table=True):
    """What another system said about a customer (`answer`), when it was asked last, and why it gave
    no answer then."""

    __tablename__ = "customer_lookup"
    customer_id: int = Field(foreign_key="customer.id", primary_key=True)
    at: datetime = Field(sa_type=UtcDateTime)
    answer: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    failure: str | None = Field(default=None, sa_type=ForeignText)
