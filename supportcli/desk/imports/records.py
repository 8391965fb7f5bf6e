"""Tickets from tables and exports: each row or line is checked, then written with everything that
belongs to it in one transaction.

A row or a line is known by its name in its source.

What is here already, from this file or another, or because the desk itself once exported it, is
skipped; so a stopped import continues when it is started again."""

import codecs
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from itertools import islice
from pathlib import Path

from sqlmodel import Session

from supportcli.channels.files import sheets
from supportcli.desk import Desk
from supportcli.desk.exports.jsonl import record_of_line
from supportcli.desk.gestures import authorize
from supportcli.desk.imports.archives import (
    ImportOptions,
    ImportProgress,
    ImportResult,
    ImportStep,
    NotTaken,
    Watch,
)
from supportcli.desk.imports.recording import TicketImporter
from supportcli.domain.imports.records import (
    HEADINGS,
    Record,
    RowRefused,
    guess,
    missing,
    record_of,
    unshielded,
)
from supportcli.domain.mailbox import Mailbox
from supportcli.domain.people import Action
from supportcli.domain.text.words import nearest
from supportcli.errors import UsageError
from supportcli.errors.files import ArchiveUnreadable, ColumnsInvalid
from supportcli.storage import imports
from supportcli.storage.mail.mails import FromFile
from supportcli.storage.setup import fields, mailboxes, teams
from supportcli.storage.tickets import people

_BATCH = 100
"""Rows of one transaction."""


class SheetKind(StrEnum):
    """The files of tickets that can be read."""

    CSV = "csv"
    JSONL = "jsonl"


@dataclass(frozen=True, slots=True)
class SheetSource:
    """A file to read, and how. `name` is the source of its numbers: two help desks that both have a
    ticket 12 need two names.

    `columns` maps fields of a table to headings; `dates` is the format of its dates (strptime), by
    default ISO 8601. `keep_numbers`: a ticket keeps its number if that is free."""

    kind: SheetKind
    path: Path
    name: str
    columns: Mapping[str, str] = field(default_factory=dict)
    encoding: str | None = None
    dates: str | None = None
    keep_numbers: bool = False


@dataclass(frozen=True, slots=True)
class _Found:
    """A row or a line: its place, its ticket, or why it has none."""

    line: int
    read: int
    record: Record | None = None
    reason: str = ""


def columns_of(path: Path, encoding: str | None) -> tuple[tuple[str, ...], dict[str, str]]:
    """The headings of a table, and what they seem to mean (field → heading). ArchiveUnreadable if
    it is not a table."""
    size = _size_of(path)
    first = sheets.headings(path, encoding_of(path, encoding)) if size else None
    if first is None or first.trouble:
        what = "names no columns: " + (
            "a quotation mark in its first row is never closed"
            if first
            else "all its rows are blank"
        )
        raise ArchiveUnreadable(
            str(path), what if size else "is empty", "The first row of a table names its columns."
        )
    headings = tuple(unshielded(cell) for cell in first.cells)
    return headings, guess(headings)


def check_columns(path: Path, headings: Sequence[str], columns: Mapping[str, str]) -> None:
    """Raise ColumnsInvalid if a field or a heading does not exist, or a column is missing."""
    for name, heading in columns.items():
        if name not in HEADINGS:
            raise ColumnsInvalid(
                str(path),
                f"“{name}” is not a field of a ticket",
                f"Fields: {' '.join(HEADINGS)}",
                nearest(name, HEADINGS),
            )
        if heading not in headings:
            hint = f"Its columns: {', '.join(headings)}"
            near = nearest(heading, headings)
            raise ColumnsInvalid(str(path), f"it has no column “{heading}”", hint, near)
    if lacking := missing(columns):
        hint = (
            f"Choose it with --map, as in --map '{lacking[0].split()[0]}=Column'. Its columns: "
            f"{', '.join(headings)}"
        )
        raise ColumnsInvalid(
            str(path), f"it is not clear which column is the {' and the '.join(lacking)}", hint
        )


