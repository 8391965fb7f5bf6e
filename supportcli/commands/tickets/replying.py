"""`supportcli ticket reply`: answers to customers."""

from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, TypedDict

import typer

from supportcli.commands.command_group import examples
from supportcli.commands.options import numbers
from supportcli.commands.options.completion import shortcuts
from supportcli.commands.options.location import desk_of
from supportcli.commands.options.prompts import Yes, agreed
from supportcli.commands.options.text_input import File, Pipe, Text
from supportcli.commands.output import printing
from supportcli.commands.output.printing import AsJson
from supportcli.commands.replies.choices import ReplyOptions, with_choices
from supportcli.commands.replies.keeping import keeping, told
from supportcli.commands.replies.outbox import tell
from supportcli.commands.replies.reply_text import reply_text
from supportcli.commands.tickets.news import showing_news
from supportcli.domain.replies.chosen import ReplyChoice
from supportcli.domain.replies.delivery import Outgoing
from supportcli.domain.replies.drafts import Draft
from supportcli.domain.tickets.ticket import MAILED, Status
from supportcli.errors import UsageError

if TYPE_CHECKING:
    from supportcli.desk import Desk
    from supportcli.desk.gestures import Done
    from supportcli.domain.replies.recipients import Recipients

app = typer.Typer(rich_markup_mode=None)


class _ReplyWish(TypedDict):
    """What the options say about a reply that is sent or shown."""

    only_sender: bool
    recipients: "Recipients | None"
    status: Status | None
    used: Sequence[str]
    chosen: ReplyChoice


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
SendNow = Annotated[
    bool, typer.Option("--now", help="Send it at once, without the ten-second undo window.")
]
DryRun = Annotated[
    bool,
    typer.Option("--dry-run", "-n", help="Only show the email, as the customer would get it."),
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
        "supportcli ticket reply 12",
        "supportcli ticket reply 12 --text 'It is on its way.' --status solved",
        "write-answer | supportcli ticket reply 12 -",
        "supportcli ticket reply 12 --canned received",
        "supportcli ticket reply 12 --add-cc boss@acme.test --bcc audit@shop.test \\",
        "    --attach invoice.pdf --attach photo.jpg --from billing@shop.test",
        "supportcli ticket reply 12 --canned received --dry-run",
    )
)
@with_choices
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
    asked: ReplyOptions,
    yes: Yes = False,
    status: Becomes = None,
    now: SendNow = False,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Answer a customer. The text comes from --text, --file or a pipe; otherwise your editor opens,
    with your draft if there is one.

    --canned inserts a canned response, filled in for this customer, and does what its macro says.

    It shows who gets the reply: whoever wrote last and everybody else on that email, the people
    your draft is for, or those you name. It asks first if somebody is new to the ticket, if they
    are named only in an unverified email, or if more than five people would get it. It does not ask
    about people you name. Without a terminal it refuses to guess, unless you give --yes.

    If a message arrives while you are writing, the reply is kept as a draft; send it again and it
    goes out. With --yes and standard input from /dev/null, your draft is sent as it is.

    --dry-run sends nothing and keeps nothing. Without a text it shows your draft."""
    from supportcli.desk.replies import writing

    number = numbers.one(ticket)
    typed = reply_text(text, file, pipe, canned=canned or (), edit=edit, dry_run=dry_run, yes=yes)
    with desk_of(ctx) as desk:
        with keeping(desk, number, None if dry_run else typed.piped):
            refuse_contradiction(now=now, at=asked.at is not None, dry_run=dry_run)
            seen, draft = begun(desk, number)
            files = asked.attached(desk, number, draft.chosen.files)
            with typed.written(desk, number, draft) as (written, continued):
                before = draft if continued else Draft("", 0)
                wish: _ReplyWish = {
                    "only_sender": bool(only_sender),
                    "recipients": named(desk, number, asked, before, only_sender),
                    "status": status,
                    "used": canned or (),
                    "chosen": asked.chosen(before.chosen, files, desk.now()),
                }
                if dry_run:
                    _show(desk, number, written, wish, as_json=as_json)
                    return
                by_itself = told(desk, number, draft, seen) if typed.is_draft else nullcontext(seen)
                with by_itself as upto, showing_news(desk, number, upto):
                    done = writing.reply(
                        desk,
                        number,
                        written,
                        **wish,
                        agree=agreed(yes=yes),
                        seen=upto,
                        of_draft=continued,
                    )
        sent = became(desk, done, now=now)
    show_queued(done, sent, as_json=as_json, now=now)


def _show(desk: "Desk", number: int, written: str, wish: _ReplyWish, *, as_json: bool) -> None:
    """Show a reply instead of sending it."""
    from supportcli.commands.replies import preview
    from supportcli.desk.replies import previewing

    shown = previewing.preview(desk, number, written, **wish)
    preview.show(shown, desk.now(), as_json=as_json)


def became(desk: "Desk", done: "Done", *, now: bool) -> Outgoing:
    """What was queued, as it is in the outbox; with `now` it is sent first."""
    from supportcli.desk.replies import outbox

    (queued,) = done.replies
    return outbox.send(desk, queued.id) if now else outbox.find(desk, queued.id)


def refuse_contradiction(*, now: bool, at: bool, dry_run: bool) -> None:
    """UsageError if an email is to leave now, and then, or not at all."""
    for other, named_too in (("--dry-run", dry_run), ("--at", at)):
        if now and named_too:
            raise UsageError(f"--now and {other} contradict each other.", "Leave one of them out.")


def begun(desk: "Desk", number: int, kind: str = "reply") -> tuple[int, Draft]:
    """The last event of a ticket, which is what its reader has seen, and my draft there."""
    from supportcli.desk.replies import drafts
    from supportcli.desk.tickets import reading

    seen = reading.ticket(desk, number, 1).last_event
    return seen, drafts.draft(desk, number, kind) or Draft("", 0)


def named(
    desk: "Desk", number: int, asked: ReplyOptions, before: Draft, only_sender: bool | None
) -> "Recipients | None":
    """Who gets it, if that is not left to the desk: as the draft says, and as the options say."""
    from supportcli.desk.replies import recipients

    mine = before.recipients if only_sender is None else None
    if not asked.wanted:
        return mine
    return recipients.chosen(
        desk, number, asked.wanted, only_sender=bool(only_sender), recipients=mine
    )


def show_queued(done: "Done", sent: Outgoing, *, as_json: bool, now: bool) -> None:
    """Print who gets a reply, and with `now` what became of it; in JSON both, in one shape."""
    from supportcli.desk.replies import reply_json

    said = (
        replace(
            done,
            sentence=done.sentence.partition(" leaves ")[0]
            + f" leaves now, {done.replies[0].told}.",
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
        return
    unless = "" if sent.chosen.forwards else ", unless the customer writes first"
    when = f"A sync sends it then{unless}." if sent.chosen.at else "The next sync sends it."
    printing.say(f"{when} To take it back before that: supportcli ticket undo {sent.ticket}")
