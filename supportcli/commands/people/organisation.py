"""`supportcli organisation`: organisations, their domains and their people."""

from typing import Annotated

import typer

from supportcli.commands.command_group import examples, noun
from supportcli.commands.options.location import desk_of
from supportcli.commands.output import printing
from supportcli.commands.output.printing import AsJson, TableColumn
from supportcli.commands.people.people_options import Fields, Notes, OrganisationName, fields_of
from supportcli.domain.people.organisations import Organisation, OrganisationChanges
from supportcli.errors import UsageError

app = noun("Organisations: their domains and their people.")

_COLUMNS = (
    TableColumn("Name", least=8, grows=True),
    TableColumn("Domains", 40, least=12, goes=1),
    TableColumn("People"),
)

Domains = Annotated[
    list[str] | None,
    typer.Option(
        "--domain",
        metavar="DOMAIN",
        help="Who writes from it for the first time is a member, as in acme.example.",
        show_default=False,
    ),
]


@app.command(
    "list", epilog=examples("supportcli organisation list", "supportcli organisation list --json")
)
def list_(ctx: typer.Context, as_json: AsJson = False) -> None:
    """List the organisations."""
    from supportcli.desk.people import people_json, reading

    with desk_of(ctx) as desk:
        found = reading.each_organisation(desk)
    if as_json:
        for one in found:
            printing.emit(people_json.organisation(one))
        return
    rows = ((one.name, ", ".join(one.domains), str(one.members)) for one in found)
    printing.table(_COLUMNS, rows, "There are no organisations yet.")


@app.command(epilog=examples("supportcli organisation show 'Acme Ltd'"))
def show(ctx: typer.Context, which: OrganisationName, as_json: AsJson = False) -> None:
    """Show an organisation: what you know, people, history."""
    from supportcli.desk.people import people_json, reading
    from supportcli.rendering.people import organisation_lines

    with desk_of(ctx) as desk:
        found, now = reading.organisation(desk, which), desk.now()
    if as_json:
        printing.emit(people_json.organisation_shown(found))
    else:
        printing.paint_lines(organisation_lines(found, printing.width(), now))


@app.command(
    epilog=examples(
        "supportcli organisation add 'Acme Ltd' --domain acme.example",
    )
)
def add(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="Its name.", show_default=False)],
    *,
    domain: Domains = None,
    notes: Notes = None,
    field: Fields = None,
    as_json: AsJson = False,
) -> None:
    """Add an organisation. Customers at its domains who are in none become members."""
    from supportcli.desk.people import editing

    changes = OrganisationChanges(notes=notes, fields=fields_of(field), domains=tuple(domain or ()))
    with desk_of(ctx) as desk:
        made, joined = editing.add_organisation(desk, name, changes)
    _tell(made, joined, "Added", as_json=as_json)


@app.command(
    epilog=examples(
        "supportcli organisation edit 'Acme Ltd' --domain acme.example",
        "supportcli organisation edit acme.example --name 'Acme SE' --field plan=",
    )
)
def edit(
    ctx: typer.Context,
    which: OrganisationName,
    *,
    name: Annotated[
        str | None, typer.Option(metavar="NAME", help="Another name.", show_default=False)
    ] = None,
    domain: Domains = None,
    no_domain: Annotated[
        list[str] | None,
        typer.Option(
            metavar="DOMAIN",
            help="New senders from it are no longer members.",
            show_default=False,
        ),
    ] = None,
    notes: Notes = None,
    field: Fields = None,
    as_json: AsJson = False,
) -> None:
    """Change an organisation. Customers at a new domain who are in none become members. To take it
    back: customer undo."""
    from supportcli.desk.people import editing

    changes = OrganisationChanges(
        name=name,
        notes=notes,
        fields=fields_of(field),
        domains=tuple(domain or ()),
        no_domains=tuple(no_domain or ()),
    )
    if not changes:
        raise UsageError(
            "You did not say what to change.",
            "Give --name, --domain, --no-domain, --notes or --field NAME=VALUE.",
        )
    with desk_of(ctx) as desk:
        after, joined = editing.edit_organisation(desk, which, changes)
    _tell(after, joined, "Changed", as_json=as_json)


@app.command(epilog=examples("supportcli organisation remove 'Acme Ltd'"))
def remove(ctx: typer.Context, which: OrganisationName, as_json: AsJson = False) -> None:
    """Remove an organisation. Its people stay customers. To take it back: customer undo."""
    from supportcli.desk.people import editing

    with desk_of(ctx) as desk:
        gone = editing.remove_organisation(desk, which)
    if as_json:
        from supportcli.desk.people import people_json

        printing.emit(people_json.organisation(gone))
    else:
        printing.say(f"Removed {gone.name}. Its people stay customers: {gone.members:,}.")


def _tell(one: Organisation, joined: int, done: str, *, as_json: bool) -> None:
    from supportcli.desk.people import people_json

    if as_json:
        printing.emit({**people_json.organisation(one), "joined": joined})
        return
    from supportcli.rendering.people import counted

    domains = f" at {', '.join(one.domains)}" if one.domains else ""
    news = f"; {joined:,} joined now" if joined else ""
    printing.say(f"{done} {one.name}{domains}: {counted(one.members)}{news}.")
