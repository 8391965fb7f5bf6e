"""Mail in files: an mbox, a Maildir, or single mails (.eml). All are read as streams: only one mail
of an archive of any size is in memory."""

import gzip
import os
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, cast

from supportcli.channels.headers.dates import parse_date

_CHUNK = 1024 * 1024
_GZIP = b"\x1f\x8b"

# The asctime date at the end of a From_ line (RFC 4155, appendix A), so that a sentence that begins
# with "From " splits nothing.
_FROM_LINE = re.compile(
    rb"From (?P<sender>[^\r\n]{0,320}?)\b[A-Z][a-z]{2} (?P<month>[A-Z][a-z]{2}) (?P<day>[ "
    rb"\d]\d) (?P<time>\d\d:\d\d(?::\d\d)?)"
    rb"(?P<rest>[^\r\n]{0,100})\r?\n"
)

# From_ lines of other forms count if a header field follows: Thunderbird writes nothing after
# the word, some programs a date of their own.
_OTHER_FROM_LINE = re.compile(
    rb"From (?:-?[ \t]{0,8}|(?P<sender>[^\s@]{1,64}@[^\s@]{1,255})(?=[^\r\n]{0,99}[ "
    rb"\t]\d?\d:\d\d)(?=[^\r\n]{0,99}\b(?:19|20)\d\d\b)"
    rb"(?P<rest>[^\r\n]{0,100}))\r?\n(?=[\x21-\x39\x3b-\x7e]{1,77}[ \t]{0,8}:)"
)
_FOLDER_DATA = b"\nSubject: DON'T DELETE THIS MESSAGE -- FOLDER INTERNAL DATA"
_QUOTED_FROM = re.compile(rb"^>(>*From )", re.MULTILINE)
_UNQUOTED_FROM = re.compile(rb"^(>*From )", re.MULTILINE)
_YEAR = re.compile(r"(?<![+\-\d])\d{4}\b")
_ZONE = re.compile(r"[+-]\d{4}\b")
_DRAFT = re.compile(r"[:;!]2,[A-Za-z]*D[A-Za-z]*\Z")
"""The flags at the end of a name in a Maildir, including the one for drafts; not every file system
allows a colon."""
_FIRST_FIELD = re.compile(rb"(?:>?From [^\n]*\n)?[\x21-\x39\x3b-\x7e]{1,77}[ \t]*:")

OURS, OURS_UNENDED = b"exported@supportcli.invalid", b"unended@supportcli.invalid"
"""The senders in the From_ lines that `as_mbox` writes; their time is when the mail reached the
desk. The second marks a mail that ends without a line feed, which an mbox cannot express
otherwise."""

LONGEST_FROM_LINE = 512


@dataclass(frozen=True, slots=True)
class Filed:
    """A mail in an archive."""

    file: str
    place: str
    """“byte 4711”, or ""."""
    size: int
    raw: bytes | None
    """None if it was not taken."""
    trouble: str = ""
    """Why it was not taken (“too large: 70,000,000 bytes”)."""
    stamped: datetime | None = None
    """The time given by the archive itself."""
    exported: bool = False
    """This program wrote it there."""
    read: int = 0
    """The archive's bytes up to its end."""


def mails_of(raw: bytes) -> Iterator[bytes]:
    """The mails of a file: all of an mbox, else the file itself."""
    if is_mbox(raw):
        yield from (one.raw for one in read_mbox(BytesIO(raw), "", len(raw)) if one.raw is not None)
    else:
        yield raw


def is_mbox(begin: bytes) -> bool:
    """Whether a file with this beginning is an mbox."""
    return _from_line(begin, 0, len(begin)) is not None


def is_mail(begin: bytes) -> bool:
    """Whether the first line of this beginning is a header field, as in a mail."""
    return _FIRST_FIELD.match(begin) is not None


