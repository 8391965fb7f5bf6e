"""A list shows the first words of a message, whatever stands before them."""

import pytest

from supportcli.domain.text.first_words import first_words
from supportcli.domain.tickets.ticket import Beginning, Direction


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Hello,\n\nthe grinder  is\tloud.", "Hello, the grinder is loud."),
        ("> What we wrote\n> on two lines\n\nYes, please.", "Yes, please."),
        ("a -> b", "a -> b"),
        ("word " * 60, "word " * 32),
        (" \n ", ""),
        ("> all quoted", ""),
    ],
)
def test_the_first_words_on_one_line_without_quotes(text: str, words: str) -> None:
    assert first_words(text) == words


def test_whose_they_are() -> None:
    assert Beginning.of("note:Ask Bob: he knows.") == ("Ask Bob: he knows.", Direction.NOTE)


@pytest.mark.parametrize("stored", [None, "in:", "out: \n ", "in:> all quoted"])
def test_a_message_without_words_has_no_beginning(stored: str | None) -> None:
    assert Beginning.of(stored) is None
