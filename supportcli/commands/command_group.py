"""A noun of the command line: a group of commands that shows its help when called alone. And the
examples at the end of a command's help."""

import typer


def noun(text: str) -> typer.Typer:
    """A Typer app for the commands of one noun; `text` is its help."""
    app = typer.Typer(help=text, rich_markup_mode=None, add_completion=False)

    @app.callback(invoke_without_command=True)
    def alone(ctx: typer.Context) -> None:
        if ctx.invoked_subcommand is None:
            typer.echo(ctx.get_help())

    return app


def examples(*lines: str) -> str:
    """The epilog that shows these calls, each on a line of its own: the backspace keeps Typer from
    rewrapping them."""
    return "\b\nExamples:\n" + "\n".join(f"  {line}" for line in lines)
