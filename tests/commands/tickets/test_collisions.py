"""Two agents answer one ticket at once, in processes of their own: one is sent, the other refused,
its draft kept and what came shown; sent again, it goes out."""

import shlex
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from supportcli.desk import Desk
from supportcli.desk.replies import drafts
from supportcli.desk.tickets import reading, verbs
from supportcli.domain.tickets.ticket import Direction
from tests.demo.terminal import Terminal
from tests.demo.warm import warm
from tests.desk.desks import ADA, BOB, as_agent, desk_at, write_in
from tests.long import LONG

SENT, TRY_LATER = 0, 75
TEXTS = {ADA: "Ada looks into it.", BOB: "Bob has mended it."}
ROUNDS = 60 if LONG else 12
WAITS = 'touch "$1"; until [ -e "$2" ]; do sleep 0.01; done; printf "%s\\n" "$3" >"$4"'
"""An editor that says when it is open, waits until it may go on, and writes a text."""


@dataclass(frozen=True, slots=True)
class Two:
    """The desk of two agents, and the programs that each starts."""

    desk: Desk
    folder: Path

    def at(self, who: str, *argv: str, columns: int = 100, **environ: str) -> Terminal:
        """The program as an agent has it in a terminal."""
        config = self.folder / f"{who}.toml"
        config.write_text(f'agent = "{who}"\n')
        home = {
            "SUPPORTCLI_CONFIG": str(config),
            "SUPPORTCLI_DATABASE": self.desk.settings.database,
            "HOME": str(self.folder),
            "TMPDIR": str(self.folder),
            "PATH": "/usr/bin:/bin",
        }
        command = [sys.executable, "-m", "supportcli", *argv]
        return Terminal(command, home | environ, columns, 30, warm)

    def writing(self, who: str, number: int) -> Terminal:
        """`ticket reply` of an agent, whose editor waits for `go`."""
        waits = ("sh", "-c", WAITS, "editor", str(self.open_at(who)), str(self.go), TEXTS[who])
        return self.at(who, "ticket", "reply", str(number), EDITOR=shlex.join(waits))

    def open_at(self, who: str) -> Path:
        """The file that is there once an agent's editor is open."""
        return self.folder / f"{who}.open"

    @property
    def go(self) -> Path:
        """The file for which editors wait."""
        return self.folder / "go"

    def begin(self) -> int:
        """A customer has written: the only open ticket, and nobody writes."""
        for file in (self.go, *map(self.open_at, TEXTS)):
            file.unlink(missing_ok=True)
        number = write_in(self.desk)
        verbs.solve(self.desk, range(1, number))
        return number

    def sent(self, number: int) -> list[str]:
        """The replies of a ticket."""
        found = reading.ticket(self.desk, number).messages
        return [one.text.strip() for one in found if one.direction is Direction.OUT]

    def draft(self, who: str, number: int) -> str:
        """What an agent has begun, "" for nothing."""
        found = drafts.draft(as_agent(self.desk, who), number, "reply")
        return found.text.strip() if found else ""


@pytest.fixture(params=["sqlite", "postgresql"])
def two(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Two]:
    """A desk of Ada and Bob, on each engine."""
    url: str = (
        f"sqlite:///{tmp_path / 'desk.db'}"
        if request.param == "sqlite"
        else request.getfixturevalue("postgres_desk")
    )
    with desk_at(url) as desk:
        yield Two(desk, tmp_path)


def both_reply(two: Two) -> None:
    """Both write at once by command, and both send at once."""
    number = two.begin()
    with two.writing(ADA, number) as ada, two.writing(BOB, number) as bob:
        for who, screen in ((ADA, ada), (BOB, bob)):
            screen.wait_until(two.open_at(who).exists)
        two.go.touch()
        codes = {ADA: ada.ended(), BOB: bob.ended()}
        said = {ADA: ada.text, BOB: bob.text}
    assert sorted(codes.values()) == [SENT, TRY_LATER], said
    (first, last) = sorted(codes, key=codes.__getitem__)
    assert two.sent(number) == [TEXTS[first]]
    assert (two.draft(first, number), two.draft(last, number)) == ("", TEXTS[last])
    assert "arrived in the meantime" in said[last]
    assert TEXTS[first] in said[last], "what came is shown"
    with two.at(last, "ticket", "reply", str(number), EDITOR="true") as again:
        assert again.ended() == SENT, again.text
    assert two.sent(number) == [TEXTS[first], TEXTS[last]]
    assert two.draft(last, number) == ""


def reply_in_the_inbox_and_by_command(two: Two) -> None:
    """Ada writes in the inbox, Bob by command, and both send at once."""
    number = two.begin()
    with two.at(ADA) as ada, two.writing(BOB, number) as bob:
        ada.wait_for("1 of 1")
        ada.send("r" + TEXTS[ADA] + "\x13")
        ada.wait_for(f"Send to #{number}?")
        bob.wait_until(two.open_at(BOB).exists)
        two.go.touch()
        ada.send("\x13")
        if bob.ended() == TRY_LATER:
            ada.wait_for("leaves in")
            assert two.sent(number) == [TEXTS[ADA]]
            assert two.draft(BOB, number) == TEXTS[BOB]
            assert TEXTS[ADA] in bob.text
            return
        ada.wait_for("arrived in the meantime")
        ada.wait_for(TEXTS[BOB])
        assert two.sent(number) == [TEXTS[BOB]]
        assert two.draft(ADA, number) == TEXTS[ADA]
        ada.send("\x13")
        ada.wait_for(f"Send to #{number}?")
        ada.send("\x13")
        ada.wait_until(lambda: two.sent(number) == [TEXTS[BOB], TEXTS[ADA]])


def test_of_two_replies_at_once_one_is_refused(two: Two) -> None:
    both_reply(two)


def test_an_inbox_and_a_command_at_once_send_one(two: Two) -> None:
    reply_in_the_inbox_and_by_command(two)


@pytest.mark.acceptance
def test_of_two_replies_at_once_one_is_refused_always(two: Two) -> None:
    for _ in range(ROUNDS):
        both_reply(two)


@pytest.mark.acceptance
def test_an_inbox_and_a_command_at_once_always_send_one(two: Two) -> None:
    for _ in range(ROUNDS):
        reply_in_the_inbox_and_by_command(two)
