"""A real Chromium without a window, driven by its own protocol (DevTools), and what the terminal in
its page was sent."""

import asyncio
import base64
import json
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pyte

PATIENCE = 30.0
_KEYS = {"\r": ("Enter", 13), "\x1b": ("Escape", 27)}
_CONTROL = 2


class Chromium:
    """One page. `screen` is the terminal in it, as pyte reads what its socket got."""

    def __init__(self, program: str, folder: Path) -> None:
        self._program = program
        self._folder = folder
        self._ids = count(1)
        self._answers: dict[int, asyncio.Future[Any]] = {}
        self._session = ""
        self.requested: list[str] = []
        self.screen = pyte.Screen(80, 24)
        self._stream = pyte.ByteStream(self.screen)

    async def __aenter__(self) -> Self:
        self._process = await asyncio.create_subprocess_exec(
            self._program,
            *(
                "--headless=new",
                "--no-sandbox",
                "--window-size=1000,700",
                "--enable-unsafe-swiftshader",
            ),
            *("--remote-debugging-port=0", f"--user-data-dir={self._folder}", "about:blank"),
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
        )
        self._client = aiohttp.ClientSession()
        self._socket = await self._client.ws_connect(await self._address(), max_msg_size=0)
        self._listens = asyncio.create_task(self._listen())
        return self

    async def __aexit__(self, *_: object) -> None:
        self._listens.cancel()
        await self._socket.close()
        await self._client.close()
        self._process.terminate()
        await self._process.communicate()

    async def _address(self) -> str:
        assert self._process.stderr is not None
        async with asyncio.timeout(PATIENCE):
            while True:
                line = (await self._process.stderr.readline()).decode(errors="replace")
                assert line, "chromium ended"
                if "DevTools listening on " in line:
                    return line.partition("listening on ")[2].strip()

    async def _listen(self) -> None:
        async for message in self._socket:
            told = json.loads(message.data)
            if (answer := self._answers.pop(told.get("id", 0), None)) is not None:
                answer.set_result(told)
            self._hear(told.get("method", ""), told.get("params", {}))

    def _hear(self, method: str, told: dict[str, Any]) -> None:
        if method == "Network.webSocketCreated":
            size = parse_qs(urlsplit(told["url"]).query)
            self.screen.resize(int(size["height"][0]), int(size["width"][0]))
        elif method == "Network.webSocketFrameReceived" and told["response"]["opcode"] == 2:
            self._stream.feed(base64.b64decode(told["response"]["payloadData"]))
        elif method == "Network.requestWillBeSent":
            self.requested.append(told["request"]["url"])

    async def call(self, method: str, **told: Any) -> Any:
        """Ask Chromium for something."""
        number = next(self._ids)
        answer = self._answers[number] = asyncio.get_running_loop().create_future()
        session = {"sessionId": self._session} if self._session else {}
        await self._socket.send_json({"id": number, "method": method, "params": told, **session})
        found = await asyncio.wait_for(answer, PATIENCE)
        assert "error" not in found, found
        return found["result"]

    async def open(self, url: str) -> None:
        """Open an address in a page."""
        target = await self.call("Target.createTarget", url="about:blank")
        attached = await self.call(
            "Target.attachToTarget", targetId=target["targetId"], flatten=True
        )
        self._session = attached["sessionId"]
        await self.call("Network.enable")
        await self.call("Page.enable")
        await self.call("Emulation.setFocusEmulationEnabled", enabled=True)
        await self.call("Page.navigate", url=url)

    async def press(self, keys: str, *, control: bool = False) -> None:
        """Press keys, one after the other."""
        for key in keys:
            name, code = _KEYS.get(key, (key, ord(key.upper()) if key.isalnum() else 0))
            event = {"key": name, "windowsVirtualKeyCode": code, "code": f"Key{key.upper()}"}
            if control:
                event["modifiers"] = _CONTROL
            else:
                event["text"] = key
            await self.call("Input.dispatchKeyEvent", type="keyDown", **event)
            await self.call("Input.dispatchKeyEvent", type="keyUp", **event)

    @property
    def text(self) -> str:
        """What the terminal shows."""
        return "\n".join(line.rstrip() for line in self.screen.display)

    async def shows(self, text: str) -> None:
        """Wait until the terminal shows a text."""
        await self.until(lambda: text in self.text, f"“{text}”")

    async def until(self, holds: Callable[[], bool], what: str) -> None:
        """Wait for something, or fail with the terminal's text."""
        ends = asyncio.get_running_loop().time() + PATIENCE
        while not holds():
            assert asyncio.get_running_loop().time() < ends, f"{what} did not come:\n{self.text}"
            await asyncio.sleep(0.02)
