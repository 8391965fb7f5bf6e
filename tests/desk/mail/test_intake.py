"""From kept mail to tickets on a real database: what is written down, and that nothing stops the
mail behind it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from supportcli.channels import mime
from supportcli.desk import Desk
from supportcli.desk.mail import filing, intake
from supportcli.desk.mail.sync import sync
from supportcli.desk.mail.why import why
from supportcli.desk.replies import writing
from supportcli.desk.tickets import lists, reading, verbs
from supportcli.domain.intake.ledger import ServerPlace
from supportcli.domain.mail import Mail
from supportcli.domain.mailbox import Endpoint, Mailbox, Security
from supportcli.domain.tickets.ticket import Direction, Link, Status, Ticket
from supportcli.errors.database import DiskFull
from supportcli.errors.names import NotFound
from supportcli.storage.setup import mailboxes
from supportcli.storage.tables import mail_states
from tests.desk.desks import ADA, START, StandingClock
from tests.desk.fake_channel import FakeServers, take_in
from tests.desk.letters import EVE, GRACE, HELP, letter


@pytest.fixture
def desk(desk: Desk, servers: FakeServers) -> Desk:
    return servers.at(desk)


def ticket(desk: Desk, number: int) -> Ticket:
    return reading.ticket(desk, number)


def senders(desk: Desk, number: int) -> list[str]:
    return [message.sender.address for message in ticket(desk, number).messages]


def rows(desk: Desk, query: str) -> list[tuple[Any, ...]]:
    with desk.db.read() as tx:
        return [(*row,) for row in tx.connection().execute(text(query))]


def test_a_mail_becomes_a_ticket_with_everything_it_says(
    each_desk: Desk, servers: FakeServers
) -> None:
    raw = letter(
        "one",
        "Hello,\r\n\r\nit grinds.",
        to=f"{HELP}, Other <o@customer.test>",
        headers="Cc: cc@customer.test\r\nReply-To: r@customer.test",
    )
    assert take_in(each_desk, servers, raw).new_tickets == 1
    found = ticket(each_desk, 1)
    (message,) = found.messages
    assert (found.line.subject, found.line.status, str(found.line.customer)) == (
        "Grinder",
        Status.NEW,
        f"Grace <{GRACE}>",
    )
    assert (found.line.created_at, found.line.waiting_since, found.line.message_count) == (
        START,
        START,
        1,
    )
    assert (message.direction, message.message_id, message.text.strip()) == (
        Direction.IN,
        "<one@customer.test>",
        "Hello,\n\nit grinds.",
    )
    assert [one.address for one in (*message.to, *message.cc, *message.reply_to)] == [
        HELP,
        "o@customer.test",
        "cc@customer.test",
        "r@customer.test",
    ]
    (event,) = found.events
    assert (event.kind, event.actor_kind, event.actor, event.message_id) == (
        "created",
        "customer",
        GRACE,
        message.id,
    )


def test_an_answer_reopens_the_ticket_and_the_event_says_what_was_before(
    each_desk: Desk, servers: FakeServers, clock: StandingClock
) -> None:
    take_in(each_desk, servers, letter("one"))
    verbs.solve(each_desk, [1])
    solved_at = clock.now
    clock.tick(hours=1)
    assert take_in(each_desk, servers, letter("two", references=["one"])).follow_ups == 1
    found = ticket(each_desk, 1)
    assert (found.line.status, found.line.waiting_since, found.line.message_count) == (
        Status.OPEN,
        clock.now,
        2,
    )
    event = found.events[-1]
    assert event.kind == "received"
    assert event.before == {
        "status": "solved",
        "solved_at": solved_at.isoformat(),
        "waiting_since": None,
    }
    assert event.after == {
        "status": "open",
        "solved_at": None,
        "waiting_since": clock.now.isoformat(),
    }


def test_the_clock_runs_from_the_oldest_mail_that_nobody_has_answered(
    desk: Desk, servers: FakeServers, clock: StandingClock
) -> None:
    take_in(desk, servers, letter("one"))
    clock.tick(hours=1)
    take_in(desk, servers, letter("two", references=["one"]))
    assert ticket(desk, 1).line.waiting_since == START


def test_an_answer_to_our_reply_comes_back_into_the_ticket_from_anybody(
    desk: Desk, servers: FakeServers, clock: StandingClock
) -> None:
    take_in(desk, servers, letter("one"))
    writing.reply(desk, 1, "Try this.", send_now=True)
    sync(desk)
    ours = ticket(desk, 1).messages[-1].message_id
    assert ours is not None
    clock.tick(hours=1)
    take_in(
        desk,
        servers,
        letter("two", sender=EVE, subject="Re: something else", references=[ours.upper()]),
    )
    found = ticket(desk, 1)
    assert senders(desk, 1) == [GRACE, HELP, EVE]
    assert found.messages[-1].remark == f"new participant: Eve <{EVE}>"
    assert found.line.customer.address == GRACE
    assert found.line.status is Status.OPEN


def test_a_plus_address_leads_into_its_ticket(desk: Desk, servers: FakeServers) -> None:
    take_in(desk, servers, letter("one"))
    writing.reply(desk, 1, "Try this.", send_now=True)
    token = (ticket(desk, 1).messages[-1].message_id or "").strip("<>").partition("@")[0]
    take_in(desk, servers, letter("two", sender=EVE, to=f"help+{token}@shop.test"))
    assert senders(desk, 1) == [GRACE, HELP, EVE]


@pytest.mark.parametrize("stranger", [False, True])
def test_the_number_in_the_subject_is_for_those_who_are_known(
    desk: Desk, servers: FakeServers, stranger: bool
) -> None:
    take_in(desk, servers, letter("one"))
    take_in(desk, servers, letter("two", sender=EVE if stranger else GRACE, subject="again [#1]"))
    if stranger:
        assert (senders(desk, 1), senders(desk, 2)) == ([GRACE], [EVE])
        (link,) = ticket(desk, 2).links
        assert (link.number, link.kind) == (1, "claims")
        assert EVE in link.reason
        assert ticket(desk, 2).messages[0].remark == link.reason
    else:
        assert senders(desk, 1) == [GRACE, GRACE]


def test_a_number_that_is_no_tickets_means_nothing(each_desk: Desk, servers: FakeServers) -> None:
    assert (
        take_in(
            each_desk, servers, letter("one", subject="[#999999999999999999] and [#0]")
        ).new_tickets
        == 1
    )


def test_a_parent_that_arrives_late_joins_its_answers(
    each_desk: Desk, servers: FakeServers, clock: StandingClock
) -> None:
    take_in(
        each_desk,
        servers,
        letter("answer", references=["parent"], sender="cc@customer.test", to=f"{HELP}, {GRACE}"),
    )
    clock.tick(minutes=1)
    take_in(each_desk, servers, letter("sibling", references=["parent"]))
    take_in(each_desk, servers, letter("parent"))
    take_in(each_desk, servers, letter("stranger", references=["parent", "elsewhere"], sender=EVE))
    assert senders(each_desk, 1) == ["cc@customer.test", GRACE, GRACE]
    assert senders(each_desk, 2) == [EVE]


def test_a_closed_ticket_gets_a_follow_up_that_shows_where_it_comes_from(
    each_desk: Desk, servers: FakeServers, clock: StandingClock
) -> None:
    take_in(each_desk, servers, letter("one", headers=f"Cc: {EVE}"))
    verbs.solve(each_desk, [1])
    clock.tick(days=28)
    for name in ("two", "three"):
        take_in(each_desk, servers, letter(name, references=["one"]))
    take_in(each_desk, servers, letter("four", references=["one"], sender=EVE))
    assert (senders(each_desk, 1), senders(each_desk, 2)) == ([GRACE], [GRACE, GRACE, EVE])
    assert ticket(each_desk, 2).links == (
        Link(1, "follow-up", "it is an answer in #1, which closed 28 days after it was solved"),
    )
    assert ticket(each_desk, 1).line.status is Status.SOLVED


def test_two_mails_with_one_message_id_both_come_in(desk: Desk, servers: FakeServers) -> None:
    take_in(desk, servers, letter("same"), letter("same", "Something else.", sender=EVE))
    assert (senders(desk, 1), senders(desk, 2)) == ([GRACE], [EVE])
    assert "another email with this Message-ID is in #1" in (
        ticket(desk, 2).messages[0].remark or ""
    )
    take_in(
        desk,
        servers,
        letter("to eve's", references=["same"], sender=EVE),
        letter("to grace's", references=["same"]),
    )
    assert (senders(desk, 1), senders(desk, 2)) == ([GRACE, GRACE], [EVE, EVE])


def test_the_same_mail_by_another_way_is_a_copy(each_desk: Desk, servers: FakeServers) -> None:
    raw = letter("one")
    report = take_in(each_desk, servers, raw, b"Received: by relay.test\r\n" + raw)
    assert (report.new_tickets, report.duplicates) == (1, 1)
    assert rows(each_desk, "SELECT state, ticket_number FROM mail ORDER BY id") == [
        (mail_states.ACCEPTED, 1),
        (mail_states.DUPLICATE, 1),
    ]


def test_two_mails_without_id_and_date_are_two_mails(desk: Desk, servers: FakeServers) -> None:
    raw = b"From: form@customer.test\r\nSubject: help\r\n\r\nhelp\r\n"
    assert take_in(desk, servers, raw, b"X-Form: 2\r\n" + raw).new_tickets == 2


def test_a_robot_that_says_the_same_of_two_things_is_heard_twice(
    desk: Desk, servers: FakeServers
) -> None:
    assert (
        take_in(
            desk, servers, *(letter("", "down", subject=f"server {name}") for name in "ab")
        ).new_tickets
        == 2
    )


def test_a_mail_to_two_of_our_mailboxes_makes_one_ticket(desk: Desk, servers: FakeServers) -> None:
    sales = FakeServers()
    sales.desk = servers.desk
    nowhere = Endpoint("localhost", 1, Security.NONE)
    with desk.db.write() as tx:
        mailboxes.add_mailbox(
            tx,
            Mailbox(0, "sales@shop.test", "Sales", nowhere, nowhere, "sales", "all", START),
            START,
        )

    def connect(mailbox: Mailbox) -> Any:
        return (sales if mailbox.address == "sales@shop.test" else servers).channel(mailbox)

    both = replace(desk, channels=connect)
    raw = letter("one", to=f"{HELP}, sales@shop.test")
    servers.deliver(b"Delivered-To: help@shop.test\r\n" + raw)
    sales.deliver(b"Delivered-To: sales@shop.test\r\n" + raw)
    sync(both)
    answer = letter("two", references=["one"], to="sales@shop.test")
    sales.deliver(answer)
    sync(both)
    assert senders(desk, 1) == [GRACE, GRACE]
    assert len(lists.numbers(desk, "status:any")) == 1


def test_our_own_reply_coming_back_is_ignored_and_proves_that_it_left(
    desk: Desk, servers: FakeServers
) -> None:
    take_in(desk, servers, letter("one"))
    writing.reply(desk, 1, "Try this.", send_now=True)
    sync(desk)
    report = take_in(
        desk, servers, b"Received: by redirect.test\r\n" + servers.submitted[0].content
    )
    assert (report.ignored, report.new_tickets) == (1, 0)
    assert senders(desk, 1) == [GRACE, HELP]


def test_an_automatic_answer_wakes_nobody(desk: Desk, servers: FakeServers) -> None:
    take_in(desk, servers, letter("one"))
    verbs.wait(desk, [1])
    take_in(
        desk, servers, letter("away", references=["one"], headers="Auto-Submitted: auto-replied")
    )
    line = ticket(desk, 1).line
    assert (line.status, line.message_count) == (Status.PENDING, 2)


def test_a_mail_from_an_agent_in_a_ticket_is_no_customers(desk: Desk, servers: FakeServers) -> None:
    take_in(desk, servers, letter("one"))
    verbs.wait(desk, [1])
    take_in(desk, servers, letter("mine", references=["one"], sender=ADA))
    assert (senders(desk, 1), ticket(desk, 1).line.status) == ([GRACE, ADA], Status.PENDING)


def test_mail_that_cannot_be_understood_is_held_whole_and_stops_nothing(
    each_desk: Desk, servers: FakeServers
) -> None:
    nested = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (depth, depth)
        for depth in range(200)
    )
    report = take_in(each_desk, servers, nested, b"", b"no header at all", letter("good"))
    assert (report.fetched, report.held, report.new_tickets) == (4, 3, 1)
    held = rows(
        each_desk,
        "SELECT mail.rule, raw_mail.size FROM mail JOIN raw_mail ON raw_mail.id = mail.raw_id WHERE state = 'held' ORDER BY mail.id",
    )
    assert held == [("unreadable", len(nested)), ("nobody", 0), ("nobody", 16)]


def breaking(real: Callable[..., Any], at: str, error: Exception) -> Callable[..., Any]:
    """`real`, but that it raises `error` for the mail with this Message-ID."""

    def sometimes(tx: object, received: Any, *rest: Any) -> Any:
        if received.mail.message_id == f"<{at}@customer.test>" and rest[0] != "unprocessable":
            raise error
        return real(tx, received, *rest)

    return sometimes


def test_a_mistake_of_ours_on_one_mail_holds_that_mail_only(
    each_desk: Desk, servers: FakeServers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        intake, "apply_decision", breaking(filing.apply_decision, "bad", ZeroDivisionError())
    )
    report = take_in(each_desk, servers, letter("one"), letter("bad"), letter("two"))
    assert (report.new_tickets, report.held) == (2, 1)
    (found,) = why(each_desk, "<bad@customer.test>")
    assert (found.state, found.rule, found.reason) == (
        mail_states.HELD,
        "unprocessable",
        "it could not be processed (ZeroDivisionError)",
    )


def test_a_full_disk_ends_the_pass_and_the_rest_is_decided_by_the_next(
    desk: Desk, servers: FakeServers, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("one", "bad", "two"):
        servers.deliver(letter(name))
    with monkeypatch.context() as broken:
        broken.setattr(
            intake, "apply_decision", breaking(filing.apply_decision, "bad", DiskFull("desk.db"))
        )
        with pytest.raises(DiskFull):
            sync(desk)
    assert rows(desk, "SELECT state FROM mail") == [(mail_states.KEPT,)] * 3
    (report,) = sync(desk).mailboxes
    assert (report.fetched, report.new_tickets) == (0, 3)


def test_what_another_process_decided_meanwhile_is_not_decided_again(
    desk: Desk, servers: FakeServers, monkeypatch: pytest.MonkeyPatch
) -> None:
    servers.deliver(letter("one"))
    parse = mime.parse

    def then_ingested(raw: bytes) -> Mail:
        with monkeypatch.context() as quick:
            quick.setattr(mime, "parse", parse)
            intake.ingest(desk, HELP, raw)
        return parse(raw)

    monkeypatch.setattr(mime, "parse", then_ingested)
    (report,) = sync(desk).mailboxes
    assert (report.fetched, report.new_tickets, len(lists.numbers(desk, "status:any"))) == (
        1,
        0,
        1,
    )


def test_ingest_takes_a_mail_once(each_desk: Desk, servers: FakeServers) -> None:
    first = intake.ingest(each_desk, "Help@shop.test", letter("one"))
    again = intake.ingest(each_desk, HELP, letter("one"))
    assert first == again
    assert (first.state, first.rule, first.ticket) == (mail_states.ACCEPTED, "new ticket", 1)
    assert first.places == (ServerPlace(intake.INGEST, 0, 1),)
    assert intake.ingest(each_desk, HELP, letter("two", references=["one"])).ticket == 1
    assert take_in(each_desk, servers, letter("one")).new_tickets == 0  # the server has it too
    with pytest.raises(NotFound):
        intake.ingest(each_desk, "nobody@shop.test", letter("three"))


def test_ingest_finishes_what_a_crash_left(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(
            intake, "apply_decision", breaking(filing.apply_decision, "one", DiskFull("desk.db"))
        )
        with pytest.raises(DiskFull):
            intake.ingest(desk, HELP, letter("one"))
    assert rows(desk, "SELECT state FROM mail") == [(mail_states.KEPT,)]
    assert intake.ingest(desk, HELP, letter("one")).ticket == 1


def test_why_finds_a_mail_by_each_of_its_names(each_desk: Desk, servers: FakeServers) -> None:
    take_in(each_desk, servers, letter("one"), letter("two", references=["one"]))
    (found,) = why(each_desk, "<two@customer.test>")
    assert (found.rule, found.ticket, found.places) == ("thread", 1, (ServerPlace("INBOX", 1, 2),))
    assert found.reason == "<one@customer.test> is an email in #1"
    assert (
        why(each_desk, "two@customer.test")
        == why(each_desk, str(found.id))
        == why(each_desk, "1:2")
        == why(each_desk, "#1:2")
        == [found]
    )


@pytest.mark.parametrize(
    "what", ["999", "<no@where>", "1:9", "9:1", "", "x", "99999999999999999999"]
)
def test_why_says_when_there_is_no_such_mail(desk: Desk, servers: FakeServers, what: str) -> None:
    take_in(desk, servers, letter("one"))
    with pytest.raises(NotFound):
        why(desk, what)


def test_replies_stand_behind_their_parents_whatever_the_order_of_arrival(
    desk: Desk, servers: FakeServers, clock: StandingClock
) -> None:
    for name, parents in (("c", ["a", "b"]), ("b", ["a"]), ("a", [])):
        servers.deliver(
            letter(name, references=parents), clock.tick(minutes=-1) + timedelta(hours=1)
        )
    sync(desk)
    assert [message.message_id for message in ticket(desk, 1).messages] == [
        f"<{name}@customer.test>" for name in "abc"
    ]
