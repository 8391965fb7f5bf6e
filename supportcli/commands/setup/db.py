"""`supportcli db`: the desk's database, backed up to a file."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from supportcli.commands.command_group import examples, noun
from supportcli.commands.options.location import desk_of
from supportcli.commands.output import printing
from supportcli.commands.output.printing import AsJson
from supportcli.commands.output.progress import meter
from supportcli.errors import UsageError
from supportcli.errors.files import FileInTheWay, FileUnwritable

if TYPE_CHECKING:
    from supportcli.desk.setup.backups import BackUp

app = noun("The desk's database: back it up while it is in use.")

_MEGA = 1_000_000


@app.command(
    epilog=examples(
        "supportcli db backup ~/desk-2026-11-29.db",
        'supportcli db backup "/backup/desk-$(date +%F).db"',
        "supportcli --database /backup/desk-2026-11-29.db ticket list",
    )
)
def backup(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The new file.", show_default=False)],
    *,
    force: Annotated[
        bool, typer.Option("--force", help="Overwrite FILE, once the new copy is complete.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Copy the desk to a file, while it is in use. The copy is checked, and is complete or not
    there at all.

    It is a desk like any other: --database FILE opens it. For a desk on PostgreSQL it shows how to
    call pg_dump."""
    from supportcli.desk import saving
    from supportcli.desk.setup import backups

    if str(file) == "-":
        raise UsageError(
            "A backup is checked before it gets its name, so it must be written to a file.",
            "Give one: supportcli db backup FILE",
        )
    with desk_of(ctx, unattended=True) as desk:
        backups.check_place(desk, file)
        try:
            with meter(_rate, quiet=as_json) as show, saving.writing(file, force=force) as part:
                done = backups.back_up(
                    desk, part, lambda copied, total: show("copying", copied, total)
                )
        except FileExistsError as error:
            raise FileInTheWay(str(file)) from error
        except OSError as error:
            raise FileUnwritable(
                str(file), error.strerror or str(error), "supportcli db backup FILE"
            ) from error
    with printing.telling():
        _tell(file, done, as_json=as_json)


def _rate(_: str, speed: float) -> str:
    return f"{speed / _MEGA:.1f} MB/s"


def _tell(file: Path, done: "BackUp", *, as_json: bool) -> None:
    if as_json:
        counts = {"tickets": done.tickets, "messages": done.messages, "mails": done.mails}
        printing.emit({"file": str(file), "size": done.size, "revision": done.revision, **counts})
        return
    from supportcli.domain.text.sizes import size

    counted = (
        f"{done.tickets:,} ticket{'' if done.tickets == 1 else 's'}, {done.mails:,} "
        f"email{'' if done.mails == 1 else 's'}"
    )
    printing.say(f"Wrote {file}: {counted} ({size(done.size)}), and checked it.")
