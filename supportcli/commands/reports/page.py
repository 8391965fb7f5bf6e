"""Reports as a page for a browser or a printer: one file, charts included, nothing fetched, light
or dark like the reader's system."""

from collections.abc import Iterator, Sequence
from html import escape
from importlib.resources import files

from supportcli.commands.reports import drawing
from supportcli.domain.reports.period import TIMES
from supportcli.domain.reports.table import Column, Number, ReportTable, TableRow, Unit
from supportcli.rendering.reports import figures
from supportcli.terminal import clean

_WIDE = 5
"""From so many columns on a table needs the full width."""

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{title}</title>
<style>
{style}</style>
</head>
<body>
<header>
<h1>{title}</h1>
<p>{period}</p>{compared}
</header>
<main{alone}>
{sections}
</main>
<footer>supportcli</footer>
</body>
</html>
"""


def page(tables: Sequence[ReportTable]) -> str:
    """The page of these tables, which share their period."""
    first = tables[0]
    compared = (
        f'\n<p class="compared">Compared with {_text(figures.span(first.before.frame))}</p>'
        if first.before
        else ""
    )
    return _PAGE.format(
        title=_text("Reports" if len(tables) > 1 else first.title),
        style=files("supportcli.commands.reports").joinpath("page.css").read_text(encoding="utf-8"),
        period=_text(figures.period(first.frame)),
        compared=compared,
        alone=' class="alone"' if len(tables) == 1 else "",
        sections="\n".join(_sections(tables)),
    )


def _text(words: str) -> str:
    return escape(clean(words), quote=True)


def _sections(tables: Sequence[ReportTable]) -> Iterator[str]:
    """Narrow sections go two in a row; one that would be alone takes the full width."""
    narrow = [
        table.name
        for table in tables
        if table.by not in TIMES and table.drawn and len(table.columns) < _WIDE
    ]
    paired = narrow[: len(narrow) // 2 * 2]
    for table in tables:
        yield _section(table, wide=table.name not in paired)


def _section(table: ReportTable, *, wide: bool) -> str:
    parts = [
        f"<h2>{_text(table.title)}</h2>",
        f'<dl class="figures">{"".join(_figures(table))}</dl>',
        *_body(table),
    ]
    parts.append(f'<p class="definition">{_text(table.definition)}</p>')
    return (
        f'<section id="{_text(table.name)}"{" class=wide" if wide else ""}>\n'
        + "\n".join(parts)
        + "\n</section>"
    )


def _figures(table: ReportTable) -> Iterator[str]:
    """The totals, in large type. (Of a heat map only the sum: its hours are in the map.)"""
    for column in table.figures if table.drawn else table.figures[:1]:
        now, earlier = table.total.values[column.name], table.earlier(table.total)
        change = (
            figures.difference(now, earlier.values[column.name], column.unit) if earlier else ""
        )
        said = f'<dd class="change">{_text(change)}</dd>' if change else ""
        number = f"<dd{_value(now, column)}>{_number(now, column.unit)}</dd>"
        yield f"<div><dt>{_text(column.title)}</dt>{number}{said}</div>"


def _number(value: Number, unit: Unit) -> str:
    return "–" if value is None else _text(figures.number(value, unit)).replace(" ", "&#8239;")


def _value(value: Number, column: Column) -> str:
    return f' data-column="{_text(column.name)}" data-value="{"" if value is None else value}"'


def _body(table: ReportTable) -> Iterator[str]:
    if not table.rows:
        yield '<p class="nothing">There is nothing to count in this period.</p>'
    elif not table.drawn:
        yield f'<p class="caption">{_text(drawing.legend(table))}</p>{drawing.heat(table)}'
    elif table.by in TIMES:
        drawn = next(column for column in table.columns if column.name == table.drawn)
        yield (
            f'<p class="caption">{_text(drawn.title)} by '
            f"{_text(table.by)}</p>{drawing.columns(table, drawn)}"
        )
        yield (
            "<details><summary>Numbers by "
            f"{_text(table.by)}</summary>{_rows(table, bars=False)}</details>"
        )
    else:
        yield _rows(table, bars=True)


def _rows(table: ReportTable, *, bars: bool) -> str:
    heads = [
        f'<th class="name">{_text(table.by.capitalize())}</th>',
        *(["<th></th>"] if bars else []),
    ]
    heads += [f"<th>{_text(column.title)}</th>" for column in table.columns]
    most = figures.most(table)
    body = []
    for row in table.rows:
        drawn = (
            f'<td class="drawn">{drawing.bar(row.values[table.drawn], most)}</td>' if bars else ""
        )
        numbers = "".join(_cell(table, row, column) for column in table.columns)
        body.append(
            f'<tr><th scope="row" class="name">{_text(row.label)}</th>{drawn}{numbers}</tr>'
        )
    one = " class=one" if len(table.columns) == 1 else ""
    head = f"<thead><tr>{''.join(heads)}</tr></thead>"
    return f"<table{one}>{head}<tbody>{''.join(body)}</tbody></table>"


def _cell(table: ReportTable, row: TableRow, column: Column) -> str:
    value, before = row.values[column.name], ""
    if table.before is not None and column.name == table.drawn:
        nothing = 0 if column.unit is Unit.COUNT and row.place is None else None
        earlier = table.earlier(row)
        was = earlier.values[column.name] if earlier else nothing
        before = f"<small>{_number(was, column.unit)}</small>"
    return f"<td{_value(value, column)}>{_number(value, column.unit)}{before}</td>"
