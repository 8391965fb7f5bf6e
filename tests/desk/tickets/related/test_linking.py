"""Tickets that have to do with each other are linked, and show it; undo takes it back."""

import pytest

from supportcli.desk import Desk, redo, undo
from supportcli.desk.tickets import lists, merging, reading, splitting, ticket_json
from supportcli.desk.tickets.related.linking import LONGEST, link, unlink
from supportcli.errors import UsageError
from supportcli.errors.names import NotFound
from supportcli.errors.tickets import LinkStays, TicketMerged, UndoRefused
from tests.desk.desks import BOB, as_agent, write_in


def links(desk: Desk, number: int) -> list[tuple[int, str, str]]:
    return [(one.number, one.kind, one.reason) for one in reading.ticket(desk, number).links]


@pytest.fixture
def three(desk: Desk) -> Desk:
    for _ in range(3):
        write_in(desk)
    return desk


def test_both_tickets_show_a_link_and_nothing_else_changes(three: Desk) -> None:
    before = lists.lines(three, [1, 2, 3])
    assert link(three, [1, 2], 3, " one batch ").sentence == "Linked to #3: 2 tickets: #1 #2."
    assert links(three, 1) == [(3, "related", "one batch")]
    assert links(three, 3) == [(1, "related", "one batch"), (2, "related", "one batch")]
    assert list(lists.numbers(three, "has:link sort:number")) == [1, 2, 3]
    assert lists.lines(three, [1, 2, 3]) == before
    shown = ticket_json.ticket(reading.ticket(three, 1), three.now())["links"]
    assert shown == [{"number": 3, "kind": "related", "reason": "one batch"}]
    assert link(three, [3], 1).numbers == ()  # the other way round is the same link
    undo.undo(three)
    assert links(three, 3) == []
    redo.redo(three)
    assert links(three, 1) == [(3, "related", "one batch")]


def test_of_several_tickets_one_may_be_the_other(three: Desk) -> None:
    assert link(three, [1, 2, 3], 3).numbers == (1, 2)
    assert unlink(three, [1, 2, 3], 3).numbers == (1, 2)


def test_a_link_is_taken_away_from_either_side_and_comes_back_with_its_reason(three: Desk) -> None:
    link(three, [1], 2, "one batch")
    assert unlink(three, [2], 1).sentence == "Unlinked from #1: #2."
    assert links(three, 1) == []
    assert unlink(three, [2], 1).numbers == ()
    undo.undo(three)
    assert links(three, 1) == [(2, "related", "one batch")]
    redo.redo(three)
    assert links(three, 2) == []


def test_who_took_a_link_away_is_named_if_an_undo_comes_too_late(three: Desk) -> None:
    link(three, [1], 2)
    unlink(as_agent(three, BOB), [1], 2)
    with pytest.raises(UndoRefused, match=f"has since been taken away by {BOB}"):
        undo.undo(three)


def test_a_link_goes_with_a_merge_and_comes_back(three: Desk) -> None:
    link(three, [1], 2)
    merging.merge(three, [1], 3, agree=lambda _: True)
    assert links(three, 2) == [(3, "related", "")]
    with pytest.raises(TicketMerged):
        link(three, [1], 2)
    undo.undo(three)
    assert links(three, 2) == [(1, "related", "")]


def test_what_says_where_a_ticket_came_from_stays(three: Desk) -> None:
    write_in(three, 1)
    splitting.split(three, 1, [2])
    with pytest.raises(LinkStays):
        unlink(three, [4], 1)
    assert [kind for _, kind, _ in links(three, 4)] == ["split"]


@pytest.mark.parametrize("reason", ["two\nlines", "x" * (LONGEST + 1), "\x1b[2J"])
def test_a_reason_that_is_none(three: Desk, reason: str) -> None:
    with pytest.raises(UsageError):
        link(three, [1], 2, reason)


def test_nothing_is_linked_to_itself_or_to_nothing(three: Desk) -> None:
    with pytest.raises(UsageError):
        link(three, [2], 2)
    with pytest.raises(NotFound):
        link(three, [1], 99)
    with pytest.raises(NotFound):
        link(three, [1, 99], 2)
    assert links(three, 1) == []
