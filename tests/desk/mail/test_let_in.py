"""What an agent lets in proves nothing, whatever kind of mail it is: its id vouches for nobody, and
its Cc makes nobody a participant."""

from collections.abc import Iterator
from itertools import count

import pytest
from sqlalchemy import text

from supportcli.desk import Desk
from supportcli.desk.mail import intake
from supportcli.desk.mail.held import accepting
from supportcli.desk.replies import writing
from supportcli.desk.tickets import reading, verbs
from supportcli.domain.mail import Address
from supportcli.errors import SupportError
from supportcli.errors.mail import CustomerNeeded
from tests.desk.desks import StandingClock, desk_at, left
from tests.desk.letters import EVE, GRACE, HELP

OURS, DAEMON, HOSTMASTER = "mx.shop.test", "MAILER-DAEMON@mx.evil.test", "postmaster@evil.test"
PASS, FAIL = (f"Authentication-Results: {OURS}; dmarc={result}" for result in ("pass", "fail"))
_NAMES = count(1)

STATUS = (
    "--B\r\nContent-Type: text/plain\r\n\r\nNo.\r\n--B\r\nContent-Type: message/delivery-status\r\n\r\n"
    f"Reporting-MTA: dns; mx.test\r\n\r\nFinal-Recipient: rfc822; {GRACE}\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n--B--"
)
DSN = (
    "MIME-Version: 1.0",
    "Content-Type: multipart/report; report-type=delivery-status; boundary=B",
)
PROSE = f"Could not be delivered to {GRACE}: 550 5.1.1 user unknown"

HELD: dict[str, tuple[str, tuple[str, ...], str]] = {
    "prose": (DAEMON, ("Return-Path: <>", "Auto-Submitted: auto-replied"), PROSE),
    "prose of a postmaster": (HOSTMASTER, ("Return-Path: <>",), PROSE),
    "delivery status": (DAEMON, DSN, STATUS),
    "delivery status as the customer": (GRACE, DSN, STATUS),
    "delivery status as a colleague": ("ada@shop.test", DSN, STATUS),
    "delivery status as the customer, passed": (GRACE, (*DSN, PASS), STATUS),
    "failed recipients as the customer": (
        GRACE,
        ("X-Failed-Recipients: a@b.test",),
        "No such user.",
    ),
    "unknown words of a daemon": (DAEMON, (), "In words that nobody knows."),
    "automatic answer of a postmaster": (
        HOSTMASTER,
        ("Auto-Submitted: auto-replied", "X-Autoreply: yes"),
        "I am away.",
    ),
    "automatic answer of nobody": ("", ("Auto-Submitted: auto-replied",), "I am away."),
    "nobody": ("", (), "Hello."),
    "ourselves": (HELP, (), "Hello."),
}
"""Mails that are held: who sent each, more of its headers, and its text."""


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with desk_at(
        f"sqlite:///{tmp_path_factory.mktemp('let-in') / 'desk.db'}", StandingClock()
    ) as empty:
        with empty.db.write() as tx:
            tx.connection().execute(text("UPDATE mailbox SET authserv_id = :name"), {"name": OURS})
        yield empty


def take(
    desk: Desk,
    sender: str,
    *headers: str,
    body: str = "It grinds.",
    by: str = "",
    subject: str = "Grinder",
) -> tuple[int, int | None, str]:
    """Hand a mail over: its number, its ticket and its Message-ID."""
    own = f"<{next(_NAMES)}@x.test>"
    fields = [f"From: {sender}"] * bool(sender) + [
        f"To: {HELP}",
        f"Subject: {subject}",
        "Date: Mon, 2 Mar 2026 08:30:00 +0000",
    ]
    fields += [f"Message-ID: {own}", *headers] + [f"In-Reply-To: {by}"] * bool(by)
    found = intake.ingest(desk, HELP, ("\r\n".join(fields) + f"\r\n\r\n{body}\r\n").encode())
    return found.id, found.ticket, own


