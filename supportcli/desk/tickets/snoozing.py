"""Snoozing: a ticket comes back at a time in plain words, or when its customer writes."""

from collections.abc import Sequence
from datetime import datetime, tzinfo

from sqlmodel import Session

from supportcli.desk import Desk
from supportcli.desk.gestures import Done, Gesture, sentence
from supportcli.desk.states import unmerged
from supportcli.desk.tickets import unseen
from supportcli.domain.tickets.news import Sight
from supportcli.domain.tickets.snoozing import SnoozeTimes, in_their_time
from supportcli.domain.tickets.ticket import UNSOLVED, Direction, TicketState, status_after_touch
from supportcli.domain.tickets.verbs import BY_NAME
from supportcli.errors.tickets import NotSnoozable
from supportcli.storage.sla import calendars
from supportcli.storage.tickets import messages


def times(desk: Desk, number: int) -> SnoozeTimes:
    """What the words for a time mean for a ticket. NotFound, TicketMerged."""
    with desk.db.read() as tx:
        unmerged(tx, number)
        now = desk.now()
        return SnoozeTimes(number, now, _morning(tx, now), _zone_of_customer(tx, number))


def snooze(desk: Desk, numbers: Sequence[int], until: str, *, sight: Sight | None = None) -> Done:
    """Take tickets out of the views of open tickets until a time in plain words, or until their
    customers write (`reply`); clocks go on. A new one becomes open: somebody has looked at it.
    Those that are snoozed already get another time.

    NotSnoozable for one that is over; TimeUnreadable, TimePast, ZoneUnknown. `sight` as in
    `verbs.solve`."""
    verb = BY_NAME["snooze"]
    with desk.db.write() as tx:
        gesture = Gesture.begin(desk, tx)
        moments = _Moments(tx, gesture.now, until)
        with gesture.together():
            for number in dict.fromkeys(numbers):
                unseen.refuse(gesture, number, sight)
                state = gesture.state(number)
                opened = status_after_touch(state.status)
                moment = moments.of(state)
                gesture.change(state, verb.kind, {"snoozed_until": moment, "status": opened})
        return gesture.done(
            sentence(verb.said, gesture.numbers, "Nothing changed: already snoozed until then.")
        )


def wake(desk: Desk, numbers: Sequence[int], *, sight: Sight | None = None) -> Done:
    """Bring snoozed tickets back at once. `sight` as in `verbs.solve`."""
    verb = BY_NAME["wake"]
    with desk.db.write() as tx:
        gesture = Gesture.begin(desk, tx)
        with gesture.together():
            for number in dict.fromkeys(numbers):
                unseen.refuse(gesture, number, sight)
                gesture.change(gesture.state(number), verb.kind, {"snoozed_until": None})
        return gesture.done(
            sentence(verb.said, gesture.numbers, f"Nothing changed: already {verb.already}.")
        )


class _Moments:
    """Until when what was typed snoozes tickets. Only a time of the customer's needs their mail."""

    def __init__(self, tx: Session, now: datetime, typed: str) -> None:
        self._tx, self._now, self._typed = tx, now, typed
        self._morning = _morning(tx, now)
        self._is_theirs = in_their_time(typed)

    def of(self, state: TicketState) -> datetime:
        """NotSnoozable, or what `SnoozeTimes.until` raises."""
        if state.status not in UNSOLVED:
            raise NotSnoozable(state.number, state.status.value)
        theirs = _zone_of_customer(self._tx, state.number) if self._is_theirs else None
        return SnoozeTimes(state.number, self._now, self._morning, theirs).until(self._typed)


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
