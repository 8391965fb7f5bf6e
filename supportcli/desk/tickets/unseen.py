"""What others did to a ticket since its agent looked: they are told, and the verb waits; and which
messages an agent has seen."""

from collections.abc import Collection, Mapping

from sqlmodel import Session

from supportcli.desk import Desk
from supportcli.desk.gestures import Gesture
from supportcli.domain.people import ActorKind
from supportcli.domain.tickets.news import NewsItem, Sight, foremost, unseen
from supportcli.domain.tickets.ticket import Event
from supportcli.errors.tickets import ChangedMeanwhile
from supportcli.storage.people import seen
from supportcli.storage.tickets import events, people


def looked(desk: Desk, upto: Mapping[int, int]) -> None:
    """I have seen these tickets, each up to a message (by its id): what came later is unread."""
    with desk.db.write() as tx:
        seen.note(tx, desk.me(tx).id, upto)


def unlook(desk: Desk, numbers: Collection[int]) -> None:
    """The newest message of each of these tickets is unread again, for me alone."""
    with desk.db.write() as tx:
        seen.forget(tx, desk.me(tx).id, numbers)


def since(desk: Desk, number: int, sight: Sight) -> list[NewsItem]:
    """What changed in a ticket that its agent has not seen, the oldest first."""
    with desk.db.read() as tx:
        return _since(tx, number, sight, desk.settings.agent)


def refuse(gesture: Gesture, number: int, sight: Sight | None) -> None:
    """Raise ChangedMeanwhile if something changed in a ticket that its agent has not seen; without
    a sight (commands name their tickets) nothing is refused."""
    if sight is not None:
        first = foremost(_since(gesture.tx, number, sight, gesture.agent.address))
        if first is not None:
            raise ChangedMeanwhile(number, first.told(gesture.now))


def _since(tx: Session, number: int, sight: Sight, me: str) -> list[NewsItem]:
    found = unseen(events.after(tx, number, sight.event), sight)
    return [NewsItem(one.id, one.at, who(tx, one, me), one.kind) for one in found]


def who(tx: Session, event: Event, me: str) -> str:
    """The name by which an agent (`me`, an address) knows who did something, "" for the desk
    itself; what I did elsewhere still counts as mine."""
    if event.actor_kind == ActorKind.DESK:
        return ""
    if event.actor_kind == ActorKind.CUSTOMER:
        return people.name_of_customer(tx, event.actor) or event.actor
    agent = people.agent_by_address(tx, event.actor)
    return "you" if event.actor == me.lower() else agent.name if agent else event.actor
