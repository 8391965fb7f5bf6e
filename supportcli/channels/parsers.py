"""Processes that parse mail while this one does something else: a first sync and an import read
tens of thousands of mails, and parsing takes half of their time.

A parser is this Python with `parser_process` on the other end of a socket. It ends when this
process does, however that ends. If one fails, its mails are parsed here: nothing depends on it."""

import contextlib
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future
from queue import SimpleQueue

from supportcli.channels import parse
from supportcli.channels.parser_process import received, send
from supportcli.domain.mail import Mail

ENOUGH = 200
"""How many mails there have to be for a parser to be worth its start (0.2 s of a processor)."""

MOST = 3
"""How many parsers there are at most: deciding does not keep up with more."""

PATIENCE = 60.0
"""How many seconds a parser may take for what it got at once; the worst mail takes some."""

_TOGETHER = 16
_TOGETHER_BYTES = 1024 * 1024
"""How much a parser gets at once: so many mails, or so many bytes."""

_PROGRAM = "from supportcli.channels.parser_process import main; main()"

_taken = threading.Lock()
"""Held while parsers run: a process that reads many mailboxes at once starts them for one."""

Parsed = Callable[[], list[Mail]]
"""Waits for mails to be parsed, and returns them."""


class _Parse(Future[list[Mail]]):
    """Mails to parse together."""

    def __init__(self, raws: Sequence[bytes]) -> None:
        super().__init__()
        self.raws = raws


class Parsers:
    """The parsers of one sync or import. They start if there is enough to do."""

    def __init__(self, most: int | None = None) -> None:
        self._most = min(MOST, _processors()) if most is None else most
        self._jobs: SimpleQueue[_Parse | None] = SimpleQueue()
        self._running: list[_Parser] = []
        self._mine = False
        self._asked = 0

    def parse(self, raws: Sequence[bytes]) -> Parsed:
        """Begin to parse mails; what is returned gives them. Without parsers that is when they are
        parsed, by this process."""
        self._asked += len(raws)
        if self._asked >= ENOUGH and not self._mine:
            self._start()
        if not self._running:
            return lambda: [parse(raw) for raw in raws]
        jobs = [_Parse(some) for some in _together(raws)]
        for job in jobs:
            self._jobs.put(job)
        return lambda: [mail for job in jobs for mail in self._mails(job)]

    def _mails(self, job: _Parse) -> list[Mail]:
        """The parsed mails; parsed here, if the parser failed. One that does not answer is ended,
        with the others: the next mails get new ones."""
        try:
            return job.result(PATIENCE)
        except TimeoutError:
            self.close()
        except Exception:  # noqa: BLE001, S110 - no matter what happened to the parser, or to a thread without memory, says nothing about the mails
            pass
        return [parse(raw) for raw in job.raws]

    def close(self) -> None:
        """End the parsers. What they had not parsed is parsed here, if somebody asks for it."""
        for parser in self._running:
            parser.close()
        for _ in self._running:
            self._jobs.put(None)
        self._running, self._jobs = [], SimpleQueue()
        if self._mine:
            self._mine = False
            _taken.release()

    def _start(self) -> None:
        if _processors() == 1 or not self._most or not _taken.acquire(blocking=False):
            return
        self._mine = True
        with contextlib.suppress(OSError, RuntimeError):  # no more processes, files, or threads
            while len(self._running) < self._most:
                self._running.append(_Parser(self._jobs))


class _Parser:
    """A process that parses, and the two threads that give it mails and take what it made of
    them: neither waits for the other, so it always has its next mails."""

    def __init__(self, jobs: "SimpleQueue[_Parse | None]") -> None:
        self._jobs = jobs
        self._begun: SimpleQueue[_Parse | None] = SimpleQueue()
        self._socket, theirs = socket.socketpair()
        try:
            with theirs:
                self._process = _started(theirs)
        except OSError:
            self._socket.close()
            raise
        try:
            for work in (self._take, self._give):
                threading.Thread(target=work, daemon=True).start()
        except RuntimeError:
            self._begun.put(None)
            self._socket.close()
            self.close()
            raise

    def _give(self) -> None:
        while job := self._jobs.get():
            try:
                send(self._socket, job.raws)
            except Exception as error:  # noqa: BLE001 - see `Parsers._mails`
                job.set_exception(error)
            else:
                self._begun.put(job)
        self._begun.put(None)

    def _take(self) -> None:
        with self._socket:
            while job := self._begun.get():
                try:
                    job.set_result(received(self._socket))
                except Exception as error:  # noqa: BLE001 - see `Parsers._mails`
                    job.set_exception(error)

    def close(self) -> None:
        """End the process. What it has not answered fails."""
        self._process.kill()
        self._process.wait()


def _started(theirs: socket.socket) -> "subprocess.Popen[bytes]":
    """A process that parses what comes through a socket. OSError if there can be none."""
    return subprocess.Popen(
        [sys.executable, "-P", "-c", _PROGRAM],
        stdin=theirs.fileno(),
        stdout=theirs.fileno(),
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        start_new_session=True,  # ctrl+c is not meant for it
    )


def _together(raws: Iterable[bytes]) -> Iterator[list[bytes]]:
    """Mails in portions for a parser."""
    some: list[bytes] = []
    size = 0
    for raw in raws:
        some.append(raw)
        size += len(raw)
        if len(some) == _TOGETHER or size >= _TOGETHER_BYTES:
            yield some
            some, size = [], 0
    if some:
        yield some


def _processors() -> int:
    """How many processors this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # macOS
        return os.cpu_count() or 1
