"""Customers, as their pane shows and changes them."""

from supportcli.desk.people import editing as people_editing
from supportcli.desk.people import lookups
from supportcli.desk.people import reading as people
from supportcli.desk.people.blocking import block_customer
from supportcli.desk.people.merging import merge_customers
from supportcli.desk.people.people_gestures import CustomerDone
from supportcli.desk.people.reading import CustomerShown
from supportcli.desk.replies import recipients
from supportcli.domain.mail import Address
from supportcli.domain.people.customers import CustomerChanges
from supportcli.domain.senders import Block
from supportcli.tui.client.own_desk import OwnDesk


class DeskPeople:
    """Customers."""

    def __init__(self, own: OwnDesk) -> None:
        self._own = own

    def customer(self, number: int) -> CustomerShown:
        """The customer of a ticket, with what the team knows about them."""
        return people.customer(self._own.desk, f"#{number}")

    def edit(self, number: int, changes: CustomerChanges) -> CustomerDone:
        """See `desk.people.editing.edit_customer`, for the customer of a ticket."""
        return people_editing.edit_customer(self._own.desk, f"#{number}", changes)

    def merge(self, number: int, into: str) -> CustomerDone:
        """See `desk.people.merging.merge_customers`, for the customer of a ticket."""
        return merge_customers(self._own.desk, f"#{number}", into)

    def block(self, number: int, how: Block | None) -> CustomerDone:
        """See `desk.people.blocking.block_customer`, for the customer of a ticket."""
        return block_customer(self._own.desk, f"#{number}", how)

    def look_up(self, number: int) -> None:
        """See `desk.people.lookups.look_up`. It may take seconds."""
        lookups.look_up(self._own.desk, f"#{number}")

    def some(self, words: str = "") -> list[Address]:
        """The customers who came last, or those with these words in their name or address."""
        return people.some(self._own.desk, words)

    def of_ticket(self, number: int) -> list[Address]:
        """The people who can be the customer of a ticket, those in it first."""
        return recipients.known(self._own.desk, number)[0]
