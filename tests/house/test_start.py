"""What a start may load: seen in `sys.modules` of a process of its own, since imports inside
functions escape every contract."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = {
    "textual",
    "sqlmodel",
    "sqlalchemy",
    "alembic",
    "imapclient",
    "keyring",
    "asyncio",
    "holidays",
    "icalendar",
}
RUN = """
import json, sys
from supportcli.__main__ import main
try:
    main(sys.argv[1:])
except SystemExit:
    pass
finally:
    print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})), file=sys.stderr)
"""


def loaded_by(code: str, *arguments: str, home: Path) -> set[str]:
    """The top-level modules that a fresh Python has loaded after `code`."""
    environ = {"PATH": os.environ["PATH"], "HOME": str(home)}
    run = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        env=environ,
        cwd=home,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.stderr.strip(), run.stdout
    return set(json.loads(run.stderr.strip().splitlines()[-1]))


def test_the_package_imports_nothing(tmp_path: Path) -> None:
    code = "import json, sys; before = set(sys.modules); import supportcli; print(json.dumps(sorted(set(sys.modules) - before)), file=sys.stderr)"
    assert loaded_by(code, home=tmp_path) == {"supportcli"}


@pytest.mark.parametrize(
    "arguments",
    [["--help"], ["--version"], ["ticket", "--help"], ["demo", "--help"], ["calendar", "--help"]],
    ids=" ".join,
)
def test_help_loads_nothing_heavy(tmp_path: Path, arguments: list[str]) -> None:
    assert loaded_by(RUN, *arguments, home=tmp_path) & HEAVY == set()


def test_plain_commands_never_load_textual(tmp_path: Path) -> None:
    desk = ["--config", str(tmp_path / "config.toml"), "--database", str(tmp_path / "desk.db")]
    assert (
        loaded_by(RUN, *desk, "init", "--yes", "--agent", "Ada <ada@shop.test>", home=tmp_path)
        & {"textual"}
        == set()
    )
    loaded = loaded_by(RUN, *desk, "ticket", "list", home=tmp_path)
    assert "sqlmodel" in loaded
    assert loaded & {"textual", "alembic", "imapclient", "keyring"} == set()
