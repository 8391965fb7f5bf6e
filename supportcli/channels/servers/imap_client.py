"""imapclient within an allowance: no answer is longer, or takes longer, than its request allows."""

import imaplib
import select
import socket
import ssl
import time
from collections.abc import Sequence
from io import BufferedReader
from typing import TYPE_CHECKING

from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import IMAPClientError
from imapclient.imap4 import IMAP4WithTimeout
from imapclient.tls import IMAP4_TLS

from supportcli.channels.servers.limits import Allowance, AnswerEndless, has_ended, watched

if TYPE_CHECKING:
    from typing_extensions import Buffer

_LONGEST_LINE = 1_000_000  # as imaplib's own

_NEWS = ("EXISTS", "RECENT")
"""What a server says when mail comes (RFC 3501, 7.3)."""


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

    def stand_by(self, seconds: float, wake: int) -> bool | None:
        """IDLE (RFC 2177) until mail comes, for at most `seconds`, or until the file descriptor
        `wake` can be read. True if mail came; None if the server refuses. Raises imaplib's abort if
        it hangs up or says BYE, which arrives as data."""
        tag = self._command("IDLE")
        while self._get_response() is not None:  # other news may come before its consent
            self._check_bye()
            if self.tagged_commands[tag] is not None:
                del self.tagged_commands[tag]
                return None
        ends = time.monotonic() + seconds
        while not self._news() and (left := ends - time.monotonic()) > 0:
            if not self._begun():
                if self._woken(wake, left):
                    break
                continue
            self.allowance.again()
            self._get_response()
            self._check_bye()
            if self.tagged_commands[tag] is not None:
                raise self.abort("it stopped waiting without being asked")
        self.allowance.again()
        self.send(b"DONE\r\n")
        self._get_tagged_response(tag)
        return self._news()

    def _news(self) -> bool:
        return any(name in self.untagged_responses for name in _NEWS)

    def _begun(self) -> bool:
        """Whether something has arrived, or the connection has ended: reading it does not wait for
        a server that is silent. (The socket alone does not know what TLS and the reader hold.)"""
        lines = self._lines()
        self.sock.settimeout(0)
        try:
            return bool(lines.peek(1)) or has_ended(lines)
        finally:
            self.sock.settimeout(self.allowance.silence)

    def _woken(self, wake: int, seconds: float) -> bool:
        """Wait until the socket or `wake` can be read; whether it is `wake`."""
        poll = select.poll()
        for one in (self.sock.fileno(), wake):
            poll.register(one, select.POLLIN)
        return wake in {one for one, _ in poll.poll(seconds * 1000)}

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

    def _check_resp(self, expected: str, command: str, typ: str, data: Sequence[object]) -> None:
        """As imapclient's, which drops every byte beyond ASCII of what the server says."""
        if typ != expected:
            words = data[0] if data else b""
            text = words.decode("utf-8", "replace") if isinstance(words, bytes) else str(words)
            raise IMAPClientError(f"{command} failed: {text}")

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

    def list_raw(self) -> list[tuple[Sequence[object], bytes | None, object]]:
        """All folders: flags, delimiter, and the name as the server writes it. (imapclient would
        give up all of them for one that it cannot decode.)"""
        self.folder_encode = False
        try:
            return list(self.list_folders())
        finally:
            self.folder_encode = True

    def idle_until(self, seconds: float, wake: int) -> bool | None:
        """Wait for mail: `_BoundedImap.stand_by`."""
        news: bool | None = self._imap.stand_by(seconds, wake)
        return news

    def fetch_raw(self, uids: Sequence[int], items: str) -> list[bytes | tuple[bytes, bytes]]:
        """What the server answers to a UID FETCH, as imaplib splits it: lines, and pairs of a line
        and the literal that it ends with. Raises imaplib.IMAP4.error if it refuses."""
        status, data = self._imap.uid("FETCH", ",".join(map(str, uids)), items)
        if status != "OK":
            raise imaplib.IMAP4.error(f"fetch failed: {data[0]!r}")
        return [part for part in data if part is not None]
