"""What finds a thing that is chosen by typing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supportcli.domain.text.matching import Match, is_beyond_doubt, match

MERGE = "Merge the ticket into another one, and go to the next"


@pytest.mark.parametrize(
    ("typed", "name", "found"),
    [
        ("refund", "refund", Match.SAME),
        (" ReFund ", "refund", Match.SAME),
        ("merge", MERGE, Match.FIRST_WORD),
        ("merge t", MERGE, Match.STARTS),
        ("jos", "José Núñez", Match.STARTS),
        ("jose", "José Núñez", Match.FIRST_WORD),
        ("ticket", MERGE, Match.WORD),
        ("done", "refund-done", Match.WORD),
        ("into an", MERGE, Match.WORD_STARTS),
        ("tick", MERGE, Match.WORD_STARTS),
        ("next tick", MERGE, Match.WORDS_START),
        ("fund", "refund", Match.WITHIN),
        ("mrg", MERGE, Match.SHORT_FORM),
        ("refdone", "refund-done", Match.SHORT_FORM),
        ("wis", "What I sent", Match.SHORT_FORM),
        ("merge", "Wait for the customer and go to the next", Match.NOT),
        ("merge", "The whole message in your pager ($PAGER, else less)", Match.NOT),
        ("sent", "Mark the ticket as spam and go to the next; no mail is sent", Match.WORD),
        ("sent", "Set the ticket's priority", Match.NOT),
        ("q", "The next ticket of the queue", Match.WORD_STARTS),
        ("x", "The next ticket", Match.NOT),
        ("order", "password", Match.NOT),
        ("order", "bug-confirmed", Match.NOT),
    ],
)
def test_words_come_first_and_strewn_letters_find_nothing(
    typed: str, name: str, found: Match
) -> None:
    assert match(typed, name) is found


def test_other_words_and_what_it_stands_for_find_it_too() -> None:
    assert match("q", "Leave", also="quit exit close") is Match.STARTS
    assert match("q", "Leave", also="q quit exit") is Match.FIRST_WORD
    assert match("close", "Leave", also="quit exit close") is Match.WORD
    assert match("quit", "Leave", value="quit") is Match.SAME
    assert match("leave ex", "Leave", also="quit exit close") is Match.WORDS_START


@given(st.text(min_size=1, max_size=12), st.text(max_size=30))
def test_what_stands_in_a_name_finds_it(typed: str, name: str) -> None:
    assert match(name, name) is Match.SAME
    found = match(typed, f"{typed} {name}")
    assert is_beyond_doubt(found)
