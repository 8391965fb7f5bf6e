"""Content-Transfer-Encoding (RFC 2045, section 6) → bytes. Lenient, because half of what is broken
in mail is broken here."""

import binascii
import re
from contextlib import suppress

_BASE64_ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_BASE64_AND_LINES = _BASE64_ALPHABET + b"\r\n="
_WHITE = b" \t\r\n\f\v"
_FOREIGN_SHARE = 0.1
"""The share of bytes outside the alphabet, including spaces, above which text declared as base64 is
not considered base64."""

_MOST_PADDINGS = 100_000
_MOST_LINES = 500_000

_BASE64 = frozenset({"base64", "base-64", "x-base64"})
_LEAST = 16
"""The number of characters of unpadded base64 above a footer that cannot be words."""

_CONTROLS = bytes(set(range(32)) - set(b"\t\n\r\f"))
_HIGH, _RARE = bytes(range(0x80, 0x100)), bytes(range(0x80, 0xA0))
_MOST_RARE = 5
"""One in how many of the bytes above 0x80 may be below 0xA0 in a text."""

_NO_LINE = re.compile(rb"(?m)^(?![A-Za-z0-9+/]++[ \t]*+\r?\n)")
_PADDED_LINE = re.compile(rb"[A-Za-z0-9+/]++={1,2}[ \t]*+(?:\r?\n|\Z)")
_LONG_LINE = re.compile(rb"(?m)^[A-Za-z0-9+/]{50,}={0,2}\s*$")

_SPACE_BEFORE_SOFT_BREAK = re.compile(rb"=[ \t]++(\r?\n|\Z)")
_PLAIN = frozenset(
    {
        "",
        "7bit",
        "8bit",
        "binary",
        "none",
        "7-bit",
        "8-bit",
        "8bits",
        "7bits",
        "plain",
        "raw",
        "utf-8",
        "ascii",
        "us-ascii",
    }
)
_QUOTED_PRINTABLE = frozenset(
    {"quoted-printable", "quoted_printable", "quotedprintable", "quoted printable", "qp"}
)
_UUENCODED = frozenset({"x-uuencode", "uuencode", "x-uue", "uue"})


def decode(data: bytes, encoding: str) -> tuple[bytes, str | None]:
    """The bytes of `data` decoded from a Content-Transfer-Encoding, and what was wrong with it, or
    None."""
    decoded, _, defect = with_footer(data, encoding)
    return decoded, defect


def with_footer(data: bytes, encoding: str) -> tuple[bytes, bytes, str | None]:
    """The bytes of `data` decoded from a Content-Transfer-Encoding, the footer below them, and what
    was wrong, or None.

    The footer is what a list or gateway has put below a text in base64, unencoded: they do not
    check how the text above is encoded."""
    name = encoding.partition(";")[0].strip(" \t\r\n\"'").lower()
    if name in _PLAIN:
        return data, b"", None
    if name in _QUOTED_PRINTABLE:
        return quoted_printable(data), b"", None
    if name in _BASE64:
        return _base64_above(data)
    if name in _UUENCODED:
        decoded, defect = _uudecode(data)
        return decoded, b"", defect
    return data, b"", f"unknown transfer encoding {name[:40]}"


def _base64_above(data: bytes) -> tuple[bytes, bytes, str | None]:
    """The decoded base64 in `data`, the footer below it, and what was wrong. If no other character
    is in it, as in most mail, there is no footer to look for."""
    end = data.find(b"=")
    if not data.translate(None, _BASE64_AND_LINES) and (end < 0 or not data[end:].strip(b"=\r\n")):
        with suppress(binascii.Error):
            return binascii.a2b_base64(data), b"", None
    encoded, footer = _apart(data)
    decoded, defect = base64(encoded)
    if _is_junk(footer):
        return decoded, b"", "bytes behind the end of the base64"
    return decoded, footer, defect


def _is_junk(rest: bytes) -> bool:
    """Whether bytes are no text: they have control characters, or many that only decorate in a
    charset of one byte."""
    plain = rest.replace(b"\x1b$", b"").replace(b"\x1b(", b"")  # ISO-2022-JP
    if plain.translate(None, _CONTROLS) != plain:
        return True
    if rest.isascii():
        return False
    try:
        rest.decode("utf-8")
    except UnicodeDecodeError:
        high = len(rest) - len(rest.translate(None, _HIGH))
        rare = len(rest) - len(rest.translate(None, _RARE))
        return rare * _MOST_RARE > high
    return False


