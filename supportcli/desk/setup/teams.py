"""The teams of the desk and their members."""

from collections.abc import Sequence

from sqlmodel import Session

from supportcli.desk import Desk
from supportcli.desk.gestures import authorize
from supportcli.desk.tickets.handing import team_there
from supportcli.desk.tickets.verbs import agent_named
from supportcli.domain.people import Action
from supportcli.domain.teams import AgentTeam, team_called, team_name
from supportcli.errors.names import NameTaken, Thing
from supportcli.errors.setup import TeamHasTickets
from supportcli.storage.setup import teams


def list_teams(desk: Desk) -> list[AgentTeam]:
    """The teams by name."""
    with desk.db.read() as tx:
        return teams.teams(tx)


def team(desk: Desk, name: str) -> AgentTeam:
    """One team; NotFound."""
    with desk.db.read() as tx:
        return team_there(tx, name)


def add_team(desk: Desk, name: str, members: Sequence[str] = ()) -> AgentTeam:
    """Add a team with these agents (addresses or names). One that was removed comes back with its
    tickets and the members given now.

    TeamNameInvalid, NameTaken, NotFound for an agent, NotAllowed if I am not an admin."""
    wanted = team_name(name)
    agents = [agent_named(desk, who).id for who in members]
    with desk.db.write() as tx:
        authorize(desk.me(tx), Action.SET_UP)
        known = team_called(wanted, teams.teams(tx, removed=True))
        if known is not None and known.active:
            raise NameTaken(Thing.TEAM, wanted)
        if known is None:
            made = teams.add(tx, wanted, desk.now())
        else:
            made = known.id
            teams.change(tx, made, {"active": True, "name": wanted})
        teams.put(tx, made, agents, belong=True)
        return team_there(tx, wanted)


def edit_team(
    desk: Desk,
    name: str,
    *,
    rename: str | None = None,
    add: Sequence[str] = (),
    remove: Sequence[str] = (),
) -> AgentTeam:
    """Rename a team, take agents into it or out of it.

    NotFound, TeamNameInvalid, NameTaken, NotAllowed if I am not an admin."""
    wanted = None if rename is None else team_name(rename)
    joining = [agent_named(desk, who).id for who in add]
    leaving = [agent_named(desk, who).id for who in remove]
    with desk.db.write() as tx:
        authorize(desk.me(tx), Action.SET_UP)
        found = team_there(tx, name)
        if wanted is not None:
            _rename(tx, found, wanted)
        teams.put(tx, found.id, joining, belong=True)
        teams.put(tx, found.id, leaving, belong=False)
        return team_there(tx, wanted or name)


def _rename(tx: Session, found: AgentTeam, wanted: str) -> None:
    holder = team_called(wanted, teams.teams(tx, removed=True))
    if holder is not None and holder.id != found.id:
        raise NameTaken(Thing.TEAM, wanted)
    teams.change(tx, found.id, {"name": wanted})


def remove_team(desk: Desk, name: str) -> AgentTeam:
    """Remove a team. Settled tickets still name it.

    NotFound; TeamHasTickets if it has others; NotAllowed if I am not an admin."""
    with desk.db.write() as tx:
        authorize(desk.me(tx), Action.SET_UP)
        found = team_there(tx, name)
        if count := teams.unsolved(tx, found.id):
            raise TeamHasTickets(found.name, count)
        teams.change(tx, found.id, {"active": False})
        return found
