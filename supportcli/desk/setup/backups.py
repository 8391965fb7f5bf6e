"""Backing a desk up while it is in use."""

import os
from dataclasses import dataclass
from pathlib import Path

from supportcli.desk import Desk
from supportcli.errors.database import CopiedByServer, CopyInTheWay
from supportcli.storage.engine.copying import Watch

_BESIDE = ("-wal", "-shm", "-journal")
"""The suffixes of the files that SQLite keeps beside a database (sqlite.org/tempfiles.html)."""


@dataclass(frozen=True, slots=True)
class BackUp:
    """A back-up that was made and checked: its bytes, its revision, and how many tickets, messages
    and mails are in it."""

    size: int
    revision: str
    tickets: int
    messages: int
    mails: int


def check_place(desk: Desk, file: Path) -> None:
    """Raise CopiedByServer if the desk is not a file, CopyInTheWay if a copy there would damage the
    desk, or another database in use."""
    own = desk.db.path
    if own is None:
        raise CopiedByServer(desk.db.uri, str(file))
    wanted, ours = os.path.realpath(file), os.path.realpath(own)
    if wanted in {ours, *(ours + end for end in _BESIDE)} or (file.exists() and own.samefile(file)):
        raise CopyInTheWay(str(file), "belongs to the desk itself")
    if beside := next((end for end in _BESIDE if os.path.lexists(f"{wanted}{end}")), None):
        raise CopyInTheWay(
            str(file), f"is a database in use: {Path(wanted).name}{beside} is beside it"
        )


def back_up(desk: Desk, to: Path, watch: Watch) -> BackUp:
    """Copy the desk as it is at one moment into the empty file `to`, while others read and write
    it, and check the copy. `watch` is called with the bytes copied, and the total.

    CopyFailed if the copy cannot be written, or is not complete."""
    held = desk.db.copy(to, watch)
    counts = (held.rows[table] for table in ("ticket", "message", "mail"))
    return BackUp(to.stat().st_size, held.revision, *counts)
