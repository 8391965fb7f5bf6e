"""What a merge or a split moved counts once in each report, in the ticket where it stands."""

from typing import Any

import pytest

from supportcli.desk import Desk, reports, running_targets, ticking, undo
from supportcli.desk.replies import writing
from supportcli.desk.reports import Question
from supportcli.desk.sla import explain
from supportcli.desk.tickets import merging, splitting, verbs
from supportcli.domain.tickets.ticket import Priority, Status
from tests.desk.desks import ADA, BOB, StandingClock, as_agent
from tests.desk.histories import write
from tests.desk.levels import promise

OF_MESSAGES = {
    "busiest-hours": ("messages",),
    "agents": ("replies", "median"),
    "first-response": ("answered", "mean"),
    "next-response": ("answered", "mean"),
    "service-levels": ("met", "missed"),
}
"""The reports of what is said, and the figures that no merge and no split changes."""


def said(desk: Desk, where: str = "") -> dict[str, Any]:
    """The figures of all that is said."""
    wanted = [(name, Question()) for name in OF_MESSAGES]
    found = {table.name: table.total.values for table in reports.run(desk, wanted, where)}
    return {
        name: tuple(found[name][column] for column in columns)
        for name, columns in OF_MESSAGES.items()
    }


NOTHING = {name: (0, None)[: len(columns)] for name, columns in OF_MESSAGES.items()} | {
    "service-levels": (0, 0)
}


@pytest.fixture
def lived(desk: Desk, clock: StandingClock) -> Desk:
    """#1 waits for a first answer. In #2 Ada was late with the first one, and Bob noted something
    and gave the second one in time."""
    promise(desk, first_response="1h", next_response="1h")
    write(desk)
    write(desk)
    with desk.db.write() as tx:
        running_targets.keep_all(tx, [1, 2], desk.now())
    clock.tick(hours=2)
    writing.reply(desk, 2, "We look.")
    clock.tick(minutes=10)
    write(desk, 2, ago=60)
    clock.tick(minutes=10)
    verbs.note(as_agent(desk, BOB), 2, "At the warehouse?")
    writing.reply(as_agent(desk, BOB), 2, "It is here.", agree=lambda _: True)
    clock.tick(minutes=1)
    return desk


def test_what_is_said_in_a_merged_ticket_counts_where_it_stands(
    lived: Desk, clock: StandingClock
) -> None:
    before = said(lived)
    assert before["service-levels"] == (1, 2)
    merging.merge(lived, [2], 1)
    clock.tick(minutes=1)
    for where in ("", "#1", "status:any"):
        assert said(lived, where) == before, where
    (agents,) = reports.run(lived, [("agents", Question())])
    assert {row.key: (row.values["replies"], row.values["tickets"]) for row in agents.rows} == {
        ADA: (1, 1),
        BOB: (1, 1),
    }
    write(lived)
    chain = merging.merge(lived, [1], 3)
    clock.tick(minutes=1)
    for where in ("#3", "status:any"):
        assert said(lived, where) == before | {"busiest-hours": (4,)}, where
    spam = verbs.spam(lived, [3])
    clock.tick(minutes=1)
    assert said(lived) == NOTHING
    for done in (spam, chain):
        undo.undo(lived, gesture_id=done.gesture)
    undo.undo(lived, 2)
    clock.tick(minutes=1)
    assert said(lived, "-#3") == before


def test_a_reply_to_who_came_with_a_merge_is_their_first_answer(
    lived: Desk, clock: StandingClock
) -> None:
    verbs.solve(lived, [2])
    merging.merge(lived, [1], 2)
    clock.tick(minutes=1)
    first, missed = said(lived)["first-response"], said(lived)["service-levels"]
    writing.reply(lived, 2, "Hello", agree=lambda _: True, status=Status.SOLVED)
    clock.tick(minutes=1)
    assert (first[0], said(lived)["first-response"][0]) == (1, 2)
    assert said(lived)["service-levels"] == missed
    (contact,) = reports.run(lived, [("first-contact", Question())])
    assert (contact.total.values["settled"], contact.total.values["other"]) == (0, 1)


def test_what_was_split_off_counts_in_its_new_ticket(lived: Desk, clock: StandingClock) -> None:
    before = said(lived)
    splitting.split(lived, 2, [3, 4, 5])
    clock.tick(minutes=1)
    assert said(lived) == before
    new = said(lived, "#3")
    assert (new["busiest-hours"], new["agents"][0]) == ((1,), 1)
    assert (new["next-response"][0], said(lived, "#2")["agents"][0]) == (1, 1)
    verbs.spam(lived, [3])
    clock.tick(minutes=1)
    assert said(lived)["busiest-hours"] == (2,)
    undo.undo(lived)
    merging.merge(lived, [3], 2)
    clock.tick(minutes=1)
    assert said(lived) == before


