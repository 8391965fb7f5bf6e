"""What the commands about policies share: their options, and how a policy is shown."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from supportcli.commands.options.completion import calendars, policies
from supportcli.commands.options.grouped import grouped

if TYPE_CHECKING:
    from supportcli.desk.sla.policies import PolicyNow, PolicyTexts
    from supportcli.domain.sla.policy_text import Terms

Which = Annotated[str, typer.Argument(metavar="NAME", help="The policy.", autocompletion=policies)]
When = Annotated[
    str | None,
    typer.Option(
        "--when",
        metavar="QUERY",
        help="Which tickets it is for, as in 'tag:vip priority:>=high'; '' is all.",
        show_default=False,
    ),
]
_GOALS = "4h, or 'urgent=1h high=4h 24h', or off"
FirstResponse = Annotated[
    str | None,
    typer.Option(
        "--first-response",
        metavar="GOALS",
        help=f"Until the first reply: {_GOALS}.",
        show_default=False,
    ),
]
NextResponse = Annotated[
    str | None,
    typer.Option(
        "--next-response", metavar="GOALS", help="Until each later reply.", show_default=False
    ),
]
FirstResolution = Annotated[
    str | None,
    typer.Option(
        "--first-resolution",
        metavar="GOALS",
        help="Until it is first solved.",
        show_default=False,
    ),
]
Resolution = Annotated[
    str | None,
    typer.Option(
        "--resolution",
        metavar="GOALS",
        help="Until it is solved; open time after reopening adds up.",
        show_default=False,
    ),
]
Calendar = Annotated[
    str | None,
    typer.Option(
        "--calendar",
        metavar="NAME",
        help="The calendar whose hours count; clock counts all hours.",
        show_default=False,
        autocompletion=calendars,
    ),
]
Pause = Annotated[
    str | None,
    typer.Option(
        "--pause",
        metavar="STATUS",
        help="Statuses that pause resolution: pending,on-hold or off.",
        show_default=False,
    ),
]
Warn = Annotated[
    str | None,
    typer.Option(
        "--warn",
        metavar="TIMES",
        help="Warn this long before a breach: 1h,15m or off.",
        show_default=False,
    ),
]
Position = Annotated[
    int | None,
    typer.Option(
        "--position",
        min=1,
        max=10_000,
        help="Its position among the policies, from 1.",
        show_default=False,
    ),
]
From = Annotated[
    str | None,
    typer.Option(
        "--from",
        metavar="DATE",
        help="Valid for targets that start then or later.",
        show_default=False,
    ),
]
To = Annotated[
    str | None,
    typer.Option(
        "--to",
        metavar="DATE",
        help="When it ends (a date, or never); no targets run under it after that.",
        show_default=False,
    ),
]


def _texts(
    *,
    when: When = None,
    first_response: FirstResponse = None,
    next_response: NextResponse = None,
    first_resolution: FirstResolution = None,
    resolution: Resolution = None,
    calendar: Calendar = None,
    pause: Pause = None,
    warn: Warn = None,
    position: Position = None,
    valid_from: From = None,
    valid_to: To = None,
) -> "PolicyTexts":
    """The options that make up a policy."""
    from supportcli.desk.sla.policies import PolicyTexts

    goals = (first_response, next_response, first_resolution, resolution)
    return PolicyTexts(when, *goals, calendar, pause, warn, position, valid_from, valid_to)


def with_terms(*left_out: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Replace a command's parameter `texts` by the options of `_texts`, but for those
    `left_out`."""
    return grouped("texts", _texts, *left_out)


def shape(policy: "PolicyNow") -> dict[str, Any]:
    """A policy as JSON: what it says now, and in all its versions."""
    from supportcli.desk.json_shapes import time

    return {
        "name": policy.name,
        "position": policy.position,
        "valid_from": time(policy.valid_from),
        "valid_to": time(policy.valid_to),
        **_says(policy.terms),
        "versions": [{"since": time(since), **_says(terms)} for since, terms in policy.versions],
    }


def _says(terms: "Terms") -> dict[str, Any]:
    from supportcli.domain.sla.policy_text import to_definition

    return to_definition(terms)


def cells(policy: "PolicyNow", now: datetime) -> tuple[str, ...]:
    """A policy as a row: its name, for whom, its goals (both of resolution in one cell), and
    whether it is valid."""
    from supportcli.domain.sla.policy import TargetKind
    from supportcli.domain.sla.policy_text import goals_text

    goals = {
        kind: "" if (text := goals_text(policy.terms.goals, kind)) == "off" else text
        for kind in TargetKind
    }
    first = (
        f"first {goals[TargetKind.FIRST_RESOLUTION]}" if goals[TargetKind.FIRST_RESOLUTION] else ""
    )
    resolution = "; ".join(filter(None, (first, goals[TargetKind.RESOLUTION])))
    responses = goals[TargetKind.FIRST_RESPONSE], goals[TargetKind.NEXT_RESPONSE]
    return (
        policy.name,
        policy.terms.when or "all tickets",
        *responses,
        resolution,
        _valid(policy, now),
    )


def _valid(policy: "PolicyNow", now: datetime) -> str:
    if policy.valid_to is not None:
        return f"{'until' if policy.valid_to > now else 'ended'} {policy.valid_to:%Y-%m-%d}"
    return "" if policy.valid_from <= now else f"from {policy.valid_from:%Y-%m-%d}"


def lines(policy: "PolicyNow") -> Iterator[str]:
    """A policy for a person: what it says now, and below it what it said before and will say."""
    valid = f"valid from {policy.valid_from:%Y-%m-%d %H:%M} UTC" + (
        f" to {policy.valid_to:%Y-%m-%d %H:%M} UTC" if policy.valid_to else ""
    )
    yield f"{policy.name}, number {policy.position}, {valid}"
    yield from _terms(policy.terms)
    for since, terms in dict(policy.versions).items():
        if terms is policy.terms:
            continue
        yield f"What started from {since:%Y-%m-%d %H:%M} UTC on:"
        yield from _terms(terms)


def _terms(terms: "Terms") -> Iterator[str]:
    from supportcli.domain.sla.policy import TargetKind
    from supportcli.domain.sla.policy_text import goals_text
    from supportcli.domain.text.durations import duration

    yield f"  {'for':<17} {terms.when or 'all tickets'}"
    for kind in TargetKind:
        if (goals := goals_text(terms.goals, kind)) != "off":
            yield f"  {kind.words:<17} {goals}"
    if terms.pauses:
        yield f"  {'paused while':<17} {', '.join(terms.pauses)}"
    if terms.warnings:
        yield f"  {'warning':<17} {', '.join(map(duration, terms.warnings))} before a breach"
