"""`supportcli customer`: the people who write, and what the team knows about them."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from supportcli.commands.command_group import examples, noun
from supportcli.commands.options import completion
from supportcli.commands.options.location import desk_of
from supportcli.commands.output import printing
from supportcli.commands.output.printing import AsJson, TableColumn
from supportcli.commands.people.people_options import Fields, InOrganisation, Notes, Who, fields_of
from supportcli.domain.people.customers import CustomerChanges
from supportcli.domain.senders import Block
from supportcli.errors import UsageError

if TYPE_CHECKING:
    from supportcli.desk.people.importing import SheetResult

app = noun("The people who write, and what you know about them.")

_SHOWN = 20
"""So many refused rows are shown; --json lists all."""

_COLUMNS = (
    TableColumn("Name", 30, least=8),
    TableColumn("Address", least=16, grows=True),
    TableColumn("Organisation", 24, least=6, goes=2),
    TableColumn("Tickets", goes=3),
    TableColumn("", 12, goes=1),
)

DryRun = Annotated[
    bool, typer.Option("--dry-run", "-n", help="Only say what would change; nothing is written.")
]


@app.command(
    "list",
    epilog=examples(
        "supportcli customer list",
        "supportcli customer list maria --json",
        "supportcli customer list --organisation 'Acme Ltd' --vip",
    ),
)
def list_(
    ctx: typer.Context,
    words: Annotated[
        list[str] | None,
        typer.Argument(metavar="WORD", help="In their name or address.", show_default=False),
    ] = None,
    *,
    organisation: InOrganisation = None,
    vip: Annotated[bool, typer.Option("--vip", help="Only those marked as VIP.")] = False,
    limit: Annotated[
        int | None, typer.Option(min=1, help="At most so many.", show_default=False)
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List customers by name. With words: those whose name or address contains each of them."""
    from supportcli.desk.people import people_json, reading

    with desk_of(ctx) as desk:
        found = reading.each_customer(
            desk, " ".join(words or ()), organisation=organisation, vip=vip, most=limit
        )
        if as_json:
            for one in found:
                printing.emit(people_json.customer_line(one, desk.now()))
            return
        rows = (
            (
                one.customer.name,
                one.customer.address,
                one.customer.organisation,
                str(one.tickets),
                ", ".join(["VIP"] * one.customer.vip + ["blocked"] * one.is_blocked),
            )
            for one in found
        )
        printing.table(_COLUMNS, rows, "No customer fits.")


@app.command(
    epilog=examples(
        "supportcli customer show maria@customer.example",
        "supportcli customer show '#12' --json",
    )
)
def show(
    ctx: typer.Context,
    which: Who,
    *,
    lookup: Annotated[
        bool, typer.Option("--lookup", help="Ask the system of customer_lookup in config.toml.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Show a customer: what you know, tickets, history."""
    from supportcli.desk.people import people_json, reading
    from supportcli.desk.people.lookups import look_up
    from supportcli.rendering.people import customer_lines

    with desk_of(ctx) as desk:
        if lookup:
            look_up(desk, which)
        found, now = reading.customer(desk, which), desk.now()
    if as_json:
        printing.emit(people_json.customer_shown(found, now))
    else:
        printing.paint_lines(customer_lines(found, printing.width(), now))


@app.command(
    epilog=examples(
        "supportcli customer edit maria@customer.example --vip --organisation Acme",
        "supportcli customer edit maria@customer.example --address maria@home.example",
        "supportcli customer edit '#12' --time-zone Europe/Madrid --language es",
        "supportcli customer edit maria@customer.example --field plan=pro",
    )
)
def edit(
    ctx: typer.Context,
    which: Who,
    *,
    name: Annotated[
        str | None, typer.Option(metavar="NAME", help="Their name.", show_default=False)
    ] = None,
    address: Annotated[
        list[str] | None,
        typer.Option(metavar="ADDRESS", help="A further address of theirs.", show_default=False),
    ] = None,
    no_address: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ADDRESS",
            help="No longer theirs: who writes from it is somebody else.",
            show_default=False,
        ),
    ] = None,
    organisation: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="Their organisation, by name or domain; '' takes them out.",
            autocompletion=completion.organisations,
            show_default=False,
        ),
    ] = None,
    vip: Annotated[
        bool | None, typer.Option("--vip/--no-vip", help="Mark as VIP.", show_default=False)
    ] = None,
    language: Annotated[
        str | None,
        typer.Option(
            metavar="CODE", help="The language to answer in, as in de.", show_default=False
        ),
    ] = None,
    time_zone: Annotated[
        str | None,
        typer.Option(
            metavar="ZONE",
            help="Where they are, as in Europe/Madrid.",
            autocompletion=completion.zones,
            show_default=False,
        ),
    ] = None,
    notes: Notes = None,
    field: Fields = None,
    as_json: AsJson = False,
) -> None:
    """Change what you know about a customer. An empty value removes it. To take it back: customer
    undo."""
    from supportcli.desk.people import editing, people_json

    changes = CustomerChanges(
        name=name,
        organisation=organisation,
        vip=vip,
        language=language,
        zone=time_zone,
        notes=notes,
        fields=fields_of(field),
        addresses=tuple(address or ()),
        no_addresses=tuple(no_address or ()),
    )
    if not changes:
        raise UsageError(
            "You did not say what to change.",
            "Give --name, --address, --organisation, --vip, --language, --time-zone, --notes or "
            "--field NAME=VALUE.",
        )
    with desk_of(ctx) as desk:
        after, now = editing.edit_customer(desk, which, changes).customer, desk.now()
    if as_json:
        printing.emit(people_json.customer(after, now))
    else:
        printing.say(f"Changed {after.person}. To take it back: supportcli customer undo")


