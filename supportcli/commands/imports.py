"""`supportcli import`: mail and tickets from files. What is here already is skipped, so each of
these may be repeated."""

import csv
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from supportcli.commands.command_group import examples, noun
from supportcli.commands.options.completion import mailboxes
from supportcli.commands.options.location import desk_of
from supportcli.commands.output import printing
from supportcli.commands.output.printing import AsJson
from supportcli.commands.output.progress import meter
from supportcli.domain.tickets.ticket import Status
from supportcli.errors import UsageError
from supportcli.errors.setup import MailboxMissing

if TYPE_CHECKING:
    from supportcli.desk import Desk
    from supportcli.desk.imports.archives import ImportOptions, ImportResult, NotTaken, Watch
    from supportcli.desk.imports.records import SheetSource
    from supportcli.domain.mailbox import Mailbox

app = noun("Import mail and tickets from another help desk or program.")

_SHOWN = 5
"""So many of the things that were not imported are shown; --json lists all."""

_MEGA = 1e6

_OPEN_FOR = "30d"
"""How old a customer's last message may be for the conversation to come in open, by default."""

_STATUSES = ("open", "pending", "on-hold", "solved", "closed")
_ASKED = (
    "subject",
    "text",
    "customer",
    "name",
    "number",
    "created",
    "status",
    "priority",
    "tags",
    "assignee",
)
"""The fields a person is asked about; --map knows more."""

Paths = Annotated[
    list[Path],
    typer.Argument(
        readable=False,
        metavar="PATH",
        help="What to read; files may be compressed (.gz).",
        show_default=False,
    ),
]
OneFile = Annotated[
    Path,
    typer.Argument(
        readable=False,
        metavar="FILE",
        help="What to read; it may be compressed (.gz).",
        show_default=False,
    ),
]
Into = Annotated[
    str | None,
    typer.Option(
        "--mailbox",
        metavar="ADDRESS",
        autocompletion=mailboxes,
        help="The mailbox it belongs to, if the desk has several.",
        show_default=False,
    ),
]
OpenSince = Annotated[
    str,
    typer.Option(
        "--open-since",
        metavar="DAYS|DATE",
        help=(
            "Leave a ticket open if its last message is from a customer and no older than this: "
            "30d or 2026-01-31."
        ),
    ),
]
Standing = Annotated[
    str | None,
    typer.Option(
        "--status",
        metavar="|".join(_STATUSES),
        help="Give all tickets this status.",
        show_default=False,
        autocompletion=lambda: _STATUSES,
    ),
]
DryRun = Annotated[
    bool,
    typer.Option(
        "--dry-run",
        "-n",
        help="Read everything and say what would be imported, without writing anything.",
    ),
]
Source = Annotated[
    str,
    typer.Option(
        "--source",
        metavar="NAME",
        help="Which help desk the numbers are from, if you import from several.",
    ),
]


def _mail_command(kind: str, does: str, *calls: str) -> None:
    """Add the command that imports archives of one kind."""

    @app.command(kind, help=does, epilog=examples(*calls))
    def of_kind(
        ctx: typer.Context,
        paths: Paths,
        *,
        mailbox: Into = None,
        open_since: OpenSince = _OPEN_FOR,
        status: Standing = None,
        dry_run: DryRun = False,
        as_json: AsJson = False,
    ) -> None:
        _mail(
            ctx, kind, paths, _Asked(mailbox, open_since, status, dry_run=dry_run, as_json=as_json)
        )


_mail_command(
    "mbox",
    "Import mbox files, silently: no automatic mail, no clock.",
    "supportcli import mbox takeout.mbox --dry-run",
    "supportcli import mbox in.mbox sent.mbox --mailbox help@shop.example",
)
_mail_command(
    "maildir",
    "Import Maildirs and all folders in them, silently.",
    "supportcli import maildir ~/Maildir --mailbox help@shop.example",
    "supportcli import maildir ~/Maildir --status closed",
)
_mail_command(
    "eml",
    "Import .eml files, or folders of them, silently.",
    "supportcli import eml mails/ --mailbox help@shop.example",
    "supportcli import eml a.eml b.eml --open-since 2026-01-31",
)


