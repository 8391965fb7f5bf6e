"""Ticket numbers as people type them and as pipes bring them."""

import json
import re
import sys
from collections.abc import Iterable, Iterator
from typing import Annotated

import typer

from supportcli.commands.options.completion import ticket_numbers
from supportcli.errors import UsageError

Number = Annotated[
    str,
    typer.Argument(
        metavar="NUMBER",
        help="The ticket's number, as 12 or '#12'.",
        autocompletion=ticket_numbers,
        show_default=False,
    ),
]
Numbers = Annotated[
    list[str],
    typer.Argument(
        metavar="NUMBER",
        help="Ticket numbers; - reads them (or the lines of --json) from a pipe.",
        autocompletion=ticket_numbers,
        show_default=False,
    ),
]
DryRun = Annotated[
    bool, typer.Option("--dry-run", "-n", help="Only show which tickets would change.")
]

_SHOWN = 60
_NUMBER = re.compile(r"#?([1-9][0-9]{0,17})")


def one(typed: str) -> int:
    """A ticket number; UsageError if it is not one."""
    found = _NUMBER.fullmatch(typed.strip())
    if not found:
        raise UsageError(
            f"“{typed}” is not a ticket number.",
            "Write it as 12 or '#12'; list the tickets with: supportcli ticket list",
        )
    return int(found[1])


def several(ctx: typer.Context, typed: Iterable[str], *, as_json: bool) -> list[int]:
    """The numbers, each once, in the order given; `-` stands for the lines of standard input. If
    nothing comes in there is nothing to do, and the command succeeds."""
    found = dict.fromkeys(
        number
        for word in typed
        for number in (_piped(sys.stdin, ctx.info_name) if word == "-" else [one(word)])
    )
    if not found:
        sys.stderr.write(
            "" if as_json else "No ticket numbers came through the pipe; nothing was done.\n"
        )
        raise typer.Exit
    return list(found)


def _piped(lines: Iterable[str], verb: str | None) -> Iterator[int]:
    """The numbers in all lines; UsageError if there are lines without numbers."""
    place, blank = 0, True
    for place, line in enumerate(lines, 1):
        if text := line.strip():
            blank = False
            yield from _in_line(text, place)
    if place and blank:
        raise UsageError(
            "No ticket number came through the pipe.",
            f"Try: supportcli ticket list QUERY --json | supportcli ticket {verb} -",
        )


def _in_line(text: str, place: int) -> Iterator[int]:
    """The numbers in a line: in an object as `--json` prints it, or in words."""
    try:
        if text.startswith("{"):
            yield one(str(json.loads(text)["number"]))
        else:
            yield from (one(word) for word in text.split())
    except (ValueError, KeyError, RecursionError, UsageError) as error:
        shown = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
        raise UsageError(
            f"Line {place} of the input has no ticket number: {shown}",
            "Give one number per line, or the lines of --json.",
        ) from error
