"""Names of files that strangers chose, made safe to write: here, on other systems, and as an
argument of other programs."""

import re
import unicodedata

from supportcli.terminal import UNSAFE

MOST_BYTES = 120
"""Length of a safe name in UTF-8, so that a few signs can still be put beside it."""

_MOST_SUFFIX_BYTES = 20
_SEPARATORS = re.compile(r"[/\\]")
_FORBIDDEN = re.compile(r'[:*?"<>|]')
_RESERVED = re.compile(r"(?i)(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?=\.|$)")


def safe_name(name: str) -> str:
    """The last component of `name` without anything that a system or a program gives a meaning of
    its own: no separator, drive, leading dot or hyphen, control, direction of writing, name of a
    Windows device, no dot or space at the end; at most 120 bytes, the suffix kept. “attachment”
    where nothing is left."""
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
