"""The panels of the dashboard, each a heading and the figures below it."""

from collections.abc import Sequence

from supportcli.domain.reports.dashboard.desk_day import (
    AgentDay,
    KeptPromises,
    LabelledFigure,
    WeekdayHours,
)
from supportcli.domain.reports.dashboard.figures import Figure
from supportcli.domain.reports.table import Frame, Unit
from supportcli.rendering.ink import Ink, Span, fit, shortened, width_of
from supportcli.rendering.reports import figures
from supportcli.rendering.reports.figures import BLOCKS
from supportcli.rendering.reports.lines import spark
from supportcli.rendering.reports.spots import Panel
from supportcli.terminal import clean

_LABEL = 15
_SPARKS = 57
"""Cells before the sparks of the last days, where there is room for them."""

_VALUE, _USUAL, _CHANGE = 11, 12, 14  # “23 h 59 min” is the longest
_ROOMY = 60
_MINOR = frozenset({"Reopened"})
"""Figures that are left out where there is little room."""

_COLUMNS = (("To do", 5), ("Late", 5), ("Due", 5), ("Sent", 5), ("Solved", 7))
_METER, _SHARE, _OF, _LATE = 10, 6, 12, 7
_HOUR_LABEL = 4
_WIDEST_BAR = 40


def today(shown: Sequence[LabelledFigure], frame: Frame, wide: int, *, whole: bool) -> Panel:
    """The figures of today beside those of a usual day; not the `whole` list where there is little
    room."""
    panel = Panel("today")
    roomy = wide >= _ROOMY
    now = frame.period.until.astimezone(frame.zone)
    weekday = f"usual {now:%A}" if roomy else f"usual {now:%a}"
    heading: list[Span] = [(fit("Today", _LABEL), Ink.TITLE), (f"{'so far':>{_VALUE}}", Ink.DIM)]
    heading.append((f"{weekday:>{_usual(wide)}}", Ink.DIM))
    if roomy:
        heading += [(f"{'change':>{_CHANGE}}", Ink.DIM), ("  14 days", Ink.DIM)]
    panel.add(*heading)
    for label, figure, days in shown:
        if whole or label not in _MINOR:
            _value(panel, figure, _LABEL, _VALUE)
            panel.add(*_beside_usual(label, figure, wide), *_spark(days, roomy=roomy))
    return panel


def _usual(wide: int) -> int:
    return _USUAL + (5 if wide >= _ROOMY else 0)


def _beside_usual(label: str, figure: Figure, wide: int) -> list[Span]:
    """A figure, what it usually is, and the difference."""
    said = figures.number(figure.value, figure.unit)
    before = figures.number(figure.usual, figure.unit)
    named = max(_LABEL, min(width_of(label) + 1, _LABEL + _VALUE - len(said)))
    spans: list[Span] = [
        (fit(label, named), Ink.TEXT),
        (f"{said:>{_LABEL + _VALUE - named}}", _ink(figure.value)),
        (f"{before:>{_usual(wide)}}", Ink.DIM),
    ]
    if wide >= _ROOMY:
        change = figures.difference(figure.value, figure.usual, figure.unit)
        spans.append((f"{change:>{_CHANGE}}", Ink.DIM))
    return spans


def _spark(days: Sequence[float | None], *, roomy: bool) -> list[Span]:
    return [(f"  {spark(days)}", Ink.OURS)] if roomy else []


def _value(panel: Panel, figure: Figure, left: int, width: int) -> None:
    """A number that stands right in so many cells: the spot is as wide as the number."""
    said = figures.number(figure.value, figure.unit)
    panel.spot(figure, left + width - len(said), len(said))


def promises(shown: Sequence[KeptPromises], wide: int, *, most: int) -> Panel:
    """How much of what was promised was kept today: a meter, a share, and what was late."""
    panel = Panel("in time")
    head = (f"{'14 days':>{_SPARKS + 9}}",) if wide >= _ROOMY else ()
    panel.add((fit("In time", 7), Ink.TITLE), *((text[7:], Ink.DIM) for text in head))
    for one in shown[:most]:
        met, missed = one.met.value or 0, one.missed.value or 0
        whole = met + missed
        late = f"{missed} late" if missed else "✓" if whole else ""
        told = fit(f"  {met} of {whole}" if whole else "", _OF) if wide >= _ROOMY else ""
        if whole:
            panel.spot(one.met, _LABEL, _METER + _SHARE + len(told))
        if missed:
            left = _LABEL + _METER + _SHARE + len(told) + _LATE - len(late)
            panel.spot(one.missed, left, len(late))
        panel.add(
            (fit(one.kind, _LABEL), Ink.TEXT),
            _meter(met, whole),
            (f"{figures.number(one.share, Unit.SHARE):>{_SHARE}}", _ink(whole)),
            (told, Ink.DIM),
            (f"{late:>{_LATE}}", Ink.ERROR if missed else Ink.GOOD),
            *_days(one.days, room=wide - _SPARKS),
        )
    return panel


