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
    print(json.dumps(sorted(sys.modules)), file=sys.stderr)
"""
TABLES = "supportcli.storage.tables."
LISTED = {
    *("people.addresses", "people.customers", "people.profiles", "replies.outbox", "sla.targets"),
    *("setup.agents", "setup.desk", "setup.fields", "setup.mailboxes", "setup.teams"),
    *("tickets.messages", "tickets.seen", "tickets.tickets"),
}
"""The modules of tables that a list of tickets reads. Each class takes four milliseconds."""


def loaded_by(code: str, *arguments: str, home: Path) -> set[str]:
    """The modules that a fresh Python has loaded after `code`."""
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
    desk = place(tmp_path)
    founded = loaded_by(
        RUN, *desk, "init", "--yes", "--agent", "Ada <ada@shop.test>", home=tmp_path
    )
    assert "textual" not in founded
    loaded = loaded_by(RUN, *desk, "ticket", "list", home=tmp_path)
    assert "sqlmodel" in loaded
    assert loaded & {"textual", "alembic", "imapclient", "keyring"} == set()


def place(home: Path) -> list[str]:
    """The options that name a desk in a folder."""
    return ["--config", str(home / "config.toml"), "--database", str(home / "desk.db")]


@pytest.mark.acceptance
def test_who_reads_loads_only_what_is_read(tmp_path: Path) -> None:
    """P14: a list starts in little more time than SQLModel. What is loaded is counted, because it
    is the same on each machine; `make bench` measures the time."""
    desk = place(tmp_path)
    loaded_by(RUN, *desk, "init", "--yes", "--agent", "Ada <ada@shop.test>", home=tmp_path)
    listed = loaded_by(RUN, *desk, "ticket", "list", home=tmp_path)
    shown = loaded_by(RUN, *desk, "ticket", "show", "1", home=tmp_path)
    assert tables_in(listed) == LISTED
    assert tables_in(shown) - LISTED == {
        *("mail.mails", "tickets.attachments", "tickets.events", "tickets.followers"),
    }
    for loaded, most in ((listed, 125), (shown, 160)):
        ours = sorted(name for name in loaded if name.startswith("supportcli"))
        assert len(ours) <= most, ours
        assert loaded & {"supportcli.desk.gestures", "supportcli.channels"} == set()
        assert loaded & {"supportcli.commands.tickets.verbs", "supportcli.domain.sla"} == set()


def tables_in(loaded: set[str]) -> set[str]:
    """The modules of tables that are in use, without the packages around them."""
    names = {name.removeprefix(TABLES) for name in loaded if name.startswith(TABLES)}
    packages = {name.partition(".")[0] for name in names if "." in name}
    return names - packages - {"columns", "mail_states"}
