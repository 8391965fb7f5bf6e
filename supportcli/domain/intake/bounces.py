"""What a mail server's report means for the reply that it is about.

Anybody can write such a report, and everybody who has a reply knows its Message-ID. So a report may
only mark recipients of that very reply, nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from supportcli.domain.mail import Bounce, BounceRecipient
from supportcli.domain.replies.delivery import Outgoing, RecipientState

_HAD = frozenset({RecipientState.SENT, RecipientState.UNCERTAIN, RecipientState.BOUNCED})
"""The states of a recipient who has the reply, or may have it."""

_MOST_NAMED = 5


@dataclass(frozen=True, slots=True)
class Returned:
    """The mail that a report is about: it is in `ticket` and was found `by` this id.

    `reply` is set if we sent it. `proven`: we signed the id, so the reporter has seen our reply,
    and the report came by mail."""

    ticket: int
    by: str
    reply: Outgoing | None = None
    proven: bool = True


def recipients_of(bounce: Bounce, reply: Outgoing | None) -> tuple[BounceRecipient, ...]:
    """The recipients that `reply` did not reach, by the addresses it was sent to. If it was sent to
    one person, a report that names nobody means them."""
    if reply is None:
        return ()
    had = {
        recipient.address.lower(): recipient.address
        for recipient in reply.recipients
        if recipient.state in _HAD
    }
    if [recipient.address for recipient in bounce.recipients] == [""] and len(
        reply.recipients
    ) == 1:
        had[""] = reply.recipients[0].address
    return tuple(
        replace(recipient, address=had[recipient.address.lower()])
        for recipient in bounce.recipients
        if recipient.address.lower() in had
    )


def remark(bounce: Bounce, reply: Outgoing | None, ours: Sequence[BounceRecipient]) -> str:
    """What an agent should know about a report, on one line."""
    what = "the reply" if reply is not None else "an email of this ticket"
    if not bounce.recipients:
        return f"a mail server reports on {what}, but does not say who did not get it"
    known = {one.address.lower() for one in ours}
    others = [
        recipient.address
        for recipient in bounce.recipients
        if recipient.address and recipient.address.lower() not in known
    ]
    lines = [_line(what, one) for one in ours[:_MOST_NAMED]]
    if others and reply is not None:
        verb = "was" if len(others) == 1 else "were"
        lines.append(f"it names {_named(others)}, who {verb} not sent the reply")
    elif not lines:
        lines.append(f"{what} did not reach {_named(others) or 'somebody'}")
    return "; ".join(lines)


def _line(what: str, one: BounceRecipient) -> str:
    """What happened for one recipient, in the server's words."""
    if one.delayed:
        said = f"{what} has not reached {one.address} yet, and delivery is still being tried"
    else:
        said = f"{what} did not reach {one.address}" + (
            ", an address that does not work" if one.hard else ""
        )
    return f"{said}: {one.words}" if one.words else said


def _named(addresses: Sequence[str]) -> str:
    shown = ", ".join(addresses[:_MOST_NAMED])
    return (
        shown
        if len(addresses) <= _MOST_NAMED
        else f"{shown} and {len(addresses) - _MOST_NAMED} more"
    )
