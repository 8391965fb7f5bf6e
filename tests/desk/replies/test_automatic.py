"""Automatic answers: sent once, to people only, in the transaction that decides their mail, with
the reason kept for every mail."""

import email
import email.policy
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from email.header import Header
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, text, update

from supportcli.channels import parse
from supportcli.channels.channel import FolderRole
from supportcli.desk import Desk, undo
from supportcli.desk.canned import responses
from supportcli.desk.gestures import Done
from supportcli.desk.mail.held import accepting
from supportcli.desk.mail.intake import ingest
from supportcli.desk.mail.sync import sync
from supportcli.desk.mail.why import why
from supportcli.desk.replies import applying, outbox, writing
from supportcli.desk.setup import automatic, automatic_faults, letterheads
from supportcli.desk.setup.automatic import AutomaticWish
from supportcli.desk.sla import calendars
from supportcli.desk.sla.calendars import CalendarTexts
from supportcli.desk.tickets import lists, reading, verbs
from supportcli.domain.canned.responses import Body, Canned, Macro
from supportcli.domain.mail import FoldKind, MailKind
from supportcli.domain.mailbox import AutomaticKind, WhenOpen
from supportcli.domain.people import Role
from supportcli.domain.replies.delivery import Outgoing
from supportcli.domain.tickets.ticket import Delivery, Direction, Message, Status
from supportcli.errors import NotAllowed
from supportcli.errors.names import NotFound
from supportcli.errors.replies import AutomaticUnfit
from supportcli.storage import canned as canned_rows
from supportcli.storage.engine import rows
from supportcli.storage.setup import mailboxes
from supportcli.storage.tables import AgentRow, MailboxRow
from tests.desk.desks import (
    ADA,
    BOB,
    START,
    StandingClock,
    as_agent,
    desk_at,
    file_after,
    sign_agent,
)
from tests.desk.fake_channel import BROKEN, FakeFolder, FakeServers
from tests.desk.joined_desks import joined_desks
from tests.desk.letters import EVE, GRACE, HELP, letter
from tests.desk.levels import promise
from tests.servers.dovecot import Dovecot
from tests.servers.post_office import Letter
from tests.servers.smtp import Phase, Reply

VOUCHED = "Authentication-Results: mx.shop.test; dmarc=pass header.from=customer.test"
VOUCHES_NOT = "our mail server does not vouch for its sender"
ACK, AWAY = AutomaticKind.ACKNOWLEDGEMENT, AutomaticKind.OUT_OF_OFFICE
HELLO = "Hello {{ customer.first_name | default('there') }}, #{{ ticket.number }} is with us. {{ agent.first_name }}"


def furnished(desk: Desk) -> Desk:
    """The desk with Ada as an admin, and two canned responses."""
    with desk.db.write() as tx:
        agent = rows.table_of(AgentRow)
        admin = agent.update().where(agent.c.address == ADA).values(role=Role.ADMIN.value)
        tx.connection().execute(admin)
    bodies = (Body("en", HELLO), Body("de", "Guten Tag, {{ ticket.number }} ist da."))
    responses.add(desk, Canned("got", "Got it", bodies), {})
    responses.add(desk, Canned("away", "Away", (Body("", "We are back on Monday."),)), {})
    return desk


def acknowledge(desk: Desk) -> None:
    """Have the desk acknowledge new tickets."""
    automatic.switch_on(furnished(desk), HELP, AutomaticWish(ACK, "got"))


@pytest.fixture
def desk(tmp_path: Path, clock: StandingClock, servers: FakeServers) -> Iterator[Desk]:
    """A desk that acknowledges new tickets."""
    url = f"sqlite:///{tmp_path / 'desk.db'}"
    with desk_at(url, clock, file_after(acknowledge)) as desk:
        yield servers.at(desk)


def come(desk: Desk, servers: FakeServers, raw: bytes, at: datetime | None = None) -> str:
    """A mail comes in; answers with the reason that is kept."""
    servers.deliver(raw, at or desk.now())
    sync(desk)
    return told(desk)


def told(desk: Desk) -> str:
    """What is kept about the last mail."""
    with desk.db.read() as tx:
        last = tx.connection().execute(text("SELECT max(id) FROM mail")).scalar()
    (found,) = why(desk, str(last))
    assert found.answer is not None
    return found.answer.reason


def sent(servers: FakeServers) -> list[Any]:
    return [
        email.message_from_bytes(one.content, policy=email.policy.default)
        for one in servers.submitted
    ]


def last(desk: Desk, number: int = 1) -> Message:
    return reading.ticket(desk, number).messages[-1]


def test_a_new_ticket_is_acknowledged_in_the_same_sync(desk: Desk, servers: FakeServers) -> None:
    assert come(desk, servers, letter("one")) == "acknowledgement"
    (mail,) = servers.submitted
    assert (mail.sender, mail.recipients) == ("", (GRACE,))
    (read,) = sent(servers)
    assert read["From"] == "Help <help@shop.test>"
    assert read["To"] == "grace@customer.test"
    assert read["Subject"] == "Auto: Help [#1]"
    assert read["Auto-Submitted"] == "auto-replied"
    assert read["X-Auto-Response-Suppress"] == "All"
    assert read["Precedence"] == "auto_reply"
    assert len(read["X-Supportcli-Instance"]) == 16
    assert read["In-Reply-To"].strip() == "<one@customer.test>"
    assert parse(mail.content).text == "Hello Grace, #1 is with us. Help"
    assert parse(mail.content).kind is MailKind.AUTO_REPLY


