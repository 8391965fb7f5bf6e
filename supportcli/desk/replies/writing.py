"""Replies to customers: addressed, composed once, held for ten seconds, and refused if the writer
had not seen the newest message."""

import re
import secrets
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from supportcli.channels import mime
from supportcli.channels.compose import outgoing as compose
from supportcli.desk import Desk
from supportcli.desk.canned import filling
from supportcli.desk.canned.filling import RenderedReply
from supportcli.desk.canned.macros import carry_out
from supportcli.desk.gestures import Done, Gesture, Reply, said_since, unmerged
from supportcli.desk.replies import letterhead
from supportcli.desk.replies.recipients import answer as answer_to
from supportcli.desk.replies.sending import sending_mailbox
from supportcli.desk.tickets import unseen
from supportcli.domain.canned import placeholders
from supportcli.domain.intake import thread_ids
from supportcli.domain.mail import Address, Mail
from supportcli.domain.mailbox import Mailbox
from supportcli.domain.people import Action
from supportcli.domain.replies.delivery import HOLD, leaves_at
from supportcli.domain.replies.drafts import Draft
from supportcli.domain.replies.recipients import Addressing, Recipients
from supportcli.domain.replies.signatures import SignedText
from supportcli.domain.tickets.news import SAID
from supportcli.domain.tickets.ticket import MAILED, Direction, Event, Status, TicketState, comes_to
from supportcli.domain.tickets.verbs import STEPS
from supportcli.errors.replies import (
    EmptyText,
    MailsNobody,
    NobodyToAnswer,
    RecipientsUnsure,
    SendRefused,
)
from supportcli.errors.tickets import StepNotAllowed
from supportcli.storage.replies import drafts, outbox
from supportcli.storage.replies.drafts import DraftKey
from supportcli.storage.setup import identity
from supportcli.storage.tickets import events, messages, regrouping
from supportcli.storage.tickets.messages import NewMessage

_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f]+")

Agree = Callable[[str], bool]
"""Answers a question about a reply's recipients; asked while no transaction is open, so it may wait
for a person."""


def never(_question: str) -> bool:
    """Agree to nothing: nobody can be asked."""
    return False


@dataclass(frozen=True, slots=True)
class Thread:
    """What a reply answers, and who gets it, read before anything is written."""

    number: int
    addressing: Addressing
    parent: Mail | None
    ids: tuple[str, ...]
    mailbox: Mailbox
    last_event: int


def reply(
    desk: Desk,
    number: int,
    text: str,
    *,
    only_sender: bool = False,
    recipients: Recipients | None = None,
    agree: Agree = never,
    status: Status | None = None,
    seen: int | None = None,
    send_now: bool = False,
    of_draft: bool = False,
    used: Collection[str] = (),
    signed: bool = True,
) -> Done:
    """Answer a customer: bytes, message, event, status and outbox row in one transaction.

    It goes to `recipients` if given (a draft's), else to those that `desk.replies.recipients`
    finds. `agree` is asked, before anything is written, about a Reply-To that is new in the ticket
    or unproven, and about more than five people.

    RecipientsUnsure if the answer is not yes, NobodyToAnswer if nobody is left; the text is kept as
    a draft.

    The ticket becomes pending unless `status` or a macro in the text says otherwise; an unassigned
    one becomes mine. Marks in the text (`domain.canned.responses`) name its files; `used` are the
    shortcuts of other canned responses put into it. The agent's and the mailbox's signatures go
    below it if `signed`.

    `seen` is the `Ticket.last_event` that the writer had seen. SendRefused if a message, a note or
    somebody's reply came after it; the text is kept as a draft, and a second call with the newer
    `seen` succeeds.

    `of_draft`: the text comes from my draft, which is then forgotten; otherwise only a draft of the
    same words is.

    EmptyText, NotFound; StepNotAllowed (the ticket is closed, spam or deleted) and
    MailsNobody (it should become spam or deleted); NotAllowed if my role may not write;
    MailboxRemoved; BlanksLeft and CannedPartGone if the text is not ready to send."""
    if not text.strip():
        raise EmptyText("reply")
    thread = thread_of(desk, number, only_sender=only_sender, recipients=recipients)
    written = Draft(text, thread.last_event if seen is None else seen, thread.addressing.recipients)
    try:
        make_sure([thread], agree, kept=True)
        return _answered(
            desk,
            thread,
            written,
            used,
            status=status,
            send_now=send_now,
            of_draft=of_draft,
            signed=signed,
        )
    except (SendRefused, RecipientsUnsure, NobodyToAnswer):
        _keep(desk, number, written, of_draft=of_draft)
        raise


