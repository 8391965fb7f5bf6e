"""The files that agents have chosen for drafts."""

from datetime import datetime

from sqlalchemy import Column, LargeBinary
from sqlmodel import Field, SQLModel

from supportcli.storage.tables.columns import UtcDateTime


class DraftFileRow(SQLModel, table=True):
    """The bytes of a file that was chosen for a draft, stored once for all drafts; `kept_at` is
    when it was chosen last."""

    __tablename__ = "draft_file"
    sha256: str = Field(primary_key=True)
    content: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    kept_at: datetime = Field(sa_type=UtcDateTime)
