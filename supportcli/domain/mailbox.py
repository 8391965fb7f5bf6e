"""Mailboxes of the team: an address and the servers for reading and sending."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from supportcli.domain.sign_in import SignIn


class Security(StrEnum):
    """How a connection is protected. `STARTTLS` never falls back. `NONE` is for loopback, or for an
    explicit --insecure."""

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
        """Whether the server is this machine, so that a connection without TLS can be overheard by
        nobody."""
        return (
            self.host.lower() in {"localhost", "::1"}
            or re.fullmatch(r"127(\.\d{1,3}){3}", self.host) is not None
        )


def to_second(moment: datetime) -> datetime:
    """The beginning of the second in which something was set: servers say only to the second when
    they took a mail (RFC 3501, 2.3.3), and one that came with it counts as later."""
    return moment.replace(microsecond=0)


class SentCopies(StrEnum):
    """Whether we file copies of replies in the mailbox's folder of sent mail. `AUTO`: unless its
    provider does."""

    AUTO = "auto"
    ALWAYS = "always"
    NEVER = "never"


class AutomaticKind(StrEnum):
    """What a mailbox answers by itself."""

    ACKNOWLEDGEMENT = "acknowledgement"
    OUT_OF_OFFICE = "out-of-office"

    @property
    def command(self) -> str:
        """The command of `mailbox` that switches it on and off."""
        return "acknowledge" if self is AutomaticKind.ACKNOWLEDGEMENT else self.value


class WhenOpen(StrEnum):
    """When an automatic answer is sent: always, or only if the calendar is open or closed."""

    ALWAYS = "always"
    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class AutomaticRule:
    """An automatic answer of a mailbox: to each new ticket, or to each mail of a customer while
    nobody is in the office. `response` is the shortcut of a canned response."""

    kind: AutomaticKind
    response: str
    since: datetime
    """When it was switched on; earlier mail gets none."""
    when: WhenOpen = WhenOpen.ALWAYS
    calendar: str = ""
    """The calendar that `when` is about."""
    begins: datetime | None = None
    ends: datetime | None = None
    every: timedelta = timedelta(days=1)
    """Nobody gets it again within this time."""
    domain_limit: int = 10
    """How many people at one domain, unless a public provider's, get one within a day."""
    checked_on: date | None = None
    """The day on which a sync last checked that it can be written."""


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A mailbox as the desk knows it."""

    id: int
    address: str
    name: str
    imap: Endpoint
    smtp: Endpoint
    username: str
    history: str
    """“none”, “all”, or a number of days such as 30d."""
    news_since: datetime
    """Mail that the server took earlier comes in silently."""
    insecure: bool = False
    active: bool = True
    failing_since: datetime | None = None
    """Since when it cannot be read; `failure` says why."""
    failure: str | None = None
    synced_at: datetime | None = None
    """When it was last read."""
    aliases: tuple[str, ...] = ()
    """Further addresses that lead to it."""
    folders: tuple[str, ...] = ()
    """The folders that are read."""
    refused_logins: int = 0
    """How many logins in a row were refused."""
    paused_until: datetime | None = None
    """Nothing connects to its servers before."""
    after_import: str = "nothing"
    """What happens on the server to mail that became a message: nothing, seen, or move:FOLDER; only
    to mail from `acts_since` on."""
    acts_since: datetime | None = None
    failure_told: bool = False
    """Somebody has been told that it fails."""
    authserv_id: str | None = None
    """The name with which its mail server signs Authentication-Results (RFC 8601, section 2.5), if
    known."""
    relays: tuple[str, ...] = ()
    """The addresses that post to it for other people: contact forms, groups, redirects."""
    largest_mail: int | None = None
    """The most bytes of a mail that its SMTP server takes, as it last said; None if it never
    did."""
    a_minute: int | None = None
    """How many replies leave in a minute at most; None: as its provider has it."""
    an_hour: int | None = None
    """How many replies leave in an hour at most; None: any number."""
    sends_again_at: datetime | None = None
    """Nothing is sent from it before: a limit was reached, or its server asked for a pause."""
    sent_copies: SentCopies = SentCopies.AUTO
    signature: str = ""
    """What stands below everything that it sends, with the placeholders of canned responses."""
    frame_size: int = 0
    """How many characters the HTML frame has in which it sends; 0: there is none."""
    automatic: tuple[AutomaticRule, ...] = ()
    """What it answers by itself, each kind at most once."""


@dataclass(frozen=True, slots=True)
class Login:
    """Where a password is sent: the server, the protection of the connection, and the user. As text
    it is a URL such as `imaps://help%40shop.test@mail.shop.test:993` or
    `smtp+starttls://help@[::1]:587`; `imap://` and `smtp://` are without TLS."""

    protocol: str
    endpoint: Endpoint
    username: str

    @classmethod
    def of(cls, text: str) -> "Login":
        """The login that a URL names; ValueError if it names none."""
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
        """What differs: host, port, TLS, user."""
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
        lambda char: "".join(f"%{byte:02X}" for byte in char[0].encode("utf-8", "replace")),
        username,
    )


def _decoded(text: str) -> str:
    return re.sub(
        r"(?:%[0-9A-Fa-f]{2})+",
        lambda bytes_: bytes.fromhex(bytes_[0].replace("%", "")).decode("utf-8", "replace"),
        text,
    )


def logins(mailbox: Mailbox) -> tuple[Login, Login]:
    """If the password of a mailbox is sent: to its IMAP server and to its SMTP server."""
    imap, smtp = (
        Endpoint(one.host.lower(), one.port, one.security) for one in (mailbox.imap, mailbox.smtp)
    )
    return Login("imap", imap, mailbox.username), Login("smtp", smtp, mailbox.username)


@dataclass(frozen=True, slots=True)
class Secret:
    """Where the password of a mailbox is stored, or what gives tokens instead, and who may get
    them."""

    reference: str = ""
    """`references.resolve` knows its forms; empty if the mailbox signs in with tokens."""
    hosts: tuple[str, ...] = ()
    """Of an entry older than `servers`: hosts that get it on their usual TLS ports, with the
    mailbox's own user."""
    insecure: bool = False
    """Over connections without TLS too."""
    servers: tuple[Login, ...] = ()
    """The logins that may get it, with port, user and kind of TLS."""
    token_command: str = ""
    """A program that prints an access token."""
    sign_in: SignIn | None = None
    """How it gets tokens from Microsoft or Google."""
