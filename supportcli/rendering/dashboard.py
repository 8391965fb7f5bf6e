"""The dashboard as lines: figures of today and this week, the age of the backlog, agents, the
hours, and, if there is room, the last days."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from supportcli.domain.reports.table import ReportTable, Unit
from supportcli.rendering import figures
from supportcli.rendering.ink import Ink, Span, Spans, cut, fit, shortened, width_of_all
from supportcli.terminal import clean

TODAY, WEEK = "Today", "This week"
_BEFORE = {TODAY: "vs yesterday", WEEK: "vs last week"}

FIGURES = (
    ("Created", "volume", "created"),
    ("Went out", "backlog", "closed"),
    ("Open", "backlog", "open"),
    ("Replies", "agents", "replies"),
    ("First response", "first-response", "median"),
    ("Next response", "next-response", "median"),
    ("Resolution", "resolution", "median"),
    ("Service levels", "service-levels", "achieved"),
    ("Reopened", "reopened", "reopened"),
)
"""The figures for today and the week: the name, the report and its column. Times are medians."""

NAMES = tuple(dict.fromkeys(name for _, name, _ in FIGURES))
"""The reports behind the figures."""

_TWO_PANELS = 78
_ROOMY = 60
_TALL = 36
_LABEL = 15
_CHANGE = 16
_GAP = 2


@dataclass(frozen=True, slots=True)
class Numbers:
    """The tables of a dashboard: those of the figures for today and this week by name (each with
    the period before), and the others."""

    figures: Mapping[str, Mapping[str, ReportTable]]
    age: ReportTable
    agents: ReportTable
    hours: ReportTable
    created: ReportTable
    backlog: ReportTable


def page(numbers: Numbers, width: int, height: int) -> list[Spans]:
    """The lines of the dashboard, each at most `width` cells."""
    two = width >= _TWO_PANELS
    wide = (width - 1 - _GAP) // 2 if two else width - 1
    panels = [
        _figures(numbers, wide),
        _bars(numbers.age, "Open tickets by age", wide),
        _agents(numbers.agents, wide),
        _hours(numbers.hours, wide),
    ]
    if height >= _TALL or not two:
        panels += [
            _bars(numbers.created, "Created by day", wide),
            _bars(numbers.backlog, "Open by day", wide),
        ]
    frame = numbers.figures[WEEK]["volume"].frame
    head = (
        f"from midnight and from Monday, {frame.zone}, "
        f"{'by ' + frame.calendar if frame.calendar else 'by the clock'}"
    )
    lines: list[Spans] = [cut(((" Dashboard  ", Ink.TITLE), (clean(head), Ink.DIM)), width)]
    pairs = (
        zip(panels[::2], panels[1::2], strict=True) if two else ((panel, ()) for panel in panels)
    )
    for place, (left, right) in enumerate(pairs):
        if place or height >= _TALL:
            lines.append(())
        lines += _beside(left, right, wide)
    return lines


def _beside(left: Sequence[Spans], right: Sequence[Spans], wide: int) -> Iterator[Spans]:
    for one, other in zip_longest(left, right, fillvalue=()):
        room = wide - width_of_all(one)
        yield ((" ", Ink.TEXT), *one, *(((" " * (room + _GAP), Ink.TEXT), *other) if other else ()))


def _figures(numbers: Numbers, wide: int) -> list[Spans]:
    roomy = wide >= _ROOMY
    most = (wide - _LABEL) // 2
    lines: list[Spans] = [
        ((fit("Figures", _LABEL), Ink.TITLE), *_heads(numbers.figures, most, roomy=roomy))
    ]
    for label, report, column in FIGURES:
        spans: list[Span] = [(fit(label, _LABEL), Ink.TEXT)]
        for tables in numbers.figures.values():
            spans += _figure(tables[report], column, most, roomy=roomy)
        lines.append(tuple(spans))
    return lines


def _heads(names: Iterable[str], most: int, *, roomy: bool) -> Iterator[Span]:
    """The headings of the figures and of their changes."""
    for name in names:
        yield f"{name:>{most - (_CHANGE if roomy else 0)}}", Ink.TITLE
        if roomy:
            yield fit(f"  {_BEFORE[name]}", _CHANGE), Ink.DIM


def _figure(table: ReportTable, name: str, most: int, *, roomy: bool) -> Iterator[Span]:
    unit = next(column.unit for column in table.figures if column.name == name)
    value, earlier = table.total.values[name], table.earlier(table.total)
    said = figures.number(value, unit)
    change = figures.difference(value, earlier.values[name], unit) if earlier and roomy else ""
    room = most - (_CHANGE if roomy else 0)
    yield f"{said:>{room}}", Ink.NUMBER if value else Ink.DIM
    if roomy:
        yield fit(f"  {change}", _CHANGE), Ink.DIM


def _bars(table: ReportTable, title: str, wide: int) -> list[Spans]:
    """A bar for each row."""
    label = max((len(row.label) for row in table.rows), default=0) + 1
    most, room = figures.most(table), wide - label - 6
    lines: list[Spans] = [((title, Ink.TITLE),)]
    for row in table.rows:
        value = row.values[table.drawn]
        drawn = figures.bar(value, most, room)
        lines.append(
            (
                (fit(row.label, label), Ink.TEXT),
                (f"{figures.number(value, Unit.COUNT):>5} ", Ink.NUMBER),
                (drawn, Ink.OURS),
            )
        )
    return lines


def _agents(table: ReportTable, wide: int) -> list[Spans]:
    name, columns = wide - 27, (("replies", 8), ("solved", 7), ("median", 12))
    heads = "".join(
        f"{title:>{most}}"
        for title, (_, most) in zip(("Replies", "Solved", "Response"), columns, strict=True)
    )
    lines: list[Spans] = [((fit("Agents", name), Ink.TITLE), (heads, Ink.DIM))]
    for row in table.rows:
        units = (Unit.SECONDS if key == "median" else Unit.COUNT for key, _ in columns)
        cells = (
            f"{figures.number(row.values[key], unit):>{most}}"
            for (key, most), unit in zip(columns, units, strict=True)
        )
        lines.append(
            (
                (fit(shortened(clean(row.label), name - 1), name), Ink.PERSON),
                ("".join(cells), Ink.NUMBER),
            )
        )
    return lines if table.rows else [*lines, (("No agent has done anything yet.", Ink.DIM),)]


def _hours(table: ReportTable, wide: int) -> list[Spans]:
    cells = 2 if wide >= _ROOMY + _GAP else 1
    return [(("Customers write, last 4 weeks", Ink.TITLE),), *figures.heat(table, cells=cells)]
