"""Where replies and notes are written: a line with the recipients and what follows, and the
text."""

from collections.abc import Callable, Iterator

from textual.containers import Vertical
from textual.strip import Strip
from textual.widget import Widget

from supportcli.rendering.ink import Ink, Spans, ends, width_of_all
from supportcli.tui.widgets.fields import Editor
from supportcli.tui.widgets.header_fields import HeaderFields
from supportcli.tui.widgets.inked import Inked


class ComposerHead(Inked):
    """The line above the text."""

    def __init__(self, *, id: str) -> None:  # noqa: A002  # Textual's name
        super().__init__(id=id)
        self._what = ""
        self._whom: Callable[[int], Spans] = lambda _: ()
        self._right: Spans = ()
        self._chosen: Spans = ()

    def put(
        self, what: str, whom: Callable[[int], Spans], right: Spans, chosen: Spans = ()
    ) -> None:
        """Show what is written; to whom, in the cells there are; on the right what follows; and on
        a second line what else was chosen."""
        self._what, self._whom, self._right, self._chosen = what, whom, right, chosen
        self.set_class(bool(chosen), "-chosen")
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """The line, or a blank one."""
        width = self.size.width
        if y:
            return self.strip(self._chosen if y == 1 else (), width)
        what: Spans = ((f" {self._what} ", Ink.TITLE),)
        room = width - width_of_all(what) - width_of_all(self._right) - 1
        return self.strip(ends((*what, *self._whom(room)), self._right, width), width)


class Composer(Vertical):
    """Head, fields and text; created at the start and hidden, so that it takes the key after the
    one that opens it."""

    def __init__(self, *, id: str) -> None:  # noqa: A002  # Textual's name
        super().__init__(id=id)
        self.head = ComposerHead(id="composer-head")
        self.fields = HeaderFields(id="composer-fields")
        self.editor = Editor(id="composer-text")

    def compose(self) -> Iterator[Widget]:
        """The three parts."""
        yield self.head
        yield self.fields
        yield self.editor

    def open(self, text: str) -> None:
        """Begin with a text."""
        self.display = True
        self.editor.begin(text)

    def take_focus(self) -> None:
        """Take the keyboard again."""
        self.screen.set_focus(self.editor, scroll_visible=False)

    def close(self) -> None:
        """Hide it."""
        self.display = False

    @property
    def text(self) -> str:
        """What was written."""
        return self.editor.text

    def head_for(
        self, what: str, whom: Callable[[int], Spans], follows: str, chosen: Spans = ()
    ) -> None:
        """Show what is written, to whom, what follows after it is sent, and what else was
        chosen."""
        self.head.put(what, whom, ((follows + " ", Ink.DIM),), chosen)
