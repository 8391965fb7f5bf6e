"""`supportcli web`: nothing without its token, nothing to another site's page, and nothing from
elsewhere."""

import asyncio
import http.client
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp
import pytest

from supportcli.commands import main
from supportcli.desk import Desk
from tests.tui.inboxes import shop, until

UPGRADE = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
}


@contextmanager
def served(desk: Desk, *more: str) -> Iterator[str]:
    """The address that `supportcli web` prints."""
    with serving(desk, *more) as (_, address):
        yield address


@contextmanager
def serving(desk: Desk, *more: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The process of `supportcli web`, and the address that it prints."""
    config = desk.settings.path
    config.write_text(f'agent = "{desk.settings.agent}"\n')
    command = [sys.executable, "-m", "supportcli", "--config", str(config)]
    options = ["--database", desk.settings.database, "web", *more]
    with subprocess.Popen(
        [*command, *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            yield process, process.stdout.readline().strip()
        finally:
            process.terminate()
            process.communicate()


class Asked:
    """Requests to a server."""

    def __init__(self, address: str) -> None:
        self.parts = urlsplit(address)
        self.own = f"http://{self.parts.netloc}"
        self.cookie = self.below = ""

    def get(self, path: str, **headers: str) -> tuple[int, str, http.client.HTTPMessage]:
        connection = http.client.HTTPConnection(self.parts.netloc, timeout=30)
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        cookie = {"Cookie": self.cookie} if self.cookie else {}
        connection.request("GET", path, headers={**cookie, **sent})
        answer = connection.getresponse()
        body = answer.read().decode(errors="replace") if answer.status != 101 else ""
        connection.close()
        return answer.status, body, answer.headers

    def enter(self) -> None:
        status, _, headers = self.get(self.parts.path)
        assert status == 303
        self.below = headers["Location"].rstrip("/")
        set_cookie = headers["Set-Cookie"]
        assert f"Path={self.below};" in set_cookie, "no other port of this machine gets it"
        assert "HttpOnly" in set_cookie
        assert "SameSite=Strict" in set_cookie
        self.cookie = set_cookie.partition(";")[0]


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asked]:
    with shop(tmp_path_factory.mktemp("web"), 1) as desk, served(desk) as address:
        yield Asked(address)


PATHS = (
    "/",
    "/ws",
    "/page.js",
    "/static/js/textual.js",
    "/static/",
    "/download/x",
    "/enter/x",
    "/none",
)


def test_without_the_token_nothing_is_served(asked: Asked) -> None:
    asked.enter()
    asked.cookie = ""
    for path in (*PATHS, *(asked.below + path for path in PATHS)):
        assert asked.get(path)[0] == 403, path
    ws = {name.replace("-", "_"): value for name, value in UPGRADE.items()}
    assert asked.get(asked.below + "/ws", Origin=asked.own, **ws)[0] == 403
    assert asked.get(asked.parts.path[:-1])[0] == 403
    for value in ("x", "é"):
        asked.cookie = f"supportcli_{asked.parts.port}={value}"
        assert asked.get(asked.below + "/")[0] == 403


def test_with_it_there_is_an_inbox_and_no_other_site_is_asked(asked: Asked) -> None:
    asked.enter()
    status, page, headers = asked.get(asked.below + "/")
    assert status == 200
    assert not re.findall(r"https?://", page)
    assert f"ws://{asked.parts.netloc}{asked.below}/ws" in page
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["Referrer-Policy"] == "no-referrer"
    assert asked.get(asked.below + "/static/js/textual.js")[0] == 200
    assert asked.get(asked.below + "/static/")[0] == 403, "no list of files"
    assert asked.get(asked.below + "/download/x")[0] == 404


def test_another_name_or_another_page_gets_nothing(asked: Asked) -> None:
    asked.enter()
    ws = {name.replace("-", "_"): value for name, value in UPGRADE.items()}
    port = asked.parts.port
    for host in (f"evil.test:{port}", "127.0.0.1", f"127.0.0.1.evil.test:{port}"):
        assert asked.get(asked.below + "/", Host=host)[0] == 403, host
        assert asked.get(asked.parts.path, Host=host)[0] == 403, host
    for origin in ("http://evil.test", "null", f"https://127.0.0.1:{port}", "http://127.0.0.1:1"):
        assert asked.get(asked.below + "/ws", Origin=origin, **ws)[0] == 403, origin
        assert asked.get(asked.below + "/", Origin=origin)[0] == 403, origin
    assert asked.get(asked.below + "/ws", **ws)[0] == 403, "a browser names its page"
    assert asked.get(asked.below + "/ws", Origin=asked.own, **ws)[0] == 101


@pytest.mark.acceptance
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_no_inbox_outlives_the_server(tmp_path: Path, how: signal.Signals) -> None:
    async def opened(asked: Asked, server: subprocess.Popen[str]) -> None:
        headers = {"Cookie": asked.cookie, "Origin": asked.own}
        async with aiohttp.ClientSession() as client:
            socket = await client.ws_connect(
                f"{asked.own}{asked.below}/ws?width=80&height=24", headers=headers
            )
            seen = b""
            while b"1 of 1" not in seen:
                message = await socket.receive(timeout=60)
                seen += message.data if message.type is aiohttp.WSMsgType.BINARY else b""
            server.send_signal(how)
            server.wait()

    with shop(tmp_path, 1) as desk, serving(desk) as (server, address):
        asked = Asked(address)
        asked.enter()
        asyncio.run(opened(asked, server))
        until(lambda: not inboxes_of(desk))


def inboxes_of(desk: Desk) -> list[str]:
    """The processes that show this desk."""
    mark = f"SUPPORTCLI_DATABASE={desk.settings.database}".encode()
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if mark in (folder / "environ").read_bytes().split(b"\0"):
                found.append(folder.name)
    return found


@pytest.fixture
def _as_before(monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment is restored, however the command leaves it."""
    for name in ("CONFIG", "DATABASE", "AGENT", "WEB"):
        monkeypatch.setenv(f"SUPPORTCLI_{name}", "")
        monkeypatch.delenv(f"SUPPORTCLI_{name}")


@pytest.mark.usefixtures("_as_before")
@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        (("--host", "::"), 2, "--beyond-this-machine"),
        (("--host", "192.0.2.1"), 2, "--beyond-this-machine"),
        (("--host", "::", "--beyond-this-machine"), 2, "name one"),
        (("--host", "shop.test"), 2, "is no address of this machine"),
        (("--host", "192.0.2.1", "--beyond-this-machine"), 2, "cannot be listened at"),
        (("--agent", "nobody@shop.test"), 78, "nobody@shop.test"),
    ],
)
def test_what_it_cannot_do_is_said(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    options: tuple[str, ...],
    code: int,
    said: str,
) -> None:
    with shop(tmp_path, 0) as desk:
        config = desk.settings.path
        config.write_text(f'agent = "{desk.settings.agent}"\n')
        words = ["--config", str(config), "--database", desk.settings.database, "web", *options]
        assert main(words) == code
    printed = capsys.readouterr()
    assert printed.out == ""
    assert said in printed.err
