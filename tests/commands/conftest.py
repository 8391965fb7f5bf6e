"""The program, called by tests."""

import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.commands.program import Program


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Program]:
    """The program on a machine where nothing is set up yet."""
    folder = tmp_path / "home"
    folder.mkdir()
    yield Program(folder, monkeypatch)
    monkeypatch.undo()
    time.tzset()


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of somebody who has just founded a desk, to be copied."""
    folder = tmp_path_factory.mktemp("founded")
    with pytest.MonkeyPatch.context() as monkeypatch:
        Program(folder, monkeypatch).found()
    time.tzset()
    return folder


@pytest.fixture
def desk(founded: Path, program: Program) -> Program:
    """The program on a desk with the agents Ada (who types) and Bob, and a mailbox whose servers
    nobody runs."""
    for name in ("config.toml", "desk.db"):
        shutil.copy2(founded / name, program.folder / name)
    return program
