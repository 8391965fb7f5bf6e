"""Replies, notes and forwards: who gets them, how they look, and sending them."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from supportcli.desk.gestures import Done
from supportcli.desk.replies import attaching, drafts, forwarding, previewing, recipients, writing
from supportcli.desk.replies.previewing import PreviewedReply
from supportcli.desk.tickets import verbs
from supportcli.domain.mail import Address
from supportcli.domain.replies.chosen import AS_USUAL, ReplyChoice, ReplyFile
from supportcli.domain.replies.recipients import Addressing, Recipients
from supportcli.domain.tickets.ticket import Status
from supportcli.tui.client.own_desk import OwnDesk


@dataclass(frozen=True, slots=True)
class Envelope:
    """How a text is sent: to `recipients` as shown, or else to those the desk finds. `agreed` is
    the question about them that was answered with yes, `seen` the last event of the ticket that the
    writer had seen."""

    only_sender: bool
    recipients: Recipients | None
    agreed: str
    status: Status | None
    seen: int | None
    used: tuple[str, ...] = ()
    chosen: ReplyChoice = AS_USUAL


@dataclass(frozen=True, slots=True)
class Nameable:
    """Who can be named in a reply, and the addresses it can come from."""

    people: Sequence[Address]
    senders: Sequence[str]


class DeskReplies:
    """Replies, notes and forwards."""

    def __init__(self, own: OwnDesk) -> None:
        self._own = own

    def addressing(
        self, number: int, *, only_sender: bool, own: Recipients | None
    ) -> tuple[Addressing, Recipients]:
        """Who gets a reply: a draft's `own` recipients if it has some; and who would get it if it
        were begun now."""
        fresh = recipients.addressing_of(self._own.desk, number, only_sender=only_sender)
        told = (
            recipients.addressing_of(
                self._own.desk, number, only_sender=only_sender, recipients=own
            )
            if own and own.to
            else fresh
        )
        return told, fresh.recipients

    def known(self, number: int) -> Nameable:
        """See `desk.replies.recipients.known`."""
        return Nameable(*recipients.known(self._own.desk, number))

    def attach(self, number: int, path: Path, there: Sequence[ReplyFile]) -> tuple[ReplyFile, ...]:
        """See `desk.replies.attaching.attach`."""
        return attaching.attach(self._own.desk, number, [path], there)

    def preview(self, number: int, text: str, envelope: Envelope) -> PreviewedReply:
        """See `desk.replies.previewing`: a reply, or a forward if a message is passed on."""
        if envelope.chosen.forwards:
            named = envelope.recipients or Recipients(())
            return previewing.preview_forward(self._own.desk, number, text, named, envelope.chosen)
        return previewing.preview(
            self._own.desk,
            number,
            text,
            only_sender=envelope.only_sender,
            recipients=envelope.recipients,
            used=envelope.used,
            chosen=envelope.chosen,
        )

    def send(self, number: int, text: str, envelope: Envelope) -> Done:
        """See `desk.replies.writing.reply`."""
        done = writing.reply(
            self._own.desk,
            number,
            text,
            only_sender=envelope.only_sender,
            recipients=envelope.recipients,
            agree=lambda question: question == envelope.agreed,
            status=envelope.status,
            seen=envelope.seen,
            of_draft=True,
            used=envelope.used,
            chosen=envelope.chosen,
        )
        return self._own.mine(done)

    def begin_forward(self, number: int) -> ReplyChoice:
        """See `desk.replies.forwarding.begin`."""
        return forwarding.begin(self._own.desk, number)

    def forward(self, number: int, text: str, envelope: Envelope) -> Done:
        """See `desk.replies.forwarding.forward`."""
        done = forwarding.forward(
            self._own.desk,
            number,
            text,
            envelope.recipients or Recipients(()),
            envelope.chosen,
            agree=lambda question: question == envelope.agreed,
            status=envelope.status,
        )
        return self._own.mine(done)

    def note(self, number: int, text: str) -> Done:
        """See `desk.tickets.verbs.note`; the draft of it is forgotten."""
        done = self._own.mine(verbs.note(self._own.desk, number, text))
        drafts.save_draft(self._own.desk, number, "note", "", 0)
        return done
