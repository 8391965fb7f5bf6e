"""The demo's mail servers: pymap for IMAP and aiosmtpd for SMTP, on free ports of the loopback, in
one thread.

A thread with one event loop ends with its process, however that ends, so nothing is left behind.
The servers look up no names and read no files, so both work without any network but the loopback.

Imports pymap and aiosmtpd (extra `demo`), so import it only when a demo begins."""

import asyncio
import logging
import secrets
import threading
from argparse import Namespace
from asyncio import AbstractEventLoop, StreamReader, StreamWriter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Self
from weakref import WeakSet

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from proxyprotocol.sock import SocketInfo
from pymap.backend.dict import Config, Login
from pymap.backend.dict.filter import FilterSet
from pymap.backend.dict.mailbox import MailboxSet
from pymap.concurrent import Subsystem
from pymap.imap import IMAPServer
from pymap.parsing.message import AppendMessage
from pymap.user import UserMetadata
from pysasl.hashing import Cleartext

from supportcli.clock import utc_now

HOST = "127.0.0.1"
FOLDERS = ("Sent", "Junk")
READY_SECONDS = 20.0
STOP_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class TakenMail:
    """A mail that the SMTP server took: the envelope's sender (empty for a null sender) and
    recipients, and the bytes."""

    sender: str
    recipients: tuple[str, ...]
    raw: bytes


class Servers:
    """Both servers, from `__enter__` to `__exit__`.

    `user` and `password` log in to both; the ports are known once entered. `sent` are the mails
    that SMTP took, in order. `received`, if set, is called with each of them in the servers'
    thread, so it must be fast."""

    def __init__(self, user: str) -> None:
        self.user = user
        self.password = secrets.token_urlsafe(18)
        self.imap_port = 0
        self.smtp_port = 0
        self.sent: list[TakenMail] = []
        self.received: Callable[[TakenMail], None] | None = None
        self._mailboxes = MailboxSet()
        self._clients: WeakSet[StreamWriter | SMTP] = WeakSet()
        self._loop: AbstractEventLoop | None = None
        self._stop = asyncio.Event()
        self._ready = threading.Event()
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="demo-servers", daemon=True)

    def __enter__(self) -> Self:
        """Start both and wait until they listen. Raises what prevented it (OSError), or
        TimeoutError."""
        for name in ("mail.log", "pymap", "asyncio"):
            logging.getLogger(name).addHandler(
                logging.NullHandler()
            )  # else their warnings appear in the middle of the inbox
        self._thread.start()
        if not self._ready.wait(READY_SECONDS):
            raise TimeoutError("The demo's mail servers did not start.")
        if self._failure is not None:
            raise self._failure
        return self

    def __exit__(self, *_: object) -> None:
        """Close both with all their connections and wait for the thread to end."""
        loop, self._loop = self._loop, None
        if loop is not None and not loop.is_closed():
            loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(STOP_SECONDS)

    def deliver(self, raw: bytes, at: datetime | None = None, folder: str = "INBOX") -> None:
        """Put a mail into a folder of the mailbox, as a mail server would. `at` becomes its
        INTERNALDATE; by default the present moment.

        Waits until it is there, so it must not be called in the servers' own thread; use `later`
        there."""
        loop = self._running()
        asyncio.run_coroutine_threadsafe(self._append(raw, at, folder), loop).result()

    def later(self, seconds: float, write: Callable[[], bytes]) -> None:
        """Deliver the mail that `write` makes to INBOX in `seconds` from now, unless the servers
        are closed by then. For any thread."""
        loop = self._running()

        async def due() -> None:
            await asyncio.sleep(seconds)
            await self._append(write(), None, "INBOX")

        asyncio.run_coroutine_threadsafe(due(), loop)

    def _running(self) -> AbstractEventLoop:
        if self._loop is None:
            raise RuntimeError("The demo's mail servers are not running.")
        return self._loop

    async def _append(self, raw: bytes, at: datetime | None, folder: str) -> None:
        mailbox = await self._mailboxes.get_mailbox(folder)
        await mailbox.append(AppendMessage(raw, at or utc_now()), recent=True)

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except BaseException as error:  # noqa: BLE001 - carried over to the thread that waits for the start
            self._failure = error
        finally:
            self._ready.set()

    async def _serve(self) -> None:
        """Serve until told to stop, then disconnect all clients; asyncio.run ends what is still
        talking to them."""
        self._loop = asyncio.get_running_loop()
        for folder in FOLDERS:
            await self._mailboxes.add_mailbox(folder)
        imap_session = imap_server(self.user, self.password, self._mailboxes)

        async def imap_client(reader: StreamReader, writer: StreamWriter) -> None:
            self._clients.add(writer)
            await imap_session(
                reader,
                WholeResponses(reader, writer),
                SocketInfo.get(writer, None, unique_id=secrets.token_bytes(16)),
            )

        def smtp_client() -> SMTP:
            client = SMTP(
                self,
                hostname="demo.invalid",
                auth_require_tls=False,
                authenticator=self._authenticate,
                loop=self._loop,
            )
            self._clients.add(client)
            return client

        imap = await asyncio.start_server(imap_client, HOST, 0)
        smtp = await self._loop.create_server(smtp_client, HOST, 0)
        self.imap_port, self.smtp_port = (
            server.sockets[0].getsockname()[1] for server in (imap, smtp)
        )
        self._ready.set()
        await self._stop.wait()
        imap.close()
        smtp.close()
        for client in list(self._clients):
            if client.transport is not None:
                client.transport.close()

    def _authenticate(
        self, _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, login: object
    ) -> AuthResult:
        known = LoginPassword(self.user.encode(), self.password.encode())
        return AuthResult(
            success=isinstance(login, LoginPassword) and login == known, handled=False
        )

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's name for it
        self, _server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Begin a mail, as aiosmtpd's handlers do, if the client has logged in. Returns the reply
        to the client."""
        if not session.authenticated:
            return "530 5.7.0 Authentication required"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Take a mail, as aiosmtpd's handlers do. Returns the reply to the client."""
        mail = TakenMail(
            envelope.mail_from or "",
            tuple(envelope.rcpt_tos),
            bytes(envelope.original_content or b""),
        )
        self.sent.append(mail)
        if self.received is not None:
            self.received(mail)
        return "250 2.0.0 Taken by the demo: it goes nowhere"


