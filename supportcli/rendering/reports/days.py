"""The last days: what came in and was solved, as two lines of one scale, and what was open, with a
scale of its own."""

from collections.abc import Sequence
from typing import NamedTuple

from supportcli.domain.reports.dashboard.desk_day import Day
from supportcli.domain.reports.dashboard.figures import Figure
from supportcli.domain.reports.table import Unit
from supportcli.rendering.ink import Ink, Span, Spans
from supportcli.rendering.reports import figures
from supportcli.rendering.reports.lines import Line, drawn
from supportcli.rendering.reports.spots import Panel

_SCALE, _WIDE_SCALE = 5, 8
"""Cells for the scale before the lines; with room for the names of numbers."""

_NUMBERS = 3


def days(shown: Sequence[Day], wide: int, height: int, *, numbers: bool) -> Panel:
    """So many lines of it; with `numbers`, those of each day stand below it, and lead to its
    tickets. Without, the lines themselves do."""
    panel = Panel("days")
    scale = _WIDE_SCALE if numbers else _SCALE
    rows = height - 2 - (_NUMBERS if numbers else 0)
    low = max(rows // 3, 1)
    panel.add(*_legend(len(shown)))
    _flow(panel, shown, _Field(scale, wide - scale, rows - low), spots=not numbers)
    _stock(panel, shown, _Field(scale, wide - scale, low), spots=not numbers)
    each = (wide - scale) / max(len(shown), 1)
    panel.add((" " * scale, Ink.DIM), *_dates(shown, each))
    if numbers:
        _row(panel, "created", [day.created for day in shown], each)
        _row(panel, "solved", [day.solved for day in shown], each)
        _row(panel, "open", [day.open for day in shown], each)
    return panel


class _Field(NamedTuple):
    """Where lines are drawn: the cells before it, and its own across and down."""

    scale: int
    width: int
    height: int


def _legend(count: int) -> list[Span]:
    return [
        (f"{count} days", Ink.TITLE),
        ("   ⠤⠤ ", Ink.OURS),
        ("created", Ink.TEXT),
        ("   ⠂⠂ ", Ink.GOOD),
        ("solved", Ink.TEXT),
    ]


def _flow(panel: Panel, shown: Sequence[Day], field: _Field, *, spots: bool) -> None:
    """What was created and what was solved."""
    created = [day.created.value or 0 for day in shown]
    solved = [day.solved.value or 0 for day in shown]
    most = max([1, *created, *solved])
    lines = [Line(created, Ink.OURS), Line(solved, Ink.GOOD, dotted=True)]
    if spots:
        upper = -(-field.height // 2)
        _spots(panel, [day.created for day in shown], field._replace(height=upper))
        lower = field._replace(height=field.height - upper)
        _spots(panel, [day.solved for day in shown], lower, down=upper)
    _scaled(panel, drawn(lines, field[1:], 0, most), field, (most, 0))


def _stock(panel: Panel, shown: Sequence[Day], field: _Field, *, spots: bool) -> None:
    """What was open at the end of each day."""
    values = [day.open.value or 0 for day in shown]
    least, most = min(values, default=0), max(values, default=0)
    if spots:
        _spots(panel, [day.open for day in shown], field)
    found = drawn([Line(values, Ink.NOTE)], field[1:], least, most)
    _scaled(panel, found, field, (most, least), "open")


def _spots(panel: Panel, of_days: Sequence[Figure], field: _Field, *, down: int = 0) -> None:
    """Each day's column, from so many lines below the next one on."""
    each = field.width / max(len(of_days), 1)
    for at, figure in enumerate(of_days):
        left, end = int(at * each), int((at + 1) * each)
        panel.spot(figure, field.scale + left, max(end - left, 1), field.height, down=down)


def _scaled(
    panel: Panel, lines: Sequence[Spans], field: _Field, ends: tuple[float, float], name: str = ""
) -> None:
    """Lines behind their scale: the highest number at the top, the lowest at the bottom, and a name
    between them."""
    most, least = ends
    said = {0: figures.number(most, Unit.COUNT), len(lines) // 2: name}
    said[len(lines) - 1] = figures.number(least, Unit.COUNT)
    for place, line in enumerate(lines):
        panel.add((f"{said.get(place, ''):>{field.scale - 1}} ", Ink.DIM), *line)


def _dates(shown: Sequence[Day], each: float) -> list[Span]:
    """The days below the lines: all of them where there is room, else every second or third."""
    text = ""
    for at, day in enumerate(shown):
        local = day.row.period.since.astimezone(day.created.table.frame.zone)
        middle = int((at + 0.5) * each)
        name = f"{local.day}"
        start = max(middle - len(name) // 2, 0)
        if not text or start > len(text):
            text = text.ljust(start) + name
    return [(text, Ink.DIM)]


def _row(panel: Panel, name: str, of_days: Sequence[Figure], each: float) -> None:
    """The numbers of one line, below their days."""
    spans: list[Span] = [(f"{name:<{_WIDE_SCALE}}", Ink.TEXT)]
    at = 0
    for place, figure in enumerate(of_days):
        said = figures.number(figure.value, Unit.COUNT) if figure.value else "·"
        start = max(int((place + 0.5) * each) - (len(said) - 1) // 2, at + 1 if at else 0)
        panel.spot(figure, _WIDE_SCALE + start, len(said))
        spans += [
            (" " * (start - at), Ink.TEXT),
            (said, Ink.NUMBER if figure.value else Ink.DIM),
        ]
        at = start + len(said)
    panel.add(*spans)