def test_it_is_no_reply_of_anybody(desk: Desk, servers: FakeServers) -> None:
    promise(desk, first_response="1h")
    come(desk, servers, letter("one"))
    ticket = reading.ticket(desk, 1)
    assert (ticket.line.status, ticket.line.assignee) == (Status.NEW, None)
    assert ticket.line.waiting_since == START
    assert ticket.line.clock is not None
    assert ticket.line.clock.due_at == START + timedelta(hours=1)
    message = ticket.messages[-1]
    assert (message.direction, message.channel) == (Direction.OUT, "automatic")
    assert message.is_automatic
    assert message.delivery is Delivery.SENT
    writing.reply(desk, 1, "It is the burr.", seen=ticket.last_event)  # nothing new to read
    assert reading.ticket(desk, 1).line.status is Status.PENDING


def test_the_answer_to_it_joins_by_the_signed_id_and_gets_none(
    desk: Desk, servers: FakeServers, clock: StandingClock
) -> None:
    come(desk, servers, letter("one"))
    automatic.switch_on(desk, HELP, AutomaticWish(AWAY, "away"))
    clock.tick(days=8)
    ours = last(desk).message_id or ""
    reason = come(desk, servers, letter("two", sent=clock.now, references=[ours]))
    assert reason == "it answers an automatic answer"
    assert reading.ticket(desk, 1).line.message_count == 3


@pytest.mark.parametrize(
    ("headers", "words"),
    [
        ("Auto-Submitted: auto-generated", "Auto-Submitted: auto-generated"),
        ("Auto-Submitted: auto-replied", "it is an automatic answer"),
        ("Return-Path: <>", "it is an automatic answer"),
        ("Return-Path: <bounces+12@mailer.test>", "Return-Path: <bounces+12@mailer.test>"),
        ("Precedence: bulk", "Precedence: bulk"),
        ("Precedence: auto_reply", "it is an automatic answer"),
        ("X-Auto-Response-Suppress: DR, RN", "X-Auto-Response-Suppress: DR, RN"),
        ("List-Id: <talk.lists.test>", "List-Id"),
        ("List-Subscribe: <mailto:x@lists.test>", "List-Subscribe"),
        ("X-Loop: x", "X-Loop: x"),
        ("X-BeenThere: talk@lists.test", "X-Beenthere: talk@lists.test"),
        ("Mailing-List: list talk@lists.test", "Mailing-List"),
        ("X-Spam-Flag: YES", "X-Spam-Flag: YES"),
        ("X-Spam-Status: Yes, score=9", "X-Spam-Status: Yes"),
        ("X-Spam-Level: ************", "X-Spam-Level: *****"),
        ("X-MS-Exchange-Organization-SCL: 9", "X-Ms-Exchange-Organization-Scl: 9"),
        ("X-Forefront-Antispam-Report: CIP:1.2.3.4;LANG:en;SCL:5;SRV:", "SCL:5"),
        ("X-Forefront-Antispam-Report: CIP:1.2.3.4;\r\n LANG:en; SFV:SPM;H:x", "SFV:SPM"),
        ("X-Rspamd-Action: reject", "X-Rspamd-Action: reject"),
        ("X-Rspamd-Action: add header", "X-Rspamd-Action: add header"),
        ("X-Spamd-Result: default: True [19 / 15]", "X-Spamd-Result: default: True"),
        ("X-Barracuda-Spam-Flag: YES", "X-Barracuda-Spam-Flag: YES"),
        ("X-Gm-Spam: 1", "X-Gm-Spam: 1"),
        ("X-YahooFilteredBulk: 203.0.113.7", "X-Yahoofilteredbulk: 203.0.113.7"),
        ("X-MS-Exchange-Inbox-Rules-Loop: a@firm.test", "X-Ms-Exchange-Inbox-Rules-Loop"),
        (
            "X-MS-Exchange-Generated-Message-Source: Mailbox Rules Agent",
            "X-Ms-Exchange-Generated-Message-Source: Mailbox Rules Agent",
        ),
        ("X-OTRS-Loop: support@desk.test", "X-Otrs-Loop"),
        ("X-Freshdesk-Ticket: 12", "X-Freshdesk-Ticket: 12"),
        ("X-GitHub-Reason: mention", "X-Github-Reason: mention"),
        ("X-JIRA-FingerPrint: 0f", "X-Jira-Fingerprint: 0f"),
        ("Feedback-ID: 12:campaign:sender", "Feedback-Id: 12:campaign:sender"),
        ("Sender: talk-bounces@lists.test", "Sender: talk-bounces@lists.test"),
        ("Sender: Talk <talk-bounces+g=c@lists.test>", "Sender: Talk"),
        ("X-Supportcli-Instance: 0123456789abcdef", "X-Supportcli-Instance"),
        ("In-Reply-To: <supportcli.7.auto0f.aaaaaaaaaaaaaaaaaaaaaaaa@other.test>", "it answers"),
    ],
)
def test_machines_and_lists_get_none(
    desk: Desk, servers: FakeServers, headers: str, words: str
) -> None:
    assert words in come(desk, servers, letter("one", headers=headers))
    assert servers.submitted == []
    assert len(lists.numbers(desk, "status:any")) == 1


def test_a_doubt_about_an_answer_makes_nobody_a_machine(desk: Desk, servers: FakeServers) -> None:
    headers = "X-MS-Exchange-Inbox-Rules-Loop: a@firm.test\r\nFeedback-ID: 1:a\r\nX-OTRS-Loop: x"
    come(desk, servers, letter("one", headers=headers))
    (message,) = reading.ticket(desk, 1).messages
    assert not message.is_automatic
    assert reading.ticket(desk, 1).line.waiting_since == START