def import_table(
    desk: Desk, table: SheetSource, mailbox: Mailbox | None, wish: ImportOptions, watch: Watch
) -> ImportResult:
    """Import the tickets of a file; `mailbox` is for tickets that name none of this desk.

    ArchiveUnreadable or ColumnsInvalid before anything is written, NotAllowed if my role may not
    set up the desk."""
    with desk.db.read() as tx:
        authorize(desk.me(tx), Action.SET_UP)
        boxes = {box.address: box.id for box in mailboxes.mailboxes(tx)}
        team = {name: one for one in people.agents(tx) for name in (one.address, one.name.lower())}
        there, asked = teams.teams(tx), fields.fields(tx)
        taken = imports.highest_number(tx) > 0
    recorder = TicketImporter(
        boxes,
        team,
        mailbox.id if mailbox else None,
        FromFile(wish.open_since, wish.status),
        keep_numbers=table.keep_numbers,
        teams=there,
        fields=asked,
    )
    run = _SheetRun(table.name, str(table.path), recorder, watch)
    total, found = _size(table), _found(desk, table)
    if table.keep_numbers and taken:
        recorder.highest = max(
            (one.record.number or 0 for one in _found(desk, table) if one.record is not None),
            default=0,
        )
    while batch := list(islice(found, _BATCH)):
        _take(desk, run, run.put_off(batch), rehearse=wish.rehearse)
        watch.progress(ImportProgress(ImportStep.READING, batch[-1].read, total))
    for some in run.merged():
        _take(desk, run, some, rehearse=wish.rehearse)
    run.done.strangers, run.done.renumbered = recorder.strangers, recorder.renumbered
    run.done.absent = recorder.absent
    return run.done


def _take(desk: Desk, run: "_SheetRun", batch: Sequence[_Found], *, rehearse: bool) -> None:
    if rehearse:
        with desk.db.read() as tx:
            run.rehearse(tx, batch)
    else:
        with desk.db.write() as tx:
            run.take(tx, batch, desk.now())


def _size(table: SheetSource) -> int:
    size = _size_of(table.path)
    if not size:
        raise ArchiveUnreadable(str(table.path), "is empty", "Choose a file with tickets in it.")
    if table.kind is SheetKind.JSONL:
        _first_line(table.path)
    return size


def _size_of(path: Path) -> int:
    """The size of a file in bytes; ArchiveUnreadable if it is not a file, such as a pipe, on which
    we would wait forever."""
    try:
        size = path.stat().st_size
    except OSError as error:
        raise _unreadable(path, error) from error
    if not path.is_file():
        raise ArchiveUnreadable(str(path), "is not a file", "Choose a file.")
    return size


def _first_line(path: Path) -> None:
    """Raise ArchiveUnreadable if a file does not begin with a JSON object."""
    try:
        first = next(sheets.read_lines(path), None)
        json.loads(first.content if first else b"")["messages"]
    except (OSError, EOFError) as error:
        raise _unreadable(path, error) from error
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise ArchiveUnreadable(
            str(path),
            "is not an export: its first line is not a ticket",
            "Make one with: supportcli export jsonl",
        ) from error


def _unreadable(path: Path, error: Exception) -> ArchiveUnreadable:
    return ArchiveUnreadable(
        str(path), f"cannot be read: {getattr(error, 'strerror', None) or error}", "Choose a file."
    )


def encoding_of(path: Path, said: str | None) -> str:
    """The encoding of a table, `said` if it does not show it. UsageError for an encoding that there
    is not; ArchiveUnreadable."""
    try:
        " ".encode(said or "utf-8")  # LookupError for codecs that do not encode text: rot13, base64
        return sheets.encoding_of(path, codecs.lookup(said).name if said else None)
    except (LookupError, UnicodeError) as error:
        raise UsageError(
            f"“{said}” is not an encoding; nothing was imported.",
            "Use one such as utf-8, cp1252 or latin-1.",
        ) from error
    except sheets.NotEncodedSo as error:
        hint = "Say which encoding it has: --encoding cp1252 (Windows), latin-1, mac_roman …"
        raise ArchiveUnreadable(
            str(path), f"is not text in {error.encoding}: see byte {error.at:,}", hint
        ) from error
    except (OSError, EOFError) as error:
        raise _unreadable(path, error) from error


