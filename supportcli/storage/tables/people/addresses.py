"""The addresses of customers."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from supportcli.storage.tables.columns import ForeignText, UtcDateTime


class CustomerAddressRow(SQLModel, table=True):
    """An address of a customer. `dead_since`: a bounce proved that it can never be reached.
    `spelled`: its last spelling, if that is not lower case."""

    __tablename__ = "customer_address"
    address: str = Field(primary_key=True, sa_type=ForeignText)
    customer_id: int = Field(foreign_key="customer.id", index=True)
    dead_since: datetime | None = Field(default=None, sa_type=UtcDateTime)
    dead_words: str | None = Field(default=None, sa_type=ForeignText)
    """What the mail server said then."""
    spelled: str | None = Field(default=None, sa_type=ForeignText)
