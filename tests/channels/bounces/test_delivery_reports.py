"""Which failures prove that an address can never work: `hard` marks a customer's address, so a full
mailbox or a filter must not."""

import pytest

from supportcli.channels import mime
from supportcli.channels.bounces.delivery_status import read_delivery_status
from supportcli.channels.bounces.failures import Failure, is_dead, status_of
from supportcli.domain.mail import Bounce, Mail, MailKind

DEAD = [
    (
        "5.1.1",
        "550 5.1.1 <mia@berg.test>: Recipient address rejected: User unknown in virtual mailbox table",
    ),
    (
        "5.1.1",
        "550-5.1.1 The email account that you tried to reach does not exist. Please try double-checking the address",
    ),
    (
        "5.1.10",
        "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup",
    ),
    (
        "4.1.1",
        "450 4.1.1 <mia@berg.test>: Recipient address rejected: User unknown in virtual alias table",
    ),
    ("5.2.1", "550 5.2.1 <mia@berg.test>... User Unknown"),
    ("5.0.0", "550 No such user here (in reply to RCPT TO command)"),
    ("", "Sorry, no mailbox here by that name. (#5.1.1)"),
    ("", "User mia (mia@berg.test) not listed in Domino Directory"),
    ("", "Sorry, I couldn't find any host named berg.test. (#5.1.2)"),
    ("5.1.2", "550 Host unknown"),
    ("5.4.4", "(Illegal host/domain name found)"),
    ("5.1.6", "551 mia has moved to mia@other.test"),
]
ALIVE = [
    ("5.2.2", "552 5.2.2 <mia@berg.test>: Mailbox full"),
    ("5.1.1", "550 5.1.1 <mia@berg.test>: over quota"),
    ("5.1.1", "550 5.7.1 IP address blacklisted by recipient"),
    ("5.1.1", "550 5.1.1 this account is disabled"),
    ("5.1.1", "x-unix; procmail: Couldn't create /var/spool/mail/mia: No such user"),
    ("5.1.8", "553 5.1.8 Domain of sender address help@shop.test does not exist"),
    ("5.7.1", "550 5.7.1 550 User unknown"),
    ("5.0.0", "550 User unknown (in reply to end of DATA command)"),
    ("5.0.0", "550 Unknown user"),
    ("5.7.26", "550-5.7.26 Unauthenticated email is not accepted due to the domain's DMARC policy"),
    ("4.4.1", "connect to berg.test[192.0.2.1]:25: Connection timed out"),
    ("5.2.3", "552 5.2.3 Message size exceeds fixed maximum message size"),
    ("5.3.0", "Host does not accept mail"),
    ("5.1.1", "451 greylisted"),
    ("5.1.1", "452 no resources for this connection"),
    ("5.0.0", "554 Transaction failed"),
    ("", ""),
]


@pytest.mark.parametrize(("status", "reason"), DEAD)
def test_the_servers_words_prove_that_the_address_is_dead(status: str, reason: str) -> None:
    assert is_dead(Failure("mia@berg.test", status, reason))


@pytest.mark.parametrize(("status", "reason"), ALIVE)
def test_nothing_else_proves_it(status: str, reason: str) -> None:
    assert not is_dead(Failure("mia@berg.test", status, reason))


REPORT = """\
From: MAILER-DAEMON@mx.shop.test
To: help@shop.test
Subject: Mail delivery failed: returning message to sender
Return-Path: <>
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b

{prose}
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.shop.test

Final-Recipient: rfc822; mia@berg.test
Action: failed
{fields}
--b--
"""


def reported(fields: str, prose: str = "It failed.\n") -> Bounce:
    """What a report with these lines about one recipient says."""
    bounce = mime.parse(REPORT.format(fields=fields, prose=prose).encode()).bounce
    assert bounce is not None
    return bounce


def is_hard(fields: str, prose: str = "It failed.\n") -> list[bool]:
    """The verdicts of a report with these lines about one recipient."""
    return [one.hard for one in reported(fields, prose).recipients]


@pytest.mark.parametrize(
    ("words", "hard"),
    [
        ("550 No such user here", True),
        ("550 User unknown", True),
        ("550 Unknown recipient", True),
        ("550 no mailbox here by that name", True),
        ("550 <mia@berg.test>: Mailbox not found", True),
        ("450 User unknown", False),
        ("550 Requested action not taken: mailbox unavailable", False),
        ("550 User unknown, or blocked by our spam filter", False),
        ("554 Transaction failed", False),
    ],
)
@pytest.mark.parametrize("status", ["Status: 5.0.0\n", ""])
def test_the_answer_to_a_recipient_counts_without_an_exact_status(
    status: str, words: str, hard: bool
) -> None:
    assert is_hard(f"{status}Diagnostic-Code: smtp; {words}\n") == [hard]


