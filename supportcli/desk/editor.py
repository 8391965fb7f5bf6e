"""Writing a text in the agent's own editor. What was written is never lost: if anything fails
afterwards, the file stays and its path is given."""

import os
import shlex
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from supportcli.errors import SupportError
from supportcli.errors.replies import EditorFailed

_USUAL = ("sensible-editor", "editor", "nano", "vi")


@contextmanager
def text_from_editor(
    name: str, begin: str = "", environ: Mapping[str, str] = os.environ
) -> Iterator[str]:
    """The text that the agent makes of `begin` in VISUAL, else EDITOR, else the system's editor, in
    a file (0600) in a folder of its own.

    `name` is the file's name and always ours, never a customer's: editors act on names, and on what
    is in a file.

    The file is removed at the end. If the editor fails (EditorFailed), or the code that uses the
    text, the file is kept unless it is blank, and the error's hint says where."""
    file = _file(name, begin)
    try:
        _run(_command(environ), file)
        yield _read(file)
    except SupportError as error:
        if file.exists() and file.read_bytes().strip():
            error.hint = f"Your text is kept in {file}. {error.hint}".strip()
            if isinstance(error, EditorFailed):
                error.kept_in = str(file)
        else:
            shutil.rmtree(file.parent, ignore_errors=True)
        raise
    else:
        shutil.rmtree(file.parent, ignore_errors=True)


def _file(name: str, begin: str) -> Path:
    try:
        file = Path(tempfile.mkdtemp(prefix="supportcli-")) / f"{name}.txt"
        file.touch(mode=0o600)
        file.write_text(begin, encoding="utf-8")
    except OSError as error:
        raise EditorFailed(
            "", f"there is no room for its file: {error.strerror or error}"
        ) from error
    return file


def _command(environ: Mapping[str, str]) -> list[str]:
    chosen = environ.get("VISUAL", "").strip() or environ.get("EDITOR", "").strip()
    if not chosen:
        found = next((program for program in _USUAL if shutil.which(program)), None)
        if found is None:
            raise EditorFailed("", "none is installed")
        return [found]
    try:
        return shlex.split(chosen)
    except ValueError as error:
        raise EditorFailed(chosen, str(error)) from error


def _run(command: list[str], file: Path) -> None:
    shown = shlex.join(command)
    try:
        ended = subprocess.run([*command, str(file)], check=False).returncode
    except OSError as error:
        raise EditorFailed(shown, error.strerror or str(error)) from error
    if ended:
        raise EditorFailed(
            shown,
            f"it ended with code {ended}" if ended > 0 else f"it was ended by signal {-ended}",
        )


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except OSError as error:
        raise EditorFailed("", f"its file cannot be read: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise EditorFailed("", "its file is not UTF-8 text") from error
