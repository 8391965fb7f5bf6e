"""A page in pieces: its tags, and the texts between them."""

import re

# A tag with its attributes, in whose quoted values ">" may stand; a comment; a declaration.
_PIECE = re.compile(
    r"(</?[a-zA-Z][^<>=]*+(?:=\s*+(?:\"[^\"]*+\"|'[^']*+')?[^<>=]*+)*+>?"
    r"|<!--(?:-?>|.*?(?:--!?>|\Z))"
    r"|<[!?/][^<>]*+>)",
    re.DOTALL,
)
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9:_-]*+)")
_RAW = ("script", "style", "title", "template", "noembed", "iframe", "xml")
_RAW_TAG = re.compile(rf"<(?=[sStTnNiIxX])((?i:{'|'.join(_RAW)}))(?![\w:-])", re.ASCII)


def in_lower_case(html: str) -> bytes:
    """The ASCII letters of a page, in lower case; others are "?". For words of the markup this is
    as good as `str.lower`, and takes a fourth of the time."""
    return html.encode("ascii", "replace").lower()


def with_ended_comments(html: str) -> str:
    """A page without the beginnings of comments that never end: a slip must not hide a mail."""
    last = html.rfind("<!--")
    if last < 0:
        return html
    ended = max(html.rfind("-->"), html.rfind("--!>")) + len("--")
    return html if last < ended else html[:ended] + html[ended:].replace("<!--", "")


def pieces(html: str) -> list[str]:
    """The text before the first tag of a page, that tag, the text after it, and so on to a last
    text. Joined they are the page. An element whose content is no text, such as a script, is a
    single tag up to its end."""
    raw_tags = [raw.start() for raw in _RAW_TAG.finditer(html)]
    if not raw_tags:
        return _PIECE.split(html)
    found: list[str] = []
    endings, at = _Endings(html), 0
    for token in _PIECE.finditer(html):
        start, end = token.span()
        if start < at:
            continue  # within a script or a style
        found.append(html[at:start])
        if start > raw_tags[-1]:
            return found + _PIECE.split(html[start:])[1:]
        raw = _RAW_TAG.match(html, start, end)
        at = end if raw is None else max(end, endings.after(raw[1].lower(), end))
        found.append(html[start:at])
    found.append(html[at:])
    return found


def read_tag(piece: str) -> tuple[str, bool, str, str]:
    """Of one of the tags among the `pieces` of a page its name in lower case, whether it is an end
    tag, its attributes as the page has them, and words.

    What is to be skipped has no name, such as a comment. Neither has what only looks like a tag,
    such as an address in angle brackets: its characters are the words."""
    found = _TAG.match(piece)
    if found is None:
        return "", False, "", ""
    slash, name = found.groups()
    name = name.lower()
    if name in _RAW and not slash:
        return "", False, "", ""
    ended = piece.endswith(">")
    attributes = piece[found.end() : -1 if ended else None]
    if attributes and (attributes.startswith("@") or (not ended and attributes.strip("/ \n"))):
        return "", False, "", piece
    return name, bool(slash), attributes, ""


class _Endings:
    """The ends of elements whose content is no text. One that never ends counts as empty, so that
    it hides nothing after it."""

    def __init__(self, html: str) -> None:
        self.html = html
        self.endless: set[str] = set()

    def after(self, tag: str, start: int) -> int:
        """The position after the end tag of the `tag` whose content begins at `start`."""
        if tag in self.endless:
            return start
        found = re.compile(rf"</{tag}\b[^<>]*+>?", re.IGNORECASE).search(self.html, start)
        if found is None:
            self.endless.add(tag)
            return start
        return found.end()
