"""Waiting for mail (IDLE, RFC 2177): what ends it, and what a server may do meanwhile."""

import os
import threading
import time
from asyncio import StreamReader, StreamWriter, sleep
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest

from supportcli.channels.servers.imap import Imap, ImapTimeouts
from supportcli.domain.mailbox import Security
from supportcli.errors.servers import MailServerUnreachable, ServerThrottled
from tests.channels.boxes import mailbox_at
from tests.servers.dovecot import Dovecot
from tests.servers.imap import ImapServer
from tests.servers.liar import Liar
from tests.servers.process import wait_until

QUICK = ImapTimeouts(connect=0.5, read=0.5, whole=1.5)
LETTER = b"From: grace@customer.test\r\nSubject: Hi\r\n\r\nHello.\r\n"
NEVER = 60.0


@pytest.fixture
def alarm() -> Iterator[tuple[int, int]]:
    """A pipe: what waits reads its first end."""
    ends = os.pipe()
    yield ends
    for end in ends:
        os.close(end)


@contextmanager
def reading(server: ImapServer | Liar, patience: ImapTimeouts | None = None) -> Iterator[Imap]:
    user, secret = server.new_user() if isinstance(server, ImapServer) else ("help", "secret")
    with closing(Imap(mailbox_at(imap=server.port, user=user), secret, patience)) as found:
        found.examine("INBOX")
        yield found


class Idler(Liar):
    """A server with IDLE that says `words`, one after the other, while the client waits; it leaves
    at None, and says nothing more at the end. `done` is its answer to DONE."""

    def __init__(self, *words: bytes | None, pause: float = 0.0) -> None:
        super().__init__(LETTER)
        self.words, self.between = words, pause
        self.done = b"%T OK idled\r\n"
        self.answers[b"CAPABILITY"] = b"* CAPABILITY IMAP4rev1 IDLE\r\n%T OK done\r\n"
        self.idled = 0

    async def idle(self, tag: bytes, _reader: StreamReader, writer: StreamWriter) -> None:
        self.idled += 1
        writer.write(b"+ idling\r\n")
        for word in self.words:
            await sleep(self.between)
            if word is None:
                raise ConnectionError
            writer.write(word.replace(b"%T", tag))
            await writer.drain()
        while line := await _reader.readline():
            if line.strip().upper() == b"DONE":
                writer.write(self.done.replace(b"%T", tag))
                return


def test_mail_that_comes_ends_the_wait(imap_server: ImapServer, alarm: tuple[int, int]) -> None:
    user, secret = imap_server.new_user()
    with closing(Imap(mailbox_at(imap=imap_server.port, user=user), secret)) as connection:
        before = connection.examine("INBOX")
        found: list[bool | None] = []
        waits = threading.Thread(target=lambda: found.append(connection.idle(NEVER, alarm[0])))
        waits.start()
        imap_server.append(user, "INBOX", LETTER)
        waits.join(20)
        assert found == [True]
        assert connection.examine("INBOX").uidnext == before.uidnext + 1


def test_mail_from_before_the_wait_ends_it_at_once(
    dovecot: Dovecot, alarm: tuple[int, int]
) -> None:
    user, secret = dovecot.new_user()
    with closing(Imap(mailbox_at(imap=dovecot.port, user=user), secret)) as connection:
        connection.examine("INBOX")
        dovecot.append(user, "INBOX", LETTER)
        assert connection.idle(NEVER, alarm[0]) is True


def test_an_alarm_ends_the_wait(dovecot: Dovecot, alarm: tuple[int, int]) -> None:
    with reading(dovecot) as connection:
        threading.Timer(0.05, os.write, (alarm[1], b"x")).start()
        begun = time.monotonic()
        assert connection.idle(NEVER, alarm[0]) is False
        assert time.monotonic() - begun < 5
        assert connection.examine("INBOX").exists == 0


def test_a_wait_ends_by_itself_and_may_begin_again(
    dovecot: Dovecot, alarm: tuple[int, int]
) -> None:
    with reading(dovecot) as connection:
        assert [connection.idle(0.05, alarm[0]) for _ in range(3)] == [False] * 3


def test_over_tls(
    dovecot: Dovecot, alarm: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(dovecot.certificates.authority))
    user, secret = dovecot.new_user()
    box = mailbox_at(imap=dovecot.tls_port, user=user, security=Security.TLS)
    with closing(Imap(box, secret)) as connection:
        connection.examine("INBOX")
        assert connection.idle(0.05, alarm[0]) is False
        dovecot.append(user, "INBOX", LETTER)
        assert connection.idle(NEVER, alarm[0]) is True


