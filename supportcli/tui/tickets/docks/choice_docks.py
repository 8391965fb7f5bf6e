"""The verbs of one choice: who has the ticket under the cursor or all marked ones, how urgent they
are, and their tags."""

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from supportcli.domain.tickets.tags import spelled
from supportcli.domain.tickets.ticket import Priority, TicketLine
from supportcli.tui.tickets.assigning import assigned, candidates
from supportcli.tui.tickets.verbs import TicketVerbs
from supportcli.tui.widgets.picker import Choice

if TYPE_CHECKING:
    from supportcli.desk.tickets.inbox import TicketChoices


class ChoiceDocks:
    """What is chosen is done at once."""

    def __init__(self, verbs: TicketVerbs) -> None:
        self._verbs = verbs

    def assign(self) -> None:
        """Choose who has the ticket: an agent or a team."""
        self._verbs.with_choices("Assign", self._choose_agent)

    def _choose_agent(self, line: TicketLine, there: "TicketChoices") -> None:
        choices = candidates(self._verbs.me, there, line)
        self._verbs.choosing.open(
            f"Assign {self._verbs.of(line)}", choices, partial(self._assign, line, there)
        )

    def _assign(self, line: TicketLine, there: "TicketChoices", who: str) -> None:
        given = assigned(line, who, self._verbs.me, there)
        self._verbs.do(
            given.shows,
            given.said,
            given.run,
            name="assign",
            moves_on=given.leaves,
            again=lambda other: self._assign(other, there, who),
        )

    def priority(self) -> None:
        """Choose how urgent the ticket is."""
        line = self._verbs.choosing.line_for("Priority")
        if line is None:
            return
        now = {one.priority for one in self._verbs.lines("priority", line)}
        choices = [
            Choice(str(priority), str(priority), "now" if now == {priority} else "")
            for priority in reversed(Priority)
        ]
        self._verbs.choosing.open(
            f"Priority of {self._verbs.of(line)}", choices, partial(self._prioritise, line)
        )

    def _prioritise(self, line: TicketLine, name: str) -> None:
        priority = Priority.of(name)
        said = f"Priority {priority}:"
        self._verbs.do(
            replace(line, priority=priority),
            said,
            lambda client, seen: client.verbs.do("prioritise", line.number, seen, priority),
            name="priority",
            again=lambda other: self._prioritise(other, name),
        )

    def tag(self) -> None:
        """Choose or type tags; a tag with - before it is removed."""
        self._verbs.with_choices("Tag", self._choose_tag)

    def _choose_tag(self, line: TicketLine, there: "TicketChoices") -> None:
        each = [set(one.tags) for one in self._verbs.lines("tag", line)]
        off = [Choice(f"-{tag}", f"-{tag}", "remove it") for tag in sorted(set.union(*each))]
        on = [Choice(tag, tag) for tag in there.tags if tag not in set.intersection(*each)]
        self._verbs.choosing.open(
            f"Tag {self._verbs.of(line)}", [*on, *off], partial(self._tag, line), new="a new tag"
        )

    def _tag(self, line: TicketLine, words: str) -> None:
        add = {spelled(word) for word in words.split() if not word.startswith("-")}
        remove = {spelled(word.lstrip("-")) for word in words.split() if word.startswith("-")}
        said = (
            "Tagged "
            + " ".join(
                [*(f"+{word}" for word in sorted(add)), *(f"-{word}" for word in sorted(remove))]
            )
            + ":"
        )
        tags = tuple(sorted((set(line.tags) | add) - remove))
        self._verbs.learn_tags(add)
        self._verbs.do(
            replace(line, tags=tags),
            said,
            lambda client, seen: client.verbs.do("tag", line.number, seen, add, remove),
            name="tag",
            again=lambda other: self._tag(other, words),
        )
