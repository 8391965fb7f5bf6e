"""Reading real servers over IMAP: what comes back, what stays untouched, and what is said when
something is wrong."""

import ssl
from asyncio import StreamReader, StreamWriter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta

import pytest

from supportcli.channels import open_channel
from supportcli.channels.channel import FolderRole, RemoteFolder
from supportcli.channels.servers import imap
from supportcli.channels.servers.errors import tls_context
from supportcli.channels.servers.imap import Imap, ImapTimeouts
from supportcli.domain.mailbox import Security
from supportcli.errors import ServerUnreachable, SupportError
from supportcli.errors.servers import (
    ArgumentRefused,
    CertificateRefused,
    ConnectionInsecure,
    FolderRefused,
    LoginRefused,
    MailServerUnreachable,
)
from tests.channels.boxes import mailbox_at
from tests.servers.dovecot import Dovecot
from tests.servers.imap import ImapServer
from tests.servers.loop import Talker
from tests.servers.process import wait_until
from tests.servers.proxy import Break, Direction, Proxy
from tests.servers.pymap import Pymap

DAY = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
RAW = b"From: grace@customer.test\r\nSubject: Gr\xc3\xbc\xdfe\r\n\r\nbytes \x80\xff, and a line:\r\n* 1 EXPUNGE\r\n)\r\n"


@contextmanager
def reading(server: ImapServer, user: str, port: int | None = None) -> Iterator[Imap]:
    with closing(
        Imap(mailbox_at(imap=port or server.port, user=user), server.password(user))
    ) as connection:
        yield connection


@pytest.fixture
def user(imap_server: ImapServer) -> str:
    return imap_server.new_user()[0]


def test_mail_comes_byte_for_byte_with_the_moment_the_server_took_it(
    imap_server: ImapServer, user: str
) -> None:
    uids = [
        imap_server.append(user, "INBOX", RAW + b"%d\r\n" % number, DAY + timedelta(minutes=number))
        for number in range(3)
    ]
    with reading(imap_server, user) as connection:
        state = connection.examine("INBOX")
        assert (state.uidvalidity, state.exists) == (imap_server.uid_validity(user), 3)
        assert state.uidnext > max(uids)
        mails = connection.fetch(uids)
    assert [(mail.uid, mail.raw, mail.internal_date) for mail in mails] == [
        (uid, RAW + b"%d\r\n" % number, DAY + timedelta(minutes=number))
        for number, uid in enumerate(uids)
    ]


def test_reading_changes_no_flag(imap_server: ImapServer, user: str) -> None:
    uid = imap_server.append(user, "INBOX", RAW)
    with reading(imap_server, user) as connection:
        connection.examine("INBOX")
        connection.fetch([uid])
        connection.fetch_headers([uid])
    assert imap_server.messages(user)[0].flags == frozenset()


def test_the_listing_begins_above_the_cursor_and_ends_with_the_last_mail(
    imap_server: ImapServer, user: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imap, "_SEARCHED", 3)
    monkeypatch.setattr(imap, "_LISTED", 2)
    uids = imap_server.append_all(user, "INBOX", [(RAW, DAY)] * 11)
    for gone in uids[3:6]:
        imap_server.expunge(user, "INBOX", gone)
    left = [*uids[:3], *uids[6:]]
    with reading(imap_server, user) as connection:
        connection.examine("INBOX")
        assert [(mail.uid, mail.size, mail.internal_date) for mail in connection.listing(0)] == [
            (uid, len(RAW), DAY) for uid in left
        ]
        assert [mail.uid for mail in connection.listing(uids[7])] == uids[8:]
        assert (
            list(connection.listing(uids[-1])) == []
        )  # a search for n:* would answer with the last mail for ever
        assert list(connection.listing(uids[-1] + 1000)) == []