@pytest.mark.parametrize(
    "headers",
    [
        "X-Spam-Flag: NO",
        "X-Spam-Status: No, score=1.0",
        "X-Spam-Level: ****",
        "X-MS-Exchange-Organization-SCL: -1",
        "X-MS-Exchange-Organization-SCL: 1",
        "X-Forefront-Antispam-Report: CIP:1.2.3.4;SCL:1;SRV:;SFV:NSPM;PTR:spm",
        "X-Rspamd-Action: no action",
        "X-Spamd-Result: default: False [1.2 / 15]",
        "X-Barracuda-Spam-Flag: NO",
        "X-Gm-Spam: 0",
        "Feedback-ID: i1234abcd:Fastmail",
        "Feedback-ID: 1234567:user:proton",
        "Sender: Grace <grace@customer.test>",
    ],
)
def test_mail_that_has_such_headers_for_other_reasons_is_answered(
    desk: Desk, servers: FakeServers, headers: str
) -> None:
    assert come(desk, servers, letter("one", headers=headers)) == "acknowledgement"


@pytest.mark.parametrize(
    "sender",
    [
        "no-reply@bank.test",
        "noreply+12@bank.test",
        "MAILER-DAEMON@mx.test",
        "postmaster@mx.test",
        "owner-talk@lists.test",
        "talk-request@lists.test",
        "talk-bounces@lists.test",
        "do_not_reply@bank.test",
        "orders-noreply@shop2.test",
        "root@host.test",
        "no-responder@tienda.test",
        "nicht-antworten@laden.test",
        "shop.nicht.antworten@laden.test",
        "nie-odpowiadaj@sklep.test",
        "inte-svara@butik.test",
        "yanitlamayin@magaza.test",
        "ne-otvechat@magazin.test",
        "nepasrepondre@magasin.test",
        "nao-responda@loja.test",
        "geen-antwoord@winkel.test",
        "cron@host.test",
        "user@bounce.f49.test",
        "info@noreply.f48.test",
        "12+anna@users.noreply.forge.test",
        "info@em-bounces.f48.test",
    ],
)
def test_addresses_that_nobody_reads_get_none(
    desk: Desk, servers: FakeServers, sender: str
) -> None:
    assert come(desk, servers, letter("one", sender=sender)) != "acknowledgement"
    assert servers.submitted == []


@pytest.mark.parametrize(
    "subject",
    [
        "Automatic reply: Grinder",
        "Out of office: 3 to 7 May",
        "Abwesenheitsnotiz: Mahlwerk",
        "Anna is out of the office",
        "[Auto-Reply] Grinder",
        "Ticket received: #4711",
        "We have received your request",
        "[EXTERN] Abwesenheitsnotiz: Bestellung",
        "[External Sender] Out of office: Grinder",
        "EXT: Automatic reply: Grinder",
        "*** EXTERNAL *** We have received your request",
        "[EXT][Firm] Anna is out of the office",
        "OOO: Re: order",
        "OOO: Grinder",
        "[EXTERN] OOO until Monday",
        "Re: Out of office: order",
        "AW: Abwesenheitsnotiz: Mahlwerk",
        "[EXTERN] AW: Abwesenheitsnotiz: Mahlwerk",
        "[SPAM?] Grinder",
        "***SPAM*** Grinder",
    ],
)
def test_a_subject_that_programs_write_is_a_doubt(
    desk: Desk, servers: FakeServers, subject: str
) -> None:
    reason = come(desk, servers, letter("one", subject=subject))
    assert reason.startswith(("it has a sign of a program", "it is an automatic answer")), reason
    assert servers.submitted == []


@pytest.mark.parametrize(
    "subject",
    [
        "Re: Auto: Grinder [#80]",
        "Re: Auto: Grinder",
        "AW: Auto: Grinder",
        "[EXTERN] Re: Auto : Grinder",
        "[Case 81] Auto: Grinder",
        "Your case “Auto: Grinder” is open",
        "Auto: Grinder [#80]",
        "We registered auto: Grinder [#80]",
        "回复：Auto：Grinder",
    ],
)
@pytest.mark.parametrize("sender", [GRACE, "case-aqz@w5.test"])
def test_an_answer_to_the_subject_of_an_automatic_answer_gets_none(
    desk: Desk, servers: FakeServers, subject: str, sender: str
) -> None:
    come(desk, servers, letter("one", sender="support@w5.test"))
    mail = letter("two", sender=sender, subject=subject)
    assert come(desk, servers, mail) == "it answers an automatic answer"
    assert len(servers.submitted) == 1


@pytest.mark.parametrize(
    "subject",
    [
        "Auto: es quietscht",
        "Re: Autos: two",
        "My auto: it squeaks",
        "Re: semi-auto grinder",
        "[EXTERN] Grinder",
        "External grinder: which one?",
        "Re: [Shop] Grinder",
        "Spam from your shop",
        "Fooo: Grinder",
    ],
)
def test_a_car_is_no_automatic_answer(desk: Desk, servers: FakeServers, subject: str) -> None:
    assert come(desk, servers, letter("one", subject=subject)) == "acknowledgement"


@pytest.mark.parametrize(
    "sender",
    [
        "jack.owner@x.test",
        "anna.root@x.test",
        "robotham@x.test",
        "anna@bounce.test",
        "cronin@x.test",
        "anna@rebounce.x.test",
        "svara@x.test",
        "vastaa@x.test",
        "anna.noreplyson@x.test",
    ],
)
def test_people_with_such_names_do(desk: Desk, servers: FakeServers, sender: str) -> None:
    assert come(desk, servers, letter("one", sender=sender)) == "acknowledgement"


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (letter("n", sender=BOB), "bob@shop.test is an address of ours"),
        (letter("n", to="all@customer.test"), "none of our addresses is in To or Cc"),
        (letter("n", sent=START - timedelta(days=9)), "its Date is 2026-02-21"),
        (letter("n", sent=START + timedelta(days=9)), "its Date is 2026-03-11"),
        (letter("n").replace(b"\r\nTo:", b", b@b.test\r\nTo:"), "it has several senders"),
    ],
)
def test_doubts_are_reasons(desk: Desk, servers: FakeServers, raw: bytes, words: str) -> None:
    assert come(desk, servers, raw) == words
    assert servers.submitted == []


