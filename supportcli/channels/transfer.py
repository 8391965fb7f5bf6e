"""Content-Transfer-Encoding (RFC 2045, section 6) → bytes: lenient, because half of what is broken in mail is broken here."""

import binascii
import re

_BASE64_ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_WHITE = b" \t\r\n\f\v"
_FOREIGN_SHARE = 0.1
"""Share of bytes outside the alphabet, spaces among them, above which a text that is declared base64 is taken to be no base64 at all."""

_MOST_PADDINGS = 100_000
_MOST_LINES = 500_000

_SPACE_BEFORE_SOFT_BREAK = re.compile(rb"=[ \t]++(\r?\n|\Z)")
_PLAIN = frozenset({"", "7bit", "8bit", "binary", "none", "7-bit", "8-bit", "8bits", "7bits", "plain", "raw", "utf-8", "ascii", "us-ascii"})
_UUENCODED = frozenset({"x-uuencode", "uuencode", "x-uue", "uue"})


def decode(data: bytes, encoding: str) -> tuple[bytes, str | None]:
    """The bytes that `data` stands for under a Content-Transfer-Encoding, and what was wrong with it, or None."""
    name = encoding.partition(";")[0].strip(" \t\r\n\"'").lower()
    if name in _PLAIN:
        return data, None
    if name in {"quoted-printable", "quoted_printable", "quotedprintable", "quoted printable", "qp"}:
        return quoted_printable(data), None
    if name in {"base64", "base-64", "x-base64"}:
        return base64(data)
    if name in _UUENCODED:
        return _uudecode(data)
    return data, f"unknown transfer encoding {name[:40]}"


def quoted_printable(data: bytes) -> bytes:
    """`data` without quoted-printable; an escape that is none stays as it was written."""
    if b"= " in data or b"=\t" in data:
        data = _SPACE_BEFORE_SOFT_BREAK.sub(rb"=\1", data)
    return binascii.a2b_qp(data)


def base64(data: bytes) -> tuple[bytes, str | None]:
    """`data` without base64: bytes outside the alphabet are skipped, a lost end is filled, padding in the middle begins anew."""
    try:
        if b"=" not in data.rstrip(b"=\r\n\t "):
            return binascii.a2b_base64(data), _foreign(data)
    except binascii.Error:
        pass
    if len(data.translate(None, _BASE64_ALPHABET + b"\t\r\n=")) > len(data) * _FOREIGN_SHARE:
        return data, "declared base64, is plain"
    if data.count(b"=") > _MOST_PADDINGS:
        return data, "base64 is damaged beyond reading"
    letters = data.translate(None, bytes(set(range(256)) - set(_BASE64_ALPHABET + b"=")))
    return b"".join(_quads(run) for run in letters.split(b"=") if run), "base64 is damaged"


def _quads(run: bytes) -> bytes:
    """One unpadded run of base64 letters; a single letter left over holds no byte and is dropped."""
    left = len(run) % 4
    return binascii.a2b_base64(run[:-1] if left == 1 else run + b"=" * (-len(run) % 4))


def _foreign(data: bytes) -> str | None:
    strange = data.translate(None, _BASE64_ALPHABET + _WHITE + b"=")
    return f"{len(strange)} bytes in base64 that do not belong there" if strange else None


def _uudecode(data: bytes) -> tuple[bytes, str | None]:
    """The lines between `begin` and `end`; a line that counts wrong is read by its real length, as old encoders need."""
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
