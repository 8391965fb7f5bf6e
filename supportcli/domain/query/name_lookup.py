"""Which agent, team or mailbox a query means by a name, and what is said of one that nobody has."""

from collections.abc import Iterable, Sequence
from itertools import chain

from supportcli.domain.mail import Address
from supportcli.domain.text.words import nearest, tokens
from supportcli.errors.tickets import QueryError


def is_called(name: str, agent: Address | None, me: str | None) -> bool:
    """Whether a query that says `name` means this agent; `none` means that there is no agent."""
    if name == "none" or agent is None:
        return name == "none" and agent is None
    if name == "me":
        return agent.address == me
    wanted = set(tokens(name))
    return name in _short_and_long(agent.address) or (
        bool(wanted) and wanted <= set(tokens(agent.name))
    )


def is_mailbox(name: str, address: str) -> bool:
    """Whether a query that says `name` means the mailbox of this address."""
    return name in _short_and_long(address)


def _short_and_long(address: str) -> tuple[str, str]:
    return address.partition("@")[0], address


def is_team(name: str, team: str | None) -> bool:
    """Whether a query that says `name` means this team; `none` means that there is none."""
    if team is None:
        return name == "none"
    return " ".join(name.split()).casefold() == team.casefold()


def no_team(name: str, column: int, teams: Iterable[str]) -> QueryError:
    """What to say of a query in which `name` is to be a team and is none of these."""
    return QueryError(
        column,
        name,
        "is not a team of this desk",
        "See the teams with: supportcli team list",
        nearest(name, sorted(team.lower() for team in teams)),
    )


def no_agent(name: str, column: int, agents: Sequence[Address]) -> QueryError:
    """What to say of a query in which `name` is to be an agent and is none of these."""
    known = {
        part
        for agent in agents
        for part in (*_short_and_long(agent.address), *agent.name.lower().split())
    }
    return QueryError(
        column,
        name,
        "is not an agent of this desk",
        "See the agents with: supportcli agent list",
        nearest(name, sorted(known)),
    )


def no_mailbox(name: str, column: int, addresses: Iterable[str]) -> QueryError:
    """What to say of a query in which `name` is to be a mailbox and is none of these."""
    return QueryError(
        column,
        name,
        "is not a mailbox of this desk",
        "See the mailboxes with: supportcli mailbox list",
        nearest(name, sorted(chain.from_iterable(map(_short_and_long, addresses)))),
    )
