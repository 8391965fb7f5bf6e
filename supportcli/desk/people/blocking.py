"""Block a customer: all their addresses, as `mail block` blocks one."""

from supportcli.desk import Desk
from supportcli.desk.mail.senders.verbs import block_each
from supportcli.desk.people.finding import customer_named
from supportcli.desk.people.people_gestures import PeopleGesture
from supportcli.domain.people.customers import Customer
from supportcli.domain.senders import Block


def block_customer(desk: Desk, who: str, how: Block | None = Block.HOLD) -> Customer:
    """Hold or put away all further mail of a customer, or with None let it in again; undone by
    `mail undo` as one.

    What `customer_named` raises; SenderIsOurs; NotAllowed if I may not work on tickets."""
    with desk.db.write() as tx:
        gesture = PeopleGesture.begin(desk, tx).gesture
        found = customer_named(tx, who)
        block_each(gesture, found.addresses, how)
        return found
