"""Mailboxes of the team: an address and the servers it is read from and sent through."""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Security(StrEnum):
    """How a connection is protected. `STARTTLS` never falls back; `NONE` is for the loopback, or for whoever types --insecure."""

    TLS = "tls"
    STARTTLS = "starttls"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A server of a mailbox."""

    host: str
    port: int
    security: Security

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"

    @property
    def on_loopback(self) -> bool:
        """Whether the server is this machine, so that a line without TLS meets nobody."""
        return self.host.lower() in {"localhost", "::1"} or re.fullmatch(r"127(\.\d{1,3}){3}", self.host) is not None


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A mailbox as the desk knows it. `history` is none, all or a number of days as in 30d; mail the server took before `news_since` comes in
    silently. `authserv_id` is the name by which its own mail server signs its Authentication-Results (RFC 8601, section 2.5), where one is known.
    `failing_since` and `failure` tell since when and why it cannot be read, `synced_at` when it last was."""

    id: int
    address: str
    name: str
    imap: Endpoint
    smtp: Endpoint
    username: str
    history: str
    news_since: datetime
    insecure: bool = False
    active: bool = True
    failing_since: datetime | None = None
    failure: str | None = None
    synced_at: datetime | None = None
    authserv_id: str | None = None


@dataclass(frozen=True, slots=True)
class Secret:
    """Where the password of a mailbox is (`credentials.resolve` knows the forms) and which hosts may have it. `insecure`: over a connection
    without TLS too."""

    reference: str
    hosts: tuple[str, ...]
    insecure: bool = False
