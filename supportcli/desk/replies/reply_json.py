"""What `--json` prints of replies on their way."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from supportcli.desk.json_shapes import Shape, address, time
from supportcli.domain.mail import Address
from supportcli.domain.replies.chosen import ReplyChoice
from supportcli.domain.replies.delivery import Outgoing
from supportcli.domain.replies.drafts import Draft
from supportcli.domain.replies.recipients import LeftOut, Recipients
from supportcli.domain.replies.sent_copies import SentCopy

if TYPE_CHECKING:
    from supportcli.desk.gestures import Done, Reply
    from supportcli.desk.replies.previewing import PreviewedReply


def outgoing(one: Outgoing, copy: SentCopy | None = None) -> Shape:
    """A reply on its way, and its delivery state for each recipient; `copy` is that for the folder
    of sent mail, null if none is owed."""
    return {
        "id": one.id,
        "ticket": one.ticket,
        "automatic": one.is_automatic,
        "forwarded": one.chosen.forwards is not None,
        "state": one.state.value,
        "message_id": one.rfc_message_id,
        "from": one.sender,
        "to": [
            {"address": to.address, "state": to.state.value, "answer": to.answer}
            for to in one.recipients
        ],
        "not_before": time(one.not_before),
        "scheduled_for": time(one.chosen.at),
        "attempts": one.attempts,
        "answer": one.answer,
        "sent_at": time(one.sent_at),
        "copy": {"state": copy.state.value, "answer": copy.answer} if copy else None,
    }


def replied(done: "Done", sent: Outgoing) -> Shape:
    """What `ticket reply` did: its gesture, and the reply with its recipients as the mail names
    them, and the delivery state for each."""
    (reply,) = done.replies
    known = {one.address: one for one in sent.recipients}

    def people(found: Sequence[Address]) -> list[Shape]:
        return [
            {
                **address(one),
                "state": known[one.written].state.value,
                "answer": known[one.written].answer,
            }
            for one in found
        ]

    found = reply.addressing.recipients
    did = {"gesture": done.gesture, "numbers": list(done.numbers), "sentence": done.sentence}
    named = {"to": people(found.to), "cc": people(found.cc), "bcc": people(found.bcc)}
    return {
        **did,
        **outgoing(sent),
        **named,
        "left_out": _left_out(reply.addressing.left_out),
        **_choice(reply.chosen),
    }


def queued(reply: "Reply") -> Shape:
    """A reply that was put into the outbox, by its id there, and who gets it."""
    people = {
        **_people(reply.addressing.recipients),
        "left_out": _left_out(reply.addressing.left_out),
    }
    return {"id": reply.id, "ticket": reply.ticket, **people}


def previewed(shown: "PreviewedReply") -> Shape:
    """What `ticket reply --dry-run` shows; `mail` is the whole email as text."""
    return {
        **queued(shown.reply),
        "id": None,
        "not_before": time(shown.reply.not_before),
        "question": shown.question,
        "text": shown.mail.text,
        "mail": shown.content.decode(),
    }


def draft(number: int, one: Draft, left_out: Sequence[LeftOut]) -> Shape:
    """A reply that is not sent yet; `left_out` are whom it names and cannot go to. Without
    recipients it goes to those who would get a reply begun now."""
    to = one.recipients or Recipients(())
    private = {"only_sender": to.only_sender}
    return {
        "ticket": number,
        "text": one.text,
        **_people(to),
        "left_out": _left_out(left_out),
        **private,
        "from": one.chosen.sender or None,
        "at": time(one.chosen.at),
        "unsigned": one.chosen.unsigned,
        **_choice(one.chosen),
    }


def _people(to: Recipients) -> Shape:
    return {
        "to": [address(one) for one in to.to],
        "cc": [address(one) for one in to.cc],
        "bcc": [address(one) for one in to.bcc],
    }


def _choice(chosen: ReplyChoice) -> Shape:
    """Subject and files that an agent chose; null: the ticket's subject."""
    files = [{"name": one.name, "size": one.size, "sha256": one.sha256} for one in chosen.files]
    return {"subject": chosen.subject or None, "files": files}


def _left_out(found: Sequence[LeftOut]) -> list[Shape]:
    return [{**address(one.person), "reason": one.reason} for one in found]
