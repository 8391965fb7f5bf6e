"""What commands about customers and organisations take."""

from collections.abc import Iterable
from typing import Annotated

import typer

from supportcli.commands.options.completion import customers, organisations
from supportcli.domain.people.customers import field_of

Who = Annotated[
    str,
    typer.Argument(
        metavar="CUSTOMER",
        help="One of their addresses, their name, or a ticket of theirs as '#12'.",
        autocompletion=customers,
        show_default=False,
    ),
]
OrganisationName = Annotated[
    str,
    typer.Argument(
        metavar="ORGANISATION",
        help="Its name, or one of its domains.",
        autocompletion=organisations,
        show_default=False,
    ),
]
InOrganisation = Annotated[
    str | None,
    typer.Option(
        "--organisation",
        metavar="NAME",
        help="Of this organisation.",
        autocompletion=organisations,
        show_default=False,
    ),
]
Notes = Annotated[
    str | None,
    typer.Option("--notes", metavar="TEXT", help="What the team should know.", show_default=False),
]
Fields = Annotated[
    list[str] | None,
    typer.Option(
        "--field",
        metavar="NAME=VALUE",
        help="A field of your own, as in plan=pro; plan= removes it.",
        show_default=False,
    ),
]


def fields_of(typed: Iterable[str] | None) -> dict[str, str]:
    """The fields that were typed; FieldInvalid."""
    return dict(map(field_of, typed or ()))
