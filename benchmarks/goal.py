"""A goal's result, and how two things are measured in turn."""

import contextlib
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

SUPPORTCLI = str(Path(sys.executable).parent / "supportcli")
"""The program as it is installed beside this Python."""


@dataclass(frozen=True, slots=True)
class Result:
    """One line of the table. `value`, `limit` and `aim` are in `unit` ("x" for a ratio, "%", or
    "ms"); smaller is better unless `rising`; `detail` shows both sides."""

    goal: str
    what: str
    value: float
    limit: float
    aim: float
    unit: str = "x"
    detail: str = ""
    rising: bool = False

    @property
    def missed(self) -> bool:
        """Whether the value is on the wrong side of the limit."""
        return self.value < self.limit if self.rising else self.value > self.limit

    @property
    def verdict(self) -> str:
        """How the value compares with aim and limit."""
        if self.missed:
            return "MISSED"
        reached = self.value >= self.aim if self.rising else self.value <= self.aim
        return "aim reached" if reached else "within the limit"


def unmeasured(goal: str, what: str, why: object) -> None:
    """Say that something is not measured here, as a peer that is not installed."""
    print(f"{goal:4} {what} is not measured: {why}", flush=True)


@dataclass(frozen=True, slots=True)
class Spent:
    """What a process has spent: seconds, seconds of a processor, and its peak memory in MB."""

    seconds: float
    processor: float
    memory: float


def spent(
    command: list[str], environ: Mapping[str, str] | None = None, folder: Path | None = None
) -> Spent:
    """Run a program (in `folder`), its output into nothing, and return what it has spent.
    RuntimeError with its last words if it fails."""
    started = time.perf_counter()
    with tempfile.TemporaryFile() as words:
        process = subprocess.Popen(
            command,
            env={**os.environ, **(environ or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=words,
            cwd=folder,
        )
        status, usage, most = _watched(process.pid)
        ended = time.perf_counter()
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            words.seek(0)
            said = words.read().decode(errors="replace")[-2000:]
            raise RuntimeError(f"{' '.join(command)}: {said}")
    return Spent(ended - started, usage.ru_utime + usage.ru_stime, most)


def _watched(pid: int) -> tuple[int, resource.struct_rusage, float]:
    """Wait for a child: its status, what it used, and its peak memory in MB. (`ru_maxrss` is no
    less than the memory of the process that started it.)"""
    most = 0.0
    while True:
        with contextlib.suppress(OSError):
            for line in Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines():
                if line.startswith("VmHWM:"):
                    most = int(line.split()[1]) / 1024
        done, status, usage = os.wait4(pid, os.WNOHANG)
        if done:
            return status, usage, most
        time.sleep(0.02)


def seconds(run: Callable[[], object]) -> float:
    """How long one run takes."""
    started = time.perf_counter()
    run()
    return time.perf_counter() - started


def in_turn(
    ours: Callable[[], object], reference: Callable[[], object], rounds: int = 15
) -> tuple[float, float]:
    """The median seconds of both, measured A, B, A, B … after one run of each that warms caches: a
    machine's drift then affects both equally."""
    ours()
    reference()
    pairs = [(seconds(ours), seconds(reference)) for _ in range(rounds)]
    return statistics.median(first for first, _ in pairs), statistics.median(
        second for _, second in pairs
    )
