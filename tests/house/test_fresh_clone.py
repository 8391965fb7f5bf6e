"""What somebody meets who has just cloned it: python3, make, an empty HOME and nothing else. Needs
a package registry, as they do.

The clone's lock names as many packages as it takes to start the program; that of the project is
installed by `.ci/run`, which begins as they do, and here with LONG."""

import os
import re
import shutil
import signal
import subprocess
from importlib.metadata import requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.house.bare import bare_environment, run
from tests.house.tree import HOME, tracked_files
from tests.long import LONG

pytestmark = pytest.mark.acceptance

NEEDED = ("typer", "pydantic", "jinja2", "hatchling", "editables")
"""What `--version` loads and what installs the project; with what these need they are more than
twenty, so that a step of the set-up is said."""


def with_all_they_need(names: tuple[str, ...]) -> set[str]:
    """These packages, and what they depend on here."""
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        name = canonicalize_name(waiting.pop())
        if name not in found:
            found.add(name)
            asked = map(Requirement, requires(name) or ())
            waiting += [
                one.name for one in asked if not one.marker or one.marker.evaluate({"extra": ""})
            ]
    return found


def shortened(lock: str) -> str:
    """A lock with the entries of these packages alone."""
    wanted = with_all_they_need(NEEDED)
    entries = re.findall(r"^[A-Za-z0-9].*\n(?:[ ].*\n)*", lock, re.MULTILINE)
    return "".join(one for one in entries if one.partition("==")[0] in wanted)


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A clone: the tracked files and no other, in a folder whose name has a space."""
    folder = tmp_path / "my clone"
    for source in tracked_files():
        target = folder / source.relative_to(HOME)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, target)
    if not LONG:
        lock = folder / "requirements.lock"
        lock.write_text(shortened(lock.read_text(encoding="utf-8")), encoding="utf-8")
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
