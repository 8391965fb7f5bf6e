"""Forwards: a message of a ticket goes to somebody else, with the agent's words above it. The
customer is not answered by it, and what comes back is for us alone."""

from dataclasses import replace
from datetime import UTC
from mimetypes import guess_extension

from sqlmodel import Session

from supportcli.channels import mime
from supportcli.channels.compose import outgoing as compose
from supportcli.desk import Desk
from supportcli.desk.canned.filling import RenderedReply
from supportcli.desk.gestures import Done, Gesture, Reply
from supportcli.desk.replies import attaching
from supportcli.desk.replies.drafts import forget_sent, keep_unsent
from supportcli.desk.replies.queueing import Thread, mail_fields, put, refuse_to_mail
from supportcli.desk.replies.writing import KEPT_AFTER, Agree, make_sure, never, thread_of
from supportcli.desk.states import unmerged
from supportcli.domain.canned.responses import Macro
from supportcli.domain.mail import Attachment, Mail
from supportcli.domain.replies.chosen import Forwarded, ReplyChoice
from supportcli.domain.replies.delivery import leaves_at
from supportcli.domain.replies.drafts import Draft
from supportcli.domain.replies.forgotten import unattached
from supportcli.domain.replies.recipients import Recipients
from supportcli.domain.tickets.ticket import (
    Direction,
    Message,
    Status,
    comes_to,
    status_after_touch,
)
from supportcli.errors.replies import NothingToForward, kept_as
from supportcli.storage.tickets import messages


def begin(
    desk: Desk,
    number: int,
    position: int | None = None,
    *,
    with_files: bool = True,
    attached: bool = False,
) -> ReplyChoice:
    """What a forward begins with: a message of a ticket, the last one that was received unless
    another `position` is given, and its files, or the whole email `attached` as it came.

    NotFound, TicketMerged; NothingToForward if there is no such message, it is a note, or is to be
    attached and did not come by mail."""
    with desk.db.write() as tx:
        gesture = Gesture.begin(desk, tx)
        unmerged(tx, number)
        message = _message(tx, number, position)
        raw = messages.raw(tx, message.id)
        if attached and raw is None:
            raise NothingToForward(number, f"message {message.position} did not come by email")
        taken = message.attachments if with_files and raw is not None and not attached else ()
        contents = tuple((_name(one), mime.attachment(raw or b"", one.part)) for one in taken)
        files = attaching.keep(tx, contents, gesture.now)
        return ReplyChoice(files=files, forwards=Forwarded(message.id, attached))


def _name(file: Attachment) -> str:
    """The name of a file that came by mail; nobody could open one without."""
    kind = file.type.partition("/")[0]
    return file.name or f"{kind}-{file.part}{guess_extension(file.type) or ''}"


def _message(tx: Session, number: int, position: int | None) -> Message:
    found = [one for one in messages.of_ticket(tx, number) if one.direction is not Direction.NOTE]
    if position is not None:
        found = [one for one in found if one.position == position]
        if not found:
            raise NothingToForward(number, f"message {position} is a note, or is not there")
    received = [one for one in found if one.direction is Direction.IN]
    if not found:
        raise NothingToForward(number, "it has no message")
    return (received or found)[-1]


