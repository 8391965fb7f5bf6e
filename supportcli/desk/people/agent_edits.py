"""Change an agent: all of it or nothing."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlmodel import Session

from supportcli.desk import Desk
from supportcli.desk.gestures import authorize
from supportcli.desk.people.agents import refuse_to_lose
from supportcli.desk.setup.letterheads import checked_signature
from supportcli.desk.tickets.handing import team_there
from supportcli.desk.tickets.verbs import agent_known
from supportcli.domain.people import Action, Agent, Role, address_of
from supportcli.errors.names import NameTaken, NotFound, Thing
from supportcli.errors.people import AGENTS_OWN, AddressIsTaken, AgentNameless
from supportcli.storage.people import agents
from supportcli.storage.setup import mailboxes, teams
from supportcli.storage.tickets import people


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentChanges:
    """What to change of an agent; None and empty change nothing, but an empty signature removes it.
    `joins` and `leaves` name teams."""

    name: str | None = None
    address: str | None = None
    role: Role | None = None
    joins: tuple[str, ...] = ()
    leaves: tuple[str, ...] = ()
    signature: str | None = None

    def __bool__(self) -> bool:
        return self != AgentChanges()


def edit_agent(desk: Desk, who: str, changes: AgentChanges) -> Agent:
    """Change an agent (an address, a name or “me”), and return them as they are now; the history
    keeps what they were called.

    NotFound, also for a team; AgentNameless; AddressInvalid; SignatureFaulty; NameTaken for another
    agent's address, AddressIsTaken for a mailbox's; LastAdmin if nobody would be one; NotAllowed
    unless I am an admin, or change my own name or signature."""
    name = _name(changes.name)
    address = address_of(changes.address).address if changes.address is not None else None
    signature = changes.signature
    signature = checked_signature(signature) if signature is not None else None
    known = agent_known(desk, who)
    with desk.db.write() as tx:
        me = desk.me(tx)
        for action, owner in _needed(me, known, changes):
            authorize(me, action, own=owner in {None, me.id})
        if changes.role not in {None, Role.ADMIN}:
            refuse_to_lose(tx, known)
        agents.change(tx, known.id, _columns(known, name, changes.role, signature))
        _put_into_teams(tx, known, changes)
        if address is not None and address != known.address:
            _refuse_address(tx, address)
            agents.change_address(tx, known.id, known.address, address)
        return _now(tx, address or known.address)


def _name(typed: str | None) -> str | None:
    name = " ".join(typed.split()) if typed is not None else None
    if name is not None and not (name and name.isprintable()):
        raise AgentNameless
    return name


def _needed(me: Agent, agent: Agent, changes: AgentChanges) -> Iterator[tuple[Action, int | None]]:
    """What I must be allowed to do for these changes, each with whose thing it is about."""
    renamed = changes.name is not None and me.id != agent.id
    if renamed or changes.address is not None or changes.role or changes.joins or changes.leaves:
        yield Action.SET_UP, None
    if changes.signature is not None:
        yield Action.NOTE, agent.id


def _columns(
    agent: Agent, name: str | None, role: Role | None, signature: str | None
) -> dict[str, str | None]:
    """An agent's columns; what is None stays."""
    return {
        "name": agent.name if name is None else name,
        "role": (role or agent.role).value,
        "signature": (agent.signature if signature is None else signature) or None,
    }


def _put_into_teams(tx: Session, agent: Agent, changes: AgentChanges) -> None:
    for name in changes.joins:
        teams.put(tx, team_there(tx, name).id, [agent.id], belong=True)
    for name in changes.leaves:
        teams.put(tx, team_there(tx, name).id, [agent.id], belong=False)


def _refuse_address(tx: Session, address: str) -> None:
    if people.agent_by_address(tx, address) is not None:
        raise NameTaken(Thing.AGENT, address)
    if mailboxes.mailbox_reached(tx, address):
        raise AddressIsTaken(address, "a mailbox", AGENTS_OWN)


def _now(tx: Session, address: str) -> Agent:
    found = people.agent_by_address(tx, address)
    if found is None:
        raise NotFound(Thing.AGENT, address)
    return found
