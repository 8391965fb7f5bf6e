"""Drafts belong to the ticket: a colleague's can be taken over, and mine handed over."""

from supportcli.desk import Desk
from supportcli.desk.gestures import Gesture
from supportcli.desk.replies.drafts import together
from supportcli.desk.tickets.verbs import agent_named
from supportcli.domain.mail import Address
from supportcli.domain.people import Action
from supportcli.errors.replies import DraftAbsent, DraftsDiffer
from supportcli.storage.replies import drafts
from supportcli.storage.replies.drafts import DraftKey
from supportcli.storage.tickets import people


def take_draft(desk: Desk, number: int, kind: str) -> Address:
    """Make the draft of a colleague mine, above what I have begun there; of several, the one that
    was written last. Returns whose it was.

    What its writer had not seen I have not seen either: sending it is refused as theirs would be.
    NotFound if there is no such ticket, DraftAbsent if no colleague has begun anything there,
    DraftsDiffer if mine is for other people."""
    with desk.db.write() as tx:
        gesture = Gesture.begin(desk, tx, Action.NOTE)
        gesture.state(number)
        theirs = [
            key for key in drafts.keys_of(tx, number, kind) if key.agent_id != gesture.agent.id
        ]
        if not theirs:
            raise DraftAbsent(number, "no colleague of yours has begun")
        _move(gesture, theirs[0], gesture.agent.id)
        agent = next(one for one in people.agents(tx) if one.id == theirs[0].agent_id)
        return Address(agent.name, agent.address)


def hand_draft_over(desk: Desk, number: int, kind: str, to: str) -> Address:
    """Make my draft that of a colleague (an address or a name), above what they have begun there.
    Returns whose it is now.

    NotFound if there is no such ticket or agent, DraftAbsent if I have begun nothing there,
    DraftsDiffer if theirs is for other people."""
    agent = agent_named(desk, to)
    with desk.db.write() as tx:
        gesture = Gesture.begin(desk, tx, Action.NOTE)
        mine = DraftKey(gesture.state(number).number, gesture.agent.id, kind)
        if drafts.find(tx, mine) is None:
            raise DraftAbsent(number, "you have not begun")
        if agent.id != gesture.agent.id:
            _move(gesture, mine, agent.id)
        return Address(agent.name, agent.address)


def _move(gesture: Gesture, key: DraftKey, agent_id: int) -> None:
    moved = drafts.find(gesture.tx, key)
    if moved is not None:
        there = key._replace(agent_id=agent_id)
        joined = together(gesture.tx, there, moved)
        if joined is None:
            raise DraftsDiffer(key.ticket)
        drafts.discard(gesture.tx, key)
        drafts.save(gesture.tx, there, joined, gesture.now)
