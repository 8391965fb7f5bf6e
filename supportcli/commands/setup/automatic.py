"""`supportcli mailbox acknowledge|out-of-office`: what a mailbox answers by itself."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from supportcli.commands.command_group import examples
from supportcli.commands.options import periods
from supportcli.commands.options.completion import calendars, shortcuts
from supportcli.commands.options.location import desk_of
from supportcli.commands.output import printing
from supportcli.commands.output.printing import AsJson
from supportcli.commands.setup.mailbox_options import Which
from supportcli.domain.mailbox import AutomaticKind, AutomaticRule, Mailbox, WhenOpen
from supportcli.domain.text.durations import duration, seconds_of
from supportcli.errors import UsageError

if TYPE_CHECKING:
    from supportcli.desk.setup.automatic import AutomaticWish

app = typer.Typer(rich_markup_mode=None)

Response = Annotated[
    str | None,
    typer.Argument(
        metavar="SHORTCUT",
        help="The canned response to answer with.",
        autocompletion=shortcuts,
        show_default=False,
    ),
]
When = Annotated[
    WhenOpen, typer.Option(help="Only while the team is open, or only while it is closed.")
]
CalendarName = Annotated[
    str,
    typer.Option(
        "--calendar",
        metavar="NAME",
        help="The calendar with the opening hours, if the desk has several.",
        autocompletion=calendars,
        show_default=False,
    ),
]
Every = Annotated[str, typer.Option(metavar="24h", help="Nobody gets it twice within this time.")]
DomainLimit = Annotated[
    int,
    typer.Option(
        min=1,
        max=1000,
        metavar="N",
        help="How many people at one domain get it within a day, but for public providers.",
    ),
]
_SAYING_HOW = frozenset({"when", "calendar", "every", "domain_limit", "from_", "until"})

Off = Annotated[bool, typer.Option("--off", help="Switch it off.")]


@app.command(
    epilog=examples(
        "supportcli mailbox acknowledge help@shop.example received",
        "supportcli mailbox acknowledge help@shop.example out-of-hours --when closed",
        "supportcli mailbox acknowledge help@shop.example --off",
    )
)
def acknowledge(
    ctx: typer.Context,
    address: Which,
    shortcut: Response = None,
    *,
    when: When = WhenOpen.ALWAYS,
    calendar: CalendarName = "",
    every: Every = "24h",
    domain_limit: DomainLimit = 10,
    off: Off = False,
    as_json: AsJson = False,
) -> None:
    """Acknowledge new tickets with a canned response.

    It is in the customer's language, if the response has it. Programs, lists, bounces, forged, held
    and old email get no automatic answer, and nobody gets two within a day; `mail why` tells the
    reason. It leaves with the same sync, and counts as no reply: status and clocks stay as they
    are."""
    from supportcli.desk.setup.automatic import AutomaticWish

    kind = AutomaticKind.ACKNOWLEDGEMENT
    _refuse_both(ctx, shortcut, off=off)
    wish = None
    if shortcut is not None:
        wish = AutomaticWish(kind, shortcut, when, calendar, every=_time(every))
    _carry_out(ctx, address, kind, wish, domain_limit, as_json=as_json)


@app.command(
    "out-of-office",
    epilog=examples(
        "supportcli mailbox out-of-office help@shop.example away --until 2027-01-02",
        "supportcli mailbox out-of-office help@shop.example away \\",
        "    --from '2026-12-24 12:00' --until 2027-01-02 --every 3d",
        "supportcli mailbox out-of-office help@shop.example --off",
    ),
)
def out_of_office(
    ctx: typer.Context,
    address: Which,
    shortcut: Response = None,
    *,
    from_: Annotated[
        str | None,
        typer.Option(
            "--from", metavar="TIME", help="When it begins. Default: now.", show_default=False
        ),
    ] = None,
    until: Annotated[
        str | None,
        typer.Option(
            "--until",
            metavar="TIME",
            help="When it ends; a day without a time means its end.",
            show_default=False,
        ),
    ] = None,
    every: Every = "7d",
    domain_limit: DomainLimit = 10,
    off: Off = False,
    as_json: AsJson = False,
) -> None:
    """Answer each email while nobody is in the office.

    The answer is a canned response. TIME is a date, a date and a time, or plain words, as in
    2026-12-24, '2026-12-24 12:00' or 'friday 17:00'. Meanwhile no new ticket is acknowledged. Who
    gets no automatic answer is the same as for `mailbox acknowledge`."""
    from supportcli.clock import utc_now
    from supportcli.desk.setup.automatic import AutomaticWish

    kind = AutomaticKind.OUT_OF_OFFICE
    _refuse_both(ctx, shortcut, off=off)
    now = utc_now()
    begins, ends = periods.beginning(from_, now), periods.end(until, now)
    wish = None
    if shortcut is not None:
        wish = AutomaticWish(kind, shortcut, begins=begins, ends=ends, every=_time(every))
    _carry_out(ctx, address, kind, wish, domain_limit, as_json=as_json)


def _refuse_both(ctx: typer.Context, shortcut: str | None, *, off: bool) -> None:
    """UsageError unless either a response is named, or it is switched off and nothing else said."""
    if shortcut is None and not off:
        raise UsageError(
            "Say which canned response to answer with, or --off.",
            "See them with: supportcli canned list",
        )
    besides = [*([shortcut] if shortcut else []), *_given(ctx)]
    if off and besides:
        raise UsageError(
            f"--off takes nothing else: leave out {' and '.join(besides)}.",
            f"Without --off it is changed; see: supportcli mailbox {ctx.command.name} --help",
        )


def _given(ctx: typer.Context) -> list[str]:
    """The options that somebody typed, which say how to answer."""
    typed = []
    for one in ctx.command.params:
        source = ctx.get_parameter_source(one.name or "")
        if source is not None and source.name == "COMMANDLINE" and one.name in _SAYING_HOW:
            typed.append(one.opts[0])
    return typed


def _carry_out(
    ctx: typer.Context,
    address: str,
    kind: AutomaticKind,
    wish: "AutomaticWish | None",
    domain_limit: int,
    *,
    as_json: bool,
) -> None:
    """Switch an automatic answer on or off, and say what holds now."""
    from supportcli.desk.setup import automatic, setup_json

    with desk_of(ctx) as desk:
        if wish is None:
            box = automatic.switch_off(desk, address, kind)
        else:
            box = automatic.switch_on(desk, address, replace(wish, domain_limit=domain_limit))
    if as_json:
        printing.emit(setup_json.mailbox(box))
        return
    what = "; and ".join(answers(box)) or "nothing"
    printing.say(f"{box.address} answers by itself: {what}.")


def say(box: Mailbox, faults: Mapping[AutomaticKind, str]) -> None:
    """Show what a mailbox answers by itself, and why it cannot."""
    for rule in box.automatic:
        printing.say(f"Answers   {_answer(rule)}")
        if why := faults.get(rule.kind):
            change = f"supportcli mailbox {rule.kind.command} {box.address} SHORTCUT"
            printing.say(f"          but it cannot be written: {why}; {change}")


def answers(box: Mailbox) -> list[str]:
    """What a mailbox answers by itself, in words."""
    return [_answer(one) for one in box.automatic]


def _answer(one: AutomaticRule) -> str:
    """“each new ticket with “received”, while the calendar office is closed, nobody twice within
    24h”."""
    is_new = one.kind is AutomaticKind.ACKNOWLEDGEMENT
    said = [f"{'each new ticket' if is_new else 'each email'} with “{one.response}”"]
    if one.when is not WhenOpen.ALWAYS:
        said.append(f"while the calendar {one.calendar} is {one.when.value}")
    if one.begins is not None:
        said.append(f"from {one.begins.astimezone():%Y-%m-%d %H:%M}")
    if one.ends is not None:
        said.append(f"until {one.ends.astimezone():%Y-%m-%d %H:%M}")
    said.append(f"nobody twice within {duration(int(one.every.total_seconds()))}")
    return ", ".join(said)


def _time(typed: str) -> timedelta:
    return timedelta(seconds=seconds_of(typed))
