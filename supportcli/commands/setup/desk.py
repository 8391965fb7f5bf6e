"""`supportcli desk`: the desk itself, and its rules."""

import re
from typing import TYPE_CHECKING, Annotated

import typer

from supportcli.commands.command_group import examples, noun
from supportcli.commands.options.location import desk_of
from supportcli.commands.output import printing
from supportcli.commands.output.printing import AsJson
from supportcli.domain.text.durations import seconds_of
from supportcli.errors import UsageError
from supportcli.errors.setup import ClosingInvalid
from supportcli.errors.sla import DurationInvalid

if TYPE_CHECKING:
    from supportcli.desk.setup.desk_info import About

app = noun("The desk itself: where it is, and when its tickets close.")

NEVER = "never"
NONE = "none"
_DAY = 86_400


@app.command(
    epilog=examples("supportcli desk show", "supportcli desk show --json | jq .close_after_days")
)
def show(ctx: typer.Context, as_json: AsJson = False) -> None:
    """Show the desk: its database, what is in it, and its rules."""
    from supportcli.desk.setup import desk_info

    with desk_of(ctx) as desk:
        _tell(desk_info.about(desk), as_json=as_json)


@app.command(
    epilog=examples(
        "supportcli desk edit --close-after 28d",
        "supportcli desk edit --close-after never",
        "supportcli desk edit --flood-limit 20",
    )
)
def edit(
    ctx: typer.Context,
    *,
    close_after: Annotated[
        str | None,
        typer.Option(
            metavar="28d|never",
            help="When a solved ticket closes; a later answer then opens a new one.",
            show_default=False,
        ),
    ] = None,
    flood_limit: Annotated[
        str | None,
        typer.Option(
            metavar="5|none",
            help="How many tickets one sender may open in an hour; further email is held.",
            show_default=False,
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Change the desk's rules. It takes effect for everybody at once."""
    from supportcli.desk.setup import desk_info

    if close_after is None and flood_limit is None:
        raise UsageError(
            "You did not say what to change.",
            "Give a rule, as in: supportcli desk edit --close-after 28d",
        )
    days = _days(close_after) if close_after is not None else None
    limit = _limit(flood_limit) if flood_limit is not None else None
    with desk_of(ctx) as desk:
        if close_after is not None:
            desk_info.close_after(desk, days)
        if flood_limit is not None:
            desk_info.most_opened(desk, limit)
        _tell(desk_info.about(desk), as_json=as_json)


def _limit(typed: str) -> int | None:
    """A number of tickets, at least 1; None for any number. UsageError if it is neither."""
    word = typed.strip().lower()
    if word == NONE:
        return None
    if not re.fullmatch(r"[1-9][0-9]{0,4}", word, re.ASCII):
        raise UsageError(
            f"“{typed}” is not a number of tickets; nothing was changed.",
            "Give a number such as 5, or none.",
        )
    return int(word)


def _days(typed: str) -> int | None:
    """Whole days, in days or weeks; None for never. ClosingInvalid if it is neither."""
    if typed.strip().lower() == NEVER:
        return None
    try:
        days, rest = divmod(seconds_of(typed), _DAY)
    except DurationInvalid as error:
        raise ClosingInvalid(typed) from error
    if rest:
        raise ClosingInvalid(typed)
    return days


def _tell(one: "About", *, as_json: bool) -> None:
    from supportcli.desk.setup import setup_json

    if as_json:
        printing.emit(setup_json.about(one))
        return
    has = [
        _counted(one.agents, "agent"),
        _counted(one.mailboxes, "mailbox", "es"),
        _counted(one.tickets, "ticket"),
    ]
    printing.say(f"Desk     {one.place}")
    printing.say(f"Created  {one.founded_at.astimezone():%Y-%m-%d %H:%M}")
    printing.say(f"Has      {', '.join(has)}")
    printing.say(f"Floods   {_floods(one)}")
    printing.say(f"Closes   {_closes(one)}")


def _closes(one: "About") -> str:
    if one.close_after is None:
        return "no ticket; an answer reopens a solved one, however late it comes"
    return (
        f"a ticket {_counted(one.close_after.days, 'day')} after it was solved; a later answer "
        "opens a new, linked ticket"
    )


def _floods(one: "About") -> str:
    if one.most_opened is None:
        return "are let in; a sender may open any number of tickets"
    return f"are held; a sender may open {_counted(one.most_opened, 'ticket')} in an hour"


def _counted(count: int, what: str, plural: str = "s") -> str:
    return f"{count:,} {what}{'' if count == 1 else plural}"
