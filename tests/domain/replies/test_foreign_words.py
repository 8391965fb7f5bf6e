"""What automatic answers carry of what strangers wrote."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supportcli.domain.replies.foreign_words import harmless_name, harmless_subject


@pytest.mark.parametrize(
    "name",
    ["Ada Byron", "Dr. Grace M. Hopper", "O’Neill, Sinéad", "Jean-Luc", "山田太郎", "Mühle GmbH"],
)
def test_names_of_people_stay(name: str) -> None:
    assert harmless_name(name) == name


@pytest.mark.parametrize(
    "name",
    [
        "Win money http://evil.test",
        "evil.test",
        "Ada@evil.test",
        "Win 1000",
        "<b>Ada</b>",
        "[x](y)",
        "Come to us and buy our things",
        "A" * 41,
        "$$$",
    ],
)
def test_what_may_be_more_than_a_name_goes(name: str) -> None:
    assert harmless_name(name) == ""


@given(st.text(), st.sampled_from(["\n", "\r", "\0", "\u2028", "\u202e", "\u200b"]))
def test_what_is_left_is_one_visible_line(text: str, hidden: str) -> None:
    for said in (harmless_name(text + hidden + text), harmless_subject(text + hidden + text)):
        assert hidden not in said
        assert said == said.strip()
