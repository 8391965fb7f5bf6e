"""`supportcli web`: the inbox in a browser of this machine."""

import ipaddress
import os
import shlex
import socket
import sys
from importlib.util import find_spec
from typing import Annotated

import typer

from supportcli.commands.command_group import examples
from supportcli.commands.options.location import desk_of, settings_of
from supportcli.commands.output import printing
from supportcli.errors.program import PlaceUnusable, WebExtraMissing

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command(
    epilog=examples("supportcli web", "supportcli web --agent ada@shop.example --port 8123")
)
def web(
    ctx: typer.Context,
    agent: Annotated[
        str,
        typer.Option(
            metavar="ADDRESS", help="Whose inbox it is, if not that of the agent in config.toml."
        ),
    ] = "",
    host: Annotated[
        str,
        typer.Option(metavar="IP", help="The address of this machine to listen at."),
    ] = "127.0.0.1",
    port: Annotated[
        int,
        typer.Option(min=0, max=65535, help="The port to listen at; 0 is any that is free."),
    ] = 0,
    beyond_this_machine: Annotated[
        bool,
        typer.Option(
            "--beyond-this-machine",
            help="Listen at an address that other machines reach, although nothing is encrypted.",
        ),
    ] = False,
) -> None:
    """Open the inbox in a browser on this machine.

    Prints an address with a token: whoever opens it works as the agent, and without it
    nothing is served. It is good until you end the command with ctrl+c. Keys that need a
    terminal of their own, such as f4 for $EDITOR, say so."""
    _refuse_far(host, allowed=beyond_this_machine)
    _require_extra()
    from supportcli.tui.web.server import InboxServer

    settings = settings_of(ctx)
    os.environ.update(
        SUPPORTCLI_CONFIG=str(settings.path),
        SUPPORTCLI_DATABASE=settings.database,
        SUPPORTCLI_WEB="1",
        **({"SUPPORTCLI_AGENT": agent} if agent else {}),
    )
    me = _me(ctx)
    with _listening(host, port) as listening:
        command = shlex.join([sys.executable, "-m", "supportcli"])
        server = InboxServer(command, listening, f"supportcli · {me}")
        printing.say(server.address)
        sys.stdout.flush()
        printing.warn(
            f"This is the inbox of {me}. Keep the address to yourself.",
            "It is good until you press ctrl+c here.",
        )
        if beyond_this_machine:
            printing.warn("Nothing is encrypted on the way.", "Use an SSH tunnel where you can.")
        server.serve()


def _refuse_far(host: str, *, allowed: bool) -> None:
    """UsageError for an address that others reach, unless that is wanted."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        raise PlaceUnusable(host, "is no address of this machine", "Use --host 127.0.0.1") from None
    if address.is_unspecified and allowed:
        raise PlaceUnusable(host, "means all addresses", "Please name one of this machine.")
    if not address.is_loopback and not allowed:
        raise PlaceUnusable(
            host,
            "can be reached by other machines, and nothing is encrypted",
            "Use an SSH tunnel to 127.0.0.1, or add --beyond-this-machine.",
        )


def _require_extra() -> None:
    if find_spec("textual_serve") is None:
        raise WebExtraMissing


def _me(ctx: typer.Context) -> str:
    """The agent's name and address. AgentUnknown, and what opening a desk raises."""
    from supportcli.desk.tickets.inbox import me
    from supportcli.terminal import clean

    with desk_of(ctx) as desk:
        return clean(str(me(desk).address))


def _listening(host: str, port: int) -> socket.socket:
    """A socket that listens there. PlaceUnusable."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as error:
        raise PlaceUnusable(
            f"{host}:{port}",
            f"cannot be listened at: {error.strerror or error}",
            "Choose another --port, or leave it out.",
        ) from error
