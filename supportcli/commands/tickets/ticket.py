"""`supportcli ticket`: commands that read tickets. Further modules write to them and change
them."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from supportcli.commands.command_group import examples, noun
from supportcli.commands.options import numbers
from supportcli.commands.options.completion import queries, views
from supportcli.commands.options.location import desk_of
from supportcli.commands.output import printing
from supportcli.commands.output.printing import AsJson
from supportcli.commands.tickets import listing
from supportcli.commands.tickets.listing import query_of, show_lines
from supportcli.domain.tickets.ticket import Order
from supportcli.errors import UsageError
from supportcli.errors.files import FileInTheWay, FileUnwritable

if TYPE_CHECKING:
    from supportcli.desk import Desk

app = noun(
    "Tickets: list, read, answer, assign, solve and more.",
    "list",
    "show",
    more=(
        "tickets.replying",
        "tickets.forwarding",
        "tickets.drafting",
        "tickets.writing",
        "tickets.verbs",
        "tickets.filling_in",
        "tickets.regrouping",
        "tickets.linking",
    ),
)

_PLACE = re.compile(r"(.+):([0-9]{1,9})")


@app.command(
    "list",
    context_settings={
        "ignore_unknown_options": True,
        "help_option_names": ["--help"],
    },  # a query may begin with a hyphen
    epilog=examples(
        "supportcli ticket list",
        "supportcli ticket list status:open assignee:me -tag:vip",
        "supportcli ticket list 'sla:<1h priority:>=high'",
        "supportcli ticket list 'refund OR return created:<7d -tag:vip sort:updated'",
        "supportcli ticket list is:overdue --columns number,due,subject --limit 10",
        "supportcli ticket list '\"double charge\" has:attachment' --json | jq .number",
        "supportcli ticket list --view Waiting",
    ),
)
def list_(
    ctx: typer.Context,
    *,
    query: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="QUERY",
            help="Terms such as status:open, assignee:me, sla:<1h, -tag:vip, words.",
            autocompletion=queries,
        ),
    ] = None,
    view: Annotated[
        str | None,
        typer.Option(
            "--view",
            metavar="VIEW",
            help="The tickets of this view, and of them those that the query finds too.",
            autocompletion=views,
            show_default=False,
        ),
    ] = None,
    order: Annotated[
        Order | None,
        typer.Option(
            "--sort",
            "--order",
            help="How the list is sorted; urgency unless the query has a sort:.",
            show_default=False,
        ),
    ] = None,
    limit: Annotated[
        int | None,
        typer.Option(min=1, max=2**63 - 1, help="List at most this many.", show_default=False),
    ] = None,
    columns: Annotated[
        str | None,
        typer.Option(
            "--columns",
            metavar="NAME,NAME",
            help="Show these columns, as in number,status,created,subject.",
            show_default=False,
        ),
    ] = None,
    as_ids: Annotated[bool, typer.Option("--ids", help="Print the numbers alone.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print a table for spreadsheets.")] = False,
    as_json: AsJson = False,
) -> None:
    """List tickets, the most urgent first. Without a query: all but spam, deleted and merged
    ones."""
    from supportcli.desk.tickets import lists

    wanted, names = query_of(query or [], "ticket list"), listing.columns_of(columns)
    if as_ids + as_csv + as_json > 1:
        raise UsageError("A list is printed in one way.", "Give one of --ids, --csv and --json.")
    empty = "No ticket matches." if query or view else "There are no tickets yet."
    with desk_of(ctx) as desk:
        if view is not None:
            wanted, order, names = _in_view(desk, view, wanted, order, names)
        if as_ids:
            for number in lists.numbers(desk, wanted, order, limit):
                printing.write(f"{number}\n")
            return
        found = lists.each_line(desk, wanted, order, limit)
        if as_csv:
            listing.write_csv(found, desk.now(), names)
        elif names and not as_json:
            listing.show_columns(found, desk.now(), names, empty)
        else:
            show_lines(found, desk.now(), empty, as_json=as_json)


def _in_view(
    desk: "Desk", name: str, query: str, order: Order | None, names: tuple[str, ...]
) -> tuple[str, Order | None, tuple[str, ...]]:
    """The query, order and columns of a list of a view's tickets. Who asks for others gets them."""
    from supportcli.desk.setup import views

    view = views.narrowed(desk, name, query)
    return view.query, order or view.sort, names or view.columns


