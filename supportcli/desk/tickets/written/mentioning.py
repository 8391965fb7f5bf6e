"""Agents whom a note mentions follow its ticket, unless the note is taken back."""

from collections.abc import Sequence
from typing import Any

from sqlmodel import Session

from supportcli.desk.gestures import Gesture
from supportcli.domain.people import Agent
from supportcli.domain.tickets.mentions import JOINED, MENTIONS
from supportcli.domain.tickets.ticket import Event
from supportcli.storage.people import agents, mentions
from supportcli.storage.tickets import followers


def mention(
    tx: Session, number: int, message: int, there: Sequence[Agent]
) -> dict[str, Any] | None:
    """Write down whom a note mentions, and have them follow; returns what its event says of that,
    None if it mentions nobody."""
    if not there:
        return None
    mentions.mention(tx, message, [one.id for one in there])
    joined = [one.address for one in there if followers.put(tx, number, one.id, follows=True)]
    return {MENTIONS: [one.address for one in there], JOINED: joined}


def follow_as(gesture: Gesture, event: Event, *, follows: bool) -> None:
    """Have those whom a note made follow its ticket do so no longer, or again."""
    ids = agents.by_address(gesture.tx)
    for address in event.after.get(JOINED, ()):
        if address in ids:
            followers.put(gesture.tx, event.ticket, ids[address], follows=follows)
