"""Where replies and notes are written: a line that says to whom and what follows, and the text."""

from collections.abc import Iterator

from textual.containers import Vertical
from textual.strip import Strip
from textual.widget import Widget

from supportcli.tui.ink import Ink, Spans, ends
from supportcli.tui.widgets.fields import Editor
from supportcli.tui.widgets.inked import Inked


class ComposerHead(Inked):
    """The line above the text."""

    def __init__(self, *, id: str) -> None:  # noqa: A002  # Textual's name
        super().__init__(id=id)
        self._left: Spans = ()
        self._right: Spans = ()

    def put(self, left: Spans, right: Spans) -> None:
        """To whom, and at the right what follows."""
        self._left, self._right = left, right
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """The line, or a blank one."""
        return self.strip(ends(self._left, self._right, self.size.width) if y == 0 else (), self.size.width)


class Composer(Vertical):
    """Head and text; there from the start and hidden, so that it takes the key after the one that opens it."""

    def __init__(self, *, id: str) -> None:  # noqa: A002  # Textual's name
        super().__init__(id=id)
        self.head = ComposerHead(id="composer-head")
        self.editor = Editor(id="composer-text")

    def compose(self) -> Iterator[Widget]:
        """The two parts."""
        yield self.head
        yield self.editor

    def open(self, text: str) -> None:
        """Begin with a text."""
        self.display = True
        self.editor.begin(text)

    def take_focus(self) -> None:
        """Be written in again."""
        self.screen.set_focus(self.editor, scroll_visible=False)

    def close(self) -> None:
        """Hide it."""
        self.display = False

    @property
    def text(self) -> str:
        """What was written."""
        return self.editor.text

    def head_for(self, what: str, whom: str, follows: str) -> None:
        """Say what is written, to whom, and what follows the send."""
        self.head.put(((f" {what} ", Ink.TITLE), (whom, Ink.TEXT)), ((follows + " ", Ink.DIM),))
