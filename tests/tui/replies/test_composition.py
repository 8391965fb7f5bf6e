"""Widths, times and broken lines: nothing is lost, and nothing is wider than its place."""

import string
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supportcli.rendering.ink import Ink, cut, ends, fit, width_of, width_of_all
from supportcli.rendering.times import moment, span
from supportcli.rendering.wrap import wrapped
from supportcli.terminal import clean
from tests.rendering.lines import NOW, plain

WORDS = st.text(
    alphabet=st.sampled_from(string.ascii_letters + "  \n" + "äß日本語👍🏽é"), max_size=300
)


@given(WORDS, st.integers(2, 40))
def test_broken_lines_fit_and_lose_no_letter(text: str, width: int) -> None:
    text = clean(text, lines=True)
    lines = list(wrapped(text, width))
    assert all(width_of(line) <= width for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())


def test_lines_break_between_words_and_keep_their_indent() -> None:
    assert list(wrapped("  one two three\nfour", 10)) == ["  one two", "three", "four"]


def test_no_width_is_too_small_to_come_to_an_end() -> None:
    assert list(wrapped("ab c", 0)) == ["a", "b", "c"]


def test_spaces_wider_than_a_line_are_no_line() -> None:
    assert list(wrapped("    ab", 2)) == ["ab"]
    assert list(wrapped("a    b", 2)) == ["a", "b"]


def test_a_line_without_end_costs_only_what_is_asked_for() -> None:
    lines = wrapped("x" * 10_000_000, 80)
    assert [next(lines) for _ in range(3)] == ["x" * 80] * 3


@given(WORDS, st.integers(0, 40))
def test_a_fitted_text_has_exactly_its_width(text: str, width: int) -> None:
    assert width_of(fit(clean(text), width)) == width


def test_what_is_cut_says_so() -> None:
    assert fit("Maria Lopez", 6) == "Maria…"
    assert plain(*cut((("Maria ", Ink.TEXT), ("Lopez", Ink.DIM), ("!", Ink.DIM)), 9)) == "Maria Lo…"


@given(WORDS, WORDS, st.integers(1, 60))
def test_two_ends_fill_a_line(left: str, right: str, width: int) -> None:
    line = ends(((clean(left), Ink.TEXT),), ((clean(right), Ink.DIM),), width)
    assert width_of_all(line) == width


@pytest.mark.parametrize(
    ("time", "said"),
    [
        (timedelta(seconds=-5), "now"),
        (timedelta(seconds=59), "now"),
        (timedelta(minutes=1), "1m"),
        (timedelta(minutes=59, seconds=59), "59m"),
        (timedelta(hours=23), "23h"),
        (timedelta(days=13), "13d"),
        (timedelta(days=14), "2w"),
        (timedelta(days=699), "99w"),
        (timedelta(days=700), "1y"),
        (timedelta(days=900), "2y"),
    ],
)
def test_how_long_something_waits_is_short(time: timedelta, said: str) -> None:
    assert span(time) == said


@pytest.mark.parametrize(
    ("ago", "said"),
    [
        (timedelta(minutes=5), "08:55"),
        (timedelta(days=1), "Sun 09:00"),
        (timedelta(days=20), "10 Feb 09:00"),
        (timedelta(days=200), "14 Aug 2025"),
        (timedelta(days=-1), "3 Mar 09:00"),
    ],
)
def test_when_something_was_is_told_as_exactly_as_needed(ago: timedelta, said: str) -> None:
    assert moment(NOW - ago, NOW) == said
