"""Canned responses as files that can be reviewed like any text: export, lint and import of a folder
of Markdown files."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from supportcli.desk import Desk
from supportcli.desk.canned import answering, text_format
from supportcli.desk.canned.responses import Contents, dead_files, for_team, keep, known, writer
from supportcli.desk.canned.text_format import ParsedResponse
from supportcli.domain.canned.placeholders import Fault
from supportcli.domain.canned.responses import (
    EVERYBODYS,
    MOST_BYTES,
    Canned,
    DeskNames,
    Enclosed,
    Scope,
    StoredResponse,
    faults_of,
)
from supportcli.domain.text.file_names import safe_name
from supportcli.errors import UsageError
from supportcli.errors.canned import CannedFaulty
from supportcli.storage import canned as rows

SUFFIX = ".md"
_MINE = "for me"
"""The folder for responses that only their agent sees; those of a team are in one named after it. A
shared shortcut may appear there again. No shortcut can have this name."""

_MARKING = str.maketrans("⟦⟧", "[]")
"""The characters that delimit marks in a text, which a file's name must not contain."""

_SHOWN = 100
"""How many characters of an attachment's name a fault shows."""


@dataclass(frozen=True, slots=True)
class ResponseFile:
    """A file that was read, and the bytes of the files that it names."""

    place: str
    sheet: ParsedResponse
    canned: Canned
    contents: Contents
    faults: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """A fault and its place: a file, or the shortcut of a response at the desk."""

    place: str
    fault: Fault

    def __str__(self) -> str:
        return (
            f"{self.place}:{self.fault.line}: {self.fault.sentence}"
            if self.fault.line
            else f"{self.place}: {self.fault.sentence}"
        )


