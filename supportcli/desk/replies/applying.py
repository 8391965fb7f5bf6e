"""A canned response or macro answers tickets unchanged: one key, one gesture, one undo."""

from collections.abc import Sequence
from dataclasses import dataclass

from supportcli.desk import Desk
from supportcli.desk.canned import filling, macros
from supportcli.desk.canned.filling import Insertion, Used
from supportcli.desk.gestures import Done, Gesture, sentence
from supportcli.desk.replies import writing
from supportcli.desk.replies.queueing import Thread, answer
from supportcli.desk.replies.writing import Agree, make_sure, never
from supportcli.desk.tickets import unseen, unsent_answers
from supportcli.domain.replies.forgotten import unattached
from supportcli.domain.tickets.news import Sight
from supportcli.errors.canned import BlanksLeft


@dataclass(frozen=True, slots=True)
class Plan:
    """A ticket to answer; without words it is only changed, and needs no thread."""

    number: int
    inserted: Insertion
    thread: Thread | None


def apply(
    desk: Desk,
    numbers: Sequence[int],
    shortcut: str,
    *,
    sight: Sight | None = None,
    agree: Agree = never,
) -> Done:
    """Answer tickets with an unchanged response, and do what its macro says: all of them or none.

    `agree` is that of `replies.reply`; for several tickets there is one question. `sight` (for one
    ticket) is what the agent has seen: SendRefused if something to read came after it,
    ChangedMeanwhile if anything else was changed. BlanksLeft if a value is missing in one of them,
    NotFound, CannedElsewhere, and what `replies.reply` raises."""
    plans = plan(desk, numbers, shortcut)
    make_sure(_threads(plans), agree, _lacking(plans), kept=False)
    with desk.db.write() as tx:
        gesture = Gesture.begin(desk, tx)
        for one in plans:
            _carry_out(gesture, one, sight)
        called = plans[0].inserted.kept.canned.shortcut if plans else shortcut
        said = (
            f"{called}: answered" if any(one.thread for one in plans) else f"{called}: applied to"
        )
        done = sentence(said, gesture.numbers, f"Nothing changed: {called} would change nothing.")
        told = (
            f"{done.removesuffix('.')}, {gesture.replies[0].told}."
            if len(gesture.replies) == 1
            else done
        )
        return gesture.done(told)


def plan(desk: Desk, numbers: Sequence[int], shortcut: str) -> list[Plan]:
    """What `apply` would do, each ticket once; raises what that raises before anything is
    written."""
    return [_plan(desk, number, shortcut) for number in dict.fromkeys(numbers)]


def question(plans: Sequence[Plan]) -> str:
    """What would be asked about the replies' recipients and files; "" if nothing would.
    NobodyToAnswer."""
    about = writing.question(_threads(plans), kept=False)
    return "; ".join(filter(None, (about, _lacking(plans))))


def _lacking(plans: Sequence[Plan]) -> str:
    """What to ask if the response promises a file that it does not have."""
    asked = (unattached(one.inserted.whole, ()) for one in plans if one.thread)
    return next(filter(None, asked), "")


def _threads(plans: Sequence[Plan]) -> list[Thread]:
    return [one.thread for one in plans if one.thread]


def _plan(desk: Desk, number: int, shortcut: str) -> Plan:
    inserted = filling.insertion(desk, number, shortcut)
    if inserted.missing:
        raise BlanksLeft(number, inserted.missing)
    return Plan(
        number, inserted, writing.thread_of(desk, number) if inserted.text.strip() else None
    )


def _carry_out(gesture: Gesture, one: Plan, sight: Sight | None) -> None:
    kept, marks, number = one.inserted.kept, one.inserted.marks, one.number
    if one.thread is not None:
        writing.refuse_unseen(
            gesture, number, one.thread.last_event if sight is None else sight.event, kept=False
        )
    unseen.refuse(gesture, number, sight)
    if one.thread is None:
        macro = kept.canned.macro
        macros.carry_out(gesture, number, macro)
        if macro.status:
            gesture.step(number, macro.status)
            unsent_answers.cancel(gesture, [number], macro.status)
        used: Used = ((kept, marks),)
    else:
        letter = filling.letter(
            gesture.tx, gesture.agent, number, one.inserted.whole, (kept.canned.shortcut,)
        )
        answer(gesture, one.thread, letter)
        used = letter.used
    filling.write_down(gesture, number, used, applied=True)
