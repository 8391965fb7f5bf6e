"""`supportcli demo`: a shop with customers, to look around in."""

import shlex
import signal
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from supportcli.commands.command_group import examples
from supportcli.commands.keys import known_preset, presets
from supportcli.commands.output import printing
from supportcli.commands.start import need_terminal
from supportcli.domain.setup.key_presets import KEY_PRESETS

if TYPE_CHECKING:
    from supportcli.config import Settings
    from supportcli.desk.mail.sync import SyncProgress

SYNC_EVERY = timedelta(seconds=10)
"""More often than the inbox of a real desk, so that nobody waits for a made-up customer."""

CHILDREN_SECONDS = 5.0
"""How long to wait for a sync that was running when the agent left; once the servers are gone it
ends at once."""

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command(
    epilog=examples("supportcli demo", "supportcli demo --keys vim", "supportcli demo --no-tui")
)
def demo(
    no_tui: Annotated[
        bool,
        typer.Option(
            "--no-tui",
            help="Run until interrupted, and print what other commands need to find it.",
        ),
    ] = False,
    answer_after: Annotated[
        float,
        typer.Option(
            min=0,
            max=3600,
            metavar="SECONDS",
            help="How long customers think about your reply before they answer.",
        ),
    ] = 8.0,
    keys: Annotated[
        str,
        typer.Option(
            metavar="PRESET",
            help=f"The keys of the inbox: {', '.join(KEY_PRESETS)}.",
            autocompletion=presets,
        ),
    ] = KEY_PRESETS[0],
) -> None:
    """Try a made-up shop: nothing to set up, nothing left behind.

    Starts a mail server on this machine only, with the mail of a coffee machine shop, and
    opens the shop's inbox. Its customers answer your replies. No mail leaves this machine, and
    everything is removed when you leave."""
    known_preset(keys)
    if not no_tui:
        need_terminal("The demo's inbox", "Without one: supportcli demo --no-tui")
    from supportcli.demo import require_extra

    require_extra()
    _tell("This is a demo: a made-up shop, on this machine only. It leaves nothing behind.")
    from supportcli.demo.shop import open_shop
    from supportcli.demo.signals import children_ended

    try:
        with open_shop(answer_after, _progress) as opened:
            code = _serve(opened.environment) if no_tui else _inbox(opened.settings, keys)
    finally:
        children_ended(CHILDREN_SECONDS)
    _tell("The demo is over, and everything is removed.")
    raise typer.Exit(code)


def _inbox(settings: "Settings", keys: str) -> int:
    from supportcli.tui.app import run

    settings = replace(settings, keys={"preset": keys})
    return run(settings, remark="DEMO", sync_every=SYNC_EVERY)


def _serve(environment: Mapping[str, str]) -> int:
    """Print the variables as lines for a shell, and wait for an interruption, the normal end."""
    printing.say(
        "# With these lines in a terminal, commands find the demo; try: supportcli ticket list"
    )
    for name, value in environment.items():
        printing.say(f"export {name}={shlex.quote(value)}")
    printing.say("# ctrl+c ends the demo and removes everything.")
    sys.stdout.flush()
    with suppress(KeyboardInterrupt):
        while True:
            signal.pause()
    return 0


def _progress(progress: "SyncProgress") -> None:
    """Show the progress of the first sync on one line that rewrites itself."""
    if sys.stderr.isatty():
        sys.stderr.write(
            f"\r\033[K{progress.fetched} emails fetched over IMAP"
            + ("\n" if progress.step == "sending" else "")
        )
        sys.stderr.flush()


def _tell(sentence: str) -> None:
    """Say something on stderr: other programs may read the output."""
    with suppress(OSError):  # the terminal may be gone
        sys.stderr.write(sentence + "\n")
