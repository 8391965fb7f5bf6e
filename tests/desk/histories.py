"""Desks with a past for reports: customers who write, agents who answer, and service-level targets,
all by a clock that moves."""

import random
import uuid
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select

from supportcli.desk import Desk, undo
from supportcli.desk.gestures import described
from supportcli.desk.replies import writing
from supportcli.desk.tickets import verbs
from supportcli.domain.mail import Address
from supportcli.domain.people import Actor, ActorKind
from supportcli.domain.sla.policy_text import Terms, to_definition
from supportcli.domain.tickets.ticket import (
    Direction,
    Priority,
    Status,
    status_after_customer_message,
)
from supportcli.errors import SupportError
from supportcli.storage.engine import rows
from supportcli.storage.tables import (
    EventRow,
    MailRow,
    PolicyRow,
    PolicyVersionRow,
    RawMailRow,
    TargetRow,
)
from supportcli.storage.tickets import events, messages, people
from supportcli.storage.tickets import tickets as stored
from tests.desk.desks import ADA, BOB, StandingClock, as_agent

SENDERS = ("maria@acme.test", "john@acme.test", "sue@else.test", "佐藤@shop.test")
KINDS = ("first-response", "next-response", "first-resolution", "resolution")


def write(
    desk: Desk,
    number: int | None = None,
    *,
    sender: str = SENDERS[0],
    ago: float = 0,
    machine: bool = False,
    historic: bool = False,
) -> int:
    """A customer's mail reached the server `ago` seconds ago and comes in now, as
    `desk.mail.filing` writes it down; answers with the ticket's number.

    A `machine` starts no clock, a `historic` mail is from before the desk's time and comes in
    silently."""
    now = desk.now()
    at = now - timedelta(seconds=ago)
    quiet = machine or historic
    actor = Actor(ActorKind.CUSTOMER, sender)
    with desk.db.write() as tx:
        mail = _mail(tx, at) if historic else None
        before, after = dict[str, Any](), dict[str, Any]()
        if number is None:
            kind, customer = "created", people.customer_for(tx, Address("", sender), now)
            number = stored.create(
                tx,
                stored.NewTicket("Leak", customer, 1, at, waiting_since=None if quiet else at),
                now,
            )
            after = {} if quiet else {"waiting_since": at}
        else:
            kind, state = "received", stored.state(tx, number)
            assert state is not None
            if not quiet:
                wanted = {
                    "status": status_after_customer_message(state.status),
                    "solved_at": None,
                    "waiting_since": min(state.waiting_since or at, at),
                }
                after = {
                    name: value for name, value in wanted.items() if getattr(state, name) != value
                }
            before = {name: described(name, getattr(state, name), {}) for name in after}
            stored.change(tx, number, after, now)
        message = messages.add(
            tx,
            number,
            1,
            messages.NewMessage(Direction.IN, at, Address("", sender), "It leaks.", mail_id=mail),
        )
        told = {name: described(name, value, {}) for name, value in after.items()}
        events.record(
            tx,
            events.NewEvent(
                at if historic else now,
                actor,
                uuid.uuid4().hex,
                kind,
                number,
                dict.fromkeys(told) | before,
                told,
                message_id=message,
            ),
        )
    return number


def _mail(tx: Any, at: datetime) -> int:
    raw = rows.add(tx, RawMailRow, {"sha256": uuid.uuid4().hex, "size": 1, "content": b"x"})
    return rows.add(
        tx,
        MailRow,
        {"mailbox_id": 1, "raw_id": raw, "received_at": at, "state": "accepted", "historic": True},
    )


def add_target(
    desk: Desk, number: int, kind: str, ordinal: int, started_at: datetime, **ends: Any
) -> None:
    """A row of the target table: what `ends` says of met_at, breached_at, cancelled_at, excused_at
    and ended_event."""
    with desk.db.write() as tx:
        policy = tx.connection().execute(
            select(rows.table_of(PolicyVersionRow).c.id)
        ).scalar() or _policy(tx, desk.now())
        first = (
            tx.connection()
            .execute(
                select(rows.table_of(EventRow).c.id).where(
                    rows.table_of(EventRow).c.ticket_number == number
                )
            )
            .scalar()
        )
        values = {
            "ticket_number": number,
            "kind": kind,
            "ordinal": ordinal,
            "policy_version_id": policy,
            "started_event": first,
        }
        values |= {
            "started_at": started_at,
            "goal_s": 3600,
            "spent_s": 0,
            "pauses": [],
            "warned": [],
            **ends,
        }
        tx.connection().execute(insert(rows.table_of(TargetRow)).values(**values))


