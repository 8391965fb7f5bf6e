"""An SMTP server that keeps what it is sent and answers by script: aiosmtpd on loopback, in a
thread.

with SmtpServer(user="help@shop.test", password="secret") as smtp:
    smtp.on(Phase.RCPT, USUAL, Reply("450 4.2.1 busy"))   # the second recipient is refused, once
    smtp.on(Phase.END, Drop(accepted=True))               # the answer to the dot is lost, the mail is not
"""

import asyncio
import base64
import ssl
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import cast

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.servers.certificates import Certificates
from tests.servers.loop import LoopThread
from tests.servers.process import LOOPBACK, wait_until

SIZE_LIMIT = 64 * 2**20


class Phase(StrEnum):
    """Where in a dialogue the server answers. CONNECT is its greeting, END its answer to the final
    dot."""

    CONNECT = "connect"
    EHLO = "ehlo"
    STARTTLS = "starttls"
    AUTH = "auth"
    MAIL = "mail"
    RCPT = "rcpt"
    DATA = "data"
    END = "end"
    QUIT = "quit"


@dataclass(frozen=True, slots=True)
class Usual:
    """The answer that a server gives without a script."""


@dataclass(frozen=True, slots=True)
class Reply:
    """Answer with `text`, a code and words, and do nothing else. At the greeting the connection
    ends behind it."""

    text: str


@dataclass(frozen=True, slots=True)
class Drop:
    """Hang up without an answer. At END the mail was `accepted` before or not: the client cannot
    know."""

    accepted: bool = False


@dataclass(frozen=True, slots=True)
class Stall:
    """Never answer, and keep the connection open until the client gives up."""

    accepted: bool = False


Answer = Usual | Reply | Drop | Stall
USUAL = Usual()


@dataclass(frozen=True, slots=True)
class Received:
    """A mail whose final dot arrived. `raw` has its line ends as they came, without dot-stuffing;
    `accepted` says whether the server took it; `user` logged in, or nobody did."""

    sender: str
    recipients: tuple[str, ...]
    options: tuple[str, ...]
    raw: bytes
    accepted: bool
    user: str | None
    tls: bool


class SmtpServer(LoopThread):
    """Listens on `port` (STARTTLS offered when it has certificates) and, with certificates, on
    `tls_port` (implicit TLS, RFC 8314).

    With `user` and `password` a mail needs a login; with `token_user`, which says whose an access
    token is, one by XOAUTH2 as that user. `received` holds what came, in order;
    `commands` every verb a client sent."""

    host = LOOPBACK

    def __init__(
        self,
        user: str | None = None,
        password: str = "",
        certificates: Certificates | None = None,
        *,
        expired: bool = False,
        utf8: bool = False,
        token_user: Callable[[str], str | None] | None = None,
    ) -> None:
        super().__init__()
        self.token_user = token_user
        self.user, self.password, self.utf8 = user, password, utf8
        self.port = self.tls_port = 0
        self.received: list[Received] = []
        self.commands: list[str] = []
        self._script: defaultdict[Phase, deque[tuple[str, Answer]]] = defaultdict(deque)
        self._tls: ssl.SSLContext | None = None
        if certificates:
            self._tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            self._tls.load_cert_chain(
                certificates.expired if expired else certificates.good, certificates.key
            )

    def on(self, phase: Phase, *answers: Answer, about: str = "") -> None:
        """Give `answers` to the next commands of `phase` whose argument contains `about`, one each;
        then it is as usual again."""
        self._script[phase].extend((about, answer) for answer in answers)

    def accepted(self) -> list[Received]:
        """The mails the server took."""
        return [mail for mail in self.received if mail.accepted]

    def wait_for(self, count: int) -> list[Received]:
        """The mails the server took, as soon as there are `count`. Raises TimeoutError."""
        wait_until(
            lambda: len(self.accepted()) >= count, f"{count} mails, got {len(self.accepted())}"
        )
        return self.accepted()

    async def start(self) -> None:
        """Open the ports."""
        plain = await self.loop.create_server(self._protocol(self._tls), LOOPBACK, 0)
        self.port = self.listening(plain)
        if self._tls:
            self.tls_port = self.listening(
                await self.loop.create_server(self._protocol(None), LOOPBACK, 0, ssl=self._tls)
            )

    def answer(self, phase: Phase, argument: str) -> Answer:
        """What the script says about a command, used up by asking."""
        self.commands.append(f"{phase.upper()} {argument}".strip())
        waiting = self._script[phase]
        for step in waiting:
            about, answer = step
            if about in argument:
                waiting.remove(step)
                return answer
        return USUAL

    def authenticate(
        self, _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, login: object
    ) -> AuthResult:
        """Whether `login` is the one the server was made with."""
        good = isinstance(login, LoginPassword) and self.user is not None
        good = good and login == LoginPassword(str(self.user).encode(), self.password.encode())
        return AuthResult(success=good, handled=False, auth_data=login)

    async def handle_DATA(  # noqa: N802 — aiosmtpd's name for it
        self, server: "ScriptedSmtp", session: Session, envelope: Envelope
    ) -> str:
        """Keep the mail whose final dot has come, and answer by script."""
        answer = self.answer(Phase.END, "")
        accepted = isinstance(answer, Usual) or (
            isinstance(answer, Drop | Stall) and answer.accepted
        )
        self.received.append(received(session, envelope, accepted=accepted, tls=server.encrypted))
        await server.act(answer)
        return answer.text if isinstance(answer, Reply) else "250 2.0.0 OK"

    def _protocol(self, starttls: ssl.SSLContext | None) -> Callable[[], "ScriptedSmtp"]:
        return lambda: ScriptedSmtp(self, starttls)


