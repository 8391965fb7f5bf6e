"""My day as a page: what I did today against a usual day, what is left, and what is due next."""

from dataclasses import replace
from datetime import datetime

from supportcli.domain.reports.dashboard.figures import Figure
from supportcli.domain.reports.dashboard.my_day import MyDay
from supportcli.rendering.ink import Ink, cut, fit
from supportcli.rendering.reports import figures, panels
from supportcli.rendering.reports.dashboard import head
from supportcli.rendering.reports.spots import GAP, Panel, beside, stacked
from supportcli.rendering.reports.ticket_panel import tickets
from supportcli.terminal import clean

_TWO = 78
_COLUMNS = 150
"""From so many cells on, the two lists stand side by side."""

_LEAST = 3
"""The fewest lines of a list."""


def page(shown: MyDay, width: int, height: int, now: datetime) -> Panel:
    """The page in lines of at most `width` cells; what is due next fills `height` lines."""
    two = width >= _TWO
    wide = (width - 1 - GAP) // 2 if two else width - 2
    done = panels.today(shown.done, shown.frame, wide, whole=True)
    left = _left(shown)
    whole = Panel()
    whole.lines.append(cut(head(f" My day · {clean(shown.name)}", shown.frame), width))
    whole.add()
    top = beside(done, left, wide) if two else stacked((done, left))
    room = max(height - len(top.lines) - len(whole.lines) - 1, 2 * _LEAST)
    if width >= _COLUMNS:
        lists = beside(_next_due(shown, wide, room, now), _answered(shown, wide, room, now), wide)
    else:
        due = max(min(len(shown.next_due) + 1, room - _LEAST), room // 2)
        rest = max(room - due - 1, _LEAST)
        wide = width - 2
        lists = stacked((_next_due(shown, wide, due, now), _answered(shown, wide, rest, now)))
    whole.below(stacked((top, lists)), left=1)
    return whole


def _left(shown: MyDay) -> Panel:
    panel = Panel("left")
    panel.add(("Left", Ink.TITLE))
    rows = [*shown.left, ("Unassigned", shown.free, ())]
    for label, figure, _ in rows:
        _row(panel, label, figure)
    return panel


def _row(panel: Panel, label: str, figure: Figure) -> None:
    said = figures.number(figure.value, figure.unit)
    late = label == "Overdue" and figure.value
    panel.spot(figure, 15 + 8 - len(said), len(said))
    ink = Ink.ERROR if late else Ink.NUMBER if figure.value else Ink.DIM
    panel.add((fit(label, 15), Ink.TEXT), (f"{said:>8}", ink), (" !" if late else "", Ink.ERROR))


def _next_due(shown: MyDay, wide: int, room: int, now: datetime) -> Panel:
    """My tickets that are due next, a line each."""
    mine = replace(shown.left[0].figure, title="My tickets, the next due first", query=shown.query)
    panel = tickets("Next due", shown.next_due[: room - 1], mine, wide, now)
    if not shown.next_due:
        panel.add(("Nothing of yours is due.", Ink.DIM))
    return panel


def _answered(shown: MyDay, wide: int, room: int, now: datetime) -> Panel:
    """The tickets that I answered today, a line each."""
    figure, there = shown.done[0].figure, shown.answered[: room - 1]
    panel = tickets("Answered today", there, figure, wide, now)
    if not there:
        panel.add(("Nothing yet.", Ink.DIM))
    return panel
