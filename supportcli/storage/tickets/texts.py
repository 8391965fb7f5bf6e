"""The texts of our messages by the Message-IDs that other mail names, and of those they quote."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select
from sqlmodel import Session

from supportcli.domain.tickets.ticket import Direction
from supportcli.storage.engine import rows
from supportcli.storage.engine.among import among
from supportcli.storage.tables import MessageRow

_MESSAGE = rows.table_of(MessageRow)
_EARLIER = _MESSAGE.alias("earlier")
_QUOTED = (
    select(_EARLIER.c.text)
    .where(
        _EARLIER.c.ticket_number == _MESSAGE.c.ticket_number,
        _EARLIER.c.position < _MESSAGE.c.position,
        _EARLIER.c.direction == Direction.IN.value,
    )
    .order_by(_EARLIER.c.position.desc())
    .limit(1)
    .scalar_subquery()
)
_WITH_IDS = (
    select(_MESSAGE.c.message_id, _MESSAGE.c.text, _QUOTED.label("quoted"))
    .where(
        among(_MESSAGE.c.message_id, "ids"),
        _MESSAGE.c.direction == Direction.OUT.value,
    )
    .order_by(_MESSAGE.c.id.desc())
)


@dataclass(frozen=True, slots=True)
class OurText:
    """The text of a message of ours, and that of the mail it answers, which it quotes below; "" if
    there is none."""

    text: str
    quoted: str


def texts_of(tx: Session, message_ids: Collection[str]) -> dict[str, OurText]:
    """The texts of the messages of ours with these Message-IDs, by id; of several with one id the
    first. Ids without a message are missing."""
    if not message_ids:
        return {}
    found = tx.connection().execute(_WITH_IDS, {"ids": list(message_ids)})
    return {row.message_id: OurText(row.text, row.quoted or "") for row in found}
