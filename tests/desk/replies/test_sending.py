"""Sending: each state is committed before what it announces, so that a crash at any point neither
loses a reply nor sends it twice."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import NoReturn

import pytest

from supportcli.channels.channel import FolderRole
from supportcli.desk import Desk
from supportcli.desk.mail.sync import MailboxReport, sync
from supportcli.desk.replies import drafts, outbox, sending, writing
from supportcli.desk.replies.sending import Sent, send_due
from supportcli.desk.setup import founding
from supportcli.desk.tickets import reading
from supportcli.desk.undo import undo
from supportcli.domain.mailbox import Mailbox
from supportcli.domain.people import Role
from supportcli.domain.replies.delivery import (
    HOLD,
    Outgoing,
    RecipientOutcome,
    RecipientResult,
    RecipientState,
)
from supportcli.domain.tickets.ticket import Delivery, Ticket
from supportcli.errors.database import DiskFull
from supportcli.errors.names import NotFound
from supportcli.errors.replies import DeliveryStepRefused, ReplyHasLeft, SentUnsearched
from supportcli.errors.setup import MailboxRemoved, RepliesWait, SecretMissing
from supportcli.storage.engine import rows
from supportcli.storage.engine.locks import mailbox_lock
from supportcli.storage.replies import outbox as stored
from supportcli.storage.setup import mailboxes
from supportcli.storage.tables import AgentRow
from tests.desk.desks import StandingClock, desk_at
from tests.desk.fake_channel import BROKEN, FakeFolder, FakeServers
from tests.desk.letters import GRACE, HELP, letter

CC = "cc@customer.test"


class Killed(BaseException):
    """The process dies here."""


@pytest.fixture
def desk(tmp_path: Path, clock: StandingClock, servers: FakeServers) -> Iterator[Desk]:
    """A desk with a ticket of Grace's, and a colleague of hers in Cc."""
    with desk_at(f"sqlite:///{tmp_path / 'desk.db'}", clock) as desk:
        servers.at(desk)
        servers.deliver(letter("one", headers=f"Cc: {CC}"))
        sync(servers.at(desk))
        yield servers.at(desk)


def queued(desk: Desk) -> int:
    """A reply that is due; answers with its number in the outbox."""
    writing.reply(desk, 1, "Try this.", send_now=True)
    return outbox.list_outbox(desk)[0].id


def passed(desk: Desk) -> MailboxReport:
    (report,) = sync(desk).mailboxes
    return report


def reply_of(desk: Desk, outbox_id: int = 1) -> Outgoing:
    return next(one for one in outbox.list_outbox(desk, everything=True) if one.id == outbox_id)


def killed(*_args: object) -> NoReturn:
    raise Killed


def test_a_reply_leaves_after_its_hold_with_the_bytes_that_were_made(
    desk: Desk, servers: FakeServers, clock: StandingClock
) -> None:
    writing.reply(desk, 1, "Try this.")
    assert (passed(desk).sent, servers.submitted) == (0, [])
    assert reply_of(desk).not_before == clock.now + HOLD
    clock.tick(seconds=10)
    assert passed(desk).sent == 1
    (mail,) = servers.submitted
    assert (mail.sender, sorted(mail.recipients)) == (HELP, [CC, GRACE])
    message = reading.ticket(desk, 1).messages[-1]
    assert (message.delivery, reply_of(desk).sent_at) == (Delivery.SENT, clock.now)
    assert f"Message-ID: {message.message_id}\r\n".encode() in mail.content
    assert [
        event.after["delivery"]
        for event in reading.ticket(desk, 1).events
        if event.kind == "delivery"
    ] == ["sending", "sent"]
    assert passed(desk).sent == 0


def test_every_attempt_sends_the_same_bytes(
    desk: Desk, servers: FakeServers, clock: StandingClock
) -> None:
    queued(desk)
    servers.outcomes += [dict.fromkeys((GRACE, CC), RecipientOutcome.UNKNOWN)] * 2
    passed(desk)
    for _ in range(2):
        clock.tick(hours=1)
        outbox.retry(desk, 1)
    assert len(servers.submitted) == 3
    assert len({mail.content for mail in servers.submitted}) == 1


