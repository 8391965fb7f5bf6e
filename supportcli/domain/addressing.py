"""Whom a reply goes to (`design: mail, Out, Addressing`)."""

from collections.abc import Collection, Sequence

from supportcli.domain.mail import Address
from supportcli.domain.ticket import Direction, Message


def answered(messages: Sequence[Message]) -> Message | None:
    """The message that a reply answers: the customer's last one."""
    return next((message for message in reversed(messages) if message.direction is Direction.IN), None)


def recipients(
    messages: Sequence[Message], customer: Address, ours: Collection[str], *, only_sender: bool = False
) -> tuple[tuple[Address, ...], tuple[Address, ...]]:
    """To and Cc of a reply: To is Reply-To, else From, of the customer's last message; Cc its other addresses but `ours` (lower-case).

    A ticket without a message of a customer is answered to `customer`. A Reply-To that names only us is ignored, else we would answer ourselves."""
    last = answered(messages)
    if last is None:
        return (customer,), ()
    to = _without(last.reply_to, ours) or _without((last.sender,), ours) or (customer,)
    if only_sender:
        return to, ()
    taken = {*ours, *(address.address for address in to)}
    return to, _without((*last.to, *last.cc), taken)


def _without(found: Sequence[Address], left_out: Collection[str]) -> tuple[Address, ...]:
    kept: dict[str, Address] = {}
    for address in found:
        if address.address and address.address not in left_out:
            kept.setdefault(address.address, address)
    return tuple(kept.values())
