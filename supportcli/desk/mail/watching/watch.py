"""`sync --watch`: all mailboxes in one process, until somebody ends it."""

import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

from supportcli.desk import Desk
from supportcli.desk.mail.sync import MailboxReport, chosen
from supportcli.desk.mail.watching.alarms import Stop
from supportcli.desk.mail.watching.mailbox_watch import MailboxWatch, WatchNews
from supportcli.desk.mail.watching.pace import Backoff, Pace
from supportcli.desk.replies.sending import due_mailboxes
from supportcli.desk.ticking import tick
from supportcli.domain.mailbox import Mailbox
from supportcli.errors import ConfigurationError, SupportError
from supportcli.errors.setup import SecretMissing
from supportcli.storage.engine.locks import mailbox_lock

_TRIES = 5
"""How often the lock of a mailbox is tried: a sync that only asks whether somebody watches it holds
it for a moment."""


@dataclass(slots=True)
class _Watches:
    """The mailboxes that are watched now, each with its lock."""

    desk: Desk
    addresses: Sequence[str] | None
    stop: Stop
    news: WatchNews
    pace: Pace
    running: dict[int, tuple[MailboxWatch, ExitStack]] = field(default_factory=dict)
    busy: set[int] = field(default_factory=set)

    def look(self) -> None:
        """Begin with mailboxes that were added, and forget those that were removed. One that
        another process watches is reported once, and left to it while that lives."""
        for known, (one, lock) in list(self.running.items()):
            if not one.alive:
                lock.close()
                del self.running[known]
        for mailbox in chosen(self.desk, self.addresses):
            if mailbox.id not in self.running and mailbox.address in self.desk.settings.secrets:
                self._begin(mailbox)

    def _begin(self, mailbox: Mailbox) -> None:
        lock = ExitStack()
        if not lock.enter_context(_watch_lock(self.desk, mailbox)):
            lock.close()
            if mailbox.id not in self.busy:
                self.busy.add(mailbox.id)
                self.news.told(MailboxReport(mailbox.address, busy=True))
            return
        self.busy.discard(mailbox.id)
        one = MailboxWatch(self.desk, mailbox, self.stop, self.news, self.pace)
        self.running[mailbox.id] = one, lock
        one.start()

    def send_due(self) -> None:
        """Let the replies leave that are due."""
        with self.desk.db.read() as tx:
            due = due_mailboxes(tx, self.desk.now())
        for mailbox_id in due & set(self.running):
            self.running[mailbox_id][0].send_soon()

    def end(self) -> None:
        """Wait for what has begun. A thread that a server holds up is left behind: what it has
        stored is complete."""
        begun = time.monotonic()
        for one, _ in self.running.values():
            one.join(begun + self.pace.grace - time.monotonic())
        while any(one.sending and one.alive for one, _ in self.running.values()):
            if time.monotonic() > begun + self.pace.sending_grace:
                break
            time.sleep(0.05)
        for _, lock in self.running.values():
            lock.close()


@contextmanager
def _watch_lock(desk: Desk, mailbox: Mailbox) -> Iterator[bool]:
    with ExitStack() as stack:
        for _ in range(_TRIES):
            if stack.enter_context(mailbox_lock(desk.db, mailbox.id, "watch")):
                break
            stack.close()
            time.sleep(0.05)
        else:
            yield False
            return
        yield True


def watch(
    desk: Desk,
    addresses: Sequence[str] | None,
    stop: Stop,
    news: WatchNews,
    pace: Pace | None = None,
) -> None:
    """Receive, decide and send for the mailboxes of `addresses`, or for all whose secret this
    person holds, and tick the clocks, until `stop` is set. Ends at once if another process watches
    them all.

    NotFound for an unknown address; SecretMissing if there is no secret at all; ConfigurationError
    if the desk cannot be used any more, by this program. Other errors of the desk are reported and
    waited out."""
    pace = pace or Pace()
    watches = _Watches(desk, addresses, stop, news, pace)
    boxes = chosen(desk, addresses)
    lacking = [box for box in boxes if box.address not in desk.settings.secrets]
    if lacking and (addresses is not None or len(lacking) == len(boxes)):
        raise SecretMissing(lacking[0].address, str(desk.settings.path))
    watches.look()
    if not watches.running:
        return
    try:
        _look_after(watches)
    finally:
        stop.set()
        watches.end()


def _look_after(watches: _Watches) -> None:
    """What belongs to no single mailbox."""
    pace, alarm, backoff = watches.pace, watches.stop.alarm(), Backoff(watches.pace)
    jobs = [
        (pace.looks, watches.send_due),
        (pace.ticks, lambda: tick(watches.desk)),
        (pace.reminders, watches.news.reminder),
        (pace.chores, watches.look),
    ]
    due = [0.0] * len(jobs)
    while not watches.stop.is_set():
        pause = pace.looks
        try:
            for place, (every, job) in enumerate(jobs):
                if time.monotonic() >= due[place]:
                    job()
                    due[place] = time.monotonic() + every
            backoff.worked()
        except ConfigurationError:  # the desk has gone, or belongs to a newer program now
            raise
        except SupportError as error:
            watches.news.trouble(error)
            pause = backoff.failed()
        alarm.wait(pause)
