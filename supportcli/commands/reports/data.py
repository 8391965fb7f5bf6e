"""Reports for programs: JSON Lines, CSV, and the tickets behind a number."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from supportcli.commands.output import printing
from supportcli.desk.json_shapes import time
from supportcli.domain.imports.records import shielded
from supportcli.domain.reports.registry import Report
from supportcli.domain.reports.table import Column, Number, ReportTable, TableRow
from supportcli.domain.text.words import nearest
from supportcli.errors.names import NotFound, Thing, WordUnknown, first_of


def description(report: Report) -> Mapping[str, Any]:
    """A report as in `report list`."""
    columns = [
        {"name": column.name, "title": column.title, "unit": column.unit.value}
        for column in report.figures
    ]
    return {
        "report": report.name,
        "title": report.title,
        "definition": report.definition,
        "by": list(report.by),
        "columns": columns,
    }


def print_json(tables: Sequence[ReportTable]) -> None:
    """For each table a line about it (`type` is report), a line for each row, and one for the
    total."""
    for table in tables:
        printing.emit(_head(table))
        for row in table.rows:
            printing.emit(_line(table, "row", row, table.columns))
        printing.emit(_line(table, "total", table.total, table.figures))


def _head(table: ReportTable) -> Mapping[str, Any]:
    frame, before = table.frame, table.before
    return {
        "type": "report",
        "report": table.name,
        "title": table.title,
        "definition": table.definition,
        "since": time(frame.period.since),
        "until": time(frame.period.until),
        "zone": str(frame.zone),
        "calendar": frame.calendar,
        "where": frame.where,
        "by": table.by,
        "units": {column.name: column.unit.value for column in table.figures},
        "before": {
            "since": time(before.frame.period.since),
            "until": time(before.frame.period.until),
        }
        if before
        else None,
    }


def _line(
    table: ReportTable, kind: str, row: TableRow, columns: Sequence[Column]
) -> Mapping[str, Any]:
    shape: dict[str, Any] = {"type": kind, "report": table.name}
    if kind == "row":
        shape["row"] = row.key
    shape |= {column.name: row.values[column.name] for column in columns}
    if table.before is not None:
        earlier = table.earlier(row)
        shape["before"] = (
            {column.name: earlier.values[column.name] for column in columns} if earlier else None
        )
    return shape


def print_csv(table: ReportTable) -> None:
    """A line of headings, a line for each row, and the total. A tag or a name may begin like a
    formula."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    names = [column.name for column in table.figures]
    compared = [f"{name}_before" for name in names] if table.before else []
    writer.writerow([table.by, *names, *compared])
    for row in (*table.rows, table.total):
        earlier = table.earlier(row)
        writer.writerow(
            [
                shielded((row.label if row is table.total else row.key) or ""),
                *_cells(row, names),
                *(_cells(earlier, names) if compared else ()),
            ]
        )
    printing.exact(text.getvalue())


def _cells(row: TableRow | None, names: Sequence[str]) -> Iterator[Number]:
    yield from (row.values.get(name) if row else None for name in names)


def print_ids(table: ReportTable, row: str | None, column: str | None, *, as_json: bool) -> None:
    """Print the tickets behind a number, in the order of what was counted: a line for each time
    that one counts. NotFound if there is no such row, WordUnknown if there is no such column."""
    name = _column(table, column)
    for fact in table.behind(_row(table, row), name):
        if as_json:
            printing.emit(
                {
                    "number": fact.ticket.number,
                    "at": time(fact.at),
                    "seconds": fact.seconds,
                    "agent": fact.agent,
                }
            )
        else:
            printing.say(str(fact.ticket.number))


def _row(table: ReportTable, name: str | None) -> TableRow:
    if name is None:
        return table.total
    names = {
        word.lower(): row for row in reversed(table.rows) for word in (row.label, row.key or "none")
    }
    found = names.get(name.strip().lower())
    if found is None:
        hint = f"It has {first_of(row.key or 'none' for row in table.rows)}."
        raise NotFound(Thing.ROW, name, nearest=nearest(name, names), hint=hint)
    return found


def _column(table: ReportTable, name: str | None) -> str:
    names = {column.name: column.name for column in reversed(table.figures)} | {
        column.title.lower(): column.name for column in table.figures
    }
    if name is None:
        return table.figures[0].name
    found = names.get(name.strip().lower())
    if found is None:
        raise WordUnknown(
            f"The report {table.name} has no column",
            name,
            f"It has {first_of(column.name for column in table.figures)}.",
            nearest(name, names),
        )
    return found
