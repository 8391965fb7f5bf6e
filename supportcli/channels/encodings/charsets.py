"""Bytes → text, in the charset that a mail declares, the one it means, or the one its bytes
prove."""

import codecs
import re
from contextlib import suppress
from functools import lru_cache, partial

from supportcli.channels.encodings import mixed_charsets, undeclared

_DECLARED_IS_WRONG_ABOVE = 0.05
"""The share of a text's non-ASCII bytes that may be invalid in a multi-byte charset before the
charset itself is considered wrong."""

# What mailers write → what they mean. Supersets replace the narrow names: the bytes that differ
# are unassigned in the narrow one.
_ALIASES = {
    "ascii": "cp1252",
    "us-ascii": "cp1252",
    "us": "cp1252",
    "ansi_x3.4-1968": "cp1252",
    "latin1": "cp1252",
    "latin-1": "cp1252",
    "l1": "cp1252",
    "iso-8859-1": "cp1252",
    "iso-8859-9": "cp1254",
    "iso-8859-11": "cp874",
    "tis-620": "cp874",
    "tis620": "cp874",
    "latin-9": "iso8859-15",
    "iso-8859-8-i": "iso8859-8",
    "iso-8859-8-e": "iso8859-8",
    "gb2312": "gb18030",
    "gb_2312-80": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "cp936": "gb18030",
    "cn-gb": "gb18030",
    "euc-cn": "gb18030",
    "chinese": "gb18030",
    "ks_c_5601-1987": "cp949",
    "ks_c_5601": "cp949",
    "ksc5601": "cp949",
    "ksc_5601": "cp949",
    "euc-kr": "cp949",
    "euc_kr": "cp949",
    "euckr": "cp949",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "shiftjis": "cp932",
    "sjis": "cp932",
    "x-sjis": "cp932",
    "ms_kanji": "cp932",
    "windows-31j": "cp932",
    "x-euc-jp": "euc_jp",
    "iso-2022-jp": "iso2022_jp_ext",
    "iso-2022-jp-ms": "iso2022_jp_ext",
    "cp50220": "iso2022_jp_ext",
    "cp50221": "iso2022_jp_ext",
    "cp50222": "iso2022_jp_ext",
    "big5": "cp950",
    "big-5": "cp950",
    "x-x-big5": "cp950",
    "koi8-ru": "koi8-u",
    "koi8": "koi8-r",
    "x-mac-roman": "mac_roman",
    "x-mac-cyrillic": "mac_cyrillic",
    "unicode-1-1-utf-7": "utf-7",
    "unicode-1-1-utf-8": "utf-8",
    "utf8mb4": "utf-8",
    "utf": "utf-8",
    "unicode": "utf-16",
    "utf-8": "utf-8",
    "utf8": "utf-8",
}
# Not charsets of mail, although Python decodes "text" with them: escapes, host names,
# the locale of the machine.
_NOT_CHARSETS = frozenset(
    {
        "idna",
        "punycode",
        "unicode_escape",
        "raw_unicode_escape",
        "unicode-escape",
        "raw-unicode-escape",
        "undefined",
        "mbcs",
        "oem",
    }
)
_UNKNOWN_ON_PURPOSE = frozenset(
    {
        "",
        "unknown-8bit",
        "x-unknown",
        "unknown",
        "default",
        "8bit",
        "7bit",
        "binary",
        "none",
        "charset",
        "_autodetect",
        "x-user-defined",
    }
)
_NAME = re.compile(r"[a-z0-9_.:+()-]{1,40}")
_NUMBERED = re.compile(r"(?:x-)?(?:windows|win|cp|ibm|ms)[-_]?(?:cp)?(\d{3,5})")
_ISO_8859 = re.compile(r"(?:x-)?(?:iso[-_ ]?)?8859[-_](\d{1,2})(-[ei])?(?:[-:_].*)?")
_STATEFUL = ("utf-7", "utf_7", "hz", "iso2022", "utf-16", "utf_16", "utf-32", "utf_32")
_SEVEN_BITS = ("hz", "iso2022")
_WESTERN = frozenset({"cp1252", "iso8859-15", "cp850", "mac_roman"})
_WIDE = ("gb", "cp93", "cp94", "cp95", "euc", "shift_jis", "big5", "johab")
"""The beginnings of the names of codecs in which two bytes are a character."""

