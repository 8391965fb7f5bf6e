"""`supportcli canned add|edit`: write canned responses, from options and a text, or as a whole in
the editor."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from supportcli.commands.command_group import examples
from supportcli.commands.options.completion import agents, mailboxes, shortcuts
from supportcli.commands.options.location import desk_of
from supportcli.commands.options.text_input import File, Pipe, Text, text_of
from supportcli.commands.output import printing
from supportcli.commands.output.printing import AsJson
from supportcli.domain.tickets.tags import tag_of
from supportcli.domain.tickets.ticket import Priority, Status
from supportcli.errors import UsageError
from supportcli.errors.canned import CannedFaulty
from supportcli.errors.names import NotFound, Thing

if TYPE_CHECKING:
    from supportcli.domain.canned.responses import Canned, Macro, Scope, StoredResponse

app = typer.Typer()

T = TypeVar("T")

KEEP = "keep"
"""What stands for “no change” among a macro's verbs."""

Title = Annotated[
    str | None,
    typer.Option(
        "--title", metavar="TEXT", help="Its title in the list of responses.", show_default=False
    ),
]
Language = Annotated[
    str | None,
    typer.Option(
        "--language",
        "-l",
        metavar="CODE",
        help="The language of the text, such as de.",
        show_default=False,
    ),
]
Mailbox = Annotated[
    str | None,
    typer.Option(
        "--mailbox",
        metavar="ADDRESS|any",
        autocompletion=mailboxes,
        help="Only for tickets of this mailbox.",
        show_default=False,
    ),
]
Attach = Annotated[
    list[Path] | None,
    typer.Option(
        "--attach",
        metavar="FILE",
        help="A file to attach. May be repeated.",
        show_default=False,
    ),
]
SetStatus = Annotated[
    str | None,
    typer.Option(
        "--status",
        metavar="open|pending|on-hold|solved|spam|deleted|keep",
        help="Macro: the ticket's new status.",
        show_default=False,
    ),
]
SetTags = Annotated[
    list[str] | None,
    typer.Option(
        "--tag", metavar="+TAG|-TAG", help="Macro: a tag to add or remove. May be repeated."
    ),
]
Assignee = Annotated[
    str | None,
    typer.Option(
        "--assignee",
        metavar="AGENT",
        autocompletion=agents,
        help="Macro: the new assignee: an address, me, none or keep.",
        show_default=False,
    ),
]
SetPriority = Annotated[
    str | None,
    typer.Option(
        "--priority",
        metavar="low|normal|high|urgent|keep",
        help="Macro: the new priority.",
        show_default=False,
    ),
]


