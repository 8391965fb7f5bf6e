"""`supportcli canned add|edit`: write canned responses, from options and a text, or as a whole in
the editor."""

from typing import TYPE_CHECKING, Annotated

import typer

from supportcli.commands.canned.options import (
    Language,
    OfTeam,
    Options,
    SharedOptions,
    Title,
    shortcut_of,
    with_options,
)
from supportcli.commands.canned.texts import TextGiven, said_in, sheet_of, written
from supportcli.commands.command_group import examples
from supportcli.commands.options.completion import shortcuts
from supportcli.commands.options.location import desk_of
from supportcli.commands.options.text_input import File, Pipe, Text
from supportcli.commands.output import printing
from supportcli.commands.output.printing import AsJson
from supportcli.errors import UsageError

if TYPE_CHECKING:
    from supportcli.desk import Desk
    from supportcli.domain.canned.responses import StoredResponse

app = typer.Typer(rich_markup_mode=None)


@app.command(
    epilog=examples(
        "supportcli canned add thanks --title 'Thank you' \\",
        "    --text 'Thank you, {{ customer.first_name | default(\"there\") }}!'",
        "supportcli canned add refund --title 'Refund' --file refund.txt \\",
        "    --attach form.pdf --status solved --tag +refund",
        "supportcli canned add invoice --title 'To billing' --to-team billing \\",
        "    --field plan=pro --team billing",
        "supportcli canned add thanks --file thanks.md",
    )
)
@with_options()
def add(
    ctx: typer.Context,
    shortcut: Annotated[
        str,
        typer.Argument(metavar="SHORTCUT", help="A short word to find and insert it by."),
    ],
    *,
    pipe: Pipe = None,
    title: Title = None,
    text: Text = None,
    file: File = None,
    language: Language = None,
    mine: Annotated[
        bool, typer.Option("--mine", help="Only for me. Default: for everybody.")
    ] = False,
    team: OfTeam = None,
    asked: SharedOptions,
    as_json: AsJson = False,
) -> None:
    """Add a canned response. The text comes from --text, --file or a pipe; otherwise your editor
    opens with the complete response. A macro needs no text.

    The text is Markdown, with {{ customer.first_name | default("there") }} and the like; see:
    supportcli canned lint --help. A text that begins with a line of +++ is a complete response, as
    canned export writes it."""
    from supportcli.desk.canned import responses
    from supportcli.domain.canned.responses import Body, Canned

    word = shortcut_of(shortcut)
    options = Options(asked, title=title, scope="me" if mine else None, team=team)
    begin = options.of(Canned(word, "", (Body((language or "").lower(), ""),)))
    given = TextGiven(text, file, pipe, language)
    with (
        desk_of(ctx) as desk,
        written(given, begin, options, sheet_of(begin), may_be_blank=bool(begin.macro)) as new,
    ):
        made = responses.add(desk, new, options.contents)
    _tell(made, "Added", as_json=as_json)


@app.command(
    epilog=examples(
        "supportcli canned edit refund",
        "supportcli canned edit refund --title 'Your refund' --tag +money",
        "supportcli canned edit refund --language de --file refund.de.txt",
        "supportcli canned edit refund --attach form.pdf --detach old.pdf",
        "supportcli canned edit refund --rename money-back --scope all",
    )
)
@with_options()
def edit(
    ctx: typer.Context,
    shortcut: Annotated[
        str,
        typer.Argument(
            metavar="SHORTCUT", help="The response's shortcut.", autocompletion=shortcuts
        ),
    ],
    *,
    pipe: Pipe = None,
    title: Title = None,
    text: Text = None,
    file: File = None,
    language: Language = None,
    rename: Annotated[
        str | None,
        typer.Option("--rename", metavar="SHORTCUT", help="Its new shortcut.", show_default=False),
    ] = None,
    scope: Annotated[
        str | None,
        typer.Option("--scope", metavar="me|all", help="Who sees it.", show_default=False),
    ] = None,
    team: OfTeam = None,
    detach: Annotated[
        list[str] | None,
        typer.Option(
            "--detach", metavar="NAME", help="An attached file to remove.", show_default=False
        ),
    ] = None,
    asked: SharedOptions,
    as_json: AsJson = False,
) -> None:
    """Change a canned response. Options change only what they name; without options, all of it
    opens in your editor. Earlier versions are kept.

    --language with a text changes or adds that language; alone, it opens that text in your
    editor."""
    from supportcli.desk.canned import responses

    options = Options(
        asked, title=title, detach=detach or (), rename=rename, scope=scope, team=team
    )
    given = TextGiven(text, file, pipe, language)
    with desk_of(ctx) as desk:
        before = responses.canned(desk, shortcut)
        made = _edited(desk, before, options, given)
    _tell(
        made, "Changed" if made.version != before.version else "Nothing changed in", as_json=as_json
    )


def _edited(
    desk: "Desk", before: "StoredResponse", options: Options, given: TextGiven
) -> "StoredResponse":
    """Change a response by options, by a text, or by both."""
    from supportcli.desk.canned import responses

    begin = options.of(before.canned)
    if begin != before.canned and not given.is_named:
        if given.language:
            raise UsageError(
                "--language needs a text.",
                "Give it with --text, --file or a pipe.",
            )
        return responses.edit(desk, before, begin, options.contents)
    opened = said_in(begin, given.language) if given.language else sheet_of(begin)
    may_be_blank = given.is_named and bool(begin.macro)
    with written(given, begin, options, opened, may_be_blank=may_be_blank) as new:
        return responses.edit(desk, before, new, options.contents)


def _tell(made: "StoredResponse", what: str, *, as_json: bool) -> None:
    with printing.telling():
        if as_json:
            from supportcli.desk.canned import canned_json

            printing.emit(canned_json.canned(made))
        else:
            printing.say(
                f"{what} “{made.canned.shortcut}”, version {made.version}. See it filled in: "
                f"supportcli canned preview {made.canned.shortcut} NUMBER"
            )
