"""The picture that stands on the screen, among what is painted in cells."""

from collections.abc import Callable, Iterable

from rich.control import Control


class ScreenGraphic:
    """One picture at most. What paints cells in its lines wipes it out, or shows through it, so
    it is written again behind them."""

    def __init__(self) -> None:
        self._drawing = self._removal = self._gone = ""
        self._place: Callable[[], tuple[int, int]] = lambda: (0, 0)
        self._lines = 0
        self._screen: tuple[int, int] | None = None
        self.terminal: int | None = None
        """The descriptor of the terminal; None if it shows no pixels at all."""
        self.write: Callable[[str], None] = lambda _: None
        """Writes to it, behind all frames."""
        self.forget: Callable[[Iterable[int]], None] = lambda _: None
        """Told which lines of the screen have to be painted again, even if their cells are the
        same."""

    @property
    def is_shown(self) -> bool:
        """Whether there is one."""
        return bool(self._drawing)

    def show(
        self,
        drawing: str,
        removal: str,
        place: Callable[[], tuple[int, int]],
        lines: int,
        screen: tuple[int, int],
    ) -> None:
        """Let this stand at a place (x, y), so many lines high, from the next frame on, while the
        `screen` has this size. `removal` is what takes it off beside painting over it."""
        self.hide()
        self._screen = screen
        self._drawing, self._removal, self._place, self._lines = drawing, removal, place, lines
        self.forget(self._rows)

    def hide(self) -> None:
        """Take it off with the next frame."""
        if self._drawing:
            self.forget(self._rows)
            self._gone, self._drawing = self._removal, ""

    def end(self) -> None:
        """Take it off now: no frame follows."""
        self.hide()
        if self._gone:
            self.write(self._gone)
            self._gone = ""

    @property
    def _rows(self) -> range:
        top = self._place()[1]
        return range(top, top + self._lines)

    def around_all(self, painted: str, screen: tuple[int, int]) -> str:
        """As `around`, for a screen of this size that is painted as a whole. In another size than
        it was made for, a picture might scroll the screen."""
        if screen != self._screen:
            self.hide()
        return self.around(painted, range(screen[1]))

    def around(self, painted: str, rows: Iterable[int]) -> str:
        """What is painted in these lines, with what has to stand before and behind it."""
        gone, self._gone = self._gone, ""
        mine = self._rows
        if self._drawing and any(row in mine for row in rows):
            x, y = self._place()
            return f"{gone}{painted}\x1b7{Control.move_to(x, y)}{self._drawing}\x1b8"
        return gone + painted
