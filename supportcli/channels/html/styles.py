"""Styles: the declarations of an element, its own and those of the page's style sheets.

Of a sheet, only rules for a name, classes or an id are read, and only what may hide text. What is
said for some screens only (@media) counts if it shows what is hidden on others."""

import re
from collections.abc import Iterator
from functools import lru_cache

from supportcli.channels.html.attributes import attribute

_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)
_SHEET = re.compile(r"<style\b[^<>]*+>(.*?)(?:</style|\Z)", re.IGNORECASE | re.DOTALL)
_PIECE = re.compile(r"([^{}]*+)([{}])")
_SELECTOR = re.compile(
    r"(?:(?:html|body)[\s>]+)?([a-z][a-z0-9]{0,20})?([.#][a-z0-9_-]{1,60})?"
    r"((?:\.[a-z0-9_-]{1,60}){0,5})",
    re.IGNORECASE,
)
_MAY_HIDE = re.compile(
    r"none|hid|collapse|transparent|zoom|scale|inset|-\d{3}|[:/( ]\s{0,4}[01.](?![\d])"
    r"|(?:^|[^-])\bcolor"
)
_INHERITED = re.compile(r"font|color|background|visibility|white-space")
_MAY_SHOW = re.compile(r"important|@media")
_GONE_HERE = re.compile(
    rb"display\s{0,4}:\s{0,4}none|visibility\s{0,4}:|(?:height|opacity|width|size)\s{0,4}:\s{0,4}[0.]"
)
_THAT_HIDE = frozenset(
    {"display", "visibility", "opacity", "max-height", "height", "max-width", "width", "overflow"}
    | {"overflow-x", "overflow-y", "position", "left", "top", "right", "bottom", "inset", "margin"}
    | {"margin-left", "margin-top", "text-indent", "clip-path", "clip", "transform", "translate"}
    | {"zoom", "scale", "filter", "content-visibility", "-webkit-text-fill-color", "white-space"}
    | {"font-size", "font", "color", "background", "background-color", "background-image"}
)
_THAT_SHOW = frozenset(
    {"display", "visibility", "opacity", "max-height", "height", "max-width", "width", "overflow"}
    | {"font-size", "position", "left", "top"}
)
_GONE = re.compile(r"none|hid|collapse|clip|-|0{0,3}\.?0{0,3}(?:px|pt|em|%)?$")
_SCREENS = frozenset({"", "all", "screen", "only screen"})
_MOST_SHEETS = 256 * 1024
_MOST_RULES = 2_000
_LONGEST = 400
_MOST_KNOWN = 2_000
_MOST_OF_ONE = 50


def declarations(style: str) -> dict[str, str]:
    """Property → value of a style, in lower case. The last one counts, except that an important one
    goes before others (CSS Cascading, 6.4)."""
    said, important = _declared(style)
    return {**said, **important}


def _declared(style: str) -> tuple[dict[str, str], dict[str, str]]:
    """The declarations of a style, and the important ones."""
    if "/*" in style:
        style = _COMMENT.sub("", style)
    said: dict[str, str] = {}
    important: dict[str, str] = {}
    for one in style.lower().split(";"):
        name, _, value = one.partition(":")
        plain, mark, _ = value.partition("!")
        (important if mark else said)[name.strip()] = plain.strip()
    return said, important


@lru_cache(maxsize=256)
def style_of(attributes: str) -> dict[str, str]:
    """The declarations in the attributes of an element."""
    return declarations(attribute(attributes, "style")) if "style" in attributes.lower() else {}


class StyleSheet:
    """What the style sheets of a page say of elements, as far as it may hide text."""

    def __init__(self, css: str) -> None:
        self._rules: dict[str, str] = {}
        self._of_several: dict[str, list[tuple[frozenset[str], str]]] = {}
        self._count = 0
        self._known: dict[tuple[str, str], str] = {}
        for selectors, style, somewhere in _rules(_COMMENT.sub("", css)):
            kept = _that_counts(style, somewhere=somewhere)
            for selector in selectors.split(",") if kept else ():
                self._add(selector.strip(), kept.replace('"', "'"))

    @classmethod
    def of(cls, html: str, markup: bytes, *, inherited: bool = False) -> "StyleSheet | None":
        """The style sheets of a page; None for one that hides nothing by them. `markup` is the page
        `in_lower_case`; `inherited`: what elements inherit (colours, sizes) counts, too."""
        if b"<style" not in markup:
            return None
        css = "\n".join(_SHEET.findall(html))[:_MOST_SHEETS].lower()
        if not (
            _MAY_HIDE.search(css)
            or (inherited and _INHERITED.search(css))
            or (_MAY_SHOW.search(css) and _GONE_HERE.search(markup))
        ):
            return None
        sheet = cls(css)
        return sheet if sheet._count else None

    def styled(self, name: str, attributes: str) -> str:
        """The attributes of an element with what the sheets say of it."""
        key = (name, attributes)
        if key not in self._known:
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            self._known[key] = self._styled(name, attributes)
        return self._known[key]

    def _styled(self, name: str, attributes: str) -> str:
        keys, classes = [name], list[str]()
        if attributes:
            classes = attribute(attributes, "class").lower().split()[:20]
            keys += [f"{tag}.{one}" for one in classes for tag in ("", name)]
            if named := attribute(attributes, "id").lower():
                keys += [f"#{named}", f"{name}#{named}"]
        said = [rule for key in keys if (rule := self._rules.get(key))]
        if self._of_several:
            there = frozenset(classes)
            several = (one for key in keys for one in self._of_several.get(key, ()))
            said += [rule for needed, rule in several if needed <= there]
        if not said:
            return attributes
        own = attribute(attributes, "style").replace('"', "'") if attributes else ""
        return f' style="{";".join([*said, own])}" {attributes}'

    def _add(self, selector: str, style: str) -> None:
        found = _SELECTOR.fullmatch(selector)
        if found is None or not any(found.groups()) or self._count >= _MOST_RULES:
            return
        self._count += 1
        key, others = f"{found[1] or ''}{found[2] or ''}", found[3]
        if others:
            of_it = self._of_several.setdefault(key, [])
            if len(of_it) < _MOST_OF_ONE:
                of_it.append((frozenset(others[1:].split(".")), style))
            return
        before = self._rules.get(key)
        self._rules[key] = (f"{before};{style}" if before else style)[:_LONGEST]


def _that_counts(style: str, *, somewhere: bool) -> str:
    """The declarations that may hide text; of those for some screens only, `somewhere`, what shows
    it."""
    said, important = _declared(style)
    found = [(name, value, "") for name, value in said.items()]
    found += [(name, value, "!important") for name, value in important.items()]
    return ";".join(
        f"{name}:{value}{mark}"
        for name, value, mark in found
        if value and name in _THAT_HIDE
        if not somewhere or (name in _THAT_SHOW and not _GONE.match(value))
    )


def _rules(css: str) -> Iterator[tuple[str, str, bool]]:
    """The selectors and the declarations of each rule, and whether it is for some screens only."""
    begun: list[str] = []
    for piece in _PIECE.finditer(css):
        text, border = piece.groups()
        if border == "{":
            begun.append(text.rpartition(";")[2].replace("<!--", "").strip())
        elif begun:
            selectors = begun.pop()
            if len(begun) <= 1 and not selectors.startswith("@"):
                around = begun[0] if begun else "@media"
                if around.startswith("@media") and not _is_elsewhere(around):
                    yield selectors, text, around[len("@media") :].strip() not in _SCREENS


def _is_elsewhere(query: str) -> bool:
    """Whether a media rule is for no screen."""
    return "print" in query or query.startswith("@media not")
