"""What merging and splitting tickets share: who waits for an answer to which messages, and how what
was moved is put back."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlmodel import Session

from supportcli.channels import mime
from supportcli.desk.gestures import Gesture
from supportcli.desk.states import state_of
from supportcli.desk.team import Team, team_of
from supportcli.domain.authors import kind_of
from supportcli.domain.mail import MailKind
from supportcli.domain.tickets.ticket import (
    Direction,
    Event,
    comes_to,
    status_after_customer_message,
)
from supportcli.errors.tickets import StaysMoved
from supportcli.storage.tickets import events, messages, regrouping
from supportcli.storage.tickets.regrouping import MessagePlace, MovedMessages


def waits_since(
    tx: Session, places: Iterable[MessagePlace], since: datetime | None = None
) -> datetime | None:
    """When the first of these messages came that somebody outside wrote and that no later one
    answers; None if there is none. Messages from before `since` do not count, nor does mail that
    machines wrote, or that came in silently."""
    waiting: list[MessagePlace] = []
    ids: list[int] = []
    for one in places:
        ids.append(one.id)
        if one.direction is Direction.OUT and not (one.retracted or one.is_automatic):
            waiting.clear()
        elif one.direction is Direction.IN and not (one.retracted or one.historic):
            waiting.append(one)
    us = team_of(tx)
    asked = (
        one.at
        for one in waiting
        if (since is None or one.at >= since)
        and not us.is_team(one.sender)
        and not _is_of_machine(tx, one, us, ids)
    )
    return min(asked, default=None)


def _is_of_machine(tx: Session, one: MessagePlace, us: Team, beside: Sequence[int]) -> bool:
    """Whether a machine wrote a message, which is in one ticket with those `beside` it."""
    raw = messages.raw(tx, one.id) if one.mail_id is not None else None
    if raw is None:
        return False
    mail = mime.parse(raw)
    subjects = messages.subjects_of(tx, beside) if mail.answered_subject else ()
    return kind_of(mail, us, subjects) is not MailKind.MAIL


def moved_by(tx: Session, event: Event) -> MovedMessages | None:
    """What an event of this gesture brought into its ticket from another one; None if nothing."""
    return regrouping.of_gesture(tx, event.gesture, event.ticket)


def refuse_to_put_back(gesture: Gesture, one: MovedMessages) -> None:
    """StaysMoved if other messages were moved out of, or into, one of both tickets since: what was
    done last is undone first, and the error says in which order."""
    later = regrouping.since(gesture.tx, one)
    if not later:
        return
    first = [later[-1]]
    while further := regrouping.since(gesture.tx, first[0]):
        first.insert(0, further[-1])
    change = (
        f"messages of #{later[-1].source} have since been split off to #{later[-1].target}"
        if _is_split(gesture.tx, later[-1])
        else f"#{later[-1].source} has since been merged into #{later[-1].target}"
    )
    steps = ", then: ".join(_step(gesture, it) for it in first)
    who = _who(gesture.tx, later[-1])
    raise StaysMoved(moving(gesture.tx, one), change, who, f"Undo first: {steps}")


def moving(tx: Session, one: MovedMessages) -> str:
    """What a merge or a split did: “Merging #1 into #2”, “Splitting #3 off #2”."""
    if _is_split(tx, one):
        return f"Splitting #{one.target} off #{one.source}"
    return f"Merging #{one.source} into #{one.target}"


def _step(gesture: Gesture, one: MovedMessages) -> str:
    """How to undo one, and who can."""
    number = one.target if _is_split(gesture.tx, one) else one.source
    who = _who(gesture.tx, one)
    by = f" (done by {who})" if who != gesture.agent.address else ""
    return f"supportcli ticket undo {number}{by}"


def _is_split(tx: Session, one: MovedMessages) -> bool:
    return any(event.kind == "split" for event in events.of_gesture(tx, one.gesture))


def _who(tx: Session, one: MovedMessages) -> str:
    done = events.of_gesture(tx, one.gesture)
    return done[0].actor if done else "somebody"


def put_back(gesture: Gesture, one: MovedMessages) -> list[int]:
    """Put the messages of a merge or a split back; returns those that came since, which stay."""
    refuse_to_put_back(gesture, one)
    later = regrouping.bring_back(gesture.tx, one, gesture.now)
    shown = {it.id for it in regrouping.places(gesture.tx, one.target) if not it.retracted}
    count = sum(message in shown for message in later)
    if count:
        many = count != 1
        gesture.left.append(
            f"{count} message{'s' if many else ''} that came since "
            f"stay{'' if many else 's'} in #{one.target}"
        )
    return later


def keep_waiting(gesture: Gesture, number: int, later: Iterable[int]) -> None:
    """Somebody may wait for an answer to a message that came since and stays: their ticket is open
    then."""
    came = set(later)
    there = [one for one in regrouping.places(gesture.tx, number) if one.id in came]
    since = waits_since(gesture.tx, there)
    state = state_of(gesture.tx, number)
    if since is None or (state.waiting_since is not None and state.waiting_since <= since):
        return
    status = status_after_customer_message(state.status)
    opened = comes_to(status, gesture.now) if status is not state.status else {}
    gesture.change(state, "kept", {**opened, "waiting_since": since, "snoozed_until": None})
