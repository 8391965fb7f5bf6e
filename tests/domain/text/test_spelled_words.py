"""Which words of a text are spelled."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supportcli.domain.text.spelled_words import LONGEST, spelled_words


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("We recieve it tomorow.", ["We", "recieve", "it", "tomorow"]),
        ("> We recieve it", []),
        (">quoted", []),
        ("I don’t, O'Neill's", ["don’t", "O'Neill's"]),
        ("Write to (maria@acme.test) or <Bob@shop.test>", ["Write", "to", "or"]),
        ("See https://shop.test/recieve and www.shop.test", ["See", "and"]),
        ("#12 and ORD-1234, invoice_nr", ["and"]),
        ("The shop.test host, e.g. this", ["The", "host", "this"]),
        ("@bob ;delay /etc/passwd ~/Downloads", []),
        ("Your VAT and SKU", ["Your", "and"]),
        ("a I x", []),
        ("Dear ⟦first name?⟧ Lopez", ["Dear", "Lopez"]),
        ("well-known and/or «grün» größe", ["well", "known", "and", "or", "grün", "größe"]),
        ("x" * (LONGEST + 1), []),
        ("\x1b]52;title\x07 a\x9bword", ["word"]),
        ("", []),
    ],
)
def test_only_words_of_the_writer_are_checked(line: str, words: list[str]) -> None:
    assert [line[start:end] for start, end in spelled_words(line)] == words


@given(st.text(max_size=200))
def test_a_word_is_letters_within_the_line(line: str) -> None:
    for start, end in spelled_words(line):
        assert 0 <= start < end <= len(line)
        assert all(letter.isalpha() or letter in "'’" for letter in line[start:end])
