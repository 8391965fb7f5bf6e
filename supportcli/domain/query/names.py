"""Whom and what a query means by a name."""

from collections.abc import Sequence

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
    return name in {agent.address, agent.address.partition("@")[0]} or (
        bool(wanted) and wanted <= set(tokens(agent.name))
    )


def no_agent(name: str, column: int, agents: Sequence[Address]) -> QueryError:
    """What to say of a query in which `name` is to be an agent and is none of these."""
    known = {
        part
        for agent in agents
        for part in (agent.address.partition("@")[0], agent.address, *agent.name.lower().split())
    }
    return QueryError(
        column,
        name,
        "is no agent of this desk",
        "See the agents with: supportcli agent list",
        nearest(name, sorted(known)),
    )
