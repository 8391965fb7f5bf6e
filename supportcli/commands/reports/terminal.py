"""Reports for people at a terminal: tables with bars, a heat map of hours, and definitions
below."""

import sys
from collections.abc import Iterator, Sequence

from supportcli.commands.output import printing
from supportcli.commands.output.printing import TableColumn
from supportcli.domain.reports.registry import Report
from supportcli.domain.reports.table import Column as ReportColumn
from supportcli.domain.reports.table import ReportTable, TableRow, Unit
from supportcli.rendering.ink import Ink, Spans, width_of
from supportcli.rendering.reports import figures
from supportcli.rendering.reports.figures import BLOCKS, PLAIN, Signs
from supportcli.rendering.wrap import wrapped
from supportcli.terminal import clean

_WIDEST_BAR = 40
_NARROWEST_BAR = 8
_WIDEST_PROSE = 100
_SHORTEST_LABEL = 16
_WIDE_MAP = 64
"""Width from which each hour of a heat map has two cells."""


def show(tables: Sequence[ReportTable]) -> None:
    """Print tables one below the other."""
    signs = BLOCKS if "utf" in (sys.stdout.encoding or "").lower() else PLAIN
    for place, table in enumerate(tables):
        if place:
            printing.say("")
        printing.paint_lines(
            [((table.title, Ink.TITLE),), *_prose(clean(figures.period(table.frame)))]
        )
        if table.before is not None:
            printing.paint_lines(_prose(f"Compared with {clean(figures.span(table.before.frame))}"))
        printing.say("")
        if table.drawn or not printing.on_terminal():
            printing.table(
                *_cells(table, signs), "There is nothing to count in this period.", headed=True
            )
        else:
            printing.paint_lines(
                figures.heat(table, signs, cells=2 if printing.width() >= _WIDE_MAP else 1)
            )
        _show_figures(table)
        printing.say("")
        printing.paint_lines(_prose(table.definition))


def show_definitions(reports: Sequence[Report]) -> None:
    """Print what each report counts."""
    for place, report in enumerate(reports):
        if place:
            printing.say("")
        printing.paint_lines(
            [
                (
                    (report.name, Ink.TITLE),
                    (f" · {report.title} · by {', '.join(report.by)}", Ink.DIM),
                ),
                *_prose(report.definition),
            ]
        )


def _prose(text: str) -> Iterator[Spans]:
    for line in wrapped(text, min(printing.width(), _WIDEST_PROSE)):
        yield ((line, Ink.DIM),)


def _show_figures(table: ReportTable) -> None:
    """Totals that no column of the table shows, such as the median below a distribution, or the sum
    below a heat map."""
    mapped = not table.drawn and printing.on_terminal()
    others = (
        table.figures[:1]
        if mapped
        else [column for column in table.figures if column not in table.columns]
    )
    if others:
        printing.paint_lines(
            [((" · ".join(_figure(table, column) for column in others), Ink.STRONG),)]
        )


def _figure(table: ReportTable, column: ReportColumn) -> str:
    change = (
        _change(table, table.total, column.name, column.unit) if table.before is not None else ""
    )
    return f"{column.title} {figures.number(table.total.values[column.name], column.unit)}" + (
        f" ({change})" if change else ""
    )


def _cells(table: ReportTable, signs: Signs) -> tuple[list[TableColumn], list[list[str]]]:
    """The columns and rows of a table, numbers aligned right, with the total below and, on a
    terminal, a bar after each row."""
    rows = [*table.rows, table.total] if table.rows else []
    titles, cells = [""], [[row.label] for row in rows]
    for column in table.columns:
        _add(
            titles,
            cells,
            column.title,
            [figures.number(row.values[column.name], column.unit) for row in rows],
        )
        if table.before is not None and _is_compared(table, column):
            _add(
                titles,
                cells,
                "Change",
                [_change(table, row, column.name, column.unit) for row in rows],
            )
    shown = [
        TableColumn(
            title, least=len(title) if place else _SHORTEST_LABEL, goes=_goes(place, len(titles))
        )
        for place, title in enumerate(titles)
    ]
    room = printing.width() - sum(
        max(width_of(row[place]) for row in [titles, *cells]) + 2 for place in range(len(titles))
    )
    if table.drawn and printing.on_terminal() and room >= _NARROWEST_BAR:
        most = figures.most(table)
        bars = [
            figures.bar(row.values[table.drawn], most, min(room, _WIDEST_BAR), signs)
            if row is not table.total
            else ""
            for row in rows
        ]
        shown.append(TableColumn("", goes=1))
        cells = [[*line, drawn] for line, drawn in zip(cells, bars, strict=True)]
    return shown, cells


def _is_compared(table: ReportTable, column: ReportColumn) -> bool:
    """Whether a column is compared: counts are, and what is drawn; of a heat map only the sum."""
    return (
        column.unit is Unit.COUNT and column in table.columns[: None if table.drawn else 1]
    ) or column.name == table.drawn


def _goes(place: int, places: int) -> int:
    """The last columns leave a narrow terminal first, the label and the first number never."""
    return places - place + 1 if place > 1 else 0


def _add(titles: list[str], cells: list[list[str]], title: str, numbers: Sequence[str]) -> None:
    wide = max(map(len, (title, *numbers)))
    titles.append(title.rjust(wide))
    for line, number in zip(cells, numbers, strict=True):
        line.append(number.rjust(wide))


def _change(table: ReportTable, row: TableRow, name: str, unit: Unit) -> str:
    earlier = table.earlier(row)
    if earlier is None:
        return "new" if row.values[name] else ""
    return figures.difference(row.values[name], earlier.values[name], unit)
