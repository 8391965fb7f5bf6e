"""How tickets like the one under the cursor were answered: an answer is chosen with a preview, and
put into the reply."""

from functools import partial
from typing import TYPE_CHECKING

from supportcli.rendering.ticket_rows import called
from supportcli.rendering.times import moment
from supportcli.terminal import clean
from supportcli.tui.context import InboxContext
from supportcli.tui.keys import Mode
from supportcli.tui.replies.canned import CannedResponses
from supportcli.tui.replies.writing import Writing
from supportcli.tui.tickets.verbs import TicketVerbs
from supportcli.tui.widgets.picker import Choice

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from supportcli.desk.tickets.related.similar import SimilarTicket


class EarlierAnswers:
    """The answers that solved tickets like this one have."""

    def __init__(
        self,
        context: InboxContext,
        verbs: TicketVerbs,
        writing: Writing,
        canned: CannedResponses,
    ) -> None:
        self._context = context
        self._choosing = verbs.choosing
        self._writing = writing
        self._canned = canned

    def open(self) -> None:
        """Choose an answer for the ticket under the cursor."""
        line = self._choosing.line_for("Solved before")
        if line is None:
            return
        title = f"Tickets like #{line.number}"
        self._context.wait_for(
            lambda client: client.reading.similar(line.number),
            partial(self._choose, line.number, title),
            partial(self._choosing.fail_to_open, title),
        )

    def _choose(self, number: int, title: str, found: "Sequence[SimilarTicket]") -> None:
        if not found:
            self._choosing.refuse(title, f"No solved ticket is like #{number}.")
            return
        by_value = {str(one.line.number): one for one in found}
        self._canned.nothing_to_edit()
        self._choosing.open(
            title,
            [self._choice(one) for one in found],
            lambda value: self._put(number, by_value[value].answer),
            asks="its answer goes into your reply",
            mode=Mode.CANNED,
            marks=partial(self._show, by_value),
        )
        self._context.picker.move(1)

    def _choice(self, one: "SimilarTicket") -> Choice:
        when = moment(one.at, self._context.now())
        name = f"#{one.line.number} {one.line.subject or '(no subject)'}"
        return Choice(str(one.line.number), name, f"{called(one.by)} · {when}")

    def _show(self, answers: "Mapping[str, SimilarTicket]", marked: Choice | None) -> None:
        self._context.labels |= {"choose": "into the reply", "choose_edit": ""}
        shown = answers[marked.value].answer if marked is not None else ""
        self._context.picker.preview.put(clean(shown, lines=True))

    def _put(self, number: int, answer: str) -> None:
        """Put it into the reply to the ticket that it was chosen for."""
        if self._context.tickets.cursor == number:
            self._writing.reply()
            self._writing.put(clean(answer, lines=True))
