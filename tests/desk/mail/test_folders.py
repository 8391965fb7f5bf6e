"""Beyond the inbox: the folder of sent mail, the provider's junk, and addresses that are ours
too."""

from datetime import timedelta
from importlib import import_module
from pathlib import Path

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import text

from supportcli.channels.channel import FolderRole
from supportcli.desk import Desk
from supportcli.desk.imports.archives import ArchiveKind
from supportcli.desk.mail import intake
from supportcli.desk.mail.held import accepting
from supportcli.desk.mail.ledger import replaying
from supportcli.desk.mail.senders import verbs as senders
from supportcli.desk.mail.sync import MailboxReport, sync
from supportcli.desk.mail.why import why
from supportcli.desk.replies import writing
from supportcli.desk.tickets import reading, verbs
from supportcli.domain.intake.ledger import DecidedMail
from supportcli.domain.senders import Block
from supportcli.domain.tickets.ticket import Direction, Status, Ticket
from supportcli.storage.tables import mail_states
from tests.desk.archives import bring
from tests.desk.desks import ADA, START, StandingClock
from tests.desk.fake_channel import FakeFolder, FakeServers
from tests.desk.letters import EVE, GRACE, HELP, letter


@pytest.fixture
def desk(desk: Desk, servers: FakeServers) -> Desk:
    servers.boxes |= {
        "Gesendet": FakeFolder(FolderRole.SENT),
        "Werbung": FakeFolder(FolderRole.JUNK),
        "Archive": FakeFolder(FolderRole.OTHER),
    }
    return servers.at(desk)


def one(desk: Desk) -> MailboxReport:
    (report,) = sync(desk).mailboxes
    assert report.error is None
    return report


def said(desk: Desk, name: str) -> DecidedMail:
    (found,) = why(desk, f"<{name}@customer.test>")
    return found


def ticket(desk: Desk, number: int = 1) -> Ticket:
    return reading.ticket(desk, number)


def answer(name: str = "answer", *, sender: str = ADA, **more: object) -> bytes:
    """An answer to the mail “question”, from the telephone of Ada."""
    return letter(name, "Turn it off.", sender=sender, to=GRACE, references=["question"], **more)  # type: ignore[arg-type]


def test_an_answer_from_another_mail_program_stands_in_the_ticket(
    desk: Desk, servers: FakeServers, clock: StandingClock
) -> None:
    servers.deliver(letter("question"))
    one(desk)
    assert ticket(desk).line.status is Status.NEW
    answered = clock.tick(minutes=5)
    servers.deliver(answer(), answered, "Gesendet")
    clock.tick(minutes=5)
    assert one(desk).follow_ups == 1
    found = ticket(desk)
    assert [message.direction for message in found.messages] == [Direction.IN, Direction.OUT]
    assert (found.line.status, found.line.waiting_since) == (Status.PENDING, None)
    assert found.line.assignee is not None
    assert found.line.assignee.address == ADA
    assert (found.events[-1].kind, found.events[-1].at) == ("replied", answered)
    assert said(desk, "answer").rule == "sent elsewhere"
    assert servers.submitted == []


def test_a_customer_who_wrote_after_the_answer_still_waits(
    desk: Desk, servers: FakeServers, clock: StandingClock
) -> None:
    servers.deliver(letter("question"))
    one(desk)
    clock.tick(minutes=10)
    servers.deliver(letter("more", references=["question"]), START + timedelta(minutes=9))
    one(desk)
    servers.deliver(answer(), START + timedelta(minutes=5), "Gesendet")
    assert one(desk).follow_ups == 1
    assert ticket(desk).line.status is not Status.PENDING
    assert ticket(desk).line.waiting_since == START


def test_a_copy_of_our_own_reply_is_ours(
    desk: Desk, servers: FakeServers, clock: StandingClock
) -> None:
    servers.deliver(letter("question"))
    one(desk)
    writing.reply(desk, 1, "Turn it off.")
    clock.tick(seconds=11)
    one(desk)
    (sent,) = servers.submitted
    with_footer = sent.content.replace(b"Turn it off.", b"Turn it off.\r\n-- \r\nShop Ltd")
    for copy in (sent.content, with_footer):
        servers.deliver(copy, desk.now(), "Gesendet")
    report = one(desk)
    assert (report.follow_ups, report.new_tickets, report.ignored) == (0, 0, 2)
    assert len(ticket(desk).messages) == 2


@pytest.mark.parametrize("to", [EVE, HELP])
def test_what_we_sent_and_names_no_ticket_is_left_aside(
    desk: Desk, servers: FakeServers, to: str
) -> None:
    servers.deliver(letter("order", sender=ADA, to=to), desk.now(), "Gesendet")
    report = one(desk)
    assert (report.new_tickets, report.ignored, report.held) == (0, 1, 0)
    assert said(desk, "order").rule == "sent elsewhere"


