"""Dates in a query: `>7d`, `2026-10`, `2026-10-01..2026-10-15`, `today`, `"last week"`."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, tzinfo

from supportcli.domain.query.nodes import Dated, Edge, Moment, Span
from supportcli.domain.query.values import COMPARED, Value, filled
from supportcli.domain.text.durations import seconds_of
from supportcli.domain.text.periods import named_period
from supportcli.domain.text.words import nearest
from supportcli.errors.sla import DurationInvalid
from supportcli.errors.tickets import QueryError

NAMES = (
    "today",
    "yesterday",
    "tomorrow",
    *(f"{which} {unit}" for which in ("this", "last", "next") for unit in ("week", "month")),
)
"""The periods that are named by words."""

_FIRST_YEAR, _LAST_YEAR = 1970, 9000
_ANY_DAY = datetime(2026, 1, 1, tzinfo=UTC)
"""Whether a text names a period does not depend on the day."""

Ends = tuple[datetime | None, datetime | None]


def ends_of(span: Span, now: datetime, zone: tzinfo) -> Ends:
    """From when on, and until just before when; None: without end. Days are those of the zone."""
    since, until = span.since, span.until
    return (
        None if since is None else edge_at(since, now, zone),
        None if until is None else edge_at(until, now, zone),
    )


def edge_at(edge: Edge, now: datetime, zone: tzinfo) -> datetime:
    """When a span begins or ends that is asked for at `now`."""
    if not edge.name:
        return now + timedelta(seconds=edge.seconds)
    period = named_period(edge.name, now, zone)
    return period.until if edge.at_end else period.since


def moves(edge: Edge) -> bool:
    """Whether an edge lies elsewhere at another time, rather than on a date."""
    return not edge.name[:1].isdigit()


def next_day(now: datetime, zone: tzinfo) -> datetime:
    """When the day ends: an edge that has a name stays where it is until then."""
    return named_period("today", now, zone).until


def lies_in(moment: datetime | None, ends: Ends) -> bool:
    """Whether there is a moment, and it lies between these ends."""
    since, until = ends
    return (
        moment is not None
        and (since is None or moment >= since)
        and (until is None or moment < until)
    )


def dated(moment: Moment, value: Value) -> Dated:
    """What a term such as `created:` makes of its value. QueryError."""
    return Dated(moment, tuple(_span(moment, choice) for choice in filled(value)))


def _span(moment: Moment, value: Value) -> Span:
    text = value.text.strip().lower()
    if ".." in text:
        return _between(moment, value)
    compared = COMPARED.fullmatch(text)
    if compared is None:
        name = _period(moment, text, value)
        return Span(Edge(name), Edge(name, at_end=True))
    sign, than = compared[1], compared[2]
    if (seconds := _seconds(than)) is not None:
        return _elapsed(moment, sign, seconds)
    name = _period(moment, than, value, moments=True)
    edge = Edge(name, at_end=sign in {">", "<="})
    return Span(edge, None) if sign.startswith(">") else Span(None, edge)


def _between(moment: Moment, value: Value) -> Span:
    since, _, until = (part.strip() for part in value.text.lower().partition(".."))
    if not since and not until:
        raise _no_date(moment, value)
    return Span(
        Edge(_period(moment, since, value, moments=True)) if since else None,
        Edge(_period(moment, until, value, moments=True), at_end=True) if until else None,
    )


def _elapsed(moment: Moment, sign: str, seconds: int) -> Span:
    """What is past is older or newer than a duration; what is due is so far ahead."""
    if moment is Moment.DUE:
        edge = Edge(seconds=seconds)
        return Span(edge, None) if sign.startswith(">") else Span(None, edge)
    edge = Edge(seconds=-seconds)
    return Span(None, edge) if sign.startswith(">") else Span(edge, None)


def _seconds(text: str) -> int | None:
    try:
        return seconds_of(text)
    except DurationInvalid:
        return None


def _period(moment: Moment, text: str, value: Value, *, moments: bool = False) -> str:
    """A text that names a period; `moments`: it may be a point in time. QueryError if it is
    none."""
    if _seconds(text) is not None:
        raise QueryError(
            value.column,
            value.text,
            "lacks a sign",
            f"Write {moment}:<{text} or {moment}:>{text}. {_MEANING[moment]}",
        )
    try:
        period = named_period(text, _ANY_DAY, UTC)
    except (ValueError, OverflowError):
        raise _no_date(moment, value, text) from None
    if not _FIRST_YEAR <= period.since.year <= _LAST_YEAR:
        raise _no_date(moment, value, text)
    if period.since == period.until and not moments:
        raise QueryError(
            value.column,
            value.text,
            "is a point in time",
            f"Write {moment}:>{value.text}, {moment}:<{value.text}, or the day alone.",
        )
    return text


_OLDER = "< is newer, > is older."
_MEANING = {
    Moment.CREATED: _OLDER,
    Moment.UPDATED: _OLDER,
    Moment.SOLVED: _OLDER,
    Moment.DUE: "< is sooner (or overdue), > is later.",
}


def _no_date(moment: Moment, value: Value, text: str = "") -> QueryError:
    known = dict(_spelled())
    meant = [name for name in known if name.startswith(f"{text} ")]  # its second word stands apart
    return QueryError(
        value.column,
        value.text,
        "is not a date",
        f'Write it as in {moment}:<7d, {moment}:today, {moment}:"last week", {moment}:2026-10, '
        f"{moment}:>=2026-10-01 or {moment}:2026-10-01..2026-10-15.",
        "" if len(meant) > 1 else known.get(nearest(text, known), ""),
    )


def _spelled() -> Iterator[tuple[str, str]]:
    """Each name of a period as it may be typed, and as it is written in a query."""
    for name in NAMES:
        yield name, f'"{name}"' if " " in name else name
