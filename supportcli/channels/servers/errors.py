"""What goes wrong on the way to a mail server, as errors that a person understands. Server's words
are cleaned here, and nowhere left as they are."""

import base64
import re
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from supportcli.channels.servers.allowance import AnswerEndless
from supportcli.domain.mailbox import Endpoint, Security
from supportcli.errors.servers import AnswerUnusable, CertificateRefused, MailServerUnreachable
from supportcli.terminal import clean

WORDS = 300
"""How many characters of a server's words are repeated."""


_SHORT = 6
"""A password below so many letters is masked only where it stands by itself: else it would be found
within other words."""


@dataclass(frozen=True, slots=True)
class Server:
    """One server of a mailbox, as sentences name it: `IMAP server mail.shop.test:993 of
    help@shop.test`. `secret` is what it must not say back."""

    protocol: str
    endpoint: Endpoint
    mailbox: str
    secret: str = field(default="", repr=False)

    def __str__(self) -> str:
        return f"The {self.protocol} server {self.endpoint} of {self.mailbox}"

    def unreachable(self, what: str, hint: str = "") -> MailServerUnreachable:
        """The error that says this server does not answer, or not as it should."""
        return MailServerUnreachable(str(self), what, hint or self._hint())

    def unusable(self, what: str) -> AnswerUnusable:
        """The error that says this server answers, and that what it says cannot be used, or has no
        end."""
        return AnswerUnusable(str(self), what, self._hint())

    def _hint(self) -> str:
        return f"Try again later, or see what is wrong with: supportcli mailbox test {self.mailbox}"

    def said(self, words: bytes | str) -> str:
        """The server's words as `said` gives them. A password that it repeats is not repeated
        again, in none of the forms in which we sent it."""
        text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
        return said(_masked(text, self.secret) if self.secret else text)


def _masked(text: str, secret: str) -> str:
    """`text` without the secret: as it is, as IMAP quotes it, and in Base64, whatever stands before
    it there (a user name, of AUTH PLAIN)."""
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
    """Whether a word is Base64 of something that ends with the secret."""
    try:
        return base64.b64decode(word + "=" * (-len(word) % 4)).endswith(secret.encode())
    except ValueError:
        return False


def said(words: bytes | str) -> str:
    """A server's words as one line that is safe for a terminal, without the full stop that our
    sentence sets."""
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    line = clean(" ".join(text.split())).rstrip(".")
    return line if len(line) <= WORDS else f"{line[:WORDS]}…"


@contextmanager
def explained(server: Server) -> Iterator[None]:
    """Turn what sockets and TLS raise into sentences that name the server and the next step."""
    try:
        yield
    except AnswerEndless as error:
        raise server.unusable(str(error)) from error
    except TimeoutError as error:
        raise server.unusable("it has been silent for too long") from error
    except OSError as error:
        raise _explained(server, error) from error
    except UnicodeError as error:
        if "idna" not in str(
            error
        ):  # else it is the host's name, for which no name server can be asked
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
        "there is no host of this name",
        f"Check the name with: supportcli mailbox show {server.mailbox}",
    )


def _security_hint(server: Server) -> str:
    used = "TLS" if server.endpoint.security is Security.TLS else "STARTTLS"
    return (
        f"Check that port {server.endpoint.port} speaks {used}, as the mailbox says: supportcli "
        f"mailbox show {server.mailbox}"
    )


def tls_context() -> ssl.SSLContext:
    """TLS 1.2 or newer, with the certificate verified against the system's authorities and the
    host's name (RFC 8314)."""
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context