def _found(desk: Desk, table: SheetSource) -> Iterator[_Found]:
    return _rows(desk, table) if table.kind is SheetKind.CSV else _lines(table)


def _rows(desk: Desk, table: SheetSource) -> Iterator[_Found]:
    """The rows of a table below its headings."""
    rows = sheets.read_rows(table.path, encoding_of(table.path, table.encoding))
    headings = [unshielded(cell) for cell in next(rows).cells]
    places = {name: headings.index(heading) for name, heading in table.columns.items()}
    for row in rows:
        if row.trouble or len(row.cells) > len(headings):
            yield _Found(
                row.line,
                row.read,
                reason=row.trouble
                or f"not a row: it has {len(row.cells)} cells, but there are {len(headings)} "
                "columns",
            )
            continue
        cells = {
            name: unshielded(row.cells[place])
            for name, place in places.items()
            if place < len(row.cells)
        }
        name = hashlib.sha256(json.dumps(row.cells).encode()).hexdigest()
        try:
            yield _Found(row.line, row.read, record_of(cells, name, table.dates, desk.now()))
        except RowRefused as error:
            yield _Found(row.line, row.read, reason=error.reason)


def _lines(table: SheetSource) -> Iterator[_Found]:
    """The lines of an export."""
    for line in sheets.read_lines(table.path):
        try:
            yield _Found(line.number, line.read, record_of_line(line.content))
        except RowRefused as error:
            yield _Found(line.number, line.read, reason=error.reason)


