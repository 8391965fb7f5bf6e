"""The bytes of files that were chosen for drafts."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, select
from sqlmodel import Session

from supportcli.storage.engine import rows
from supportcli.storage.tables import DraftFileRow, DraftRow

_FILE = rows.table_of(DraftFileRow)
_DRAFT = rows.table_of(DraftRow)


def keep(tx: Session, sha256: str, content: bytes, now: datetime) -> None:
    """Keep the bytes of a file that was chosen now."""
    values = {"sha256": sha256, "content": content, "kept_at": now}
    rows.add_missing(tx, DraftFileRow, [values], ("kept_at",))


def content(tx: Session, sha256: str) -> bytes | None:
    """The bytes of a file; None if they are not here."""
    found: bytes | None = (
        tx.connection().execute(select(_FILE.c.content).where(_FILE.c.sha256 == sha256)).scalar()
    )
    return found


def there(tx: Session, wanted: Collection[str]) -> frozenset[str]:
    """Which of these files are here."""
    found = select(_FILE.c.sha256).where(_FILE.c.sha256.in_(wanted))
    return frozenset(tx.connection().execute(found).scalars())


def forget_old(tx: Session, before: datetime) -> None:
    """Forget the files that no draft has, unless they were chosen since `before`: a draft may be
    about to name them."""
    chosen = tx.connection().execute(select(_DRAFT.c.chosen).where(_DRAFT.c.chosen.is_not(None)))
    named = [file["sha256"] for one in chosen.scalars() for file in one["files"]]
    tx.connection().execute(
        delete(_FILE).where(_FILE.c.kept_at < before, _FILE.c.sha256.not_in(named))
    )
