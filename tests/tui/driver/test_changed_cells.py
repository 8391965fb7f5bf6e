"""Only what differs is written, and what is written leaves the terminal as a whole frame would."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as some
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from supportcli.tui.driver.changed_cells import Piece, ShownCells, differing

STYLES = (Style(), Style(bold=True), Style(color="red"))
WIDTH = 12
Cell = tuple[str, Style | None]

texts = some.text(some.sampled_from("ab 王é\u0301🙂"), max_size=5)
segments = some.builds(Segment, texts, some.sampled_from(STYLES), some.none())
lines = some.lists(segments, max_size=5).map(
    lambda of: Strip([Segment("x", STYLES[0]), *of]).adjust_cell_length(WIDTH, STYLES[0])
)


def cells(strip: Strip) -> list[Cell]:
    """Each cell with its character; a wide one has its second cell empty, and what has no width
    belongs to the cell before."""
    found: list[Cell] = []
    for text, style, _ in strip:
        for character in text:
            width = Segment(character).cell_length
            if not width and found:
                found[-1] = found[-1][0] + character, found[-1][1]
            else:
                found += [(character, style), *[("", style)] * (width - 1)]
    return found


@given(lines, lines)
def test_what_differs_turns_the_old_line_into_the_new_one(before: Strip, now: Strip) -> None:
    shown = cells(before)
    for x, part in differing(before, Piece(0, now)):
        changed = cells(part)
        shown[x : x + len(changed)] = changed
    assert shown == cells(now)


def written(*texts: str) -> list[str]:
    """What is written for these lines, one after the other in one place."""
    shown = ShownCells()
    return [
        "".join(part.text for _, part in shown.changed(0, [0], [Piece(0, Strip([Segment(text)]))]))
        for text in texts
    ]


def test_a_letter_is_written_alone() -> None:
    assert written("We send   ", "We send a ", "We send a ", "We sand a ") == [
        "We send   ",
        "a",
        "",
        "a",
    ]


def parts(shown: ShownCells, places: Sequence[int], *pieces: Piece) -> list[tuple[int, str]]:
    return [(x, part.text) for x, part in shown.changed(3, places, pieces)]


def test_what_was_overwritten_is_written_again() -> None:
    shown, line = ShownCells(), Piece(0, Strip([Segment("To do 5")]))
    assert parts(shown, [0], line) == [(0, "To do 5")]
    shown.forget([3])
    assert parts(shown, [0], line) == [(0, "To do 5")]
    shown.forget()
    assert parts(shown, [0], line) == [(0, "To do 5")]
    assert parts(shown, [0], line) == []


def test_with_other_columns_nothing_is_known() -> None:
    shown = ShownCells()
    left, right, whole = (
        Piece(x, Strip([Segment(text)])) for x, text in ((0, "list"), (4, "mail"), (0, "LISTMAIL"))
    )
    assert parts(shown, [0, 4], left, right) == [(0, "list"), (4, "mail")]
    assert parts(shown, [0], whole) == [(0, "LISTMAIL")]
    assert parts(shown, [0, 4], left, right) == [(0, "list"), (4, "mail")]
    assert parts(shown, [0, 4], right) == []
