"""A use case reads the clock once: all that it writes, counts and tells is of one moment."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from supportcli.desk import Desk, reports, ticking, undo
from supportcli.desk.canned import responses
from supportcli.desk.replies import applying, writing
from supportcli.desk.reports import Question
from supportcli.desk.sla import calendars, explain, policies, recomputation
from supportcli.desk.sla.calendars import CalendarTexts
from supportcli.desk.sla.policies import PolicyTexts
from supportcli.desk.tickets import inbox, lists, reading, verbs
from supportcli.domain.canned.responses import Body, Canned
from supportcli.domain.mail import Address
from supportcli.domain.replies.delivery import HOLD
from supportcli.domain.tickets.ticket import Priority, Status
from tests.desk.archives import admins_desk
from tests.desk.desks import StandingClock, write_in
from tests.desk.levels import promise


class TickingClock(StandingClock):
    """A clock that moves on by a second whenever it is read."""

    readings = 0

    def __call__(self) -> datetime:
        self.readings += 1
        return self.tick(seconds=1)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A desk with a calendar, a breach that is noted and another one that is not, and a clock that
    ticks."""
    with admins_desk(f"sqlite:///{tmp_path / 'desk.db'}") as furnished:
        clock = furnished.clock
        assert isinstance(clock, StandingClock)
        promise(furnished, first_response="8h")
        calendars.add_calendar(furnished, "office", CalendarTexts(zone="UTC", hours="mon-sun 8-18"))
        write_in(furnished)
        clock.tick(hours=9)
        ticking.tick(furnished)
        write_in(furnished)
        clock.tick(hours=9)
        verbs.tag(furnished, [1], {"leak"})
        yield replace(furnished, clock=TickingClock(clock.now))


def _unwatched(_done: int, _total: int) -> None:
    pass


OFFICE = Question("today", calendar="office", compare=True)
USE_CASES: dict[str, Callable[[Desk], object]] = {
    "solve": lambda desk: verbs.solve(desk, [1, 2]),
    "assign": lambda desk: verbs.assign(desk, [1, 2], "me"),
    "tag": lambda desk: verbs.tag(desk, [1, 2], {"drip"}),
    "prioritise": lambda desk: verbs.prioritise(desk, [1, 2], Priority.HIGH),
    "note": lambda desk: verbs.note(desk, 1, "Look."),
    "new": lambda desk: verbs.new(
        desk, mailbox=None, customer=Address("", "eve@x.test"), subject="A", text="B"
    ),
    "reply": lambda desk: writing.reply(desk, 1, "Yes.", status=Status.SOLVED),
    "undo": undo.undo,
    "numbers": lambda desk: lists.numbers(desk, "sla:<1h or status:closed"),
    "health": inbox.health,
    "reports": lambda desk: reports.run(
        desk, [("volume", OFFICE), ("first-response", OFFICE), ("backlog", Question())]
    ),
    "why": lambda desk: explain.why(desk, 1),
    "breaches": lambda desk: explain.breaches(desk, "sla:breached"),
    "excuse": lambda desk: explain.excuse(desk, "sla:breached", "strike"),
    "tick": ticking.tick,
    "recompute": lambda desk: recomputation.recompute(desk, _unwatched),
    "simulate": lambda desk: recomputation.simulate(
        desk, "Standard", PolicyTexts(first_response="1h"), "30d", _unwatched
    ),
    "edit policy": lambda desk: policies.edit_policy(
        desk, "Standard", PolicyTexts(first_response="1h")
    ),
    "edit calendar": lambda desk: calendars.edit_calendar(
        desk, "office", CalendarTexts(hours="mon-sun 8-17")
    ),
}


@pytest.mark.parametrize("name", USE_CASES)
def test_a_use_case_reads_the_clock_once(desk: Desk, name: str) -> None:
    clock = desk.clock
    assert isinstance(clock, TickingClock)
    USE_CASES[name](desk)
    assert clock.readings == 1


def test_all_that_is_solved_at_once_was_solved_when_its_event_says(desk: Desk) -> None:
    verbs.solve(desk, [1, 2])
    history = [event for number in (1, 2) for event in reading.ticket(desk, number).events]
    solved = [event for event in history if event.kind == "solved"]
    assert len(solved) == 2
    moments = {event.at.isoformat() for event in solved}
    assert {event.after["solved_at"] for event in solved} == moments
    assert len(moments) == 1


def test_a_reply_says_when_it_leaves_as_the_outbox_has_it(desk: Desk) -> None:
    responses.add(desk, Canned("later", "Later", (Body("", "We look."),)), {})
    for answer in (
        partial(writing.reply, desk, 1, "Yes."),
        partial(writing.reply, desk, 1, "At once.", send_now=True),
        partial(applying.apply, desk, [1], "later"),
    ):
        done = answer()
        kept = reading.ticket(desk, 1).messages[-1]
        assert [one.not_before for one in done.replies] == [kept.not_before]
        assert kept.not_before is not None
        hold = timedelta(0) if kept.text == "At once." else HOLD
        assert kept.not_before == kept.created_at + hold
