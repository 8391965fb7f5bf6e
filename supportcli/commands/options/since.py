"""How far back a command looks: a number of days, or a date."""

import re
from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer

from supportcli.errors import UsageError

Since = Annotated[
    str | None,
    typer.Option(
        "--since",
        metavar="30d|DATE",
        help="Count only from then on, as in 30d or 2026-01-31.",
        show_default=False,
    ),
]

_DAYS = re.compile(r"([0-9]{1,5})d")


def since_of(typed: str | None, now: datetime) -> datetime | None:
    """The moment that somebody typed; UsageError if it is not one. A date begins at midnight in
    this machine's zone."""
    if typed is None:
        return None
    if days := _DAYS.fullmatch(typed.strip()):
        return now - min(timedelta(days=int(days[1])), now - datetime.min.replace(tzinfo=UTC))
    try:
        return datetime.strptime(typed.strip(), "%Y-%m-%d").astimezone()
    except (ValueError, OverflowError) as error:
        raise UsageError(
            f"“{typed}” is neither a number of days nor a date.", "Write it as 30d or 2026-01-31."
        ) from error