def test_old_mail_gets_none(desk: Desk, servers: FakeServers, clock: StandingClock) -> None:
    clock.tick(hours=26)
    late = START + timedelta(minutes=1)
    assert come(desk, servers, letter("one"), late) == "it came more than a day ago"
    automatic.switch_off(desk, HELP, ACK)
    automatic.switch_on(desk, HELP, AutomaticWish(ACK, "got"))
    earlier = clock.now - timedelta(minutes=1)
    mail = letter("two", sender=EVE, sent=clock.now)
    before = "it came before the acknowledgement was switched on"
    assert come(desk, servers, mail, earlier) == before


def test_what_comes_in_silently_is_not_even_considered(desk: Desk, servers: FakeServers) -> None:
    with desk.db.write() as tx:
        box = rows.table_of(MailboxRow)
        tx.connection().execute(update(box).values(news_since=START + timedelta(days=1)))
    servers.deliver(letter("one"), START)
    sync(desk)
    (found,) = why(desk, "1")
    assert (found.answer, servers.submitted) == (None, [])


def test_forged_mail_and_junk_get_none(desk: Desk, servers: FakeServers) -> None:
    with desk.db.write() as tx:
        mailboxes.set_authserv_id(tx, 1, "mx.shop.test")
    forged = "Authentication-Results: mx.shop.test; dmarc=fail header.from=customer.test"
    reason = come(desk, servers, letter("one", headers=forged))
    assert reason == "our mail server says that its From is forged"
    servers.boxes["Junk"] = FakeFolder(FolderRole.JUNK)
    for sender, words in ((EVE, "it is held"), (GRACE, "the provider took it for junk")):
        servers.deliver(letter("two", sender=sender), START, "Junk")
        sync(desk)
        assert told(desk) == words
    assert servers.submitted == []


@pytest.mark.parametrize(
    ("sender", "results", "words"),
    [
        (GRACE, "spf=fail smtp.mailfrom=x; dkim=none", VOUCHES_NOT),
        (
            GRACE,
            "spf=fail smtp.mailfrom=customer.test; dkim=fail header.d=customer.test",
            VOUCHES_NOT,
        ),
        (GRACE, "spf=hardfail smtp.mailfrom=x", VOUCHES_NOT),
        ("ines@shop.test", "", VOUCHES_NOT),
        ("ines@shop.test", "dkim=pass header.d=other.test", VOUCHES_NOT),
        ("ines@shop.test", "dkim=pass header.d=shop.test", "acknowledgement"),
        (
            "ines@shop.test",
            "spf=fail smtp.mailfrom=x; dmarc=pass header.from=shop.test",
            "acknowledgement",
        ),
        (GRACE, "", "acknowledgement"),
        (GRACE, "spf=softfail smtp.mailfrom=x; dkim=none", "acknowledgement"),
        (GRACE, "spf=fail smtp.mailfrom=x; dkim=pass header.d=list.test", "acknowledgement"),
    ],
)
def test_mail_for_which_our_server_ought_to_vouch_gets_none_if_it_does_not(
    desk: Desk, servers: FakeServers, sender: str, results: str, words: str
) -> None:
    with desk.db.write() as tx:
        mailboxes.set_authserv_id(tx, 1, "mx.shop.test")
    headers = f"Authentication-Results: mx.shop.test; {results}" if results else ""
    assert come(desk, servers, letter("one", sender=sender, headers=headers)) == words


def test_without_a_server_that_reports_nobody_has_to_vouch(
    desk: Desk, servers: FakeServers
) -> None:
    headers = "Authentication-Results: mx.shop.test; spf=fail; dkim=none"
    mail = letter("one", sender="ines@shop.test", headers=headers)
    assert come(desk, servers, mail) == "acknowledgement"


def test_nobody_gets_two_within_a_day(
    desk: Desk, servers: FakeServers, clock: StandingClock
) -> None:
    come(desk, servers, letter("one"))
    clock.tick(hours=23)
    again = letter("two", subject="Other", sent=clock.now)
    assert come(desk, servers, again) == "grace@customer.test got one on 2026-03-02 at 09:00 UTC"
    plus = letter("three", sender="grace+2@customer.test", subject="Third", sent=clock.now)
    same = "grace+2@customer.test counts as grace@customer.test, which got one on 2026-03-02 at"
    assert come(desk, servers, plus).startswith(same)
    clock.tick(hours=2)
    fourth = letter("four", subject="Fourth", sent=clock.now)
    assert come(desk, servers, fourth) == "acknowledgement"
    assert len(servers.submitted) == 2


@pytest.mark.parametrize(
    ("first", "again"),
    [
        ("u@v11.test", "u+x@v11.test"),
        ("u+x@v11.test", "u@v11.test"),
        ("jürgen@bücher.test", "jürgen@xn--bcher-kva.test"),
        ("case-17@desk.test", "case-18@desk.test"),
    ],
)
def test_who_got_it_is_named_as_it_was_written(
    desk: Desk, servers: FakeServers, first: str, again: str
) -> None:
    come(desk, servers, letter("one", sender=first))
    said = f"{again} counts as {first}, which got one on 2026-03-02 at 09:00 UTC"
    assert come(desk, servers, letter("two", sender=again, subject="Other")) == said


def test_a_mailbox_of_gmail_is_one_address(desk: Desk, servers: FakeServers) -> None:
    come(desk, servers, letter("one", sender="help.desk.case@gmail.com", subject="A"))
    for name in ("Helpdesk.Case@googlemail.com", "helpdeskcase+2@gmail.com"):
        assert "got one on" in come(desk, servers, letter(name, sender=name, subject=name))
    for name in ("ada.b@web.de", "adab@web.de"):
        reason = come(desk, servers, letter(name, sender=name, subject=name))
        assert reason == "acknowledgement"


