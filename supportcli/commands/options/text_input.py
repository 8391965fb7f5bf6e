"""Where the text of a reply or a note comes from: an option, a file, a pipe, or the agent's
editor."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from supportcli.errors import UsageError
from supportcli.errors.replies import EmptyText
from supportcli.terminal import MARK

Text = Annotated[str | None, typer.Option("--text", "-t", help="The text.")]
File = Annotated[
    Path | None, typer.Option("--file", "-f", help="A file with the text; - is standard input.")
]
Pipe = Annotated[
    str | None,
    typer.Argument(metavar="-", help="- reads the text from standard input.", show_default=False),
]


@contextmanager
def text_of(
    what: str,
    name: str,
    *,
    text: str | None,
    file: Path | None,
    pipe: str | None = None,
    begin: str = "",
    may_be_blank: bool = False,
) -> Iterator[tuple[str, bool]]:
    """The text of a reply or a note (`what`): from the one source that is named, else from a pipe,
    else from the editor; and whether it was the editor.

    `name` is the editor's file, `begin` what is in it at first. EmptyText if there is not a word,
    unless an option or a pipe `may_be_blank`; what was written in the editor is kept if the block
    fails."""
    found = _source(text, file, pipe)
    if found is not None:
        yield (found.replace("\0", MARK) if may_be_blank else _some(found, what)), False
        return
    from supportcli.desk.editor import text_from_editor

    with text_from_editor(name, begin) as written:
        yield _some(written, what), True


def from_pipe(
    text: str | None, file: Path | None, pipe: str | None, *, implied: bool = True
) -> str | None:
    """A text that is piped in, read at once: it exists nowhere else, and whoever has it can keep it
    if the call fails. None if it comes from elsewhere, or if that is not clear. `implied`: a pipe
    is read although nothing names it."""
    sources = [one for one in (text, file, pipe) if one is not None]
    named = len(sources) == 1 and str(sources[0]) == "-" and text is None
    if named or (implied and not sources and not sys.stdin.isatty()):
        return _piped().replace("\0", MARK)
    return None


def comes_from_nowhere() -> bool:
    """Whether standard input is /dev/null: nobody means that as a text, but an empty pipe may be
    one that failed."""
    try:
        return os.path.samestat(os.fstat(sys.stdin.fileno()), Path(os.devnull).stat())
    except (OSError, AttributeError):  # closed, or none of the system's
        return False


def given(text: str | None, file: Path | None, pipe: str | None = None) -> str:
    """The text of an option or a pipe; it may be blank."""
    return (_source(text, file, pipe) or "").replace("\0", MARK)


def _some(text: str, what: str) -> str:
    if not text.strip():
        raise EmptyText(what)
    return text.replace("\0", MARK)  # PostgreSQL keeps no NUL in a text


def _source(text: str | None, file: Path | None, pipe: str | None) -> str | None:
    """The text of an option or a pipe; None if the editor is to open."""
    if pipe not in {None, "-"}:
        raise UsageError(
            f"“{pipe}” does not belong here.", "Give the text with --text, --file or a pipe."
        )
    if sum(source is not None for source in (text, file, pipe)) > 1:
        raise UsageError("The text is given twice.", "Use one of --text, --file and -.")
    if text is not None:
        return text
    if file is not None and str(file) != "-":
        return _file(file)
    if file is not None or pipe or not sys.stdin.isatty():
        return _piped()
    return None


def _file(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except OSError as error:
        raise UsageError(
            f"{file} cannot be read: {error.strerror}.", "Nothing was sent."
        ) from error
    except UnicodeDecodeError as error:
        raise UsageError(
            f"{file} is not UTF-8 text.", "Convert it, for instance with iconv."
        ) from error


def _piped() -> str:
    try:
        return sys.stdin.read().encode().decode()
    except UnicodeError as error:
        raise UsageError(
            "Standard input is not UTF-8 text.", "Convert it, for instance with iconv."
        ) from error
