"""The filter: a field for the query language, and beside it what is wrong with the query."""

from collections.abc import Callable, Iterator

from textual.containers import Horizontal
from textual.geometry import Size
from textual.strip import Strip
from textual.widget import Widget

from supportcli.rendering.ink import Ink, width_of
from supportcli.tui.widgets.fields import Field
from supportcli.tui.widgets.inked import Inked

_PLACEHOLDER = "words  status:open  assignee:me  sla:<1h  tag:refund  -word"

_CURSOR = 4
"""Cells that stay free after what is typed."""


class FilterRemark(Inked):
    """A few words to the right of the field, which needs `typed` cells for its text."""

    def __init__(self, *, id: str, typed: Callable[[], int] = lambda: 0) -> None:  # noqa: A002  # Textual's name
        super().__init__(id=id)
        self._typed = typed
        self._text = ""
        self._ink = Ink.DIM

    def put(self, text: str, ink: Ink) -> None:
        """Show these words."""
        self._text, self._ink = text, ink
        self.refresh(layout=True)

    def get_content_width(self, container: Size, viewport: Size) -> int:
        """As wide as its text if the field leaves that much room; half the line in any case."""
        width = max(container.width, viewport.width)
        return min(
            width_of(self._text) + 2, max(width - len(" / ") - self._typed() - _CURSOR, width // 2)
        )

    def render_line(self, y: int) -> Strip:
        """The words."""
        return self.strip(
            ((f" {self._text} ", self._ink),) if y == 0 and self._text else (), self.size.width
        )


class FilterBar(Horizontal):
    """A slash, the field and the remark; created at the start and hidden, so that it takes the key
    after the one that opens it."""

    def __init__(self, *, id: str) -> None:  # noqa: A002  # Textual's name
        super().__init__(id=id)
        self.sign = FilterRemark(id="filter-sign")
        self.field = Field(id="filter-field", placeholder=_PLACEHOLDER)
        self.remark = FilterRemark(id="filter-remark", typed=lambda: width_of(self.field.value))
        self.grew: Callable[[], None] = lambda: None
        """Called when it has come or gone."""

    def compose(self) -> Iterator[Widget]:
        """The three parts."""
        yield self.sign
        yield self.field
        yield self.remark

    def open(self, text: str, *, selected: bool = True, asks: str = _PLACEHOLDER) -> None:
        """Begin with a query. If it is `selected`, as in a browser's address bar, what is typed
        replaces it and an arrow keeps it. `asks` stands in the empty field."""
        self.field.placeholder = asks
        self.sign.put("/", Ink.KEY)
        self.remark.put("type to replace it · → keeps it" if text and selected else "", Ink.DIM)
        self.display = True
        self.field.begin(text, selected=selected)
        self.grew()

    def close(self) -> None:
        """Hide it."""
        self.display = False
        self.grew()