_MIXED = "two charsets in one text"
_MOST_LINES = 100_000
_FIRST_ROW_ABOVE_KATAKANA = 0x5F
_CELL_OF_DELETE = 0x60
_JIS_LIMIT = 256 * 1024
_JIS_SHIFT = re.compile(rb"\x1b(\$[@B]|\(I|\([BJH])")


@lru_cache(maxsize=512)
def codec(declared: str) -> str | None:
    """The name of the Python codec for a charset that a mail declares, or None if there is none (or
    if it is no charset at all: rot13)."""
    name = declared.strip(" \t\r\n\"'").lower()
    if not _NAME.fullmatch(name) or name in _NOT_CHARSETS:
        return None
    if iso := _ISO_8859.fullmatch(name):
        name = f"iso-8859-{iso[1]}{iso[2] or ''}"
    elif numbered := _NUMBERED.fullmatch(name):
        name = {"65001": "utf-8", "936": "gb18030", "28591": "cp1252", "20127": "cp1252"}.get(
            numbered[1], f"cp{numbered[1]}"
        )
    name = _ALIASES.get(name, name)
    try:
        found = codecs.lookup(name).name
    except (LookupError, ValueError):
        return None
    return found if found not in _NOT_CHARSETS and _makes_text(found) else None


def _makes_text(name: str) -> bool:
    """Whether a codec turns bytes into text; those of base64, rot13 and zip do not."""
    try:
        b"a".decode(name)
    except UnicodeError:
        return True  # half a character of UTF-16
    except LookupError:
        return False
    return True


def decode(data: bytes, declared: str | None) -> tuple[str, str | None]:
    """`data` as text that every database can hold (no NUL, no lone surrogate), and what was wrong
    with its charset, or None.

    If the declared charset is missing or cannot be right, the bytes decide: UTF-8 if they are valid
    UTF-8, else the declared charset with a few replacement characters, else windows-1252, in which
    every byte has a meaning."""
    name = codec(declared) if declared else None
    if (name is None or not name.startswith(_STATEFUL)) and data.isascii() and b"\x1b" not in data:
        text, defect = data.decode("ascii"), None
    else:
        text, defect = _decode_marked(data, name) or _decode_declared(data, name)
    if (
        declared
        and name is None
        and defect is None
        and declared.strip().lower() not in _UNKNOWN_ON_PURPOSE
    ):
        defect = f"unknown charset {declared[:40]}"
    return (_without_nul(text) if name == "utf-8" else storable(text)), defect


def _without_nul(text: str) -> str:
    return text.replace("\0", "\ufffd") if "\0" in text else text


def storable(text: str) -> str:
    """`text` with NUL and lone surrogates, which no database takes, replaced by U+FFFD."""
    text = _without_nul(text)
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def _decode_marked(data: bytes, name: str | None) -> tuple[str, str | None] | None:
    """Text that identifies its own charset: by a byte order mark, or by the escapes of ISO-2022-JP
    without a declared name."""
    if data.startswith(codecs.BOM_UTF8):
        return data[3:].decode("utf-8", "replace"), None
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) and (
        name is None or name.startswith("utf-16")
    ):
        return data.decode("utf-16", "replace"), None
    if name in {None, "cp1252"} and (b"\x1b$" in data or b"\x1b(" in data) and data.isascii():
        try:
            return _iso2022_jp(data), None
        except UnicodeDecodeError:
            return None
    return None


def _decode_declared(data: bytes, name: str | None) -> tuple[str, str | None]:
    """Text in the declared codec, or in the one that its bytes prove."""
    if name is not None and name.startswith(("utf-16", "utf-32")) and b"\0" not in data:
        return _guess(data, "cp1252")[0], f"charset is not {name}"  # one byte for each character
    if name is None:
        return _undeclared(data)
    if name in _WESTERN:
        return _guess(data, name)
    if (
        name != "utf-8"
        and not name.startswith(_STATEFUL)
        and (found := _as_utf_8(data, name)) is not None
    ):
        return found
    if name.startswith(_SEVEN_BITS) and not data.isascii():
        with suppress(UnicodeDecodeError):
            return data.decode("utf-8"), f"charset is not {name}"
    try:
        return (_iso2022_jp(data) if name.startswith("iso2022_jp") else data.decode(name)), None
    except UnicodeError:
        return _guess_damaged(data, name), f"charset is not {name}, or damaged"