def _policy(tx: Any, now: datetime) -> int:
    policy = rows.add(
        tx, PolicyRow, {"name": "Standard", "position": 1, "valid_from": now, "created_at": now}
    )
    return rows.add(
        tx,
        PolicyVersionRow,
        {
            "policy_id": policy,
            "since": now,
            "definition": to_definition(Terms()),
            "created_at": now,
        },
    )


def live(desk: Desk, seed: int, steps: int, hours: float = 9) -> None:
    """Let a desk live through so many steps, with pauses of up to so many hours: every verb, two
    agents, undo, machines, mail from before."""
    lots = random.Random(seed)
    clock = desk.clock
    assert isinstance(clock, StandingClock)
    numbers = [write(desk, ago=lots.randrange(900)), write(desk, historic=True, ago=90 * 86_400)]
    for _ in range(steps):
        clock.tick(
            seconds=lots.randrange(5, max(int(hours * 3600), 10)) * lots.choice((1, 1, 1, 0.01))
        )
        who = as_agent(desk, lots.choice((ADA, BOB)))
        with suppress(SupportError):
            lots.choices(_DEEDS, _WEIGHTS)[0](who, numbers, lots)
    _add_targets(desk, numbers, lots)


Deed = Callable[[Desk, list[int], random.Random], object]


def _comes(desk: Desk, numbers: list[int], lots: random.Random) -> None:
    ago, strange = lots.randrange(3600), lots.random()
    numbers.append(
        write(
            desk,
            sender=lots.choice(SENDERS),
            ago=ago,
            machine=strange > 0.9,
            historic=strange < 0.05,
        )
    )


def _some(numbers: list[int], lots: random.Random) -> list[int]:
    return lots.sample(numbers, min(len(numbers), lots.choice((1, 1, 1, 3))))


def _replies(desk: Desk, numbers: list[int], lots: random.Random) -> None:
    writing.reply(
        desk,
        lots.choice(numbers),
        "We are on it.",
        agree=lambda _: True,
        status=lots.choice((None, Status.SOLVED, Status.OPEN)),
    )


_DEEDS: tuple[Deed, ...] = (
    _comes,
    lambda desk, numbers, lots: write(
        desk, lots.choice(numbers), ago=lots.randrange(3600), machine=lots.random() > 0.85
    ),
    _replies,
    lambda desk, numbers, lots: verbs.solve(desk, _some(numbers, lots)),
    lambda desk, numbers, lots: verbs.reopen(desk, _some(numbers, lots)),
    lambda desk, numbers, lots: verbs.wait(desk, _some(numbers, lots)),
    lambda desk, numbers, lots: verbs.tag(
        desk, _some(numbers, lots), {lots.choice(("refund", "vip", "=sum(a1)", "[/x]"))}
    ),
    lambda desk, numbers, lots: verbs.assign(
        desk, _some(numbers, lots), lots.choice(("me", "bob", None))
    ),
    lambda desk, numbers, lots: verbs.prioritise(
        desk, _some(numbers, lots), lots.choice(list(Priority))
    ),
    lambda desk, numbers, lots: verbs.note(desk, lots.choice(numbers), "Ask the warehouse."),
    lambda desk, _, __: undo.undo(desk),
)
_WEIGHTS = (30, 25, 40, 15, 5, 5, 12, 8, 5, 4, 12)


def _add_targets(desk: Desk, numbers: list[int], lots: random.Random) -> None:
    """Targets of every fate: they need not fit what happened, since reports only read them."""
    ids = _ids_of_events(desk)
    for number in numbers:
        for ordinal, kind in enumerate(lots.sample(KINDS, lots.randrange(len(KINDS) + 1)), 101):
            started = desk.now() - timedelta(hours=lots.randrange(1, 400))
            add_target(
                desk,
                number,
                kind,
                ordinal,
                started,
                **_fate(started, desk.now(), lots.choice(ids[number]), lots),
            )


def _fate(started: datetime, now: datetime, event: int, lots: random.Random) -> Mapping[str, Any]:
    ended, breached = (started + timedelta(hours=lots.randrange(1, 60)) for _ in range(2))
    fate: dict[str, Any] = {}
    if ended < now and lots.random() < 0.8:
        fate |= {lots.choice(("met_at", "met_at", "cancelled_at")): ended, "ended_event": event}
    if breached < now and lots.random() < 0.4:
        fate["breached_at"] = min(breached, ended)
        fate["excused_at"] = now if lots.random() < 0.3 else None
    return fate


def _ids_of_events(desk: Desk) -> dict[int, list[int]]:
    event = rows.table_of(EventRow)
    found: dict[int, list[int]] = {}
    with desk.db.read() as tx:
        for number, one in tx.connection().execute(select(event.c.ticket_number, event.c.id)):
            found.setdefault(number, []).append(one)
    return found
