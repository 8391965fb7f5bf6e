"""What the inbox reads besides tickets and lists: counts, the current agent, choices, my drafts,
and the health of mail."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from supportcli.desk import Desk
from supportcli.desk.tickets.lists import asking
from supportcli.domain.mailbox import Mailbox
from supportcli.domain.people import Agent
from supportcli.domain.query.completion import QueryWords
from supportcli.domain.query.parse import order_asked, parse
from supportcli.domain.replies.drafts import Draft
from supportcli.domain.teams import AgentTeam
from supportcli.domain.tickets.ticket import Order
from supportcli.domain.tickets.urgency_groups import Groups, groups_of
from supportcli.storage.people import organisations
from supportcli.storage.replies import drafts, outbox
from supportcli.storage.setup import fields, mailboxes, teams
from supportcli.storage.tickets import lists, people, tickets

_NEWEST = 500
"""So many customers complete a query at most."""


@dataclass(frozen=True, slots=True)
class TicketChoices:
    """What a ticket can be given: the active agents, the tags in use, the most used first, and the
    teams."""

    agents: tuple[Agent, ...]
    tags: tuple[str, ...]
    teams: tuple[AgentTeam, ...] = ()


@dataclass(frozen=True, slots=True)
class Health:
    """The health of mail: the mailboxes with their failures; how many replies are due and waiting,
    and since when the oldest is. `ends` says which sign-in of this person ends soon; empty if none
    does."""

    mailboxes: tuple[Mailbox, ...]
    waiting: int
    waiting_since: datetime | None
    ends: str = ""


def me(desk: Desk) -> Agent:
    """The agent that the settings name; AgentUnknown or NotAllowed as in `Desk.me`."""
    with desk.db.read() as tx:
        return desk.me(tx)


def count(desk: Desk, query: str) -> int:
    """How many tickets a query finds. QueryError if it cannot be read."""
    node = parse(query)
    with desk.db.read() as tx:
        return lists.count(tx, node, asking(desk, tx))


def groups(desk: Desk, query: str, numbers: Sequence[int], *, whole: int) -> Groups:
    """The groups of the tickets that a query finds, if it sorts by urgency. A single group counts
    as one only in a list of more than `whole` tickets."""
    if (order_asked(query) or Order.URGENCY) is not Order.URGENCY:
        return ()
    with desk.db.read() as tx:
        return groups_of(
            len(numbers),
            lambda places: lists.urgencies(tx, [numbers[place] for place in places]),
            desk.now(),
            more=len(numbers) >= whole,
        )


def among(desk: Desk, query: str, wanted: Collection[int]) -> frozenset[int]:
    """Those of these tickets that a query finds."""
    node = parse(query)
    with desk.db.read() as tx:
        return lists.among(tx, node, asking(desk, tx), wanted)


def choices(desk: Desk) -> TicketChoices:
    """What can be chosen from."""
    with desk.db.read() as tx:
        return TicketChoices(
            tuple(agent for agent in people.agents(tx) if agent.active),
            tickets.tags_in_use(tx),
            tuple(teams.teams(tx)),
        )


def query_words(desk: Desk) -> QueryWords:
    """What completes queries: names of agents, teams and so on, and the customers who came
    last."""
    with desk.db.read() as tx:
        there = [agent for agent in people.agents(tx) if agent.active]
        newest = people.newest_customers(tx, _NEWEST)
        members = organisations.organisations(tx)
        return QueryWords(
            {
                "agents": [agent.address for agent in there],
                "customers": [one.address for one in newest],
                "fields": [one.name for one in fields.fields(tx)],
                "mailboxes": [box.address for box in mailboxes.mailboxes(tx)],
                "organisations": [word for one in members for word in (one.name, *one.domains)],
                "tags": tickets.tags_in_use(tx),
                "teams": [team.name for team in teams.teams(tx)],
            }
        )


def my_drafts(desk: Desk) -> dict[tuple[int, str], Draft]:
    """My drafts by ticket and kind (reply or note)."""
    with desk.db.read() as tx:
        return drafts.of_agent(tx, desk.me(tx).id)


def health(desk: Desk) -> Health:
    """The health of mail."""
    with desk.db.read() as tx:
        waiting, since = outbox.overdue(tx, desk.now())
        boxes = tuple(mailboxes.mailboxes(tx))
    return Health(boxes, waiting, since, _soonest_end(desk))


def _soonest_end(desk: Desk) -> str:
    """“help@shop.test: the client secret ends in 3 days (2027-05-01)”."""
    if all(secret.sign_in is None for secret in desk.settings.secrets.values()):
        return ""
    from supportcli.credentials import ends  # noqa: PLC0415  # few sign in so

    today = desk.now().date()
    found = ends.near_ends(desk.settings.secrets, desk.settings.path, today)
    soonest = min(found, key=lambda one: one[1].on, default=None)
    return f"{soonest[0]}: {soonest[1].told(today)}" if soonest else ""
