"""imapclient within an allowance: no answer is longer, or takes longer, than its request allows."""

import imaplib
import socket
import ssl
from collections.abc import Sequence
from io import BufferedReader
from typing import TYPE_CHECKING

from imapclient import IMAPClient, SocketTimeout
from imapclient.imap4 import IMAP4WithTimeout
from imapclient.tls import IMAP4_TLS

from supportcli.channels.servers.limits import Allowance, AnswerEndless, watched

if TYPE_CHECKING:
    from typing_extensions import Buffer

_LONGEST_LINE = 1_000_000  # as imaplib's own


class _BoundedImap(imaplib.IMAP4):
    """imaplib's connection, read through an allowance; `read` and `readline` are meant to be
    overridden."""

    allowance: Allowance
    _reader: BufferedReader | None = None
    _read_from: socket.socket | None = None

    def read(self, size: int) -> bytes:
        """The bytes of a literal. No memory is reserved for one that is too large for any
        answer."""
        self.allowance.literal(size)
        return self._lines().read(size)

    def readline(self) -> bytes:
        """A line, with its end."""
        line = self._lines().readline(_LONGEST_LINE + 1)
        if len(line) > _LONGEST_LINE:
            raise AnswerEndless(f"a line of its answer has more than {_LONGEST_LINE:,} bytes")
        return line

    def send(self, data: "Buffer") -> None:
        """Send; reading may have left a shorter timeout on the socket."""
        self.sock.settimeout(self.allowance.silence)
        super().send(data)

    def _lines(self) -> BufferedReader:
        """The reader of the current socket. STARTTLS replaces the socket: what came before it
        without TLS is dropped (RFC 3501, 6.2.1)."""
        if self._reader is None or self._read_from is not self.sock:
            self._reader, self._read_from = watched(self.sock, self.allowance), self.sock
        return self._reader


class _Clear(_BoundedImap, IMAP4WithTimeout):  # type: ignore[misc]  # imapclient is not typed
    def __init__(self, client: "Client") -> None:
        self.allowance = client.allowance
        super().__init__(client.host, client.port, client.connect_seconds)


class _ImapTls(_BoundedImap, IMAP4_TLS):  # type: ignore[misc]
    def __init__(self, client: "Client") -> None:
        self.allowance = client.allowance
        IMAP4_TLS.__init__(
            self, client.host, client.port, client.ssl_context, client.connect_seconds
        )


class Client(IMAPClient):  # type: ignore[misc]
    """A connection to `host`, opened at once; with TLS if a context is given."""

    def __init__(
        self,
        host: str,
        port: int,
        tls: ssl.SSLContext | None,
        connect_seconds: float,
        allowance: Allowance,
    ) -> None:
        self.allowance = allowance
        self.connect_seconds = connect_seconds
        super().__init__(
            host,
            port,
            ssl=tls is not None,
            ssl_context=tls,
            timeout=SocketTimeout(connect_seconds, allowance.silence),
        )
        # imapclient sets 5, and imaplib then formats every body twice (evidence: performance)
        self._imap.debug = 0
        self.normalise_times = False

    def _create_IMAP4(self) -> _BoundedImap:  # noqa: N802 - imapclient's name for it
        return _ImapTls(self) if self.ssl else _Clear(self)

    @property
    def state(self) -> str:
        """NONAUTH, AUTH or SELECTED."""
        return str(self._imap.state)

    def forget(self) -> None:
        """Forget what the server said unasked, except its goodbye: it would be taken for a part of
        the next answer, and grow without end."""
        said = self._imap.untagged_responses
        for name in [name for name in said if name != "BYE"]:
            del said[name]

    def fetch_raw(self, uids: Sequence[int], items: str) -> list[bytes | tuple[bytes, bytes]]:
        """What the server answers to a UID FETCH, as imaplib splits it: lines, and pairs of a line
        and the literal that it ends with. Raises imaplib.IMAP4.error if it refuses."""
        status, data = self._imap.uid("FETCH", ",".join(map(str, uids)), items)
        if status != "OK":
            raise imaplib.IMAP4.error(f"fetch failed: {data[0]!r}")
        return [part for part in data if part is not None]
