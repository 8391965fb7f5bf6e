"""Text in two charsets: a person's text in one, and what a gateway, a list or a virus scanner put
below it in another.

Whoever adds a footer does not recode the text above it, so the charset is decided line by line, and
within a line that has both, character by character."""

import re
from collections.abc import Callable
from itertools import islice

_MOST_LINES = 100_000
"""The most lines that are read one by one; a longer text is treated as one: nobody wrote it, and
each line costs time."""

_ENOUGH = 2
"""The number of UTF-8 characters that are no accident in text of another charset."""

_SCARCE = 20
"""The number of valid UTF-8 bytes for each invalid one, from which on that counts as damage and not
as another charset."""

_LETTER = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
# The first bytes of the scripts that people write; others begin pairs of a western capital and a
# quotation mark or a hard space, as in É”.
_LIKELY = re.compile(
    rb"[\xc2-\xc5\xce-\xd1\xd7-\xda][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}"
)
_LONG = re.compile(rb"[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_ACCENTED = re.compile(rb"[\xc3-\xc5][\x80-\xbf]")
_MANY_ACCENTED = 6
"""The bytes of three letters with accents, which are no accident if there are no others."""
_HIGH = bytes(range(0x80, 0x100))
_ASCII_AS_SPACES = b" " * 0x80 + _HIGH
"""Most of a text is ASCII, and none of it is in the patterns: they are tried on the rest."""
_C1 = {code: bytes([code]).decode("cp1252", "ignore") or chr(code) for code in range(0x80, 0xA0)}


def windows(data: bytes) -> str:
    """`data` as windows-1252, in which every byte has a meaning: undefined ones are as in
    Latin-1."""
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError:
        return data.decode("latin-1").translate(_C1)


def proves_utf_8(data: bytes, *, wide: bool) -> bool:
    """Whether text that is valid UTF-8 cannot be in another charset. In those of East Asia (`wide`)
    two bytes are a character, so it takes characters of three bytes, or Latin
    letters with accents and nothing else."""
    runs = data.translate(_ASCII_AS_SPACES).split()
    high = b" ".join(runs)
    size = len(high) - len(runs) + 1
    if wide and len(_ACCENTED.findall(high)) * 2 == size >= _MANY_ACCENTED:
        return True
    found = (_LONG if wide else _LIKELY).finditer(high)
    return len(list(islice(found, _ENOUGH))) == _ENOUGH


def by_line(
    data: bytes, other: Callable[[bytes], str] | None = None, *, surely: bool = False
) -> str | None:
    """Text with some lines in UTF-8 and some that `other` reads (windows-1252 by default); None if
    no line is UTF-8. `surely`: the text declares UTF-8, so a single character of it is enough."""
    if data.count(b"\n") > _MOST_LINES or not (
        _LETTER.search(data) if surely else proves_utf_8(data, wide=False)
    ):
        return None
    lines = [(line, _valid(line)) for line in data.split(b"\n")]
    if not surely:
        good = b"\n".join(line for line, text in lines if text is not None)
        if not proves_utf_8(good, wide=False):
            return None
    read = other or _mixed
    return "\n".join(read(line) if text is None else text for line, text in lines)


def _valid(line: bytes) -> str | None:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _mixed(line: bytes) -> str:
    """A line that is not valid UTF-8: damaged if little of it is wrong, else partly or completely
    in the other charset."""
    foreign = _LETTER.sub(b"", line)
    wrong = len(foreign) - len(foreign.translate(None, _HIGH))
    if wrong * _SCARCE <= len(line) - len(foreign):
        return line.decode("utf-8", "replace")
    out, at = [], 0
    for char in _LETTER.finditer(line):
        out += [windows(line[at : char.start()]), char[0].decode("utf-8", "replace")]
        at = char.end()
    return "".join([*out, windows(line[at:])])
