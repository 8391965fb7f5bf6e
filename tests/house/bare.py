"""A bare machine: an empty HOME and none of our environment."""

import os
import subprocess
from pathlib import Path

from tests.house.tree import HOME

OURS = ("HOME", "XDG_", "MAKE", "MFLAGS", "PYTEST", "PYTHON", "VIRTUAL_ENV", "SUPPORTCLI", "COV_")


def bare_environment(home: Path) -> dict[str, str]:
    """The machine's environment with an empty HOME, and without what a surrounding make, pytest or
    `.venv` has left in it."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
    path = os.pathsep.join(
        part for part in kept["PATH"].split(os.pathsep) if Path(part) != HOME / ".venv" / "bin"
    )
    home.mkdir(exist_ok=True)
    return {**kept, "HOME": str(home), "PATH": path}


def run(folder: Path, *command: str) -> str:
    """Run a command in `folder` on a bare machine; it must succeed. Gives all it wrote, errors
    last."""
    environ = bare_environment(folder.parent / "home")
    done = subprocess.run(
        command,
        cwd=folder,
        env=environ,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr
