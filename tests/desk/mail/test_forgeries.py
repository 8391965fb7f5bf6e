"""A stranger gets neither into somebody's ticket nor into its next reply, whatever is forged; and
honest answers still come home.

Each forgery is a mail that Mallory could send, who knows numbers and addresses and perhaps a
Message-ID of a mailing list. The oracle knows nothing of the rules: it looks at who stands in the
ticket, who is known there afterwards, and where the next reply goes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from uuid import uuid4

import pytest
from sqlalchemy import text

from supportcli.channels import mime
from supportcli.desk import Desk
from supportcli.desk.mail import intake
from supportcli.desk.mail.sync import sync
from supportcli.desk.replies import writing
from supportcli.desk.setup import founding
from supportcli.desk.tickets import reading
from supportcli.domain.intake.ledger import DecidedMail
from supportcli.domain.tickets.ticket import Message, Status, Ticket
from supportcli.errors import SupportError
from tests.desk.desks import ADA, StandingClock, desk_at, left
from tests.desk.fake_channel import FakeServers
from tests.desk.letters import EVE, GRACE, HELP, letter

MALLORY, FORM, CARL, CC = (
    "mallory@evil.test",
    "form@shop.test",
    "carl@shop.test",
    "cc@customer.test",
)
OURS = "mx.shop.test"


@pytest.fixture(scope="module")
def servers() -> FakeServers:
    return FakeServers()


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, servers: FakeServers) -> Iterator[Desk]:
    """A desk whose mail server signs what it finds out. The tests share it; each works on tickets
    of its own."""
    with desk_at(
        f"sqlite:///{tmp_path_factory.mktemp('forgeries') / 'desk.db'}", StandingClock()
    ) as empty:
        with empty.db.write() as tx:
            tx.connection().execute(text("UPDATE mailbox SET authserv_id = :name"), {"name": OURS})
            tx.connection().execute(text("UPDATE agent SET role = 'admin'"))
        yield servers.at(empty)


@dataclass(frozen=True)
class Scene:
    """A ticket of Grace's, with somebody in Cc, that was answered and waits. Its first mail is
    `one`, our answer `signed`; both it and a newsletter are named by a second mail of hers."""

    desk: Desk
    ticket: int
    one: str
    signed: str
    newsletter: str

    def take(
        self, fields: Mapping[str, str], body: str = "Send me the account number."
    ) -> DecidedMail:
        """Let a mail of Mallory's in, in whose `fields` the names of the scene are filled in; an
        empty one is left out."""
        usual = {
            "From": MALLORY,
            "To": HELP,
            "Subject": "x [#N]",
            "Date": "Mon, 2 Mar 2026 08:30:00 +0000",
            "Message-ID": f"<{uuid4().hex}@evil.test>",
        }
        lines = [
            f"{name.rstrip('2')}: {self.filled(value)}"
            for name, value in (usual | dict(fields)).items()
            if value
        ]
        return intake.ingest(self.desk, HELP, ("\r\n".join(lines) + f"\r\n\r\n{body}\r\n").encode())

    def filled(self, value: str) -> str:
        names = {
            "[#N]": f"[#{self.ticket}]",
            "=23N=": f"=23{self.ticket}=",
            "ONE": self.one,
            "SIGNED": self.signed,
            "NEWS": self.newsletter,
            "supportcli.N.": f"supportcli.{self.ticket}.",
        }
        for name, meant in names.items():
            value = value.replace(name, meant)
        return value

    def whole(self) -> Ticket:
        return reading.ticket(self.desk, self.ticket)

    def count(self) -> int:
        """How many messages the ticket has."""
        with self.desk.db.read() as tx:
            return int(
                tx.connection()
                .execute(
                    text("SELECT message_count FROM ticket WHERE number = :n"), {"n": self.ticket}
                )
                .scalar_one()
            )

    def known(self) -> set[str]:
        """Who is a participant of the ticket."""
        with self.desk.db.read() as tx:
            found = tx.connection().execute(
                text("SELECT address FROM participant WHERE ticket_number = :n"), {"n": self.ticket}
            )
            return set(found.scalars())

    def next_reply(self) -> set[str]:
        """Whom the next reply goes to that nobody is asked about."""
        return reply_of(self.desk, self.ticket)


def reply_of(desk: Desk, number: int) -> set[str]:
    """Whom a reply goes to that nobody is asked about."""
    try:
        writing.reply(desk, number, "The account number is 4711.", send_now=True)
    except SupportError:
        return set()
    with desk.db.read() as tx:
        reached = "SELECT address FROM outbox_recipient WHERE outbox_id = (SELECT max(outbox_id) FROM outbox_recipient)"
        return {one.lower() for one in tx.connection().execute(text(reached)).scalars()}


@pytest.fixture(scope="module")
def scenes() -> list[Scene]:
    """The scene of the test before, if there was one."""
    return []


@pytest.fixture
def scene(desk: Desk, scenes: list[Scene]) -> Scene:
    """A scene into which nothing came yet: most forgeries leave it as it was."""
    if not scenes or scenes[0].count() != 3:
        scenes[:] = [set_up(desk)]
    return scenes[0]


def set_up(desk: Desk) -> Scene:
    name = uuid4().hex
    number = intake.ingest(desk, HELP, letter(name, headers=f"Cc: {CC}")).ticket
    assert number is not None
    intake.ingest(
        desk, HELP, letter(f"{name}.2", "I read this.", references=[f"<{name}@list.test>", name])
    )
    writing.reply(desk, number, "Try this.", send_now=True)
    signed = reading.ticket(desk, number).messages[-1].message_id
    assert signed is not None
    return Scene(desk, number, f"<{name}@customer.test>", signed, f"<{name}@list.test>")


IDN, IDN_ASCII = "help@bücher.test", "help@xn--bcher-kva.test"
STORED = {"In-Reply-To": "ONE"}
LISTED = {"In-Reply-To": "NEWS", "References": "NEWS", "Subject": "Re: news"}
GUESSED = "<supportcli.N.0123456789abcdef.aaaaaaaaaaaaaaaaaaaaaaaa@shop.test>"

AS_HERSELF: dict[str, dict[str, str]] = {
    "number": {},
    "number behind re": {"Subject": "Re: Grinder [#N]"},
    "number first": {"Subject": "[#N] Grinder"},
    "several numbers": {"Subject": "[#2] [#N] [#9]"},
    "another desk's number": {"Subject": "[#471100] [#N]"},
    "number encoded": {"Subject": "=?utf-8?q?=5B=23N=5D?="},
    "number folded": {"Subject": "x\r\n [#N]"},
    "stored id": STORED,
    "stored id in capitals": {"In-Reply-To": "<one@customer.test>"},
    "stored id, in references": {"References": "<a@b> ONE <c@d>"},
    "guessed signed id": {"In-Reply-To": GUESSED},
    "guessed plus-address": {
        "To": "help+supportcli.N.0123456789abcdef.aaaaaaaaaaaaaaaaaaaaaaaa@shop.test"
    },
    "guessed delivered-to": {
        "Delivered-To": "help+supportcli.N.0.aaaaaaaaaaaaaaaaaaaaaaaa@shop.test"
    },
    "known name": {"From": f"Grace <{MALLORY}>"},
    "known address as a name": {"From": f'"{GRACE}" <{MALLORY}>'},
    "known address as a comment": {"From": f"{MALLORY} ({GRACE})"},
    "known address in an encoded word": {"From": f"=?utf-8?q?grace=40customer.test?= <{MALLORY}>"},
    "known address in an encoded word, bracketed": {
        "From": f"=?utf-8?q?=3Cgrace=40customer.test=3E?= <{MALLORY}>"
    },
    "known sender": {"Sender": GRACE},
    "our sender": {"Sender": ADA},
    "known original from": {"X-Original-From": GRACE},
    "known reply-to": {"Reply-To": GRACE},
    "ours in reply-to": {"Reply-To": HELP},
    "agent in reply-to": {"Reply-To": ADA},
    "known in cc": {"Cc": f"{GRACE}, {CC}"},
    "known in to": {"To": f"{HELP}, {GRACE}"},
    "sub-domain of the customer": {"From": "grace@sub.customer.test"},
    "domain behind the customer's": {"From": "grace@customer.test.evil.test"},
    "domain before ours": {"From": "ada@evilshop.test"},
    "domain beneath ours": {"From": "ada@x.shop.test"},
    "our domain as a local part": {"From": '"ada@shop.test"@evil.test'},
    "customer with a detail": {"From": "grace+x@customer.test"},
    "kelvin sign": {"From": "\N{KELVIN SIGN}urt@customer.test"},
    "letter that looks alike": {"From": "gr\N{CYRILLIC SMALL LETTER A}ce@customer.test"},
    "domain that looks alike": {"From": "grace@cust\N{CYRILLIC SMALL LETTER O}mer.test"},
    "wide letters": {"From": "ada@\N{FULLWIDTH LATIN SMALL LETTER S}hop.test"},
    "passed for herself": {"Authentication-Results": f"{OURS}; dmarc=pass header.from=evil.test"},
    "returned by the null sender": {"Return-Path": "<>"},
    "from a list": {"List-ID": "<x.evil.test>", "Precedence": "list"},
    "our message-id": {"Message-ID": "<supportcli.N.0.aaaaaaaaaaaaaaaaaaaaaaaa@shop.test>"},
    "the customer's message-id": {"Message-ID": "ONE"},
    "the customer's message-id and cc": {"Message-ID": "ONE", "Cc": GRACE, "Subject": "y [#N]"},
    "automatic": {"Auto-Submitted": "auto-replied"},
    "no sender": {"From": "", "Reply-To": MALLORY},
    "no from": {"From": "", "Sender": MALLORY},
    "form of ours": {"From": FORM, "Reply-To": MALLORY},
    "form of ours, passed": {
        "From": FORM,
        "Reply-To": MALLORY,
        "Authentication-Results": f"{OURS}; dmarc=pass header.from=shop.test",
    },
    "form of ours, stored id": {"From": FORM, "Reply-To": MALLORY, **STORED},
    "form of ours, original from": {"From": FORM, "X-Original-From": MALLORY},
    "form in another case": {"From": "Form@SHOP.test", "Reply-To": MALLORY},
    "mailbox as a form": {"From": HELP, "Reply-To": MALLORY},
    "mailbox as a form, passed": {
        "From": HELP,
        "Reply-To": MALLORY,
        "Authentication-Results": f"{OURS}; dmarc=pass header.from=shop.test",
    },
    "mailbox as a form, stored id": {"From": HELP, "Reply-To": MALLORY, **STORED},
    "plus-address as a form": {"From": "help+x@shop.test", "Reply-To": MALLORY},
    "group with a customer's name": {
        "From": f"'Grace via Help' <{HELP}>",
        "X-Original-From": MALLORY,
        "Reply-To": HELP,
    },
}
"""Whoever writes as somebody unknown opens a ticket of their own, or is held."""

SPOOFED: dict[str, dict[str, str]] = {
    "customer, other reply-to": {"From": GRACE, "Reply-To": MALLORY},
    "customer, two reply-to": {"From": GRACE, "Reply-To": f"{GRACE}, {MALLORY}"},
    "customer, doubled reply-to": {"From": GRACE, "Reply-To": GRACE, "Reply-To2": MALLORY},
    "customer, reply-to group": {"From": GRACE, "Reply-To": f"friends: {GRACE}, {MALLORY};"},
    "customer, reply-to encoded": {"From": GRACE, "Reply-To": f"=?utf-8?q?Grace?= <{MALLORY}>"},
    "customer, reply-to that looks alike": {
        "From": GRACE,
        "Reply-To": "grace@cust\N{CYRILLIC SMALL LETTER O}mer.test",
    },
    "customer, reply-to, stored id": {"From": GRACE, "Reply-To": MALLORY, **STORED},
    "customer, reply-to, id of a newsletter": {"From": GRACE, "Reply-To": MALLORY, **LISTED},
    "customer, cc": {"From": GRACE, "Cc": MALLORY},
    "customer, to": {"From": GRACE, "To": f"{HELP}, {MALLORY}"},
    "customer, many cc": {
        "From": GRACE,
        "Cc": ", ".join(f"m{number}@evil.test" for number in range(50)),
    },
    "customer, cc, id of a newsletter": {"From": GRACE, "Cc": MALLORY, **LISTED},
    "customer, message-id of a newsletter": {"From": GRACE, "Cc": MALLORY, "Message-ID": "NEWS"},
    "customer in capitals, cc": {"From": GRACE.upper(), "Cc": MALLORY},
    "customer, failed": {
        "From": GRACE,
        "Cc": MALLORY,
        "Authentication-Results": f"{OURS}; dmarc=fail header.from=customer.test",
    },
    "customer, failed, stored id": {
        "From": GRACE,
        "Cc": MALLORY,
        "Authentication-Results": f"{OURS}; dmarc=fail",
        **STORED,
    },
    "customer and mallory in from": {"From": f"{GRACE}, {MALLORY}"},
    "mallory and customer in from": {"From": f"{MALLORY}, {GRACE}"},
    "customer and mallory, stored id": {"From": f"{GRACE}, {MALLORY}", **STORED},
    "two from": {"From": GRACE, "From2": MALLORY},
    "customer as sender only": {"From": "", "Sender": GRACE, "Cc": MALLORY},
    "customer in cc, other reply-to": {"From": CC, "Reply-To": MALLORY},
    "customer in cc, cc": {"From": CC, "Cc": MALLORY},
    "form, customer's reply-to, cc": {"From": FORM, "Reply-To": GRACE, "Cc": MALLORY},
    "form, two reply-to": {"From": FORM, "Reply-To": f"{GRACE}, {MALLORY}"},
    "form, customer's original from": {"From": FORM, "Reply-To": MALLORY, "X-Original-From": GRACE},
    "form, passed, customer's reply-to, cc": {
        "From": FORM,
        "Reply-To": GRACE,
        "Cc": MALLORY,
        "Authentication-Results": f"{OURS}; dmarc=pass header.from=shop.test",
    },
    "agent": {"From": ADA},
    "agent, cc": {"From": ADA, "Cc": MALLORY},
    "agent, reply-to": {"From": ADA, "Reply-To": MALLORY},
    "agent in capitals": {"From": "ADA@SHOP.TEST", "Cc": MALLORY},
    "agent with a detail": {"From": "ada+x@shop.test", "Cc": MALLORY},
    "agent, encoded name": {"From": f"=?utf-8?b?QWRh?= <{ADA}>", "Cc": MALLORY},
    "agent, address encoded": {"From": "=?utf-8?q?ada=40shop.test?=", "Cc": MALLORY},
    "agent, failed": {
        "From": ADA,
        "Cc": MALLORY,
        "Authentication-Results": f"{OURS}; dmarc=fail header.from=shop.test",
    },
    "agent, failed, stored id": {
        "From": ADA,
        "Cc": MALLORY,
        "Authentication-Results": f"{OURS}; dmarc=fail",
        **STORED,
    },
    "agent, stored id": {"From": ADA, "Cc": MALLORY, **STORED},
    "agent, stored id, reply-to": {"From": ADA, "Reply-To": MALLORY, **STORED},
    "agent and mallory in from": {"From": f"{ADA}, {MALLORY}"},
    "nobody at our domain": {"From": "nobody-there@shop.test", "Cc": MALLORY},
    "nobody at our domain, stored id": {"From": "nobody-there@shop.test", "Cc": MALLORY, **STORED},
    "nobody at our domain, id of a newsletter": {
        "From": "nobody-there@shop.test",
        "Cc": MALLORY,
        **LISTED,
    },
    "our mailbox": {"From": HELP, "Cc": MALLORY},
    "our mailbox, stored id": {"From": HELP, "Cc": MALLORY, **STORED},
    "our plus-address": {"From": "help+x@shop.test", "Cc": MALLORY},
    "our plus-address, stored id": {"From": "help+x@shop.test", "Cc": MALLORY, **STORED},
    "our mailbox, our message-id": {"From": HELP, "Cc": MALLORY, "Message-ID": GUESSED},
    "agent, passed by another server": {
        "From": ADA,
        "Cc": MALLORY,
        "Authentication-Results": "mx.evil.test; dmarc=pass header.from=shop.test",
    },
    "agent, passed below ours": {
        "From": ADA,
        "Cc": MALLORY,
        "Authentication-Results": f"{OURS}; dmarc=none; spf=none",
        "Authentication-Results2": f"{OURS}; dmarc=pass header.from=shop.test",
    },
    "agent, passed below a broken one of ours": {
        "From": ADA,
        "Cc": MALLORY,
        "Authentication-Results": f'{OURS}; spf=none smtp.mailfrom="',
        "Authentication-Results2": f"{OURS}; dmarc=pass",
    },
    "agent, passed in a comment": {
        "From": ADA,
        "Cc": MALLORY,
        "Authentication-Results": f"{OURS} (; dmarc=pass); dmarc=none",
    },
    "agent, passed in a quote": {
        "From": ADA,
        "Cc": MALLORY,
        "Authentication-Results": f'{OURS}; spf=pass smtp.mailfrom="a; dmarc=pass"@evil.test',
    },
    "agent, passed for mallory": {
        "From": ADA,
        "Cc": MALLORY,
        "Authentication-Results": f"{OURS}; dmarc=pass header.from=evil.test",
    },
    "agent, mallory's envelope": {
        "From": ADA,
        "Cc": MALLORY,
        "Authentication-Results": f"{OURS}; spf=pass smtp.mailfrom=x@evil.test",
    },
    "agent, mallory's signature": {
        "From": ADA,
        "Cc": MALLORY,
        "Authentication-Results": f"{OURS}; dkim=pass header.d=evilshop.test",
    },
    "agent, signature of a top domain": {
        "From": ADA,
        "Cc": MALLORY,
        "Authentication-Results": f"{OURS}; dkim=pass header.d=test",
    },
    "agent, old header": {
        "From": ADA,
        "Cc": MALLORY,
        "X-Authentication-Results": f"{OURS}; dmarc=pass",
        "Received-SPF": "pass",
    },
    "agent, passed by our name with a dot": {
        "From": ADA,
        "Cc": MALLORY,
        "Authentication-Results": f"{OURS}.; dmarc=pass header.from=shop.test",
    },
    "agent, passed by our name with two dots": {
        "From": ADA,
        "Cc": MALLORY,
        "Authentication-Results": f"{OURS}..; dmarc=pass",
    },
    "agent, passed by our name behind a dot": {
        "From": ADA,
        "Cc": MALLORY,
        "Authentication-Results": f".{OURS}; dmarc=pass",
    },
    "customer, passed by our name with a dot": {
        "From": GRACE,
        "Cc": MALLORY,
        "Authentication-Results": f"{OURS}.; dmarc=pass",
    },
    "agent, passed by our name before a hard space": {
        "From": ADA,
        "Cc": MALLORY,
        "Authentication-Results": f"{OURS}\u00a0; dmarc=pass",
    },
    "customer, passed by our name behind a separator": {
        "From": GRACE,
        "Cc": MALLORY,
        "Authentication-Results": f"\x1f{OURS}; dmarc=pass",
    },
    "form, passed": {
        "From": FORM,
        "Cc": MALLORY,
        "Authentication-Results": f"{OURS}; dmarc=pass header.from=shop.test",
    },
    "form, passed, agent's reply-to": {
        "From": FORM,
        "Reply-To": ADA,
        "Cc": MALLORY,
        "Authentication-Results": f"{OURS}; dmarc=pass",
    },
    "form, passed, our reply-to": {
        "From": FORM,
        "Reply-To": HELP,
        "Cc": MALLORY,
        "Authentication-Results": f"{OURS}; dmarc=pass",
    },
    "form, passed, stored id": {
        "From": FORM,
        "Cc": MALLORY,
        "Authentication-Results": f"{OURS}; dmarc=pass",
        **STORED,
    },
    "form, passed, signed id": {
        "From": FORM,
        "Cc": MALLORY,
        "Authentication-Results": f"{OURS}; dmarc=pass",
        "In-Reply-To": "SIGNED",
    },
    "our mailbox, passed": {
        "From": HELP,
        "Cc": MALLORY,
        "Authentication-Results": f"{OURS}; dmarc=pass",
    },
    "our mailbox, passed, stored id": {
        "From": HELP,
        "Reply-To": ADA,
        "Cc": MALLORY,
        "Authentication-Results": f"{OURS}; dmarc=pass",
        **STORED,
    },
    "agent, passed by a name like ours": {
        "From": ADA,
        "Cc": MALLORY,
        "Authentication-Results": f"{OURS}.evil.test; dmarc=pass",
    },
    "agent, passed above ours, in another form": {
        "From": ADA,
        "Cc": MALLORY,
        "Authentication-Results ": f"{OURS}; dmarc=pass header.from=shop.test",
        "Authentication-Results": f"{OURS}; dmarc=none",
    },
    "customer, failed, signed id": {
        "From": GRACE,
        "Cc": MALLORY,
        "Authentication-Results": f"{OURS}; dmarc=fail header.from=customer.test",
        "In-Reply-To": "SIGNED",
    },
    "nobody, customer's reply-to, cc": {"From": "", "Reply-To": GRACE, "Cc": MALLORY},
    "agent, arc": {
        "From": ADA,
        "Cc": MALLORY,
        "ARC-Authentication-Results": f"i=1; {OURS}; dmarc=pass header.from=shop.test",
    },
}
"""Whoever writes as somebody known may be shown as that, marked; nobody else gets in with them."""


TRUSTED = {GRACE, CC}


def strike(scene: Scene, fields: Mapping[str, str]) -> tuple[DecidedMail, list[Message]]:
    """Let a forgery in, hold the desk to what it promises about the ticket, and answer with what
    became of it and what came into the ticket."""
    before, said = scene.known(), scene.count()
    found = scene.take(fields)
    assert scene.known() == before, "somebody is a participant now who was none"
    if scene.count() == said:
        return found, []
    news = scene.whole().messages[said:]
    assert scene.next_reply() <= TRUSTED
    assert scene.take({"Subject": "again [#N]"}).ticket != scene.ticket, (
        "the next mail of a stranger comes in"
    )
    return found, list(news)


@pytest.mark.parametrize("fields", AS_HERSELF.values(), ids=AS_HERSELF)
def test_a_stranger_opens_a_ticket_of_their_own(scene: Scene, fields: dict[str, str]) -> None:
    found, news = strike(scene, fields)
    assert found.ticket != scene.ticket
    assert found.state in {"accepted", "held"}
    assert news == []


@pytest.mark.parametrize("fields", SPOOFED.values(), ids=SPOOFED)
def test_whoever_borrows_a_name_is_marked_and_brings_nobody(
    scene: Scene, fields: dict[str, str]
) -> None:
    _, news = strike(scene, fields)
    assert {message.sender.address for message in news} <= TRUSTED | {
        ADA,
        HELP,
        FORM,
        "nobody-there@shop.test",
        "help+x@shop.test",
    }
    assert all(message.unverified for message in news)


BEGUN = {
    "the number": {"From": GRACE},
    "the id of a newsletter": {"From": GRACE, **LISTED},
    "the one in cc": {"From": CC},
}
CONTINUED = {
    "cc": {"From": GRACE, "Cc": MALLORY},
    "to": {"From": GRACE, "To": f"{HELP}, {MALLORY}"},
    "reply-to": {"From": GRACE, "Reply-To": MALLORY},
    "the one in cc": {"From": CC, "Cc": MALLORY},
    "agent": {"From": ADA, "Cc": MALLORY},
    "herself": {},
}


@pytest.mark.parametrize("begun", BEGUN.values(), ids=BEGUN)
@pytest.mark.parametrize("way", ["In-Reply-To", "References"])
def test_the_id_of_a_mail_that_nothing_proves_proves_nothing(
    scene: Scene, begun: dict[str, str], way: str
) -> None:
    """Who forged the first mail chose its Message-ID, and so knows it."""
    chosen = f"<{uuid4().hex}@evil.test>"
    assert scene.take(begun | {"Message-ID": chosen}).ticket == scene.ticket
    for fields in CONTINUED.values():
        _, news = strike(scene, fields | {"Subject": "x", way: chosen})
        assert all(message.unverified for message in news)
        assert {message.sender.address for message in news} <= TRUSTED | {ADA}


@pytest.mark.parametrize("cc", ["", "third@evil.test"])
def test_whoever_was_forwarded_our_reply_is_asked_about_before_they_are_answered(
    scene: Scene, cc: str
) -> None:
    assert (
        scene.take({"From": MALLORY, "Cc": cc, "Subject": "x", "In-Reply-To": "SIGNED"}).ticket
        == scene.ticket
    )
    assert scene.whole().messages[-1].remark == f"new participant: {MALLORY}"
    assert scene.next_reply() == set()
    writing.reply(scene.desk, scene.ticket, "Who are you?", agree=lambda _: True, send_now=True)
    left(scene.desk)
    assert (
        scene.take({"From": MALLORY, "Subject": "x", "In-Reply-To": "SIGNED"}).ticket
        == scene.ticket
    )
    assert scene.next_reply() == {MALLORY}


@pytest.mark.parametrize("sender", [MALLORY, ADA, GRACE, "MAILER-DAEMON@evil.test"])
def test_a_report_that_names_nothing_of_ours_is_marked(scene: Scene, sender: str) -> None:
    said = scene.count()
    kind = "multipart/report; report-type=delivery-status; boundary=B"
    body = (
        "--B\r\nContent-Type: text/plain\r\n\r\nPay to DE00 1234.\r\n--B\r\nContent-Type: message/delivery-status\r\n\r\n"
        f"Reporting-MTA: dns; mx.test\r\n\r\nFinal-Recipient: rfc822; {GRACE}\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n--B--"
    )
    usual = {"From": sender, "Subject": "x", "MIME-Version": "1.0", "Content-Type": kind}
    scene.take(usual | {"In-Reply-To": "ONE"}, body)
    scene.take(usual | {"In-Reply-To": "SIGNED"}, body)
    assert [one.unverified for one in scene.whole().messages[said:]] == [True, False]


BY_NUMBER_ALONE = (
    "agent",
    "nobody at our domain",
    "our mailbox",
    "our plus-address",
    "customer, other reply-to",
    "agent, passed by another server",
)


@pytest.mark.parametrize("name", BY_NUMBER_ALONE)
def test_a_number_alone_lets_neither_ours_nor_a_new_reply_to_in(scene: Scene, name: str) -> None:
    number = scene.take(SPOOFED[name]).ticket
    assert number != scene.ticket
    if number is not None:
        found = reading.ticket(scene.desk, number)
        (link,) = found.links
        assert (link.number, link.kind) == (scene.ticket, "claims")
        assert found.messages[0].remark == link.reason


@dataclass(frozen=True)
class Honest:
    """A mail that belongs into ticket 1, whether it is marked, and who is known there by it."""

    fields: dict[str, str]
    unverified: bool = False
    brings: frozenset[str] = frozenset()


HONEST = {
    "number": Honest({"From": GRACE}, unverified=True),
    "number, own reply-to": Honest(
        {"From": GRACE, "Reply-To": f"Grace <{GRACE.upper()}>"}, unverified=True
    ),
    "number, reply-to of the one in cc": Honest({"From": GRACE, "Reply-To": CC}, unverified=True),
    "number, passed": Honest(
        {"From": GRACE, "Authentication-Results": f"{OURS}; dmarc=pass header.from=customer.test"}
    ),
    "number, signed": Honest(
        {"From": GRACE, "Authentication-Results": f"{OURS}; dkim=pass header.d=customer.test"}
    ),
    "number, passed by a sub-domain": Honest(
        {
            "From": GRACE,
            "Authentication-Results": f"{OURS}; spf=pass smtp.mailfrom=b@m.customer.test",
        }
    ),
    "number among others": Honest(
        {"From": GRACE, "Subject": "[#471100] Re: Grinder [#N]"}, unverified=True
    ),
    "another desk's number last": Honest(
        {"From": GRACE, "Subject": "Re: Grinder [#N] [#471100]"}, unverified=True
    ),
    "number, the one in cc": Honest({"From": CC}, unverified=True),
    "number, form for the customer": Honest({"From": FORM, "Reply-To": GRACE}, unverified=True),
    "stored id": Honest({"From": GRACE, **STORED}),
    "stored id, new cc": Honest(
        {"From": GRACE, "Cc": "boss@customer.test", **STORED},
        brings=frozenset({"boss@customer.test"}),
    ),
    "stored id, the one in cc": Honest({"From": CC, **STORED}),
    "stored id, reply-to alone": Honest({"From": "", "Reply-To": GRACE, **STORED}),
    "stored id, redirected": Honest(
        {
            "From": GRACE,
            "Authentication-Results": f"{OURS}; spf=fail smtp.mailfrom={GRACE}; dkim=fail header.d=customer.test",
            **STORED,
        }
    ),
    "number, redirected": Honest(
        {"From": GRACE, "Authentication-Results": f"{OURS}; spf=fail smtp.mailfrom={GRACE}"},
        unverified=True,
    ),
    "stored id through a group": Honest(
        {"From": f"'Grace via Help' <{HELP}>", "Reply-To": GRACE, **STORED}
    ),
    "stored id, new reply-to": Honest(
        {"From": GRACE, "Reply-To": "home@grace.test", **STORED}, unverified=True
    ),
    "agent, stored id": Honest({"From": ADA, **STORED}, unverified=True),
    "agent, stored id, passed": Honest(
        {"From": ADA, "Authentication-Results": f"{OURS}; dmarc=pass", **STORED},
        brings=frozenset({ADA}),
    ),
    "agent, number, passed": Honest(
        {"From": ADA, "Authentication-Results": f"{OURS}; dmarc=pass header.from=shop.test"},
        brings=frozenset({ADA}),
    ),
    "colleague, number, passed": Honest(
        {"From": CARL, "Authentication-Results": f"{OURS}; dmarc=pass"}, unverified=True
    ),
    "signed id": Honest({"From": GRACE, "In-Reply-To": "SIGNED"}),
    "signed id, another address": Honest(
        {"From": "home@grace.test", "In-Reply-To": "SIGNED"}, brings=frozenset({"home@grace.test"})
    ),
    "signed id through a group": Honest(
        {
            "From": f"'Hal via Help' <{HELP}>",
            "X-Original-From": "hal@grace.test",
            "In-Reply-To": "SIGNED",
        },
        brings=frozenset({"hal@grace.test"}),
    ),
    "signed id, agent": Honest({"From": ADA, "In-Reply-To": "SIGNED"}, unverified=True),
    "signed id, agent, forged": Honest(
        {"From": ADA, "Authentication-Results": f"{OURS}; dmarc=fail", "In-Reply-To": "SIGNED"},
        unverified=True,
    ),
}


@pytest.mark.parametrize("honest", HONEST.values(), ids=HONEST)
def test_an_honest_answer_comes_home(scene: Scene, honest: Honest) -> None:
    before = scene.known()
    subject = {"Subject": "Re: Grinder"} if "In-Reply-To" in honest.fields else {}
    assert scene.take(subject | honest.fields, "It grinds.").ticket == scene.ticket
    assert scene.known() - before == honest.brings
    last = scene.whole().messages[-1]
    assert last.unverified == honest.unverified
    assert last.sender.address
    newcomer = any(
        name in "".join(honest.fields.values())
        for name in ("home@grace.test", "hal@grace.test", f"{OURS}; dmarc=fail")
    )
    assert ("new participant" in (last.remark or "")) == (
        newcomer and "Reply-To" not in honest.fields
    )


def test_a_ticket_of_a_forged_customer_answers_nobody_in_its_cc(scene: Scene) -> None:
    number = scene.take(
        {
            "From": GRACE,
            "Cc": MALLORY,
            "Authentication-Results": f"{OURS}; dmarc=fail header.from=customer.test",
        }
    ).ticket
    assert number is not None
    assert number != scene.ticket
    assert reading.ticket(scene.desk, number).messages[0].unverified
    assert reply_of(scene.desk, number) <= {GRACE}


@pytest.mark.parametrize(
    "sender",
    [
        "MAILER-DAEMON@mx.evil.test",
        "Mail Delivery System <mailer-daemon@evil.test>",
        "postmaster@evil.test",
    ],
)
@pytest.mark.parametrize("named", ["", "ONE", "<unknown@evil.test>"])
def test_no_ticket_is_opened_for_a_mail_server(scene: Scene, sender: str, named: str) -> None:
    fields = {
        "Return-Path": "<>",
        "From": sender,
        "Subject": "failure notice",
        "In-Reply-To": named,
        "Auto-Submitted": "auto-generated",
    }
    found = scene.take(fields, "Hi. This is the program at mx.test. I was not able to do it.")
    assert (found.state, found.rule) == ("accepted" if named == "ONE" else "held", "bounce")
    if named == "ONE":
        last = scene.whole().messages[-1]
        assert (last.is_report, last.unverified, scene.whole().line.status) == (
            True,
            True,
            Status.PENDING,
        )


def test_a_form_writes_for_the_person_and_says_so(scene: Scene) -> None:
    number = scene.take({"From": f"Shop form <{FORM}>", "Reply-To": f"Mallory <{MALLORY}>"}).ticket
    assert number is not None
    found = reading.ticket(scene.desk, number)
    assert (found.line.customer.address, found.messages[0].sender.address) == (MALLORY, MALLORY)
    assert f"posted by Shop form <{FORM}>" in (found.messages[0].remark or "")
    assert reply_of(scene.desk, number) == {MALLORY}
    assert scene.next_reply() <= TRUSTED


RETURNS = {
    "redirect": ("", ""),
    "group": (
        f"From: 'Ada Byron via Support' <support@shop.test>\r\nReply-To: Ada <{HELP}>\r\nX-Original-From: Ada <{HELP}>\r\nList-ID: <s.shop.test>",
        "",
    ),
    "group, footer": (
        f"From: support@shop.test\r\nReply-To: {HELP}",
        "\r\n-- \r\nYou received this message because you are subscribed.\r\n",
    ),
    "list elsewhere": (
        f"From: Ada via Team <team@lists.test>\r\nReply-To: {HELP}",
        "\r\n_______________\r\nTeam mailing list\r\nhttps://lists.test/\r\n",
    ),
    "list elsewhere that answers itself": (
        "From: Ada via Team <team@lists.test>\r\nReply-To: Team <team@lists.test>\r\nList-Post: <mailto:team@lists.test>",
        "\r\n_______________\r\nTeam mailing list\r\nhttps://lists.test/\r\n",
    ),
    "another id": (f"From: {HELP}\r\nMessage-ID: <new@lists.test>", ""),
    "another id, footer": (
        f"From: {HELP}\r\nMessage-ID: <new@lists.test>\r\nList-Id: <team.lists.test>",
        "\r\n_______________\r\nTeam mailing list\r\nhttps://lists.test/\r\n",
    ),
    "id replaced": (
        f"From: team@lists.test\r\nX-Original-From: {HELP}\r\nMessage-ID: <x@lists.test>\r\nX-Original-Message-ID: SIGNED",
        "",
    ),
}


@pytest.mark.parametrize(("headers", "footer"), RETURNS.values(), ids=RETURNS)
def test_our_reply_that_comes_back_is_ignored(
    scene: Scene, servers: FakeServers, headers: str, footer: str
) -> None:
    sync(scene.desk)
    sent = next(one.content for one in servers.submitted if scene.signed.encode() in one.content)
    head, _, body = sent.decode().partition("\r\n\r\n")
    replaced = {line.partition(":")[0].lower() for line in headers.split("\r\n")}
    kept = [
        line
        for line in head.replace("\r\n ", " ").split("\r\n")
        if line.partition(":")[0].lower() not in replaced
    ]
    if footer:  # a list that takes the plain text only
        kept = [line for line in kept if not line.lower().startswith(("content-", "mime-version"))]
        body = f"{mime.parse(sent).text}{footer}"
    raw = "\r\n".join([*filter(None, [scene.filled(headers)]), *kept]) + f"\r\n\r\n{body}"
    found = intake.ingest(scene.desk, HELP, f"Received: by {uuid4().hex}.test\r\n{raw}".encode())
    assert (found.rule, found.state) == ("own mail", "ignored")
    assert scene.whole().line.status is Status.PENDING


NOT_BACK = {
    "words below a line": (f"From: {HELP}", "\r\n-- \r\nPlease pay 100 EUR to me.\r\n"),
    "words below a line, of a group": (
        "From: 'Grace' via Support <support@shop.test>\r\nList-ID: <s.shop.test>",
        "\r\n______\r\nThis does not help. I want my money back.\r\n",
    ),
    "the customer's address": (f"From: {GRACE}", ""),
    "a group names the customer": (
        f"From: 'Grace' via Support <support@shop.test>\r\nReply-To: {GRACE}\r\nList-ID: <s.shop.test>",
        "",
    ),
    "somebody else gets the answers": (f"From: Ada <{HELP}>\r\nReply-To: {MALLORY}", ""),
    "another subject": (f"From: {HELP}\r\nSubject: I want my money back", ""),
}


@pytest.mark.parametrize(("headers", "more"), NOT_BACK.values(), ids=NOT_BACK)
def test_only_our_own_words_from_our_own_address_are_a_reply_that_came_back(
    scene: Scene, servers: FakeServers, headers: str, more: str
) -> None:
    sync(scene.desk)
    sent = next(one.content for one in servers.submitted if scene.signed.encode() in one.content)
    head, _, _ = sent.decode().replace("\r\n ", " ").partition("\r\n\r\n")
    named = {line.partition(":")[0].lower() for line in headers.split("\r\n")}
    others = ("content", "mime", "message-id", *named)
    lines = [one for one in head.split("\r\n") if not one.lower().startswith(others)]
    lines += [headers, "Message-ID: <new@x.test>"]
    raw = "\r\n".join(lines) + f"\r\n\r\n{mime.parse(sent).text}{more}"
    found = intake.ingest(scene.desk, HELP, raw.encode())
    assert found.rule != "own mail"


@pytest.mark.parametrize("sender", [HELP, "support@shop.test", MALLORY, GRACE, ADA])
@pytest.mark.parametrize(
    "body",
    [
        "My own words.",
        "Try this.\r\n\r\nBut first read my own words, please.",
        "> Try this.\r\n\r\nIt fails.",
    ],
)
def test_another_text_with_the_id_of_our_reply_is_not_lost(
    scene: Scene, sender: str, body: str
) -> None:
    found = scene.take({"From": sender, "Message-ID": "SIGNED", "Subject": "Re: Grinder"}, body)
    assert found.state in {"accepted", "held"}


COPIES = {
    "footer": ({}, "It grinds.\n-- \nsales@shop.test, a list"),
    "tag": ({"Subject": "[sales] Test"}, "It grinds."),
    "tag behind re": ({"Subject": "Re: [sales] Test"}, "It grinds."),
    "tag and footer": (
        {"Subject": "[Sales Team] Test"},
        "It grinds.\n\n_____________\nTo unsubscribe write to sales-leave@shop.test",
    ),
    "footer without a line": (
        {},
        "It grinds.\n\nYou received this because you are subscribed to sales.",
    ),
    "from of a list elsewhere": (
        {
            "From": "Grace via Users <users@lists.test>",
            "Reply-To": f"Grace <{GRACE}>",
            "Cc": "users@lists.test",
        },
        "It grinds.",
    ),
    "from of a list that answers itself": (
        {"From": "'Grace' via Users <users@lists.test>", "X-Original-From": GRACE},
        "It grinds.",
    ),
    "from of the group": (
        {"From": "Grace via Sales <sales@shop.test>", "Reply-To": GRACE},
        "It grinds.",
    ),
}


@pytest.mark.parametrize("list_first", [False, True])
@pytest.mark.parametrize(("fields", "body"), COPIES.values(), ids=COPIES)
def test_a_copy_through_a_list_is_a_copy(
    scene: Scene, fields: dict[str, str], body: str, list_first: bool
) -> None:
    subject = "Re: Test" if "Re:" in fields.get("Subject", "") else "Test"
    usual = {"From": GRACE, "Message-ID": f"<{uuid4().hex}@customer.test>", "Subject": subject}
    both = [(usual, "It grinds."), (usual | fields, body)]
    found = [scene.take(*one) for one in (reversed(both) if list_first else both)]
    hidden = list_first and "lists.test" in fields.get(
        "From", ""
    )  # what a list elsewhere says of an author, anybody may say
    assert [one.state for one in found] == ["accepted", "accepted" if hidden else "duplicate"]
    assert hidden or found[0].ticket == found[1].ticket


OTHERS = {
    "another text": ({}, "It grinds no more, and I want my money."),
    "more text": ({}, "It grinds. And one thing more."),
    "another subject": ({"Subject": "Another"}, "It grinds."),
    "another number": ({"Subject": "[#2] Test"}, "It grinds."),
    "another author": ({"From": EVE}, "It grinds."),
    "another list": ({"From": "Eve via Users <users@lists.test>", "Reply-To": EVE}, "It grinds."),
    "another date": ({"Date": "Mon, 2 Mar 2026 08:31:00 +0000"}, "It grinds."),
    "a letter below": ({}, "It grinds.\n-- \n" + "And here my own words begin. " * 80),
}


@pytest.mark.parametrize(("fields", "body"), OTHERS.values(), ids=OTHERS)
def test_another_mail_of_the_same_id_is_no_copy(
    scene: Scene, fields: dict[str, str], body: str
) -> None:
    usual = {"From": GRACE, "Message-ID": f"<{uuid4().hex}@customer.test>", "Subject": "Test"}
    assert scene.take(usual, "It grinds.").state == "accepted"
    assert scene.take(usual | fields, body).state == "accepted"


def test_an_international_domain_of_ours_is_ours_in_both_spellings(scene: Scene) -> None:
    box = founding.mailbox(scene.desk, HELP)
    founding.add_mailbox(
        scene.desk, founding.MailboxDetails(IDN, box.imap, box.smtp, "help", "all")
    )
    for address in (IDN, IDN_ASCII, f"help+x@{IDN_ASCII.partition('@')[2]}"):
        assert scene.take({"From": address}).state == "held"


def test_another_desks_number_stays_in_our_subject(scene: Scene, servers: FakeServers) -> None:
    number = scene.take({"From": EVE, "Subject": "[#471100] Your delivery is delayed"}).ticket
    assert number is not None
    reply_of(scene.desk, number)
    sync(scene.desk)
    assert (
        f"Subject: Re: [#471100] Your delivery is delayed [#{number}]\r\n".encode()
        in servers.submitted[-1].content
    )