def test_mail_that_is_gone_is_missing(imap_server: ImapServer, user: str) -> None:
    first, second = imap_server.append_all(user, "INBOX", [(RAW, DAY)] * 2)
    imap_server.expunge(user, "INBOX", first)
    with reading(imap_server, user) as connection:
        connection.examine("INBOX")
        assert [mail.uid for mail in connection.fetch([first, second])] == [second]


def test_headers_come_alone(imap_server: ImapServer, user: str) -> None:
    uid = imap_server.append(user, "INBOX", RAW)
    with reading(imap_server, user) as connection:
        connection.examine("INBOX")
        assert [mail.raw for mail in connection.fetch_headers([uid])] == [
            RAW.partition(b"bytes")[0]
        ]


def test_folders_have_roles_and_names_in_any_alphabet(dovecot: Dovecot) -> None:
    user = dovecot.new_user()[0]
    with dovecot.login(user) as other:
        other.create('"R&APw-ckfragen &- mehr"')
    with reading(dovecot, user) as connection:
        folders = connection.folders()
        assert set(folders) >= {
            RemoteFolder("INBOX", FolderRole.INBOX),
            RemoteFolder("Sent", FolderRole.SENT),
            RemoteFolder("Junk", FolderRole.JUNK),
            RemoteFolder("Rückfragen & mehr", FolderRole.OTHER),
        }
        assert connection.examine("Rückfragen & mehr").exists == 0


def test_a_folder_that_is_refused_is_named_with_all_its_letters(imap_server: ImapServer) -> None:
    user = imap_server.new_user()[0]
    with reading(imap_server, user) as connection:
        with pytest.raises(FolderRefused) as refused:
            connection.examine("Größe/ü")
        _, _, words = refused.value.sentence.partition("(")
        assert "will not open the folder “Größe/ü”" in refused.value.sentence
        assert "Gre" not in words
        assert "--no-folder 'Größe/ü'" in refused.value.hint
        connection.examine("INBOX")  # the connection goes on


def test_a_sent_mail_is_found_by_its_message_id(dovecot: Dovecot) -> None:
    user = dovecot.new_user()[0]
    dovecot.append(user, "Sent", b"Message-ID: <one@shop.test>\r\n\r\n")
    with reading(dovecot, user) as connection:
        assert connection.find_sent("<one@shop.test>")
        assert not connection.find_sent("<two@shop.test>")


def test_a_server_that_announces_a_new_uidvalidity_is_believed(dovecot: Dovecot) -> None:
    user = dovecot.new_user()[0]
    dovecot.append(user, "INBOX", RAW)
    dovecot.set_uid_validity(user, "INBOX", 777)
    with reading(dovecot, user) as connection:
        assert connection.examine("INBOX").uidvalidity == 777


@pytest.mark.parametrize(
    "name", ['x"\r\nX1 STORE 1:* +FLAGS (\\Deleted)\r\nX2 EXPUNGE', "INBOX\n", "INBOX\0"]
)
def test_no_argument_smuggles_in_a_command(
    dovecot: Dovecot, proxy_to: Callable[[int], Proxy], name: str
) -> None:
    user = dovecot.new_user()[0]
    proxy = proxy_to(dovecot.port)
    with reading(dovecot, user, proxy.port) as connection:
        connection.examine("INBOX")
        with pytest.raises(ArgumentRefused):
            connection.find_sent(name)
    with reading(dovecot, user, proxy.port) as connection, pytest.raises(ArgumentRefused):
        connection.examine(name)
    for mailbox, secret in (
        (mailbox_at(imap=proxy.port, user=name), "x"),
        (mailbox_at(imap=proxy.port, user=user), name),
    ):
        with closing(Imap(mailbox, secret)) as connection, pytest.raises(ArgumentRefused):
            connection.login()
    assert all(
        name.encode() not in bytes(stream[Direction.UP]) and b"EXPUNGE" not in stream[Direction.UP]
        for stream in proxy.streams
    )


