"""The inbox in a browser of this machine: textual-serve behind a token. Each page is an inbox of
its own, run as a program.

Whoever has the token may do what the agent may, so nothing at all is served without it: no page, no
file, no socket. The token is in the address that is printed; the first visit changes it for a
cookie, so that it is neither in the history nor in a Referer. All pages are below a path that
nobody guesses: browsers send a cookie to each port of a machine, but not to other paths."""

import hmac
import secrets
import socket
from collections.abc import Mapping
from pathlib import Path

import aiohttp_jinja2
import jinja2
from aiohttp import web
from aiohttp.typedefs import Handler
from textual_serve.server import Server

MOST_PAGES = 8
"""So many inboxes may be open at once: each is a program."""

_LAST_SECONDS = 5.0
"""How long the end waits for inboxes, which keep what was typed."""

_HERE = Path(__file__).parent
_ENTRY = "/enter/{token}"


class InboxServer(Server):
    """Serves the inbox of one agent at one address, an open socket. `address` is what to open."""

    def __init__(self, command: str, listening: socket.socket, title: str) -> None:
        host, port = listening.getsockname()[:2]
        self._listening = listening
        named = f"[{host}]" if ":" in host else host
        super().__init__(command, host, port, title, f"http://{named}:{port}")
        names = {named, "localhost"} if host in {"127.0.0.1", "::1"} else {named}
        self._hosts = {f"{name}:{port}" for name in names}
        self._token, self._visit = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
        self._cookie, self._below = f"supportcli_{port}", f"/{secrets.token_urlsafe(16)}"
        self._pages = 0
        self.templates_path = _HERE

    @property
    def address(self) -> str:
        """The address with the token."""
        return self.public_url + _ENTRY.format(token=self._token)

    def serve(self, debug: bool = False) -> None:  # noqa: ARG002, FBT001, FBT002  # textual-serve's
        """Serve until ctrl+c or a signal. Nothing is logged: addresses have the token."""
        web.run_app(
            self._make_app(),
            sock=self._listening,
            access_log=None,
            print=None,
            shutdown_timeout=_LAST_SECONDS,
        )

    async def _make_app(self) -> web.Application:
        app = web.Application(middlewares=[self._guarded])
        aiohttp_jinja2.setup(
            app, loader=jinja2.FileSystemLoader(self.templates_path), autoescape=True
        )
        app.add_routes(
            [
                web.get(f"{self._below}/", self.handle_index),
                web.get(f"{self._below}/ws", self.handle_websocket),
                web.get(f"{self._below}/page.js", _script),
                web.get(_ENTRY, self._enter),
                web.static(f"{self._below}/static", self.statics_path),
            ]
        )
        app.on_response_prepare.append(self._harden)
        return app

    # Who is let in

    @web.middleware
    async def _guarded(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Let nobody in by another name of this machine (DNS rebinding), from another site's page,
        or without the token."""
        if request.host not in self._hosts:
            raise web.HTTPForbidden(text="This is not the address of an inbox.\n")
        origin = request.headers.get("Origin")
        is_own = origin is None or origin in {f"http://{host}" for host in self._hosts}
        if not is_own or (origin is None and request.path.endswith("/ws")):
            raise web.HTTPForbidden(text="Another page may not open an inbox.\n")
        if request.match_info.handler != self._enter and not self._is_in(request):
            raise web.HTTPForbidden(text="Open the address that supportcli web has printed.\n")
        return await handler(request)

    def _is_in(self, request: web.Request) -> bool:
        shown = request.cookies.get(self._cookie, "")
        return hmac.compare_digest(shown.encode(errors="surrogateescape"), self._visit.encode())

    async def _enter(self, request: web.Request) -> web.StreamResponse:
        """Change the token for a cookie, which only this browser has and no script can read."""
        if not hmac.compare_digest(
            request.match_info["token"].encode(errors="surrogateescape"), self._token.encode()
        ):
            raise web.HTTPForbidden(
                text="This address is not, or not any more, that of an inbox.\n"
            )
        entered = web.HTTPSeeOther(f"{self._below}/")
        entered.set_cookie(
            self._cookie, self._visit, httponly=True, samesite="Strict", path=self._below
        )
        raise entered

    async def _harden(self, request: web.Request, response: web.StreamResponse) -> None:
        """What a browser may do with what it gets: nothing comes from elsewhere, no page frames
        it, nothing of it is kept."""
        own = f"ws://{request.host}"
        response.headers.update(
            {
                "Content-Security-Policy": (
                    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
                    f"font-src 'self'; img-src 'self' data:; connect-src {own}; "
                    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
                ),
                "X-Content-Type-Options": "nosniff",
                "Referrer-Policy": "no-referrer",
                "Cross-Origin-Opener-Policy": "same-origin",
                "Cross-Origin-Resource-Policy": "same-origin",
                "Cache-Control": "no-store",
            }
        )

    # What they get

    @aiohttp_jinja2.template("page.html")
    async def handle_index(self, request: web.Request) -> Mapping[str, str]:
        """The page, which opens the socket of the same address."""
        return {"title": self.title, "socket": f"ws://{request.host}{self._below}/ws"}

    async def handle_websocket(self, request: web.Request) -> web.WebSocketResponse:
        """An inbox, as long as its page is open."""
        if self._pages >= MOST_PAGES:
            raise web.HTTPServiceUnavailable(text="Too many inboxes are open.\n")
        self._pages += 1
        try:
            return await super().handle_websocket(request)
        finally:
            self._pages -= 1


async def _script(_: web.Request) -> web.FileResponse:
    return web.FileResponse(_HERE / "page.js")
