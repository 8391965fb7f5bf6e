"""S/MIME in one piece (application/pkcs7-mime, smime.p7m): the mail that is inside a signature, and
what is around anything else.

Only the frame is read, which is ASN.1 in DER or BER (RFC 5652): nothing is decrypted, and no
signature is checked."""

from enum import StrEnum

_SEQUENCE, _SET, _OID, _OCTETS, _CONTENT = 0x30, 0x31, 0x06, 0x04, 0xA0
_CONSTRUCTED = 0x20
_LONG_TAG = 0x1F
_MOST_LENGTH_BYTES = 8
_MOST_LEVELS = 50
_MOST_PIECES = 1_000_000

_PKCS7 = b"\x2a\x86\x48\x86\xf7\x0d\x01\x07"
_SMIME = b"\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01"
_DATA = _PKCS7 + b"\x01"


class SmimeContent(StrEnum):
    """What kind of content an S/MIME part has."""

    SIGNED = "signed"
    ENCRYPTED = "encrypted"
    COMPRESSED = "compressed"


_KINDS = {
    _PKCS7 + b"\x02": SmimeContent.SIGNED,
    _PKCS7 + b"\x03": SmimeContent.ENCRYPTED,
    _PKCS7 + b"\x06": SmimeContent.ENCRYPTED,
    _SMIME + b"\x17": SmimeContent.ENCRYPTED,  # authenticated and enveloped, RFC 5083
    _SMIME + b"\x09": SmimeContent.COMPRESSED,
}


class BadCms(ValueError):
    """The bytes are no CMS."""


def enclosed(data: bytes) -> SmimeContent | None:
    """What kind of content the decoded bytes of an S/MIME part have; None if they are no CMS."""
    try:
        at = _enter(data, 0, _SEQUENCE)
        return _KINDS.get(_value(data, at, _OID)[0])
    except BadCms:
        return None


def signed_content(data: bytes) -> bytes | None:
    """The mail inside a signature (RFC 5652, 5.1 and 5.2), with its headers; None if there is
    none: it only brings certificates, or signs something else.

    Raises BadCms if the bytes are broken."""
    at = _enter(data, 0, _SEQUENCE)
    kind, at = _value(data, at, _OID)
    if _KINDS.get(kind) is not SmimeContent.SIGNED:
        return None
    at = _enter(data, _enter(data, at, _CONTENT), _SEQUENCE)
    for _ in ("version", "digest algorithms"):
        at = _after(data, at)
    end = _after(data, at)
    kind, at = _value(data, _enter(data, at, _SEQUENCE), _OID)
    if kind != _DATA or at >= end or data[at : at + 1] != bytes([_CONTENT]):
        return None
    return _octets(data, _enter(data, at, _CONTENT))


def _header(data: bytes, at: int) -> tuple[int, int, int]:
    """The tag at a position, where its content begins, and its length; -1 if that is not said, and
    two zero bytes end it."""
    if at + 2 > len(data):
        raise BadCms("it ends in the middle")
    tag, length = data[at], data[at + 1]
    if tag & _LONG_TAG == _LONG_TAG:
        raise BadCms("an unknown tag")
    at += 2
    if length == 0x80:  # noqa: PLR2004 - X.690, 8.1.3.6
        if not tag & _CONSTRUCTED:
            raise BadCms("a length that is not said")
        return tag, at, -1
    if length < 0x80:  # noqa: PLR2004 - X.690, 8.1.3.4
        return tag, at, length
    count = length & 0x7F
    if count > _MOST_LENGTH_BYTES:
        raise BadCms("a length out of range")
    return tag, at + count, int.from_bytes(data[at : at + count])


def _enter(data: bytes, at: int, wanted: int) -> int:
    """Where the content of the element at a position begins, which has to have this tag."""
    tag, start, _ = _header(data, at)
    if tag != wanted:
        raise BadCms("another structure than that of a signature")
    return start


def _value(data: bytes, at: int, wanted: int) -> tuple[bytes, int]:
    """The content of a simple element with this tag, and where the next one begins."""
    start, end = _enter(data, at, wanted), _after(data, at)
    return data[start:end], end


def _after(data: bytes, at: int) -> int:
    """Where the element behind the one at a position begins."""
    levels = 0
    for _ in range(_MOST_PIECES):
        if levels and data.startswith(b"\0\0", at):
            at, levels = at + 2, levels - 1
        else:
            _, start, length = _header(data, at)
            at, levels = start + max(length, 0), levels + (length < 0)
        if not levels or levels > _MOST_LEVELS:
            break
    if levels or at > len(data):
        raise BadCms("it ends in the middle")
    return at


def _octets(data: bytes, at: int) -> bytes:
    """An octet string: in one piece, or in pieces, as programs write it that do not know its length
    when they begin (X.690, 8.7)."""
    tag, start, length = _header(data, at)
    if tag == _OCTETS:
        if start + length > len(data):
            raise BadCms("it ends in the middle")
        return data[start : start + length]
    if tag != _OCTETS | _CONSTRUCTED:
        raise BadCms("another structure than that of a signature")
    end = len(data) if length < 0 else start + length
    pieces: list[bytes] = []
    at = start
    while at < end and len(pieces) < _MOST_PIECES and not data.startswith(b"\0\0", at):
        tag, start, length = _header(data, at)
        if tag != _OCTETS or start + length > len(data):
            raise BadCms("a piece that is none")
        pieces.append(data[start : start + length])
        at = start + length
    return b"".join(pieces)
