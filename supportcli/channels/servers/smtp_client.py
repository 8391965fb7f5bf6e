"""smtplib's connection, whose answers are read within an allowance: one with endless lines would be
read, and kept, for ever."""

import io
import smtplib
import socket

from supportcli.channels.servers.errors import tls_context
from supportcli.channels.servers.limits import Allowance, AnswerEndless, watched
from supportcli.domain.mailbox import Security

_HELLO = (
    "[127.0.0.1]"  # a name for EHLO that needs no name server; submission servers look at the login
)

_CODES = range(200, 600)

_LONGEST_ANSWER = 256 * 1024
"""The most bytes of an answer, which has a few lines."""


class _Answers(io.BufferedReader):
    """What a server says. smtplib cuts four characters of each line, also if they are no code."""

    last = b""

    def readline(self, size: int | None = -1, /) -> bytes:
        """The next line, which is also kept as `last`."""
        self.last = super().readline(size)
        return self.last


class BoundedSmtp(smtplib.SMTP):
    """A connection whose every answer has an end."""

    def __init__(self, allowance: Allowance) -> None:
        self.allowance = allowance
        super().__init__(local_hostname=_HELLO, timeout=allowance.silence)

    def send(self, s: bytes | str) -> None:  # type: ignore[override]
        """Send; reading may have left a shorter timeout on the socket."""
        if self.sock is not None:
            self.sock.settimeout(self.allowance.silence)
        super().send(s)

    def getreply(self) -> tuple[int, bytes]:
        """An answer: its code, and its words; -1 and all that was said if that is no SMTP answer.
        SMTPServerDisconnected also if it does not end."""
        self.allowance.begin(self.allowance.silence, _LONGEST_ANSWER)
        if self.file is None and self.sock is not None:
            self.file = _Answers(watched(self.sock, self.allowance).detach())
        try:
            code, words = super().getreply()
        except AnswerEndless as error:
            self.close()
            raise smtplib.SMTPServerDisconnected(str(error)) from error
        if code in _CODES or not isinstance(self.file, _Answers):
            return code, words
        return -1, b"\n".join([*words.split(b"\n")[:-1], self.file.last.strip()])

    def at_once(self) -> None:
        """Send what is small at once: the final dot follows its mail in a packet of its own, and
        would wait for the server to confirm that (40 ms)."""
        if self.sock is not None:
            self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    @property
    def largest(self) -> int | None:
        """The most bytes of a mail that the server takes, as it said (RFC 1870); None if it said
        nothing, or that it has no limit."""
        said = self.esmtp_features.get("size", "").split()
        size = int(said[0]) if said and said[0].isascii() and said[0].isdigit() else 0
        return size if 0 < size < _NO_LIMIT else None


_NO_LIMIT = 2**53
"""A size above what anybody means."""


class _SmtpTls(BoundedSmtp, smtplib.SMTP_SSL):
    def __init__(self, allowance: Allowance) -> None:
        self.allowance = allowance
        smtplib.SMTP_SSL.__init__(
            self, local_hostname=_HELLO, timeout=allowance.silence, context=tls_context()
        )


def new_client(security: Security, allowance: Allowance) -> BoundedSmtp:
    """A connection that is not made yet, under TLS from its first byte if that is asked for."""
    return _SmtpTls(allowance) if security is Security.TLS else BoundedSmtp(allowance)