def test_two_mails_of_one_batch_are_one_answer(desk: Desk, servers: FakeServers) -> None:
    for name in ("one", "two", "three"):
        servers.deliver(letter(name, subject=name))
    sync(desk)
    assert len(servers.submitted) == 1
    assert len(lists.numbers(desk, "status:any")) == 3


def test_a_desk_that_writes_from_an_address_for_each_ticket_is_one(
    desk: Desk, servers: FakeServers
) -> None:
    for number in range(4):
        mail = letter(f"n{number}", sender=f"ticket-{number}a7@desk.test", subject=f"S{number}")
        come(desk, servers, mail)
    assert len(servers.submitted) == 1


def test_a_domain_gets_a_few_a_day_and_a_public_provider_any_number(
    desk: Desk, servers: FakeServers
) -> None:
    names = [
        "anna",
        "bert",
        "cleo",
        "dora",
        "emil",
        "fred",
        "gina",
        "hans",
        "ines",
        "jona",
        "kurt",
        "lena",
    ]
    for name in names:
        servers.deliver(letter(name, sender=f"{name}@firm.test", subject=name))
        servers.deliver(letter(f"g{name}", sender=f"{name}@gmail.com", subject=f"g{name}"))
    sync(desk)
    to = Counter(one.recipients[0].partition("@")[2] for one in servers.submitted)
    assert to == {"firm.test": 10, "gmail.com": 12}


def test_a_program_with_ever_new_addresses_and_subjects_gets_two(
    each_desk: Desk, servers: FakeServers, clock: StandingClock
) -> None:
    desk = servers.at(furnished(each_desk))
    automatic.switch_on(desk, HELP, AutomaticWish(ACK, "got"))
    said = []
    for name in ("support", "case-aqz", "case-bkt", "case-cxx", "case-ezz"):
        clock.tick(minutes=2)
        mail = letter(name, sender=f"{name}@w5.test", subject=f"About {name}", sent=clock.now)
        said.append(come(desk, servers, mail))
    assert said[:2] == ["acknowledgement"] * 2
    assert said[2] == (
        "case-bkt@w5.test is new here, and so were others at w5.test that got one just before"
    )
    assert len(servers.submitted) == 2
    clock.tick(hours=2)
    mail = letter("dora", sender="dora@w5.test", subject="Scale", sent=clock.now)
    assert come(desk, servers, mail) == "acknowledgement"


def test_a_program_with_ever_new_domains_below_its_own_gets_two(
    desk: Desk, servers: FakeServers, clock: StandingClock
) -> None:
    said = []
    for place in ("ka", "kb", "kc"):
        clock.tick(minutes=1)
        mail = letter(place, sender=f"support@{place}.w.test", subject=place, sent=clock.now)
        said.append(come(desk, servers, mail))
    assert said[:2] == ["acknowledgement"] * 2
    assert said[2].endswith("and so were others at w.test that got one just before")


def test_a_number_that_only_an_automatic_answer_has_told_is_repeated_by_a_program(
    desk: Desk, servers: FakeServers
) -> None:
    come(desk, servers, letter("one", sender="support@zz.test", subject="Hello"))
    back = letter("two", sender="case-qqx@zz.test", subject="Ticket created: Hello [#1]")
    told = "it names #1, which only an automatic answer has told anybody"
    assert come(desk, servers, back) == told
    assert len(servers.submitted) == 1
    other = letter("three", sender=EVE, subject="Our case [#77]")
    assert come(desk, servers, other) == "acknowledgement", "another desk's number"
    writing.reply(desk, 1, "Which one?", send_now=True)
    sync(desk)
    colleague = letter("four", sender="dora@firm.test", subject="Passed on to me: [#1]")
    assert come(desk, servers, colleague) == "acknowledgement"


def test_colleagues_who_are_known_take_turns(
    desk: Desk, servers: FakeServers, clock: StandingClock
) -> None:
    names = ("anna", "bert", "cleo", "dora")
    for name in names:
        servers.deliver(letter(name, sender=f"{name}@firm.test"))
    sync(desk)
    clock.tick(days=3)
    for name in names:
        mail = letter(f"{name}2", sender=f"{name}@firm.test", subject="Scale", sent=clock.now)
        assert come(desk, servers, mail) == "acknowledgement"
        clock.tick(minutes=5)
    assert len(servers.submitted) == 8


def test_the_customers_language_is_used(desk: Desk, servers: FakeServers) -> None:
    come(
        desk,
        servers,
        letter("one", "Guten Tag, ich habe eine Frage: warum ist die Mühle nicht da?"),
    )
    assert parse(servers.submitted[0].content).text == "Guten Tag, 1 ist da."


def test_only_outside_business_hours_if_that_is_wanted(
    desk: Desk, servers: FakeServers, clock: StandingClock
) -> None:
    office(desk)
    automatic.switch_on(desk, HELP, AutomaticWish(ACK, "got", WhenOpen.CLOSED))
    assert come(desk, servers, letter("one")) == "the team was at work when it came"
    clock.tick(hours=10)
    mail = letter("two", subject="Other", sent=clock.now)
    assert come(desk, servers, mail) == "acknowledgement"


def office(desk: Desk) -> None:
    calendars.add_calendar(desk, "office", CalendarTexts(zone="UTC", hours="mon-fri 9:00-17:00"))


