"""`supportcli mail verify` and `mail replay`: is every mail here, and where it belongs?"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from supportcli.commands.command_group import examples
from supportcli.commands.options.completion import mailboxes
from supportcli.commands.options.location import desk_of
from supportcli.commands.output import printing, progress
from supportcli.commands.output.printing import AsJson
from supportcli.domain.intake.accounts import Fate, FolderAccount, Unaccounted, told

if TYPE_CHECKING:
    from supportcli.desk.mail.ledger.verifying import Verified

app = typer.Typer()

_WORDS = {
    Fate.TICKETS: "in tickets",
    Fate.HELD: "held",
    Fate.DUPLICATES: "duplicates",
    Fate.IGNORED: "ignored",
    Fate.DISCARDED: "discarded",
    Fate.UNDECIDED: "not decided yet",
    Fate.UNREADABLE: "unreadable",
    Fate.OLD: "older than the history",
    Fate.NEW: "new since the last sync",
}


@app.command(
    epilog=examples(
        "supportcli mail verify",
        "supportcli mail verify help@shop.example --deep",
        "supportcli mail verify --json | jq .unaccounted",
    )
)
def verify(
    ctx: typer.Context,
    which: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="MAILBOX",
            help="Only these mailboxes.",
            autocompletion=mailboxes,
            show_default=False,
        ),
    ] = None,
    *,
    deep: Annotated[
        bool,
        typer.Option("--deep", help="Also fetch every email, and compare its bytes."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Count the emails on the servers against the desk: each is in a ticket, is held, or has
    another reason. Nothing is changed, here or there.

    Emails that were removed on the server are counted, and are no fault. If an email is not
    accounted for, it is named, and the exit code is 1. It also checks that each accepted email is
    exactly one message, and names what is only partly here. It reads the mailboxes whose passwords
    you have."""
    from supportcli.desk.mail.ledger import verifying

    wrong, trouble = 0, 0
    with (
        desk_of(ctx) as desk,
        progress.meter(lambda _, rate: f"{rate:.0f} emails/s", quiet=as_json) as show,
    ):
        for one in verifying.verify(desk, which or None, show, deep=deep):
            if one.error is not None:
                printing.warn(one.error.sentence, one.error.hint)
                trouble = trouble or one.error.exit_code
            wrong += one.account.unaccounted if one.account is not None else 0
            _tell(one, as_json=as_json)
    raise typer.Exit(1 if wrong else trouble)


def _tell(one: "Verified", *, as_json: bool) -> None:
    if one.account is None:
        if one.error is None:
            printing.warn(f"{one.mailbox}: skipped, as its password is not here.")
        return
    if as_json:
        from supportcli.desk.mail import mail_json

        for shape in mail_json.account(one.account):
            printing.emit(shape)
        return
    for folder in one.account.folders:
        for line in _lines(folder):
            printing.say(line)
    for mail in one.account.elsewhere:
        printing.say(f"  mail {mail.mail}: {mail.why}")


def _lines(one: FolderAccount) -> Iterator[str]:
    """“help@shop.test INBOX: 12 on the server = 9 in tickets + 3 held, 0 unaccounted”, and what has
    to be named."""
    parts = " + ".join(f"{count} {_WORDS[fate]}" for fate, count in told(one.fates))
    more = [f"{len(one.unaccounted)} unaccounted"]
    more += [f"{one.removed} removed on the server"] if one.removed else []
    more += [f"{one.compared} compared byte by byte"] if one.compared is not None else []
    yield f"{one.mailbox} {one.folder}: {one.on_server} on the server = {parts}, {', '.join(more)}"
    for mail in one.unaccounted:
        yield f"  UID {mail.uid}: {mail.why} · {_headers(mail)}"
    for lacking in one.lacking:
        yield f"  UID {lacking.uid}: {lacking.what}"


def _headers(mail: Unaccounted) -> str:
    """Date, sender and subject."""
    when = mail.date.astimezone().strftime("%Y-%m-%d %H:%M") if mail.date else "no date"
    return f"{when} · {mail.sender or 'nobody'} · {mail.subject or '(no subject)'}"
