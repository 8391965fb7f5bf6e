"""Business calendars: setting them up, changing them, and what they say of now and of a year."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from sqlmodel import Session

from supportcli.desk import Desk
from supportcli.desk.gestures import authorize
from supportcli.desk.sla.public_holidays import place_of, public_holidays
from supportcli.domain.people import Action
from supportcli.domain.sla.calendar import (
    FAR,
    Calendar,
    CalendarHistory,
    CalendarVersion,
    Hours,
    OwnDay,
)
from supportcli.domain.sla.calendar_text import date_of, own_day_of, week_of, when_text, zone_of
from supportcli.domain.sla.policy_text import CLOCK_NAME, behind_at
from supportcli.domain.text.words import nearest
from supportcli.errors import UsageError
from supportcli.errors.names import NameTaken, NotFound, Thing
from supportcli.errors.sla import CalendarInvalid
from supportcli.storage.sla import calendars

NOTHING = "none"
"""What to type for no country, and for no region."""

_YEARS_BEFORE, _YEARS_AHEAD = 2, 10
"""The years around a version for which public holidays are looked up: what it says later must not
change with the library."""

_NAME = re.compile(r"[^\W_][\w .&'-]{0,39}")
_CLOSED_WEEK = ((), (), (), (), (), (), ())
_REACH = range(1970, 2200)


@dataclass(frozen=True, slots=True)
class CalendarTexts:
    """What somebody types about a calendar, as `domain.sla.calendar_text` reads it; None leaves
    things as they are. `days` are special days, each replacing one of the same date; `removed` are
    dates of special days to remove."""

    zone: str | None = None
    hours: str | None = None
    days: Sequence[str] = ()
    removed: Sequence[str] = ()
    country: str | None = None
    region: str | None = None


@dataclass(frozen=True, slots=True)
class CalendarNow:
    """A calendar at a moment: the version for what starts then, whether it is open, and until when
    that stays so (None: forever)."""

    history: CalendarHistory
    version: CalendarVersion
    now: datetime
    is_open: bool
    until: datetime | None

    @property
    def calendar(self) -> Calendar:
        """What it says now."""
        return self.version.calendar


@dataclass(frozen=True, slots=True)
class CalendarEdit:
    """What an edit did: the versions it made (none if nothing changed), the requested one first,
    and whether it affects targets that may have started before now."""

    name: str
    versions: tuple[CalendarVersion, ...]
    back_dated: bool


@dataclass(frozen=True, slots=True)
class DayOff:
    """A date that differs from its day of the week: a special day, or a public holiday
    (`public`)."""

    day: date
    name: str
    hours: Hours
    public: bool


def list_calendars(desk: Desk) -> list[CalendarNow]:
    """The calendars of the desk by name."""
    with desk.db.read() as tx:
        found = calendars.calendars(tx)
    now = desk.now()
    return [_at(history, now) for history in found]


def calendar(desk: Desk, name: str) -> CalendarNow:
    """One calendar; NotFound if the desk has none with this name."""
    with desk.db.read() as tx:
        found = _history(tx, name)
    return _at(found, desk.now())


def in_force(tx: Session, name: str, now: datetime) -> Calendar:
    """What the calendar of this name says at `now`; NotFound."""
    return _history(tx, name).at(now).calendar


def _history(tx: Session, name: str) -> CalendarHistory:
    """The calendar with this name, in upper or lower case."""
    known = {history.name.lower(): history for history in calendars.calendars(tx)}
    if found := known.get(name.strip().lower()):
        return found
    near = known.get(nearest(name.lower(), known))
    raise NotFound(Thing.CALENDAR, name, nearest=near.name if near else "")


def _at(history: CalendarHistory, now: datetime) -> CalendarNow:
    version = history.at(now)
    calendar, end = version.calendar, now + FAR
    if not calendar.is_open(now):
        return CalendarNow(history, version, now, is_open=False, until=calendar.next_open(now))
    closes = next(calendar.open_spans(now, end))[1]
    return CalendarNow(
        history,
        version,
        now,
        is_open=True,
        until=closes if closes < end.replace(microsecond=0) else None,
    )


def add_calendar(desk: Desk, name: str, texts: CalendarTexts) -> CalendarNow:
    """Add a calendar; it also counts for what started before now, until an edit says otherwise.
    Zone and hours are required.

    NameTaken, CalendarInvalid; NotAllowed if I am not an admin."""
    named = _new_name(name)
    now = desk.now()
    made = _changed(Calendar(named, "UTC", _CLOSED_WEEK), texts, now)
    with desk.db.write() as tx:
        me = desk.me(tx)
        authorize(me, Action.SET_UP)
        _refuse_taken(tx, named)
        calendars.add_calendar(tx, made, agent_id=me.id, now=now)
        return _at(_history(tx, named), now)


def check_name(desk: Desk, name: str) -> None:
    """NameTaken or CalendarInvalid if a new calendar cannot have this name: before more is asked
    about it."""
    named = _new_name(name)
    with desk.db.read() as tx:
        _refuse_taken(tx, named)


def _refuse_taken(tx: Session, named: str) -> None:
    if any(behind_at(history.name) == behind_at(named) for history in calendars.calendars(tx)):
        raise NameTaken(Thing.CALENDAR, named)


def _new_name(name: str) -> str:
    named = " ".join(name.split())
    if not _NAME.fullmatch(named):
        raise CalendarInvalid(
            "name",
            name,
            "is not a name for a calendar",
            "Use up to 40 letters, digits and spaces, as in office.",
        )
    if behind_at(named) == CLOCK_NAME:
        raise CalendarInvalid(
            "name",
            name,
            "is not a name for a calendar",
            "In policies it means every hour; use another one, as in office.",
        )
    return named


def edit_calendar(
    desk: Desk, name: str, texts: CalendarTexts, since: str | None = None
) -> CalendarEdit:
    """Change a calendar for what starts now or later; or from the start of a date in its zone on
    (`since`), past or future. Later versions are changed in the same way, except where they differ
    from the version before.

    NotFound, CalendarInvalid; UsageError if there is no change; NotAllowed if I am not an
    admin."""
    if texts == CalendarTexts():
        raise UsageError(
            "You did not say what to change.",
            "See what you can change: supportcli calendar edit --help",
        )
    now = desk.now()
    with desk.db.write() as tx:
        me = desk.me(tx)
        authorize(me, Action.SET_UP)
        history = _history(tx, name)
        zone = zone_of(texts.zone) if texts.zone is not None else history.at(now).calendar.zone
        begin = _since(since, zone) if since is not None else now
        made = []
        for since_then, calendar in _rewritten(history, texts, begin):
            number = calendars.add_version(
                tx, history.id, calendar, since=since_then, agent_id=me.id, now=now
            )
            made.append(CalendarVersion(number, since_then, calendar, me.name))
    return CalendarEdit(history.name, tuple(made), begin < now)


def _rewritten(
    history: CalendarHistory, texts: CalendarTexts, begin: datetime
) -> Iterator[tuple[datetime, Calendar]]:
    """The versions of a calendar after an edit, each with its start: the edit itself, and each
    later version."""
    before = history.at(begin).calendar
    made = _changed(before, texts, begin)
    if made != before:
        yield begin, made
    for since in dict.fromkeys(
        version.since for version in history.versions if version.since > begin
    ):
        later = history.at(since).calendar
        carried = _carried(later, before, made, since)
        if carried != later:
            yield since, carried


def _carried(later: Calendar, before: Calendar, made: Calendar, since: datetime) -> Calendar:
    """A later version with what changed from `before` to `made`, except where it differs from
    `before`."""
    same_place = (later.country, later.region) == (before.country, before.region)
    moved = same_place and (made.country, made.region) != (before.country, before.region)
    was, wanted, own = (
        {one.when: one for one in days} for days in (before.own, made.own, later.own)
    )
    for when in was.keys() | wanted.keys():
        if own.get(when) == was.get(when):
            own.pop(when, None)
            own |= {when: wanted[when]} if when in wanted else {}
    return replace(
        later,
        zone=made.zone if later.zone == before.zone else later.zone,
        week=made.week if later.week == before.week else later.week,
        own=_ordered(own),
        country=made.country if moved else later.country,
        region=made.region if moved else later.region,
        holidays=_holidays(made.country, made.region, since) if moved else later.holidays,
    )


def _since(text: str, zone: str) -> datetime:
    """The start of a date in a zone."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = date.min
    if day.year not in _REACH:
        raise CalendarInvalid(
            "date",
            text,
            "is not a date that a calendar can start from",
            "Write --since as in 2026-07-03.",
        )
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)).astimezone(UTC)