def _answered(
    desk: Desk,
    thread: Thread,
    written: Draft,
    used: Collection[str],
    *,
    status: Status | None,
    send_now: bool,
    of_draft: bool,
    signed: bool,
) -> Done:
    """Do everything that belongs into the reply's transaction. SendRefused if its writer has not
    seen something."""
    number = thread.number
    with desk.db.write() as tx:
        gesture = Gesture.begin(desk, tx)
        refuse_unseen(gesture, number, written.seen)
        letter = filling.letter(tx, gesture.agent, number, written.text, used)
        letter = replace(letter, signed=signed)
        filling.write_down(gesture, number, letter.used)
        answer(gesture, thread, letter, status=status, send_now=send_now)
        _forget_draft(gesture, number, written.text, of_draft=of_draft)
        return gesture.done(
            f"Reply to #{number} leaves {'now' if send_now else f'in {HOLD.seconds} s'}, "
            f"{thread.addressing.told}."
        )


def make_sure(threads: Sequence[Thread], agree: Agree, *, kept: bool) -> None:
    """Ask what has to be asked before these are answered. NobodyToAnswer, RecipientsUnsure; `kept`:
    the text will be a draft."""
    asked = question(threads, kept=kept)
    if asked and not agree(asked):
        raise RecipientsUnsure(
            asked, kept=kept, author_known=all(thread.addressing.author_known for thread in threads)
        )


def question(threads: Sequence[Thread], *, kept: bool) -> str:
    """What has to be agreed to before these are answered; "" if nothing. NobodyToAnswer."""
    for thread in threads:
        if not thread.addressing.recipients.to:
            raise NobodyToAnswer(
                thread.number, [one.person.written for one in thread.addressing.left_out], kept=kept
            )
    return "; ".join(
        asked for thread in threads if (asked := thread.addressing.question(thread.number))
    )


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
    _refuse_to_mail(state, wanted)
    sending_mailbox(gesture.tx, state.mailbox_id)  # checked again: it may have been removed since
    not_before = leaves_at(gesture.now, send_now=send_now)
    message, outgoing = _queue(gesture, state, thread, letter, not_before)
    gesture.replies.append(Reply(outgoing, number, thread.addressing, not_before))
    after = _after_reply(gesture, state, wanted)
    gesture.change(
        state,
        "replied",
        after | ({"assignee_id": None} if letter.macro.assignee == "none" else {}),
        message,
    )


def _refuse_to_mail(state: TicketState, wanted: Status) -> None:
    """Never mail a sender of spam, nor answer in a deleted ticket, neither on the way there nor on
    the way back."""
    if wanted not in MAILED:
        verb = STEPS.get(wanted, STEPS[Status.SOLVED])
        raise MailsNobody(state.number, wanted.value, verb.name)
    if state.status in {Status.SPAM, Status.DELETED}:
        raise StepNotAllowed(state.number, state.status.value, wanted.value)


def _forget_draft(gesture: Gesture, number: int, text: str, *, of_draft: bool) -> None:
    """Forget my draft if it is what is sent. Another draft, begun in the inbox before a script
    answered, exists nowhere else."""
    key = DraftKey(number, gesture.agent.id, "reply")
    begun = drafts.find(gesture.tx, key)
    if of_draft or (begun and begun.text.strip() == text.strip()):
        drafts.discard(gesture.tx, key)


def _keep(desk: Desk, number: int, kept: Draft, *, of_draft: bool) -> None:
    """Keep an unsent text as my draft, above one that was begun before."""
    whole = kept if of_draft else kept.above(draft(desk, number, "reply"))
    save_draft(desk, number, "reply", whole.text, whole.seen, recipients=whole.recipients)


def thread_of(
    desk: Desk, number: int, *, only_sender: bool = False, recipients: Recipients | None = None
) -> Thread:
    """What a reply to a ticket answers, and who gets it: `recipients` if given."""
    with desk.db.read() as tx:
        state = unmerged(tx, number)
        found = messages.of_ticket(tx, number)
        to = answer_to(tx, number, found, only_sender=only_sender, recipients=recipients)
        ids = tuple(
            message.message_id for message in found if message.message_id and not message.is_report
        )
        return Thread(
            number,
            to.addressing,
            to.parent,
            ids,
            sending_mailbox(tx, state.mailbox_id),
            events.last_id(tx, number),
        )


def refuse_unseen(gesture: Gesture, number: int, seen: int, *, kept: bool = True) -> None:
    """Raise SendRefused if something came into a ticket after the event `seen`, by anybody but me;
    `kept`: the text will be a draft."""
    news = [event for event in said_since(gesture.tx, number, seen) if not _mine(gesture, event)]
    if news:
        who = unseen.who(gesture.tx, news[-1], gesture.agent.address)
        raise SendRefused(number, SAID[news[-1].kind] + (f" by {who}" if who else ""), kept=kept)


def _mine(gesture: Gesture, event: Event) -> bool:
    return (event.actor_kind, event.actor) == (gesture.actor.kind.value, gesture.actor.address)


