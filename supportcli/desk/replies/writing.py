"""Replies to customers: addressed, asked about, held for ten seconds, and refused if the writer had
not seen the newest message."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime

from sqlmodel import Session

from supportcli.desk import Desk
from supportcli.desk.canned import filling
from supportcli.desk.gestures import Done, Gesture, said_since
from supportcli.desk.replies.drafts import forget_sent, keep_unsent
from supportcli.desk.replies.queueing import Thread, answer
from supportcli.desk.replies.recipients import answer as answer_to
from supportcli.desk.replies.sending import sending_mailbox
from supportcli.desk.states import unmerged
from supportcli.desk.tickets import unseen
from supportcli.domain.mail_domains import lowered
from supportcli.domain.mailbox import Mailbox
from supportcli.domain.replies.chosen import AS_USUAL, ReplyChoice
from supportcli.domain.replies.drafts import Draft
from supportcli.domain.replies.forgotten import unattached
from supportcli.domain.replies.recipients import Recipients
from supportcli.domain.text.words import nearest
from supportcli.domain.tickets.news import SAID
from supportcli.domain.tickets.ticket import Event, Status
from supportcli.errors.replies import (
    EmptyText,
    FileRefused,
    FilesTooLarge,
    NobodyNamed,
    NobodyToAnswer,
    RecipientsUnsure,
    SenderUnknown,
    SendRefused,
    SubjectRefused,
    TimePast,
    kept_as,
)
from supportcli.storage.tickets import events, messages

Agree = Callable[[str], bool]
"""Answers a question about a reply's recipients; asked while no transaction is open, so it may wait
for a person."""

KEPT_AFTER = (
    SendRefused,
    RecipientsUnsure,
    NobodyNamed,
    NobodyToAnswer,
    FileRefused,
    FilesTooLarge,
)
"""The refusals after which the text is kept as a draft."""


def never(_question: str) -> bool:
    """Agree to nothing: nobody can be asked."""
    return False


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
    chosen: ReplyChoice = AS_USUAL,
) -> Done:
    """Answer a customer: bytes, message, event, status and outbox row in one transaction.

    It goes to `recipients` if given (a draft's, or named by an agent), else to those that
    `desk.replies.recipients` finds; `chosen` is what else was chosen for it. `agree` is asked,
    before anything is written, about a Reply-To that is new in the ticket or unproven, and about
    more than five people.

    RecipientsUnsure if the answer is not yes, NobodyToAnswer if nobody is left; the text is kept as
    a draft.

    The ticket becomes pending unless `status` or a macro in the text says otherwise; an unassigned
    one becomes mine. Marks in the text (`domain.canned.responses`) name its files; `used` are the
    shortcuts of other canned responses put into it. The agent's and the mailbox's signatures go
    below it unless it was `chosen` without.

    `seen` is the `Ticket.last_event` that the writer had seen. SendRefused if a message, a note or
    somebody's reply came after it; the text is kept as a draft, and a second call with the newer
    `seen` succeeds.

    `of_draft`: the text comes from my draft, which is then forgotten; otherwise only a draft of the
    same words is.

    FileRefused and FilesTooLarge (the text is kept too), SenderUnknown, SubjectRefused; EmptyText,
    NotFound; StepNotAllowed (the ticket is closed, spam or deleted) and
    MailsNobody (it should become spam or deleted); NotAllowed if my role may not write;
    MailboxRemoved; BlanksLeft and CannedPartGone if the text is not ready to send."""
    if not text.strip():
        raise EmptyText("reply")
    thread = thread_of(desk, number, only_sender=only_sender, recipients=recipients, chosen=chosen)
    written = Draft(
        text, thread.last_event if seen is None else seen, thread.addressing.recipients, chosen
    )
    try:
        make_sure([thread], agree, unattached(text, chosen.files), kept=True)
        return _answered(
            desk,
            thread,
            written,
            used,
            status=status,
            send_now=send_now,
            of_draft=of_draft,
        )
    except KEPT_AFTER as error:
        kept_as(error, keep_unsent(desk, number, written, of_draft=of_draft))
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
) -> Done:
    """Do everything that belongs into the reply's transaction. SendRefused if its writer has not
    seen something."""
    number = thread.number
    with desk.db.write() as tx:
        gesture = Gesture.begin(desk, tx)
        refuse_unseen(gesture, number, written.seen)
        letter = filling.letter(tx, gesture.agent, number, written.text, used)
        filling.write_down(gesture, number, letter.used)
        answer(gesture, thread, letter, status=status, send_now=send_now)
        forget_sent(gesture, desk, number, written.text, of_draft=of_draft)
        (queued,) = gesture.replies
        return gesture.done(f"Reply to #{number} leaves {queued.when(gesture.now)}, {queued.told}.")


def make_sure(threads: Sequence[Thread], agree: Agree, lacking: str = "", *, kept: bool) -> None:
    """Ask what has to be asked before these are answered, also about the file that their text lacks
    (`unattached`). NobodyToAnswer, NobodyNamed, RecipientsUnsure; `kept`: the text will be a
    draft."""
    about = question(threads, kept=kept)
    asked = "; ".join(filter(None, (about, lacking)))
    if asked and not agree(asked):
        known = all(thread.addressing.author_known for thread in threads)
        raise RecipientsUnsure(
            asked, kept=kept, author_known=known, people=bool(about), lacks_file=bool(lacking)
        )


def question(threads: Sequence[Thread], *, kept: bool) -> str:
    """What has to be agreed to about the people who get these; "" if nothing. NobodyToAnswer, or
    NobodyNamed if an agent chose them."""
    for thread in threads:
        people = thread.addressing.recipients
        left_out = [one.told for one in thread.addressing.left_out]
        if not people.to and (people.by_hand or thread.chosen.forwards):
            raise NobodyNamed(left_out, kept=kept)
        if not people.to:
            raise NobodyToAnswer(thread.number, left_out, kept=kept)
    return "; ".join(
        asked for thread in threads if (asked := thread.addressing.question(thread.number))
    )


def thread_of(
    desk: Desk,
    number: int,
    *,
    only_sender: bool = False,
    recipients: Recipients | None = None,
    chosen: ReplyChoice = AS_USUAL,
) -> Thread:
    """What a reply to a ticket answers, and who gets it: `recipients` if given. SenderUnknown,
    SubjectRefused and TimePast for a choice that cannot be, NobodyNamed for a forward to nobody."""
    if chosen.forwards and not (recipients and recipients.to):
        raise NobodyNamed  # the customer is the last one to get it
    with desk.db.read() as tx:
        return thread_in(
            tx, number, desk.now, only_sender=only_sender, recipients=recipients, chosen=chosen
        )


def thread_in(
    tx: Session,
    number: int,
    now: Callable[[], datetime],
    *,
    only_sender: bool = False,
    recipients: Recipients | None = None,
    chosen: ReplyChoice = AS_USUAL,
) -> Thread:
    """As `thread_of`, in a transaction; `now` is asked only if the reply has a time of its own."""
    state = unmerged(tx, number)
    mailbox = sending_mailbox(tx, state.mailbox_id)
    _refuse_impossible(chosen, mailbox, now)
    found = messages.of_ticket(tx, number)
    to = answer_to(tx, number, found, only_sender=only_sender, recipients=recipients)
    ids = tuple(
        message.message_id
        for message in found
        if message.message_id and not (message.is_report or message.is_forward)
    )
    last = events.last_id(tx, number)
    return Thread(number, to.addressing, to.parent, ids, mailbox, last, chosen)


def _refuse_impossible(chosen: ReplyChoice, mailbox: Mailbox, now: Callable[[], datetime]) -> None:
    """SenderUnknown, SubjectRefused, TimePast."""
    known = (mailbox.address, *mailbox.aliases)
    if chosen.sender and lowered(chosen.sender) not in known:
        like = nearest(chosen.sender, known)
        raise SenderUnknown(chosen.sender, mailbox.address, known, like)
    if not chosen.subject.isprintable():
        raise SubjectRefused
    if chosen.at is not None and chosen.at <= now():
        at = f"{chosen.at.astimezone():%Y-%m-%d %H:%M}"
        raise TimePast(at, at)


def refuse_unseen(gesture: Gesture, number: int, seen: int, *, kept: bool = True) -> None:
    """Raise SendRefused if something came into a ticket after the event `seen`, by anybody but me;
    `kept`: the text will be a draft."""
    news = [event for event in said_since(gesture.tx, number, seen) if not _mine(gesture, event)]
    if news:
        who = unseen.who(gesture.tx, news[-1], gesture.agent.address)
        raise SendRefused(number, SAID[news[-1].kind] + (f" by {who}" if who else ""), kept=kept)


def _mine(gesture: Gesture, event: Event) -> bool:
    return (event.actor_kind, event.actor) == (gesture.actor.kind.value, gesture.actor.address)
