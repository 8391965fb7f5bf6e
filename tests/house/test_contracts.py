"""The direction of imports is a contract; each one is seen to fail when it is broken on purpose."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.tree import HOME, PACKAGE, pyproject

CONTRACTS = {
    contract["id"]: contract for contract in pyproject()["tool"]["importlinter"]["contracts"]
}
ROOMS = {
    path.stem
    for path in PACKAGE.iterdir()
    if path.suffix == ".py" or (path / "__init__.py").exists()
} - {"__init__"}

BREACHES = [
    ("layers", "storage/breach_upwards.py", "import supportcli.desk"),
    ("layers", "channels/breach_sideways.py", "import supportcli.storage"),
    ("layers", "demo/breach_of_floors.py", "import supportcli.tui"),
    ("layers", "attic.py", ""),
    ("domain-nouns", "domain/sla/breach_of_nouns.py", "import supportcli.domain.intake.rules"),
    ("domain-nouns", "domain/closet.py", ""),
    ("desk-nouns", "desk/tickets/breach_of_nouns.py", "import supportcli.desk.replies.writing"),
    ("desk-nouns", "desk/closet.py", ""),
    ("shown", "commands/tickets/breach_of_text.py", "from supportcli.tui import keys"),
    ("domain", "domain/breach.py", "import sqlmodel"),
    ("domain", "domain/breach_of_files.py", "from pathlib import Path"),
    ("domain", "domain/breach_of_time.py", "from time import time"),
    ("desk", "commands/breach.py", "from supportcli.storage import tables"),
    ("desk", "tui/breach.py", "def late():\n    import imapclient"),
    ("wire", "desk/breach_of_mail.py", "import smtplib"),
    ("wire", "storage/breach_of_mail.py", "from imapclient import IMAPClient"),
    ("keyring", "channels/breach_of_secrets.py", "import keyring"),
    ("oauth", "channels/breach_of_tokens.py", "import msal"),
    ("cycles", "domain/breach_there.py", "import supportcli.domain.breach_back"),
    ("cycles", "domain/breach_back.py", "import supportcli.domain.breach_there"),
]
"""Of which contract, the module that does not keep it, and its line."""


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    shutil.copytree(PACKAGE, tmp_path / "supportcli", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(HOME / "pyproject.toml", tmp_path)
    return tmp_path


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [
        sys.executable,
        "-c",
        "from importlinter.cli import lint_imports_command as main; main()",
        "--no-cache",
        "--no-logo",
    ]
    return subprocess.run(
        command,
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        env={"PYTHONPATH": str(folder), "COLUMNS": "200"},
    )


def test_contracts_hold(copy: Path) -> None:
    run = lint(copy)
    assert run.returncode == 0, run.stdout + run.stderr
    assert f"{len(CONTRACTS)} kept, 0 broken" in run.stdout


def test_each_breach_is_found(copy: Path) -> None:
    for _, file, breach in BREACHES:
        (copy / "supportcli" / file).write_text(breach + "\n", encoding="utf-8")
    run = lint(copy)
    assert run.returncode == 1, run.stdout + run.stderr
    assert f"0 kept, {len(CONTRACTS)} broken" in run.stdout
    told = run.stdout.partition("Broken contracts")[2]
    for contract, file, _ in BREACHES:
        of_contract = told.partition(CONTRACTS[contract]["name"] + "\n--")[2].partition("\n--")[0]
        assert f".{Path(file).stem}" in of_contract, f"{contract} {file}\n{told}"


def test_each_contract_is_broken_once() -> None:
    assert {contract for contract, _, _ in BREACHES} == set(CONTRACTS)


def test_rooms_and_floors_are_the_same() -> None:
    floors = {room.strip() for layer in CONTRACTS["layers"]["layers"] for room in layer.split("|")}
    assert floors == ROOMS


@pytest.mark.parametrize(
    ("contract", "owner"),
    [("wire", "channels"), ("keyring", "credentials"), ("oauth", "credentials")],
)
def test_what_one_room_owns_is_forbidden_to_all_others(contract: str, owner: str) -> None:
    forbidden_to = {
        module.removeprefix("supportcli.") for module in CONTRACTS[contract]["source_modules"]
    }
    assert forbidden_to == ROOMS - {owner}
