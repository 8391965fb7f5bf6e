"""Teams: agents who share tickets."""

from collections.abc import Iterable
from dataclasses import dataclass

from supportcli.domain.mail import Address
from supportcli.errors.setup import TeamNameInvalid

_LONGEST = 40
_UNFIT = frozenset(',:"()')
_TAKEN = frozenset({"none", "me", "any"})
"""Words that stand for no team, or for several, in queries and options."""


@dataclass(frozen=True, slots=True)
class AgentTeam:
    """A team of agents, with its members by name. One that was removed is not `active`: tickets
    that were settled before still name it."""

    id: int
    name: str
    members: tuple[Address, ...] = ()
    active: bool = True

    def has(self, address: str) -> bool:
        """Whether the agent of this address is in it."""
        return any(one.address == address for one in self.members)


def team_name(typed: str) -> str:
    """The name of a team as it is kept: as typed, with single spaces. TeamNameInvalid if a query
    could not name it."""
    name = " ".join(typed.split())
    if not 0 < len(name) <= _LONGEST or not name.isprintable() or _UNFIT & set(name):
        raise TeamNameInvalid(typed)
    if name.lower() in _TAKEN or name.startswith("-"):
        raise TeamNameInvalid(typed)
    return name


def team_called(name: str, teams: Iterable[AgentTeam]) -> AgentTeam | None:
    """The team of this name, in any case; None if there is none."""
    wanted = " ".join(name.split()).casefold()
    return next((team for team in teams if team.name.casefold() == wanted), None)
