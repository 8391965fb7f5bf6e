"""F16: thousands of guesses and forgeries get nobody into a ticket as somebody who is trusted, and
into no reply.

Whoever borrows a known name may be shown in a ticket, marked; everybody else opens a ticket of
their own, or is held."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from email.parser import BytesHeaderParser
from pathlib import Path

import pytest

from tests.conversations import INBOX
from tests.faults.checker import Expected, digest, photograph
from tests.faults.desks import Desk, make_ground
from tests.faults.figures import Figure
from tests.faults.forgeries import HELP, OURS, Mallory, Victim
from tests.faults.warm import Warm
from tests.long import SOAK
from tests.servers.dovecot import Dovecot
from tests.servers.smtp import SmtpServer

pytestmark = pytest.mark.acceptance

PARTS, FORGERIES = (4, 10_000) if SOAK else (1, 300)
VICTIMS = 12
SAMPLES = 3
"""How many victims' tickets are answered at the end, unasked."""


def letter(by: str, name: str, text: str, *more: str) -> bytes:
    """A mail to the desk with the Message-ID `name`."""
    lines = (
        f"From: {by}",
        f"To: {HELP}",
        "Subject: Grinder",
        "Date: Mon, 2 Mar 2026 08:00:00 +0000",
        f"Message-ID: {name}",
        *more,
        "",
        text,
        "",
    )
    return "\r\n".join(lines).encode()


def victim(number: int) -> Victim:
    """The one in a ticket that is not there yet."""
    domain = f"customer{number}.test"
    return Victim(
        0,
        f"grace{number}@{domain}",
        f"cc{number}@{domain}",
        f"<{number}.first@{domain}>",
        f"<{number}@list.test>",
    )


def honest_mails(people: list[Victim]) -> Iterator[tuple[str, bytes, None]]:
    """What the victims, and Mallory, really wrote."""
    for number, one in enumerate(people):
        yield INBOX, letter(one.customer, one.first, f"It grinds. {number}", f"Cc: {one.cc}"), None
        names = f"References: {one.newsletter} {one.first}"
        second = one.first.replace("first", "second")
        yield INBOX, letter(one.customer, second, f"I read this. {number}", names), None
    yield INBOX, letter("mallory@evil.test", "<mine@evil.test>", "Where is my parcel?"), None


@pytest.fixture
def desk(
    warm: Warm, dovecot: Dovecot, smtp: SmtpServer, tmp_path: Path
) -> tuple[Desk, list[Victim], str]:
    """A desk with tickets that were answered, its victims, and the id that was signed for
    Mallory."""
    people = [victim(number) for number in range(VICTIMS)]
    mails = list(honest_mails(people))
    ground = make_ground(
        warm, tmp_path / "ground", dovecot, mails, folders=(INBOX,), smtp=smtp.port
    )
    smtp.user, smtp.password = ground.account.user, ground.account.password
    desk = ground.copy(tmp_path / "desk")
    assert desk.run("mailbox", "edit", HELP, "--authserv-id", OURS).code == 0
    desk.sync_well()
    tickets = dict(desk.query("SELECT sender_address, ticket_number FROM message"))
    for number in set(tickets.values()):
        ran = desk.run("ticket", "reply", str(number), "--text", "Try this.", "--now")
        assert ran.code == 0, ran
    desk.sync_well()
    ((own,),) = desk.query(
        "SELECT rfc_message_id FROM outbox JOIN message ON message.id = outbox.message_id "
        f"WHERE ticket_number = {tickets['mallory@evil.test']}"
    )
    return desk, [replace(one, ticket=tickets[one.customer]) for one in people], own


@pytest.mark.parametrize("part", range(PARTS))
def test_no_forgery_is_trusted(
    desk: tuple[Desk, list[Victim], str],
    dovecot: Dovecot,
    smtp: SmtpServer,
    figure: Figure,
    part: int,
) -> None:
    figure.of("F16 guesses and forgeries")
    there, victims, own = desk
    mallory = Mallory(part, victims, own)
    forged = [mallory.forge() for _ in range(FORGERIES // PARTS)]
    made = {digest(one.raw): one.made for one in forged}
    dovecot.append_all(there.ground.account.user, INBOX, [(one.raw, None) for one in forged])
    there = replace(
        there, ground=replace(there.ground, before=photograph(there.ground.account, [INBOX]))
    )
    there.sync_well()
    ask_nobody(there, victims)
    expected = Expected(
        sent=Counter(message_id(one.raw) for one in smtp.accepted()),
        forged=set(made),
        strangers=mallory.strangers,
    )
    found = figure.found(there.recover(expected))
    figure.count(forgeries=len(forged), shown_in_the_ticket_and_marked=marked(there, made))
    assert [(one, culprit(there, one.where, made)) for one in found] == []


def ask_nobody(desk: Desk, victims: list[Victim]) -> None:
    """Answer tickets without being asked about anybody; what goes to a stranger is refused."""
    for one in victims[:SAMPLES]:
        desk.run("ticket", "reply", str(one.ticket), "--text", "The account is 4711.", "--now")
    desk.sync_well()


def message_id(raw: bytes) -> str:
    """The Message-ID of a reply that arrived."""
    return str(BytesHeaderParser().parsebytes(raw)["Message-ID"]).strip()


WHERE = "SELECT ticket_number, sha256, unverified, message.id FROM message JOIN mail ON mail.id = mail_id JOIN raw_mail ON raw_mail.id = raw_id"


def marked(desk: Desk, made: dict[str, str]) -> int:
    """How many forgeries stand in a ticket of somebody else."""
    rows = desk.query(WHERE.replace("ticket_number", "message.ticket_number"))
    honest = {ticket for ticket, sha256, _, _ in rows if sha256 not in made}
    return sum(ticket in honest for ticket, sha256, _, _ in rows if sha256 in made)


def culprit(desk: Desk, where: str, made: dict[str, str]) -> str:
    """How the forgery of a violation was made, for whoever mends the program."""
    rows = desk.query(WHERE.replace("ticket_number", "message.ticket_number"))
    return next(
        (made.get(row[1], "") for row in rows if where.startswith(f"message {row[3]} ")), ""
    )
