"""The dashboard as a page: today against a usual day, what was promised, the last days as lines,
the agents, the hours, and if there is room the age of what is open, and tags."""

import shlex

from supportcli.domain.reports.dashboard.desk_day import DeskDay
from supportcli.domain.reports.dashboard.figures import Figure
from supportcli.domain.reports.table import Frame, Unit
from supportcli.rendering.ink import Ink, Span, Spans, cut, ends, width_of, width_of_all
from supportcli.rendering.reports import figures, panels
from supportcli.rendering.reports.days import days
from supportcli.rendering.reports.spots import GAP, Panel, beside, joined, stacked
from supportcli.rendering.reports.ticket_panel import tickets
from supportcli.terminal import clean

_TWO = 78
"""From so many cells on, panels stand side by side."""

_ROOMY = 60
"""So many cells of a panel have room for changes, numbers by day and hours of two cells."""

_TAGS = 6
_CHART = 10
"""The fewest lines of the last days."""

_LEAST = 3
"""The fewest lines of what is due next."""

_AGENTS = 10
"""The most lines of the agents beside other panels."""

_MANY = 2_000
"""More tickets than this are not counted while the cursor walks over the figures."""

_TALL = 36
"""From so many lines on there is room for all panels."""


def page(shown: DeskDay, width: int, height: int) -> Panel:
    """The page in lines of at most `width` cells; all of it is in sight where there are so many
    lines."""
    two = width >= _TWO
    whole = Panel()
    whole.lines.append(cut(head(" Dashboard", shown.frame), width))
    if height >= _TALL or not two:
        whole.add()
    room = height - len(whole.lines)
    wide = (width - 1 - GAP) // 2 if two else width - 2
    if two:
        left, right = _left(shown, wide, room), _right(shown, wide, room)
        whole.below(beside(left, right, wide), left=1)
    else:
        whole.below(_column(shown, wide), left=1)
    return whole


def head(title: str, frame: Frame) -> tuple[Span, ...]:
    """The title of a page, and what its numbers mean."""
    now = frame.period.until.astimezone(frame.zone)
    told = f"{now:%A} {now.day} {now:%B %H:%M} · {frame.zone} · by the clock"
    return (title, Ink.TITLE), (f"  {clean(told)}", Ink.DIM)


def _left(shown: DeskDay, wide: int, room: int) -> Panel:
    """Today, what was promised, and the agents; if there is room also what is due next and the
    ages."""
    tall = room >= _TALL - 2
    today = panels.today(shown.today, shown.frame, wide, whole=tall)
    promises = panels.promises(shown.promises, wide, most=4 if tall else 2)
    if not tall:
        above = joined((today, promises))
        return stacked((above, panels.agents(shown.agents, wide, room - len(above.lines) - 1)))
    agents = panels.agents(shown.agents, wide, _AGENTS)
    ages = panels.bars("Open and waiting by age", shown.ages, wide)
    rest = room - sum(len(one.lines) + 1 for one in (today, promises, agents, ages))
    due = tickets(
        "Due next", shown.next_due[: rest - 1], shown.open, wide, shown.frame.period.until
    )
    between = (due.fill(rest),) if rest >= _LEAST else ()
    return stacked((today, promises, agents, *between, ages))


def _right(shown: DeskDay, wide: int, room: int) -> Panel:
    """The last days in the room that is left, the hours, and the tags."""
    tall = room >= _TALL - 2
    hours = panels.hours(shown.weekdays, wide, legend=tall)
    tags = [panels.bars("Created in a week, by tag", shown.tags, wide, most=_TAGS)] if tall else []
    rest = sum(len(one.lines) + 1 for one in (hours, *tags))
    numbers = tall and wide >= _ROOMY
    return stacked(
        (days(shown.days, wide, max(room - rest, _CHART), numbers=numbers), hours, *tags)
    )


def _column(shown: DeskDay, wide: int) -> Panel:
    """One below the other."""
    return stacked(
        (
            panels.today(shown.today, shown.frame, wide, whole=True),
            panels.promises(shown.promises, wide, most=4),
            days(shown.days, wide, _CHART, numbers=False),
            panels.agents(shown.agents, wide, len(shown.agents) + 1),
            panels.hours(shown.weekdays, wide, legend=True),
            panels.bars("Open and waiting by age", shown.ages, wide),
        )
    )


def about(figure: Figure, width: int, key: str) -> Spans:
    """What a figure is, the key that opens its tickets and how many these are, and if there is
    room the command that lists them."""
    said = figures.number(figure.value, figure.unit)
    before = figures.number(figure.usual, figure.unit)
    told = f" {clean(figure.title)}: {said}"
    usual = f" · usual {before}" if figure.usual is not None else ""
    call = f"supportcli {shlex.join(figure.call)} "
    opens = _opens(figure)
    keys: Spans = ((" · ", Ink.DIM), (key, Ink.KEY), (f" {opens}", Ink.DIM)) if opens else ()
    left = ((told, Ink.TEXT), (usual, Ink.DIM), *keys)
    fits = width_of_all(left) + width_of(call) + GAP <= width
    return ends(left, ((clean(call), Ink.DIM),) if fits else (), width)


def _opens(figure: Figure) -> str:
    """“3 tickets”: fewer than a figure says if it counts messages, and those that a median is of;
    "" if there are none. Very many are not counted again."""
    if figure.unit is Unit.COUNT and (figure.value or 0) > _MANY:
        return "tickets"
    count = len(figure.numbers)
    return f"{count:,} ticket{'' if count == 1 else 's'}" if count else ""
