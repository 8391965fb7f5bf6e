"""Reading a mailbox over IMAP4rev1 (RFC 3501). Folders are opened with EXAMINE and mails read with
BODY.PEEK, so nothing changes on the server."""

import imaplib
import logging
import re
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from imapclient.exceptions import LoginError, ProtocolError
from imapclient.imap_utf7 import encode as encode_utf7

from supportcli.channels.channel import FolderRole, FolderState, Listed, RemoteFolder, RemoteMail
from supportcli.channels.servers import bearer, fetch_answers
from supportcli.channels.servers.errors import Server, explained, said, tls_context
from supportcli.channels.servers.folder_roles import ListedFolder, folders_of
from supportcli.channels.servers.imap_client import Client
from supportcli.channels.servers.limits import Allowance
from supportcli.credentials import Credential
from supportcli.credentials.tokens import AccessTokens
from supportcli.domain.mailbox import Mailbox, Security
from supportcli.errors.refusals import NOT_CONNECTED
from supportcli.errors.servers import (
    AnswerUnusable,
    ArgumentRefused,
    ConnectionInsecure,
    FolderRefused,
    LoginRefused,
    MailServerError,
    MailServerUnreachable,
)
from supportcli.errors.tokens import TokensNotTaken

logging.getLogger("imapclient").addHandler(
    logging.NullHandler()
)  # else its warnings, with a server's text in them, go to the terminal

_GOODBYE_SECONDS = 3.0

_SEARCHED = 80_000
_LISTED = 500
_HIGHEST_UID = 2**32 - 1
_LARGEST = 2**63 - 1
_BODY = b"BODY[]"
_HEADER = b"BODY[HEADER]"

_ANSWER = 4 * 1024 * 1024
_TOGETHER = 24 * 1024 * 1024
_ALONE = 80 * 1024 * 1024
"""The most bytes of an answer: to a command, with the bodies of several mails, with one body. What
the desk asks for is well below."""

_INEXACT = 3
"""The number of mails that had to be fetched twice, with the same bytes, before RFC822.SIZE counts
as an estimate on this server (Exchange: EnableExactRFC822Size)."""

_BUSY = re.compile(r"\[(?:OVERQUOTA|LIMIT|THROTTLED|UNAVAILABLE|INUSE)\b", re.IGNORECASE)
_BUSY_WITH_MAIL = re.compile(r"\[(?:OVERQUOTA|THROTTLED)\b", re.IGNORECASE)
"""The response codes of a server that wants to be left alone (RFC 5530; Gmail, Exchange). In answer
to a FETCH the others may be about one mail."""

_UNEXPECTED = re.compile(r"(?:^|=> )unexpected ")
"""imaplib's text for an invalid answer, unlike for one that ends too early."""

_STUMBLES = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    MemoryError,
    RecursionError,
    TypeError,
    ValueError,
)
"""What imapclient and imaplib raise if an answer breaks the protocol."""


@dataclass(frozen=True, slots=True)
class ImapTimeouts:
    """How many seconds to wait: for a connection and the greeting, for the answer to a command (a
    body may take longer: `allowance.SLOWEST`), and for all answers together while no mail
    arrives."""

    connect: float = 30.0
    read: float = 120.0
    whole: float = 900.0


