"""Snoozing: a ticket comes back at a time in plain words, or when its customer writes."""

from collections.abc import Sequence
from datetime import datetime, tzinfo

from sqlmodel import Session

from supportcli.desk import Desk
from supportcli.desk.gestures import Done, Gesture, sentence, unmerged
from supportcli.desk.tickets import unseen
from supportcli.domain.tickets.news import Sight
from supportcli.domain.tickets.snoozing import SnoozeTimes
from supportcli.domain.tickets.ticket import UNSOLVED, Direction, status_after_touch
from supportcli.domain.tickets.verbs import BY_NAME
from supportcli.errors.tickets import NotSnoozable
from supportcli.storage.sla import calendars
from supportcli.storage.tickets import messages


def times(desk: Desk, number: int) -> SnoozeTimes:
    """What the words for a time mean for a ticket. NotFound, TicketMerged."""
    with desk.db.read() as tx:
        return _times(tx, number, desk.now())


def snooze(desk: Desk, numbers: Sequence[int], until: str, *, sight: Sight | None = None) -> Done:
    """Take tickets out of the views of open tickets until a time in plain words, or until their
    customers write (`reply`); clocks go on. A new one becomes open: somebody has looked at it.
    Those that are snoozed already get another time.

    NotSnoozable for one that is over; TimeUnreadable, TimePast, ZoneUnknown. `sight` as in
    `verbs.solve`."""
    verb = BY_NAME["snooze"]
    with desk.db.write() as tx:
        gesture = Gesture.begin(desk, tx)
        for number in dict.fromkeys(numbers):
            unseen.refuse(gesture, number, sight)
            state = gesture.state(number)
            if state.status not in UNSOLVED:
                raise NotSnoozable(number, state.status.value)
            moment = _times(tx, number, gesture.now).until(until)
            opened = status_after_touch(state.status)
            gesture.change(state, verb.kind, {"snoozed_until": moment, "status": opened})
        return gesture.done(
            sentence(verb.said, gesture.numbers, "Nothing changed: already snoozed until then.")
        )


def wake(desk: Desk, numbers: Sequence[int], *, sight: Sight | None = None) -> Done:
    """Bring snoozed tickets back at once. `sight` as in `verbs.solve`."""
    verb = BY_NAME["wake"]
    with desk.db.write() as tx:
        gesture = Gesture.begin(desk, tx)
        for number in dict.fromkeys(numbers):
            unseen.refuse(gesture, number, sight)
            gesture.change(gesture.state(number), verb.kind, {"snoozed_until": None})
        return gesture.done(
            sentence(verb.said, gesture.numbers, f"Nothing changed: already {verb.already}.")
        )


def _times(tx: Session, number: int, now: datetime) -> SnoozeTimes:
    unmerged(tx, number)
    return SnoozeTimes(number, now, _morning(tx, now), _zone_of_customer(tx, number))


def _morning(tx: Session, now: datetime) -> datetime | None:
    """The next morning in the desk's calendar, the first by name; None if it has none."""
    first = next(iter(calendars.calendars(tx)), None)
    return first.at(now).calendar.next_morning(now) if first is not None else None


def _zone_of_customer(tx: Session, number: int) -> tzinfo | None:
    """The offset in the customer's last mail; None if it says none."""
    from supportcli.channels import mime  # noqa: PLC0415  # only who asks for their time needs it

    for one in reversed(messages.of_ticket(tx, number)):
        if one.direction is Direction.IN:
            raw = messages.raw(tx, one.id)
            return mime.zone(raw) if raw is not None else None
    return None
