"""The agent's own spell checker as a process that answers on a pipe, as `ispell -a` does: aspell
and hunspell do too (man aspell, "Through A Pipe"; man hunspell, -a).

It gets one word a line. What it prints is foreign: anything but the answers of that protocol ends
it."""

import atexit
import os
import secrets
import select
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import IO

from supportcli.credentials import programs
from supportcli.credentials.programs import ProgramFailed
from supportcli.errors.replies import SpellingFailed
from supportcli.rendering.ink import shortened
from supportcli.terminal import clean

SECONDS = 3.0
"""How long the checker may take to start, and for a batch of words."""

BATCH = 100
"""Words that are asked at a time: a pipe holds all of them, so that writing never waits."""

MOST_SUGGESTED = 9
_MOST = 256 * 1024
"""The most bytes that are read for a batch."""

_LONGEST = 60
_LOOK_SECONDS = 0.05
_END_SECONDS = 0.5
"""How long to wait for the end of one that is killed."""

_MOST_SAID = 500
_ROOM = 80
"""The most cells of what it says on standard error."""

_GREETING = b"@(#)"
_RIGHT = frozenset(b"*+-")
_WRONG = frozenset(b"&?#")

_running: set["Speller"] = set()


class Speller:
    """Starts the command with the first words, and asks it from then on. For any thread; one asks
    at a time. After a failure it is not started again."""

    def __init__(self, command: str, config: Path) -> None:
        self._command = command
        self._config = config
        self._lock = Lock()
        self._program: subprocess.Popen[bytes] | None = None
        self._mark = secrets.token_hex(16)
        self._said: IO[bytes] | None = None
        self._read = b""
        self._failure: SpellingFailed | None = None

    def suggestions(self, words: Sequence[str]) -> Mapping[str, tuple[str, ...] | None]:
        """For each word None if it is right, else what may be meant, the best first.
        SpellingFailed."""
        found: dict[str, tuple[str, ...] | None] = {}
        with self._lock:
            for start in range(0, len(words), BATCH):
                found |= self._tried(words[start : start + BATCH])
        return found

    def learn(self, word: str) -> None:
        """Put a word into the agent's own dictionary. SpellingFailed."""
        with self._lock:
            self._tried((), f"*{word}\n#\n")

    def end(self) -> None:
        """Kill it, if it runs, and do not start it again. Whoever waits for an answer gets none."""
        self._failure = self._failure or SpellingFailed(self._command, "it was ended")
        if self._program is not None:
            programs.end(self._program, self._mark)
        if self._lock.acquire(timeout=_END_SECONDS):  # nobody reads from it any longer
            self._close()
            self._lock.release()

    # The program

    def _close(self) -> None:
        """Kill it and let go of it."""
        program, self._program = self._program, None
        if program is not None:
            programs.end(program, self._mark)
            with suppress(subprocess.TimeoutExpired):
                program.wait(_END_SECONDS)
            for pipe in (program.stdin, program.stdout, self._said):
                if pipe is not None:
                    with suppress(OSError):  # what it never read
                        pipe.close()
        _running.discard(self)

    def _tried(self, words: Sequence[str], more: str = "") -> Mapping[str, tuple[str, ...] | None]:
        if self._failure is not None:
            raise self._failure
        ends = time.monotonic() + SECONDS
        try:
            program = self._program or self._started(ends)
            _write(program, "".join(f"^{word.replace('’', chr(39))}\n" for word in words) + more)
            return {word: self._answer(program, ends) for word in words}
        except ProgramFailed as failed:
            self._failure = SpellingFailed(self._command, failed.cause)
            self._close()
            raise self._failure from failed

    def _started(self, ends: float) -> subprocess.Popen[bytes]:
        programs.refuse_foreign_config(self._config)
        programs.check(self._command)
        self._said = tempfile.TemporaryFile()  # noqa: SIM115  # as long as the program
        try:
            self._program = subprocess.Popen(
                programs.argv(self._command),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._said,
                start_new_session=True,
                env={**_utf8(os.environ), programs.MARK: self._mark},
            )
        except OSError as error:
            raise ProgramFailed(f"it cannot be started: {error.strerror or error}") from error
        _running.add(self)
        if not self._line(self._program, ends).startswith(_GREETING):
            raise ProgramFailed("it does not greet as ispell -a does")
        return self._program

    def _answer(self, program: subprocess.Popen[bytes], ends: float) -> tuple[str, ...] | None:
        """The answer to one word: a line for each part of it, then an empty one."""
        found: tuple[str, ...] | None = None
        while line := self._line(program, ends):
            if line[0] in _WRONG:
                found = (found or ()) + _suggested(line)
            elif line[0] not in _RIGHT:
                raise ProgramFailed("what it prints is no answer of ispell -a")
        return found if found is None else tuple(dict.fromkeys(found))[:MOST_SUGGESTED]

    def _line(self, program: subprocess.Popen[bytes], ends: float) -> bytes:
        """The next line that it prints."""
        while b"\n" not in self._read:
            if len(self._read) > _MOST:
                raise ProgramFailed("it prints a line that does not end")
            self._read += self._part(program, ends)
        line, _, self._read = self._read.partition(b"\n")
        return line.rstrip(b"\r")

    def _part(self, program: subprocess.Popen[bytes], ends: float) -> bytes:
        pipe = program.stdout
        while pipe is not None and (left := ends - time.monotonic()) > 0:
            has_ended = program.poll() is not None  # asked first: then all that it printed is there
            if select.select([pipe], [], [], 0 if has_ended else min(left, _LOOK_SECONDS))[0]:
                if part := os.read(pipe.fileno(), _MOST):
                    return part
                has_ended = True
            if has_ended:
                raise ProgramFailed(f"it ended{self._words}")
        raise ProgramFailed(f"it gave no answer within {SECONDS:.0f} seconds")

    @property
    def _words(self) -> str:
        """What it said on standard error."""
        if self._said is None:
            return ""
        self._said.seek(0)
        lines = clean(self._said.read(_MOST_SAID).decode("utf-8", "replace"), lines=True).split(
            "\n"
        )
        return f": {shortened(lines[0], _ROOM)}" if lines[0].strip() else ""


def _write(program: subprocess.Popen[bytes], text: str) -> None:
    try:
        if program.stdin is not None:
            program.stdin.write(text.encode("utf-8", "replace"))
            program.stdin.flush()
    except OSError as error:
        raise ProgramFailed("it ended") from error


def _suggested(line: bytes) -> tuple[str, ...]:
    """The suggestions of “& recieve 2 0: receive, relieve”; clean, without those that are no
    word."""
    _, _, listed = line.decode("utf-8", "replace").partition(": ")
    words = (clean(word).strip() for word in listed.split(","))
    return tuple(word for word in words if 0 < len(word) <= _LONGEST and "�" not in word)


def _utf8(environment: Mapping[str, str]) -> Mapping[str, str]:
    """The environment in which a program writes UTF-8, as we do."""
    chosen = next(
        (environment[name] for name in ("LC_ALL", "LC_CTYPE", "LANG") if environment.get(name)), ""
    )
    if "utf" in chosen.lower():
        return environment
    return {**environment, "LC_CTYPE": "C.UTF-8", "LC_ALL": ""}


def _end_all() -> None:
    for speller in tuple(_running):
        speller.end()


atexit.register(_end_all)
