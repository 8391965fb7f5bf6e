"""A choice in the dock: what can be chosen, what is done with it, and why nothing can be chosen."""

from collections.abc import Callable, Sequence
from functools import partial

from supportcli.domain.tickets.ticket import TicketLine
from supportcli.errors import SupportError
from supportcli.rendering.ink import shortened
from supportcli.terminal import clean
from supportcli.tui.context import InboxContext
from supportcli.tui.keys import Mode
from supportcli.tui.widgets.fields import Completion
from supportcli.tui.widgets.picker import Choice

NO_TICKET = "There is no ticket here."

_DROPPED = 20
"""How many characters are shown of what was typed behind a refused key."""


class Choosing:
    """One choice at a time."""

    def __init__(self, context: InboxContext) -> None:
        self._context = context
        self._then: Callable[[str], None] | None = None
        self._told = False

    def line_for(self, title: str) -> TicketLine | None:
        """The ticket under the cursor, for something that is to be opened for it; None if there is
        none, which is refused."""
        line = self._context.tickets.line
        if line is None:
            self.refuse(title, NO_TICKET)
        return line

    def refuses_marks(self, title: str, what: str) -> bool:
        """Whether tickets are marked while something is begun that is for one ticket, `what` it is:
        the agent may mean those, so it is refused, with the ways to go on."""
        if self._context.mode is not Mode.LIST or not self._context.tickets.marked:
            return False
        count = len(self._context.tickets.marked)
        marked = f"{count} tickets are" if count > 1 else "a ticket is"
        unmarks, opens = self._context.key("unfilter"), self._context.key("open")
        why = f"{what} one ticket, and {marked} marked: {unmarks} unmarks, or {opens} opens one."
        self.refuse(title, why)
        return True

    def open(
        self,
        title: str,
        choices: Sequence[Choice],
        then: Callable[[str], None],
        *,
        new: str | Callable[[str], str] = "",
        by_words: bool = False,
        asks: str = "",
        mode: Mode = Mode.PICK,
        marks: Callable[[Choice | None], None] | None = None,
        completion: Completion | None = None,
    ) -> None:
        """Let the agent choose, and call `then` with the chosen value. `marks` is called with the
        marked line; the rest is as in `Picker.open`."""
        self._then = then
        self._context.mode = mode
        self._context.picker.open(
            title,
            choices,
            partial(self._marked, marks),
            new=new,
            by_words=by_words,
            asks=asks,
            previewed=mode is Mode.CANNED,
            completion=completion,
        )

    def _marked(self, marks: Callable[[Choice | None], None] | None, marked: Choice | None) -> None:
        """Without a marked line nothing can be done, and the footer says so."""
        if self._told:  # the next character ends the message why nothing was done
            self._context.notices.clear()
            self._told = False
        self._context.labels = (
            {} if marked else dict.fromkeys(("choose", "choose_edit", "choose_read_on"), "")
        )
        if marks is not None:
            marks(marked)
        self._context.show_keys()

    def refuse(self, title: str, why: str) -> None:
        """A key cannot open what it should: say so, and leave the keys where they are. What was
        typed close behind it was meant for what did not open, and must not become verbs."""
        said = f"{title}: {why}"

        def dropped(typed: str) -> None:
            self._context.notices.refuse(f"{said} · dropped: “{shortened(clean(typed), _DROPPED)}”")

        self._context.notices.refuse(said)
        self._context.drop_keys(dropped)

    def fail_to_open(self, title: str, error: SupportError) -> None:
        """As `refuse`, if the desk did not answer."""
        self.refuse(title, error.sentence)

    def chosen(self) -> None:
        """Take what is marked. If nothing is, stay: what is typed next is still meant for the
        choice."""
        then, marked = self._then, self._context.picker.marked
        if then is None or marked is None:
            self._context.notices.warn(self._context.picker.why_nothing)
            self._told = True
        elif marked.why_not:
            self._context.notices.warn(f"{clean(marked.name)}: {marked.why_not}.")
        elif self._context.picker.doubtful:
            typed = clean(self._context.picker.field.value.strip())
            self._context.notices.warn(
                f"Nothing begins with “{typed}”: {self._context.key('choose')} again takes "
                f"{clean(marked.name)}."
            )
            self._context.picker.trust()
            self._told = True
        else:
            self.cancel()
            then(marked.value)

    def cancel(self) -> None:
        """Choose nothing."""
        self._then = None
        self._context.picker.close()
        self._context.go_home()
