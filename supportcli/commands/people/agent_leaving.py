"""`supportcli agent remove|away|back`: agents who leave, or are away for a time."""

from typing import Annotated

import typer

from supportcli.commands.command_group import examples
from supportcli.commands.options.completion import agents
from supportcli.commands.options.location import desk_of
from supportcli.commands.output import printing
from supportcli.commands.output.printing import AsJson

app = typer.Typer(rich_markup_mode=None)

Which = Annotated[
    str,
    typer.Argument(metavar="AGENT", help="Their address, or me.", autocompletion=agents),
]
HandOver = Annotated[
    str | None,
    typer.Option(
        "--hand-over",
        metavar="AGENT|none",
        help="Who gets their open tickets; none leaves them unassigned.",
        autocompletion=agents,
        show_default=False,
    ),
]


@app.command(
    epilog=examples(
        "supportcli agent remove bob@shop.example --hand-over bea@shop.example",
        "supportcli agent remove bob@shop.example --hand-over none",
    )
)
def remove(
    ctx: typer.Context, which: Which, hand_over: HandOver = None, as_json: AsJson = False
) -> None:
    """Let an agent leave. They may do nothing more; the history keeps their name. If they have
    open tickets, say who gets them. To bring them back: agent add."""
    from supportcli.desk.people.agents import remove_agent

    with desk_of(ctx) as desk:
        done = remove_agent(desk, which, hand_over)
    printing.done(done, as_json=as_json)


@app.command(
    epilog=examples(
        "supportcli agent away me --until 'mon 9:00'",
        "supportcli agent away bob@shop.example --until 2026-12-24 --hand-over bea",
    )
)
def away(
    ctx: typer.Context,
    which: Which,
    *,
    until: Annotated[
        str,
        typer.Option(
            metavar="TIME", help="Until when, as in 2026-12-24 or 'mon 9:00'.", show_default=False
        ),
    ],
    hand_over: HandOver = None,
    as_json: AsJson = False,
) -> None:
    """Say that an agent is away, and until when. Their open tickets stay theirs, unless --hand-over
    names somebody; meanwhile `supportcli next` gives them to others. Everybody may say it of
    themselves, admins of all; who may not work on tickets hands none over."""
    from supportcli.desk.people.agents import go_away

    with desk_of(ctx) as desk:
        done = go_away(desk, which, until, hand_over)
    printing.done(done, as_json=as_json)


@app.command(epilog=examples("supportcli agent back me", "supportcli agent back bob@shop.example"))
def back(ctx: typer.Context, which: Which, as_json: AsJson = False) -> None:
    """Say that an agent is back. Tickets that were handed over are theirs again, if they are still
    open and still with who got them."""
    from supportcli.desk.people.agents import come_back

    with desk_of(ctx) as desk:
        done = come_back(desk, which)
    printing.done(done, as_json=as_json)
