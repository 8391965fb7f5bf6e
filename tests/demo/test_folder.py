"""The demo's folder goes with its process, however that ends."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from supportcli.demo.folder import passing_folder
from tests.demo.processes import gone, processes_with, until

HOLDER = """
import os, sys
from supportcli.demo.folder import passing_folder
with passing_folder("passing-") as folder:
    (folder / "sub").mkdir()
    (folder / "sub" / "file").write_text("x")
    print(folder, flush=True)
    sys.stdin.readline()
    if sys.argv[1:] == ["error"]:
        raise RuntimeError("on purpose")
    if sys.argv[1:] == ["_exit"]:
        os._exit(3)
"""


def hold(tmp_path: Path, *arguments: str) -> tuple[subprocess.Popen[str], Path]:
    """A process that has a folder, and the folder."""
    environ = {**os.environ, "TMPDIR": str(tmp_path)}
    command = [sys.executable, "-c", HOLDER, *arguments]
    pipe = subprocess.PIPE
    holder = subprocess.Popen(
        command,
        stdin=pipe,
        stdout=pipe,
        stderr=subprocess.DEVNULL,
        text=True,
        env=environ,
        start_new_session=True,
    )
    assert holder.stdout is not None
    return holder, Path(holder.stdout.readline().strip())


def test_a_folder_is_private_and_gone_afterwards() -> None:
    with passing_folder("passing-") as folder:
        assert folder.stat().st_mode & 0o777 == 0o700
        (folder / "file").write_text("x")
    assert not folder.exists()


@pytest.mark.parametrize("way", ["return", "error", "_exit"])
def test_it_is_gone_after_every_end(tmp_path: Path, way: str) -> None:
    holder, folder = hold(tmp_path, way)
    assert (folder / "sub" / "file").exists()
    holder.communicate("go\n")
    gone(folder)
    assert processes_with(str(folder)) == []


@pytest.mark.parametrize(
    "number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGKILL]
)
def test_it_is_gone_after_a_signal_to_the_whole_group(
    tmp_path: Path, number: signal.Signals
) -> None:
    holder, folder = hold(tmp_path)
    os.killpg(holder.pid, number)
    holder.communicate()
    gone(folder)
    assert processes_with(str(folder)) == []


def test_it_is_gone_although_somebody_ended_the_remover(tmp_path: Path) -> None:
    holder, folder = hold(tmp_path)
    until(
        lambda: bool(processes_with(str(folder))),
        "the remover's command line, which a process has a moment after it was started",
    )
    [remover] = processes_with(str(folder))
    os.kill(remover, signal.SIGKILL)
    holder.communicate("go\n")
    gone(folder)
