"""The proxy passes everything on, and breaks the line at the very byte it was told."""

import imaplib
import socket
from collections.abc import Callable

import pytest

from tests.servers.imap import ImapServer
from tests.servers.process import START_SECONDS
from tests.servers.proxy import Break, Direction, Proxy

MAIL = b"Subject: a\r\n\r\n" + b"0123456789" * 20_000


def fetch(port: int, user: str, password: str) -> bytes:
    imap = imaplib.IMAP4("127.0.0.1", port, timeout=START_SECONDS)
    try:
        imap.login(user, password)
        imap.select(readonly=True)
        _, answer = imap.uid("FETCH", "1:*", "(BODY.PEEK[])")
    finally:
        imap.shutdown()
    raw: bytes = answer[0][1]
    return raw


def test_an_unbroken_line_changes_nothing(
    imap_server: ImapServer, proxy_to: Callable[[int], Proxy]
) -> None:
    user, password = imap_server.new_user()
    imap_server.append(user, "INBOX", MAIL)
    proxy = proxy_to(imap_server.port)
    assert fetch(proxy.port, user, password) == MAIL
    assert proxy.connections == 1


def test_a_line_breaks_within_a_literal_and_the_next_one_does_not(
    imap_server: ImapServer, proxy_to: Callable[[int], Proxy]
) -> None:
    user, password = imap_server.new_user()
    imap_server.append(user, "INBOX", MAIL)
    proxy = proxy_to(imap_server.port)
    proxy.break_line(Break(pattern=b"}\r\n", beyond=100))
    with pytest.raises(imaplib.IMAP4.abort):
        fetch(proxy.port, user, password)
    assert proxy.streams[0][Direction.DOWN].partition(b"}\r\n")[2] == MAIL[:100]
    assert proxy.broken == 1
    assert fetch(proxy.port, user, password) == MAIL


@pytest.mark.parametrize("count", [0, 1, 10])
def test_exactly_so_many_bytes_pass(
    imap_server: ImapServer, proxy_to: Callable[[int], Proxy], count: int
) -> None:
    proxy = proxy_to(imap_server.port)
    proxy.break_always(Break(after=count))
    for _ in range(2):
        with socket.create_connection(
            ("127.0.0.1", proxy.port), timeout=START_SECONDS
        ) as connection:
            assert connection.makefile("rb").read() == b"* OK [CAPABILITY"[:count]


def test_a_stalled_line_stays_open_and_silent(
    imap_server: ImapServer, proxy_to: Callable[[int], Proxy]
) -> None:
    proxy = proxy_to(imap_server.port)
    proxy.break_line(Break(Direction.UP, pattern=b"x1 ", stall=True))
    with socket.create_connection(("127.0.0.1", proxy.port), timeout=START_SECONDS) as connection:
        connection.recv(1000)
        connection.sendall(b"x1 NOOP\r\n")
        connection.settimeout(0.2)
        with pytest.raises(TimeoutError):
            connection.recv(1)
    assert proxy.streams[0][Direction.UP] == b"x1 "
