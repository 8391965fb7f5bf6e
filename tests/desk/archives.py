"""Desks into which files are imported, by an admin."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from sqlalchemy import text

from supportcli.desk import Desk, json_shapes
from supportcli.desk.imports.archives import (
    ArchiveKind,
    ImportOptions,
    ImportProgress,
    ImportResult,
    NotTaken,
    Source,
    Watch,
    import_mail,
)
from supportcli.desk.imports.records import SheetKind, SheetSource, columns_of, import_table
from supportcli.desk.setup import founding
from supportcli.desk.tickets import lists, reading, ticket_json
from supportcli.domain.mailbox import Mailbox
from supportcli.domain.tickets.ticket import Status
from tests.desk.desks import StandingClock, desk_at


@contextmanager
def admins_desk(url: str, clock: StandingClock | None = None) -> Iterator[Desk]:
    """A desk whose Ada may set it up."""
    with desk_at(url, clock) as desk:
        with desk.db.write() as tx:
            tx.connection().execute(
                text("UPDATE agent SET role = 'admin' WHERE address = 'ada@shop.test'")
            )
        yield desk


@dataclass(slots=True)
class Heard:
    """Who listens to an import."""

    refused: list[NotTaken] = field(default_factory=list)
    steps: list[ImportProgress] = field(default_factory=list)

    @property
    def watch(self) -> Watch:
        return Watch(self.refused.append, self.steps.append)


def help_mailbox(desk: Desk) -> Mailbox:
    return founding.mailbox(desk, "help@shop.test")


def wish(
    desk: Desk, *, days: int = 30, status: Status | None = None, rehearse: bool = False
) -> ImportOptions:
    return ImportOptions(desk.now() - timedelta(days=days), status, rehearse)


def bring(
    desk: Desk,
    *paths: Path,
    kind: ArchiveKind = ArchiveKind.MBOX,
    heard: Heard | None = None,
    wanted: ImportOptions | None = None,
) -> ImportResult:
    """Import mail into help@shop.test."""
    return import_mail(
        desk,
        Source(kind, paths),
        help_mailbox(desk),
        wanted or wish(desk),
        (heard or Heard()).watch,
    )


def bring_table(
    desk: Desk,
    path: Path,
    heard: Heard | None = None,
    wanted: ImportOptions | None = None,
    **how: object,
) -> ImportResult:
    """Import a table, its columns as guessed unless `columns` says otherwise, or (by its name) an
    export in JSON Lines."""
    kind = SheetKind.JSONL if path.suffix == ".jsonl" else SheetKind.CSV
    if kind is SheetKind.CSV and "columns" not in how:
        how["columns"] = columns_of(path, None)[1]
    table = SheetSource(kind, path, **{"name": kind.value, **how})  # type: ignore[arg-type]  # whatever a test wants to say of it
    return import_table(
        desk, table, help_mailbox(desk), wanted or wish(desk), (heard or Heard()).watch
    )


def shown(desk: Desk, numbers: Sequence[int] | None = None) -> list[json_shapes.Shape]:
    """Tickets as `ticket show --json` shows them."""
    found = sorted(lists.numbers(desk, "status:any")) if numbers is None else numbers
    return [ticket_json.ticket(reading.ticket(desk, number), desk.now()) for number in found]
