"""HTML → text for a terminal and for folding quotes: one pass over the tags, without a tree.

A browser builds a tree, and a sender can make it large: 40 KB of unclosed <b> and </p> cost a
conforming parser (lexbor) 4 s and 1.5 GB. A pass over the tags is always linear. Nothing is
fetched."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import unescape
from urllib.parse import unquote

from supportcli.channels.folding.answers.coloured_answers import (
    Colours,
    Painted,
    has_colours,
    read_marks,
)
from supportcli.channels.html.attributes import attribute, number
from supportcli.channels.html.hidden import Shades, hides, mark
from supportcli.channels.html.page import TextPage
from supportcli.channels.html.styles import StyleSheet

_TOKEN = re.compile(
    r"<!--(?P<comment>.*?)(?:-->|\Z)"
    r"|<(?P<close>/?)(?P<tag>[a-zA-Z][a-zA-Z0-9:_-]*+)(?P<attributes>(?:[^<>=]++|=\s*+(?:\"[^\"]*+\"|'[^']*+')?)*+)(?P<end>>?)"
    r"|<[!?/][^<>]*+>",
    re.DOTALL,
)
_WEB = re.compile(r"(?:https?://|mailto:|tel:)", re.IGNORECASE)
_FILE_NAME = re.compile(r"[^\s/]+\.(?:png|jpe?g|gif|bmp|svg|webp)|cid:\S*", re.IGNORECASE)
_SPACES_OF_LINE = re.compile(r"[ \t]{2,}")
_SPACES = re.compile(r"[ \t\r\n\f]+")
_HAS_LINES = re.compile(r"(?i)\bborder\s{0,4}=\s{0,4}[\"']?[1-9]|\bMsoTableGrid\b|data-sheets-root")
_FIRST_OF_TABLE = re.compile(
    r"(?i)<(?:(th|thead|td\b[^<>]{0,200}\bclass\s{0,4}=\s{0,4}[\"']?xl\d+)|/?table)\b"
)
_HEAD_WITHIN = 1_000
_PIXEL = re.compile(r"(?i)(?:^|[;\s])(?:width|height)\s{0,4}:\s{0,4}[01](?:px)?\s{0,4}(?:;|$|!)")
_BLANK_LINES = re.compile(r"\n{3,}")

_MOST_MARKS = 500_000
_ANY_BREAK = re.compile(r"<(?:br|/p|/div|/tr|/li|/h\d)\b[^<>]*+>", re.IGNORECASE)
_ANY_TAG = re.compile(r"<[a-zA-Z/!?][^<>]*+>")

_RAW = frozenset({"script", "style", "title", "template", "noembed", "iframe", "xml"})
_NO_WORDS = frozenset(
    {"hidden", "password", "checkbox", "radio", "image", "file", "color", "range"}
)
"""The kinds of fields that do not show words."""
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
# Elements within a line.
_INLINE = frozenset(
    {"a", "b", "i", "u", "s", "em", "strong", "font", "span", "small", "big", "sub", "sup", "img"}
)
_STRUCK = ("s", "strike", "del")
_PARAGRAPHS = ("h1", "h2", "h3", "h4", "h5", "h6", "dl", "fieldset", "figure")
_LINES = (
    *(
        "div",
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
        "textarea",
        "select",
        "button",
        "object",
        "svg",
        "text",
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


def html_to_text(html: str, images: Mapping[str, str] | None = None) -> str:
    """What a reader of `html` sees, as text: blocks on lines, lists with marks, quotes after "> ",
    links as `text <address>`, cells between bars, what is hidden in brackets. `images` are the
    names of those that came with the mail, by Content-ID without its brackets.

    A page that is endless only has its tags removed: nobody wrote it to be read."""
    if is_endless(html):
        lines = _ANY_TAG.sub(" ", _ANY_BREAK.sub("\n", html))
        return _BLANK_LINES.sub(
            "\n\n", _SPACES_OF_LINE.sub(" ", unescape(lines)).replace("\n ", "\n")
        ).strip()
    return _read(html, images=images).finish()


def is_endless(html: str) -> bool:
    """Whether a page has more than 500,000 tags and entities."""
    return html.count("<") + html.count("&") > _MOST_MARKS


def painted(html: str) -> Painted | None:
    """The text of the page `html` with the lines that have a colour; None if none has."""
    if not has_colours(html) or is_endless(html):
        return None
    return read_marks(_read(html, Colours()).finish())


def _read(
    html: str, colours: Colours | None = None, images: Mapping[str, str] | None = None
) -> "_Reader":
    """The reader of a page, after reading it."""
    reader, endings, at = _Reader(html, colours, images or {}), _Endings(html), 0
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
    """What tags mean for the page. Text within hidden elements is set aside, and marked. If quotes
    are marked, an unmarked blockquote outside them is no quote, and neither is a line that begins
    with ">"."""

    def __init__(self, html: str, colours: Colours | None, images: Mapping[str, str]) -> None:
        marks = _marks(html)
        self.html = html
        self.images = images
        self.shades = Shades.of(html)
        self.sheet = StyleSheet.of(html)
        self.unseen: list[str] = []
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
            if self.shades is not None and self._sets_aside(words, self.shades):
                return
            self.page.text(words if self.colours is None else self.colours.marked(words))

    def tag(self, name: str, token: re.Match[str]) -> None:
        """A start or end tag. What only looks like one, such as an address in angle brackets, is
        text."""
        close, attributes, end = token.group("close", "attributes", "end")
        if attributes and (attributes.startswith("@") or (not end and attributes.strip("/ \n"))):
            self.text(token[0])
        elif self.hidden_depth:
            self._within_hidden(name, closing=bool(close))
        elif close:
            self._close(name)
        else:
            style = attributes if self.sheet is None else self.sheet.styled(name, attributes)
            if style and name not in _VOID and hides(style):
                self.hidden_tag, self.hidden_depth, self.hidden_text = name, 1, []
                return
            if name == "table":
                self.page.open_table(grid=_is_grid(attributes, self.html, token.end()))
            self._open(name, attributes, style)

    def _within_hidden(self, name: str, *, closing: bool) -> None:
        """A tag within a hidden element, or its end."""
        self.hidden_depth += (-1 if closing else 1) * (name == self.hidden_tag)
        if name not in _INLINE:
            self.hidden_text.append(" ")
        if not self.hidden_depth:
            chunks, self.hidden_text = [unescape(one) for one in self.hidden_text], []
            self._mark(chunks, alone=name not in _INLINE)

    def _sets_aside(self, words: str, shades: Shades) -> bool:
        """Whether a text cannot be seen; if it can, what came before it and could not is marked."""
        if shades.unseen:
            self.unseen.append(words)
            return True
        if self.unseen and words.strip():
            self._mark_unseen()
        return False

    def _mark_unseen(self) -> None:
        chunks, self.unseen = self.unseen, []
        self._mark(chunks, alone=False)

    def _mark(self, chunks: list[str], *, alone: bool) -> None:
        """Mark hidden text where it is, `alone` on its line or within one."""
        said = mark(chunks)
        if not said:
            return
        if alone:
            self.page.end_line()
            self.page.write(said)
            self.page.end_line()
        else:
            self.page.text(f" {said} ")

    def _open(self, name: str, attributes: str, style: str) -> None:
        """An element begins; `style` are its attributes with what style sheets say of it. A div
        that holds an earlier mail is a quote, so that text after it is not."""
        if self.colours is not None:
            self.colours.begin(name, attributes)
        if self.shades is not None:
            self._shade(name, style)
        if name not in _OPEN:
            return
        if name in _OWN:
            _OWN[name](self, attributes)
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

    def _shade(self, name: str, attributes: str | None) -> None:
        """An element begins that may hide its text, or ends."""
        if self.shades is None:
            return
        if self.unseen and name not in _INLINE:
            self._mark_unseen()
        if attributes is None:
            self.shades.end(name)
        else:
            self.shades.begin(name, attributes)

    def _image(self, attributes: str) -> None:
        """An image that came with the mail is named, others leave their description. Those without
        one are decoration, or tracking pixels."""
        if hides(attributes) or _is_pixel(attributes):
            return
        alt = _SPACES.sub(" ", attribute(attributes, "alt")).strip()
        described = "" if _FILE_NAME.fullmatch(alt) else alt
        source = attribute(attributes, "src")
        kind = source[:5].lower()
        if kind.startswith("cid:") or kind == "data:":
            came = self.images.get(unquote(source[4:]).strip("<> "), "") if kind != "data:" else ""
            shown = came or described
            self.page.write(f"[image: {shown}]" if shown else "[image]")
        elif came := self.images.get(source.strip(), ""):
            self.page.write(f"[image: {came}]")
        elif described:
            self.page.write(described)

    def _input(self, attributes: str) -> None:
        """A field shows what was typed into it."""
        kind = attribute(attributes, "type", "text").lower()
        if (
            kind not in _NO_WORDS
            and not hides(attributes)
            and (value := attribute(attributes, "value"))
        ):
            self.text(f" {value.replace('&', '&amp;')} ")

    def _close(self, name: str) -> None:
        """The innermost element of a name ends."""
        if self.colours is not None:
            self.colours.end(name)
        if self.shades is not None:
            self._shade(name, None)
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
        if self.unseen:
            self._mark_unseen()
        text = self.page.finish()
        return _BLANK_LINES.sub("\n\n", text) if "\n\n\n" in text else text


def _open_link(page: TextPage, attributes: str) -> None:
    address = attribute(attributes, "href")
    page.open_link(address if _WEB.match(address) else "")


def _is_pixel(attributes: str) -> bool:
    """Whether an image is too small to be seen."""
    if any(number(attributes, name) in {0, 1} for name in ("width", "height")):
        return True
    return "style" in attributes and _PIXEL.search(attribute(attributes, "style")) is not None


def _is_grid(attributes: str, html: str, at: int) -> bool:
    """Whether a table is one to be read by rows, and not the layout of a page: it has lines, is one
    of a word processor's or a spreadsheet's, or begins with a head. `at` is where its content
    begins."""
    if _HAS_LINES.search(attributes):
        return True
    found = _FIRST_OF_TABLE.search(html, at, at + _HEAD_WITHIN)
    return found is not None and found[1] is not None


_OPEN: dict[str, Callable[[TextPage, str], None]] = {
    **{tag: lambda page, _: page.paragraph() for tag in _PARAGRAPHS},
    **{tag: lambda page, _: page.end_line() for tag in _LINES},
    "p": lambda page, attributes: page.open_paragraph(
        tight="MsoNormal" in attributes
    ),  # Outlook's have no margins
    "br": lambda page, _: page.new_line(),
    "hr": lambda page, _: page.rule(),
    "a": _open_link,
    "tr": lambda page, _: page.row(),
    "td": lambda page, _: page.cell(),
    "th": lambda page, _: page.cell(),
    "ul": lambda page, _: page.open_list(None),
    "ol": lambda page, attributes: page.open_list(number(attributes, "start") or 1),
    "li": lambda page, attributes: page.item(number(attributes, "value") if attributes else None),
    "pre": lambda page, _: page.open_preformatted(),
    **dict.fromkeys(_STRUCK, lambda page, _: page.open_struck()),
    **dict.fromkeys(("img", "input", "blockquote"), lambda _page, _: None),
}
# Those that the reader opens itself.
_OWN: dict[str, Callable[[_Reader, str], None]] = {
    "img": _Reader._image,  # noqa: SLF001 - its own
    "input": _Reader._input,  # noqa: SLF001
    "blockquote": _Reader._open_blockquote,  # noqa: SLF001
}
_CLOSE: dict[str, Callable[[TextPage], None]] = {
    **dict.fromkeys(_PARAGRAPHS, TextPage.paragraph),
    **dict.fromkeys((*_LINES, "li"), TextPage.end_line),
    "p": TextPage.close_paragraph,
    "tr": TextPage.row,
    "table": TextPage.close_table,
    "a": TextPage.close_link,
    "ul": TextPage.close_list,
    "ol": TextPage.close_list,
    "blockquote": TextPage.close_quote,
    "pre": TextPage.close_preformatted,
    **dict.fromkeys(_STRUCK, TextPage.close_struck),
}


def _indents(attributes: str) -> bool:
    """Whether a blockquote is what programs make of an indented paragraph: moved to the right,
    without a line beside it."""
    style = attribute(attributes, "style")
    if "webkit-indent-blockquote" in attributes:
        return True
    return _INDENTS.search(style) is not None and _HAS_LINE.search(style) is None
