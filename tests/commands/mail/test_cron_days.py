"""Ninety days of cron, simulated, in each way of signing in: tokens are renewed, nothing hangs, each
refusal is told with its remedy, and a warning comes before a secret ends."""

import time
from datetime import timedelta

import pytest

from tests.channels.servers.exchange import Exchange
from tests.commands.letters import letter
from tests.commands.program import Program, Ran
from tests.commands.signed_in import WAYS, SignedIn
from tests.long import LONG
from tests.servers.issuer import REFUSALS
from tests.servers.smtp import Phase, Reply

DAYS = 90
PASSES = 24 if LONG else 1
"""How often cron comes in a day; a token lives for an hour."""

SECONDS = 30.0
"""A pass that takes longer hangs."""

MORNING = 8
"""The hour of the first pass, since days end at midnight, also those of a test in the evening."""

SHORT = ("token-command", "microsoft-app", "google")
"""The ways that are tried each time: each takes a minute."""

ENDS = 60
"""After so many days a client secret or certificate ends."""


def sync(signed_in: SignedIn) -> Ran:
    """One pass of cron. It does not hang."""
    begun = time.monotonic()
    ran = signed_in.program.run("sync")
    assert time.monotonic() - begun < SECONDS
    return ran


class Life:
    """The days of one desk."""

    def __init__(self, signed_in: SignedIn, way: str) -> None:
        self.signed_in, self.way = signed_in, way
        self.warned: list[int] = []
        clock = signed_in.program.clock
        clock.tick(hours=(MORNING - clock.now.hour) % 24)
        self.begun = clock.now
        signed_in.sign_in(way)
        if way == "microsoft-app":
            ends = signed_in.program.clock.now.date() + timedelta(days=ENDS)
            signed_in.renew(way, "--client-secret-expires", str(ends))

    def quiet(self, day: int) -> None:
        """The passes of a day on which nothing is wrong; a warning is noted."""
        clock = self.signed_in.program.clock
        pause = (self.begun + timedelta(days=day) - clock.now) / PASSES
        for _ in range(PASSES):
            clock.tick(seconds=pause.total_seconds())
            if self.way == "token-command":
                self.signed_in.give_token()
            ran = sync(self.signed_in)
            assert ran.code == 0, ran
            assert ran.out == ""
            if " ends " in ran.err:
                self.warned.append(day)
                assert f"mailbox sign-in {self.signed_in.address}" in ran.err
            else:
                assert ran.err == ""

    def refused(self, error: str, description: str, remedy: str) -> None:
        """Two passes in which the issuer refuses, and one in which it does no more."""
        program = self.signed_in.program
        self.signed_in.issuer.refuse(error, description)
        program.clock.tick(hours=2)
        told = sync(self.signed_in)
        assert told.code == 77, told
        assert description.rstrip(".") in told.err
        assert remedy in told.err
        again = sync(self.signed_in)
        assert (again.code, again.out, again.err) == (75, "", ""), "it is told once"
        self.signed_in.issuer.refuse()
        assert "works again" in sync(self.signed_in).err

    def answered(self) -> None:
        """A customer writes, and the answer reaches them."""
        program, smtp = self.signed_in.program, self.signed_in.smtp
        subject = f"Leak{len(smtp.accepted())}"
        raw = letter(subject=subject, message_id=f"<{len(smtp.accepted())}@acme.test>")
        self.signed_in.imap.append(self.signed_in.address, "INBOX", raw)
        assert sync(self.signed_in).code == 0
        number = program.rows("ticket", "list", subject)[0]["number"]
        program.done("ticket", "reply", number, "--text", "We come.")
        program.clock.tick(minutes=1)
        before = len(smtp.accepted())
        assert sync(self.signed_in).code == 0
        assert len(smtp.accepted()) == before + 1


@pytest.mark.acceptance
@pytest.mark.parametrize("way", WAYS if LONG else SHORT)
def test_ninety_days_of_cron(signed_in: SignedIn, way: str) -> None:
    life, issuer = Life(signed_in, way), signed_in.issuer
    refusals = [
        (error, words, "has ended" if name == "seven days" and "microsoft" in way else remedy)
        for name, (error, words, remedy) in REFUSALS.items()
        if not (name == "clock of Google" and "microsoft" in way)
    ]
    assert len(refusals) <= DAYS // 5
    asked = len(issuer.issued.tokens)
    for day in range(1, DAYS + 1):
        life.quiet(day)
        if day % 5 == 0 and day // 5 <= len(refusals) and way != "token-command":
            life.refused(*refusals[day // 5 - 1])
        if day % 30 == 0:
            life.answered()
        if day == ENDS - 1:
            signed_in.renew(way)
    assert len(issuer.issued.tokens) - asked >= DAYS * min(PASSES, 20)
    ends = way in {"microsoft-app", "microsoft-app with certificate"}
    assert life.warned == (list(range(ENDS - 14, ENDS)) if ends else [])


def test_a_fortnight_of_cron(signed_in: SignedIn) -> None:
    life = Life(signed_in, "microsoft-app")
    for day in range(ENDS - 17, ENDS - 12):
        if day == ENDS - 17:
            signed_in.program.clock.tick(days=day - 1)
        life.quiet(day)
    life.refused(*REFUSALS["AADSTS7000215"])
    life.answered()
    assert life.warned == [ENDS - 14, ENDS - 13]


SMTP_REFUSALS = {
    "535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant. Visit https://aka.ms/smtp_auth_disabled for more information.": "SMTP AUTH is off in the whole organisation",
    "535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Mailbox. Visit https://aka.ms/smtp_auth_disabled for more information.": "-SmtpClientAuthenticationDisabled $false",
    "550 5.7.30 Basic authentication is not supported for Client Submission.": "--way microsoft",
    "534 5.7.9 Application-specific password required.": "https://myaccount.google.com/apppasswords",
}


@pytest.mark.parametrize("words", SMTP_REFUSALS)
def test_a_server_that_takes_no_mail_says_what_an_admin_has_to_do(
    signed_in: SignedIn, words: str
) -> None:
    signed_in.sign_in("token-command")
    program = signed_in.program
    program.write_in()
    program.done("ticket", "reply", 1, "--text", "We come.")
    program.clock.tick(minutes=1)
    signed_in.smtp.on(Phase.AUTH, Reply(words))
    ran = sync(signed_in)
    assert ran.code == 77
    assert SMTP_REFUSALS[words] in ran.err
    program.clock.tick(minutes=1)
    assert sync(signed_in).code == 0
    assert len(signed_in.smtp.accepted()) == 1


def test_a_mailbox_without_the_right_says_which_is_missing(
    signed_in: SignedIn, desk: Program
) -> None:
    with Exchange() as server:
        desk.done("mailbox", "remove", signed_in.address)
        desk.add_mailbox(signed_in.address, server.port, signed_in.smtp.port)
        signed_in.sign_in("microsoft")
        ran = sync(signed_in)
    assert ran.code == 77
    assert "User is authenticated but not connected" in ran.err
    assert f"Add-MailboxPermission -Identity {signed_in.address}" in ran.err


def test_a_service_principal_of_the_wrong_object_is_suspected(signed_in: SignedIn) -> None:
    signed_in.sign_in("microsoft-app")
    signed_in.issuer.mailbox = "nobody@shop.test"
    signed_in.program.clock.tick(hours=2)
    ran = sync(signed_in)
    assert ran.code == 77
    assert "Object ID of Enterprise applications" in ran.err
    assert "password" not in ran.err
