"""`supportcli search`: tickets, and where their words stand."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from supportcli.commands.command_group import examples
from supportcli.commands.options.completion import queries
from supportcli.commands.options.location import desk_of
from supportcli.commands.output import printing
from supportcli.commands.output.printing import AsJson
from supportcli.commands.tickets.listing import query_of
from supportcli.domain.tickets.ticket import Order
from supportcli.terminal import clean

if TYPE_CHECKING:
    from supportcli.desk.searching import Hit
    from supportcli.domain.query.snippets import Snippet

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command(
    context_settings={"ignore_unknown_options": True, "help_option_names": ["--help"]},
    epilog=examples(
        "supportcli search refund",
        "supportcli search '\"double charge\" OR refund* status:any'",
        "supportcli search kettle --limit 5 --json | jq .snippet",
    ),
)
def search(
    ctx: typer.Context,
    query: Annotated[
        list[str],
        typer.Argument(
            metavar="WORDS",
            help="Words, and terms as in ticket list.",
            autocompletion=queries,
            show_default=False,
        ),
    ],
    *,
    sort: Annotated[
        Order | None,
        typer.Option(
            help="How they are sorted; by the last change unless the query has a sort:.",
            show_default=False,
        ),
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="Show at most this many.")] = 20,
    as_json: AsJson = False,
) -> None:
    """Search tickets, and see where the words stand.

    Words are sought in subjects, texts, and the names of people and files. The ticket that changed
    last comes first."""
    from supportcli.desk import searching
    from supportcli.desk.tickets import ticket_json
    from supportcli.domain.query.parse import order_asked

    wanted = query_of(query, "search")
    order = sort or order_asked(wanted) or Order.UPDATED
    found = False
    with desk_of(ctx) as desk:
        for hit in searching.search(desk, wanted, order, limit):
            if as_json:
                printing.emit({**ticket_json.line(hit.line, desk.now()), **_shape(hit)})
            else:
                for line in _lines(hit, hit.line.status_at(desk.now()).value):
                    printing.write(f"{line}\n")
            found = True
    if not found and not as_json:
        printing.warn("No ticket matches.")


def _shape(hit: "Hit") -> dict[str, Any]:
    return {
        "message": hit.message,
        "snippet": hit.snippet.text if hit.snippet else None,
        "hits": [piece for piece, is_hit in hit.snippet.pieces if is_hit] if hit.snippet else [],
    }


def _lines(hit: "Hit", status: str) -> Iterator[str]:
    who = clean(hit.line.customer.name or hit.line.customer.address)
    number = printing.paint(f"#{hit.line.number}", "number")
    yield f"{number}  {status}  {who}: {_marked(hit.subject) or '(no subject)'}"
    if hit.snippet:
        yield f"    {_marked(hit.snippet)}"


def _marked(found: "Snippet") -> str:
    return "".join(
        _mark(clean(piece)) if is_hit else clean(piece) for piece, is_hit in found.pieces
    )


def _mark(text: str) -> str:
    """A hit: in colour, or in brackets where there is none."""
    painted = printing.paint(text, "warning")
    return painted if painted != text else f"[{text}]"