@pytest.mark.parametrize(
    ("prose", "hard"),
    [
        ("<mia@berg.test>: host mx said: 550 User unknown (in reply to RCPT TO command)", True),
        (
            "<mia@berg.test>: host mx said:\n    550 User unknown (in reply to end of DATA command)",
            False,
        ),
        (">>> DATA\n<<< 550 <mia@berg.test>... User unknown", False),
        ("SMTP error from remote mail server after end of data:\n  550 User unknown", False),
        (">>> MAIL From:<help@shop.test>\n<<< 550 User unknown", False),
        (
            """<mia@berg.test>: 550 User unknown (in reply to RCPT TO command)
<joe@berg.test>: 550 User unknown (in reply to end of DATA command)""",
            True,
        ),
        ("We need more data about mail from you to mia@berg.test.", True),
    ],
)
def test_the_answer_to_the_content_proves_nothing(prose: str, hard: bool) -> None:
    assert is_hard("Status: 5.0.0\nDiagnostic-Code: smtp; 550 User unknown\n", prose) == [hard]


SUCCESSES = [
    ("Delivery report", "Your message was delivered to mia@berg.test."),
    ("Delivery report", "Your parcel was delivered."),
    ("Delivery notification", "The mail to <mia@berg.test> has been successfully delivered."),
    ("Delivery Status Notification", "<mia@berg.test>: relayed to a server that sends no reports"),
    ("Delivery report", "Ihre Nachricht wurde erfolgreich zugestellt:\n\nmia@berg.test"),
    ("Delivery report", "Votre message a été remis à mia@berg.test."),
]


@pytest.mark.parametrize(("subject", "words"), SUCCESSES)
def test_a_daemons_report_of_success_is_no_bounce(subject: str, words: str) -> None:
    mail = parsed(MAILER, subject, words, "Return-Path: <>\r\n")
    assert (mail.kind, mail.bounce and mail.bounce.recipients) == (MailKind.AUTO_REPLY, ())


@pytest.mark.parametrize(
    "words",
    [
        "<mia@berg.test>: delivered to a mailbox that is full; rejected",
        "Your message was not delivered to mia@berg.test.",
        "Delivered to joe@berg.test.\n\nDelivery to mia@berg.test failed.",
        "Ihre Nachricht wurde nicht zugestellt:\n\nmia@berg.test",
        "Your message could not be delivered.\n\nFinal-Recipient: rfc822;mia@berg.test\nAction: failed",
    ],
)
def test_a_report_that_also_says_what_failed_is_one(words: str) -> None:
    assert parsed(MAILER, "Delivery report", words).kind is MailKind.BOUNCE


def test_recipients_of_a_long_report_are_never_cut() -> None:
    named = "".join(f"<u{n}@berg.test>:\nno\n\n" for n in range(4_000))
    mail = parsed(MAILER, "failure notice", f"This is the qmail-send program.\n\n{named}")
    assert mail.bounce is not None
    assert {one.address for one in mail.bounce.recipients} == {
        f"u{n}@berg.test" for n in range(1_000)
    }
    assert mail.defects == (
        "a long report is read to its first 64 KiB",
        "a report about more than 1,000 recipients is read to that number",
    )


def test_all_recipients_of_a_structured_report_are_read() -> None:
    block = "\nFinal-Recipient: rfc822; u{}@berg.test\nAction: failed\nStatus: 5.1.1\n"
    report = "".join(block.format(n) for n in range(300))
    assert len(reported(report).recipients) == 301


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_the_last_recipient_of_a_long_report_is_complete(end: str) -> None:
    block = f"Final-Recipient: rfc822; mia@berg.test{end}X: {'x' * 60_000}{end}Status: 5.1.1{end}"
    found = read_delivery_status(end.join([block] * 20).encode())
    assert [one.status for one in found] == ["5.1.1"] * 17


@pytest.mark.parametrize(
    ("kind", "written"),
    [
        ("utf-8", "j\\x{F6}rg@berg.test"),
        ("utf-8", "jörg@berg.test"),
        ("UTF-8", "\\x{4E00}j\\x{f6}rg\\x{5C}@berg.test"),
        ("rfc822", "jörg@berg.test"),
    ],
)
def test_addresses_with_other_letters_are_decoded(kind: str, written: str) -> None:
    fields = f"Original-Recipient: {kind}; {written}\nStatus: 5.1.1\n"
    address = reported(fields).recipients[0].address
    assert address in {"jörg@berg.test", "一jörg\\@berg.test"}


