"""`supportcli calendar`: when the team is open."""

import shlex
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from supportcli.commands.command_group import examples, noun
from supportcli.commands.options.completion import calendars as known_calendars
from supportcli.commands.options.completion import zones
from supportcli.commands.options.location import desk_of
from supportcli.commands.options.prompts import ask
from supportcli.commands.output import printing
from supportcli.commands.output.printing import AsJson, TableColumn
from supportcli.errors import UsageError

if TYPE_CHECKING:
    from supportcli.desk.sla.calendars import CalendarEdit, CalendarNow, DayOff
    from supportcli.domain.sla.calendar import Calendar

app = noun("Business calendars: when the team is open.")

_HOURS = "mon-fri 9:00-17:00"
_SOON = 3
"""How many future holidays `show` lists."""

Which = Annotated[
    str, typer.Argument(metavar="NAME", help="The calendar.", autocompletion=known_calendars)
]
Zone = Annotated[
    str | None,
    typer.Option(
        "--zone",
        metavar="ZONE",
        help="Its time zone, such as Europe/Berlin.",
        show_default=False,
        autocompletion=zones,
    ),
]
Hours = Annotated[
    str | None,
    typer.Option(
        "--hours",
        metavar="WEEK",
        help="Its opening hours, as in 'mon-fri 9:00-12:30 13:30-18:00; sat 10:00-14:00'.",
        show_default=False,
    ),
]
Day = Annotated[
    list[str] | None,
    typer.Option(
        "--day",
        metavar="DAY",
        help="A special day, as in '12-24 9:00-12:00 Christmas Eve' or '2026-07-03 closed'.",
        show_default=False,
    ),
]
Country = Annotated[
    str | None,
    typer.Option(
        "--country",
        metavar="CODE",
        help="Close on the public holidays of this country, such as DE.",
        show_default=False,
    ),
]
Region = Annotated[
    str | None,
    typer.Option(
        "--region",
        metavar="CODE",
        help="Also close on the holidays of this region, such as BY.",
        show_default=False,
    ),
]

_COLUMNS = (
    TableColumn("Name", least=8),
    TableColumn("Zone", least=12, goes=2),
    TableColumn("Hours", least=20, grows=True),
    TableColumn("Holidays", goes=1),
    TableColumn("Now", least=8, goes=3),
)
_DAYS = (
    TableColumn("Date"),
    TableColumn("Day"),
    TableColumn("Open"),
    TableColumn("Name", least=20, grows=True),
)
_COUNTRIES = (
    TableColumn("Code"),
    TableColumn("Country", 32, least=16),
    TableColumn("Regions", least=20, grows=True),
)


@app.command("list", epilog=examples("supportcli calendar list", "supportcli calendar list --json"))
def list_(ctx: typer.Context, as_json: AsJson = False) -> None:
    """List the calendars, and whether they are open now."""
    from supportcli.desk.sla import calendar_json, calendars
    from supportcli.domain.sla.calendar_text import week_text

    with desk_of(ctx) as desk:
        found = calendars.list_calendars(desk)
    if as_json:
        for one in found:
            printing.emit(calendar_json.calendar(one))
        return
    rows = (
        (
            one.history.name,
            one.calendar.zone,
            week_text(one.calendar.week),
            _place(one.calendar),
            _state(one),
        )
        for one in found
    )
    printing.table(
        _COLUMNS,
        rows,
        (
            "There are no calendars yet. Add one with: supportcli calendar add office --hours "
            f"'{_HOURS}'"
        ),
    )


@app.command(
    epilog=examples("supportcli calendar show office", "supportcli calendar show office --json")
)
def show(ctx: typer.Context, name: Which, as_json: AsJson = False) -> None:
    """Show a calendar: its week, special days and holidays. Its versions are shown too, but only
    upcoming holidays."""
    from supportcli.desk.sla import calendars

    with desk_of(ctx) as desk:
        one = calendars.calendar(desk, name)
    _tell(one, as_json=as_json)


@app.command(
    epilog=examples(
        "supportcli calendar add office --hours 'mon-fri 9:00-17:00'",
        "supportcli calendar add phone --zone Europe/Berlin \\",
        "    --hours 'mon-fri 9:00-12:30 13:30-18:00; sat 10:00-14:00' \\",
        "    --country DE --region BY --day '12-24 9:00-12:00 Christmas Eve'",
    )
)
def add(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="What the team calls it.")],
    *,
    zone: Zone = None,
    hours: Hours = None,
    day: Day = None,
    country: Country = None,
    region: Region = None,
    as_json: AsJson = False,
) -> None:
    """Add a calendar. Without --zone it has this machine's time zone."""
    from supportcli import clock
    from supportcli.desk.sla import calendars

    with desk_of(ctx) as desk:
        calendars.check_name(desk, name)
        texts = calendars.CalendarTexts(
            zone if zone is not None else clock.system_zone(),
            hours if hours is not None else ask("Hours of the week", "--hours", default=_HOURS),
            tuple(day or ()),
            (),
            country,
            region,
        )
        one = calendars.add_calendar(desk, name, texts)
    with printing.telling():
        if not as_json:
            printing.say(
                f"Added {one.history.name}."
                + (
                    ""
                    if zone is not None
                    else f" Its zone is that of this machine: {one.calendar.zone}."
                )
            )
        _tell(one, as_json=as_json)


