"""The texts of our messages by the Message-IDs that other mail names."""

from collections.abc import Collection

from sqlalchemy import bindparam, select
from sqlmodel import Session

from supportcli.domain.tickets.ticket import Direction
from supportcli.storage.engine import rows
from supportcli.storage.tables import MessageRow

_MESSAGE = rows.table_of(MessageRow)
_WITH_IDS = (
    select(_MESSAGE.c.message_id, _MESSAGE.c.text)
    .where(
        _MESSAGE.c.message_id.in_(bindparam("ids", expanding=True)),
        _MESSAGE.c.direction == Direction.OUT.value,
    )
    .order_by(_MESSAGE.c.id.desc())
)


def texts_of(tx: Session, message_ids: Collection[str]) -> dict[str, str]:
    """The texts of the messages of ours with these Message-IDs, by id; of several with one id the
    first. Ids without a message are missing."""
    if not message_ids:
        return {}
    found = tx.connection().execute(_WITH_IDS, {"ids": list(message_ids)})
    return {row.message_id: row.text for row in found}
