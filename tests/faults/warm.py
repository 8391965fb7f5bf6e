"""The program by its command line, in processes of its own, without the half second in which each
would load Python.

A process that has loaded everything forks for each call: the child has a call's arguments,
environment, streams and exit code, and can be traced, killed and measured like the program."""

import itertools
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.servers.process import ROOT

STRACE = ("strace", "-f")


@dataclass(frozen=True, slots=True)
class Ran:
    """How a call ended: its exit code, or the number of the signal below zero; what it printed; the
    most memory it had, in bytes, and the seconds of a processor it took."""

    code: int
    out: str
    err: str
    memory: int
    seconds: float

    @property
    def killed(self) -> bool:
        """Whether SIGKILL ended it."""
        return self.code == -signal.SIGKILL


class Running:
    """A call that has begun."""

    def __init__(self, warm: "Warm", pid: int, out: Path, err: Path) -> None:
        self.pid = pid
        self.tracer: subprocess.Popen[bytes] | None = None
        self._warm, self._out, self._err = warm, out, err

    def wait(self) -> Ran:
        """Wait for its end."""
        ended = self._warm.end_of(self.pid)
        if self.tracer is not None:
            self.tracer.communicate()
        out, err = (
            # one that was killed at its very beginning has made no files
            path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""
            for path in (self._out, self._err)
        )
        self._out.unlink(missing_ok=True)
        self._err.unlink(missing_ok=True)
        return Ran(ended["status"], out, err, ended["memory"], ended["seconds"])

    def kill(self) -> None:
        """Kill -9, if it still runs."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)


class Warm:
    """Starts calls. `with` ends it, and all that still run. `path` comes before the rest of Python's
    path."""

    def __init__(self, path: str = "") -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="supportcli-warm-")
        self.folder = Path(self._folder.name)
        self.folder.chmod(0o711)
        self._numbers = itertools.count(1)
        self._ended: dict[int, dict[str, Any]] = {}
        self._child = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("warm_child.py"))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, (path, str(ROOT))))},
        )
        self._next()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._child.stdin is not None
        self._child.stdin.close()
        self._child.wait()
        if self._child.stdout is not None:
            self._child.stdout.close()
        self._folder.cleanup()

    def start(
        self,
        *argv: str,
        env: Mapping[str, str],
        stdin: Path | None = None,
        inject: str = "",
        trace: Sequence[str] = (),
        log: Path | None = None,
        memory: int = 0,
        user: int = 0,
        folder: Path | None = None,
    ) -> Running:
        """Begin a call. `inject` is what strace injects ("pwrite64:signal=SIGKILL:when=3"), `log` a
        file for the calls of the system that it traces, `memory` the most that a call may take;
        it runs as `user`, if root starts it, in `folder`."""
        number = next(self._numbers)
        place = self.folder
        out, err, gate = (place / f"{number}.{name}" for name in ("out", "err", "gate"))
        traced = bool(inject or trace)
        if traced:
            os.mkfifo(gate)
        self._order(
            argv=argv,
            env=dict(env),
            stdin=str(stdin or os.devnull),
            out=str(out),
            err=str(err),
            gate=str(gate) if traced else "",
            memory=memory,
            user=user,
            folder=str(folder or place),
        )
        while "started" not in (said := self._next()):
            self._ended[said["pid"]] = said
        running = Running(self, said["started"], out, err)
        if traced:
            options = [f"trace={','.join(trace) or inject.partition(':')[0]}"]
            options += [f"inject={inject}"] if inject else []
            running.tracer = self._trace(running.pid, gate, options, log)
        return running

    def run(self, *argv: str, env: Mapping[str, str], **more: Any) -> Ran:
        """A call from beginning to end."""
        return self.start(*argv, env=env, **more).wait()

    def end_of(self, pid: int) -> dict[str, Any]:
        """Wait for the end of a process."""
        while pid not in self._ended:
            said = self._next()
            self._ended[said["pid"]] = said
        return self._ended.pop(pid)

    def wait_for(self, running: Sequence[Running], count: int) -> list[Running]:
        """Wait until at least so many of these calls have ended; returns those that have."""
        while len(found := [one for one in running if one.pid in self._ended]) < count:
            said = self._next()
            self._ended[said["pid"]] = said
        return found

    def _order(self, **order: Any) -> None:
        assert self._child.stdin is not None
        self._child.stdin.write(json.dumps(order).encode() + b"\n")
        self._child.stdin.flush()

    def _next(self) -> dict[str, Any]:
        assert self._child.stdout is not None
        line = self._child.stdout.readline()
        if not line:
            raise ConnectionError("the process that has loaded the program has ended")
        said: dict[str, Any] = json.loads(line)
        return said

    def _trace(
        self, pid: int, gate: Path, options: list[str], log: Path | None
    ) -> subprocess.Popen[bytes]:
        """Attach strace to a process that waits at its gate, and open the gate."""
        tracer = subprocess.Popen(
            [
                *STRACE,
                "-p",
                str(pid),
                "-o",
                str(log or os.devnull),
                "-e",
                *" -e ".join(options).split(),
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        assert tracer.stderr is not None
        said = tracer.stderr.readline()
        if b"attached" not in said:
            raise ConnectionError(f"strace: {said!r}")
        os.close(os.open(gate, os.O_WRONLY))
        gate.unlink()
        return tracer
