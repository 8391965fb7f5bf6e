"""Ticket numbers as people type them and as pipes bring them."""

import json
import re
import sys
from collections.abc import Iterable, Iterator
from typing import Annotated

import typer

from supportcli.commands.completion import ticket_numbers
from supportcli.errors import UsageError

Number = Annotated[
    str, typer.Argument(metavar="NUMBER", help="The ticket's number, as 12 or '#12'.", autocompletion=ticket_numbers, show_default=False)
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
DryRun = Annotated[bool, typer.Option("--dry-run", "-n", help="Only say which tickets it would be.")]

_SHOWN = 60
_NUMBER = re.compile(r"#?([0-9]{1,18})")


def one(typed: str) -> int:
    """A ticket number; UsageError where it is none."""
    found = _NUMBER.fullmatch(typed.strip())
    if not found or int(found[1]) == 0:
        raise UsageError(f"“{typed}” is no ticket number.", "Write it as 12 or '#12'; see the tickets with: supportcli ticket list")
    return int(found[1])


def several(typed: Iterable[str]) -> list[int]:
    """The numbers, each once, in the order given; `-` stands for the lines of standard input."""
    found = dict.fromkeys(number for word in typed for number in (_piped(sys.stdin) if word == "-" else [one(word)]))
    if not found:
        raise UsageError("No ticket number came through the pipe.", "Try: supportcli ticket list QUERY --json | supportcli ticket solve -")
    return list(found)


def _piped(lines: Iterable[str]) -> Iterator[int]:
    for place, line in enumerate(lines, 1):
        if text := line.strip():
            yield from _in_line(text, place)


def _in_line(text: str, place: int) -> Iterator[int]:
    """The numbers of a line: of an object as `--json` prints it, or of words."""
    try:
        if text.startswith("{"):
            yield one(str(json.loads(text)["number"]))
        else:
            yield from (one(word) for word in text.split())
    except (ValueError, KeyError, RecursionError, UsageError) as error:
        shown = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
        raise UsageError(f"Line {place} of the input holds no ticket number: {shown}", "Give one number a line, or the lines of --json.") from error
