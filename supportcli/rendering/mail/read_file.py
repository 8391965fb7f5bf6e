"""A file that a customer sent, as text to read: a table as columns, everything else as it is."""

import csv
from collections.abc import Iterator
from itertools import islice
from pathlib import PurePath

from supportcli.domain.mail import Attachment
from supportcli.domain.text.sizes import size
from supportcli.rendering.ink import Ink, Spans, shortened, width_of
from supportcli.rendering.wrap import wrapped
from supportcli.terminal import clean

MOST_LINES = 5_000
"""The most lines that are shown; a file that is longer is for a pager."""

_LARGEST = 4_000_000
_TYPES = frozenset({"application/json", "application/xml", "application/x-yaml", "message/rfc822"})
_SUFFIXES = frozenset(
    {"conf", "csv", "eml", "ics", "json", "log", "md", "py", "sh", "sql", "txt", "vcf", "xml"}
    | {"yaml", "yml"}
)
_WIDEST_CELL = 40


def is_text(name: str, file: Attachment) -> bool:
    """Whether a file can be read as text, by its type or its suffix. HTML is for
    browsers."""
    if file.size > _LARGEST or file.type == "text/html":
        return False
    suffix = PurePath(name).suffix.lower().lstrip(".")
    return file.type.startswith("text/") or file.type in _TYPES or suffix in _SUFFIXES


def page(file: Attachment, content: bytes, width: int) -> Iterator[Spans]:
    """The file in lines of at most `width` cells."""
    name = clean(file.name) or "unnamed"
    text = _decoded(content)
    is_table = file.type == "text/csv" or name.lower().endswith(".csv")
    lines = _table(text) if is_table else iter(clean(text, lines=True).expandtabs(4).split("\n"))
    yield from _headed((name, size(file.size)), lines, width, "save it to read the rest")


def printed(title: tuple[str, str], text: str, width: int) -> Iterator[Spans]:
    """What a program printed, clean, in lines of at most `width` cells."""
    yield from _headed(title, iter(text.split("\n")), width, "only this much is shown")


def _headed(title: tuple[str, str], lines: Iterator[str], width: int, rest: str) -> Iterator[Spans]:
    """Lines below a title and what is said of it."""
    yield ((f" {shortened(title[0], width - 20)}", Ink.STRONG), (f"  {title[1]}", Ink.DIM))
    yield ()
    body = (
        piece for line in lines for piece in (wrapped(line, max(width - 2, 1)) if line else ("",))
    )
    yield from (((f" {piece}", Ink.TEXT),) for piece in islice(body, MOST_LINES))
    if next(body, None) is not None:
        yield (("", Ink.TEXT),)
        yield ((f" … it goes on: {rest}", Ink.DIM),)


def _decoded(content: bytes) -> str:
    """UTF-8 if it is that, else Windows' western characters, which read most of the rest."""
    try:
        return content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace").replace("\r\n", "\n")


def _table(text: str) -> Iterator[str]:
    """The rows of a table, its columns below each other."""
    try:
        dialect: type[csv.Dialect] | str = csv.Sniffer().sniff(text[:4096], ",;\t|")
    except csv.Error:
        dialect = "excel"
    try:
        read = csv.reader(text.splitlines(), dialect)
        rows = [[_cell(cell) for cell in row] for row in islice(read, MOST_LINES)]
    except csv.Error:
        yield from clean(text, lines=True).split("\n")
        return
    many = max(map(len, rows), default=0)
    widths = [
        max((width_of(row[at]) for row in rows if at < len(row)), default=0) for at in range(many)
    ]
    for row in rows:
        yield "  ".join(
            cell + " " * (wide - width_of(cell)) for cell, wide in zip(row, widths, strict=False)
        ).rstrip()


def _cell(text: str) -> str:
    return shortened(clean(" ".join(text.split())), _WIDEST_CELL)