class Imap:
    """One connection to a mailbox's IMAP server, opened when it is first needed."""

    def __init__(
        self, mailbox: Mailbox, secret: Credential, patience: ImapTimeouts | None = None
    ) -> None:
        self._server = Server.of("IMAP", mailbox.imap, mailbox, secret)
        self._username = mailbox.username
        self._secret = secret
        self._patience = patience or ImapTimeouts()
        self._allowance = Allowance(self._patience.read, self._patience.whole)
        self._connection: Client | None = None
        self._logged_in = False
        self._folder = ""
        self._uidvalidity = self._uidnext = self._exists = 0
        self._inexact = 0

    def connect(self) -> str:
        """Connect, with TLS as the mailbox says; returns what protects the connection. Raises
        CertificateRefused or MailServerUnreachable."""
        endpoint = self._server.endpoint
        with self._guarded(seconds=self._patience.connect):
            tls = endpoint.security is Security.TLS
            client = Client(
                endpoint.host,
                endpoint.port,
                tls_context() if tls else None,
                self._patience.connect,
                self._allowance,
            )
            self._connection = client
            client.socket().setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
            if (
                not tls and client.state != "NONAUTH"
            ):  # a server that greets with PREAUTH without TLS is not ours (I12)
                raise ConnectionInsecure(
                    str(self._server), "it lets anybody in before the connection is encrypted"
                )
        if endpoint.security is Security.STARTTLS:
            with self._guarded():
                self._start_tls(client)
        return (
            "without TLS"
            if endpoint.security is Security.NONE
            else f"{client.socket().version()}, certificate verified"
        )

    def _start_tls(self, client: Client) -> None:
        """STARTTLS or nothing: never fall back to an unprotected connection, over which the
        password would go next."""
        if not client.has_capability("STARTTLS"):
            raise ConnectionInsecure(str(self._server), "it offers no STARTTLS")
        client.starttls(tls_context())

    def login(self) -> str:
        """Log in. LoginRefused if the server refuses."""
        if isinstance(self._secret, AccessTokens):
            bearer.sign_in(self._secret, self._present)
        else:
            self._authenticate(self._secret)
        self._logged_in = True
        return f"as {self._username}"

    def _authenticate(self, password: str) -> None:
        """LOGIN if everything is ASCII, else AUTHENTICATE PLAIN, which defines an encoding (RFC
        4616)."""
        client = self._connected()
        with self._guarded(), self._refusals():
            if client.has_capability("LOGINDISABLED"):
                raise ConnectionInsecure(
                    str(self._server), "it takes no password over this connection"
                )
            username, secret = plain(self._username), plain(password, shown="the password")
            if username.isascii() and secret.isascii():
                client.login(username, secret)
            else:
                client.plain_login(username, secret)

    def _present(self, token: str) -> None:
        """Log in with an access token; a refusal ends the connection."""
        self._server = replace(self._server, secret=token)
        client = self._connected()
        with self._guarded():
            mechanism = bearer.mechanism_of(
                [one for one in bearer.MECHANISMS if client.has_capability(f"AUTH={one}")]
            )
            if mechanism is None:
                raise TokensNotTaken(str(self._server))
            asking = bearer.BearerExchange(
                mechanism, plain(self._username), self._server.endpoint, token
            )
            with self._refusals(asking):
                client.sasl_login(mechanism, asking.answer)

    @contextmanager
    def _refusals(self, asking: bearer.BearerExchange | None = None) -> Iterator[None]:
        """Turn a refused login into our error."""
        try:
            yield
        except LoginError as error:
            if isinstance(
                error.__context__, imaplib.IMAP4.abort
            ):  # imapclient reports a broken connection as a refused login
                raise error.__context__ from error
            raise self._refused(error, asking) from error

    def _refused(self, error: LoginError, asking: bearer.BearerExchange | None) -> Exception:
        words = self._server.said(str(error).removeprefix("b'").removesuffix("'"))
        if _BUSY.search(words):
            return self._server.throttled(f"it cannot log us in just now ({words})")
        return self._login_refused(f"{words} ({asking.why})" if asking and asking.why else words)

    def _login_refused(self, words: str) -> LoginRefused:
        advice = self._secret.advice if isinstance(self._secret, AccessTokens) else ""
        return LoginRefused(str(self._server), self._username, words, self._server.mailbox, advice)

    def folders(self) -> list[RemoteFolder]:
        """The folders that can be opened, with their roles."""
        client = self._client()
        with self._guarded():
            return folders_of(ListedFolder(*one) for one in client.list_raw())

    def examine(self, folder: str) -> FolderState:
        """Open a folder read-only."""
        return self._open(folder, readonly=True)

    def open_to_change(self, folder: str) -> FolderState:
        """Open a folder so that it can be changed."""
        return self._open(folder, readonly=False)

    def _open(self, folder: str, *, readonly: bool) -> FolderState:
        client = self._client()
        with self._guarded(f"it will not open the folder “{said(folder)}”", folder=folder):
            answer = client.select_folder(plain(folder), readonly=readonly)
        if b"UIDVALIDITY" not in answer:
            raise self._server.unreachable(
                "it gives no UIDVALIDITY, so its emails cannot be told apart"
            )
        self._folder = folder
        self._uidvalidity = self._number(answer, b"UIDVALIDITY", _LARGEST, least=1)
        self._exists = self._number(answer, b"EXISTS", _HIGHEST_UID)
        self._uidnext = (
            self._number(answer, b"UIDNEXT", _HIGHEST_UID + 1) or _HIGHEST_UID + 1
        )  # some servers do not say it
        return FolderState(self._uidvalidity, self._uidnext, self._exists)

    def _number(self, answer: dict[bytes, Any], name: bytes, largest: int, least: int = 0) -> int:
        """A number in the answer to EXAMINE. An impossible one would otherwise cause a database
        error later."""
        found = int(answer.get(name) or 0)
        if not least <= found <= largest:
            raise self._server.unreachable(
                f"its {name.decode()} is {str(found)[:40]}, which is out of range"
            )
        return found

    def idle(self, seconds: float, wake: int) -> bool | None:
        """Wait for mail in the folder that is open (IDLE, RFC 2177); None if the server cannot."""
        client = self._client()
        with self._guarded():
            if not client.has_capability("IDLE"):
                return None
        with self._guarded(seconds=self._patience.connect):
            return client.idle_until(seconds, wake)

    def listing(self, after: int) -> Iterator[Listed]:
        """The mails with a UID above `after`. The answer to SEARCH is one line, and imaplib limits
        lines to a million bytes, about 80,000 UIDs. If needed it is asked in windows of UIDs that
        cannot exceed this. Windows grow over gaps, which may be of millions."""
        for uids in self._windows(after):
            for start in range(0, len(uids), _LISTED):
                yield from self._list(uids[start : start + _LISTED])

    def uids(self) -> Iterator[int]:
        """The UIDs of all mails, asked for as in `listing`."""
        for uids in self._windows(0):
            yield from uids

    def _windows(self, after: int) -> Iterator[list[int]]:
        narrow = self._exists > _SEARCHED
        low, width, growth = after + 1, _SEARCHED if narrow else self._uidnext, 2
        while low < self._uidnext:
            try:
                uids = self._search(low, min(low + width, self._uidnext) - 1)
            except AnswerUnusable:
                if not narrow or width <= _SEARCHED:
                    raise
                self._reopen()
                width, growth = max(width // 2, _SEARCHED), 1  # a gap ends within it
                continue
            low += width
            width = width * growth if not uids else _SEARCHED
            growth = 2 if uids else growth
            yield uids

    def _search(self, low: int, high: int) -> list[int]:
        client = self._client()
        with self._guarded():
            found = client.search(["UID", f"{low}:{high}"])
        return sorted({uid for uid in found if low <= uid <= high})

    def _list(self, uids: Sequence[int]) -> list[Listed]:
        """Each of these mails, even one that the server says nothing about: the next request for it
        shows whether it still exists."""
        try:
            answer = self._fetch_items(uids, "(UID RFC822.SIZE INTERNALDATE)", _ANSWER)
        except imaplib.IMAP4.error:
            if len(uids) == 1:
                return [Listed(uids[0], None, 0)]
            return [listed for uid in uids for listed in self._list([uid])]
        if answer:
            self._allowance.progress()
        found = ((uid, answer.get(uid, {})) for uid in uids)
        return [
            Listed(uid, fetch_answers.moment(said), fetch_answers.size(said)) for uid, said in found
        ]

    def _fetch_items(
        self, uids: Sequence[int], items: str, size: int
    ) -> dict[int, fetch_answers.Items]:
        """What the server says about these UIDs. imaplib.IMAP4.error if it refuses."""
        client = self._client()
        with self._guarded(refusal=None, size=size):
            return fetch_answers.items_of(client.fetch_raw(uids, items), uids)

    def fetch(self, uids: Sequence[int]) -> list[RemoteMail]:
        """The complete mails with these UIDs.

        A mail is taken if UID, RFC822.SIZE and bytes agree; otherwise it is fetched again, alone.
        Servers refuse an entire FETCH for one unreadable mail, give no body (iCloud) or an empty
        one, and announce wrong literal lengths."""
        given: dict[int, RemoteMail] = {}
        doubtful: dict[int, bytes | None] = dict.fromkeys(uids)
        with suppress(imaplib.IMAP4.error, AnswerUnusable):
            answer = self._fetch_items(
                uids,
                "(UID RFC822.SIZE INTERNALDATE BODY.PEEK[])",
                _TOGETHER if len(uids) > 1 else _ALONE,
            )
            bodies = {uid: fetch_answers.content(said, _BODY) for uid, said in answer.items()}
            doubtful = {
                uid: raw
                for uid, raw in bodies.items()
                if raw is not None and not self._agree(answer[uid], raw)
            }
            given = {
                uid: RemoteMail(uid, fetch_answers.moment(said), bodies[uid])
                for uid, said in answer.items()
                if uid not in doubtful
            }
        for uid, before in doubtful.items():
            if alone := self._fetch_alone(uid, before):
                given[uid] = alone
        if any(mail.raw for mail in given.values()):
            self._allowance.progress()
        return [mail for _, mail in sorted(given.items())]

    def _agree(self, said: fetch_answers.Items, raw: bytes) -> bool:
        """Whether the number of bytes is what the server says; if it only estimates, whether there
        are any."""
        size = fetch_answers.size(said)
        return not size or len(raw) == size or (bool(raw) and self._inexact >= _INEXACT)

    def _fetch_alone(self, uid: int, before: bytes | None) -> RemoteMail | None:
        """One mail, fetched alone after its bytes (`before`, if any) were not as announced. The
        same bytes twice are accepted: then the size is an estimate. None if the mail is gone;
        without bytes if it cannot be had."""
        at = None
        for _ in range(2):
            said = self._fetch_items_alone(
                uid, "(UID RFC822.SIZE INTERNALDATE BODY.PEEK[])", _ALONE
            )
            if said is None:
                return None
            at, raw = fetch_answers.moment(said), fetch_answers.content(said, _BODY)
            if raw is None or self._agree(said, raw):
                return RemoteMail(uid, at, raw)
            if raw and raw == before:
                self._inexact += 1
                return RemoteMail(uid, at, raw)
            before = raw
        return RemoteMail(uid, at, None)

    def _fetch_items_alone(self, uid: int, items: str, size: int) -> fetch_answers.Items | None:
        """What the server says about one mail. Empty if it refuses, or if its answer is unusable
        (then the connection is a new one); None if the mail is gone."""
        if self._connection is None:
            self._reopen()
        try:
            return self._fetch_items([uid], items, size).get(uid)
        except imaplib.IMAP4.error:
            return {}
        except AnswerUnusable:
            self._reopen()
            return {}

    def _reopen(self) -> None:
        """Connect again and open the same folder. MailServerUnreachable if it is a different one
        now."""
        before = self._uidvalidity
        self._drop()
        if self.examine(self._folder).uidvalidity != before:
            raise self._server.unreachable("its UIDVALIDITY changed while the folder was read")

    def fetch_headers(self, uids: Sequence[int]) -> list[RemoteMail]:
        """The header blocks of these UIDs."""
        try:
            answer = self._fetch_items(uids, "(UID INTERNALDATE BODY.PEEK[HEADER])", _TOGETHER)
        except imaplib.IMAP4.error:
            if len(uids) == 1:
                return [RemoteMail(uids[0], None, None)]
            return [mail for uid in uids for mail in self.fetch_headers([uid])]
        return [
            RemoteMail(uid, fetch_answers.moment(said), fetch_answers.content(said, _HEADER))
            for uid, said in sorted(answer.items())
        ]

    def fetch_part(self, uid: int, start: int, length: int) -> RemoteMail | None:
        """At most `length` bytes of a mail, from `start`."""
        said = self._fetch_items_alone(
            uid, f"(UID INTERNALDATE BODY.PEEK[]<{start}.{length}>)", _ANSWER + length
        )
        if said is None:
            return None
        raw = fetch_answers.content(said, b"BODY[]<%d>" % start)
        if raw:
            self._allowance.progress()
        return RemoteMail(
            uid, fetch_answers.moment(said), raw if raw is None or len(raw) <= length else None
        )

    def mark_seen(self, uids: Sequence[int]) -> None:
        """Set the flag for mail that was read."""
        client = self._client()
        with self._guarded("it will not mark emails as read"):
            client.add_flags(uids, [rb"\Seen"], silent=True)

    def move(self, uid: int, message_id: str | None, target: str) -> bool:
        """Move by MOVE (RFC 6851), else by COPY, STORE and UID EXPUNGE (RFC 4315) of this mail
        alone. Never EXPUNGE: that would take with it what others have marked."""
        folder, client = self._folder, self._client()
        found = self._header_of(uid)
        if found is None or (message_id is not None and message_id.encode() not in found):
            return False
        refusal = f"it will not move an email to the folder “{said(target)}”"
        with self._guarded():
            moves, expunges = client.has_capability("MOVE"), client.has_capability("UIDPLUS")
        if not moves and not expunges:
            raise self._server.unreachable(f"{refusal}: it knows neither MOVE nor UID EXPUNGE")
        if moves:
            with self._guarded(refusal, folder=target, into=True):
                client.move([uid], plain(target))
            return True
        if not self._copied_before(message_id, target):
            self.open_to_change(folder)
            with self._guarded(refusal, folder=target, into=True):
                client.copy([uid], plain(target))
        self.open_to_change(folder)
        with self._guarded(refusal):
            client.add_flags([uid], [rb"\Deleted"], silent=True)
            client.uid_expunge([uid])
        return True

    def _header_of(self, uid: int) -> bytes | None:
        """The Message-ID of a mail as its header has it; None if the mail is gone."""
        items = "(UID BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)])"
        said = self._fetch_items([uid], items, _ANSWER).get(uid)
        if said is None:
            return None
        return next((one for key, one in said.items() if key.startswith(b"BODY")), b"") or b""

    def _copied_before(self, message_id: str | None, target: str) -> bool:
        """Whether a try that was cut off has copied the mail already."""
        if message_id is None:
            return False
        try:
            self.examine(target)
        except FolderRefused:  # the copy says so too
            return False
        client = self._client()
        with self._guarded():
            return bool(client.search(["HEADER", "Message-ID", plain(message_id)]))

    def find_sent(self, message_id: str) -> bool:
        """Whether the folder of sent mail holds this Message-ID."""
        folder = next((folder for folder in self.folders() if folder.role is FolderRole.SENT), None)
        if folder is None:
            return False
        self.examine(folder.name)
        client = self._client()
        with self._guarded():
            return bool(client.search(["HEADER", "Message-ID", plain(message_id)]))

    def file_sent(self, message_id: str, content: bytes, sent_at: datetime) -> bool:
        """APPEND to the folder of sent mail what is not there yet; False if there is none."""
        folder = next((folder for folder in self.folders() if folder.role is FolderRole.SENT), None)
        if folder is None:
            return False
        if not self.find_sent(message_id):
            client = self._client()
            refusal = f"it will not put an email into the folder “{said(folder.name)}”"
            with self._guarded(refusal, folder=folder.name, into=True):
                client.append(plain(folder.name), content, [rb"\Seen"], sent_at)
        return True

    def close(self) -> None:
        """Log out, or just disconnect."""
        client, self._connection, self._logged_in = self._connection, None, False
        if client is not None:
            self._allowance.begin(_GOODBYE_SECONDS, _ANSWER)
            with suppress(OSError):
                client.socket().settimeout(_GOODBYE_SECONDS)
            client.__exit__(None, None, None)

    def _connected(self) -> Client:
        if self._connection is None:
            self.connect()
        if self._connection is None:  # pragma: no cover - connect() raises or sets it
            raise AssertionError
        return self._connection

    def _client(self) -> Client:
        client = self._connected()
        if not self._logged_in:
            self.login()
        return client

    @contextmanager
    def _guarded(
        self,
        refusal: str | None = "it refused",
        *,
        seconds: float | None = None,
        size: int = _ANSWER,
        folder: str = "INBOX",
        into: bool = False,
    ) -> Iterator[None]:
        """One command and its answer, of at most `size` bytes. Turns what imapclient raises into
        our errors; a connection that broke, or is out of step, is given up. A refusal is the
        trouble of the `folder` alone that the command opens or puts mail `into`, unless that is
        INBOX, which every server has."""
        self._allowance.begin(seconds or self._patience.read, size)
        if self._connection is not None:
            self._connection.forget()
        try:
            with explained(self._server):
                yield
        except imaplib.IMAP4.abort as error:
            self._drop()
            raise self._hung_up(str(error)) from error
        except (ProtocolError, *_STUMBLES) as error:
            self._drop()
            raise self._server.unusable(
                f"its answer could not be understood ({self._server.said(str(error))})"
            ) from error
        except imaplib.IMAP4.error as error:
            if (_BUSY_WITH_MAIL if refusal is None else _BUSY).search(str(error)):
                self._drop()
                raise self._server.throttled(self._server.said(str(error))) from error
            if refusal is None:
                raise
            raise self._refusal(refusal, str(error), folder, into=into) from error
        except BaseException:
            self._drop()
            raise

    def _refusal(self, refusal: str, words: str, folder: str, *, into: bool) -> MailServerError:
        """The error for a command that the server refuses."""
        if NOT_CONNECTED in words:
            self._drop()
            return self._login_refused(self._server.said(words))
        repeated = self._server.said(words).replace(_encoded(folder), said(folder))
        if folder.upper() == "INBOX":
            return self._server.unreachable(f"{refusal} ({repeated})")
        mailbox = self._server.mailbox
        return FolderRefused(str(self._server), mailbox, said(folder), repeated, into=into)

    def _hung_up(self, words: str) -> MailServerUnreachable:
        """The error for a connection that the server has ended, with a BYE or without."""
        said = self._server.said(words)
        if _BUSY.search(words):
            return self._server.throttled(said)
        what = f"it hung up, or could not be understood ({said})"
        return (
            self._server.unusable(what)
            if _UNEXPECTED.search(words)
            else self._server.unreachable(what)
        )

    def _drop(self) -> None:
        client, self._connection, self._logged_in = self._connection, None, False
        if client is not None:
            with suppress(OSError):  # a handshake that failed has taken the socket with it
                client.shutdown()


def _encoded(folder: str) -> str:
    """The name of a folder in modified UTF-7 (RFC 3501, 5.1.3), in which servers repeat it."""
    return bytes(encode_utf7(folder)).decode("ascii")


def plain(argument: str, shown: str = "") -> str:
    """An argument for a command. CR, LF and NUL are refused (ArgumentRefused, which calls it
    `shown`): imapclient would send them, and the text after them would be somebody else's
    command."""
    if any(char in argument for char in "\r\n\0"):
        raise ArgumentRefused(shown or f"“{said(argument)}”")
    return argument
