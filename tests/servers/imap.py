"""What every IMAP server of the tests can do, by a client that shares no code with the program's
own: the standard library's imaplib."""

import imaplib
import itertools
import re
import socket
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from tests.servers.process import LOOPBACK, START_SECONDS, ServerProcess

APPEND_BATCH = 50  # mails in one MULTIAPPEND; pymap scans the whole command again for each literal, so more would be slower


@dataclass(frozen=True, slots=True)
class StoredMail:
    """A mail as the server holds it."""

    uid: int
    flags: frozenset[str]
    internal_date: datetime
    raw: bytes


class ImapServer(ServerProcess):
    """An IMAP server on `host`:`port` without TLS, whose every user has an INBOX of its own and the
    password `password(user)`."""

    host = LOOPBACK

    def __init__(self) -> None:
        super().__init__()
        self.port = 0
        self._numbers = itertools.count(1)

    def new_user(self) -> tuple[str, str]:
        """A user with an empty mailbox, and the password."""
        user = f"help{next(self._numbers)}@shop.test"
        return user, self.password(user)

    def password(self, user: str) -> str:
        """The one password that `user` may log in with."""
        return f"secret-{user.partition('@')[0]}"

    @contextmanager
    def login(self, user: str) -> Iterator[imaplib.IMAP4]:
        """A connection of `user`, logged out at the end."""
        with imaplib.IMAP4(self.host, self.port, timeout=START_SECONDS) as imap:
            imap.login(user, self.password(user))
            yield imap

    def create_folder(self, user: str, folder: str) -> None:
        """Make `folder`; one that exists is no error."""
        with self.login(user) as imap:
            imap.create(quoted(folder))

    def append(
        self,
        user: str,
        folder: str,
        raw: bytes,
        internal_date: datetime | None = None,
        flags: Iterable[str] = (),
    ) -> int:
        """Store one mail and return its UID. The folder is made when it is missing."""
        return self.append_all(user, folder, [(raw, internal_date)], flags)[0]

    def append_all(
        self,
        user: str,
        folder: str,
        mails: Iterable[tuple[bytes, datetime | None]],
        flags: Iterable[str] = (),
    ) -> list[int]:
        """Store many mails (bytes and internal date) by MULTIAPPEND (RFC 3502) and return their
        UIDs in the same order."""
        self.create_folder(user, folder)
        waiting = iter(mails)
        uids: list[int] = []
        with (
            socket.create_connection((self.host, self.port), timeout=START_SECONDS) as connection,
            connection.makefile("rb") as lines,
        ):
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            lines.readline()
            command(
                connection, lines, f"LOGIN {quoted(user)} {quoted(self.password(user))}".encode()
            )
            while batch := list(itertools.islice(waiting, APPEND_BATCH)):
                answer = command(
                    connection, lines, append_command(folder, batch, f"({' '.join(flags)})")
                )
                uids += appended_uids(answer)
        return uids

    def messages(self, user: str, folder: str = "INBOX") -> list[StoredMail]:
        """Every mail of the folder in order of UID, read without changing a flag."""
        with self.login(user) as imap:
            imap.select(quoted(folder), readonly=True)
            _, answer = imap.uid("FETCH", "1:*", "(UID FLAGS INTERNALDATE BODY.PEEK[])")
        return [
            stored(entry[0], entry[1], tail)
            for entry, tail in itertools.pairwise([*answer, b""])
            if isinstance(entry, tuple)
        ]

    def store_flags(self, user: str, folder: str, uid: int, *flags: str) -> None:
        """Replace the flags of one mail, as another mail program would."""
        with self.login(user) as imap:
            imap.select(quoted(folder))
            imap.uid("STORE", str(uid), "FLAGS", f"({' '.join(flags)})")

    def expunge(self, user: str, folder: str, uid: int) -> None:
        """Remove one mail, as another mail program would."""
        self.store_flags(user, folder, uid, r"\Deleted")
        with self.login(user) as imap:
            imap.select(quoted(folder))
            imap.expunge()

    def uid_validity(self, user: str, folder: str = "INBOX") -> int:
        """The folder's UIDVALIDITY (RFC 3501, 2.3.1.1)."""
        with self.login(user) as imap:
            imap.select(quoted(folder), readonly=True)
            _, answer = imap.response("UIDVALIDITY")
        return int(answer[0])

    def set_uid_validity(self, user: str, folder: str, number: int) -> None:
        """Make the folder look restored: from now on its UIDVALIDITY is `number`."""
        raise NotImplementedError

    def kick(self, user: str) -> None:
        """Cut every connection of `user`."""
        raise NotImplementedError


def quoted(text: str) -> str:
    """An IMAP quoted string (RFC 3501, 4.3) of text without CR, LF or NUL."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def command(connection: socket.socket, lines: Iterable[bytes], text: bytes) -> bytes:
    """Send one command and return its tagged answer. Raises ConnectionError when that is not OK or
    never comes."""
    connection.sendall(b"T " + text + b"\r\n")
    for line in lines:
        if line.startswith(b"T OK"):
            return line
        if line.startswith(b"T "):
            raise ConnectionError(line.decode(errors="replace"))
    raise ConnectionError("the server hung up")


def append_command(folder: str, batch: list[tuple[bytes, datetime | None]], flags: str) -> bytes:
    """One MULTIAPPEND with literals that need no waiting (LITERAL+, RFC 7888)."""
    parts = [b"APPEND " + quoted(folder).encode()]
    for raw, when in batch:
        date = f" {imaplib.Time2Internaldate(when)}" if when else ""
        parts.append(f" {flags}{date} {{{len(raw)}+}}\r\n".encode() + raw)
    return b"".join(parts)


def appended_uids(answer: bytes) -> list[int]:
    """The UIDs of an APPENDUID response code (RFC 4315)."""
    found = re.search(rb"APPENDUID \d+ ([\d:,]+)", answer)
    if found is None:
        raise ConnectionError(f"no APPENDUID in {answer!r}")
    uids: list[int] = []
    for span in found[1].split(b","):
        first, _, last = span.partition(b":")
        uids += range(int(first), int(last or first) + 1)
    return uids


def stored(head: bytes, raw: bytes, tail: object) -> StoredMail:
    """A mail of a FETCH answer as imaplib splits it: what stands before the literal, the literal,
    what stands behind it."""
    text = head + (tail if isinstance(tail, bytes) else b"")
    uid = re.search(rb"UID (\d+)", text)
    flags = re.search(rb"FLAGS \(([^)]*)\)", text)
    when = re.search(rb'INTERNALDATE "([^"]+)"', text)
    if uid is None or flags is None or when is None:
        raise ConnectionError(f"no UID, FLAGS or INTERNALDATE in {text!r}")
    date = datetime.strptime(when[1].decode().strip(), "%d-%b-%Y %H:%M:%S %z")
    return StoredMail(int(uid[1]), frozenset(flags[1].decode().split()) - {r"\Recent"}, date, raw)