class ImapConfig(Config):
    """The configuration of pymap's in-memory server."""

    @property
    def greeting(self) -> bytes:
        """The greeting. pymap's own asks the name servers for this machine's full name, which can
        take long if there are none."""
        return b"The demo of supportcli is ready"


def imap_server(user: str, password: str, mailboxes: MailboxSet) -> IMAPServer:
    """Pymap with one user on `mailboxes`, without TLS, and without its thread pool, since nothing
    is hashed.

    It is called for each connection. Its own service would start a task for each and keep no
    reference, so that the garbage collector may remove one during a session."""
    config = ImapConfig(
        Namespace(proxy_protocol=None),
        host=HOST,
        port=0,
        tls_enabled=False,
        hash_context=Cleartext(),
        cpu_subsystem=Subsystem.for_asyncio(),
        demo_data=False,
        demo_user=user,
        demo_password=password,
    )
    login = Login(config)
    login.users_dict[user] = UserMetadata(config, user, password=password)
    config.set_cache[user] = (mailboxes, FilterSet())
    return IMAPServer(login, config)


class WholeResponses(StreamWriter):
    """Sends a response of pymap, which writes it in small pieces, all at once.

    imapclient takes a line of IDLE that arrives in two pieces for a lost connection; and fetching
    many mails takes fewer packets."""

    def __init__(self, reader: StreamReader, writer: StreamWriter) -> None:
        super().__init__(
            writer.transport, writer.transport.get_protocol(), reader, asyncio.get_running_loop()
        )
        self._wrapped = (
            writer  # from Python 3.13 on, a writer without a reference closes its connection
        )
        self._pending = bytearray()

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Keep `data` until `drain`, which pymap calls after each response."""
        self._pending += data

    async def drain(self) -> None:
        """Send what was kept."""
        self._flush()
        await super().drain()

    def close(self) -> None:
        """Send what was kept, then close."""
        self._flush()
        super().close()

    def _flush(self) -> None:
        if self._pending:
            super().write(bytes(self._pending))
            self._pending.clear()