def test_a_crash_before_the_dot_is_sent_again_by_the_next_pass(
    desk: Desk, servers: FakeServers
) -> None:
    queued(desk)
    servers.during = killed
    with pytest.raises(Killed):
        sync(desk)
    assert (reply_of(desk).state, servers.submitted) == (Delivery.SENDING, [])
    servers.during = lambda: None
    assert passed(desk).sent == 1
    assert (len(servers.submitted), reply_of(desk).attempts) == (1, 2)


def test_a_crash_behind_the_dot_is_uncertain_and_never_sent_again_by_itself(
    desk: Desk, servers: FakeServers, clock: StandingClock
) -> None:
    queued(desk)
    servers.after = killed
    with pytest.raises(Killed):
        sync(desk)
    assert reply_of(desk).state is Delivery.TRANSMITTING
    servers.after = lambda: None
    assert passed(desk).uncertain == 1
    for _ in range(3):
        clock.tick(days=2)
        passed(desk)
    assert (reply_of(desk).state, len(servers.submitted)) == (Delivery.UNCERTAIN, 1)
    assert "may have arrived" in (reading.ticket(desk, 1).messages[-1].answer or "")


def test_a_crash_behind_the_dot_is_settled_by_the_folder_of_sent_mail(
    desk: Desk, servers: FakeServers
) -> None:
    queued(desk)
    servers.after = killed
    with pytest.raises(Killed):
        sync(desk)
    servers.after = lambda: None
    servers.boxes["Sent"] = FakeFolder(FolderRole.SENT)
    servers.deliver(servers.submitted[0].content, folder="Sent")
    report = passed(desk)
    assert (report.sent, report.uncertain, reply_of(desk).state, len(servers.submitted)) == (
        1,
        0,
        Delivery.SENT,
        1,
    )


def test_a_full_disk_before_the_dot_leaves_the_mail_unsent(
    desk: Desk, servers: FakeServers, monkeypatch: pytest.MonkeyPatch
) -> None:
    queued(desk)

    def disk_full(*_args: object) -> NoReturn:
        raise DiskFull("desk.db")

    servers.during = lambda: monkeypatch.setattr(stored, "transmits", disk_full)
    with pytest.raises(DiskFull):
        sync(desk)
    monkeypatch.undo()
    servers.during = lambda: None
    assert servers.submitted == []
    assert passed(desk).sent == 1


@pytest.mark.parametrize("in_sent", [False, True])
def test_silence_behind_the_dot_is_settled_by_the_folder_of_sent_mail(
    desk: Desk, servers: FakeServers, in_sent: bool
) -> None:
    queued(desk)
    servers.boxes["Sent"] = FakeFolder(FolderRole.SENT)
    servers.outcomes.append(dict.fromkeys((GRACE, CC), RecipientOutcome.UNKNOWN))
    if in_sent:
        servers.after = lambda: servers.boxes["Sent"].mails.update(
            {1: replace(servers.boxes["INBOX"].mails[1], raw=servers.submitted[-1].content)}
        )
    report = passed(desk)
    assert (report.sent, report.uncertain) == (in_sent, not in_sent)
    assert reply_of(desk).state is (Delivery.SENT if in_sent else Delivery.UNCERTAIN)


def test_an_answer_that_names_the_reply_proves_that_it_arrived(
    desk: Desk, servers: FakeServers
) -> None:
    queued(desk)
    servers.outcomes.append(dict.fromkeys((GRACE, CC), RecipientOutcome.UNKNOWN))
    passed(desk)
    servers.deliver(letter("two", references=[reply_of(desk).rfc_message_id]))
    passed(desk)
    assert reply_of(desk).state is Delivery.SENT
    assert [one.state for one in reply_of(desk).recipients] == [
        RecipientState.SENT
    ] * 2  # the server took one mail for both


@pytest.mark.parametrize("proof", ["sent folder", "answer", "retry"])
def test_who_was_put_off_is_not_forgotten_when_the_others_prove_to_have_it(
    desk: Desk, servers: FakeServers, clock: StandingClock, proof: str
) -> None:
    queued(desk)
    servers.boxes["Sent"] = FakeFolder(FolderRole.SENT)
    servers.outcomes.append({GRACE: RecipientOutcome.UNKNOWN, CC: RecipientOutcome.LATER})
    if proof == "sent folder":
        servers.after = lambda: servers.boxes["Sent"].mails.update(
            {1: replace(servers.boxes["INBOX"].mails[1], raw=servers.submitted[0].content)}
        )
    passed(desk)
    if proof == "answer":
        servers.deliver(letter("two", references=[reply_of(desk).rfc_message_id]))
    elif proof == "retry":
        servers.deliver(servers.submitted[0].content, folder="Sent")
        outbox.retry(desk, 1)
    clock.tick(minutes=1)
    passed(desk)
    assert reply_of(desk).state is Delivery.SENT
    assert [mail.recipients for mail in servers.submitted] == [(GRACE,), (CC,)]