def test_out_of_office_answers_every_mail_of_a_customer_once(
    desk: Desk, servers: FakeServers, clock: StandingClock
) -> None:
    come(desk, servers, letter("one"))
    begins, ends = clock.now + timedelta(days=2), clock.now + timedelta(days=20)
    wish = AutomaticWish(AWAY, "away", begins=begins, ends=ends, every=timedelta(days=7))
    automatic.switch_on(desk, HELP, wish)
    clock.tick(days=1, hours=23)
    follows = ["one"]
    early = letter("two", sent=clock.now, references=follows)
    assert "only new ones are acknowledged" in come(desk, servers, early)
    for days, words in ((0.5, "out-of-office"), (3, "got one"), (5, "out-of-office"), (11, "only")):
        clock.tick(days=days)
        mail = letter(f"after{days}", sent=clock.now, references=follows)
        assert words in come(desk, servers, mail)
    assert [parse(one.content).text for one in servers.submitted[1:]] == [
        "We are back on Monday."
    ] * 2
    assert sent(servers)[-1]["Subject"] == "Auto: Help [#1]"
    mail = letter("new", sender=EVE, subject="Late", sent=clock.now)
    assert come(desk, servers, mail) == "acknowledgement"


def test_out_of_office_comes_before_the_acknowledgement(desk: Desk, servers: FakeServers) -> None:
    automatic.switch_on(desk, HELP, AutomaticWish(AWAY, "away"))
    assert come(desk, servers, letter("one")) == "out-of-office"
    assert len(servers.submitted) == 1


def test_who_is_new_in_a_ticket_gets_no_out_of_office(desk: Desk, servers: FakeServers) -> None:
    come(desk, servers, letter("one"))
    automatic.switch_on(desk, HELP, AutomaticWish(AWAY, "away"))
    ours = last(desk).message_id or ""
    mail = letter("two", sender=EVE, references=["<x@else.test>", ours], headers="X-A: b")
    servers.deliver(mail.replace(ours.encode() + b"\r\nReferences", b"<x@else.test>\r\nReferences"))
    sync(desk)
    assert told(desk) == "nothing proves that its author belongs to the ticket"


def test_what_an_agent_lets_in_gets_none(desk: Desk, servers: FakeServers) -> None:
    servers.boxes["Junk"] = FakeFolder(FolderRole.JUNK)
    servers.deliver(letter("one"), START, "Junk")
    sync(desk)
    accepting.accept(desk, [1])
    assert reading.ticket(desk, 1).line.message_count == 1
    assert servers.submitted == []
    assert told(desk) == "an agent let it in, who can answer it"


def test_it_can_be_cancelled_while_it_waits(desk: Desk, servers: FakeServers) -> None:
    servers.deliver(letter("one"))
    servers.during = lambda: (_ for _ in ()).throw(BROKEN)
    sync(desk)
    (waiting,) = outbox.list_outbox(desk)
    assert (waiting.is_automatic, waiting.state) == (True, Delivery.DEFERRED)
    assert outbox.cancel(desk, waiting.id).state is Delivery.CANCELLED


def test_it_is_given_up_if_its_ticket_is_spam(
    desk: Desk, servers: FakeServers, clock: StandingClock
) -> None:
    servers.deliver(letter("one"))
    servers.deliver(letter("two", sender=EVE, subject="Other"))
    servers.during = lambda: (_ for _ in ()).throw(BROKEN)
    sync(desk)
    verbs.spam(desk, [2])
    servers.during = lambda: None
    clock.tick(hours=12)
    sync(desk)
    (mail,) = servers.submitted
    assert mail.recipients == (GRACE,)
    states = {one.ticket: (one.state, one.answer) for one in everything(desk)}
    assert states[2] == (Delivery.CANCELLED, "given up: the ticket is spam")


@pytest.mark.parametrize("throw", [verbs.spam, verbs.delete])
@pytest.mark.parametrize("attempts", [0, 1])
def test_it_is_cancelled_with_its_ticket_and_given_back_by_undo(
    each_desk: Desk,
    servers: FakeServers,
    clock: StandingClock,
    throw: Callable[..., Done],
    attempts: int,
) -> None:
    desk = waiting(servers.at(furnished(each_desk)), servers, attempts)
    before = reading.ticket(desk, 1)
    throw(desk, [1])
    (one,) = everything(desk)
    word = "spam" if throw is verbs.spam else "deleted"
    assert (one.state, one.answer) == (Delivery.CANCELLED, f"given up: the ticket is {word}")
    assert outbox.list_outbox(desk) == []
    assert undo.undo(desk, 1).partly is False
    assert [one.delivery for one in reading.ticket(desk, 1).messages] == [
        one.delivery for one in before.messages
    ]
    servers.during = lambda: None
    clock.tick(hours=12)
    sync(desk)
    assert last(desk).delivery is Delivery.SENT


def waiting(desk: Desk, servers: FakeServers, attempts: int) -> Desk:
    """The desk with an automatic answer in the outbox, tried so often."""
    automatic.switch_on(desk, HELP, AutomaticWish(ACK, "got"))
    if attempts:
        servers.deliver(letter("one"))
        servers.during = lambda: (_ for _ in ()).throw(BROKEN)
        sync(desk)
    else:
        ingest(desk, HELP, letter("one"))
    assert last(desk).delivery is (Delivery.DEFERRED if attempts else Delivery.QUEUED)
    return desk


def test_a_macro_that_throws_a_ticket_away_cancels_it_too(desk: Desk, servers: FakeServers) -> None:
    responses.add(desk, Canned("junk", "Junk", (Body("", ""),), macro=Macro(Status.SPAM)), {})
    applying.apply(waiting(desk, servers, 0), [1], "junk")
    (one,) = everything(desk)
    assert (one.state, one.answer) == (Delivery.CANCELLED, "given up: the ticket is spam")


def test_undo_a_day_later_leaves_it_and_says_so(
    desk: Desk, servers: FakeServers, clock: StandingClock
) -> None:
    verbs.spam(waiting(desk, servers, 0), [1])
    clock.tick(hours=25)
    done = undo.undo(desk, 1)
    assert (done.sentence, done.partly) == (
        "Undone (spam): #1. The automatic answer of #1 stays cancelled.",
        True,
    )
    assert everything(desk)[0].state is Delivery.CANCELLED


