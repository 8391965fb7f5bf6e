"""A watch with servers in memory: what it does again, and when."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import text

from supportcli.channels.channel import FolderRole, RemoteMail
from supportcli.desk import Desk
from supportcli.desk.mail.servers import fetching
from supportcli.desk.mail.sync import MailboxReport, chosen, sync
from supportcli.desk.mail.watching.alarms import Stop
from supportcli.desk.mail.watching.mailbox_watch import WatchNews
from supportcli.desk.mail.watching.pace import Backoff, Pace
from supportcli.desk.mail.watching.watch import watch
from supportcli.desk.replies import outbox, writing
from supportcli.desk.setup import founding
from supportcli.domain.mailbox import Secret
from supportcli.domain.replies.chosen import ReplyChoice
from supportcli.domain.tickets.ticket import Delivery
from supportcli.errors import SupportError
from supportcli.errors.servers import FolderGone, LoginRefused, ServerThrottled
from supportcli.errors.setup import SecretMissing
from supportcli.storage.engine.locks import is_watched
from supportcli.storage.mail import mails
from supportcli.storage.setup import mailboxes
from tests.desk.desks import START, StandingClock, write_in
from tests.desk.fake_channel import BROKEN, FakeChannel, FakeServers
from tests.desk.letters import letter
from tests.servers.process import wait_until

FAST = Pace(
    passes=0.05,
    polls=0.02,
    looks=0.01,
    ticks=0.05,
    chores=0.02,
    first_pause=0.01,
    longest_pause=0.05,
    grace=5,
)
REFUSED = LoginRefused("The IMAP server", "help", "no", "help@shop.test")


class AskedClock(StandingClock):
    """A clock that counts how often it is asked."""

    asked = 0

    def __call__(self) -> datetime:
        self.asked += 1
        return self.now


@dataclass(slots=True)
class Watched:
    """A watch in a thread, and what it has said."""

    stop: Stop = field(default_factory=Stop)
    reports: list[MailboxReport] = field(default_factory=list)
    troubles: list[SupportError] = field(default_factory=list)

    def counts(self, name: str) -> int:
        return sum(getattr(one, name) for one in self.reports)


@contextmanager
def watching(desk: Desk, pace: Pace = FAST) -> Iterator[Watched]:
    found = Watched()
    news = WatchNews(found.reports.append, found.troubles.append, lambda: None)
    thread = threading.Thread(target=watch, args=(desk, None, found.stop, news, pace))
    thread.start()
    try:
        yield found
    finally:
        found.stop.set()
        thread.join(20)
        assert not thread.is_alive()


@pytest.fixture
def desk(desk: Desk, servers: FakeServers) -> Desk:
    # threads look at the database while others are on the network
    servers.alone = lambda: None  # type: ignore[method-assign]
    return servers.at(desk)


def test_a_server_without_idle_is_polled(desk: Desk, servers: FakeServers) -> None:
    with watching(desk) as watched:
        for number in (1, 2):
            servers.deliver(letter(f"m{number}"))
            wait_until(lambda n=number: watched.counts("new_tickets") == n, "a ticket")  # type: ignore[misc]
    assert watched.troubles == []


def test_it_goes_on_after_failures_and_says_what_a_sync_would_say(
    desk: Desk, servers: FakeServers, clock: StandingClock
) -> None:
    with watching(desk) as watched:
        wait_until(lambda: watched.reports, "a pass")
        servers.refuses = BROKEN
        wait_until(lambda: [one for one in watched.reports if one.error], "a failure")
        clock.tick(minutes=15)
        wait_until(lambda: watched.counts("tells"), "the word")
        servers.refuses = None
        servers.deliver(letter("m"))
        wait_until(lambda: watched.counts("back"), "its end")
    assert (watched.counts("tells"), watched.counts("back")) == (1, 1)


def test_a_folder_that_is_gone_makes_no_pause(desk: Desk, servers: FakeServers) -> None:
    with desk.db.write() as tx:
        for name in ("INBOX", "Renamed"):
            mails.add_folder(tx, 1, name, FolderRole.INBOX)
    with watching(desk, replace(FAST, first_pause=60, longest_pause=60)) as watched:
        wait_until(lambda: watched.counts("tells"), "the word")
        servers.deliver(letter("m"))
        wait_until(lambda: watched.counts("new_tickets"), "a ticket")
    assert isinstance(watched.reports[-1].error, FolderGone)


@pytest.mark.parametrize(("error", "most"), [(REFUSED, 3), (ServerThrottled("It", "no"), 1)])
def test_servers_are_left_alone(
    desk: Desk, servers: FakeServers, error: LoginRefused, most: int
) -> None:
    servers.refuses = error
    clock = AskedClock()
    desk = replace(desk, clock=clock)
    with watching(desk) as watched:
        wait_until(lambda: watched.reports and watched.reports[-1].paused_until, "a pause")
        servers.refuses = None
        servers.deliver(letter("m"))
        asked = clock.asked
        wait_until(lambda: clock.asked > asked + 20, "looks at the clock")
        tried = len(watched.reports)
        clock.tick(hours=1)
        wait_until(lambda: watched.counts("new_tickets"), "a ticket")
    assert tried == most


def test_a_reply_that_is_due_leaves_while_a_pass_takes_long(
    desk: Desk, servers: FakeServers, clock: StandingClock
) -> None:
    goes_on = threading.Event()

    class Slow(FakeChannel):
        def fetch(self, uids: Sequence[int]) -> list[RemoteMail]:
            goes_on.wait(20)
            return super().fetch(uids)

    number = write_in(desk)
    writing.reply(desk, number, "Here it is.")
    servers.deliver(letter("slow"))
    with watching(replace(desk, channels=lambda _: Slow(servers))) as watched:
        clock.tick(seconds=11)
        wait_until(lambda: servers.submitted, "the reply")
        goes_on.set()
        wait_until(lambda: watched.counts("new_tickets"), "the ticket")
    assert watched.counts("sent") == 1


def test_the_end_comes_between_two_batches(
    desk: Desk, servers: FakeServers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "BATCH_MAILS", 2)
    for number in range(6):
        servers.deliver(letter(f"m{number}"))
    stops: list[Stop] = []

    class Stopping(FakeChannel):
        def fetch(self, uids: Sequence[int]) -> list[RemoteMail]:
            wait_until(lambda: stops, "the watch")
            stops[0].set()
            return super().fetch(uids)

    with watching(replace(desk, channels=lambda _: Stopping(servers))) as watched:
        stops.append(watched.stop)
        wait_until(lambda: servers.batches, "a fetch")
    assert servers.batches == [[1, 2]]
    (report,) = sync(desk).mailboxes
    assert (report.fetched, servers.batches[1:]) == (4, [[3, 4], [5, 6]])
    assert report.counts.tickets == 6


def test_mailboxes_come_and_go(desk: Desk, servers: FakeServers) -> None:
    secrets = {**desk.settings.secrets, "sales@shop.test": Secret("env:NONE", ("localhost",))}
    with desk.db.write() as tx:
        tx.connection().execute(text("UPDATE agent SET role = 'admin'"))
    found = replace(desk, settings=replace(desk.settings, secrets=secrets))
    with watching(found) as watched:
        wait_until(lambda: watched.reports, "a pass")
        with desk.db.write() as tx:
            (box,) = mailboxes.mailboxes(tx)
            mailboxes.add_mailbox(tx, replace(box, address="sales@shop.test"), START)
        wait_until(lambda: "sales@shop.test" in {one.mailbox for one in watched.reports}, "sales")
        founding.remove_mailbox(desk, "help@shop.test")
        wait_until(lambda: not is_watched(desk.db, box.id), "the end of help's")
        servers.deliver(letter("m"))
        wait_until(lambda: watched.counts("new_tickets"), "a ticket")
    assert {one.mailbox for one in watched.reports if one.new_tickets} == {"sales@shop.test"}


def test_a_second_watch_ends_at_once(each_desk: Desk, servers: FakeServers) -> None:
    servers.alone = lambda: None  # type: ignore[method-assign]
    with watching(each_desk) as first:
        wait_until(lambda: first.reports, "a pass")
        reports: list[MailboxReport] = []
        news = WatchNews(reports.append, lambda _: None, lambda: None)
        watch(each_desk, None, Stop(), news, FAST)
        assert [one.busy for one in reports] == [True]
        assert [one.busy for one in sync(each_desk).mailboxes] == [True]
    assert [one.busy for one in sync(each_desk).mailboxes] == [False]


def test_who_has_no_secret_cannot_watch(desk: Desk) -> None:
    nobody = replace(desk, settings=replace(desk.settings, secrets={}))
    with pytest.raises(SecretMissing):
        watch(nobody, None, Stop(), WatchNews(print, print, lambda: None), FAST)


def test_pauses_grow_to_a_limit_and_begin_again_after_an_hour_of_work(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    moments = iter([0.0, 1.0, 100.0, 3_600.0])
    monkeypatch.setattr("time.monotonic", lambda: next(moments))
    backoff = Backoff(Pace())
    pauses = [backoff.failed() for _ in range(12)]
    assert all(0.5 * 2**n <= pause <= 2**n for n, pause in enumerate(pauses[:10]))
    assert all(450 <= pause <= 900 for pause in pauses[10:])
    backoff.worked()
    assert backoff.failed() >= 450  # it lasted for a second
    backoff.worked()
    assert backoff.failed() <= 1


def test_a_reply_with_a_time_leaves_after_the_mailbox_was_read_since_then(
    desk: Desk, servers: FakeServers, clock: StandingClock
) -> None:
    servers.deliver(letter("one"))
    sync(desk)
    clock.tick(minutes=1)
    at = clock.now + timedelta(hours=1)
    writing.reply(desk, 1, "Later.", chosen=ReplyChoice(at=at))
    with watching(desk, replace(FAST, passes=60, polls=60)) as watched:
        wait_until(lambda: watched.reports, "a pass")
        clock.now = at
        wait_until(lambda: servers.submitted, "the reply")
    assert watched.counts("deferred") == 0, "it need not wait for the next pass"


def test_sending_is_no_reading(desk: Desk, servers: FakeServers, clock: StandingClock) -> None:
    """A sync beside the watch took what it had sent for a pass, and replies with a time left."""
    servers.deliver(letter("one"))
    sync(desk)
    with watching(desk, replace(FAST, passes=60, polls=60)) as watched:
        wait_until(lambda: watched.reports, "a pass")
        read_at = clock.now
        writing.reply(desk, 1, "Now.")
        clock.tick(minutes=1)
        wait_until(lambda: watched.counts("sent"), "the reply")
        (mailbox,) = chosen(desk, None)
        assert mailbox.synced_at == read_at


def test_a_watch_that_cannot_read_says_so_of_a_reply_with_a_time(
    desk: Desk, servers: FakeServers, clock: StandingClock
) -> None:
    servers.deliver(letter("one"))
    sync(desk)
    clock.tick(minutes=1)
    at = clock.now + timedelta(hours=1)
    writing.reply(desk, 1, "Later.", chosen=ReplyChoice(at=at))
    servers.reads_nothing = BROKEN
    with watching(desk) as watched:
        wait_until(lambda: [one for one in watched.reports if one.error], "a failure")
        clock.now = at
        wait_until(
            lambda: [one.state for one in outbox.list_outbox(desk)] == [Delivery.DEFERRED],
            "that it waits",
        )
        assert servers.submitted == []
        servers.reads_nothing = None
        wait_until(lambda: servers.submitted, "the reply")
