"""`supportcli ticket forward`: a message goes to somebody else."""

from dataclasses import dataclass, replace
from pathlib import Path
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
from supportcli.domain.tickets.ticket import Status
from supportcli.errors import UsageError

if TYPE_CHECKING:
    from supportcli.desk import Desk

app = typer.Typer(rich_markup_mode=None)


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
    from supportcli.desk.replies import forwarding

    number, part = numbers.one(ticket), _Part(message, with_files, as_email)
    piped = from_pipe(text, file, pipe, implied=False)
    with desk_of(ctx) as desk:
        with keeping(desk, number, None if dry_run else piped, "forward"):
            refuse_contradiction(now=now, at=asked.at is not None, dry_run=dry_run)
            written = _written(text, file, pipe) if piped is None else piped
            draft, mine = _begun(desk, number, asked, written, part)
            draft = _as_asked(desk, number, asked, draft)
            if dry_run:
                _show(desk, number, draft, status, as_json=as_json)
                return
            done = forwarding.forward(
                desk,
                number,
                draft.text,
                draft.recipients or Recipients(()),
                draft.chosen,
                agree=agreed(yes=yes),
                status=status,
                send_now=now,
                of_draft=mine,
            )
        sent = became(desk, done, now=now)
    show_queued(done, sent, as_json=as_json, now=now)


@dataclass(frozen=True, slots=True)
class _Part:
    """What the options say of the message that is passed on."""

    position: int | None
    with_files: bool
    attached: bool

    @property
    def is_chosen(self) -> bool:
        """Whether they say anything but the usual."""
        return self != _Part(None, with_files=True, attached=False)


def _written(text: str | None, file: Path | None, pipe: str | None) -> str | None:
    """The text that is not piped in; None if there is none. UsageError if there are two."""
    if pipe is not None and (text is not None or file is not None):
        raise UsageError("The text is given twice.", "Use one of --text, --file and -.")
    return None if (text, file, pipe) == (None, None, None) else given(text, file, pipe)


def _begun(
    desk: "Desk", number: int, asked: ReplyOptions, written: str | None, part: _Part
) -> tuple[Draft, bool]:
    """The forward that the options mean: the one that I have begun, which is said too, or a new
    one."""
    from supportcli.desk.replies import forwarding

    new = written is not None or part.is_chosen
    mine = _continued(desk, number, named=asked.names_somebody, new=new)
    if mine is not None:
        return mine, True
    begin = forwarding.begin(
        desk, number, part.position, with_files=part.with_files, attached=part.attached
    )
    return Draft(written or "", 0, Recipients(()), begin), False


def _as_asked(desk: "Desk", number: int, asked: ReplyOptions, draft: Draft) -> Draft:
    """A forward with the people and choices of the options."""
    files = asked.attached(desk, number, draft.chosen.files)
    people = choices.checked(desk, number, asked.wanted, draft.recipients or Recipients(()))
    chosen = asked.chosen(draft.chosen, files, desk.now())
    return replace(draft, recipients=people, chosen=chosen)


def _show(desk: "Desk", number: int, draft: Draft, status: Status | None, *, as_json: bool) -> None:
    """Show a forward instead of sending it."""
    from supportcli.commands.replies import preview
    from supportcli.desk.replies import previewing

    people = draft.recipients or Recipients(())
    shown = previewing.preview_forward(
        desk, number, draft.text, people, draft.chosen, status=status
    )
    preview.show(shown, desk.now(), as_json=as_json)


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
