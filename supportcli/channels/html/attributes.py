"""The attributes of a tag."""

import re
from html import unescape

_ATTRIBUTE = re.compile(r"([a-zA-Z-]++)(?:\s*+=\s*+(?:\"([^\"]*+)\"|'([^']*+)'|([^\s\"'>]++)))?")
_DIGITS = re.compile(r"\s*(-?\d{1,6})\s*")


def attribute(attributes: str, name: str, missing: str = "") -> str:
    """The value of one attribute; `missing` if the tag does not have it."""
    for found in _ATTRIBUTE.finditer(attributes):
        if found[1].lower() == name:
            return unescape(found[2] or found[3] or found[4] or "").strip()
    return missing


def number(attributes: str, name: str) -> int | None:
    """The value of one attribute as a number; None if it is none, or a wild one."""
    found = _DIGITS.fullmatch(attribute(attributes, name)) if name in attributes.lower() else None
    return int(found[1]) if found else None
