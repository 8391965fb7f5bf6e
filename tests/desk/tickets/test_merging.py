"""Merging tickets: what goes over, who is asked, where later mail goes, and undo, which restores
everything."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from supportcli.desk import Desk, undo
from supportcli.desk.exports import attachments
from supportcli.desk.mail.why import why
from supportcli.desk.replies import drafts, outbox, writing
from supportcli.desk.reports import Question, run
from supportcli.desk.tickets import inbox, lists, merging, reading, splitting, verbs
from supportcli.domain.mail import Address
from supportcli.domain.people import Role
from supportcli.domain.replies.drafts import Draft
from supportcli.domain.replies.recipients import Recipients
from supportcli.domain.tickets.news import Sight
from supportcli.domain.tickets.ticket import Delivery, Status, Ticket
from supportcli.errors import NotAllowed
from supportcli.errors.names import NotFound
from supportcli.errors.tickets import (
    ChangedMeanwhile,
    CustomersDiffer,
    NotMergeable,
    TicketMerged,
    UndoRefused,
)
from supportcli.storage.sla import targets
from supportcli.storage.tickets import people, regrouping
from tests.desk.desks import BOB, START, StandingClock, as_agent, desk_at, left, write_in
from tests.desk.fake_channel import FakeServers, take_in
from tests.desk.letters import EVE, GRACE, letter
from tests.desk.levels import promise
from tests.desk.mail.test_bounces import answered, bounce
from tests.long import LONG, examples, thorough


def ticket(desk: Desk, number: int) -> Ticket:
    return reading.ticket(desk, number)


def texts(desk: Desk, number: int) -> list[str]:
    return [message.text.strip() for message in ticket(desk, number).messages]


def merge(desk: Desk, number: int, into: int) -> None:
    merging.merge(desk, [number], into, agree=lambda _: True)


def everything(desk: Desk, numbers: tuple[int, ...]) -> list[Any]:
    """All that undo has to restore: the tickets as they are shown, their targets, their people, the
    rows that later mail is found by, what search finds, drafts."""
    shown = [
        replace(it, events=(), last_event=0, line=replace(it.line, updated_at=START, version=0))
        for it in (reading.ticket(desk, number) for number in numbers)
    ]
    queries = (
        "SELECT * FROM participant ORDER BY 1, 2",
        "SELECT ticket_number, id, position FROM message ORDER BY 1, 2",
        "SELECT id, ticket_number FROM mail ORDER BY 1",
        "SELECT * FROM reference ORDER BY 1, 2",
        "SELECT ticket_number, message_id FROM search_document ORDER BY 1, 2",
        "SELECT * FROM ticket_follower ORDER BY 1, 2",
        "SELECT ticket_number, other_number, kind FROM ticket_link ORDER BY 1, 2",
        "SELECT ticket_number, agent_id, kind, text FROM draft ORDER BY 1, 2, 3",
        "SELECT number, status, waiting_since, solved_at, merged_into FROM ticket ORDER BY 1",
    )
    with desk.db.read() as tx:
        found = [[tuple(row) for row in tx.connection().execute(text(one))] for one in queries]
        clocks = [[one.target for one in targets.of_ticket(tx, number)] for number in numbers]
    return [shown, found, clocks]


def open_clocks(desk: Desk, number: int) -> dict[str, datetime]:
    """Since when each kind of response runs in a ticket."""
    with desk.db.read() as tx:
        found = [one.target for one in targets.of_ticket(tx, number)]
    return {one.kind.value: one.started_at for one in found if one.is_open and one.kind.is_response}


def test_messages_people_tags_followers_and_drafts_go_over_and_lists_show_one_ticket(
    each_desk: Desk, clock: StandingClock
) -> None:
    desk = each_desk
    first = write_in(desk, text="one")
    clock.tick(hours=1)
    second = write_in(desk, text="two")
    clock.tick(hours=1)
    write_in(desk, first, text="three", message={"cc": ()})
    clock.tick(hours=1)
    verbs.tag(desk, [second], {"refund"})
    verbs.tag(desk, [first], {"vip"})
    verbs.follow(as_agent(desk, BOB), [second])
    drafts.save_draft(desk, second, "reply", "We will", 0)
    done = merging.merge(desk, [second], first)
    assert (done.sentence, done.numbers) == ("Merged #2 into #1.", (2, 1))
    whole = ticket(desk, first)
    assert texts(desk, first) == ["one", "two", "three"]
    assert [message.position for message in whole.messages] == [1, 2, 3]
    assert (whole.line.message_count, whole.line.tags) == (3, ("refund", "vip"))
    assert [one.address for one in whole.followers] == [BOB]
    assert list(lists.numbers(desk)) == [1]
    assert list(lists.numbers(desk, "status:merged")) == [2]
    assert list(lists.numbers(desk, "two")) == [1]
    gone = ticket(desk, second)
    assert (gone.line.status, gone.merged_into, gone.messages) == (Status.MERGED, 1, ())
    assert (drafts.draft(desk, first, "reply") or Draft("", 0)).text == "We will"
    assert reading.merged_into(desk, 2) == 1


def kept(desk: Desk) -> dict[int, str]:
    """My drafts of replies by ticket."""
    return {number: one.text for (number, _), one in inbox.my_drafts(desk).items()}


def test_drafts_that_become_one_keep_the_copies_of_both(desk: Desk) -> None:
    first, second = write_in(desk), write_in(desk)
    for number, word in ((first, "one"), (second, "two")):
        cc, bcc = Address("", f"{word}@acme.test"), Address("", f"{word}@other.test")
        named = Recipients((Address("", "maria@acme.test"),), (cc,), bcc=(bcc,))
        drafts.save_draft(desk, number, "reply", word, 0, recipients=named)
    merging.merge(desk, [second], first)
    draft = drafts.draft(desk, first, "reply")
    assert draft is not None
    assert draft.recipients is not None
    assert [one.address for one in draft.recipients.everybody] == [
        "maria@acme.test",
        "one@acme.test",
        "two@acme.test",
        "one@other.test",
        "two@other.test",
    ]
    undo.undo(desk)
    again = drafts.draft(desk, second, "reply")
    assert again is not None
    assert again.recipients is not None
    assert [one.address for one in again.recipients.cc] == ["two@acme.test"]


@pytest.mark.parametrize(
    ("changed", "back"),
    [
        (None, {1: "Hello one", 2: "Hello two"}),
        ("Hello changed\n\nHello two", {1: "Hello changed", 2: "Hello two"}),
        ("Hello two", {2: "Hello two"}),
        ("Hello changed", {1: "Hello changed", 2: "Hello two"}),
        ("", {}),
    ],
)
def test_a_draft_goes_below_the_one_of_its_writer_and_undo_gives_each_back(
    each_desk: Desk, changed: str | None, back: dict[int, str]
) -> None:
    desk = each_desk
    for number, word in ((1, "one"), (2, "two")):
        write_in(desk)
        drafts.save_draft(desk, number, "reply", f"Hello {word}", 0)
    plan = merging.plan(desk, [2], 1)
    assert plan.joined == 1
    assert plan.told[-1] == "A draft goes below the one that its writer has in #1."
    done = merging.merge(desk, [2], 1)
    assert done.sentence == f"Merged #2 into #1. {plan.told[-1]}"
    assert kept(desk) == {1: "Hello one\n\nHello two"}
    if changed is not None:
        drafts.save_draft(desk, 1, "reply", changed, 0)
    undo.undo(desk)
    assert kept(desk) == back


def test_a_verb_on_a_merged_ticket_says_where_it_went(desk: Desk) -> None:
    for _ in range(3):
        write_in(desk)
    merge(desk, 1, 2)
    merge(desk, 2, 3)
    for verb in (
        lambda: verbs.solve(desk, [1]),
        lambda: verbs.follow(desk, [1]),
        lambda: verbs.note(desk, 1, "Hm"),
        lambda: writing.reply(desk, 1, "Hello"),
        lambda: drafts.save_draft(desk, 1, "reply", "Hello", 0),
        lambda: attachments.content(desk, 1, 1),
        lambda: merge(desk, 1, 3),
        lambda: merge(desk, 3, 1),
    ):
        with pytest.raises(TicketMerged, match="#1 was merged into #3"):
            verb()


def test_what_cannot_be_merged_says_why(desk: Desk) -> None:
    write_in(desk)
    write_in(desk)
    verbs.spam(desk, [2])
    for numbers, into, words in (
        ([1], 1, "into itself"),
        ([2], 1, "#2 is spam"),
        ([1], 2, "nobody would see"),
    ):
        with pytest.raises(NotMergeable, match=words):
            merging.merge(desk, numbers, into)
    with pytest.raises(NotFound):
        merging.merge(desk, [9], 1)
    assert texts(desk, 1) == ["It leaks."]


def test_tickets_of_different_customers_are_asked_about_and_the_targets_customer_stays(
    desk: Desk,
) -> None:
    write_in(desk)
    write_in(desk, sender="john@else.test")
    plan = merging.plan(desk, [2], 1)
    assert plan.told == [
        "#2 “Leak” of john@else.test (1 message) goes into #1 “Leak” of maria@acme.test."
    ]
    with pytest.raises(CustomersDiffer, match=r"#2 is of john@else.test and #1 of maria@acme.test"):
        merging.merge(desk, [2], 1)
    merging.merge(desk, [2], 1, agree=lambda question: question == plan.question)
    assert ticket(desk, 1).line.customer.address == "maria@acme.test"
    with desk.db.read() as tx:
        assert "john@else.test" in regrouping.people_of(tx, 1)


def test_what_the_agent_has_not_seen_and_what_a_role_forbids_refuses(desk: Desk) -> None:
    write_in(desk)
    write_in(desk)
    seen = ticket(desk, 2).last_event
    write_in(desk, 2)
    with pytest.raises(ChangedMeanwhile):
        merging.merge(desk, [2], 1, sight=Sight(seen))
    with desk.db.write() as tx:
        people.add_agent(tx, "Leo", "leo@shop.test", Role.READ_ONLY, now=desk.now())
    with pytest.raises(NotAllowed):
        merging.merge(as_agent(desk, "leo@shop.test"), [2], 1)


def test_the_clock_of_the_target_goes_on_from_the_oldest_waiting_message(
    desk: Desk, clock: StandingClock
) -> None:
    promise(desk, first_response="8h", next_response="4h", resolution="40h")
    write_in(desk)
    waits = clock()
    clock.tick(hours=1)
    write_in(desk)
    writing.reply(desk, 2, "Hello", status=Status.SOLVED)
    clock.tick(hours=1)
    merging.merge(desk, [1], 2)
    found = ticket(desk, 2).line
    assert (found.status, found.waiting_since) == (Status.OPEN, waits)
    assert open_clocks(desk, 2) == {"first-response": waits}
    with desk.db.read() as tx:
        gone = [one.target for one in targets.of_ticket(tx, 1)]
    assert {one.cancelled_because for one in gone} == {"merged"}
    assert all(one.breached_at is None for one in gone)
    volume = run(desk, [("volume", Question("7d"))])[0]
    assert volume.total.values["created"] == 1


FIRST, NEXT = "first-response", "next-response"


@pytest.mark.parametrize(
    ("promised", "here", "there"),
    [
        ({"first_response": "24h"}, FIRST, "solved"),
        ({"first_response": "24h"}, FIRST, "asked again"),
        ({"first_response": "24h", "next_response": "4h"}, FIRST, "asked again"),
        ({"first_response": "24h", "next_response": "4h"}, NEXT, "new"),
    ],
)
def test_what_is_promised_in_a_merged_ticket_goes_on_in_the_other_one(
    desk: Desk,
    servers: FakeServers,
    clock: StandingClock,
    *,
    promised: dict[str, Any],
    here: str,
    there: str,
) -> None:
    desk = servers.at(desk)
    promise(desk, **promised)
    take_in(desk, servers, letter("a"), letter("b", sender=EVE))
    if there == "solved":
        verbs.solve(desk, [2])
    asks = {1: here == NEXT, 2: there == "asked again"}
    for number, name in ((1, "a"), (2, "b")):
        if not asks[number]:
            continue
        clock.tick(hours=1)
        writing.reply(desk, number, "Hello")
        left(desk)
        take_in(desk, servers, letter(f"{name}2", references=[name]))
    clock.tick(hours=1)
    before, one, other = everything(desk, (1, 2)), open_clocks(desk, 1), open_clocks(desk, 2)
    assert set(one) == {here}
    done = merging.merge(desk, [1], 2, agree=lambda _: True)
    both = {kind: min(it[kind] for it in (one, other) if kind in it) for kind in one | other}
    assert (open_clocks(desk, 1), open_clocks(desk, 2)) == ({}, both)
    undo.undo(desk, gesture_id=done.gesture)
    assert everything(desk, (1, 2)) == before
    merge(desk, 1, 2)
    writing.reply(desk, 2, "We look", agree=lambda _: True)
    assert open_clocks(desk, 2) == {}
    undo.undo(desk)
    assert open_clocks(desk, 2) == both


PATHS = ["signed", "plus", "stored", "number", "related"]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("chain", [False, True])
def test_mail_that_names_a_merged_ticket_goes_where_its_messages_are(
    desk: Desk, servers: FakeServers, path: str, *, chain: bool
) -> None:
    desk = servers.at(desk)
    take_in(desk, servers, letter("a"), letter("b"), letter("c"))
    writing.reply(desk, 1, "Hello")
    left(desk)
    ours = ticket(desk, 1).messages[-1].message_id or ""
    token = ours.strip("<>").partition("@")[0]
    merging.merge(desk, [1], 2)
    if chain:
        merging.merge(desk, [2], 3)
    mail = {
        "signed": letter("x", references=[ours]),
        "plus": letter("x", to=f"help+{token}@shop.test"),
        "stored": letter("x", references=["a"]),
        "number": letter("x", subject="Re: Grinder [#1]"),
        "related": letter("x", references=["gone", "a"]),
    }[path]
    take_in(desk, servers, mail)
    into = 3 if chain else 2
    assert ticket(desk, into).messages[-1].message_id == "<x@customer.test>"
    assert not ticket(desk, into).messages[-1].unverified or path in {"number", "related"}
    (decided,) = why(desk, "<x@customer.test>")
    assert decided.ticket == into
    if path in {"signed", "plus", "number"}:
        assert f"#1 (now in #{into})" in str(decided.reason) or path == "signed"


def test_mail_for_a_ticket_merged_into_a_deleted_one_opens_a_linked_ticket(
    desk: Desk, servers: FakeServers
) -> None:
    desk = servers.at(desk)
    take_in(desk, servers, letter("a"), letter("b"))
    merging.merge(desk, [1], 2)
    verbs.delete(desk, [2])
    take_in(desk, servers, letter("x", references=["a"]), letter("y", subject="Re: [#1]"))
    assert [(link.number, link.kind) for link in ticket(desk, 3).links] == [(2, "follow-up")]


def test_a_bounce_of_a_reply_from_before_the_merge_stands_where_the_reply_is(
    desk: Desk, servers: FakeServers
) -> None:
    desk = servers.at(desk)
    returned = answered(desk, servers)
    take_in(desk, servers, letter("b"))
    merging.merge(desk, [1], 2)
    take_in(desk, servers, bounce(returned, GRACE))
    whole = ticket(desk, 2)
    assert whole.messages[-1].is_report
    assert [one.delivery for one in whole.messages if one.delivery] == [Delivery.BOUNCED]


def test_a_queued_reply_goes_with_its_ticket_and_leaves(desk: Desk, servers: FakeServers) -> None:
    desk = servers.at(desk)
    take_in(desk, servers, letter("a"), letter("b"))
    writing.reply(desk, 1, "Hello")
    merging.merge(desk, [1], 2)
    assert [one.ticket for one in outbox.list_outbox(desk)] == [2]
    assert isinstance(desk.clock, StandingClock)
    desk.clock.tick(minutes=5)
    take_in(desk, servers)
    assert len(servers.submitted) == 1


def test_undo_of_an_older_verb_of_a_merged_ticket_is_refused(desk: Desk) -> None:
    write_in(desk)
    write_in(desk)
    verbs.solve(desk, [1])
    merging.merge(as_agent(desk, BOB), [1], 2)
    with pytest.raises(TicketMerged):
        undo.undo(desk, 1)


def test_undo_refuses_while_messages_were_moved_since_and_works_in_turn(desk: Desk) -> None:
    for _ in range(4):
        write_in(desk)
    before = everything(desk, (1, 2, 3, 4))
    first = merging.merge(desk, [1, 2], 3)
    second = merging.merge(desk, [3], 4)
    with pytest.raises(UndoRefused) as refused:
        undo.undo(desk, gesture_id=first.gesture)
    assert str(refused.value) == (
        "Merging #2 into #3 cannot be undone: #3 has since been merged into #4 by ada@shop.test."
    )
    assert refused.value.hint == "Undo first: supportcli ticket undo 3"
    undo.undo(desk, gesture_id=second.gesture)
    assert undo.undo(desk, gesture_id=first.gesture).sentence.startswith("Undone (merged)")
    assert everything(desk, (1, 2, 3, 4)) == before


def test_undo_says_what_to_undo_first_and_what_somebody_else_did(desk: Desk) -> None:
    for _ in range(4):
        write_in(desk)
    merge(desk, 1, 2)
    merge(desk, 2, 3)
    merging.merge(as_agent(desk, BOB), [3], 4)
    with pytest.raises(UndoRefused) as refused:
        undo.undo(desk, 1)
    assert str(refused.value) == (
        "Merging #1 into #2 cannot be undone: #2 has since been merged into #3 by ada@shop.test."
    )
    assert refused.value.hint == (
        "Undo first: supportcli ticket undo 3 (done by bob@shop.test), then: supportcli ticket "
        "undo 2"
    )
    splitting.split(desk, 4, [4])
    with pytest.raises(UndoRefused, match="messages of #4 have since been split off to #5 by ada"):
        undo.undo(as_agent(desk, BOB), 3)


def test_mail_that_came_since_stays_in_the_target_and_is_told(
    desk: Desk, servers: FakeServers, clock: StandingClock
) -> None:
    desk = servers.at(desk)
    promise(desk, first_response="8h", next_response="4h")
    take_in(desk, servers, letter("a", sender=EVE), letter("b", sender=GRACE))
    verbs.solve(desk, [2])
    merging.merge(desk, [1], 2, agree=lambda _: True)
    clock.tick(hours=1)
    take_in(desk, servers, letter("x", "And another.", sender=EVE, references=["a"]))
    came = clock()
    assert texts(desk, 2)[-1] == "And another."
    done = undo.undo(desk)
    assert done.partly
    assert "1 message that came since stays in #2" in done.sentence
    assert texts(desk, 1) == ["It grinds."]
    assert texts(desk, 2) == ["It grinds.", "And another."]
    line = ticket(desk, 2).line
    assert (line.status, line.waiting_since) == (Status.OPEN, came)
    assert ticket(desk, 1).line.waiting_since == START
    with desk.db.read() as tx:
        assert [one.target.started_at for one in targets.of_ticket(tx, 2)][-1] == came
        assert EVE in regrouping.people_of(tx, 2)
    take_in(desk, servers, letter("y", sender=EVE, references=["a"]))
    assert ticket(desk, 1).messages[-1].message_id == "<y@customer.test>"


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["write", "reply", "note", "solve", "wait", "tag", "follow", "draft"]),
        st.integers(1, 3),
    ),
    max_size=8,
)
MERGES = st.sampled_from([([1], 2), ([2], 1), ([1, 2], 3), ([3, 1], 2)])


@given(steps=STEPS, wanted=MERGES)
@thorough
@settings(max_examples=60 if LONG else examples(6, 15), deadline=None)
def test_a_merge_undone_leaves_everything_as_it_was(
    steps: list[tuple[str, int]],
    wanted: tuple[list[int], int],
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    clock = StandingClock()
    with desk_at(f"sqlite:///{tmp_path_factory.mktemp('merge')}/desk.db", clock) as desk:
        promise(desk, first_response="8h", next_response="2h", resolution="9h")
        for sender in ("maria@acme.test", "john@acme.test", "maria@acme.test"):
            write_in(desk, sender=sender)
        for step, number in steps:
            clock.tick(minutes=40)
            _do(desk, step, number)
        before = everything(desk, (1, 2, 3))
        clock.tick(hours=1)
        numbers, into = wanted
        done = merging.merge(desk, numbers, into, agree=lambda _: True)
        assert {one for one in (1, 2, 3) if ticket(desk, one).merged_into} == set(numbers)
        undo.undo(desk, gesture_id=done.gesture)
        assert everything(desk, (1, 2, 3)) == before


def _do(desk: Desk, step: str, number: int) -> None:
    match step:
        case "write":
            write_in(desk, number, sender="sue@else.test", text=f"More {desk.now()}")
        case "reply":
            writing.reply(desk, number, "Hello", agree=lambda _: True)
        case "note":
            verbs.note(desk, number, "Hm")
        case "solve":
            verbs.solve(desk, [number])
        case "wait":
            verbs.wait(desk, [number])
        case "tag":
            verbs.tag(desk, [number], {f"t{number}"})
        case "follow":
            verbs.follow(desk, [number])
        case _:
            drafts.save_draft(desk, number, "reply", f"Draft {number}", 0)