def test_what_an_agent_cancelled_is_not_given_back(desk: Desk, servers: FakeServers) -> None:
    (one,) = outbox.list_outbox(waiting(desk, servers, 0))
    outbox.cancel(desk, one.id)
    verbs.spam(desk, [1])
    undo.undo(desk, 1)
    assert everything(desk)[0].state is Delivery.CANCELLED


def everything(desk: Desk) -> list[Outgoing]:
    return outbox.list_outbox(desk, everything=True)


def test_a_day_late_it_is_given_up(desk: Desk, servers: FakeServers, clock: StandingClock) -> None:
    servers.deliver(letter("one"))
    servers.during = lambda: (_ for _ in ()).throw(BROKEN)
    sync(desk)
    servers.during = lambda: None
    clock.tick(hours=25)
    sync(desk)
    (one,) = everything(desk)
    assert (one.state, servers.submitted) == (Delivery.CANCELLED, [])


def test_a_server_that_refuses_the_empty_sender_at_the_end_gets_the_mailboxs(
    tmp_path: Path, dovecot: Dovecot
) -> None:
    with joined_desks(tmp_path, dovecot, "help@one.test") as joined:
        (desk,) = joined.desks
        joined.post.employ(GRACE, lambda *_: [])
        responses.add(desk, Canned("got", "Got", (Body("", "Got it."),)), {})
        automatic.switch_on(desk, "help@one.test", AutomaticWish(ACK, "got"))
        joined.post.on(Phase.END, Reply("554 5.2.252 SendAsDenied"))
        raw = letter("one", to="help@one.test", sent=joined.clock())
        joined.post.write(Letter(GRACE, ("help@one.test",), raw))
        joined.go_on(1)
        assert last(desk).delivery is Delivery.SENT
        (mail,) = joined.post.accepted()
        assert mail.sender == "help@one.test"


def test_a_response_that_is_gone_or_lacks_something_is_a_reason(
    desk: Desk, servers: FakeServers, clock: StandingClock
) -> None:
    with desk.db.write() as tx:
        canned_rows.remove(tx, responses.canned(desk, "got").id, desk.now())
    reason = "the acknowledgement could not be written: There is no canned response “got”."
    assert come(desk, servers, letter("one")) == reason
    assert len(lists.numbers(desk, "status:any")) == 1
    assert automatic_faults.faults(desk) == {HELP: {ACK: "there is no canned response “got”"}}
    for due in ([(HELP, ACK, "there is no canned response “got”")], []):
        assert automatic_faults.due_warnings(desk) == due
    clock.tick(days=1)
    assert len(automatic_faults.due_warnings(desk)) == 1
    assert len(automatic.switch_off(desk, HELP, ACK).automatic) == 0
    assert automatic_faults.faults(desk) == {}


LURES = [
    "WIN at https://evil.test",
    "Win money http://evil.test <b>",
    "Win 1000 EUR now www.evil.test",
    "Gewinn auf evil.test",
    "WIN, call +49 900 123456",
    "mail me: eve@evil.test",
    "evil。test wins",
    "w" * 50,
    "Win the lottery, it is easy and quick, " * 4,
]


def vouched(desk: Desk) -> None:
    """The mailbox's server says who sent a mail."""
    with desk.db.write() as tx:
        mailboxes.set_authserv_id(tx, 1, "mx.shop.test")


def says_subject(desk: Desk) -> None:
    """The acknowledgement repeats what it knows."""
    says = (
        "Hi {{ customer.name | default('you') }}, “{{ ticket.subject | default('it') }}” is here."
    )
    kept = responses.canned(desk, "got")
    responses.edit(desk, kept, replace(kept.canned, bodies=(Body("", says),)), {})


@pytest.mark.parametrize("lure", LURES)
def test_no_advertisement_is_spread(desk: Desk, servers: FakeServers, lure: str) -> None:
    says_subject(desk)
    word = Header(lure, "utf-8", maxlinelen=10_000).encode()
    vouched(desk)
    named = letter("one", subject=word, headers=f"Thread-Topic: {word}\r\n{VOUCHED}")
    assert come(desk, servers, named.replace(b"From: Grace ", f"From: {word} ".encode()))
    (read,) = sent(servers)
    assert parse(servers.submitted[0].content).text == "Hi you, “it” is here."
    assert (read["To"], read["Subject"]) == (GRACE, "Auto: Help [#1]")
    assert read["Thread-Topic"] in {None, "Help"}
    assert last(desk).subject == "Auto: Help [#1]"


@pytest.mark.parametrize(
    ("subject", "stays"),
    [
        ("Order 2026-4711 from 24.12.", "Order 2026-4711 from 24.12."),
        ("Re: AW: Grinder: 3 to 7 May?", "Grinder: 3 to 7 May?"),
        ("Mühle\u202e kaputt\u200b", "Mühle kaputt"),
        ("注文について", "注文について"),
        ("Two\r\n lines", "Two lines"),
    ],
)
def test_a_subject_of_a_person_stays(
    desk: Desk, servers: FakeServers, subject: str, stays: str
) -> None:
    vouched(desk)
    coded = Header(subject, "utf-8", maxlinelen=10_000).encode()
    raw = letter("one", subject=coded, headers=VOUCHED)
    assert come(desk, servers, raw) == "acknowledgement"
    assert sent(servers)[0]["Subject"] == f"Auto: {stays} [#1]"