def test_a_mail_of_somebody_else_among_sent_mail_is_named_so(
    desk: Desk, servers: FakeServers
) -> None:
    servers.deliver(letter("order", sender=EVE), desk.now(), "Gesendet")
    one(desk)
    assert said(desk, "order").reason == (
        f"it is among sent mail, although it is from {EVE}, who is none of us"
    )


def test_an_answer_reaches_a_closed_ticket_too(
    desk: Desk, servers: FakeServers, clock: StandingClock
) -> None:
    servers.deliver(letter("question"))
    one(desk)
    verbs.solve(desk, [1])
    servers.deliver(answer(), clock.tick(days=40), "Gesendet")
    one(desk)
    assert (len(ticket(desk).messages), ticket(desk).line.status) == (2, Status.SOLVED)


def test_the_providers_junk_is_held(desk: Desk, servers: FakeServers) -> None:
    servers.deliver(letter("pills", sender=EVE), desk.now(), "Werbung")
    report = one(desk)
    assert (report.new_tickets, report.held) == (0, 1)
    found = said(desk, "pills")
    assert (found.state, found.rule) == (mail_states.HELD, "junk")
    assert (report.counts.held, report.counts.junk) == (0, 1)


def test_known_customers_and_signed_answers_are_no_junk(
    desk: Desk, servers: FakeServers, clock: StandingClock
) -> None:
    servers.deliver(letter("question"))
    one(desk)
    servers.deliver(letter("new", subject="Another"), desk.now(), "Werbung")
    assert one(desk).new_tickets == 1
    writing.reply(desk, 1, "Turn it off.")
    clock.tick(seconds=11)
    one(desk)
    (message_id,) = [
        line.split(b" ")[1].decode().strip()
        for line in servers.submitted[0].content.split(b"\r\n")
        if line.startswith(b"Message-ID:")
    ]
    servers.deliver(letter("signed", sender=EVE, references=[message_id]), desk.now(), "Werbung")
    assert one(desk).follow_ups == 1


def test_a_sender_of_spam_is_no_known_customer(desk: Desk, servers: FakeServers) -> None:
    servers.deliver(letter("spam", sender=EVE))
    one(desk)
    verbs.spam(desk, [1])
    servers.deliver(letter("pills", sender=EVE), desk.now(), "Werbung")
    assert one(desk).held == 1


def test_a_mail_in_the_inbox_and_in_junk_is_no_junk(desk: Desk, servers: FakeServers) -> None:
    for folder in ("Werbung", "INBOX"):
        servers.deliver(letter("both", sender=EVE), desk.now(), folder)
    assert one(desk).new_tickets == 1


def test_a_mail_that_leaves_junk_is_decided_again(each_desk: Desk, servers: FakeServers) -> None:
    desk = servers.at(each_desk)
    servers.boxes |= {"Junk": FakeFolder(FolderRole.JUNK)}
    servers.deliver(letter("order", sender=EVE), desk.now(), "Junk")
    assert one(desk).held == 1
    servers.boxes["Junk"].mails.clear()
    servers.deliver(letter("order", sender=EVE), desk.now())
    report = one(desk)
    assert (report.new_tickets, report.counts.junk) == (1, 0)
    found = said(desk, "order")
    assert (found.state, found.rule, found.ticket) == (mail_states.ACCEPTED, "new ticket", 1)
    (replayed,) = replaying.replay(desk, [found.id], lambda *_: None)
    assert not replayed.differs


@pytest.mark.parametrize("first", ["Werbung", "INBOX"])
@pytest.mark.parametrize("apart", [True, False])
def test_another_form_of_a_mail_in_junk_is_no_copy_in_the_inbox(
    desk: Desk, servers: FakeServers, first: str, *, apart: bool
) -> None:
    forms = [letter("order", sender=EVE), b"X-Released: yes\r\n" + letter("order", sender=EVE)]
    for raw, folder in zip(forms, sorted(["Werbung", "INBOX"], key=first.__ne__), strict=True):
        servers.deliver(raw, desk.now(), folder)
        if apart:
            one(desk)
    report = one(desk)
    states = sorted(found.state for found in why(desk, "<order@customer.test>"))
    other = mail_states.HELD if first == "Werbung" and apart else mail_states.DUPLICATE
    assert states == sorted([mail_states.ACCEPTED, other])
    assert report.counts.tickets == 1


def test_each_form_in_junk_waits_there_by_itself(desk: Desk, servers: FakeServers) -> None:
    forms = [letter("order", sender=EVE), b"X-Released: yes\r\n" + letter("order", sender=EVE)]
    for raw in forms:
        servers.deliver(raw, desk.now(), "Werbung")
    assert one(desk).counts.junk == 2
    servers.deliver(forms[1], desk.now())
    assert one(desk).new_tickets == 1


def test_what_somebody_put_away_or_another_rule_holds_stays_so(
    desk: Desk, servers: FakeServers
) -> None:
    servers.deliver(letter("order", sender=EVE), desk.now(), "Werbung")
    one(desk)
    accepting.discard(desk, [1])
    servers.deliver(letter("order", sender=EVE), desk.now())
    assert one(desk).new_tickets == 0
    assert said(desk, "order").state == mail_states.DISCARDED