@app.command(
    epilog=examples(
        "supportcli canned add thanks --title 'Thank you' \\",
        "    --text 'Thank you, {{ customer.first_name | default(\"there\") }}!'",
        "supportcli canned add refund --title 'Refund' --file refund.txt \\",
        "    --attach form.pdf --status solved --tag +refund",
        "supportcli canned add thanks --file thanks.md",
    )
)
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
    mailbox: Mailbox = None,
    attach: Attach = None,
    status: SetStatus = None,
    tag: SetTags = None,
    assignee: Assignee = None,
    priority: SetPriority = None,
    as_json: AsJson = False,
) -> None:
    """Add a canned response. The text comes from --text, --file or a pipe; otherwise your editor
    opens with the complete response.

    The text is Markdown, with {{ customer.first_name | default("there") }} and the like; see:
    supportcli canned lint --help. A text that begins with a line of +++ is a complete response, as
    canned export writes it."""
    from supportcli.desk.canned import responses
    from supportcli.domain.canned.responses import Body, Canned

    word = _shortcut(shortcut)
    verbs = MacroOptions(status, tag or (), assignee, priority)
    options = Options(
        verbs, title=title, mailbox=mailbox, attach=attach or (), scope="me" if mine else None
    )
    begin = options.of(Canned(word, "", (Body((language or "").lower(), ""),)))
    with (
        desk_of(ctx) as desk,
        text_of(
            "canned response",
            f"canned-{word}",
            text=text,
            file=file,
            pipe=pipe,
            begin=_sheet(begin),
        ) as (typed, edited),
    ):
        new = _written(typed, begin, language)
        made = responses.add(
            desk,
            new if edited else _with_options(typed, new, begin, options, language),
            options.contents,
        )
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
    mailbox: Mailbox = None,
    attach: Attach = None,
    detach: Annotated[
        list[str] | None,
        typer.Option(
            "--detach", metavar="NAME", help="An attached file to remove.", show_default=False
        ),
    ] = None,
    status: SetStatus = None,
    tag: SetTags = None,
    assignee: Assignee = None,
    priority: SetPriority = None,
    as_json: AsJson = False,
) -> None:
    """Change a canned response. Options change only what they name; without options, all of it
    opens in your editor. Earlier versions are kept.

    --language with a text changes or adds that language; alone, it opens that text in your
    editor."""
    from supportcli.desk.canned import responses

    with desk_of(ctx) as desk:
        before = responses.canned(desk, shortcut)
        verbs = MacroOptions(status, tag or (), assignee, priority)
        options = Options(
            verbs,
            title=title,
            mailbox=mailbox,
            attach=attach or (),
            detach=detach or (),
            rename=rename,
            scope=scope,
        )
        begin = options.of(before.canned)
        if begin != before.canned and text is None and file is None and pipe is None:
            if language:
                raise UsageError(
                    "--language needs a text.",
                    "Give it with --text, --file or a pipe.",
                )
            made = responses.edit(desk, before, begin, options.contents)
        else:
            name, opened = (
                f"canned-{before.canned.shortcut}",
                _said_in(begin, language) if language else _sheet(begin),
            )
            with text_of(
                "canned response", name, text=text, file=file, pipe=pipe, begin=opened
            ) as (typed, edited):
                new = _written(typed, begin, language)
                made = responses.edit(
                    desk,
                    before,
                    new if edited else _with_options(typed, new, begin, options, language),
                    options.contents,
                )
    _tell(
        made, "Changed" if made.version != before.version else "Nothing changed in", as_json=as_json
    )


@dataclass(frozen=True, slots=True)
class MacroOptions:
    """What options say about a macro."""

    status: str | None
    tags: Sequence[str]
    assignee: str | None
    priority: str | None

    def of(self, was: "Macro") -> "Macro":
        """What a response does with these options: “keep” removes a verb, a tag replaces the same
        tag with the other sign."""
        from supportcli.domain.canned.responses import STATUSES, Macro

        steps: dict[str, Status] = {one.value: one for one in STATUSES}
        urgencies: dict[str, Priority] = {str(one): one for one in Priority}
        found = was.then(Macro(add=_tags(self.tags, "+"), remove=_tags(self.tags, "-")))
        return Macro(
            was.status if self.status is None else _one_of("--status", self.status, steps),
            found.add,
            found.remove,
            was.assignee
            if self.assignee is None
            else None
            if self.assignee == KEEP
            else self.assignee.lower(),
            was.priority
            if self.priority is None
            else _one_of("--priority", self.priority, urgencies),
        )


class Options:
    """What options say about a response; what they do not name stays as it is."""

    def __init__(
        self,
        verbs: MacroOptions,
        *,
        title: str | None,
        mailbox: str | None,
        attach: Sequence[Path],
        detach: Sequence[str] = (),
        rename: str | None = None,
        scope: str | None = None,
    ) -> None:
        from supportcli.desk.canned.folders import enclosed

        self._verbs, self._title, self._mailbox, self._detach = verbs, title, mailbox, detach
        self._shortcut = None if rename is None else _shortcut(rename)
        self._scope = None if scope is None else _scope(scope)
        self._new = [enclosed(path) for path in attach]

    @property
    def contents(self) -> Mapping[str, bytes]:
        """The bytes of the files that are added."""
        return {file.sha256: content for file, content in self._new}

    def of(self, begin: "Canned", *, whole: bool = False) -> "Canned":
        """The response that the options make of `begin`; UsageError if a file to remove is not
        there. `whole`: they have already been applied to what this one replaces."""
        from supportcli.domain.canned.responses import title_of

        if not whole and (missing := set(self._detach) - {file.name for file in begin.files}):
            raise NotFound(
                Thing.CANNED_FILE,
                f"{min(missing)} in “{begin.shortcut}”",
                hint=f"See its files with: supportcli canned show {begin.shortcut}",
            )
        gone = {*self._detach, *(file.name for file, _ in self._new)}
        return replace(
            begin,
            shortcut=self._shortcut or begin.shortcut,
            scope=self._scope or begin.scope,
            title=begin.title if self._title is None else title_of(self._title),
            mailbox=begin.mailbox
            if self._mailbox is None
            else ""
            if self._mailbox == "any"
            else self._mailbox.lower(),
            files=(
                *(file for file in begin.files if file.name not in gone),
                *(file for file, _ in self._new),
            ),
            macro=self._verbs.of(begin.macro),
        )


