"""`supportcli ticket new|note`: what agents write down."""

from typing import Annotated

import typer

from supportcli.commands.command_group import examples
from supportcli.commands.options import numbers
from supportcli.commands.options.completion import mailboxes
from supportcli.commands.options.location import desk_of
from supportcli.commands.options.text_input import File, Pipe, Text, text_of
from supportcli.commands.output import printing
from supportcli.commands.output.printing import AsJson
from supportcli.domain.people import address_of

app = typer.Typer()


@app.command(
    epilog=examples(
        "supportcli ticket new --customer 'Maria <maria@acme.test>' \\",
        "    --subject 'Broken mill' --text 'She called: the mill is stuck.'",
        "supportcli ticket new --customer maria@acme.test --subject 'Broken mill'",
    )
)
def new(
    ctx: typer.Context,
    customer: Annotated[
        str, typer.Option("--customer", "-c", metavar="ADDRESS", help="The customer.")
    ],
    subject: Annotated[str, typer.Option("--subject", "-s", help="The subject.")],
    *,
    pipe: Pipe = None,
    text: Text = None,
    file: File = None,
    mailbox: Annotated[
        str | None,
        typer.Option(
            metavar="ADDRESS",
            autocompletion=mailboxes,
            help="The ticket's mailbox, if the desk has several.",
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Open a ticket for a call or a visit. The text is what the customer said; no mail is sent."""
    from supportcli.desk.tickets import editing, verbs

    person = address_of(customer)
    with desk_of(ctx) as desk:
        editing.subject_of(subject)
        with text_of("ticket", "new-ticket", text=text, file=file, pipe=pipe) as (written, _):
            done = verbs.new(desk, mailbox=mailbox, customer=person, subject=subject, text=written)
    printing.done(done, as_json=as_json)


@app.command(
    epilog=examples(
        "supportcli ticket note 12 --text 'The supplier says Tuesday.'",
        "supportcli ticket note 12 --file call.txt",
    )
)
def note(
    ctx: typer.Context,
    ticket: numbers.Number,
    *,
    pipe: Pipe = None,
    text: Text = None,
    file: File = None,
    as_json: AsJson = False,
) -> None:
    """Write an internal note, which no customer ever sees."""
    from supportcli.desk.tickets import reading, verbs

    number = numbers.one(ticket)
    with desk_of(ctx) as desk:
        reading.ticket(desk, number, 1)
        with text_of("note", f"note-{number}", text=text, file=file, pipe=pipe) as (written, _):
            done = verbs.note(desk, number, written)
    printing.done(done, as_json=as_json)
