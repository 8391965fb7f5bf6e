"""The demo as a process of its own, with an empty home and a temporary folder in which nothing else
is."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.demo.processes import processes_with, until

DEMO = (sys.executable, "-m", "supportcli", "demo")

LOOPBACK_UP = """
import fcntl, os, socket, struct, sys
SIOCSIFFLAGS, IFF_UP = 0x8914, 1
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
    fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", IFF_UP))
os.execvp(sys.argv[1], sys.argv[1:])
"""


@dataclass(frozen=True, slots=True)
class Alone:
    """Where a demo may write: its home and its temporary folder."""

    home: Path
    temporary: Path

    @property
    def environ(self) -> dict[str, str]:
        """The environment of its processes, by which they are found again."""
        mine = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("SUPPORTCLI_", "XDG_"))
        }
        return {**mine, "HOME": str(self.home), "TMPDIR": str(self.temporary)}

    def nothing_is_left(self) -> None:
        """Wait until no process and no file of the demo is there; AssertionError where something
        stays."""
        until(lambda: not processes_with(str(self.temporary)), "the demo's processes to end")
        assert list(self.temporary.iterdir()) == []
        assert list(self.home.iterdir()) == []


def alone_in(folder: Path) -> Alone:
    """A home and a temporary folder below `folder`."""
    alone = Alone(folder / "home", folder / "temporary")
    alone.home.mkdir()
    alone.temporary.mkdir()
    return alone


@cache
def without_network() -> tuple[str, ...]:
    """What to put before a command so that it has no network but the loopback; nothing where this
    machine does not let us (unshare(1))."""
    for unshare in (("unshare", "-n"), ("unshare", "-rn")):
        if (
            shutil.which("unshare")
            and subprocess.run([*unshare, "true"], capture_output=True, check=False).returncode == 0
        ):
            return (*unshare, sys.executable, "-c", LOOPBACK_UP)
    return ()
