"""Setting up `.venv`, as far as it goes without a package registry; the whole of it is in
test_fresh_clone.py."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.tree import HOME

WITHOUT_MODULE = "import sys; sys.modules[{name!r}] = None"
OLD_PYTHON = "import sys; sys.version_info = (3, 9, 2, 'final', 0)"


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    folder = tmp_path / "clone"
    (folder / "tools").mkdir(parents=True)
    for name in ("Makefile", "pyproject.toml", "requirements.lock", "tools/bootstrap.py"):
        shutil.copy(HOME / name, folder / name)
    return folder


def make(clone: Path, *arguments: str, at_start: str = "") -> subprocess.CompletedProcess[str]:
    """Run make with a Python that does `at_start` before anything else."""
    site = clone.parent / "site"
    site.mkdir(exist_ok=True)
    (site / "sitecustomize.py").write_text(at_start, encoding="utf-8")
    environ = {"PATH": os.environ["PATH"], "HOME": str(clone.parent), "PYTHONPATH": str(site)}
    command = ["make", "--no-print-directory", f"PYTHON={sys.executable}", *arguments]
    return subprocess.run(
        command, cwd=clone, env=environ, capture_output=True, text=True, check=False
    )


def sentences(run: subprocess.CompletedProcess[str]) -> list[str]:
    """What the user reads, without make's own line about the exit code."""
    return [line for line in (run.stdout + run.stderr).splitlines() if not line.startswith("make:")]


@pytest.mark.parametrize("module", ["ensurepip", "venv"])
@pytest.mark.parametrize("target", ["setup", "demo", "test"])
def test_without_ensurepip_one_sentence_names_the_package(
    clone: Path, module: str, target: str
) -> None:
    run = make(clone, target, at_start=WITHOUT_MODULE.format(name=module))
    assert run.returncode != 0
    [sentence] = sentences(run)
    assert (
        f"install the package python{sys.version_info.major}.{sys.version_info.minor}-venv"
        in sentence
    )
    assert not (clone / ".venv").exists()


def test_an_old_python_is_told_so_in_one_sentence(clone: Path) -> None:
    run = make(clone, "setup", at_start=OLD_PYTHON)
    assert run.returncode != 0
    assert sentences(run) == [
        "supportcli needs Python 3.11 or newer and this is 3.9: name another one, as in `make setup PYTHON=python3.12`."
    ]
    assert not (clone / ".venv").exists()


@pytest.mark.acceptance  # an environment is made for it
def test_what_pip_says_is_shown_when_it_fails(clone: Path) -> None:
    (clone / "requirements.lock").write_text(
        "no-such-package==1.0 --hash=sha256:" + "0" * 64 + "\n", encoding="utf-8"
    )
    run = make(clone, "setup", at_start="import os; os.environ['PIP_NO_INDEX'] = '1'")
    assert run.returncode != 0
    assert "No matching distribution found for no-such-package" in run.stderr
    assert "Setting up .venv failed at installing the packages" in run.stderr
    assert not (clone / ".venv" / "stamp").exists()


def test_help_lists_each_target_and_makes_nothing(clone: Path) -> None:
    run = make(clone, "help")
    assert run.returncode == 0
    for target in (
        "setup",
        "demo",
        "test",
        "check",
        "acceptance",
        "soak",
        "bench",
        "format",
        "lock",
        "clean",
    ):
        assert f"  make {target} " in run.stdout
    assert not (clone / ".venv").exists()
