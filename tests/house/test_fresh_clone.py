"""What somebody meets who has just cloned it: python3, make, an empty HOME and nothing else. Needs
a package registry, as they do."""

import os
import shutil
import signal
import subprocess
from pathlib import Path

import pytest

from tests.house.bare import bare_environment, run
from tests.house.tree import HOME, tracked_files

pytestmark = pytest.mark.acceptance


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A clone: the tracked files and no other, in a folder whose name has a space."""
    folder = tmp_path / "my clone"
    for source in tracked_files():
        target = folder / source.relative_to(HOME)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, target)
    return folder


def killed_setup(clone: Path) -> None:
    """Begin `make setup`, and kill it while it collects packages."""
    environ = bare_environment(clone.parent / "home")
    setup = subprocess.Popen(
        ["make", "setup"],
        cwd=clone,
        env=environ,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert setup.stderr is not None
    for line in setup.stderr:
        if "collected" in line:
            break
    os.killpg(setup.pid, signal.SIGKILL)
    setup.communicate()
    assert (clone / ".venv").exists()
    assert not (clone / ".venv" / "stamp").exists()


def test_make_setup_is_all_it_takes_also_after_one_that_was_killed(clone: Path) -> None:
    killed_setup(clone)
    assert "Set up .venv in" in run(clone, "make", "setup")
    assert run(clone, ".venv/bin/supportcli", "--version").strip()

    stamp = (clone / ".venv" / "stamp").stat().st_mtime_ns
    assert "Set up" not in run(clone, "make", "setup")
    assert (clone / ".venv" / "stamp").stat().st_mtime_ns == stamp

    os.utime(clone / "pyproject.toml")
    assert "packages" not in run(clone, "make", "setup"), (
        "the lock is the same, so only the project is installed again"
    )
    assert (clone / ".venv" / "stamp").stat().st_mtime_ns > stamp

    moved = clone.rename(clone.with_name("moved"))
    assert "Set up .venv in" in run(moved, "make", "setup"), (
        "scripts name the folder they were made for"
    )
    assert str(moved) in run(
        moved, ".venv/bin/python", "-c", "import supportcli; print(supportcli.__file__)"
    )