def test_a_refusal_stays_visible_when_the_others_prove_to_have_it(
    desk: Desk, servers: FakeServers
) -> None:
    queued(desk)
    servers.outcomes.append({GRACE: RecipientOutcome.UNKNOWN, CC: RecipientOutcome.REFUSED})
    passed(desk)
    servers.deliver(letter("two", references=[reply_of(desk).rfc_message_id]))
    passed(desk)
    assert reply_of(desk).state is Delivery.FAILED
    assert f"{CC}: words for {CC}; it reached {GRACE}" == reply_of(desk).answer


def recovered(desk: Desk) -> None:
    """What another sender does that got the send lock: it was freed under the first one, whose
    database server was restarted."""
    with desk.db.read() as tx:
        (box,) = mailboxes.mailboxes(tx)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sending, "mailbox_lock", lambda *_: nullcontext(True))
        send_due(desk, box, desk.channels(box))


def test_a_sender_that_lost_its_lock_before_the_dot_sends_nothing(
    desk: Desk, servers: FakeServers
) -> None:
    queued(desk)

    def once() -> None:
        servers.during = lambda: None
        recovered(desk)

    servers.during = once
    assert passed(desk).sent == 0
    assert (len(servers.submitted), reply_of(desk).state, reply_of(desk).attempts) == (
        1,
        Delivery.SENT,
        2,
    )


@pytest.mark.parametrize(
    ("outcome", "state"),
    [(RecipientOutcome.ACCEPTED, Delivery.SENT), (RecipientOutcome.LATER, Delivery.UNCERTAIN)],
)
def test_a_sender_that_lost_its_lock_behind_the_dot_tells_only_what_is_sure(
    desk: Desk, servers: FakeServers, outcome: RecipientOutcome, state: Delivery
) -> None:
    queued(desk)
    with desk.db.read() as tx:
        (box,) = mailboxes.mailboxes(tx)
    channel = servers.channel(box)

    def submit(
        _sender: str,
        recipients: Sequence[str],
        _content: bytes,
        before_final_dot: Callable[[Sequence[str]], None],
    ) -> tuple[RecipientResult, ...]:
        before_final_dot(recipients)
        recovered(desk)
        return tuple(RecipientResult(one, outcome, "words") for one in recipients)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(channel, "submit", submit)
        send_due(desk, box, channel)
    assert reply_of(desk).state is state


def test_each_recipient_is_tried_until_it_is_settled(
    desk: Desk, servers: FakeServers, clock: StandingClock
) -> None:
    queued(desk)
    servers.outcomes.append({CC: RecipientOutcome.LATER})
    assert passed(desk).deferred == 1
    assert reply_of(desk).state is Delivery.DEFERRED
    assert timedelta(seconds=45) <= reply_of(desk).not_before - clock.now <= timedelta(minutes=1)
    assert passed(desk).sent == 0
    clock.tick(minutes=1)
    assert passed(desk).sent == 1
    assert [mail.recipients for mail in servers.submitted] == [(GRACE,), (CC,)] or [
        set(mail.recipients) for mail in servers.submitted
    ] == [
        {GRACE},
        {CC},
    ]


def test_a_refusal_is_final_and_visible(
    desk: Desk, servers: FakeServers, clock: StandingClock
) -> None:
    queued(desk)
    servers.outcomes.append({CC: RecipientOutcome.REFUSED})
    assert passed(desk).failed == 1
    clock.tick(days=1)
    passed(desk)
    assert len(servers.submitted) == 1
    message = reading.ticket(desk, 1).messages[-1]
    assert message.delivery is Delivery.FAILED
    assert f"{CC}: words for {CC}; it reached {GRACE}" == message.answer


