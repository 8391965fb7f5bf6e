"""What is left of a process: its children, its files. Waits for conditions, since the kernel tells
nobody when a stranger's child has ended."""

import time
from collections.abc import Callable
from pathlib import Path

PATIENCE = 180.0


def until(condition: Callable[[], bool], what: str) -> None:
    """Wait until a condition holds; an AssertionError that names it after PATIENCE seconds."""
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, f"waited {PATIENCE:.0f} s for: {what}"
        time.sleep(0.02)


def gone(folder: Path) -> None:
    """Wait until a folder is no longer there, and nobody is at work on it."""
    until(lambda: not folder.exists() and not processes_with(str(folder)), f"{folder} to be gone")


def processes_with(word: str) -> list[int]:
    """The processes that have a word in their command line or in their environment (Linux)."""
    return [
        pid
        for pid in _processes()
        if word.encode() in _read(pid, "cmdline") + _read(pid, "environ")
    ]


def _processes() -> list[int]:
    return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdecimal()]


def _read(pid: int, name: str) -> bytes:
    try:
        return Path(f"/proc/{pid}/{name}").read_bytes()
    except OSError:
        return b""
