"""Where the body of a text ends."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supportcli.domain.canned.closings import end_of_body


@pytest.mark.parametrize(
    ("text", "writer", "closing"),
    [
        ("Hello.\n\nKind regards\nAda", "Ada", "\n\nKind regards\nAda"),
        ("Hello.\n\nMit freundlichen Grüßen\nAda Byron", "Ada Byron", "\n\nMit freundlichen Grüßen\nAda Byron"),
        ("Hello.\n\nAda, support", "ada byron", "\n\nAda, support"),
        ("Hello.\n\n\nKind regards\nAda\n", "Ada", "\n\n\nKind regards\nAda\n"),
        ("Hello.\n\nWe fetch it.", "Ada", ""),
        ("Kind regards\nAda", "Ada", ""),
        ("Hello.\n\nAdaptors are here.", "Ada", ""),
        ("Hello.\n\nOne\ntwo\nthree\nfour\nAda", "Ada", ""),
        ("Hello.\n\nYours", "", ""),
    ],
)  # fmt: skip
def test_a_closing_has_the_name_of_its_writer(text: str, writer: str, closing: str) -> None:
    assert text[end_of_body(text, writer) :] == closing


@given(st.text(), st.text(max_size=20))
def test_it_is_always_a_place_in_the_text(text: str, writer: str) -> None:
    assert 0 <= end_of_body(text, writer) <= len(text)