def _apart(data: bytes) -> tuple[bytes, bytes]:
    """Base64, and the plain text after it. The plain text begins with the first line that is no
    base64, comes after padding, or comes after a blank line, if no line of base64 follows it;
    otherwise the base64 is damaged."""
    end = _end_of_lines(data)
    if end == len(data):
        return data, b""
    end = _without_word(data, end)
    encoded, rest = data[:end], data[end:].strip(b"\r\n")
    characters = sum(map(len, encoded.split()))
    is_base64 = encoded.rstrip().endswith(b"=") or (characters >= _LEAST and characters % 4 == 0)
    is_text = rest.translate(None, _BASE64_ALPHABET + b"\r\n=") and _LONG_LINE.search(rest) is None
    return (encoded, rest) if is_base64 and is_text else (data, b"")


def _end_of_lines(data: bytes) -> int:
    """The end of the lines of base64 at the beginning, up to the one with padding."""
    lines = data.lstrip()
    start = len(data) - len(lines)
    found = _NO_LINE.search(lines)
    end = found.start() if found else 0
    padded = _PADDED_LINE.match(lines, end)
    return start + (padded.end() if padded else end)


def _without_word(data: bytes, end: int) -> int:
    """The end of the base64, without a last line that no longer decodes to text although the lines
    above do: that is the first word of the footer."""
    last = data.rfind(b"\n", 0, end - 1) + 1
    return last if last and not _is_text(data[:end]) and _is_text(data[:last]) else end


def _is_text(encoded: bytes) -> bool:
    try:
        binascii.a2b_base64(encoded).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError):
        return False
    return True


def quoted_printable(data: bytes) -> bytes:
    """`data` decoded from quoted-printable; an invalid escape stays as it is."""
    if b"= " in data or b"=\t" in data:
        data = _SPACE_BEFORE_SOFT_BREAK.sub(rb"=\1", data)
    return binascii.a2b_qp(data)


def base64(data: bytes) -> tuple[bytes, str | None]:
    """`data` decoded from base64: bytes outside the alphabet are skipped, a missing end is filled
    in, padding in the middle starts a new run."""
    if len(data.translate(None, _BASE64_ALPHABET + b"\t\r\n=")) > len(data) * _FOREIGN_SHARE:
        return data, "declared as base64, but is plain text"
    try:
        if b"=" not in data.rstrip(b"=\r\n\t "):
            return binascii.a2b_base64(data), _foreign(data)
    except binascii.Error:
        pass
    if data.count(b"=") > _MOST_PADDINGS:
        return data, "base64 is damaged beyond reading"
    characters = data.translate(None, bytes(set(range(256)) - set(_BASE64_ALPHABET + b"=")))
    return b"".join(_quads(run) for run in characters.split(b"=") if run), "base64 is damaged"


def _quads(run: bytes) -> bytes:
    """One unpadded run of base64; a single character left over holds no byte and is dropped."""
    left = len(run) % 4
    return binascii.a2b_base64(run[:-1] if left == 1 else run + b"=" * (-len(run) % 4))


def _foreign(data: bytes) -> str | None:
    strange = data.translate(None, _BASE64_ALPHABET + _WHITE + b"=")
    return f"{len(strange)} bytes in base64 that do not belong there" if strange else None


def _uudecode(data: bytes) -> tuple[bytes, str | None]:
    """The lines between `begin` and `end`; a line with a wrong count is read by its real length, as
    old encoders need."""
    if data.count(b"\n") > _MOST_LINES:
        return data, "uuencode of too many lines"
    out, defect = [], None
    lines = iter(data.splitlines())
    if not any(line.startswith(b"begin ") for line in lines):
        return data, "uuencode without a beginning"
    for line in lines:
        if line.strip() in {b"end", b"`", b""}:
            continue
        try:
            out.append(binascii.a2b_uu(line))
        except binascii.Error:
            size = (((line[0] - 32) & 63) * 4 + 5) // 3
            try:
                out.append(binascii.a2b_uu(line[:size]))
            except binascii.Error:
                defect = "uuencode is damaged"
    return b"".join(out), defect
