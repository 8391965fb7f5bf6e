"""References are read as the standard library reads them, in blocks too."""

from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supportcli.channels.html import references
from supportcli.channels.html.references import unescaped

PIECES = st.sampled_from(
    ["&", "&amp;", "&#38;", "amp;", "&lt", "&notit;", "&#x1F600;", "&#0;", "a", ";", "#", " ", "ä"]
)


@given(st.lists(PIECES).map("".join), st.integers(1, 20))
def test_as_the_standard_library(text: str, block: int) -> None:
    with pytest.MonkeyPatch.context() as small:
        small.setattr(references, "_FEW", 0)
        small.setattr(references, "_BLOCK", block)
        assert unescaped(text) == unescape(text)


def test_many_in_several_blocks() -> None:
    text = "words &amp;lt; &auml;&#228;&" * 100_000
    assert unescaped(text) == unescape(text)
