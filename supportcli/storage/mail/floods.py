"""Who opened how many tickets lately."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlmodel import Session

from supportcli.domain.mail_domains import lowered
from supportcli.storage.engine import rows
from supportcli.storage.engine.among import among
from supportcli.storage.tables import CustomerAddressRow, TicketRow

_ADDRESS = rows.table_of(CustomerAddressRow)
_TICKET = rows.table_of(TicketRow)
_OPENED = (
    select(_ADDRESS.c.address, _TICKET.c.created_at)
    .join(_TICKET, _TICKET.c.customer_id == _ADDRESS.c.customer_id)
    .where(
        among(_ADDRESS.c.address, "addresses"),
        _TICKET.c.created_at > bindparam("since"),
    )
)


def opened(tx: Session, addresses: Collection[str], since: datetime) -> dict[str, list[datetime]]:
    """When the customers with these addresses opened tickets after `since`, by the address in lower
    case; those who opened none are missing. A ticket is as old as its mail."""
    wanted = sorted({lowered(address) for address in addresses})
    found: dict[str, list[datetime]] = defaultdict(list)
    for address, created_at in tx.connection().execute(
        _OPENED, {"addresses": wanted, "since": since}
    ):
        found[address].append(created_at)
    return dict(found)