@dataclass(slots=True)
class _SheetRun:
    """A running import from the source `name`. `seen` (each with its customer) and `written` are
    the names and messages met in a rehearsal; a real import would find them at the desk.

    `places` are the tickets here by their numbers in the file, in a rehearsal by any; `later` the
    merged ones, which are written when the tickets are there that they name."""

    name: str
    file: str
    recorder: TicketImporter
    watch: Watch
    done: ImportResult = field(default_factory=ImportResult)
    seen: dict[str, str] = field(default_factory=dict)
    written: set[tuple[str, datetime]] = field(default_factory=set)
    places: dict[int, int] = field(default_factory=dict)
    later: list[_Found] = field(default_factory=list)

    def put_off(self, batch: Sequence[_Found]) -> list[_Found]:
        """The tickets of a batch that are not merged; the others are put off."""
        later = [one for one in batch if self._into(one)]
        self.later += later
        return [one for one in batch if not self._into(one)]

    def merged(self) -> Iterator[list[_Found]]:
        """What was put off, in batches: those first whose other ticket is there. What names none
        that came with it is refused."""
        left = self.later
        while left:
            ready = [one for one in left if self._into(one) in self.places]
            if not ready:
                break
            left = [one for one in left if self._into(one) not in self.places]
            for start in range(0, len(ready), _BATCH):
                yield ready[start : start + _BATCH]
        for one in left:
            self.done.read += 1
            self._refuse(one, f"it was merged into #{self._into(one)}, which did not come with it")

    @staticmethod
    def _into(found: _Found) -> int:
        return (found.record.merged_into if found.record else None) or 0

    def take(self, tx: Session, batch: Sequence[_Found], now: datetime) -> None:
        """Write the tickets of a batch, and count them."""
        for record, ticket in self._news(tx, batch):
            if ticket is None:
                made = self._open(tx, record, now)
                imports.note(tx, self.name, _ticket(record), made)
                imports.note(tx, self.name, _row(record), made)
                self.done.new_tickets += 1
                self.done.messages += max(len(record.entries) - 1, 0)
            else:
                self.recorder.add(tx, ticket, record)
                imports.note(tx, self.name, _row(record), ticket)
                self.done.messages += 1

    def _open(self, tx: Session, record: Record, now: datetime) -> int:
        if record.merged_into is not None:
            made = self.recorder.open_merged(tx, record, self.places[record.merged_into], now)
        else:
            made = self.recorder.open(tx, record, now)
        self._placed(record, made)
        return made

    def _placed(self, record: Record, ticket: int) -> None:
        if record.number is not None and record.key == record.row:  # a line is a ticket
            self.places[record.number] = ticket

    def rehearse(self, tx: Session, batch: Sequence[_Found]) -> None:
        """Count what a batch would bring."""
        for record, ticket in self._news(tx, batch):
            opens = ticket is None and _ticket(record) not in self.seen
            self.seen |= dict.fromkeys((_row(record), _ticket(record)), record.customer.address)
            self.written |= _written(record)
            self.recorder.foresee(record, opens=opens)
            self._placed(record, record.number or 0)
            self.done.new_tickets += opens
            self.done.messages += max(len(record.entries) - opens, 0)
            self.done.dated(record.created_at)

    def _news(self, tx: Session, batch: Sequence[_Found]) -> Iterator[tuple[Record, int | None]]:
        """The records of a batch that are not here yet, each with the ticket it continues; the
        others are counted."""
        for found in batch:
            self.done.read += 1
            if found.record is None:
                self._refuse(found, found.reason)
                continue
            try:
                here, ticket = self._standing(tx, found.record)
                self.recorder.check(found.record)
            except RowRefused as error:
                self._refuse(found, error.reason)
                continue
            if not here:
                yield found.record, ticket
                continue
            self.done.here += 1
            if ticket is not None:
                self._placed(found.record, ticket)

    def _refuse(self, found: _Found, reason: str) -> None:
        self.done.refuse(self.watch, NotTaken(self.file, f"line {found.line:,}", reason))

    def _standing(self, tx: Session, record: Record) -> tuple[bool, int | None]:
        """Whether a record is here already, and the ticket it is, or continues."""
        written = _written(record)
        known = imports.ticket_of(tx, self.name, _row(record))
        if (
            known is not None
            or _row(record) in self.seen
            or not self.written.isdisjoint(written)
            or (written and imports.has_message(tx, written))
        ):
            return True, known
        joined = imports.ticket_of(tx, self.name, _ticket(record))
        if joined is None and _ticket(record) not in self.seen:
            same = self._exported(tx, record)
            return same is not None, same
        if self._holder(tx, record, joined) != record.customer.address:
            where = f" as #{joined}" if joined is not None else ""
            raise RowRefused(
                f"another ticket has this number: “{self.name}” has {record.key}{where}, of "
                "another customer (choose another name with --source)"
            )
        entry = record.entries[0]
        said = (
            imports.said_by(tx, joined, entry.direction, entry.text, entry.date)
            if joined is not None
            else ()
        )
        return any(self.recorder.wrote(one, entry) for one in said), joined

    def _exported(self, tx: Session, record: Record) -> int | None:
        """The ticket of this desk that a record is, if the desk wrote it to the file."""
        same = imports.same_ticket(tx, self.name, record.subject, record.created_at, record.number)
        if same is None or self._holder(tx, record, same) != record.customer.address:
            return None
        return same

    def _holder(self, tx: Session, record: Record, ticket: int | None) -> str:
        """The address of the ticket's customer; in a rehearsal without such a ticket, that of the
        record met before."""
        return (
            people.customer_of(tx, ticket).address
            if ticket is not None
            else self.seen[_ticket(record)]
        )


def _written(record: Record) -> set[tuple[str, datetime]]:
    """Its messages, by their Message-IDs and the seconds in which they were written."""
    return {
        (one.message_id, (one.date or one.at).replace(microsecond=0))
        for one in record.entries
        if one.message_id
    }


def _ticket(record: Record) -> str:
    return f"ticket {record.key}"


def _row(record: Record) -> str:
    return f"row {record.row}"
