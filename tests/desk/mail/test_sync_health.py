"""How long servers are left alone, and what of it is told."""

from datetime import timedelta

import pytest

from supportcli.desk import Desk
from supportcli.desk.mail.sync import MailboxReport, sync
from supportcli.domain.mailbox import Mailbox
from supportcli.errors.servers import LoginRefused, MailServerError, ServerThrottled
from supportcli.storage.setup import mailboxes
from tests.desk.desks import START, StandingClock
from tests.desk.fake_channel import BROKEN, FakeServers
from tests.desk.letters import letter

REFUSED = LoginRefused("The IMAP server", "help", "no", "help@shop.test")
THROTTLED = ServerThrottled("The IMAP server", "too much")


@pytest.fixture
def desk(desk: Desk, servers: FakeServers) -> Desk:
    return servers.at(desk)


def one(desk: Desk, *, attended: bool = False) -> MailboxReport:
    (report,) = sync(desk, attended=attended).mailboxes
    return report


def box_of(desk: Desk) -> Mailbox:
    with desk.db.read() as tx:
        return mailboxes.mailboxes(tx)[0]


@pytest.mark.parametrize(
    "case",
    [(REFUSED, 3, timedelta(hours=1)), (THROTTLED, 1, timedelta(minutes=15))],
    ids=["refused logins", "throttled"],
)
def test_servers_are_left_alone(
    desk: Desk,
    servers: FakeServers,
    clock: StandingClock,
    case: tuple[MailServerError, int, timedelta],
) -> None:
    error, tries, pause = case
    servers.refuses = error
    for _ in range(tries):
        assert one(desk).error is error
    until = box_of(desk).paused_until
    assert until == START + pause
    servers.refuses = None
    servers.deliver(letter("m"))
    left_alone = one(desk)
    assert (left_alone.fetched, left_alone.tells, left_alone.paused_until) == (0, False, until)
    assert left_alone.error is not None
    assert f"{until:%H:%M}" in left_alone.error.sentence
    assert box_of(desk).failure == error.sentence
    clock.now = until
    assert (one(desk).fetched, box_of(desk).paused_until) == (1, None)


def test_who_watches_need_not_wait(desk: Desk, servers: FakeServers) -> None:
    servers.refuses = THROTTLED
    one(desk)
    servers.refuses = None
    assert one(desk, attended=True).error is None


def test_a_failure_is_told_when_it_lasts_and_so_is_its_end(
    desk: Desk, servers: FakeServers, clock: StandingClock
) -> None:
    assert one(desk).error is None
    servers.refuses = BROKEN
    told = []
    for _ in range(4):
        clock.tick(minutes=10)
        told.append(one(desk).tells)
    assert told == [False, False, True, False]
    servers.refuses = None
    assert [one(desk).back, one(desk).back] == [True, False]


def test_the_end_of_a_failure_that_nobody_heard_of_is_not_told(
    desk: Desk, servers: FakeServers, clock: StandingClock
) -> None:
    one(desk)
    servers.refuses = BROKEN
    assert not one(desk).tells
    servers.refuses = None
    clock.tick(minutes=10)
    assert not one(desk).back
