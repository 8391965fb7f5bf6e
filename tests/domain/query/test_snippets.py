"""What a search shows of a text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supportcli.domain.query.parse import parse
from supportcli.domain.query.snippets import Snippet, snippet, sought
from supportcli.domain.text.words import tokens


def found(text: str, query: str, most: int = 60) -> Snippet:
    return snippet(text, list(sought(parse(query))), most)


def marked(one: Snippet) -> str:
    return "".join(f"[{piece}]" if hit else piece for piece, hit in one.pieces)


@pytest.mark.parametrize(
    ("text", "query", "shown"),
    [
        ("Please refund me.", "refund", "Please [refund] me."),
        ("Please REFÜND me.", "refund", "Please [REFÜND] me."),
        ("Meine Rückerstattung", "RUCKERSTATTUNG", "Meine [Rückerstattung]"),
        ("Die Größe", "grosse", "Die [Größe]"),
        ("Cafe\u0301 au lait", "café", "[Cafe\u0301] au lait"),
        ("我要退款申请。", "退款", "我要[退款]申请。"),
        ("हिन्दी में", "हिन्दी", "[हिन्दी] में"),
        (
            "A double-charge, a double charge",
            '"double charge"',
            "A [double-charge], a [double charge]",
        ),
        ("refunds and refunded", "refund*", "[refunds] and [refunded]"),
        ("Not the refund", "leak -refund", "Not the refund"),
        ("A leak or a refund", "leak OR refund", "A [leak] or a [refund]"),
        ("two\n\n  lines of\tleak", "leak", "two lines of [leak]"),
        ("order_18 is late", '"18"', "order_[18] is late"),
        ("", "leak", ""),
    ],
)
def test_each_hit_is_marked(text: str, query: str, shown: str) -> None:
    assert marked(found(text, query)) == shown


def test_a_long_text_is_cut_around_its_first_hit() -> None:
    text = "word " * 100 + "the leak is here " + "word " * 100
    one = found(text, "leak")
    assert one.is_hit
    assert marked(one).startswith("…word word")
    assert "the [leak] is here" in marked(one)
    assert marked(one).endswith("word…")
    assert len(one.text) <= 62
    assert not found(text, "lark").is_hit
    assert found(text, "lark").text.startswith("word word")


WORDS = st.sampled_from(["refund", "Größe", "退款", "leak!", "a-b", "हिन्दी", "\n"])


@given(
    st.lists(WORDS, max_size=30).map(" ".join), st.sampled_from(["refund", "grosse", "款", "a*"])
)
def test_what_is_marked_is_what_was_sought_and_nothing_is_made_up(text: str, query: str) -> None:
    (words,) = sought(parse(query))
    one = snippet(text, [words], 40)
    assert one.text.strip("…") in " ".join(text.split())
    for piece, hit in one.pieces:
        if hit and len(one.text) < 40:
            assert "".join(tokens(piece)).startswith("".join(words.tokens))
    assert len(one.text) <= 42
