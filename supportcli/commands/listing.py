"""Tickets in a list: a table for people, JSON Lines for programs."""

from collections.abc import Iterable
from datetime import datetime

from supportcli.commands import output
from supportcli.commands.output import Column
from supportcli.domain.ticket import Delivery, Priority, TicketLine

_COLUMNS = (
    Column("Number"),
    Column("Status", 24),
    Column("Priority"),
    Column("Waits"),
    Column("Customer", 24),
    Column("Subject", 20, grows=True),
    Column("Assignee", 16),
)
_TROUBLE = {Delivery.FAILED: " · reply failed", Delivery.UNCERTAIN: " · reply uncertain", Delivery.DEFERRED: " · reply delayed"}


def show_lines(lines: Iterable[TicketLine], now: datetime, empty: str, *, as_json: bool) -> None:
    """Print tickets as they come; `empty` says that there is none."""
    if as_json:
        from supportcli.desk import as_json as shapes

        for line in lines:
            output.emit(shapes.line(line))
    else:
        output.table(_COLUMNS, (_row(line, now) for line in lines), empty)


def _row(line: TicketLine, now: datetime) -> tuple[str, ...]:
    from supportcli.tui.times import span

    return (
        f"#{line.number}",
        line.status.value + (_TROUBLE.get(line.delivery, "") if line.delivery else ""),
        "" if line.priority is Priority.NORMAL else str(line.priority),
        span(now - line.waiting_since) if line.waiting_since else "",
        line.customer.name or line.customer.address,
        line.subject or "(no subject)",
        (line.assignee.name or line.assignee.address) if line.assignee else "",
    )
