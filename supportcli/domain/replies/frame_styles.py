"""Style sheets in a frame: what they load, what they hide, and what mail programs refuse."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)
_URL = re.compile(r"url\s*\(\s*['\"]?\s*([^'\")]*)", re.IGNORECASE)
_REMOTE = re.compile(r"(?:https?:)?//([^/?#\s]*)", re.IGNORECASE)
_PICTURE = re.compile(r"data:image/(?:png|gif|jpe?g|webp)[;,]", re.IGNORECASE)
_UNWANTED = re.compile(r"@import|expression\s*\(|behaviou?r\s*:|-moz-binding|\\", re.IGNORECASE)
_HIDES = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|opacity\s*:\s*0(?![.\d])"
    r"|font-size\s*:\s*0(?![.\d])|(?<![-\w])(?:max-)?(?:height|width)\s*:\s*0(?![.\d])"
    r"|(?<![-\w])color\s*:\s*transparent|mso-hide\s*:\s*all|clip\s*:\s*rect\(\s*0"
    r"|(?:left|right|top|text-indent)\s*:\s*-\d{3}",
    re.IGNORECASE,
)
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_NAMED = re.compile(r"([.#]?)(-?[^\W\d][\w-]*|\*)")
_OTHERWISE = re.compile(r"\[[^\]]*\]|:[^.#\[\s]*")  # attributes and pseudo-classes


@dataclass(frozen=True, slots=True)
class Element:
    """An element of a page, as selectors see it."""

    tag: str
    id: str = ""
    classes: frozenset[str] = frozenset()


_OF_TEXT = (
    *("p", "a", "b", "strong", "em", "i", "code", "pre", "br", "ul", "ol", "li", "blockquote"),
    *("h1", "h2", "h3", "h4", "h5", "h6"),
)
"""What stands in the place of the text, of any email."""


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


def hiding_selectors(css: str) -> Iterator[str]:
    """The selectors of a style sheet whose rules hide what they select, on some screens or all."""
    for selectors, style in _RULE.findall(_COMMENT.sub("", css)):
        if hides(style):
            yield from (one.strip() for one in selectors.split(",") if one.strip())


def selects_text(selector: str, around: Sequence[Element]) -> bool:
    """Whether a selector selects the text of an email, or one of the elements around it. What it
    says of attributes and states is taken to hold."""
    *above, last = [_OTHERWISE.sub("", one) for one in re.split(r"[\s>+~]+", selector.strip())]
    there = (*around, *map(Element, _OF_TEXT))
    is_there = all(any(_selects(one, it) for it in there) for one in above)
    return is_there and any(_selects(last, it) for it in there)


def _selects(compound: str, element: Element) -> bool:
    """Whether `td.wide#main` and the like select an element."""
    for kind, name in _NAMED.findall(compound):
        known = {".": element.classes, "#": {element.id}}.get(kind, {element.tag, "*"})
        if (name if kind else name.lower()) not in known:
            return False
    return True
