"""Reading a mailbox over IMAP4rev1 (RFC 3501). Folders are opened with EXAMINE and mails read with BODY.PEEK: the server keeps no trace of it."""

import imaplib
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import Any

from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import LoginError, ProtocolError

from supportcli.channels.channel import FolderRole, FolderState, Listed, RemoteFolder, RemoteMail
from supportcli.channels.trouble import Server, explained, said, tls_context
from supportcli.domain.mailbox import Mailbox, Security
from supportcli.errors import ArgumentRefused, ConnectionInsecure, LoginRefused

logging.getLogger("imapclient").addHandler(logging.NullHandler())  # else its warnings, with a server's words in them, go to the terminal

CONNECT_SECONDS = 30.0
READ_SECONDS = 120.0
_GOODBYE_SECONDS = 3.0

_SEARCHED = 80_000
_LISTED = 500
_HIGHEST_UID = 2**32 - 1
_BODY = b"BODY[]"
_HEADER = b"BODY[HEADER]"
_ROLES = {rb"\Sent": FolderRole.SENT, rb"\Junk": FolderRole.JUNK}
_SENT_NAMES = frozenset(
    {"sent", "sent items", "sent messages", "sent mail", "gesendet", "gesendete objekte", "envoyés", "éléments envoyés", "enviados", "inviata"}
)
_JUNK_NAMES = frozenset({"junk", "junk e-mail", "junk email", "spam", "bulk mail"})


