"""`supportcli` alone: the inbox, or what to do where there is no desk yet."""

import os
import sys

from supportcli.commands.options.location import Place
from supportcli.config import Settings, database_file
from supportcli.errors import Stopped, UsageError


def start(place: Place) -> int:
    """Open the inbox; without a desk, offer the demo and setting up a desk. UsageError without a
    terminal."""
    if "SUPPORTCLI_WEB" not in os.environ:  # a browser is the terminal
        need_terminal(
            "The inbox",
            "Plain commands need none: supportcli ticket list. "
            "See them all with: supportcli --help",
        )
    settings = place.settings()
    if _has_desk(settings):
        from supportcli.tui.app import run

        return run(settings)
    return _offer(place)


def need_terminal(what: str, otherwise: str) -> None:
    """UsageError, with what to do instead, if an inbox could not be typed into or seen. Textual
    paints on standard error."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError(f"{what} needs a terminal, and there is none.", otherwise)
    if not sys.stderr.isatty():
        raise UsageError(
            f"{what} is painted on standard error, which is not a terminal here.",
            "Do not redirect standard error: leave out the 2>.",
        )


def _has_desk(settings: Settings) -> bool:
    """Whether there is a desk to open, without loading the code that opens it. For a server the
    answer is yes; it is asked later."""
    file = database_file(settings.database)
    return file is None or file.exists()


def _offer(place: Place) -> int:
    """Ask what to do where there is no desk, and do it."""
    import typer

    from supportcli.commands import main
    from supportcli.tui.driver.typed_ahead import give_back

    give_back()
    typer.echo("There is no desk here yet.\n")
    typer.echo("  d  look around in a demo: a made-up shop, nothing left behind")
    typer.echo("  s  set up a desk of your own")
    typer.echo("  q  quit\n")
    try:
        choice: str = typer.prompt("Your choice", default="d")
    except typer.Abort:
        raise Stopped from None
    commands = {"d": ["demo"], "s": [*place.options, "init"]}
    chosen = commands.get(choice.strip().lower()[:1])
    return main(chosen) if chosen else 0
