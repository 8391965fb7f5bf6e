"""What is shown if the terminal is too small for anything else."""

from textual.strip import Strip

from supportcli.rendering.ink import Ink
from supportcli.rendering.wrap import wrapped
from supportcli.tui.widgets.inked import Inked

_SENTENCE = (
    "This terminal has {width} columns and {height} lines; the inbox needs 60 and 14. Make it "
    "larger, or leave with ctrl+q."
)


class TooSmall(Inked):
    """One sentence."""

    def render_line(self, y: int) -> Strip:
        """A line of the sentence."""
        width, height = self.size
        lines = list(wrapped(_SENTENCE.format(width=width, height=height), max(width, 1)))
        return self.strip(((lines[y], Ink.WARNING),) if y < len(lines) else (), width)
