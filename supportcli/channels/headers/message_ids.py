"""Message-IDs by a strict grammar: they are stored, compared, and sent back to servers in headers
and searches."""

import re

_FOLD = re.compile(rb"\r?\n[ \t]*")
_BRACKETED = re.compile(rb"<([^<>]*+)>")
_ID = re.compile(rb"[\x21-\x3b\x3d\x3f-\x7e]{1,996}")
"""Printable ASCII without spaces and brackets; with its brackets an id fits on a line of 998 (RFC
5322, section 2.1.1)."""


def message_ids(value: bytes) -> tuple[str, ...]:
    """All ids in the raw value of a Message-ID, In-Reply-To or References field, with their
    brackets, in order, each once.

    An id that a server folded is joined again. Ids without brackets count if there are no others
    and they contain an @."""
    unfolded = _FOLD.sub(b"", value) if b"\n" in value else value
    found = [inner.strip() for inner in _BRACKETED.findall(unfolded)]
    if not found:
        found = [word for word in value.replace(b",", b" ").split() if b"@" in word]
    ids = [f"<{one.decode('ascii')}>" for one in found if _ID.fullmatch(one)]
    return tuple(dict.fromkeys(ids) if len(ids) > 1 else ids)
