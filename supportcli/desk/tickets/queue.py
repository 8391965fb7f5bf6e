"""Who works on which ticket: the queue of `next`, which gives each agent another one and holds it
for them for a few minutes, and who has a ticket open."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from sqlmodel import Session

from supportcli.desk import Desk
from supportcli.desk.gestures import authorize
from supportcli.domain.mail import Address
from supportcli.domain.people import Action, Agent
from supportcli.domain.query.parse import parse
from supportcli.domain.tickets.presence import FRESH, Colleague, Doing
from supportcli.domain.tickets.ranking import VIP, Ranked, ranked
from supportcli.domain.tickets.snoozing import is_snoozed
from supportcli.domain.tickets.ticket import Order, TicketLine
from supportcli.errors.tickets import QueueEmpty
from supportcli.storage.people import agents
from supportcli.storage.queue import claims, presence, vips
from supportcli.storage.queue.claims import TicketClaim
from supportcli.storage.queue.presence import Presence
from supportcli.storage.replies import drafts
from supportcli.storage.setup import teams
from supportcli.storage.tickets import events, lists, people
from supportcli.storage.tickets.search import Asker

HELD = timedelta(minutes=5)
"""How long a ticket is held for the agent who got it."""

_LONG_AGO = datetime.min.replace(tzinfo=UTC)
_FOR_GOOD = datetime.max.replace(tzinfo=UTC)
_LOOKED_AT = (("", 60), (f"tag:{VIP}", 20), ("priority:>=high", 20))
"""The tickets that are ranked: so many of each query, in the order of urgency. A ticket that is
neither due nor marked cannot be the next one if so many come before it."""

_OF_VIPS = 20
"""So many tickets of VIP customers are ranked too."""


@dataclass(frozen=True, slots=True)
class Next:
    """The next ticket and why it is that; `until` when nobody else gets it, None if it was only
    looked at."""

    number: int
    reason: str
    until: datetime | None


def take_next(desk: Desk) -> Next:
    """Claim the next ticket, the first of the queue that nobody else has, and give back what I had
    claimed. What I got in the last minutes comes again only when there is no other. QueueEmpty;
    NotAllowed."""
    with desk.db.write() as tx:
        agent, now = desk.me(tx), desk.now()
        authorize(agent, Action.WORK)
        first = _first(tx, agent, now)
        mine = [one.ticket for one in claims.running(tx, now) if one.agent_id == agent.id]
        claims.extend(tx, agent.id, mine, now, now)
        claims.put(tx, TicketClaim(first.line.number, agent.id, now, now + HELD))
        return Next(first.line.number, first.reason, now + HELD)


def peek(desk: Desk) -> Next:
    """The ticket that `take_next` would claim. QueueEmpty."""
    with desk.db.read() as tx:
        first = _first(tx, desk.me(tx), desk.now())
        return Next(first.line.number, first.reason, None)


def be_at(desk: Desk, inbox: str, number: int, *, writes: bool) -> None:
    """Note that an inbox of mine has a ticket open, and whether a text is written there. If I have
    got the ticket from the queue, it is held for me for another while."""
    with desk.db.write() as tx:
        now, agent = desk.now(), desk.me(tx)
        presence.put(tx, Presence(inbox, agent.id, number, writes, now))
        claims.extend(tx, agent.id, [number], now, now + HELD)


def leave(desk: Desk, inbox: str) -> None:
    """Note that an inbox of mine is at no ticket."""
    with desk.db.write() as tx:
        presence.forget(tx, inbox, desk.now() - FRESH)


def colleagues(desk: Desk) -> tuple[Colleague, ...]:
    """Which other agents are at a ticket, have got one from the queue, or have a draft there."""
    with desk.db.read() as tx:
        now = desk.now()
        me = desk.me(tx).id
        said, got = presence.since(tx, now - FRESH), claims.running(tx, now)
        begun = drafts.of_others(tx, me)
        if not said and not got and not begun:
            return ()
        others = {one.id: one for one in people.agents(tx) if one.id != me}
    return tuple(
        Colleague(number, Address(others[who].name, others[who].address), doing, until)
        for number, who, doing, until in (
            *((one.ticket_number, one.agent_id, _doing(one), one.seen_at + FRESH) for one in said),
            *((one.ticket, one.agent_id, Doing.HAS, one.until) for one in got),
            *((one.ticket, one.agent_id, Doing.BEGAN, _FOR_GOOD) for one in begun),
        )
        if who in others
    )


def _doing(one: Presence) -> Doing:
    return Doing.WRITES if one.writes else Doing.LOOKS


def give_back(desk: Desk, number: int) -> None:
    """Let others have a ticket, if I have it."""
    with desk.db.write() as tx:
        now = desk.now()
        claims.extend(tx, desk.me(tx).id, [number], now, now)


def _first(tx: Session, agent: Agent, now: datetime) -> Ranked:
    held = claims.running(tx, now)
    taken = {one.ticket for one in held if one.agent_id != agent.id}
    had = {one.ticket: one.claimed_at for one in claims.since(tx, agent.id, now - HELD)}
    away = _away(tx, agent, now)
    numbers = _candidates(tx, agent, away, now, len(taken) + len(had))
    theirs = {one.name for one in teams.teams(tx) if not one.has(agent.address)}
    lines = [
        line
        for line in lists.lines(tx, [one for one in numbers if one not in taken])
        if not is_snoozed(line.snoozed_until, now) and _may_have(line, agent, theirs)
    ]
    there = [line.number for line in lines]
    queue = ranked(lines, events.reopenings(tx, there), now)
    if not queue:
        raise QueueEmpty
    first = min(queue, key=lambda one: had.get(one.line.number, _LONG_AGO))
    gone = first.line.assignee and away.get(first.line.assignee.address)
    return replace(first, reason=f"{first.reason} · {gone.name} is away") if gone else first


def _away(tx: Session, agent: Agent, now: datetime) -> dict[str, Agent]:
    """The colleagues who are away, by their addresses: their open tickets come to others."""
    absences = agents.absences(tx)
    gone = {who for who, one in absences.items() if one.until > now and who != agent.id}
    return {one.address: one for one in people.agents(tx) if one.id in gone} if gone else {}


def _candidates(
    tx: Session, agent: Agent, away: Mapping[str, Agent], now: datetime, more: int
) -> list[int]:
    """The tickets that are ranked, and so many `more` of each kind."""
    asker, numbers = Asker(agent.id, now), dict[int, None]()
    free = f"status:new,open assignee:{','.join(('me', 'none', *away))}"
    for query, most in _LOOKED_AT:
        found = lists.numbers(tx, parse(f"{free} {query}"), asker, Order.URGENCY, most + more)
        numbers |= dict.fromkeys(found)
    have = [agent.id, *(one.id for one in away.values())]
    return list(numbers | dict.fromkeys(vips.first_open(tx, have, _OF_VIPS + more)))


def _may_have(line: TicketLine, agent: Agent, theirs: Collection[str]) -> bool:
    """What a team has that is not mine is for its members."""
    mine = line.assignee is not None and line.assignee.address == agent.address
    return mine or line.team not in theirs
