"""An SMTP server that does one thing wrong, once, at a moment that a test chooses, and remembers what
it took: with STARTTLS and AUTH, over real sockets, without a line of aiosmtpd or smtplib.

with MisbehavingSmtp(certificates) as smtp:
    smtp.fail(Step.BODY, Fault.DROP)        # in the middle of the next mail's body
    ...
    smtp.taken                              # what it has, by Message-ID and recipient
"""

import re
import ssl
from asyncio import StreamReader, StreamWriter
from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from tests.servers.loop import Talker

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.servers.certificates import Certificates


class Step(StrEnum):
    """The twelve moments of a submission. BANNER is within the greeting, BODY within the mail; at DOT
    the mail is complete and not taken, at TAKEN it is taken and the answer comes next."""

    CONNECT = "connect"
    BANNER = "banner"
    EHLO = "ehlo"
    STARTTLS = "starttls"
    AUTH = "auth"
    MAIL = "mail"
    RCPT = "rcpt"
    DATA = "data"
    BODY = "body"
    DOT = "dot"
    TAKEN = "taken"
    QUIT = "quit"


class Fault(StrEnum):
    """What goes wrong: the line drops, the server says "later" or "never", it falls silent, or the
    client dies (kill -9)."""

    DROP = "drop"
    LATER = "later"
    NEVER = "never"
    STALL = "stall"
    KILL = "kill"


SAYS = {Fault.LATER: b"451 4.3.0 later\r\n", Fault.NEVER: b"554 5.0.0 never\r\n"}
VERBS = {
    "EHLO": Step.EHLO,
    "STAR": Step.STARTTLS,
    "AUTH": Step.AUTH,
    "MAIL": Step.MAIL,
    "RCPT": Step.RCPT,
    "DATA": Step.DATA,
    "QUIT": Step.QUIT,
}
ENDS = {Step.CONNECT, Step.BANNER, Step.BODY}
"""Where a server that refuses hangs up behind it."""


class HungUp(ConnectionError):
    """The connection is over."""


@dataclass(slots=True)
class Dialogue:
    """One connection: what was said so far."""

    reader: StreamReader
    writer: StreamWriter
    mails: int = 0
    sender: str = ""
    recipients: list[str] = field(default_factory=list)


