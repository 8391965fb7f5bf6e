"""`supportcli report`: a command for each report, a page of all of them, and the list with their
definitions."""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

import supportcli.domain.reports  # noqa: F401  # fills the registry
from supportcli.commands.command_group import NounGroup, examples, noun
from supportcli.commands.options.completion import calendars
from supportcli.commands.options.location import desk_of
from supportcli.commands.output import printing
from supportcli.commands.output.printing import AsJson
from supportcli.commands.reports import data, terminal
from supportcli.domain.reports.registry import REPORTS, Report, report_named
from supportcli.errors import UsageError
from supportcli.errors.files import FileUnwritable

if TYPE_CHECKING:
    from supportcli.domain.reports.table import ReportTable

Since = Annotated[
    str,
    typer.Option(
        metavar="WHEN",
        help="The start: 30d (today and the 29 days before), week, 2026-10-01, 2026-10.",
    ),
]
Until = Annotated[
    str,
    typer.Option(
        metavar="WHEN",
        help="The end; if it is a day, week or month, all of it is included.",
        show_default="now",
    ),
]
Where = Annotated[
    str,
    typer.Option(
        metavar="QUERY",
        help="Only tickets that match a query, such as tag:refund.",
        show_default=False,
    ),
]
Zone = Annotated[
    str,
    typer.Option(
        metavar="ZONE",
        help="The time zone of the days, such as Europe/Berlin.",
        show_default="the calendar's, or this machine's",
    ),
]
Calendar = Annotated[
    str,
    typer.Option(
        metavar="NAME",
        help="Count only the hours of this calendar.",
        show_default="all hours",
        autocompletion=calendars,
    ),
]
Compare = Annotated[
    bool,
    typer.Option(
        "--compare", help="Compare with the period before: yesterday, last week, last month."
    ),
]
Page = Annotated[
    Path | None,
    typer.Option(
        "--html",
        metavar="FILE",
        help="Write a page for a browser or a printer; - is standard output.",
        show_default=False,
    ),
]
AsCsv = Annotated[
    bool, typer.Option("--csv", help="Print CSV; times in seconds, shares from 0 to 1.")
]
Ids = Annotated[
    bool,
    typer.Option(
        "--ids",
        help=(
            "Print the tickets behind a number, one per line, repeated if one counts more than "
            "once."
        ),
    ),
]
OfRow = Annotated[
    str | None,
    typer.Option(
        "--row",
        metavar="ROW",
        help="With --ids: the row. Default: the total.",
        show_default=False,
    ),
]
OfColumn = Annotated[
    str | None,
    typer.Option(
        "--of",
        metavar="COLUMN",
        help="With --ids: the column. Default: the first.",
        show_default=False,
    ),
]


class Reports(NounGroup):
    """The reports as commands. (The context and commands are Typer's bundled click, which has no
    public name.)"""

    first: tuple[str, ...] = ()
    more: tuple[str, ...] = ("reports.my_day",)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ANN401
        """A report's command; WordUnknown, with the nearest one, if there is none."""
        found = super().get_command(ctx, cmd_name)
        if found is None and not ctx.resilient_parsing:
            report_named(cmd_name)
        return found


app = noun("Reports: tickets, waiting times, service levels, agents.")
app.info.cls = Reports


@dataclass(frozen=True, slots=True)
class _Form:
    """How to print a report."""

    as_json: bool = False
    as_csv: bool = False
    page: Path | None = None
    ids: bool = False
    row: str | None = None
    column: str | None = None

    def check(self) -> None:
        """UsageError if two forms are asked for at once."""
        forms = [
            name
            for name, asked in (
                ("--json", self.as_json),
                ("--csv", self.as_csv),
                ("--html", self.page),
            )
            if asked
        ]
        if len(forms) > 1 or (self.ids and set(forms) - {"--json"}):
            named = " and ".join([*(["--ids"] if self.ids else []), *forms])
            raise UsageError(f"{named} do not go together.", "Use one of them.")
        if not self.ids and (self.row is not None or self.column is not None):
            raise UsageError(
                "--row and --of need --ids.",
                "Add --ids, or leave them out.",
            )


