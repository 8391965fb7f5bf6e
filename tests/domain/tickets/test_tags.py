"""How a tag is spelled."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supportcli.domain.tickets.tags import fitted, spelled, tag_of


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("refund", "refund"),
        (" #Refund ", "refund"),
        ("##vip", "vip"),
        ("größe-2", "größe-2"),
        ("x" * 60, "x" * 60),
    ],
)
def test_a_tag_as_it_is_kept(typed: str, kept: str) -> None:
    assert tag_of(typed) == spelled(typed) == fitted(typed) == kept


@pytest.mark.parametrize(
    ("typed", "fits"),
    [
        ("", ""),
        ("#", ""),
        ("two words", "twowords"),
        ('a:b,c"(d)', "abcd"),
        ("(#Later)", "later"),
        ("x" * 61, "x" * 60),
        ("-later", "later"),
        ("+later", "later"),
        ("a\u202eb", "a\ufffdb"),
    ],
)
def test_what_is_no_tag_can_be_made_to_fit(typed: str, fits: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(typed)}$"):
        tag_of(typed)
    assert fitted(typed) == fits


@given(st.text())
def test_what_fits_is_a_tag_or_nothing(typed: str) -> None:
    if fits := fitted(typed):
        assert tag_of(fits) == spelled(fits) == fits
