"""What time alone changes in the service levels. Apart from `running_targets`, so that a sync with
nothing new does not load the rules by which targets run."""

from datetime import datetime

from supportcli.desk import Desk
from supportcli.domain.sla.ticked import Ticked
from supportcli.storage.sla import clocks

_BATCH = 100
"""How many tickets are checked in one transaction."""


def tick(desk: Desk, now: datetime | None = None) -> Ticked:
    """Note the warnings and breaches whose time has come by `now` (None: by the clock). It does not
    matter who runs it, and how late: they have the moment at which they came."""
    warned = breached = 0
    now = desk.now() if now is None else now
    while True:
        with desk.db.read() as tx:
            due = clocks.due_tickets(tx, now, _BATCH)
        if not due:
            return Ticked(warned, breached)
        from supportcli.desk.running_targets import keep_all  # noqa: PLC0415  # see above

        with desk.db.write() as tx:
            told = keep_all(tx, due, now)
        warned, breached = warned + told.warned, breached + told.breached
