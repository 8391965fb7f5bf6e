"""`supportcli canned lint|export|import`: canned responses as files, which can be reviewed and kept
in git like any text."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from supportcli.commands.command_group import examples
from supportcli.commands.options.location import desk_of
from supportcli.commands.output import printing
from supportcli.commands.output.printing import AsJson
from supportcli.errors import UsageError
from supportcli.errors.database import DatabaseMissing
from supportcli.errors.files import FileInTheWay, FileUnwritable
from supportcli.terminal import clean

if TYPE_CHECKING:
    from supportcli.desk.canned.folders import Found
    from supportcli.domain.canned.responses import DeskNames

app = typer.Typer(rich_markup_mode=None)


@app.command(
    epilog=examples(
        "supportcli canned lint",
        "supportcli canned lint responses",
        "supportcli canned lint thanks.md refund.md --json",
    )
)
def lint(
    ctx: typer.Context,
    paths: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="FILE|DIR",
            help="Files, or folders of them. Default: the desk's own.",
            show_default=False,
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Check canned responses: the desk's, or files before import. Exits with 1 if anything is
    wrong.

    They may use customer.name, .first_name and .address, ticket.number, .subject, .status and
    .priority, agent.name, .first_name and .address, mailbox.name and .address; with |
    default("there"), upper, lower, capitalize, title and trim; and {% if customer.first_name %} …
    {% endif %}. ⟦date?⟧ is a blank to fill in by hand: no reply is sent while it is there."""
    from supportcli.desk.canned import folders

    if paths:
        every = folders.faults_in(folders.pages(paths), _known(ctx))
    else:
        with desk_of(ctx) as desk:
            every = folders.faults_at(desk)
    _tell(every, as_json=as_json)
    raise typer.Exit(1 if every else 0)


def _known(ctx: typer.Context) -> "DeskNames | None":
    """The mailboxes and agents of the desk; None without a desk, as when files are checked before
    there is one."""
    from supportcli.desk.canned import folders

    try:
        with desk_of(ctx) as desk:
            return folders.known_at(desk)
    except DatabaseMissing:
        sys.stderr.write("There is no desk here, so mailboxes and agents were not looked up.\n")
        return None


def _tell(every: "list[Found]", *, as_json: bool) -> None:
    for found in every:
        if as_json:
            printing.emit(
                {
                    "place": found.place,
                    "line": found.fault.line or None,
                    "fault": found.fault.sentence,
                }
            )
        else:
            printing.say(str(found))
    if not every and not as_json:
        printing.say("No problems found.")


@app.command(
    epilog=examples(
        "supportcli canned export responses", "supportcli canned export responses --force"
    )
)
def export(
    ctx: typer.Context,
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="The folder; it is created if it is missing.")
    ],
    *,
    force: Annotated[bool, typer.Option("--force", help="Overwrite existing files.")] = False,
    as_json: AsJson = False,
) -> None:
    """Write the canned responses to Markdown files. Each file has its attachments in a folder
    beside it."""
    from supportcli.desk.canned import folders

    with desk_of(ctx) as desk:
        every = folders.exported(desk)
    _write(
        {folder / place: content for one in every for place, content in one.items()},
        folder,
        force=force,
    )
    written = [folder / next(iter(one)) for one in every]
    with printing.telling():
        for path in written if as_json else ():
            printing.emit({"file": str(path)})
        if not as_json:
            printing.say(
                f"Wrote {len(written)} canned response{'' if len(written) == 1 else 's'} "
                f"to {folder}."
            )


def _write(files: Mapping[Path, bytes], folder: Path, *, force: bool) -> None:
    """Write all files; none if one of the names is taken, unless `force`."""
    from supportcli.desk import saving

    if taken := [path for path in files if os.path.lexists(path) and not force]:
        raise FileInTheWay(str(taken[0]), "folder")
    try:
        for path, content in files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            saving.whole([content], path, force=force)
    except OSError as error:
        raise FileUnwritable(
            str(error.filename or folder),
            error.strerror or str(error),
            "supportcli canned export DIR",
        ) from error


@app.command(
    "import",
    epilog=examples(
        "supportcli canned import responses --dry-run",
        "supportcli canned import responses",
        "supportcli canned import thanks.md",
    ),
)
def import_(
    ctx: typer.Context,
    paths: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE|DIR",
            help="Files as export writes them, or folders of them.",
            show_default=False,
        ),
    ],
    *,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", "-n", help="Only show what would be added and changed.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Add or change canned responses from files. If anything is wrong, nothing is imported.
    Responses without a file stay as they are."""
    from supportcli.desk.canned import folders

    with desk_of(ctx) as desk:
        found = folders.pages(paths)
        every = folders.faults_in(found, folders.known_at(desk))
        for one in every:
            sys.stderr.write(f"{clean(str(one))}\n")
        if every:
            raise UsageError(
                (
                    f"Nothing was imported: {len(every)} "
                    f"{'problem' if len(every) == 1 else 'problems'}."
                ),
                "Fix the files first.",
            )
        done = folders.import_pages(desk, found, dry_run=dry_run)
    with printing.telling():
        if as_json:
            printing.emit(
                {
                    "added": list(done.added),
                    "changed": list(done.changed),
                    "same": list(done.same),
                    "dry_run": dry_run,
                }
            )
            return
        for what, shortcuts in (("add", done.added), ("change", done.changed)):
            if shortcuts:
                did = f"Would {what}" if dry_run else f"{what.capitalize().removesuffix('e')}ed"
                printing.say(f"{did}: {', '.join(shortcuts)}.")
        printing.say(f"Unchanged: {len(done.same)}.")
