"""A TCP proxy before an IMAP server that acts at exact moments: before a command of the client
passes, or at a byte of the answers."""

import asyncio
from asyncio import StreamReader, StreamWriter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.servers.loop import Talker
from tests.servers.process import LOOPBACK

if TYPE_CHECKING:
    from collections.abc import Callable

CHUNK = 65_536


@dataclass(frozen=True, slots=True)
class Fault:
    """What happens behind so many bytes of the server's answers in a connection: `insert` is put in
    there, then the line is cut, or stalls, or goes on."""

    after: int
    then: str = "cut"
    insert: bytes = b""


class Meddler(Talker):
    """Passes everything on to `target`. `before` has an action for the first command that contains
    some bytes: it is done, in a thread, before the command passes, once. `faults` happen in the
    next connections, one in each. `answers` holds what the server said, by connection,
    `asked` what all clients said."""

    def __init__(self, target: int) -> None:
        super().__init__()
        self.target = target
        self.before: dict[bytes, Callable[[], object]] = {}
        self.faults: list[Fault] = []
        self.answers: list[bytearray] = []
        self.asked = bytearray()
        self.happened = 0

    async def talk(self, reader: StreamReader, writer: StreamWriter) -> None:
        fault = self.faults.pop(0) if self.faults else None
        try:
            from_server, to_server = await asyncio.open_connection(LOOPBACK, self.target)
        except OSError:
            return
        down = asyncio.create_task(self._down(from_server, writer, fault))
        up = asyncio.create_task(self._up(reader, to_server))
        try:
            await asyncio.wait([up, down], return_when=asyncio.FIRST_COMPLETED)
            if up.done() and not down.done():  # what the server still says may pass
                await asyncio.wait([down], timeout=1.0)
        finally:
            for task in (up, down):
                task.cancel()
            to_server.close()

    async def _up(self, reader: StreamReader, writer: StreamWriter) -> None:
        while chunk := await reader.read(CHUNK):
            self.asked += chunk
            for words in [words for words in self.before if words in chunk]:
                await asyncio.to_thread(self.before.pop(words))
                self.happened += 1
            writer.write(chunk)
            await writer.drain()

    async def _down(self, reader: StreamReader, writer: StreamWriter, fault: Fault | None) -> None:
        said = bytearray()
        self.answers.append(said)
        while chunk := await reader.read(CHUNK):
            before = len(said)
            said += chunk
            if fault is None or len(said) < fault.after:
                writer.write(chunk)
                await writer.drain()
                continue
            self.happened += 1
            writer.write(chunk[: fault.after - before] + fault.insert)
            await writer.drain()
            if fault.then == "cut":
                return
            if fault.then == "stall":
                await asyncio.Event().wait()
            writer.write(chunk[fault.after - before :])
            fault = None
