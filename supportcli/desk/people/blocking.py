"""Block a customer: all their addresses, as `mail block` blocks one."""

from supportcli.desk import Desk
from supportcli.desk.mail.senders.verbs import block_each
from supportcli.desk.people.finding import customer_named
from supportcli.desk.people.people_gestures import CustomerDone, PeopleGesture
from supportcli.domain.senders import Block


def block_customer(desk: Desk, who: str, how: Block | None = Block.HOLD) -> CustomerDone:
    """Hold or put away all further mail of a customer, or with None let it in again; undone
    as one.

    What `customer_named` raises; SenderIsOurs; NotAllowed if I may not work on tickets."""
    with desk.db.write() as tx:
        gesture = PeopleGesture.begin(desk, tx).gesture
        found = customer_named(tx, who)
        has_changed = block_each(gesture, found.addresses, how)
        return CustomerDone(found, gesture.id if has_changed else "")
