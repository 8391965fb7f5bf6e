"""Words as search sees them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supportcli.domain.text.words import folded, nearest, tokens


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Hello, World!", "hello world"),
        ("don't re-open foo_bar 12:30 a.b@shop.test", "don t re open foo bar 12 30 a b shop test"),
        ("Rückerstattung GRÖSSE Größe grosse", "ruckerstattung grosse grosse grosse"),
        ("Ångström ŁÓDŹ naïve ﬁn Ærø", "angstrom lodz naive fin aero"),
        ("e\u0301 \u00e9", "e e"),
        ("İstanbul ISTANBUL ıstanbul", "istanbul istanbul istanbul"),
        ("Ἀθῆναι ΑΘΗΝΑΣ", "αθηναι αθηνασ"),
        ("Ёлка", "елка"),
        ("שָׁלוֹם مُحَمَّد", "שלום محمد"),
        ("हिन्दी में", "हिन्दी में"),
        ("退款申请 ABC退", "退 款 申 请 abc 退"),
        ("ｶﾞｷ ガキ が", "ガ キ ガ キ が"),
        ("환불을 요청", "환 불 을 요 청"),
        ("ขอเงิน", "ข อ เ ง ิ น"),
        ("ＡＢＣ １２３", "abc 123"),
        ("№ 5 ½", "no 5 1 2"),
        ("👍🏽 … — ()", ""),
        ("a\0b\ud800c", "a b c"),
        ("a退b“é”c–d1’2éé3…退", "a 退 b e c d1 2ee3 退"),
        ("с2с_ж x退" + "退" * 70, "с2с ж x" + " 退" * 71),
        ("a" + "ж" * 70, f"a{'ж' * 63} {'ж' * 7}"),
        ("x" * 70, f"{'x' * 64} {'x' * 6}"),
    ],
)
def test_how_a_text_is_cut(text: str, words: str) -> None:
    assert tokens(text) == words.split()


@given(st.text())
def test_cutting_again_changes_nothing(text: str) -> None:
    once = tokens(text)
    assert tokens(" ".join(once)) == once


@given(st.text())
def test_an_index_need_escape_nothing(text: str) -> None:
    ascii_letters = {letter for token in tokens(text) for letter in token if letter.isascii()}
    assert ascii_letters <= set("0123456789abcdefghijklmnopqrstuvwxyz")


@given(st.lists(st.text(), max_size=4))
def test_a_text_is_folded_as_its_runs_are(parts: list[str]) -> None:
    together = " ".join(parts)
    assert folded(together).split() == [one for part in parts for one in folded(part).split()]


@given(st.text(), st.text())
def test_what_stands_apart_is_cut_apart(left: str, right: str) -> None:
    assert tokens(f"{left}\n{right}") == tokens(left) + tokens(right)


@pytest.mark.parametrize(
    "pair",
    [
        "\u0301\u0316",
        "\u0a3c\u0a4d",
        "\u3099\u302a",
        "\u0e38\u0e48",
        "\U0001d165\U0001d16d",
        "a\u093c\u094d",
    ],
)
def test_piled_up_marks_end_in_time(pair: str) -> None:
    """Sorting them takes time that grows with the square of their number: 200,000 took half a
    minute, these would take an hour."""
    assert tokens(f"{pair * 1_000_000} end")[-1] == "end"


@pytest.mark.parametrize(
    ("word", "found"),
    [("opne", "open"), ("solvd", "solved"), ("on hold", "on-hold"), ("xyzzy", ""), ("", "")],
)
def test_the_nearest_known_word(word: str, found: str) -> None:
    assert nearest(word, ["open", "solved", "on-hold"]) == found
