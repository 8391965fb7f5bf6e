"""HTML → text for a terminal and for folding quotes: one pass over the tags, without a tree.

A browser builds a tree, and a sender can make it large: 40 KB of unclosed <b> and </p> cost a
conforming parser (lexbor) 4 s and 1.5 GB. A pass over the tags is always linear. Nothing is
fetched."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from html import unescape

from supportcli.channels.folding.coloured_answers import Colours, Painted, has_colours, read_marks
from supportcli.channels.html.page import TextPage

_TOKEN = re.compile(
    r"<!--(?P<comment>.*?)(?:-->|\Z)"
    r"|<(?P<close>/?)(?P<tag>[a-zA-Z][a-zA-Z0-9:_-]*+)(?P<attributes>(?:[^<>=]++|=\s*+(?:\"[^\"]*+\"|'[^']*+')?)*+)(?P<end>>?)"
    r"|<[!?/][^<>]*+>",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(r"([a-zA-Z-]++)(?:\s*+=\s*+(?:\"([^\"]*+)\"|'([^']*+)'|([^\s\"'>]++)))?")
_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|max-height\s*:\s*0(?:px)?\s*(?:;|$)", re.IGNORECASE
)
_WEB = re.compile(r"(?:https?://|mailto:|tel:)", re.IGNORECASE)
_FILE_NAME = re.compile(r"[^\s/]+\.(?:png|jpe?g|gif|bmp|svg|webp)", re.IGNORECASE)
_SPACES = re.compile(r"[ \t\r\n\f]+")
_BLANK_LINES = re.compile(r"\n{3,}")

_LONGEST_KNOWN = 300
"""The most characters of attributes whose meaning is kept for the next element with them."""
_MOST_MARKS = 200_000
_ANY_BREAK = re.compile(r"<(?:br|/p|/div|/tr|/li|/h\d)\b[^<>]*+>", re.IGNORECASE)
_ANY_TAG = re.compile(r"<[a-zA-Z/!?][^<>]*+>")

_RAW = frozenset(
    {"script", "style", "title", "textarea", "template", "noembed", "iframe", "xml", "svg", "math"}
)
_VOID = frozenset(
    {
        "br",
        "img",
        "hr",
        "input",
        "meta",
        "link",
        "area",
        "base",
        "col",
        "embed",
        "source",
        "track",
        "wbr",
        "param",
    }
)
_PARAGRAPHS = ("h1", "h2", "h3", "h4", "h5", "h6", "dl", "fieldset", "figure")
_LINES = (
    *(
        "div",
        "tr",
        "table",
        "section",
        "article",
        "header",
        "footer",
        "main",
        "nav",
        "aside",
        "address",
        "center",
        "form",
        "dt",
        "dd",
    ),
    *(
        "tbody",
        "thead",
        "tfoot",
        "caption",
        "figcaption",
        "body",
        "html",
        "option",
        "legend",
        "details",
        "summary",
    ),
)
# Elements other than blockquotes that hold an earlier mail: Yahoo's, GMX's, Outlook's on the
# web, and the blue line of Outlook, between whose pieces people answer; and Gmail's if it
# forwards.
_HOLDS_MAIL = re.compile(
    r"""\bclass\s*=\s*["'][^"']*\byahoo_quoted\b|\bname\s*=\s*["']quote["']|\bid\s*=\s*["']mail-editor-reference-message-container["']"""
    r"""|\bstyle\s*=\s*["'][^"']*\bborder-left\s*:\s*solid\s+(?:blue|\#0000ff)\s+1\.5pt""",
    re.IGNORECASE,
)
_BEGINS_MAIL = re.compile(r"""\bid\s*=\s*["'](?:divRplyFwdMsg|appendonsend)["']""", re.IGNORECASE)
_GMAIL = re.compile(r"""\bclass\s*=\s*["'][^"']*\bgmail_quote\b""", re.IGNORECASE)
# Elements that hold only an attribution.
_HOLDS_ATTRIBUTION = re.compile(
    r"""\bclass\s*=\s*["'][^"']*\b(?:gmail_attr|moz-cite-prefix)\b""", re.IGNORECASE
)
_ELEMENT = re.compile(r"<(blockquote|div)\b([^<>]*+)", re.IGNORECASE)
# The attributes of a blockquote that quotes a mail; an indented paragraph makes a blockquote, too.
_CITES = re.compile(
    r"""\btype\s*=\s*["']?cite\b|\bcite\s*=|\bclass\s*=\s*["'][^"']*(?:(?<!block)quote|\bcite)""",
    re.IGNORECASE,
)
_INDENTS = re.compile(
    r"\bmargin(?:-left)?\s*:\s*(?:0\w*\s+){0,3}(?:40|30)(?:\.0)?p[xt]", re.IGNORECASE
)
_HAS_LINE = re.compile(
    r"\bborder(?:-left)?\s*+:\s*+(?!none|0|medium none|currentcolor)", re.IGNORECASE
)
_MARKUP = re.compile(r"(?i)<(?:html|body|div|p|br|table|span|!doctype|head|meta)\b")


