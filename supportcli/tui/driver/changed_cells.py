"""Only the cells that differ from what the terminal shows are written: a widget draws itself again
as a whole for a letter, and over SSH each line of it costs."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise, takewhile
from typing import NamedTuple, cast

from rich.cells import cell_len
from rich.console import Console
from rich.control import Control
from rich.segment import Segment
from textual._compositor import ChopsUpdate, Compositor, CompositorUpdate, LayoutUpdate
from textual.geometry import Region
from textual.strip import Strip

from supportcli.tui.graphics.screen_graphic import ScreenGraphic

_ONE_CELL = re.compile("[ -~¡-¬®-˿‐-‧←-⇿─-◼]*")
"""What lists and conversations are made of. It is looked up faster than cells are counted."""

_MOST = 0.8
"""With more of a line changed than this, all of it is written: that costs less than to cut it."""


class Piece(NamedTuple):
    """A part of a line as the terminal shows it: where it begins, and its cells."""

    x: int
    strip: Strip


class ShownCells:
    """What the terminal shows, line by line, as far as that is known."""

    def __init__(self) -> None:
        self._lines: dict[int, dict[int, Strip]] = {}

    def forget(self, lines: Iterable[int] | None = None) -> None:
        """Something else was written to these lines, or to all."""
        if lines is None:
            self._lines.clear()
        else:
            for y in lines:
                self._lines.pop(y, None)

    def changed(self, y: int, places: Sequence[int], pieces: Sequence[Piece]) -> Iterator[Piece]:
        """What of these pieces of a line differs from what is shown; from now on they are shown.
        `places` are the cells at which the pieces of this line begin: with others, nothing is
        known."""
        shown = self._lines.get(y, {})
        if shown.keys() - set(places):
            shown = {}
        for piece in pieces:
            yield from differing(shown.get(piece.x), piece)
            shown[piece.x] = piece.strip
        self._lines[y] = shown


class ChangedCells(CompositorUpdate):
    """An update that writes only what differs, when it is written: one that is not, since a frame
    is held, is not shown."""

    def __init__(self, update: ChopsUpdate, shown: ShownCells, graphic: ScreenGraphic) -> None:
        self._update = update
        self._shown = shown
        self._graphic = graphic

    def render_segments(self, console: Console) -> str:
        """What to write to the terminal."""
        written, rows = [], []
        for y, x1, x2 in self._update.spans:
            whole, parts = self._pieces(y, x1, x2)
            if parts:  # cut through by the region: rare, and not worth knowing
                self._shown.forget([y])
            else:
                places = tuple(self._update.chops[y])
                parts = list(self._shown.changed(y, places, whole))
            written += [f"{Control.move_to(x, y)}{strip.render(console)}" for x, strip in parts]
            rows += [y] if parts else []
        return self._graphic.around("".join(written), rows)

    def _pieces(self, y: int, x1: int, x2: int) -> tuple[list[Piece], list[Piece]]:
        """The pieces of a line that lie within these cells; and, if one lies there in part, all of
        them as far as they do."""
        here = [
            (Piece(x, strip), end)
            for (x, strip), end in zip(
                self._update.chops[y].items(), self._update.chop_ends[y], strict=True
            )
            if strip is not None and x < x2 and end > x1
        ]
        whole = [piece for piece, _ in here]
        if all(x1 <= piece.x and end <= x2 for piece, end in here):
            return whole, []
        parts = [Piece(x, strip.crop(0, min(end, x2) - x)) for (x, strip), end in here]
        return whole, parts


class WholeScreen(LayoutUpdate):
    """An update of everything, with the picture that stands on it."""

    def __init__(self, update: LayoutUpdate, graphic: ScreenGraphic) -> None:
        super().__init__(update.strips, update.region)
        self._graphic = graphic

    def render_segments(self, console: Console) -> str:
        """What to write to the terminal."""
        painted = super().render_segments(console)
        return self._graphic.around_all(painted, (self.region.width, self.region.height))


class ChangingCompositor(Compositor):
    """Textual's compositor, whose updates write what differs from what is `shown`. It draws only
    what is dirty and seen: Textual draws everything between the first dirty line and the last one,
    and what stands behind it."""

    def __init__(self) -> None:
        super().__init__()
        self.shown = ShownCells()
        self.graphic = ScreenGraphic()
        self.graphic.forget = self.shown.forget
        self._dirty: Collection[Region] = ()

    def render_full_update(self, simplify: bool = False) -> LayoutUpdate:  # noqa: FBT001, FBT002  # Textual's signature
        """Everything, without a comparison."""
        self.shown.forget()
        return WholeScreen(super().render_full_update(simplify), self.graphic)

    def render_partial_update(self) -> CompositorUpdate | None:  # type: ignore[override]  # the base class of what Textual returns
        """What has changed."""
        self._dirty = self._dirty_regions.copy()
        update = super().render_partial_update()
        self._dirty = ()
        return None if update is None else ChangedCells(update, self.shown, self.graphic)

    def _render_chops(
        self,
        crop: Region,
        _is_rendered_line: Callable[[int], bool],
    ) -> Sequence[Mapping[int, Strip]]:
        """The pieces of each line by the cell at which they begin; None for what is not drawn."""
        cuts = self.cuts
        lines: list[dict[int, Strip | None]] = [dict.fromkeys(line[:-1]) for line in cuts]
        wanted = pieces_in(cuts, self._dirty or (crop,))
        for widget, (region, clip) in self.visible_widgets.items():
            shown = region.intersection(clip)
            if here := taken(wanted, shown):
                part = Region(shown.x, min(here), shown.width, max(here) - min(here) + 1)
                drawn = widget.render_lines(part.translate(-region.offset))
                for y, ends in here.items():
                    strip = drawn[y - part.y]
                    for x, end in ends.items():
                        is_whole = (x, end) == shown.column_span
                        piece = strip if is_whole else strip.crop(x - shown.x, end - shown.x)
                        lines[y][x] = piece
        return cast("Sequence[Mapping[int, Strip]]", lines)


def pieces_in(cuts: Sequence[Sequence[int]], regions: Iterable[Region]) -> list[dict[int, int]]:
    """The pieces of each line of which something is within these regions: where each begins and
    ends. `cuts` are the cells of each line at which a widget begins or ends."""
    found: list[dict[int, int]] = [{} for _ in cuts]
    for region in regions:
        x1, y1, x2, y2 = region.corners
        for y in range(max(y1, 0), min(y2, len(cuts))):
            found[y].update((x, end) for x, end in pairwise(cuts[y]) if x < x2 and end > x1)
    return found


def taken(pieces: Sequence[dict[int, int]], shown: Region) -> dict[int, dict[int, int]]:
    """Take from the pieces of each line those that a widget covers; returns them by line."""
    x1, y1, x2, y2 = shown.corners
    found = {}
    for y, line in enumerate(pieces[y1:y2], y1):
        if here := {x: end for x, end in line.items() if x1 <= x < x2}:
            found[y] = here
            for x in here:
                del line[x]
    return found


def differing(before: Strip | None, now: Piece) -> Iterator[Piece]:
    """The part of a piece that differs from what stood there `before`: nothing, or one stretch of
    cells."""
    x, strip = now
    if before == strip:
        return
    length = strip.cell_length
    if before is None or before.cell_length != length:
        yield now
        return
    old, new = list(before), list(strip)
    start = _alike(old, new)
    end = length - min(_alike(old, new, from_end=True), length - start)
    if end - start > _MOST * length or not (_is_plain(before) and _is_plain(strip)):
        yield now
    elif start < end:
        yield Piece(x + start, strip.crop(start, end))


def _is_plain(strip: Strip) -> bool:
    """Whether each character has cells of its own, so that a line may be cut between any two."""
    return _ONE_CELL.fullmatch(strip.text) is not None or all(map(cell_len, strip.text))


def _alike(old: Sequence[Segment], new: Sequence[Segment], *, from_end: bool = False) -> int:
    """How many cells are alike at the beginning of two lines, or at their end. Within a stretch of
    one style only ASCII is compared: other characters may belong together."""
    cells, turn = 0, slice(None, None, -1 if from_end else 1)
    for before, now in zip(old[turn], new[turn], strict=False):
        if before != now:
            if before.style == now.style and before.text.isascii() and now.text.isascii():
                characters = zip(before.text[turn], now.text[turn], strict=False)
                cells += sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], characters))
            break
        cells += now.cell_length
    return cells
