"""Addresses of the web in a text, each with the host that it really leads to."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

_ADDRESS = re.compile(r"(?i)\bhttps?://[^\s\x00-\x1f\x7f-\x9f<>\"“”«»`|^{}\\]+")
_PARTS = re.compile(
    r"(?is)https?://(?:[^/?#]*@)?(\[[0-9a-f:.]+\]|[^/?#:@\[\]]+)(?::(\d{1,5}))?([/?#].*)?"
)
"""Host, port and the rest (RFC 3986, 3.2); whoever stands before an @ has no say."""

_LONGEST = 2_000
"""Longer addresses are no use to a browser."""

_CLOSERS = {")": "(", "]": "["}
_ENDS = ".,;:!?'*_~…"


_NAMED = re.compile(
    r"(?i)(?:(?P<sure>https?://|\bwww\.)|(?<![\w@.-]))"
    r"(?P<host>[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?P<end>[a-z]{2,}))\.?(?::\d+)?(?:[/?#]\S*)?\s*$"
)
"""Words of a link that are an address themselves, at the end of a text."""

_ENDS_OF_HOSTS = frozenset(
    {"com", "org", "net", "info", "biz", "shop", "app", "dev", "online", "store", "bank", "eu"}
    | {"at", "ch", "de", "es", "fr", "it", "nl", "pl", "uk", "us", "test", "example"}
)
"""So end hosts that are written without www; `report.zip` is a file."""

_TARGET = re.compile(r"(?i)\s?<https?://")
_WORDS = 200
"""So many characters before an address may be the words of its link."""


@dataclass(frozen=True, slots=True)
class WebAddress:
    """An address, its host as the network knows it (other alphabets as `xn--…`, RFC 3490), and what
    stands behind the host; the `words` that stand for it, if it is not there itself."""

    url: str
    host: str
    rest: str
    words: str = ""
    claims: str = ""
    """The host that the words of its link name, if that is another one."""


@dataclass(frozen=True, slots=True)
class PlacedAddress:
    """An address in a text, from `start` to `end`; `hidden`: it stands in angle brackets behind the
    words of its link."""

    address: WebAddress
    start: int
    end: int
    hidden: bool = False


def web_addresses(text: str) -> Iterator[WebAddress]:
    """The addresses of a text, in order, as `placed_addresses` finds them."""
    return (one.address for one in placed_addresses(text))


def placed_addresses(text: str) -> Iterator[PlacedAddress]:
    """The addresses of a text, in order, without the punctuation around them. One whose host cannot
    be understood is left out, and so is one that is only the words of a link."""
    for found in _ADDRESS.finditer(text):
        url = _without_ends(found[0])
        start, end = found.start(), found.start() + len(url)
        hidden = text[start - 1 : start] == "<" and text[end : end + 1] == ">"
        if not hidden and _TARGET.match(text, end):
            continue
        address = understood(url)
        if address is not None and hidden:
            said = text[max(start - 1 - _WORDS, 0) : start - 1].rpartition("\n")[2]
            told = replace(address, claims=_claimed(said, address.host))
            yield PlacedAddress(told, start - 1, end + 1, hidden)
        elif address is not None:
            yield PlacedAddress(address, start, end)


def _claimed(said: str, host: str) -> str:
    """The host that the words of a link name, if they name another one than `host`."""
    named = _NAMED.search(said)
    if named is None or not (named["sure"] or named["end"].lower() in _ENDS_OF_HOSTS):
        return ""
    claims = named["host"].lower().removeprefix("www.")
    real = host.partition(":")[0].removeprefix("www.")
    same = claims == real or real.endswith(f".{claims}") or claims.endswith(f".{real}")
    return "" if same else claims


def numbered(texts: Iterable[str]) -> dict[str, int]:
    """A number, from 1, for each address in these texts, in order; one that comes again keeps
    its."""
    found: dict[str, int] = {}
    for text in texts:
        for one in placed_addresses(text) if "://" in text else ():
            found.setdefault(one.address.url, len(found) + 1)
    return found


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
