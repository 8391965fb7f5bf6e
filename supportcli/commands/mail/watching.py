"""`supportcli sync --watch`: until a signal ends it. It says what syncs of cron would say."""

import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from supportcli.commands.mail import sync_words
from supportcli.commands.output import printing

if TYPE_CHECKING:
    from supportcli.desk import Desk
    from supportcli.desk.mail.sync import MailboxReport
    from supportcli.desk.mail.watching.alarms import Stop
    from supportcli.errors import SupportError

_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


def watch(desk: "Desk", addresses: Sequence[str] | None, *, attended: bool, as_json: bool) -> None:
    """Sync without end. SIGTERM, ctrl+c, or the end of the terminal stop it; what has begun is
    finished."""
    from supportcli.desk.mail.watching.alarms import Stop
    from supportcli.desk.mail.watching.mailbox_watch import WatchNews
    from supportcli.desk.mail.watching.watch import watch as run

    voice, stop = _Voice(desk, attended=attended, as_json=as_json), Stop()
    with _signals(stop):
        if attended:
            printing.say("Watching. ctrl+c ends it.")
        run(desk, addresses, stop, WatchNews(voice.told, voice.trouble, voice.reminder))


@contextmanager
def _signals(stop: "Stop") -> Iterator[None]:
    """Signals end the watch; one that comes again ends the process at once."""

    def ended(number: int, _: object) -> None:
        stop.set()
        # only this one: Python complains of a signal on its way whose handler is gone
        signal.signal(number, signal.SIG_DFL)

    before = {
        one: signal.signal(one, ended)
        for one in _SIGNALS
        if signal.getsignal(one) is not signal.SIG_IGN or one is not signal.SIGHUP  # nohup
    }
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


@dataclass(slots=True)
class _Voice:
    """What the threads of a watch say, one after the other."""

    desk: "Desk"
    attended: bool
    as_json: bool
    _speaking: threading.Lock = field(default_factory=threading.Lock)
    _trouble: str = ""

    def told(self, one: "MailboxReport") -> None:
        """Say what a pass has brought: to a person who is there all of it, else what cron would
        say."""
        from supportcli.desk.mail import sync_json

        with self._speaking:
            if one.error is None:
                self._trouble = ""
            happened = sync_words.happened(one)
            if self.as_json:
                if happened or one.busy or one.error is not None or one.back:
                    printing.emit(sync_json.mailbox_report(one))
            else:
                sync_words.tell_mailbox(one, watched=False)
                sync_words.tell_late(one)
                sync_words.tell_failed(one)
                if self.attended and happened:
                    printing.say(sync_words.summary(one))
            sys.stdout.flush()

    def trouble(self, error: "SupportError") -> None:
        """Say that the desk itself cannot be used, once."""
        with self._speaking:
            if error.sentence != self._trouble:
                self._trouble = error.sentence
                printing.warn(error.sentence, error.hint)

    def reminder(self) -> None:
        """Say once a day that mail waits, or that a sign-in ends soon."""
        from supportcli.desk.mail.held import counting

        if not self.as_json:
            counted = counting.total(counting.counts(self.desk))
            with self._speaking:
                sync_words.tell_held(self.desk, counted, watched=False)
                sync_words.tell_daily(self.desk)
