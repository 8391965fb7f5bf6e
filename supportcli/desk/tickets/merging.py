"""Merging tickets: the messages of some go into another one, in the order of their dates, and so do
their people, tags and followers. What is left of them says where they went."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlmodel import Session

from supportcli.desk import Desk, running_targets
from supportcli.desk.gestures import Done, Gesture, sentence
from supportcli.desk.states import unmerged
from supportcli.desk.tickets import unseen
from supportcli.domain.tickets.news import Sight
from supportcli.domain.tickets.ticket import (
    MERGEABLE,
    MERGES_INTO,
    Status,
    TicketLine,
    TicketState,
    after_step,
    comes_to,
    status_after_customer_message,
)
from supportcli.errors.tickets import CustomersDiffer, NotMergeable
from supportcli.storage.tickets import events, lists, moved_drafts, regrouping
from supportcli.storage.tickets.regrouping import MessagePlace


@dataclass(frozen=True, slots=True)
class MergePlan:
    """What a merge would do: the tickets that go into another one. `question` is what to ask first;
    "" if nothing has to be asked. `joined`: how many drafts go below one that their writer has
    there."""

    tickets: tuple[TicketLine, ...]
    into: TicketLine
    question: str = ""
    joined: int = 0

    @property
    def told(self) -> list[str]:
        """What will happen, a sentence for each ticket, and one for drafts."""
        drafts = [_joined(self.joined, self.into.number)] if self.joined else []
        return [
            f"#{one.number} “{one.subject}” of {one.customer.address} "
            f"({one.message_count} message{'' if one.message_count == 1 else 's'}) goes into "
            f"#{self.into.number} “{self.into.subject}” of {self.into.customer.address}."
            for one in self.tickets
        ] + drafts


def plan(desk: Desk, numbers: Sequence[int], into: int) -> MergePlan:
    """What `merge` would do. NotFound, TicketMerged, NotMergeable; NotAllowed by role."""
    with desk.db.read() as tx:
        Gesture.begin(desk, tx)
        return _plan(tx, numbers, into)


def merge(
    desk: Desk,
    numbers: Sequence[int],
    into: int,
    *,
    agree: Callable[[str], bool] = lambda _: False,
    sight: Sight | None = None,
) -> Done:
    """Merge tickets into another one, all of them or none.

    NotFound, TicketMerged if one is merged already, NotMergeable; CustomersDiffer if not all are of
    one customer and `agree` says no to the question. `sight` as in `verbs.solve`."""
    with desk.db.write() as tx:
        gesture = Gesture.begin(desk, tx)
        wanted = _plan(tx, numbers, into)
        if wanted.question and not agree(wanted.question):
            raise CustomersDiffer(wanted.question)
        sources = [one.number for one in wanted.tickets]
        for number in sources:
            unseen.refuse(gesture, number, sight)
            _merge(gesture, number, into)
        said = [_said(sources, into)]
        said += [_joined(wanted.joined, into)] if wanted.joined else []
        done = gesture.done(" ".join(said))
        return replace(done, numbers=(*sources, into))


def merge_again(gesture: Gesture, number: int, into: int) -> None:
    """Within a redo: merge a ticket into another one as a merge did whose undo parted them.
    NotFound, TicketMerged, NotMergeable."""
    _plan(gesture.tx, [number], into)
    _merge(gesture, number, into)


def _said(numbers: Sequence[int], into: int) -> str:
    """“Merged #12 into #7.”, “Merged 2 tickets into #7: #12 #13.”"""
    if len(numbers) == 1:
        return f"Merged #{numbers[0]} into #{into}."
    return sentence("Merged", numbers, "").replace(" tickets:", f" tickets into #{into}:", 1)


def _joined(count: int, into: int) -> str:
    """What becomes of drafts whose writers have one in the other ticket too."""
    if count == 1:
        return f"A draft goes below the one that its writer has in #{into}."
    return f"{count} drafts go below those that their writers have in #{into}."


def _count_joined(tx: Session, numbers: Sequence[int], into: int) -> int:
    there = set(moved_drafts.writers(tx, into))
    count = 0
    for number in numbers:
        here = moved_drafts.writers(tx, number)
        count += sum(one in there for one in here)
        there |= set(here)
    return count


