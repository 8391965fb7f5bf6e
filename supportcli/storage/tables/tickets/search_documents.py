"""The texts that search finds."""

from sqlmodel import Field, SQLModel


class SearchDocumentRow(SQLModel, table=True):
    """A text that search finds: of one message (several for a very long one), or, if `message_id`
    is None, the ticket's subject. Its words are in the engine's index under the same id
    (`storage.tickets.search_index`)."""

    __tablename__ = "search_document"
    id: int | None = Field(default=None, primary_key=True)
    ticket_number: int = Field(foreign_key="ticket.number", index=True)
    message_id: int | None = Field(default=None, foreign_key="message.id", index=True)