def _as_utf_8(data: bytes, name: str) -> tuple[str, str] | None:
    """Text that its declared charset could decode, but that is UTF-8, or has lines that are."""
    wide = name.startswith(_WIDE)
    if mixed_charsets.proves_utf_8(data, wide=wide):
        with suppress(UnicodeDecodeError):
            return data.decode("utf-8"), f"charset is not {name}"
        text = None if wide else mixed_charsets.by_line(data, partial(_line, name=name))
        return (text, _MIXED) if text is not None else None
    return None


def _undeclared(data: bytes) -> tuple[str, str | None]:
    """Text without a declared charset: UTF-8, western, or what its words prove."""
    if not undeclared.is_foreign(data):
        return _guess(data, "cp1252")
    with suppress(UnicodeDecodeError):
        return data.decode("utf-8"), None
    text, defect = _guess(data, "cp1252")
    if defect is None and (name := undeclared.charset(data)) is not None:
        return data.decode(name), f"no charset is declared; it is read as {name}"
    return text, defect or "no charset is declared, and the text is not western"


def _guess(data: bytes, western: str) -> tuple[str, str | None]:
    """Text of an undeclared or western charset. Valid UTF-8 wins: nobody writes what those bytes
    would spell in a western charset."""
    try:
        return data.decode("utf-8"), None
    except UnicodeDecodeError:
        pass
    is_windows = western == "cp1252"
    if (
        text := mixed_charsets.by_line(data, None if is_windows else partial(_line, name=western))
    ) is not None:
        return text, _MIXED
    return mixed_charsets.windows(data) if is_windows else _line(data, western), None


def _guess_damaged(data: bytes, name: str) -> str:
    """Text that its declared codec refuses: UTF-8 after all, or damaged in a few places, or
    something western; completely or in some of its lines."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    if name.startswith(_STATEFUL):
        return _damaged(data, name)
    read = partial(_line, name=name)
    text = (
        mixed_charsets.by_line(data, surely=True)
        if name == "utf-8"
        else mixed_charsets.by_line(data, read)
    )
    if text is None and name.startswith(_WIDE) and data.count(b"\n") < _MOST_LINES:
        text = "\n".join(map(read, data.split(b"\n")))
    return _damaged(data, name) if text is None else text


def _line(data: bytes, name: str) -> str:
    """One line in a charset, or in its most likely one if it is not valid there."""
    try:
        return data.decode(name)
    except UnicodeDecodeError:
        return _damaged(data, name)


def _damaged(data: bytes, name: str) -> str:
    """Text that is damaged in a few places, or something western."""
    text = data.decode(name, "replace")
    high = len(data) - len(data.translate(None, bytes(range(0x80, 0x100)))) or len(data)
    if text.count("\ufffd") <= max(1, high * _DECLARED_IS_WRONG_ABOVE):
        return text
    return mixed_charsets.windows(data)


def _iso2022_jp(data: bytes) -> str:
    """ISO-2022-JP as mailers write it: with the characters of NEC and IBM that only cp932 knows.

    Raises UnicodeDecodeError if that fails too."""
    try:
        return data.decode("iso2022_jp_ext")
    except UnicodeDecodeError:
        pass
    if len(data) > _JIS_LIMIT:
        return data.decode("iso2022_jp_ext", "replace")
    pieces = _JIS_SHIFT.split(data)
    text = [pieces[0].decode("latin-1")]
    for shift, piece in zip(pieces[1::2], pieces[2::2], strict=True):
        if shift.startswith(b"$"):
            text.append(_shift_jis_of(piece).decode("cp932", "replace"))
        elif shift == b"(I":
            text.append(bytes(byte | 0x80 for byte in piece).decode("cp932", "replace"))
        else:
            text.append(piece.decode("latin-1"))
    return "".join(text)


def _shift_jis_of(jis: bytes) -> bytes:
    """Pairs of JIS X 0208 bytes (rows and cells from 0x21) as Shift_JIS, the arithmetic of JIS X
    0208:1997, annex 1: two rows share a lead byte, and the trail bytes leave out 0x7F."""
    out = bytearray()
    pairs = jis.translate(None, b"\r\n")
    for row, cell in zip(pairs[::2], pairs[1::2], strict=False):
        lead = (row + 1) // 2 + (0x70 if row < _FIRST_ROW_ABOVE_KATAKANA else 0xB0)
        trail = cell + (0x1F + (cell >= _CELL_OF_DELETE) if row % 2 else 0x7E)
        out += bytes((lead & 0xFF, trail & 0xFF))
    return bytes(out)
