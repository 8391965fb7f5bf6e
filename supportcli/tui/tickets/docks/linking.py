"""The dock that links the ticket under the cursor, or all marked ones, to another one; or takes the
link of one away."""

from collections.abc import Sequence
from functools import partial

from supportcli.domain.tickets.ticket import RELATED, Link, TicketLine
from supportcli.tui.context import InboxContext
from supportcli.tui.tickets.docks.other_ticket import OtherTicket, WantedTicket
from supportcli.tui.tickets.verbs import TicketVerbs


class LinkDock:
    """Another ticket is chosen; one that is linked already is parted."""

    def __init__(self, context: InboxContext, verbs: TicketVerbs) -> None:
        self._context = context
        self._verbs = verbs
        self._others = OtherTicket(context, verbs.choosing)

    def link(self) -> None:
        """Choose the other ticket."""
        line = self._verbs.choosing.line_for("Link")
        if line is None:
            return
        if self._verbs.marked("link"):
            self._choose(line, ())
            return
        self._context.wait_for(
            lambda client: client.reading.links(line.number),
            partial(self._choose, line),
            partial(self._verbs.choosing.fail_to_open, f"Link #{line.number}"),
        )

    def _choose(self, line: TicketLine, links: Sequence[Link]) -> None:
        there = {one.number for one in links if one.kind == RELATED}
        title = f"Link {self._verbs.of(line)}"
        self._others.choose(
            WantedTicket(
                line,
                f"{title} to",
                title,
                lambda number: self._link(line, number, is_linked=number in there),
                lambda number: "linked: take it away" if number in there else "",
                frozenset(self._verbs.marked("link")),
            )
        )

    def _link(self, line: TicketLine, other: int, *, is_linked: bool) -> None:
        if is_linked:
            self._verbs.do(
                line,
                f"Unlinked from #{other}:",
                lambda client, seen: client.verbs.unlink(line.number, other, seen),
                name="link",
            )
            return
        self._verbs.do(
            line,
            f"Linked to #{other}:",
            lambda client, seen: client.verbs.link(line.number, other, seen),
            name="link",
        )
