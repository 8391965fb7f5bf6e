"""An event loop in a thread, for the servers of the tests that run inside the test process."""

import asyncio
import threading
from asyncio import StreamReader, StreamWriter
from collections.abc import Coroutine
from types import TracebackType
from typing import Any, Self, TypeVar

from tests.servers.process import LOOPBACK

CALL_SECONDS = 30.0
T = TypeVar("T")


class LoopThread:
    """A running event loop. `with` ends its tasks, the loop and the thread. Subclasses open their
    sockets in `start`."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self._servers: list[asyncio.Server] = []
        self._thread = threading.Thread(target=self.loop.run_forever, name=type(self).__name__)

    def __enter__(self) -> Self:
        self._thread.start()
        try:
            self.call(self.start())
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    async def start(self) -> None:
        """Open the sockets; runs inside the loop."""
        raise NotImplementedError

    def listening(self, server: asyncio.Server) -> int:
        """Remember `server`, so that it is closed at the end, and return its port."""
        self._servers.append(server)
        port: int = server.sockets[0].getsockname()[1]
        return port

    def call(self, work: Coroutine[Any, Any, T]) -> T:
        """Run `work` in the loop and wait for its result."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(CALL_SECONDS)

    def close(self) -> None:
        """Stop serving, end every connection, end the thread."""
        self.call(self._end())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(CALL_SECONDS)
        self.loop.close()

    async def _end(self) -> None:
        for server in self._servers:
            server.close()
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


class Talker(LoopThread):
    """A server on `port` whose every word a test chooses: subclasses say it in `talk`."""

    def __init__(self) -> None:
        super().__init__()
        self.port = 0

    async def start(self) -> None:
        self.port = self.listening(await asyncio.start_server(self._serve, LOOPBACK, 0))

    async def talk(self, reader: StreamReader, writer: StreamWriter) -> None:
        """One connection, from the greeting on."""
        raise NotImplementedError

    async def without_end(self, writer: StreamWriter, words: bytes, pause: float) -> None:
        """Say `words` again and again, every `pause` seconds, until the client hangs up."""
        while True:
            writer.write(words)
            await writer.drain()
            await asyncio.sleep(pause)

    async def _serve(self, reader: StreamReader, writer: StreamWriter) -> None:
        try:
            await self.talk(reader, writer)
        except ConnectionError:
            pass
        finally:
            writer.transport.abort()  # what is still to be sent would keep it open
