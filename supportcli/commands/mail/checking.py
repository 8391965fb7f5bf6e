"""`supportcli mail verify` and `mail replay`: is every mail here, and where it belongs?"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from supportcli.commands.command_group import examples
from supportcli.commands.options.completion import mailboxes
from supportcli.commands.options.location import desk_of
from supportcli.commands.options.mailboxes import Mailboxes
from supportcli.commands.options.since import since_of
from supportcli.commands.output import printing, progress
from supportcli.commands.output.printing import AsJson
from supportcli.domain.intake.accounts import Fate, FolderAccount, Unaccounted, told
from supportcli.errors import UsageError

if TYPE_CHECKING:
    from supportcli.desk.mail.held.accepting import MailOutcome
    from supportcli.desk.mail.ledger.replaying import Replayed
    from supportcli.desk.mail.ledger.verifying import Verified

app = typer.Typer(rich_markup_mode=None)

_DIGITS = 9
"""Ids have no more digits."""

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
    which: Mailboxes = None,
    *,
    deep: Annotated[
        bool,
        typer.Option("--deep", help="Also fetch every email, and compare its bytes."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Count the emails on the servers against the desk. Each is in a ticket, is held, or has
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
    if not one.synced:
        yield f"{one.mailbox} {one.folder}: {one.on_server} on the server, not synced yet"
        return
    parts = " + ".join(
        "1 duplicate" if (fate, count) == (Fate.DUPLICATES, 1) else f"{count} {_WORDS[fate]}"
        for fate, count in told(one.fates)
    )
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


@app.command(
    epilog=examples(
        "supportcli mail replay 9",
        "supportcli mail replay --since 7d",
        "supportcli mail replay --all --json | jq .now.reason",
    )
)
def replay(
    ctx: typer.Context,
    mails: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="ID", help="The ids of emails, as mail why shows them.", show_default=False
        ),
    ] = None,
    *,
    since: Annotated[
        str | None,
        typer.Option(
            "--since",
            metavar="30d|DATE",
            help="The emails since then, as in 30d or 2026-01-31.",
            show_default=False,
        ),
    ] = None,
    mailbox: Annotated[
        str | None,
        typer.Option(
            "--mailbox",
            metavar="ADDRESS",
            help="The emails of this mailbox.",
            autocompletion=mailboxes,
            show_default=False,
        ),
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="All emails.")] = False,
    as_json: AsJson = False,
) -> None:
    """Decide emails again, and show what would be different now. Nothing is written.

    Each email is decided as if it came now, into the desk as it is, but without itself: tickets,
    participants and replies that came later count, and so do the program and the settings of today.
    An email that opened a ticket finds that ticket if an answer in it names the email. Emails that
    an agent accepted or discarded are left out unless you name them.

    If an email cannot be read, the exit code is 1."""
    from supportcli.desk.mail import mail_json
    from supportcli.desk.mail.ledger import replaying

    named = [_id(one) for one in mails or ()]
    if not (named or since or mailbox or everything):
        raise UsageError("No emails were named.", "Name some, or use --since, --mailbox or --all.")
    unread = differs = count = 0
    with (
        desk_of(ctx) as desk,
        progress.meter(lambda _, rate: f"{rate:.0f} emails/s", quiet=as_json) as show,
    ):
        from_then = since_of(since, desk.now())
        wanted = named or replaying.decided(desk, mailbox=mailbox, since=from_then)
        for one in replaying.replay(desk, wanted, show):
            count, differs, unread = count + 1, differs + one.differs, unread + (one.now is None)
            if as_json and (one.differs or named):
                printing.emit(mail_json.replayed(one))
            elif one.differs or named:
                printing.say(_told(one))
    if not as_json:
        emails = f"{count} email{'' if count == 1 else 's'}"
        printing.say(f"{emails} decided again, {differs or 'none'} different.")
    raise typer.Exit(1 if unread else 0)


def _told(one: "Replayed") -> str:
    """“mail 12 (#3:2): joined #3 by rule thread; now: new ticket, because …”."""
    place = f" (#{one.was.ticket}:{one.position})"
    where = place if one.was.ticket is not None and one.position is not None else ""
    before = f"mail {one.was.mail}{where}: {_outcome(one.was)} by rule {one.was.rule or 'none'}"
    if one.now is None:
        return f"{before}; now: {one.trouble}"
    if not one.differs:
        return f"{before}; now the same"
    return f"{before}; now: {_outcome(one.now)} by rule {one.now.rule}, because {one.now.reason}"


def _outcome(one: "MailOutcome") -> str:
    """What became of a mail, or would, in a few words."""
    if one.opens is not None:
        return f"a new ticket of {one.opens.address}"
    if one.state == "accepted":
        return f"joined #{one.ticket}"
    return one.state


def _id(typed: str) -> int:
    """The id of a mail; UsageError if it is not one."""
    if not (typed.isascii() and typed.isdigit() and len(typed) <= _DIGITS):
        raise UsageError(f"“{typed}” is not the id of an email.", "Write it as 4711; see: mail why")
    return int(typed)
