"""A server of the tests never outlives them, and says why it did not start."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.servers.process import (
    ROOT,
    ServerFailed,
    ServerMissing,
    ServerProcess,
    program,
    wait_until,
)

OWNER = """
import sys, threading
sys.path.insert(0, sys.argv[1])
from tests.servers.test_process import Family
with Family() as family:
    print(family.folder, *family.members(), flush=True)
    threading.Event().wait()
"""


class Family(ServerProcess):
    """A shell with a child."""

    script = "sleep 1000 & echo $$ $! > members; wait"

    def start(self) -> None:
        self.launch(["sh", "-c", self.script], lambda: len(self.members()) == 2)

    def members(self) -> list[int]:
        note = self.folder / "members"
        return [int(word) for word in note.read_text().split()] if note.exists() else []


class StubbornFamily(Family):
    """A shell and a child that ignore the polite signal."""

    script = f"trap '' TERM; {Family.script}"


class Broken(ServerProcess):
    """Ends at once, with a word of explanation."""

    def start(self) -> None:
        self.launch(["sh", "-c", "echo no such option >&2; exit 7"], lambda: False)


def alive(pid: int) -> bool:
    """Whether a process runs; a dead one that nobody has asked about yet does not."""
    if Path("/proc/self/stat").exists():  # a bare Debian has no ps
        try:
            status = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
        except (FileNotFoundError, ProcessLookupError):
            return False
        return not status.rpartition(") ")[2].startswith("Z")
    state = subprocess.run(
        ["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False
    ).stdout
    return bool(state) and not state.startswith("Z")


@pytest.mark.parametrize("kind", [Family, StubbornFamily])
def test_a_server_its_children_and_its_folder_are_gone_after_with(kind: type[Family]) -> None:
    with kind() as family:
        members, folder = family.members(), family.folder
        assert all(map(alive, members))
    wait_until(lambda: not any(map(alive, members)), "the kernel to bury the killed")
    assert not folder.exists()


def test_a_killed_test_leaves_no_server_and_no_folder() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", OWNER, str(ROOT)], stdout=subprocess.PIPE, text=True
    ) as owner:
        assert owner.stdout is not None
        folder, *members = owner.stdout.readline().split()
        owner.send_signal(signal.SIGKILL)
    wait_until(lambda: not Path(folder).exists(), "the guard to clean up")
    wait_until(lambda: not any(alive(int(pid)) for pid in members), "the server to end")


def test_a_server_that_does_not_start_says_why_and_leaves_nothing() -> None:
    broken = Broken()
    with pytest.raises(ServerFailed, match=r"ended with status 7\nno such option"), broken:
        pass
    assert not broken.folder.exists()


def test_a_missing_program_names_its_package() -> None:
    with pytest.raises(ServerMissing, match=r"needs no-such-imapd \(Debian package imap-nowhere\)"):
        program("no-such-imapd", "imap-nowhere")
