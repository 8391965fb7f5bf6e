"""Files for a reply: read when they are chosen and kept at the desk, so that a draft has them on
every machine, even if the path is gone."""

import hashlib
import os
import stat
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from sqlmodel import Session

from supportcli.channels import mime
from supportcli.desk import Desk
from supportcli.desk.gestures import authorize
from supportcli.desk.states import unmerged
from supportcli.domain.people import Action
from supportcli.domain.replies.chosen import ReplyFile
from supportcli.domain.text.file_names import safe_name
from supportcli.domain.text.sizes import size
from supportcli.errors.replies import FileRefused, FilesTooLarge
from supportcli.storage.replies import draft_files
from supportcli.storage.setup import mailboxes
from supportcli.terminal import clean

LARGEST = 25 * 2**20
"""The most bytes of an email that common providers take."""

_KEPT = timedelta(days=1)
"""How long a file is kept at least that no draft names."""

_CODED = 4 / 3 * 78 / 76
"""What a file takes as base64 in lines (RFC 2045, 6.8), for each of its bytes."""

_NAMED = 3


def attach(
    desk: Desk, number: int, paths: Sequence[str | Path], there: Collection[ReplyFile] = ()
) -> tuple[ReplyFile, ...]:
    """Keep the files at these paths for a draft in a ticket that has those in `there` already.
    FileRefused for one that is missing, a folder, or cannot be read; FilesTooLarge if all together
    are too large for the mailbox's server; NotFound."""
    with desk.db.read() as tx:
        mailbox = mailboxes.mailbox_by_id(tx, unmerged(tx, number).mailbox_id)
        most = mailbox.largest_mail if mailbox is not None else None
    contents = read(paths, there, most)
    with desk.db.write() as tx:
        authorize(desk.me(tx), Action.WORK)
        return keep(tx, contents, desk.now())


def read(
    paths: Sequence[str | Path], there: Collection[ReplyFile] = (), most: int | None = None
) -> list[tuple[str, bytes]]:
    """The files at these paths, names and bytes, beside those in `there`. FileRefused and
    FilesTooLarge as `attach` has them; `most` bytes are what the mailbox's server takes."""
    if not all(str(path).strip() for path in paths):
        raise FileRefused("“”", "names no file", "Give a path, as in: --attach offer.pdf")
    found = [Path(path) for path in paths]
    sized = [(safe_name(path.name), path, _size_of(path)) for path in found]
    sizes = [one.size for one in there] + [bytes_ for _, _, bytes_ in sized]
    named = [*(one.name for one in there), *(name for name, _, _ in sized)]
    _refuse(named, _coded(sizes), most or LARGEST)
    return [(name, _bytes_of(path)) for name, path, _ in sized]


def keep(
    tx: Session, contents: Sequence[tuple[str, bytes]], now: datetime
) -> tuple[ReplyFile, ...]:
    """Keep files, names and bytes, for a draft."""
    found = tuple(
        ReplyFile(name, len(content), hashlib.sha256(content).hexdigest())
        for name, content in contents
    )
    for one, (_, content) in zip(found, contents, strict=True):
        draft_files.keep(tx, one.sha256, content, now)
    return found


def _size_of(path: Path) -> int:
    """The size of a file, before it is read."""
    shown = clean(str(path))
    try:
        found = path.expanduser().stat()
    except OSError as error:
        raise FileRefused(shown, _words(error)) from error
    except (ValueError, RuntimeError) as error:
        raise FileRefused(shown, "is not a path") from error
    if stat.S_ISDIR(found.st_mode):
        hint = f"Pack it first, as in: zip -r {safe_name(path.name)}.zip {shown}"
        raise FileRefused(shown, "is a folder", hint)
    if not stat.S_ISREG(found.st_mode):
        raise FileRefused(shown, "is not a file")
    return found.st_size


def _bytes_of(path: Path) -> bytes:
    try:
        return path.expanduser().read_bytes()
    except OSError as error:
        raise FileRefused(clean(str(path)), _words(error)) from error


def _words(error: OSError) -> str:
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return "is not there"
    if isinstance(error, PermissionError):
        return "may not be read by you"
    return f"cannot be read: {os.strerror(error.errno or 0)}"


def _coded(sizes: Sequence[int]) -> int:
    """The least size of an email with files of these sizes, before it is made; `refuse_large` sees
    it with its text."""
    return int(sum(sizes) * _CODED)


def refuse_large(
    files: Sequence[tuple[str, bytes]], whole: int, largest: int | None = None
) -> None:
    """FilesTooLarge if an email of this size, with these files, cannot be sent by a server that
    takes `largest` bytes (None: it has not said how many)."""
    if files or largest is not None:
        _refuse([name for name, _ in files], whole, largest or LARGEST)


def _refuse(names: Sequence[str], whole: int, most: int = LARGEST) -> None:
    if whole > most:
        shown = ", ".join(names[:_NAMED]) + (" …" if len(names) > _NAMED else "")
        raise FilesTooLarge(shown or "This text", size(whole), size(most))


def keep_again(tx: Session, files: Iterable[ReplyFile], raw: bytes, now: datetime) -> None:
    """Keep the chosen files of a mail of ours for a draft again."""
    missing = {one.sha256 for one in files} - draft_files.there(tx, [one.sha256 for one in files])
    for file in mime.parse(raw).attachments if missing else ():
        if file.sha256 in missing:
            draft_files.keep(tx, file.sha256, mime.attachment(raw, file.part), now)


def contents(tx: Session, files: Iterable[ReplyFile]) -> tuple[tuple[str, bytes], ...]:
    """The names and bytes of chosen files; FileRefused for one that is gone."""
    found = []
    for one in files:
        content = draft_files.content(tx, one.sha256)
        if content is None:
            raise FileRefused(one.name, "is gone from the draft", "Attach it again.")
        found.append((one.name, content))
    return tuple(found)


def tidy(tx: Session, desk: Desk) -> None:
    """Forget files that no draft has any more."""
    draft_files.forget_old(tx, desk.now() - _KEPT)
