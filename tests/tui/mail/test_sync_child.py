"""The inbox of somebody who holds the secrets receives and sends by itself: a real sync, as a
child, against real servers."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from supportcli import config
from supportcli.clock import utc_now
from supportcli.desk import Desk, open_desk
from supportcli.desk.setup.founding import MailboxDetails, add_mailbox, create_desk
from supportcli.desk.tickets import reading
from supportcli.domain.mail import Address
from supportcli.domain.mailbox import Endpoint, Login, Secret, Security
from supportcli.domain.tickets.ticket import Delivery
from tests.desk.desks import ADA, StandingClock
from tests.servers.process import LOOPBACK
from tests.servers.pymap import Pymap
from tests.servers.smtp import SmtpServer
from tests.tui.inboxes import Seen, drive

MAILBOX = "help@shop.test"
DISCARD = 9
"""A port of this machine where nobody answers."""

LETTER = b"From: Maria <maria@acme.test>\r\nTo: help@shop.test\r\nSubject: It leaks\r\nMessage-ID: <1@acme.test>\r\n\r\nPlease help.\r\n"


@contextmanager
def desk_on(folder: Path, imap: int, smtp: int, user: str, password: str) -> Iterator[Desk]:
    """A desk whose agent holds the secret of its mailbox, on servers of this machine."""
    secret = folder / "secret"
    secret.write_text(password)
    secret.chmod(0o600)
    settings = config.load(folder / "config.toml", f"sqlite:///{folder / 'desk.db'}", {})
    settings = config.write(settings, agent=ADA, database=settings.database)
    ways = Endpoint(LOOPBACK, imap, Security.NONE), Endpoint(LOOPBACK, smtp, Security.NONE)
    trusted = tuple(
        Login(protocol, way, user) for protocol, way in zip(("imap", "smtp"), ways, strict=True)
    )
    settings = config.write_secret(
        settings, MAILBOX, Secret(f"file:{secret}", servers=trusted, insecure=True)
    )
    clock = StandingClock(
        utc_now() - timedelta(hours=1)
    )  # for the child, whose clock is the real one, every hold is over
    create_desk(
        settings, Address("Ada Byron", ADA), None, clock() - timedelta(days=1), with_starters=False
    )
    desk = open_desk(settings, clock)
    try:
        add_mailbox(desk, MailboxDetails(MAILBOX, *ways, user, "all", insecure=True))
        yield desk
    finally:
        desk.close()


@pytest.fixture
def desk(pymap: Pymap, tmp_path: Path) -> Iterator[tuple[Desk, SmtpServer]]:
    """A desk with a letter on the server and a way out."""
    user, password = pymap.new_user()
    with (
        SmtpServer(user=user, password=password) as smtp,
        desk_on(tmp_path, pymap.port, smtp.port, user, password) as found,
    ):
        pymap.append(user, "INBOX", LETTER)
        yield found, smtp


def later(desk: Desk, **by: float) -> None:
    assert isinstance(desk.clock, StandingClock)
    desk.clock.tick(**by)


def test_mail_comes_by_itself_and_a_reply_leaves_after_its_hold(
    desk: tuple[Desk, SmtpServer],
) -> None:
    found, smtp = desk

    async def script(seen: Seen) -> None:
        await seen.until(lambda: seen.numbers == [1], "the letter")
        await seen.press("r", *"We send a plumber.", "ctrl+s", "ctrl+s")
        assert smtp.accepted() == []
        later(found, seconds=11)
        await seen.until(lambda: len(smtp.accepted()) == 1, "the reply")
        await seen.until(
            lambda: reading.ticket(found, 1).messages[-1].delivery is Delivery.SENT, "the state"
        )
        await seen.shows("Reply to #1 has left.")
        await seen.press("6", "enter")
        await seen.shows("reply · sent")

    drive(found, script)
    assert b"We send a plumber." in smtp.accepted()[0].raw


@pytest.mark.acceptance
def test_leaving_sends_what_waits_where_that_is_asked(desk: tuple[Desk, SmtpServer]) -> None:
    found, smtp = desk

    async def script(seen: Seen) -> None:
        await seen.until(lambda: seen.numbers == [1], "the letter")
        await seen.press("r", *"Yes.", "ctrl+s", "ctrl+s", "q")
        assert "1 reply has not been sent yet" in seen.text
        await seen.press("s")
        assert "Sending waiting replies" in seen.text
        later(found, seconds=11)
        await seen.until(lambda: seen.app._exit, "the end")

    drive(found, script)
    assert len(smtp.accepted()) == 1


@pytest.mark.acceptance
def test_a_server_that_does_not_answer_is_told_and_holds_nothing_up(tmp_path: Path) -> None:
    with desk_on(tmp_path, DISCARD, DISCARD, "help", "secret") as found:

        async def script(seen: Seen) -> None:
            await seen.shows("has been failing since")
            await seen.until(
                lambda: not seen.screen.sending._child.runs, "the end of the first sync"
            )
            await seen.press("ctrl+r", "?")
            assert "every action" in seen.text
            await seen.press("q")
            await seen.shows("cannot be used")

        drive(found, script, size=(120, 30))


def test_who_holds_no_secret_is_told_so(tmp_path: Path) -> None:
    with desk_on(tmp_path, DISCARD, DISCARD, "help", "secret") as found:

        async def script(seen: Seen) -> None:
            await seen.press("ctrl+r")
            assert "You do not have a password for any mailbox" in seen.text

        drive(replace(found, settings=replace(found.settings, secrets={})), script)
