"""Which of the ways to show pixels a terminal knows. It is never asked: its answer would come
between the keys that were typed ahead. What the environment says is enough."""

import fcntl
import struct
import termios
from collections.abc import Mapping
from typing import NamedTuple

from supportcli.config import PictureWay

_CELL = (8, 16)
_SMALL_CELL = (6, 12)
"""Sixels have no size in cells: in larger cells than these the picture takes less room, in smaller
ones it would scroll the screen."""

_MOST = (1_200, 900)
"""The most pixels that are sent: a line may be slow."""

_KITTY_TERMS = ("xterm-kitty", "xterm-ghostty")
_KITTY = {"KITTY_WINDOW_ID", "GHOSTTY_RESOURCES_DIR", "KONSOLE_VERSION"}
_ITERM2 = {"iTerm.app", "iTerm2", "WezTerm"}
_SIXEL_TERMS = ("foot", "mlterm", "yaft", "contour")


def chosen_way(setting: str, environ: Mapping[str, str]) -> PictureWay:
    """How pictures are shown: as `inbox.pictures` says, or as the terminal is known to do it.

    tmux passes only sixels on, and not by itself: what it does not know it takes for a title."""
    wanted = PictureWay(setting or PictureWay.AUTO)
    in_tmux = "TMUX" in environ or environ.get("TERM", "").startswith(("tmux", "screen"))
    if in_tmux and wanted in {PictureWay.AUTO, PictureWay.KITTY, PictureWay.ITERM2}:
        return PictureWay.BLOCKS
    if wanted is not PictureWay.AUTO:
        return wanted
    return PictureWay.BLOCKS if "NO_COLOR" in environ else _known(environ)


def _known(environ: Mapping[str, str]) -> PictureWay:
    term = environ.get("TERM", "")
    if term in _KITTY_TERMS or _KITTY & environ.keys():
        return PictureWay.KITTY
    if {environ.get("TERM_PROGRAM"), environ.get("LC_TERMINAL")} & _ITERM2:
        return PictureWay.ITERM2
    return PictureWay.SIXEL if term.startswith(_SIXEL_TERMS) else PictureWay.BLOCKS


class Room(NamedTuple):
    """The room for a picture: in cells, and how many pixels a cell has."""

    columns: int
    lines: int
    cell: tuple[int, int]

    @property
    def pixels(self) -> tuple[int, int]:
        """The most pixels of a picture: its width and height."""
        width, height = self.columns * self.cell[0], self.lines * self.cell[1]
        return min(width, _MOST[0]), min(height, _MOST[1])

    def taken(self, width: int, height: int) -> tuple[int, int]:
        """The columns and lines that a picture of so many pixels takes."""
        across, down = self.cell
        return max(-(-width // across), 1), max(-(-height // down), 1)


def room(way: PictureWay, columns: int, lines: int, terminal: int) -> Room:
    """The room that so many cells are, on the terminal of this descriptor."""
    try:
        answer = fcntl.ioctl(terminal, termios.TIOCGWINSZ, bytes(8))
    except OSError:
        answer = bytes(8)
    down, across, width, height = struct.unpack("HHHH", answer)
    if width >= across > 0 and height >= down > 0:
        return Room(columns, lines, (width // across, height // down))
    return Room(columns, lines, _SMALL_CELL if way is PictureWay.SIXEL else _CELL)
