"""Inks to colours: how widgets that draw their own lines paint them."""

from collections.abc import Iterable
from functools import cached_property
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual._styles_cache import StylesCache
from textual.color import BLACK, WHITE, Color
from textual.filter import LineFilter
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from supportcli.rendering.ink import Ink, Spans, cut, width_of_all

READABLE = 4.5
"""The contrast that WCAG 2.2 asks of text (1.4.3)."""

_MIDDLE = 0.18
"""From this luminance of the ground on, black is easier to read than white."""

_SHADES = 20
_LINEAR = 0.04045
"""Up to here sRGB is linear."""

INKS: set[str] = {f"ink--{ink}" for ink in Ink}
"""The component classes through which the style sheet styles each ink. Only the screen has them:
Textual recomputes the styles of every component of every widget whenever a class changes, which for
all widgets takes longer than a frame."""


class DrawnLines(StylesCache):
    """The lines that a widget drew, as they go to the terminal, until they are drawn again.

    Textual looks up borders, padding, opacity and filters for each line of each frame, which takes
    longer than drawing it. A widget without borders and padding needs none of that."""

    def render_widget(self, widget: Widget, crop: Region) -> list[Strip]:
        """The lines of a widget within a region of it."""
        if widget.styles.gutter.totals != (0, 0):
            return super().render_widget(widget, crop)
        width, (_, ground), nets = seen_width(widget), widget.background_colors, None
        if width != self._width:
            self.clear()
            self._width = width
        for y in crop.line_range:
            if y in self._dirty_lines or y not in self._cache:
                strip = widget.render_line(y)
                if strip.cell_length != width:  # a scrollbar has its place, and is not there
                    blank = Style.from_color(bgcolor=ground.rich_color)
                    strip = strip.adjust_cell_length(width, blank)
                if not isinstance(widget, Inked) or not widget.CATCHES:
                    nets = widget.get_line_filters() if nets is None else nets
                    strip = caught(strip, nets, ground)
                self._cache[y] = strip
        self._dirty_lines.difference_update(crop.line_range)
        drawn = [self._cache[y] for y in crop.line_range]
        first, last = crop.column_span
        if first == 0 and last >= width:
            return drawn
        return [one.crop(first, last) for one in drawn]


def seen_width(widget: Widget) -> int:
    """How many cells of a widget's lines are seen: a scrollbar stands on the last ones."""
    bar = widget.scrollbar_size_vertical if widget.show_vertical_scrollbar else 0
    return widget.size.width - bar


def caught(strip: Strip, nets: Iterable[LineFilter], ground: Color) -> Strip:
    """What of a line gets through filters: the line itself, as a rule."""
    drawn = segments = list(strip)
    for net in nets:
        segments = net.apply(segments, ground)
    return strip if segments is drawn else Strip(segments, strip.cell_length)


class Inked(Widget):
    """A widget that draws its lines itself, in inks. Its screen has INKS among its component
    classes."""

    CATCHES: ClassVar[bool] = False
    """Whether its lines have been through the filters when it hands them out."""

    def on_mount(self) -> None:
        """Keep the lines as they are drawn, from the first one on."""
        self._styles_cache = DrawnLines()

    @cached_property
    def _looks(self) -> dict[tuple[Ink, Ink], Style]:
        """The style of each ink on each ground. Textual drops what it has computed whenever a
        widget is drawn again, which costs a quarter of a frame."""
        return {}

    @cached_property
    def _grounds(self) -> list[Color]:
        """The colour behind the widget once it was asked for: Textual asks all it stands in."""
        return []

    def notify_style_update(self) -> None:
        """Another theme: the inks look different."""
        super().notify_style_update()
        self._looks.clear()
        self._grounds.clear()

    def caught(self, strip: Strip) -> Strip:
        """A line as it goes to the terminal."""
        if not self._grounds:
            self._grounds.append(self.background_colors[1])
        return caught(strip, self.get_line_filters(), self._grounds[0])

    def strip(
        self, spans: Spans, width: int, *, chosen: bool = False, ground: Ink = Ink.TEXT
    ) -> Strip:
        """A line of exactly `width` cells; `chosen` marks the line that the cursor is on, `ground`
        is the ink that it is written on otherwise."""
        spans = cut(spans, width)
        ground = Ink.CHOSEN if chosen else ground
        length = width_of_all(spans)
        segments = [Segment(text, self._look(ink, ground)) for text, ink in spans if text]
        if length < width:
            segments.append(Segment(" " * (width - length), self._look(Ink.TEXT, ground)))
        return Strip(segments, width)

    def _look(self, ink: Ink, ground: Ink) -> Style:
        look = self._looks.get((ink, ground))
        if look is None:
            look = self._looks[ink, ground] = self._blended(ink, ground)
        return look

    def _blended(self, ink: Ink, on: Ink) -> Style:
        """An ink on its ground; on a reversed ground (the terminal's own colours, or none) it stays
        plain to be readable."""
        ground, color, style = self._painted(on)
        if ink is not Ink.TEXT and not style.reverse:
            own_ground, color, own = self._painted(ink)
            ground = own_ground if ink is Ink.HIT else ground
            style += Style(bold=own.bold, dim=own.dim, underline=own.underline)
        if ink is not Ink.RULE:
            color = readable(color, ground)
        return style + Style.from_color(color.rich_color, ground.rich_color)

    def _painted(self, ink: Ink) -> tuple[Color, Color, Style]:
        """Background, colour and style of an ink. A translucent colour is mixed with this widget's
        own background."""
        styles = self.screen.get_component_styles(f"ink--{ink}")
        _, _, background, color = self.colors
        if styles.has_rule("background"):
            background += styles.background
        if styles.has_rule("color"):
            color = styles.color
        return background, background + color, styles.text_style


def readable(color: Color, ground: Color) -> Color:
    """A colour with enough white or black in it to be readable on `ground`. The terminal's own
    colours are left alone."""
    if color.ansi is not None or ground.ansi is not None:
        return color
    end = WHITE if _luminance(ground) < _MIDDLE else BLACK
    shades = (color.blend(end, part / _SHADES, 1) for part in range(_SHADES))
    return next((shade for shade in shades if contrast(shade, ground) >= READABLE), end)


def contrast(one: Color, other: Color) -> float:
    """The contrast of two colours: 1 (the same) to 21 (black and white)."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(color: Color) -> float:
    """WCAG's relative luminance, 0 to 1."""
    red, green, blue = (
        part / 12.92 if part <= _LINEAR else ((part + 0.055) / 1.055) ** 2.4
        for part in color.normalized
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
