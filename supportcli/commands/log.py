"""`supportcli log`: the audit trail."""

import json
from typing import TYPE_CHECKING, Annotated

import typer

from supportcli.commands.command_group import examples
from supportcli.commands.options import numbers
from supportcli.commands.options.completion import ticket_numbers
from supportcli.commands.options.location import desk_of
from supportcli.commands.output import printing
from supportcli.commands.output.printing import AsJson, TableColumn
from supportcli.domain.history import WORDS

if TYPE_CHECKING:
    from supportcli.domain.history import HistoryEntry

app = typer.Typer(rich_markup_mode=None, add_completion=False)

_COLUMNS = (
    TableColumn("When", 16),
    TableColumn("Who", 24, least=8, goes=2),
    TableColumn("What", 10, goes=3),
    TableColumn("Which", 24, least=6),
    TableColumn("Did", 34, least=12),
    TableColumn("Changes", least=12, goes=1, grows=True),
)


@app.command(
    epilog=examples(
        "supportcli log",
        "supportcli log --by bea --since week",
        "supportcli log --ticket 12 --since 2026",
        "supportcli log --since month --limit 100000 --json > november.jsonl",
    )
)
def log(
    ctx: typer.Context,
    *,
    by: Annotated[
        str | None,
        typer.Option(
            metavar="AGENT", help="Only what this agent did; desk: what the desk did by itself."
        ),
    ] = None,
    ticket: Annotated[
        str | None,
        typer.Option(
            metavar="NUMBER",
            help="Only what was done to this ticket.",
            autocompletion=ticket_numbers,
        ),
    ] = None,
    since: Annotated[
        str,
        typer.Option(metavar="WHEN", help="The start: today, yesterday, week, 30d or 2026-11-01."),
    ] = "today",
    until: Annotated[
        str,
        typer.Option(
            metavar="WHEN",
            help="The end; if it is a day, week or month, all of it is included.",
            show_default="now",
        ),
    ] = "",
    limit: Annotated[int, typer.Option(min=1, max=10_000_000, help="The newest so many.")] = 500,
    as_json: AsJson = False,
) -> None:
    """Show what everybody did, the oldest first. It is about tickets, held mail, senders and
    people.

    Each verb, each email that came in and what the desk noted by itself is an entry; nothing
    removes one, not even undo. --json has what was before and after, and the gesture that all
    entries of one verb share."""
    from supportcli.desk import history

    number = None if ticket is None else numbers.one(ticket)
    with desk_of(ctx) as desk:
        page = history.log(desk, since=since, until=until, by=by, ticket=number, most=limit)
    if as_json:
        for entry in page.entries:
            printing.emit(history.as_json(entry))
    else:
        printing.table(_COLUMNS, map(_row, page.entries), "Nothing was done.")
    if page.more:
        first = page.entries[0].at.astimezone()
        printing.warn(
            f"There are more than {limit} entries; these are the newest.",
            f"See those before with --until {first:%Y-%m-%dT%H:%M}, or more with --limit.",
        )


def _row(entry: "HistoryEntry") -> tuple[str, ...]:
    again = "undid: " if entry.undoes and entry.kind != "undone" else ""
    return (
        f"{entry.at.astimezone():%Y-%m-%d %H:%M}",
        entry.by.address or "the desk",
        entry.about,
        f"#{entry.which}" if entry.about == "ticket" else entry.which,
        again + WORDS[entry.about].get(entry.kind, entry.kind),
        _changes(entry),
    )


def _changes(entry: "HistoryEntry") -> str:
    """“status open → solved, tags refund”."""
    told = []
    for name, value in entry.after.items():
        before = entry.before.get(name)
        was = f"{_said(before)} → " if before not in (None, [], "") else ""
        told.append(f"{name.removesuffix('_id')} {was}{_said(value)}")
    return ", ".join(told)


def _said(value: object) -> str:
    match value:
        case None:
            return "none"
        case str() | int():
            return str(value)
        case list() if all(isinstance(one, str) for one in value):
            return " ".join(value) or "none"
        case _:
            return json.dumps(value, ensure_ascii=False)
