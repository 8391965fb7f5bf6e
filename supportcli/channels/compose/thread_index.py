"""Thread-Index, with which Outlook and Exchange put a reply below its parent (MS-OXOMSG, 2.2.1.3:
PidTagConversationIndex)."""

import base64
import binascii
from datetime import UTC, datetime, timedelta

_HEADER = 22  # one byte of version, five of time, sixteen of the conversation's id
_CHILD = 5
_MAX_CHILDREN = 200
_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)


def reply_index(parent: str, sent: datetime) -> str | None:
    """The Thread-Index of a reply to a mail with the index `parent`; None if that is no
    conversation index or is absurdly long."""
    try:
        index = base64.b64decode("".join(parent.split()), validate=True)
    except (binascii.Error, ValueError):
        return None
    children, rest = divmod(len(index) - _HEADER, _CHILD)
    if len(index) < _HEADER or rest or children > _MAX_CHILDREN:
        return None
    return base64.b64encode(index + _child(index, sent)).decode()


def _child(index: bytes, sent: datetime) -> bytes:
    """The five bytes of a reply: the time since the conversation began, coarser if it is long, and
    an unused sequence number."""
    begun = int.from_bytes(index[1:6], "big") << 16
    passed = abs((sent - _EPOCH) // timedelta(microseconds=1) * 10 - begun)
    coarse = passed >> 49
    delta = (passed >> 23 if coarse else passed >> 18) & 0x7FFFFFFF
    return (delta | (0x80000000 if coarse else 0)).to_bytes(4, "big") + b"\0"
