"""A server as a child process: a folder of its own, a port of its own, ready when it answers, and
gone for sure at the end."""

import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

ROOT = Path(__file__).parents[2]
LOOPBACK = "127.0.0.1"
START_SECONDS = 30.0
POLL_SECONDS = 0.01
PORTS = range(
    20_000, 32_000
)  # below the kernel's ephemeral range, so that no outgoing connection takes the port we chose


class ServerMissing(Exception):
    """A program of a server is not installed. The message names it and the Debian package that
    brings it."""

    def __init__(self, program: str, package: str) -> None:
        super().__init__(f"needs {program} (Debian package {package})")


class ServerFailed(Exception):
    """A server did not start, or what it was told to do failed. The message ends with the tail of
    its log."""


class ServerProcess:
    """One server. Subclasses write their configuration into `folder` and call `launch`; `with` ends
    it and removes the folder."""

    stop_signal = signal.SIGTERM

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix=f"supportcli-{type(self).__name__.lower()}-"))
        self.folder.chmod(0o711)
        self._guard: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Configure and launch. Raises ServerMissing or ServerFailed."""
        raise NotImplementedError

    def launch(self, command: list[str], ready: Callable[[], bool], user: str = "-") -> None:
        """Run `command` under the guard in `folder`, as `user`, and return as soon as `ready` is
        true. Python finds the tests from there."""
        guard = [sys.executable, "-I", "-S", str(Path(__file__).with_name("guard.py"))]
        arguments = [str(self.folder), str(int(self.stop_signal)), user, *command]
        self._guard = subprocess.Popen(
            [*guard, *arguments],
            stdin=subprocess.PIPE,
            start_new_session=True,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
        )
        try:
            wait_until(lambda: self.ended or ready(), f"{command[0]} to answer", START_SECONDS)
        except TimeoutError as error:
            raise ServerFailed(f"{error}\n{self.log_tail()}") from error
        if self.ended:
            raise ServerFailed(f"{command[0]} ended with status {self.ended}\n{self.log_tail()}")

    @property
    def ended(self) -> str:
        """The exit status of a server that ended by itself, else nothing."""
        note = self.folder / "ended"
        return note.read_text(encoding="ascii") if note.exists() else ""

    def log_tail(self, lines: int = 30) -> str:
        """The last lines that the server wrote."""
        log = self.folder / "log"
        text = log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""
        return "\n".join(text.splitlines()[-lines:])

    def stop(self) -> None:
        """End the server and its children and remove its folder. Idempotent."""
        guard, self._guard = self._guard, None
        if guard is not None and guard.stdin is not None:
            guard.stdin.close()
            guard.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


def program(name: str, package: str, *places: str) -> str:
    """The path of `name`, looked for on PATH, in the system's folders and in `places`. Raises
    ServerMissing."""
    found = shutil.which(
        name,
        path=os.pathsep.join([os.environ.get("PATH", os.defpath), "/usr/sbin", "/sbin", *places]),
    )
    if found is None:
        raise ServerMissing(name, package)
    return found


def free_port() -> int:
    """A loopback port that nobody listens on. Random, so that parallel workers hardly ever choose
    the same one before it is bound."""
    choose = random.SystemRandom()
    while True:
        port = choose.choice(PORTS)
        with socket.socket() as probe:
            if probe.connect_ex((LOOPBACK, port)) != 0:
                return port


def answers(port: int, greeting: bytes) -> bool:
    """Whether the server at `port` greets with `greeting`."""
    try:
        with socket.create_connection((LOOPBACK, port), timeout=START_SECONDS) as connection:
            return connection.recv(len(greeting), socket.MSG_WAITALL) == greeting
    except OSError:
        return False


def wait_until(condition: Callable[[], object], what: str, seconds: float = 20.0) -> None:
    """Return when `condition` is true. Raises TimeoutError naming `what` when it never is."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"waited {seconds:.0f} s for {what}")
        time.sleep(POLL_SECONDS)
