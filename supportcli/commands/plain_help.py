"""How `--help` is written: without Python's names of types, which say nothing to who reads it."""

import re
from collections.abc import Sequence
from typing import Any

import typer
from typer._click.formatting import HelpFormatter  # Typer's bundled click has no public name

_TYPE = re.compile(r"(?P<name>.+) <(?P<type>[^<>]+)>")
_VALUES = {"str": "TEXT", "path": "FILE", "int range": "N"}
_RANGE = re.compile(r"(\d+)<=x<=(\d+)")
_MOST = 6
"""A limit with more digits is one of the machine's, and is left out."""


class PlainHelpFormatter(HelpFormatter):
    """Help in the words of the documents."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """The line of usage: what must be there stands alone, what may be there in [brackets]."""
        super().write_usage(prog, re.sub(r"[{}]", "", args), prefix)

    def write_dl(self, rows: Sequence[tuple[str, str]], *args: Any, **options: Any) -> None:  # noqa: ANN401  # as Typer calls it
        """A list of options, arguments or commands."""
        super().write_dl([(_named(name), _said(text)) for name, text in rows], *args, **options)


class PlainContext(typer.Context):
    """A call whose help is plain."""

    formatter_class: type[HelpFormatter] = PlainHelpFormatter


def _named(name: str) -> str:
    """An option with what it takes, or an argument alone."""
    found = _TYPE.fullmatch(name)
    if found is None:
        return name
    takes_value = re.match(r"-\w|--", name)
    value = _VALUES.get(found["type"], found["type"])
    return f"{found['name']} {value}" if takes_value else found["name"]


def _said(text: str) -> str:
    """A sentence with what follows it in brackets: the default, the range, “required”."""
    before, bracket, inside = text.removesuffix("]").rpartition("  [")
    if not bracket:
        return text
    parts = [said for part in inside.split("; ") if (said := _range(part))]
    return f"{before}  [{'; '.join(parts)}]" if parts else before


def _range(part: str) -> str:
    """A range of numbers in words; "" if it forbids only what nobody types."""
    if part == "x>=1":
        return ""
    found = _RANGE.fullmatch(part)
    if found is None:
        return part
    return f"{found[1]} to {found[2]}" if len(found[2]) <= _MOST else ""
