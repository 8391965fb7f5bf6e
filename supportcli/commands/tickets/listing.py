"""Tickets in a list: a table for people, JSON Lines for programs; and the query that finds them."""

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from supportcli.commands.options.location import OPTIONS
from supportcli.commands.output import printing
from supportcli.commands.output.printing import TableColumn
from supportcli.domain.text.words import nearest
from supportcli.domain.tickets.snoozing import is_snoozed
from supportcli.domain.tickets.ticket import Delivery, Priority, TicketLine
from supportcli.errors import UsageError
from supportcli.errors.program import OptionMisplaced

if TYPE_CHECKING:
    from supportcli.desk import Desk
    from supportcli.desk.gestures import Done

_COLUMNS = (
    TableColumn("Number"),
    TableColumn("Status", goes=5),
    TableColumn("Reply", goes=7),
    TableColumn("Priority", goes=2),
    TableColumn("Due", goes=6),
    TableColumn("Waits", goes=3),
    TableColumn("Customer", 24, least=8, goes=4),
    TableColumn("Subject", least=12, grows=True),
    TableColumn("Assignee", 16, least=8, goes=1),
)
_TROUBLE = {
    Delivery.FAILED: "failed",
    Delivery.UNCERTAIN: "uncertain",
    Delivery.BOUNCED: "bounced",
    Delivery.DEFERRED: "delayed",
    Delivery.LATE: "NOT SENT",
}


def show_lines(lines: Iterable[TicketLine], now: datetime, empty: str, *, as_json: bool) -> None:
    """Print tickets as they come; `empty` is what to say if there are none."""
    if as_json:
        from supportcli.desk.tickets import ticket_json

        for line in lines:
            printing.emit(ticket_json.line(line, now))
    else:
        printing.table(_COLUMNS, (_row(line, now) for line in lines), empty)


def do_or_show(
    desk: "Desk",
    wanted: Sequence[int],
    verb: Callable[["Desk", Sequence[int]], "Done"],
    *,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Do a verb to these tickets and say so, or show the tickets that it would change: the verb
    itself says which, and refuses what it refuses."""
    from supportcli.desk.tickets.lists import lines_there

    if not dry_run:
        printing.done(verb(desk, wanted), as_json=as_json)
        return
    changed = lines_there(desk, verb(desk.rehearsing(), wanted).numbers)
    show_lines(changed, desk.now(), "Nothing would change.", as_json=as_json)


_NAMED = {column.title.lower(): column for column in _COLUMNS} | {
    name: TableColumn(name.capitalize(), 24, least=8, goes=3)
    for name in ("address", "vip", "mailbox", "team", "tags", "created", "updated", "messages")
}
"""The columns that can be asked for, by name."""


def columns_of(asked: str | None) -> tuple[str, ...]:
    """The columns that somebody asked for, with commas between them; none: the usual ones.
    UsageError."""
    names = tuple(name.strip().lower() for name in (asked or "").split(",") if name.strip())
    for name in names:
        if name not in _NAMED:
            raise UsageError(
                f"“{name}” is not a column of a list.",
                f"Use some of: {','.join(_NAMED)}.",
                nearest(name, _NAMED),
            )
    return names


def show_columns(
    lines: Iterable[TicketLine], now: datetime, names: Sequence[str], empty: str
) -> None:
    """Print these columns of tickets as they come."""
    rows = ([_cells(line, now)[name] for name in names] for line in lines)
    printing.table([_NAMED[name] for name in names], rows, empty)


def _cells(line: TicketLine, now: datetime) -> dict[str, str]:
    usual = dict(zip((column.title.lower() for column in _COLUMNS), _row(line, now), strict=True))
    return usual | {
        "address": line.customer.address,
        "vip": "VIP" if line.vip else "",
        "mailbox": line.mailbox,
        "team": line.team or "",
        "tags": ", ".join(line.tags),
        "created": f"{line.created_at.astimezone():%Y-%m-%d %H:%M}",
        "updated": f"{line.updated_at.astimezone():%Y-%m-%d %H:%M}",
        "messages": str(line.message_count),
    }


_CSV = (
    *("number", "status", "priority", "subject", "customer", "address", "assignee", "team"),
    *("mailbox", "tags", "due", "waits", "reply", "created", "updated", "messages"),
)
"""The columns of a table for spreadsheets."""


def write_csv(lines: Iterable[TicketLine], now: datetime, names: Sequence[str]) -> None:
    """Print tickets as a table for spreadsheets, with these columns or all."""
    from supportcli.domain.imports.records import shielded

    wanted = names or _CSV
    printing.exact(_csv_row(wanted))
    for line in lines:
        values = _values(line, now)
        printing.exact(_csv_row([shielded(values[name]) for name in wanted]))


def _csv_row(cells: Sequence[str]) -> str:
    row = io.StringIO()
    csv.writer(row, lineterminator="\n").writerow(cells)
    return row.getvalue()


def _values(line: TicketLine, now: datetime) -> dict[str, str]:
    """What a program reads of a ticket, by the names of columns; times are ISO 8601."""
    from supportcli.desk.json_shapes import time

    due = line.clock.due_at if line.clock else None
    moments = {
        "due": due,
        "waits": line.waiting_since,
        "created": line.created_at,
        "updated": line.updated_at,
    }
    return _cells(line, now) | {
        "number": str(line.number),
        "status": line.status_at(now).value,
        "priority": str(line.priority),
        "subject": line.subject,
        "customer": line.customer.name,
        "assignee": line.assignee.address if line.assignee else "",
        "reply": line.delivery.value if line.delivery else "",
        **{name: time(at) or "" for name, at in moments.items()},
    }


def _row(line: TicketLine, now: datetime) -> tuple[str, ...]:
    from supportcli.rendering.sla_clock import cell, waiting

    return (
        f"#{line.number}",
        "snoozed" if is_snoozed(line.snoozed_until, now) else line.status_at(now).value,
        _trouble(line),
        "" if line.priority is Priority.NORMAL else str(line.priority),
        cell(line, now),
        waiting(line, now),
        line.customer.name or line.customer.address,
        line.subject or "(no subject)",
        _holder(line),
    )


def _holder(line: TicketLine) -> str:
    """Who has it: “Bob Lee”, “Bob Lee, billing”, “[billing]” if only the team has it."""
    agent = (line.assignee.name or line.assignee.address) if line.assignee else ""
    if line.team is None:
        return agent
    return f"{agent}, {line.team}" if agent else f"[{line.team}]"


def _trouble(line: TicketLine) -> str:
    """What became of a reply that has not simply been sent; if no heading says that it is about the
    reply, the cell does."""
    word = _TROUBLE.get(line.delivery, "") if line.delivery else ""
    return f"reply {word}" if word and not printing.on_terminal() else word


def query_of(words: Sequence[str], command: str) -> str:
    """The query that the words of `command` (“ticket list”) make up. Terms may begin with a hyphen,
    so unknown options are refused here."""
    for word in words:
        option = word.partition("=")[0]
        if option in OPTIONS:
            raise OptionMisplaced(option, command)
        if word.startswith("--"):
            raise UsageError(f"There is no option {option}.", f"See: supportcli {command} --help")
    return " ".join(words)
