"""Style sheets in a frame: what they load, what they hide, and what mail programs refuse."""

import re
from collections.abc import Iterator

_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)
_URL = re.compile(r"url\s*\(\s*['\"]?\s*([^'\")]*)", re.IGNORECASE)
_REMOTE = re.compile(r"(?:https?:)?//([^/?#\s]*)", re.IGNORECASE)
_PICTURE = re.compile(r"data:image/(?:png|gif|jpe?g|webp)[;,]", re.IGNORECASE)
_UNWANTED = re.compile(r"@import|expression\s*\(|behaviou?r\s*:|-moz-binding|\\", re.IGNORECASE)
_HIDES = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|opacity\s*:\s*0(?![.\d])"
    r"|font-size\s*:\s*0(?![.\d])|max-height\s*:\s*0(?![.\d])",
    re.IGNORECASE,
)


def style_fault(css: str) -> str:
    """What is wrong with a style sheet or a style attribute; "" if nothing is."""
    plain = _COMMENT.sub("", css)
    if found := _UNWANTED.search(plain):
        said = found[0].rstrip("( :") or found[0]
        return f"“{said}” has no place in the style of an email."
    for found in _URL.finditer(plain):
        if not (_REMOTE.match(found[1]) or _PICTURE.match(found[1])):
            return "url(…) has to begin with https:// or data:image/."
    return ""


def loaded_by_style(css: str) -> Iterator[str]:
    """The hosts from which a mail program would load what a style names."""
    for found in _URL.finditer(_COMMENT.sub("", css)):
        if host := _REMOTE.match(found[1]):
            yield host[1].lower()


def hides(css: str) -> bool:
    """Whether a style attribute hides what is in its tag."""
    return _HIDES.search(_COMMENT.sub("", css)) is not None
