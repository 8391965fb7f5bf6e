"""`supportcli ticket new|reply|note`: what agents write."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from supportcli.commands.command_group import examples
from supportcli.commands.options import numbers
from supportcli.commands.options.completion import mailboxes, shortcuts
from supportcli.commands.options.location import desk_of
from supportcli.commands.options.prompts import Yes, agreed
from supportcli.commands.options.text_input import File, Pipe, Text, text_of
from supportcli.commands.output import printing
from supportcli.commands.output.printing import AsJson
from supportcli.commands.replies.outbox import tell
from supportcli.domain.people import address_of
from supportcli.domain.replies.delivery import Outgoing
from supportcli.domain.tickets.ticket import MAILED, Status
from supportcli.errors import UsageError
from supportcli.errors.canned import BlanksLeft

if TYPE_CHECKING:
    from supportcli.desk import Desk
    from supportcli.desk.gestures import Done

app = typer.Typer()

Canned = Annotated[
    list[str] | None,
    typer.Option(
        "--canned",
        metavar="SHORTCUT",
        autocompletion=shortcuts,
        help="Insert this canned response. May be repeated.",
    ),
]
OnlySender = Annotated[
    bool | None,
    typer.Option(
        "--only-sender/--everybody",
        help="Reply only to the sender, or to everybody on the email.",
        show_default=False,
    ),
]
Becomes = Annotated[
    Status | None,
    typer.Option(
        metavar="|".join(MAILED),
        autocompletion=lambda: list(MAILED),
        help="The ticket's new status, instead of pending.",
        show_default=False,
    ),
]


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
    from supportcli.desk.tickets import verbs

    person = address_of(customer)
    with (
        desk_of(ctx) as desk,
        text_of("ticket", "new-ticket", text=text, file=file, pipe=pipe) as (written, _),
    ):
        done = verbs.new(desk, mailbox=mailbox, customer=person, subject=subject, text=written)
    printing.done(done, as_json=as_json)


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
    canned: Canned = None,
    edit: Annotated[
        bool, typer.Option("--edit", help="Edit the canned response before it is sent.")
    ] = False,
    only_sender: OnlySender = None,
    yes: Yes = False,
    status: Becomes = None,
    no_signature: Annotated[
        bool, typer.Option("--no-signature", help="Leave out your signature and the mailbox's.")
    ] = False,
    now: Annotated[
        bool,
        typer.Option("--now", help="Send it at once, without the ten-second undo window."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Answer a customer. The text comes from --text, --file or a pipe; otherwise your editor opens,
    with your draft if there is one.

    --canned inserts a canned response, filled in for this customer, and does what its macro says.

    It shows who gets the reply: whoever wrote last and everybody else on that email, or the people
    your draft is for. It asks first if somebody is new to the ticket, if they are named only in an
    unverified email, or if more than five people would get it. Without a terminal it then refuses,
    unless you give --yes.

    If a message arrives while you are writing, the reply is kept as a draft; send it again and it
    goes out."""
    from supportcli.desk.replies import outbox, writing
    from supportcli.desk.tickets import reading

    number = numbers.one(ticket)
    with desk_of(ctx) as desk:
        seen = reading.ticket(desk, number, 1).last_event
        draft = writing.draft(desk, number, "reply")
        inserted = _inserted(
            desk,
            number,
            canned or [],
            edit=edit,
            elsewhere=text is not None or file is not None or pipe is not None,
        )
        begin = "\n\n".join(filter(None, (draft.text if draft else "", inserted if edit else "")))
        send = partial(
            writing.reply,
            desk,
            number,
            only_sender=bool(only_sender),
            agree=agreed(yes=yes),
            status=status,
            seen=seen,
            used=canned or (),
            signed=not no_signature,
        )
        text = inserted if canned and not edit else text
        with text_of("reply", f"reply-{number}", text=text, file=file, pipe=pipe, begin=begin) as (
            written,
            edited,
        ):
            is_kept = (
                draft is not None
                and only_sender is None
                and (edited or draft.text.strip() == written.strip())
            )
            done = send(
                written,
                recipients=draft.recipients if draft and is_kept else None,
                of_draft=edited and draft is not None,
            )
        sent = (
            outbox.send(desk, done.replies[0].id) if now else outbox.find(desk, done.replies[0].id)
        )
    _tell(done, sent, as_json=as_json, now=now)


def _tell(done: "Done", sent: Outgoing, *, as_json: bool, now: bool) -> None:
    """Print who gets a reply, and with `now` what became of it; in JSON both, in one shape."""
    from supportcli.desk.replies import reply_json

    said = (
        replace(
            done, sentence=f"Reply to #{sent.ticket} leaves now, {done.replies[0].addressing.told}."
        )
        if now
        else done
    )
    if as_json:
        tell(sent, as_json=True, shape=reply_json.replied(said, sent))
        return
    printing.done(said, as_json=False)
    if now:
        tell(sent, as_json=False)
    else:
        printing.say(
            "The next sync sends it. To take it back before that: "
            f"supportcli ticket undo {sent.ticket}"
        )


def _inserted(
    desk: "Desk", number: int, canned: Sequence[str], *, edit: bool, elsewhere: bool
) -> str:
    """What these canned responses say in this ticket, one below the other, with the marks for their
    files and macros. UsageError if the text comes from elsewhere too, or if a value is missing and
    nobody will see it first."""
    from supportcli.desk.canned import filling

    if canned and elsewhere:
        raise UsageError(
            "The text is given twice.",
            (
                "Use one of --canned, --text, --file and -; --canned with --edit opens it in "
                "your editor."
            ),
        )
    if edit and not canned:
        raise UsageError(
            "--edit needs a canned response.",
            "Choose one with --canned, or leave out --edit: the editor opens by itself.",
        )
    every = [filling.insertion(desk, number, shortcut) for shortcut in canned]
    if not edit and (
        missing := tuple(dict.fromkeys(blank for one in every for blank in one.missing))
    ):
        raise BlanksLeft(
            number,
            missing,
            f"Fill it in first: supportcli ticket reply {number} --canned {canned[0]} --edit",
        )
    marks = "\n".join(mark for one in every for mark in one.marks)
    return "\n\n".join(filter(None, (*(one.text for one in every), marks)))


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
