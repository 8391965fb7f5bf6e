"""A noun of the command line: a group of commands that shows its help when called alone. And the
examples at the end of a command's help."""

from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup

from supportcli.commands.plain_help import PlainContext

_FIRST = ("list", "show", "add", "edit", "remove")
"""The commands that most nouns have, in the order of their help."""


class NounGroup(TyperGroup):
    """The commands of a noun. What Typer refuses before it has begun a command (an option without
    its value) names that command: `ctx` of the error is None then, and `called` is what was
    called. The `first` commands come first in its help; `more` modules are loaded when a command is
    asked for that the others do not have."""

    context_class: Any = PlainContext
    first: tuple[str, ...] = _FIRST
    more: tuple[str, ...] = ()

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ANN401 - Typer's own types
        """The commands, in the order of `--help`."""
        while self.more:
            self._load_more()
        named = super().list_commands(ctx)
        begin = [name for name in self.first if name in named]
        return begin + [name for name in named if name not in begin]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ANN401 - Typer's own types
        """A command, whose help is as plain as the noun's."""
        while self.more and cmd_name not in self.commands:
            self._load_more()
        command = super().get_command(ctx, cmd_name)
        if command is not None:
            command.context_class = PlainContext
        return command

    def _load_more(self) -> None:
        module, *more = self.more
        app = import_module(f"supportcli.commands.{module}").app
        self.commands.update(typer.main.get_group(app).commands)
        self.more = tuple(more)

    def invoke(self, ctx: Any) -> Any:  # noqa: ANN401 - Typer's own types
        """Run the command that was called."""
        try:
            return super().invoke(ctx)
        except typer.TyperException as error:
            if ctx.invoked_subcommand and not hasattr(error, "called"):
                called = f"{ctx.command_path} {ctx.invoked_subcommand}"
                error.called = called  # type: ignore[attr-defined]
            raise


def noun(text: str, *first: str, more: tuple[str, ...] = ()) -> typer.Typer:
    """A Typer app for the commands of one noun; `text` is its help, and the commands that are named
    come `first` in it (without any: those that most nouns have). `more` modules of this package
    have further commands, in an `app` of their own: who calls one does not load the others."""
    said = {"first": first or _FIRST, "more": more}
    group: type[NounGroup] = type("Commands", (NounGroup,), said)
    app = typer.Typer(cls=group, help=text, rich_markup_mode=None, add_completion=False)

    @app.callback(invoke_without_command=True)
    def alone(ctx: typer.Context) -> None:
        if ctx.invoked_subcommand is None:
            typer.echo(ctx.get_help())

    return app


def examples(*lines: str) -> str:
    """The epilog that shows these calls, each on a line of its own: the backspace keeps Typer from
    rewrapping them."""
    return "\b\nExamples:\n" + "\n".join(f"  {line}" for line in lines)
