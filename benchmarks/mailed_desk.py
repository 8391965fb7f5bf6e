"""A desk as `init` and `mailbox add` make it, whose mailbox is a user of an IMAP server here, and
the program run on it as a process: what a team's first sync is."""

import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.conversations import HELP, Letter
from benchmarks.goal import SUPPORTCLI, Spent, spent
from supportcli import config
from supportcli.channels.files import archives
from supportcli.desk import Desk, open_desk
from tests.servers.process import free_port

_VARIABLE = "SUPPORTCLI_BENCHMARK"
"""The environment variable that holds the mailbox's password."""

_AGENT = "Ada <ada@shop.test>"


@dataclass(frozen=True, slots=True)
class MailedDesk:
    """A desk in `folder`, whose mailbox is `user` of the IMAP server at `port`. `url` is its
    database, if that is not a file in the folder; replies go to the port `smtp`."""

    folder: Path
    port: int
    user: str
    password: str
    url: str = ""
    smtp: int = 0

    def found(self) -> "MailedDesk":
        """Make the desk, its agent, and its mailbox, which brings in all mail there is."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.run("init", "--yes", "--agent", _AGENT)
        servers = (
            "--imap",
            f"127.0.0.1:{self.port}",
            "--smtp",
            f"127.0.0.1:{self.smtp or free_port()}",
        )
        login = ("--user", self.user, "--secret", f"env:{_VARIABLE}", "--security", "none")
        self.run("mailbox", "add", HELP, *servers, *login, "--history", "all")
        return self

    def copy(self, folder: Path) -> "MailedDesk":
        """The same desk in another folder, as far as it is in its folder."""
        shutil.copytree(self.folder, folder)
        return replace(self, folder=folder)

    @contextmanager
    def opened(self) -> Iterator[Desk]:
        """The desk, open in this process."""
        os.environ[_VARIABLE] = self.password
        place = self.environ
        desk = open_desk(
            config.load(Path(place["SUPPORTCLI_CONFIG"]), place["SUPPORTCLI_DATABASE"], {})
        )
        try:
            yield desk
        finally:
            desk.close()

    def run(self, *arguments: str) -> Spent:
        """Run a command, which must succeed; what it has spent."""
        return spent([SUPPORTCLI, *arguments], self.environ)

    @property
    def environ(self) -> dict[str, str]:
        """The environment in which commands find the desk."""
        return {
            "SUPPORTCLI_CONFIG": str(self.folder / "config.toml"),
            "SUPPORTCLI_DATABASE": self.url or str(self.folder / "desk.db"),
            _VARIABLE: self.password,
        }


def write_mbox(letters: Iterable[Letter], place: Path) -> None:
    """Write mails as an mbox."""
    with place.open("wb") as file:
        file.writelines(archives.as_mbox(letter.raw, letter.at) for letter in letters)


def write_maildir(letters: Iterable[Letter], place: Path) -> None:
    """Write mails as a Maildir."""
    for folder in ("cur", "new", "tmp"):
        (place / folder).mkdir(parents=True)
    for number, letter in enumerate(letters):
        (place / "cur" / f"{int(letter.at.timestamp())}.{number}.shop:2,").write_bytes(letter.raw)
