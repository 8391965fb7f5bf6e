"""`supportcli ticket new|note|call`: what agents write down."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from supportcli.commands.command_group import examples
from supportcli.commands.options import numbers
from supportcli.commands.options.completion import mailboxes
from supportcli.commands.options.location import desk_of
from supportcli.commands.options.prompts import Yes, agreed
from supportcli.commands.options.text_input import File, Pipe, Text, text_of
from supportcli.commands.output import printing
from supportcli.commands.output.printing import AsJson
from supportcli.commands.replies.choices import ReplyOptions, with_first_choices
from supportcli.commands.tickets.replying import (
    Becomes,
    Canned,
    DryRun,
    SendNow,
    became,
    refuse_contradiction,
    show_queued,
)
from supportcli.domain.people import address_of
from supportcli.domain.replies.chosen import AS_USUAL
from supportcli.domain.tickets.calls import PhoneCall
from supportcli.errors import UsageError

app = typer.Typer(rich_markup_mode=None)


@app.command(
    epilog=examples(
        "supportcli ticket new --customer 'Maria <maria@acme.test>' \\",
        "    --subject 'Broken mill' --text 'She called: the mill is stuck.'",
        "supportcli ticket new --customer maria@acme.test --subject 'Broken mill'",
        "supportcli ticket new --customer maria@acme.test --subject 'Your order' \\",
        "    --text 'It is on its way.' --send",
        "supportcli ticket new --customer maria@acme.test --subject 'Your order' \\",
        "    --canned received --cc boss@acme.test --send --dry-run",
    )
)
@with_first_choices
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
    send: Annotated[
        bool, typer.Option("--send", help="Mail the text to the customer.", show_default=False)
    ] = False,
    canned: Canned = None,
    asked: ReplyOptions,
    yes: Yes = False,
    now: SendNow = False,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Open a ticket for a call or a visit. The text is what the customer said; no mail is sent.

    With --send the text is an email to the customer, and the ticket begins with it; undo takes
    both back until it has left. What else can be chosen then is as in: ticket reply. If the email
    has to be agreed to and is not, the ticket is opened with the text as a draft."""
    from supportcli.commands.replies import preview
    from supportcli.desk.replies.first import outreach
    from supportcli.desk.tickets import editing, verbs

    person, shortcuts = address_of(customer), canned or ()
    if not send:
        _refuse_choices(asked, canned=bool(canned), now=now, dry_run=dry_run)
    refuse_contradiction(now=now, at=asked.at is not None, dry_run=dry_run)
    with desk_of(ctx) as desk:
        editing.subject_of(subject)
        with _words(text, file, pipe, shortcuts) as written:
            if send:
                chosen = asked.chosen(AS_USUAL, (), desk.now())
                first = outreach.FirstMail(
                    person,
                    subject,
                    mailbox,
                    written,
                    shortcuts,
                    asked.wanted,
                    asked.attach,
                    chosen,
                )
                if dry_run:
                    preview.show(outreach.preview(desk, first), desk.now(), as_json=as_json)
                    return
                done = outreach.send(desk, first, agree=agreed(yes=yes), send_now=now)
            else:
                done = verbs.new(
                    desk, mailbox=mailbox, customer=person, subject=subject, text=written
                )
        sent = became(desk, done, now=now) if send else None
    if sent is not None:
        show_queued(done, sent, as_json=as_json, now=now)
    else:
        printing.done(done, as_json=as_json)


def _refuse_choices(asked: ReplyOptions, *, canned: bool, now: bool, dry_run: bool) -> None:
    """UsageError if something is chosen for an email where none is sent."""
    given = [
        name
        for name, there in (
            ("--now", now),
            ("--dry-run", dry_run),
            ("--canned", canned),
            ("--attach", bool(asked.attach)),
        )
        if there
    ]
    if given or asked.changes:
        what = f"{given[0]} is" if given else "What you chose is"
        raise UsageError(f"{what} for an email.", "Give --send with it, or leave it out.")


@contextmanager
def _words(
    text: str | None, file: Path | None, pipe: str | None, canned: Sequence[str]
) -> Iterator[str]:
    """The text of a new ticket, or "" if canned responses have it."""
    if not canned:
        with text_of("ticket", "new-ticket", text=text, file=file, pipe=pipe) as (written, _):
            yield written
        return
    if (text, file, pipe) != (None, None, None):
        raise UsageError("The text is given twice.", "Use one of --canned, --text, --file and -.")
    yield ""


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
