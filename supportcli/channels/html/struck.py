"""Words that a style strikes out, instead of a tag: editors for pages write them so."""

import re

_STRUCK = re.compile(
    r"(<(span|font|b|i|em|strong)\b[^<>]{0,400}line-through[^<>]*>)([^<>]+)(</\2>)"
)


def with_tags(html: str) -> str:
    """A page with a tag around such words."""
    return _STRUCK.sub(r"\1<s>\3</s>\4", html) if "line-through" in html else html
