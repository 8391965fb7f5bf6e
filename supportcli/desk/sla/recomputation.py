"""Recomputing targets: after a change of the past, and to see what a change would have meant."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from supportcli.desk import Desk, running_targets, ticking
from supportcli.desk.gestures import authorize
from supportcli.desk.sla import policies
from supportcli.desk.sla.policies import PolicyTexts
from supportcli.domain.people import Action
from supportcli.domain.sla.policy import TargetKind
from supportcli.domain.sla.targets import Target
from supportcli.storage.sla import targets

_BATCH = 500
"""How many tickets are recomputed in one transaction."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A target of a ticket, as it is stored and as it would be; None if there is, or would be,
    none."""

    ticket: int
    was: Target | None
    now_is: Target | None

    @property
    def breaches(self) -> bool:
        """Whether it would be breached, and was not."""
        return (
            self.now_is is not None
            and self.now_is.breached_at is not None
            and (self.was is None or self.was.breached_at is None)
        )


Watch = Callable[[int, int], None]
"""Called with how many tickets have been recomputed, and how many there are."""


def recompute(desk: Desk, watch: Watch, *, dry_run: bool = False) -> list[Difference]:
    """Recompute all targets from the events, and store what differs; noted breaches stay. Returns
    what differed."""
    with desk.db.read() as tx:
        authorize(desk.me(tx), Action.SET_UP)
    now = desk.now()
    ticking.tick(desk, now)
    found: list[Difference] = []
    for numbers in _batches(desk, watch):
        with desk.db.read() as tx:
            rules = running_targets.rulebook(tx)
            computed = running_targets.computed(tx, numbers, rules, now)
            differing = [
                one
                for number, kept in _kept(tx, numbers).items()
                for one in _differences(number, kept, computed[number], now)
            ]
        found.extend(differing)
        if differing and not dry_run:
            with desk.db.write() as tx:
                touched = list(dict.fromkeys(one.ticket for one in differing))
                running_targets.keep_all(tx, touched, now)
    return found


def _batches(desk: Desk, watch: Watch) -> Iterator[list[int]]:
    """The numbers of all tickets, so many at a time."""
    last = done = 0
    with desk.db.read() as tx:
        total = targets.count_tickets(tx)
    while True:
        with desk.db.read() as tx:
            numbers = list(targets.each_ticket(tx, last, _BATCH))
        if not numbers:
            return
        yield numbers
        last, done = numbers[-1], done + len(numbers)
        watch(done, total)


Targets = dict[tuple[TargetKind, int], Target]
"""The targets of a ticket, by kind and ordinal."""


def _kept(tx: Session, numbers: Sequence[int]) -> dict[int, Targets]:
    """The stored targets of each of these tickets."""
    found = targets.of_tickets(tx, numbers)
    return {
        number: {(one.target.kind, one.target.ordinal): one.target for one in found.get(number, ())}
        for number in numbers
    }


def _by_now(kept: Targets, computed: Sequence[Target], now: datetime) -> Targets:
    """The targets of a ticket as a tick and `recompute` would keep them."""
    found = {(one.kind, one.ordinal): one for one in computed}
    stays = {
        key: rest
        for key, one in kept.items()
        if (rest := running_targets.unpromised(one, now)) is not None
    }
    return stays | {
        key: running_targets.standing(kept[key], one) if key in kept else one
        for key, one in found.items()
    }


def _differences(
    number: int, kept: Targets, computed: Sequence[Target], now: datetime
) -> Iterator[Difference]:
    found = {(one.kind, one.ordinal): one for one in computed}
    for key in sorted(kept.keys() | found.keys()):
        was, now_is = kept.get(key), found.get(key)
        if was is not None:
            now_is = (
                running_targets.unpromised(was, now)
                if now_is is None
                else running_targets.standing(was, now_is)
            )
        if was != now_is:
            yield Difference(number, was, now_is)


def simulate(
    desk: Desk, name: str, texts: PolicyTexts, since: str, watch: Watch, *, new: bool = False
) -> list[Difference]:
    """What targets would be if a policy (or a `new` one) had said this since then; raises what
    `policies.imagined` does. Reads only: tickets are recomputed under a private rulebook, in
    transactions that write nothing, and compared with their current state, noted or not."""
    now = desk.now()
    with desk.db.read() as tx:
        rules = running_targets.rulebook(tx)
        imagined = policies.imagined(tx, name, texts, since, now, new=new)
    found: list[Difference] = []
    for numbers in _batches(desk, watch):
        with desk.db.read() as tx:
            as_it_is = running_targets.computed(tx, numbers, rules, now)
            as_if = running_targets.computed(tx, numbers, imagined, now)
            for number, kept in _kept(tx, numbers).items():
                by_now = _by_now(kept, as_it_is[number], now)
                found.extend(_differences(number, by_now, as_if[number], now))
    return found
