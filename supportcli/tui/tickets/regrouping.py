"""Mail in the wrong ticket: merge the ticket under the cursor into another one, or split messages
off it. What will happen is said before it is done; `z` undoes it."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Protocol

from supportcli.domain.replies.drafts import Draft
from supportcli.domain.tickets.ticket import Direction, Message, Status, TicketLine
from supportcli.domain.tickets.verbs import BY_NAME
from supportcli.rendering.ticket_rows import called
from supportcli.rendering.times import moment
from supportcli.terminal import clean
from supportcli.tui.context import InboxContext
from supportcli.tui.tickets.browse import Browse
from supportcli.tui.tickets.verbs import NO_TICKET, TicketVerbs
from supportcli.tui.widgets.picker import Choice

if TYPE_CHECKING:
    from supportcli.desk.tickets.merging import MergePlan

_TICKET = re.compile(r"#?([1-9][0-9]{0,17})")
_POSITIONS = re.compile(r"[1-9][0-9]{0,8}(?:[ ,]+[1-9][0-9]{0,8})*")
_YES = "merge"
_EXPECTED = frozenset({Status.NEW, Status.OPEN})
"""Statuses that need no word."""

MOST_FOUND = 100
"""So many tickets are offered of those that a search finds."""


class KeptDrafts(Protocol):
    """My drafts, of which a merge makes one of two."""

    def replace(self, found: Mapping[tuple[int, str], Draft]) -> None:
        """These are the drafts the desk has."""

    def ask_again(self) -> None:
        """Ask the desk for them, once it has done what it was asked to do before."""


class MergeAndSplit:
    """The dock for merging, and the one for splitting."""

    def __init__(
        self, context: InboxContext, browse: Browse, verbs: TicketVerbs, drafts: KeptDrafts
    ) -> None:
        self._context = context
        self._browse = browse
        self._verbs = verbs
        self._drafts = drafts

    def merge(self) -> None:
        """Choose the ticket that the one under the cursor is merged into: one of the same customer,
        in any state, one of the list, any by its number, or one that a search finds."""
        line = self._context.tickets.line
        if line is None:
            self._verbs.choosing.refuse("Merge", NO_TICKET)
            return
        shown = self._context.tickets.shown.lines()
        self._context.wait_for(
            lambda client: client.merge_targets(line, MOST_FOUND),
            lambda found: self._offer(line, [*found, *shown], new=_would_be),
            partial(self._verbs.choosing.fail_to_open, f"Merge #{line.number}"),
        )

    def _offer(
        self, line: TicketLine, there: Iterable[TicketLine], *, new: Callable[[str], str] | str = ""
    ) -> None:
        """Choose among these tickets."""
        others = list({one.number: one for one in there if one.number != line.number}.values())
        others.sort(key=lambda one: (one.customer.address != line.customer.address, one.number))
        choices = [
            Choice(
                str(one.number),
                one.subject or "(no subject)",
                self._about(one),
                also=f"#{one.number} {one.customer.name} {one.customer.address}",
            )
            for one in others
        ]
        self._verbs.choosing.open(
            f"Merge #{line.number} into",
            choices,
            partial(self._into, line),
            new=new,
            asks="a number, or words to search for" if new else "",
        )

    def _about(self, one: TicketLine) -> str:
        status = one.status_at(self._context.now())
        told = "" if status in _EXPECTED else f" · {status.value}"
        return f"#{one.number} {called(one.customer)}{told}"

    def _into(self, line: TicketLine, typed: str) -> None:
        found = _TICKET.fullmatch(typed.strip())
        if found is None:
            self._search(line, typed)
            return
        into = int(found[1])
        self._context.wait_for(
            lambda client: client.merge_plan(line.number, into),
            partial(self._ask, line),
            partial(self._verbs.choosing.fail_to_open, f"Merge #{line.number}"),
        )

    def _search(self, line: TicketLine, typed: str) -> None:
        """Offer the tickets, of any view, that a search for what was typed finds."""
        title = f"Merge #{line.number}"

        def came(found: Sequence[TicketLine]) -> None:
            if any(one.number != line.number for one in found):
                self._offer(line, found)
            else:
                self._verbs.choosing.refuse(title, f"No other ticket has “{clean(typed)}”.")

        self._context.wait_for(
            lambda client: client.search(typed, MOST_FOUND),
            came,
            partial(self._verbs.choosing.fail_to_open, title),
        )

    def _ask(self, line: TicketLine, plan: "MergePlan") -> None:
        """Say what will happen, and do it if the agent says so."""
        count, into = line.message_count, plan.into
        what = f"{count} message{'' if count == 1 else 's'}"
        goes = "goes" if count == 1 else "go"
        remarks = [f"{clean(into.customer.address)} stays the customer"] if plan.question else []
        remarks += ["the draft goes below the one there"] if plan.joined == 1 else []
        remarks += [f"{plan.joined} drafts go below those there"] if plan.joined > 1 else []
        choices = [
            Choice(_YES, f"Merge: {what} {goes} there", " · ".join(remarks)),
            Choice("", "Leave both as they are"),
        ]
        self._verbs.choosing.open(
            f"#{line.number} into #{into.number} {clean(into.subject)[:30]}",
            choices,
            partial(self._merge, line, into.number),
        )

    def _merge(self, line: TicketLine, into: int, chosen: str) -> None:
        if chosen != _YES:
            return
        verb = BY_NAME["merge"]
        self._verbs.do(
            replace(line, **verb.shown(line, self._context.now()), merged_into=into),
            f"{verb.said} into #{into}:",
            lambda client, seen: client.merge(line.number, into, seen),
            partial(self._parted, line.number, into),
            name=verb.name,
        )
        self._drafts.ask_again()
        self._browse.move_on(line.number)

    def _parted(self, number: int, into: int, found: Mapping[tuple[int, str], Draft]) -> str:
        self._drafts.replace(found)
        return f"Undone: {BY_NAME['merge'].said} into #{into}: #{number}"

    def split(self) -> None:
        """Choose the message that becomes a ticket of its own, or type the numbers of several."""
        line = self._context.tickets.line
        if line is None:
            self._verbs.choosing.refuse("Split", NO_TICKET)
            return
        self._context.wait_for(
            lambda client: client.messages(line.number),
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
            lambda client, seen: client.split(line.number, positions, seen),
            name="split",
        )


def _would_be(typed: str) -> str:
    """What a text is that no ticket's subject begins with."""
    return (
        "the ticket of this number" if _TICKET.fullmatch(typed) else "search all tickets for this"
    )


def _begins(message: Message) -> str:
    """The first words of a message."""
    return " ".join(clean(message.reply).split())[:60] or "(no text)"
