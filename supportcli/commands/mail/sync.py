"""`supportcli sync`: receive and send, for a person who watches, or for cron, which gets output
only when something changes."""

import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from supportcli.commands.command_group import examples
from supportcli.commands.options.completion import mailboxes
from supportcli.commands.options.location import desk_of
from supportcli.commands.output import printing
from supportcli.commands.output.printing import AsJson
from supportcli.errors.setup import MailboxMissing

if TYPE_CHECKING:
    from supportcli.desk import Desk
    from supportcli.desk.mail.sync import MailboxReport, SyncProgress, SyncReport
    from supportcli.desk.running_targets import Ticked
    from supportcli.domain.intake.ledger import Counts

app = typer.Typer(rich_markup_mode=None, add_completion=False)

_STILL_FAILING = 75
"""EX_TEMPFAIL: it still fails, and that was said before."""

_IN_INBOX = "SUPPORTCLI_IN_INBOX"
"""Set in the environment of a sync that an inbox runs."""

_COUNTED = (
    ("new_tickets", "new ticket", "new tickets"),
    ("follow_ups", "answer", "answers"),
    ("held", "held email", "held emails"),
    ("duplicates", "duplicate", "duplicates"),
    ("ignored", "ignored", "ignored"),
    ("completed", "large email completed", "large emails completed"),
    ("sent", "reply sent", "replies sent"),
    ("deferred", "reply delayed", "replies delayed"),
    ("failed", "REPLY FAILED", "REPLIES FAILED"),
    ("uncertain", "REPLY UNCERTAIN", "REPLIES UNCERTAIN"),
)
_TICKED = (
    ("warned", "target is due soon", "targets are due soon"),
    ("breached", "target was breached", "targets were breached"),
)


@app.command(
    epilog=examples(
        "supportcli sync",
        "supportcli sync help@shop.example --json",
        "* * * * *  supportcli sync      # in a crontab",
    )
)
def sync(
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
    as_json: AsJson = False,
) -> None:
    """Receive mail, and send the replies that are due. It syncs the mailboxes whose passwords you
    have.

    At a terminal it shows its progress. Elsewhere, as in cron, it is silent unless a mailbox starts
    failing (the exit code is the error's) or works again; while it keeps failing, the exit code is
    75. While mail is held, it says so once a day. If a sync of the same mailbox is already running,
    it says so and exits with 0."""
    from supportcli.desk.mail.sync import sync as run
    from supportcli.desk.setup import founding

    watched = sys.stderr.isatty() and not as_json
    with desk_of(ctx) as desk:
        if not founding.list_mailboxes(desk):
            raise MailboxMissing
        report = run(desk, which or None, _show if watched else None, attended=watched)
        if watched:
            sys.stderr.write("\r\033[K")
        code = _tell(report, watched=watched, as_json=as_json)
        if not as_json:
            _tell_held(desk, report, watched=watched)
        _tell_levels(report.ticked, watched=watched, as_json=as_json)
        raise typer.Exit(code)


def _show(progress: "SyncProgress") -> None:
    """Show one line that is overwritten, for a person who waits."""
    from supportcli.terminal import clean

    sys.stderr.write(
        f"\r\033[K{clean(progress.mailbox)}: {progress.step.value}, {progress.fetched} fetched"[
            : printing.width() + 3
        ]
    )
    sys.stderr.flush()


def _tell(report: "SyncReport", *, watched: bool, as_json: bool) -> int:
    """Report on each mailbox; returns the exit code."""
    from supportcli.desk.mail import sync_json

    code = 0
    for one in report.mailboxes:
        if as_json:
            printing.emit(sync_json.mailbox_report(one))
        else:
            _tell_mailbox(one, watched=watched)
        if watched and not one.skipped:
            printing.say(_summary(one))
        if one.error is not None:
            code = code or (one.error.exit_code if one.tells or watched else _STILL_FAILING)
    return code


def _tell_mailbox(one: "MailboxReport", *, watched: bool) -> None:
    """Say what went wrong, and that it works again: what is news for who is not there, and all of
    it to who watches."""
    if one.busy:
        printing.warn(f"{one.mailbox}: another sync is already running.")
    elif one.error is not None and (one.tells or watched):
        printing.warn(_of_mailbox(one.mailbox, one.error.sentence) + _for_long(one), one.error.hint)
    elif one.back:
        emails = f"{one.fetched} email{'' if one.fetched == 1 else 's'}"
        printing.warn(f"{one.mailbox}: works again, caught up on {emails}.")


def _for_long(one: "MailboxReport") -> str:
    """“ It has failed for 15m.”; empty if it has just begun to."""
    from supportcli.domain.text.durations import duration

    minutes = int(one.failing_for.total_seconds()) // 60
    return f" It has failed for {duration(minutes * 60)}." if minutes else ""


def _of_mailbox(address: str, sentence: str) -> str:
    """What went wrong, with its mailbox: several may have the same problem."""
    return sentence if address in sentence else f"{address}: {sentence}"


def _tell_held(desk: "Desk", report: "SyncReport", *, watched: bool) -> None:
    """Say that mail waits: to a person each time, elsewhere once a day. (A sync that the inbox runs
    says nothing: the inbox has a view of held mail.)"""
    from supportcli.desk.mail.held import waiting

    counted = report.counts
    if _IN_INBOX in os.environ or not (
        waiting.waits(counted) if watched else waiting.remind(desk, counted)
    ):
        return
    sentence = f"{_waiting_mail(counted)}: supportcli mail held"
    if watched:
        printing.say(sentence)
    else:
        printing.warn(sentence)


def _waiting_mail(counted: "Counts") -> str:
    """“3 held emails are waiting, 1 email cannot be read”; empty if none does."""
    words = (
        (counted.held, "held email is waiting", "held emails are waiting"),
        (counted.unreadable, "email cannot be read", "emails cannot be read"),
        (counted.too_large, "email is too large", "emails are too large"),
        (counted.partial, "email is only partly here", "emails are only partly here"),
    )
    return ", ".join(
        f"{count} {single if count == 1 else many}" for count, single, many in words if count
    )


def _tell_levels(ticked: "Ticked", *, watched: bool, as_json: bool) -> None:
    """Say what the passing of time has brought; cron gets no output about it."""
    from supportcli.desk.mail import sync_json

    if as_json:
        printing.emit(sync_json.ticked(ticked))
    elif watched and (said := _counts(ticked, _TICKED)):
        printing.say(f"Service levels: {said}")


def _summary(one: "MailboxReport") -> str:
    """“help@shop.test: 3 new tickets, 1 reply sent”."""
    return f"{one.mailbox}: {_counts(one, _COUNTED) or 'nothing new'}"


def _counts(report: object, names: Sequence[tuple[str, str, str]]) -> str:
    """“3 new tickets, 1 reply sent”; empty if nothing was counted."""
    counts = [(getattr(report, name), single, many) for name, single, many in names]
    return ", ".join(
        f"{count} {single if count == 1 else many}" for count, single, many in counts if count
    )