def looks_like_html(text: str) -> bool:
    """Whether a text declared as plain is really HTML."""
    start = text[:500].lstrip()
    return start.startswith("<") and _MARKUP.match(start) is not None


def html_to_text(html: str) -> str:
    """What a reader of `html` sees, as text: blocks on lines, lists with marks, quotes after "> ",
    links as `text <address>`.

    A page with more than 200,000 tags and entities only has its tags removed: nobody wrote it to be
    read."""
    if html.count("<") + html.count("&") > _MOST_MARKS:
        return _BLANK_LINES.sub("\n\n", _ANY_TAG.sub("", _ANY_BREAK.sub("\n", html))).strip()
    return _read(html).finish()


def painted(html: str) -> Painted | None:
    """The text of the page `html` with the lines that have a colour; None if none has."""
    if html.count("<") + html.count("&") > _MOST_MARKS or not has_colours(html):
        return None
    return read_marks(_read(html, Colours()).finish())


def _read(html: str, colours: Colours | None = None) -> "_Reader":
    """The reader of a page, after reading it."""
    reader, endings, at = _Reader(_marks(html), colours), _Endings(html), 0
    for token in _TOKEN.finditer(html):
        start, end = token.span()
        if start < at:
            continue  # within a script or a style
        if start > at or reader.hidden_depth:
            reader.text(html[at:start])
        at, tag = end, token["tag"]
        if tag is not None:
            tag = tag.lower()
            if tag in _RAW and not token["close"]:
                at = max(at, endings.after(tag, at))
            else:
                reader.tag(tag, token)
    reader.text(html[at:])
    return reader


@dataclass(frozen=True, slots=True)
class _Marks:
    """How a page marks its quotes: whether blockquotes made by a program occur (`quotes`), and
    whether the program marks an element as holding an earlier mail (`marked`)."""

    quotes: bool
    marked: bool


def _marks(html: str) -> _Marks:
    """How the page `html` marks its quotes."""
    quotes = cites = forwards = False
    for found in _ELEMENT.finditer(html):
        name, attributes = found[1].lower(), found[2]
        if name == "blockquote":
            cites = cites or _CITES.search(attributes) is not None
            quotes = quotes or cites or not _indents(attributes)
        elif attributes:
            cites = cites or any(one.search(attributes) for one in (_HOLDS_MAIL, _BEGINS_MAIL))
            forwards = forwards or _GMAIL.search(attributes) is not None
    return _Marks(quotes, cites or (forwards and not quotes))


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


