"""The desk itself: what it is, and its rules."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from supportcli.desk import Desk
from supportcli.desk.gestures import authorize
from supportcli.desk.tickets.lists import asking
from supportcli.domain.people import Action
from supportcli.domain.query.parse import parse
from supportcli.storage.setup import identity, mailboxes
from supportcli.storage.tickets import lists, people


@dataclass(frozen=True, slots=True)
class About:
    """A desk. `place` is its database, without a password; `tickets` counts all there are, spam and
    deleted ones too. A ticket closes `close_after` it was solved (None: never); further
    emails of a sender who opened `most_opened` tickets within an hour are held (None: never)."""

    place: str
    founded_at: datetime
    agents: int
    mailboxes: int
    tickets: int
    close_after: timedelta | None
    most_opened: int | None


def about(desk: Desk) -> About:
    """What the desk is."""
    with desk.db.read() as tx:
        return _about(desk, tx)


def close_after(desk: Desk, days: int | None) -> About:
    """Make tickets close so many days after they were solved, or never. It applies at once, also to
    those already solved.

    NotAllowed if I am not an admin."""
    with desk.db.write() as tx:
        authorize(desk.me(tx), Action.SET_UP)
        identity.set_close_after(tx, days)
        return _about(desk, tx)


def most_opened(desk: Desk, count: int | None) -> About:
    """Let a sender open so many tickets in an hour, or any number; further emails are held.

    NotAllowed if I am not an admin."""
    with desk.db.write() as tx:
        authorize(desk.me(tx), Action.SET_UP)
        identity.set_most_opened(tx, count)
        return _about(desk, tx)


def _about(desk: Desk, tx: Session) -> About:
    ours = identity.identity(tx)
    active = sum(agent.active for agent in people.agents(tx))
    tickets = lists.count(tx, parse("status:any"), asking(desk, tx))
    return About(
        desk.db.place,
        ours.founded_at,
        active,
        len(mailboxes.mailboxes(tx)),
        tickets,
        ours.close_after,
        ours.most_opened,
    )