def test_a_server_that_cannot_be_used_delays_what_it_met_and_leaves_the_rest_due(
    desk: Desk, servers: FakeServers, clock: StandingClock
) -> None:
    queued(desk)
    writing.reply(desk, 1, "And this.", send_now=True)
    servers.refuses = BROKEN
    report = passed(desk)
    assert report.error is BROKEN
    assert [one.state for one in outbox.list_outbox(desk)] == [Delivery.QUEUED, Delivery.DEFERRED]
    servers.refuses = None
    clock.tick(minutes=1)
    assert passed(desk).sent == 2


def test_only_one_sender_at_a_time(desk: Desk, servers: FakeServers) -> None:
    queued(desk)
    with desk.db.read() as tx:
        (box,) = mailboxes.mailboxes(tx)
    with mailbox_lock(desk.db, box.id, "send") as held:
        assert held
        assert passed(desk).sent == 0
    assert servers.submitted == []
    assert passed(desk).sent == 1


def test_a_reply_leaves_although_another_sync_is_reading(desk: Desk) -> None:
    queued(desk)
    with desk.db.read() as tx:
        (box,) = mailboxes.mailboxes(tx)
    with mailbox_lock(desk.db, box.id, "sync"):
        report = passed(desk)
    assert (report.busy, report.sent) == (True, 1)


def test_a_reply_taken_back_while_others_are_sent_does_not_leave(
    desk: Desk, servers: FakeServers, clock: StandingClock
) -> None:
    queued(desk)
    writing.reply(desk, 1, "Not this.")
    clock.tick(seconds=10)
    servers.during = lambda: outbox.cancel(desk, 2)
    assert passed(desk).sent == 1
    assert (len(servers.submitted), reply_of(desk, 2).state) == (1, Delivery.CANCELLED)


def test_undo_takes_back_a_held_reply_and_refuses_one_that_has_left(
    desk: Desk, clock: StandingClock
) -> None:
    writing.reply(desk, 1, "Wait.")
    undo(desk)
    clock.tick(minutes=1)
    assert passed(desk).sent == 0
    writing.reply(desk, 1, "Now.", send_now=True)
    assert passed(desk).sent == 1
    with pytest.raises(ReplyHasLeft):
        undo(desk)


def tried(
    desk: Desk,
    servers: FakeServers,
    *outcomes: RecipientOutcome,
    cc: RecipientOutcome | None = None,
) -> None:
    """A reply that met these outcomes, one after the other (`cc` for the colleague in Cc)."""
    queued(desk)
    servers.outcomes += [{GRACE: outcome, CC: cc or outcome} for outcome in outcomes]
    for again in range(len(outcomes)):
        if again:
            outbox.retry(desk, 1)
        else:
            passed(desk)


@pytest.mark.parametrize(
    "outcomes",
    [
        [],
        [RecipientOutcome.LATER],
        [RecipientOutcome.REFUSED],
        [RecipientOutcome.LATER, RecipientOutcome.REFUSED],
    ],
)
def test_undo_takes_back_a_reply_that_was_given_up(
    desk: Desk, servers: FakeServers, outcomes: list[RecipientOutcome]
) -> None:
    before = reading.ticket(desk, 1)
    tried(desk, servers, *outcomes)
    outbox.cancel(desk, 1)
    assert undo(desk).numbers == (1,)
    taken_back(desk, before)


def test_undo_takes_back_a_reply_that_was_refused(desk: Desk, servers: FakeServers) -> None:
    before = reading.ticket(desk, 1)
    tried(desk, servers, RecipientOutcome.REFUSED)
    undo(desk)
    taken_back(desk, before)
    with pytest.raises(DeliveryStepRefused, match="cancelled"):
        outbox.retry(desk, 1)


def taken_back(desk: Desk, before: Ticket) -> None:
    """The ticket is as it was before the reply, which is a draft again."""
    after = reading.ticket(desk, 1)
    assert (after.messages, after.line.status, after.line.assignee) == (
        before.messages,
        before.line.status,
        before.line.assignee,
    )
    assert (after.line.delivery, after.line.waiting_since) == (None, before.line.waiting_since)
    draft = drafts.draft(desk, 1, "reply")
    assert draft is not None
    assert draft.text == "Try this."
    assert reply_of(desk).state is Delivery.CANCELLED


