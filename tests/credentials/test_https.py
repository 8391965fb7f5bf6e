"""Servers that give tokens, and behave as no server should."""

import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count

import pytest

from supportcli.credentials import https
from supportcli.credentials.https import Https
from supportcli.errors.tokens import SignInUnreachable
from tests.servers.certificates import Certificates
from tests.servers.process import LOOPBACK

Behaviour = Callable[[BaseHTTPRequestHandler], None]


@contextmanager
def serving(certificates: Certificates, behave: Behaviour) -> Iterator[str]:
    """A server over TLS that behaves so; its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            behave(self)

        def log_message(self, *_: object) -> None:
            pass

    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificates.good, certificates.key)
    server = ThreadingHTTPServer((LOOPBACK, 0), Handler)
    server.daemon_threads = True
    server.handle_error = lambda *_: None  # type: ignore[method-assign]  # clients hang up on it
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"https://{LOOPBACK}:{server.server_address[1]}/token"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def say(status: int, body: bytes = b"", **headers: str) -> Behaviour:
    def behave(one: BaseHTTPRequestHandler) -> None:
        one.send_response(status)
        for name, value in headers.items():
            one.send_header(name, value)
        one.send_header("Content-Length", str(len(body)))
        one.end_headers()
        one.wfile.write(body)

    return behave


def without_end(pause: float) -> Behaviour:
    def behave(one: BaseHTTPRequestHandler) -> None:
        one.send_response(200)
        one.end_headers()
        for _ in count():
            one.wfile.write(b" " * (1 if pause else 65_536))
            threading.Event().wait(pause)

    return behave


@pytest.fixture(autouse=True)
def trusted(certificates: Certificates, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificates.authority))
    monkeypatch.setattr(https, "SECONDS", 0.5)


@pytest.mark.parametrize(
    ("behave", "cause"),
    [
        (say(500), "it answered with HTTP 500"),
        (say(503, b"\x1b[31mdown"), "it answered with HTTP 503"),
        (say(429), "it answered with HTTP 429"),
        (without_end(0.05), "it did not answer within 0.5 seconds"),
        (without_end(0), "its answer is too long"),
        (lambda one: one.connection.close(), "Remote end closed connection"),
        (lambda one: one.wfile.write(b"hello\r\n"), "hello"),
        (lambda _one: threading.Event().wait(2) and None, "it did not answer within 0.5 seconds"),
    ],
    ids=["500", "503", "429", "drips", "endless", "hangs up", "no HTTP", "silent"],
)
def test_what_is_no_answer_is_named_and_given_up(
    certificates: Certificates, behave: Behaviour, cause: str
) -> None:
    with (
        serving(certificates, behave) as url,
        pytest.raises(SignInUnreachable) as unreachable,
    ):
        Https()(url)
    assert cause in unreachable.value.sentence
    assert "127.0.0.1:" in unreachable.value.sentence
    assert "\x1b" not in unreachable.value.sentence
    assert unreachable.value.exit_code == 69


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b"\xff", b"[" * 100_000, b'"text"'])
def test_an_answer_that_is_no_object_says_nothing(certificates: Certificates, body: bytes) -> None:
    asked = Https()
    with serving(certificates, say(400, body)) as url:
        assert asked(url).status == 400
    assert asked.given == {}


def test_a_redirect_is_not_followed(certificates: Certificates) -> None:
    asked: list[str] = []

    def behave(one: BaseHTTPRequestHandler) -> None:
        asked.append(one.path)
        say(302, Location="/elsewhere")(one)

    with serving(certificates, behave) as url:
        assert Https()(url).status == 302
    assert asked == ["/token"]


@pytest.mark.parametrize("url", ["http://127.0.0.1/token", "gopher://x/y", "ftp://x/y", ""])
def test_nothing_is_asked_without_tls(url: str) -> None:
    with pytest.raises(SignInUnreachable, match="does not begin with https"):
        Https()(url)


def test_a_server_that_is_not_there_is_named() -> None:
    with pytest.raises(
        SignInUnreachable, match=r"127\.0\.0\.1:9 cannot be used: Connection refused"
    ):
        Https()("https://127.0.0.1:9/token")
