"""Who belongs to the desk: its mailboxes, its agents, and everybody at its own domains."""

from dataclasses import dataclass

from sqlmodel import Session

from supportcli.domain.providers import domain_of, own_domains
from supportcli.storage import identity, mailboxes, people


@dataclass(frozen=True, slots=True)
class Insiders:
    """The addresses of the mailboxes (`own`) and of the agents, the domains that are the desk's, and the key that signs our Message-IDs."""

    key: bytes
    own: frozenset[str]
    domains: frozenset[str]
    agents: frozenset[str]

    def colleague(self, address: str) -> bool:
        """Whether one of us writes from this address (lower-case)."""
        return address in self.agents or address in self.own or domain_of(address) in self.domains


def insiders(tx: Session) -> Insiders:
    """Who belongs to the desk now; agents who left do not, mailboxes that were removed do: an answer to one would come back to us."""
    boxes = [box.address for box in mailboxes.mailboxes(tx, removed=True)]
    agents = frozenset(agent.address for agent in people.agents(tx) if agent.active)
    return Insiders(identity.hmac_key(tx), frozenset(boxes), own_domains(boxes), agents)
