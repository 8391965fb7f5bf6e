"""The servers of a mailbox as they are typed: HOST or HOST:PORT, or a provider's name."""

import re
from dataclasses import dataclass

from supportcli.commands.options.prompts import ask, can_ask
from supportcli.domain.mailbox import Endpoint, Security
from supportcli.domain.setup.mail_providers import HOSTS, Host, host_of
from supportcli.errors import UsageError

_IMAP_PORTS = {Security.TLS: 993, Security.STARTTLS: 143, Security.NONE: 143}
_SMTP_PORTS = {Security.TLS: 465, Security.STARTTLS: 587, Security.NONE: 25}
_PLACE = re.compile(r"(?P<host>[^\s:/\[\]@]+|\[[0-9A-Fa-f:.]+\])(?::(?P<port>[0-9]{1,5}))?")
_LAST_PORT = 65535


@dataclass(frozen=True, slots=True)
class Typed:
    """What the flags of `mailbox add` said about the servers; None for those not given."""

    provider: str | None = None
    imap: str | None = None
    smtp: str | None = None
    security: Security | None = None
    smtp_security: Security | None = None


def servers_of(address: str, typed: Typed) -> tuple[Endpoint, Endpoint, Host | None]:
    """The IMAP and the SMTP server of a mailbox, and its provider if it is a known one. What is
    typed wins over what is known of the provider. The rest is asked for, or refused with the flag's
    name (UsageError)."""
    host = (
        _provider(typed.provider) if typed.provider else (None if typed.imap else host_of(address))
    )
    if host and not (typed.imap or typed.smtp):
        return host.imap, host.smtp, host
    domain = address.partition("@")[2]
    suggested = f"mail.{domain}" if can_ask() else None
    imap = typed.imap or ask(
        "IMAP server (HOST:PORT)",
        "--imap HOST:PORT, or --provider " + "|".join(HOSTS),
        default=suggested,
    )
    smtp = typed.smtp or ask(
        "SMTP server (HOST:PORT)",
        "--smtp HOST:PORT",
        default=imap.partition(":")[0] if can_ask() else None,
    )
    security = typed.security or Security.TLS
    return (
        _endpoint(imap, security, _IMAP_PORTS),
        _endpoint(smtp, typed.smtp_security or _fitting(smtp, security), _SMTP_PORTS),
        None,
    )


def edited(before: tuple[Endpoint, Endpoint], typed: Typed) -> tuple[Endpoint, Endpoint]:
    """The IMAP and the SMTP server of a mailbox after a change; what is not typed stays as it
    was. UsageError."""
    imap, smtp = before
    if typed.provider:
        host = _provider(typed.provider)
        imap, smtp = host.imap, host.smtp
    security = typed.security or imap.security
    if typed.imap or typed.security:
        imap = _endpoint(typed.imap or f"{imap.host}:{imap.port}", security, _IMAP_PORTS)
    if typed.smtp or typed.smtp_security or typed.security:
        place = typed.smtp or f"{smtp.host}:{smtp.port}"
        fitting = typed.smtp_security or (
            _fitting(place, typed.security) if typed.security else smtp.security
        )
        smtp = _endpoint(place, fitting, _SMTP_PORTS)
    return imap, smtp


def _provider(name: str) -> Host:
    wanted = re.sub(r"[\s_-]", "", name).lower()
    if wanted not in HOSTS:
        raise UsageError(
            f"supportcli does not know the provider “{name}”.",
            f"It knows {', '.join(HOSTS)}; for others use --imap and --smtp.",
        )
    return HOSTS[wanted]


def _fitting(smtp: str, security: Security) -> Security:
    """Port 587 speaks STARTTLS (RFC 6409, 8314), whether or not IMAP does; otherwise both lines are
    protected in the same way."""
    return Security.STARTTLS if security is Security.TLS and smtp.endswith(":587") else security


def _endpoint(place: str, security: Security, ports: dict[Security, int]) -> Endpoint:
    found = _PLACE.fullmatch(place.strip())
    port = int(found["port"] or ports[security]) if found else 0
    if not found or not 0 < port <= _LAST_PORT:
        raise UsageError(
            f"“{place}” is not a server.",
            "Write it as imap.shop.example, or with its port as imap.shop.example:993.",
        )
    return Endpoint(found["host"].strip("[]").lower(), port, security)
