"""A ticket that begins with a mail of ours. The ticket is there before its mail, so that a draft
has a place; as long as nothing has left, undo takes it away."""

from supportcli.channels.compose.addresses import can_be_sent
from supportcli.desk import Desk
from supportcli.desk.gestures import Done, Gesture
from supportcli.desk.replies.sending import sending_mailbox
from supportcli.desk.tickets import editing, verbs
from supportcli.domain.mail import Address
from supportcli.domain.tickets.ticket import Status
from supportcli.errors.replies import AddressRefused
from supportcli.storage.tickets import people, tickets


def begin(desk: Desk, *, mailbox: str | None, customer: Address, subject: str) -> Done:
    """Open a ticket for a mail that is still to be written: it is mine and open, nobody waits in
    it, and no clock runs. The mail is then a reply in it (one that `joins` this gesture is
    undone together with it).

    UsageError for a subject that is empty or no single line, or a customer who is a mailbox of
    ours; AddressRefused if no mail can be sent there; MailboxMissing, MailboxRemoved."""
    called = editing.subject_of(subject)
    if not can_be_sent(customer.written):
        raise AddressRefused(customer.written)
    with desk.db.write() as tx:
        gesture = Gesture.begin(desk, tx)
        box = verbs.mailbox_id(tx, mailbox)
        sending_mailbox(tx, box)
        editing.refuse_own(tx, customer)
        person = people.customer_for(tx, customer, gesture.now)
        number = tickets.create(
            tx, tickets.NewTicket(called, person, box, gesture.now), gesture.now
        )
        mine = {"status": Status.OPEN, "assignee_id": gesture.agent.id}
        gesture.change(gesture.state(number), "created", mine)
        return gesture.done(f"Opened #{number}: nothing is mailed yet.")
