"""`supportcli canned add|edit`: writing canned responses, as options and a text, or whole in the editor."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from supportcli.commands import output
from supportcli.commands.completion import agents, mailboxes, shortcuts
from supportcli.commands.examples import examples
from supportcli.commands.output import AsJson
from supportcli.commands.place import desk_of
from supportcli.commands.texts import File, Pipe, Text, text_of
from supportcli.domain.ticket import Priority, Status, tag_of
from supportcli.errors import CannedFaulty, UsageError

if TYPE_CHECKING:
    from supportcli.domain.canned import Canned, Kept, Macro

app = typer.Typer()

T = TypeVar("T")

KEEP = "keep"
"""Of a macro's verb: that it is none."""

Title = Annotated[str | None, typer.Option("--title", metavar="TEXT", help="What it is called in the picker.", show_default=False)]
Language = Annotated[str | None, typer.Option("--language", "-l", metavar="CODE", help="The language of the text, as in de.", show_default=False)]
Mailbox = Annotated[
    str | None,
    typer.Option("--mailbox", metavar="ADDRESS|any", autocompletion=mailboxes, help="Only for tickets of this mailbox.", show_default=False),
]
Attach = Annotated[list[Path] | None, typer.Option("--attach", metavar="FILE", help="A file that goes with it; may be repeated.", show_default=False)]
SetStatus = Annotated[
    str | None, typer.Option("--status", metavar="open|pending|solved|keep", help="A macro: what the ticket becomes.", show_default=False)
]
SetTags = Annotated[list[str] | None, typer.Option("--tag", metavar="+TAG|-TAG", help="A macro: a tag to put on or take off; may be repeated.")]
Assignee = Annotated[
    str | None,
    typer.Option(
        "--assignee", metavar="AGENT", autocompletion=agents, help="A macro: who gets the ticket: an address, me, none; keep.", show_default=False
    ),
]
SetPriority = Annotated[
    str | None, typer.Option("--priority", metavar="low|normal|high|urgent|keep", help="A macro: how urgent it is.", show_default=False)
]


@app.command(
    epilog=examples(
        "supportcli canned add thanks --title 'Thank you' \\",
        "    --text 'Thank you, {{ customer.first_name | default(\"there\") }}!'",
        "supportcli canned add refund --title 'Refund' --file refund.txt \\",
        "    --attach form.pdf --status solved --tag +refund",
        "supportcli canned add whole --file whole.md",
    )
)
def add(
    ctx: typer.Context,
    shortcut: Annotated[str, typer.Argument(metavar="SHORTCUT", help="A short word by which it is found and inserted.")],
    *,
    pipe: Pipe = None,
    title: Title = None,
    text: Text = None,
    file: File = None,
    language: Language = None,
    mine: Annotated[bool, typer.Option("--mine", help="For me only; else for all.")] = False,
    mailbox: Mailbox = None,
    attach: Attach = None,
    status: SetStatus = None,
    tag: SetTags = None,
    assignee: Assignee = None,
    priority: SetPriority = None,
    as_json: AsJson = False,
) -> None:
    """Write a canned response. With --text, --file or a pipe, or whole in your editor.

    The text is Markdown, with {{ customer.first_name | default("there") }} and the like; see: supportcli canned lint --help. One that begins with a
    line of +++ is a whole response, as canned export writes it.
    """
    from supportcli.desk import canned
    from supportcli.domain.canned import Body, Canned, Scope, shortcut_of, title_of

    try:
        word = shortcut_of(shortcut)
    except ValueError as error:
        raise UsageError(f"“{shortcut}” cannot be a shortcut.", "Letters, digits and hyphens make one, forty at most.") from error
    scope = Scope.ME if mine else Scope.ALL
    begin = Canned(word, title_of(title or ""), (Body((language or "").lower(), ""),), scope)
    begin, contents = _with_options(begin, title, mailbox, attach or [], [])
    begin = replace(begin, macro=_macro(begin, status, tag or [], assignee, priority))
    with desk_of(ctx) as desk, text_of("canned response", f"canned-{word}", text=text, file=file, pipe=pipe, begin=_sheet(begin)) as (typed, _):
        made = canned.add(desk, _written(typed, begin, language), contents)
    _tell(made, "Added", as_json=as_json)


@app.command(
    epilog=examples(
        "supportcli canned edit refund",
        "supportcli canned edit refund --title 'Your refund' --tag +money",
        "supportcli canned edit refund --language de --file refund.de.txt",
        "supportcli canned edit refund --attach form.pdf --detach old.pdf",
    )
)
def edit(
    ctx: typer.Context,
    shortcut: Annotated[str, typer.Argument(metavar="SHORTCUT", help="The response's shortcut.", autocompletion=shortcuts)],
    *,
    pipe: Pipe = None,
    title: Title = None,
    text: Text = None,
    file: File = None,
    language: Language = None,
    mailbox: Mailbox = None,
    attach: Attach = None,
    detach: Annotated[
        list[str] | None, typer.Option("--detach", metavar="NAME", help="A file that goes with it no more.", show_default=False)
    ] = None,
    status: SetStatus = None,
    tag: SetTags = None,
    assignee: Assignee = None,
    priority: SetPriority = None,
    as_json: AsJson = False,
) -> None:
    """Change a canned response. Options change what they name; without any, all of it is opened in your editor. What it said before is kept.

    --language with a text changes what is said in that language, or adds it.
    """
    from supportcli.desk import canned

    with desk_of(ctx) as desk:
        before = canned.canned(desk, shortcut)
        begin, contents = _with_options(before.canned, title, mailbox, attach or [], detach or [])
        begin = replace(begin, macro=_macro(begin, status, tag or [], assignee, priority))
        if begin != before.canned and text is None and file is None and pipe is None:
            made = canned.edit(desk, before, begin, contents)
        else:
            name = f"canned-{before.canned.shortcut}"
            with text_of("canned response", name, text=text, file=file, pipe=pipe, begin=_sheet(begin)) as (typed, _):
                made = canned.edit(desk, before, _written(typed, begin, language), contents)
    _tell(made, "Changed" if made.version != before.version else "Nothing changed in", as_json=as_json)


