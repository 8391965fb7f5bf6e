"""What makes a desk this desk: the one row that is written when it is founded."""

from datetime import datetime

from sqlalchemy import insert, select
from sqlmodel import Session

from supportcli.storage import rows
from supportcli.storage.tables import DeskRow

_DESK = rows.table_of(DeskRow)


def found_desk(tx: Session, hmac_key: bytes, now: datetime) -> None:
    """Give a new database its key; IntegrityError where it has one."""
    tx.connection().execute(insert(_DESK).values(id=1, hmac_key=hmac_key, created_at=now))


def hmac_key(tx: Session) -> bytes:
    """The key that signs our Message-IDs. NoResultFound in a database whose desk was never founded."""
    return bytes(tx.connection().execute(select(_DESK.c.hmac_key)).scalar_one())
