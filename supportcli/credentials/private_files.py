"""Files that hold keys: read only if nobody else can."""

import json
import os
import shlex
import stat
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

from supportcli.errors.tokens import SignInFileWrong

OURS = "tokens/"
"""The folder beside config.toml for what this program keeps there."""

_LARGEST = 256 * 1024


def keep_private(name: str, config: Path, text: str) -> None:
    """Write a file beside config.toml that only its owner can read. SignInFileWrong if it cannot be
    written."""
    path = config.parent / Path(name).expanduser()
    written = ""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, written = tempfile.mkstemp(prefix=".private-", dir=path.parent)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(written).replace(path)
    except OSError as error:
        if written:
            Path(written).unlink(missing_ok=True)
        raise SignInFileWrong(
            str(path),
            f"cannot be written: {error.strerror or error}",
            "Check the folder's owner, permissions and space.",
        ) from error


def forget(name: str, config: Path) -> None:
    """Remove a file, if it is there."""
    with suppress(OSError):
        (config.parent / Path(name).expanduser()).unlink()


def private_bytes(name: str, config: Path) -> bytes:
    """The content of a file, as seen from the folder of config.toml. SignInFileWrong if it is not
    there, or not private (0600)."""
    path = config.parent / Path(name).expanduser()
    try:
        with path.open("rb") as file:
            status = os.fstat(file.fileno())
            if stat.S_IMODE(status.st_mode) & 0o077 or status.st_uid not in {os.getuid(), 0}:
                raise SignInFileWrong(
                    str(path),
                    "can be read or changed by others",
                    f"Run: chmod 600 {shlex.quote(str(path))}",
                )
            return file.read(_LARGEST)
    except OSError as error:
        is_whole = Path(name).expanduser().is_absolute()
        seen = "" if is_whole else f"; without a folder it is seen from {config.parent}"
        raise SignInFileWrong(
            str(path),
            f"cannot be read: {error.strerror or error}",
            f"Check its name{seen}. To name another one: supportcli mailbox sign-in --help",
        ) from error


def private_json(name: str, config: Path, what: str) -> dict[str, Any]:
    """The JSON object in a file. SignInFileWrong if it is not `what` it should be."""
    try:
        found = json.loads(private_bytes(name, config))
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise SignInFileWrong(
            str(config.parent / Path(name).expanduser()),
            f"is not {what}",
            "Download it again from https://console.cloud.google.com/apis/credentials.",
        )
    return found
