"""The command line: one module a noun. Each asks the desk and shows its answer.

`--help` and completion load neither textual nor sqlmodel: a noun's module is imported when it is called, and imports the desk inside its functions.
Errors are printed here and nowhere else: `supportcli: sentence`, the next step below it, and the exit code of the error's class.
"""

import os
import sys
from difflib import get_close_matches
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from supportcli import __version__
from supportcli.commands.place import Place
from supportcli.errors import SupportError, UsageError

NOUNS = {
    "demo": "Look around in a shop with customers: nothing to configure, nothing left behind.",
    "init": "Set up a desk on this machine, or join one that is there.",
    "mailbox": "The team's mailboxes and their servers.",
    "sync": "Receive mail, and send the replies that are due.",
    "ticket": "Tickets: list, show, answer, and all that is done to them.",
    "outbox": "Replies on their way to customers.",
    "mail": "Mails: what the program makes of them, and why.",
    "agent": "The people who answer.",
}
"""The nouns and what `--help` says of them; each is a module here with a Typer `app`."""


class Nouns(TyperGroup):
    """The program's commands, each loaded when it is called. (The context and commands are Typer's bundled click, which has no public name.)"""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ANN401, ARG002
        """The nouns, in the order of `--help`."""
        return list(NOUNS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ANN401
        """A noun's command; UsageError with the nearest one where there is none."""
        if cmd_name in NOUNS:
            return typer.main.get_command(import_module(f"supportcli.commands.{cmd_name}").app)
        if ctx.resilient_parsing:
            return None
        nearest = get_close_matches(cmd_name, NOUNS, n=1)
        raise UsageError(f"There is no command “{cmd_name}”.", f"Did you mean “{nearest[0]}”?" if nearest else "See them all with: supportcli --help")

    def format_commands(self, ctx: Any, formatter: Any) -> None:  # noqa: ANN401, ARG002
        """The nouns of `--help`, without loading them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(NOUNS.items()))


app = typer.Typer(
    cls=Nouns,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Without a command: the inbox. Each command has --help with examples, and most have --json.",
)


@app.callback()
def begin(
    ctx: typer.Context,
    config: Annotated[Path | None, typer.Option(metavar="FILE", help="Another config.toml (SUPPORTCLI_CONFIG).")] = None,
    database: Annotated[str | None, typer.Option(metavar="FILE|URL", help="Another desk (SUPPORTCLI_DATABASE).")] = None,
    version: Annotated[bool, typer.Option("--version", help="The version.")] = False,
) -> None:
    """A help desk that lives in the terminal: mail comes in, becomes tickets, and is answered here."""
    if version:
        typer.echo(f"supportcli {__version__}")
        raise typer.Exit
    ctx.obj = Place(config, database)
    if ctx.invoked_subcommand is None:
        from supportcli.commands.start import start

        raise typer.Exit(start(ctx.obj))


def main(argv: list[str]) -> int:
    """Run a command; answers with its exit code after printing what went wrong."""
    try:
        code = typer.main.get_command(app).main(argv, prog_name="supportcli", standalone_mode=False)
        sys.stdout.flush()
    except SupportError as error:
        return _say(error.sentence, error.hint, error.exit_code)
    except typer.TyperException as error:
        return _say(error.format_message(), _help_of(error), error.exit_code)
    except typer.Abort:
        return _say("Stopped; nothing more was done.", "", 1)
    except KeyboardInterrupt:
        return 130
    except SystemExit as stop:  # completion, and pipes that were closed, end in this way
        return stop.code if isinstance(stop.code, int) else 1
    except OSError as error:
        return _failed(error)
    except Exception as error:  # noqa: BLE001  # a mistake of ours: what it repeats from a mail must not reach the terminal as it is
        return _mistaken(error)
    return code if isinstance(code, int) else 0


def _failed(error: OSError) -> int:
    if isinstance(error, BrokenPipeError):
        # whoever read us has enough; what is still buffered must not fail once more when the interpreter ends
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    what = f"{error.filename}: {error.strerror}." if error.filename else f"{error.strerror or error}."
    return _say(what, "", 1)


def _mistaken(error: Exception) -> int:
    import traceback

    from supportcli.terminal import clean

    sys.stderr.write(clean("".join(traceback.format_exception(error)), lines=True))
    return _say("This is a mistake of the program, not yours.", "Please report it with the lines above.", 1)


def _help_of(error: typer.TyperException) -> str:
    context = getattr(error, "ctx", None)
    return f"See: {context.command_path if context else 'supportcli'} --help"


def _say(sentence: str, hint: str, code: int) -> int:
    from supportcli.commands import output

    output.warn(sentence, hint)
    return code
