"""A clock reads right at each of its turns, without colour, and never longer than its place."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supportcli.domain.tickets.ticket import SlaStatus, Status, TicketLine
from supportcli.rendering.ink import Ink, width_of
from supportcli.rendering.sla_clock import WIDTH, cell, clock_cell, sentence
from tests.rendering.lines import NOW, line

MET = SlaStatus("first-response", None, is_open=False, breaches=0, is_met=True)
BREACHED = SlaStatus("first-response", None, is_open=False, breaches=1)
NOT_NEEDED = SlaStatus("first-response", None, is_open=False, breaches=0)
PAUSED = SlaStatus("resolution", None, is_open=True, breaches=0)


def due(by: timedelta, **changed: Any) -> TicketLine:
    return line(clock=SlaStatus("first-response", NOW + by, is_open=True, breaches=0), **changed)


@pytest.mark.parametrize(
    ("by", "shown", "ink", "told", "said"),
    [
        (timedelta(days=900), "◷  2y", Ink.TEXT, "in 2y", "first response due 18 Aug 2028"),
        (timedelta(days=3), "◷  3d", Ink.TEXT, "in 3d", "first response due 5 Mar 09:00"),
        (
            timedelta(hours=5, minutes=12),
            "◷  5h",
            Ink.TEXT,
            "in 5h",
            "first response due in 5h 12m",
        ),
        (timedelta(hours=1), "◷  1h", Ink.TEXT, "in 1h", "first response due in 1h"),
        (
            timedelta(minutes=59, seconds=59),
            "◷ 59m",
            Ink.WARNING,
            "in 59m",
            "first response due in 59m",
        ),
        (timedelta(minutes=1), "◷  1m", Ink.WARNING, "in 1m", "first response due in 1m"),
        (
            timedelta(seconds=59, milliseconds=900),
            "◷ 59s",
            Ink.WARNING,
            "in 59s",
            "first response due in 59s",
        ),
        (timedelta(seconds=1), "◷  1s", Ink.WARNING, "in 1s", "first response due in 1s"),
        (timedelta(0), "! now", Ink.ERROR, "due now", "first response overdue since 09:00"),
        (
            timedelta(seconds=-59),
            "! now",
            Ink.ERROR,
            "due now",
            "first response overdue since 08:59",
        ),
        (
            timedelta(minutes=-25),
            "!-25m",
            Ink.ERROR,
            "late 25m",
            "first response overdue since 08:35",
        ),
        (
            timedelta(days=-2),
            "! -2d",
            Ink.ERROR,
            "late 2d",
            "first response overdue since Sat 09:00",
        ),
    ],
)
def test_what_runs(by: timedelta, shown: str, ink: Ink, told: str, said: str) -> None:
    assert clock_cell(due(by), NOW) == (shown, ink)
    assert cell(due(by), NOW) == told
    assert sentence(due(by), NOW) == (said, ink)


@pytest.mark.parametrize(
    ("clock", "changed", "shown", "told", "said"),
    [
        (
            PAUSED,
            {"status": Status.PENDING},
            "‖    ",
            "paused",
            "resolution paused while pending",
        ),
        (PAUSED, {"status": Status.OPEN}, "‖    ", "paused", "resolution paused"),
        (MET, {"waiting_since": None}, "✓    ", "met", "all targets met"),
        (MET, {}, "  42m", "", None),  # nothing more was promised, and the customer waits
        (BREACHED, {"waiting_since": None}, "!    ", "breached", "a target was breached"),
        (NOT_NEEDED, {"waiting_since": None}, "     ", "", None),
        (MET, {"waiting_since": None, "status": Status.SPAM}, "     ", "", None),
        (None, {}, "  42m", "", None),
        (None, {"waiting_since": None}, "     ", "", None),
    ],
)
def test_what_does_not_run(
    clock: SlaStatus | None, changed: dict[str, Any], shown: str, told: str, said: str | None
) -> None:
    there = line(clock=clock, **changed)
    assert clock_cell(there, NOW)[0] == shown
    assert cell(there, NOW) == told
    assert (sentence(there, NOW) or [None])[0] == said


@given(st.timedeltas(timedelta(days=-9_000), timedelta(days=9_000)), st.booleans())
def test_it_has_its_width(by: timedelta, waits: bool) -> None:
    assert width_of(clock_cell(due(by), NOW)[0]) == WIDTH
    there = line(waiting_since=NOW + min(by, -by) if waits else None)
    assert width_of(clock_cell(there, NOW)[0]) == WIDTH


@given(st.integers(1, 200_000))
def test_a_time_that_is_left_never_reads_longer_than_it_is(seconds: int) -> None:
    text = clock_cell(due(timedelta(seconds=seconds)), NOW)[0].removeprefix("◷").strip()
    assert int(text[:-1]) * {"s": 1, "m": 60, "h": 3_600, "d": 86_400}[text[-1]] <= seconds
