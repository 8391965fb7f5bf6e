"""Mailboxes of the team: an address and the servers it is read from and sent through."""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Security(StrEnum):
    """How a connection is protected. `STARTTLS` never falls back; `NONE` is for the loopback, or
    for whoever types --insecure."""

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
        return (
            self.host.lower() in {"localhost", "::1"}
            or re.fullmatch(r"127(\.\d{1,3}){3}", self.host) is not None
        )


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A mailbox as the desk knows it. `history` is none, all or a number of days as in 30d; mail
    the server took before `news_since` comes in silently. `authserv_id` is the name by which its
    own mail server signs its Authentication-Results (RFC 8601, section 2.5), where one is known.
    `failing_since` and `failure` tell since when and why it cannot be read, `synced_at` when it
    last was."""

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
class Login:
    """Where a password is sent: the server, how the line to it is protected, and the user it
    belongs to. As text it is a URL, such as `imaps://help%40shop.test@mail.shop.test:993` or
    `smtp+starttls://help@[::1]:587`; `imap://` and `smtp://` are without TLS."""

    protocol: str
    endpoint: Endpoint
    username: str

    @classmethod
    def of(cls, text: str) -> "Login":
        """The login that a text names; ValueError where it is none."""
        found = _LOGIN.fullmatch(text.strip())
        scheme = found["scheme"].lower() if found else ""
        if not found or scheme not in _SCHEMES or not 0 < int(found["port"]) <= _LAST_PORT:
            raise ValueError(text)
        protocol, security = _SCHEMES[scheme]
        return cls(
            protocol,
            Endpoint(found["host"].strip("[]").lower(), int(found["port"]), security),
            _decoded(found["user"]),
        )

    def __str__(self) -> str:
        host = f"[{self.endpoint.host}]" if ":" in self.endpoint.host else self.endpoint.host
        return f"{_NAMES[self.protocol, self.endpoint.security]}://{_encoded(self.username)}@{host}:{self.endpoint.port}"

    def differs_from(self, other: "Login") -> list[str]:
        """What is not the same: host, port, TLS, user."""
        mine, theirs = self.endpoint, other.endpoint
        changed = {
            "host": mine.host != theirs.host,
            "port": mine.port != theirs.port,
            "TLS": mine.security is not theirs.security,
            "user": self.username != other.username,
        }
        return [what for what, is_other in changed.items() if is_other]


_LOGIN = re.compile(
    r"(?P<scheme>[A-Za-z+]+)://(?P<user>.+)@(?P<host>[^\s:/@\[\]]+|\[[0-9A-Fa-f:.]+\]):(?P<port>[0-9]{1,5})"
)
_SCHEMES = {
    "imaps": ("imap", Security.TLS),
    "imap+starttls": ("imap", Security.STARTTLS),
    "imap": ("imap", Security.NONE),
    "smtps": ("smtp", Security.TLS),
    "smtp+starttls": ("smtp", Security.STARTTLS),
    "smtp": ("smtp", Security.NONE),
}
_NAMES = {meaning: scheme for scheme, meaning in _SCHEMES.items()}
_LAST_PORT = 65535


def _encoded(username: str) -> str:
    """A user name as a part of a URL (RFC 3986, 2.1)."""
    return re.sub(
        r"[^A-Za-z0-9._~+-]",
        lambda letter: "".join(f"%{byte:02X}" for byte in letter[0].encode("utf-8", "replace")),
        username,
    )


def _decoded(text: str) -> str:
    return re.sub(
        r"(?:%[0-9A-Fa-f]{2})+",
        lambda bytes_: bytes.fromhex(bytes_[0].replace("%", "")).decode("utf-8", "replace"),
        text,
    )


def logins(mailbox: Mailbox) -> tuple[Login, Login]:
    """Where the password of a mailbox is sent: to its IMAP server and to its SMTP server."""
    imap, smtp = (
        Endpoint(one.host.lower(), one.port, one.security) for one in (mailbox.imap, mailbox.smtp)
    )
    return Login("imap", imap, mailbox.username), Login("smtp", smtp, mailbox.username)


@dataclass(frozen=True, slots=True)
class Secret:
    """Where the password of a mailbox is (`credentials.resolve` knows the forms), and the `servers`
    that may have it, with port, user and kind of TLS. `hosts` is what an entry from before these
    has: their usual ports for TLS, with the mailbox's own user. `insecure`: over a connection
    without TLS too."""

    reference: str
    hosts: tuple[str, ...] = ()
    insecure: bool = False
    servers: tuple[Login, ...] = ()
