"""The way back from a browser: a port of this machine that waits for one visit (RFC 8252, 7.3). A
browser on another machine ends at an address that it cannot open; that can be pasted instead."""

import secrets
import select
import socket
import sys
import time
from collections.abc import Callable
from typing import Self
from urllib.parse import parse_qs, urlsplit

from supportcli.errors.tokens import SignInUnfinished
from supportcli.terminal import clean

_LARGEST = 16 * 1024
_VISIT_SECONDS = 5.0

_THANKS = (
    "<!doctype html><meta charset=utf-8><title>supportcli</title>"
    "<p>supportcli has what it needs. You can close this page."
)
_NOTHING = "<!doctype html><meta charset=utf-8><title>supportcli</title><p>Nothing is here."

_AROUND = " \t\r\n\"'<>"
"""What may stand around an address that is pasted."""


class Loopback:
    """Waits for the code of one sign-in. `state` proves that a visit belongs to it."""

    def __init__(self, mailbox: str) -> None:
        self._mailbox = mailbox
        self.state = secrets.token_urlsafe(24)
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._socket.getsockname()[1]}/"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def code(self, seconds: float, wrong: Callable[[str], None]) -> str:
        """The code, from a visit or from an address pasted at the terminal; `wrong` is told why
        another address has none. SignInUnfinished if neither comes in time, the person declined, or
        ended the input (ctrl+d)."""
        ends = time.monotonic() + seconds
        waited = [self._socket, *([sys.stdin] if sys.stdin.isatty() else [])]
        while (left := ends - time.monotonic()) > 0:
            for ready in select.select(waited, [], [], left)[0]:
                if ready is self._socket:
                    found = self._visited()
                else:
                    line = sys.stdin.readline()
                    if not line:
                        raise SignInUnfinished(self._mailbox, "no address was pasted")
                    pasted = line.strip(_AROUND)
                    found = self._code_in(pasted)
                    if pasted and not found:
                        wrong(self._fault(pasted))
                if found:
                    return found
        raise SignInUnfinished(self._mailbox, f"nobody signed in within {seconds:.0f} seconds")

    def _visited(self) -> str:
        """The code that a visit brings; empty if it is somebody else's."""
        visitor, _ = self._socket.accept()
        with visitor:
            visitor.settimeout(_VISIT_SECONDS)
            try:
                asked = visitor.recv(_LARGEST).split(b"\r\n", 1)[0].split(b" ")
                target = asked[1].decode("ascii", "replace") if len(asked) > 1 else ""
                mine = self.state in target
                body = (_THANKS if mine else _NOTHING).encode()
                status = "200 OK" if mine else "404 Not Found"
                head = f"HTTP/1.1 {status}\r\nContent-Type: text/html\r\nConnection: close\r\n"
                visitor.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
            except OSError:  # it hung up, or said nothing
                return ""
        return self._code_in(target)

    def _fault(self, pasted: str) -> str:
        """Why an address that somebody pasted does not help."""
        try:
            where, said = urlsplit(pasted), parse_qs(urlsplit(pasted).query)
        except ValueError:
            return "it is no address"
        if where.scheme != "http" or where.hostname != "127.0.0.1":
            return f"it does not begin with {self.address}"
        return "it has no code" if said.get("state") == [self.state] else "it is of another sign-in"

    def _code_in(self, address: str) -> str:
        """The code in an address; empty if it has none of this sign-in."""
        try:
            said = parse_qs(urlsplit(address).query)
        except ValueError:
            return ""
        if said.get("state") != [self.state]:
            return ""
        if "error" in said:
            what = f"Google says “{clean(said['error'][0][:100])}”"
            raise SignInUnfinished(self._mailbox, what)
        return said.get("code", [""])[0]
