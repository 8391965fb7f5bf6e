"""`supportcli export`: tickets to files, each form with what it can hold."""

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from supportcli.commands.command_group import examples, noun
from supportcli.commands.options.location import desk_of
from supportcli.commands.output import printing
from supportcli.commands.tickets.listing import query_of
from supportcli.errors import UsageError
from supportcli.errors.files import FileInTheWay, FileUnwritable
from supportcli.errors.program import OutputClosed

app = noun("Export tickets: as mail, as JSON Lines, or as a table.")

_QUERIES = {"ignore_unknown_options": True, "help_option_names": ["--help"]}
"""A query may begin with a hyphen."""

Query = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="QUERY",
        help="Which tickets, as in ticket list; status:any is all of them.",
        show_default=False,
    ),
]
Output = Annotated[
    Path | None,
    typer.Option(
        "--output",
        "-o",
        metavar="FILE",
        help="Write to this file instead of standard output.",
        show_default=False,
    ),
]
Force = Annotated[bool, typer.Option("--force", help="Overwrite FILE, or write to a terminal.")]


@app.command(
    context_settings=_QUERIES,
    epilog=examples(
        "supportcli export mbox status:any -o desk.mbox",
        "supportcli export mbox tag:refund > refunds.mbox",
    ),
)
def mbox(
    ctx: typer.Context, *, query: Query = None, out: Output = None, force: Force = False
) -> None:
    """Export emails byte for byte, for any mail program. Your replies are included."""
    _export(ctx, "mbox", query or [], out, force=force)


@app.command(
    context_settings=_QUERIES,
    epilog=examples(
        "supportcli export jsonl status:any --raw -o desk.jsonl",
        "supportcli export jsonl from:@acme.test | jq .subject",
    ),
)
def jsonl(
    ctx: typer.Context,
    *,
    query: Query = None,
    raw: Annotated[
        bool, typer.Option("--raw", help="Include the emails themselves, with attachments.")
    ] = False,
    out: Output = None,
    force: Force = False,
) -> None:
    """Export one line per ticket, for `import jsonl`. Notes are included."""
    _export(ctx, "jsonl", query or [], out, force=force, raw=raw)


@app.command(
    "csv",
    context_settings=_QUERIES,
    epilog=examples(
        "supportcli export csv -o tickets.csv", "supportcli export csv status:open > open.csv"
    ),
)
def csv_(
    ctx: typer.Context, *, query: Query = None, out: Output = None, force: Force = False
) -> None:
    """Export one row per message, for spreadsheets. Cells that a spreadsheet would read as formulas
    get a ' in front."""
    _export(ctx, "csv", query or [], out, force=force)


def _export(
    ctx: typer.Context,
    form: str,
    words: list[str],
    out: Path | None,
    *,
    force: bool,
    raw: bool = False,
) -> None:
    from supportcli.desk.exports.files import Exported, Form, export

    wanted = query_of(words, f"export {form}")
    with desk_of(ctx) as desk:
        done = Exported()
        pieces = export(desk, Form(form), wanted, done, raw=raw)
        if out is not None and str(out) != "-":
            _write(out, pieces, force=force)
            printing.say(
                f"Wrote {out}: {_counted(done.tickets, 'ticket')}, "
                f"{_counted(done.messages, 'email' if form == 'mbox' else 'message')}."
            )
        else:
            _print(pieces, form, force=force)
    if left := [
        _counted(count, what)
        for count, what in (
            (done.notes, "note"),
            (done.unsent, "unsent answer"),
            (done.without_mail, "message"),
        )
        if count
    ]:
        printing.warn(
            f"Left out, because there is no email for them: {', '.join(left)}.",
            "To include them: supportcli export jsonl",
        )


def _write(place: Path, pieces: Iterable[bytes], *, force: bool) -> None:
    """Write a file that is complete or not there at all."""
    from supportcli.desk import saving

    try:
        saving.whole(pieces, place, force=force)
    except FileExistsError as error:
        raise FileInTheWay(str(place)) from error
    except OSError as error:
        raise FileUnwritable(str(place), error.strerror or str(error), "--output FILE") from error


def _print(pieces: Iterable[bytes], form: str, *, force: bool) -> None:
    """Write to standard output, but never a stranger's text to a terminal."""
    if sys.__stdout__ is None:  # its replacement (see `__main__`) leads nowhere
        raise OutputClosed
    if printing.on_terminal() and form != "jsonl" and not force:
        raise UsageError(
            "Mail is not written to a terminal.",
            f"Redirect it: supportcli export {form} … > FILE, or give a file name with --output.",
        )
    sys.stdout.flush()
    for piece in pieces:
        sys.stdout.buffer.write(piece)
    sys.stdout.buffer.flush()


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