def test_a_delayed_mail_proves_nothing() -> None:
    assert not is_dead(Failure("mia@berg.test", "4.1.1", "450 4.1.1 User unknown", delayed=True))


@pytest.mark.parametrize(
    ("status", "reason", "wanted"),
    [
        ("5.1.1", "", "5.1.1"),
        ("5.0.0", "550 5.7.1 denied", "5.7.1"),
        ("", "421 Service not available", "4.0.0"),
        ("", "host mx[192.0.2.1] said: 550 no", "5.0.0"),
        ("", "nobody home", "5.0.0"),
        ("", "connect to 5.1.1.7:25", "5.0.0"),
    ],
)
def test_the_status_is_the_most_exact_one_that_is_named(
    status: str, reason: str, wanted: str
) -> None:
    assert status_of(Failure("mia@berg.test", status, reason)) == wanted


MAILER, POST = "MAILER-DAEMON@mx.berg.test", "postmaster@berg.test"
EXCHANGE = "MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@berg.onmicrosoft.test"
FORMS = [
    "Undelivered Mail Returned to Sender",
    "Returned mail: see transcript for details",
    "Unzustellbar: Re: Mill [#1]",
    "Undeliverable: Re: Mill",
    "Mail delivery failed: returning message to sender",
    "Delivery Status Notification (Failure)",
    "failure notice",
    "Mail delivery failed",
    "Undelivered: Mill",
    "Non remis : Mill",
    "No se puede entregar: Mill",
    "Onbestelbaar: Mill",
    "Не удалось доставить: Mill",
    "未传递: Mill",
    "Delivery delayed: Mill",
    "RETURNED MAIL: User unknown",
    "Mail System Error - Returned Mail",
]
BODIES = [
    "<mia@berg.test>: 550 5.1.1 User unknown",
    "Ihre Nachricht an mia@berg.test kam zurück.",
    "Es tut uns leid.",
    "",
]


def parsed(sender: str, subject: str, body: str = "", headers: str = "") -> Mail:
    return mime.parse(
        f"From: {sender}\r\nTo: help@shop.test\r\nSubject: {subject}\r\n{headers}\r\n{body}\r\n".encode()
    )


@pytest.mark.parametrize("subject", FORMS)
@pytest.mark.parametrize("sender", [MAILER, EXCHANGE, f"Mail Delivery System <{MAILER.lower()}>"])
@pytest.mark.parametrize("body", BODIES)
def test_a_server_that_reports_in_its_own_words_is_a_bounce(
    sender: str, subject: str, body: str
) -> None:
    for headers in ("", "Return-Path: <>\r\n", "Auto-Submitted: auto-replied\r\n"):
        mail = parsed(sender, subject, body, headers)
        assert mail.kind is MailKind.BOUNCE
        assert mail.bounce is not None
        assert [one.address for one in mail.bounce.recipients] in (["mia@berg.test"], [""])


SIGNS = [
    "Return-Path: <>\r\n",
    "Return-Path: <MAILER-DAEMON@mx.berg.test>\r\n",
    "Auto-Submitted: auto-replied\r\n",
]
EVIDENT = [
    *((headers, BODIES[0]) for headers in ("", *SIGNS)),
    *((headers, BODIES[1]) for headers in SIGNS),
    *((f"{sign}In-Reply-To: <1@shop.test>\r\n", body) for sign in SIGNS for body in BODIES),
    (
        "",
        "It failed.\n\n----- Original message -----\nMessage-ID: <1@shop.test>\nTo: mia@berg.test\n",
    ),
    ("", "It failed.\n\nReceived: from mx.shop.test\nTo: mia@berg.test\n"),
]
IN_WORDS = [
    "Your mail to mia@berg.test could not be delivered.",
    "Hello,\n\nthe delivery has failed to these recipients:\n\nmia@berg.test\nThe address could not be found.",
    "I was unable to deliver your message to mia@berg.test, sorry.",
    "The mail for mia@berg.test failed.\n\nOn Monday, Ada <ada@shop.test> wrote:\n> Try this.\n> sue@berg.test",
]
BY_HAND = [
    "Hello Ada, this is Joe, who runs the mail here. Please resend the offer, and call me: 0123.",
    "My order was not delivered. Kim",
    "",
    f"It was not delivered.\n-- \nKim, {POST}",
    "It was not delivered again.\n\nRegards, Mia\nmia@berg.test",
    "Please send it to mia@berg.test from now on.",
    "It has failed again, please help.\n\nOn Monday, mia@berg.test wrote:\n> Try this.",
    "The second delivery has failed.\n\n> It could not be delivered to mia@berg.test: 550 5.1.1 user unknown",
    "It fails.\n\n-----Original Message-----\nFrom: Ada <ada@shop.test>\nSent: Monday\nTo: mia@berg.test\nSubject: Mill\n\nTry this.",
    "Order 550 was not delivered, and 5.1.1 is the number of the part.",
]


