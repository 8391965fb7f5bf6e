"""One mailbox of a watch. A thread receives, decides and waits for mail; another sends, so that a
reply does not wait for a long pass."""

import threading
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import asdict, dataclass, replace

from supportcli.channels.channel import Channel, FolderRole, FolderState
from supportcli.desk import Desk
from supportcli.desk.mail import sync
from supportcli.desk.mail.sync import MailboxReport, Pass
from supportcli.desk.mail.watching.alarms import Alarm, Stop
from supportcli.desk.mail.watching.pace import Backoff, Pace
from supportcli.desk.replies.sending import send_due
from supportcli.domain.intake.health import REFUSALS, health_of
from supportcli.domain.mailbox import Login, Mailbox, logins
from supportcli.errors import SupportError
from supportcli.errors.servers import FolderRefused, MailServerError, ServerThrottled
from supportcli.storage.mail import mails
from supportcli.storage.replies import outbox
from supportcli.storage.setup import mailboxes

_INBOX = "INBOX"
_A_DAY = 86_400.0
_BUSY_FOR = 2.0
"""How long to wait for another process that reads the mailbox."""


@dataclass(frozen=True, slots=True)
class WatchNews:
    """Who hears of a watch; called by its threads, one after the other. `told` of each pass,
    `trouble` of an error of the desk itself, `reminder` now and then."""

    told: Callable[[MailboxReport], None]
    trouble: Callable[[SupportError], None]
    reminder: Callable[[], None]