class MisbehavingSmtp(Talker):
    """`taken` counts (Message-ID, recipient) of each mail that it answered for or kept; `refuses`
    are recipients by what they hear (a code and words); `dies` is how the client is killed;
    `connections` counts, `most_mails` is how many mails a connection may carry (421 then)."""

    def __init__(self, certificates: "Certificates | None" = None) -> None:
        super().__init__()
        self.taken: Counter[tuple[str, str]] = Counter()
        self.bodies: dict[str, bytes] = {}
        self.refuses: dict[str, str] = {}
        self.dies: Callable[[], None] = lambda: None
        self.connections = 0
        self.most_mails: int | None = None
        self.happened = 0
        self._planned: tuple[Step, Fault] | None = None
        self._mails_before = 0
        self._tls: ssl.SSLContext | None = None
        if certificates is not None:
            self._tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            self._tls.load_cert_chain(certificates.good, certificates.key)

    def fail(self, step: Step, fault: Fault, mails_before: int = 0) -> None:
        """Fail once, at this step, after so many mails of the connection have been taken."""
        self._planned, self._mails_before, self.happened = (step, fault), mails_before, 0

    async def talk(self, reader: StreamReader, writer: StreamWriter) -> None:
        self.connections += 1
        said = Dialogue(reader, writer)
        await self._at(Step.CONNECT, said)
        if not await self._at(Step.BANNER, said, half=b"220 mail.shop"):
            self._say(said, b"220 mail.shop.test ESMTP\r\n")
        while line := await reader.readline():
            await self._command(said, line)

    async def _command(self, said: Dialogue, line: bytes) -> None:
        verb = line[:4].upper().strip().decode("ascii", "replace")
        step = VERBS.get(verb)
        if step is not None and await self._at(step, said):
            return
        answer = {
            Step.EHLO: self._ehlo,
            Step.STARTTLS: self._starttls,
            Step.MAIL: self._mail,
            Step.RCPT: self._rcpt,
            Step.DATA: self._data,
            Step.QUIT: self._quit,
        }
        if step in answer:
            await answer[step](said, line)
            return
        said.recipients.clear()
        self._say(said, b"235 2.7.0 welcome\r\n" if step is Step.AUTH else b"250 2.0.0 ok\r\n")

    async def _ehlo(self, said: Dialogue, _line: bytes) -> None:
        offers = [b"mail.shop.test", b"8BITMIME", b"AUTH PLAIN"]
        if self._tls and not said.writer.get_extra_info("ssl_object"):
            offers.append(b"STARTTLS")
        self._say(said, b"".join(b"250-%s\r\n" % one for one in offers))
        self._say(said, b"250 SIZE 26214400\r\n")

    async def _starttls(self, said: Dialogue, _line: bytes) -> None:
        self._say(said, b"220 go ahead\r\n")
        await said.writer.drain()
        assert self._tls is not None
        await said.writer.start_tls(self._tls)

    async def _quit(self, said: Dialogue, _line: bytes) -> None:
        self._say(said, b"221 2.0.0 bye\r\n")
        await said.writer.drain()
        raise HungUp

    async def _mail(self, said: Dialogue, line: bytes) -> None:
        said.recipients.clear()
        if self.most_mails is not None and said.mails >= self.most_mails:
            self._say(said, b"421 4.7.0 too many messages in this connection\r\n")
            said.writer.close()
            raise HungUp
        said.sender = _address(line)
        self._say(said, b"250 2.1.0 ok\r\n")

    async def _rcpt(self, said: Dialogue, line: bytes) -> None:
        address = _address(line)
        if address in self.refuses:
            self._say(said, f"{self.refuses[address]}\r\n".encode())
            return
        said.recipients.append(address)
        self._say(said, b"250 2.1.5 ok\r\n")

    async def _data(self, said: Dialogue, _line: bytes) -> None:
        self._say(said, b"354 go on\r\n")
        raw = bytearray()
        while not (raw.endswith(b"\r\n.\r\n") or raw == b".\r\n"):
            if not (line := await said.reader.readline()):
                raise HungUp
            raw += line
            if len(raw) > 200 and await self._at(Step.BODY, said):
                raise HungUp
        if await self._at(Step.DOT, said):
            return
        whole = re.sub(rb"^\.", b"", bytes(raw[:-3]), flags=re.MULTILINE)
        name = _message_id(whole)
        self.taken.update((name, one) for one in said.recipients)
        self.bodies[name] = whole
        said.mails += 1
        await self._taken(said)

    async def _taken(self, said: Dialogue) -> None:
        """The mail is here. A server that refuses now has said yes before: a second answer that
        nobody asked for is no answer to anything."""
        fault = self._due(Step.TAKEN, said, mails=1)
        if fault in SAYS:
            self._say(said, b"250 2.0.0 taken\r\n" + SAYS[fault])
        elif fault is Fault.KILL:
            self._say(said, b"250 2.0.0 taken\r\n")
            await said.writer.drain()
            self.dies()
        elif fault is not None:
            await self._break(fault, said)
        else:
            self._say(said, b"250 2.0.0 taken\r\n")

    def _due(self, step: Step, said: Dialogue, mails: int = 0) -> Fault | None:
        """The fault that is planned here, used up."""
        if self._planned is None or self._planned[0] is not step:
            return None
        if said.mails - mails < self._mails_before:
            return None
        (_, fault), self._planned = self._planned, None
        self.happened += 1
        return fault

    async def _at(self, step: Step, said: Dialogue, half: bytes = b"") -> bool:
        """Whether a fault happened here, so that the usual answer must not follow."""
        fault = self._due(step, said)
        if fault is None:
            return False
        if fault in SAYS:
            self._say(said, SAYS[fault])
            await said.writer.drain()
            if step in ENDS:
                said.writer.close()
                raise HungUp
            return True
        self._say(said, half)
        await self._break(fault, said)
        return True

    async def _break(self, fault: Fault, said: Dialogue) -> None:
        await said.writer.drain()
        if fault is Fault.KILL:
            self.dies()
        if fault is Fault.STALL:
            while await said.reader.read(65_536):
                pass
        raise HungUp

    def _say(self, said: Dialogue, words: bytes) -> None:
        said.writer.write(words)


def _address(line: bytes) -> str:
    found = re.search(rb"<([^>]*)>", line)
    return found[1].decode() if found else ""


def _message_id(raw: bytes) -> str:
    found = re.search(rb"^Message-ID:\s*(<[^>]*>)", raw, re.IGNORECASE | re.MULTILINE)
    return found[1].decode() if found else ""
