"""The direction of imports is a contract; each one is seen to fail when it is broken on purpose."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.tree import HOME, PACKAGE, pyproject

CONTRACTS = {contract["id"]: contract for contract in pyproject()["tool"]["importlinter"]["contracts"]}
ROOMS = {path.stem for path in PACKAGE.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()} - {"__init__"}

BREACHES = [
    ("layers", "storage/breach.py", "import supportcli.desk"),
    ("layers", "channels/breach.py", "import supportcli.storage"),
    ("layers", "demo/breach.py", "import supportcli.tui"),
    ("layers", "attic.py", ""),
    ("domain", "domain/breach.py", "import sqlmodel"),
    ("domain", "domain/breach.py", "from pathlib import Path"),
    ("domain", "domain/breach.py", "from time import time"),
    ("desk", "commands/breach.py", "from supportcli.storage import tables"),
    ("desk", "tui/breach.py", "def late():\n    import imapclient"),
    ("wire", "desk/breach.py", "import smtplib"),
    ("wire", "storage/breach.py", "from imapclient import IMAPClient"),
    ("keyring", "channels/breach.py", "import keyring"),
    ("cycles", "domain/breach.py", "import supportcli.domain.breach_back"),
]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    shutil.copytree(PACKAGE, tmp_path / "supportcli", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(HOME / "pyproject.toml", tmp_path)
    return tmp_path


def lint(folder: Path, *contracts: str) -> subprocess.CompletedProcess[str]:
    chosen = [word for contract in contracts for word in ("--contract", contract)]
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as main; main()", "--no-cache", "--no-logo", *chosen]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, env={"PYTHONPATH": str(folder), "COLUMNS": "200"})


def test_contracts_hold(copy: Path) -> None:
    run = lint(copy)
    assert run.returncode == 0, run.stdout + run.stderr
    assert f"{len(CONTRACTS)} kept, 0 broken" in run.stdout


@pytest.mark.parametrize(("contract", "file", "breach"), BREACHES, ids=[f"{row[0]}-{row[1]}-{number}" for number, row in enumerate(BREACHES)])
def test_a_breach_is_found(copy: Path, contract: str, file: str, breach: str) -> None:
    (copy / "supportcli" / file).write_text(breach + "\n", encoding="utf-8")
    (copy / "supportcli/domain/breach_back.py").write_text("import supportcli.domain.breach\n" if contract == "cycles" else "", encoding="utf-8")
    run = lint(copy, contract)
    assert run.returncode == 1, run.stdout + run.stderr
    assert "0 kept, 1 broken" in run.stdout
    assert Path(file).stem in run.stdout


def test_each_contract_is_broken_once() -> None:
    assert {contract for contract, _, _ in BREACHES} == set(CONTRACTS)


def test_rooms_and_floors_are_the_same() -> None:
    floors = {room.strip() for layer in CONTRACTS["layers"]["layers"] for room in layer.split("|")}
    assert floors == ROOMS


@pytest.mark.parametrize(("contract", "owner"), [("wire", "channels"), ("keyring", "credentials")])
def test_what_one_room_owns_is_forbidden_to_all_others(contract: str, owner: str) -> None:
    forbidden_to = {module.removeprefix("supportcli.") for module in CONTRACTS[contract]["source_modules"]}
    assert forbidden_to == ROOMS - {owner}