@app.command(
    "csv",
    epilog=examples(
        "supportcli import csv tickets.csv --dry-run",
        "supportcli import csv tickets.csv --source zendesk \\",
        "    --map 'number=Id,subject=Title,customer=Requester email,text=Body'",
        "supportcli import csv old.csv --encoding cp1252 --dates '%d.%m.%Y %H:%M'",
    ),
)
def csv_(
    ctx: typer.Context,
    file: OneFile,
    *,
    columns: Annotated[
        list[str] | None,
        typer.Option(
            "--map",
            metavar="FIELD=COLUMN,…",
            help=(
                "Which column holds which field. By default you are asked at a terminal; "
                "otherwise it is guessed."
            ),
            show_default=False,
        ),
    ] = None,
    encoding: Annotated[
        str | None,
        typer.Option(
            help="The file's encoding, such as cp1252, if it is not Unicode.", show_default=False
        ),
    ] = None,
    dates: Annotated[
        str | None,
        typer.Option(
            metavar="FORMAT",
            help="The format of dates, such as '%d.%m.%Y', if they are not ISO 8601.",
            show_default=False,
        ),
    ] = None,
    source: Source = "csv",
    keep_numbers: Annotated[
        bool,
        typer.Option("--keep-numbers", help="Keep the tickets' numbers, if they are free."),
    ] = False,
    mailbox: Into = None,
    open_since: OpenSince = _OPEN_FOR,
    status: Standing = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Import tickets from a table. Each row is a ticket; rows with the same number are messages of
    one."""
    from supportcli.desk.imports.records import SheetKind, SheetSource, check_columns, columns_of

    asked = _Asked(mailbox, open_since, status, dry_run=dry_run, as_json=as_json)
    with desk_of(ctx) as desk:
        headings, guessed = columns_of(file, encoding)
        chosen = (
            _mapped(columns or [], guessed)
            if columns or not _can_ask(asked)
            else _asked_for(headings, guessed)
        )
        check_columns(file, headings, chosen)
        if not columns and not as_json:
            from supportcli.terminal import clean

            sys.stderr.write(
                clean(
                    "Columns: " + ", ".join(f"{name}={heading}" for name, heading in chosen.items())
                )
                + "\n"
            )
        _table(
            desk,
            SheetSource(SheetKind.CSV, file, source, chosen, encoding, dates, keep_numbers),
            asked,
        )


@app.command(
    epilog=examples(
        "supportcli import jsonl desk.jsonl",
        "supportcli import jsonl desk.jsonl --new-numbers --mailbox help@shop.example",
    )
)
def jsonl(
    ctx: typer.Context,
    file: OneFile,
    *,
    new_numbers: Annotated[
        bool, typer.Option("--new-numbers", help="Give the tickets new numbers.")
    ] = False,
    mailbox: Into = None,
    status: Standing = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Import the tickets that `export jsonl` wrote. Tickets from mailboxes that this desk does not
    have go to --mailbox."""
    from supportcli.desk.imports.records import SheetKind, SheetSource

    with desk_of(ctx) as desk:
        _table(
            desk,
            SheetSource(SheetKind.JSONL, file, "jsonl", keep_numbers=not new_numbers),
            _Asked(mailbox, _OPEN_FOR, status, dry_run=dry_run, as_json=as_json),
        )


@dataclass(frozen=True, slots=True)
class _Asked:
    """The options of all imports, as typed."""

    mailbox: str | None
    open_since: str
    status: str | None
    dry_run: bool
    as_json: bool

    def wish(self, now: datetime) -> "ImportOptions":
        """The options, parsed; UsageError if they cannot be."""
        from supportcli.desk.imports.archives import ImportOptions

        if self.status is not None and self.status not in _STATUSES:
            raise UsageError(
                f"Tickets cannot be imported with the status “{self.status}”.",
                f"Choose one of: {', '.join(_STATUSES)}",
            )
        return ImportOptions(
            _since(self.open_since, now),
            Status(self.status) if self.status else None,
            rehearse=self.dry_run,
        )


def _since(typed: str, now: datetime) -> datetime:
    if days := re.fullmatch(r"(\d{1,5})d", typed.strip()):
        return now - timedelta(days=int(days[1]))
    try:
        found = datetime.fromisoformat(typed.strip())
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise UsageError(
            f"“{typed}” is neither a number of days nor a date.",
            "Write --open-since 30d, or --open-since 2026-01-31.",
        ) from error


def _mail(ctx: typer.Context, kind: str, paths: Sequence[Path], asked: _Asked) -> None:
    from supportcli.desk.imports import archives

    with desk_of(ctx) as desk:
        wish = asked.wish(desk.now())
        box = _mailbox(desk, asked.mailbox)
        if box is None:
            raise UsageError("This desk has several mailboxes.", "Choose one with --mailbox.")
        source = archives.Source(archives.ArchiveKind(kind), tuple(paths))
        with _watch(asked) as (watch, first):
            done = archives.import_mail(desk, source, box, wish, watch)
        raise typer.Exit(_tell(done, first, "email", box.address, asked))


def _table(desk: "Desk", table: "SheetSource", asked: _Asked) -> None:
    from supportcli.desk.imports.records import import_table

    wish = asked.wish(desk.now())
    box = _mailbox(desk, asked.mailbox)
    with _watch(asked) as (watch, first):
        done = import_table(desk, table, box, wish, watch)
    raise typer.Exit(
        _tell(done, first, "row" if table.kind == "csv" else "ticket", str(table.path), asked)
    )


def _mailbox(desk: "Desk", address: str | None) -> "Mailbox | None":
    """The named mailbox, or the only one; None if there are several. MailboxMissing,
    NotFound."""
    from supportcli.desk.setup import founding

    if address is not None:
        return founding.mailbox(desk, address)
    boxes = founding.list_mailboxes(desk)
    if not boxes:
        raise MailboxMissing
    return boxes[0] if len(boxes) == 1 else None


@contextmanager
def _watch(asked: _Asked) -> "Iterator[tuple[Watch, list[NotTaken]]]":
    """Callbacks for a running import, and the first things that are not imported; with --json each
    is printed as it comes up."""
    from supportcli.desk.imports.archives import Watch

    first: list[NotTaken] = []

    def not_taken(one: "NotTaken") -> None:
        if asked.as_json:
            printing.emit({"file": one.file, "place": one.place, "reason": one.reason})
        elif len(first) < _SHOWN:
            first.append(one)

    with meter(_rate, quiet=asked.as_json) as show:
        yield Watch(not_taken, lambda one: show(one.step.value, one.done, one.total)), first


def _rate(step: str, speed: float) -> str:
    from supportcli.desk.imports.archives import ImportStep

    return f"{speed / _MEGA:.1f} MB/s" if step == ImportStep.READING else f"{speed:.0f} emails/s"


def _tell(
    done: "ImportResult", first: "Sequence[NotTaken]", noun: str, what: str, asked: _Asked
) -> int:
    """Say what came in and what did not; returns the exit code: 1 if something did not."""
    refused = done.not_taken.total()
    if asked.as_json:
        printing.emit(_shape(done, dry_run=asked.dry_run))
        return 1 if refused else 0
    printing.say(
        f"{what}: {_counted(done.read, noun)} read; {_came(done, noun, dry_run=asked.dry_run)}."
    )
    if done.oldest and done.newest:
        printing.say(f"The new ones are from {done.oldest:%Y-%m-%d} to {done.newest:%Y-%m-%d}.")
    if refused:
        printing.say(
            "Not imported: "
            f"{', '.join(f'{count:,} {reason}' for reason, count in done.not_taken.most_common())}."
        )
    for one in first:
        printing.say(f"  {', '.join(filter(None, (one.file, one.place)))}: {one.reason}")
    if refused > len(first):
        printing.say(f"  … and {refused - len(first):,} more; --json lists all.")
    _warn(done)
    return 1 if refused else 0


def _warn(done: "ImportResult") -> None:
    """Say what is not here as it was in the file."""
    for name, count in done.strangers.most_common(_SHOWN):
        printing.warn(
            f"{name} is not an agent of this desk ({count:,} times), so nobody is named there."
        )
    for name, count in done.absent.most_common(_SHOWN):
        printing.warn(f"This desk has no {name} ({count:,} times), so it was left out.")
    if done.renumbered:
        printing.warn(
            f"{_counted(done.renumbered, 'ticket')} got a new number: the old one is taken here."
        )


def _came(done: "ImportResult", noun: str, *, dry_run: bool) -> str:
    """“12 new tickets, 30 more messages, 2 here already”; for a rehearsal, what would be new."""
    would = " would be imported" if dry_run else ""
    if dry_run and noun == "email":
        found = [f"{_counted(done.messages, 'email')}{would} ({done.ours:,} written by us)"]
    else:
        found = [f"{_counted(done.new_tickets, 'new ticket')}{would}"] + [
            _counted(done.messages, "more message")
        ] * bool(done.messages)
    rest = ((done.here, "here already"), (done.not_taken.total(), "not taken"))
    return ", ".join([*found, *(f"{count:,} {what}" for count, what in rest if count)])


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def _shape(done: "ImportResult", *, dry_run: bool) -> dict[str, Any]:
    return {
        "read": done.read,
        "new_tickets": done.new_tickets,
        "more_messages": done.messages,
        "here_already": done.here,
        "not_taken": done.not_taken.total(),
        "unknown_agents": dict(done.strangers),
        "unknown_here": dict(done.absent),
        "renumbered": done.renumbered,
        "dry_run": dry_run,
    }


def _mapped(typed: Sequence[str], guessed: Mapping[str, str]) -> dict[str, str]:
    """The guessed columns, overridden by --map; a field with nothing after it has no column."""
    found = dict(guessed)
    for pair in (pair for row in csv.reader(typed, skipinitialspace=True) for pair in row):
        name, sign, heading = pair.partition("=")
        if not sign:
            raise UsageError(
                f"“{pair}” does not say which column holds which field.",
                "Write --map FIELD=COLUMN, as in --map 'subject=Title,text=Body'.",
            )
        found[name.strip()] = heading.strip()
    return {name: heading for name, heading in found.items() if heading}


def _can_ask(asked: _Asked) -> bool:
    from supportcli.commands.options.prompts import can_ask

    return can_ask() and not asked.as_json


def _asked_for(headings: Sequence[str], guessed: Mapping[str, str]) -> dict[str, str]:
    """The columns as a person chooses them, field by field; Enter accepts the guess, a hyphen means
    none."""
    from supportcli.commands.options.prompts import ask

    printing.say(
        f"Its columns: {', '.join(headings)}. Enter accepts the one in brackets, - means none."
    )
    chosen = {name: heading for name, heading in guessed.items() if name not in _ASKED}
    for name in _ASKED:
        answer = ask(f"Column for the {name}", "--map", default=guessed.get(name, "-"))
        while answer not in {*headings, "-", ""}:
            printing.say(f"There is no column “{answer}”.")
            answer = ask(f"Column for the {name}", "--map", default=guessed.get(name, "-"))
        if answer not in {"-", ""}:
            chosen[name] = answer
    return chosen
