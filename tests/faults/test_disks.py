"""F7: a disk that is full, over its quota or broken costs a sync, and nothing that was confirmed: the
program says so, ends with the code for "try again later", and goes on by itself.

strace makes one call after the other fail, first once, then from there on."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.faults.checker import counted
from tests.faults.desks import Desk, Ground, conversation_mails, make_ground
from tests.faults.figures import Figure
from tests.faults.test_kills import calls_of_a_sync
from tests.faults.warm import Ran, Warm
from tests.long import SOAK
from tests.servers.dovecot import Dovecot

pytestmark = pytest.mark.acceptance

CALLS = ("pwrite64", "fsync", "fdatasync", "ftruncate", "fallocate")
ERRORS = {"pwrite64": ("ENOSPC", "EIO", "EDQUOT"), "fallocate": ("ENOSPC",)}
USUAL_ERRORS = ("EIO",)
FAULTS = 5
"""How many of each kind are spread over a sync; in a soak each call fails once."""


class Part(NamedTuple):
    """Of the faults that come once, or that last, one of so many parts."""

    number: int
    parts: int
    lasting: bool

    @property
    def how(self) -> str:
        """What these faults do."""
        return "from there on" if self.lasting else "once"


PARTS = [
    Part(number, parts, lasting)
    for lasting, parts in ((False, 16 if SOAK else 2), (True, 4 if SOAK else 2))
    for number in range(parts)
]
"""For several workers; few enough that each has some that end a sync."""

TRY_AGAIN, NOT_ALLOWED = 75, 77
NOBODY = 65_534
FULL = "There is no room left on the disk"
FAILED = "could not be read or written"
READ_ONLY = "read-only"

PAGES = '''
import os, sys
here = os.path.dirname(__file__)
sys.path.remove(here)
mine = sys.modules.pop(__name__)
import pysqlite3
usual = pysqlite3.connect
def connect(*arguments, **options):
    """A connection to a file that cannot grow beyond so many pages."""
    connection = usual(*arguments, **options)
    if "MAX_PAGES" in os.environ:
        connection.execute(f"PRAGMA max_page_count = {os.environ['MAX_PAGES']}")
    return connection
pysqlite3.connect = connect
'''


@pytest.fixture(scope="module")
def ground(warm: Warm, dovecot: Dovecot, tmp_path_factory: pytest.TempPathFactory) -> Ground:
    """25 mails to read, and a desk with a confirmed ticket."""
    return with_a_ticket(warm, dovecot, tmp_path_factory.mktemp("disk"))


def with_a_ticket(warm: Warm, dovecot: Dovecot, folder: Path) -> Ground:
    mails, truth = conversation_mails(5, 25)
    ground = make_ground(warm, folder, dovecot, mails, truth=truth)
    desk = Desk(ground, folder, str(folder / "desk.db"))
    new = ("ticket", "new", "--customer", "Maria <maria@acme.test>", "--subject", "Confirmed")
    ran = desk.run(*new, "--text", "It leaks.")
    assert ran.code == 0, ran
    return ground


def assert_clear(ran: Ran, *sentences: str) -> None:
    """The call says what is wrong, or SQLite got over it by itself."""
    if ran.code:
        assert ran.code in {TRY_AGAIN, NOT_ALLOWED}, ran
        assert any(sentence in ran.err for sentence in sentences), ran
    assert "Traceback" not in ran.err


def goes_on(desk: Desk, figure: Figure) -> None:
    """Everything that was confirmed is there, and the rest comes."""
    assert desk.query("SELECT subject FROM ticket WHERE number = 1") == [("Confirmed",)]
    assert figure.found(desk.recover()) == []


@pytest.mark.usefixtures("strace")
@pytest.mark.parametrize("part", PARTS, ids=lambda part: f"{part.how}-{part.number}")
def test_a_write_that_fails(ground: Ground, tmp_path: Path, figure: Figure, part: Part) -> None:
    figure.of(f"F7 a write fails {part.how}, sync of 25 mails")
    failed = 0
    for name, count in calls_of_a_sync(ground.copy(tmp_path / "counting"), CALLS).items():
        step = max(1, count // FAULTS) if not SOAK or part.lasting else 1
        for number in range(1 + part.number * step, count + 1, step * part.parts):
            for error in ERRORS.get(name, USUAL_ERRORS):
                desk = ground.copy(tmp_path / f"{name}-{number}-{error}")
                when = f"{number}{'+' if part.lasting else ''}"
                ran = desk.sync(inject=f"{name}:error={error}:when={when}")
                assert_clear(ran, FULL, FAILED)
                failed += ran.code != 0
                goes_on(desk, figure)
                figure.count(faults=1)
                desk.drop()
    figure.count(ended_with_75=failed)
    assert failed


@pytest.fixture(scope="module")
def bounded(dovecot: Dovecot, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    """As `ground`, with a program whose file grows no further than MAX_PAGES says."""
    path = tmp_path_factory.mktemp("path")
    (path / "pysqlite3.py").write_text(PAGES, encoding="utf-8")
    with Warm(str(path)) as warm:
        yield with_a_ticket(warm, dovecot, tmp_path_factory.mktemp("disk"))


def pages(desk: Desk) -> int:
    """How large the file of a desk is."""
    ((count,),) = desk.query("PRAGMA page_count")
    return int(count)


@pytest.mark.parametrize("share", [0, 20, 40, 60, 80, 99] if SOAK else [0, 50, 99])
def test_a_file_that_cannot_grow(
    bounded: Ground, tmp_path: Path, figure: Figure, share: int
) -> None:
    """So much of what a sync needs, in percent, is there."""
    figure.of("F7 a file that cannot grow (max_page_count), sync of 25 mails")
    whole = bounded.copy(tmp_path / "whole")
    before = pages(whole)
    whole.sync_well()
    desk = bounded.copy(tmp_path / "desk")
    most = before + (pages(whole) - before) * share // 100
    for _ in range(2):
        ran = bounded.warm.run("sync", env=desk.env | {"MAX_PAGES": str(most)})
        assert (ran.code, FULL in ran.err) == (TRY_AGAIN, True), ran
        figure.count(faults=1)
    goes_on(desk, figure)


@contextmanager
def read_only(desk: Desk, *names: str) -> Iterator[None]:
    """The folder of a desk, or files of it, that nobody may write."""
    paths = [desk.folder / name for name in names]
    modes = [(path, path.stat().st_mode) for path in paths]
    for path, mode in modes:
        path.chmod(mode & ~0o222)
    yield
    for path, mode in modes:
        path.chmod(mode)


@pytest.mark.parametrize("names", [(".",), ("desk.db",), (".", "desk.db")], ids=str)
@pytest.mark.parametrize("read_before", [False, True], ids=["new", "read before"])
def test_a_folder_that_is_read_only(
    ground: Ground, figure: Figure, names: tuple[str, ...], read_before: bool
) -> None:
    """As somebody who is not root, since root may write everything."""
    figure.of("F7 a folder or file that is read-only")
    place = Path(tempfile.mkdtemp(prefix="supportcli-"))
    try:
        place.chmod(0o711)
        desk = ground.copy(place / "desk")
        if read_before:
            desk.sync_well()
        if os.geteuid() == 0:
            for path in (desk.folder, *desk.folder.iterdir()):
                os.chown(path, NOBODY, NOBODY)
        before = counted(desk.database)
        with read_only(desk, *names):
            ran = desk.sync(user=NOBODY)
        assert (ran.code, READ_ONLY in ran.err) == (NOT_ALLOWED, True), ran
        assert counted(desk.database) == before
        assert desk.sync(user=NOBODY).code == 0
        goes_on(desk, figure)
        figure.count(faults=1)
    finally:
        shutil.rmtree(place)
