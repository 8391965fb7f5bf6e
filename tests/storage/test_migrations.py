"""The schema's history: the same tables as the models on both engines, and no way to end between
two versions."""

import os
import shutil
import stat
import subprocess
import sys
import warnings
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import func, select, text

import supportcli
from supportcli.desk.tickets import verbs
from supportcli.errors.database import DatabaseNewer
from supportcli.storage import migrations
from supportcli.storage.engine.database import Database
from supportcli.storage.engine.driver import load_driver
from supportcli.storage.tables import DeskRow, load_all
from tests.desk.desks import desk_at, write_in
from tests.long import LONG, postgres_later

load_all()
TABLES = DeskRow.metadata.tables
PACKAGE = Path(supportcli.__file__).parent
NO_MODEL_SAYS = ("search_words", "ix_ticket_urgency", "ix_ticket_due_first", "alembic_version")
"""The index of words is the engine's own, and those of two orders are made of expressions:
`test_lists` sees that they serve."""

AHEAD = f"{int(migrations.HEAD) + 1:04}"

NEXT = '''
"""Tickets get a colour, by a table made again as SQLite needs it."""

import sqlalchemy as sa
from alembic import op

revision = "AHEAD"
down_revision = "HEAD"


def upgrade() -> None:
    op.drop_index("ix_ticket_urgency", "ticket")
    op.drop_index("ix_ticket_due_first", "ticket")
    with op.batch_alter_table("ticket", recreate="always" if op.get_bind().dialect.name == "sqlite" else "auto") as ticket:
        ticket.add_column(sa.Column("colour", sa.Text(), nullable=False, server_default="grey"))
    op.execute("UPDATE ticket SET colour = 'red' WHERE number = 1")
'''

OPEN = """
import sys
from supportcli.storage.engine.database import Database
for url in sys.argv[1:]:
    Database.open(url, create=True, patience=20).close()
"""

KILLED = """
import os, shutil, signal, sys
from alembic import command, config  # loaded once, before the forks
from supportcli.storage.engine.database import Database
from supportcli.storage.engine.sqlite import SqliteBackend

template, folder, step = sys.argv[1], sys.argv[2], int(sys.argv[3])
connect = SqliteBackend.connect

def doomed(self):
    def count(_statement):
        global left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
    connection = connect(self)
    connection.set_trace_callback(count)
    return connection

SqliteBackend.connect = doomed
killed_at = 1
while True:
    path = os.path.join(folder, f"{killed_at}.db")
    if template:
        shutil.copy(template, path)
    child = os.fork()
    if child == 0:
        left = killed_at
        Database.open(path, create=True)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    if status == 0:
        break
    assert os.WTERMSIG(status) == signal.SIGKILL, status
    killed_at += step
print(killed_at)
"""


