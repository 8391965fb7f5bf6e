"""The docks for the files of the ticket under the cursor: which one, then what becomes of it."""

import os
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from supportcli.config import InboxLook
from supportcli.desk import saving, viewer
from supportcli.desk.exports import pictures
from supportcli.domain.text.file_names import safe_name
from supportcli.domain.text.sizes import size
from supportcli.errors import SupportError, UsageError
from supportcli.errors.files import FileUnwritable
from supportcli.rendering.mail import read_file
from supportcli.rendering.ticket_rows import called
from supportcli.rendering.times import moment
from supportcli.terminal import clean
from supportcli.tui.context import InboxContext
from supportcli.tui.keys import Mode
from supportcli.tui.tickets.choices import Choosing
from supportcli.tui.tickets.docks.picture_page import PicturePage
from supportcli.tui.widgets.composer import completed_paths
from supportcli.tui.widgets.fields import Completion
from supportcli.tui.widgets.picker import Choice

if TYPE_CHECKING:
    from supportcli.desk.exports.attachments import TicketFile
    from supportcli.tui.client.desk_client import DeskClient

_ALL = "all"
_SAVE, _READ, _OPEN, _COPY = "save", "read it here", "open", "copy the command"
_LOOK = "look at it here"


class FilesDock:
    """Saves, reads and opens what customers sent. The folder that was saved to last is offered
    next."""

    def __init__(self, context: InboxContext, choosing: Choosing, look: InboxLook) -> None:
        self._context = context
        self._choosing = choosing
        self._program = look.open_with
        self._folder = _folder(look.save_to)
        self._pictures = PicturePage(context, look.pictures, self._done_reading)

    def open(self) -> None:
        """Choose a file; if there is one only, what becomes of it."""
        line = self._choosing.line_for("Files")
        if line is None:
            return
        title = f"Files of #{line.number}"
        self._context.wait_for(
            lambda client: client.files.of(line.number),
            partial(self._choose, line.number, title),
            partial(self._choosing.fail_to_open, title),
        )

    def _choose(self, number: int, title: str, files: "Sequence[TicketFile]") -> None:
        shown = [one for one in files if not one.decorates] or list(files)
        if not shown:
            self._choosing.refuse(title, f"#{number} has no files.")
        elif len(shown) == 1:
            self._ask(number, shown[0])
        else:
            by_value = {str(one.place): one for one in shown}
            self._choosing.open(
                title,
                [*map(self._choice, shown), Choice(_ALL, f"all {len(shown)} files")],
                lambda value: (
                    self._ask_folder(number, shown)
                    if value == _ALL
                    else self._ask(number, by_value[value])
                ),
                asks="number or name",
            )
            self._context.picker.move(1)

    def _choice(self, one: "TicketFile") -> Choice:
        when = moment(one.came_at, self._context.now())
        return Choice(
            str(one.place),
            f"{one.place} {one.file.name or 'unnamed'}",
            f"{size(one.file.size)} · {called(one.sender)} · {when}",
            also=one.file.name,
        )

    # What becomes of it

    def _ask(self, number: int, one: "TicketFile") -> None:
        name = safe_name(one.file.name)
        choices = [Choice(_SAVE, f"save in {_short(self._folder)}", name)]
        if read_file.is_text(name, one.file):
            choices.append(Choice(_READ, _READ))
        if pictures.is_picture(one.file):
            choices.append(Choice(_LOOK, _LOOK, why_not=self._pictures.why_not(one)))
        if self._program:
            refused = "" if viewer.may_open(name) else "this kind of file is not opened from here"
            choices.append(Choice(_OPEN, f"open with {self._program}", why_not=refused))
        choices.append(Choice(_COPY, "copy a command that fetches it", "for your own machine"))
        self._choosing.open(
            clean(one.file.name) or f"File {one.place}",
            choices,
            partial(self._do, number, one),
            new="save there",
            asks="or a path to save it to · tab completes",
            completion=Completion(completed_paths),
        )
        self._context.picker.move(1)

    def _do(self, number: int, one: "TicketFile", chosen: str) -> None:
        if chosen == _READ:
            self._with_content(number, one, partial(self._read, one))
        elif chosen == _LOOK:
            self._pictures.open(number, one)
        elif chosen == _OPEN:
            self._with_content(number, one, partial(self._open, one))
        elif chosen == _COPY:
            self._copy(number, one)
        else:
            self._save(number, [one], self._folder if chosen == _SAVE else _path(chosen))

    def _ask_folder(self, number: int, files: "Sequence[TicketFile]") -> None:
        self._choosing.open(
            f"All {len(files)} files of #{number}",
            [Choice(_SAVE, f"save in {_short(self._folder)}")],
            lambda chosen: self._save_all(number, files, chosen),
            new="save there",
            asks="or another folder · tab completes",
            completion=Completion(completed_paths),
        )
        self._context.picker.move(1)

    def _save_all(self, number: int, files: "Sequence[TicketFile]", chosen: str) -> None:
        folder = self._folder if chosen == _SAVE else _path(chosen)
        if folder.is_dir():
            self._save(number, files, folder)
        else:
            self._context.notices.warn(f"{_short(folder)} is no folder; nothing was saved.")

    def _save(self, number: int, files: "Sequence[TicketFile]", place: Path) -> None:
        def saved(client: "DeskClient") -> list[Path]:
            return [
                _written(client.files.content(number, one.place), one.file.name, place)
                for one in files
            ]

        self._context.wait_for(saved, self._tell_saved, self._context.notices.fail)

    def _tell_saved(self, paths: Sequence[Path]) -> None:
        self._folder = paths[0].parent
        what = paths[0].name if len(paths) == 1 else f"{len(paths)} files"
        self._context.notices.say(f"Saved {what} in {_short(self._folder)}.")

    def _with_content(self, number: int, one: "TicketFile", then: Callable[[bytes], None]) -> None:
        self._context.wait_for(
            lambda client: client.files.content(number, one.place),
            then,
            self._context.notices.fail,
        )

    def _read(self, one: "TicketFile", content: bytes) -> None:
        page = self._context.mail_page
        page.lines = partial(read_file.page, one.file, content)
        page.leave = self._done_reading
        page.open()
        self._context.mode = Mode.MAIL

    def _done_reading(self) -> None:
        self._context.mail_page.close()
        self._context.go_home()

    def _open(self, one: "TicketFile", content: bytes) -> None:
        try:
            viewer.show(self._program, safe_name(one.file.name), content)
        except SupportError as error:
            self._context.notices.fail(error)
        else:
            self._context.notices.say(f"Opened {safe_name(one.file.name)} with {self._program}.")

    def _copy(self, number: int, one: "TicketFile") -> None:
        command = viewer.fetching_command(number, one.place, safe_name(one.file.name))
        self._context.picker.app.copy_to_clipboard(command)
        self._context.notices.say(f"Copied: {command}")


def _written(content: bytes, name: str, place: Path) -> Path:
    """Save it; SupportError instead of the system's errors."""
    try:
        return saving.to_file(content, name, place, force=False)
    except FileExistsError as error:
        raise UsageError(
            f"{_short(place)} already exists; nothing was saved.", "Choose another name."
        ) from error
    except OSError as error:
        named = str(error.filename or place)
        raise FileUnwritable(named, error.strerror or str(error), "A") from error


def _folder(chosen: str) -> Path:
    """The folder from config.toml, else the usual one, else the one the inbox was started in."""
    usual = Path("~/Downloads").expanduser()
    return _path(chosen) if chosen else usual if usual.is_dir() else Path.cwd()


def _path(typed: str) -> Path:
    return Path(os.path.expanduser(typed.strip()))  # noqa: PTH111  # leaves "~nobody" as it is, where Path raises


def _short(path: Path) -> str:
    """A path as people write it."""
    home = Path.home()
    return (
        f"~/{path.relative_to(home)}" if path.is_relative_to(home) and path != home else str(path)
    )
