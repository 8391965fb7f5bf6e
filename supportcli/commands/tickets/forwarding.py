"""`supportcli ticket forward`: a message goes to somebody else."""

from typing import TYPE_CHECKING, Annotated

import typer

from supportcli.commands.command_group import examples
from supportcli.commands.options import numbers
from supportcli.commands.options.location import desk_of
from supportcli.commands.options.prompts import Yes, agreed
from supportcli.commands.options.text_input import File, Pipe, Text, from_pipe, given
from supportcli.commands.output.printing import AsJson
from supportcli.commands.replies import choices
from supportcli.commands.replies.choices import ReplyOptions, with_choices
from supportcli.commands.replies.keeping import keeping
from supportcli.commands.tickets.replying import (
    Becomes,
    DryRun,
    SendNow,
    became,
    refuse_contradiction,
    show_queued,
)
from supportcli.domain.replies.drafts import Draft
from supportcli.domain.replies.recipients import Recipients
from supportcli.errors import UsageError

if TYPE_CHECKING:
    from supportcli.desk import Desk

app = typer.Typer()


@app.command(
    epilog=examples(
        "supportcli ticket forward 12 --to jo@parts.test --text 'Do you have this?'",
        "supportcli ticket forward 12 --message 3 --to lab@parts.test --as-email",
        "supportcli ticket forward 12 --to lab@parts.test --dry-run",
        "supportcli ticket forward 12",
    )
)
@with_choices
def forward(
    ctx: typer.Context,
    ticket: numbers.Number,
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
    asked: ReplyOptions,
    yes: Yes = False,
    status: Becomes = None,
    now: SendNow = False,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Pass a message on to somebody else, below your words.

    The customer sees nothing of it and still waits for an answer; what comes back is in the ticket,
    and a reply to the customer never goes to whoever wrote it. The status stays unless you give
    --status.

    Without --to and a text, it sends the forward that you have begun, here or in the inbox; `ticket
    draft --forward` shows and changes it."""
    from supportcli.commands.replies import preview
    from supportcli.desk.replies import forwarding, previewing

    number = numbers.one(ticket)
    piped = from_pipe(text, file, pipe, implied=False)
    if piped is not None:
        text, file, pipe = piped, None, None
    with desk_of(ctx) as desk:
        with keeping(desk, number, None if dry_run else piped, "forward"):
            refuse_contradiction(now=now, at=asked.at is not None, dry_run=dry_run)
            if pipe is not None and (text is not None or file is not None):
                raise UsageError("The text is given twice.", "Use one of --text, --file and -.")
            written = None if (text, file, pipe) == (None, None, None) else given(text, file, pipe)
            new = written is not None or message is not None or as_email or not with_files
            mine = _continued(desk, number, named=asked.names_somebody, new=new)
            draft = mine
            if draft is None:
                begin = forwarding.begin(
                    desk, number, message, with_files=with_files, attached=as_email
                )
                draft = Draft(written or "", 0, Recipients(()), begin)
            files = asked.attached(desk, number, draft.chosen.files)
            people = choices.checked(desk, number, asked.wanted, draft.recipients or Recipients(()))
            choice = asked.chosen(draft.chosen, files, desk.now())
            if dry_run:
                shown = previewing.preview_forward(
                    desk, number, draft.text, people, choice, status=status
                )
                preview.show(shown, desk.now(), as_json=as_json)
                return
            done = forwarding.forward(
                desk,
                number,
                draft.text,
                people,
                choice,
                agree=agreed(yes=yes),
                status=status,
                send_now=now,
                of_draft=mine is not None,
            )
        sent = became(desk, done, now=now)
    show_queued(done, sent, as_json=as_json, now=now)


def _continued(desk: "Desk", number: int, *, named: bool, new: bool) -> Draft | None:
    """The forward of this ticket that I have begun, if it is to be sent; None if what the options
    say is a `new` one. UsageError if it is not said who gets that (`named`)."""
    from supportcli.desk.replies import drafts

    draft = drafts.draft(desk, number, "forward")
    to_somebody = draft is not None and draft.recipients is not None and draft.recipients.to
    if not named and (new or draft is None):
        begun = (
            f"To send the one that you have begun: supportcli ticket forward {number}"
            if draft is not None
            else f"You have not begun a forward of #{number} that could be sent."
        )
        raise UsageError("Missing option '--to'.", f"Say who gets it: --to ADDRESS. {begun}")
    return None if new or (named and to_somebody) else draft
