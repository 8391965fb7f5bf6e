"""What an issuer has granted, and where it is kept: in a file that only its owner can read (0600),
so that cron can renew it, or in the keyring. Whoever renews holds a lock, so that of two processes
one asks the issuer and both have the token."""

import fcntl
import json
import os
import shlex
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime
from pathlib import Path

from supportcli.credentials.private_files import OURS, forget, keep_private
from supportcli.credentials.references import (
    forget_in_keyring,
    from_keyring,
    keep_in_keyring,
    parted,
)
from supportcli.errors.setup import SecretUnavailable
from supportcli.errors.tokens import TokensLocked, TokensNotKept

LOCK_SECONDS = 60.0
"""How long to wait for another process that renews; a request may take a third of it."""

_POLL = 0.05


@dataclass(frozen=True, slots=True)
class Grant:
    """An access token, until when to use it, and what gives the next one."""

    made_for: str = ""
    """`SignIn.made_for` at the time."""
    access_token: str = ""
    use_until: datetime | None = None
    refresh_token: str = ""
    account: str = ""
    """Who signed in, if the issuer says so."""
    refresh_ends: date | None = None
    """When the issuer ends the sign-in of its own accord."""
    warned_on: date | None = None
    """When a person was last warned that the sign-in ends."""


class KeptGrant:
    """The place of one mailbox's grant: `keyring:NAME` or `file:PATH`, as seen from the folder of
    config.toml."""

    def __init__(self, place: str, config: Path) -> None:
        self.place = place
        self._kind, self._name = parted(place)
        name = self._name if self._kind == "file" else f"{OURS}{self._name.replace('/', '_')}"
        self._path = config.parent / Path(name).expanduser()

    def read(self) -> Grant:
        """What is kept; an empty grant if there is nothing, or nothing that makes sense: then an
        app gets a new token, and a person is asked. TokensNotKept if it cannot be read."""
        text = self._from_file() if self._kind == "file" else self._from_keyring()
        try:
            return _grant(json.loads(text)) if text else Grant()
        except (ValueError, TypeError, AttributeError, RecursionError):
            return Grant()

    def write(self, grant: Grant) -> None:
        """Replace what is kept, completely or not at all. Call it within `locked`."""
        said = {
            name: value.isoformat() if isinstance(value, date) else value
            for name, value in asdict(grant).items()
            if value
        }
        text = json.dumps(said)
        if self._kind == "file":
            keep_private(str(self._path), self._path, text)
            return
        try:
            keep_in_keyring(self._name, text)
        except SecretUnavailable as error:
            raise TokensNotKept(
                self.place,
                "the keyring cannot be opened, or keeps nothing",
                "Unlock it, or keep the tokens in a file, with --tokens file.",
            ) from error

    def forget(self) -> None:
        """Remove what is kept, if there is anything."""
        if self._kind == "keyring":
            forget_in_keyring(self._name)
            return
        forget(str(self._path), self._path)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other processes from renewing. The kernel frees the lock if this one dies."""
        ends = time.monotonic() + LOCK_SECONDS
        with self._lock_file() as descriptor:
            while not _taken(descriptor):
                if time.monotonic() > ends:
                    raise TokensLocked(self.place, LOCK_SECONDS)
                time.sleep(_POLL)
            yield

    @contextmanager
    def _lock_file(self) -> Iterator[int]:
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor = os.open(f"{self._path}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise self._unwritable(error) from error
        try:
            yield descriptor
        finally:
            os.close(descriptor)

    def _from_file(self) -> str:
        try:
            with self._path.open(encoding="utf-8", errors="replace") as file:
                status = os.fstat(file.fileno())
                if stat.S_IMODE(status.st_mode) & 0o077 or status.st_uid != os.getuid():
                    raise TokensNotKept(
                        str(self._path),
                        "others can read or change this file",
                        f"Run: chmod 600 {shlex.quote(str(self._path))}",
                    )
                return file.read()
        except FileNotFoundError:
            return ""
        except OSError as error:
            raise self._unwritable(error) from error

    def _from_keyring(self) -> str:
        try:
            return from_keyring(self._name) or ""
        except SecretUnavailable as error:
            raise TokensNotKept(
                self.place,
                "the keyring cannot be opened",
                "Unlock it. Cron has none: keep the tokens in a file, with --tokens file.",
            ) from error

    def _unwritable(self, error: OSError) -> TokensNotKept:
        return TokensNotKept(
            str(self._path),
            error.strerror or str(error),
            "Check the folder's owner, permissions and space.",
        )


def _taken(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _grant(said: dict[str, str]) -> Grant:
    """A grant as it was written; what a newer version has added is left out."""
    known = {field.name for field in fields(Grant)}
    kept: dict[str, object] = {name: str(value) for name, value in said.items() if name in known}
    if "use_until" in kept:
        kept["use_until"] = datetime.fromisoformat(said["use_until"])
    for name in ("refresh_ends", "warned_on"):
        if name in kept:
            kept[name] = date.fromisoformat(said[name])
    return Grant(**kept)  # type: ignore[arg-type]  # each was turned into its type above