@pytest.mark.parametrize("subject", FORMS)
def test_a_postmaster_reports_where_more_than_the_subject_says_so(subject: str) -> None:
    for headers, body in EVIDENT:
        assert parsed(POST, subject, body, headers).kind is MailKind.BOUNCE, (headers, body)
    for body in IN_WORDS:
        mail = parsed(POST, subject, body)
        assert mail.kind is MailKind.MAIL, body
        assert mail.bounce is not None, body
        assert ([one.address for one in mail.bounce.recipients], mail.bounce.certain) == (
            ["mia@berg.test"],
            False,
        ), body
    for sign in SIGNS:
        assert (
            parsed(
                "Kim <kim@berg.test>", subject, "My order was not delivered. What now?", sign
            ).bounce
            is None
        )


BY_NAME = [
    "Joe Miller <postmaster@berg.test>",
    "Mailsystem Berg <joe@berg.test>",
    "Joe <joe@mailsystem.test>",
    "Mail Delivery <joe@berg.test>",
    POST,
]


@pytest.mark.parametrize(
    "subject",
    [
        *FORMS,
        "Delivery problem: Re: Mill [#1]",
        "Mail delivery failed again, please help",
        "Delivery delayed?",
    ],
)
@pytest.mark.parametrize("sender", BY_NAME)
def test_a_subject_alone_makes_no_report_of_a_persons_answer(sender: str, subject: str) -> None:
    for headers in (
        "",
        "In-Reply-To: <1@shop.test>\r\n",
        "References: <1@shop.test>\r\nAuto-Submitted: no\r\nReturn-Path: <joe@berg.test>\r\n",
    ):
        for body in BY_HAND:
            mail = parsed(sender, subject, body, headers)
            assert (mail.kind, mail.bounce) == (MailKind.MAIL, None), (headers, body)


@pytest.mark.parametrize(
    "sender", [MAILER, EXCHANGE, "mailer-daemon", "MAILER-DAEMON@berg.test (Mail Delivery System)"]
)
@pytest.mark.parametrize(
    "subject",
    [
        "Re: Mill [#1]",
        "hello",
        "",
        "Successful Mail Delivery Report",
        "Delivery Status Notification (Success)",
    ],
)
def test_what_a_daemon_writes_is_never_a_persons_mail(sender: str, subject: str) -> None:
    mail = parsed(sender, subject, "Something in words that nobody knows.")
    assert mail.kind is not MailKind.MAIL
    assert mail.bounce is not None


def test_a_report_in_parts_that_has_none_reports_nothing() -> None:
    mail = parsed(
        MAILER,
        "Delivery Status Notification (Failure)",
        "No parts.",
        "Content-Type: multipart/report;\r\n",
    )
    assert mail.bounce is None


PERSONS = [
    (
        "Mia <mia@berg.test>",
        "Undeliverable: my mail to you came back",
        "<help@shop.test>: 550 5.1.1 User unknown",
    ),
    (
        "Mia <mia@berg.test>",
        "Undelivered Mail Returned to Sender",
        "Hi, I got this when I wrote to you.",
    ),
    ("Mia <mia@berg.test>", "Fwd: Undelivered Mail Returned to Sender", "What is this?"),
    ("Mia <mia@berg.test>", "Delivery failed", "The parcel could not be delivered, twice!"),
    ("Mailer Daemon <mia@berg.test>", "Question", "A band's name."),
    ("Daemon <mailer@daemon.test>", "failure notice", "I got a failure notice from you."),
    (POST, "Delivery problem with order 12", "My order was not delivered. Kim"),
    (f"Paul <{POST}>", "Question about SPF", "Which addresses do you send from?"),
    (f"Paul <{POST}>", "Undeliverable mail from you", "We reject your mails: mend your SPF."),
    (f"Paul <{POST}>", "Re: Undeliverable: Mill", "That was our mistake. It works now."),
    (f"Paul <{POST}>", "AW: Unzustellbar: Mill", "Es geht wieder."),
]


@pytest.mark.parametrize(("sender", "subject", "body"), PERSONS)
def test_a_person_who_writes_about_a_bounce_is_a_person(
    sender: str, subject: str, body: str
) -> None:
    mail = parsed(sender, subject, body)
    assert (mail.kind, mail.bounce) == (MailKind.MAIL, None)
