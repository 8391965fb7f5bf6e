"""Inks to colours: how widgets that draw their own lines paint them."""

from functools import cached_property

from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.strip import Strip
from textual.widget import Widget

from supportcli.text.ink import Ink, Spans, cut, width_of_all
from supportcli.tui.widgets.contrast import readable

INKS: set[str] = {f"ink--{ink}" for ink in Ink}
"""The component classes by which the style sheet gives each ink its look. The screen has them,
once: Textual works out the styles of each component of each widget whenever a class changes, which
for all widgets takes longer than a frame."""


class Inked(Widget):
    """A widget that draws its lines itself, in inks. Its screen has INKS among its component
    classes."""

    @cached_property
    def _looks(self) -> dict[tuple[Ink, bool], Style]:
        """The style of each ink, chosen or not. Textual forgets what it has computed whenever a
        widget is drawn again: a quarter of a frame."""
        return {}

    def notify_style_update(self) -> None:
        """Another theme: the inks look different."""
        super().notify_style_update()
        self._looks.clear()

    def strip(self, spans: Spans, width: int, *, chosen: bool = False) -> Strip:
        """A line of exactly `width` cells; `chosen` marks the line that the cursor is on."""
        spans = cut(spans, width)
        length = width_of_all(spans)
        segments = [Segment(text, self._look(ink, chosen=chosen)) for text, ink in spans if text]
        if length < width:
            segments.append(Segment(" " * (width - length), self._look(Ink.TEXT, chosen=chosen)))
        return Strip(segments, width)

    def _look(self, ink: Ink, *, chosen: bool) -> Style:
        look = self._looks.get((ink, chosen))
        if look is None:
            look = self._looks[ink, chosen] = self._blended(ink, chosen=chosen)
        return look

    def _blended(self, ink: Ink, *, chosen: bool) -> Style:
        """An ink on its ground; on a ground that is only reversed (the terminal's own colours, or
        none) it stays plain to be readable."""
        ground, color, style = self._painted(Ink.CHOSEN if chosen else Ink.TEXT)
        if ink is not Ink.TEXT and not style.reverse:
            _, color, own = self._painted(ink)
            style += Style(bold=own.bold, dim=own.dim)
        if ink is not Ink.RULE:
            color = readable(color, ground)
        return style + Style.from_color(color.rich_color, ground.rich_color)

    def _painted(self, ink: Ink) -> tuple[Color, Color, Style]:
        """Background, colour and style of an ink. A colour that lets something through is mixed
        with this widget's own background."""
        styles = self.screen.get_component_styles(f"ink--{ink}")
        _, _, background, color = self.colors
        if styles.has_rule("background"):
            background += styles.background
        if styles.has_rule("color"):
            color = styles.color
        return background, background + color, styles.text_style
