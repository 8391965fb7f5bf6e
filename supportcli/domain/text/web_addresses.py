"""Addresses of the web in a text, each with the host that it really leads to."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_ADDRESS = re.compile(r"(?i)\bhttps?://[^\s\x00-\x1f\x7f-\x9f<>\"“”«»`|^{}\\]+")
_PARTS = re.compile(
    r"(?is)https?://(?:[^/?#]*@)?(\[[0-9a-f:.]+\]|[^/?#:@\[\]]+)(?::(\d{1,5}))?([/?#].*)?"
)
"""Host, port and the rest (RFC 3986, 3.2); whoever stands before an @ has no say."""

_LONGEST = 2_000
"""Longer addresses are no use to a browser."""

_CLOSERS = {")": "(", "]": "["}
_ENDS = ".,;:!?'*_~…"


@dataclass(frozen=True, slots=True)
class WebAddress:
    """An address, its host as the network knows it (other alphabets as `xn--…`, RFC 3490), and what
    stands behind the host; the `words` that stand for it, if it is not there itself."""

    url: str
    host: str
    rest: str
    words: str = ""


def web_addresses(text: str) -> Iterator[WebAddress]:
    """The addresses of a text, in order, without the punctuation around them. One whose host cannot
    be understood is left out."""
    for found in _ADDRESS.finditer(text):
        url = _without_ends(found[0])
        if (address := understood(url)) is not None:
            yield address


def _without_ends(url: str) -> str:
    """The address without what ends the sentence, or the bracket around it."""
    while url:
        last = url[-1]
        opened = _CLOSERS.get(last)
        if last in _ENDS or (opened and url.count(opened) < url.count(last)):
            url = url[:-1]
        else:
            break
    return url


def understood(url: str, words: str = "") -> WebAddress | None:
    """An address for which these words stand, or which stands there itself; None if it is too long
    or its host cannot be understood."""
    parts = _PARTS.fullmatch(url) if len(url) <= _LONGEST else None
    if parts is None:
        return None
    try:
        host = parts[1].rstrip(".").lower().encode("idna").decode("ascii")
    except UnicodeError:
        return None
    port = f":{parts[2]}" if parts[2] else ""
    return WebAddress(url, host + port, parts[3] or "", words) if host else None
