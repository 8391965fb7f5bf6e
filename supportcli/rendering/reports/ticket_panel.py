"""A panel of tickets, a line each: when they are due, who waits, and what for."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from supportcli.domain.tickets.ticket import TicketLine
from supportcli.rendering import sla_clock
from supportcli.rendering.ink import Ink, fit
from supportcli.rendering.reports.spots import Panel
from supportcli.rendering.ticket_rows import called
from supportcli.terminal import clean

if TYPE_CHECKING:
    from supportcli.domain.reports.dashboard.figures import Figure

_PEOPLE, _NUMBER = 22, 7


def tickets(
    title: str, lines: Sequence[TicketLine], figure: "Figure", wide: int, now: datetime
) -> Panel:
    """These tickets, which are among those of a figure."""
    panel = Panel(title)
    panel.add((title, Ink.TITLE))
    for line in lines:
        panel.spot(figure, 0, wide, ticket=line.number)
        panel.add(*_line(line, wide, now))
    return panel


def meanwhile(lines: Sequence[TicketLine], wide: int, height: int, now: datetime) -> Panel:
    """The page while its figures are counted: the tickets that are due next."""
    panel = Panel()
    panel.add((" Counting …", Ink.DIM))
    if lines:
        panel.add()
        panel.add((" Due next", Ink.TITLE))
    for line in lines[: max(height - len(panel.lines), 0)]:
        panel.add((" ", Ink.TEXT), *_line(line, wide - 2, now))
    return panel


def _line(line: TicketLine, wide: int, now: datetime) -> Sequence[tuple[str, Ink]]:
    cell, ink = sla_clock.clock_cell(line, now)
    subject = wide - sla_clock.WIDTH - _NUMBER - _PEOPLE - 3
    return (
        (f"{cell} ", ink),
        (fit(f"#{line.number}", _NUMBER) + " ", Ink.NUMBER),
        (fit(called(line.customer), _PEOPLE) + " ", Ink.PERSON),
        (fit(clean(line.subject), subject), Ink.TEXT),
    )
