"""Customers from a table: rows that can be read are added or change who is there, the others are
named with their lines."""

import uuid
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path

from sqlmodel import Session

from supportcli.channels.files import sheets
from supportcli.channels.files.sheets import SheetRow
from supportcli.desk import Desk
from supportcli.desk.imports.records import encoding_of
from supportcli.desk.people.editing import after_edit, checked
from supportcli.desk.people.finding import customer_with
from supportcli.desk.people.people_gestures import PeopleGesture
from supportcli.desk.team import Team, team_of
from supportcli.domain.imports.records import unshielded
from supportcli.domain.mail import Address
from supportcli.domain.mail_domains import lowered
from supportcli.domain.people.customer_rows import (
    CustomerColumns,
    CustomerRecord,
    CustomerRowRefused,
    columns_of,
    customer_record,
)
from supportcli.domain.people.customers import Customer, CustomerChanges, shape
from supportcli.domain.people.organisations import Organisation, name_of, organisation_shape
from supportcli.errors import SupportError
from supportcli.errors.people import CustomerSheetUnfit, FieldInvalid
from supportcli.storage.people import customers, membership, organisations

_BATCH = 200
"""Rows of one transaction."""


@dataclass(slots=True)
class SheetResult:
    """What became of a table of customers. `refused` names lines, and why; `fields` the columns
    that became fields."""

    file: str
    dry_run: bool
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: list[tuple[int, str]] = field(default_factory=list)
    fields: tuple[str, ...] = ()


def import_customers(
    desk: Desk, file: Path, encoding: str | None = None, *, dry_run: bool = False
) -> SheetResult:
    """Add the customers of a table, or change those who have one of the addresses; an empty cell
    changes nothing. An organisation that there is not is added. Undone by `undo_people` as one;
    with `dry_run` nothing is written.

    ArchiveUnreadable; CustomerSheetUnfit if its first line names no address; NotAllowed if I may
    not work on tickets."""
    rows = sheets.read_rows(file, encoding_of(file, encoding))
    headings = tuple(map(unshielded, next(rows, SheetRow(1, (), 0)).cells))
    columns = _columns(file, headings)
    result = SheetResult(file.name, dry_run, fields=tuple(columns.fields))
    gesture_id = uuid.uuid4().hex
    while batch := list(islice(rows, None if dry_run else _BATCH)):
        with _transaction(desk, dry_run=dry_run) as tx:
            gesture = PeopleGesture.begin(desk, tx)
            gesture.gesture.id = gesture_id
            taking = _Taking(gesture, team_of(tx), columns, len(headings), result)
            for row in batch:
                taking.take(row)
    return result


def _columns(file: Path, headings: Sequence[str]) -> CustomerColumns:
    try:
        columns = columns_of(headings)
    except FieldInvalid as error:
        raise CustomerSheetUnfit(file.name, f"has a column that {_why(error)}", headings) from error
    except CustomerRowRefused as error:
        raise CustomerSheetUnfit(file.name, error.reason, headings) from error
    if "address" not in columns.parts:
        raise CustomerSheetUnfit(file.name, "has no column of addresses", headings)
    return columns


def _transaction(desk: Desk, *, dry_run: bool) -> AbstractContextManager[Session]:
    return desk.db.rehearse() if dry_run else desk.db.write()


def _why(error: SupportError) -> str:
    return error.sentence.removesuffix(".").removesuffix("; nothing was changed")


@dataclass(frozen=True, slots=True)
class _Taking:
    """The rows of one transaction, in a table that has `width` columns."""

    gesture: PeopleGesture
    us: Team
    columns: CustomerColumns
    width: int
    result: SheetResult

    def take(self, row: SheetRow) -> None:
        """Add or change the customer of a row, or say why not."""
        try:
            record = self._record(row)
            self._write(record, checked(record.changes))
        except CustomerRowRefused as error:
            self.result.refused.append((row.line, error.reason))
        except SupportError as error:
            self.result.refused.append((row.line, _why(error)))

    def _record(self, row: SheetRow) -> CustomerRecord:
        if row.trouble:
            raise CustomerRowRefused(row.trouble)
        if len(row.cells) > self.width:
            why = f"it has {len(row.cells)} cells, but there are {self.width} columns"
            raise CustomerRowRefused(why)
        return customer_record([unshielded(cell) for cell in row.cells], self.columns)

    def _write(self, record: CustomerRecord, changes: CustomerChanges) -> None:
        tx = self.gesture.tx
        holders = _holders(tx, record)
        if len(holders) > 1:
            raise CustomerRowRefused(
                f"its addresses are those of {len(holders)} customers: merge them first"
            )
        before = customer_with(tx, holders[0]) if holders else self._nobody(record)
        after_edit(tx, self.us, before, replace(changes, organisation=None))  # before any write
        changes = self._with_organisation(changes)
        if not holders:
            self._add(record, changes)
        elif self.gesture.change(before, after_edit(tx, self.us, before, changes)):
            self.result.changed += 1
        else:
            self.result.unchanged += 1

    def _nobody(self, record: CustomerRecord) -> Customer:
        """Who the customer of a row is before anything is known of them."""
        now = self.gesture.gesture.now
        return Customer(id=0, name="", address=record.addresses[0], addresses=(), since=now)

    def _add(self, record: CustomerRecord, changes: CustomerChanges) -> None:
        """Add a customer, with the organisation of their domain if the row names none."""
        tx, first = self.gesture.tx, record.addresses[0]
        person = Address.of(record.name, first)
        made = customers.add(tx, person, record.addresses, self.gesture.gesture.now)
        membership.join(tx, made, lowered(first))
        after = after_edit(tx, self.us, customer_with(tx, made), changes)
        customers.put_profile(tx, after)
        self.gesture.record("added", customer=made, after=shape(after))
        self.result.added += 1

    def _with_organisation(self, changes: CustomerChanges) -> CustomerChanges:
        """The changes, once the organisation that they name is there."""
        gesture, name = self.gesture, changes.organisation
        if name and organisations.named(gesture.tx, name) is None:
            new = Organisation(id=0, name=name_of(name), since=gesture.gesture.now)
            made = replace(new, id=organisations.add(gesture.tx, new))
            gesture.record("added", organisation=made.id, after=organisation_shape(made))
            return replace(changes, organisation=made.name)
        return changes


def _holders(tx: Session, record: CustomerRecord) -> list[int]:
    found = (customers.with_address(tx, one) for one in record.addresses)
    return list(dict.fromkeys(one for one in found if one is not None))
