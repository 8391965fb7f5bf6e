"""What merging and splitting tickets share: who waits for an answer to which messages, and how what
was moved is put back."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlmodel import Session

from supportcli.channels import mime
from supportcli.desk.gestures import Gesture, state_of
from supportcli.desk.team import Team, team_of
from supportcli.domain.authors import kind_of
from supportcli.domain.mail import MailKind
from supportcli.domain.tickets.ticket import (
    Direction,
    Event,
    comes_to,
    status_after_customer_message,
)
from supportcli.errors.tickets import UndoRefused
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
        if one.direction is Direction.OUT and not one.retracted:
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
    """UndoRefused if other messages were moved out of, or into, one of both tickets since: what was
    done last is undone first."""
    later = regrouping.since(gesture.tx, one)
    if later:
        done = events.of_gesture(gesture.tx, later[-1].gesture)
        who = done[0].actor if done else "somebody"
        number = one.target if one.target in (later[-1].source, later[-1].target) else one.source
        raise UndoRefused(number, "messages have since been moved", who)


def put_back(gesture: Gesture, one: MovedMessages) -> list[int]:
    """Put the messages of a merge or a split back; returns those that came since, which stay."""
    refuse_to_put_back(gesture, one)
    later = regrouping.bring_back(gesture.tx, one, gesture.now)
    if later:
        many = len(later) != 1
        gesture.left.append(
            f"{len(later)} message{'s' if many else ''} that came since "
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
    gesture.change(state, "kept", {**opened, "waiting_since": since})
