"""Who belongs to an organisation by the domain they write from."""

from collections.abc import Mapping

from sqlalchemy import column, select, table
from sqlmodel import Session

from supportcli.domain.mail_domains import ascii_domain, domain_of
from supportcli.storage import tables
from supportcli.storage.engine import rows

_DOMAIN = table("organisation_domain", column("domain"), column("organisation_id"))
"""Without its model, which few mails need."""

_KNOWN = "supportcli_organisation_domains"


def join(tx: Session, customer: int, address: str) -> None:
    """Make a new customer a member of the organisation that has the domain of their address."""
    domains = _domains(tx)
    organisation = domains.get(ascii_domain(domain_of(address))) if domains else None
    if organisation is not None:
        values = {"customer_id": customer, "organisation_id": organisation, "vip": False}
        rows.add_missing(tx, tables.CustomerProfileRow, [values])


def forget(tx: Session) -> None:
    """Read the domains again before the next new customer: a verb has changed them."""
    tx.info.pop(_KNOWN, None)


def _domains(tx: Session) -> Mapping[str, int]:
    """The organisations by their domains, read once in a transaction: many new customers may come
    in one."""
    known: Mapping[str, int] | None = tx.info.get(_KNOWN)
    if known is None:
        found = tx.connection().execute(select(_DOMAIN.c.domain, _DOMAIN.c.organisation_id))
        known = tx.info[_KNOWN] = {row.domain: row.organisation_id for row in found}
    return known
