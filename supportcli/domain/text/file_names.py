"""File names that strangers chose, made safe to write: here, on other systems, and as an argument
of other programs."""

import re
import unicodedata

from supportcli.terminal import UNSAFE

MOST_BYTES = 120
"""The longest safe name in bytes of UTF-8, with room to add a few characters."""

_MOST_SUFFIX_BYTES = 20
_SEPARATORS = re.compile(r"[/\\]")
_FORBIDDEN = re.compile(r'[:*?"<>|]')
_RESERVED = re.compile(r"(?i)(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?=\.|$)")


def safe_name(name: str) -> str:
    """The last component of `name`, made safe for every system; “attachment” if nothing is left.

    Removed are separators, drives, leading dots and hyphens, control characters, direction marks,
    Windows device names, and dots and spaces at the end. It has at most 120 bytes, and the suffix
    is kept."""
    last = _SEPARATORS.split(unicodedata.normalize("NFC", name))[-1]
    plain = _FORBIDDEN.sub("_", UNSAFE.sub("_", last))
    plain = " ".join(plain.split()).lstrip(".- ").rstrip(". ")
    if _RESERVED.match(plain):
        plain = f"_{plain}"
    return _shortened(plain) or "attachment"


def _shortened(name: str) -> str:
    stem, dot, suffix = name.rpartition(".")
    if not stem or len(suffix.encode()) > _MOST_SUFFIX_BYTES:
        stem, dot, suffix = name, "", ""
    room = MOST_BYTES - len(f"{dot}{suffix}".encode())
    return stem.encode()[:room].decode(errors="ignore").rstrip(". ") + dot + suffix
