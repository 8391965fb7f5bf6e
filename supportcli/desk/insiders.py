"""Who belongs to the desk: its mailboxes, its agents, and everybody at its own domains."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from sqlmodel import Session

from supportcli.domain.authors import Us
from supportcli.domain.mail import Address
from supportcli.domain.people import Agent
from supportcli.domain.providers import comparable, own_domains
from supportcli.storage import identity, mailboxes, people


@dataclass(frozen=True, slots=True, kw_only=True)
class Insiders(Us):
    """Who we are, and the key that signs our Message-IDs. `team` are all who ever were agents; `servers` are the names by which the mail servers of
    our mailboxes (by id) sign what they find out about a mail's sender. A ticket closes `close_after` it was solved (None: never)."""

    key: bytes
    team: tuple[Agent, ...] = ()
    servers: Mapping[int, str] = field(default_factory=dict)
    close_after: timedelta | None = None

    def who_wrote(self, sender: Address | None) -> Agent | None:
        """The agent, of now or then, whose address or (in a mail from one of our mailboxes) whose name this is."""
        if sender is None:
            return None
        found = [one for one in self.team if one.address == sender.address or (self.mine(sender.address) and one.name == sender.name)]
        return found[0] if len(found) == 1 else None


def insiders(tx: Session) -> Insiders:
    """Who belongs to the desk now; agents who left do not, mailboxes that were removed do: an answer to one would come back to us."""
    boxes = mailboxes.mailboxes(tx, removed=True)
    own = frozenset(comparable(box.address) for box in boxes)
    team = tuple(people.agents(tx))
    us = identity.identity(tx)
    return Insiders(
        own=own,
        domains=own_domains(own),
        agents=frozenset(comparable(agent.address) for agent in team if agent.active),
        key=us.key,
        team=team,
        servers={box.id: box.authserv_id for box in boxes if box.authserv_id},
        close_after=us.close_after,
    )
