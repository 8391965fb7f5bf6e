"""How fast replies leave: limits of the mailbox, what its server asks for, and who hears of those
that wait for hours."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from supportcli.channels.channel import FolderRole
from supportcli.desk import Desk
from supportcli.desk.mail.sync import MailboxReport, sync
from supportcli.desk.replies import attaching, drafts, outbox, writing
from supportcli.desk.replies.sending import due_mailboxes
from supportcli.desk.setup import founding
from supportcli.desk.setup.sending_rules import SendingChanges, edit_sending
from supportcli.desk.tickets import reading
from supportcli.domain.mailbox import SentCopies
from supportcli.domain.replies.chosen import ReplyChoice
from supportcli.domain.replies.delivery import (
    GIVE_UP_AFTER,
    LATE_AFTER,
    Outgoing,
    RecipientOutcome,
    RecipientState,
)
from supportcli.domain.replies.sent_copies import CopyState
from supportcli.domain.tickets.ticket import Delivery
from supportcli.errors import SupportError
from supportcli.errors.replies import FilesTooLarge
from supportcli.errors.setup import SendingLimitInvalid, SentCopiesInvalid
from supportcli.storage.replies import outbox as stored
from tests.desk.desks import StandingClock, desk_at
from tests.desk.fake_channel import BROKEN, FakeFolder, FakeServers
from tests.desk.letters import GRACE, HELP, letter
from tests.long import postgres_later

JURGEN = "jürgen@customer.test"
CC = "cc@customer.test"


@pytest.fixture
def desk(url: str, clock: StandingClock, servers: FakeServers) -> Iterator[Desk]:
    """A desk on each engine, with a ticket; Ada is an admin, and the server has a folder for sent
    mail."""
    with desk_at(url, clock) as desk:
        with desk.db.write() as tx:
            tx.connection().execute(text("UPDATE agent SET role = 'admin'"))
        servers.boxes["Sent"] = FakeFolder(FolderRole.SENT)
        servers.deliver(letter("one", headers=f"Cc: {CC}, {JURGEN}"))
        sync(servers.at(desk))
        yield servers.at(desk)


def written(desk: Desk, count: int = 1) -> None:
    for number in range(count):
        writing.reply(desk, 1, f"Try this: {number}.", only_sender=True, send_now=True)


def passed(desk: Desk) -> MailboxReport:
    (report,) = sync(desk).mailboxes
    return report


def replies(desk: Desk) -> list[Outgoing]:
    return sorted(outbox.list_outbox(desk, everything=True), key=lambda one: one.id)


def states(desk: Desk) -> list[Delivery]:
    return [one.state for one in replies(desk)]


def copy(desk: Desk) -> tuple[CopyState, int, str | None]:
    (one,) = outbox.copies(desk, replies(desk)).values()
    return one.state, one.attempts, one.answer


def is_due(desk: Desk) -> bool:
    with desk.db.read() as tx:
        return bool(due_mailboxes(tx, desk.now()))


def test_no_more_leave_in_a_minute_than_the_mailbox_allows(
    desk: Desk, servers: FakeServers, clock: StandingClock
) -> None:
    edit_sending(desk, HELP, SendingChanges(a_minute="2", an_hour="3"))
    written(desk, 5)
    report = passed(desk)
    assert (report.sent, report.sends_again_at) == (2, clock.now + timedelta(minutes=1))
    clock.tick(seconds=59)
    assert (is_due(desk), passed(desk).sent) == (False, 0)
    clock.tick(seconds=1)
    assert (is_due(desk), passed(desk).sent) == (True, 1)
    clock.tick(minutes=50)
    assert passed(desk).sent == 0
    clock.tick(minutes=10)
    assert passed(desk).sent == 2
    assert states(desk) == [Delivery.SENT] * 5
    assert len(servers.submitted) == 5


def test_who_waits_for_a_limit_waits_for_no_sync(desk: Desk, clock: StandingClock) -> None:
    edit_sending(desk, HELP, SendingChanges(an_hour="1"))
    written(desk, 2)
    passed(desk)
    clock.tick(minutes=5)
    with desk.db.read() as tx:
        assert stored.overdue(tx, desk.now()) == (0, None)
    edit_sending(desk, HELP, SendingChanges(an_hour="none"))
    assert passed(desk).sent == 1


def test_a_reply_that_is_sent_by_hand_waits_only_for_limits_of_ours(
    desk: Desk, servers: FakeServers, clock: StandingClock
) -> None:
    too_many(servers)
    written(desk, 2)
    passed(desk)
    clock.tick(seconds=1)
    assert outbox.send(desk, replies(desk)[0].id).state is Delivery.SENT


def too_many(servers: FakeServers, words: str = "450 4.7.1 too many messages") -> None:
    servers.outcomes.append({GRACE: RecipientOutcome.LATER})
    servers.words = words


@pytest.mark.parametrize(
    ("words", "minutes"),
    [
        ("450 4.7.1 Error: too much mail from 10.0.0.1", 5),
        ("432 4.3.2 Concurrent connections limit exceeded", 5),
        ("421 4.7.28 Our system has detected an unusual rate", 5),
        ("550 5.4.5 Daily user sending limit exceeded", 60),
        ("452 4.2.2 The recipient's mailbox is full", 0),
        ("452 4.5.3 Error: too many recipients", 0),
    ],
)
def test_a_server_that_wants_fewer_mails_gets_a_pause(
    desk: Desk, servers: FakeServers, clock: StandingClock, words: str, minutes: int
) -> None:
    too_many(servers, words)
    written(desk, 3)
    report = passed(desk)
    if not minutes:
        assert (report.sent, report.deferred, report.sends_again_at) == (2, 1, None)
        return
    assert (report.sent, report.deferred) == (0, 1)
    assert report.sends_again_at == clock.now + timedelta(minutes=minutes)
    clock.tick(minutes=minutes)
    assert passed(desk).sent == 3


@postgres_later("url")
def test_after_four_hours_somebody_is_told_once(
    desk: Desk, servers: FakeServers, clock: StandingClock
) -> None:
    written(desk)
    late = []
    while clock.now < replies(desk)[0].not_before + LATE_AFTER + timedelta(hours=2):
        servers.outcomes.append({GRACE: RecipientOutcome.LATER})
        late.append(passed(desk).late)
        servers.outcomes.clear()
        clock.tick(minutes=10)
        if len(late) > 100:
            break
    assert sum(late) == 1
    assert late.index(1) * 10 == 240
    ticket = reading.ticket(desk, 1)
    assert ticket.messages[-1].delivery is Delivery.LATE
    assert "words for" in (ticket.messages[-1].answer or "")
    assert ticket.line.delivery is Delivery.LATE
    assert [one.state for one in outbox.list_outbox(desk)] == [Delivery.LATE]
    clock.tick(hours=4)
    assert passed(desk).sent == 1


def test_a_reply_that_no_server_could_be_asked_about_is_late_too(
    desk: Desk, servers: FakeServers, clock: StandingClock
) -> None:
    written(desk, 2)
    servers.refuses = BROKEN
    passed(desk)
    assert states(desk) == [Delivery.DEFERRED, Delivery.QUEUED]
    clock.tick(hours=4)
    assert is_due(desk)
    assert passed(desk).late == 2
    clock.tick(hours=1)
    assert passed(desk).late == 0
    servers.refuses = None
    clock.tick(hours=4)
    assert passed(desk).sent == 2


def test_what_is_too_large_for_the_server_is_refused_before_it_is_queued(
    desk: Desk, servers: FakeServers
) -> None:
    servers.largest_mail = 10_000
    written(desk)
    passed(desk)
    assert founding.mailbox(desk, HELP).largest_mail == 10_000
    with pytest.raises(FilesTooLarge, match=r"the most that can be sent is 9.8 KB"):
        writing.reply(desk, 1, "x" * 20_000, only_sender=True)
    kept = drafts.draft(desk, 1, "reply")
    assert kept is not None
    assert len(kept.text) == 20_000
    assert len(replies(desk)) == 1


def test_a_limit_ends_when_the_server_names_it_no_more(desk: Desk, servers: FakeServers) -> None:
    for said, known in ((10_000, 10_000), (None, 10_000), (0, None)):
        servers.largest_mail = said
        written(desk)
        passed(desk)
        assert founding.mailbox(desk, HELP).largest_mail == known


def test_a_small_file_is_judged_by_its_own_size(
    desk: Desk, servers: FakeServers, tmp_path: Path
) -> None:
    servers.largest_mail = 10_000
    written(desk)
    passed(desk)
    small, large = tmp_path / "f.txt", tmp_path / "g.txt"
    small.write_bytes(b"word")
    large.write_bytes(b"x" * 12_000)
    files = attaching.attach(desk, 1, [small])
    chosen = ReplyChoice(files=files)
    writing.reply(desk, 1, "Here.", only_sender=True, chosen=chosen)
    with pytest.raises(FilesTooLarge, match=r"g.txt would make an email of 16 KB"):
        attaching.attach(desk, 1, [large])


def test_who_needs_smtputf8_gets_the_same_mail_apart(desk: Desk, servers: FakeServers) -> None:
    writing.reply(desk, 1, "Try this.", send_now=True)
    report = passed(desk)
    assert report.sent == 1
    assert [sorted(mail.recipients) for mail in servers.submitted] == [[CC, GRACE], [JURGEN]]
    assert len({mail.content for mail in servers.submitted}) == 1


def test_a_crash_behind_the_dot_leaves_those_in_doubt_who_were_accepted(
    desk: Desk, servers: FakeServers, clock: StandingClock
) -> None:
    class Killed(BaseException):
        pass

    def killed() -> None:
        raise Killed

    writing.reply(desk, 1, "Try this.", send_now=True)
    servers.outcomes.append({CC: RecipientOutcome.LATER})
    servers.after = killed
    with pytest.raises(Killed):
        sync(desk)
    servers.after = lambda: None
    assert passed(desk).uncertain == 1
    known = {one.address: one.state for one in replies(desk)[0].recipients}
    assert known == {
        GRACE: RecipientState.UNCERTAIN,
        CC: RecipientState.WAITING,
        JURGEN: RecipientState.WAITING,
    }
    servers.deliver(servers.submitted[0].content, folder="Sent")
    outbox.retry(desk, replies(desk)[0].id)
    clock.tick(minutes=1)
    passed(desk)
    assert states(desk) == [Delivery.SENT]
    assert [mail.recipients for mail in servers.submitted] == [(GRACE,), (CC,), (JURGEN,)]


def in_sent(servers: FakeServers) -> list[bytes]:
    return [mail.raw or b"" for mail in servers.boxes["Sent"].mails.values()]


def test_a_copy_is_filed_as_sent_once(desk: Desk, servers: FakeServers) -> None:
    written(desk)
    passed(desk)
    passed(desk)
    assert in_sent(servers) == [servers.submitted[0].content]
    assert copy(desk) == (CopyState.FILED, 1, None)
    assert len(reading.ticket(desk, 1).messages) == 2


def test_a_copy_that_cannot_be_filed_is_tried_again_and_its_reply_is_not(
    desk: Desk, servers: FakeServers, clock: StandingClock
) -> None:
    written(desk, 2)
    servers.unfiled += [BROKEN, BROKEN]
    assert passed(desk).sent == 2
    assert states(desk) == [Delivery.SENT] * 2
    passed(desk)
    clock.tick(minutes=1)
    assert is_due(desk)
    passed(desk)
    clock.tick(minutes=5)
    passed(desk)
    assert sorted(in_sent(servers)) == sorted(mail.content for mail in servers.submitted)
    assert len(servers.submitted) == 2
    assert {one.state for one in outbox.copies(desk, replies(desk)).values()} == {CopyState.FILED}


@postgres_later("url")
def test_a_copy_is_given_up_in_the_end_and_that_is_said(
    desk: Desk, servers: FakeServers, clock: StandingClock
) -> None:
    written(desk)
    tries: list[SupportError] = []
    for _ in range(60):
        servers.unfiled[:] = [BROKEN]
        passed(desk)
        tries += [] if servers.unfiled else [BROKEN]
        clock.tick(hours=4)
    assert copy(desk) == (CopyState.GIVEN_UP, len(tries), BROKEN.sentence)
    assert GIVE_UP_AFTER / timedelta(hours=4) - 2 <= len(tries) <= 40
    assert not is_due(desk)


def test_a_copy_that_is_there_is_not_filed_again(desk: Desk, servers: FakeServers) -> None:
    written(desk)
    servers.after = lambda: servers.deliver(servers.submitted[0].content, folder="Sent")
    passed(desk)
    assert len(in_sent(servers)) == 1
    assert copy(desk)[0] is CopyState.FILED


def test_a_server_without_such_a_folder_gets_none(desk: Desk, servers: FakeServers) -> None:
    del servers.boxes["Sent"]
    written(desk)
    passed(desk)
    assert copy(desk) == (CopyState.NO_FOLDER, 1, None)


def test_no_copy_is_owed_of_what_did_not_leave_or_is_not_wanted(
    desk: Desk, servers: FakeServers
) -> None:
    servers.outcomes.append({GRACE: RecipientOutcome.REFUSED})
    written(desk)
    passed(desk)
    assert outbox.copies(desk, replies(desk)) == {}
    box = edit_sending(desk, HELP, SendingChanges(sent_copies="never"))
    assert box.sent_copies is SentCopies.NEVER
    written(desk)
    passed(desk)
    assert outbox.copies(desk, replies(desk)) == {}
    assert in_sent(servers) == []


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        (SendingChanges(a_minute="0"), SendingLimitInvalid),
        (SendingChanges(an_hour="many"), SendingLimitInvalid),
        (SendingChanges(an_hour="9" * 9), SendingLimitInvalid),
        (SendingChanges(sent_copies="often"), SentCopiesInvalid),
    ],
)
def test_what_cannot_be_meant_changes_nothing(
    desk: Desk, changes: SendingChanges, error: type[SupportError]
) -> None:
    before: Sequence[object] = founding.list_mailboxes(desk)
    with pytest.raises(error):
        edit_sending(desk, HELP, changes)
    assert founding.list_mailboxes(desk) == before
