"""Writing an attachment: to standard output, or into a new file under a name that is safe; and an export, which is there whole or not at all."""

import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from tempfile import NamedTemporaryFile

from supportcli.domain.filenames import safe_name
from supportcli.errors import OutputClosed, UsageError

_MOST_COPIES = 1_000


def to_output(content: bytes, *, force: bool, what: str = "An attachment", how: str = "… - > FILE") -> None:
    """Write the bytes to standard output; UsageError where that is a terminal, which must not see what a stranger sent, OutputClosed where it was
    closed before we began."""
    if sys.__stdout__ is None:  # what stands in its place (`__main__`) leads nowhere
        raise OutputClosed
    if sys.stdout.isatty() and not force:
        raise UsageError(f"{what} is not written to a terminal.", f"Redirect it: {how}; or insist with --force.")
    sys.stdout.flush()
    sys.stdout.buffer.write(content)
    sys.stdout.buffer.flush()


def to_file(content: bytes, name: str, place: Path | None, *, force: bool) -> Path:
    """Write the bytes to `place`, or into it (the current folder without one) under the attachment's own name made safe; answers with the path.

    The file is a new one (0600), never through a link; a taken name gets a number, a taken `place` is refused (UsageError) unless `force`. What is no
    file (a device, a pipe) is refused always."""
    if place is not None and not place.is_dir():
        if force:
            _clear(place)
        return _write(place, content)
    for path in _free(place or Path(), safe_name(name)):
        try:
            return _write(path, content)
        except FileExistsError:
            continue
    raise UsageError(f"{place or Path()} is full of files called {safe_name(name)}.", "Name the file yourself.")


def _clear(place: Path) -> None:
    if place.exists() and not place.is_file():  # a device would be gone
        raise UsageError(f"{place} is no file, so nothing was written.", f"To standard output: … - > {place}")
    place.unlink(missing_ok=True)


def _free(folder: Path, name: str) -> Iterator[Path]:
    path = folder / name
    yield path
    yield from (folder / f"{path.stem} ({count}){path.suffix}" for count in range(1, _MOST_COPIES))


def _write(path: Path, content: bytes) -> Path:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
    except OSError:
        path.unlink(missing_ok=True)
        raise
    return path


def whole(pieces: Iterable[bytes], place: Path, *, force: bool) -> None:
    """Write a file of many pieces (0600) that has its name only when all of it is there. FileExistsError where the name is taken, unless `force`."""
    with NamedTemporaryFile(dir=place.parent, prefix=f".{place.name}.", delete=False) as file:
        try:
            for piece in pieces:
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())
            if force:
                Path(file.name).replace(place)
            else:
                place.hardlink_to(file.name)
        finally:
            Path(file.name).unlink(missing_ok=True)
