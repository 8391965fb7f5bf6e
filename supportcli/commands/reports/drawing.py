"""Charts of reports as SVG inside a page: columns over time, bars beside rows, a heat map of hours.
Colours come from the page's style sheet; all text is escaped."""

from collections.abc import Iterator, Sequence
from html import escape

from supportcli.domain.reports.table import Column, Number, ReportTable, TableRow, Unit
from supportcli.rendering.reports.figures import number, shade

LEVELS = 5
"""Shades of a heat map."""

_WIDTH, _HEIGHT = 1000, 190
_LEFT, _RIGHT, _TOP, _BOTTOM = 64, 8, 14, 26
_FLOOR = _HEIGHT - _BOTTOM
_MOST_LABELS = 12
_LINES = 4
_WIDEST_COLUMN = 46
_CELL, _CELL_HIGH, _DAY_ROOM, _TOTAL_ROOM = 34, 26, 96, 56

_COUNTS = (1, 2, 5)
_SECONDS = (
    60,
    300,
    900,
    1800,
    3600,
    7200,
    14_400,
    28_800,
    43_200,
    86_400,
    172_800,
    604_800,
    1_209_600,
    2_419_200,
)


def columns(table: ReportTable, column: Column) -> str:
    """A column for each row, in order of time, with the value of the period before as a line across
    it."""
    values = [row.values[column.name] or 0 for row in table.rows]
    earlier = [
        before.values[column.name] or 0 if (before := table.earlier(row)) else 0
        for row in table.rows
    ]
    step = _step(max([*values, *earlier]), column.unit)
    most = step * max(-(-max([*values, *earlier]) // step), 1)
    room = (_WIDTH - _LEFT - _RIGHT) / len(values)
    parts = [*_grid(step, most, column.unit), *_dates(table, room)]
    for place, row in enumerate(table.rows):
        parts += _column(row, column, (_LEFT + place * room, room), most)
        if earlier[place]:
            parts.append(_before(earlier[place], (_LEFT + place * room, room), most))
    name = escape(f"{table.title}: {column.title}", quote=True)
    return (
        f'<svg class="chart" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" '
        f'aria-label="{name}">{"".join(parts)}</svg>'
    )


def _step(most: float, unit: Unit) -> float:
    """The distance between grid lines: a round number, so that there are few."""
    if unit is Unit.SHARE:
        return 0.5
    if unit is Unit.SECONDS:
        return next(
            (step for step in _SECONDS if most <= _LINES * step),
            _SECONDS[-1] * (1 + most // (_LINES * _SECONDS[-1])),
        )
    ten = 1
    while most > _LINES * _COUNTS[-1] * ten:
        ten *= 10
    return next(step * ten for step in _COUNTS if most <= _LINES * step * ten)


def _high(value: float, most: float) -> float:
    return (_FLOOR - _TOP) * value / most


def _grid(step: float, most: float, unit: Unit) -> Iterator[str]:
    for line in range(round(most / step) + 1):
        value: Number = line * step if unit is Unit.SHARE else int(line * step)
        y = _FLOOR - _high(line * step, most)
        kind = "line" if line else "floor"
        yield (
            f'<line class="{kind}" x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>'
        )
        said = escape(number(value, unit)) if line else "0"
        yield f'<text class="axis" x="{_LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{said}</text>'


def _dates(table: ReportTable, room: float) -> Iterator[str]:
    every = -(-len(table.rows) // _MOST_LABELS)
    for place in range(0, len(table.rows), every):
        x = _LEFT + (place + 0.5) * room
        yield (
            f'<text class="axis" x="{x:.1f}" y="{_HEIGHT - 7}" '
            f'text-anchor="middle">{escape(_date(table, table.rows[place]))}</text>'
        )


def _date(table: ReportTable, row: TableRow) -> str:
    local = row.period.since.astimezone(table.frame.zone)
    match table.by:
        case "month":
            return f"{local:%b %Y}"
        case "week":
            return f"W{local.isocalendar().week}"
        case "hour":
            return f"{local:%H:%M}"
        case _:
            return f"{local.day} {local:%b}"


def _column(
    row: TableRow, column: Column, place: tuple[float, float], most: float
) -> Iterator[str]:
    value = row.values[column.name]
    if not value:
        return
    wide = min(place[1] * 0.72, _WIDEST_COLUMN)
    x, high = place[0] + (place[1] - wide) / 2, max(_high(value, most), 1.5)
    title = escape(f"{row.label}: {number(value, column.unit)}")
    yield (
        f'<rect class="bar" x="{x:.1f}" y="{_FLOOR - high:.1f}" width="{wide:.1f}" '
        f'height="{high:.1f}" rx="1.5"><title>{title}</title></rect>'
    )


def _before(value: float, place: tuple[float, float], most: float) -> str:
    wide = min(place[1] * 0.9, _WIDEST_COLUMN * 1.25)
    x, y = place[0] + (place[1] - wide) / 2, _FLOOR - _high(value, most)
    return f'<line class="before" x1="{x:.1f}" x2="{x + wide:.1f}" y1="{y:.1f}" y2="{y:.1f}"/>'


def bar(value: Number, most: float) -> str:
    """A bar in a table cell."""
    wide = max(100 * value / most, 0.8) if value and most else 0
    drawn = f'<rect class="bar" width="{wide:.1f}" height="10"/>'
    return (
        '<svg class="across" viewBox="0 0 100 10" preserveAspectRatio="none" '
        f'aria-hidden="true">{drawn}</svg>'
    )


def legend(table: ReportTable) -> str:
    """What a heat map shows, and what its strongest shade means."""
    return (
        f"{table.figures[0].title} by weekday and hour; the strongest shade is "
        f"{number(_highest(table), Unit.COUNT)}"
    )


def _highest(table: ReportTable) -> float:
    return max(
        (row.values[hour.name] or 0 for row in table.rows for hour in table.columns[1:]), default=0
    )


def heat(table: ReportTable) -> str:
    """Weekdays down, hours across, each hour shaded by its number, each day's sum at the end."""
    hours: Sequence[Column] = table.columns[1:]
    highest = _highest(table)
    wide, high = _DAY_ROOM + _CELL * len(hours) + _TOTAL_ROOM, _CELL_HIGH * (len(table.rows) + 1)
    parts = [
        (
            f'<text class="axis" x="{_DAY_ROOM + place * _CELL + _CELL / 2:.0f}" y="16" '
            f'text-anchor="middle">{escape(hour.title)}</text>'
        )
        for place, hour in enumerate(hours)
    ]
    for line, row in enumerate(table.rows, 1):
        y = line * _CELL_HIGH
        parts.append(f'<text class="day" x="0" y="{y + 17}">{escape(row.label)}</text>')
        parts += [
            _hour(row, hour, (_DAY_ROOM + place * _CELL, y), highest)
            for place, hour in enumerate(hours)
        ]
        total = number(row.values[table.columns[0].name], Unit.COUNT)
        parts.append(
            f'<text class="day" x="{wide}" y="{y + 17}" text-anchor="end">{escape(total)}</text>'
        )
    name = escape(table.title, quote=True)
    return (
        f'<svg class="chart heat" viewBox="0 0 {wide} {high + 2}" role="img" '
        f'aria-label="{name}">{"".join(parts)}</svg>'
    )


def _hour(row: TableRow, hour: Column, corner: tuple[int, int], highest: float) -> str:
    value = row.values[hour.name] or 0
    title = escape(f"{row.label} {hour.title}:00: {value}")
    level = shade(value, highest, LEVELS)
    size = f'width="{_CELL - 3}" height="{_CELL_HIGH - 3}" rx="3"'
    return (
        f'<rect class="hour h{level}" x="{corner[0]}" y="{corner[1]}" {size} '
        f'data-value="{value}"><title>{title}</title></rect>'
    )
