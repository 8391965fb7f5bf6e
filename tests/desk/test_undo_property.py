"""Any series of verbs, undone, leaves every ticket as it was, but for when it was updated."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from supportcli.desk import Desk, undo
from supportcli.desk.canned import responses
from supportcli.desk.gestures import Done
from supportcli.desk.replies import applying, writing
from supportcli.desk.tickets import merging, reading, splitting
from supportcli.desk.tickets import verbs as tickets
from supportcli.domain.tickets.ticket import Priority, Status, Ticket
from supportcli.errors.tickets import (
    NothingToUndo,
    NotMergeable,
    NotSplittable,
    StepNotAllowed,
    TicketMerged,
)
from tests.desk.canned.test_responses import GREETING, QUIET, REFUND
from tests.desk.desks import START, StandingClock, desk_at, write_in
from tests.long import LONG, examples, thorough

NUMBERS = st.lists(st.sampled_from([1, 2, 3]), min_size=1, max_size=3)


def merge_all(desk: Desk, numbers: list[int], into: int) -> Done:
    """Merge tickets, of the same customer or not."""
    return merging.merge(desk, numbers, into, agree=lambda _: True)


VERBS = st.one_of(
    st.tuples(st.just(tickets.assign), NUMBERS, st.sampled_from(["me", "bob", None])),
    st.tuples(
        st.just(tickets.tag),
        NUMBERS,
        st.sets(st.sampled_from(["a", "b", "c"])),
        st.sets(st.sampled_from(["a", "b"])),
    ),
    st.tuples(st.just(tickets.prioritise), NUMBERS, st.sampled_from(Priority)),
    st.tuples(
        st.sampled_from(
            [
                tickets.solve,
                tickets.wait,
                tickets.reopen,
                tickets.hold,
                tickets.spam,
                tickets.delete,
            ]
        ),
        NUMBERS,
    ),
    st.tuples(st.just(tickets.note), st.sampled_from([1, 2, 3]), st.just("A note, @bob.")),
    st.tuples(st.just(writing.reply), st.sampled_from([1, 2, 3]), st.just("A reply.")),
    st.tuples(st.just(merge_all), NUMBERS, st.sampled_from([1, 2, 3])),
    st.tuples(
        st.just(splitting.split),
        st.sampled_from([1, 2, 3]),
        st.lists(st.integers(1, 3), min_size=1),
    ),
    st.tuples(st.just(applying.apply), NUMBERS, st.sampled_from(["refund", "quiet", "hi"])),
)


def shown(desk: Desk) -> list[Ticket]:
    """All that `ticket show --json` is made of, without history and the moment of the last
    change."""
    found = [reading.ticket(desk, number) for number in (1, 2, 3)]
    return [
        replace(
            ticket, events=(), last_event=0, line=replace(ticket.line, updated_at=START, version=0)
        )
        for ticket in found
    ]


@given(verbs=st.lists(VERBS, max_size=8))
@thorough
@settings(max_examples=60 if LONG else examples(8, 20), deadline=None)
def test_any_series_of_verbs_undone_leaves_every_ticket_as_it_was(
    verbs: list[tuple[Any, ...]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    clock = StandingClock()
    with desk_at(f"sqlite:///{tmp_path_factory.mktemp('undo')}/desk.db", clock) as desk:
        for sender in ("maria@acme.test", "john@acme.test", "sue@else.test"):
            write_in(desk, sender=sender)
        for response in (REFUND, QUIET, GREETING):
            responses.add(desk, response, {})
        tickets.solve(desk, [3])
        before = shown(desk)
        done = 0
        for verb, *arguments in verbs:
            clock.tick(seconds=1)
            try:
                done += bool(verb(desk, *arguments).numbers)
            except (StepNotAllowed, TicketMerged, NotMergeable, NotSplittable):
                continue
        for _ in range(done):
            undo.undo(desk)
        assert shown(desk) == before
        assert before[2].line.status is Status.SOLVED
        undo.undo(desk)
        try:
            undo.undo(desk)
        except NothingToUndo:
            return
        raise AssertionError("there was more to undo than was done")
