"""`supportcli ticket field`: what custom fields say of tickets."""

import re
from collections.abc import Sequence
from typing import Annotated

import typer

from supportcli.commands.command_group import examples
from supportcli.commands.options.chosen import Sure, chosen
from supportcli.commands.options.completion import numbers_and_fields
from supportcli.commands.options.location import desk_of
from supportcli.commands.options.numbers import DryRun
from supportcli.commands.output.printing import AsJson
from supportcli.commands.tickets.listing import do_or_show
from supportcli.errors import UsageError

app = typer.Typer(rich_markup_mode=None)

NumbersAndValues = Annotated[
    list[str],
    typer.Argument(
        metavar="NUMBER|QUERY... FIELD=VALUE",
        help="Ticket numbers (- reads them from a pipe), or a query with terms such as tag:late; "
        "then fields with their new values. Nothing after the = removes a value.",
        autocompletion=numbers_and_fields,
        show_default=False,
    ),
]


_VALUE = re.compile(r"[^:=]+=")
"""How a field with its value begins. A term of a query has its colon before any =."""


@app.command(
    epilog=examples(
        "supportcli ticket field 12 plan=pro",
        "supportcli ticket field 12 13 seats=12 'order=A 1042'",
        "supportcli ticket field tag:refund field:plan=free plan=pro --dry-run",
        "supportcli ticket list tag:refund --ids | supportcli ticket field - plan=",
    )
)
def field(
    ctx: typer.Context,
    tickets: NumbersAndValues,
    *,
    yes: Sure = False,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Fill in custom fields of tickets. See the fields with: field list."""
    from supportcli.desk.tickets.filling_in import check_fields, fill_in

    typed = _values(tickets)
    named = [one for one in tickets if not _VALUE.match(one)]
    with desk_of(ctx) as desk:
        check_fields(desk, typed)
        wanted = chosen(ctx, desk, named, sure=yes, dry_run=dry_run, as_json=as_json)
        do_or_show(
            desk,
            wanted,
            lambda there, these: fill_in(there, these, typed),
            dry_run=dry_run,
            as_json=as_json,
        )


def _values(words: Sequence[str]) -> dict[str, str]:
    """The values by field. UsageError if there is none, no ticket, or a field twice."""
    pairs = [word.split("=", 1) for word in words if _VALUE.match(word)]
    hint = "Write it as in: supportcli ticket field 12 plan=pro"
    if not pairs or len(pairs) == len(words):
        what = "No value was given." if not pairs else "No ticket was given."
        raise UsageError(what, hint)
    found = {name.strip(): value for name, value in pairs}
    if len(found) < len(pairs):
        raise UsageError("A field was given twice.", hint)
    return found
