"""`supportcli sync`: receive and send, for a person who watches, or for cron, which gets output
only when something changes."""

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from supportcli.commands.command_group import examples
from supportcli.commands.mail import sync_words, watching
from supportcli.commands.options.location import desk_of
from supportcli.commands.options.mailboxes import Mailboxes
from supportcli.commands.output import printing
from supportcli.commands.output.printing import AsJson
from supportcli.errors.setup import MailboxMissing

if TYPE_CHECKING:
    from supportcli.desk.mail.sync import SyncProgress, SyncReport
    from supportcli.domain.sla.ticked import Ticked

app = typer.Typer(rich_markup_mode=None, add_completion=False)

_STILL_FAILING = 75
"""EX_TEMPFAIL: it still fails, and that was said before."""

_TICKED = (
    ("warned", "target is due soon", "targets are due soon"),
    ("breached", "target was breached", "targets were breached"),
)


@app.command(
    epilog=examples(
        "supportcli sync",
        "supportcli sync help@shop.example --json",
        "supportcli sync --watch",
        "* * * * *  supportcli sync      # in a crontab",
    )
)
def sync(
    ctx: typer.Context,
    which: Mailboxes = None,
    *,
    watch: Annotated[
        bool,
        typer.Option(
            "--watch", help="Go on until SIGTERM or ctrl+c: mail comes in within seconds."
        ),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Receive mail, and send the replies that are due. It syncs the mailboxes whose passwords you
    have.

    At a terminal it shows its progress. Elsewhere, as in cron, it is silent unless a mailbox fails
    (at once if that does not pass by itself, else after 15 minutes; the exit code is the error's)
    or works again; while it keeps failing, the exit code is 75. A reply that failed, or may or may
    not have arrived, is told once, with exit code 1. While mail is held, it says so once a day. If
    a sync of the same mailbox is already running, it says so and exits with 0.

    With --watch it does so without end, and reports the same."""
    from supportcli.desk.mail.sync import chosen
    from supportcli.desk.mail.sync import sync as run

    watched = sys.stderr.isatty() and not as_json
    with desk_of(ctx, unattended=True) as desk:
        if not chosen(desk, None):
            raise MailboxMissing
        if watch:
            watching.watch(desk, which or None, attended=watched, as_json=as_json)
            return
        report = run(desk, which or None, _show if watched else None, attended=watched)
        if watched:
            sys.stderr.write("\r\033[K")
        code = _tell(report, watched=watched, as_json=as_json)
        if not as_json:
            sync_words.tell_held(desk, report.counts, watched=watched)
            sync_words.tell_daily(desk)
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

    code, failed = 0, False
    for one in report.mailboxes:
        if as_json:
            printing.emit(sync_json.mailbox_report(one))
        else:
            sync_words.tell_mailbox(one, watched=watched)
            sync_words.tell_late(one)
            failed = sync_words.tell_failed(one) or failed
        if watched and not one.skipped:
            printing.say(sync_words.summary(one))
        if one.error is not None:
            code = code or (one.error.exit_code if one.tells or watched else _STILL_FAILING)
    return code or int(failed)


def _tell_levels(ticked: "Ticked", *, watched: bool, as_json: bool) -> None:
    """Say what the passing of time has brought; cron gets no output about it."""
    from supportcli.desk.mail import sync_json

    if as_json:
        printing.emit(sync_json.ticked(ticked))
    elif watched and (said := sync_words.counts_in_words(ticked, _TICKED)):
        printing.say(f"Service levels: {said}")
