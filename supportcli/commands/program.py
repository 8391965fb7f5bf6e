"""The program's commands as Typer knows them: the nouns, and what every command takes."""

from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from supportcli import __version__
from supportcli.commands.options.place import OPTIONS, Place
from supportcli.domain.text.words import nearest
from supportcli.errors import Stopped, UsageError
from supportcli.errors.names import WordUnknown
from supportcli.errors.program import OptionMisplaced

NOUNS = {
    "demo": (
        "demo",
        "Look around in a shop with customers: nothing to configure, nothing left behind.",
    ),
    "init": ("setup.init", "Set up a desk on this machine, or join one that is there."),
    "desk": ("setup.desk", "The desk itself: where it is, and when its tickets close."),
    "mailbox": ("setup.mailbox", "The team's mailboxes and their servers."),
    "sync": ("mail.sync", "Receive mail, and send the replies that are due."),
    "ticket": ("tickets.ticket", "Tickets: list, show, answer, and all that is done to them."),
    "canned": (
        "canned.canned",
        "Canned responses and macros: written once, filled in for each ticket.",
    ),
    "db": ("setup.db", "The desk's database: back-ups, while the desk is in use."),
    "outbox": ("replies.outbox", "Replies on their way to customers."),
    "mail": ("mail.mail", "Mails: what the program makes of them, and why."),
    "agent": ("setup.agent", "The people who answer."),
    "calendar": ("sla.calendar", "Business calendars: when the team is open."),
    "sla": ("sla.sla", "Service levels: what customers are promised, and whether it is kept."),
    "report": (
        "reports.report",
        "Numbers: what came in, what is open, how long customers wait, what agents did.",
    ),
    "import": ("imports", "Mail and tickets out of files, from another help desk or program."),
    "export": ("exports", "Tickets into files: as mail, as JSON Lines, as a table."),
}
"""The nouns in the order of `--help`: the module here that has the noun's Typer `app`, and what
`--help` says of it."""


def command_of(noun: str) -> Any:  # noqa: ANN401 - Typer's bundled click has no public name
    """A noun's command; its module loads now."""
    module, _ = NOUNS[noun]
    return typer.main.get_command(import_module(f"supportcli.commands.{module}").app)


class Nouns(TyperGroup):
    """The program's commands, each loaded when it is called. (The context and commands are Typer's
    bundled click, which has no public name.)"""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ANN401, ARG002
        """The nouns, in the order of `--help`."""
        return list(NOUNS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ANN401
        """A noun's command; WordUnknown where there is none."""
        if cmd_name in NOUNS:
            return command_of(cmd_name)
        if ctx.resilient_parsing:
            return None
        hint = "See them all with: supportcli --help"
        raise WordUnknown("There is no command", cmd_name, hint, nearest(cmd_name, NOUNS))

    def format_commands(self, ctx: Any, formatter: Any) -> None:  # noqa: ANN401, ARG002
        """The nouns of `--help`, without loading them."""
        with formatter.section("Commands"):
            formatter.write_dl([(noun, said) for noun, (_, said) in NOUNS.items()])


app = typer.Typer(
    cls=Nouns,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=(
        "Without a command: the inbox. Each command has --help with examples, and most have --json."
    ),
)


@app.callback()
def begin(
    ctx: typer.Context,
    config: Annotated[
        Path | None,
        typer.Option(
            readable=False, metavar="FILE", help="Another config.toml (SUPPORTCLI_CONFIG)."
        ),
    ] = None,
    database: Annotated[
        str | None, typer.Option(metavar="FILE|URL", help="Another desk (SUPPORTCLI_DATABASE).")
    ] = None,
    version: Annotated[bool, typer.Option("--version", help="The version.")] = False,
) -> None:
    """A help desk that lives in the terminal: mail comes in, becomes tickets, and is answered
    here."""
    if version:
        typer.echo(f"supportcli {__version__}")
        raise typer.Exit
    ctx.obj = Place(config, database)
    if ctx.invoked_subcommand is None:
        from supportcli.commands.start import start

        raise typer.Exit(start(ctx.obj))


def run(argv: list[str]) -> int:
    """Run a command and answer with its exit code; UsageError in the words of Typer where it
    refuses the call, Stopped at a question."""
    try:
        code = typer.main.get_command(app).main(argv, prog_name="supportcli", standalone_mode=False)
    except typer.TyperException as error:
        raise _refusal(error) from error
    except typer.Abort:
        raise Stopped from None
    return code if isinstance(code, int) else 0


def _refusal(error: typer.TyperException) -> UsageError:
    """What Typer refuses, as an error of ours."""
    context, option = getattr(error, "ctx", None), getattr(error, "option_name", "")
    command = context.command_path if context else "supportcli"
    if option in OPTIONS and command != "supportcli":
        return OptionMisplaced(option, command.removeprefix("supportcli "))
    if said := _of_number(error.__cause__):
        error.message = said
    return UsageError(error.format_message().replace("Value error, ", ""), f"See: {command} --help")


def _of_number(found: BaseException | None) -> str:
    """What is wrong with a number, in words of ours; "" if it is none. (Typer checks values with
    pydantic, whose errors name what they are.)"""
    errors = getattr(found, "errors", None)
    if errors is None:
        return ""
    first = errors()[0]
    typed, limits = first["input"], first.get("ctx", {})
    match first["type"]:
        case "greater_than_equal":
            return f"“{typed}” is too small; {limits['ge']} is the least."
        case "less_than_equal":
            return f"“{typed}” is too large; {limits['le']} is the most."
        case "int_parsing_size":
            return f"“{typed}” is too large."
        case kind if kind.startswith("int_"):
            return f"“{typed}” is no whole number."
        case _:
            return ""
