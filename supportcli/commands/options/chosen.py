"""The tickets that a verb is about: numbers, a pipe, or what a query finds. A query that finds
several changes none of them before somebody has seen which."""

import re
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from supportcli.commands.options import numbers
from supportcli.commands.options.completion import queries_or_numbers
from supportcli.commands.options.prompts import can_ask
from supportcli.errors import UsageError
from supportcli.terminal import clean

if TYPE_CHECKING:
    from supportcli.desk import Desk
    from supportcli.domain.tickets.ticket import TicketLine

Chosen = Annotated[
    list[str],
    typer.Argument(
        metavar="NUMBER|QUERY",
        help=(
            "Ticket numbers, or a query with terms such as tag:late; - reads numbers (or the "
            "lines of --json) from a pipe."
        ),
        autocompletion=queries_or_numbers,
        show_default=False,
    ),
]
Sure = Annotated[
    bool, typer.Option("--yes", "-y", help="Do not ask, even if a query finds several tickets.")
]

_TERM = re.compile(r"(?:^|[\s(-])[^\W\d_][\w-]*:")
_SHOWN = 50
"""So many tickets are named before a question; --dry-run names all."""


def is_query(typed: Sequence[str]) -> bool:
    """Whether somebody typed a query rather than numbers: words alone are none, since they may be
    numbers that were mistyped."""
    return any(_TERM.search(word) for word in typed)


def chosen(
    ctx: typer.Context,
    desk: "Desk",
    typed: Sequence[str],
    *,
    sure: bool,
    dry_run: bool = False,
    as_json: bool,
) -> list[int]:
    """The numbers of the tickets that a verb is given. Exit if there are none, or if a query finds
    several and nobody agreed; UsageError if nobody can be asked."""
    if not is_query(typed):
        return numbers.several(ctx, typed, as_json=as_json)
    from supportcli.desk.tickets import lists

    if "-" in typed:
        raise UsageError(
            "A query and a pipe cannot name tickets together.", "Give one or the other."
        )
    lines = list(lists.each_line(desk, " ".join(typed)))
    if not lines:
        sys.stderr.write("" if as_json else "No ticket matches; nothing was done.\n")
        raise typer.Exit
    if not dry_run:
        agree_to(lines, sure=sure)
    return [line.number for line in lines]


def agree_to(lines: Sequence["TicketLine"], *, sure: bool) -> None:
    """Say which tickets a query found, if they are several, and ask unless somebody is `sure`. Exit
    if they say no; UsageError if nobody can be asked."""
    if len(lines) < 2:  # noqa: PLR2004  # several
        return
    for line in lines[:_SHOWN]:
        sys.stderr.write(f"#{line.number}  {clean(line.subject or '(no subject)')}\n")
    if len(lines) > _SHOWN:
        sys.stderr.write(f"and {len(lines) - _SHOWN} more: see all with --dry-run.\n")
    if sure:
        return
    if not can_ask():
        raise UsageError(
            f"The query finds {len(lines)} tickets, and there is no terminal to ask at. Nothing "
            "was done.",
            "Look at them with --dry-run, then add --yes.",
        )
    if not typer.confirm(f"Change these {len(lines)} tickets?", err=True):
        sys.stderr.write("Nothing was done.\n")
        raise typer.Exit
