"""Receiving and sending: the sync that the inbox runs if its agent holds the secrets, the health of
the mailboxes, and leaving."""

from collections.abc import Callable, Coroutine, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from supportcli.config import Settings
from supportcli.rendering.ink import Ink, Span, shortened
from supportcli.rendering.times import moment, span
from supportcli.terminal import clean
from supportcli.tui.context import InboxContext
from supportcli.tui.keymaps.presets import ASK_TO_QUIT
from supportcli.tui.keys import Mode
from supportcli.tui.mail.sync_child import SyncChild, SyncResult

if TYPE_CHECKING:
    from supportcli.desk.tickets.inbox import Health
    from supportcli.domain.replies.delivery import Outgoing

EVERY = timedelta(minutes=1)
"""How often the inbox receives and sends by itself."""

_SOON = 0.05
_HOST = 30
"""The most cells for the name of a failing server."""

_LATE = timedelta(seconds=15)
"""How long a reply may be overdue before the status line mentions it."""


class Sending:
    """Watches mail in and out. `start` runs a coroutine beside the inbox; `leave` ends the
    program."""

    def __init__(
        self,
        context: InboxContext,
        settings: Settings,
        start: Callable[[Coroutine[Any, Any, None]], object],
        leave: Callable[[], None],
    ) -> None:
        self._context = context
        self._start = start
        self._leave = leave
        self.every = EVERY
        self._child = SyncChild(settings)
        self._holds_secrets = bool(settings.secrets)
        self._next = context.now()
        self._held: dict[str, datetime] = {}
        self._untold: dict[str, int] = {}
        self._health: Health | None = None
        self._leaving = False
        self._finishing = False
        self._quit_at = -1

    # Syncing

    def tick(self) -> None:
        """A second has passed: sync if it is time."""
        now = self._context.now()
        if self._leaving and not self._child.runs and all(at <= now for at in self._held.values()):
            self._begin(self._sent_on_leaving)
        elif (
            self._holds_secrets and not self._child.runs and not self._leaving and now >= self._next
        ):
            self._begin(self._synced)
        self.show_health()

    def reply_leaves(self, gesture: str, at: datetime, number: int) -> None:
        """A reply to a ticket was queued by a gesture: sync when its hold is over."""
        self._untold[gesture] = number
        self._held = {**self._still_held(), gesture: at}
        self._next = min(self._next, at) if self._next > self._context.now() else at

    def reply_stays(self, gesture: str) -> None:
        """What a gesture did was taken back."""
        self._held.pop(gesture, None)
        self._untold.pop(gesture, None)

    def _still_held(self) -> dict[str, datetime]:
        now = self._context.now()
        return {gesture: at for gesture, at in self._held.items() if at > now}

    def sync_now(self) -> None:
        """Receive and send now."""
        if not self._holds_secrets:
            self._context.notices.warn(
                "You do not have a password for any mailbox: another sync of this desk fetches "
                "and sends mail."
            )
        elif self._child.runs:
            self._context.notices.say("A sync is running already.")
        else:
            self._begin(self._synced_on_key)

    def _begin(self, then: Callable[[SyncResult], None]) -> None:
        self._next = self._context.now() + self.every
        self._start(self._run(then))
        self.show_health()

    async def _run(self, then: Callable[[SyncResult], None]) -> None:
        outcome = await self._child.run()
        then(outcome)
        self.ask_health()

    def _synced(self, _: SyncResult) -> None:
        """What failed is in the mailbox's health."""
        self._held = self._still_held()
        if self._held:
            self._next = min(self._next, *self._held.values())
        due = {one: of for one, of in self._untold.items() if one not in self._held}
        if due:
            self._context.work.read(
                "left",
                lambda client: client.outbox.all(),
                partial(self._tell_left, due),
                self._context.notices.fail,
                last=True,
            )

    def _tell_left(self, due: Mapping[str, int], outbox: "Sequence[Outgoing]") -> None:
        """Say once which replies of mine have left: they are not in the outbox any longer."""
        waiting = {one.ticket for one in outbox}
        left = {gesture: number for gesture, number in due.items() if number not in waiting}
        for gesture in left:
            self._untold.pop(gesture, None)
        if left:
            self._context.notices.has_left(tuple(dict.fromkeys(left.values())))

    def _synced_on_key(self, outcome: SyncResult) -> None:
        self._synced(outcome)
        if not outcome.code:
            self._context.notices.say("Received and sent.")
        elif outcome.said:
            self._context.notices.warn(outcome.said)
        else:  # a sync does not repeat what it has said before
            self._context.work.read(
                "", lambda client: client.health(), self._tell_failure, self._context.notices.fail
            )

    def _tell_failure(self, health: "Health") -> None:
        failures = [mailbox.failure for mailbox in health.mailboxes if mailbox.failure]
        self._context.notices.warn(
            failures[0] if failures else "The sync failed; supportcli sync shows why."
        )

    # Health

    def ask_health(self) -> None:
        """Ask the desk for the health of mail."""
        self._context.work.read(
            "health", lambda client: client.health(), self._came, self._context.notices.fail
        )

    def _came(self, health: "Health") -> None:
        self._health = health
        self.show_health()

    def show_health(self) -> None:
        """Show it in the status line; if that is full and all is well, beside the notice."""
        text, ink = self._words()
        aside = ink is Ink.DIM and self._context.narrow
        self._context.status.show_health(("", ink) if aside else (text, ink))
        self._context.notice.show_quiet(text if aside else "")

    def _words(self) -> Span:
        health, now = self._health, self._context.now()
        if self._child.runs:
            return "syncing…", Ink.DIM
        if health is None:
            return "", Ink.DIM
        failing = [mailbox for mailbox in health.mailboxes if mailbox.failing_since is not None]
        if failing and failing[0].failing_since:
            return (
                (
                    f"{shortened(clean(failing[0].imap.host), _HOST)} has been failing since "
                    f"{moment(failing[0].failing_since, now)}"
                ),
                Ink.ERROR,
            )
        if health.waiting and health.waiting_since and now - health.waiting_since > _LATE:
            idle = "" if self._holds_secrets else ", no sync is running"
            return (
                f"{health.waiting} waiting since {moment(health.waiting_since, now)}{idle}",
                Ink.WARNING,
            )
        if health.ends:
            return clean(health.ends), Ink.WARNING
        if not health.mailboxes:
            return "no mailbox yet: supportcli mailbox add", Ink.WARNING
        synced = max(
            (mailbox.synced_at for mailbox in health.mailboxes if mailbox.synced_at), default=None
        )
        if synced is None:
            return "never synced", Ink.DIM
        ago = max(now - synced, timedelta(0))
        return (
            f"synced {f'{ago.seconds} s' if ago < timedelta(minutes=1) else span(ago)} ago",
            Ink.DIM,
        )

    # Leaving

    def quit_from_list(self) -> None:
        """Leave; but say so first where an agent may mean something else by the key: over drafts,
        and with the keys of programs in which it does not end all."""
        context = self._context
        drafts = sorted(context.tickets.drafts)
        is_meant = self._quit_at == context.keys_pressed - 1 or self._finishing
        if is_meant or not (drafts or context.keymap.preset in ASK_TO_QUIT):
            self.quit()
            return
        self._quit_at = context.keys_pressed
        of = f"#{drafts[0]}" if len(drafts) == 1 else f"{len(drafts)} tickets"
        kept = f"You have a draft on {of}; it is kept · " if drafts else ""
        context.notices.warn(f"{kept}{context.key('quit')} again leaves the inbox")

    def quit(self) -> None:
        """Leave; if replies wait, say so first and ask."""
        waiting = self._waiting()
        if self._finishing or not waiting:
            self.finish()
            return
        replies = "1 reply has" if waiting == 1 else f"{waiting} replies have"
        self._context.notices.ask(
            f"{replies} not been sent yet; "
            f"{'the next sync' if self._holds_secrets else 'a sync elsewhere'} sends "
            f"{'it' if waiting == 1 else 'them'}."
        )
        self._context.mode = Mode.LEAVE

    def _waiting(self) -> int:
        return (self._health.waiting if self._health else 0) + len(self._still_held())

    def send_and_leave(self) -> None:
        """Send what waits, then leave."""
        if not self._holds_secrets:
            self._context.notices.warn(
                "You do not have a password for any mailbox, so nothing can be sent from here."
            )
            return
        self._leaving = True
        esc = self._context.key("leave_not")
        self._context.notices.ask(f"Sending waiting replies, then leaving … ({esc} stays)")

    def _sent_on_leaving(self, outcome: SyncResult) -> None:
        if not self._leaving:
            return
        self._leaving = False
        if outcome.code:
            self._context.notices.clear()
            self._context.notices.warn(
                outcome.said
                or f"The sync ended with code {outcome.code}; nothing is lost, "
                "the replies are waiting."
            )
        else:
            self.finish()

    def stay(self) -> None:
        """Do not leave."""
        self._leaving = False
        self._context.notices.clear()
        self._context.go_home()

    def finish(self) -> None:
        """Leave when every verb is done and no sync runs; the second time, at once."""
        if self._finishing:
            self._leave()
            return
        self._finishing = True
        self._context.notices.ask("Leaving … (press again to leave at once)")
        self._leave_when_done()

    def _leave_when_done(self) -> None:
        if self._child.runs or self._context.work.busy:
            self._context.later(_SOON, self._leave_when_done)
        else:
            self._leave()
