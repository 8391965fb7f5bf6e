"""A mail server's report belongs to the reply that it is about: from a real reply to what agents
see of it."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import text

from supportcli.desk import Desk, undo
from supportcli.desk.mail.sync import sync
from supportcli.desk.mail.why import why
from supportcli.desk.replies import outbox, writing
from supportcli.desk.tickets import lists, reading, verbs
from supportcli.domain.mail import Address
from supportcli.domain.people import ActorKind
from supportcli.domain.replies.delivery import RecipientOutcome
from supportcli.domain.tickets.ticket import Delivery, Direction, Message, Status
from supportcli.errors.replies import (
    DeliveryStepRefused,
    RecipientsUnsure,
    ReplyHasLeft,
    SendRefused,
)
from supportcli.storage.tables import mail_states
from tests.desk.desks import StandingClock
from tests.desk.fake_channel import FakeServers, take_in
from tests.desk.letters import EVE, GRACE, HELP, letter

CC = "cc@customer.test"
DAEMON = "mailer-daemon@mx.customer.test"
UNKNOWN = "550 5.1.1 user unknown"


@pytest.fixture
def desk(desk: Desk, servers: FakeServers) -> Desk:
    return servers.at(desk)


def answered(desk: Desk, servers: FakeServers, *, headers: str = "") -> bytes:
    """Grace wrote, Ada answered; the bytes of the reply as they left."""
    take_in(desk, servers, letter("one", headers=headers))
    writing.reply(desk, 1, "Try this.", send_now=True)
    sync(desk)
    return servers.submitted[-1].content


def bounce(
    returned: bytes,
    *failed: str,
    action: str = "failed",
    status: str = "5.1.1",
    words: str = UNKNOWN,
    name: str = "bounce",
    headers: str = "",
    kind: str = "message/rfc822",
) -> bytes:
    """The report of a mail server about the mail `returned`."""
    blocks = "".join(
        f"\nFinal-Recipient: rfc822; {one}\nAction: {action}\nStatus: {status}\nDiagnostic-Code: smtp; {words}\n"
        for one in failed
    )
    head = returned.replace(b"\r\n", b"\n").decode()
    return f"""Return-Path: <>
From: Mail Delivery System <{DAEMON}>
To: {HELP}
Subject: Undelivered Mail Returned to Sender
Date: Mon, 02 Mar 2026 09:30:00 +0000
Message-ID: <{name}@mx.customer.test>
{headers}Content-Type: multipart/report; report-type=delivery-status; boundary=outer

--outer
Content-Type: text/plain

It did not work.
--outer
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.customer.test
{blocks}
--outer
Content-Type: {kind}