def _changed(before: Calendar, texts: CalendarTexts, since: datetime) -> Calendar:
    """A calendar as the texts want it, with the public holidays of the years around `since`."""
    country, region = _place(before, texts)
    return replace(
        before,
        zone=zone_of(texts.zone) if texts.zone is not None else before.zone,
        week=week_of(texts.hours) if texts.hours is not None else before.week,
        own=_own_days(before.own, texts),
        country=country,
        region=region,
        holidays=_holidays(country, region, since),
    )


def _holidays(country: str | None, region: str | None, since: datetime) -> Mapping[date, str]:
    years = range(since.year - _YEARS_BEFORE, since.year + _YEARS_AHEAD + 1)
    return public_holidays(country, region, years) if country else {}


def _place(before: Calendar, texts: CalendarTexts) -> tuple[str | None, str | None]:
    """Country and region; a new country drops the region of the old one."""
    country, region = texts.country, texts.region
    if country is not None and country.lower() == NOTHING:
        if region is not None and region.lower() != NOTHING:
            raise CalendarInvalid(
                "region",
                region,
                "needs a country",
                "Give --country too, as in --country DE --region BY.",
            )
        return None, None
    code = place_of(country, None)[0] if country is not None else before.country
    if region is not None and region.lower() == NOTHING:
        return code, None
    if region is not None:
        if code is None:
            raise CalendarInvalid(
                "region",
                region,
                "needs a country",
                "Give --country too, as in --country DE --region BY.",
            )
        return place_of(code, region)
    return code, before.region if code == before.country else None