class MailboxWatch:
    """The threads of one mailbox."""

    def __init__(
        self, desk: Desk, mailbox: Mailbox, stop: Stop, news: WatchNews, pace: Pace
    ) -> None:
        self.id = mailbox.id
        self.sending = False
        self._desk = desk
        self._stop = stop
        self._news = news
        self._pace = pace
        self._alarm, self._mail_due = stop.alarm(), stop.alarm()
        self._channel: Channel | None = None
        self._opened_for: tuple[Login, Login] | None = None
        self._receives, self._sends = Backoff(pace), Backoff(pace)
        self._receive_error: SupportError | None = None
        self._send_error: SupportError | None = None
        self._sends_again_at = 0.0
        self._reporting = threading.Lock()
        self._removed = False
        self._threads = [
            threading.Thread(target=self._run, args=args, daemon=True, name=f"{name} {self.id}")
            for name, args in (
                ("receive", (self._receive, self._alarm, self._receives)),
                ("send", (self._send, self._mail_due, self._sends)),
            )
        ]

    def start(self) -> None:
        """Begin."""
        for thread in self._threads:
            thread.start()

    @property
    def alive(self) -> bool:
        """Whether a thread still runs."""
        return any(thread.is_alive() for thread in self._threads)

    def join(self, seconds: float) -> None:
        """Wait for the end of the threads."""
        for thread in self._threads:
            thread.join(max(seconds, 0.0))

    def send_soon(self) -> None:
        """Replies are due; after a failure they wait for the end of its pause."""
        if time.monotonic() >= self._sends_again_at:
            self._mail_due.ring()

    def _run(self, work: Callable[[Mailbox], float], alarm: Alarm, backoff: Backoff) -> None:
        """Work again and again, until the watch ends or the mailbox is removed."""
        while not self._over():
            try:
                mailbox = self._mailbox()
                pause = self._worked(work, mailbox, backoff) if mailbox is not None else 0.0
            except SupportError as error:  # of the desk itself: its database
                pause = backoff.failed()
                with self._reporting:
                    self._news.trouble(error)
            if not self._over():
                alarm.wait(pause)
        if alarm is self._alarm:
            self._close()

    def _worked(
        self, work: Callable[[Mailbox], float], mailbox: Mailbox, backoff: Backoff
    ) -> float:
        """Do the work; a mistake of the program in it is reported as the mailbox's trouble."""
        broken, pause = Pass(watching=True), 0.0
        with sync.trouble_of(mailbox, broken):
            pause = work(mailbox)
        if broken.error is None:
            return pause
        self._report(broken, None)
        return backoff.failed()

    def _over(self) -> bool:
        return self._stop.is_set() or self._removed

    def _mailbox(self) -> Mailbox | None:
        """The mailbox as it is now; None, and the watch of it ends, if it was removed."""
        with self._desk.db.read() as tx:
            found = mailboxes.mailbox_by_id(tx, self.id)
        if found is None or not found.active:
            self._removed = True
            self._alarm.ring()
            self._mail_due.ring()
            return None
        return found

    def _receive(self, mailbox: Mailbox) -> float:
        """One pass, and the wait after it; returns the pause before the next pass."""
        until = mailbox.paused_until
        if until is not None and health_of(mailbox).paused(self._desk.now()):
            self._close()
            return min((until - self._desk.now()).total_seconds() + 1.0, self._pace.polls)
        done = Pass(watching=True, halted=self._over)
        state: FolderState | None = None
        with sync.trouble_of(mailbox, done):
            try:
                channel = self._connected(mailbox)
            except SupportError as error:
                done.error = error
            else:
                state = channel.examine(_INBOX)
                sync.receive_and_decide(self._desk, mailbox, channel, done)
        self._receive_error = done.error
        if done.busy and done.error is None:
            return _BUSY_FOR
        self._forget_sending(mailbox)
        self._report(done, self._send_error)
        if done.error is not None and not isinstance(done.error, FolderRefused):
            self._close()
            return self._receives.failed()
        self._receives.worked()
        return self._wait(mailbox, state) if not self._over() else 0.0

    def _wait(self, mailbox: Mailbox, before: FolderState | None) -> float:
        """Wait for mail, on the server if it can; returns the pause that is left."""
        try:
            channel = self._connected(mailbox)
            if channel.examine(_INBOX) != before:
                return 0.0
            news = channel.idle(self._patience(mailbox), self._alarm.fileno())
        except MailServerError as error:
            self._close()
            if isinstance(error, ServerThrottled):
                self._report(Pass(watching=True, error=error), None)
            return min(self._receives.failed(), self._pace.polls)
        if news is None:
            self._close()
            return self._pace.polls
        return 0.0

    def _patience(self, mailbox: Mailbox) -> float:
        """How long to wait: a server reports mail in one folder only."""
        with self._desk.db.read() as tx:
            read = [
                one.name
                for one in mails.folders(tx, mailbox.id)
                if one.role == FolderRole.INBOX and one.name.upper() != _INBOX
            ]
        return min(self._pace.passes, self._pace.polls) if read else self._pace.passes

    def _send(self, mailbox: Mailbox) -> float:
        """Send what is due; returns how long to wait for an alarm."""
        if health_of(mailbox).paused(self._desk.now()) and mailbox.refused_logins >= REFUSALS:
            return self._pace.polls
        done, self.sending = Pass(watching=True), True
        try:
            with sync.trouble_of(mailbox, done):
                try:
                    channel = self._desk.channels(mailbox)
                except SupportError as error:
                    done.error = error
                else:
                    with closing(channel):
                        send_due(self._desk, self._seen(mailbox), channel, self._over, done.sent)
        finally:
            self.sending = False
        recovered = done.error is None and self._send_error is not None
        self._send_error = done.error
        unseen, done.sent.unseen = done.sent.unseen, False
        if unseen and self._receive_error is None:
            self._alarm.ring()  # read it, and the next look sends what waits for that
        if done.error is not None or recovered or any(asdict(done.sent).values()):
            self._report(done, self._receive_error)
        if done.error is None:
            self._sends.worked()
            return _A_DAY
        pause = self._sends.failed()
        self._sends_again_at = time.monotonic() + pause
        return pause

    def _seen(self, mailbox: Mailbox) -> Mailbox:
        """The mailbox with what this watch knows of reading it; what is stored of failures counts
        those of sending too."""
        fails = self._receive_error is not None
        since = (mailbox.failing_since or self._desk.now()) if fails else None
        return replace(mailbox, failing_since=since)

    def _forget_sending(self, mailbox: Mailbox) -> None:
        """A failure to send counts while something waits to be sent."""
        if self._send_error is not None:
            with self._desk.db.read() as tx:
                waits = outbox.in_states(tx, outbox.WAITING, mailbox.id)
            if not waits:
                self._send_error = None

    def _connected(self, mailbox: Mailbox) -> Channel:
        """The channel, which stays open; a new one if the mailbox has other servers now. Raises
        what `Desk.channels` raises."""
        if self._channel is None or self._opened_for != logins(mailbox):
            self._close()
            self._channel, self._opened_for = self._desk.channels(mailbox), logins(mailbox)
        return self._channel

    def _close(self) -> None:
        channel, self._channel = self._channel, None
        if channel is not None:
            channel.close()

    def _report(self, done: Pass, others: SupportError | None) -> None:
        """Report what a pass did. `others` is what else is wrong with the mailbox."""
        with self._reporting:
            mailbox = self._mailbox()
            if mailbox is not None:
                self._news.told(sync.report(self._desk, mailbox, done, others))
