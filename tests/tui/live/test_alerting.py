"""What is for me is told in the inbox and by the terminal, not too often, and never at night."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from supportcli.clock import utc_now
from supportcli.config import InboxLook
from supportcli.desk import Desk
from supportcli.desk.tickets import verbs
from supportcli.domain.setup.notifications import Notify
from supportcli.tui.live.alerting import signal_of
from tests.desk.desks import ADA, BOB, StandingClock, as_agent, write_in
from tests.tui.driver.test_typed_ahead import terminal
from tests.tui.inboxes import Seen, drive, shop

HOSTILE = "a;b\x07c\x1b\\d\x1b]0;x\x9cy\u202e<a href=x>&\n" + "z" * 500


@pytest.mark.parametrize("in_tmux", [False, True], ids=["plain", "tmux"])
@pytest.mark.parametrize("notify", Notify)
def test_nothing_ends_a_notification_early(notify: Notify, *, in_tmux: bool) -> None:
    told = signal_of(notify, HOSTILE, in_tmux=in_tmux)
    if notify in {Notify.OFF, Notify.BELL}:
        assert told == {Notify.OFF: "", Notify.BELL: "\a"}[notify]
        return
    if in_tmux:
        assert told.startswith("\x1bPtmux;")
        assert told.endswith("\x1b\\")
        told = told.removeprefix("\x1bPtmux;")[:-2].replace("\x1b\x1b", "\x1b")
    opening = "9;supportcli: " if notify is Notify.OSC9 else "777;notify;supportcli;"
    found = re.fullmatch(rf"\x1b\]{opening}([^\x1b\x07;<>&\\]*)\x1b\\", told)
    assert found is not None
    assert found[1].isprintable() or "\ufffd" in found[1]
    assert found[1].startswith("a,b")
    assert len(found[1]) <= 120


@pytest.mark.parametrize(
    ("notify", "sent"),
    [
        ("", rb"\x07"),
        (
            "osc9",
            rb"\x1b\]9;supportcli: #2 is yours \(Bob Lee\): Leak, \xe2\x80\xb9b\xe2\x80\xba\x1b\\",
        ),
        (
            "osc777",
            rb"\x1b\]777;notify;supportcli;#2 is yours \(Bob Lee\): Leak, \xe2\x80\xb9b\xe2\x80\xba\x1b\\",
        ),
    ],
)
def test_a_real_terminal_is_told(tmp_path: Path, notify: str, sent: bytes) -> None:
    with shop(tmp_path, 1) as desk:
        number = write_in(desk, subject="Leak; <b>")
        settings = f'[inbox]\nnotify = "{notify}"\n' if notify else ""
        with terminal(desk, settings=settings) as screen:
            screen.wait_for("1 of 2")
            before = len(screen.output)
            now = replace(as_agent(desk, BOB), clock=utc_now)
            verbs.assign(now, [number], ADA)
            screen.wait_for(f"#{number} is yours (Bob Lee): Leak; <b>")
            screen.wait_until(lambda: bool(re.search(sent, bytes(screen.output[before:]))))


def assigned(desk: Desk, number: int) -> None:
    verbs.assign(as_agent(desk, BOB), [number], ADA)


def test_several_at_once_are_told_together_and_later(tmp_path: Path) -> None:
    with shop(tmp_path, 4) as desk:
        assert isinstance(desk.clock, StandingClock)
        clock = desk.clock

        async def script(seen: Seen) -> None:
            written: list[str] = []
            seen.screen.alerting.write = written.append
            assigned(desk, 1)
            await seen.shows("#1 is yours (Bob Lee): Leak")
            assert written == ["\a"]
            for number in (2, 3):
                assigned(desk, number)
            await seen.until(lambda: len(seen.screen.alerting._pending) == 2)
            assert written == ["\a"], "ten seconds have not passed"
            clock.tick(seconds=11)
            await seen.shows("2 things for you in #2, #3")
            assert written == ["\a", "\a"]

        drive(desk, script)


def test_quiet_hours_are_quiet(tmp_path: Path) -> None:
    with shop(tmp_path, 2) as desk:
        look = InboxLook(quiet="00:00-23:59")

        async def script(seen: Seen) -> None:
            written: list[str] = []
            seen.screen.alerting.write = written.append
            assigned(desk, 1)
            await seen.shows("#1 is yours (Bob Lee): Leak")
            assert written == []

        drive(replace(desk, settings=replace(desk.settings, inbox=look)), script)
