"""`supportcli canned`: responses written once and filled in for each ticket. Files and folders are
in the module added below."""

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from supportcli.commands.command_group import examples, noun
from supportcli.commands.options import numbers
from supportcli.commands.options.completion import shortcuts
from supportcli.commands.options.location import desk_of
from supportcli.commands.options.since import Since, since_of
from supportcli.commands.output import printing
from supportcli.commands.output.printing import AsJson, TableColumn

if TYPE_CHECKING:
    from supportcli.domain.canned.responses import StoredResponse

app = noun(
    "Canned responses and macros, filled in for each ticket.",
    more=("canned.writing", "canned.folders"),
)

Which = Annotated[
    str,
    typer.Argument(metavar="SHORTCUT", help="The response's shortcut.", autocompletion=shortcuts),
]

_COLUMNS = (
    TableColumn("Shortcut", least=10),
    TableColumn("Title", least=24, grows=True),
    TableColumn("For", 28, least=8, goes=3),
    TableColumn("Languages", 14, goes=2),
    TableColumn("Does", 40, least=12, goes=4),
    TableColumn("Files", goes=1),
)


@app.command(
    "list",
    epilog=examples("supportcli canned list", "supportcli canned list --json | jq -r .shortcut"),
)
def list_(ctx: typer.Context, as_json: AsJson = False) -> None:
    """List the canned responses that you may use."""
    from supportcli.desk.canned import canned_json, responses

    with desk_of(ctx) as desk:
        every = responses.list_canned(desk)
    if as_json:
        for kept in every:
            printing.emit(canned_json.canned(kept))
        return
    printing.table(
        _COLUMNS,
        map(_row, every),
        "There are no canned responses yet. Add one with: supportcli canned add SHORTCUT",
    )


def _row(kept: "StoredResponse") -> tuple[str, ...]:
    one = kept.canned
    readers = "me" if kept.mine else f"[{one.team}]" if one.team else ""
    whom = " ".join(filter(None, (readers, one.mailbox))) or "all"
    languages = " ".join(body.language or "–" for body in one.bodies)
    return one.shortcut, one.title, whom, languages, one.macro.words, str(len(one.files) or "")


@app.command(
    epilog=examples(
        "supportcli canned show received", "supportcli canned show received --version 1"
    )
)
def show(
    ctx: typer.Context,
    shortcut: Which,
    *,
    version: Annotated[
        int | None,
        typer.Option(min=1, metavar="N", help="Show this version.", show_default=False),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show the source of a canned response, and its versions."""
    from supportcli.desk.canned import canned_json, responses, text_format
    from supportcli.errors.names import NotFound, Thing

    with desk_of(ctx) as desk:
        versions = responses.history(desk, shortcut)
    if version is not None and version > len(versions):
        raise NotFound(
            Thing.CANNED_VERSION,
            f"{version} of “{shortcut}”",
            hint=f"The newest is {len(versions)}: supportcli canned show {shortcut}",
        )
    kept = versions[(version or len(versions)) - 1]
    if as_json:
        printing.emit(canned_json.canned(kept))
        return
    fence, *text = (
        text_format.written(kept.canned, {file.name: file.name for file in kept.canned.files})
        .rstrip("\n")
        .split("\n")
    )
    here = [
        f"# {_version(one)}{'  (shown)' if one is kept and version else ''}" for one in versions
    ]  # comments, so that all of it can be imported
    for line in (fence, *here, *text):
        printing.say(line)


def _version(one: "StoredResponse") -> str:
    return (
        f"version {one.version}  {one.since.astimezone():%Y-%m-%d %H:%M}  "
        f"{one.by or 'came with the desk'}"
    )


@app.command(epilog=examples("supportcli canned preview received 12"))
def preview(
    ctx: typer.Context, shortcut: Which, ticket: numbers.Number, as_json: AsJson = False
) -> None:
    """Preview a canned response, filled in for a ticket. Missing values are marked; nothing is
    sent."""
    from supportcli.desk.canned import filling
    from supportcli.terminal import clean

    number = numbers.one(ticket)
    with desk_of(ctx) as desk:
        inserted = filling.insertion(desk, number, shortcut)
    one = inserted.kept.canned
    files = [file.name for file in one.files]
    if as_json:
        told = {
            "shortcut": one.shortcut,
            "number": number,
            "language": inserted.language or None,
            "text": inserted.text,
        }
        printing.emit(
            {
                **told,
                "missing": list(inserted.missing),
                "attachments": files,
                "macro": one.macro.words,
            }
        )
        return
    for line in clean(inserted.text, lines=True).split("\n"):
        printing.say(line)
    notes = [
        ("with", ", ".join(files)),
        ("then", one.macro.words),
        ("missing", ", ".join(f"⟦{blank}?⟧" for blank in inserted.missing)),
    ]
    for what, said in notes:
        if said:
            sys.stderr.write(f"{what}: {clean(said)}\n")


@app.command(epilog=examples("supportcli canned remove received"))
def remove(ctx: typer.Context, shortcut: Which, as_json: AsJson = False) -> None:
    """Remove a canned response. Replies already sent with it are unaffected. If you add it again,
    it gets its earlier versions back."""
    from supportcli.desk.canned import canned_json, responses

    with desk_of(ctx) as desk:
        kept = responses.remove(desk, shortcut)
    with printing.telling():
        if as_json:
            printing.emit(canned_json.canned(kept))
        else:
            printing.say(
                f"Removed “{kept.canned.shortcut}”. What was sent with it stays; canned add "
                "brings it back."
            )


_USAGE = (
    TableColumn("Uses"),
    TableColumn("Shortcut", least=10),
    TableColumn("Title", least=20, grows=True),
    TableColumn("Tickets", goes=2),
    TableColumn("Agents", goes=1),
    TableColumn("Last used", 12, goes=4),
    TableColumn("Age", 8, goes=3),
)


@app.command(
    epilog=examples("supportcli canned report", "supportcli canned report --since 90d --json")
)
def report(ctx: typer.Context, *, since: Since = None, as_json: AsJson = False) -> None:
    """Show how often each canned response is used. It also shows how old each one is and which are
    never used. Undone uses do not count."""
    from supportcli.desk.canned import canned_json, responses
    from supportcli.rendering.times import moment, span

    with desk_of(ctx) as desk:
        now = desk.now()
        every = responses.report(desk, since_of(since, now))
    if as_json:
        for one in every:
            printing.emit(canned_json.usage(one))
        return
    rows = (
        (
            str(one.uses),
            one.kept.canned.shortcut,
            one.kept.canned.title,
            str(one.tickets),
            str(one.agents),
            moment(one.last_at, now) if one.last_at else "never",
            span(now - one.kept.created_at),
        )
        for one in every
    )
    printing.table(
        _USAGE,
        rows,
        "There are no canned responses yet. Add one with: supportcli canned add SHORTCUT",
    )