{head.partition(chr(10) * 2)[0] if "headers" in kind else head}
--outer--
""".replace("\n", "\r\n").encode()


def addresses(desk: Desk, of: str) -> set[str]:
    with desk.db.read() as tx:
        return set(tx.connection().execute(text(f"SELECT address FROM {of}")).scalars())  # noqa: S608 - a table's name


def dead(desk: Desk) -> set[str]:
    """The addresses that are known never to work."""
    return addresses(desk, "customer_address WHERE dead_since IS NOT NULL")


def recipients(desk: Desk) -> dict[str, str]:
    """How far the first reply has come for each of its recipients."""
    return {
        one.address: one.state.value
        for one in outbox.list_outbox(desk, everything=True)[0].recipients
    }


def messages(desk: Desk) -> list[Message]:
    return list(reading.ticket(desk, 1).messages)


def test_a_bounce_stands_in_the_ticket_of_its_reply_and_marks_it(
    each_desk: Desk, servers: FakeServers, clock: StandingClock
) -> None:
    returned = answered(each_desk, servers)
    before = reading.ticket(each_desk, 1).line
    clock.tick(minutes=30)
    report = take_in(each_desk, servers, bounce(returned, GRACE))
    assert (report.new_tickets, report.follow_ups, report.held) == (0, 1, 0)
    assert list(lists.numbers(each_desk, "status:any")) == [1]
    _, reply, told = messages(each_desk)
    assert (told.direction, told.is_report, told.sender.address, told.message_id) == (
        Direction.NOTE,
        True,
        DAEMON,
        "<bounce@mx.customer.test>",
    )
    assert (
        told.remark == f"the reply did not reach {GRACE}, an address that does not work: {UNKNOWN}"
    )
    assert (reply.delivery, reply.answer) == (Delivery.BOUNCED, f"{GRACE}: {UNKNOWN}")
    after = reading.ticket(each_desk, 1).line
    assert (after.status, after.waiting_since, after.customer) == (
        before.status,
        before.waiting_since,
        before.customer,
    )
    assert (after.delivery, after.updated_at, after.version > before.version) == (
        Delivery.BOUNCED,
        clock.now,
        True,
    )
    assert (recipients(each_desk), dead(each_desk)) == ({GRACE: "bounced"}, {GRACE})
    assert addresses(each_desk, "participant") == {GRACE, HELP}
    assert addresses(each_desk, "customer") == {GRACE}


def test_the_history_tells_of_the_bounce_and_of_the_reply(desk: Desk, servers: FakeServers) -> None:
    take_in(desk, servers, bounce(answered(desk, servers), GRACE))
    came, delivery = reading.ticket(desk, 1).events[-2:]
    assert [(one.kind, one.actor_kind, one.message_id) for one in (came, delivery)] == [
        ("bounced", ActorKind.DESK, messages(desk)[2].id),
        ("delivery", ActorKind.DESK, messages(desk)[1].id),
    ]
    assert (delivery.before, delivery.after["delivery"]) == ({"delivery": "sent"}, "bounced")
    (found,) = why(desk, "<bounce@mx.customer.test>")
    assert (found.state, found.rule, found.ticket) == (mail_states.ACCEPTED, "bounce", 1)
    assert str(found.reason).endswith("is our reply in #1")


def renamed(returned: bytes) -> bytes:
    """The reply with the Message-ID that a relay gave it."""
    head, blank, body = returned.partition(b"\r\n\r\n")
    lines = [
        b"Message-ID: <0100abc-000000@relay.test>" if line.startswith(b"Message-ID:") else line
        for line in head.split(b"\r\n")
    ]
    return b"\r\n".join(lines) + blank + body


def in_words(returned: bytes, quote: str = "") -> bytes:
    """What a mail server without RFC 3464 writes, the headers of the mail below it."""
    head = returned.partition(b"\r\n\r\n")[0].decode()
    told = f"Sorry, I could not deliver your message.\r\n\r\n<{GRACE}>:\r\n{UNKNOWN}\r\n\r\n--- Below this line is a copy of the message.\r\n\r\n"
    copy = "\r\n".join(quote + line for line in head.split("\r\n"))
    sender = f"Return-Path: <>\r\nFrom: {DAEMON}\r\nTo: {HELP}\r\nSubject: failure notice\r\nMessage-ID: <bounce@mx.customer.test>\r\n\r\n"
    return (sender + told + copy + "\r\n").encode()


def own_id(returned: bytes) -> str:
    return next(
        line[12:].decode() for line in returned.split(b"\r\n") if line.startswith(b"Message-ID: ")
    )


NAMED: dict[str, Callable[[bytes], bytes]] = {
    "the mail itself": lambda raw: bounce(raw, GRACE),
    "its headers": lambda raw: bounce(raw, GRACE, kind="text/rfc822-headers"),
    "an id in capitals": lambda raw: bounce(
        raw.replace(own_id(raw).encode(), own_id(raw).upper().encode()), GRACE
    ),
    "a folded id": lambda raw: bounce(raw.replace(b"Message-ID: ", b"Message-ID:\r\n "), GRACE),
    "its boundary, under a new id": lambda raw: bounce(renamed(raw), GRACE),
    "In-Reply-To": lambda raw: bounce(
        b"Subject: gone\r\n\r\n", GRACE, headers=f"In-Reply-To: {own_id(raw)}\n"
    ),
    "References": lambda raw: bounce(
        b"Subject: gone\r\n\r\n", GRACE, headers=f"References: <one@customer.test> {own_id(raw)}\n"
    ),
    "a plus-address": lambda raw: bounce(
        b"Subject: gone\r\n\r\n",
        GRACE,
        headers=f"Delivered-To: help+{own_id(raw).strip('<>').partition('@')[0]}@shop.test\n",
    ),
    "words": in_words,
    "quoted words": lambda raw: in_words(raw, "> "),
    "another spelling of the address": lambda raw: bounce(raw, GRACE.replace("grace", "Grace")),
    "nobody, where there is one recipient": lambda raw: bounce(raw, ""),
}


@pytest.mark.parametrize("how", list(NAMED))
def test_the_reply_is_found_by_whatever_names_it(
    desk: Desk, servers: FakeServers, how: str
) -> None:
    raw = NAMED[how](answered(desk, servers))
    report = take_in(desk, servers, raw)
    assert (report.new_tickets, report.held, len(messages(desk))) == (0, 0, 3)
    assert recipients(desk) == {GRACE: "bounced"}
    assert messages(desk)[1].delivery is Delivery.BOUNCED


def test_of_several_recipients_the_one_that_failed_is_marked(
    each_desk: Desk, servers: FakeServers
) -> None:
    returned = answered(each_desk, servers, headers=f"Cc: {CC}")
    take_in(
        each_desk, servers, bounce(returned, CC, status="5.2.2", words="552 5.2.2 mailbox full")
    )
    assert (recipients(each_desk), dead(each_desk)) == ({GRACE: "sent", CC: "bounced"}, set())
    assert messages(each_desk)[1].answer == f"{CC}: 552 5.2.2 mailbox full; it reached {GRACE}"
    take_in(each_desk, servers, bounce(returned, GRACE, name="second"))
    assert (recipients(each_desk), dead(each_desk)) == ({GRACE: "bounced", CC: "bounced"}, {GRACE})
    assert [one.delivery for one in messages(each_desk)] == [None, Delivery.BOUNCED, None, None]


def test_who_was_no_recipient_is_never_marked(each_desk: Desk, servers: FakeServers) -> None:
    """Grace has the Message-ID of the reply to her. With it she may say that she is gone, and not
    that Eve is."""
    take_in(each_desk, servers, letter("eve", sender=EVE))
    writing.reply(each_desk, 1, "Hello Eve.", send_now=True)
    take_in(each_desk, servers, letter("one"))
    writing.reply(each_desk, 2, "Hello Grace.", send_now=True)
    sync(each_desk)
    take_in(each_desk, servers, bounce(servers.submitted[-1].content, EVE))
    assert (
        dead(each_desk),
        {one.state for one in outbox.list_outbox(each_desk, everything=True)},
    ) == (set(), {Delivery.SENT})
    assert (
        reading.ticket(each_desk, 2).messages[-1].remark
        == f"it names {EVE}, who was not sent the reply"
    )
    assert len(reading.ticket(each_desk, 1).messages) == 2


def test_who_still_waits_for_a_reply_gets_it(
    desk: Desk, servers: FakeServers, clock: StandingClock
) -> None:
    servers.outcomes = [{CC: RecipientOutcome.LATER}]
    returned = answered(desk, servers, headers=f"Cc: {CC}")
    take_in(desk, servers, bounce(returned, GRACE, CC))
    assert (recipients(desk), messages(desk)[1].delivery) == (
        {GRACE: "bounced", CC: "waiting"},
        Delivery.DEFERRED,
    )
    clock.tick(hours=1)
    sync(desk)
    assert servers.submitted[-1].recipients == (CC,)
    assert (recipients(desk), messages(desk)[1].delivery) == (
        {GRACE: "bounced", CC: "sent"},
        Delivery.BOUNCED,
    )


def test_a_bounce_proves_that_an_uncertain_reply_had_left(desk: Desk, servers: FakeServers) -> None:
    servers.outcomes = [{GRACE: RecipientOutcome.UNKNOWN, CC: RecipientOutcome.UNKNOWN}]
    returned = answered(desk, servers, headers=f"Cc: {CC}")
    assert messages(desk)[1].delivery is Delivery.UNCERTAIN
    take_in(desk, servers, bounce(returned, GRACE))
    assert (recipients(desk), messages(desk)[1].delivery) == (
        {GRACE: "bounced", CC: "sent"},
        Delivery.BOUNCED,
    )


@pytest.mark.parametrize(
    ("action", "status", "words"),
    [("delayed", "4.4.1", "connection timed out"), ("", "4.4.1", "451 try later")],
)
def test_a_delay_is_a_note_only(
    desk: Desk, servers: FakeServers, action: str, status: str, words: str
) -> None:
    returned = answered(desk, servers)
    raw = bounce(returned, GRACE, action=action, status=status, words=words)
    take_in(desk, servers, raw if action else raw.replace(b"Action: \r\n", b""))
    assert (recipients(desk), dead(desk), messages(desk)[1].delivery) == (
        {GRACE: "sent"},
        set(),
        Delivery.SENT,
    )
    assert (
        messages(desk)[2].remark
        == f"the reply has not reached {GRACE} yet, and delivery is still being tried: {words}"
    )


@pytest.mark.parametrize(
    ("action", "status"),
    [("delivered", "2.0.0"), ("relayed", "2.1.9"), ("expanded", "2.1.5"), ("deliverable", "2.1.5")],
)
def test_a_report_of_success_marks_nobody(
    desk: Desk, servers: FakeServers, action: str, status: str
) -> None:
    returned = answered(desk, servers)
    report = take_in(
        desk, servers, bounce(returned, GRACE, action=action, status=status, words="250 ok")
    )
    assert (report.new_tickets, report.held) == (0, 0)
    assert (recipients(desk), messages(desk)[1].delivery) == ({GRACE: "sent"}, Delivery.SENT)
    assert (
        messages(desk)[2].remark
        == "a mail server reports on the reply, but does not say who did not get it"
    )


@pytest.mark.parametrize(
    "returned",
    [
        b"From: help@shop.test\r\nTo: grace@customer.test\r\nMessage-ID: <never@shop.test>\r\nSubject: Cheap watches\r\n\r\n",
        b"Message-ID: <supportcli.1.abc.aaaaaaaaaaaaaaaaaaaaaaaa@shop.test>\r\nSubject: Re: Grinder [#1]\r\n\r\n",
    ],
)
def test_what_we_never_sent_is_held(each_desk: Desk, servers: FakeServers, returned: bytes) -> None:
    answered(each_desk, servers)
    report = take_in(each_desk, servers, bounce(returned, GRACE))
    assert (report.new_tickets, report.follow_ups, report.held) == (0, 0, 1)
    (found,) = why(each_desk, "<bounce@mx.customer.test>")
    assert (found.state, found.rule, found.reason) == (
        mail_states.HELD,
        "bounce",
        "a mail server reports on an email that this desk did not send",
    )
    assert (recipients(each_desk), dead(each_desk), len(messages(each_desk))) == (
        {GRACE: "sent"},
        set(),
        2,
    )


def test_a_mail_of_the_conversation_leads_into_the_ticket_and_marks_nobody(
    desk: Desk, servers: FakeServers
) -> None:
    """The relay has given the reply a new id and rebuilt its body: which of our replies it was
    cannot be told."""
    answered(desk, servers)
    returned = b"Message-ID: <0100abc@relay.test>\r\nIn-Reply-To: <one@customer.test>\r\nSubject: Re: Grinder\r\n\r\n"
    take_in(desk, servers, bounce(returned, GRACE))
    assert (recipients(desk), messages(desk)[-1].remark) == (
        {GRACE: "sent"},
        f"an email of this ticket did not reach {GRACE}",
    )


@pytest.mark.parametrize("verb", [verbs.solve, verbs.wait])
def test_a_bounce_moves_no_status_and_no_clock(
    desk: Desk, servers: FakeServers, clock: StandingClock, verb: Any
) -> None:
    returned = answered(desk, servers)
    verb(desk, [1])
    before = reading.ticket(desk, 1).line
    clock.tick(days=40)
    take_in(desk, servers, bounce(returned, GRACE))
    after = reading.ticket(desk, 1).line
    assert (after.status, after.waiting_since) == (before.status, before.waiting_since)
    assert len(lists.numbers(desk, "status:any")) == 1


def test_who_was_writing_meanwhile_is_told(desk: Desk, servers: FakeServers) -> None:
    returned = answered(desk, servers)
    seen = reading.ticket(desk, 1).last_event
    take_in(desk, servers, bounce(returned, GRACE))
    with pytest.raises(SendRefused, match="a mail server's report"):
        writing.reply(desk, 1, "And this.", seen=seen, agree=lambda _: True)


def test_the_next_reply_goes_to_the_customer_and_answers_their_mail(
    desk: Desk, servers: FakeServers
) -> None:
    """Also where we wrote first and the report is all that ever came."""
    verbs.new(
        desk,
        mailbox=HELP,
        customer=Address("Grace", GRACE),
        subject="A call",
        text="Please send the manual.",
    )
    writing.reply(desk, 1, "Here it is.", send_now=True)
    sync(desk)
    take_in(desk, servers, bounce(servers.submitted[-1].content, GRACE))
    writing.reply(desk, 1, "Once more.", send_now=True, agree=lambda _: True)
    sync(desk)
    assert servers.submitted[-1].recipients == (GRACE,)
    assert b"bounce@mx.customer.test" not in servers.submitted[-1].content
    assert (
        reading.ticket(desk, 1).line.delivery is None
    )  # a later reply has left: nothing is to be done about the first one


def test_a_bounced_reply_can_be_sent_again_to_whom_it_did_not_reach(
    desk: Desk, servers: FakeServers
) -> None:
    returned = answered(desk, servers, headers=f"Cc: {CC}")
    take_in(desk, servers, bounce(returned, CC, status="5.2.2", words="552 mailbox full"))
    (listed,) = outbox.list_outbox(desk)
    assert listed.state is Delivery.BOUNCED
    with pytest.raises(DeliveryStepRefused):
        outbox.cancel(desk, listed.id)
    with pytest.raises(ReplyHasLeft):
        undo.undo(desk, 1)
    assert outbox.retry(desk, listed.id).state is Delivery.SENT
    assert (servers.submitted[-1].recipients, servers.submitted[-1].content) == ((CC,), returned)
    assert outbox.list_outbox(desk) == []


def test_a_solved_ticket_has_nothing_left_in_the_outbox(
    each_desk: Desk, servers: FakeServers
) -> None:
    take_in(each_desk, servers, bounce(answered(each_desk, servers), GRACE))
    assert [one.state for one in outbox.list_outbox(each_desk)] == [Delivery.BOUNCED]
    verbs.solve(each_desk, [1])
    assert outbox.list_outbox(each_desk) == []
    assert [one.state for one in outbox.list_outbox(each_desk, everything=True)] == [
        Delivery.BOUNCED
    ]


def test_a_person_who_passes_a_report_on_is_a_customer(desk: Desk, servers: FakeServers) -> None:
    returned = answered(desk, servers)
    raw = (
        bounce(returned, HELP)
        .replace(b"multipart/report; report-type=delivery-status", b"multipart/mixed")
        .replace(DAEMON.encode(), EVE.encode())
    )
    report = take_in(
        desk,
        servers,
        raw.replace(b"Return-Path: <>\r\n", b"").replace(b"Mail Delivery System", b"Eve"),
    )
    assert (report.new_tickets, report.held) == (1, 0)
    assert reading.ticket(desk, 2).line.customer.address == EVE


def test_a_read_receipt_wakes_nobody(desk: Desk, servers: FakeServers) -> None:
    returned = answered(desk, servers)
    body = "--b\r\n\r\nRead.\r\n--b\r\nContent-Type: message/disposition-notification\r\n\r\nDisposition: manual-action; displayed\r\n--b--\r\n"
    raw = letter("read", body, subject="Read: Re: Grinder [#1]", references=[own_id(returned)])
    kind = b"Content-Type: multipart/report; report-type=disposition-notification; boundary=b\r\n"
    take_in(desk, servers, raw.replace(b"Content-Type: text/plain; charset=utf-8\r\n", kind))
    line = reading.ticket(desk, 1).line
    assert (line.status, line.waiting_since, line.message_count) == (Status.PENDING, None, 3)


PROSE = {
    "postfix": (
        "MAILER-DAEMON@mx.customer.test",
        "Undelivered Mail Returned to Sender",
        f"could not\nbe delivered.\n\n<{GRACE}>: 550 5.1.1 no",
    ),
    "sendmail": (
        "MAILER-DAEMON@mx.customer.test",
        "Returned mail: see transcript for details",
        f"<{GRACE}>\n550 5.1.1 no",
    ),
    "exchange": (
        "postmaster@customer.test",
        "Undeliverable: Re: Grinder [#1]",
        f"Delivery has failed to these recipients or groups:\n\n{GRACE}\nThe address could not be found.",
    ),
    "exchange, online": (
        "MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@c.test",
        "Undeliverable: Grinder",
        "It could not be delivered.",
    ),
    "exchange, german": (
        "postmaster@customer.test",
        "Unzustellbar: Re: Grinder [#1]",
        f"Es konnte nicht zugestellt werden:\n\n{GRACE}\n#550 5.1.1 RESOLVER.ADR.RecipNotFound",
    ),
    "exim": (
        "Mailer-Daemon@customer.test",
        "Mail delivery failed: returning message to sender",
        "It failed.",
    ),
    "google": (
        "mailer-daemon@customer.test",
        "Delivery Status Notification (Failure)",
        "It failed.",
    ),
    "none": ("MAILER-DAEMON@customer.test", "Re: Grinder [#1]", "In words that nobody knows."),
}


@pytest.mark.parametrize("names_it", [True, False])
@pytest.mark.parametrize("said", PROSE.values(), ids=PROSE)
def test_a_report_in_prose_opens_no_ticket_and_reopens_none(
    desk: Desk, servers: FakeServers, said: tuple[str, str, str], names_it: bool
) -> None:
    sender, subject, body = said
    answered(desk, servers)
    verbs.solve(desk, [1])
    signed = messages(desk)[-1].message_id if names_it else "<unknown@customer.test>"
    head = f"From: {sender}\r\nTo: {HELP}\r\nSubject: {subject}\r\nMessage-ID: <p@mx.test>\r\nIn-Reply-To: {signed}\r\n"
    take_in(
        desk, servers, f"{head}\r\n{body}\r\n".replace("\r\n", "\n").replace("\n", "\r\n").encode()
    )
    assert list(lists.numbers(desk, "status:any")) == [1]
    assert reading.ticket(desk, 1).line.status is Status.SOLVED
    assert messages(desk)[-1].is_report == names_it
    assert recipients(desk) == {
        GRACE: "bounced" if names_it and subject != "Re: Grinder [#1]" else "sent"
    }


ANSWERS = {
    "no failure": "Hello Ada, this is Joe, who runs the mail here. Please resend the offer, and call me: 0123.",
    "a failure": "It has failed again. Please help.",
    "another recipient": "The mail to joe@customer.test could not be delivered. Please write to jane@customer.test.",
    "the recipient in the signature": f"It was not delivered again.\n\nJoe, for {GRACE}",
    "the recipient in a quote": f"It has failed.\n\n> It could not be delivered to {GRACE}",
}


@pytest.mark.parametrize(
    "subject",
    [
        "Delivery problem: Re: Grinder [#1]",
        "Mail delivery failed again, please help",
        "Undeliverable: Re: Grinder",
    ],
)
@pytest.mark.parametrize("body", ANSWERS.values(), ids=ANSWERS)
def test_an_answer_of_the_person_who_runs_the_mail_is_an_answer(
    desk: Desk, servers: FakeServers, body: str, subject: str
) -> None:
    answered(desk, servers)
    verbs.solve(desk, [1])
    signed = messages(desk)[-1].message_id
    head = f"From: Joe Miller <postmaster@customer.test>\r\nTo: {HELP}\r\nSubject: {subject}\r\nMessage-ID: <p@c.test>\r\nIn-Reply-To: {signed}\r\n"
    take_in(
        desk, servers, f"{head}\r\n{body}\r\n".replace("\r\n", "\n").replace("\n", "\r\n").encode()
    )
    last = messages(desk)[-1]
    assert (last.direction, last.is_report, last.sender.address) == (
        Direction.IN,
        False,
        "postmaster@customer.test",
    )
    assert (reading.ticket(desk, 1).line.status, recipients(desk)) == (Status.OPEN, {GRACE: "sent"})


@pytest.mark.parametrize("names", ["signed", "stored", "nothing"])
def test_a_report_in_words_alone_counts_where_it_names_somebody_whom_we_wrote_to(
    desk: Desk, servers: FakeServers, names: str
) -> None:
    answered(desk, servers)
    ids = {
        "signed": messages(desk)[-1].message_id,
        "stored": "<one@customer.test>",
        "nothing": "<x@y.test>",
    }
    head = f"From: postmaster@customer.test\r\nTo: {HELP}\r\nSubject: Undeliverable: Re: Grinder\r\nIn-Reply-To: {ids[names]}\r\nMessage-ID: <p@c.test>"
    took = take_in(
        desk, servers, f"{head}\r\n\r\nYour mail to {GRACE} could not be delivered.\r\n".encode()
    )
    assert recipients(desk) == {GRACE: "bounced" if names == "signed" else "sent"}
    assert (took.new_tickets, took.follow_ups, took.held) == {
        "signed": (0, 1, 0),
        "stored": (1, 0, 0),
        "nothing": (0, 0, 1),
    }[names]


def test_a_dead_address_is_known_before_the_next_send(
    each_desk: Desk, servers: FakeServers, clock: StandingClock
) -> None:
    returned = answered(each_desk, servers)
    clock.tick(minutes=30)
    take_in(each_desk, servers, bounce(returned, GRACE))
    with pytest.raises(RecipientsUnsure, match=f"emails to {GRACE} came back .*{UNKNOWN}"):
        writing.reply(each_desk, 1, "Once more.")
    assert writing.reply(each_desk, 1, "Once more.", agree=lambda _: True).numbers == (1,)
    clock.tick(minutes=30)
    take_in(each_desk, servers, letter("back", "I am back.", references=["one"]))
    assert writing.reply(each_desk, 1, "Welcome.").numbers == (1,)


@pytest.mark.parametrize(
    ("headers", "is_dead"),
    [
        ("", False),
        ("Auto-Submitted: auto-replied", True),
        ("Authentication-Results: mx.shop.test; dmarc=fail header.from=customer.test", True),
    ],
    ids=["a person", "automatic", "forged"],
)
@pytest.mark.parametrize("joins", [False, True])
def test_a_dead_address_lives_when_its_owner_writes_anywhere(
    desk: Desk,
    servers: FakeServers,
    clock: StandingClock,
    headers: str,
    *,
    joins: bool,
    is_dead: bool,
) -> None:
    returned = answered(desk, servers)
    with desk.db.write() as tx:
        tx.connection().execute(text("UPDATE mailbox SET authserv_id = 'mx.shop.test'"))
    take_in(desk, servers, letter("other", sender="eve@elsewhere.test", headers=f"Cc: {GRACE}"))
    clock.tick(minutes=30)
    take_in(desk, servers, bounce(returned, GRACE))
    assert dead(desk) == {GRACE}
    clock.tick(minutes=30)
    names = ["one" if joins else "nothing"]
    take_in(desk, servers, letter("back", "I am back.", references=names, headers=headers))
    assert dead(desk) == ({GRACE} if is_dead else set())
    for number in (1, 2):
        if is_dead:
            with pytest.raises(RecipientsUnsure, match="came back"):
                writing.reply(desk, number, "Welcome.")
        else:
            assert writing.reply(desk, number, "Welcome.").numbers == (number,)


def test_what_was_written_before_the_report_brings_no_address_back(
    desk: Desk, servers: FakeServers, clock: StandingClock
) -> None:
    returned = answered(desk, servers)
    before = clock.tick(minutes=30)
    servers.deliver(bounce(returned, GRACE), clock.tick(minutes=30))
    sync(desk)
    servers.deliver(letter("early", "Are you there?", references=["one"]), before)
    sync(desk)
    assert dead(desk) == {GRACE}


def test_a_full_mailbox_asks_nothing(
    desk: Desk, servers: FakeServers, clock: StandingClock
) -> None:
    returned = answered(desk, servers)
    clock.tick(minutes=30)
    full = bounce(returned, GRACE, status="5.2.2", words="552 5.2.2 mailbox full")
    take_in(desk, servers, full)
    assert writing.reply(desk, 1, "Once more.").numbers == (1,)


NAMING = [
    ("Your mail Message-ID: {id} did not arrive.", ""),
    ("Your mail {id} did not arrive.", ""),
    ("It did not work. (ref: {token})", ""),
    ("It did not work.", "X-Original-Message-ID: {id}\n"),
]
_WHOLE = bounce(b"", GRACE).partition(b"Content-Type: message/rfc822")[0] + b"--\r\n"


@pytest.mark.parametrize(("words", "field"), NAMING)
def test_an_id_of_ours_anywhere_in_a_report_relates_it(
    desk: Desk, servers: FakeServers, words: str, field: str
) -> None:
    """Some servers return nothing of the mail."""
    answered(desk, servers)
    own = outbox.list_outbox(desk, everything=True)[0].rfc_message_id
    names = {"id": own, "token": own.strip("<>").partition("@")[0].upper()}
    raw = _WHOLE.replace(b"It did not work.", words.format(**names).encode())
    raw = raw.replace(b"Reporting-MTA", field.format(**names).encode() + b"Reporting-MTA")
    take_in(desk, servers, raw)
    assert (recipients(desk), dead(desk)) == ({GRACE: "bounced"}, {GRACE})


def test_an_id_in_words_that_we_did_not_sign_marks_nobody(desk: Desk, servers: FakeServers) -> None:
    answered(desk, servers)
    forged = b"Your mail supportcli.1.abc.aaaaaaaaaaaaaaaaaaaaaaaa@shop.test is lost."
    take_in(desk, servers, _WHOLE.replace(b"It did not work.", forged))
    (found,) = why(desk, "<bounce@mx.customer.test>")
    assert found.reason == "a mail server reports on an email that this desk did not send"
    assert (found.state, recipients(desk)) == (mail_states.HELD, {GRACE: "sent"})


def test_a_report_that_names_no_mail_is_held_and_says_so(desk: Desk, servers: FakeServers) -> None:
    """The number in its subject is no proof: anybody can count to it."""
    answered(desk, servers)
    take_in(desk, servers, _WHOLE.replace(b"Subject: ", b"Subject: [#1] "))
    (found,) = why(desk, "<bounce@mx.customer.test>")
    assert found.reason == "a mail server reports on an email, and does not say which"
    assert (found.state, recipients(desk)) == (mail_states.HELD, {GRACE: "sent"})
