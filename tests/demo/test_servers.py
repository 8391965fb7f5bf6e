"""The demo's mail servers speak IMAP and SMTP, and leave nothing behind."""

import gc
import smtplib
import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from imapclient import IMAPClient
from imapclient.exceptions import LoginError

from supportcli.demo.mails import mails
from supportcli.demo.servers import HOST, Servers, TakenMail

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
RAW = b"From: clara@fernmail.test\r\nSubject: hello\r\n\r\n.one dot\r\n"


@pytest.fixture
def servers() -> Iterator[Servers]:
    with Servers("help@halden.test") as running:
        yield running


@pytest.fixture
def client(servers: Servers) -> Iterator[IMAPClient]:
    with IMAPClient(HOST, servers.imap_port, ssl=False, timeout=20) as connected:
        connected.normalise_times = False
        connected.login(servers.user, servers.password)
        yield connected


def test_what_was_delivered_can_be_fetched_byte_for_byte(
    servers: Servers, client: IMAPClient
) -> None:
    posts = mails(NOW)
    for post in posts:
        servers.deliver(post.raw, post.at, post.folder)
    for folder in ("INBOX", "Sent"):
        client.select_folder(folder, readonly=True)
        uids = client.search("ALL")
        fetched = client.fetch(uids, ["BODY.PEEK[]", "INTERNALDATE"])
        there = [
            (fetched[uid][b"BODY[]"], fetched[uid][b"INTERNALDATE"].astimezone(UTC)) for uid in uids
        ]
        assert there == [(post.raw, post.at) for post in posts if post.folder == folder]


def test_a_client_that_is_idle_hears_of_new_mail(servers: Servers, client: IMAPClient) -> None:
    client.select_folder("INBOX", readonly=True)
    client.idle()
    servers.later(0, lambda: RAW)
    assert (1, b"EXISTS") in client.idle_check(timeout=20)
    client.idle_done()


def test_a_mail_for_later_is_written_when_it_is_due(servers: Servers, client: IMAPClient) -> None:
    written = threading.Event()

    def write() -> bytes:
        written.set()
        return RAW

    client.select_folder("INBOX", readonly=True)
    client.idle()
    servers.later(0.05, write)
    assert not written.is_set()
    client.idle_check(timeout=20)
    assert written.is_set()
    client.idle_done()


def test_a_session_outlives_the_garbage_collector(client: IMAPClient) -> None:
    gc.collect()
    assert client.noop()[0] == b"NOOP completed."


def test_smtp_takes_mail_and_tells_of_it(servers: Servers) -> None:
    told: list[TakenMail] = []
    servers.received = told.append
    with smtplib.SMTP(HOST, servers.smtp_port, timeout=20) as smtp:
        smtp.login(servers.user, servers.password)
        smtp.sendmail("help@halden.test", ["clara@fernmail.test", "tom@obrien.test"], RAW)
    assert (
        servers.sent
        == told
        == [TakenMail("help@halden.test", ("clara@fernmail.test", "tom@obrien.test"), RAW)]
    )


def test_a_wrong_password_is_refused_by_both(servers: Servers) -> None:
    with (
        IMAPClient(HOST, servers.imap_port, ssl=False, timeout=20) as imap,
        pytest.raises(LoginError),
    ):
        imap.login(servers.user, "guess")
    with smtplib.SMTP(HOST, servers.smtp_port, timeout=20) as smtp:
        with pytest.raises(smtplib.SMTPAuthenticationError):
            smtp.login(servers.user, "guess")
        with pytest.raises(smtplib.SMTPSenderRefused):
            smtp.sendmail("help@halden.test", ["clara@fernmail.test"], RAW)
    assert servers.sent == []


def test_every_run_has_its_own_password() -> None:
    assert Servers("help@halden.test").password != Servers("help@halden.test").password


def test_nothing_is_left_although_clients_are_connected() -> None:
    before = set(threading.enumerate())
    with Servers("help@halden.test") as servers:
        imap = socket.create_connection((HOST, servers.imap_port), timeout=20)
        smtp = socket.create_connection((HOST, servers.smtp_port), timeout=20)
        assert imap.recv(4096).startswith(b"* OK")
        assert smtp.recv(4096).startswith(b"220 ")
        servers.later(3600, lambda: RAW)
    with imap, smtp:
        assert set(threading.enumerate()) == before
        assert imap.makefile("rb").read() == b""
        assert smtp.makefile("rb").read() == b""
    for port in (servers.imap_port, servers.smtp_port):
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection((HOST, port), timeout=20)


def test_deliveries_end_with_the_servers() -> None:
    with Servers("help@halden.test") as servers:
        pass
    with pytest.raises(RuntimeError):
        servers.deliver(RAW)
