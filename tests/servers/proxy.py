"""A TCP proxy before a server that cuts or stalls the line at an exact byte, to try what no real
server does on request.

with Proxy(dovecot.port) as proxy:
    proxy.break_line(Break(Direction.DOWN, pattern=b"BODY[] {", beyond=40))   # in the middle of the first literal
"""

import asyncio
from asyncio import StreamReader, StreamWriter
from dataclasses import dataclass
from enum import StrEnum

from tests.servers.loop import LoopThread
from tests.servers.process import LOOPBACK

CHUNK = 65_536


class Direction(StrEnum):
    """Which way the bytes go: UP from the client to the server, DOWN back."""

    UP = "up"
    DOWN = "down"


@dataclass(frozen=True, slots=True)
class Break:
    """Where a line breaks: `after` so many bytes of a connection, or `beyond` bytes behind the
    first `pattern`. The bytes before that point still pass. A line that `stall`s stays open and
    silent; otherwise both sides are cut."""

    direction: Direction = Direction.DOWN
    after: int | None = None
    pattern: bytes | None = None
    beyond: int = 0
    stall: bool = False

    def point(self, stream: bytes | bytearray) -> int | None:
        """How many bytes of the connection pass, as far as `stream`, its bytes until now, can
        tell."""
        if self.pattern is None:
            return self.after
        found = stream.find(self.pattern)
        return None if found < 0 else found + len(self.pattern) + self.beyond


class Proxy(LoopThread):
    """Listens on `port` and passes everything on to `target` until the line is told to break.

    `connections` counts those accepted; `streams` holds what passed, by connection and direction.
    """

    host = LOOPBACK

    def __init__(self, target: int, host: str = LOOPBACK) -> None:
        super().__init__()
        self.target = (host, target)
        self.port = 0
        self.connections = 0
        self.broken = 0
        self.streams: list[dict[Direction, bytearray]] = []
        self._breaks: list[Break] = []
        self._always: Break | None = None

    def break_line(self, *breaks: Break) -> None:
        """Break each of the next connections by one of `breaks`, in order. A break that its
        connection never reaches is used up."""
        self._breaks.extend(breaks)

    def mend(self) -> None:
        """Break no line any more."""
        self._breaks.clear()
        self._always = None

    def break_always(self, line_break: Break | None) -> None:
        """Break every connection from now on by `line_break`, or none any more."""
        self._always = line_break

    async def start(self) -> None:
        """Open the port."""
        self.port = self.listening(await asyncio.start_server(self._serve, LOOPBACK, 0))

    async def _serve(self, reader: StreamReader, writer: StreamWriter) -> None:
        self.connections += 1
        line_break = self._breaks.pop(0) if self._breaks else self._always
        streams = {direction: bytearray() for direction in Direction}
        self.streams.append(streams)
        try:
            server_reader, server_writer = await asyncio.open_connection(*self.target)
        except OSError:
            writer.transport.abort()
            return
        up = asyncio.create_task(
            self._pass(reader, server_writer, streams, Direction.UP, line_break)
        )
        down = asyncio.create_task(
            self._pass(server_reader, writer, streams, Direction.DOWN, line_break)
        )
        try:
            await asyncio.wait([up, down], return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task, line in ((up, server_writer), (down, writer)):
                task.cancel()
                line.close()

    async def _pass(
        self,
        reader: StreamReader,
        writer: StreamWriter,
        streams: dict[Direction, bytearray],
        direction: Direction,
        line_break: Break | None,
    ) -> None:
        """Copy one direction until it ends or breaks."""
        stream = streams[direction]
        while chunk := await reader.read(CHUNK):
            end = (
                line_break.point(stream + chunk)
                if line_break and line_break.direction is direction
                else None
            )
            passes = chunk if end is None else chunk[: max(0, end - len(stream))]
            stream += passes
            writer.write(passes)
            await writer.drain()
            if end is not None and end <= len(stream):
                self.broken += 1
                if line_break and line_break.stall:
                    await asyncio.Event().wait()
                return
