"""Tells the agent what is for them: in the inbox, and by the terminal's bell or notification."""

import os
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from supportcli.config import InboxLook
from supportcli.domain.setup.notifications import Notify, quiet_hours
from supportcli.rendering.ink import shortened
from supportcli.terminal import MARK, UNSAFE, clean
from supportcli.tui.context import InboxContext

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from supportcli.domain.setup.alerts import Alert

AGAIN = timedelta(seconds=10)
"""At most one notification in this time; what comes meanwhile is told together."""

_OPENINGS = {Notify.OSC9: "9;supportcli: ", Notify.OSC777: "777;notify;supportcli;"}
_LONGEST = 120
_NAMED = 5
_PLAIN = str.maketrans(";<>&\\", ",‹›+/")
"""What ends a notification early, or what a desktop would read as markup."""


class Alerting:
    """What waits to be told. `write` gives text to the terminal."""

    def __init__(self, context: InboxContext, look: InboxLook) -> None:
        self._context = context
        self._notify = Notify(look.notify or Notify.BELL)
        self._quiet = quiet_hours(look.quiet)
        self.write: Callable[[str], None] = lambda _: None
        self._pending: list[Alert] = []
        self._told_at: datetime | None = None

    def look(self) -> None:
        """Somebody wrote into the desk: ask whether something is for me."""
        self._context.work.read(
            "alerts",
            lambda client: client.alerts(),
            self._came,
            self._context.notices.fail,
            last=True,
        )

    def _came(self, alerts: "Sequence[Alert]") -> None:
        self._pending += alerts
        self.tick()

    def tick(self) -> None:
        """A second has passed: tell what waits, if the last time is long enough ago."""
        now = self._context.now()
        if not self._pending or (self._told_at is not None and now - self._told_at < AGAIN):
            return
        text, self._pending, self._told_at = _told(self._pending), [], now
        self._context.notices.mention(text)
        if self._quiet is None or not self._quiet.cover(now.astimezone().time()):
            self.write(signal_of(self._notify, text, in_tmux="TMUX" in os.environ))


def _told(alerts: "Sequence[Alert]") -> str:
    """All of it in one line."""
    first, *others = dict.fromkeys(one.told for one in alerts)
    if not others:
        return first
    numbers = list(dict.fromkeys(f"#{one.number}" for one in alerts))
    more = f" and {len(numbers) - _NAMED} more" if len(numbers) > _NAMED else ""
    return f"{len(others) + 1} things for you in {', '.join(numbers[:_NAMED])}{more}"


def signal_of(notify: Notify, text: str, *, in_tmux: bool) -> str:
    """What a terminal gets. Nothing in the text ends it early, and nothing is left of its controls.
    tmux passes a notification on in an envelope of its own (tmux(1), allow-passthrough)."""
    safe = UNSAFE.sub(MARK, shortened(clean(text), _LONGEST)).translate(_PLAIN)
    if notify is Notify.OFF:
        return ""
    if notify is Notify.BELL:
        return "\a"
    told = f"\x1b]{_OPENINGS[notify]}{safe}\x1b\\"
    return f"\x1bPtmux;{told.replace(chr(27), chr(27) * 2)}\x1b\\" if in_tmux else told