def forward(
    desk: Desk,
    number: int,
    text: str,
    recipients: Recipients,
    chosen: ReplyChoice,
    *,
    agree: Agree = never,
    status: Status | None = None,
    send_now: bool = False,
    of_draft: bool = True,
) -> Done:
    """Pass a message on (`begin` chooses it) to `recipients`, with `text` above it, which may be
    empty. It is held and undone like a reply. An unassigned ticket becomes the agent's; its status
    stays, unless `status` is given; the customer still waits.

    `agree` is asked about more than five people, dead addresses, and a file that the text promises.
    `of_draft`: the text comes from my draft, which is then forgotten; otherwise only a draft of the
    same words is.

    RecipientsUnsure, NobodyNamed, FileRefused, FilesTooLarge: the text is kept as a draft.
    Raises what `writing.thread_of` does, and StepNotAllowed, MailsNobody."""
    thread = thread_of(desk, number, recipients=recipients, chosen=chosen)
    try:
        make_sure([thread], agree, unattached(text, chosen.brings), kept=True)
        return _forwarded(
            desk,
            thread,
            text,
            status=status,
            send_now=send_now,
            of_draft=of_draft,
        )
    except KEPT_AFTER as error:
        written = Draft(text, thread.last_event, recipients, chosen)
        kept = keep_unsent(desk, number, written, of_draft=of_draft, kind="forward")
        kept_as(error, kept)
        raise


def _forwarded(
    desk: Desk,
    thread: Thread,
    text: str,
    *,
    status: Status | None,
    send_now: bool,
    of_draft: bool,
) -> Done:
    with desk.db.write() as tx:
        gesture = Gesture.begin(desk, tx)
        pass_on(gesture, thread, text, status=status, send_now=send_now)
        forget_sent(gesture, desk, thread.number, text, of_draft=of_draft, kind="forward")
        (queued,) = gesture.replies
        return gesture.done(
            f"Forward of #{thread.number} leaves {queued.when(gesture.now)}, {queued.told}."
        )


def pass_on(
    gesture: Gesture,
    thread: Thread,
    text: str,
    *,
    status: Status | None = None,
    send_now: bool = False,
) -> None:
    """Within a verb: queue a forward."""
    tx, state = gesture.tx, gesture.state(thread.number)
    wanted = status or status_after_touch(state.status)
    refuse_to_mail(state, status or Status.OPEN)
    files = attaching.contents(tx, thread.chosen.files)
    letter = RenderedReply(text, files, Macro(), ())
    forwarded, original = _passed_on(tx, thread)
    mail = compose.ReplyMail(
        **mail_fields(gesture, state, thread, letter),
        types=_types(tx, thread),
        forwarded=forwarded,
        original=original,
    )
    not_before = thread.chosen.at or leaves_at(gesture.now, send_now=send_now)
    message, outgoing = put(gesture, state, thread, mail, not_before)
    gesture.replies.append(
        Reply(outgoing, thread.number, thread.addressing, not_before, thread.chosen, len(files))
    )
    fields = {
        **(comes_to(wanted, gesture.now) if wanted is not state.status else {}),
        "assignee_id": state.assignee_id or gesture.agent.id,
    }
    gesture.change(state, "forwarded", fields, message)


def _types(tx: Session, thread: Thread) -> tuple[tuple[str, str], ...]:
    """The types of the files that came with the message that is passed on, by their names."""
    came = {
        file.sha256: file.type
        for one in messages.of_ticket(tx, thread.number)
        if thread.chosen.forwards is not None and one.id == thread.chosen.forwards.message
        for file in one.attachments
    }
    return tuple((one.name, came[one.sha256]) for one in thread.chosen.files if one.sha256 in came)


def _passed_on(tx: Session, thread: Thread) -> tuple[Mail | None, bytes]:
    """The message that is passed on: to be shown in the text, or else to be attached as it came."""
    chosen = thread.chosen.forwards
    if chosen is None:
        raise NothingToForward(thread.number, "no message was chosen")
    raw = messages.raw(tx, chosen.message)
    if chosen.attached and raw is not None:
        return None, raw
    if raw is not None:
        return mime.parse(raw), b""
    found = next(
        (one for one in messages.of_ticket(tx, thread.number) if one.id == chosen.message), None
    )
    if found is None:
        raise NothingToForward(thread.number, "the message is not in it any more")
    sent = (found.date or found.created_at).astimezone(UTC)
    mail = Mail("", 0, subject=found.subject, sender=found.sender, text=found.text, sent=sent)
    return replace(mail, to=found.to, cc=found.cc), b""