@contextmanager
def opened(path: Path) -> Iterator[tuple[BinaryIO, BinaryIO]]:
    """A file's content, unpacked if it is gzip, and the file itself, whose position shows the
    progress. Raises OSError unchanged."""
    with path.open("rb") as file:
        packed = file.read(len(_GZIP)) == _GZIP
        file.seek(0)
        yield (cast("BinaryIO", gzip.GzipFile(fileobj=file)) if packed else file), file


def read_mbox(stream: BinaryIO, file: str, most: int) -> Iterator[Filed]:
    """Each mail of an mbox (the "mboxrd" of RFC 4155), without its From_ line and with quoted "From
    " lines restored.

    A From_ line counts if it has a time and follows a blank line; Content-Length, which is often
    wrong, does not. A mail of more than `most` bytes is dropped as it is read. The note that a mail
    server keeps first in its folder is no mail."""
    mbox = _Mbox(file, most)
    while chunk := stream.read(_CHUNK):
        yield from mbox.feed(chunk)
    yield from mbox.end()


@dataclass(slots=True)
class _Mbox:
    """An mbox that is being read. `begin` is the file position of the mail in the buffer, `dropped`
    how many bytes of it were dropped, `look` where to search for the next From_ line."""

    file: str
    most: int
    buffer: bytearray = field(default_factory=bytearray)
    begin: int = 0
    dropped: int = 0
    look: int = 1

    def feed(self, chunk: bytes) -> Iterator[Filed]:
        """The mails that end in this chunk of the file."""
        self.buffer += chunk
        start = 0
        while (edge := self._edge()) is not None:
            yield from self._mail(start, edge)
            self.begin, self.dropped = self.begin + self.dropped + edge - start, 0
            start, self.look = edge, edge + 1
        del self.buffer[:start]
        if len(self.buffer) - LONGEST_FROM_LINE * 2 > self.most:
            gone = len(self.buffer) - LONGEST_FROM_LINE * 2
            self.dropped += gone
            del self.buffer[:gone]
        self.look = max(1, len(self.buffer) - LONGEST_FROM_LINE * 2)

    def end(self) -> Iterator[Filed]:
        """The last mail."""
        if self.buffer:
            yield from self._mail(0, len(self.buffer))

    def _edge(self) -> int | None:
        """The start of the next complete, valid From_ line."""
        at = self.look
        while (at := self.buffer.find(b"\nFrom ", at - 1) + 1) > 0:
            if self.buffer[max(0, at - 3) : at].endswith((b"\n\n", b"\n\r\n")) and _from_line(
                self.buffer, at, len(self.buffer)
            ):
                return at
            at += 1
        return None

    def _mail(self, start: int, end: int) -> Iterator[Filed]:
        found = self._filed(start, end)
        if self.begin or found.raw is None or _FOLDER_DATA not in found.raw.partition(b"\n\n")[0]:
            yield found

    def _filed(self, start: int, end: int) -> Filed:
        size = self.dropped + end - start
        place = f"byte {self.begin:,}"
        line = None if self.dropped else _from_line(self.buffer, start, end)
        if line is None:
            return Filed(self.file, place, size, None, too_large(size))
        sender = (line["sender"] or b"").strip()
        raw = _without_blank_line(bytes(self.buffer[line.end() : end]))
        raw = _QUOTED_FROM.sub(rb"\1", raw.removesuffix(b"\n") if sender == OURS_UNENDED else raw)
        if len(raw) > self.most:
            return Filed(self.file, place, size, None, too_large(len(raw)))
        return Filed(
            self.file,
            place,
            size,
            raw,
            stamped=_stamp(line),
            exported=sender in {OURS, OURS_UNENDED},
        )


def _from_line(content: bytes | bytearray, start: int, end: int) -> "re.Match[bytes] | None":
    return _FROM_LINE.match(content, start, end) or _OTHER_FROM_LINE.match(content, start, end)


def too_large(size: int) -> str:
    """Why a mail of so many bytes was not taken."""
    return f"too large: {size:,} bytes"


