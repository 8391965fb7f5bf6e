"""`supportcli ticket forward`: a message goes to somebody else."""

from typing import Annotated

import typer

from supportcli.commands.command_group import examples
from supportcli.commands.options import numbers
from supportcli.commands.options.location import desk_of
from supportcli.commands.options.prompts import Yes, agreed
from supportcli.commands.options.text_input import File, Pipe, Text, given
from supportcli.commands.output.printing import AsJson
from supportcli.commands.replies import choices
from supportcli.commands.replies.choices import ReplyOptions
from supportcli.commands.tickets.replying import (
    Becomes,
    DryRun,
    NoSignature,
    SendNow,
    show_queued,
)
from supportcli.domain.replies.recipients import Recipients
from supportcli.errors import UsageError

app = typer.Typer()


@app.command(
    epilog=examples(
        "supportcli ticket forward 12 --to jo@parts.test --text 'Do you have this?'",
        "supportcli ticket forward 12 --message 3 --to lab@parts.test --as-email",
        "supportcli ticket forward 12 --to lab@parts.test --dry-run",
    )
)
def forward(
    ctx: typer.Context,
    ticket: numbers.Number,
    to: Annotated[
        list[str], typer.Option("--to", metavar="ADDRESS", help="Who gets it. May be repeated.")
    ],
    *,
    pipe: Pipe = None,
    text: Text = None,
    file: File = None,
    message: Annotated[
        int | None,
        typer.Option("--message", min=1, help="The message's number, instead of the last email."),
    ] = None,
    with_files: Annotated[
        bool, typer.Option("--with-files/--no-files", help="With the message's files, or without.")
    ] = True,
    as_email: Annotated[
        bool, typer.Option("--as-email", help="Attach the email as it came, instead of its text.")
    ] = False,
    cc: choices.Cc = None,
    bcc: choices.Bcc = None,
    subject: choices.Subject = None,
    attach: choices.Attach = None,
    sender: choices.Sender = None,
    yes: Yes = False,
    status: Becomes = None,
    no_signature: NoSignature = False,
    now: SendNow = False,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Pass a message on to somebody else, below your words.

    The customer sees nothing of it and still waits for an answer; what comes back is in the ticket,
    and a reply to the customer never goes to whoever wrote it. The status stays unless you give
    --status."""
    from supportcli.commands.replies import preview
    from supportcli.desk.replies import forwarding, outbox, previewing

    wanted = choices.wanted_of(to, cc, bcc, None, None)
    asked = ReplyOptions(wanted, subject, sender, None, attach or (), ())
    number = numbers.one(ticket)
    if pipe is not None and (text is not None or file is not None):
        raise UsageError("The text is given twice.", "Use one of --text, --file and -.")
    with desk_of(ctx) as desk:
        begun = forwarding.begin(desk, number, message, with_files=with_files, attached=as_email)
        files = asked.attached(desk, number, begun.files)
        written = "" if (text, file, pipe) == (None, None, None) else given(text, file, pipe)
        people = choices.checked(desk, number, wanted, Recipients(()))
        choice = asked.chosen(begun, files, desk.now())
        if dry_run:
            shown = previewing.preview_forward(
                desk, number, written, people, choice, status=status, signed=not no_signature
            )
            preview.show(shown, desk.now(), as_json=as_json)
            return
        done = forwarding.forward(
            desk,
            number,
            written,
            people,
            choice,
            agree=agreed(yes=yes),
            status=status,
            send_now=now,
            signed=not no_signature,
        )
        sent = (
            outbox.send(desk, done.replies[0].id) if now else outbox.find(desk, done.replies[0].id)
        )
    show_queued(done, sent, as_json=as_json, now=now)
