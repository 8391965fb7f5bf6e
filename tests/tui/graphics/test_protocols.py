"""How a terminal shows pictures, from its environment alone."""

import fcntl
import os
import struct
import termios
from pathlib import Path

import pytest

from supportcli.config import PictureWay
from supportcli.tui.graphics.protocols import chosen_way, room


@pytest.mark.parametrize(
    ("environ", "way"),
    [
        ({"TERM": "xterm-kitty"}, "kitty"),
        ({"TERM": "xterm-256color", "KITTY_WINDOW_ID": "1"}, "kitty"),
        ({"TERM": "xterm-ghostty"}, "kitty"),
        ({"TERM": "xterm-256color", "KONSOLE_VERSION": "240202"}, "kitty"),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "iTerm.app"}, "iterm2"),
        ({"TERM": "xterm-256color", "LC_TERMINAL": "iTerm2"}, "iterm2"),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "WezTerm"}, "iterm2"),
        ({"TERM": "foot-extra"}, "sixel"),
        ({"TERM": "mlterm"}, "sixel"),
        ({"TERM": "xterm-256color"}, "blocks"),
        ({"TERM": "linux"}, "blocks"),
        ({}, "blocks"),
        ({"TERM": "xterm-kitty", "NO_COLOR": "1"}, "blocks"),
        ({"TERM": "tmux-256color", "KITTY_WINDOW_ID": "1", "TMUX": "tmux-0/default,1,0"}, "blocks"),
        ({"TERM": "screen", "LC_TERMINAL": "iTerm2"}, "blocks"),
    ],
)
def test_a_terminal_is_known_by_its_environment(environ: dict[str, str], way: str) -> None:
    assert chosen_way("", environ) == chosen_way("auto", environ) == PictureWay(way)


@pytest.mark.parametrize("way", ["kitty", "iterm2", "sixel", "blocks", "off"])
def test_what_the_agent_says_wins(way: str) -> None:
    assert chosen_way(way, {"TERM": "xterm-kitty", "NO_COLOR": "1"}) == PictureWay(way)


def test_tmux_gets_nothing_that_it_takes_for_a_title() -> None:
    inside = {"TMUX": "tmux-0/default,1,0"}
    assert chosen_way("kitty", inside) is chosen_way("iterm2", inside) is PictureWay.BLOCKS
    assert chosen_way("sixel", inside) is PictureWay.SIXEL
    assert chosen_way("off", inside) is PictureWay.OFF


@pytest.mark.parametrize(
    ("pixels", "way", "cell"),
    [
        ((800, 480), PictureWay.KITTY, (10, 20)),
        ((0, 0), PictureWay.KITTY, (8, 16)),
        ((0, 0), PictureWay.SIXEL, (6, 12)),
        ((40, 10), PictureWay.ITERM2, (8, 16)),
    ],
)
def test_cells_are_as_large_as_the_kernel_knows(
    pixels: tuple[int, int], way: PictureWay, cell: tuple[int, int]
) -> None:
    own, theirs = os.openpty()
    try:
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, *pixels))
        assert room(way, 78, 20, theirs).cell == cell
    finally:
        os.close(own)
        os.close(theirs)


def test_a_picture_takes_whole_cells_and_is_never_larger_than_a_line_can_bear() -> None:
    with Path(os.devnull).open() as nothing:
        there = room(PictureWay.KITTY, 78, 20, nothing.fileno())
        large = room(PictureWay.KITTY, 400, 200, nothing.fileno())
    assert there.pixels == (624, 320)
    assert there.taken(624, 320) == (78, 20)
    assert there.taken(9, 17) == (2, 2)
    assert there.taken(1, 1) == (1, 1)
    assert large.pixels == (1_200, 900)
