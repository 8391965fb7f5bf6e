"""pymap, the IMAP server of the demo, in a process of its own: a second server with other habits
than Dovecot's (no TLS, UIDs from 101)."""

import importlib.util
import json
import socket
import sys
from functools import partial

from tests.servers.imap import ImapServer
from tests.servers.process import START_SECONDS, ServerMissing, answers, free_port


class Pymap(ImapServer):
    """pymap on `port`, its mail in memory."""

    def start(self) -> None:
        """Start it. Raises ServerMissing without the extra `demo`."""
        if importlib.util.find_spec("pymap") is None:
            raise ServerMissing("pymap", "none; it comes with the extra 'demo'")
        self.port = free_port()
        command = [
            sys.executable,
            "-m",
            "tests.servers.pymap_child",
            str(self.port),
            str(self.folder / "control"),
        ]
        self.launch(command, partial(answers, self.port, b"* OK"))

    def set_uid_validity(self, user: str, folder: str, number: int) -> None:
        """Make the folder look restored: from the next SELECT on its UIDVALIDITY is `number`."""
        self._order("uid-validity", user, folder, number)

    def kick(self, user: str) -> None:
        """Cut every connection of `user` with an untagged BYE."""
        self._order("kick", user)

    def _order(self, *words: str | int) -> None:
        with socket.socket(socket.AF_UNIX) as control:
            control.settimeout(START_SECONDS)
            control.connect(str(self.folder / "control"))
            control.sendall(json.dumps(words).encode() + b"\n")
            if control.recv(1) != b"\n":
                raise ConnectionError(f"pymap did not obey {words}: {self.log_tail()}")