def _ask(
    ctx: typer.Context,
    names: Sequence[str],
    where: str,
    **question: Any,  # noqa: ANN401 - the fields of a Question
) -> "list[ReportTable]":
    from supportcli.desk import reports

    asked = reports.Question(**question)
    with desk_of(ctx) as desk:
        return reports.run(desk, [(name, asked) for name in names], where)


def _show(tables: "Sequence[ReportTable]", form: _Form) -> None:
    if form.ids:
        data.print_ids(tables[0], form.row, form.column, as_json=form.as_json)
    elif form.as_json:
        data.print_json(tables)
    elif form.as_csv:
        data.print_csv(tables[0])
    elif form.page is not None:
        _write(form.page, tables)
    else:
        terminal.show(tables)


def _write(place: Path, tables: "Sequence[ReportTable]") -> None:
    from supportcli.commands.reports.page import page

    text = page(tables)
    if str(place) == "-":
        printing.exact(text)
        return
    try:
        _replace(place, text)
    except OSError as error:
        raise FileUnwritable(str(place), error.strerror or str(error), "--html FILE") from error
    printing.say(f"Wrote {place}.")


def _replace(place: Path, text: str) -> None:
    """Replace the page of before in one step: a web server never serves half of a new one. A link
    stays a link, a file keeps its permissions, and what is not a file (a pipe, /dev/stdout) is
    written to."""
    from supportcli.desk import saving

    if place.exists() and not place.is_file():
        place.write_text(text, encoding="utf-8")
        return
    target = Path(os.path.realpath(place))
    mode = target.stat().st_mode & 0o777 if target.exists() else 0o600
    saving.whole([text.encode()], target, force=True, mode=mode)


def _command(report: Report) -> Callable[..., None]:
    """The command of a report."""

    def run(
        ctx: typer.Context,
        *,
        since: Since = "30d",
        until: Until = "",
        by: Annotated[
            str,
            typer.Option(
                metavar="|".join(report.by),
                help="Group the rows by this"
                + (", or by a custom field: field:NAME." if "tag" in report.by else "."),
                show_default=report.by[0],
            ),
        ] = "",
        where: Where = "",
        zone: Zone = "",
        calendar: Calendar = "",
        compare: Compare = False,
        as_json: AsJson = False,
        as_csv: AsCsv = False,
        page: Page = None,
        ids: Ids = False,
        row: OfRow = None,
        column: OfColumn = None,
    ) -> None:
        form = _Form(as_json, as_csv, page, ids, row, column)
        form.check()
        _show(
            _ask(
                ctx,
                [report.name],
                where,
                since=since,
                until=until,
                by=by,
                zone=zone,
                calendar=calendar,
                compare=compare,
            ),
            form,
        )

    run.__doc__ = f"{report.sentence}\n\n{report.definition}"
    return run


def _examples(report: Report) -> str:
    call = f"supportcli report {report.name}"
    return examples(
        f"{call} --since week --compare",
        f"{call} --by {report.by[-1]} --csv",
        f"{call} --where tag:refund --ids",
    )


for _report in REPORTS.values():
    app.command(_report.name, epilog=_examples(_report))(_command(_report))


@app.command(
    "all",
    epilog=examples(
        "supportcli report all --since 7d",
        "supportcli report all --since month --compare --html month.html",
    ),
)
def all_(
    ctx: typer.Context,
    *,
    since: Since = "30d",
    until: Until = "",
    where: Where = "",
    zone: Zone = "",
    calendar: Calendar = "",
    compare: Compare = False,
    as_json: AsJson = False,
    page: Page = None,
) -> None:
    """Put all reports on one page."""
    form = _Form(as_json=as_json, page=page)
    form.check()
    _show(
        _ask(
            ctx,
            list(REPORTS),
            where,
            since=since,
            until=until,
            zone=zone,
            calendar=calendar,
            compare=compare,
        ),
        form,
    )


@app.command("list", epilog=examples("supportcli report list", "supportcli report list --json"))
def list_(as_json: AsJson = False) -> None:
    """List the reports with their definitions.

    A definition says what is counted, over what span, and what is left out."""
    if as_json:
        for report in REPORTS.values():
            printing.emit(data.description(report))
    else:
        terminal.show_definitions(list(REPORTS.values()))