def asked_or_sent(desk: Desk, ticket: int) -> set[str]:
    """Whom a reply goes to that nobody is asked about."""
    try:
        writing.reply(desk, ticket, "The account number is 4711.", send_now=True)
    except SupportError:
        return set()
    left(desk)
    with desk.db.read() as tx:
        reached = "SELECT address FROM outbox_recipient WHERE outbox_id = (SELECT max(outbox_id) FROM outbox_recipient)"
        return {one.lower() for one in tx.connection().execute(text(reached)).scalars()}


@pytest.mark.parametrize("held", HELD.values(), ids=HELD)
def test_whatever_is_let_into_a_ticket_proves_nothing(
    desk: Desk, held: tuple[str, tuple[str, ...], str]
) -> None:
    sender, headers, body = held
    _, ticket, _ = take(desk, GRACE)
    assert ticket is not None
    mail, _, own = take(desk, sender, *headers, f"Cc: {EVE}", body=body)
    (done,) = accepting.accept(desk, [mail], ticket=ticket).outcomes
    assert "unverified: " in done.reason
    assert reading.ticket(desk, ticket).messages[-1].unverified
    assert asked_or_sent(desk, ticket) <= {GRACE}
    assert take(desk, GRACE, f"Cc: {EVE}", by=own)[1] == ticket
    assert reading.ticket(desk, ticket).messages[-1].unverified
    assert take(desk, EVE, by=own)[1] != ticket
    assert asked_or_sent(desk, ticket) <= {GRACE}
    verbs.delete(desk, [ticket])
    _, other, _ = take(desk, EVE, by=own)
    assert reading.ticket(desk, other or 0).links == ()
    _, other, _ = take(desk, GRACE, f"Cc: {EVE}", f"Reply-To: {EVE}", by=own)
    assert reading.ticket(desk, other or 0).messages[-1].unverified
    assert EVE not in asked_or_sent(desk, other or 0)


@pytest.mark.parametrize("customer", [None, Address("Grace", GRACE)])
@pytest.mark.parametrize("held", HELD.values(), ids=HELD)
def test_whatever_becomes_a_ticket_by_hand_brings_nobody_along(
    desk: Desk, held: tuple[str, tuple[str, ...], str], customer: Address | None
) -> None:
    sender, headers, body = held
    mail, _, own = take(desk, sender, *headers, f"Cc: {EVE}", body=body)
    try:
        (ticket,) = accepting.accept(desk, [mail], customer).tickets
    except CustomerNeeded:
        assert customer is None
        return
    assert reading.ticket(desk, ticket).messages[0].unverified
    assert EVE not in asked_or_sent(desk, ticket)
    assert take(desk, EVE, by=own)[1] != ticket


def a_persons(desk: Desk, monkeypatch: pytest.MonkeyPatch, *headers: str) -> tuple[int, str]:
    """A mail of Grace's that something broken has held."""
    with monkeypatch.context() as patched:

        def broken(*_: object) -> None:
            raise ValueError

        patched.setattr(intake, "decide", broken)
        mail, ticket, own = take(desk, GRACE, f"Cc: {EVE}", *headers)
    assert ticket is None
    return mail, own


@pytest.mark.parametrize("headers", [(), (PASS,), (FAIL,)], ids=["", "passed", "forged"])
def test_a_persons_own_mail_opens_a_ticket_as_it_would_have(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, headers: tuple[str, ...]
) -> None:
    mail, own = a_persons(desk, monkeypatch, *headers)
    (ticket,) = accepting.accept(desk, [mail]).tickets
    assert reading.ticket(desk, ticket).messages[0].unverified == (headers == (FAIL,))
    assert (take(desk, EVE, by=own)[1] == ticket) == (headers != (FAIL,))


def test_a_persons_own_mail_is_doubted_in_the_ticket_that_an_agent_chose(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, ticket, _ = take(desk, GRACE)
    mail, own = a_persons(desk, monkeypatch, PASS)
    accepting.accept(desk, [mail], ticket=ticket)
    assert reading.ticket(desk, ticket or 0).messages[-1].unverified
    assert take(desk, EVE, by=own)[1] != ticket


def test_each_of_these_mails_is_held(desk: Desk) -> None:
    for sender, headers, body in HELD.values():
        mail, ticket, _ = take(desk, sender, *headers, body=body)
        assert ticket is None
        assert accepting.rehearse_discard(desk, [mail])[0].id == mail