def _days(shares: Sequence[float | None], room: int) -> list[Span]:
    """The shares of the last days, below those of the other figures."""
    told = _LABEL + _METER + _SHARE + _OF + _LATE
    gap = " " * (_SPARKS - told + 2)
    return [(f"{gap}{spark(shares, 1)}", Ink.OURS)] if room > len(shares) else []


def _meter(part: float, whole: float) -> Span:
    full = int(_METER * part / whole) if whole else 0
    ink = Ink.DIM if not whole else Ink.GOOD if part == whole else Ink.WARNING
    return "▰" * full + "▱" * (_METER - full), ink


def _ink(value: float | None) -> Ink:
    """The ink of a number: nothing is quiet."""
    return Ink.NUMBER if value else Ink.DIM


def agents(shown: Sequence[AgentDay], wide: int, room: int) -> Panel:
    """What each agent has, and did today, in so many lines; the last one counts those that do not
    fit."""
    panel = Panel("agents")
    name = wide - sum(width for _, width in _COLUMNS)
    heads = "".join(f"{title:>{width}}" for title, width in _COLUMNS)
    panel.add((fit("Agents", name), Ink.TITLE), (heads, Ink.DIM))
    fitting = shown if len(shown) < room else shown[: room - 2]
    for one in fitting:
        spans: list[Span] = [(fit(shortened(clean(one.name), name - 1), name), Ink.PERSON)]
        left = name
        for (title, width), figure in zip(_COLUMNS, one.figures, strict=True):
            if figure.value:
                _value(panel, figure, left, width)
            late = title == "Late" and figure.value
            said = figures.number(figure.value, figure.unit) if figure.value else "·"
            ink = Ink.ERROR if late else _ink(figure.value)
            spans.append((f"{said:>{width}}", ink))
            left += width
        panel.add(*spans)
    if len(fitting) < len(shown):
        more = f"{len(shown) - len(fitting)} more: supportcli report workload"
        panel.add((shortened(more, wide), Ink.DIM))
    if not shown:
        panel.add(("No agent has anything to do.", Ink.DIM))
    return panel


def hours(shown: Sequence[WeekdayHours], wide: int, *, legend: bool) -> Panel:
    """A map of weekdays and hours, each hour in one cell or two."""
    panel = Panel("hours")
    cells = 2 if wide >= _ROOMY else 1
    label = _HOUR_LABEL + (6 if cells > 1 else 0)
    highest = max((figure.value or 0 for day in shown for figure in day.hours), default=0)
    panel.add((shortened("Customers write, last 4 weeks", wide), Ink.TITLE))
    marks = "".join(f"{hour:02}".ljust(3 * cells) for hour in range(0, 24, 3))
    panel.add((" " * label + marks.rstrip(), Ink.DIM))
    for day in shown:
        shades = ""
        for place, figure in enumerate(day.hours):
            level = figures.shade(figure.value, highest, len(BLOCKS.shades))
            shades += (BLOCKS.shades[level - 1] if level else BLOCKS.nothing) * cells
            panel.spot(figure, label + place * cells, cells)
        _value(panel, day.whole, label + 24 * cells, 6)
        said = figures.number(day.whole.value, Unit.COUNT)
        panel.add(
            (fit(day.name[: label - 1], label), Ink.TEXT),
            (shades, Ink.OURS),
            (f"{said:>6}", _ink(day.whole.value)),
        )
    if legend:
        panel.add((shortened(figures.legend(highest, BLOCKS), wide), Ink.DIM))
    return panel


def bars(title: str, shown: Sequence[LabelledFigure], wide: int, *, most: int = 99) -> Panel:
    """A bar for each figure."""
    panel = Panel(title)
    panel.add((title, Ink.TITLE))
    fitting = shown[:most]
    longest = min(max((len(clean(one.label)) for one in fitting), default=0), wide // 3)
    full = max((one.figure.value or 0 for one in fitting), default=0)
    for label, figure, _ in fitting:
        _value(panel, figure, longest + 1, 5)
        said = figures.number(figure.value, figure.unit)
        panel.add(
            (fit(clean(label), longest + 1), Ink.TEXT),
            (f"{said:>5} ", _ink(figure.value)),
            (_bar(figure.value, full, min(wide - longest - 8, _WIDEST_BAR)), Ink.OURS),
        )
    if not fitting:
        panel.add(("Nothing yet.", Ink.DIM))
    return panel


def _bar(value: float | None, most: float, room: int) -> str:
    """A thin bar; a little is seen too."""
    halves = max(round(2 * room * value / most), 1) if value and most else 0
    return "━" * (halves // 2) + "╸" * (halves % 2)
