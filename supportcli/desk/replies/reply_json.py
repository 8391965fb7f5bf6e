"""What `--json` prints of replies on their way."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from supportcli.desk.json_shapes import Shape, address, time
from supportcli.domain.mail import Address
from supportcli.domain.replies.delivery import Outgoing

if TYPE_CHECKING:
    from supportcli.desk.gestures import Done, Reply


def outgoing(one: Outgoing) -> Shape:
    """A reply on its way, and its delivery state for each recipient."""
    return {
        "id": one.id,
        "ticket": one.ticket,
        "state": one.state.value,
        "message_id": one.rfc_message_id,
        "from": one.sender,
        "to": [
            {"address": to.address, "state": to.state.value, "answer": to.answer}
            for to in one.recipients
        ],
        "not_before": time(one.not_before),
        "attempts": one.attempts,
        "answer": one.answer,
        "sent_at": time(one.sent_at),
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

    to, cc = people(reply.addressing.recipients.to), people(reply.addressing.recipients.cc)
    did = {"gesture": done.gesture, "numbers": list(done.numbers), "sentence": done.sentence}
    return {**did, **outgoing(sent), "to": to, "cc": cc, "left_out": _left_out(reply)}


def queued(reply: "Reply") -> Shape:
    """A reply that was put into the outbox, by its id there, and who gets it."""
    to, cc = reply.addressing.recipients.to, reply.addressing.recipients.cc
    people = {
        "to": [address(one) for one in to],
        "cc": [address(one) for one in cc],
        "left_out": _left_out(reply),
    }
    return {"id": reply.id, "ticket": reply.ticket, **people}


def _left_out(reply: "Reply") -> list[Shape]:
    return [{**address(one.person), "reason": one.reason} for one in reply.addressing.left_out]