@pytest.fixture(scope="module")
def newer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a program whose schema is one revision ahead."""
    folder = tmp_path_factory.mktemp("newer")
    shutil.copytree(PACKAGE, folder / "supportcli", ignore=shutil.ignore_patterns("__pycache__"))
    history = folder / "supportcli" / "storage" / "migrations"
    (history / "versions" / f"{AHEAD}_colours.py").write_text(
        NEXT.replace("AHEAD", AHEAD).replace("HEAD", migrations.HEAD), encoding="utf-8"
    )
    module = history / "__init__.py"
    text = module.read_text(encoding="utf-8")
    module.write_text(
        text.replace(f'HEAD = "{migrations.HEAD}"', f'HEAD = "{AHEAD}"'), encoding="utf-8"
    )
    return folder


def run(program: Path, script: str, *arguments: str) -> str:
    environment = os.environ | {"PYTHONPATH": str(program)}
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments],
        cwd=program,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def fill(url: str) -> None:
    """A desk in which something hangs on each ticket."""
    with desk_at(url) as desk:
        for subject in ("Leak", "Double charge"):
            number = write_in(desk, subject=subject)
            write_in(desk, number, text="And again.")
            verbs.tag(desk, [number], add={"vip"})


def counts(db: Database) -> dict[str, int]:
    """The rows of each table."""
    with db.read() as tx:
        return {
            name: tx.connection().execute(select(func.count()).select_from(table)).scalar_one()
            for name, table in TABLES.items()
        }


def look(path: Path) -> tuple[str, dict[str, int], set[str]]:
    """What a file holds: its version, the rows of its tables, the columns of ticket."""
    with closing(load_driver().connect(path)) as connection:
        names = {
            name
            for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")
        }
        if not names:
            return "", {}, set()
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        version = connection.execute("SELECT version_num FROM alembic_version").fetchone()[0]
        held = {
            name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]  # noqa: S608 - names of our own
            for name in TABLES
        }
        return version, held, {row[1] for row in connection.execute("PRAGMA table_info(ticket)")}


def test_models_equal_migrations(db: Database) -> None:
    def compared(
        _item: object, name: str | None, _kind: str, _reflected: bool, _other: object
    ) -> bool:
        return name is None or not name.startswith(NO_MODEL_SAYS)

    with db.read() as tx, warnings.catch_warnings():
        warnings.filterwarnings(
            "ignore", "Skipped unsupported reflection of expression-based index ix_ticket_"
        )
        context = MigrationContext.configure(
            tx.connection(), opts={"include_object": compared, "compare_server_default": True}
        )
        assert compare_metadata(context, DeskRow.metadata) == []


def test_the_program_reads_the_newest_revision_of_a_straight_line() -> None:
    config = Config()
    config.set_main_option("script_location", str(migrations.SCRIPTS))
    config.set_main_option("path_separator", "os")
    revisions = [script.revision for script in ScriptDirectory.from_config(config).walk_revisions()]
    assert revisions == [f"{number:04}" for number in range(len(revisions), 0, -1)]
    assert revisions[0] == migrations.HEAD


@postgres_later("url")
def test_a_filled_desk_is_migrated_and_loses_nothing(url: str, newer: Path) -> None:
    fill(url)
    running = Database.open(url)
    before = counts(running)
    assert (
        min(
            before[name]
            for name in (
                "ticket",
                "message",
                "event",
                "ticket_tag",
                "participant",
                "search_document",
            )
        )
        >= 2
    )
    run(newer, OPEN, url)
    with (
        pytest.raises(
            DatabaseNewer, match=f"has version {AHEAD}; this program knows {migrations.HEAD}"
        ),
        running.write() as tx,
    ):
        tx.connection()
    with running.engine.connect() as connection:
        colours = [
            tuple(row)
            for row in connection.execute(text("SELECT number, colour FROM ticket ORDER BY number"))
        ]
        after = {
            name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for name, table in TABLES.items()
        }
    running.close()
    assert colours == [(1, "red"), (2, "grey")]
    assert after == before


def test_a_copy_of_the_file_is_kept_beside_it(sqlite_url: str, newer: Path, tmp_path: Path) -> None:
    fill(sqlite_url)
    before = look(Path(sqlite_url))
    assert [path.name for path in tmp_path.iterdir()] == ["desk.db"]
    run(newer, OPEN, sqlite_url)
    copy = tmp_path / f"desk.db.{migrations.HEAD}.backup"
    assert {path.name for path in tmp_path.iterdir()} == {"desk.db", copy.name}
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert look(Path(sqlite_url))[0] == AHEAD
    assert look(copy) == before
    old = Database.open(str(copy))
    assert counts(old) == before[1]
    old.close()


def test_a_new_file_needs_no_copy(sqlite_url: str, newer: Path, tmp_path: Path) -> None:
    run(newer, OPEN, sqlite_url)
    assert [path.name for path in tmp_path.iterdir()] == ["desk.db"]


@postgres_later("url")
def test_several_programs_that_begin_at_once_migrate_once(url: str, newer: Path) -> None:
    fill(url)
    environment = os.environ | {"PYTHONPATH": str(newer)}
    started = [
        subprocess.Popen([sys.executable, "-c", OPEN, url], cwd=newer, env=environment)
        for _ in range(3)
    ]
    assert [program.wait() for program in started] == [0, 0, 0]


@pytest.mark.acceptance
@pytest.mark.parametrize("step", [1 if LONG else 7])
def test_a_kill_leaves_an_old_desk_or_a_new_one(newer: Path, tmp_path: Path, step: int) -> None:
    """Killed at every so many statements: what is there opens, with all it held, in one version or
    the other."""
    template = tmp_path / "template.db"
    fill(str(template))
    old = look(template)
    (tmp_path / "killed").mkdir()
    last = int(run(newer, KILLED, str(template), str(tmp_path / "killed"), str(step)))
    files = sorted((tmp_path / "killed").glob("*.db"), key=lambda path: int(path.stem))
    seen = [look(path) for path in files]
    assert last > 30
    assert {version for version, _, _ in seen} == {migrations.HEAD, AHEAD}
    assert all(held == old[1] for _, held, _ in seen)
    assert all(("colour" in columns) == (version == AHEAD) for version, _, columns in seen)
    run(newer, OPEN, *map(str, files))
    assert [look(path)[:2] for path in files] == [(AHEAD, old[1])] * len(files)


@pytest.mark.acceptance
@pytest.mark.parametrize("step", [1 if LONG else 13])
def test_a_kill_leaves_no_desk_or_a_new_one(tmp_path: Path, step: int) -> None:
    last = int(run(PACKAGE.parent, KILLED, "", str(tmp_path), str(step)))
    assert last > 60
    made = 0
    for number in range(1, last, step):
        path = tmp_path / f"{number}.db"
        version = look(path)[0] if path.exists() else ""
        assert version in {"", migrations.HEAD}
        made += version == migrations.HEAD
        db = Database.open(str(path), create=True)
        assert counts(db)["ticket"] == 0
        db.close()
    assert made < last / step
