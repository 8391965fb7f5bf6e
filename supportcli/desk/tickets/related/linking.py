"""Links between tickets that have to do with each other, and stay apart."""

from collections.abc import Sequence

from sqlmodel import Session

from supportcli.desk import Desk
from supportcli.desk.gestures import Done, Gesture, sentence
from supportcli.desk.tickets import unseen
from supportcli.domain.tickets.news import Sight
from supportcli.domain.tickets.ticket import RELATED, Event, Link
from supportcli.errors import UsageError
from supportcli.errors.tickets import LinkStays, UndoRefused
from supportcli.storage.tickets import events, tickets

LONGEST = 200
"""Characters of a reason, at most."""


def link(
    desk: Desk,
    numbers: Sequence[int],
    to: int,
    reason: str = "",
    *,
    sight: Sight | None = None,
) -> Done:
    """Link tickets to another one: each shows the other, with the reason, and `has:link` finds
    both. Nothing else of them changes. `sight` as in `verbs.solve`.

    NotFound, TicketMerged; UsageError for a link of a ticket to itself alone, or a reason that is
    no single line of at most `LONGEST` characters."""
    why = _reason(reason)
    with desk.db.write() as tx:
        gesture = Gesture.begin(desk, tx)
        gesture.state(to)
        for number in _others(numbers, to):
            unseen.refuse(gesture, number, sight)
            gesture.state(number)
            if _between(tx, number, to) is None:
                tickets.link(tx, number, to, RELATED, why)
                gesture.note_down("linked", number, after={"linked_to": to} | _said(why))
        return gesture.done(
            sentence(f"Linked to #{to}:", gesture.numbers, "Nothing changed: already linked.")
        )


def unlink(desk: Desk, numbers: Sequence[int], other: int, *, sight: Sight | None = None) -> Done:
    """Take links between tickets and another one away. `sight` as in `verbs.solve`.

    NotFound, TicketMerged; UsageError as for `link`; LinkStays for one that says where a ticket
    came from."""
    with desk.db.write() as tx:
        gesture = Gesture.begin(desk, tx)
        gesture.state(other)
        for number in _others(numbers, other):
            unseen.refuse(gesture, number, sight)
            gesture.state(number)
            there = _between(tx, number, other)
            if there is None:
                continue
            if there.kind != RELATED:
                raise LinkStays(number, other, there.reason)
            tickets.part(tx, number, other)
            said = {"unlinked_from": other} | _said(there.reason)
            gesture.note_down("unlinked", number, after=said)
        return gesture.done(
            sentence(f"Unlinked from #{other}:", gesture.numbers, "Nothing changed: not linked.")
        )


def take_back(gesture: Gesture, event: Event) -> None:
    """Within an undo: what a link or its removal changed is as before. UndoRefused if somebody has
    taken the link away since; TicketMerged."""
    number = event.ticket
    gesture.state(number)
    if event.kind == "unlinked":
        _again(gesture, number, event.after["unlinked_from"], event)
    elif not tickets.part(gesture.tx, number, event.after["linked_to"]):
        names = ["unlinked_from", "linked_to", "merged_into"]
        later = events.last_change_of(gesture.tx, number, names, event.id)
        other = event.after["linked_to"]
        change = f"the link to #{other} has since been taken away"
        raise UndoRefused(number, change, later.actor if later else "a colleague")
    gesture.note_down("undone", number, event.gesture)


def do_again(gesture: Gesture, event: Event) -> None:
    """Within a redo: link, or part, tickets as an event did. TicketMerged."""
    number = event.ticket
    gesture.state(number)
    if event.kind == "linked":
        _again(gesture, number, event.after["linked_to"], event)
    else:
        tickets.part(gesture.tx, number, event.after["unlinked_from"])
    gesture.note_down(event.kind, number, after=event.after)


def _again(gesture: Gesture, number: int, other: int, event: Event) -> None:
    if _between(gesture.tx, number, other) is None:
        tickets.link(gesture.tx, number, other, RELATED, event.after.get("reason", ""))


def _between(tx: Session, number: int, other: int) -> Link | None:
    """The link between two tickets, whichever was linked to the other."""
    return next((one for one in tickets.links(tx, number) if one.number == other), None)


def _others(numbers: Sequence[int], other: int) -> list[int]:
    """These tickets without the other one, which may be among several. UsageError if none is
    left."""
    left = [number for number in dict.fromkeys(numbers) if number != other]
    if not left:
        raise UsageError(f"#{other} cannot be linked to itself.", "Name another ticket.")
    return left


def _said(reason: str) -> dict[str, str]:
    return {"reason": reason} if reason else {}


def _reason(typed: str) -> str:
    text = typed.strip()
    if (text and not text.isprintable()) or len(text) > LONGEST:
        raise UsageError(
            f"The reason is no single line of at most {LONGEST} characters.",
            "Give it as in: --reason 'the same broken batch'",
        )
    return text
