"""Any series of verbs by two agents, undone, leaves every ticket as `ticket show --json` had it, but
for when it was updated; redone, it has what it had before the undo. On both engines."""

from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from supportcli.desk import Desk, redo, undo
from supportcli.desk.canned import responses
from supportcli.desk.json_shapes import Shape
from supportcli.desk.replies import applying, writing
from supportcli.desk.tickets import editing, lists, reading, snoozing, splitting, ticket_json
from supportcli.desk.tickets import verbs as tickets
from supportcli.desk.tickets.editing import Edit
from supportcli.desk.tickets.related.linking import link, unlink
from supportcli.desk.tickets.written.calls import log_call
from supportcli.domain.tickets.calls import PhoneCall
from supportcli.errors import UsageError
from supportcli.errors.replies import RecipientsUnsure
from supportcli.errors.tickets import (
    NothingToRedo,
    NotMergeable,
    NotSnoozable,
    NotSplittable,
    StepNotAllowed,
    TicketMerged,
)
from tests.blank_desks import EmptiedDesk
from tests.desk.canned.test_responses import GREETING, QUIET, REFUND
from tests.desk.desks import ADA, BOB, StandingClock, as_agent, desk_at, write_in
from tests.desk.levels import promise
from tests.desk.test_undo_property import NUMBERS, VERBS, merge_all
from tests.long import LONG, examples, thorough

MOST = 30
AGENTS = st.sampled_from([ADA, BOB])
NEW = st.one_of(
    VERBS,
    st.tuples(st.sampled_from([tickets.follow, tickets.unfollow, snoozing.wake]), NUMBERS),
    st.tuples(
        st.just(editing.edit),
        NUMBERS,
        st.sampled_from(["maria@acme.test", "sue@else.test", "new@else.test"]).map(
            lambda address: Edit(customer=address)
        ),
    ),
    st.tuples(st.sampled_from([link, unlink]), NUMBERS, st.sampled_from([1, 2, 3])),
    st.tuples(
        st.just(log_call), st.sampled_from([1, 2, 3]), st.just("Hi."), st.sampled_from(PhoneCall)
    ),
    st.tuples(
        st.just(snoozing.snooze), NUMBERS, st.sampled_from(["2h", "reply", "next business day"])
    ),
)
SERIES = st.lists(st.tuples(AGENTS, NEW), max_size=MOST)
REFUSED = (
    StepNotAllowed,
    TicketMerged,
    NotMergeable,
    NotSplittable,
    NotSnoozable,
    RecipientsUnsure,
    UsageError,  # a ticket is not linked to itself
)
Step = tuple[str, tuple[Any, ...]]


SOLVED_REOPENED: list[Step] = [
    (BOB, (applying.apply, [2, 3], "refund")),
    (BOB, (applying.apply, [2, 3], "quiet")),
]
"""A reply solves, and a verb that is undone before it opens."""

MERGED_SPAM: list[Step] = [(BOB, (merge_all, [2], 3)), (ADA, (tickets.spam, [3]))]
"""A merge opens a solved ticket."""

MERGED_NOTED: list[Step] = [(BOB, (merge_all, [3], 2)), (BOB, (tickets.note, 2, "A note."))]
"""Messages of one moment keep their order when they are merged again."""


CALLED_SOLVED: list[Step] = [(ADA, (log_call, 3, "Hi.", PhoneCall.WAITING))]
"""A call starts a response in a ticket that was solved."""

SPLIT_ANSWERED: list[Step] = [
    (ADA, (tickets.note, 2, "A note.")),
    (ADA, (tickets.note, 2, "Another.")),
    (ADA, (splitting.split, 2, [1, 3])),
    (ADA, (writing.reply, 2, "A reply.")),
]
"""What is written after a split has its place in what is left of the ticket."""


def shown(desk: Desk, *, still: bool) -> list[Shape]:
    """Every ticket as `ticket show --json` prints it, but for the moment of its last change, and
    for when it is due unless the clock stood `still`: what was not needed for a while has the time
    that was left."""
    found = []
    for number in range(1, 1 + max(lists.numbers(desk, "status:any"))):
        shape = dict(ticket_json.ticket(reading.ticket(desk, number), desk.now()))
        del shape["updated_at"]
        if not still and shape["sla"] is not None:
            shape["sla"] = {**shape["sla"], "due_at": None}
        found.append(shape)
    return found


def begin(desk: Desk) -> None:
    """A desk with a service level, three tickets that wait, one of them solved, and canned
    responses."""
    promise(desk, first_response="urgent=1h 8h", next_response="8h", resolution="3d")
    for sender in ("maria@acme.test", "john@acme.test", "sue@else.test"):
        write_in(desk, sender=sender)
    for response in (REFUND, QUIET, GREETING):
        responses.add(desk, response, {})
    tickets.solve(desk, [3])


def tried(desk: Desk, clock: StandingClock, series: list[Step], *, still: bool) -> None:
    """Do, undo and redo a series."""
    begin(desk)
    before = shown(desk, still=still)
    done: list[str] = []
    for agent, (verb, *arguments) in series:
        clock.tick(seconds=0 if still else 1)
        try:
            changed = verb(as_agent(desk, agent), *arguments).numbers
        except REFUSED:
            continue
        done += [agent] if changed else []
    after = shown(desk, still=still)
    for agent in reversed(done):
        undo.undo(as_agent(desk, agent))
    assert shown(desk, still=still)[: len(before)] == before
    for agent in done:
        redo.redo(as_agent(desk, agent))
    assert shown(desk, still=still) == after
    for agent in (ADA, BOB):
        with pytest.raises(NothingToRedo):
            redo.redo(as_agent(desk, agent))
    for agent in reversed(done):
        undo.undo(as_agent(desk, agent))
    assert shown(desk, still=still)[: len(before)] == before


@example(series=SOLVED_REOPENED, still=True)
@example(series=MERGED_SPAM, still=True)
@example(series=MERGED_NOTED, still=True)
@example(series=CALLED_SOLVED, still=False)
@example(series=SPLIT_ANSWERED, still=False)
@given(series=SERIES, still=st.booleans())
@thorough
@settings(max_examples=40 if LONG else examples(4, 8), deadline=None)
def test_undone_and_redone_on_sqlite(
    series: list[Step], still: bool, tmp_path_factory: pytest.TempPathFactory
) -> None:
    clock = StandingClock()
    with desk_at(f"sqlite:///{tmp_path_factory.mktemp('redo')}/desk.db", clock) as desk:
        tried(desk, clock, series, still=still)


@pytest.mark.acceptance
@given(series=SERIES, still=st.booleans())
@settings(max_examples=15 if LONG else 2, deadline=None)
def test_undone_and_redone_on_postgresql(
    series: list[Step], still: bool, emptied_desk: EmptiedDesk
) -> None:
    clock = StandingClock()
    try:
        with desk_at(emptied_desk.url, clock) as desk:
            tried(desk, clock, series, still=still)
    finally:
        emptied_desk.empty()
