"""Words for comparison: the quick way finds the words that the long one does."""

import re

import pytest

from supportcli.domain.text.spaced_words import spaced_words

_CJK = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
_WORD = re.compile(rf"[{_CJK}]|[^\W_{_CJK}]+")


@pytest.mark.parametrize(
    "text",
    [
        "".join(map(chr, range(256))),
        " ".join(f"a{chr(code)}b" for code in range(256)),
        "\n".join(f"Ä{chr(code)}\u2019s \u201cGRÖSSE\u201d \u2013 é_é" for code in range(256)),
        "Straße, STRASSE und µm",
        "Привет, мир: ΣΟΦΟΣ! İstanbul 東京と서울 a\u200bb",
        " ".join(map(chr, range(0x100, 0x3100))),
        " ".join(f"a{chr(code)}b" for code in range(0x2000, 0x2100)),
        "",
        "\n\n",
    ],
    ids=["latin", "within", "marked", "sharp", "scripts", "plane", "punctuation", "none", "lines"],
)
def test_the_words_are_those_of_the_pattern_in_lower_case(text: str) -> None:
    lines = [_WORD.findall(line) for line in text.casefold().split("\n")]
    assert [line.split() for line in spaced_words(text).split("\n")] == lines