@app.command(
    epilog=examples(
        "supportcli customer merge maria@home.example --into '#12' --dry-run",
        "supportcli customer merge maria@home.example --into maria@acme.example",
    )
)
def merge(
    ctx: typer.Context,
    which: Who,
    *,
    into: Annotated[
        str,
        typer.Option(
            metavar="CUSTOMER",
            help="The customer who stays.",
            autocompletion=completion.customers,
            show_default=False,
        ),
    ],
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Merge two customers who are one. Addresses and tickets go to the one who stays, and what is
    known of only one of them. To take it back: customer undo."""
    from supportcli.desk.people import people_json
    from supportcli.desk.people.merging import merge_customers

    with desk_of(ctx) as desk:
        kept = merge_customers(desk, which, into, dry_run=dry_run).customer
        now = desk.now()
    if as_json:
        printing.emit({**people_json.customer(kept, now), "dry_run": dry_run})
        return
    has = "would have" if dry_run else "has now"
    printing.say(f"{kept.person} {has} the addresses {', '.join(kept.addresses)}.")


@app.command(
    epilog=examples(
        "supportcli customer block spammer@mail.example",
        "supportcli customer block spammer@mail.example --discard",
        "supportcli customer block spammer@mail.example --off",
    )
)
def block(
    ctx: typer.Context,
    which: Who,
    *,
    discard: Annotated[
        bool, typer.Option("--discard", help="Put their email away, instead of holding it.")
    ] = False,
    off: Annotated[bool, typer.Option("--off", help="Let their email in again.")] = False,
    as_json: AsJson = False,
) -> None:
    """Block all addresses of a customer, as mail block does. Their further email is kept, but opens
    and reopens no ticket. To take it back: --off, or customer undo."""
    from supportcli.desk.people import people_json
    from supportcli.desk.people.blocking import block_customer

    if discard and off:
        raise UsageError("--discard and --off exclude each other.", "Give one of them.")
    how = None if off else Block.DISCARD if discard else Block.HOLD
    with desk_of(ctx) as desk:
        found, now = block_customer(desk, which, how).customer, desk.now()
    if as_json:
        printing.emit({**people_json.customer(found, now), "blocked": how.value if how else None})
        return
    became = {None: "comes in again", Block.HOLD: "is held", Block.DISCARD: "is put away"}
    printing.say(f"Email from {', '.join(found.addresses)} {became[how]} from now on.")


@app.command(
    "import",
    epilog=examples(
        "supportcli customer import customers.csv --dry-run",
        "supportcli customer import customers.csv",
        "supportcli customer import alte.csv --encoding cp1252",
    ),
)
def import_(
    ctx: typer.Context,
    file: Annotated[
        Path,
        typer.Argument(
            readable=False,
            metavar="FILE",
            help="A table (CSV) with a column address; it may be compressed (.gz).",
            show_default=False,
        ),
    ],
    *,
    encoding: Annotated[
        str | None,
        typer.Option(
            help="The file's encoding, such as cp1252, if it is not Unicode.", show_default=False
        ),
    ] = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Add or change customers from a table. Columns: address (or email), name, organisation, vip,
    language, time_zone, notes, addresses (a second column of addresses holds further ones); each
    other one becomes a field. Empty cells change nothing.

    Who has one of the addresses is changed, others are added. Rows that cannot be read are named
    with their line. To take all of it back: customer undo."""
    from supportcli.desk.people import people_json
    from supportcli.desk.people.importing import import_customers

    with desk_of(ctx) as desk:
        result = import_customers(desk, file, encoding, dry_run=dry_run)
    if as_json:
        printing.emit(people_json.sheet(result))
    else:
        _tell(result)
    raise typer.Exit(1 if result.refused else 0)


def _tell(result: "SheetResult") -> None:
    would = "would be " if result.dry_run else ""
    printing.say(
        f"{result.file}: {result.added:,} {would}added, {result.changed:,} {would}changed, "
        f"{result.unchanged:,} as they were, {len(result.refused):,} refused."
    )
    if result.fields:
        printing.say(f"Fields: {', '.join(result.fields)}.")
    for line, reason in result.refused[:_SHOWN]:
        printing.warn(f"line {line}: {reason}.")
    if len(result.refused) > _SHOWN:
        printing.warn(f"and {len(result.refused) - _SHOWN:,} more rows.", "--json lists all.")


@app.command(epilog=examples("supportcli customer undo"))
def undo(ctx: typer.Context, as_json: AsJson = False) -> None:
    """Undo your last change to customers or organisations. An edit, a merge, an import, or a block
    (also one by mail block)."""
    from supportcli.desk.people.undoing import undo_people

    with desk_of(ctx) as desk:
        said = undo_people(desk)
    if as_json:
        printing.emit({"undone": list(said)})
        return
    for one in said:
        printing.say(f"{one}.")


@app.command(epilog=examples("supportcli customer redo"))
def redo(ctx: typer.Context, as_json: AsJson = False) -> None:
    """Redo your last undone change to customers or organisations. What an import added, and
    organisations that came or went, are not done again."""
    from supportcli.desk.people.redoing import redo_people

    with desk_of(ctx) as desk:
        said = redo_people(desk)
    if as_json:
        printing.emit({"redone": list(said)})
        return
    for one in said:
        printing.say(f"{one}.")
