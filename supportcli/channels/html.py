"""HTML → text for reading in a terminal and for folding quotes: one pass over the tags, without a tree.

A tree is what a browser makes, and what a sender can make large: 40 KB of unclosed <b> and </p> cost a conforming parser (lexbor) 4 s and
1.5 GB. A pass over the tags is linear whatever they say. Nothing is fetched.
"""

import re
from collections.abc import Callable
from html import unescape

from supportcli.channels.page import Page

_TOKEN = re.compile(
    r"<!--(?P<comment>.*?)(?:-->|\Z)"
    r"|<(?P<close>/?)(?P<tag>[a-zA-Z][a-zA-Z0-9:_-]*+)(?P<attributes>(?:[^<>=]++|=\s*+(?:\"[^\"]*+\"|'[^']*+')?)*+)(?P<end>>?)"
    r"|<[!?/][^<>]*+>",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(r"([a-zA-Z-]++)(?:\s*+=\s*+(?:\"([^\"]*+)\"|'([^']*+)'|([^\s\"'>]++)))?")
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|max-height\s*:\s*0(?:px)?\s*(?:;|$)", re.IGNORECASE)
_WEB = re.compile(r"(?:https?://|mailto:|tel:)", re.IGNORECASE)
_FILE_NAME = re.compile(r"[^\s/]+\.(?:png|jpe?g|gif|bmp|svg|webp)", re.IGNORECASE)
_SPACES = re.compile(r"[ \t\r\n\f]+")
_BLANK_LINES = re.compile(r"\n{3,}")

_MOST_MARKS = 200_000
_ANY_BREAK = re.compile(r"<(?:br|/p|/div|/tr|/li|/h\d)\b[^<>]*+>", re.IGNORECASE)
_ANY_TAG = re.compile(r"<[a-zA-Z/!?][^<>]*+>")

_RAW = frozenset({"script", "style", "title", "textarea", "template", "noembed", "iframe", "xml", "svg", "math"})
_VOID = frozenset({"br", "img", "hr", "input", "meta", "link", "area", "base", "col", "embed", "source", "track", "wbr", "param"})
_PARAGRAPHS = ("h1", "h2", "h3", "h4", "h5", "h6", "dl", "fieldset", "figure")
_LINES = (
    *("div", "tr", "table", "section", "article", "header", "footer", "main", "nav", "aside", "address", "center", "form", "dt", "dd"),
    *("tbody", "thead", "tfoot", "caption", "figcaption", "body", "html", "option", "legend", "details", "summary"),
)
# Elements that hold an earlier mail and no blockquote: Yahoo's, GMX's, and the one of Outlook on the web; and Gmail's, where it forwards.
_HOLDS_MAIL = re.compile(
    r"""\bclass\s*=\s*["'][^"']*\byahoo_quoted\b|\bname\s*=\s*["']quote["']|\bid\s*=\s*["']mail-editor-reference-message-container["']""",
    re.IGNORECASE,
)
_GMAIL = re.compile(r"""\bclass\s*=\s*["'][^"']*\bgmail_quote\b""", re.IGNORECASE)
_BLOCKQUOTE = re.compile(r"<blockquote\b", re.IGNORECASE)
_MARKUP = re.compile(r"(?i)<(?:html|body|div|p|br|table|span|!doctype|head|meta)\b")


def looks_like_html(text: str) -> bool:
    """Whether a text that calls itself plain is HTML all the same."""
    start = text[:500].lstrip()
    return start.startswith("<") and _MARKUP.match(start) is not None


def html_to_text(html: str) -> str:
    """What a reader of `html` sees, as text: blocks on lines, lists with marks, quotes behind "> ", links as `text <address>`.

    A page of more than 200,000 tags and entities is stripped of its tags and no more: nobody wrote it to be read.
    """
    if html.count("<") + html.count("&") > _MOST_MARKS:
        return _BLANK_LINES.sub("\n\n", _ANY_TAG.sub("", _ANY_BREAK.sub("\n", html))).strip()
    reader, endings, at = _Reader(quotes=_BLOCKQUOTE.search(html) is not None), _Endings(html), 0
    for token in _TOKEN.finditer(html):
        start = token.start()
        if start < at:
            continue  # within a script or a style
        reader.text(html[at:start])
        at = token.end()
        if token["tag"] is not None:
            tag = token["tag"].lower()
            if tag in _RAW and not token["close"]:
                at = max(at, endings.after(tag, at))
            else:
                reader.tag(tag, token)
    reader.text(html[at:])
    return reader.finish()


class _Endings:
    """Where elements end whose content is no text. One that never ends is taken as empty, so that it hides nothing behind it."""

    def __init__(self, html: str) -> None:
        self.html = html
        self.endless: set[str] = set()

    def after(self, tag: str, start: int) -> int:
        """The place behind the end tag of the `tag` whose content begins at `start`."""
        if tag in self.endless:
            return start
        found = re.compile(rf"</{tag}\b[^<>]*+>?", re.IGNORECASE).search(self.html, start)
        if found is None:
            self.endless.add(tag)
            return start
        return found.end()


class _Reader:
    """What tags mean for the page. Text within hidden elements is set aside. `quotes` says whether the mail has blockquotes."""

    def __init__(self, *, quotes: bool) -> None:
        self.page = Page()
        self.quotes = quotes
        self.divisions = 0
        self.holding: list[int] = []
        self.hidden_tag = ""
        self.hidden_depth = 0
        self.hidden_text: list[str] = []

    def text(self, chunk: str) -> None:
        """Text between two tags."""
        if self.hidden_depth:
            self.hidden_text.append(chunk)
        elif chunk:
            self.page.text(unescape(chunk) if "&" in chunk else chunk)

    def tag(self, name: str, token: re.Match[str]) -> None:
        """A start or end tag. What only looks like one, as an address in angle brackets does, is text."""
        attributes = token["attributes"]
        if attributes.startswith("@") or (not token["end"] and attributes.strip("/ \n")):
            self.text(token[0])
        elif self.hidden_depth:
            self.hidden_depth += (-1 if token["close"] else 1) * (name == self.hidden_tag)
        elif token["close"]:
            self._close(name)
        elif attributes and name not in _VOID and _is_hidden(attributes):
            self.hidden_tag, self.hidden_depth, self.hidden_text = name, 1, []
        elif name in _OPEN:
            self._open(name, attributes)

    def _open(self, name: str, attributes: str) -> None:
        """An element begins; a div that holds an earlier mail is a quote, so that what stands behind it is none."""
        _OPEN[name](self.page, attributes)
        if name != "div":
            return
        self.divisions += 1
        if attributes and (_HOLDS_MAIL.search(attributes) or (not self.quotes and _GMAIL.search(attributes))):
            self.holding.append(self.divisions)
            self.page.open_quote()

    def _close(self, name: str) -> None:
        """The innermost element of a name ends."""
        if name in _CLOSE:
            _CLOSE[name](self.page)
        if name != "div":
            return
        if self.holding and self.holding[-1] == self.divisions:
            self.holding.pop()
            self.page.close_quote()
        self.divisions = max(0, self.divisions - 1)

    def finish(self) -> str:
        """All text. Hidden text whose element never ended is text after all: a slip of the pen must not hide a mail."""
        if self.hidden_depth:
            self.hidden_depth = 0
            self.text(" ".join(self.hidden_text))
        return _BLANK_LINES.sub("\n\n", self.page.finish())


def _open_link(page: Page, attributes: str) -> None:
    address = _attribute(attributes, "href")
    page.open_link(address if _WEB.match(address) else "")


def _image(page: Page, attributes: str) -> None:
    """An image that came with the mail leaves a mark, others their description: one without is decoration, or counts readers."""
    alt = _SPACES.sub(" ", _attribute(attributes, "alt")).strip()
    described = "" if _FILE_NAME.fullmatch(alt) else alt
    if _attribute(attributes, "src").lower().startswith("cid:"):
        page.write(f"[image: {described}]" if described else "[image]")
    elif described:
        page.write(described)


_OPEN: dict[str, Callable[[Page, str], None]] = {
    **{tag: lambda page, _: page.paragraph() for tag in _PARAGRAPHS},
    **{tag: lambda page, _: page.end_line() for tag in _LINES},
    "p": lambda page, attributes: page.open_paragraph(tight="MsoNormal" in attributes),  # those of Outlook have no margins
    "br": lambda page, _: page.new_line(),
    "hr": lambda page, _: page.rule(),
    "a": _open_link,
    "img": _image,
    "td": lambda page, _: page.cell(),
    "th": lambda page, _: page.cell(),
    "ul": lambda page, _: page.open_list(numbered=False),
    "ol": lambda page, _: page.open_list(numbered=True),
    "li": lambda page, _: page.item(),
    "blockquote": lambda page, _: page.open_quote(),
    "pre": lambda page, _: page.open_preformatted(),
}
_CLOSE: dict[str, Callable[[Page], None]] = {
    **dict.fromkeys(_PARAGRAPHS, Page.paragraph),
    **dict.fromkeys((*_LINES, "li"), Page.end_line),
    "p": Page.close_paragraph,
    "a": Page.close_link,
    "ul": Page.close_list,
    "ol": Page.close_list,
    "blockquote": Page.close_quote,
    "pre": Page.close_preformatted,
}


def _is_hidden(attributes: str) -> bool:
    if "style" in attributes or "STYLE" in attributes:
        style = _attribute(attributes, "style")
        if style and _HIDDEN.search(style):
            return True
    return "hidden" in attributes and _attribute(attributes, "hidden", "no") in {"", "hidden"}


def _attribute(attributes: str, name: str, missing: str = "") -> str:
    """The value of one attribute; `missing` where the tag has none of that name."""
    for found in _ATTRIBUTE.finditer(attributes):
        if found[1].lower() == name:
            return unescape(found[2] or found[3] or found[4] or "").strip()
    return missing