def _plan(tx: Session, numbers: Sequence[int], into: int) -> MergePlan:
    target = unmerged(tx, into)
    if target.status not in MERGES_INTO:
        raise NotMergeable(
            f"#{into} is {target.status.value}: nobody would see the messages in it.",
            f"Take it back first with: supportcli ticket reopen {into}"
            if target.status is not Status.CLOSED
            else f"Merge #{into} into the other ticket instead.",
        )
    wanted = [number for number in dict.fromkeys(numbers) if number != into]
    if not wanted:
        raise NotMergeable(
            f"#{into} cannot be merged into itself.", "Name another ticket with --into NUMBER."
        )
    sources = [_mergeable(unmerged(tx, number)) for number in wanted]
    *found, there = lists.lines(tx, [*wanted, into])
    question = _question(sources, target, found, there)
    return MergePlan(tuple(found), there, question, _count_joined(tx, wanted, into))


def _mergeable(state: TicketState) -> TicketState:
    if state.status not in MERGEABLE:
        raise NotMergeable(
            f"#{state.number} is {state.status.value}, and cannot be merged.",
            f"Take it back first with: supportcli ticket reopen {state.number}",
        )
    return state


def _question(
    sources: Sequence[TicketState],
    target: TicketState,
    lines: Sequence[TicketLine],
    into: TicketLine,
) -> str:
    """What to ask if tickets of different customers are merged."""
    others = [
        f"#{line.number} is of {line.customer.address}"
        for state, line in zip(sources, lines, strict=True)
        if state.customer_id != target.customer_id
    ]
    if not others:
        return ""
    stays = f"#{into.number} of {into.customer.address}, who stays its customer"
    return f"{', '.join(others)} and {stays}"


def _merge(gesture: Gesture, number: int, into: int) -> None:
    tx = gesture.tx
    source, target = gesture.state(number), gesture.state(into)
    facts = {"from_ticket": number} | running_targets.handed_over(tx, number, gesture.now)
    before = regrouping.snapshot(tx, number, into)
    there, here = regrouping.places(tx, into), regrouping.places(tx, number)
    regrouping.arrange(tx, into, [one.id for one in _by_date(there, here)])
    regrouping.add_people(tx, into, tuple(regrouping.people_of(tx, number).items()))
    before.mails = regrouping.mails_of(tx, number)
    regrouping.file_under(tx, into, before.mails)
    before.followers = regrouping.join_followers(tx, number, into)
    before.drafts, before.joined = moved_drafts.move(tx, number, into, gesture.now)
    before.links = regrouping.move_links(tx, number, into)
    for one in (number, into):
        regrouping.count(tx, one)
    regrouping.keep(tx, gesture.id, number, into, before)
    gesture.change(target, "took-in", _taken_in(source, target), facts=facts)
    running_targets.excuse_likewise(tx, into, events.of_gesture(tx, gesture.id)[-1])
    gone = after_step(Status.MERGED, gesture.now) | {"merged_into": into}
    gesture.change(gesture.state(number), "merged", gone)


def _taken_in(source: TicketState, target: TicketState) -> dict[str, Any]:
    """The fields of a ticket that takes another one in: who waits there waits here, and an older
    wait counts."""
    fields: dict[str, Any] = {"tags": tuple(sorted({*source.tags, *target.tags}))}
    if source.waiting_since is not None:
        status = status_after_customer_message(target.status)
        fields["snoozed_until"] = None
        if status is not target.status:
            fields |= comes_to(status, source.waiting_since)
        fields["waiting_since"] = min(
            target.waiting_since or source.waiting_since, source.waiting_since
        )
    return fields


def _by_date(one: Sequence[MessagePlace], other: Sequence[MessagePlace]) -> Iterator[MessagePlace]:
    """Two conversations as one, by date, and of one moment in the order in which they came. Inside
    each the order stays."""
    left, right = list(one), list(other)
    while left and right:
        yield (right if (right[0].at, right[0].id) < (left[0].at, left[0].id) else left).pop(0)
    yield from (*left, *right)