@pytest.mark.parametrize("give_up", [False, True])
@pytest.mark.parametrize(
    ("outcomes", "cc"),
    [
        ([RecipientOutcome.UNKNOWN], None),
        ([RecipientOutcome.REFUSED], RecipientOutcome.ACCEPTED),
        ([RecipientOutcome.UNKNOWN, RecipientOutcome.REFUSED], None),
        ([RecipientOutcome.LATER], RecipientOutcome.ACCEPTED),
    ],
)
def test_undo_refuses_a_reply_that_somebody_may_have(
    desk: Desk,
    servers: FakeServers,
    outcomes: list[RecipientOutcome],
    cc: RecipientOutcome | None,
    give_up: bool,
) -> None:
    tried(desk, servers, *outcomes, cc=cc)
    if give_up:
        outbox.cancel(desk, 1)
    before = reading.ticket(desk, 1)
    with pytest.raises(ReplyHasLeft):
        undo(desk)
    assert reading.ticket(desk, 1) == before


@pytest.mark.parametrize(
    "state",
    [Delivery.SENDING, Delivery.TRANSMITTING, Delivery.SENT, Delivery.DEFERRED, Delivery.UNCERTAIN],
)
def test_undo_refuses_a_reply_on_its_way(desk: Desk, state: Delivery) -> None:
    stands(desk, state)
    with pytest.raises(ReplyHasLeft):
        undo(desk)


def test_send_does_not_wait_for_the_hold(desk: Desk, servers: FakeServers) -> None:
    writing.reply(desk, 1, "Try this.")
    assert outbox.send(desk, 1).state is Delivery.SENT
    assert len(servers.submitted) == 1
    with pytest.raises(DeliveryStepRefused, match="sent"):
        outbox.send(desk, 1)


def test_retry_asks_again_who_refused(desk: Desk, servers: FakeServers) -> None:
    queued(desk)
    servers.outcomes.append({CC: RecipientOutcome.REFUSED})
    passed(desk)
    assert outbox.retry(desk, 1).state is Delivery.SENT
    assert [set(mail.recipients) for mail in servers.submitted] == [{GRACE}, {CC}]


def test_an_uncertain_reply_waits_until_the_sent_folder_can_be_searched(
    desk: Desk, servers: FakeServers
) -> None:
    queued(desk)
    servers.outcomes.append(dict.fromkeys((GRACE, CC), RecipientOutcome.UNKNOWN))
    passed(desk)
    servers.unsearched = BROKEN
    with pytest.raises(SentUnsearched, match="it hung up"):
        outbox.retry(desk, 1)
    assert (reply_of(desk).state, len(servers.submitted)) == (Delivery.UNCERTAIN, 1)
    assert outbox.retry(desk, 1, unsearched=True).state is Delivery.SENT
    assert len(servers.submitted) == 2


@pytest.mark.parametrize("in_sent", [False, True])
def test_retry_looks_for_an_uncertain_reply_before_it_sends_it_again(
    desk: Desk, servers: FakeServers, in_sent: bool
) -> None:
    queued(desk)
    servers.outcomes.append(dict.fromkeys((GRACE, CC), RecipientOutcome.UNKNOWN))
    passed(desk)
    servers.boxes["Sent"] = FakeFolder(FolderRole.SENT)
    if in_sent:
        servers.deliver(servers.submitted[0].content, folder="Sent")
    assert outbox.retry(desk, 1).state is Delivery.SENT
    assert len(servers.submitted) == (1 if in_sent else 2)


def test_a_cancelled_reply_is_never_sent(desk: Desk, clock: StandingClock) -> None:
    writing.reply(desk, 1, "Try this.")
    assert outbox.cancel(desk, 1).state is Delivery.CANCELLED
    clock.tick(days=1)
    assert passed(desk).sent == 0
    assert outbox.list_outbox(desk) == []
    for verb in (outbox.send, outbox.retry, outbox.cancel):
        with pytest.raises(DeliveryStepRefused, match="cancelled"):
            verb(desk, 1)


def test_a_cancelled_reply_says_who_has_it(desk: Desk, servers: FakeServers) -> None:
    tried(desk, servers, RecipientOutcome.LATER, cc=RecipientOutcome.ACCEPTED)
    passed(desk)
    assert outbox.cancel(desk, 1).answer == f"it reached {CC}"
    (message,) = (one for one in reading.ticket(desk, 1).messages if one.delivery)
    assert (message.delivery, message.answer) == (Delivery.CANCELLED, f"it reached {CC}")


def test_a_reply_that_is_not_there_is_named(desk: Desk) -> None:
    for verb in (outbox.send, outbox.retry, outbox.cancel):
        with pytest.raises(NotFound, match="7"):
            verb(desk, 7)


