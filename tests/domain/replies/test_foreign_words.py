"""What automatic answers carry of what strangers wrote."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supportcli.domain.replies.foreign_words import harmless_name, harmless_subject, name_to_greet


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


@pytest.mark.parametrize(
    "name",
    ["Ada Byron", "J.Doe", "St.Mary Hospital", "Booking.com", "Mühle & Co. KG (1882)", "Win 1000"],
)
def test_an_agent_greets_everybody_by_name(name: str) -> None:
    assert name_to_greet(name) == name


@pytest.mark.parametrize(
    "name",
    [
        "Buy now http://evil.test",
        "Come to evil.test",
        "Call +49 900 123456",
        "ad@evil.test",
        "www evil",
    ],
)
def test_nobody_is_greeted_by_where_to_go(name: str) -> None:
    assert name_to_greet(name) == ""


@given(st.text(), st.sampled_from(["\n", "\r", "\0", "\u2028", "\u202e", "\u200b"]))
def test_what_is_left_is_one_visible_line(text: str, hidden: str) -> None:
    for keep in (harmless_name, harmless_subject, name_to_greet):
        said = keep(text + hidden + text)
        assert hidden not in said
        assert said == said.strip()
