"""`supportcli demo --no-tui`: other commands work with the demo, until it is interrupted."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.demo.alone import DEMO, Alone, alone_in
from tests.demo.processes import until

BLOCKED = "import sys; sys.modules[sys.argv.pop(1)] = None; from supportcli.commands import main; sys.exit(main(sys.argv[1:]))"


@pytest.fixture
def alone(tmp_path: Path) -> Alone:
    return alone_in(tmp_path)


@contextmanager
def served(alone: Alone, *options: str) -> Iterator[tuple[subprocess.Popen[str], dict[str, str]]]:
    """The demo's process, and the environment that it printed for other commands."""
    command = [*DEMO, "--no-tui", *options]
    demo = subprocess.Popen(
        command,
        env=alone.environ,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert demo.stdout is not None
    exported: dict[str, str] = {}
    try:
        for line in demo.stdout:
            if found := re.fullmatch(r"export (\w+)=(\S*)\n", line):
                exported[found[1]] = found[2]
            elif exported:
                break
        yield demo, {**alone.environ, **exported}
    finally:
        demo.kill()
        demo.communicate()


def supportcli(environ: dict[str, str], *words: str) -> str:
    command = [sys.executable, "-m", "supportcli", *words]
    return subprocess.run(
        command,
        env=environ,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    ).stdout


def ticket(environ: dict[str, str], number: int) -> list[dict[str, str]]:
    shown: list[dict[str, str]] = json.loads(
        supportcli(environ, "ticket", "show", str(number), "--json")
    )["messages"]
    return shown


@pytest.mark.acceptance
def test_other_commands_find_it_and_customers_answer(alone: Alone) -> None:
    with served(alone, "--answer-after", "0") as (demo, environ):
        tickets = [
            json.loads(line)
            for line in supportcli(environ, "ticket", "list", "--json").splitlines()
        ]
        assert len(tickets) > 30
        [jonas] = [
            line["number"]
            for line in tickets
            if line["customer"]["address"] == "j.brandt@nordlicht-post.test"
        ]
        before = len(ticket(environ, jonas))

        supportcli(
            environ, "ticket", "reply", str(jonas), "--text", "Bitte die Schraube prüfen.", "--now"
        )

        def answered() -> bool:
            supportcli(environ, "sync")
            return len(ticket(environ, jonas)) == before + 2

        until(answered, "the customer's answer to be synced")
        assert "die Schraube habe ich gefunden" in ticket(environ, jonas)[-1]["reply"]

        demo.send_signal(signal.SIGINT)
        assert demo.wait() == 0
    alone.nothing_is_left()


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (signal.SIGTERM, 143),
        *(
            pytest.param(*end, marks=pytest.mark.acceptance)
            for end in ((signal.SIGHUP, 129), (signal.SIGKILL, -9))
        ),
    ],
)
def test_every_signal_ends_it_and_nothing_is_left(
    alone: Alone, number: signal.Signals, code: int
) -> None:
    with served(alone) as (demo, _):
        os.killpg(demo.pid, number)
        assert demo.wait() == code
    alone.nothing_is_left()


@pytest.mark.acceptance
def test_a_shell_that_starts_it_beside_itself_can_interrupt_it(alone: Alone) -> None:
    """A shell without job control makes what it starts with & ignore SIGINT (POSIX, Shell,
    2.11)."""
    command = f"{sys.executable} -m supportcli demo --no-tui & echo $!; wait"
    shell = subprocess.Popen(
        ["/bin/sh", "-c", command],
        env=alone.environ,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert shell.stdout is not None
    pid = int(shell.stdout.readline())
    while "ctrl+c" not in shell.stdout.readline():
        pass
    os.kill(pid, signal.SIGINT)
    shell.communicate()
    alone.nothing_is_left()


def test_without_a_terminal_it_says_what_to_do(alone: Alone) -> None:
    run = subprocess.run(
        DEMO,
        env=alone.environ,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 2
    assert (
        run.stderr
        == "supportcli: The demo's inbox needs a terminal, and there is none.\nWithout one: supportcli demo --no-tui\n"
    )
    alone.nothing_is_left()


@pytest.mark.parametrize("module", ["pymap", "aiosmtpd"])
def test_without_its_extra_it_says_what_to_install(alone: Alone, module: str) -> None:
    command = [sys.executable, "-c", BLOCKED, module, "demo", "--no-tui"]
    run = subprocess.run(
        command,
        env=alone.environ,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 78
    assert run.stderr.splitlines() == [
        "supportcli: The demo needs the extra 'demo', which is not installed.",
        "Install it with: pip install 'supportcli[demo]'",
    ]
    alone.nothing_is_left()
