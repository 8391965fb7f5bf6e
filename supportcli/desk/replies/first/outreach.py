"""A ticket that begins with a mail of ours: both at once by a command; in the inbox the ticket is
there before its mail, so that a draft has a place, and as long as nothing has left, undo takes it
away."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from supportcli.channels.compose.addresses import can_be_sent
from supportcli.desk import Desk
from supportcli.desk.canned import filling, responses
from supportcli.desk.gestures import Done, Gesture
from supportcli.desk.replies import attaching
from supportcli.desk.replies.previewing import PreviewedReply, previewed
from supportcli.desk.replies.queueing import Thread, answer
from supportcli.desk.replies.sending import sending_mailbox
from supportcli.desk.replies.writing import KEPT_AFTER, Agree, make_sure, never, thread_in
from supportcli.desk.tickets import editing, verbs
from supportcli.domain.mail import Address
from supportcli.domain.people import refuse_misspelled
from supportcli.domain.replies.choosing import WantedPeople, choose
from supportcli.domain.replies.chosen import AS_USUAL, ReplyChoice
from supportcli.domain.replies.drafts import Draft
from supportcli.domain.replies.forgotten import unattached
from supportcli.domain.replies.recipients import Recipients
from supportcli.domain.tickets.ticket import Status
from supportcli.errors.replies import AddressRefused, EmptyText
from supportcli.storage.replies import drafts
from supportcli.storage.replies.drafts import DraftKey
from supportcli.storage.tickets import events, people, tickets

_NOBODY_ELSE = WantedPeople()


@dataclass(frozen=True, slots=True)
class FirstMail:
    """A mail that begins a ticket. `canned` are the shortcuts of responses that are put below its
    text; `wanted` are further people, `paths` the files that go along, and `chosen` is what else
    was chosen for it."""

    customer: Address
    subject: str
    mailbox: str | None
    text: str
    canned: Sequence[str] = ()
    wanted: WantedPeople = _NOBODY_ELSE
    paths: Sequence[str | Path] = ()
    chosen: ReplyChoice = AS_USUAL


_Files = Sequence[tuple[str, bytes]]


def begin(desk: Desk, *, mailbox: str | None, customer: Address, subject: str) -> Done:
    """Open a ticket for a mail that is still to be written: it is mine and open, nobody waits in
    it, and no clock runs. The mail is then a reply in it.

    UsageError for a subject that is empty or no single line, or a customer who is a mailbox of
    ours; AddressRefused if no mail can be sent there; MailboxMissing, MailboxRemoved."""
    first = FirstMail(customer, subject, mailbox, "")
    with desk.db.write() as tx:
        gesture = Gesture.begin(desk, tx)
        number = _open(gesture, first)
        return gesture.done(f"Opened #{number}: nothing is mailed yet.")


def send(desk: Desk, first: FirstMail, *, agree: Agree = never, send_now: bool = False) -> Done:
    """Open a ticket and mail its customer in one transaction, as one verb.

    Raises what `begin` and `writing.reply` raise; the ticket is then not opened. If the mail has
    to be agreed to and is not, or nobody takes it, the ticket is opened with the text as a draft:
    it may exist nowhere else."""
    files = attaching.read(first.paths)
    try:
        with desk.db.rehearse() as tx:
            thread, text = _queue(Gesture.begin(desk, tx), first, files)
        make_sure([thread], agree, unattached(text, thread.chosen.files), kept=True)
        with desk.db.write() as tx:
            gesture = Gesture.begin(desk, tx)
            _queue(gesture, first, files, send_now=send_now)
            (queued,) = gesture.replies
            leaves = f"leaves {queued.when(gesture.now)}, {queued.told}"
            return gesture.done(f"Opened #{queued.ticket}: its email {leaves}.")
    except KEPT_AFTER as error:
        error.adds(_keep(desk, first, files))
        raise


def preview(desk: Desk, first: FirstMail) -> PreviewedReply:
    """The mail that `send` would put into the outbox, made by the same code and then taken back."""
    files = attaching.read(first.paths)
    with desk.db.rehearse() as tx:
        gesture = Gesture.begin(desk, tx)
        thread, text = _queue(gesture, first, files)
        return previewed(gesture, thread, text)


def _open(gesture: Gesture, first: FirstMail) -> int:
    """Within a verb: open the ticket; its number."""
    tx, customer = gesture.tx, first.customer
    called = editing.subject_of(first.subject)
    if not can_be_sent(customer.written):
        raise AddressRefused(customer.written)
    box = verbs.mailbox_id(tx, first.mailbox)
    sending_mailbox(tx, box)
    editing.refuse_own(tx, customer)
    person = people.customer_for(tx, customer, gesture.now)
    number = tickets.create(tx, tickets.NewTicket(called, person, box, gesture.now), gesture.now)
    mine = {"status": Status.OPEN, "assignee_id": gesture.agent.id}
    gesture.change(gesture.state(number), "created", mine)
    return number


def _queue(
    gesture: Gesture, first: FirstMail, files: _Files, *, send_now: bool = False
) -> tuple[Thread, str]:
    """Within a verb: open the ticket and put its mail into the outbox; what was asked about."""
    tx, number = gesture.tx, _open(gesture, first)
    text = _text(gesture, number, first)
    if not text.strip():
        raise EmptyText("email")
    chosen = replace(first.chosen, files=attaching.keep(tx, files, gesture.now))
    to = _people(first)
    thread = thread_in(tx, number, lambda: gesture.now, recipients=to, chosen=chosen)
    letter = filling.letter(tx, gesture.agent, number, text, first.canned)
    filling.write_down(gesture, number, letter.used)
    answer(gesture, thread, letter, send_now=send_now)
    return thread, text


def _people(first: FirstMail) -> Recipients:
    """The customer, and who is named besides. AddressInvalid, AddressRefused, RecipientAbsent."""
    refuse_misspelled(first.wanted.named, ())
    for person in first.wanted.named:
        if not can_be_sent(person.written):
            raise AddressRefused(person.written)
    return choose(Recipients((first.customer,)), first.wanted)


def _text(gesture: Gesture, number: int, first: FirstMail) -> str:
    """The words, the responses below them, and the marks of these."""
    tx, agent = gesture.tx, gesture.agent
    state, found = gesture.state(number), [responses.found(tx, agent, one) for one in first.canned]
    every = [filling.inserted(tx, agent, state, one) for one in found]
    marks = "\n".join(mark for one in every for mark in one.marks)
    return "\n\n".join(filter(None, (first.text, *(one.text for one in every), marks)))


def _keep(desk: Desk, first: FirstMail, files: _Files) -> str:
    """Open the ticket with the text as a draft; what to say of it."""
    with desk.db.write() as tx:
        gesture = Gesture.begin(desk, tx)
        number = _open(gesture, first)
        chosen = replace(first.chosen, files=attaching.keep(tx, files, gesture.now))
        text = _text(gesture, number, first)
        draft = Draft(text, events.last_id(tx, number), _people(first), chosen)
        drafts.save(tx, DraftKey(number, gesture.agent.id, "reply"), draft, gesture.now)
    return f"It is the draft of #{number}, which is open now."
