"""The time zones that a calendar brings (RFC 5545, 3.6.5): what they say of one moment.

The calendar's own definition decides, as for every program that reads it. Only yearly rules are
computed, each for two years, so that no rule takes long."""

import re
from calendar import monthrange
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

_MOST_CHANGES = 1_000
_MOST_ZONES = 50
_MOST_DATES = 1_000
_MOST_DAYS = 31
_MOST_HOURS = 23
_FOLD = re.compile(r"\r?\n[ \t]")
_LINE = re.compile(r"([A-Za-z0-9-]{1,50})(?:;[^:\r\n]{0,200})?:(.*)")
_OFFSET = re.compile(r"([+-])(\d\d)(\d\d)(\d\d)?")
_DAY = re.compile(r"([+-]?\d{0,2})([A-Z]{2})")
_MOMENT = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)(Z?))?")
_UNDERSTOOD = {"FREQ", "BYMONTH", "BYDAY", "BYMONTHDAY", "UNTIL", "WKST"}
_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_NO_ZONES = frozenset({"localtime", "posixrules", "factory"})
"""Names of files beside the zones of a system, which say something else on each machine."""
_UTC = frozenset(
    {"utc", "etc/utc", "z", "tzone://microsoft/utc", "(utc) coordinated universal time"}
)
_OFFSET_FIRST = re.compile(r"^\((?:UTC|GMT)[+-]?[\d:]*\)\s*(?=\S)")


@dataclass(slots=True)
class _Change:
    """From when on a zone has an offset: each year by a rule, or on some dates."""

    start: datetime = datetime.min  # noqa: DTZ901 - all of these are the local time of the zone
    before: timedelta = timedelta()
    after: timedelta | None = None
    rule: dict[str, str] = field(default_factory=dict)
    dates: list[datetime] = field(default_factory=list)

    def last(self, moment: datetime) -> datetime | None:
        """When it last happened before a local moment; None if it had not happened yet."""
        if self.start > moment:
            return None
        begun = [self.start, *(one for one in self.dates if one <= moment)]
        until = _moment(self.rule.get("UNTIL", ""), self.before)
        years = {moment.year, moment.year - 1} | ({until.year, until.year - 1} if until else set())
        for year in years if self.rule else ():
            onset = self._onset(year)
            if onset and self.start <= onset <= min(moment, until or moment):
                begun.append(onset)
        return max(begun)

    def _onset(self, year: int) -> datetime | None:
        """When it happens in a year."""
        try:
            month = int(self.rule.get("BYMONTH", self.start.month))
            day = _day(year, month, self.rule, self.start.day)
            return datetime.combine(day, self.start.time()) if day else None
        except (ValueError, OverflowError):
            return None


class Zones:
    """The zones of a calendar by name."""

    def __init__(self, text: str = "") -> None:
        self._changes: dict[str, list[_Change]] = {}
        if "BEGIN:VTIMEZONE" in text.upper():
            self._read(text)

    def offset(self, name: str, moment: datetime) -> timedelta | None:
        """How far ahead of UTC a zone is at a local moment; None if the calendar does not say."""
        changes = self._changes.get(_plain(name), ())
        if not changes:
            return None
        local = moment.replace(tzinfo=None)
        found = [(last, one) for one in changes if (last := one.last(local)) is not None]
        if not found:
            return min(changes, key=lambda one: one.start).before
        return max(found, key=lambda one: one[0])[1].after

    def said(self, moment: datetime, name: str) -> str:
        """The zone of a moment as people read it; `name` is that in the calendar, "" if there is
        none. Only zones of the system are asked for their offset."""
        known = getattr(moment.tzinfo, "key", "") or ""
        known = "" if known.lower() in _NO_ZONES else known
        theirs = moment.utcoffset() if known else None
        offset = self.offset(name, moment) if name else None
        if known and offset in {None, theirs}:
            name, offset = known, theirs
        if name.lower() in _UTC and not offset:
            return "UTC"
        if offset is not None:
            return f"{_OFFSET_FIRST.sub('', name)}, {_written(offset)}"
        return name or ("UTC" if moment.tzinfo is not None else "no time zone")

    def _read(self, text: str) -> None:
        names: list[str] = []
        changes: list[_Change] = []
        inside = False
        for line in _FOLD.sub("", text).splitlines():
            found = _LINE.match(line)
            if found is None:
                continue
            name, value = found[1].upper(), found[2].strip()
            border = (name, value.upper())
            if border == ("BEGIN", "VTIMEZONE"):
                inside, names, changes = True, [], []
            elif border == ("END", "VTIMEZONE"):
                inside = False
                self._keep(names, changes)
            elif inside and name == "BEGIN":
                changes.append(_Change())
            elif inside and name == "TZID":
                names.append(_plain(value))
            elif inside and changes:
                _take(changes[-1], name, value)

    def _keep(self, names: list[str], changes: list[_Change]) -> None:
        """A zone is complete. Of several with a name, the first counts."""
        good = [one for one in changes[:_MOST_CHANGES] if one.after is not None]
        if names and len(self._changes) < _MOST_ZONES:
            self._changes.setdefault(names[0], good)


