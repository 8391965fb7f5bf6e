"""Raised digits: without their place “2⁵” would say 25, and “19⁹⁹ €” another price."""

import re

_RAISED = re.compile(r"(?i)<sup\b[^<>]{0,300}>\s{0,9}([0-9]{1,9})\s{0,9}</sup\s{0,9}>")
_SIGNS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def with_raised_digits(html: str) -> str:
    """A page with the signs for raised digits instead of elements."""
    return _RAISED.sub(lambda found: found[1].translate(_SIGNS), html)
