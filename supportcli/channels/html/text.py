"""HTML → text for a terminal and for folding quotes: one pass over the tags, without a tree.

A browser builds a tree, and a sender can make it large: 40 KB of unclosed <b> and </p> cost a
conforming parser (lexbor) 4 s and 1.5 GB. A pass over the tags is always linear. Nothing is
fetched."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import count
from urllib.parse import unquote

from supportcli.channels.folding.answers.coloured_answers import (
    Colours,
    Painted,
    has_colours,
    read_marks,
)
from supportcli.channels.html.attributes import attribute, number
from supportcli.channels.html.hidden import hides, mark
from supportcli.channels.html.list_numbers import kind_of_list
from supportcli.channels.html.open_styles import OpenStyles
from supportcli.channels.html.page import TextPage
from supportcli.channels.html.raised import with_raised_digits
from supportcli.channels.html.references import unescaped
from supportcli.channels.html.styles import StyleSheet
from supportcli.channels.html.tags import in_lower_case, pieces, read_tag, with_ended_comments

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
_MOST_KNOWN = 1_000
_LONGEST_KNOWN = 300
"""The most characters of a tag that is kept for the pages after this one."""
_ANY_BREAK = re.compile(r"<(?:br|/p|/div|/tr|/li|/h\d)\b[^<>]*+>", re.IGNORECASE)
_ANY_TAG = re.compile(r"<[a-zA-Z/!?][^<>]*+>")

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
_UNNUMBERED = ("ul", "menu", "dir")
_PREFORMATTED = ("pre", "listing", "xmp", "plaintext")
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
        "hgroup",
        "search",
        "dialog",
        "marquee",
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
_OF_MAIL = re.compile(r"quote|mail-editor|border-left|gmail_attr|moz-cite", re.IGNORECASE)
"""What some of these say."""
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
            "\n\n", _SPACES_OF_LINE.sub(" ", unescaped(lines)).replace("\n ", "\n")
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
    reader = _Reader(html, colours, images or {})
    reader.read()
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


@dataclass(slots=True)
class _Meaning:
    """What a tag means: on the page only (`on_page`), or for its reader, too, which then does it
    all (`own`). `words` are those of what only looks like a tag; `style` are the attributes with
    what style sheets say of the element."""

    name: str
    closes: bool
    attributes: str
    words: str
    style: str = ""
    on_page: Callable[[TextPage], None] | None = None
    own: Callable[["_Reader", "_Meaning", int], None] | None = None


class _Meanings(dict[str, _Meaning]):
    """The meanings of the tags of a page, by their characters: most of them recur."""

    def __init__(self, sheet: StyleSheet | None) -> None:
        super().__init__()
        self._sheet = sheet

    def __missing__(self, piece: str) -> _Meaning:
        if len(self) >= _MOST_KNOWN:
            self.clear()
        if self._sheet is not None:
            self[piece] = found = _meaning(piece, self._sheet)
        else:
            self[piece] = found = (_known if len(piece) <= _LONGEST_KNOWN else _meaning)(piece)
        return found


class _Reader:
    """What tags mean for the page. Text within hidden elements is set aside, and marked. If quotes
    are marked, an unmarked blockquote outside them is no quote, and neither is a line that begins
    with ">"."""

    def __init__(self, html: str, colours: Colours | None, images: Mapping[str, str]) -> None:
        marks, markup = _marks(html), in_lower_case(html)
        html = with_ended_comments(html)
        self.html = html = with_raised_digits(html) if b"<sup" in markup else html
        self.pieces = pieces(html)
        self.place = self.at = 0
        self.images = images
        self.styles = OpenStyles.of(html, markup)
        self.known = _Meanings(StyleSheet.of(html, markup, inherited=self.styles is not None))
        self.unseen: list[str] = []
        self.page = TextPage(marked=marks.marked)
        self.quotes = marks.quotes
        self.marked = marks.marked
        self.colours = colours
        self.indents: list[bool] = []
        self.hidden_tag = ""
        self.hidden_depth = 0
        self.hidden_text: list[str] = []

    def read(self) -> None:
        """Read the page."""
        page, known = self.page, self.known
        styled = self.colours is not None or self.styles is not None
        say = self.text if styled or "&" in self.html else page.text
        self.text(self.pieces[0])
        for place, piece, text in zip(count(2, 2), self.pieces[1::2], self.pieces[2::2]):
            meaning = known[piece]
            if self.hidden_depth:
                self._within_hidden(meaning)
            elif meaning.own is not None:
                meaning.own(self, meaning, place)
            else:
                if styled:
                    self._look(meaning)
                if meaning.on_page is not None:
                    meaning.on_page(page)
            if self.hidden_depth:
                self.hidden_text.append(text)
            elif text:
                say(text)

    def text(self, chunk: str) -> None:
        """Text between two tags."""
        if self.hidden_depth:
            self.hidden_text.append(chunk)
        elif chunk:
            words = unescaped(chunk) if "&" in chunk else chunk
            if not words:
                return  # an entity for no character
            if self.styles is not None and self._sets_aside(words, self.styles):
                return
            self.page.text(words if self.colours is None else self.colours.marked(words))

    def words(self, meaning: _Meaning, _place: int) -> None:
        """What only looks like a tag."""
        self.text(meaning.words)

    def hide(self, meaning: _Meaning, _place: int) -> None:
        """An element begins that hides all that is in it."""
        self.hidden_tag, self.hidden_depth, self.hidden_text = meaning.name, 1, []

    def _within_hidden(self, meaning: _Meaning) -> None:
        """A tag within a hidden element, or its end."""
        name = meaning.name
        if not name:
            self.hidden_text += [meaning.words] if meaning.words else []
            return
        self.hidden_depth += (-1 if meaning.closes else 1) * (name == self.hidden_tag)
        if name not in _INLINE:
            self.hidden_text.append(" ")
        if not self.hidden_depth:
            chunks, self.hidden_text = [unescaped(one) for one in self.hidden_text], []
            self._mark(chunks, alone=name not in _INLINE)

    def _sets_aside(self, words: str, styles: OpenStyles) -> bool:
        """Whether a text cannot be seen; if it can, what came before it and could not is marked."""
        if styles.unseen:
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

    def _look(self, meaning: _Meaning) -> None:
        """An element begins or ends that may colour or hide its text, or keep its spaces."""
        name = meaning.name
        if self.colours is not None:
            if meaning.closes:
                self.colours.end(name)
            else:
                self.colours.begin(name, meaning.attributes)
        if self.styles is not None and name:
            if self.unseen and name not in _INLINE:
                self._mark_unseen()
            if meaning.closes:
                self.styles.end(name)
            else:
                self.styles.begin(name, meaning.style)
            if self.styles.spaces:
                self.page.keep_spaces(on=self.styles.kept)

    def open_table(self, meaning: _Meaning, place: int) -> None:
        """A table begins."""
        self.place, self.at = place, self.at + sum(map(len, self.pieces[self.place : place]))
        self.page.open_table(grid=_is_grid(meaning.attributes, self.html, self.at))
        self._look(meaning)

    def open_division(self, meaning: _Meaning, _place: int) -> None:
        """A div begins that holds an earlier mail, if quotes are not marked otherwise, or an
        attribution."""
        self._look(meaning)
        attributes = meaning.attributes
        if _HOLDS_MAIL.search(attributes) or (not self.quotes and _GMAIL.search(attributes)):
            self.page.open_holding_division()
            return
        self.page.open_division()
        if _HOLDS_ATTRIBUTION.search(attributes):
            self.page.paragraph()

    def open_blockquote(self, meaning: _Meaning, _place: int) -> None:
        """A blockquote begins: an earlier mail, or a paragraph that the sender indented."""
        self._look(meaning)
        attributes = meaning.attributes
        cites = _CITES.search(attributes) is not None
        indents = not cites and (_indents(attributes) or (self.marked and not self.page.quoted))
        self.indents.append(indents)
        if indents:
            self.page.open_indent()
        else:
            self.page.open_quote()

    def close_blockquote(self, meaning: _Meaning, _place: int) -> None:
        """It ends."""
        self._look(meaning)
        if self.indents and self.indents.pop():
            self.page.close_indent()
        else:
            self.page.close_quote()

    def image(self, meaning: _Meaning, _place: int) -> None:
        """An image that came with the mail is named, others leave their description. Those without
        one are decoration, or tracking pixels."""
        self._look(meaning)
        attributes = meaning.attributes
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

    def input(self, meaning: _Meaning, _place: int) -> None:
        """A field shows what was typed into it."""
        self._look(meaning)
        attributes = meaning.attributes
        kind = attribute(attributes, "type", "text").lower()
        if (
            kind not in _NO_WORDS
            and not hides(attributes)
            and (value := attribute(attributes, "value"))
        ):
            self.text(f" {value.replace('&', '&amp;')} ")

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


def _opens_link(attributes: str) -> Callable[[TextPage], None]:
    address = attribute(attributes, "href")
    if not _WEB.match(address):
        address = ""
    return lambda page: page.open_link(address)


def _opens_list(attributes: str) -> Callable[[TextPage], None]:
    if not attributes:
        return lambda page: page.open_list(1)
    first, kind = number(attributes, "start"), kind_of_list(attributes)
    return lambda page: page.open_list(1 if first is None else first, kind)


def _opens_item(number: int | None) -> Callable[[TextPage], None]:
    return lambda page: page.item(number)


_OPEN: dict[str, Callable[[TextPage], None]] = {
    **dict.fromkeys(_PARAGRAPHS, TextPage.paragraph),
    **dict.fromkeys(_LINES, TextPage.end_line),
    "div": TextPage.open_division,
    "br": TextPage.new_line,
    "hr": TextPage.rule,
    "tr": TextPage.row,
    **dict.fromkeys(("td", "th"), TextPage.cell),
    **dict.fromkeys(_UNNUMBERED, lambda page: page.open_list(None)),
    **dict.fromkeys(_PREFORMATTED, TextPage.open_preformatted),
    "q": TextPage.open_quotation,
    **dict.fromkeys(_STRUCK, TextPage.open_struck),
}
# Those whose meaning depends on their attributes.
_OPEN_BY: dict[str, Callable[[str], Callable[[TextPage], None]]] = {
    "p": lambda attributes: (
        TextPage.open_tight_paragraph  # Outlook's have no margins
        if "MsoNormal" in attributes
        else TextPage.open_paragraph
    ),
    "a": _opens_link,
    "ol": _opens_list,
    "li": lambda attributes: _opens_item(number(attributes, "value") if attributes else None),
}
# Those that the reader opens itself.
_OWN: dict[str, Callable[[_Reader, _Meaning, int], None]] = {
    "img": _Reader.image,
    "input": _Reader.input,
    "blockquote": _Reader.open_blockquote,
    "table": _Reader.open_table,
}
_CLOSE: dict[str, Callable[[TextPage], None]] = {
    **dict.fromkeys(_PARAGRAPHS, TextPage.paragraph),
    **dict.fromkeys((*_LINES, "li"), TextPage.end_line),
    "p": TextPage.close_paragraph,
    "div": TextPage.close_division,
    "tr": TextPage.row,
    "table": TextPage.close_table,
    "a": TextPage.close_link,
    **dict.fromkeys((*_UNNUMBERED, "ol"), TextPage.close_list),
    **dict.fromkeys(_PREFORMATTED, TextPage.close_preformatted),
    "q": TextPage.close_quotation,
    **dict.fromkeys(_STRUCK, TextPage.close_struck),
}


def _meaning(piece: str, sheet: StyleSheet | None = None) -> _Meaning:
    """What a tag means on a page with these style sheets."""
    name, closes, attributes, words = read_tag(piece)
    if not name:
        return _Meaning(name, closes, attributes, words, own=_Reader.words if words else None)
    if closes:
        own = _Reader.close_blockquote if name == "blockquote" else None
        return _Meaning(name, closes, attributes, words, "", _CLOSE.get(name), own)
    style = attributes if sheet is None else sheet.styled(name, attributes)
    meaning = _Meaning(name, closes, attributes, words, style)
    if style and name not in _VOID and hides(style):
        meaning.own = _Reader.hide
    elif name in _OWN:
        meaning.own = _OWN[name]
    elif name == "div" and _OF_MAIL.search(attributes):
        meaning.own = _Reader.open_division
    elif name in _OPEN_BY:
        meaning.on_page = _OPEN_BY[name](attributes)
    else:
        meaning.on_page = _OPEN.get(name)
    return meaning


# Programs write the same tags into each mail.
_known = lru_cache(maxsize=1024)(_meaning)


def _indents(attributes: str) -> bool:
    """Whether a blockquote is what programs make of an indented paragraph: moved to the right,
    without a line beside it."""
    style = attribute(attributes, "style")
    if "webkit-indent-blockquote" in attributes:
        return True
    return _INDENTS.search(style) is not None and _HAS_LINE.search(style) is None
