"""The one way in which commands write a file: new, for its owner alone, and there whole or not at
all. Beside it, standard output."""

import errno
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import NamedTemporaryFile

from supportcli.domain.text.file_names import safe_name
from supportcli.errors import UsageError
from supportcli.errors.files import NamesUsedUp
from supportcli.errors.program import OutputClosed

_MOST_COPIES = 1_000
_MOST_OF_A_NAME = 50
"""Letters of a file's name that stand in that of its unfinished self: both have to fit into 255
bytes."""

_NO_LINKS = {errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS}
"""What file systems say that have no hard links (link(2))."""


def to_output(
    content: bytes, *, force: bool, what: str = "An attachment", how: str = "… - > FILE"
) -> None:
    """Write the bytes to standard output; UsageError where that is a terminal, which must not see
    what a stranger sent, OutputClosed where it was closed before we began."""
    if sys.__stdout__ is None:  # what stands in its place (`__main__`) leads nowhere
        raise OutputClosed
    if sys.stdout.isatty() and not force:
        raise UsageError(
            f"{what} is not written to a terminal.", f"Redirect it: {how}; or insist with --force."
        )
    sys.stdout.flush()
    sys.stdout.buffer.write(content)
    sys.stdout.buffer.flush()


@contextmanager
def writing(place: Path, *, force: bool, mode: int = 0o600) -> Iterator[Path]:
    """An empty file beside `place` to be filled in the block, which gets the name once the block
    has ended well and the disk has it; else nothing is left of it.

    FileExistsError where the name is taken, unless `force`: then a file makes room, and so does a
    link, never what it leads to. OSError where a folder or what is no file (a device, a pipe) has
    the name: it would be gone."""
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
        ):  # some file systems keep names without being asked, and refuse to be
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
    """Write the bytes to `place`, or into it (the current folder without one) under the
    attachment's own name made safe; answers with the path.

    A taken name gets a number; a taken `place` is refused as `writing` does."""
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
    """A new file in the same folder, for its owner alone; OSError that names `place`."""
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
        raise OSError(errno.ENXIO, "it is no file", str(place))


def _name(part: Path, place: Path) -> None:
    """Give a file a name that nobody else has taken meanwhile. Where there are no links the name is
    taken first, and the file put in its place."""
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
    """Have the disk keep a file, or the names in a folder."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