def test_a_copy_of_what_was_put_away_is_decided_by_itself(desk: Desk, servers: FakeServers) -> None:
    senders.block(desk, EVE, Block.DISCARD)
    servers.deliver(letter("order", sender=EVE))
    one(desk)
    senders.unblock(desk, EVE)
    servers.deliver(b"X-Resent: 1\r\n" + letter("order", sender=EVE))
    report = one(desk)
    assert (report.new_tickets, report.counts.discarded) == (1, 1)


def test_junk_in_an_archive_is_brought_in(desk: Desk, servers: FakeServers, tmp_path: Path) -> None:
    servers.deliver(letter("order", sender=EVE), desk.now(), "Werbung")
    one(desk)
    (tmp_path / "order.eml").write_bytes(letter("order", sender=EVE))
    with desk.db.write() as tx:
        tx.connection().execute(text("UPDATE agent SET role = 'admin'"))
    brought = [bring(desk, tmp_path / "order.eml", kind=ArchiveKind.EML) for _ in range(2)]
    assert [(done.new_tickets, done.here) for done in brought] == [(1, 0), (0, 1)]
    assert said(desk, "order").state == mail_states.ACCEPTED


def test_what_an_earlier_program_kept_as_junk_is_released(desk: Desk, servers: FakeServers) -> None:
    forms = [letter(name, sender=EVE) for name in ("moved", "changed", "junk")]
    forms.append(letter("other", sender=GRACE))
    for raw in forms[:3]:
        servers.deliver(raw, desk.now(), "Werbung")
    servers.deliver(forms[3])
    one(desk)
    for raw in (forms[0], b"X: 1\r\n" + forms[1], b"X: 1\r\n" + forms[3]):
        servers.deliver(raw)
    one(desk)
    release = import_module("supportcli.storage.migrations.versions.0010_released_junk").upgrade
    with desk.db.write() as tx:  # as it was before 0010
        for statement in (
            "UPDATE mail SET state = 'held', rule = 'junk', ticket_number = NULL WHERE id = 2",
            "UPDATE mail SET state = 'duplicate', ticket_number = NULL WHERE id = 5",
            "UPDATE mail SET rule = 'copy', reason = 'as mail 3' WHERE id = 5",
        ):
            tx.connection().execute(text(statement))
        with Operations.context(MigrationContext.configure(tx.connection())):
            release()
    with desk.db.read() as tx:
        rows = tx.connection().execute(text("SELECT id, state FROM mail ORDER BY id")).all()
    states = ["accepted", "kept", "held", "held", "kept", "duplicate"]
    assert [(*row,) for row in rows] == list(enumerate(states, 1))


def test_junk_that_is_given_to_ingest_is_decided_again(desk: Desk, servers: FakeServers) -> None:
    servers.deliver(letter("order", sender=EVE), desk.now(), "Werbung")
    one(desk)
    for _ in range(2):
        assert intake.ingest(desk, HELP, letter("order", sender=EVE)).ticket == 1


def test_old_junk_stays_where_it_is(desk: Desk, servers: FakeServers) -> None:
    servers.deliver(letter("pills", sender=EVE), START - timedelta(days=9), "Werbung")
    report = one(desk)
    assert (report.fetched, report.counts.old) == (0, 1)


def test_a_folder_that_is_found_later_brings_only_what_is_new(
    desk: Desk, servers: FakeServers, clock: StandingClock
) -> None:
    sent = servers.boxes.pop("Gesendet")
    servers.deliver(letter("question"))
    one(desk)
    clock.tick(hours=5)
    servers.boxes["Gesendet"] = sent
    servers.deliver(answer("early"), START, "Gesendet")
    servers.deliver(answer("late"), clock.now, "Gesendet")
    report = one(desk)
    assert (report.follow_ups, report.counts.old) == (1, 1)


def test_a_folder_that_was_renamed_is_found_again(
    desk: Desk, servers: FakeServers, clock: StandingClock
) -> None:
    servers.deliver(letter("question"))
    one(desk)
    servers.boxes["Sent"] = servers.boxes.pop("Gesendet")
    assert one(desk).error is None
    servers.deliver(answer(), clock.tick(minutes=5), "Sent")
    assert one(desk).follow_ups == 1


def test_old_answers_stand_in_old_tickets_and_nothing_is_sent(
    desk: Desk, servers: FakeServers
) -> None:
    then = START - timedelta(days=90)
    servers.deliver(letter("question"), then)
    servers.deliver(answer(), then + timedelta(hours=1), "Gesendet")
    one(desk)
    found = ticket(desk)
    assert (found.line.status, len(found.messages)) == (Status.SOLVED, 2)
    assert [event.at for event in found.events] == [
        then,
        then + timedelta(hours=1),
        then + timedelta(hours=1),
    ]
    with desk.db.read() as tx:
        assert tx.connection().execute(text("SELECT count(*) FROM target")).scalar() == 0
    assert servers.submitted == []