def _without_blank_line(mail: bytes) -> bytes:
    """The bytes between two From_ lines, without the blank line at their end."""
    if mail in {b"\n", b"\r\n"}:
        return b""
    if mail.endswith(b"\n\r\n"):
        return mail[:-2]
    return mail[:-1] if mail.endswith(b"\n\n") else mail


def _stamp(line: "re.Match[bytes]") -> datetime | None:
    """The time in a From_ line, as UTC if it names no zone."""
    rest = (line["rest"] or b"").decode("latin-1")
    if line.re is _OTHER_FROM_LINE:
        return parse_date(rest)
    year, zone = _YEAR.search(rest), _ZONE.search(rest)
    if year is None:
        return None
    day, month, time = (line[name].decode("latin-1").strip() for name in ("day", "month", "time"))
    return parse_date(f"{day} {month} {year[0]} {time} {zone[0] if zone else '+0000'}")


def as_mbox(raw: bytes, at: datetime) -> bytes:
    """A mail as an mbox entry (mboxrd), from which `read_mbox` returns the same bytes. `at` is when
    it reached the desk."""
    unended = not raw.endswith(b"\n")
    line = b"From %s %s\n" % (
        OURS_UNENDED if unended else OURS,
        at.astimezone(UTC).ctime().encode("ascii"),
    )
    return line + _UNQUOTED_FROM.sub(rb">\1", raw) + (b"\n\n" if unended else b"\n")


def files_of_maildir(folder: Path) -> Iterator[Path]:
    """The files of a Maildir and of all Maildirs in it (cr.yp.to/proto/maildir.html): cur and new,
    not tmp, by name; after them the folders that could not be listed."""
    unlisted: list[OSError] = []
    for place, folders, files in os.walk(folder, onerror=unlisted.append):
        folders.sort()
        if Path(place).name in {"cur", "new"}:
            yield from (Path(place) / name for name in sorted(files) if not name.startswith("."))
    yield from (Path(error.filename) for error in unlisted)


def letters_in(folder: Path) -> Iterator[Path]:
    """The mails (.eml) in a folder and its subfolders; after them the folders that could not be
    listed."""
    unlisted: list[OSError] = []
    for place, folders, files in os.walk(folder, onerror=unlisted.append):
        folders.sort()
        yield from (
            Path(place) / name
            for name in sorted(files)
            if name.lower().endswith((".eml", ".eml.gz"))
        )
    yield from (Path(error.filename) for error in unlisted)


def read_letters(paths: Iterable[Path], most: int) -> Iterator[Filed]:
    """Files of one mail each, with their modification time as stamp."""
    read = 0
    for path in paths:
        try:
            one = _letter(path, most)
        except (OSError, EOFError) as error:
            one = Filed(
                str(path),
                "",
                0,
                None,
                f"cannot be read: {getattr(error, 'strerror', None) or error}",
            )
        read += one.read
        yield Filed(one.file, one.place, one.size, one.raw, one.trouble, one.stamped, read=read)


def _letter(path: Path, most: int) -> Filed:
    found = path.stat()
    if not path.is_file():  # a pipe would make us wait for ever
        return Filed(
            str(path),
            "",
            0,
            None,
            "cannot be read: the folder does not tell what is in it"
            if path.is_dir()
            else "not a file",
        )
    if _DRAFT.search(path.name):
        return _left(path, found.st_size, "draft: it was never sent")
    with opened(path) as (stream, _):
        raw = stream.read(most + 1)
    if len(raw) > most:
        return _left(path, found.st_size, too_large(found.st_size))
    if not is_mail(raw):
        return _left(
            path,
            found.st_size,
            "empty" if not raw else "not an email: its first line is not a header",
        )
    return Filed(
        str(path),
        "",
        len(raw),
        raw,
        stamped=datetime.fromtimestamp(found.st_mtime, UTC),
        read=found.st_size,
    )


def _left(path: Path, size: int, trouble: str) -> Filed:
    """A mail that was not taken."""
    return Filed(str(path), "", size, None, trouble, read=size)
