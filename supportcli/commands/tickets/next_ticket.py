"""`supportcli next`: the ticket that comes next, for one agent alone."""

from typing import Annotated

import typer

from supportcli.commands.command_group import examples
from supportcli.commands.options.location import desk_of
from supportcli.commands.output import printing
from supportcli.commands.output.printing import AsJson
from supportcli.rendering.ink import Ink

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command(
    epilog=examples(
        "supportcli next",
        "supportcli next --peek",
        "supportcli next --json | jq -r '\"\\(.number) \\(.reason)\"'",
    )
)
def next_(
    ctx: typer.Context,
    *,
    peek: Annotated[
        bool, typer.Option("--peek", help="Only show it: others can still get it.")
    ] = False,
    quotes: Annotated[
        bool, typer.Option("--quotes", help="Show quoted text and signatures too.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Get the next ticket of the queue, and the reason. Nobody else gets it for five minutes, or
    until you call next again.

    The queue has the open tickets that are yours, nobody's, or of a colleague who is away, without
    those that colleagues have got. First comes what is overdue, then what is due within the hour,
    urgent tickets, those of VIP customers (customer edit --vip) or with the tag vip, those that
    were reopened twice, and those of high priority. The others follow by when they are due, and by
    how long the customer has waited."""
    from supportcli.commands.tickets.activity import activity
    from supportcli.desk.json_shapes import time
    from supportcli.desk.people.colleagues import list_agents
    from supportcli.desk.tickets import queue, reading, ticket_json

    with desk_of(ctx) as desk:
        found = queue.peek(desk) if peek else queue.take_next(desk)
        ticket, now = reading.ticket(desk, found.number), desk.now()
        if as_json:
            said = {"reason": found.reason, "claimed_until": time(found.until)}
            printing.emit({**ticket_json.ticket(ticket, now), **said})
            return
        held = f" · yours until {found.until.astimezone():%H:%M}" if found.until else ""
        printing.paint_lines([((f"{found.reason}{held}", Ink.STRONG),), ()])
        agents, whole = list_agents(desk), not printing.on_terminal()
        printing.paint_lines(
            activity(ticket, printing.width(), now, agents, unfolded=quotes, whole=whole)
        )
