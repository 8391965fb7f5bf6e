"""Files of rows (CSV) and of lines (JSON Lines), read as streams: each row with the number of its
first line."""

import codecs
import csv
import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, TextIO

from supportcli.channels.files.archives import opened

_CHUNK = 1024 * 1024
_LONGEST_LINE = 256 * 1024 * 1024
_LONGEST_CELL = 64 * 1024 * 1024
_DELIMITERS = (",", ";", "\t")
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


class NotEncodedSo(Exception):
    """A file is not in the encoding it was said to have; `at` is the first byte that shows it."""

    def __init__(self, encoding: str, at: int) -> None:
        super().__init__(encoding)
        self.encoding = encoding
        self.at = at


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A row of a table: the number of its first line, its cells, and how many bytes of the file
    have been read. `trouble` says why there are no cells."""

    line: int
    cells: tuple[str, ...]
    read: int
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class JsonLine:
    """A line of a file, its number, and how many bytes of the file have been read."""

    number: int
    content: bytes
    read: int


def encoding_of(path: Path, said: str | None) -> str:
    """The encoding of a text: by its first bytes, else `said`, else UTF-8. Reads it to the end
    once: NotEncodedSo if it is in another one."""
    with opened(path) as (stream, _):
        begin = stream.read(3)
        encoding = next((name for mark, name in _MARKS if begin.startswith(mark)), said or "utf-8")
        decoder = codecs.getincrementaldecoder(encoding)()
        at, chunk = 0, begin
        try:
            while chunk:
                decoder.decode(chunk)
                at += len(chunk)
                chunk = stream.read(_CHUNK)
            decoder.decode(b"", final=True)
        except UnicodeError as error:
            raise NotEncodedSo(encoding, at + getattr(error, "start", 0)) from error
    return encoding


@contextmanager
def _text(path: Path, encoding: str) -> Iterator[tuple[TextIO, BinaryIO]]:
    with (
        opened(path) as (stream, file),
        io.TextIOWrapper(stream, encoding=encoding, newline="") as text,
    ):
        yield text, file


def headings(path: Path, encoding: str) -> SheetRow | None:
    """A table's first row; None if all are blank."""
    return next(read_rows(path, encoding), None)


def read_rows(path: Path, encoding: str) -> Iterator[SheetRow]:
    """The rows of a table, with the headings first; empty rows are left out. Quoted cells may
    contain line ends. The headings show which separator is used (comma, semicolon or tab)."""
    csv.field_size_limit(min(_LONGEST_CELL, sys.maxsize))
    with _text(path, encoding) as (text, file):
        delimiter = _delimiter(text)
        text.seek(0)
        lines = _Lines(text)
        reader = csv.reader(lines, delimiter=delimiter)
        while True:
            line = reader.line_num + 1
            try:
                cells = next(reader, None)
            except csv.Error as error:
                yield SheetRow(line, (), file.tell(), f"not a row: {error}")
                continue
            if cells is None:
                return
            if lines.ended:
                yield SheetRow(
                    line,
                    (),
                    file.tell(),
                    (
                        "not a row: a quotation mark in it is never closed, so it swallowed all "
                        "the rows after it"
                    ),
                )
            elif any(cell.strip() for cell in cells):
                yield SheetRow(line, tuple(cells), file.tell())


@dataclass(slots=True)
class _Lines:
    """The lines of a text. It notes if more were asked for than exist: within a row that happens
    only if its quotes stay open."""

    text: TextIO
    ended: bool = False

    def __iter__(self) -> Iterator[str]:
        yield from self.text
        self.ended = True


def _delimiter(text: TextIO) -> str:
    first = text.readline(_CHUNK)
    parted = {one: len(next(csv.reader([first], delimiter=one), [])) for one in _DELIMITERS}
    return max(_DELIMITERS, key=lambda one: parted[one])


def read_lines(path: Path) -> Iterator[JsonLine]:
    """The lines of a file that are not blank."""
    with opened(path) as (stream, file):
        number = 0
        while content := stream.readline(_LONGEST_LINE):
            number += 1
            if content.strip():
                yield JsonLine(number, content, file.tell())


def write_row(cells: list[str]) -> bytes:
    """A row as a line of a table (RFC 4180)."""
    text = io.StringIO()
    csv.writer(text).writerow(cells)
    return text.getvalue().encode("utf-8")
