"""What a merge or a split moved counts once in each report, in the ticket where it stands."""

from typing import Any

import pytest

from supportcli.desk import Desk, reports, running_targets, undo
from supportcli.desk.replies import writing
from supportcli.desk.reports import Question
from supportcli.desk.tickets import merging, splitting, verbs
from supportcli.domain.tickets.ticket import Status
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
