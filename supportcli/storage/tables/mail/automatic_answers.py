"""Automatic answers: which mails of a mailbox that sends them got one, and why."""

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from supportcli.storage.tables.columns import ForeignText, UtcDateTime


class AutomaticAnswerRow(SQLModel, table=True):
    """What was decided about answering a mail automatically. `kind` is the answer's, or None if
    there was none, for this `reason`; `counted` is the author's address as answers are counted."""

    __tablename__ = "automatic_answer"
    __table_args__ = (Index("ix_automatic_answer_domain", "domain", "at"),)
    mail_id: int = Field(foreign_key="mail.id", primary_key=True)
    mailbox_id: int = Field(foreign_key="mailbox.id")
    at: datetime = Field(sa_type=UtcDateTime)
    kind: str | None = None
    reason: str = Field(sa_type=ForeignText)
    counted: str = Field(sa_type=ForeignText)
    domain: str = Field(sa_type=ForeignText)
    message_id: int | None = Field(default=None, foreign_key="message.id")
