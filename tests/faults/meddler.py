"""A TCP proxy before an IMAP server that acts at exact moments: before a command of the client
passes, or at a byte of the answers."""

import asyncio
import re
from asyncio import StreamReader, StreamWriter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.servers.loop import Talker
from tests.servers.process import LOOPBACK

if TYPE_CHECKING:
    from collections.abc import Callable

CHUNK = 65_536

_LITERAL = re.compile(rb"\{(\d+)\}\r\n")
_BEGUN = re.compile(rb"\{\d*(\}\r?)?\Z")
"""What may become the beginning of a literal, before which a fault may be."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What happens behind so many bytes of the server's answers in a connection: `insert` is put in
    there, then the line is cut, or stalls, or goes on. With a `border`, `after` counts from there:
    2n is the beginning of the n-th literal (RFC 3501, 4.3), 2n + 1 its end; below 0 it counts
    before it."""

    after: int
    then: str = "cut"
    insert: bytes = b""
    border: int | None = None

    def place(self, said: bytes) -> int | None:
        """Where that is, as far as the answers until now tell."""
        if self.border is None:
            return self.after
        found = borders(said)
        return found[self.border] + self.after if self.border < len(found) else None


def borders(said: bytes) -> list[int]:
    """Where the literals of an answer begin and end; the last may not be there yet."""
    found: list[int] = []
    place = 0
    while start := _LITERAL.search(said, place):
        place = start.end() + int(start[1])
        found += [start.end(), place]
    return found


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
        passed = 0
        while chunk := await reader.read(CHUNK):
            said += chunk
            place = fault.place(bytes(said)) if fault is not None else None
            if fault is None or place is None or len(said) < place:
                begun = _BEGUN.search(said) if fault is not None and place is None else None
                end = begun.start() if begun is not None else len(said)
                writer.write(said[passed:end])
                passed = end
                await writer.drain()
                continue
            self.happened += 1
            writer.write(said[passed:place] + fault.insert)
            await writer.drain()
            if fault.then == "cut":
                return
            if fault.then == "stall":
                await asyncio.Event().wait()
            writer.write(said[place:])
            passed, fault = len(said), None