class ScriptedSmtp(SMTP):
    """One connection. Each command first asks the script."""

    def __init__(self, owner: SmtpServer, starttls: ssl.SSLContext | None) -> None:
        super().__init__(
            owner,
            data_size_limit=SIZE_LIMIT,
            enable_SMTPUTF8=owner.utf8,
            hostname="smtp.shop.test",
            tls_context=starttls,
            auth_require_tls=False,
            authenticator=owner.authenticate,
            loop=owner.loop,
            auth_exclude_mechanism=["LOGIN", "PLAIN"] if owner.token_user else ["XOAUTH2"],
        )
        self.command_size_limits = defaultdict(
            lambda: self.command_size_limit, AUTH=12_288
        )  # RFC 4954, section 4; aiosmtpd's own dictionary is that of all servers
        self._auth_required = (
            owner.user is not None or owner.token_user is not None
        )  # the argument of that name warns about logins without TLS, which we want
        self._owner = owner

    async def _handle_client(self) -> None:
        try:
            played = await self._played(Phase.CONNECT, "")
        except asyncio.CancelledError:  # a silent server that is stopped: aiosmtpd closes what it has begun to serve, this it has not
            self._writer.close()
            raise
        if played:
            self._writer.close()
        else:
            await super()._handle_client()

    async def smtp_EHLO(self, hostname: str) -> None:  # noqa: N802 — aiosmtpd finds its commands by these names, here and below
        """EHLO."""
        if not await self._played(Phase.EHLO, hostname):
            await super().smtp_EHLO(hostname)

    async def smtp_STARTTLS(self, arg: str) -> None:  # noqa: N802
        """STARTTLS (RFC 3207)."""
        if not await self._played(Phase.STARTTLS, arg):
            await super().smtp_STARTTLS(arg)

    async def smtp_AUTH(self, arg: str) -> None:  # noqa: N802
        """AUTH (RFC 4954)."""
        if not await self._played(Phase.AUTH, arg):
            await super().smtp_AUTH(arg)

    async def auth_XOAUTH2(self, _server: SMTP, args: list[str]) -> AuthResult:  # noqa: N802
        """A token, in the same line; why it is refused is said in a challenge that the client has
        to answer."""
        said = base64.b64decode(args[1]).decode()
        user, _, rest = said.removeprefix("user=").partition("\1")
        token = rest.removeprefix("auth=Bearer ").removesuffix("\1\1")
        if self._owner.token_user is not None and self._owner.token_user(token) == user:
            return AuthResult(success=True, auth_data=LoginPassword(user.encode(), b""))
        answered = await self.challenge_auth('{"status":"400","schemes":"Bearer"}')
        assert answered == b"", "RFC 7628: the client answers the reason, with nothing in XOAUTH2"
        return AuthResult(success=False, handled=False)

    async def smtp_MAIL(self, arg: str | None) -> None:  # noqa: N802
        """MAIL FROM."""
        if not await self._played(Phase.MAIL, arg):
            await super().smtp_MAIL(arg)

    async def smtp_RCPT(self, arg: str | None) -> None:  # noqa: N802
        """RCPT TO."""
        if not await self._played(Phase.RCPT, arg):
            await super().smtp_RCPT(arg)

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802
        """DATA, up to the final dot."""
        if not await self._played(Phase.DATA, arg):
            await super().smtp_DATA(arg)

    async def smtp_QUIT(self, arg: str) -> None:  # noqa: N802
        """QUIT."""
        if not await self._played(Phase.QUIT, arg):
            await super().smtp_QUIT(arg)

    async def _played(self, phase: Phase, argument: str | None) -> bool:
        """Whether the script answered, so that the usual answer must not follow."""
        answer = self._owner.answer(phase, argument or "")
        await self.act(answer)
        if isinstance(answer, Reply):
            await self.push(answer.text)
        return not isinstance(answer, Usual)

    @property
    def encrypted(self) -> bool:
        """Whether the connection is under TLS."""
        return (
            self.transport is not None and self.transport.get_extra_info("ssl_object") is not None
        )

    async def act(self, answer: Answer) -> None:
        """Hang up or go silent where `answer` says so. Neither returns: losing the connection
        cancels this task."""
        if isinstance(answer, Drop) and isinstance(self.transport, asyncio.Transport):
            self.transport.abort()
        if isinstance(answer, Drop | Stall):
            await asyncio.Event().wait()


def received(session: Session, envelope: Envelope, *, accepted: bool, tls: bool) -> Received:
    """What aiosmtpd collected until the final dot."""
    login = cast("LoginPassword | None", session.auth_data)
    return Received(
        sender=envelope.mail_from or "",
        recipients=tuple(envelope.rcpt_tos),
        options=tuple(envelope.mail_options),
        raw=bytes(envelope.original_content or b""),
        accepted=accepted,
        user=login.login.decode() if login else None,
        tls=tls,
    )
