"""Text without a declared charset that is neither UTF-8 nor western: which of the charsets that
people write in it is.

A charset is only taken if all bytes are valid in it and the text that they spell has the letters
that are frequent in its language; otherwise nobody knows."""

import re
from collections.abc import Callable
from contextlib import suppress

_MOST = 4_096
"""The bytes at the beginning that decide."""
_LEAST = 6
"""The fewest bytes above ASCII that prove anything."""
_RUN = re.compile(rb"[\x80-\xff]{3,}")
_FOREIGN = 0.8
"""The share of such bytes in runs of three and more, which western words do not have."""
_HIGH = bytes(range(0x80, 0x100))
_LETTER = re.compile(r"[^\W\d_]")
_BROKEN_CASE = re.compile(r"[а-яё][А-ЯЁ]")
_MOST_BROKEN = 0.02

_CYRILLIC = re.compile(r"[А-яЁёІіЇїЄєҐґ]")
_OF_CYRILLIC = re.compile(r"[оеаинтОЕАИНТі]")
_FREQUENT = {
    "cp1251": (_OF_CYRILLIC, _CYRILLIC, 0.38),
    "koi8-u": (_OF_CYRILLIC, _CYRILLIC, 0.38),
    "cp1253": (re.compile(r"[αοιετσνςάόίέ]"), re.compile(r"[Ά-ώ]"), 0.5),
    "cp949": (re.compile(r"[이다는에니가을하의고요어까습]"), re.compile(r"[가-힣]"), 0.15),
    "gb18030": (
        re.compile(r"[的我您好是不了在有请谢们这个你吗能到一]"),
        re.compile(r"[一-鿿]"),
        0.08,
    ),
}
"""For each charset the frequent letters, all letters, and the least share of the former."""


def is_foreign(data: bytes) -> bool:
    """Whether words in `data` are made of bytes above ASCII, as in no western language."""
    start = data[:_MOST]
    high = len(start) - len(start.translate(None, _HIGH))
    return high >= _LEAST and sum(map(len, _RUN.findall(start))) >= _FOREIGN * high


def charset(data: bytes) -> str | None:
    """The charset of a text for which `is_foreign`; None if it cannot be known."""
    for name, proves in _PROOFS.items():
        with suppress(UnicodeDecodeError):
            if proves(data.decode(name)[:_MOST], name):
                return name
    return None


def _share(pattern: str) -> Callable[[str, str], bool]:
    """The proof that at least a third of the letters are those of a pattern, which other charsets
    do not have."""
    wanted = re.compile(pattern)

    def proves(text: str, _name: str) -> bool:
        letters = [one for one in _LETTER.findall(text) if not one.isascii()]
        return len(wanted.findall(text)) * 3 >= len(letters) > 0

    return proves


def _is_alphabetic(text: str, name: str) -> bool:
    """Whether nearly all letters are those of one script, and its frequent ones are."""
    frequent, letters, least = _FREQUENT[name]
    found = letters.findall(text)
    others = [one for one in _LETTER.findall(text) if not one.isascii()]
    return (
        len(found) >= max(_LEAST, 0.95 * len(others))
        and len(frequent.findall(text)) >= least * len(found)
        and len(_BROKEN_CASE.findall(text)) <= _MOST_BROKEN * len(found)
    )


_PROOFS: dict[str, Callable[[str, str], bool]] = {
    "cp932": _share(r"[\u3041-\u3093\u30a1-\u30f6]"),
    "euc_jp": _share(r"[\u3041-\u3093\u30a1-\u30f6]"),
    "cp1251": _is_alphabetic,
    "koi8-u": _is_alphabetic,
    "cp1253": _is_alphabetic,
    "cp949": _is_alphabetic,
    "gb18030": _is_alphabetic,
}
"""In this order: what proves a charset for a text in it."""
