"""The mailboxes that a command is about."""

from typing import Annotated

import typer

from supportcli.commands.options import completion

Mailboxes = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="MAILBOX",
        help="Only these mailboxes.",
        autocompletion=completion.mailboxes,
        show_default=False,
    ),
]
