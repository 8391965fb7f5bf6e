"""`supportcli ticket link` and `unlink`: tickets that have to do with each other."""

from typing import Annotated

import typer

from supportcli.commands.command_group import examples
from supportcli.commands.options import numbers
from supportcli.commands.options.completion import ticket_numbers
from supportcli.commands.options.location import desk_of
from supportcli.commands.options.numbers import DryRun, Numbers
from supportcli.commands.output.printing import AsJson
from supportcli.commands.tickets.listing import do_or_show

app = typer.Typer(rich_markup_mode=None)


@app.command(
    epilog=examples(
        "supportcli ticket link 12 --to 7",
        "supportcli ticket link 12 13 --to 7 --reason 'the same broken batch'",
        "supportcli ticket list subject:mill --ids | supportcli ticket link - --to 7",
    )
)
def link(
    ctx: typer.Context,
    tickets: Numbers,
    *,
    to: Annotated[
        str,
        typer.Option(
            "--to", metavar="NUMBER", autocompletion=ticket_numbers, help="The other ticket."
        ),
    ],
    reason: Annotated[
        str, typer.Option("--reason", metavar="TEXT", help="Why.", show_default=False)
    ] = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Link tickets to another one. Each shows the other, and has:link finds both; nothing else
    changes. To make one ticket of them: ticket merge."""
    from supportcli.desk.tickets.related import linking

    other, wanted = numbers.one(to), numbers.several(ctx, tickets, as_json=as_json)
    with desk_of(ctx) as desk:
        do_or_show(
            desk,
            wanted,
            lambda there, these: linking.link(there, these, other, reason),
            dry_run=dry_run,
            as_json=as_json,
        )


@app.command(
    epilog=examples(
        "supportcli ticket unlink 12 --from 7",
        "supportcli ticket unlink 12 13 --from 7",
    )
)
def unlink(
    ctx: typer.Context,
    tickets: Numbers,
    *,
    other: Annotated[
        str,
        typer.Option(
            "--from", metavar="NUMBER", autocompletion=ticket_numbers, help="The other ticket."
        ),
    ],
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Take the links between tickets and another one away. What says where a ticket came from (a
    split, a closed ticket that it continues) stays."""
    from supportcli.desk.tickets.related import linking

    number, wanted = numbers.one(other), numbers.several(ctx, tickets, as_json=as_json)
    with desk_of(ctx) as desk:
        do_or_show(
            desk,
            wanted,
            lambda there, these: linking.unlink(there, these, number),
            dry_run=dry_run,
            as_json=as_json,
        )