@pytest.mark.parametrize(
    "headers", ["", VOUCHED.replace("customer", "evil"), VOUCHED.replace("mx.shop", "mx.evil")]
)
def test_a_subject_of_which_nobody_knows_who_wrote_it_is_not_repeated(
    desk: Desk, servers: FakeServers, headers: str
) -> None:
    vouched(desk)
    says_subject(desk)
    for name, subject in (("one", "CHEAP VIAGRA 50% OFF AT EVILSHOP"), ("two", "evil·example/buy")):
        raw = letter(name, sender=f"{name}@w.test", subject=subject, headers=headers)
        assert come(desk, servers, raw.replace(b"Subject", b"Thread-Topic: Buy\r\nSubject"))
    assert [one["Subject"] for one in sent(servers)] == ["Auto: Help [#1]", "Auto: Help [#2]"]
    assert b"VIAGRA" not in servers.submitted[0].content
    assert [one["Thread-Topic"] for one in sent(servers)] == ["Help", "Help"]


def test_who_was_answered_by_an_agent_gets_their_own_subject(
    desk: Desk, servers: FakeServers, clock: StandingClock
) -> None:
    come(desk, servers, letter("one"))
    clock.tick(days=2)
    come(desk, servers, letter("two", subject="Other", sent=clock.now))
    assert sent(servers)[-1]["Subject"] == "Auto: Help [#2]", "the desk alone answered"
    writing.reply(desk, 1, "It is the burr.", send_now=True)
    sync(desk)
    clock.tick(days=2)
    come(desk, servers, letter("three", subject="Scale", sent=clock.now))
    assert sent(servers)[-1]["Subject"] == "Auto: Scale [#3]"


def test_a_contact_form_vouches_for_nobody(desk: Desk, servers: FakeServers) -> None:
    vouched(desk)
    with desk.db.write() as tx:
        mailboxes.set_relays(tx, 1, ["forms@customer.test"])
    raw = letter("one", sender="forms@customer.test", headers=f"Reply-To: {EVE}\r\n{VOUCHED}")
    assert come(desk, servers, raw) == "acknowledgement"
    assert (sent(servers)[0]["To"], sent(servers)[0]["Subject"]) == (EVE, "Auto: Help [#1]")


def test_the_history_is_not_sent_back(desk: Desk, servers: FakeServers) -> None:
    come(desk, servers, letter("one", "Buy now: https://evil.test"))
    assert b"evil" not in servers.submitted[0].content


@pytest.mark.parametrize(
    ("wish", "error", "words"),
    [
        (AutomaticWish(ACK, "gto"), NotFound, "canned response “gto”"),
        (AutomaticWish(ACK, "needs"), AutomaticUnfit, "needs customer.first_name"),
        (AutomaticWish(ACK, "does"), AutomaticUnfit, "has files or a macro"),
        (AutomaticWish(ACK, "other"), AutomaticUnfit, "is for other@shop.test only"),
        (AutomaticWish(ACK, "got", every=timedelta(hours=1)), AutomaticUnfit, "once a day"),
        (AutomaticWish(ACK, "got", WhenOpen.OPEN), AutomaticUnfit, "Say which calendar"),
        (AutomaticWish(ACK, "got", WhenOpen.OPEN, "offcie"), NotFound, "calendar “offcie”"),
        (AutomaticWish(AWAY, "away", ends=START), AutomaticUnfit, "end before it begins"),
    ],
)
def test_what_cannot_be_sent_unread_is_refused(
    desk: Desk, wish: AutomaticWish, error: type[Exception], words: str
) -> None:
    needs = Body("", "Hello {{ customer.first_name }}")
    with desk.db.write() as tx:
        box = mailboxes.mailboxes(tx)[0]
        mailboxes.add_mailbox(tx, replace(box, address="other@shop.test"), START)
    responses.add(desk, Canned("needs", "Needs", (needs,)), {})
    macro = Macro(status=Status.SOLVED)
    responses.add(desk, Canned("does", "Does", (Body("", "Done."),), macro=macro), {})
    responses.add(desk, Canned("other", "O", (Body("", "Hi."),), mailbox="other@shop.test"), {})
    with pytest.raises(error, match=re.escape(words)):
        automatic.switch_on(desk, HELP, wish)
    with pytest.raises(NotAllowed):
        automatic.switch_off(as_agent(desk, BOB), HELP, ACK)


def test_switched_off_it_is_off(desk: Desk, servers: FakeServers) -> None:
    automatic.switch_off(desk, HELP, ACK)
    servers.deliver(letter("one"))
    sync(desk)
    assert servers.submitted == []
    assert why(desk, "1")[0].answer is None


def test_the_mailboxs_signature_and_frame_are_its_own(desk: Desk, servers: FakeServers) -> None:
    sign_agent(desk, ADA, "Ada")
    letterheads.sign_mailbox(desk, HELP, "{{ agent.name }} · Mill Shop")
    letterheads.frame_mailbox(desk, HELP, "<i>{{ body }}</i>")
    come(desk, servers, letter("one"))
    assert parse(servers.submitted[0].content).text.endswith("Help\n\n-- \nHelp · Mill Shop")
    assert b"<i><p>Hello Grace" in servers.submitted[0].content
    assert [fold.kind for fold in last(desk).folds] == [FoldKind.SIGNATURE]


def test_a_batch_asks_no_more_statements_if_nothing_is_switched_on(
    each_desk: Desk, servers: FakeServers
) -> None:
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        asked.append(statement)

    furnished(each_desk)
    event.listen(each_desk.db.engine, "before_cursor_execute", note)
    counts = []
    for place, is_on in enumerate((False, True)):
        if is_on:
            automatic.switch_on(each_desk, HELP, AutomaticWish(ACK, "got"))
        for number in range(50):
            mail = letter(f"{place}.{number}", sender="x@y.test", subject=f"{place}.{number}")
            servers.deliver(mail)
        asked.clear()
        sync(each_desk)
        counts.append(sum("automatic_answer" in one for one in asked))
    event.remove(each_desk.db.engine, "before_cursor_execute", note)
    assert counts[0] == 0
    assert counts[1] == 2
    assert len(servers.submitted) == 1
