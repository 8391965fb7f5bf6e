"""What time alone changes: service levels, and snoozed tickets that wake. Apart from
`running_targets`, so that a sync with nothing new does not load the rules by which targets run."""

import uuid
from datetime import datetime

from supportcli.desk import Desk
from supportcli.domain.people import DESK
from supportcli.domain.sla.ticked import Ticked
from supportcli.storage.sla import clocks
from supportcli.storage.tickets import events, tickets

_BATCH = 100
"""How many tickets are checked in one transaction."""


def tick(desk: Desk, now: datetime | None = None) -> Ticked:
    """Note the warnings and breaches whose time has come by `now` (None: by the clock). It does not
    matter who runs it, and how late: they have the moment at which they came."""
    warned = breached = 0
    now = desk.now() if now is None else now
    _wake(desk, now)
    while True:
        with desk.db.read() as tx:
            due = clocks.due_tickets(tx, now, _BATCH)
        if not due:
            return Ticked(warned, breached)
        from supportcli.desk.running_targets import keep_all  # noqa: PLC0415  # see above

        with desk.db.write() as tx:
            told = keep_all(tx, due, now)
        warned, breached = warned + told.warned, breached + told.breached


def _wake(desk: Desk, now: datetime) -> None:
    """Note that snoozed tickets woke. Lists show them since their time came; what is written is
    that it did."""
    while True:
        with desk.db.read() as tx:
            awake = tickets.snoozed_over(tx, now, _BATCH)
        if not awake:
            return
        with desk.db.write() as tx:
            for number in awake:
                before = tickets.state(tx, number)
                if before is None or before.snoozed_until is None or before.snoozed_until > now:
                    continue  # somebody has changed it just now
                tickets.change(tx, number, {"snoozed_until": None}, now)
                was, is_now = (
                    {"snoozed_until": before.snoozed_until.isoformat()},
                    {"snoozed_until": None},
                )
                events.record(
                    tx, events.NewEvent(now, DESK, uuid.uuid4().hex, "woken", number, was, is_now)
                )
