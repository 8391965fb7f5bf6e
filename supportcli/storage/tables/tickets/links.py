"""Related tickets."""

from sqlmodel import Field, SQLModel

from supportcli.storage.tables.columns import ForeignText


class TicketLinkRow(SQLModel, table=True):
    """Two related tickets, and why they are linked (`kind`: follow-up, claims, split, or
    related where an agent said so)."""

    __tablename__ = "ticket_link"
    ticket_number: int = Field(foreign_key="ticket.number", primary_key=True)
    other_number: int = Field(foreign_key="ticket.number", primary_key=True, index=True)
    kind: str
    reason: str = Field(sa_type=ForeignText)
