"""Cheap tests before costly patterns: they may be wrong only in saying "perhaps"."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from supportcli.channels import mime
from supportcli.channels.folding import forwards, machine_lines
from supportcli.channels.folding.answers import announced_answers
from supportcli.channels.folding.sentences import (
    Literals,
    Stems,
    Vocabulary,
    alternatives,
    caseless,
)
from supportcli.domain.text.spaced_words import spaced_words

CHECKED = [
    (machine_lines._DEVICE, machine_lines._MAY_BE_DEVICE),
    (machine_lines._APOLOGY, machine_lines._MAY_APOLOGISE),
    (machine_lines._VIRUS, machine_lines._MAY_BE_OF_VIRUS),
    (machine_lines._OUTSIDE, machine_lines._MAY_BE_OUTSIDE),
    (machine_lines._GREEN, machine_lines._MAY_BE_GREEN),
    (forwards._FORWARDED, forwards._MAY_BE_FORWARDED),
]


@pytest.mark.parametrize(
    ("pattern", "literals"),
    CHECKED,
    ids=["device", "apology", "virus", "outside", "green", "forwarded"],
)
@given(st.data())
@settings(max_examples=60)
def test_what_matches_has_one_of_the_literals(
    pattern: re.Pattern[str], literals: Literals, data: st.DataObject
) -> None:
    assert literals.may_be_in(caseless(data.draw(st.from_regex(pattern))))


def test_letters_that_are_equal_without_case_become_the_same() -> None:
    letters = {
        char for pattern, _ in CHECKED for char in caseless(pattern.pattern) or "" if char.isalpha()
    }
    every = "".join(map(chr, [*range(0xD800), *range(0xE000, 0x20000)]))
    for letter in letters:
        for same in re.findall(letter, every, re.IGNORECASE):
            assert caseless(same) in {letter, None}


STEMS = f"{announced_answers._BELOW} {announced_answers._ANSWERS} {announced_answers._OWN}"


@given(st.data())
@settings(max_examples=200)
def test_what_begins_at_a_word_has_one_of_the_stems(data: st.DataObject) -> None:
    pattern = data.draw(st.sampled_from(STEMS.split()))
    said = data.draw(st.from_regex(alternatives(pattern))).lower()
    if re.search(rf"\b{alternatives(pattern)}", said):
        assert Stems(STEMS).among(Vocabulary(spaced_words(said)))


@pytest.mark.parametrize("empty", ["[mailto:]", "<mailto:>", "< mailto:>"])
def test_an_empty_address_is_read_like_any_other(empty: str) -> None:
    """A mail with such a line was held, because the parser failed on it."""
    line = f"On Fri, 30 Jan 2026 at 10:00, Ada {empty} wrote:"
    mail = mime.parse(f"From: mia@berg.test\n\nYes.\n\n{line}\n> Which one?\n".encode())
    assert mail.held is None
    assert mail.text.startswith("Yes.")