@app.command(
    epilog=examples(
        "supportcli ticket show 12",
        "supportcli ticket show 12 13 --json",
        "supportcli ticket list --json | supportcli ticket show -",
    )
)
def show(
    ctx: typer.Context,
    tickets: numbers.Numbers,
    *,
    quotes: Annotated[
        bool, typer.Option("--quotes", help="Show quoted text and signatures too.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Show tickets: messages and everything done, oldest first. The number at the end of a
    message's first line is what ticket split and mail why take.

    A ticket that was merged is followed by the one that has its messages now."""
    from supportcli.commands.tickets.activity import activity
    from supportcli.desk.people.colleagues import list_agents
    from supportcli.desk.tickets import reading, ticket_json

    named = numbers.several(ctx, tickets, as_json=as_json)
    with desk_of(ctx) as desk:
        for place, number in enumerate(_with_merged(desk, named)):
            ticket = reading.ticket(desk, number)
            if as_json:
                printing.emit(ticket_json.ticket(ticket, desk.now()))
            else:
                printing.paint_lines([()] if place else [])
                agents, whole = list_agents(desk), not printing.on_terminal()
                printing.paint_lines(
                    activity(
                        ticket, printing.width(), desk.now(), agents, unfolded=quotes, whole=whole
                    )
                )


def _with_merged(desk: "Desk", named: Sequence[int]) -> Iterator[int]:
    """These tickets, merged ones followed by the tickets that have their messages; each once."""
    from supportcli.desk.tickets import reading

    shown: set[int] = set()
    for number in named:
        into = reading.merged_into(desk, number)
        for one in (number, *((into,) if into is not None else ())):
            if one not in shown:
                shown.add(one)
                yield one


@app.command(
    epilog=examples(
        "supportcli ticket attachment 12:1",
        "supportcli ticket attachment 12:2 ~/Downloads",
        "ssh desk supportcli ticket attachment 12:1 - > photo.jpg",
    )
)
def attachment(
    ctx: typer.Context,
    which: Annotated[
        str,
        typer.Argument(
            metavar="NUMBER:K", help="The K-th file of a ticket, as numbered by ticket show."
        ),
    ],
    file: Annotated[
        Path | None,
        typer.Argument(
            metavar="FILE|-",
            help="Where to save it; - is standard output. Default: here, under its own name.",
            show_default=False,
        ),
    ] = None,
    *,
    force: Annotated[
        bool, typer.Option("--force", help="Overwrite FILE, or write to a terminal.")
    ] = False,
) -> None:
    """Save a file that came with a ticket."""
    from supportcli.commands.output import raw_output
    from supportcli.desk import saving
    from supportcli.desk.exports import attachments
    from supportcli.domain.text.sizes import size

    number, place = _place(which)
    with desk_of(ctx) as desk:
        found, content = attachments.content(desk, number, place)
    if file is not None and str(file) == "-":
        raw_output.to_output(content, force=force)
        return
    try:
        written = saving.to_file(content, found.name, file, force=force)
    except FileExistsError as error:
        raise FileInTheWay(str(file)) from error
    except OSError as error:
        raise FileUnwritable(
            str(error.filename or file or found.name),
            error.strerror or str(error),
            f"supportcli ticket attachment {which} FILE",
        ) from error
    printing.say(f"Saved {written} ({size(len(content))}).")


def _place(which: str) -> tuple[int, int]:
    found = _PLACE.fullmatch(which.strip())
    if not found:
        raise UsageError(
            f"“{which}” is not an attachment.",
            "Write it as 12:1, ticket and file; ticket show lists them.",
        )
    return numbers.one(found[1]), int(found[2])
