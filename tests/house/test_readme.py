"""The README's commands are run as they stand there, in order, with a mailbox of this machine in
the place of the reader's."""

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.demo.terminal import Terminal
from tests.house.bare import bare_environment
from tests.house.test_documents import shell_lines
from tests.house.tree import HOME
from tests.servers.pymap import Pymap
from tests.servers.smtp import SmtpServer

LINES = shell_lines(HOME / "README.md")
ELSEWHERE = {"make demo", "make test", "pip install .", "supportcli"}
"""What is run by tests of its own below, in test_wheel.py, or is this run."""

MAIL = b"""From: Cleo <cleo@customer.example>\r
To: help@shop.example\r
Subject: Where is my parcel\r
Message-ID: <1@customer.example>\r
\r
Hello?\r
"""


def bare(line: str) -> str:
    """A line without its comment."""
    return line.partition("  #")[0].strip()


@pytest.fixture
def login(pymap: Pymap) -> tuple[str, str]:
    """A user of the reader's servers, with a mail that waits, and the password."""
    user, password = pymap.new_user()
    pymap.append(user, "INBOX", MAIL, datetime.now(UTC))
    return user, password


@pytest.fixture
def smtp(login: tuple[str, str]) -> Iterator[SmtpServer]:
    """The SMTP server that lets this user in."""
    with SmtpServer(*login) as server:
        yield server


@pytest.fixture
def environ(tmp_path: Path, login: tuple[str, str]) -> dict[str, str]:
    """The reader's shell: an empty HOME, supportcli on PATH, the password in a variable."""
    environment = bare_environment(tmp_path / "home")
    path = os.pathsep.join([str(Path(sys.executable).parent), environment["PATH"]])
    return {**environment, "PATH": path, "HELP_PASSWORD": login[1]}


def on_this_machine(line: str, user: str, pymap: Pymap, smtp: SmtpServer) -> str:
    """A line with our servers in the place of the reader's."""
    line = line.replace(
        "--imap imap.shop.example:993", f"--imap {pymap.host}:{pymap.port} --security none"
    )
    line = line.replace("--smtp smtp.shop.example:465", f"--smtp {smtp.host}:{smtp.port}")
    return line.replace("--user help@shop.example", f"--user {user}")


@pytest.fixture
def desk(
    environ: dict[str, str], login: tuple[str, str], pymap: Pymap, smtp: SmtpServer
) -> dict[str, str]:
    """The reader's shell after all plain lines of the README have run."""
    for line in LINES:
        if bare(line) not in ELSEWHERE:
            command = ["/bin/sh", "-c", on_this_machine(line, login[0], pymap, smtp)]
            run = subprocess.run(
                command,
                env=environ,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                check=False,
            )
            assert run.returncode == 0, f"{line}\n{run.stdout}{run.stderr}"
    return environ


@pytest.mark.acceptance
def test_five_minutes_lead_to_the_mailbox_in_the_inbox(desk: dict[str, str]) -> None:
    assert "supportcli" in LINES
    with Terminal(["supportcli"], desk) as terminal:
        terminal.wait_for("Where is my parcel")
        terminal.send("q")
        assert terminal.ended() == 0


@pytest.mark.acceptance
def test_make_demo_opens_a_shop(environ: dict[str, str]) -> None:
    assert "make demo" in map(bare, LINES)
    with Terminal(
        ["make", "-C", str(HOME), "-o", ".venv/stamp", "demo"], environ
    ) as terminal:  # the .venv that runs this test stays as it is
        terminal.wait_for("To do")
        terminal.send("q")
        assert terminal.ended() == 0
