"""What goes wrong on the way to a mail server, as errors that a person understands. The text of
servers is cleaned here; nothing passes it on unchanged."""

import base64
import re
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from supportcli.channels.servers.limits import AnswerEndless
from supportcli.credentials import Credential
from supportcli.domain.mailbox import Endpoint, Mailbox, Security
from supportcli.errors.servers import (
    AnswerUnusable,
    CertificateRefused,
    MailServerUnreachable,
    ServerThrottled,
)
from supportcli.terminal import clean

WORDS = 300
"""The most characters of a server's text that are repeated."""


_SHORT = 6
"""A password with fewer characters is masked only as a separate word: otherwise it would match
within others."""


@dataclass(frozen=True, slots=True)
class Server:
    """A server of a mailbox, as sentences name it: `IMAP server mail.shop.test:993 of
    help@shop.test`. `secret` must never appear in its repeated text."""

    protocol: str
    endpoint: Endpoint
    mailbox: str
    secret: str = field(default="", repr=False)

    @classmethod
    def of(
        cls, protocol: str, endpoint: Endpoint, mailbox: Mailbox, secret: Credential
    ) -> "Server":
        """A server of this mailbox. A token is not known before it is shown to the server."""
        return cls(protocol, endpoint, mailbox.address, secret if isinstance(secret, str) else "")

    def __str__(self) -> str:
        return f"The {self.protocol} server {self.endpoint} of {self.mailbox}"

    def unreachable(self, what: str, hint: str = "") -> MailServerUnreachable:
        """The error for a server that does not answer, or not as it should."""
        return MailServerUnreachable(str(self), what, hint or self._hint())

    def unusable(self, what: str) -> AnswerUnusable:
        """The error for a server whose answer cannot be used or does not end."""
        return AnswerUnusable(str(self), what, self._hint())

    def throttled(self, what: str) -> ServerThrottled:
        """The error for a server that wants to be left alone for a time."""
        return ServerThrottled(str(self), what)

    def _hint(self) -> str:
        return f"Try again later, or see what is wrong with: supportcli mailbox test {self.mailbox}"

    def said(self, words: bytes | str) -> str:
        """The server's text as `said` returns it, with the password masked in every form in which
        we sent it."""
        text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
        return said(_masked(text, self.secret) if self.secret else text)


def _masked(text: str, secret: str) -> str:
    """`text` without the secret: as it is, as IMAP quotes it, and in Base64, with anything before
    it (the user name in AUTH PLAIN)."""
    quoted = secret.replace("\\", "\\\\").replace('"', '\\"')
    forms = sorted(
        {secret, quoted, secret.encode("unicode_escape").decode()}, key=len, reverse=True
    )
    found = re.compile("|".join(_standing(form) for form in forms), re.IGNORECASE)
    return re.sub(
        r"[A-Za-z0-9+/=]{4,}",
        lambda word: "…" if _hides(word[0], secret) else word[0],
        found.sub("…", text),
    )


def _standing(form: str) -> str:
    return re.escape(form) if len(form) >= _SHORT else rf"(?<!\w){re.escape(form)}(?!\w)"


def _hides(word: str, secret: str) -> bool:
    """Whether a word is Base64 of something that ends with the secret, or with a token as SASL
    frames it."""
    try:
        shown = base64.b64decode(word + "=" * (-len(word) % 4))
        return shown.rstrip(b"\1").endswith(secret.encode())
    except ValueError:
        return False


def said(words: bytes | str) -> str:
    """A server's text as one line that is safe for a terminal, without its full stop, which our
    sentence adds."""
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    line = clean(" ".join(text.split())).rstrip(".")
    return line if len(line) <= WORDS else f"{line[:WORDS]}…"


@contextmanager
def explained(server: Server) -> Iterator[None]:
    """Turn errors of sockets and TLS into sentences that name the server and the next step."""
    try:
        yield
    except AnswerEndless as error:
        raise server.unusable(str(error)) from error
    except TimeoutError as error:
        raise server.unusable("it has been silent for too long") from error
    except OSError as error:
        raise _explained(server, error) from error
    except UnicodeError as error:
        if "idna" not in str(error):  # otherwise no name server could be asked for the host's name
            raise
        raise _nowhere(server) from error


def _explained(server: Server, error: OSError) -> CertificateRefused | MailServerUnreachable:
    match error:
        case ssl.SSLCertVerificationError():
            return CertificateRefused(
                str(server), server.said(error.verify_message or str(error)), server.mailbox
            )
        case ssl.SSLError():
            return server.unreachable(
                f"TLS failed ({server.said(error.reason or str(error))})", _security_hint(server)
            )
        case socket.gaierror():
            return _nowhere(server)
        case ConnectionRefusedError():
            return server.unreachable(
                "nothing listens there",
                f"Check host and port with: supportcli mailbox show {server.mailbox}",
            )
        case _:
            return server.unreachable(
                server.said(error.strerror or str(error)) or "the connection broke"
            )


def _nowhere(server: Server) -> MailServerUnreachable:
    return server.unreachable(
        "there is no host with this name",
        f"Check the name with: supportcli mailbox show {server.mailbox}",
    )


def _security_hint(server: Server) -> str:
    used = "TLS" if server.endpoint.security is Security.TLS else "STARTTLS"
    return (
        f"Check that port {server.endpoint.port} speaks {used}, as the mailbox says: supportcli "
        f"mailbox show {server.mailbox}"
    )


def tls_context() -> ssl.SSLContext:
    """TLS 1.2 or newer, verifying the certificate against the system's authorities and the host's
    name (RFC 8314)."""
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context
