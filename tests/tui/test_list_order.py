"""The list as data: an order that stays, lines that cannot go back, and choices by their names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supportcli.domain.tickets.ticket import Priority, Status
from supportcli.tui.list_order import LineThere, ListLines, Shown, opened
from supportcli.tui.widgets.picker import Choice, is_meant, rank
from tests.rendering.lines import line


def names(typed: str, *, starts_only: bool = False) -> list[str]:
    choices = [
        Choice(name, name)
        for name in ("delivery", "refund", "unfunded", "Ada Refunder", "a fine bend")
    ]
    return [choice.value for choice in rank(choices, typed, starts_only=starts_only)]


def test_what_a_choice_stands_for_goes_before_a_name_that_only_begins_so() -> None:
    choices = [
        Choice("refund-done", "refund-done  On its way"),
        Choice("refund", "refund  We look at it"),
    ]
    assert [choice.value for choice in rank(choices, "refund")] == ["refund", "refund-done"]
    assert [choice.value for choice in rank(choices, "refun")] == ["refund-done", "refund"]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        *(
            (typed, True)
            for typed in (
                "goodbye",
                "good",
                "g",
                "glad",
                "it works",
                "wo",
                "that i",
                "del",
                "works it",
            )
        ),
        *((typed, False) for typed in ("", " ", "odbye", "gdbye", "l")),
    ],
)
def test_enter_does_what_begins_so_or_has_a_word_that_does(typed: str, meant: bool) -> None:
    assert (
        is_meant(Choice("goodbye", "goodbye  Glad that it works", also="delete bye"), typed)
        == meant
    )


def test_letters_that_are_strewn_over_a_name_do_not_find_it() -> None:
    choices = [
        Choice("more-info", "more-info  We need to know more"),
        Choice("refund-done", "refund-done  Your refund is on its way"),
    ]
    assert [choice.value for choice in rank(choices, "refdone")] == ["refund-done"]


def test_a_line_that_is_held_is_not_brought_back_by_a_read_that_began_before() -> None:
    shown = Shown()
    old, new = line(1, status=Status.OPEN), line(1, status=Status.SOLVED)
    shown.learn([old])
    shown.hold(new)
    shown.hold(new)
    assert shown.learn([old]) == frozenset()
    shown.release(1)
    assert shown.learn([old]) == frozenset(), "a second verb is still on its way"
    shown.release(1)
    assert shown.learn([old]) == {1}
    assert shown.line(1) == old


def test_unknown_lines_are_those_near_what_is_seen() -> None:
    shown = Shown()
    shown.replace([5, 4, 3, 2, 1])
    shown.learn([line(4), line(1)])
    assert shown.unknown(-3, 4) == [5, 3, 2]
    assert shown.known([1, 2, 4]) == [1, 4]


def test_lines_that_were_learnt_long_ago_are_forgotten() -> None:
    shown = Shown()
    shown.learn(line(number) for number in range(5_000))
    assert shown.line(0) is None
    assert shown.line(4_999) is not None
    assert len(shown.lines()) == 1_000


def test_a_ticket_goes_and_comes_back_to_its_place() -> None:
    shown = Shown()
    shown.replace([5, 4, 3])
    assert shown.remove(4) == 1
    assert shown.remove(4) is None
    shown.insert(1, 4)
    assert list(shown.numbers) == [5, 4, 3]
    shown.insert(99, 6)
    assert (shown.index(6), shown.index(7), shown.index(None), shown.index(3, near=2)) == (
        3,
        None,
        None,
        2,
    )


def test_what_changes_the_order_is_told_from_what_does_not() -> None:
    shown = Shown()
    shown.learn([line(1), line(2), line(3), line(4)])
    changed = [
        line(1, priority=Priority.HIGH),
        line(2, subject="Other"),
        line(3, status=Status.SOLVED),
        line(4, waiting_since=None),
        line(9),
    ]
    assert shown.moved_by(changed) == {1, 3, 4}


def test_choices_come_by_start_word_place_and_letters() -> None:
    assert names("ref") == ["refund", "Ada Refunder"]
    assert names("fund") == ["refund", "unfunded", "Ada Refunder"]
    assert names("ada") == ["Ada Refunder"]
    assert names("REFUND ") == ["refund", "Ada Refunder"]
    assert names("rfnd") == ["refund", "Ada Refunder"]
    assert names("fnd") == []
    assert names("") == ["delivery", "refund", "unfunded", "Ada Refunder", "a fine bend"]


def test_a_new_name_is_not_taken_for_an_old_one() -> None:
    assert names("fund", starts_only=True) == []
    assert names("ref", starts_only=True) == ["refund"]


@given(st.lists(st.integers(1, 30), unique=True), st.lists(st.integers(1, 30), unique=True))
def test_painted_rows_stay_where_they_are_and_no_ticket_is_lost(
    painted: list[int], found: list[int]
) -> None:
    over = opened(painted, found)
    assert list(over.numbers[: len(painted)]) == painted
    assert set(over.numbers) | over.fresh == set(painted) | set(found)
    assert not set(over.numbers) & over.fresh
    assert over.gone == set(painted) - set(found)
    rest = list(over.numbers[len(painted) :])
    assert rest == [number for number in found if number in rest], "in the order of the view"


def test_what_came_among_the_painted_rows_is_beside_them_and_what_is_behind_them_follows() -> None:
    assert tuple(opened([1, 2, 3], [9, 1, 3, 4, 5])) == ([1, 2, 3, 4, 5], {9}, {2})
    assert tuple(opened([1, 2, 3], [1, 2, 3, 4])) == ([1, 2, 3, 4], set(), set())
    assert tuple(opened([1], [2, 3])) == ([1, 2, 3], set(), {1})


HEADS = st.sets(st.integers(0, 29), max_size=4).map(lambda found: tuple(sorted(found)))


@given(st.integers(30, 60), st.integers(1, 2), HEADS)
def test_each_line_belongs_to_one_ticket_or_heading(
    count: int, height: int, heads: tuple[int, ...]
) -> None:
    lines = ListLines(count, height, heads)
    wanted = []
    for place in range(count):
        wanted += [LineThere(place, -1)] * (place in heads)
        wanted += [LineThere(place, part) for part in range(height)]
    assert [lines.there(line) for line in range(lines.total)] == wanted
    for place in range(count):
        assert lines.there(lines.first(place)) == (place, 0)
        assert lines.there(lines.top(place)).place == place


@given(
    st.integers(30, 60),
    st.integers(1, 2),
    HEADS,
    st.integers(2, 40),
    st.lists(st.integers(0, 29), min_size=1),
)
def test_the_ticket_under_the_cursor_is_always_seen_whole(
    count: int, height: int, heads: tuple[int, ...], screen: int, cursor: list[int]
) -> None:
    lines, top = ListLines(count, height, heads), 0
    for place in cursor:
        top = min(lines.scrolled(place, top, screen), max(lines.total + height - 1 - screen, 0))
        first = lines.first(place)
        assert top <= first
        cut = top > 0 and not lines.there(top).is_heading and lines.there(top).part > 0
        assert not cut or screen < 2 * height, "no ticket is cut at the top"
        assert first + height <= top + screen
        assert place in lines.places(top, screen)
        if screen >= 4 * height + len(heads):
            assert lines.scrolled(place, top, screen) == top or top == lines.total - screen, (
                "it does not move again"
            )


def test_no_first_heading_alone_is_scrolled_away() -> None:
    lines = ListLines(count=40, heads=(0, 9))
    assert lines.scrolled(4, 1, 20) == 0
    assert lines.scrolled(17, 1, 20) == 9, "the cursor comes near the edge"
    assert ListLines(count=40).scrolled(4, 1, 20) == 1
