"""A list shows the first words of a message, whatever stands before them."""

import pytest

from supportcli.domain.tickets.beginning import beginning
from supportcli.domain.tickets.ticket import Direction


@pytest.mark.parametrize(
    ("stored", "words"),
    [
        ("in:Hello,\n\nthe grinder  is\tloud.", "Hello, the grinder is loud."),
        ("in:> What we wrote\n> on two lines\n\nYes, please.", "Yes, please."),
        ("in:a -> b", "a -> b"),
        ("in:" + "word " * 60, "word " * 32),
    ],
)
def test_the_first_words_on_one_line_without_quotes(stored: str, words: str) -> None:
    assert beginning(stored) == (words, Direction.IN)


def test_whose_they_are() -> None:
    found = beginning("note:Ask Bob: he knows.")
    assert found == ("Ask Bob: he knows.", Direction.NOTE)


@pytest.mark.parametrize("stored", [None, "in:", "out: \n ", "in:> all quoted"])
def test_a_message_without_words_has_no_beginning(stored: str | None) -> None:
    assert beginning(stored) is None