class _Reader:
    """What tags mean for the page. Text within hidden elements is set aside. If quotes are marked,
    an unmarked blockquote outside them is no quote, and neither is a line that begins with ">"."""

    def __init__(self, marks: _Marks, colours: Colours | None = None) -> None:
        self.page = TextPage(marked=marks.marked)
        self.quotes = marks.quotes
        self.marked = marks.marked
        self.colours = colours
        self.indents: list[bool] = []
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
            words = unescape(chunk) if "&" in chunk else chunk
            self.page.text(words if self.colours is None else self.colours.marked(words))

    def tag(self, name: str, token: re.Match[str]) -> None:
        """A start or end tag. What only looks like one, such as an address in angle brackets, is
        text."""
        close, attributes, end = token.group("close", "attributes", "end")
        if attributes and (attributes.startswith("@") or (not end and attributes.strip("/ \n"))):
            self.text(token[0])
        elif self.hidden_depth:
            self.hidden_depth += (-1 if close else 1) * (name == self.hidden_tag)
        elif close:
            self._close(name)
        elif attributes and name not in _VOID and _is_hidden(attributes):
            self.hidden_tag, self.hidden_depth, self.hidden_text = name, 1, []
        else:
            self._open(name, attributes)

    def _open(self, name: str, attributes: str) -> None:
        """An element begins. A div that holds an earlier mail is a quote, so that text after it is
        not."""
        if self.colours is not None:
            self.colours.begin(name, attributes)
        if name not in _OPEN:
            return
        if name == "blockquote":
            self._open_blockquote(attributes)
            return
        _OPEN[name](self.page, attributes)
        if name != "div":
            return
        self.divisions += 1
        if attributes and (
            _HOLDS_MAIL.search(attributes) or (not self.quotes and _GMAIL.search(attributes))
        ):
            self.holding.append(self.divisions)
            self.page.open_quote()
        elif attributes and _HOLDS_ATTRIBUTION.search(attributes):
            self.page.paragraph()

    def _open_blockquote(self, attributes: str) -> None:
        """A blockquote begins: an earlier mail, or a paragraph that the sender indented."""
        cites = _CITES.search(attributes) is not None
        indents = not cites and (_indents(attributes) or (self.marked and not self.page.quoted))
        self.indents.append(indents)
        if indents:
            self.page.open_indent()
        else:
            self.page.open_quote()

    def _close(self, name: str) -> None:
        """The innermost element of a name ends."""
        if self.colours is not None:
            self.colours.end(name)
        if name == "blockquote" and self.indents and self.indents.pop():
            self.page.close_indent()
            return
        if name in _CLOSE:
            _CLOSE[name](self.page)
        if name != "div":
            return
        if self.holding and self.holding[-1] == self.divisions:
            self.holding.pop()
            self.page.close_quote()
        self.divisions = max(0, self.divisions - 1)

    def finish(self) -> str:
        """The complete text. Hidden text whose element never ended is included: a slip must not
        hide a mail."""
        if self.hidden_depth:
            self.hidden_depth = 0
            self.text(" ".join(self.hidden_text))
        text = self.page.finish()
        return _BLANK_LINES.sub("\n\n", text) if "\n\n\n" in text else text


def _open_link(page: TextPage, attributes: str) -> None:
    address = _attribute(attributes, "href")
    page.open_link(address if _WEB.match(address) else "")


def _image(page: TextPage, attributes: str) -> None:
    """An image that came with the mail leaves a mark, others their description. Those without one
    are decoration, or tracking pixels."""
    alt = _SPACES.sub(" ", _attribute(attributes, "alt")).strip()
    described = "" if _FILE_NAME.fullmatch(alt) else alt
    if _attribute(attributes, "src").lower().startswith("cid:"):
        page.write(f"[image: {described}]" if described else "[image]")
    elif described:
        page.write(described)


_OPEN: dict[str, Callable[[TextPage, str], None]] = {
    **{tag: lambda page, _: page.paragraph() for tag in _PARAGRAPHS},
    **{tag: lambda page, _: page.end_line() for tag in _LINES},
    "p": lambda page, attributes: page.open_paragraph(
        tight="MsoNormal" in attributes
    ),  # Outlook's have no margins
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
_CLOSE: dict[str, Callable[[TextPage], None]] = {
    **dict.fromkeys(_PARAGRAPHS, TextPage.paragraph),
    **dict.fromkeys((*_LINES, "li"), TextPage.end_line),
    "p": TextPage.close_paragraph,
    "a": TextPage.close_link,
    "ul": TextPage.close_list,
    "ol": TextPage.close_list,
    "blockquote": TextPage.close_quote,
    "pre": TextPage.close_preformatted,
}


def _indents(attributes: str) -> bool:
    """Whether a blockquote is what programs make of an indented paragraph: moved to the right,
    without a line beside it."""
    style = _attribute(attributes, "style")
    if "webkit-indent-blockquote" in attributes:
        return True
    return _INDENTS.search(style) is not None and _HAS_LINE.search(style) is None


def _is_hidden(attributes: str) -> bool:
    return (_known_hidden if len(attributes) <= _LONGEST_KNOWN else _hides)(attributes)


def _hides(attributes: str) -> bool:
    if "style" in attributes or "STYLE" in attributes:
        style = _attribute(attributes, "style")
        if style and _HIDDEN.search(style):
            return True
    return "hidden" in attributes and _attribute(attributes, "hidden", "no") in {"", "hidden"}


# Most elements of a page have the attributes of some other.
_known_hidden = lru_cache(maxsize=256)(_hides)


def _attribute(attributes: str, name: str, missing: str = "") -> str:
    """The value of one attribute; `missing` if the tag does not have it."""
    for found in _ATTRIBUTE.finditer(attributes):
        if found[1].lower() == name:
            return unescape(found[2] or found[3] or found[4] or "").strip()
    return missing
