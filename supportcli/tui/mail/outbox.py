"""The view of the outbox: what waits, was refused or may have arrived, each with its reason, and
the verbs of `supportcli outbox`. Its keys act on replies only, never on a ticket."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from supportcli.domain.tickets.ticket import Delivery
from supportcli.errors import SupportError
from supportcli.rendering.ink import Ink, Spans
from supportcli.rendering.mail.outbox import row, told
from supportcli.tui.context import InboxContext
from supportcli.tui.keys import Mode
from supportcli.tui.tickets.browse import Browse

if TYPE_CHECKING:
    from supportcli.domain.replies.delivery import Outgoing

_WAITING = frozenset({Delivery.QUEUED, Delivery.DEFERRED, Delivery.LATE})
_ENDED = frozenset({Delivery.FAILED, Delivery.UNCERTAIN, Delivery.BOUNCED})
_MAY = {
    "outbox_send": _WAITING,
    "outbox_retry": _ENDED,
    "outbox_cancel": (_WAITING | _ENDED) - {Delivery.BOUNCED},
}
"""The states in which each verb does something."""

_OF_ROWS = ("outbox_next", "outbox_down", "outbox_ticket")


class OutboxView:
    """What the agent sees of the outbox and does with it."""

    def __init__(self, context: InboxContext, browse: Browse) -> None:
        self._context = context
        self._browse = browse
        self._replies: Sequence[Outgoing] = ()
        self._place = 0
        self._busy = False

    # Looking

    def open(self) -> None:
        """Show the outbox, instead of list and conversation."""
        self._context.show_aside(Mode.OUTBOX)
        self._context.mode = Mode.OUTBOX
        self.load()

    def close(self) -> None:
        """Back to the tickets."""
        self._context.show_aside(None)
        self._context.status.show_outbox(None)
        self._context.notices.go_elsewhere()
        self._context.go_home()
        self._browse.show_place()

    def changed(self) -> None:
        """Something changed: read it again if it is on screen."""
        if self._context.mode is Mode.OUTBOX:
            self.load()

    def load(self) -> None:
        """Read what is in the outbox; the mark stays on its reply. Keys wait for it."""
        self._context.hold_keys()
        self._context.work.in_turn(lambda client: client.outbox.all(), self._loaded, self._failed)

    def _loaded(self, found: "Sequence[Outgoing]") -> None:
        marked = self._marked
        self._replies = found
        there = (place for place, one in enumerate(found) if marked and one.id == marked.id)
        self._place = min(next(there, self._place), max(len(found) - 1, 0))
        self.show()
        self._context.release_keys()

    def show(self) -> None:
        """Draw the rows, and ask for the text of the marked one."""
        context = self._context
        if context.aside is not Mode.OUTBOX:
            return
        context.status.show_outbox(len(self._replies))
        context.show_keys()
        context.held_list.show(self._row, len(self._replies), self._place, "Nothing is on its way.")
        context.held.set_class(not self._replies, "-nothing")
        place = f"{self._place + 1} of {len(self._replies)}"
        told: Spans = ((place, Ink.TEXT), (" · outbox", Ink.DIM)) if self._replies else ()
        context.notice.show_place(*told)
        one, width = self._marked, self._width
        if one is None:
            context.held_text.put((), top=0)
            return
        context.work.read(
            "outbox page",
            lambda client: client.outbox.page(one, width),
            partial(self._read, one.id),
            context.notices.fail,
        )

    def _row(self, place: int, width: int) -> Spans:
        return row(self._replies[place], width, self._context.now(), marked=place == self._place)

    def _read(self, which: int, lines: Sequence[Spans]) -> None:
        if self._context.aside is Mode.OUTBOX and self._marked and self._marked.id == which:
            self._context.held_text.put(lines, top=0)

    @property
    def possible(self) -> Mapping[str, str]:
        """What the footer calls the keys over the marked reply; "" leaves one out."""
        one = self._marked
        if one is None:
            return dict.fromkeys((*_MAY, *_OF_ROWS), "")
        return {verb: "" for verb, states in _MAY.items() if one.state not in states}

    @property
    def _width(self) -> int:
        return self._context.held_width

    @property
    def _marked(self) -> "Outgoing | None":
        return self._replies[self._place] if self._place < len(self._replies) else None

    def step(self, steps: int) -> None:
        """Mark another reply."""
        place = min(max(self._place + steps, 0), max(len(self._replies) - 1, 0))
        if place != self._place:
            self._place = place
            self.show()

    def page(self, pages: int) -> None:
        """Read on; at the end, the next reply."""
        if not self._context.held_text.page(pages) and pages > 0:
            self.step(1)

    def ticket(self) -> None:
        """Open the ticket of the marked reply; the list keeps its place."""
        one = self._marked
        if one is not None:
            self.close()
            self._browse.visit(one.ticket)
            self._browse.open()

    # Doing: the desk says what cannot be done, as it does to the command

    def send(self) -> None:
        """Send a waiting reply now."""
        self._do("send", "Sending …")

    def retry(self) -> None:
        """Try a reply again."""
        self._do("retry", "Trying again …")

    def cancel(self) -> None:
        """Cancel a reply."""
        self._do("cancel", "")

    def _do(self, verb: str, meanwhile: str) -> None:
        """Do a verb. A mail server may take seconds: no key waits for it, but a second verb is
        refused until it has answered."""
        one = self._marked
        if one is None:
            return
        if self._busy:
            self._context.notices.warn("The mail server has not answered yet.")
            return
        self._busy = True
        if meanwhile:
            self._context.notices.say(meanwhile)
        which = one.id
        self._context.work.aside(
            lambda client: client.outbox.do(verb, which), self._done, self._refused
        )

    def _done(self, one: "Outgoing") -> None:
        self._busy = False
        said = f": {one.answer}" if one.answer else ""
        self._context.notices.say(f"{told(one)}{said}.")
        self._reload()

    def _refused(self, error: SupportError) -> None:
        self._busy = False
        self._context.notices.fail(error)
        self._reload()

    def _reload(self) -> None:
        if self._context.aside is Mode.OUTBOX:
            self.load()

    def _failed(self, error: SupportError) -> None:
        self._context.notices.fail(error)
        self._context.release_keys()