@app.command(
    epilog=examples(
        "supportcli calendar edit office --hours 'mon-thu 9:00-17:00; fri 9:00-15:00'",
        "supportcli calendar edit office --day '2026-07-03 closed Company outing'",
        "supportcli calendar edit office --remove-day 12-24 --country none",
        "supportcli calendar edit office --zone Europe/Vienna --since 2026-03-01",
    )
)
def edit(
    ctx: typer.Context,
    name: Which,
    *,
    zone: Zone = None,
    hours: Hours = None,
    day: Day = None,
    remove_day: Annotated[
        list[str] | None,
        typer.Option(
            "--remove-day",
            metavar="DATE",
            help="Remove a special day, such as 12-24.",
            show_default=False,
        ),
    ] = None,
    country: Country = None,
    region: Region = None,
    since: Annotated[
        str | None,
        typer.Option(
            "--since",
            metavar="DATE",
            help="Make the change count from this date on, past or future.",
            show_default=False,
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Change a calendar, from now on or from a given date. The change applies to targets that start
    then or later. What you leave out stays as it is; none removes a country or region."""
    from supportcli.desk.sla import calendars

    texts = calendars.CalendarTexts(
        zone, hours, tuple(day or ()), tuple(remove_day or ()), country, region
    )
    with desk_of(ctx) as desk:
        done = calendars.edit_calendar(desk, name, texts, since)
        one = calendars.calendar(desk, name)
    with printing.telling():
        _tell(one, as_json=True) if as_json else _tell_edit(done)


def _tell_edit(done: "CalendarEdit") -> None:
    """Print what became of an edit."""
    if not done.versions:
        printing.say(f"Nothing changed: {done.name} already has these settings.")
        return
    first, *later = done.versions
    printing.say(
        f"Changed {done.name} for all that starts at or after "
        f"{_moment(first.since, first.calendar)}."
    )
    for moment in dict.fromkeys(_moment(version.since, version.calendar) for version in later):
        printing.say(f"What it says from {moment} on was changed in the same way.")
    if done.back_dated:
        printing.say("To apply it to what started since then: supportcli sla recompute")
    _tell_what(first.calendar, first.since)


@app.command(
    epilog=examples(
        "supportcli calendar holidays office --year 2027",
        "supportcli calendar holidays --country DE --region BY",
        "supportcli calendar holidays --countries",
    )
)
def holidays(
    ctx: typer.Context,
    name: Annotated[
        str | None,
        typer.Argument(
            metavar="NAME", help="The calendar.", show_default=False, autocompletion=known_calendars
        ),
    ] = None,
    *,
    year: Annotated[
        int | None,
        typer.Option(
            metavar="YEAR",
            min=1900,
            max=2100,
            help="The year. Default: this one.",
            show_default=False,
        ),
    ] = None,
    country: Annotated[
        str | None,
        typer.Option(
            metavar="CODE", help="A country instead of a calendar, such as DE.", show_default=False
        ),
    ] = None,
    region: Annotated[
        str | None,
        typer.Option(
            metavar="CODE", help="A region of that country, such as BY.", show_default=False
        ),
    ] = None,
    countries: Annotated[
        bool, typer.Option("--countries", help="List the known countries and regions.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """List the holidays and special days of a year. Give a calendar or a country."""
    from supportcli import clock
    from supportcli.desk.sla import calendars

    if sum((name is not None, country is not None, countries)) != 1 or (region and not country):
        raise UsageError(
            "Name either a calendar or a country.", "See: supportcli calendar holidays --help"
        )
    if countries:
        _list_countries(as_json=as_json)
        return
    wanted = year or clock.utc_now().year
    if country is not None:
        _list_days(
            calendars.days_off_in(country, region, wanted),
            f"No public holidays are known in {wanted}.",
            as_json=as_json,
        )
        return
    with desk_of(ctx) as desk:
        one = calendars.calendar(desk, name or "")
    _tell_years(one.calendar, wanted)
    _list_days(
        calendars.days_off(one.calendar, wanted),
        f"{one.history.name} has no holidays or special days in {wanted}.",
        as_json=as_json,
    )


def _tell_years(calendar: "Calendar", year: int) -> None:
    """Say if a list lacks the public holidays of a year because the calendar does not know them."""
    if calendar.country and not any(day.year == year for day in calendar.holidays):
        printing.warn(
            (
                f"The public holidays of {_place(calendar)} in {year} are not in "
                f"{calendar.name}: {_known(calendar)}."
            ),
            (
                "To look up later ones: supportcli calendar edit "
                f"{shlex.quote(calendar.name)} --country {calendar.country}"
            ),
        )


def _list_days(days: Iterable["DayOff"], empty: str, *, as_json: bool) -> None:
    from supportcli.desk.sla import calendar_json
    from supportcli.domain.sla.calendar_text import hours_text

    if as_json:
        for one in days:
            printing.emit(calendar_json.day_off(one))
        return
    printing.table(
        _DAYS,
        ((f"{one.day}", f"{one.day:%a}", hours_text(one.hours), one.name) for one in days),
        empty,
    )


def _list_countries(*, as_json: bool) -> None:
    from supportcli.desk.sla.public_holidays import list_countries

    found = list_countries()
    if as_json:
        for one in found:
            printing.emit({"code": one.code, "name": one.name, "regions": list(one.regions)})
        return
    printing.table(
        _COUNTRIES,
        ((one.code, one.name, ", ".join(one.regions)) for one in found),
        "No countries are known.",
    )


def _tell(one: "CalendarNow", *, as_json: bool) -> None:
    """Print everything about a calendar."""
    if as_json:
        from supportcli.desk.sla import calendar_json

        printing.emit(calendar_json.calendar(one))
        return
    now = _wall(one.now, one.calendar)
    _say("Calendar", [one.history.name])
    _say("Now", [f"{now:%a %Y-%m-%d} {_time(now)}, {_state(one)}"])
    _tell_what(one.calendar, one.now)
    _say("Versions", dict.fromkeys(_versions(one)))


def _tell_what(calendar: "Calendar", now: datetime) -> None:
    """Print what a calendar says; of its holidays only future ones."""
    from supportcli.domain.sla.calendar_text import own_day_text, week_text

    _say("Zone", [calendar.zone])
    _say("Week", week_text(calendar.week).split("; "))
    _say("Special", [own_day_text(own) for own in calendar.own] or ["none"])
    _say("Holidays", _holidays(calendar, now))


def _say(label: str, lines: Iterable[str]) -> None:
    for place, line in enumerate(lines):
        printing.say(f"{'' if place else label:<10}{line}")


def _holidays(calendar: "Calendar", now: datetime) -> Iterator[str]:
    """The country, and the next of its public holidays."""
    if not calendar.country:
        yield "none: no country"
        return
    today = _wall(now, calendar).date()
    yield f"{_place(calendar)}, {_known(calendar)}"
    for day, name in sorted((day, name) for day, name in calendar.holidays.items() if day >= today)[
        :_SOON
    ]:
        yield f"{day:%a %Y-%m-%d} {name}"


def _known(calendar: "Calendar") -> str:
    """The years whose public holidays a calendar knows."""
    years = sorted({day.year for day in calendar.holidays})
    return f"known from {years[0]} to {years[-1]}" if years else "of which none is known"


def _versions(one: "CalendarNow") -> Iterator[str]:
    """When each version starts, and the week of future ones. A version that was replaced before it
    counted for anything is left out."""
    from supportcli.domain.sla.calendar_text import week_text

    for version in {version.since: version for version in one.history.versions}.values():
        by = f", by {version.author}" if version.author else ""
        week = f": {week_text(version.calendar.week)}" if version.since > one.now else ""
        yield f"from {_moment(version.since, version.calendar)} on{by}{week}"


def _place(calendar: "Calendar") -> str:
    return " ".join(filter(None, (calendar.country, calendar.region)))


def _state(one: "CalendarNow") -> str:
    """Whether a calendar is open, and until when."""
    if one.until is None:
        return "always open" if one.is_open else "never open"
    until, now = _wall(one.until, one.calendar), _wall(one.now, one.calendar)
    day = (
        ""
        if until.date() == now.date()
        else f"{until:%a} "
        if until.date() - now.date() < timedelta(days=7)
        else f"{until:%Y-%m-%d} "
    )
    return f"{'open' if one.is_open else 'closed'} until {day}{_time(until)}"


def _moment(at: datetime, calendar: "Calendar") -> str:
    wall = _wall(at, calendar)
    return f"{wall:%Y-%m-%d} {_time(wall)}"


def _wall(at: datetime, calendar: "Calendar") -> datetime:
    """A moment in a calendar's time zone."""
    return at.astimezone(ZoneInfo(calendar.zone))


def _time(wall: datetime) -> str:
    return f"{wall.hour}:{wall:%M}"
