"""The mail that a reply would be, before anything is written."""

from collections.abc import Collection
from dataclasses import dataclass

from supportcli.channels import mime
from supportcli.desk import Desk
from supportcli.desk.canned import filling
from supportcli.desk.gestures import Gesture, Reply
from supportcli.desk.replies import forwarding
from supportcli.desk.replies.queueing import Thread, answer
from supportcli.desk.replies.writing import question, thread_of
from supportcli.domain.mail import Mail
from supportcli.domain.replies.chosen import AS_USUAL, ReplyChoice
from supportcli.domain.replies.forgotten import unattached
from supportcli.domain.replies.recipients import Recipients
from supportcli.domain.tickets.ticket import Status
from supportcli.errors.replies import EmptyText
from supportcli.storage.replies import outbox


@dataclass(frozen=True, slots=True)
class PreviewedReply:
    """A reply that would leave. `content` is the mail as its recipients would get it, but for its
    Message-ID, its times, and the boundaries between its parts, which each mail has of its own;
    `question` is what would be asked first, "" if nothing."""

    reply: Reply
    content: bytes
    question: str

    @property
    def mail(self) -> Mail:
        """What a mail program reads in it."""
        return mime.parse(self.content)


def preview(
    desk: Desk,
    number: int,
    text: str,
    *,
    only_sender: bool = False,
    recipients: Recipients | None = None,
    status: Status | None = None,
    used: Collection[str] = (),
    chosen: ReplyChoice = AS_USUAL,
) -> PreviewedReply:
    """What `writing.reply` would put into the outbox, made by the same code and then taken back.

    Raises what `writing.reply` raises, but for what asks or would keep the text as a draft:
    RecipientsUnsure and SendRefused."""
    if not text.strip():
        raise EmptyText("reply")
    thread = thread_of(desk, number, only_sender=only_sender, recipients=recipients, chosen=chosen)
    with desk.db.rehearse() as tx:
        gesture = Gesture.begin(desk, tx)
        letter = filling.letter(tx, gesture.agent, number, text, used)
        answer(gesture, thread, letter, status=status)
        return previewed(gesture, thread, text)


def preview_forward(
    desk: Desk,
    number: int,
    text: str,
    recipients: Recipients,
    chosen: ReplyChoice,
    *,
    status: Status | None = None,
) -> PreviewedReply:
    """The same of `forwarding.forward`."""
    thread = thread_of(desk, number, recipients=recipients, chosen=chosen)
    with desk.db.rehearse() as tx:
        gesture = Gesture.begin(desk, tx)
        forwarding.pass_on(gesture, thread, text, status=status)
        return previewed(gesture, thread, text)


def previewed(gesture: Gesture, thread: Thread, text: str) -> PreviewedReply:
    """Within a verb that is taken back: the mail that it put into the outbox."""
    asked = question([thread], kept=False), unattached(text, thread.chosen.brings)
    (reply,) = gesture.replies
    content = outbox.content(gesture.tx, reply.id)
    return PreviewedReply(reply, content, "; ".join(filter(None, asked)))
