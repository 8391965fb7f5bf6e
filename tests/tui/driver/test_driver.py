"""What is written to the terminal ahead of a frame, and to a terminal that is gone."""

import os
from contextlib import suppress
from functools import partial
from itertools import pairwise
from pathlib import Path

from supportcli.tui.driver.driver import Output
from tests.demo.terminal import Terminal
from tests.tui.driver.test_typed_ahead import terminal
from tests.tui.inboxes import Seen, drive, marked, shop


def stands_on(screen: Terminal, place: int) -> bool:
    return marked(screen) == place


def test_a_move_is_painted_ahead_of_its_frame_and_the_frame_agrees(tmp_path: Path) -> None:
    with shop(tmp_path, tickets=30) as desk, terminal(desk) as screen:
        screen.wait_for("1 of 30")
        shown = []
        for place in range(2, 31):
            screen.send("j")
            screen.wait_until(partial(stands_on, screen, place))
            screen.wait_for(f"{place} of 30")
            shown.append(screen.text.count("▸"))
        assert shown == [1] * 29


def test_the_list_jumps_half_a_screen_and_stands_still_between(tmp_path: Path) -> None:
    with shop(tmp_path, tickets=60) as desk:

        async def script(seen: Seen) -> None:
            tickets = seen.screen.context.tickets
            height, tops = tickets.size.height, []
            for _ in range(59):
                await seen.press("j")
                top = round(tickets.scroll_y)
                tops.append(top)
                assert top <= tickets.place < top + height
            await seen.press("g", "g")
            assert round(tickets.scroll_y) == 0
            jumps = sorted(set(tops))
            assert all(later - sooner >= height // 2 - 2 for sooner, later in pairwise(jumps[:-1]))
            assert len(jumps) < 10

        drive(desk, script)


def test_it_is_idle_when_all_that_was_queued_is_out(tmp_path: Path) -> None:
    with (tmp_path / "terminal").open("w+", encoding="utf-8") as terminal:
        output = Output(terminal)
        written = []
        for _ in range(2):
            output.queued += 1
        for text in ("one ", "two "):
            output.write(text)
            written.append(output.idle)
        output.flush()
        written.append(output.idle)
        output.write_now("three")
        assert written == [False, False, True]
        assert output.idle
        assert (tmp_path / "terminal").read_text() == "one two three"


def test_a_terminal_that_is_gone_takes_everything() -> None:
    read, write = os.pipe()
    os.close(read)
    with suppress(OSError), os.fdopen(write, "w", encoding="utf-8") as terminal:
        output = Output(terminal)
        output.queued += 1
        output.write("x" * 100_000)
        output.flush()
        assert output.idle
        output.write_now("y" * 100_000)


def test_a_letter_in_two_pieces_is_one_and_a_byte_that_is_none_ends_nothing(tmp_path: Path) -> None:
    with shop(tmp_path) as desk, terminal(desk) as screen:
        screen.wait_for("1 of 6")
        for piece in (b"rcaf", b"\xc3", b"\xa9 ol\xe9 ", b"\xf0\x9f", b"\x98\x80 yes"):
            os.write(screen._own, piece)
            screen.rest(0.15)  # longer than a read waits for more
        screen.wait_for("café ol� 😀 yes")
