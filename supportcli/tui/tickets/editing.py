"""Another subject for the ticket under the cursor, another customer, or another mailbox."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from supportcli.domain.mail import Address
from supportcli.domain.people import address_of, typed
from supportcli.domain.tickets.ticket import TicketLine
from supportcli.errors.setup import AddressInvalid
from supportcli.tui.context import InboxContext
from supportcli.tui.tickets.verbs import TicketVerbs
from supportcli.tui.widgets.picker import Choice


class TicketEditing:
    """The dock for all three: a mailbox or a person is chosen, a new person's address is typed, and
    anything else that is typed is a subject."""

    def __init__(self, context: InboxContext, verbs: TicketVerbs) -> None:
        self._context = context
        self._verbs = verbs

    def edit(self) -> None:
        """Choose the mailbox or the customer, or type the subject."""
        line = self._verbs.choosing.line_for("Edit")
        if line is None:
            return
        title = f"Edit {self._verbs.of(line)}"
        self._context.wait_for(
            lambda client: (client.verbs.mailboxes(), client.people.of_ticket(line.number)),
            lambda found: self._offer(title, line, *found),
            partial(self._verbs.choosing.fail_to_open, title),
        )

    def _offer(
        self, title: str, line: TicketLine, addresses: Sequence[str], people: Sequence[Address]
    ) -> None:
        boxes = [Choice(one, one, "move it there") for one in addresses if one != line.mailbox]
        persons = [
            Choice(one.address, one.name or one.written, "its new customer", also=one.written)
            for one in people
            if one.address != line.customer.address
        ]
        asks = "a subject, a customer, or a mailbox" if boxes else "a subject, or a customer"
        self._verbs.choosing.open(
            title,
            [*boxes, *persons],
            partial(self._edit, line, frozenset(one.value for one in boxes), people),
            new=_would_be,
            asks=asks,
        )

    def _edit(
        self, line: TicketLine, addresses: frozenset[str], people: Sequence[Address], chosen: str
    ) -> None:
        if chosen in addresses:
            self._verbs.do(
                replace(line, mailbox=chosen),
                f"Moved to {chosen}:",
                lambda client, seen: client.verbs.edit(line.number, seen, mailbox=chosen),
                name="edit",
            )
            return
        person = next((one for one in people if one.address == chosen), None) or _person(chosen)
        if person is not None:
            given = typed(person)
            self._verbs.do(
                replace(line, customer=person),
                f"{person.written} is the customer of",
                lambda client, seen: client.verbs.edit(line.number, seen, customer=given),
                name="edit",
            )
            return
        self._verbs.do(
            replace(line, subject=chosen),
            "Changed the subject of",
            lambda client, seen: client.verbs.edit(line.number, seen, subject=chosen),
            name="edit",
        )


def _would_be(text: str) -> str:
    """What a text is that nothing to choose begins with."""
    return "the new subject" if _person(text) is None else "the new customer"


def _person(text: str) -> Address | None:
    """The person that a text names; None if it is no address."""
    try:
        return address_of(text)
    except AddressInvalid:
        return None