def _own_days(before: Sequence[OwnDay], texts: CalendarTexts) -> tuple[OwnDay, ...]:
    """The special days as the texts want them."""
    days = {own.when: own for own in before}
    for text in texts.removed:
        if date_of(text) not in days:
            known = [when_text(own) for own in days.values()]
            there_are = f"Use one of: {', '.join(known)}." if known else "It has none."
            raise NotFound(Thing.OWN_DAY, text, nearest=nearest(text, known), hint=there_are)
        del days[date_of(text)]
    typed: set[tuple[int | None, int, int]] = set()
    for own in map(own_day_of, texts.days):
        if own.when in typed:
            raise CalendarInvalid(
                "day",
                when_text(own),
                "is given twice",
                "Write all hours of a day together, as in '12-24 9:00-10:00 11:00-12:00'.",
            )
        typed.add(own.when)
        days[own.when] = own
    return _ordered(days)


def _ordered(days: Mapping[tuple[int | None, int, int], OwnDay]) -> tuple[OwnDay, ...]:
    """Own days in the order in which they are shown: those of every year first."""
    return tuple(days[when] for when in sorted(days, key=lambda when: (when[0] or 0, *when[1:])))


def days_off(calendar: Calendar, year: int) -> Iterator[DayOff]:
    """The dates of a year that differ from their day of the week, in order."""
    own = {day for one in calendar.own if (day := _date(one, year))}
    for day in sorted(own | {day for day in calendar.holidays if day.year == year}):
        yield DayOff(day, calendar.reason(day) or "", calendar.hours_on(day), day not in own)


def _date(own: OwnDay, year: int) -> date | None:
    """The date of a special day in a year, if it has one."""
    try:
        return date(year, own.month, own.day) if own.year in {None, year} else None
    except ValueError:
        return None


def days_off_in(country: str, region: str | None, year: int) -> Iterator[DayOff]:
    """The public holidays of a year in a country and a region, typed as `place_of` reads them."""
    code, subdivision = place_of(country, region)
    return (
        DayOff(day, name, (), public=True)
        for day, name in public_holidays(code, subdivision, [year]).items()
    )
