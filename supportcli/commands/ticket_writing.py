"""`supportcli ticket new|reply|note`: what agents write."""

from typing import TYPE_CHECKING, Annotated

import typer

from supportcli.commands import numbers, output
from supportcli.commands.completion import mailboxes
from supportcli.commands.examples import examples
from supportcli.commands.outbox import tell
from supportcli.commands.output import AsJson
from supportcli.commands.place import desk_of
from supportcli.commands.texts import File, Pipe, Text, text_of
from supportcli.domain.delivery import Outgoing
from supportcli.domain.people import address_of
from supportcli.domain.ticket import Delivery, Status

if TYPE_CHECKING:
    from supportcli.desk import Desk

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
    customer: Annotated[str, typer.Option("--customer", "-c", metavar="ADDRESS", help="Who has the question.")],
    subject: Annotated[str, typer.Option("--subject", "-s", help="What it is about.")],
    *,
    pipe: Pipe = None,
    text: Text = None,
    file: File = None,
    mailbox: Annotated[str | None, typer.Option(metavar="ADDRESS", autocompletion=mailboxes, help="Whose it is, where the desk has several.")] = None,
    as_json: AsJson = False,
) -> None:
    """Open a ticket for a call or a visit. The text is what the customer said; nothing is sent."""
    from supportcli.desk import tickets

    person = address_of(customer)
    with desk_of(ctx) as desk, text_of("ticket", "new-ticket", text=text, file=file, pipe=pipe) as (written, _):
        done = tickets.new(desk, mailbox=mailbox, customer=person, subject=subject, text=written)
    output.done(done, as_json=as_json)


@app.command(
    epilog=examples(
        "supportcli ticket reply 12",
        "supportcli ticket reply 12 --text 'It is on its way.' --status solved",
        "write-answer | supportcli ticket reply 12 -",
    )
)
def reply(
    ctx: typer.Context,
    ticket: numbers.Number,
    *,
    pipe: Pipe = None,
    text: Text = None,
    file: File = None,
    only_sender: Annotated[bool, typer.Option("--only-sender", help="Leave out the others who got the customer's message.")] = False,
    status: Annotated[Status | None, typer.Option(help="What the ticket becomes instead of pending.", show_default=False)] = None,
    now: Annotated[bool, typer.Option("--now", help="Send it at once, without the ten seconds in which it can be undone.")] = False,
    as_json: AsJson = False,
) -> None:
    """Answer a customer. With --text, --file or a pipe, or in your editor, where your draft goes on.

    Where something came in while you wrote, it is kept as a draft instead, and goes out when you send it again.
    """
    from supportcli.desk import replies, views

    number = numbers.one(ticket)
    with desk_of(ctx) as desk:
        seen = views.ticket(desk, number, 1).last_event
        draft = replies.draft(desk, number, "reply")
        with text_of("reply", f"reply-{number}", text=text, file=file, pipe=pipe, begin=draft.text if draft else "") as (written, edited):
            of_draft = edited and draft is not None
            done = replies.reply(desk, number, written, only_sender=only_sender, status=status, seen=seen, of_draft=of_draft)
        if now:
            tell(_sent_now(desk, number), as_json=as_json)
            return
    output.done(done, as_json=as_json)
    if not as_json:
        output.say(f"The next sync sends it; until then: supportcli ticket undo {number}")


def _sent_now(desk: "Desk", number: int) -> Outgoing:
    """Send the reply that was just written, if I can."""
    from supportcli.desk import outbox

    newest = max(one.id for one in outbox.list_outbox(desk) if one.ticket == number and one.state is Delivery.QUEUED)
    return outbox.send(desk, newest)


@app.command(epilog=examples("supportcli ticket note 12 --text 'The supplier says Tuesday.'", "supportcli ticket note 12 --file call.txt"))
def note(ctx: typer.Context, ticket: numbers.Number, *, pipe: Pipe = None, text: Text = None, file: File = None, as_json: AsJson = False) -> None:
    """Write an internal note, which no customer ever sees."""
    from supportcli.desk import tickets, views

    number = numbers.one(ticket)
    with desk_of(ctx) as desk:
        views.ticket(desk, number, 1)
        with text_of("note", f"note-{number}", text=text, file=file, pipe=pipe) as (written, _):
            done = tickets.note(desk, number, written)
    output.done(done, as_json=as_json)
