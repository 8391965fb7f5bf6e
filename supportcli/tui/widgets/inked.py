"""Inks to colours: how widgets that draw their own lines paint them."""

from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

from supportcli.tui.ink import Ink, Spans, cut, width_of_all

INKS: set[str] = {f"ink--{ink}" for ink in Ink}
"""The component classes by which the style sheet gives each ink its look."""


def painted(widget: Widget, spans: Spans, width: int, *, chosen: bool = False) -> Strip:
    """A line of exactly `width` cells; `chosen` marks the line that the cursor is on. The widget has the component classes INKS."""
    spans = cut(spans, width)
    length = width_of_all(spans)
    base = widget.get_component_rich_style(f"ink--{Ink.CHOSEN if chosen else Ink.TEXT}")
    segments = [Segment(text, _style(widget, base, ink)) for text, ink in spans if text]
    if length < width:
        segments.append(Segment(" " * (width - length), base))
    return Strip(segments, width)


def _style(widget: Widget, base: Style, ink: Ink) -> Style:
    """An ink on its ground; on a ground that is only reversed (the terminal's own colours, or none) it stays plain to be readable."""
    if base.reverse or ink is Ink.TEXT:
        return base
    return base + widget.get_component_rich_style(f"ink--{ink}", partial=True)


class Inked(Widget):
    """A widget of a line or a few that it draws itself."""

    COMPONENT_CLASSES: ClassVar[set[str]] = INKS

    def strip(self, spans: Spans, width: int, *, chosen: bool = False) -> Strip:
        """See `painted`."""
        return painted(self, spans, width, chosen=chosen)
