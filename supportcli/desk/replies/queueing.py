"""A reply as a mail: composed once, added to its ticket and put into the outbox, in the transaction
of the verb that writes it."""

import re
import secrets
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from supportcli.channels import mime
from supportcli.channels.compose import outgoing as compose
from supportcli.desk.canned import filling
from supportcli.desk.canned.filling import RenderedReply
from supportcli.desk.canned.macros import carry_out
from supportcli.desk.gestures import Gesture, Reply
from supportcli.desk.replies import attaching, letterhead
from supportcli.desk.replies.sending import sending_mailbox
from supportcli.domain.canned import placeholders
from supportcli.domain.intake import thread_ids
from supportcli.domain.mail import Address, Mail
from supportcli.domain.mailbox import Mailbox
from supportcli.domain.replies.chosen import ReplyChoice
from supportcli.domain.replies.delivery import leaves_at
from supportcli.domain.replies.foreign_words import on_one_line
from supportcli.domain.replies.recipients import Addressing
from supportcli.domain.replies.signatures import SignedText
from supportcli.domain.tickets.ticket import (
    FORWARD,
    MAILED,
    Direction,
    Status,
    TicketState,
    after_answer,
    comes_to,
)
from supportcli.domain.tickets.verbs import STEPS
from supportcli.errors.replies import MailsNobody
from supportcli.errors.tickets import StepNotAllowed
from supportcli.storage.replies import outbox
from supportcli.storage.setup import identity
from supportcli.storage.tickets import messages
from supportcli.storage.tickets.messages import NewMessage

_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f]+")


@dataclass(frozen=True, slots=True)
class Thread:
    """What a reply answers, who gets it, and what was chosen for it, read before anything is
    written."""

    number: int
    addressing: Addressing
    parent: Mail | None
    ids: tuple[str, ...]
    mailbox: Mailbox
    last_event: int
    chosen: ReplyChoice

    @property
    def sender(self) -> str:
        """The address that it comes from."""
        return self.chosen.sender or self.mailbox.address


def answer(
    gesture: Gesture,
    thread: Thread,
    letter: RenderedReply,
    *,
    status: Status | None = None,
    send_now: bool = False,
) -> None:
    """Within a verb: do what the reply's macro says, and queue the reply; `status` wins over the
    macro's."""
    number = thread.number
    carry_out(gesture, number, letter.macro)
    state, wanted = gesture.state(number), status or letter.macro.status or Status.PENDING
    refuse_to_mail(state, wanted)
    sending_mailbox(gesture.tx, state.mailbox_id)  # checked again: it may have been removed since
    chosen = replace(thread.chosen, then=wanted.value) if thread.chosen.at else thread.chosen
    thread = replace(thread, chosen=chosen)
    not_before = chosen.at or leaves_at(gesture.now, send_now=send_now)
    files = (*letter.files, *attaching.contents(gesture.tx, thread.chosen.files))
    mail = _mail(gesture, state, thread, replace(letter, files=files))
    message, outgoing = put(gesture, state, thread, mail, not_before)
    gesture.replies.append(
        Reply(outgoing, number, thread.addressing, not_before, chosen, len(files))
    )
    after = after_answer(wanted, state.assignee_id, gesture.agent.id, gesture.now)
    after |= {"assignee_id": state.assignee_id} if letter.macro.hands_over else {}
    if chosen.at is None:
        gesture.change(state, "replied", after, message)
    else:  # the customer has no answer before it leaves (`scheduling.begin`)
        if wanted is Status.SOLVED:
            gesture.refuse_lacking(state)
        waits = Status.OPEN if wanted is Status.OPEN else Status.PENDING
        soon = {**comes_to(waits, gesture.now), "assignee_id": after["assignee_id"]}
        gesture.change(state, "scheduled", soon, message)


def refuse_to_mail(state: TicketState, wanted: Status) -> None:
    """Never mail a sender of spam, nor answer in a deleted ticket, neither on the way there nor on
    the way back."""
    if wanted not in MAILED:
        verb = STEPS.get(wanted, STEPS[Status.SOLVED])
        raise MailsNobody(state.number, wanted.value, verb.name)
    if state.status in {Status.SPAM, Status.DELETED}:
        raise StepNotAllowed(state.number, state.status.value, wanted.value)


