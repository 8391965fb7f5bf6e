"""Replies with a time: they answer when they leave, and are given up if the customer writes
first."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from supportcli.desk import Desk
from supportcli.desk.mail.sync import sync
from supportcli.desk.replies import attaching, drafts, forwarding, outbox, writing
from supportcli.desk.tickets import merging, reading, verbs
from supportcli.desk.undo import undo
from supportcli.domain.mail import Address
from supportcli.domain.replies.chosen import ReplyChoice
from supportcli.domain.replies.recipients import Recipients, told
from supportcli.domain.tickets.ticket import Delivery, Direction, Status
from supportcli.errors.replies import ReplyHasLeft, TimePast
from supportcli.storage.engine.locks import mailbox_lock
from supportcli.storage.setup import mailboxes
from tests.desk.desks import BOB, StandingClock, as_agent
from tests.desk.fake_channel import BROKEN, FakeServers, take_in
from tests.desk.letters import letter

LATER = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)


def begun(desk: Desk, servers: FakeServers) -> None:
    take_in(desk, servers, letter("one"))


def planned(desk: Desk, status: Status | None = None, **chosen: object) -> str:
    done = writing.reply(
        desk,
        1,
        "See you tomorrow.",
        status=status,
        chosen=ReplyChoice(at=LATER, **chosen),  # type: ignore[arg-type]
    )
    return done.sentence


def test_it_leaves_at_its_time_and_answers_then(
    each_desk: Desk, servers: FakeServers, clock: StandingClock
) -> None:
    begun(each_desk, servers)
    waits = reading.ticket(each_desk, 1).line.waiting_since
    said = planned(each_desk, Status.SOLVED)
    assert said.startswith("Reply to #1 leaves on Tue 2026-03-03")
    line = reading.ticket(each_desk, 1).line
    assert (line.status, line.waiting_since) == (Status.PENDING, waits), "nobody has answered yet"
    clock.now = LATER - timedelta(seconds=1)
    sync(each_desk)
    assert [one.state for one in outbox.list_outbox(each_desk)] == [Delivery.QUEUED]
    clock.now = LATER
    sync(each_desk)
    assert outbox.list_outbox(each_desk) == []
    after = reading.ticket(each_desk, 1)
    assert (after.line.status, after.line.waiting_since) == (Status.SOLVED, None)
    replied = [event for event in after.events if event.kind == "replied"]
    assert [(event.at, event.actor) for event in replied] == [(LATER, "ada@shop.test")]


def test_the_customer_writes_first(
    each_desk: Desk, servers: FakeServers, clock: StandingClock, tmp_path: Path
) -> None:
    begun(each_desk, servers)
    path = tmp_path / "plan.txt"
    path.write_text("plan", encoding="utf-8")
    files = attaching.attach(each_desk, 1, [path])
    planned(each_desk, files=files, subject="The plan")
    clock.tick(hours=1)
    take_in(each_desk, servers, letter("two", "No need, it works.", references=["one"]))
    (one,) = outbox.list_outbox(each_desk)
    assert (one.state, one.answer) == (Delivery.CANCELLED, "given up: the customer wrote first")
    draft = drafts.draft(each_desk, 1, "reply")
    assert draft is not None
    assert (draft.text, draft.chosen.subject) == ("See you tomorrow.", "The plan")
    assert (draft.chosen.files, draft.chosen.at) == (files, None)
    found = reading.ticket(each_desk, 1)
    assert [message.text for message in found.messages] == ["It grinds.", "No need, it works."]
    assert found.line.status is Status.OPEN
    assert found.events[-1].kind == "given-up"
    clock.now = LATER
    sync(each_desk)
    assert servers.submitted == []
    drafts.save_draft(each_desk, 1, "reply", "", 0)
    assert outbox.list_outbox(each_desk) == [], "its draft is gone, and nothing waits for anybody"


def _to_customer(desk: Desk, cc: str) -> Recipients:
    customer = reading.ticket(desk, 1).line.customer
    return Recipients((customer,), (Address("", cc),), by_hand=frozenset({cc}))


def test_a_newer_draft_for_others_stays_as_it_is(
    each_desk: Desk, servers: FakeServers, clock: StandingClock, tmp_path: Path
) -> None:
    """Its Cc was replaced by that of the reply that was given up, and the texts were joined."""
    begun(each_desk, servers)
    path = tmp_path / "plan.txt"
    path.write_text("plan", encoding="utf-8")
    chosen = ReplyChoice("The plan", files=attaching.attach(each_desk, 1, [path]), at=LATER)
    to_boss = _to_customer(each_desk, "boss@acme.test")
    writing.reply(each_desk, 1, "See you tomorrow.", recipients=to_boss, chosen=chosen)
    seen = reading.ticket(each_desk, 1).last_event
    to_other = _to_customer(each_desk, "other@acme.test")
    newer = ReplyChoice("Prices", at=LATER)
    drafts.save_draft(each_desk, 1, "reply", "Our prices.", seen, recipients=to_other, chosen=newer)
    kept = drafts.draft(each_desk, 1, "reply")
    clock.tick(hours=1)
    take_in(each_desk, servers, letter("two", "No need, it works.", references=["one"]))
    assert drafts.draft(each_desk, 1, "reply") == kept
    note = reading.ticket(each_desk, 1).messages[-1]
    assert (note.direction, note.sender.address) == (Direction.NOTE, "ada@shop.test")
    customer = reading.ticket(each_desk, 1).line.customer
    assert note.text == (
        "A reply was given up: the customer wrote first.\n"
        f"It was to go {told(Recipients((customer,)))} (Cc boss@acme.test).\n"
        "Its subject was: The plan\n"
        "Its files were: plan.txt\n"
        "The newer draft is for other people and stays as it is. The text was:\n\n"
        "See you tomorrow."
    )
    (one,) = outbox.list_outbox(each_desk)
    assert one.answer == "given up: the customer wrote first; its text is a note in #1"


def test_a_newer_draft_for_the_same_people_gets_the_text(
    each_desk: Desk, servers: FakeServers, clock: StandingClock
) -> None:
    begun(each_desk, servers)
    planned(each_desk, subject="The plan")
    seen = reading.ticket(each_desk, 1).last_event
    newer = ReplyChoice("Prices")
    drafts.save_draft(each_desk, 1, "reply", "Our prices.", seen, chosen=newer)
    clock.tick(hours=1)
    take_in(each_desk, servers, letter("two", "No need, it works.", references=["one"]))
    draft = drafts.draft(each_desk, 1, "reply")
    assert draft is not None
    assert (draft.text, draft.seen) == ("See you tomorrow.\n\nOur prices.", seen)
    assert draft.chosen == newer
    assert len(reading.ticket(each_desk, 1).messages) == 2


def test_it_can_be_undone_until_it_leaves(
    desk: Desk, servers: FakeServers, clock: StandingClock
) -> None:
    desk = servers.at(desk)
    begun(desk, servers)
    planned(desk)
    clock.now = LATER - timedelta(minutes=1)
    undo(desk, 1)
    draft = drafts.draft(desk, 1, "reply")
    assert draft is not None
    assert (draft.text, draft.chosen.at) == ("See you tomorrow.", LATER)
    assert reading.ticket(desk, 1).line.status is Status.NEW
    planned(desk)
    clock.now = LATER
    sync(desk)
    with pytest.raises(ReplyHasLeft):
        undo(desk, 1)


def test_a_ticket_that_is_thrown_away_mails_nobody(
    desk: Desk, servers: FakeServers, clock: StandingClock
) -> None:
    desk = servers.at(desk)
    begun(desk, servers)
    planned(desk)
    verbs.spam(desk, [1])
    clock.now = LATER
    sync(desk)
    assert servers.submitted == []
    assert drafts.draft(desk, 1, "reply") is not None


def passed_on(desk: Desk) -> None:
    chosen = replace(forwarding.begin(desk, 1), at=LATER)
    to = Recipients((Address("", "lab@parts.test"),), by_hand=frozenset({"lab@parts.test"}))
    forwarding.forward(desk, 1, "Yours?", to, chosen)


def test_a_forward_leaves_at_its_time_also_if_the_customer_writes(
    each_desk: Desk, servers: FakeServers, clock: StandingClock
) -> None:
    begun(each_desk, servers)
    passed_on(each_desk)
    take_in(each_desk, servers, letter("two", "Hurry!", references=["one"]))
    sync(each_desk)
    assert servers.submitted == [], "it waits for its time"
    waits = reading.ticket(each_desk, 1).line.waiting_since
    clock.now = LATER
    sync(each_desk)
    (mail,) = servers.submitted
    assert mail.recipients == ("lab@parts.test",)
    after = reading.ticket(each_desk, 1)
    assert after.line.waiting_since == waits, "the customer has no answer by it"
    assert "replied" not in [event.kind for event in after.events]


def test_a_forward_of_a_ticket_that_is_thrown_away_is_a_draft_again(
    desk: Desk, servers: FakeServers, clock: StandingClock
) -> None:
    desk = servers.at(desk)
    begun(desk, servers)
    passed_on(desk)
    verbs.spam(desk, [1])
    clock.now = LATER
    sync(desk)
    assert servers.submitted == []
    draft = drafts.draft(desk, 1, "forward")
    assert draft is not None
    assert (draft.text, draft.chosen.at) == ("Yours?", None)


def test_a_colleague_sees_it_before_sending(desk: Desk, servers: FakeServers) -> None:
    desk = servers.at(desk)
    begun(desk, servers)
    seen = reading.ticket(desk, 1).last_event
    planned(desk)
    with pytest.raises(Exception, match="a reply with a time by Ada Byron arrived"):
        writing.reply(as_agent(desk, BOB), 1, "Mine.", seen=seen)


def test_a_time_that_has_passed_meanwhile_keeps_the_text(
    desk: Desk, servers: FakeServers, clock: StandingClock
) -> None:
    begun(servers.at(desk), servers)
    clock.now = LATER
    with pytest.raises(TimePast):
        planned(desk)


def test_a_merge_takes_it_along(
    each_desk: Desk, servers: FakeServers, clock: StandingClock
) -> None:
    begun(each_desk, servers)
    take_in(each_desk, servers, letter("other", subject="Another thing"))
    planned(each_desk)
    merging.merge(each_desk, [1], 2)
    clock.tick(hours=1)
    take_in(each_desk, servers, letter("two", "No need.", references=["other"]))
    (one,) = outbox.list_outbox(each_desk)
    assert (one.ticket, one.state) == (2, Delivery.CANCELLED)
    draft = drafts.draft(each_desk, 2, "reply")
    assert draft is not None
    assert draft.text == "See you tomorrow."


@pytest.mark.parametrize("how", ["merged", "solved", "reassigned"])
def test_it_leaves_whatever_became_of_its_ticket(
    desk: Desk, servers: FakeServers, clock: StandingClock, how: str
) -> None:
    desk = servers.at(desk)
    begun(desk, servers)
    take_in(desk, servers, letter("other", subject="Another thing"))
    planned(desk)
    if how == "merged":
        merging.merge(desk, [1], 2)
    elif how == "solved":
        verbs.solve(desk, [1])
    else:
        verbs.assign(desk, [1], "bob@shop.test")
    clock.now = LATER
    sync(desk)
    assert len(servers.submitted) == 1
    (sent,) = outbox.list_outbox(desk, everything=True)
    assert sent.state is Delivery.SENT
    after = reading.ticket(desk, sent.ticket)
    assert after.line.waiting_since is None
    assert (after.line.status is Status.SOLVED) == (how == "solved")


def test_it_waits_until_the_program_can_see_whether_the_customer_has_written(
    each_desk: Desk, servers: FakeServers, clock: StandingClock
) -> None:
    begun(each_desk, servers)
    planned(each_desk)
    clock.now, servers.reads_nothing = LATER, BROKEN
    (report,) = sync(each_desk).mailboxes
    (one,) = outbox.list_outbox(each_desk)
    assert (servers.submitted, one.state, report.late) == ([], Delivery.DEFERRED, 0)
    assert (one.answer or "").startswith("cannot see whether the customer has written")
    clock.tick(hours=4)
    (report,) = sync(each_desk).mailboxes
    (one,) = outbox.list_outbox(each_desk)
    assert (servers.submitted, one.state, report.late) == ([], Delivery.LATE, 1), "cron says so"
    servers.reads_nothing = None
    sync(each_desk)
    assert len(servers.submitted) == 1
    assert reading.ticket(each_desk, 1).line.waiting_since is None


def test_what_the_customer_wrote_meanwhile_gives_up_a_reply_that_waits_to_see_it(
    each_desk: Desk, servers: FakeServers, clock: StandingClock
) -> None:
    begun(each_desk, servers)
    planned(each_desk)
    clock.now, servers.reads_nothing = LATER, BROKEN
    servers.deliver(letter("two", "Never mind.", references=["one"]), clock.now)
    sync(each_desk)
    servers.reads_nothing = None
    sync(each_desk)
    (one,) = outbox.list_outbox(each_desk)
    assert (servers.submitted, one.state) == ([], Delivery.CANCELLED)
    assert drafts.draft(each_desk, 1, "reply") is not None


@pytest.mark.parametrize("how", ["sent by hand", "taken back"])
def test_an_agent_decides_about_a_reply_that_waits_to_see(
    desk: Desk, servers: FakeServers, clock: StandingClock, how: str
) -> None:
    desk = servers.at(desk)
    begun(desk, servers)
    planned(desk)
    clock.now, servers.reads_nothing = LATER, BROKEN
    sync(desk)
    clock.tick(minutes=1)
    (one,) = outbox.list_outbox(desk)
    if how == "sent by hand":
        assert outbox.send(desk, one.id).state is Delivery.SENT
    else:
        undo(desk, 1)
        assert drafts.draft(desk, 1, "reply") is not None
    assert len(servers.submitted) == (how == "sent by hand")


def test_a_reply_whose_mailbox_another_process_reads_waits_without_a_word(
    desk: Desk, servers: FakeServers, clock: StandingClock
) -> None:
    desk = servers.at(desk)
    begun(desk, servers)
    planned(desk)
    clock.now = LATER
    with desk.db.read() as tx:
        (mailbox,) = mailboxes.mailboxes(tx)
    with mailbox_lock(desk.db, mailbox.id, "sync"):
        sync(desk)
        (one,) = outbox.list_outbox(desk)
        assert (servers.submitted, one.state) == ([], Delivery.QUEUED)
        clock.tick(minutes=5)
        sync(desk)
        assert [one.state for one in outbox.list_outbox(desk)] == [Delivery.DEFERRED]
    sync(desk)
    assert len(servers.submitted) == 1


def test_a_forward_waits_for_no_reading(
    desk: Desk, servers: FakeServers, clock: StandingClock
) -> None:
    desk = servers.at(desk)
    begun(desk, servers)
    passed_on(desk)
    clock.now, servers.reads_nothing = LATER, BROKEN
    sync(desk)
    assert len(servers.submitted) == 1
