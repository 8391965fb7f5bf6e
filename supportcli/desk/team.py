"""Who belongs to the desk: its mailboxes, its agents, and everybody at its own domains."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from sqlmodel import Session

from supportcli.channels.headers import authentication
from supportcli.domain.authors import Us
from supportcli.domain.impostors import folded
from supportcli.domain.mail import Address, Mail
from supportcli.domain.mail_domains import comparable, own_domains
from supportcli.domain.mailbox import AutomaticRule
from supportcli.domain.people import Agent
from supportcli.domain.sender_authentication import (
    AuthenticationVerdict,
    Result,
    is_spoofed,
    verdict,
)
from supportcli.storage.mail import senders
from supportcli.storage.setup import identity, mailboxes
from supportcli.storage.tickets import people


@dataclass(frozen=True, slots=True, kw_only=True)
class Team(Us):
    """Who we are, and the key that signs our Message-IDs.

    `team` are all who ever were agents; `servers` are the names under which our mailboxes' mail
    servers (by mailbox id) report on a mail's sender. A ticket closes `close_after` it was solved
    (None: never), and a sender may open `most_opened` tickets in an hour (None: any number).

    A relay of one mailbox is one in all of them, so that two copies of a mail have one author."""

    key: bytes
    team: tuple[Agent, ...] = ()
    servers: Mapping[int, str] = field(default_factory=dict)
    close_after: timedelta | None = None
    most_opened: int | None = None
    automatic: Mapping[int, tuple[AutomaticRule, ...]] = field(default_factory=dict)
    """What each mailbox answers by itself, by its id; one that answers nothing is missing."""

    def who_wrote(self, sender: Address | None) -> Agent | None:
        """The agent, current or former, with this address or (in a mail from one of our mailboxes)
        this name."""
        if sender is None:
            return None
        found = [
            one
            for one in self.team
            if one.address == sender.address
            or (self.mine(sender.address) and one.name == sender.name)
        ]
        return found[0] if len(found) == 1 else None

    def verdict(self, mailbox_id: int, mail: Mail) -> AuthenticationVerdict:
        """What the mail server of a mailbox says about who sent a mail that came to it."""
        if mail.sender is None:
            return AuthenticationVerdict.NONE
        address = mail.sender.address
        return verdict(self._results(mailbox_id, mail), address, ours=self.colleague(address))

    def is_unvouched(self, mailbox_id: int, mail: Mail) -> bool:
        """Whether the mail server of a mailbox, if it reports on senders, vouches for a mail from
        one of us not at all, or says that a mail's envelope is forged and nobody signed it."""
        if mailbox_id not in self.servers or mail.sender is None:
            return False
        results, address = self._results(mailbox_id, mail), mail.sender.address
        found = verdict(results, address, ours=self.colleague(address))
        if found is AuthenticationVerdict.PASS:
            return False
        return self.colleague(address) or is_spoofed(results)

    def _results(self, mailbox_id: int, mail: Mail) -> tuple[Result, ...]:
        server = self.servers.get(mailbox_id)
        if server is None or not mail.authentication:
            return ()
        return authentication.results_of(mail.authentication, server)


def team_of(tx: Session) -> Team:
    """Who belongs to the desk now: not agents who left, but removed mailboxes too: an answer to one
    would come back to us."""
    boxes = mailboxes.mailboxes(tx, removed=True)
    own = frozenset(comparable(one) for box in boxes for one in (box.address, *box.aliases))
    team = tuple(people.agents(tx))
    us = identity.identity(tx)
    return Team(
        own=own,
        domains=own_domains(own),
        agents=frozenset(comparable(agent.address) for agent in team if agent.active),
        names=frozenset(folded(agent.name) for agent in team if agent.active),
        key=us.key,
        team=team,
        servers={box.id: box.authserv_id for box in boxes if box.authserv_id},
        close_after=us.close_after,
        most_opened=us.most_opened,
        relays=frozenset(comparable(one) for box in boxes if box.active for one in box.relays),
        senders=senders.every(tx),
        automatic={box.id: box.automatic for box in boxes if box.active and box.automatic},
    )
