"""The one way in which a file is written for a person: new, for its owner alone, and complete or
not there at all."""

import errno
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import NamedTemporaryFile

from supportcli.domain.text.file_names import safe_name
from supportcli.errors.files import NamesUsedUp

_MOST_COPIES = 1_000
_MOST_OF_A_NAME = 50
"""Characters of a file's name that its unfinished version keeps: both have to fit into 255
bytes."""

_NO_LINKS = {errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS}
"""The errors of file systems that have no hard links (link(2))."""


@contextmanager
def writing(place: Path, *, force: bool, mode: int = 0o600) -> Iterator[Path]:
    """An empty file beside `place`, to be filled in the block. It gets the name once the block has
    succeeded and the disk has it; otherwise nothing is left of it.

    FileExistsError if the name is taken, unless `force`: that replaces a file, or a link but never
    its target. OSError if a folder or something that is not a file (a device, a pipe) has the name:
    it would be lost."""
    _refuse(place, force=force)
    part = _beside(place)
    try:
        yield part
        part.chmod(mode)
        _sync(part)
        if force:
            part.replace(place)
        else:
            _name(part, place)
        with suppress(
            OSError
        ):  # some file systems keep names without being asked, and refuse the call
            _sync(place.parent)
    finally:
        with suppress(FileNotFoundError):
            part.unlink()


def whole(pieces: Iterable[bytes], place: Path, *, force: bool, mode: int = 0o600) -> None:
    """Write a file of many pieces; as `writing`."""
    with writing(place, force=force, mode=mode) as part, part.open("wb") as file:
        for piece in pieces:
            file.write(piece)


def to_file(content: bytes, name: str, place: Path | None, *, force: bool) -> Path:
    """Write the bytes to `place`, or into it (by default the current folder) under the attachment's
    own name made safe; returns the path.

    A taken name gets a number; a taken `place` is refused as in `writing`."""
    if place is not None and not place.is_dir():
        whole([content], place, force=force)
        return place
    for path in _free(place or Path(), safe_name(name)):
        if not os.path.lexists(path):
            with suppress(FileExistsError):  # somebody else was faster
                whole([content], path, force=False)
                return path
    raise NamesUsedUp(str(place or Path()), safe_name(name))


def _beside(place: Path) -> Path:
    """A new file in the same folder, for its owner alone; raises an OSError that names `place`."""
    try:
        with NamedTemporaryFile(
            dir=place.parent, prefix=f".{place.name[:_MOST_OF_A_NAME]}.", delete=False
        ) as file:
            return Path(file.name)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(place)) from error


def _refuse(place: Path, *, force: bool) -> None:
    if os.path.lexists(place) and not force:
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(place))
    if place.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(place))
    if place.exists() and not place.is_file():
        raise OSError(errno.ENXIO, "it is not a file", str(place))


def _name(part: Path, place: Path) -> None:
    """Give a file a name that nobody else has taken meanwhile. Without hard links the name is taken
    first, and then replaced by the file."""
    try:
        place.hardlink_to(part)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        os.close(os.open(place, os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_WRONLY, 0o600))
        part.replace(place)


def _free(folder: Path, name: str) -> Iterator[Path]:
    path = folder / name
    yield path
    yield from (folder / f"{path.stem} ({count}){path.suffix}" for count in range(1, _MOST_COPIES))


def _sync(path: Path) -> None:
    """Sync a file, or the names in a folder, to disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
