"""Patterns of the agent's own that stand for addresses: an order's number leads to the shop."""

import re
from dataclasses import dataclass

_LONGEST = 200
"""The most characters of a pattern."""

_ADDRESS = re.compile(r"https?://[\w.-]+(?::\d{1,5})?/[^\s\x00-\x1f\x7f]*")
"""Host and port stand there as they are: no stranger's text says where a link leads."""

_PLACE = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class LinkPattern:
    """A regular expression, and the address for what it matches: `{0}` stands for all of it, `{1}`
    for its first group."""

    pattern: str
    address: str


def unfit_link(pattern: str, address: str) -> str:
    """What is wrong with an entry of the table `links` in config.toml; "" if nothing is."""
    if len(pattern) > _LONGEST:
        return f"has more than {_LONGEST} characters"
    try:
        compiled = re.compile(pattern)
    except (re.error, RecursionError, OverflowError) as error:
        return f"is no pattern: {error}"
    if compiled.match(""):
        return "matches also where nothing stands"
    if not _ADDRESS.fullmatch(address):
        return "must lead to an address such as https://shop.example/orders/{0}"
    for place in _PLACE.findall(address):
        if not place.isascii() or not place.isdecimal() or int(place) > compiled.groups:
            return f"has no group for {{{place}}}"
    return ""


def filled(address: str, groups: list[str]) -> str:
    """An address with these in its places, which are encoded already."""
    return _PLACE.sub(lambda place: groups[int(place[1])], address)
