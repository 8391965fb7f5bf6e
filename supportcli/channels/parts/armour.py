"""OpenPGP within a text (RFC 9580, 6 and 7): a signed text is read without its armour, an encrypted
one is named."""

import re
from collections.abc import Callable

_MARK = "-----BEGIN PGP "
_SIGNED, _SIGNATURE = "-----BEGIN PGP SIGNED MESSAGE-----", "-----BEGIN PGP SIGNATURE-----"
_SIGNATURE_ENDS = "-----END PGP SIGNATURE-----"
_ENCRYPTED, _ENCRYPTED_ENDS = "-----BEGIN PGP MESSAGE-----", "-----END PGP MESSAGE-----"
_MOST_BLOCKS = 100
_HEADER = re.compile(r"[A-Za-z][A-Za-z-]{0,40}: ")


def has_armour(text: str) -> bool:
    """Whether a text may have OpenPGP in it. A cheap check."""
    return _MARK in text


def without_armour(text: str, name: Callable[[int], str]) -> tuple[str, bool]:
    """`text` with its signed blocks without armour, and what `name` makes of the bytes of each
    encrypted block in its place; and whether it has an encrypted one. Blocks that are not complete
    or are quoted stay."""
    text, _ = _replaced(text, _SIGNED, _SIGNATURE_ENDS, _signed)
    return _replaced(text, _ENCRYPTED, _ENCRYPTED_ENDS, lambda block: name(len(block)))


def _replaced(
    text: str, begins: str, ends: str, read: Callable[[str], str | None]
) -> tuple[str, bool]:
    """`text` with its blocks read, and whether there was one."""
    out, at, start = [], 0, 0
    for _ in range(_MOST_BLOCKS):
        start = text.find(begins, start)
        end = text.find(ends, start) if start >= 0 else -1
        if end < 0:
            break
        end += len(ends)
        found = read(text[start:end]) if start == 0 or text[start - 1] == "\n" else None
        if found is not None:
            out += [text[at:start], found]
            at = end
            start = end
        else:
            start += len(begins)
    return "".join([*out, text[at:]]), bool(out)


def _signed(block: str) -> str | None:
    """The text of a signed block (RFC 9580, 7): below its headers, above its signature, with its
    dashes; None if it has another structure."""
    above, signature, _ = block.partition(f"\n{_SIGNATURE}")
    if not signature:
        return None
    lines = above.split("\n")[1:]
    while lines and _HEADER.match(lines[0]):
        del lines[0]
    if not lines or lines[0].strip():
        return None
    return "\n".join(line.removeprefix("- ") for line in lines[1:]).strip("\n")
