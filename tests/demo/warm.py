"""The program in a pty without the time that loading it costs, a second and a half of a processor
for the inbox: forked from a process that has loaded it. What follows is the program's own: its
`main`, in a session and a terminal of its own, with real signals. For tests that are not about the
start."""

import fcntl
import json
import os
import pkgutil
import signal
import socket
import subprocess
import sys
import termios
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

TREE = Path(__file__).parents[2]
STREAMS = (0, 1, 2)

LATE = (
    "supportcli.commands.start",
    "supportcli.desk.peek",
    "sqlalchemy.dialects.sqlite",
    "textual.drivers.linux_driver",
)
"""What an inbox loads besides the modules of `supportcli.tui`."""


class Program:
    """A program that was forked with a pty as its terminal, to a test what `subprocess.Popen` is; a
    deaf one was started with SIGHUP ignored."""

    def __init__(
        self,
        arguments: Sequence[str],
        environ: Mapping[str, str],
        terminal: int,
        *,
        deaf: bool = False,
    ) -> None:
        self.returncode: int | Any = None
        self._call, theirs = socket.socketpair()
        self._answers = self._call.makefile("rb", buffering=0)
        with theirs:
            socket.send_fds(_forks(), [b"."], [terminal, theirs.fileno()])
        self._call.sendall(
            json.dumps([list(arguments), dict(environ), str(Path.cwd()), deaf]).encode() + b"\n"
        )
        self.pid = int(self._answers.readline())

    def poll(self) -> int | None:
        """Its exit code; negative where a signal ended it."""
        if self.returncode is None:
            with suppress(BlockingIOError):
                self._call.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT)
                return self.wait()
        return self.returncode

    def wait(self) -> int:
        """As `poll`, once it has ended."""
        if self.returncode is None:
            self.returncode = int(self._answers.readline())
            self._answers.close()
            self._call.close()
        return int(self.returncode)

    def send_signal(self, number: int) -> None:
        """Send it a signal, unless it has ended: until that was told, nobody else gets its
        number."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        """Send it SIGTERM."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """Send it SIGKILL."""
        self.send_signal(signal.SIGKILL)


def warm(
    command: Sequence[str], environ: Mapping[str, str], terminal: int, *, deaf: bool = False
) -> Program:
    """Start `python -m supportcli` with a pty as its terminal, by a fork."""
    python, _, module, *arguments = command
    assert (python, module) == (sys.executable, "supportcli")
    return Program(arguments, environ, terminal, deaf=deaf)


@cache
def _forks() -> socket.socket:
    """Where this process asks for a fork; the process that forks is started by the first who asks,
    and ends with this one."""
    ours, theirs = socket.socketpair()
    with theirs:
        environ = {
            "PATH": os.environ["PATH"],
            "HOME": "/nowhere",
            "ESCDELAY": "25",
            "TEXTUAL_ANIMATIONS": "none",
        }  # Textual reads both when it is loaded
        command = [sys.executable, "-m", __name__, str(theirs.fileno())]
        process = subprocess.Popen(
            command,
            env=environ,
            cwd=TREE,
            stdin=subprocess.DEVNULL,
            pass_fds=[theirs.fileno()],
            start_new_session=True,
        )
    process.returncode = 0  # nobody waits for it
    return ours


def serve(forks: socket.socket) -> None:
    """Fork a program for each who asks. Returns in each program, and when nobody is left to ask."""
    while True:
        asked, received, _, _ = socket.recv_fds(forks, 1, 2)
        if not asked:
            sys.exit()
        if not os.fork():
            forks.detach()
            return _keep(*received)
        for descriptor in received:
            os.close(descriptor)
        with suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass


def _keep(terminal: int, asking: int) -> None:
    """Fork a program, tell its number, and later its end. Returns in the program."""
    call = socket.socket(fileno=asking)
    arguments, environ, folder, deaf = json.loads(call.makefile("r").readline())
    program = os.fork()
    if not program:
        call.detach()
        os.chdir(folder)
        return _become(terminal, arguments, environ, deaf=deaf)
    os.close(terminal)
    call.sendall(f"{program}\n".encode())
    ended = os.waitid(os.P_PID, program, os.WEXITED | os.WNOWAIT)
    assert ended is not None
    call.sendall(
        f"{ended.si_status if ended.si_code == os.CLD_EXITED else -ended.si_status}\n".encode()
    )
    call.recv(1)  # nothing, when the test has heard of it
    os.waitpid(program, 0)
    os._exit(0)


def _become(terminal: int, arguments: list[str], environ: dict[str, str], *, deaf: bool) -> None:
    """All that a process has when Python starts the program in it."""
    os.setsid()
    for stream in STREAMS:
        os.dup2(terminal, stream)
    os.closerange(len(STREAMS), 100)
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    for name, stream in zip(("stdin", "stdout", "stderr"), STREAMS, strict=True):
        opened = os.fdopen(stream, "w" if stream else "r", closefd=False)
        setattr(sys, name, opened)
        setattr(sys, f"__{name}__", opened)  # which Textual paints on
    os.environ.update(environ)
    time.tzset()
    if deaf:
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
    sys.argv = ["supportcli", *arguments]


def _load() -> None:
    """Import all that an inbox does."""
    import supportcli.tui

    for module in pkgutil.walk_packages(supportcli.tui.__path__, "supportcli.tui."):
        import_module(module.name)
    for name in LATE:
        import_module(name)


if __name__ == "__main__":
    import gc

    from supportcli.__main__ import main

    _load()
    gc.freeze()  # so that a collection does not copy what all programs share
    serve(socket.socket(fileno=int(sys.argv[1])))
    main()