def test_a_goodbye_is_an_error(dovecot: Dovecot, alarm: tuple[int, int]) -> None:
    user, secret = dovecot.new_user()
    with closing(Imap(mailbox_at(imap=dovecot.port, user=user), secret)) as connection:
        connection.examine("INBOX")
        kick = threading.Timer(0.2, dovecot.kick, (user,))
        kick.start()
        with pytest.raises(MailServerUnreachable, match="hung up"):
            connection.idle(NEVER, alarm[0])
        kick.join()
        assert connection.examine("INBOX").exists == 0


@pytest.mark.parametrize(
    ("words", "error"),
    [
        ((b"* BYE see you\r\n",), MailServerUnreachable),
        ((b"* BYE [THROTTLED] too much\r\n",), ServerThrottled),
        ((None,), MailServerUnreachable),
        ((b"* OK half a li",), MailServerUnreachable),
        ((b"* OK still here\r\n" * 300_000,), MailServerUnreachable),
        ((b"%T OK enough\r\n",), MailServerUnreachable),
        ((b"* 1 EXISTS {99999999999}\r\n",), MailServerUnreachable),
        ((b"\xff\xfe\r\n",), MailServerUnreachable),
    ],
    ids=["bye", "throttled", "gone", "half a line", "flood", "ends it", "literal", "bytes"],
)
def test_what_a_server_does_while_we_wait(
    alarm: tuple[int, int], words: tuple[bytes | None, ...], error: type[Exception]
) -> None:
    server = Idler(*words)
    with server, reading(server, QUICK) as connection, pytest.raises(error):
        connection.idle(NEVER, alarm[0])


def test_signs_of_life_end_nothing(alarm: tuple[int, int]) -> None:
    words = (b"* OK still here\r\n", b"* 1 FETCH (FLAGS (\\Seen))\r\n", b"* 1 EXISTS\r\n")
    with Idler(*words, pause=0.3) as server, reading(server, QUICK) as connection:
        begun = time.monotonic()
        assert connection.idle(NEVER, alarm[0]) is True
        assert time.monotonic() - begun >= 0.8


def test_a_connection_that_died_silently_is_noticed(alarm: tuple[int, int]) -> None:
    with Idler() as server, reading(server, QUICK) as connection:
        server.done = b""
        with pytest.raises(MailServerUnreachable):
            connection.idle(0.05, alarm[0])


def test_a_server_without_idle_says_so(alarm: tuple[int, int]) -> None:
    with Liar(LETTER) as server, reading(server, QUICK) as connection:
        assert connection.idle(NEVER, alarm[0]) is None


def test_a_server_that_refuses_idle_is_one_without(alarm: tuple[int, int]) -> None:
    server = Idler()
    server.answers[b"IDLE"] = b"%T BAD no\r\n"
    with server, reading(server, QUICK) as connection:
        assert connection.idle(NEVER, alarm[0]) is None
        assert connection.examine("INBOX").exists == 1


def test_a_long_quiet_wait_is_not_taken_for_idleness(alarm: tuple[int, int]) -> None:
    with Idler() as server, reading(server, QUICK) as connection:
        assert connection.idle(2.0, alarm[0]) is False  # longer than `whole`
        assert connection.examine("INBOX").exists == 1
        wait_until(lambda: server.idled == 1, "one IDLE")


@pytest.mark.parametrize("code", ["OVERQUOTA", "LIMIT", "THROTTLED", "UNAVAILABLE", "INUSE"])
@pytest.mark.parametrize("command", [b"LOGIN", b"EXAMINE"])
def test_a_server_that_wants_to_be_left_alone_is_understood(command: bytes, code: str) -> None:
    with Liar(LETTER) as server:
        server.answers[command] = b"%%T NO [%s] come back later\r\n" % code.encode()
        with pytest.raises(ServerThrottled, match="come back later"), reading(server, QUICK):
            pass


def test_a_fetch_that_is_throttled_is_not_repeated_mail_by_mail() -> None:
    with Liar(LETTER, LETTER) as server:
        server.answers[b"UID FETCH"] = b"%T NO [OVERQUOTA] Account exceeded bandwidth limits\r\n"
        with reading(server, QUICK) as connection, pytest.raises(ServerThrottled):
            connection.fetch([1, 2])