def _shortcut(typed: str) -> str:
    from supportcli.domain.canned.responses import shortcut_of

    try:
        return shortcut_of(typed)
    except ValueError as error:
        raise UsageError(
            f"“{typed}” cannot be a shortcut.",
            "Use letters, digits and hyphens, at most forty.",
        ) from error


def _scope(typed: str) -> "Scope":
    from supportcli.domain.canned.responses import Scope

    known = {one.value: one for one in (Scope.ME, Scope.ALL)}
    if typed not in known:
        raise UsageError(f"“{typed}” is not a value for --scope.", "Use me or all.")
    return known[typed]


def _said_in(begin: "Canned", language: str) -> str:
    """What a response says in a language; empty if the language is new."""
    return next((body.text for body in begin.bodies if body.language == language.lower()), "")


def _tags(typed: Sequence[str], sign: str) -> tuple[str, ...]:
    found = [
        word[1:] if word[:1] in "+-" else word
        for word in typed
        if (word[:1] == "-") == (sign == "-")
    ]
    try:
        return tuple(sorted({tag_of(word) for word in found}))
    except ValueError as error:
        raise UsageError(
            f"“{error}” cannot be a tag.",
            "A tag is one short word, such as +refund; -refund removes it.",
        ) from error


def _one_of(option: str, typed: str, known: Mapping[str, T]) -> T | None:
    if typed == KEEP:
        return None
    if typed not in known:
        raise UsageError(
            f"“{typed}” is not a value for {option}.",
            f"Use one of: {', '.join(known)}, or {KEEP} for no change.",
        )
    return known[typed]


def _sheet(begin: "Canned") -> str:
    """What is in the editor at first."""
    from supportcli.desk.canned import text_format

    return text_format.written(begin, {file.name: file.name for file in begin.files})


def _written(typed: str, begin: "Canned", language: str | None) -> "Canned":
    """The response that a text makes of `begin`: a complete one, or its text in a language
    (default: its first). CannedFaulty if it cannot be read."""
    from supportcli.desk.canned import text_format
    from supportcli.domain.canned.responses import Body, body_text

    if not text_format.is_sheet(typed):
        first, wanted = begin.bodies[0].language, (language or begin.bodies[0].language).lower()
        new = Body(wanted, body_text(typed))
        if wanted == first or not begin.bodies[0].text:
            return replace(begin, bodies=(new, *begin.bodies[1:]))
        others = [body for body in begin.bodies if body.language != wanted]
        return replace(begin, bodies=(*others, new))
    sheet = text_format.read(typed, begin.shortcut)
    files = {file.name: file for file in begin.files}
    faults = [f"line {fault.line}: {fault.sentence}" for fault in sheet.faults]
    faults += [
        f"The attachment {name} is not there: add it with --attach."
        for name in sheet.attachments
        if name not in files
    ]
    if faults:
        raise CannedFaulty(faults)
    scope = (
        sheet.canned.scope if "scope" in sheet.lines else begin.scope
    )  # a missing line must never show my response to everybody
    return replace(
        sheet.canned, scope=scope, files=tuple(files[name] for name in sheet.attachments)
    )


def _with_options(
    typed: str, new: "Canned", begin: "Canned", options: Options, language: str | None
) -> "Canned":
    """`new` as `_written` reads it from a text that did not come from the editor. If that is a
    complete response, options win over what it says. UsageError if the two contradict each
    other."""
    from supportcli.desk.canned import text_format

    if not text_format.is_sheet(typed):
        return new
    if language:
        raise UsageError(
            "The text is a complete response, which names its languages itself.",
            "Leave out --language.",
        )
    if new.shortcut != begin.shortcut:
        raise UsageError(
            f"The text is the complete response “{new.shortcut}”, not “{begin.shortcut}”.",
            "Use that shortcut, or remove the line from the text.",
        )
    return options.of(new, whole=True)


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
