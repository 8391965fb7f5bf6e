"""Marking tickets as unread, or as read without opening them: for the agent alone."""

from collections.abc import Sequence
from functools import partial

from supportcli.tui.context import InboxContext
from supportcli.tui.keys import Mode
from supportcli.tui.tickets.browse import Browse
from supportcli.tui.tickets.choices import NO_TICKET
from supportcli.tui.tickets.conversation.looking import Looking


class ReadMarks:
    """What the keys do to the ticket under the cursor, or to the marked ones."""

    def __init__(self, context: InboxContext, browse: Browse, looking: Looking) -> None:
        self._context = context
        self._browse = browse
        self._looking = looking

    def unread(self) -> None:
        """What came last in them is new again. From an open ticket, go back to the list: who looks
        at a ticket reads it."""
        numbers = self._numbers()
        if not numbers:
            return
        self._looking.unlook(numbers)
        if self._context.mode is Mode.READ:
            self._browse.back()
        told = (
            f"{_of(numbers)} unread again, for you · {self._context.key('mark_read')} marks as read"
        )
        self._context.work.in_turn(
            lambda client: client.reading.unlook(numbers),
            partial(self._marked, numbers, told),
            self._context.notices.fail,
        )

    def read(self) -> None:
        """All that is in them counts as seen."""
        numbers = self._numbers()
        lines = map(self._context.tickets.shown.line, numbers)
        upto = {line.number: line.unread.newest for line in lines if line and line.unread}
        if not upto:
            if numbers:
                self._context.notices.warn(f"Nothing in {_of(numbers).partition(' is')[0]} is new.")
            return
        for number, message in upto.items():
            self._context.tickets.see(number, message)
        told = f"{_of([*upto])} read · {self._context.key('mark_unread')} marks as unread"
        self._context.work.in_turn(
            lambda client: client.reading.looked(upto),
            partial(self._marked, numbers, told),
            self._context.notices.fail,
        )

    def _numbers(self) -> Sequence[int]:
        tickets = self._context.tickets
        if self._context.mode is Mode.LIST and tickets.marked:
            return tickets.in_marks
        if tickets.cursor is None:
            self._context.notices.warn(NO_TICKET)
            return ()
        return (tickets.cursor,)

    def _marked(self, numbers: Sequence[int], told: str, _: None) -> None:
        self._context.notices.say(told)
        self._browse.settle(*numbers)


def _of(numbers: Sequence[int]) -> str:
    return f"#{numbers[0]} is" if len(numbers) == 1 else f"{len(numbers)} tickets are"