@dataclass(frozen=True, slots=True)
class FolderChanges:
    """The shortcuts that an import added, changed, and found unchanged."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    same: tuple[str, ...]


# Files


def enclosed(path: Path) -> tuple[Enclosed, bytes]:
    """A file to attach to a response, under its own name made safe; UsageError if it cannot be
    read."""
    content = _bytes(path)
    return Enclosed(
        safe_name(path.name).translate(_MARKING), len(content), hashlib.sha256(content).hexdigest()
    ), content


def pages(paths: Iterable[Path]) -> list[ResponseFile]:
    """The responses in these files and folders (README.md is not one), each once. UsageError if one
    cannot be read at all."""
    found: dict[Path, tuple[Path, Path]] = {}
    for path in paths:
        for file, root in _files(path):
            found.setdefault(file.absolute(), (file, root))
    return [_page(file, root) for file, root in found.values()]


def _files(path: Path) -> list[tuple[Path, Path]]:
    """The files of a path, each with the folder that its attachments must be in."""
    if not path.is_dir():
        return [(path, path.parent)]
    found = [file for file in sorted(path.rglob(f"*{SUFFIX}")) if _is_text_of(path, file)]
    if not found:
        raise UsageError(
            f"There is no {SUFFIX} file in {path}.",
            "To create one: supportcli canned export DIR",
        )
    return [(file, path) for file in found]


def _is_text_of(folder: Path, file: Path) -> bool:
    """Whether this is a response's file: not hidden, not a README that is not a response, not
    itself an attachment (those are in a folder named like a response). A broken link counts: it is
    then reported as unreadable."""
    if not file.is_file() and file.exists():
        return False
    if file.name.lower() == "readme.md" and not _bytes(file).startswith(text_format.FENCE.encode()):
        return False
    inside = file.relative_to(folder)
    beside = any(
        (folder / f"{parent}{SUFFIX}").is_file() for parent in inside.parents if parent.name
    )
    return not beside and not any(part.startswith(".") for part in inside.parts)


def _bytes(file: Path) -> bytes:
    """What is in a file, up to the size that can be stored: a device may have no end."""
    try:
        with file.open("rb") as content:
            return content.read(MOST_BYTES + 1)
    except OSError as error:
        raise UsageError(
            f"{file} cannot be read: {error.strerror or error}.", "Nothing was written."
        ) from error


def _sheet(file: Path) -> ParsedResponse:
    content = _bytes(file)
    try:
        return text_format.read(content.decode("utf-8"), file.stem)
    except UnicodeDecodeError as error:
        return text_format.unread(
            file.stem, Fault(content.count(b"\n", 0, error.start) + 1, "This is not UTF-8 text.")
        )


def _page(file: Path, root: Path) -> ResponseFile:
    sheet = _sheet(file)
    contents: dict[str, bytes] = {}
    files: list[Enclosed] = []
    faults: list[str] = []
    for name in sheet.attachments:
        place = file.parent / name
        if not _there(place):
            faults.append(f"The attachment {name[:_SHOWN]} is not there.")
        elif not place.resolve().is_relative_to(root.resolve()):
            faults.append(f"The attachment {name} is outside this folder.")
        else:
            one, content = enclosed(place)
            files.append(one)
            contents[one.sha256] = content
    line = sheet.line_of("attachments")
    return ResponseFile(
        str(file),
        sheet,
        replace(sheet.canned, files=tuple(files)),
        contents,
        tuple(Fault(line, fault) for fault in faults),
    )


def _there(place: Path) -> bool:
    try:
        return place.is_file()
    except (OSError, ValueError):  # a name that no file can have
        return False


# Lint


def faults_in(found: Iterable[ResponseFile], there: DeskNames | None) -> list[Found]:
    """All that is wrong in files, by place and line; without a desk, mailboxes and agents are not
    checked."""
    every: list[Found] = []
    seen: dict[tuple[str, Scope, str], str] = {}
    for page in found:
        sheet, one = page.sheet, page.canned
        faults = [*sheet.faults, *page.faults]
        if sheet.lines:
            told = {
                fault.line for fault in sheet.faults if fault.line > 1
            }  # say nothing more about a line that cannot be read
            faults += (
                fault for fault in faults_of(one, there, sheet.line_of) if fault.line not in told
            )
        key = (one.shortcut, *one.whose)
        if first := seen.get(key):
            faults.append(
                Fault(
                    sheet.line_of("shortcut"),
                    f"The shortcut “{one.shortcut}” is already used in {first}.",
                )
            )
        seen.setdefault(key, page.place)
        every += (
            Found(page.place, fault) for fault in sorted(faults, key=lambda fault: fault.line)
        )
    return every


def known_at(desk: Desk) -> DeskNames:
    """The mailboxes and agents that responses may name."""
    with desk.db.read() as tx:
        return known(tx)


def faults_at(desk: Desk) -> list[Found]:
    """What is wrong with the responses at the desk that I see: something they name is gone, or a
    shortcut exists twice."""
    with desk.db.read() as tx:
        there, every = known(tx), rows.visible(tx, desk.me(tx).id)
        shared = {kept.canned.shortcut for kept in every if kept.canned.whose == EVERYBODYS}
        found = []
        for kept in every:
            faults = [*faults_of(kept.canned, there), *dead_files(tx, kept.canned, {})]
            if kept.canned.whose != EVERYBODYS and kept.canned.shortcut in shared:
                whose = (
                    f"The one of {kept.canned.team}" if kept.canned.team else "Your own response"
                )
                faults.append(Fault(0, f"{whose} hides the shared one with the same shortcut."))
            found += [Found(kept.canned.shortcut, fault) for fault in faults]
        return found


# Import


def import_pages(
    desk: Desk, found: Iterable[ResponseFile], *, dry_run: bool = False
) -> FolderChanges:
    """Add or change the responses of files, all of them or none; responses without a file stay as
    they are. CannedFaulty if anything is wrong in one of them, CannedAnswers if a mailbox answers
    with one by itself and could not any more. With `dry_run` nothing is written."""
    every = list(found)
    with desk.db.write() as tx:
        me, now = writer(desk, tx), desk.now()
        if faults := faults_in(every, known(tx)):
            raise CannedFaulty([str(fault) for fault in faults], "Nothing was imported")
        added: list[str] = []
        changed: list[str] = []
        same: list[str] = []
        for page in every:
            new = for_team(tx, me, page.canned)
            before = rows.find(tx, new.shortcut, me.id, new.whose)
            if before is not None and before.canned == new:
                same.append(new.shortcut)
                continue
            answering.refuse_unfit(tx, new)
            (added if before is None else changed).append(new.shortcut)
            if not dry_run:
                keep(tx, new, page.contents, me, now)
    return FolderChanges(tuple(added), tuple(changed), tuple(same))


# Export


def exported(desk: Desk) -> list[Mapping[Path, bytes]]:
    """The files of each response that I see, by their paths in a folder, mine and those of teams in
    folders below: first its text, then its attachments."""
    with desk.db.read() as tx:
        return [
            _contents(
                kept, {one.sha256: rows.file(tx, one.sha256) or b"" for one in kept.canned.files}
            )
            for kept in rows.visible(tx, desk.me(tx).id)
        ]


def _contents(kept: StoredResponse, files: Contents) -> Mapping[Path, bytes]:
    """The files of a response by their paths in the folder: first its text, then its
    attachments."""
    one = kept.canned
    team = f"for {safe_name(one.team)}" if one.team else ""
    home = Path(_MINE if kept.mine else team)
    attachments = {file.name: f"{one.shortcut}/{file.name}" for file in one.files}
    return {
        home / f"{one.shortcut}{SUFFIX}": text_format.written(one, attachments).encode(),
        **{home / attachments[file.name]: files[file.sha256] for file in one.files},
    }
