"""Styles: the declarations of an element, its own and those of the page's style sheets.

Of a sheet, only rules for a name, a class or an id are read, and only what may hide text. What is
said for some screens only (@media) does not count."""

import re
from functools import lru_cache

from supportcli.channels.html.attributes import attribute

_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)
_SHEET = re.compile(r"<style\b[^<>]*+>(.*?)(?:</style|\Z)", re.IGNORECASE | re.DOTALL)
_PIECE = re.compile(r"([^{}]*+)([{}])")
_SELECTOR = re.compile(
    r"(?:(?:html|body)[\s>]+)?([a-z][a-z0-9]{0,20})?(?:([.#])([a-z0-9_-]{1,60}))?", re.IGNORECASE
)
_MAY_HIDE = re.compile(
    r"none|hid|collapse|transparent|zoom|scale|inset|-\d{3}|[:/ ]\s{0,4}[01.](?![\d])"
    r"|(?:^|[^-])\bcolor"
)
_THAT_HIDE = frozenset(
    {"display", "visibility", "mso-hide", "opacity", "max-height", "height", "width", "overflow"}
    | {"left", "top", "text-indent", "margin-left", "clip-path", "clip", "transform", "zoom"}
    | {"font-size", "font", "color", "background", "background-color", "background-image"}
)
_MOST_SHEETS = 256 * 1024
_MOST_RULES = 2_000
_LONGEST = 400
_MOST_KNOWN = 2_000


def declarations(style: str) -> dict[str, str]:
    """Property → value of a style, in lower case. The last one counts, except that an important one
    goes before others (CSS Cascading, 6.4)."""
    if "/*" in style:
        style = _COMMENT.sub("", style)
    said: dict[str, str] = {}
    important: dict[str, str] = {}
    for one in style.lower().split(";"):
        name, _, value = one.partition(":")
        plain, mark, _ = value.partition("!")
        (important if mark else said)[name.strip()] = plain.strip()
    return {**said, **important}


@lru_cache(maxsize=256)
def style_of(attributes: str) -> dict[str, str]:
    """The declarations in the attributes of an element."""
    return declarations(attribute(attributes, "style")) if "style" in attributes.lower() else {}


class StyleSheet:
    """What the style sheets of a page say of elements, as far as it may hide text."""

    def __init__(self, css: str) -> None:
        self._rules: dict[tuple[str, str, str], str] = {}
        self._known: dict[tuple[str, str], str] = {}
        for selectors, style in _rules(_COMMENT.sub("", css)):
            kept = ";".join(
                f"{name}:{value}"
                for name, value in declarations(style).items()
                if name in _THAT_HIDE and value
            )
            for selector in selectors.split(",") if kept else ():
                self._add(selector.strip(), kept.replace('"', "'"))

    @classmethod
    def of(cls, html: str, markup: bytes) -> "StyleSheet | None":
        """The style sheets of a page; None for one that hides nothing by them. `markup` is the page
        `in_lower_case`."""
        if b"<style" not in markup:
            return None
        css = "\n".join(_SHEET.findall(html))[:_MOST_SHEETS].lower()
        if not _MAY_HIDE.search(css):
            return None
        sheet = cls(css)
        return sheet if sheet._rules else None

    def styled(self, name: str, attributes: str) -> str:
        """The attributes of an element with what the sheets say of it."""
        key = (name, attributes)
        if key not in self._known:
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            self._known[key] = self._styled(name, attributes)
        return self._known[key]

    def _styled(self, name: str, attributes: str) -> str:
        keys = [(name, "", "")]
        if attributes:
            classes = attribute(attributes, "class").lower().split()[:20]
            keys += [(tag, ".", one) for one in classes for tag in ("", name)]
            if named := attribute(attributes, "id").lower():
                keys += [("", "#", named), (name, "#", named)]
        said = [rule for key in keys if (rule := self._rules.get(key))]
        if not said:
            return attributes
        own = attribute(attributes, "style").replace('"', "'") if attributes else ""
        return f' style="{";".join([*said, own])}" {attributes}'

    def _add(self, selector: str, style: str) -> None:
        found = _SELECTOR.fullmatch(selector)
        if found is None or not any(found.groups()) or len(self._rules) >= _MOST_RULES:
            return
        key = (found[1] or "", found[2] or "", found[3] or "")
        before = self._rules.get(key)
        self._rules[key] = (f"{before};{style}" if before else style)[:_LONGEST]


def _rules(css: str) -> list[tuple[str, str]]:
    """The selectors and the declarations of each rule for all screens."""
    found: list[tuple[str, str]] = []
    selectors, depth, skipped = "", 0, False
    for piece in _PIECE.finditer(css):
        text, border = piece.groups()
        if border == "{":
            if not depth:
                selectors = text.rpartition(";")[2].replace("<!--", "").strip()
                skipped = selectors.startswith("@")
            depth += 1
        elif depth:
            depth -= 1
            if not depth and not skipped:
                found.append((selectors, text))
    return found
