"""Whom a reply goes to (`design: mail, Out, Addressing`)."""

from collections.abc import Callable, Collection, Sequence

from supportcli.domain.mail import Address
from supportcli.domain.ticket import Direction, Message


def answered(
    messages: Sequence[Message],
    customer: Address,
    ours: Collection[str],
    colleague: Callable[[str], bool],
    machine: Callable[[Message], bool],
) -> Message | None:
    """The message that a reply answers: the last one that a person wrote who is no colleague, or is the customer. Neither an automatic answer nor a
    colleague's mail is answered in the customer's place; where there is nothing else, the last one is."""
    received = [message for message in reversed(messages) if message.direction is Direction.IN]

    def theirs(message: Message) -> bool:
        authors = (() if message.unverified else _without(message.reply_to, ours)) or _without((message.sender,), ours)
        return any(author.address == customer.address or not colleague(author.address) for author in authors) and not machine(message)

    return next((message for message in received if theirs(message)), received[0] if received else None)


def recipients(
    last: Message | None, customer: Address, ours: Collection[str], *, only_sender: bool = False
) -> tuple[tuple[Address, ...], tuple[Address, ...]]:
    """To and Cc of a reply to the message `last`: To is its Reply-To, else its From; Cc its other addresses but `ours` (lower-case).

    A ticket without a message of a customer is answered to `customer`. A Reply-To that names only us is ignored, else we would answer ourselves."""
    if last is None:
        return (customer,), ()
    if last.unverified:  # whom it names is anybody's choice
        return (() if last.sender.address in ours else _without((last.sender,), ours)) or (customer,), ()
    to = _without(last.reply_to, ours) or _without((last.sender,), ours) or (customer,)
    if only_sender:
        return to, ()
    taken = {address.address for address in to}
    return to, tuple(address for address in _without((*last.to, *last.cc), ours) if address.address not in taken)


def _without(found: Sequence[Address], ours: Collection[str]) -> tuple[Address, ...]:
    """Each address once, but those that are ours or lead to us."""
    kept: dict[str, Address] = {}
    for address in found:
        if address.address and address.address not in ours and _plain(address.address) not in ours:
            kept.setdefault(address.address, address)
    return tuple(kept.values())


def _plain(address: str) -> str:
    """An address without its detail (RFC 5233): help@shop.test of help+orders@shop.test."""
    local, at, domain = address.rpartition("@")
    return local.partition("+")[0] + at + domain