def _queue(
    gesture: Gesture,
    state: TicketState,
    thread: Thread,
    letter: RenderedReply,
    not_before: datetime,
) -> tuple[int, int]:
    """Compose the mail, add it to the ticket and put it into the outbox; returns the ids of the
    message and of the outgoing mail."""
    mail = _mail(gesture, state, thread, letter)
    content, text = compose.compose(mail), SignedText(mail.text, mail.signature)
    written = NewMessage(
        Direction.OUT,
        gesture.now,
        mail.sender,
        text.whole,
        subject=thread_ids.reply_subject(state.subject, state.number),
        message_id=mail.message_id,
        to=mail.to,
        cc=mail.cc,
        date=gesture.now,
        folds=text.folds,
        attachments=mime.parse(content).attachments if letter.files else (),
        agent_id=gesture.agent.id,
        queued=True,
    )
    message = messages.add(gesture.tx, state.number, state.mailbox_id, written)
    leaving = outbox.NewOutgoing(
        message_id=message,
        mailbox_id=state.mailbox_id,
        rfc_message_id=mail.message_id,
        sender=thread.mailbox.address,
        recipients=tuple(address.written for address in (*mail.to, *mail.cc)),
        content=content,
        not_before=not_before,
    )
    return message, outbox.queue(gesture.tx, leaving, gesture.now)


def _mail(
    gesture: Gesture, state: TicketState, thread: Thread, letter: RenderedReply
) -> compose.ReplyMail:
    """The reply as a mail, with a Message-ID that we sign."""
    to = thread.addressing.recipients
    values = filling.values_of(gesture.tx, gesture.agent, state)
    text = (
        letterhead.below(letter.words, gesture.agent.signature, thread.mailbox, values)
        if letter.signed
        else SignedText(letter.words)
    )
    key, domain = identity.hmac_key(gesture.tx), thread.mailbox.address.rpartition("@")[2]
    return compose.ReplyMail(
        ticket=state.number,
        message_id=thread_ids.sign(key, state.number, secrets.token_hex(8), domain),
        sender=Address(gesture.agent.name, thread.mailbox.address),
        to=tuple(replace(one, name=_on_one_line(one.name)) for one in to.to),
        cc=tuple(replace(one, name=_on_one_line(one.name)) for one in to.cc),
        subject=_on_one_line(state.subject),
        text=text.words,
        signature=text.signature,
        frame=letterhead.frame(gesture.tx, thread.mailbox),
        sent=gesture.now,
        parent=thread.parent
        and replace(
            thread.parent, thread_topic=_on_one_line(thread.parent.thread_topic or "") or None
        ),
        thread=thread.ids,
        files=letter.files,
        literal=placeholders.foreign(values),
    )


def _on_one_line(foreign: str) -> str:
    """A stranger's header text without control characters: it is repeated in ours, where they are
    refused, and every mail must be answerable."""
    return " ".join(_CONTROLS.sub(" ", foreign).split())


def _after_reply(gesture: Gesture, state: TicketState, status: Status) -> dict[str, object]:
    return {
        **comes_to(status, gesture.now),
        "waiting_since": None,
        "assignee_id": state.assignee_id or gesture.agent.id,
    }


def save_draft(
    desk: Desk,
    number: int,
    kind: str,
    text: str,
    seen: int,
    *,
    recipients: Recipients | None = None,
) -> None:
    """Keep a text (`kind` is reply or note) instead of the previous draft; an empty one forgets it.

    A draft keeps its recipients until others are given. If these name nobody yet, it is for the
    people who would get a reply begun now."""
    with desk.db.write() as tx:
        gesture = Gesture.begin(desk, tx, Action.NOTE)
        key = DraftKey(gesture.state(number).number, gesture.agent.id, kind)
        if text.strip():
            before = drafts.find(tx, key) if recipients is None else None
            if recipients is not None and not recipients.to:
                found = messages.of_ticket(tx, number)
                recipients = answer_to(
                    tx, number, found, only_sender=recipients.only_sender
                ).addressing.recipients
            drafts.save(
                tx, key, Draft(text, seen, before.recipients if before else recipients), gesture.now
            )
        else:
            drafts.discard(tx, key)


def carry_draft(desk: Desk, number: int, kind: str, begun: Draft) -> int:
    """Keep a text that was begun in a ticket before that was merged, with the draft in the ticket
    that it was merged into; returns its number. What the merge has brought there of this text is
    not repeated. NotFound if there is no ticket `number`."""
    with desk.db.write() as tx:
        gesture = Gesture.begin(desk, tx, Action.NOTE)
        into = regrouping.merged_into(tx, [number]).get(number, number)
        key = DraftKey(gesture.state(into).number, gesture.agent.id, kind)
        there = drafts.find(tx, key)
        drafts.save(tx, key, there.continued(begun) if there else begun, gesture.now)
        return into


def draft(desk: Desk, number: int, kind: str) -> Draft | None:
    """My draft in a ticket, if there is one."""
    with desk.db.read() as tx:
        return drafts.find(tx, DraftKey(number, desk.me(tx).id, kind))
