"""`sync --watch` as a process of its own, with real servers and real signals."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from tests.commands.letters import letter
from tests.commands.program import Program
from tests.desk.levels import promise
from tests.servers.dovecot import Dovecot
from tests.servers.process import wait_until
from tests.servers.proxy import Break, Proxy
from tests.servers.smtp import SmtpServer

ADDRESS = "help@shop.test"
WATCH = [sys.executable, "-m", "supportcli", "sync", "--watch"]
ALREADY = f"supportcli: {ADDRESS}: another sync is already running.\n"


@dataclass(frozen=True, slots=True)
class Place:
    """A desk with one mailbox on real servers."""

    program: Program
    dovecot: Dovecot
    smtp: SmtpServer
    user: str
    environ: dict[str, str]

    @contextmanager
    def watching(self, *more: str) -> Iterator[subprocess.Popen[str]]:
        """A watch that has read everything once."""
        before = self.health()
        with subprocess.Popen(
            [*WATCH, *more],
            env=self.environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            try:
                wait_until(lambda: process.poll() is not None or self.health() != before, "a pass")
                yield process
            finally:
                process.kill()

    def health(self) -> dict[str, str | None]:
        found = self.program.rows("mailbox", "show", ADDRESS)[0]
        return {name: found[name] for name in ("synced_at", "failing_since", "paused_until")}

    def tickets(self) -> list[str]:
        return [row["subject"] for row in self.program.rows("ticket", "list")]

    def deliver(self, subject: str) -> None:
        mail = letter(subject=subject, message_id=f"<{subject}@acme.test>")
        self.dovecot.append(self.user, "INBOX", mail)

    def arrives(self, subject: str) -> None:
        """Deliver a mail and wait for its ticket."""
        self.deliver(subject)
        wait_until(lambda: subject in self.tickets(), f"“{subject}”")


@pytest.fixture
def place(desk: Program, dovecot: Dovecot, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    with SmtpServer(user="nobody yet") as smtp:
        yield placed(desk, dovecot, smtp, monkeypatch, dovecot.port)


def placed(
    desk: Program,
    dovecot: Dovecot,
    smtp: SmtpServer,
    monkeypatch: pytest.MonkeyPatch,
    port: int,
) -> Place:
    desk.done("mailbox", "remove", ADDRESS)
    user, password = dovecot.new_user()
    smtp.user, smtp.password = user, password
    monkeypatch.setenv("HELP_PASSWORD", password)
    desk.add_mailbox(ADDRESS, port, smtp.port, "--user", user, "--secret", "env:HELP_PASSWORD")
    environ = dict(desk.environ) | {
        "PATH": os.environ["PATH"],
        "HELP_PASSWORD": password,
        "PYTHONPATH": os.environ.get("PYTHONPATH", ""),
    }
    return Place(desk, dovecot, smtp, user, environ)


def ended(process: subprocess.Popen[str], number: signal.Signals) -> tuple[int, str, str]:
    """Send a signal; the exit code and the output of the process, and it took a few seconds at
    most."""
    begun = time.monotonic()
    process.send_signal(number)
    out, err = process.communicate(timeout=20)
    assert time.monotonic() - begun < 8
    return process.returncode, out, err


def test_mail_comes_and_goes_within_seconds_until_a_signal(place: Place) -> None:
    with place.program.desk() as desk:
        promise(desk, first_response="2h", warnings=[600])
    place.program.write_in()  # months ago, by the clock of the watch
    with place.watching() as process:
        place.arrives("One")
        place.dovecot.kick(place.user)  # a BYE in IDLE
        place.arrives("Two")
        place.program.clock.now = datetime.now(UTC) - timedelta(seconds=8)
        place.program.done("ticket", "reply", 2, "--text", "Here it is.")
        due = time.monotonic() + 2
        place.smtp.wait_for(1)
        assert due - 0.5 <= time.monotonic() <= due + 2
        assert ended(process, signal.SIGTERM) == (0, "", "")
    place.deliver("Three")
    place.program.clock.now = datetime.now(UTC)
    levels = place.program.rows("sync")[-1]["service_levels"]
    assert levels == {"warned": 0, "breached": 0}  # the watch has noted them
    assert set(place.tickets()) == {"Leak", "One", "Two", "Three"}
    messages = place.program.rows("ticket", "show", 2)[0]["messages"]
    assert [message["state"] for message in messages] == [None, "sent"]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_before_it_has_begun_ends_it_too(number: signal.Signals) -> None:
    command = [sys.executable, "-X", "importtime", *WATCH[1:]]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        for line in process.stderr:
            if line.split()[-1] == "supportcli.errors":  # the first that the program loads
                process.send_signal(number)
                break
        process.communicate(timeout=20)
        assert process.returncode == 0


@pytest.mark.acceptance
def test_a_second_kind_of_signal_is_no_trouble(place: Place) -> None:
    with place.watching() as process:
        os.kill(process.pid, signal.SIGSTOP)  # both are there when it goes on
        os.kill(process.pid, signal.SIGTERM)
        os.kill(process.pid, signal.SIGINT)
        assert ended(process, signal.SIGCONT) == (0, "", "")


@pytest.mark.acceptance
def test_only_one_process_watches_and_cron_leaves_it_alone(place: Place) -> None:
    with place.watching() as process:
        second = subprocess.run(
            WATCH, env=place.environ, capture_output=True, text=True, check=False, timeout=20
        )
        assert (second.returncode, second.stdout, second.stderr) == (0, "", ALREADY)
        cron = place.program.run("sync")
        assert (cron.code, cron.out, cron.err) == (0, "", ALREADY)
        assert ended(process, signal.SIGTERM) == (0, "", "")
    cron = place.program.run("sync")
    assert (cron.code, cron.err) == (0, "")


@pytest.mark.acceptance
def test_a_signal_in_the_middle_of_a_mail(
    desk: Program,
    dovecot: Dovecot,
    proxy_to: Callable[[int], Proxy],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    proxy = proxy_to(dovecot.port)
    with SmtpServer(user="nobody yet") as smtp:
        place = placed(desk, dovecot, smtp, monkeypatch, proxy.port)
        with place.watching() as process:
            place.arrives("One")
            proxy.break_always(Break(pattern=b"BODY[] {", beyond=100, stall=True))
            place.dovecot.kick(place.user)
            place.deliver("Two")
            wait_until(lambda: proxy.broken, "a fetch that stalls")
            assert ended(process, signal.SIGTERM) == (0, "", "")
        proxy.break_always(None)
        assert place.program.done("sync") == ""
        assert place.tickets() == ["Two", "One"]


@pytest.mark.acceptance
def test_a_server_that_is_away_for_a_moment_is_not_worth_a_word(
    desk: Program,
    dovecot: Dovecot,
    proxy_to: Callable[[int], Proxy],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    proxy = proxy_to(dovecot.port)
    with SmtpServer(user="nobody yet") as smtp:
        place = placed(desk, dovecot, smtp, monkeypatch, proxy.port)
        with place.watching() as process:
            proxy.break_always(Break(after=0))
            dovecot.kick(place.user)
            wait_until(lambda: place.health()["failing_since"], "a failure")
            proxy.break_always(None)
            place.arrives("One")
            assert ended(process, signal.SIGTERM) == (0, "", "")


@pytest.mark.acceptance
def test_a_wrong_password_is_told_and_tried_three_times(place: Place) -> None:
    place.environ["HELP_PASSWORD"] = "wrong"
    with place.watching() as process:
        wait_until(lambda: place.health()["paused_until"], "the third refusal")
        code, out, err = ended(process, signal.SIGTERM)
    assert (code, out) == (0, "")
    assert "refused the login" in err
    assert len(err.splitlines()) == 2
    assert place.tickets() == []


@pytest.mark.acceptance
def test_what_happens_as_json_until_ctrl_c(place: Place) -> None:
    place.deliver("One")
    with place.watching("--json") as process:
        code, out, err = ended(process, signal.SIGINT)
    (row,) = [json.loads(line) for line in out.splitlines()]
    assert (code, err, row["mailbox"], row["new_tickets"]) == (0, "", ADDRESS, 1)