class Imap:
    """One connection to a mailbox's IMAP server, made when it is first needed."""

    def __init__(self, mailbox: Mailbox, secret: str, *, connect_seconds: float = CONNECT_SECONDS, read_seconds: float = READ_SECONDS) -> None:
        self._server = Server("IMAP", mailbox.imap, mailbox.address)
        self._username = mailbox.username
        self._secret = secret
        self._timeout = SocketTimeout(connect_seconds, read_seconds)
        self._connection: IMAPClient | None = None
        self._logged_in = False
        self._uidnext = self._exists = 0

    def connect(self) -> str:
        """Connect, with TLS as the mailbox says; answers with what protects the line. CertificateRefused and MailServerUnreachable say why not."""
        endpoint = self._server.endpoint
        with self._guarded():
            tls = endpoint.security is Security.TLS
            client = IMAPClient(endpoint.host, endpoint.port, ssl=tls, ssl_context=tls_context() if tls else None, timeout=self._timeout)
            self._connection = client
            client._imap.debug = 0  # noqa: SLF001 - imapclient sets 5, and imaplib then formats every body twice (evidence: performance)
            client.normalise_times = False
            if not tls and client._imap.state != "NONAUTH":  # noqa: SLF001 - a server that greets with PREAUTH on a clear line is not ours (I12)
                raise ConnectionInsecure(str(self._server), "it lets anybody in before the line is protected")
            if endpoint.security is Security.STARTTLS:
                self._start_tls(client)
        return "without TLS" if endpoint.security is Security.NONE else f"{client.socket().version()}, certificate verified"

    def _start_tls(self, client: IMAPClient) -> None:
        """STARTTLS or nothing: never a fall back to a clear line, over which the password would go next."""
        if not client.has_capability("STARTTLS"):
            raise ConnectionInsecure(str(self._server), "it offers no STARTTLS")
        client.starttls(tls_context())

    def login(self) -> str:
        """Log in. LoginRefused where the server says no."""
        client = self._connected()
        with self._guarded():
            if client.has_capability("LOGINDISABLED"):
                raise ConnectionInsecure(str(self._server), "it takes no password over this line")
            try:
                self._authenticate(client)
            except LoginError as error:
                if isinstance(error.__context__, imaplib.IMAP4.abort):  # imapclient makes a refused login of a connection that broke
                    raise error.__context__ from error
                raise self._refused(error) from error
        self._logged_in = True
        return f"as {self._username}"

    def _authenticate(self, client: IMAPClient) -> None:
        """LOGIN where everything is ASCII, else AUTHENTICATE PLAIN, which has an encoding (RFC 4616)."""
        username, secret = plain(self._username), plain(self._secret)
        if username.isascii() and secret.isascii():
            client.login(username, secret)
        else:
            client.plain_login(username, secret)

    def _refused(self, error: LoginError) -> Exception:
        words = said(str(error).removeprefix("b'").removesuffix("'"))
        if "[UNAVAILABLE]" in words or "[INUSE]" in words or "[LIMIT]" in words:
            return self._server.unreachable(f"it cannot log us in just now ({words})")
        return LoginRefused(str(self._server), self._username, words, self._server.mailbox)

    def folders(self) -> list[RemoteFolder]:
        """The folders that can be opened, with the roles that the server (RFC 6154) or their names give them."""
        with self._guarded():
            found = self._client().list_folders()
        return [RemoteFolder(str(name), _role(flags, str(name))) for flags, _, name in found if rb"\Noselect" not in flags]

    def examine(self, folder: str) -> FolderState:
        """Open a folder read-only."""
        with self._guarded(f"it will not open the folder “{folder}”"):
            answer = self._client().select_folder(plain(folder), readonly=True)
        if b"UIDVALIDITY" not in answer:
            raise self._server.unreachable("it gives no UIDVALIDITY, so its mails cannot be told apart")
        self._exists = answer.get(b"EXISTS", 0)
        self._uidnext = answer.get(b"UIDNEXT") or _HIGHEST_UID + 1  # some servers keep it to themselves
        return FolderState(answer[b"UIDVALIDITY"], self._uidnext, self._exists)

    def listing(self, after: int) -> Iterator[Listed]:
        """The mails with a UID above `after`. An answer to SEARCH is one line, and imaplib takes a million bytes of it: 80,000 UIDs, if need be
        in windows of UIDs that cannot hold more."""
        width = _SEARCHED if self._exists > _SEARCHED else self._uidnext
        for low in range(after + 1, self._uidnext, max(width, 1)):
            uids = self._search(low, min(low + width, self._uidnext) - 1)
            for start in range(0, len(uids), _LISTED):
                yield from self._list(uids[start : start + _LISTED])

    def _search(self, low: int, high: int) -> list[int]:
        with self._guarded():
            found = self._client().search(["UID", f"{low}:{high}"])
        return sorted(uid for uid in found if low <= uid <= high)

    def _list(self, uids: Sequence[int]) -> list[Listed]:
        """Each of these mails, also one of which the server will not say anything: who asks for it next learns whether it is still there."""
        client = self._client()
        try:
            with self._guarded(refusal=None):
                answer = client.fetch(list(uids), ["RFC822.SIZE", "INTERNALDATE"])
        except imaplib.IMAP4.error:
            if len(uids) == 1:
                return [Listed(uids[0], None, 0)]
            return [listed for uid in uids for listed in self._list([uid])]
        return [Listed(uid, _moment(answer.get(uid, {})), _size(answer.get(uid, {}))) for uid in uids]

    def fetch(self, uids: Sequence[int]) -> list[RemoteMail]:
        """The mails of these UIDs, whole."""
        return self._bodies(uids, "BODY.PEEK[]", _BODY)

    def fetch_headers(self, uids: Sequence[int]) -> list[RemoteMail]:
        """The header blocks of these UIDs."""
        return self._bodies(uids, "BODY.PEEK[HEADER]", _HEADER)

    def _bodies(self, uids: Sequence[int], item: str, key: bytes) -> list[RemoteMail]:
        """The mails with `key` as their bytes. Some servers refuse a whole FETCH for one mail that they cannot read: then each is asked for
        alone. Others (iCloud) answer OK and give no body."""
        client = self._client()
        try:
            with self._guarded(refusal=None):
                answer = client.fetch(list(uids), ["INTERNALDATE", item])
        except imaplib.IMAP4.error:
            if len(uids) == 1:
                return [RemoteMail(uids[0], None, None)]
            return [mail for uid in uids for mail in self._bodies([uid], item, key)]
        return [RemoteMail(uid, _moment(data), data.get(key)) for uid, data in sorted(answer.items())]

    def find_sent(self, message_id: str) -> bool:
        """Whether the folder of sent mail holds this Message-ID."""
        folder = next((folder for folder in self.folders() if folder.role is FolderRole.SENT), None)
        if folder is None:
            return False
        self.examine(folder.name)
        with self._guarded():
            return bool(self._client().search(["HEADER", "Message-ID", plain(message_id)]))

    def close(self) -> None:
        """Log out, or just hang up."""
        client, self._connection, self._logged_in = self._connection, None, False
        if client is not None:
            with suppress(OSError):
                client.socket().settimeout(_GOODBYE_SECONDS)
            client.__exit__(None, None, None)

    def _connected(self) -> IMAPClient:
        if self._connection is None:
            self.connect()
        return self._connection

    def _client(self) -> IMAPClient:
        client = self._connected()
        if not self._logged_in:
            self.login()
        return client

    @contextmanager
    def _guarded(self, refusal: str | None = "it refused") -> Iterator[None]:
        """Turn what imapclient raises into errors of ours. A connection that broke, or is no longer understood, is given up."""
        try:
            with explained(self._server):
                yield
        except (imaplib.IMAP4.abort, ProtocolError) as error:
            self._drop()
            raise self._server.unreachable(f"it hung up, or could not be understood ({said(str(error))})") from error
        except imaplib.IMAP4.error as error:
            if refusal is None:
                raise
            raise self._server.unreachable(f"{refusal} ({said(str(error))})") from error
        except (AttributeError, LookupError, TypeError, ValueError) as error:  # imapclient stumbles so over words that are none of the protocol
            self._drop()
            raise self._server.unreachable(f"its answer could not be understood ({said(str(error))})") from error
        except BaseException:
            self._drop()
            raise

    def _drop(self) -> None:
        client, self._connection, self._logged_in = self._connection, None, False
        if client is not None:
            with suppress(OSError):  # a handshake that failed has taken the socket with it
                client.shutdown()


def plain(argument: str) -> str:
    """An argument for a command. CR, LF and NUL are refused (ArgumentRefused): imapclient would send them as they are, and what follows them
    would be a command of somebody else's."""
    if any(letter in argument for letter in "\r\n\0"):
        raise ArgumentRefused(said(argument))
    return argument


def _role(flags: Sequence[bytes], name: str) -> FolderRole:
    if name.upper() == "INBOX":
        return FolderRole.INBOX
    marked = next((role for flag, role in _ROLES.items() if flag in flags), None)
    if marked is not None:
        return marked
    last = name.replace("/", ".").rpartition(".")[2].lower()
    return FolderRole.SENT if last in _SENT_NAMES else FolderRole.JUNK if last in _JUNK_NAMES else FolderRole.OTHER


def _moment(data: dict[bytes, Any]) -> datetime | None:
    """INTERNALDATE in UTC, unless the server gives none that can be read."""
    found = data.get(b"INTERNALDATE")
    if not isinstance(found, datetime) or found.tzinfo is None:
        return None
    try:
        return found.astimezone(UTC)
    except OverflowError:  # the last hours of the year 9999
        return None


def _size(data: dict[bytes, Any]) -> int:
    """RFC822.SIZE; 0 where the server gives none."""
    found = data.get(b"RFC822.SIZE")
    return found if isinstance(found, int) else 0
