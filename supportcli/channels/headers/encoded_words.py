"""Header text: encoded words (RFC 2047), raw 8-bit text and folds → the intended text."""

import binascii
import re
from functools import cache

from supportcli.channels.encodings import charsets
from supportcli.channels.headers.header_block import unfold

# Laxer than RFC 2047: spaces within the text, a language after the charset (RFC 2231, section 5),
# any length.
ENCODED_WORD = re.compile(r"=\?([^?\s=]{1,60})\?([bBqQ])\?([^?]*+)\?=")
_Q_ESCAPE = re.compile(rb"=([0-9A-Fa-f]{2})")


@cache
def _byte(hexadecimal: bytes) -> bytes:
    return binascii.unhexlify(hexadecimal)


def header_text(raw: bytes, charset: str | None = None) -> str:
    """The text of a raw header value: unfolded, its encoded words decoded, stripped. `charset` is
    the one the mail declares for its body: raw 8-bit text that is not UTF-8 is most likely in
    that."""
    return decode_words(unfold(unencoded(raw, charset))).strip()


def unencoded(raw: bytes, charset: str | None = None) -> str:
    """A raw header value as text; folds and encoded words stay as they are."""
    if raw.isascii() and b"\x1b" not in raw:
        return charsets.storable(raw.decode("ascii"))
    try:
        return (
            charsets.storable(raw.decode("utf-8"))
            if b"\x1b" not in raw
            else charsets.decode(raw, charset)[0]
        )
    except UnicodeDecodeError:
        return charsets.decode(raw, charset)[0]


def decode_words(text: str) -> str:
    """`text` with its encoded words decoded. White space between two of them is dropped, and
    neighbours with the same charset are decoded together: mailers split characters of several
    bytes. Invalid encoded words stay as they are."""
    if "=?" not in text:
        return text
    out: list[str] = []
    held: list[bytes] = []
    held_charset, at = "", 0
    for word in ENCODED_WORD.finditer(text):
        between = text[at : word.start()]
        charset = word[1].partition("*")[0].lower()
        if held and (between.strip() or charset != held_charset):
            out.append(charsets.decode(b"".join(held), held_charset)[0])
            held = []
        if between.strip() or at == 0:
            out.append(between)
        held.append(_content(word[2], word[3]))
        held_charset, at = charset, word.end()
    if held:
        out.append(charsets.decode(b"".join(held), held_charset)[0])
    out.append(text[at:])
    return "".join(out)


def _content(encoding: str, text: str) -> bytes:
    """The bytes of one encoded word; base64 with missing or extra padding is read as far as
    possible."""
    data = text.encode("utf-8", "replace")
    if encoding in "qQ":
        return _Q_ESCAPE.sub(lambda escape: _byte(escape[1]), data.replace(b"_", b" "))
    characters = data.rstrip(b"= ")
    if len(characters) % 4 == 1:
        characters = characters[:-1]
    try:
        return binascii.a2b_base64(characters + b"==")
    except binascii.Error:
        return b""