def levels(desk: Desk, where: str = "") -> tuple[Any, ...]:
    """How many targets were met, missed and excused, and how many run, day by day."""
    (table,) = reports.run(desk, [("service-levels", Question(by="day"))], where)
    names = ("met", "missed", "excused", "running")
    return tuple((row.key, *(row.values[name] for name in names)) for row in table.rows)


@pytest.fixture
def late(desk: Desk, clock: StandingClock) -> Desk:
    """Two days ago a first answer was missed in #1, yesterday one in #2: both still wait. #3 waits
    in time. Only urgent tickets are promised anything else: a first answer in two days."""
    promise(desk, "-priority:urgent", first_response="1h", next_response="1h")
    promise(desk, "priority:urgent", name="Urgent", next_response="2d")
    for _ in range(3):
        number = write(desk)
        with desk.db.write() as tx:
            running_targets.keep(tx, number, desk.now())
        clock.tick(hours=24 if number < 3 else 0)
    clock.tick(minutes=5)
    ticking.tick(desk)
    return desk


@pytest.mark.parametrize(("into", "met"), [(2, 0), (3, 1)])
def test_a_response_that_was_missed_stays_missed_in_a_merge(
    late: Desk, clock: StandingClock, into: int, met: int
) -> None:
    before = levels(late)
    done = merging.merge(late, [1], into)
    clock.tick(minutes=1)
    assert levels(late) == before
    assert levels(late, f"#{into}") != before
    undo.undo(late, gesture_id=done.gesture)
    clock.tick(minutes=1)
    assert levels(late) == before
    assert levels(late, "#1") == levels(late, "status:any #1")
    merging.merge(late, sorted({1, 2, 3} - {into}), into)
    clock.tick(minutes=1)
    writing.reply(late, into, "Here.", agree=lambda _: True)
    clock.tick(minutes=1)
    (table,) = reports.run(late, [("service-levels", Question(by="agent"))])
    counted = {row.key: (row.values["met"], row.values["missed"]) for row in table.rows}
    assert counted == {ADA: (met, 2)}


def test_a_response_that_was_missed_stays_missed_where_nothing_is_promised(
    late: Desk, clock: StandingClock
) -> None:
    verbs.prioritise(late, [3], Priority.URGENT)
    clock.tick(minutes=1)
    before = levels(late)
    merging.merge(late, [1], 3)
    merging.merge(late, [3], 2)
    undo.undo(late)
    merging.merge(late, [2], 3)
    clock.tick(minutes=1)
    assert levels(late) == before
    assert [one.target.is_open for one in explain.why(late, 3) if one.target.breached_at] == [
        True,
        True,
    ]
    verbs.solve(late, [3])
    clock.tick(minutes=1)
    assert [row[1:3] for row in levels(late)] == [row[1:3] for row in before]


def test_an_excuse_goes_with_its_response_through_a_merge(late: Desk, clock: StandingClock) -> None:
    excused = explain.excuse(late, "#1", "a strike")
    before = levels(late)
    merged = merging.merge(late, [1], 2)
    clock.tick(minutes=1)
    assert levels(late) == before
    undo.undo(late, gesture_id=excused.gesture)
    assert sum(row[3] for row in levels(late)) == 0
    again = explain.excuse(late, "#2", "the same strike")
    assert sum(row[3] for row in levels(late)) == 2
    undo.undo(late, gesture_id=merged.gesture)
    clock.tick(minutes=1)
    assert [sum(row[3] for row in levels(late, f"#{one}")) for one in (1, 2, 3)] == [1, 1, 0]
    undo.undo(late, gesture_id=again.gesture)
    assert [row[1:] for row in levels(late)] == [
        (met, missed, 0, running) for _, met, missed, _, running in before
    ]


@pytest.mark.parametrize("position", [1, 2])
def test_a_response_that_was_missed_is_missed_once_after_a_split(
    late: Desk, clock: StandingClock, position: int
) -> None:
    excuse = explain.excuse(late, "#1", "a strike") if position == 1 else None
    write(late, 1, sender="sue@else.test")
    before = levels(late)
    done = splitting.split(late, 1, [position])
    clock.tick(minutes=1)
    after = levels(late)
    assert [row[2:4] for row in after] == [row[2:4] for row in before]
    assert sum(row[2] for row in levels(late, "#1")) == (position != 1)
    undo.undo(late, gesture_id=done.gesture)
    clock.tick(minutes=1)
    assert levels(late) == before
    if excuse is not None:
        undo.undo(late, gesture_id=excuse.gesture)
        assert sum(row[3] for row in levels(late)) == 0
