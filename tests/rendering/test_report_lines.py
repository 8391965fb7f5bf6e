"""Lines over days in braille: each value is where it belongs, and no line has a gap."""

from hypothesis import given
from hypothesis import strategies as st

from supportcli.rendering.ink import Ink
from supportcli.rendering.reports.lines import Line, drawn, spark

SIZES = st.tuples(st.integers(14, 80), st.integers(1, 12))
VALUES = st.lists(st.integers(0, 5000), min_size=1, max_size=14)
BITS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))


def dots(cells: list[list[int]]) -> set[tuple[int, int]]:
    """The dots of a line: across, and down from the top."""
    return {
        (2 * column + x, 4 * row + y)
        for row, line in enumerate(cells)
        for column, cell in enumerate(line)
        for y, pair in enumerate(BITS)
        for x, bit in enumerate(pair)
        if cell & bit
    }


@given(VALUES, SIZES)
def test_each_value_has_its_dot_and_neighbours_touch(
    values: list[int], size: tuple[int, int]
) -> None:
    most = max([1, *values])
    found = dots(Line(values, Ink.OURS).cells(size, 0, most))
    lowest = 4 * size[1] - 1
    for place, value in enumerate(values):
        across = int((place + 0.5) * 2 * size[0] / len(values))
        assert (across, lowest - round(value / most * lowest)) in found
    columns = sorted({x for x, _ in found})
    assert columns == list(range(columns[0], columns[-1] + 1))
    for x in columns[1:]:
        here, before = ({y for at, y in found if at == one} for one in (x, x - 1))
        assert min(abs(a - b) for a in here for b in before) <= 1


@given(VALUES, SIZES)
def test_a_dotted_line_is_part_of_the_full_one(values: list[int], size: tuple[int, int]) -> None:
    full, dotted = (
        dots(Line(values, Ink.OURS, dotted=some).cells(size, 0, max([1, *values])))
        for some in (False, True)
    )
    assert dotted <= full
    assert all((x + 1, y) not in dotted for x, y in dotted)


@given(VALUES, VALUES, SIZES)
def test_two_lines_share_their_cells(
    one: list[int], other: list[int], size: tuple[int, int]
) -> None:
    lines = [Line(one, Ink.OURS), Line(other, Ink.GOOD, dotted=True)]
    pictures = drawn(lines, size, 0, 5000)
    own = [every.cells(size, 0, 5000) for every in lines]
    assert [len(line) for line in pictures] == [size[0]] * size[1]
    for row, line in enumerate(pictures):
        for column, (sign, ink) in enumerate(line):
            bits = [cells[row][column] for cells in own]
            assert (ord(sign) - 0x2800 if sign != " " else 0) == bits[0] | bits[1]
            assert ink is (Ink.OURS if bits[0] else Ink.GOOD if bits[1] else Ink.TEXT)


def test_sparks() -> None:
    assert spark([0, 1, 4, 8, None]) == "▁▂▅█ "
    assert spark([0, 0]) == "▁▁"
    assert spark([None]) == " "