def test_a_line_that_breaks_within_a_mail_yields_nothing_and_names_the_server(
    imap_server: ImapServer, user: str, proxy_to: Callable[[int], Proxy]
) -> None:
    uids = imap_server.append_all(user, "INBOX", [(RAW * 40, DAY)] * 3)
    proxy = proxy_to(imap_server.port)
    proxy.break_line(Break(Direction.DOWN, pattern=b"bytes", beyond=len(RAW) * 60))
    with reading(imap_server, user, proxy.port) as connection:
        connection.examine("INBOX")
        with pytest.raises(MailServerUnreachable) as failed:
            connection.fetch(uids)
        assert f"127.0.0.1:{proxy.port} of help@shop.test" in failed.value.sentence
        assert "hung up" in failed.value.sentence
        assert "mailbox test help@shop.test" in failed.value.hint
        connection.examine("INBOX")  # the next call connects again
        assert [mail.raw for mail in connection.fetch(uids)] == [RAW * 40] * 3


def test_a_server_that_falls_silent_is_given_up(
    dovecot: Dovecot, proxy_to: Callable[[int], Proxy]
) -> None:
    user = dovecot.new_user()[0]
    uid = dovecot.append(user, "INBOX", RAW)
    proxy = proxy_to(dovecot.port)
    with closing(
        Imap(mailbox_at(imap=proxy.port, user=user), dovecot.password(user), ImapTimeouts(read=0.2))
    ) as connection:
        proxy.break_always(Break(Direction.DOWN, pattern=b"bytes", stall=True))
        connection.examine("INBOX")
        assert [(mail.uid, mail.raw) for mail in connection.fetch([uid])] == [
            (uid, None)
        ]  # its server is there: it is the mail
        proxy.break_always(Break(Direction.DOWN, pattern=b"OK", stall=True))
        silent = mailbox_at(imap=proxy.port, user=user)
        with (
            closing(Imap(silent, "x", ImapTimeouts(connect=0.2))) as other,
            pytest.raises(MailServerUnreachable, match=r"silent|within"),
        ):
            other.examine("INBOX")


def test_a_server_that_kicks_us_out_is_a_lost_connection(
    imap_server: ImapServer, user: str
) -> None:
    def lost() -> bool:
        try:
            connection.fetch([1])
        except MailServerUnreachable:
            return True
        return False

    with reading(imap_server, user) as connection:
        connection.examine("INBOX")
        imap_server.kick(user)
        wait_until(lost, "the connection to be lost")


def test_a_folder_that_is_not_there_is_named(imap_server: ImapServer, user: str) -> None:
    with reading(imap_server, user) as connection:
        with pytest.raises(MailServerUnreachable, match="“Nowhere”"):
            connection.examine("Nowhere")
        assert connection.examine("INBOX").exists == 0


def refused(
    mailbox_port: int,
    *,
    security: Security,
    host: str = "127.0.0.1",
    secret: str = "x",
    user: str = "help@shop.test",
) -> SupportError:
    channel = open_channel(
        mailbox_at(imap=mailbox_port, security=security, host=host, user=user), secret
    )
    with closing(channel), pytest.raises(SupportError) as failed:
        channel.examine("INBOX")
    return failed.value


def test_a_wrong_password_names_server_and_user(imap_server: ImapServer, user: str) -> None:
    error = refused(imap_server.port, security=Security.NONE, secret="wrong", user=user)
    assert isinstance(error, LoginRefused)
    assert error.exit_code == 77
    assert user in error.sentence
    assert f"127.0.0.1:{imap_server.port}" in error.sentence


@pytest.mark.parametrize("secret", ["pässwörd", "with space", 'quo"te\\', ""])
def test_any_password_is_put_to_the_server_as_it_is(
    imap_server: ImapServer, user: str, secret: str
) -> None:
    assert isinstance(
        refused(imap_server.port, security=Security.NONE, secret=secret, user=user), LoginRefused
    )


