"""Mail in the wrong ticket: merge the ticket under the cursor, or all marked ones, into another
one, or split messages off it. What will happen is said before it is done; `z` undoes it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Protocol

from supportcli.domain.replies.drafts import Draft
from supportcli.domain.tickets.ticket import UNSOLVED, Direction, Message, Status, TicketLine
from supportcli.domain.tickets.verbs import BY_NAME
from supportcli.rendering.ink import shortened
from supportcli.rendering.ticket_rows import called
from supportcli.rendering.times import moment
from supportcli.terminal import clean
from supportcli.tui.context import InboxContext
from supportcli.tui.tickets.docks.other_ticket import OtherTicket, WantedTicket
from supportcli.tui.tickets.verbs import TicketVerbs
from supportcli.tui.widgets.picker import Choice

if TYPE_CHECKING:
    from supportcli.desk.tickets.merging import MergePlan

_POSITIONS = re.compile(r"[1-9][0-9]{0,8}(?:[ ,]+[1-9][0-9]{0,8})*")
_YES = "merge"
_SUBJECT = 40
"""The most cells of a subject in the dock's title."""


class KeptDrafts(Protocol):
    """My drafts, of which a merge makes one of two."""

    def replace(self, found: Mapping[tuple[int, str], Draft]) -> None:
        """These are the drafts the desk has."""

    def ask_again(self) -> None:
        """Ask the desk for them, once it has done what it was asked to do before."""


def _remarks(plan: "MergePlan") -> list[str]:
    """What else a merge does, the most surprising first."""
    into = plan.into
    had = {one.assignee for one in plan.tickets} - {into.assignee, None}
    reopens = into.status is Status.SOLVED and any(one.status in UNSOLVED for one in plan.tickets)
    who = into.assignee and clean(into.assignee.name or into.assignee.address)
    said = [f"{clean(into.customer.address)} stays its customer"] if plan.question else []
    said += [f"assigned to {who}" if who else "unassigned then"] if had else []
    said += ["it is open again"] if reopens else []
    said += ["the draft goes below the one there"] if plan.joined == 1 else []
    said += [f"{plan.joined} drafts go below those there"] if plan.joined > 1 else []
    return said


def _seen_by_another(plan: "MergePlan") -> str:
    """Which customer comes to see whose email, if they are several; else ""."""
    into = plan.into.customer
    others = {called(one.customer): None for one in plan.tickets if one.customer != into}
    return f"{called(into)} may read what {', '.join(others)} wrote" if plan.question else ""


def _of(those: Sequence[TicketLine]) -> str:
    """What is merged, in a title: “#12”, “3 tickets”."""
    return f"#{those[0].number}" if len(those) == 1 else f"{len(those)} tickets"


class MergeAndSplit:
    """The dock for merging, and the one for splitting."""

    def __init__(self, context: InboxContext, verbs: TicketVerbs, drafts: KeptDrafts) -> None:
        self._context = context
        self._verbs = verbs
        self._drafts = drafts
        self._others = OtherTicket(context, verbs.choosing)

    def merge(self) -> None:
        """Choose the ticket that the one under the cursor is merged into: what its customer
        has open, what is called alike, one of the list, any by its number, or one that a search
        finds."""
        line = self._verbs.choosing.line_for("Merge")
        if line is None:
            return
        marked = self._verbs.marked("merge")
        title = f"Merge {self._verbs.of(line)}"
        then = partial(self._into, line, marked or (line.number,), title)
        several = frozenset(marked)
        self._others.choose(
            WantedTicket(line, f"{title} into", title, then, several=several, among=True)
        )

    def _into(self, line: TicketLine, numbers: Sequence[int], title: str, into: int) -> None:
        self._context.wait_for(
            lambda client: client.verbs.merge_plan(numbers, into),
            partial(self._ask, line),
            partial(self._verbs.choosing.fail_to_open, title),
        )

    def _ask(self, line: TicketLine, plan: "MergePlan") -> None:
        """Say what will happen, and do it if the agent says so."""
        count, into = sum(one.message_count for one in plan.tickets), plan.into
        what = f"{count} message{'' if count == 1 else 's'}"
        choices = [
            Choice(_YES, f"Merge {what} into #{into.number}", " · ".join(_remarks(plan))),
            Choice("", "Leave both as they are", _seen_by_another(plan)),
        ]
        moves, takes = self._context.acts["choose_next"].key, self._context.key("choose")
        self._verbs.choosing.open(
            f"{_of(plan.tickets)} into #{into.number} {shortened(clean(into.subject), _SUBJECT)}",
            choices,
            partial(self._merge, line, into.number),
            asks=f"{'two customers: ' if plan.question else ''}{moves} and {takes}",
        )

    def _merge(self, line: TicketLine, into: int, chosen: str) -> None:
        if chosen != _YES:
            return
        verb, tickets = BY_NAME["merge"], self._context.tickets
        marked = self._verbs.marked("merge")
        if into in marked:  # the others go into it
            tickets.mark(set(marked) - {into})
            line = self._verbs.lines("merge", line)[0] if line.number == into else line
        self._verbs.do(
            replace(line, **verb.shown(line, self._context.now()), merged_into=into),
            f"{verb.said} into #{into}:",
            lambda client, seen: client.verbs.merge(line.number, into, seen),
            partial(self._parted, self._verbs.of(line), into),
            name=verb.name,
            moves_on=True,
        )
        if into in marked:
            tickets.go_to(into)  # it was among those that have left
        self._drafts.ask_again()

    def _parted(self, what: str, into: int, found: Mapping[tuple[int, str], Draft]) -> str:
        self._drafts.replace(found)
        return f"Undone: {BY_NAME['merge'].said} into #{into}: {what}"

    def split(self) -> None:
        """Choose the message that becomes a ticket of its own, or type the numbers of several."""
        line = self._verbs.choosing.line_for("Split")
        if line is None:
            return
        self._context.wait_for(
            lambda client: client.reading.messages(line.number),
            partial(self._choose, line),
            partial(self._verbs.choosing.fail_to_open, "Split"),
        )

    def _choose(self, line: TicketLine, messages: list[Message]) -> None:
        title = f"New ticket from #{line.number}"
        if len(messages) <= 1:
            self._verbs.choosing.refuse(title, "It has only one message.")
            return
        choices = [
            Choice(
                str(one.position),
                f"{one.position} {called(one.sender)}: {_begins(one)}",
                moment(one.created_at, self._context.now()),
            )
            for one in messages
            if one.direction is Direction.IN
        ]
        if not choices:
            self._verbs.choosing.refuse(title, "None of its messages came from outside.")
            return
        self._verbs.choosing.open(
            title,
            choices,
            partial(self._split, line),
            new=lambda typed: (
                "the messages of these numbers" if _POSITIONS.fullmatch(typed) else ""
            ),
            asks="its number, or several: 1 3",
        )

    def _split(self, line: TicketLine, typed: str) -> None:
        positions = [int(word) for word in re.split(r"[ ,]+", typed.strip())]
        many = len(positions) != 1
        self._verbs.do(
            line,
            f"Split {len(positions)} message{'s' if many else ''} off",
            lambda client, seen: client.verbs.split(line.number, positions, seen),
            name="split",
        )


def _begins(message: Message) -> str:
    """The first words of a message."""
    return " ".join(clean(message.reply).split())[:60] or "(no text)"
