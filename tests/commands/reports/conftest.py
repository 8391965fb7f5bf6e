"""A desk with two weeks behind it, for the commands of reports."""

import shutil
import time
from datetime import datetime
from pathlib import Path

import pytest

from tests.commands.program import Program
from tests.desk.histories import live


@pytest.fixture(scope="module")
def lived(founded: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of somebody whose desk has two weeks behind it, always the same two, to be
    copied."""
    folder = tmp_path_factory.mktemp("lived")
    for name in ("config.toml", "desk.db"):
        shutil.copy2(founded / name, folder / name)
    with pytest.MonkeyPatch.context() as monkeypatch:
        program = Program(folder, monkeypatch)
        with program.desk() as desk:
            live(desk, seed=5, steps=90, hours=11)
        (folder / "now").write_text(program.clock.now.isoformat(), encoding="utf-8")
    time.tzset()
    return folder


@pytest.fixture
def past(lived: Path, program: Program) -> Program:
    """The program on such a desk."""
    for name in ("config.toml", "desk.db"):
        shutil.copy2(lived / name, program.folder / name)
    program.clock.now = datetime.fromisoformat((lived / "now").read_text(encoding="utf-8"))
    return program
