"""The answer to a FETCH (RFC 3501, 7.4.2). One that repeats an item, or contains something other
than pairs of name and value, is invalid.

imapclient merges everything about a UID into one dict. If a literal's length is wrong so that it
swallows the beginning of the next response, that mail's bytes would end up under this mail's
UID."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from imapclient.datetime_util import parse_to_datetime
from imapclient.exceptions import ProtocolError
from imapclient.response_parser import parse_response

Items = Mapping[bytes, Any]

_LARGEST = 2**63 - 1
"""The largest number of octets in RFC 9051."""


def items_of(
    answer: Sequence[bytes | tuple[bytes, bytes]], asked: Iterable[int]
) -> dict[int, Items]:
    """What the server says about each UID that was asked for; unsolicited data (changed flags) is
    skipped. ProtocolError if the answer contradicts itself."""
    wanted = set(asked)
    found: dict[int, dict[bytes, Any]] = {}
    tokens = parse_response(list(answer)) if answer else ()
    if len(tokens) % 2:
        raise ProtocolError("an answer to FETCH ends in the middle")
    for values in tokens[1::2]:
        said = _pairs(values)
        uid = said.pop(b"UID", None)
        if uid not in wanted:
            continue
        of_mail = found.setdefault(uid, {})
        if twice := set(of_mail) & set(said) - {b"FLAGS", b"MODSEQ"}:
            raise ProtocolError(f"it says {_names(twice)} of mail {uid} twice")
        of_mail.update(said)
    return dict(found)


def _pairs(values: object) -> dict[bytes, Any]:
    if not isinstance(values, tuple) or len(values) % 2:
        raise ProtocolError("an answer to FETCH is not a list of names and values")
    names = [name.upper() if isinstance(name, bytes) else name for name in values[::2]]
    if not all(isinstance(name, bytes) for name in names):
        raise ProtocolError("an answer to FETCH contains an invalid name")
    if len(set(names)) < len(names):
        raise ProtocolError(
            "an answer to FETCH says "
            f"{_names({name for name in names if names.count(name) > 1})} twice"
        )
    return dict(zip(names, values[1::2], strict=True))


def _names(items: Iterable[bytes]) -> str:
    return ", ".join(sorted(name.decode("ascii", "replace") for name in items))


def moment(said: Items) -> datetime | None:
    """INTERNALDATE in UTC; None unless it can be read."""
    text = said.get(b"INTERNALDATE")
    if text is None:
        return None
    try:
        found = parse_to_datetime(text, normalise=False)
        return found.astimezone(UTC) if found.tzinfo is not None else None
    except (
        ArithmeticError,
        AttributeError,
        LookupError,
        TypeError,
        ValueError,
    ):  # invalid years, zones and words
        return None


def size(said: Items) -> int:
    """RFC822.SIZE; 0 if the server gives none, or an impossible number."""
    found = said.get(b"RFC822.SIZE")
    return found if isinstance(found, int) and 0 <= found <= _LARGEST else 0


def content(said: Items, key: bytes) -> bytes | None:
    """The bytes under `key`; None if the server gives none."""
    found = said.get(key)
    return found if isinstance(found, bytes) else None