def _take(change: _Change, name: str, value: str) -> None:
    """One line of a change."""
    if name == "DTSTART":
        change.start = _moment(value, timedelta()) or change.start
    elif name == "TZOFFSETFROM":
        change.before = _offset(value) or timedelta()
    elif name == "TZOFFSETTO":
        change.after = _offset(value)
    elif name == "RRULE":
        rule = dict(part.split("=", 1) for part in value.upper().split(";") if "=" in part)
        yearly = rule.get("FREQ") == "YEARLY" and not rule.keys() - _UNDERSTOOD
        change.rule = rule if yearly else {}
    elif name == "RDATE" and len(change.dates) < _MOST_DATES:
        found = (_moment(one, change.before) for one in value.split(",")[:_MOST_DATES])
        change.dates += [one for one in found if one is not None]


def _day(year: int, month: int, rule: dict[str, str], missing: int) -> date | None:
    """The day of a month that a yearly rule means; None if it means none. `missing` is the day if
    the rule does not say. Raises ValueError for a month or a number that is none."""
    length = monthrange(year, month)[1]
    days = [date(year, month, day) for day in range(1, length + 1)]
    if "BYMONTHDAY" in rule:
        wanted = {int(one) for one in rule["BYMONTHDAY"].split(",")[:_MOST_DAYS]}
        days = [one for one in days if {one.day, one.day - length - 1} & wanted]
    place = 1
    if "BYDAY" in rule:
        found = _DAY.fullmatch(rule["BYDAY"])
        if found is None or found[2] not in _WEEKDAYS:
            return None
        days = [one for one in days if one.weekday() == _WEEKDAYS.index(found[2])]
        place = int(found[1] or 1)
    elif "BYMONTHDAY" not in rule:
        place = missing
    at = place - 1 if place > 0 else place
    return days[at] if -len(days) <= at < len(days) else None


def _plain(name: str) -> str:
    """The name of a zone without quotes and escapes."""
    return " ".join(name.replace("\\", "").strip('"').split())


def _offset(text: str) -> timedelta | None:
    """An offset such as +0530; None if it is none."""
    found = _OFFSET.fullmatch(text)
    if found is None or int(found[2]) > _MOST_HOURS:
        return None
    ahead = timedelta(hours=int(found[2]), minutes=int(found[3]), seconds=int(found[4] or 0))
    return -ahead if found[1] == "-" else ahead


def _moment(text: str, ahead: timedelta) -> datetime | None:
    """A local moment; one in UTC is moved `ahead`. None if it is none."""
    found = _MOMENT.match(text)
    if found is None:
        return None
    year, month, day, hour, minute, second = (int(one or 0) for one in found.groups()[:6])
    try:
        when = datetime(year, month, day, hour, minute, second)  # noqa: DTZ001 - local
        return when + ahead if found[7] else when
    except (ValueError, OverflowError):
        return None


def _written(offset: timedelta | None) -> str:
    """An offset as people write it: UTC+05:30."""
    minutes = int((offset or timedelta()).total_seconds() // 60)
    sign = "-" if minutes < 0 else "+"
    return f"UTC{sign}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"