def put(
    gesture: Gesture,
    state: TicketState,
    thread: Thread,
    mail: compose.ReplyMail,
    not_before: datetime,
) -> tuple[int, int]:
    """Compose a mail, add it to the ticket and put it into the outbox; returns the ids of the
    message and of the outgoing mail."""
    content, text = compose.compose(mail), SignedText(mail.text, mail.signature)
    attaching.refuse_large(mail.files, len(content), thread.mailbox.largest_mail)
    to = thread.addressing.recipients
    bcc = tuple(_shown(one) for one in to.bcc)
    written = NewMessage(
        Direction.OUT,
        gesture.now,
        mail.sender,
        text.whole,
        subject=compose.subject(mail),
        message_id=mail.message_id,
        to=mail.to,
        cc=mail.cc,
        bcc=bcc,
        date=gesture.now,
        folds=text.folds,
        attachments=mime.parse(content).attachments if mail.files or mail.original else (),
        agent_id=gesture.agent.id,
        queued=True,
        channel=FORWARD if thread.chosen.forwards else "mail",
    )
    message = messages.add(gesture.tx, state.number, state.mailbox_id, written)
    leaving = outbox.NewOutgoing(
        message_id=message,
        mailbox_id=state.mailbox_id,
        rfc_message_id=mail.message_id,
        sender=thread.mailbox.address,
        recipients=tuple(address.written for address in (*mail.to, *mail.cc, *bcc)),
        content=content,
        not_before=not_before,
        chosen=thread.chosen,
    )
    return message, outbox.queue(gesture.tx, leaving, gesture.now)


def _mail(
    gesture: Gesture, state: TicketState, thread: Thread, letter: RenderedReply
) -> compose.ReplyMail:
    """The reply as a mail."""
    return compose.ReplyMail(
        **mail_fields(gesture, state, thread, letter),
        parent=thread.parent
        and replace(
            thread.parent, thread_topic=_on_one_line(thread.parent.thread_topic or "") or None
        ),
        thread=thread.ids,
    )


def mail_fields(
    gesture: Gesture, state: TicketState, thread: Thread, letter: RenderedReply
) -> dict[str, Any]:
    """What every mail of ours has: people, a Message-ID that we sign, the agent's words with their
    signature, and files."""
    values = filling.values_of(gesture.tx, gesture.agent, state)
    values = filling.with_all_of_customer(gesture.tx, values, state.customer_id)
    known = placeholders.without_customer(values) if thread.chosen.forwards else values
    text = (
        letterhead.below(letter.words, gesture.agent.signature, thread.mailbox, known)
        if not thread.chosen.unsigned
        else SignedText(letter.words)
    )
    to = thread.addressing.recipients
    key, domain = identity.hmac_key(gesture.tx), thread.mailbox.address.rpartition("@")[2]
    return {
        "ticket": state.number,
        "message_id": thread_ids.sign(key, state.number, secrets.token_hex(8), domain),
        "sender": Address.of(gesture.agent.name, thread.sender),
        "to": tuple(_shown(one) for one in to.to),
        "cc": tuple(_shown(one) for one in to.cc),
        "subject": _on_one_line(state.subject),
        "titled": thread.chosen.subject,
        "sent": gesture.now,
        "text": text.words,
        "signature": text.signature,
        "frame": letterhead.frame(gesture.tx, thread.mailbox),
        "files": letter.files,
        "literal": placeholders.foreign(values),
    }


def _shown(person: Address) -> Address:
    return replace(person, name=_on_one_line(person.name))


def _on_one_line(foreign: str) -> str:
    """A stranger's header text without control characters: it is repeated in ours, where they are
    refused, and every mail must be answerable. What nobody sees, such as U+202E, which turns the
    direction of a file's name, goes too."""
    return on_one_line(_CONTROLS.sub(" ", foreign))