def test_who_holds_no_secret_makes_a_reply_due_for_those_who_do(desk: Desk) -> None:
    def nothing_held(_mailbox: Mailbox) -> NoReturn:
        raise SecretMissing(HELP, "config.toml")

    writing.reply(desk, 1, "Try this.")
    assert outbox.send(replace(desk, channels=nothing_held), 1).state is Delivery.QUEUED
    assert passed(desk).sent == 1


def stands(desk: Desk, state: Delivery) -> None:
    """A reply that has come so far, on a desk where I may set up."""
    outbox_id = queued(desk)
    with desk.db.write() as tx:
        stored.change(tx, outbox_id, state, desk.now())
        tx.connection().execute(rows.table_of(AgentRow).update().values(role=Role.ADMIN.value))


@pytest.mark.parametrize(
    "state", [Delivery.QUEUED, Delivery.SENDING, Delivery.TRANSMITTING, Delivery.DEFERRED]
)
def test_a_mailbox_from_which_a_reply_is_to_be_sent_is_not_removed(
    desk: Desk, state: Delivery
) -> None:
    stands(desk, state)
    with pytest.raises(RepliesWait, match=f"1 reply waits to be sent from {HELP}"):
        founding.remove_mailbox(desk, HELP)
    assert [box.address for box in founding.list_mailboxes(desk)] == [HELP]


@pytest.mark.parametrize(
    "state", [Delivery.SENT, Delivery.FAILED, Delivery.UNCERTAIN, Delivery.CANCELLED]
)
def test_a_mailbox_from_which_nothing_is_to_be_sent_is_removed(desk: Desk, state: Delivery) -> None:
    stands(desk, state)
    founding.remove_mailbox(desk, HELP)
    assert founding.list_mailboxes(desk) == []


@pytest.mark.parametrize(
    ("state", "verb"),
    [
        (Delivery.QUEUED, outbox.send),
        (Delivery.FAILED, outbox.retry),
        (Delivery.UNCERTAIN, outbox.retry),
    ],
)
def test_nothing_is_sent_from_a_mailbox_that_was_removed(
    desk: Desk, servers: FakeServers, state: Delivery, verb: Callable[[Desk, int], Outgoing]
) -> None:
    stands(desk, state)
    with desk.db.write() as tx:
        mailboxes.remove_mailbox(tx, 1)
    with pytest.raises(MailboxRemoved, match=f"{HELP} was removed"):
        verb(desk, 1)
    assert (reply_of(desk).state, servers.submitted) == (state, [])
    assert outbox.cancel(desk, 1).state is Delivery.CANCELLED


def test_counting_knows_the_states_it_tells() -> None:
    done = Sent()
    for state in Delivery:
        done.count(state)
    assert done == Sent(sent=1, deferred=2, failed=1, uncertain=1)


BOUNCE = """From: Mail Delivery System <mailer-daemon@customer.test>
To: help@shop.test
Subject: Undelivered Mail Returned to Sender
Message-ID: <bounce@customer.test>
In-Reply-To: {id}
Auto-Submitted: auto-replied
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b
Content-Type: text/plain

<grace@customer.test>: mailbox full
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; customer.test

Final-Recipient: rfc822; grace@customer.test
Action: failed
Status: 5.2.2

--b--
"""


@pytest.mark.parametrize("between", ["bounce", "vacation", "colleague"])
def test_the_customer_is_answered_whoever_wrote_in_between(
    desk: Desk, servers: FakeServers, between: str
) -> None:
    queued(desk)
    passed(desk)
    ours = reply_of(desk).rfc_message_id
    mail = {
        "bounce": BOUNCE.format(id=ours).replace("\n", "\r\n").encode(),
        "vacation": letter(
            "away",
            sender="robot@customer.test",
            references=[ours],
            headers="Auto-Submitted: auto-replied",
        ),
        "colleague": letter("hint", "Refund her.", sender="bob@shop.test", references=["one"]),
    }
    servers.deliver(mail[between])
    assert passed(desk).follow_ups == 1
    writing.reply(desk, 1, "And this.", send_now=True)
    passed(desk)
    assert set(servers.submitted[-1].recipients) == {GRACE, CC}
    assert b"\r\nIn-Reply-To: <one@customer.test>\r\n" in servers.submitted[-1].content
