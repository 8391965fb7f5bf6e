"""The whole demo in a terminal: an agent replies in the inbox, the customer answers, and nothing is
left of it."""

import json
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.demo.alone import DEMO, Alone, alone_in, without_network
from tests.demo.terminal import Terminal

CTRL_S = "\x13"


@pytest.fixture
def alone(tmp_path: Path) -> Alone:
    return alone_in(tmp_path)


def opened(alone: Alone, *options: str, start: Sequence[str] = ()) -> Terminal:
    """The demo's inbox, when all tickets are there."""
    terminal = Terminal([*without_network(), *start, *DEMO, *options], alone.environ, 120, 40)
    terminal.wait_for("synced")
    terminal.wait_for("Refund for HD-20311")
    return terminal


def messages(alone: Alone, number: int) -> list[dict[str, object]]:
    """What another process finds in a ticket of the running demo."""
    [folder] = alone.temporary.glob("supportcli-demo-*")
    environ = {**alone.environ, "SUPPORTCLI_CONFIG": str(folder / "config.toml")}
    command = [sys.executable, "-m", "supportcli", "ticket", "show", str(number), "--json"]
    shown = subprocess.run(
        command, env=environ, stdin=subprocess.DEVNULL, capture_output=True, check=True
    )
    found: list[dict[str, object]] = json.loads(shown.stdout)["messages"]
    return found


@pytest.mark.acceptance  # the hold of a reply and two syncs: half a minute
def test_a_reply_reaches_the_customer_whose_answer_comes_back(alone: Alone) -> None:
    with opened(alone, "--answer-after", "0") as terminal:
        assert "DEMO" in terminal.text
        terminal.send("/clara dent\r")
        terminal.wait_until_gone("Refund for HD-20311")
        number = int(terminal.text.partition("#")[2].split()[0])
        before = len(messages(alone, number))

        terminal.send("rA new one leaves today.")
        terminal.wait_for("A new one leaves today.")
        terminal.send(CTRL_S)
        terminal.wait_for("Send to")
        terminal.send(CTRL_S)
        terminal.wait_for("leaves in")
        terminal.wait_for(f"{before + 2} messages")

        reply, answer = messages(alone, number)[before:]
        assert (reply["direction"], reply["state"]) == ("out", "sent")
        assert "A new one leaves today." in str(reply["text"])
        assert answer["direction"] == "in"
        assert "Thursday between 9 and 12" in str(answer["reply"])
        assert "> A new one leaves today." in str(answer["text"])

        terminal.send("q")
        assert terminal.ended() == 0
        assert "The demo is over" in terminal.text
        assert terminal.restored
    alone.nothing_is_left()


@pytest.mark.acceptance  # without the demo around it: tests/tui/replies/test_drafts.py
def test_an_editor_that_fails_gives_the_terminal_back(
    alone: Alone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EDITOR", "false")
    monkeypatch.delenv("VISUAL", raising=False)
    with opened(alone) as terminal:
        terminal.send("r")
        terminal.wait_for("F4 editor")
        terminal.send("It was written here.\x1bOS")
        terminal.wait_for("Your text is in")
        terminal.wait_for("It was written here.")
        terminal.send("\x11")
        terminal.wait_for("The demo is over")
        assert terminal.ended() == 0


@pytest.mark.acceptance
def test_a_signal_ends_it_and_the_terminal_is_as_before(alone: Alone) -> None:
    with opened(alone) as terminal:
        terminal.process.send_signal(signal.SIGTERM)
        assert terminal.ended() == 128 + signal.SIGTERM
        assert terminal.restored
    alone.nothing_is_left()


@pytest.mark.acceptance  # a whole demo each; that an inbox ends is tried without one in tests/tui
@pytest.mark.parametrize(
    "start",
    [
        pytest.param((), id="hang-up heard"),
        pytest.param(("sh", "-c", "trap '' HUP; exec \"$@\"", "sh"), id="hang-up ignored"),
    ],
)
def test_a_terminal_that_goes_away_ends_it(alone: Alone, start: Sequence[str]) -> None:
    with opened(alone, start=start) as terminal:
        terminal.hang_up()
        terminal.ended()
    alone.nothing_is_left()


def test_keys_typed_while_the_demo_loads_are_not_echoed(alone: Alone) -> None:
    """A trial: “jxThe demo is over”."""
    with Terminal([*without_network(), *DEMO], alone.environ, 80, 24) as terminal:
        terminal.wait_until(lambda: not terminal.restored)
        terminal.send("jxj")
        terminal.wait_for("emails fetched over IMAP")
        terminal.send("\x03")
        terminal.ended()
        assert terminal.restored
        assert b"jxj" not in terminal.output
    alone.nothing_is_left()
