"""`supportcli ticket new|note|call`: what agents write down."""

from typing import Annotated

import typer

from supportcli.commands.command_group import examples
from supportcli.commands.options import numbers
from supportcli.commands.options.completion import mailboxes
from supportcli.commands.options.location import desk_of
from supportcli.commands.options.text_input import File, Pipe, Text, text_of
from supportcli.commands.output import printing
from supportcli.commands.output.printing import AsJson
from supportcli.commands.tickets.replying import Becomes
from supportcli.domain.people import address_of
from supportcli.domain.tickets.calls import PhoneCall
from supportcli.errors import UsageError

app = typer.Typer(rich_markup_mode=None)


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


@app.command(
    epilog=examples(
        "supportcli ticket call 12 --text 'Told her: the refund leaves today.'",
        "supportcli ticket call 12 --text 'It works again.' --status solved",
        "supportcli ticket call 12 --waiting --text 'She asks for an invoice.'",
        "supportcli ticket call 12 --missed --text 'Voice mail, trying again at 4.'",
    )
)
def call(
    ctx: typer.Context,
    ticket: numbers.Number,
    *,
    pipe: Pipe = None,
    text: Text = None,
    file: File = None,
    waiting: Annotated[
        bool, typer.Option("--waiting", help="The customer called, and waits for an answer.")
    ] = False,
    missed: Annotated[
        bool, typer.Option("--missed", help="You called, and reached nobody: nothing changes.")
    ] = False,
    status: Becomes = None,
    as_json: AsJson = False,
) -> None:
    """Log a phone call. The text is what was said; no mail is sent. The call answers the customer,
    whoever dialled, as a reply does: clocks stop, and the ticket becomes pending.

    With --waiting it is a message of the customer instead. A call that opens a ticket: ticket
    new."""
    from supportcli.desk.tickets import reading
    from supportcli.desk.tickets.written.calls import log_call

    if waiting and missed:
        raise UsageError(
            "A call is either waiting or missed.", "Give one of --waiting and --missed, or none."
        )
    number = numbers.one(ticket)
    ended = PhoneCall.WAITING if waiting else PhoneCall.MISSED if missed else PhoneCall.ANSWERED
    with desk_of(ctx) as desk:
        reading.ticket(desk, number, 1)
        with text_of("call", f"call-{number}", text=text, file=file, pipe=pipe) as (written, _):
            done = log_call(desk, number, written, ended, status=status)
    printing.done(done, as_json=as_json)
