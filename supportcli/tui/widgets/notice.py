"""The line above the footer: what was just done and how to undo it, what went wrong, or where the cursor is."""

from textual.strip import Strip

from supportcli.tui.ink import Ink, Span, Spans, ends, width_of_all
from supportcli.tui.widgets.inked import Inked


class Notice(Inked):
    """One line: a message while there is one, else the place in the list; at the right what is new elsewhere."""

    def __init__(self, *, id: str) -> None:  # noqa: A002  # Textual's name
        super().__init__(id=id)
        self._said: Spans = ()
        self._place: Spans = ()
        self._news: Spans = ()
        self._quiet: Spans = ()

    @property
    def room(self) -> int:
        """How many cells a message has."""
        return self.size.width - width_of_all(self._news or self._quiet) - 2

    def say(self, *spans: Span) -> None:
        """Show a message; nothing takes it away."""
        self._put(spans, self._place, self._news)

    def show_place(self, *spans: Span) -> None:
        """What stands there while there is no message."""
        self._put(self._said, spans, self._news)

    def show_news(self, text: str) -> None:
        """What is new elsewhere, with the key that shows it."""
        self._put(self._said, self._place, ((text + " ", Ink.WARNING), (".", Ink.KEY), (" ", Ink.TEXT)) if text else ())

    def show_quiet(self, text: str) -> None:
        """Something that is told where nothing is new."""
        quiet: Spans = ((text + " ", Ink.DIM),) if text else ()
        if quiet != self._quiet:
            self._quiet = quiet
            self.refresh()

    def _put(self, said: Spans, place: Spans, news: Spans) -> None:
        if (said, place, news) != (self._said, self._place, self._news):
            self._said, self._place, self._news = said, place, news
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """The line, or a blank one."""
        width = self.size.width
        return self.strip(ends(((" ", Ink.TEXT), *(self._said or self._place)), self._news or self._quiet, width) if y == 0 else (), width)


class Footer(Inked):
    """The last line: the next keys, as many as fit."""

    def __init__(self, *, id: str) -> None:  # noqa: A002  # Textual's name
        super().__init__(id=id)
        self._keys: tuple[tuple[str, str], ...] = ()

    def show(self, keys: tuple[tuple[str, str], ...]) -> None:
        """Show these keys and what they do, the most useful first."""
        if keys != self._keys:
            self._keys = keys
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """The line, or a blank one."""
        return self.strip(self._spans(self.size.width) if y == 0 else (), self.size.width)

    def _spans(self, width: int) -> Spans:
        spans: list[Span] = []
        for key, label in self._keys:
            more: list[Span] = [("  " if spans else " ", Ink.TEXT), (key, Ink.KEY), (f" {label}", Ink.DIM)]
            if width_of_all([*spans, *more]) > width:
                break
            spans += more
        return tuple(spans)
