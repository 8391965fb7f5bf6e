"""The relays of a mailbox: which addresses post to it for other people, and which look like it."""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, replace

from supportcli.channels import mime
from supportcli.channels.channel import Channel
from supportcli.desk import Desk
from supportcli.desk.gestures import authorize
from supportcli.desk.setup.founding import check_opposites, mailbox, see
from supportcli.desk.team import team_of
from supportcli.domain.intake.relay_proposals import RelayProposal, propose
from supportcli.domain.mail_domains import comparable
from supportcli.domain.mailbox import Mailbox
from supportcli.domain.people import Action, address_of
from supportcli.errors.names import NotFound, Thing
from supportcli.errors.setup import RelayIsAgent
from supportcli.storage.setup import mailboxes

LOOKED_AT = 200
"""How many of the newest mails are looked at for proposals."""

_TOGETHER = 50


@dataclass(frozen=True, slots=True)
class Proposed:
    """The senders of the newest mails that look like relays, and how many mails those were."""

    looked_at: int
    relays: tuple[RelayProposal, ...]


def edit_relays(
    desk: Desk, address: str, added: Sequence[str] = (), removed: Sequence[str] = ()
) -> Mailbox:
    """Name addresses that post to a mailbox for other people, and those that no longer do.

    AddressInvalid; AddedAndRemoved; NotFound (a mailbox, or a relay to remove); RelayIsAgent;
    NotAllowed if I am not an admin."""
    new = [comparable(address_of(one).address) for one in added]
    gone = [comparable(address_of(one).address) for one in removed]
    check_opposites(new, gone, "relay")
    found = mailbox(desk, address)
    with desk.db.write() as tx:
        authorize(desk.me(tx), Action.SET_UP)
        agents = team_of(tx).agents
        if is_agent := next((one for one in new if one in agents), None):
            raise RelayIsAgent(is_agent)
        if missing := next((one for one in gone if one not in found.relays), None):
            raise NotFound(Thing.RELAY, missing, hint=see(found))
        kept = tuple(one for one in dict.fromkeys((*found.relays, *new)) if one not in gone)
        mailboxes.set_relays(tx, found.id, kept)
    return replace(found, relays=kept)


def proposed_relays(desk: Desk, address: str) -> Proposed:
    """What the headers of the newest mails in INBOX propose. Nothing is changed on the server.

    NotFound, and what connecting raises."""
    found = mailbox(desk, address)
    with desk.db.read() as tx:
        us = team_of(tx)
    with closing(desk.channels(found)) as channel:
        uids = _newest(channel)
        blocks = [
            mail.raw
            for start in range(0, len(uids), _TOGETHER)
            for mail in channel.fetch_headers(uids[start : start + _TOGETHER])
        ]
    mails = [mime.parse(block) for block in blocks if block is not None]
    return Proposed(len(mails), tuple(propose(mails, us)))


def _newest(channel: Channel) -> list[int]:
    """The UIDs of the newest mails in INBOX, ascending. UIDs have gaps, so the window grows until
    it has enough of them."""
    state = channel.examine("INBOX")
    window = 2 * LOOKED_AT
    while True:
        after = max(state.uidnext - 1 - window, 0)
        uids = [one.uid for one in channel.listing(after)]
        if len(uids) >= min(LOOKED_AT, state.exists) or not after:
            return uids[-LOOKED_AT:]
        window *= 8