def _with_options(
    begin: "Canned", title: str | None, mailbox: str | None, attach: Sequence[Path], detach: Sequence[str]
) -> "tuple[Canned, Mapping[str, bytes]]":
    """A response as these options have it, and the bytes of its new files."""
    from supportcli.desk.canned_files import enclosed
    from supportcli.domain.canned import title_of

    if missing := set(detach) - {file.name for file in begin.files}:
        raise UsageError(f"“{begin.shortcut}” has no file {min(missing)}.", f"See its files with: supportcli canned show {begin.shortcut}")
    new = [enclosed(path) for path in attach]
    gone = {*detach, *(file.name for file, _ in new)}
    files = (*(file for file in begin.files if file.name not in gone), *(file for file, _ in new))
    where = begin.mailbox if mailbox is None else "" if mailbox == "any" else mailbox.lower()
    changed = replace(begin, title=begin.title if title is None else title_of(title), mailbox=where, files=files)
    return changed, {file.sha256: content for file, content in new}


def _macro(begin: "Canned", status: str | None, tags: Sequence[str], assignee: str | None, priority: str | None) -> "Macro":
    """What a response does, as these options have it: “keep” takes a verb away, a tag one of the other sign."""
    from supportcli.domain.canned import STATUSES, Macro

    steps: dict[str, Status] = {one.value: one for one in STATUSES}
    urgencies: dict[str, Priority] = {str(one): one for one in Priority}
    was = begin.macro
    found = was.then(Macro(add=_tags(tags, "+"), remove=_tags(tags, "-")))
    return Macro(
        was.status if status is None else _one_of("--status", status, steps),
        found.add,
        found.remove,
        was.assignee if assignee is None else None if assignee == KEEP else assignee.lower(),
        was.priority if priority is None else _one_of("--priority", priority, urgencies),
    )


def _tags(typed: Sequence[str], sign: str) -> tuple[str, ...]:
    found = [word[1:] if word[:1] in "+-" else word for word in typed if (word[:1] == "-") == (sign == "-")]
    try:
        return tuple(sorted({tag_of(word) for word in found}))
    except ValueError as error:
        raise UsageError(f"“{error}” cannot be a tag.", "A tag is one short word, such as +refund; -refund takes it off.") from error


def _one_of(option: str, typed: str, known: Mapping[str, T]) -> T | None:
    if typed == KEEP:
        return None
    if typed not in known:
        raise UsageError(f"“{typed}” does not fit {option}.", f"There are {', '.join(known)}, and {KEEP} for no change.")
    return known[typed]


def _sheet(begin: "Canned") -> str:
    """What stands in the editor at first."""
    from supportcli.desk import canned_sheets

    return canned_sheets.written(begin, {file.name: file.name for file in begin.files})


def _written(typed: str, begin: "Canned", language: str | None) -> "Canned":
    """The response that a text makes of `begin`: a whole one, or what it says in a language (else in its first). CannedFaulty where it cannot be
    read."""
    from supportcli.desk import canned_sheets
    from supportcli.domain.canned import Body, body_text

    if not canned_sheets.is_sheet(typed):
        first, wanted = begin.bodies[0].language, (language or begin.bodies[0].language).lower()
        new = Body(wanted, body_text(typed))
        if wanted == first or not begin.bodies[0].text:
            return replace(begin, bodies=(new, *begin.bodies[1:]))
        others = [body for body in begin.bodies if body.language != wanted]
        return replace(begin, bodies=(*others, new))
    sheet = canned_sheets.read(typed, begin.shortcut)
    files = {file.name: file for file in begin.files}
    faults = [f"line {fault.line}: {fault.sentence}" for fault in sheet.faults]
    faults += [f"The attachment {name} is not there: add it with --attach." for name in sheet.attachments if name not in files]
    if faults:
        raise CannedFaulty(faults)
    return replace(sheet.canned, files=tuple(files[name] for name in sheet.attachments))


def _tell(made: "Kept", what: str, *, as_json: bool) -> None:
    with output.telling():
        if as_json:
            from supportcli.desk import as_json as shapes

            output.emit(shapes.canned(made))
        else:
            output.say(
                f"{what} “{made.canned.shortcut}”, version {made.version}. See it filled in: supportcli canned preview {made.canned.shortcut} NUMBER"
            )
