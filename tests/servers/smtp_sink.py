"""postfix's smtp-sink: an SMTP server that shares no code with Python's, with modes that refuse,
hang up and delay."""

import os
import pwd
import re
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tests.servers.process import LOOPBACK, ServerProcess, answers, free_port, program, wait_until


@dataclass(frozen=True, slots=True)
class Dumped:
    """A mail as smtp-sink wrote it down: the envelope, and the mail with LF as its line end."""

    sender: str
    recipients: tuple[str, ...]
    raw: bytes


class SmtpSink(ServerProcess):
    """smtp-sink on `port`, with `options` of smtp-sink(1): `-q .` hangs up behind the final dot,
    `-f RCPT` answers 5xx, `-r MAIL` 4xx, `-Q DATA` 421 and hangs up, `-W ehlo:2` answers after two
    seconds."""

    host = LOOPBACK

    def __init__(self, *options: str) -> None:
        super().__init__()
        self.port = 0
        self.options = options

    def start(self) -> None:
        """Start it. Raises ServerMissing without postfix."""
        sink = program("smtp-sink", "postfix")
        dumps = self.folder / "dumps"
        dumps.mkdir()
        identity: list[str] = []
        if os.geteuid() == 0:
            os.chown(dumps, pwd.getpwnam("nobody").pw_uid, -1)
            identity = ["-u", "nobody"]
        self.port = free_port()
        command = [
            sink,
            "-4",
            *identity,
            "-d",
            f"{dumps}/mail.",
            *self.options,
            f"{LOOPBACK}:{self.port}",
            "16",
        ]
        self.launch(command, partial(answers, self.port, b""))

    def mails(self) -> list[Dumped]:
        """Every mail whose final dot arrived, in no order."""
        return [dumped(path) for path in sorted((self.folder / "dumps").iterdir())]

    def wait_for(self, count: int) -> list[Dumped]:
        """The mails, as soon as there are `count`. Raises TimeoutError."""
        wait_until(lambda: len(self.mails()) >= count, f"{count} mails, got {len(self.mails())}")
        return self.mails()


def dumped(path: Path) -> Dumped:
    """Read a dump file: smtp-sink(1) writes the envelope as X- headers and a Received header before
    the mail."""
    lines = path.read_bytes()
    envelope, _, rest = lines.partition(b"Received: ")
    body = re.sub(rb"\A[^\n]*\n(?:[ \t][^\n]*\n)*", b"", rest)
    arguments = {
        key: re.findall(rb"^X-%s-Args: [^<]*<([^>]*)>" % key, envelope, re.MULTILINE)
        for key in (b"Mail", b"Rcpt")
    }
    sender = arguments[b"Mail"][0].decode() if arguments[b"Mail"] else ""
    return Dumped(
        sender,
        tuple(recipient.decode() for recipient in arguments[b"Rcpt"]),
        body.removesuffix(b"\n"),
    )
