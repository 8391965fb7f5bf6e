"""`supportcli sync` as a process of its own: a server that hangs, or a password command that asks,
never blocks the inbox."""

import asyncio
import os
import sys
import tempfile
from dataclasses import dataclass

from supportcli.config import Settings
from supportcli.terminal import clean

_MOST_SAID = 2_000


@dataclass(frozen=True, slots=True)
class SyncResult:
    """How a sync ended: its exit code and, if that is not 0, the first line it printed, clean."""

    code: int
    said: str = ""


class SyncChild:
    """Runs one sync at a time. Its output goes to a file, not a pipe, so that it ends normally even
    if the inbox is left first."""

    def __init__(self, settings: Settings) -> None:
        self._environment = {
            "SUPPORTCLI_CONFIG": str(settings.path),
            "SUPPORTCLI_DATABASE": settings.database,
            "SUPPORTCLI_IN_INBOX": "1",
        }
        self._process: asyncio.subprocess.Process | None = None

    @property
    def runs(self) -> bool:
        """Whether one runs now."""
        return self._process is not None

    async def run(self) -> SyncResult:
        """Receive and send once; returns when it has ended."""
        with tempfile.TemporaryFile() as said:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "supportcli", "sync"),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.DEVNULL,
                stderr=said,
                env={**os.environ, **self._environment},
                start_new_session=True,
            )
            try:
                code = await self._process.wait()
            finally:
                self._process = None
            said.seek(0)
            words = said.read(_MOST_SAID).decode("utf-8", "replace").strip()
        return SyncResult(
            code, clean(words.split("\n")[0].removeprefix("supportcli: ")) if code else ""
        )
