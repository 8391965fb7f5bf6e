"""`supportcli ticket new|reply|note`: what agents write."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from supportcli.commands import numbers, output
from supportcli.commands.completion import mailboxes, shortcuts
from supportcli.commands.examples import examples
from supportcli.commands.outbox import tell
from supportcli.commands.output import AsJson
from supportcli.commands.place import desk_of
from supportcli.commands.texts import File, Pipe, Text, text_of
from supportcli.domain.delivery import Outgoing
from supportcli.domain.people import address_of
from supportcli.domain.ticket import MAILED, Delivery, Status
from supportcli.errors import BlanksLeft, UsageError

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
        "supportcli ticket reply 12 --canned received",
        "supportcli ticket reply 12 --canned delay --edit",
    )
)
def reply(
    ctx: typer.Context,
    ticket: numbers.Number,
    *,
    pipe: Pipe = None,
    text: Text = None,
    file: File = None,
    canned: Annotated[
        list[str] | None,
        typer.Option("--canned", metavar="SHORTCUT", autocompletion=shortcuts, help="Say what this canned response says; may be repeated."),
    ] = None,
    edit: Annotated[bool, typer.Option("--edit", help="Open what --canned says in your editor first.")] = False,
    only_sender: Annotated[bool, typer.Option("--only-sender", help="Leave out the others who got the customer's message.")] = False,
    status: Annotated[
        Status | None,
        typer.Option(
            metavar="|".join(MAILED), autocompletion=lambda: list(MAILED), help="What the ticket becomes instead of pending.", show_default=False
        ),
    ] = None,
    now: Annotated[bool, typer.Option("--now", help="Send it at once, without the ten seconds in which it can be undone.")] = False,
    as_json: AsJson = False,
) -> None:
    """Answer a customer. With --text, --file or a pipe, or in your editor, where your draft goes on.

    With --canned it says what that response says to this customer, and does what its macro says.

    Where something came in while you wrote, it is kept as a draft instead, and goes out when you send it again.
    """
    from supportcli.desk import replies, views

    number = numbers.one(ticket)
    with desk_of(ctx) as desk:
        seen = views.ticket(desk, number, 1).last_event
        draft = replies.draft(desk, number, "reply")
        inserted = _inserted(desk, number, canned or [], edit=edit, elsewhere=text is not None or file is not None or pipe is not None)
        begin = "\n\n".join(filter(None, (draft.text if draft else "", inserted if edit else "")))
        text = inserted if canned and not edit else text
        with text_of("reply", f"reply-{number}", text=text, file=file, pipe=pipe, begin=begin) as (written, edited):
            of_draft = edited and draft is not None
            done = replies.reply(desk, number, written, only_sender=only_sender, status=status, seen=seen, of_draft=of_draft, used=canned or ())
        if now:
            tell(_sent_now(desk, number), as_json=as_json)
            return
    output.done(done, as_json=as_json)
    if not as_json:
        output.say(f"The next sync sends it; until then: supportcli ticket undo {number}")


def _inserted(desk: "Desk", number: int, canned: Sequence[str], *, edit: bool, elsewhere: bool) -> str:
    """What these canned responses say in this ticket, one below the other, and the marks of what goes with them. UsageError where the text comes from
    elsewhere too, or a value is missing and nobody is to see it first."""
    from supportcli.desk import filling

    if canned and elsewhere:
        raise UsageError("The text is given twice.", "Use one of --canned, --text, --file and -; --canned with --edit opens it in your editor.")
    if edit and not canned:
        raise UsageError("--edit opens what --canned says, and none is named.", "Without --canned the editor opens by itself.")
    every = [filling.insertion(desk, number, shortcut) for shortcut in canned]
    if not edit and (missing := tuple(dict.fromkeys(blank for one in every for blank in one.missing))):
        raise BlanksLeft(number, missing, f"Fill it in first: supportcli ticket reply {number} --canned {canned[0]} --edit")
    marks = "\n".join(mark for one in every for mark in one.marks)
    return "\n\n".join(filter(None, (*(one.text for one in every), marks)))


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
