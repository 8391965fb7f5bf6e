"""Another subject for the ticket under the cursor, or another mailbox."""

from dataclasses import replace
from functools import partial

from supportcli.domain.tickets.ticket import TicketLine
from supportcli.tui.context import InboxContext
from supportcli.tui.tickets.verbs import NO_TICKET, TicketVerbs
from supportcli.tui.widgets.picker import Choice


class SubjectAndMailbox:
    """The dock for both: a mailbox is chosen, anything else that is typed is a subject."""

    def __init__(self, context: InboxContext, verbs: TicketVerbs) -> None:
        self._context = context
        self._verbs = verbs

    def edit(self) -> None:
        """Choose the mailbox that the ticket is moved to, or type its subject."""
        line = self._context.tickets.line
        if line is None:
            self._verbs.choosing.refuse("Edit", NO_TICKET)
            return
        self._context.wait_for(
            lambda client: client.mailboxes(),
            partial(self._offer, line),
            partial(self._verbs.choosing.fail_to_open, f"Edit #{line.number}"),
        )

    def _offer(self, line: TicketLine, addresses: list[str]) -> None:
        choices = [Choice(one, one, "move it there") for one in addresses if one != line.mailbox]
        self._verbs.choosing.open(
            f"Edit #{line.number}",
            choices,
            partial(self._edit, line, frozenset(one.value for one in choices)),
            new="the new subject",
            asks="a new subject, or a mailbox" if choices else "a new subject",
        )

    def _edit(self, line: TicketLine, addresses: frozenset[str], typed: str) -> None:
        if typed in addresses:
            self._verbs.do(
                replace(line, mailbox=typed),
                f"Moved to {typed}:",
                lambda client, seen: client.edit(line.number, seen, mailbox=typed),
                name="edit",
            )
            return
        self._verbs.do(
            replace(line, subject=typed),
            "Changed the subject of",
            lambda client, seen: client.edit(line.number, seen, subject=typed),
            name="edit",
        )
