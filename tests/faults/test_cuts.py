"""F2: a line that breaks at any byte of a server's answer, or that brings bytes which belong to no
answer, costs that sync and no mail: the next one ends with every mail once.

Cut is around both ends of each literal, where a client that counts wrong would notice last, and at
offsets spread over everything else."""

import random
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.desks import Desk, Ground, conversation_mails, make_ground
from tests.faults.figures import Figure
from tests.faults.meddler import Fault, Meddler
from tests.faults.warm import Warm
from tests.long import SOAK
from tests.servers.dovecot import Dovecot

PARTS = 16 if SOAK else 4
MAILS = 200 if SOAK else 25
OFFSETS = 500 if SOAK else 24
AROUND = range(-2, 3)
GARBAGE = {
    "a letter": b"x",
    "an end of line": b"\r\n",
    "a parenthesis": b")",
    "an answer of nobody": b")\r\n* 1 FETCH (UID 1 BODY[] {3}\r\nabc",
    "another mail's answer": b")\r\n* 9 FETCH (UID 9 RFC822.SIZE 3 BODY[] {3}\r\nabc",
    "an end": b")\r\n* BYE\r\n",
    "bytes": bytes(range(128, 256)),
    "zeros": bytes(64),
}
UNREACHABLE = 69
READ_SECONDS = 120.0
"""How long the program waits for an answer that does not come."""


@pytest.fixture(scope="module")
def meddler(dovecot: Dovecot) -> Iterator[Meddler]:
    """A proxy before Dovecot."""
    with Meddler(dovecot.port) as between:
        yield between


@pytest.fixture(scope="module")
def ground(
    warm: Warm, dovecot: Dovecot, meddler: Meddler, tmp_path_factory: pytest.TempPathFactory
) -> Ground:
    """Mails in two folders behind the proxy."""
    mails, truth = conversation_mails(7, MAILS)
    folder = tmp_path_factory.mktemp("cuts")
    return make_ground(warm, folder, dovecot, mails, truth=truth, port=meddler.port)


@pytest.fixture(scope="module")
def stream(ground: Ground, meddler: Meddler, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """What the server says during a first sync, up to the end of the last mail."""
    desk = ground.copy(tmp_path_factory.mktemp("stream") / "desk")
    desk.sync_well()
    said = bytes(meddler.answers[-1])
    return said[: max(end for _, end in literals(said)) + 2]


def literals(said: bytes) -> list[tuple[int, int]]:
    """Where the literals begin and end."""
    found: list[tuple[int, int]] = []
    place = 0
    while start := re.compile(rb"\{(\d+)\}\r\n").search(said, place):
        place = start.end() + int(start[1])
        found.append((start.end(), place))
    return found


def cut(desk: Desk, meddler: Meddler, fault: Fault) -> None:
    """Sync over a line with a fault; it must say that the server is at fault, or get over it."""
    happened = meddler.happened
    meddler.faults[:] = [fault]
    ran = desk.sync()
    assert meddler.happened == happened + 1, "the fault never happened"
    assert ran.code in ({UNREACHABLE} if fault.then == "cut" else {0, UNREACHABLE}), ran
    assert "Traceback" not in ran.err


@pytest.mark.acceptance
@pytest.mark.parametrize("part", range(PARTS))
def test_a_line_that_is_cut_around_a_literal(
    ground: Ground, meddler: Meddler, stream: bytes, tmp_path: Path, figure: Figure, part: int
) -> None:
    figure.of(f"F2 cut around the ends of the literals of {MAILS} mails")
    borders = [place for both in literals(stream) for place in both]
    every = [
        border + away
        for number, border in enumerate(borders)
        for away in (AROUND if SOAK else [AROUND[number % len(AROUND)]])
    ]
    for after in every[part::PARTS]:
        try_cut(ground, meddler, tmp_path, figure, after)


@pytest.mark.acceptance
@pytest.mark.parametrize("part", range(PARTS))
def test_a_line_that_is_cut_anywhere(
    ground: Ground, meddler: Meddler, stream: bytes, tmp_path: Path, figure: Figure, part: int
) -> None:
    figure.of(f"F2 cut at any byte of the answers about {MAILS} mails")
    rng = random.Random(part)
    for _ in range(OFFSETS // PARTS):
        # its words about times differ by some bytes
        try_cut(ground, meddler, tmp_path, figure, rng.randrange(1, len(stream) - 100))


def try_cut(ground: Ground, meddler: Meddler, folder: Path, figure: Figure, after: int) -> None:
    """Cut a first sync, and look at what the next ones make of it."""
    desk = ground.copy(folder / str(after))
    cut(desk, meddler, Fault(after))
    found = figure.found(desk.recover())
    figure.count(cuts=1)
    assert found == [], after
    desk.drop()


@pytest.mark.acceptance
@pytest.mark.parametrize("insert", GARBAGE.values(), ids=GARBAGE)
def test_garbage_behind_a_literal(
    ground: Ground, meddler: Meddler, stream: bytes, tmp_path: Path, figure: Figure, insert: bytes
) -> None:
    figure.of("F2 garbage behind a literal")
    ends = [end for _, end in literals(stream)]
    for after in ends[:: 1 if SOAK else len(ends) // 3]:
        desk = ground.copy(tmp_path / str(after))
        cut(desk, meddler, Fault(after, "goes on", insert))
        found = figure.found(desk.recover())
        figure.count(times=1)
        assert found == [], after
        desk.drop()


@pytest.mark.soak
def test_a_line_that_falls_silent(
    ground: Ground, meddler: Meddler, stream: bytes, tmp_path: Path, figure: Figure
) -> None:
    """All at once, since each waits as long as the program waits for an answer."""
    figure.of("F2 a line that falls silent")
    rng = random.Random(1)
    desks = [ground.copy(tmp_path / str(number)) for number in range(40)]
    began = time.monotonic()
    running = []
    for desk in desks:
        happened = meddler.happened
        meddler.faults[:] = [Fault(rng.randrange(1, len(stream) - 100), "stall")]
        running.append(desk.start("sync"))
        while meddler.happened == happened:
            time.sleep(0.01)
    ended = [one.wait() for one in running]
    waited = time.monotonic() - began
    assert {ran.code for ran in ended} == {UNREACHABLE}
    assert waited < READ_SECONDS + 30, waited
    for desk in desks:
        assert figure.found(desk.recover()) == []
        figure.count(times=1)
    figure.count(most_seconds=int(waited))
