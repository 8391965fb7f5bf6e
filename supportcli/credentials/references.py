"""References to secrets: `keyring:NAME`, `command:PROGRAM ARGUMENTS` (started without a shell),
`env:NAME` or `file:PATH` (0600)."""

import os
import shlex
import stat
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from supportcli.credentials.programs import ProgramFailed, printed
from supportcli.errors import ConfigurationError
from supportcli.errors.setup import SecretUnavailable

_SERVICE = "supportcli"
"""The service name of our secrets in the keyring."""


def resolve(reference: str, config: Path) -> str:
    """The secret that a reference names; paths in it are relative to the folder of config.toml.
    SecretUnavailable if it cannot be had."""
    kind, name = parted(reference)
    return _SOURCES[kind](name, config)


def parted(reference: str) -> tuple[str, str]:
    """A reference as its kind and the rest; ConfigurationError if it is invalid."""
    kind, colon, name = reference.partition(":")
    if not colon or kind not in _SOURCES or not name.strip():
        # it may be a password typed here by mistake, so it is not repeated
        raise ConfigurationError(
            "A secret must be a reference, never the password itself.",
            "Use env:NAME, keyring:NAME, file:PATH or command:'PROGRAM ARGUMENTS'.",
        )
    return kind, name


def keep_in_keyring(name: str, secret: str) -> None:
    """Put a secret into the keyring of the operating system; SecretUnavailable if there is none to
    open, or none that keeps it (keyring's null backend forgets everything and says nothing)."""
    import keyring  # noqa: PLC0415  # slow to load, and needed by few
    from keyring.errors import KeyringError  # noqa: PLC0415

    otherwise = "Use --secret with env:NAME, file:PATH or command:'…' instead."
    try:
        keyring.set_password(_SERVICE, name, secret)
        kept = keyring.get_password(_SERVICE, name)
    except (KeyringError, RuntimeError) as error:
        raise SecretUnavailable(f"keyring:{name}", str(error), otherwise) from error
    if kept != secret:
        raise SecretUnavailable(
            f"keyring:{name}", "the keyring of this machine keeps nothing", otherwise
        )


def forget_in_keyring(name: str) -> None:
    """Remove a secret from the keyring, if it is there and the keyring can be opened."""
    import keyring  # noqa: PLC0415
    from keyring.errors import KeyringError  # noqa: PLC0415

    with suppress(KeyringError, RuntimeError):
        keyring.delete_password(_SERVICE, name)


def from_keyring(name: str) -> str | None:
    """What the keyring has under a name; None if it has nothing. SecretUnavailable if there is none
    to open."""
    import keyring  # noqa: PLC0415
    from keyring.errors import KeyringError  # noqa: PLC0415

    try:
        return keyring.get_password(_SERVICE, name)
    except (KeyringError, RuntimeError) as error:
        raise SecretUnavailable(
            f"keyring:{name}",
            str(error),
            "Unlock the keyring, or refer to the secret in another way.",
        ) from error


def _from_keyring(name: str, _config: Path) -> str:
    found = from_keyring(name)
    if not found:
        raise SecretUnavailable(
            f"keyring:{name}",
            "the keyring has no such entry",
            f"Put it there with: keyring set {_SERVICE} {shlex.quote(name)}",
        )
    return found


def _from_environment(name: str, _config: Path) -> str:
    found = os.environ.get(name)
    if not found:
        raise SecretUnavailable(
            f"env:{name}",
            "this variable is not set",
            f"Set {name} where supportcli runs, in cron too.",
        )
    return found


def _from_file(name: str, config: Path) -> str:
    path = config.parent / Path(name).expanduser()
    try:
        with path.open(encoding="utf-8") as file:
            status = os.fstat(file.fileno())
            if stat.S_IMODE(status.st_mode) & 0o077 or status.st_uid != os.getuid():
                raise SecretUnavailable(
                    f"file:{name}",
                    "others can read or change this file",
                    f"Run: chmod 600 {shlex.quote(str(path))}",
                )
            return _first_line(f"file:{name}", file.readline())
    except OSError as error:
        seen = "" if path == Path(name) else f" ({path})"
        cause = f"{error.strerror or error}{seen}"
        raise SecretUnavailable(
            f"file:{name}", cause, "Write the secret into its first line, and chmod 600 it."
        ) from error
    except UnicodeDecodeError as error:
        raise SecretUnavailable(
            f"file:{name}", f"{path} is not UTF-8 text", "Convert it, for instance with iconv."
        ) from error


def _from_command(line: str, config: Path) -> str:
    reference = f"command:{line}"
    try:
        return _first_line(reference, printed(line, config))
    except ProgramFailed as failed:
        raise SecretUnavailable(reference, failed.cause, failed.hint) from failed


def _first_line(reference: str, text: str) -> str:
    secret = text.removeprefix("\ufeff").partition("\n")[0].removesuffix("\r")  # Notepad's BOM
    if not secret:
        raise SecretUnavailable(reference, "its first line is empty", "The secret belongs there.")
    return secret


_SOURCES: dict[str, Callable[[str, Path], str]] = {
    "env": _from_environment,
    "keyring": _from_keyring,
    "file": _from_file,
    "command": _from_command,
}
