"""`supportcli field`: what a desk wants to know of its tickets."""

import shlex
from typing import TYPE_CHECKING, Annotated

import typer

from supportcli.commands.command_group import examples, noun
from supportcli.commands.options.completion import fields
from supportcli.commands.options.location import desk_of
from supportcli.commands.output import printing
from supportcli.commands.output.printing import AsJson, TableColumn
from supportcli.domain.custom_fields import FieldKind
from supportcli.errors import UsageError

if TYPE_CHECKING:
    from supportcli.domain.custom_fields import CustomField

app = noun("Custom fields: what you want to know of each ticket.")

FieldName = Annotated[
    str, typer.Argument(metavar="FIELD", help="The name of a field.", autocompletion=fields)
]
Title = Annotated[
    str | None,
    typer.Option("--title", metavar="TEXT", help="What people read.", show_default=False),
]
Choices = Annotated[
    list[str] | None,
    typer.Option(
        "--choice",
        metavar="NAME",
        help="A value of a field of choices. May be repeated.",
        show_default=False,
    ),
]
NoChoices = Annotated[
    list[str] | None,
    typer.Option(
        "--no-choice",
        metavar="NAME",
        help="A choice to remove; tickets that have it keep it. May be repeated.",
        show_default=False,
    ),
]

_COLUMNS = (
    TableColumn("Field", least=8),
    TableColumn("Title", least=8),
    TableColumn("Kind", goes=1),
    TableColumn("", goes=3),
    TableColumn("Choices", least=8, grows=True, goes=2),
)


@app.command(
    epilog=examples(
        "supportcli field add order_number --title 'Order'",
        "supportcli field add plan --kind choice --choice free --choice pro",
        "supportcli field add renewal --kind date",
    )
)
def add(
    ctx: typer.Context,
    name: Annotated[
        str,
        typer.Argument(
            metavar="NAME", help="What commands, queries and templates call it, such as plan."
        ),
    ],
    *,
    kind: Annotated[FieldKind, typer.Option(help="What it holds.")] = FieldKind.TEXT,
    title: Title = None,
    choices: Choices = None,
    required: Annotated[
        bool,
        typer.Option(
            "--required",
            help="It must be filled in (a checkbox: ticked) before a ticket is solved.",
        ),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Add a custom field. Fill it in with: ticket field NUMBER NAME=VALUE."""
    from supportcli.desk.setup import fields as setup

    with desk_of(ctx) as desk:
        made = setup.add_field(
            desk, name, kind, title=title or "", choices=choices or (), required=required
        )
    _shown(made, f"The field {made.name} is there now", as_json=as_json)


@app.command(
    epilog=examples(
        "supportcli field edit plan --choice enterprise --no-choice free",
        "supportcli field edit plan --title 'Plan of the customer' --no-required",
    )
)
def edit(
    ctx: typer.Context,
    field: FieldName,
    *,
    title: Title = None,
    choices: Choices = None,
    no_choices: NoChoices = None,
    required: Annotated[
        bool | None,
        typer.Option(
            "--required/--no-required",
            help="Whether it must be filled in before a ticket is solved.",
            show_default=False,
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Change a field. Its name and kind stay, because tickets and queries use them."""
    from supportcli.desk.setup import fields as setup

    changes = setup.FieldChanges(title, required, choices or (), no_choices or ())
    if changes == setup.FieldChanges():
        raise UsageError(
            "You did not say what to change.",
            "Give --title, --choice, --no-choice, --required or --no-required.",
        )
    with desk_of(ctx) as desk:
        found = setup.edit_field(desk, field, changes)
    _shown(found, f"Changed the field {found.name}", as_json=as_json)


@app.command(epilog=examples("supportcli field remove plan"))
def remove(ctx: typer.Context, field: FieldName, as_json: AsJson = False) -> None:
    """Remove a field. Tickets keep its values unseen, and adding it again shows them."""
    from supportcli.desk.setup import fields as setup

    with desk_of(ctx) as desk:
        gone = setup.remove_field(desk, field)
    required = " --required" if gone.required else ""
    title = f"--title {shlex.quote(gone.title)}"
    back = f"supportcli field add {gone.name} {title} {gone.kind_options}{required}"
    _shown(gone, f"Removed the field {gone.name}", as_json=as_json)
    if not as_json:
        printing.say(f"To have it back: {back}")


@app.command("list", epilog=examples("supportcli field list", "supportcli field list --json"))
def list_(ctx: typer.Context, as_json: AsJson = False) -> None:
    """List the custom fields."""
    from supportcli.desk.setup import setup_json
    from supportcli.desk.tickets.filling_in import list_fields

    with desk_of(ctx) as desk:
        found = list_fields(desk)
    if as_json:
        for one in found:
            printing.emit(setup_json.field(one))
        return
    rows = [
        (
            one.name,
            one.title,
            one.kind.value,
            "required" if one.required else "",
            ", ".join(one.choices),
        )
        for one in found
    ]
    none = "There are no custom fields yet. Add one with: supportcli field add NAME"
    printing.table(_COLUMNS, rows, none)


def _shown(field: "CustomField", said: str, *, as_json: bool) -> None:
    from supportcli.desk.setup import setup_json

    if as_json:
        printing.emit(setup_json.field(field))
        return
    printing.say(f"{said}.")
    must = ", required before solving" if field.required else ""
    printing.say(f"{field.title}: {field.expects}{must}")
