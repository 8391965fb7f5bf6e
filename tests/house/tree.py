"""The project as files: what the tests of the house read."""

import re
import shutil
import subprocess
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

HOME = Path(__file__).resolve().parent.parent.parent
PACKAGE = HOME / "supportcli"
MADE_BY_TOOLS = re.compile(r"\.git|\.venv|\.hypothesis|\.\w+_cache|__pycache__|build|dist")


@cache
def tracked_files() -> tuple[Path, ...]:
    """Every file of the project, sorted: those that git tracks, and without git those that no tool
    has made."""
    if (HOME / ".git").exists() and shutil.which("git"):
        # The folder may belong to somebody else, as in a container that mounts it.
        listed = subprocess.run(
            ["git", "-c", f"safe.directory={HOME}", "ls-files", "-z"],
            cwd=HOME,
            capture_output=True,
            text=True,
            check=True,
        )
        found = [HOME / name for name in listed.stdout.split("\0") if name]
    else:
        found = [
            path
            for path in HOME.rglob("*")
            if not any(map(MADE_BY_TOOLS.fullmatch, path.relative_to(HOME).parts))
        ]
    return tuple(sorted(path for path in found if path.is_file()))


def python_files(*folders: str) -> list[Path]:
    """The tracked Python files of these folders of the project."""
    return [
        path
        for path in tracked_files()
        if path.suffix == ".py" and path.relative_to(HOME).parts[0] in folders
    ]


def pyproject() -> dict[str, Any]:
    """pyproject.toml as it stands."""
    return tomllib.loads((HOME / "pyproject.toml").read_text(encoding="utf-8"))
