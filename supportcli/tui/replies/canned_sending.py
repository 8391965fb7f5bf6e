"""A canned response sent as it stands, with one key; or put into a reply first, if something has to
be filled in or looked at."""

from functools import partial
from typing import TYPE_CHECKING

from supportcli.domain.tickets.ticket import Status, TicketLine
from supportcli.errors import SupportError
from supportcli.errors.replies import SendRefused
from supportcli.errors.tickets import ChangedMeanwhile
from supportcli.tui.context import InboxContext
from supportcli.tui.replies.drafts import REPLY
from supportcli.tui.replies.writing import Writing
from supportcli.tui.tickets.browse import Browse
from supportcli.tui.tickets.verb_order.repeating import RepeatableVerb
from supportcli.tui.tickets.verbs import PendingVerb, TicketVerbs

if TYPE_CHECKING:
    from collections.abc import Callable

    from supportcli.desk.canned.filling import Insertion
    from supportcli.desk.gestures import Done
    from supportcli.domain.canned.responses import Canned


class CannedSending:
    """Sends a response. `offered` is the response with a shortcut among those offered last; `used`
    is called after one was."""

    def __init__(
        self, context: InboxContext, browse: Browse, verbs: TicketVerbs, writing: Writing
    ) -> None:
        self._context = context
        self._browse = browse
        self._verbs = verbs
        self._writing = writing
        self.offered: Callable[[str], Canned | None] = lambda _: None
        self.used: Callable[[], None] = lambda: None

    def is_private(self, line: TicketLine) -> bool:
        """Whether there is a draft to the sender alone: nothing is sent past it to everybody."""
        draft = self._writing.drafts.of(line.number, REPLY)
        return draft is not None and draft.recipients is not None and draft.recipients.only_sender

    def begin(self, line: TicketLine, shortcut: str) -> None:
        """Put a response into a reply, to be read and changed before it is sent."""
        self._context.wait_for(
            lambda client: client.canned.insertion(line.number, shortcut),
            partial(self._write, line, shortcut),
            self._context.notices.fail,
        )

    def _write(self, line: TicketLine, shortcut: str, inserted: "Insertion") -> None:
        self._browse.stand_on(line.number)
        self._writing.reply()
        self._writing.insert(inserted.text, inserted.marks, shortcut)

    def apply(self, line: TicketLine, shortcut: str) -> None:
        """Send a response as it stands, with what its macro does."""
        canned = self.offered(shortcut)
        if self.is_private(line) and canned is not None and canned.bodies[0].text:
            self.begin(line, shortcut)
            return
        seen = self._verbs.unseen.seen(line.number)
        self._context.hold_keys()
        not_applied = partial(self._not_applied, line.number, seen)
        self._context.work.in_turn(
            lambda client: client.canned.apply(line.number, shortcut, seen),
            partial(self._applied, line, shortcut),
            not_applied,
        )

    def _applied(self, line: TicketLine, shortcut: str, done: "Done | Insertion") -> None:
        from supportcli.desk.gestures import Done  # noqa: PLC0415  # loaded by now: the desk has answered

        if isinstance(done, Done):
            self._finished(line.number, shortcut, done)
        else:
            self._write(line, shortcut, done)
            why = (
                f"fill in ⟦{done.missing[0]}?⟧, which is selected"
                if done.missing
                else "check who gets it"
            )
            send = self._context.key("send")
            self._context.notices.warn(f"Not sent yet: {why}, then {send}.")
        self._context.release_keys()

    def _finished(self, number: int, shortcut: str, done: "Done") -> None:
        canned = self.offered(shortcut)
        if done.numbers:
            said = f"“{shortcut}” on"
            self._verbs.remember(PendingVerb(number, said, done.gesture))
            self._verbs.repeating.last = RepeatableVerb(
                "canned", said, lambda line: self._again(line, shortcut)
            )
        if done.replies:
            leaves_at = done.replies[0].not_before
            solves = canned is not None and canned.macro.status is Status.SOLVED
            self._context.notices.leaves(number, leaves_at, "Solved" if solves else "")
            self._writing.submitting.leaves(done.gesture, leaves_at, number)
        else:
            self._context.notices.undoable(done.sentence)
        self.used()
        self._browse.settle(number)
        if canned is None or canned.macro.status is not Status.OPEN:
            self._browse.move_on(number)

    def _again(self, line: TicketLine, shortcut: str) -> None:
        """Answer another ticket with the same response."""
        if line.status is Status.CLOSED:
            self._context.notices.warn(f"#{line.number} is closed.")
            return
        self._context.notices.say(f"Again: “{shortcut}” on #{line.number} …")
        self.apply(line, shortcut)

    def _not_applied(self, number: int, seen: int, error: SupportError) -> None:
        if isinstance(error, SendRefused | ChangedMeanwhile):
            self._verbs.refused("canned", number, seen, error.told)
            self._context.release_keys()
            return
        self._context.notices.fail(error)
        self._context.release_keys(forget=True)  # the next key was meant for the next ticket
