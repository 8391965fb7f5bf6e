"""Numbers of reports as people read them, and bars and shades to draw them with, for terminals with
and without Unicode."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from supportcli.domain.reports.table import Column, Frame, Number, ReportTable, TableRow, Unit
from supportcli.rendering.ink import Ink, Spans, fit

NOTHING = "-"
"""Shown if there is no number: a median of nothing is not 0."""

_HOURS = 24
_LABEL, _SHORT_LABEL = 10, 4


@dataclass(frozen=True, slots=True)
class Signs:
    """The characters for charts: the parts of a bar's last cell, thinnest first and a full one
    last, and the shades of a heat map, palest first."""

    parts: str
    shades: str
    nothing: str


BLOCKS = Signs("▏▎▍▌▋▊▉█", "░▒▓█", "·")
PLAIN = Signs("#", "-+*#", ".")
"""For terminals with only ASCII."""


def number(value: Number, unit: Unit) -> str:
    """A number in its unit: 1,204 · 2 h 10 min · 87.5 %."""
    if value is None:
        return NOTHING
    match unit:
        case Unit.COUNT:
            return f"{value:,}"
        case Unit.SECONDS:
            return length(int(value))
        case Unit.SHARE:
            shown = (
                round(100 * value, 1)
                if value in {0, 1}
                else min(max(round(100 * value, 1), 0.1), 99.9)
            )  # only nothing is 0 %, and only all is 100 %
            return f"{shown:.1f}".removesuffix(".0") + " %"


def length(seconds: int) -> str:
    """A length of time in its two largest units: 40 s · 12 min · 2 h 10 min · 3 d 4 h."""
    if seconds < _MINUTE:
        return f"{seconds} s"
    for unit, name, below, small in _UNITS:
        if seconds >= unit:
            whole, rest = divmod(seconds, unit)
            part = rest // below if below else 0
            return f"{whole} {name}" + (f" {part} {small}" if part else "")
    raise AssertionError(seconds)


_MINUTE = 60
_UNITS = ((86_400, "d", 3600, "h"), (3600, "h", _MINUTE, "min"), (_MINUTE, "min", 0, ""))


def difference(now: Number, before: Number, unit: Unit) -> str:
    """The change of a number against the period before: +3 · -1 h 5 min · +2.5 points; "" if there
    is nothing to compare."""
    if now is None or before is None:
        return ""
    change = now - before
    sign = "+" if change > 0 else "-" if change < 0 else "±"
    match unit:
        case Unit.COUNT:
            return f"{sign}{abs(change):,}"
        case Unit.SECONDS:
            return f"{sign}{length(int(abs(change)))}" if change else "±0"
        case Unit.SHARE:
            return f"{sign}{abs(100 * change):.1f}".removesuffix(".0") + " points"


def bar(value: Number, most: float, width: int, signs: Signs = BLOCKS) -> str:
    """A bar of at most `width` cells; anything above 0 has at least its thinnest part."""
    if not value or most <= 0 or width <= 0:
        return ""
    eighths = max(round(min(value / most, 1) * width * len(signs.parts)), 1)
    full, part = divmod(eighths, len(signs.parts))
    return signs.parts[-1] * full + (signs.parts[part - 1] if part else "")


def most(table: ReportTable) -> float:
    """The value of a full bar in a table."""
    drawn = next((column for column in table.columns if column.name == table.drawn), None)
    if drawn is not None and drawn.unit is Unit.SHARE:
        return 1.0
    return max((row.values[table.drawn] or 0 for row in table.rows), default=0) if drawn else 0


def period(frame: Frame) -> str:
    """The period, the zone and the calendar for times: “Thu 1 Oct 2026 00:00 to Mon 2 Nov 2026
    09:30 · Europe/Berlin · by the clock”."""
    measured = f"by the calendar {frame.calendar}" if frame.calendar else "by the clock"
    return f"{span(frame)} · {frame.zone} · {measured}" + (
        f" · {frame.where}" if frame.where else ""
    )


def span(frame: Frame) -> str:
    """From when until when: “Thu 1 Oct 2026 00:00 to Mon 2 Nov 2026 09:30”."""
    return " to ".join(
        _moment(at.astimezone(frame.zone)) for at in (frame.period.since, frame.period.until)
    )


def _moment(at: datetime) -> str:
    return f"{at:%a} {at.day} {at:%b %Y %H:%M}"


def heat(table: ReportTable, signs: Signs = BLOCKS, cells: int = 2) -> Iterator[Spans]:
    """A table of weekdays and hours as a map with `cells` for each hour, the hours above and a
    legend below. With one cell, for little room, days are abbreviated."""
    label = _LABEL if cells > 1 else _SHORT_LABEL
    hours: Sequence[Column] = table.columns[1:]
    highest = max(
        (row.values[column.name] or 0 for row in table.rows for column in hours), default=0
    )
    marks = "".join(f"{hour:02}".ljust(3 * cells) for hour in range(0, _HOURS, 3))
    yield ((" " * label + marks.rstrip(), Ink.DIM),)
    for row in table.rows:
        shades = "".join(_shade(row, column, highest, signs) * cells for column in hours)
        yield (
            (fit(row.label[: label - 1], label), Ink.TEXT),
            (shades, Ink.OURS),
            (f"{number(row.values[table.columns[0].name], Unit.COUNT):>6}", Ink.NUMBER),
        )
    yield ((legend(highest, signs), Ink.DIM),)


def _shade(row: TableRow, column: Column, highest: float, signs: Signs) -> str:
    level = shade(row.values[column.name], highest, len(signs.shades))
    return signs.shades[level - 1] if level else signs.nothing


def shade(value: Number, highest: float, levels: int) -> int:
    """The shade of a value, from 1 to `levels`; 0 for nothing."""
    return -int(-value * levels // highest) if value and highest else 0


def legend(highest: float, signs: Signs) -> str:
    """The numbers that each shade stands for."""
    levels, parts = len(signs.shades), [f"{signs.nothing} 0"]
    for level, sign in enumerate(signs.shades, 1):
        least, top = int(highest) * (level - 1) // levels + 1, int(highest) * level // levels
        if least <= top:
            parts.append(f"{sign} {least}" if least == top else f"{sign} {least}-{top}")
    return "  ".join(parts)
