"""An IMAP server whose words a test chooses: whatever a broken or a hostile one may say, over a
real socket."""

import re
from asyncio import StreamReader, StreamWriter, sleep

from tests.servers.loop import Talker

DATE = b'"02-Mar-2026 09:00:00 +0000"'


class Liar(Talker):
    """Serves `mails`, from UID 1. `answers` replaces what it says to the commands that begin with a
    name (%T is the tag); `sizes` what it says of RFC822.SIZE, `literals` how long a mail's literal
    claims to be. `endless` is repeated without end as the answer to the commands that begin with
    `ever`, every `pause` seconds; "" is the greeting. Bodies `drip`, a byte in so many
    seconds."""

    def __init__(self, *mails: bytes) -> None:
        super().__init__()
        self.mails = dict(enumerate(mails, 1))
        self.answers: dict[bytes, bytes] = {}
        self.sizes: dict[int, bytes] = {}
        self.literals: dict[int, int] = {}
        self.bodies: dict[int, bytes] = {}
        self.ever: bytes | None = None
        self.endless = b"* OK still working\r\n"
        self.pause = 0.0
        self.drip = 0.0
        self.greeting = b"* OK hello\r\n"

    async def talk(self, reader: StreamReader, writer: StreamWriter) -> None:
        if self.ever == b"":
            await self.without_end(writer, self.endless, self.pause)
        writer.write(self.greeting)
        while line := await reader.readline():
            tag, _, command = line.strip().partition(b" ")
            if self.ever and command.startswith(self.ever):
                await self.without_end(writer, self.endless, self.pause)
            if command == b"IDLE" and b"IDLE" not in self.answers:
                await self.idle(tag, reader, writer)
                continue
            odd = next(
                (answer for name, answer in self.answers.items() if command.startswith(name)), None
            )
            if self.drip and b"BODY.PEEK" in command:
                for byte in self._usual(command):
                    writer.write(bytes([byte]))
                    await writer.drain()
                    await sleep(self.drip)
            writer.write(
                (odd if odd is not None else self._usual(command) + b"%T OK done\r\n").replace(
                    b"%T", tag
                )
            )

    async def idle(self, tag: bytes, _reader: StreamReader, writer: StreamWriter) -> None:
        """The answer to IDLE, of which CAPABILITY says nothing."""
        writer.write(tag + b" BAD what?\r\n")

    def _usual(self, command: bytes) -> bytes:
        last = max(self.mails, default=0)
        match command.split()[:2]:
            case [b"CAPABILITY", *_]:
                return b"* CAPABILITY IMAP4rev1\r\n"
            case [b"LIST", *_]:
                return b'* LIST () "/" INBOX\r\n'
            case [b"EXAMINE", *_]:
                return b"* %d EXISTS\r\n* OK [UIDVALIDITY 7] ok\r\n* OK [UIDNEXT %d] ok\r\n" % (
                    len(self.mails),
                    last + 1,
                )
            case [b"UID", b"SEARCH"]:
                low, high = map(int, re.findall(rb"\d+", command)[-2:])
                found = [uid for uid in self.mails if low <= uid <= high]
                return b"* SEARCH " + b" ".join(b"%d" % uid for uid in found) + b"\r\n"
            case [b"UID", b"FETCH"]:
                wanted = {int(uid) for uid in command.split()[2].split(b",")}
                return b"".join(
                    self._fetched(uid, raw, command)
                    for uid, raw in self.mails.items()
                    if uid in wanted
                )
            case _:
                return b""

    def _fetched(self, uid: int, raw: bytes, command: bytes) -> bytes:
        size = self.sizes.get(uid, b"%d" % len(raw))
        said = b"* %d FETCH (UID %d RFC822.SIZE %s INTERNALDATE %s" % (uid, uid, size, DATE)
        part = re.search(rb"BODY\.PEEK\[\](?:<(\d+)\.(\d+)>)?", command)
        if part is None:
            return said + b")\r\n"
        body = self.bodies.get(uid, raw)
        key = b"BODY[]"
        if part[1]:
            key, body = b"BODY[]<%s>" % part[1], body[int(part[1]) : int(part[1]) + int(part[2])]
        return said + b" %s {%d}\r\n" % (key, self.literals.get(uid, len(body))) + body + b")\r\n"
