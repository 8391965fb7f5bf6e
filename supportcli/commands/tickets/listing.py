"""Tickets in a list: a table for people, JSON Lines for programs; and the query that finds them."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from supportcli.commands.options.location import OPTIONS
from supportcli.commands.output import printing
from supportcli.commands.output.printing import TableColumn
from supportcli.domain.tickets.snoozing import is_snoozed
from supportcli.domain.tickets.ticket import Delivery, Priority, TicketLine
from supportcli.errors import UsageError
from supportcli.errors.program import OptionMisplaced

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
