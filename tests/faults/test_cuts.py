"""F2: a line that breaks at any byte of a server's answer, or that brings bytes which belong to no
answer, costs that sync and no mail: the next one ends with every mail once.

Cut is around both ends of each literal, where a client that counts wrong would notice last, and at
offsets spread over everything else."""

import math
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.faults.desks import Ground, conversation_mails, make_ground
from tests.faults.figures import Figure
from tests.faults.meddler import Fault, Meddler, borders
from tests.faults.warm import Warm
from tests.long import SOAK
from tests.servers.dovecot import Dovecot
from tests.servers.process import wait_until

PARTS = 16 if SOAK else 2
MAILS = 50 if SOAK else 25
OFFSETS = 200 if SOAK else 12
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
READ_SECONDS, STARTING_SECONDS = 120, 60
"""How long the program waits for an answer that does not come, and how long it takes, at most, to
start all the syncs that wait."""


@dataclass(frozen=True, slots=True)
class Line:
    """A mailbox behind a proxy, and `said`: what its server says during a first sync, up to the end
    of the last mail."""

    ground: Ground
    meddler: Meddler
    said: bytes

    def try_cut(self, folder: Path, figure: Figure, fault: Fault) -> None:
        """Do a first sync over a line with a fault, and look at what the next ones make of it."""
        desk = self.ground.copy(folder / f"{fault.border}-{fault.after}")
        happened = self.meddler.happened
        self.meddler.faults[:] = [fault]
        ran = desk.sync()
        assert self.meddler.happened == happened + 1, "the fault never happened"
        assert ran.code in ({UNREACHABLE} if fault.then == "cut" else {0, UNREACHABLE}), ran
        assert "Traceback" not in ran.err
        found = figure.found(desk.recover())
        figure.count(times=1)
        assert found == [], fault
        desk.drop()


@pytest.fixture(scope="module")
def line(warm: Warm, dovecot: Dovecot, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Line]:
    """Mails in two folders behind the proxy."""
    mails, truth = conversation_mails(7, MAILS)
    folder = tmp_path_factory.mktemp("cuts")
    with Meddler(dovecot.port) as meddler:
        ground = make_ground(
            warm, folder / "ground", dovecot, mails, truth=truth, port=meddler.port
        )
        ground.copy(folder / "whole").sync_well()
        said = bytes(meddler.answers[-1])
        yield Line(ground, meddler, said[: borders(said)[-1] + 2])


@pytest.mark.acceptance
@pytest.mark.parametrize("part", range(PARTS))
def test_a_line_that_is_cut_around_a_literal(
    line: Line, tmp_path: Path, figure: Figure, part: int
) -> None:
    figure.of(f"F2 cut around the ends of the literals of {MAILS} mails")
    every = [
        Fault(away, border=border)
        for border in range(0, len(borders(line.said)), 1 if SOAK else 3)  # beginnings and ends
        for away in (AROUND if SOAK else [AROUND[border % len(AROUND)]])
    ]
    for fault in every[part::PARTS]:
        line.try_cut(tmp_path, figure, fault)


@pytest.mark.acceptance
@pytest.mark.parametrize("part", range(PARTS))
def test_a_line_that_is_cut_anywhere(line: Line, tmp_path: Path, figure: Figure, part: int) -> None:
    figure.of(f"F2 cut at any byte of the answers about {MAILS} mails")
    rng = random.Random(part)
    for _ in range(math.ceil(OFFSETS / PARTS)):
        # its words about times differ by some bytes
        line.try_cut(tmp_path, figure, Fault(rng.randrange(1, len(line.said) - 100)))


@pytest.mark.acceptance
@pytest.mark.parametrize("insert", GARBAGE.values(), ids=GARBAGE)
def test_garbage_behind_a_literal(
    line: Line, tmp_path: Path, figure: Figure, insert: bytes
) -> None:
    figure.of("F2 garbage behind a literal")
    ends = range(1, len(borders(line.said)), 2)
    for border in ends[:: len(ends) // (20 if SOAK else 2)]:
        line.try_cut(tmp_path, figure, Fault(0, "goes on", insert, border))


@pytest.mark.soak
def test_a_line_that_falls_silent(line: Line, tmp_path: Path, figure: Figure) -> None:
    """All at once, since each waits as long as the program waits for an answer."""
    figure.of("F2 a line that falls silent")
    rng = random.Random(1)
    desks = [line.ground.copy(tmp_path / str(number)) for number in range(40)]
    began = time.monotonic()
    running = []
    for desk in desks:
        line.meddler.faults[:] = [Fault(rng.randrange(1, len(line.said) - 100), "stall")]
        running.append(desk.start("sync"))
        # each takes its own fault, since connections are made in this order
        wait_until(lambda: not line.meddler.faults, "a connection", 60)
    ended = [one.wait() for one in running]
    waited = int(time.monotonic() - began)
    figure.count(most_seconds=waited)
    # where mails were awaited, the program connects again and fetches them one by one
    assert {ran.code for ran in ended} <= {0, UNREACHABLE}
    assert UNREACHABLE in {ran.code for ran in ended}
    assert waited >= READ_SECONDS, "no line was silent"
    assert waited < READ_SECONDS + STARTING_SECONDS
    for desk in desks:
        assert figure.found(desk.recover()) == []
        figure.count(times=1)
