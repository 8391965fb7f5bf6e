"""What a mail server's report means for the reply that it is about.

Anybody can write such a report, and whoever has a reply knows its Message-ID. So it may mark
recipients of that very reply, and do nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from supportcli.domain.mail import Bounce, BounceRecipient
from supportcli.domain.replies.delivery import Outgoing, RecipientState

_HAD = frozenset({RecipientState.SENT, RecipientState.UNCERTAIN, RecipientState.BOUNCED})
"""The states of a recipient to whom our server has sent a reply, or may have."""

_MOST_NAMED = 5


@dataclass(frozen=True, slots=True)
class Returned:
    """What a report is about: a mail in `ticket`, found `by` this name; `reply` is that mail where
    it is one that we sent. `proven`: we signed that name, so whoever reports has seen a reply of
    ours, and it came to us as mail."""

    ticket: int
    by: str
    reply: Outgoing | None = None
    proven: bool = True


def recipients_of(bounce: Bounce, reply: Outgoing | None) -> tuple[BounceRecipient, ...]:
    """Those whom a report says `reply` did not reach, by the addresses that it went to. Where it
    went to one person, a report that names nobody means them."""
    if reply is None:
        return ()
    had = {one.address.lower(): one.address for one in reply.recipients if one.state in _HAD}
    if [one.address for one in bounce.recipients] == [""] and len(reply.recipients) == 1:
        had[""] = reply.recipients[0].address
    return tuple(
        replace(one, address=had[one.address.lower()])
        for one in bounce.recipients
        if one.address.lower() in had
    )


def remark(bounce: Bounce, reply: Outgoing | None, ours: Sequence[BounceRecipient]) -> str:
    """What an agent should know of a report, in one line."""
    what = "the reply" if reply is not None else "a mail of this ticket"
    if not bounce.recipients:
        return f"a mail server reports about {what}, and names nobody whom it did not reach"
    known = {one.address.lower() for one in ours}
    others = [
        one.address for one in bounce.recipients if one.address and one.address.lower() not in known
    ]
    lines = [_line(what, one) for one in ours[:_MOST_NAMED]]
    if others and reply is not None:
        lines.append(f"it names {_named(others)}, to whom the reply did not go")
    elif not lines:
        lines.append(f"{what} did not reach {_named(others) or 'somebody'}")
    return "; ".join(lines)


def _line(what: str, one: BounceRecipient) -> str:
    """What became of it for one recipient, in the server's words."""
    if one.delayed:
        said = f"{what} has not reached {one.address} yet and is still tried"
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
