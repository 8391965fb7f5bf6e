"""An old mailbox comes in silently: not one mail is sent, no clock runs, whatever happens on the
way, and memory does not grow with it."""

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests import measured
from tests.desk.letters import letter
from tests.long import LONG
from tests.servers.dovecot import Dovecot
from tests.servers.process import LOOPBACK, wait_until
from tests.servers.smtp import SmtpServer

pytestmark = pytest.mark.acceptance

MAILS = int(os.environ.get("HISTORY_MAILS", "50000" if LONG else "1000"))
FIRST = datetime(2026, 1, 1, tzinfo=UTC)
MOST_MEMORY = 300 * 1024  # KiB
PROGRAM = [sys.executable, "-m", "supportcli"]


def old_mails() -> Iterator[tuple[bytes, datetime]]:
    """Questions, each fifth an answer to the one before, each tenth with a file-sized text."""
    for number in range(MAILS):
        before = [f"m{number - 1}"] if number % 5 == 4 else []
        text = "It grinds.\n" * (2_000 if number % 10 == 0 else 5)
        sender = f"customer{number // 5}@customer.test"
        raw = letter(
            f"m{number}", text, sender=sender, subject=f"Grinder {number}", references=before
        )
        yield raw, FIRST + timedelta(minutes=number)


def count(file: Path, statement: str) -> int:
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True, timeout=20)) as connection:
        return int(connection.execute(statement).fetchone()[0])


def test_an_old_mailbox_comes_in_silently(dovecot: Dovecot, tmp_path: Path) -> None:
    user, password = dovecot.new_user()
    uids = dovecot.append_all(user, "INBOX", old_mails())
    desk = tmp_path / "desk.db"
    environ = {
        "HOME": str(tmp_path),
        "PATH": os.environ["PATH"],
        "PYTHONPATH": os.environ.get("PYTHONPATH", ""),
        "SUPPORTCLI_CONFIG": str(tmp_path / "config.toml"),
        "SUPPORTCLI_DATABASE": str(desk),
        "HELP_PASSWORD": password,
    }

    def run(*argv: str) -> None:
        subprocess.run([*PROGRAM, *argv], env=environ, check=True, stdout=subprocess.DEVNULL)

    with SmtpServer(user=user, password=password) as smtp:
        run("init", "--yes", "--agent", "Ada <ada@shop.test>")
        places = "--imap", f"{LOOPBACK}:{dovecot.port}", "--smtp", f"{LOOPBACK}:{smtp.port}"
        secret = "--user", user, "--secret", "env:HELP_PASSWORD", "--security", "none"
        run("mailbox", "add", "help@shop.test", *places, *secret, "--history", "all")
        with subprocess.Popen([*PROGRAM, "sync"], env=environ) as killed:
            tickets = "SELECT count(*) FROM ticket"
            wait_until(lambda: count(desk, tickets) > MAILS // 10, "some tickets", 600)
            killed.send_signal(signal.SIGKILL)
        again = subprocess.run(
            [*measured.COMMAND, "sync"], env=environ, stderr=subprocess.PIPE, text=True, check=False
        )
        assert again.returncode == 0, again.stderr
        memory = int(again.stderr.split()[-1])
        assert memory < MOST_MEMORY
        assert smtp.accepted() == []
    assert count(desk, "SELECT count(*) FROM mail WHERE state = 'accepted'") == len(uids)
    assert count(desk, "SELECT count(*) FROM message") == len(uids)
    assert count(desk, "SELECT count(*) FROM ticket") == len(uids) - MAILS // 5
    for nothing in (
        "SELECT count(*) FROM outbox",
        "SELECT count(*) FROM target",
        "SELECT count(*) FROM ticket WHERE waiting_since IS NOT NULL OR due_at IS NOT NULL",
        "SELECT count(*) FROM mail WHERE NOT historic",
    ):
        assert count(desk, nothing) == 0, nothing
    print(f"{MAILS} mails, {memory // 1024} MiB")  # noqa: T201 - the figure