def test_a_host_that_is_not_known_or_does_not_listen_is_named() -> None:
    unknown = refused(993, security=Security.TLS, host="no-such-host.invalid")
    assert isinstance(unknown, ServerUnreachable)
    assert "no-such-host.invalid:993" in unknown.sentence
    closed = refused(1, security=Security.NONE)
    assert "nothing listens" in closed.sentence
    assert (unknown.exit_code, closed.exit_code) == (69, 69)


class Greeter(Talker):
    """A server that greets, answers each command as if it were CAPABILITY where it `answers` at
    all, and hangs up."""

    def __init__(self, greeting: bytes, *, answers: bool = False) -> None:
        super().__init__()
        self.greeting, self.answers = greeting, answers

    async def talk(self, reader: StreamReader, writer: StreamWriter) -> None:
        writer.write(self.greeting)
        while self.answers and (line := await reader.readline()):
            writer.write(b"* CAPABILITY IMAP4rev1 STARTTLS\r\n" + line.split()[0] + b" OK done\r\n")


def trusting(monkeypatch: pytest.MonkeyPatch, dovecot: Dovecot) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(dovecot.certificates.authority))


@pytest.mark.parametrize("security", [Security.TLS, Security.STARTTLS])
def test_tls_is_verified_and_used(
    dovecot: Dovecot, monkeypatch: pytest.MonkeyPatch, security: Security
) -> None:
    user = dovecot.new_user()[0]
    port = dovecot.tls_port if security is Security.TLS else dovecot.port
    assert isinstance(
        refused(port, security=security, user=user), CertificateRefused
    )  # nobody vouches for it yet
    trusting(monkeypatch, dovecot)
    mailbox = mailbox_at(imap=port, security=security, user=user, host="localhost")
    with closing(Imap(mailbox, dovecot.password(user))) as connection:
        assert connection.connect().startswith("TLSv1.")
        assert connection.examine("INBOX").exists == 0
    expired = refused(port, security=security, host=dovecot.expired_host, user=user)
    assert isinstance(expired, CertificateRefused)
    assert "expired" in expired.sentence
    assert expired.exit_code == 69


def test_tls_older_than_1_2_is_refused() -> None:
    assert tls_context().minimum_version == ssl.TLSVersion.TLSv1_2


def test_tls_to_a_port_without_it_says_which_setting_to_check(dovecot: Dovecot) -> None:
    error = refused(dovecot.port, security=Security.TLS)
    assert isinstance(error, MailServerUnreachable)
    assert "TLS" in error.hint


def test_without_starttls_no_password_is_sent(
    pymap: Pymap, proxy_to: Callable[[int], Proxy]
) -> None:
    proxy = proxy_to(pymap.port)
    mailbox = mailbox_at(imap=proxy.port, security=Security.STARTTLS)
    with (
        closing(Imap(mailbox, "very secret")) as connection,
        pytest.raises(ConnectionInsecure, match="STARTTLS"),
    ):
        connection.examine("INBOX")
    assert b"secret" not in bytes(proxy.streams[0][Direction.UP])


@pytest.mark.parametrize("security", [Security.NONE, Security.STARTTLS])
def test_a_greeting_that_logs_us_in_before_the_line_is_protected_ends_it(
    security: Security,
) -> None:
    with Greeter(b"* PREAUTH welcome\r\n", answers=True) as server:
        assert isinstance(refused(server.port, security=security), ConnectionInsecure)


@pytest.mark.parametrize(
    "greeting",
    [
        b"",
        b"220 smtp.shop.test ESMTP\r\n",
        b"* BYE overloaded\r\n",
        b"\x1b]52;c;aGk=\x07\r\n",
        b"* OK \xff" * 100,
    ],
)
def test_what_is_no_imap_server_is_said_without_its_control_characters(greeting: bytes) -> None:
    with Greeter(greeting) as server:
        error = refused(server.port, security=Security.NONE)
    assert isinstance(error, MailServerUnreachable)
    assert not set(error.sentence) & {"\x1b", "\x07", "\r", "\n"}
