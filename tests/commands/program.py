"""The program as a test calls it: `main([...])` in this process with its streams caught, on a desk
of the test's own."""

import io
import json
import os
import re
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from supportcli import clock
from supportcli.__main__ import main
from supportcli.config import Settings, load
from supportcli.desk import Desk, open_desk
from tests.desk.desks import START, StandingClock

GOLDEN = Path(__file__).parent / "golden"
WRITE = "WRITE_GOLDEN"
"""Set to 1, this variable has golden files written instead of compared."""

ADA = "Ada Byron <ada@shop.test>"


@dataclass(frozen=True, slots=True)
class Ran:
    """What a call printed, and its exit code."""

    code: int
    raw: bytes
    err: str

    @property
    def out(self) -> str:
        """Its output as text."""
        return self.raw.decode()

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The JSON Lines of its output. Each is one line of ASCII."""
        assert self.out.isascii()
        return [json.loads(line) for line in self.out.splitlines()]


def _written(stream: io.TextIOWrapper) -> bytes:
    stream.flush()
    buffer = stream.detach()
    assert isinstance(buffer, io.BytesIO)
    return buffer.getvalue()


class Program:
    """Calls the program as one person on one machine, whose clock stands still. Nothing of the
    caller's own configuration is seen."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self.clock = StandingClock(START)
        for name in [name for name in os.environ if name.startswith("XDG_")] + [
            "VISUAL",
            "EDITOR",
            "COLUMNS",
        ]:
            monkeypatch.delenv(name, raising=False)
        for name, value in self.environ.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(clock, "utc_now", self.clock)
        monkeypatch.chdir(folder)
        time.tzset()

    @property
    def environ(self) -> Mapping[str, str]:
        """What a process of its own needs to be the same person."""
        return {
            "HOME": str(self.folder),
            "TZ": "UTC",
            "SUPPORTCLI_CONFIG": str(self.folder / "config.toml"),
            "SUPPORTCLI_DATABASE": str(self.folder / "desk.db"),
        }

    def run(self, *argv: str | int, stdin: str | bytes | None = b"") -> Ran:
        """Call it with pipes as its streams; None is /dev/null."""
        typed = stdin.encode() if isinstance(stdin, str) else stdin
        streams = [
            io.TextIOWrapper(
                io.BytesIO(content) if content is not None else io.FileIO(os.devnull),
                encoding="utf-8",
            )
            for content in (typed, b"", b"")
        ]
        before = sys.stdin, sys.stdout, sys.stderr
        sys.stdin, sys.stdout, sys.stderr = streams
        try:
            code = main([str(word) for word in argv])
        finally:
            sys.stdin, sys.stdout, sys.stderr = before
            streams[0].close()
        raw, err = (_written(stream) for stream in streams[1:])
        return Ran(code, raw, err.decode())

    def done(self, *argv: str | int, stdin: str | bytes | None = b"") -> str:
        """Call it, expect that it succeeds, and answer with what it printed."""
        ran = self.run(*argv, stdin=stdin)
        assert (ran.code, ran.err) == (0, ""), ran
        return ran.out

    def rows(self, *argv: str | int, stdin: str | bytes = b"") -> list[dict[str, Any]]:
        """Call it with --json, expect that it succeeds, and answer with the objects it printed."""
        ran = self.run(*argv, "--json", stdin=stdin)
        assert (ran.code, ran.err) == (0, ""), ran
        return ran.rows

    @property
    def settings(self) -> Settings:
        """The settings that its calls find."""
        return load(None, None, self.environ)

    @contextmanager
    def desk(self) -> Iterator[Desk]:
        """Its desk, for looking behind the commands."""
        with closing(open_desk(self.settings, self.clock)) as desk:
            yield desk

    def found(self) -> None:
        """Found a desk with Ada and Bob, and the mailbox help@shop.test on servers that nobody
        runs; it begins with nothing else."""
        self.done("init", "--yes", "--no-starters", "--agent", ADA)
        self.done("agent", "add", "Bob Lee <bob@shop.test>")
        self.add_mailbox("help@shop.test", 9, 9)

    def add_mailbox(self, address: str, imap: int, smtp: int, *more: str) -> None:
        """Add a mailbox on ports of this machine, without a secret unless `more` says so."""
        places = ("--imap", f"127.0.0.1:{imap}", "--smtp", f"127.0.0.1:{smtp}")
        self.done(
            "mailbox", "add", address, *places, "--security", "none", "--history", "all", *more
        )

    def write_in(
        self,
        subject: str = "Leak",
        text: str = "It leaks.",
        customer: str = "Maria Lopez <maria@acme.test>",
    ) -> int:
        """A customer calls; answers with the ticket's number."""
        row = self.rows(
            "ticket", "new", "--customer", customer, "--subject", subject, "--text", text
        )[0]
        number: int = row["numbers"][0]
        return number


Furnish = Callable[[Program], None]
"""What is done with a new desk before a test begins."""

_UNIQUE = [
    (re.compile(r"<supportcli\.(\d+)\.[^@>]+@"), r"<supportcli.\1.UNIQUE@"),
    (re.compile(r'"gesture": "[0-9a-f]{32}"'), '"gesture": "UNIQUE"'),
]


def golden(name: str, text: str) -> None:
    """Compare with what the file of this name says; what is drawn by lot (ids of gestures,
    Message-IDs) counts as equal."""
    for pattern, stand_in in _UNIQUE:
        text = pattern.sub(stand_in, text)
    path = GOLDEN / name
    if os.environ.get(WRITE) == "1":
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8"), (
        f"{path.name} differs; where the new one is right: {WRITE}=1 pytest"
    )
