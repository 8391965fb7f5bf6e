"""Who belongs to the desk: its mailboxes, its agents, and everybody at its own domains."""

from dataclasses import dataclass
from datetime import timedelta

from sqlmodel import Session

from supportcli.domain.mail import Address
from supportcli.domain.people import Agent
from supportcli.domain.providers import domain_of, own_domains
from supportcli.storage import identity, mailboxes, people


@dataclass(frozen=True, slots=True)
class Insiders:
    """The addresses of the mailboxes (`own`) and of the agents, the domains that are the desk's, and the key that signs our Message-IDs. `team` are
    all who ever were agents. A ticket closes `close_after` it was solved (None: never)."""

    key: bytes
    own: frozenset[str]
    domains: frozenset[str]
    agents: frozenset[str]
    team: tuple[Agent, ...] = ()
    close_after: timedelta | None = None

    def colleague(self, address: str) -> bool:
        """Whether one of us writes from this address (lower-case)."""
        return address in self.agents or address in self.own or domain_of(address) in self.domains

    def who_wrote(self, sender: Address | None) -> Agent | None:
        """The agent, of now or then, whose address or (in a mail from one of our mailboxes) whose name this is."""
        if sender is None:
            return None
        found = [one for one in self.team if one.address == sender.address or (sender.address in self.own and one.name == sender.name)]
        return found[0] if len(found) == 1 else None


def insiders(tx: Session) -> Insiders:
    """Who belongs to the desk now; agents who left do not, mailboxes that were removed do: an answer to one would come back to us."""
    boxes = [box.address for box in mailboxes.mailboxes(tx, removed=True)]
    team = tuple(people.agents(tx))
    agents = frozenset(agent.address for agent in team if agent.active)
    us = identity.identity(tx)
    return Insiders(us.key, frozenset(boxes), own_domains(boxes), agents, team, us.close_after)
