"""What goes wrong on the way to a mail server, as errors that a person understands. Server's words are cleaned here, and nowhere left as they are."""

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from supportcli.domain.mailbox import Endpoint, Security
from supportcli.errors import CertificateRefused, MailServerUnreachable
from supportcli.terminal import clean

WORDS = 300
"""How many characters of a server's words are repeated."""


@dataclass(frozen=True, slots=True)
class Server:
    """One server of a mailbox, as sentences name it: `IMAP server mail.shop.test:993 of help@shop.test`."""

    protocol: str
    endpoint: Endpoint
    mailbox: str

    def __str__(self) -> str:
        return f"The {self.protocol} server {self.endpoint} of {self.mailbox}"

    def unreachable(self, what: str, hint: str = "") -> MailServerUnreachable:
        """The error that says this server does not answer, or not as it should."""
        return MailServerUnreachable(str(self), what, hint or f"Try again later, or see what is wrong with: supportcli mailbox test {self.mailbox}")


def said(words: bytes | str) -> str:
    """A server's words as one line that is safe for a terminal, without the full stop that our sentence sets."""
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    line = clean(" ".join(text.split())).rstrip(".")
    return line if len(line) <= WORDS else f"{line[:WORDS]}…"


@contextmanager
def explained(server: Server) -> Iterator[None]:
    """Turn what sockets and TLS raise into sentences that name the server and the next step."""
    try:
        yield
    except ssl.SSLCertVerificationError as error:
        raise CertificateRefused(str(server), said(error.verify_message or str(error)), server.mailbox) from error
    except ssl.SSLError as error:
        raise server.unreachable(f"TLS failed ({said(error.reason or str(error))})", _security_hint(server)) from error
    except socket.gaierror as error:
        raise server.unreachable("there is no host of this name", f"Check the name with: supportcli mailbox show {server.mailbox}") from error
    except TimeoutError as error:
        raise server.unreachable("it has been silent for too long") from error
    except ConnectionRefusedError as error:
        raise server.unreachable("nothing listens there", f"Check host and port with: supportcli mailbox show {server.mailbox}") from error
    except OSError as error:
        raise server.unreachable(said(error.strerror or str(error)) or "the connection broke") from error


def _security_hint(server: Server) -> str:
    used = "TLS" if server.endpoint.security is Security.TLS else "STARTTLS"
    return f"Check that port {server.endpoint.port} speaks {used}, as the mailbox says: supportcli mailbox show {server.mailbox}"


def tls_context() -> ssl.SSLContext:
    """TLS 1.2 or newer, with the certificate verified against the system's authorities and the host's name (RFC 8314)."""
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context
