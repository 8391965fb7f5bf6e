"""The program's commands as Typer knows them: the nouns, and what every command takes."""

from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from supportcli import __version__
from supportcli.commands.options.location import OPTIONS, Place
from supportcli.commands.plain_help import PlainContext
from supportcli.domain.text.words import nearest
from supportcli.errors import Stopped, UsageError
from supportcli.errors.names import WordUnknown
from supportcli.errors.program import OptionMisplaced

GROUPS = {
    "Begin": {
        "demo": ("demo", "Try a made-up shop: nothing to set up, nothing left behind."),
        "init": ("setup.init", "Set up a desk, or join an existing one."),
        "mailbox": ("setup.mailbox", "The team's mailboxes and their servers."),
        "sync": ("mail.sync", "Receive mail, and send the replies that are due."),
    },
    "Work on tickets": {
        "ticket": ("tickets.ticket", "Tickets: list, read, answer, assign, solve and more."),
        "web": ("web", "Open the inbox in a browser on this machine."),
        "keys": ("keys", "The inbox's keys: all of them, a preset's, and your own."),
        "next": ("tickets.next_ticket", "Get the next ticket, which nobody else gets then."),
        "search": ("tickets.search", "Search tickets, and see where the words stand."),
        "view": ("tickets.view", "Views: queries with a name, tabs of the inbox."),
        "canned": ("canned.canned", "Canned responses and macros, filled in for each ticket."),
        "outbox": ("replies.outbox", "Replies on their way to customers."),
        "mail": ("mail.mail", "Incoming mail: where it went and why, and held mail."),
        "customer": ("people.customer", "The people who write, and what you know about them."),
        "organisation": ("people.organisation", "Organisations: their domains and their people."),
    },
    "Set up the team": {
        "agent": ("setup.agent", "The people who answer."),
        "team": ("setup.team", "Teams: agents who share tickets."),
        "field": ("setup.field", "Custom fields: what you want to know of each ticket."),
        "calendar": ("sla.calendar", "Business calendars: when the team is open."),
        "sla": ("sla.sla", "Service levels: what you promise, and whether you keep it."),
        "desk": ("setup.desk", "The desk itself: where it is, and when its tickets close."),
    },
    "Look back": {
        "report": ("reports.report", "Reports: tickets, waiting times, service levels, agents."),
        "log": ("log", "What everybody did: an audit trail."),
    },
    "Move and keep": {
        "import": ("imports", "Import mail and tickets from another help desk or program."),
        "export": ("exports", "Export tickets: as mail, as JSON Lines, or as a table."),
        "db": ("setup.db", "The desk's database: back it up while it is in use."),
    },
}
"""The nouns in the order of `--help`, under its headings: the module here that has the noun's Typer
`app`, and its line in `--help`."""

NOUNS = {noun: said for group in GROUPS.values() for noun, said in group.items()}

SETTINGS = {"help_option_names": ["-h", "--help"]}
"""Of each context: a command keeps the help option that its first one gives it."""


@cache
def command_of(noun: str) -> Any:  # noqa: ANN401 - Typer's bundled click has no public name
    """A noun's command; its module loads now."""
    module, _ = NOUNS[noun]
    command = typer.main.get_command(import_module(f"supportcli.commands.{module}").app)
    command.context_class = PlainContext
    return command


class Nouns(TyperGroup):
    """The program's commands, each loaded when it is called. (The context and commands are Typer's
    bundled click, which has no public name.)"""

    context_class: Any = PlainContext

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ANN401, ARG002
        """The nouns, in the order of `--help`."""
        return list(NOUNS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ANN401
        """A noun's command; UsageError, with the nearest one, if there is none."""
        if cmd_name in NOUNS:
            return command_of(cmd_name)
        if ctx.resilient_parsing:
            return None
        hint = "See them all with: supportcli --help"
        raise WordUnknown("There is no command", cmd_name, hint, nearest(cmd_name, NOUNS))

    def format_commands(self, ctx: Any, formatter: Any) -> None:  # noqa: ANN401, ARG002
        """The nouns of `--help`, without loading them."""
        width = max(map(len, NOUNS))
        for heading, nouns in GROUPS.items():
            with formatter.section(heading):
                formatter.write_dl([(noun.ljust(width), said) for noun, (_, said) in nouns.items()])


app = typer.Typer(
    cls=Nouns,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    invoke_without_command=True,
    context_settings=SETTINGS,
    epilog=(
        "Without a command, the inbox opens. Each command has --help with examples, "
        "and most have --json."
    ),
)


@app.callback()
def begin(
    ctx: typer.Context,
    config: Annotated[
        Path | None,
        typer.Option(
            readable=False, metavar="FILE", help="Use this config.toml (SUPPORTCLI_CONFIG)."
        ),
    ] = None,
    database: Annotated[
        str | None, typer.Option(metavar="FILE|URL", help="Use this desk (SUPPORTCLI_DATABASE).")
    ] = None,
    version: Annotated[bool, typer.Option("--version", help="Show the version and exit.")] = False,
) -> None:
    """A help desk that lives in the terminal. Mail comes in, becomes tickets, and is answered
    here."""
    if version:
        typer.echo(f"supportcli {__version__}")
        raise typer.Exit
    ctx.obj = Place(config, database)
    if ctx.invoked_subcommand is None:
        from supportcli.commands.start import start

        raise typer.Exit(start(ctx.obj))


def run(argv: list[str]) -> int:
    """Run a command and return its exit code. UsageError, in Typer's words, if Typer refuses the
    call; Stopped at a question."""
    try:
        code = typer.main.get_command(app).main(argv, prog_name="supportcli", standalone_mode=False)
    except typer.TyperException as error:
        raise _refusal(error) from error
    except typer.Abort:
        raise Stopped from None
    return code if isinstance(code, int) else 0


def _refusal(error: typer.TyperException) -> UsageError:
    """What Typer refuses, as one of our errors."""
    context, option = getattr(error, "ctx", None), getattr(error, "option_name", "")
    command = context.command_path if context else getattr(error, "called", "supportcli")
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
            return f"“{typed}” is too small; the minimum is {limits['ge']}."
        case "less_than_equal":
            return f"“{typed}” is too large; the maximum is {limits['le']}."
        case "int_parsing_size":
            return f"“{typed}” is too large."
        case kind if kind.startswith("int_"):
            return f"“{typed}” is not a whole number."
        case _:
            return ""
