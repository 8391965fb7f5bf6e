"""Answers of IMAP servers that are not as they should be: each mail is listed all the same, and no
more than the connection ends."""

from asyncio import StreamReader, StreamWriter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime

import pytest

from supportcli.channels.channel import Listed, RemoteMail
from supportcli.channels.servers.imap import Imap
from supportcli.domain.mailbox import Security
from supportcli.errors.servers import MailServerUnreachable
from tests.channels.boxes import mailbox_at
from tests.servers.loop import Talker

USUAL = {
    b"CAPABILITY": b"* CAPABILITY IMAP4rev1\r\n",
    b"EXAMINE": b"* 3 EXISTS\r\n* OK [UIDVALIDITY 1] ok\r\n* OK [UIDNEXT 4] ok\r\n",
    b"UID SEARCH": b"* SEARCH 1 2 3\r\n",
}


class Clerk(Talker):
    """A server with the mails 1, 2 and 3, whose answers to the commands that begin with `oddly` are
    others: `answer`, with %T for the tag."""

    def __init__(self, oddly: bytes, answer: bytes) -> None:
        super().__init__()
        self.oddly, self.answer = oddly, answer

    async def talk(self, reader: StreamReader, writer: StreamWriter) -> None:
        writer.write(b"* OK hello\r\n")
        while line := await reader.readline():
            tag, _, command = line.partition(b" ")
            usual = (
                next((words for name, words in USUAL.items() if command.startswith(name)), b"")
                + b"%T OK done\r\n"
            )
            writer.write(
                (self.answer if command.startswith(self.oddly) else usual).replace(b"%T", tag)
            )


def about(uid: int, *, size: bytes = b"2", date: bytes = b'"02-Mar-2026 10:00:00 +0100"') -> bytes:
    return b"* %d FETCH (UID %d RFC822.SIZE %s INTERNALDATE %s)\r\n" % (uid, uid, size, date)


@contextmanager
def talking_to(oddly: bytes, answer: bytes) -> Iterator[Imap]:
    with (
        Clerk(oddly, answer) as server,
        closing(Imap(mailbox_at(imap=server.port, security=Security.NONE), "x")) as connection,
    ):
        yield connection


def listed(connection: Imap) -> list[Listed]:
    connection.examine("INBOX")
    return list(connection.listing(0))


DONE = b"%T OK done\r\n"


@pytest.mark.parametrize(
    "answer",
    [
        about(1) + about(3) + DONE,
        about(1) + b"* 2 FETCH (UID 2)\r\n" + about(3) + DONE,
        about(1) + about(2, size=b"NIL", date=b"NIL") + about(3) + DONE,
        about(1) + about(2, size=b"NIL", date=b'"31-Dec-9999 23:00:00 -1200"') + about(3) + DONE,
        about(1) + b"* 2 FETCH (FLAGS (\\Seen))\r\n" + about(3) + DONE,
        about(1) + about(2, size=b"99999999999999999999999", date=b"5") + about(3) + DONE,
        about(1) + about(2, size=b"-1", date=b"(a b)") + about(3) + DONE,
    ],
)
def test_a_mail_of_which_the_server_says_nothing_is_listed(answer: bytes) -> None:
    moment = datetime(2026, 3, 2, 9, tzinfo=UTC)
    with talking_to(b"UID FETCH", answer) as connection:
        assert listed(connection) == [
            Listed(1, moment, 2),
            Listed(2, None, 0),
            Listed(3, moment, 2),
        ]


def test_a_listing_that_is_refused_stops_no_mail() -> None:
    with talking_to(b"UID FETCH", b"%T NO one of them is broken\r\n") as connection:
        assert listed(connection) == [Listed(uid, None, 0) for uid in (1, 2, 3)]
        assert connection.fetch([1, 2]) == [RemoteMail(1, None, None), RemoteMail(2, None, None)]


@pytest.mark.parametrize(
    ("oddly", "answer"),
    [
        (b"EXAMINE", b"* OK [UIDVALIDITY abc] ok\r\n" + DONE),
        (b"EXAMINE", DONE),
        (b"UID SEARCH", b"* SEARCH one two\r\n" + DONE),
        (b"UID FETCH", b"* 1 FETCH (UID 1 RFC822.SIZE 1 RFC822.SIZE 2)\r\n" + DONE),
        (b"UID FETCH", b"* 1 FETCH (UID 1 RFC822.SIZE)\r\n" + DONE),
        (b"UID FETCH", b"* 1 FETCH (UID 1 " + b"(" * 100_000 + b"\r\n" + DONE),
    ],
)
def test_what_cannot_be_understood_is_the_servers_fault_and_not_our_end(
    oddly: bytes, answer: bytes
) -> None:
    with talking_to(oddly, answer) as connection, pytest.raises(MailServerUnreachable):
        listed(connection)
