"""Drafts belong to the ticket: a colleague's can be taken over, and mine handed over."""

from dataclasses import dataclass

from sqlmodel import Session

from supportcli.desk import Desk
from supportcli.desk.gestures import Gesture
from supportcli.desk.replies.drafts import needed, together
from supportcli.desk.states import state_of
from supportcli.desk.tickets.verbs import agent_named
from supportcli.domain.mail import Address
from supportcli.domain.people import Agent, forbids, may
from supportcli.errors.replies import DraftAbsent, DraftsDiffer
from supportcli.storage.replies import drafts
from supportcli.storage.replies.drafts import DraftKey
from supportcli.storage.tickets import people

_BEGINS = 80
"""So many characters of a draft are shown."""


@dataclass(frozen=True, slots=True)
class ColleagueDraft:
    """What a colleague has begun in a ticket: its kind (reply, note or forward), whose it is, and
    its first words."""

    kind: str
    person: Address
    begins: str


@dataclass(frozen=True, slots=True)
class TicketDrafts:
    """The drafts of a ticket: those of colleagues, the one written last first; the kinds of mine,
    each with the agents who may have it."""

    theirs: tuple[ColleagueDraft, ...]
    mine: dict[str, tuple[Address, ...]]


def drafts_there(desk: Desk, number: int) -> TicketDrafts:
    """Which drafts can change hands in a ticket. NotFound if there is no such ticket."""
    with desk.db.read() as tx:
        state_of(tx, number)
        me, keys = desk.me(tx).id, drafts.keys_of(tx, number)
        agents = {one.id: one for one in people.agents(tx)}
        theirs = tuple(_shown(tx, key, agents[key.agent_id]) for key in keys if key.agent_id != me)
        others = [one for one in agents.values() if one.active and one.id != me]
        mine = {
            key.kind: tuple(_named(one) for one in others if may(one.role, needed(key.kind)))
            for key in keys
            if key.agent_id == me
        }
        return TicketDrafts(theirs, mine)


def _shown(tx: Session, key: DraftKey, agent: Agent) -> ColleagueDraft:
    draft = drafts.find(tx, key)
    text = " ".join(draft.text.split()) if draft else ""
    return ColleagueDraft(key.kind, _named(agent), text[:_BEGINS])


def _named(agent: Agent) -> Address:
    return Address(agent.name, agent.address)


def take_draft(desk: Desk, number: int, kind: str, whose: str | None = None) -> Address:
    """Make the draft of a colleague mine, above what I have begun there: that of the agent with the
    address `whose`, or of several the one that was written last. Returns whose it was.

    What its writer had not seen I have not seen either: sending it is refused as theirs would be.
    NotFound if there is no such ticket, DraftAbsent if no such colleague has begun anything there,
    DraftsDiffer if mine is for other people, NotAllowed if my role may not write it."""
    with desk.db.write() as tx:
        gesture = Gesture.begin(desk, tx, needed(kind))
        gesture.state(number)
        agents = {one.id: one for one in people.agents(tx)}
        theirs = [
            key
            for key in drafts.keys_of(tx, number, kind)
            if key.agent_id != gesture.agent.id and whose in {None, agents[key.agent_id].address}
        ]
        if not theirs:
            raise DraftAbsent(number, "no colleague of yours has begun")
        _move(gesture, theirs[0], gesture.agent.id)
        return _named(agents[theirs[0].agent_id])


def hand_draft_over(desk: Desk, number: int, kind: str, to: str) -> Address:
    """Make my draft that of a colleague (an address or a name), above what they have begun there.
    Returns whose it is now.

    NotFound if there is no such ticket or agent, DraftAbsent if I have begun nothing there,
    DraftsDiffer if theirs is for other people, NotAllowed if my role or theirs may not write it."""
    agent = agent_named(desk, to)
    with desk.db.write() as tx:
        gesture = Gesture.begin(desk, tx, needed(kind))
        mine = DraftKey(gesture.state(number).number, gesture.agent.id, kind)
        if drafts.find(tx, mine) is None:
            raise DraftAbsent(number, "you have not begun")
        if (refused := forbids(agent, needed(kind))) is not None:
            raise refused
        if agent.id != gesture.agent.id:
            _move(gesture, mine, agent.id)
        return _named(agent)


def _move(gesture: Gesture, key: DraftKey, agent_id: int) -> None:
    moved = drafts.find(gesture.tx, key)
    if moved is not None:
        there = key._replace(agent_id=agent_id)
        joined = together(gesture.tx, there, moved)
        if joined is None:
            raise DraftsDiffer(key.ticket)
        drafts.discard(gesture.tx, key)
        drafts.save(gesture.tx, there, joined, gesture.now)
