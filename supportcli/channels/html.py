"""HTML → text for reading in a terminal and for folding quotes: one pass over the tags, without a tree.

A tree is what a browser makes, and what a sender can make large: 40 KB of unclosed <b> and </p> cost a conforming parser (lexbor) 4 s and
1.5 GB. A pass over the tags is linear whatever they say. Nothing is fetched.
"""

import re
from html import unescape

_TOKEN = re.compile(
    r"<!--(?P<comment>.*?)(?:-->|\Z)"
    r"|<(?P<close>/?)(?P<tag>[a-zA-Z][a-zA-Z0-9:_-]*+)(?P<attributes>(?:[^<>=]++|=\s*+(?:\"[^\"]*+\"|'[^']*+')?)*+)(?P<end>>?)"
    r"|<[!?/][^<>]*+>",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(r"([a-zA-Z-]++)(?:\s*+=\s*+(?:\"([^\"]*+)\"|'([^']*+)'|([^\s\"'>]++)))?")
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|max-height\s*:\s*0(?:px)?\s*(?:;|$)", re.IGNORECASE)
_WEB = re.compile(r"(?:https?://|mailto:|tel:)", re.IGNORECASE)
_SCHEME = re.compile(r"^(?:https?://(?:www\.)?|mailto:|tel:)", re.IGNORECASE)
_FILE_NAME = re.compile(r"[^\s/]+\.(?:png|jpe?g|gif|bmp|svg|webp)", re.IGNORECASE)
_COLLAPSIBLE = " \t\r\n\f"
_SPACES = re.compile(r"[ \t\r\n\f]+")
_BLANK_LINES = re.compile(r"\n{3,}")

_MOST_MARKS = 200_000
_MOST_QUOTES = 20
_ANY_BREAK = re.compile(r"<(?:br|/p|/div|/tr|/li|/h\d)\b[^<>]*+>", re.IGNORECASE)
_ANY_TAG = re.compile(r"<[a-zA-Z/!?][^<>]*+>")

_RAW = frozenset({"script", "style", "title", "textarea", "template", "noembed", "iframe", "xml", "svg", "math"})
_PARAGRAPHS = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "blockquote", "pre", "fieldset", "figure"})
_LINES = frozenset(
    {"div", "tr", "table", "section", "article", "header", "footer", "main", "nav", "aside", "address", "center", "form", "dt", "dd", "li"}
    | {"tbody", "thead", "tfoot", "caption", "figcaption", "body", "html", "option", "legend", "details", "summary"}
)
_VOID = frozenset({"br", "img", "hr", "input", "meta", "link", "area", "base", "col", "embed", "source", "track", "wbr", "param"})
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
    page = _Page()
    at, closed = 0, _RawEnds(html)
    for token in _TOKEN.finditer(html):
        start = token.start()
        if start < at:
            continue
        if start > at:
            page.text(html[at:start])
        at = token.end()
        tag = token["tag"]
        if tag is None:
            continue
        tag = tag.lower()
        attributes = token["attributes"]
        if attributes.startswith("@") or (not token["end"] and attributes.strip("/ \n")):
            page.text(token[0])
        elif token["close"]:
            page.close(tag)
        elif tag in _RAW:
            at = max(at, closed.after(tag, at))
        else:
            page.open(tag, attributes)
    page.text(html[at:])
    return page.finish()


class _RawEnds:
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


class _Page:
    """The text as it grows: finished lines, the line being written, and what is open around it."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.line: list[str] = []
        self.space = False
        self.blank = False
        self.quotes = 0
        self.pre = 0
        self.lists: list[int | None] = []
        self.mark = ""
        self.cell = False
        self.link: tuple[str, int] | None = None
        self.hidden_tag = ""
        self.hidden_depth = 0
        self.hidden_text: list[str] = []

    def text(self, chunk: str) -> None:
        """Write text as it stands between two tags."""
        if self.hidden_depth:
            self.hidden_text.append(chunk)
            return
        if "&" in chunk:
            chunk = unescape(chunk)
        if self.pre:
            self._write_preformatted(chunk)
            return
        words = _SPACES.sub(" ", chunk)
        if words.startswith(" "):
            self.space = True
        words = words.strip(" ")
        if words:
            self._write(words)
            self.space = chunk[-1] in _COLLAPSIBLE

    def open(self, tag: str, attributes: str) -> None:
        """A start tag."""
        if self.hidden_depth:
            self.hidden_depth += tag == self.hidden_tag
            return
        if attributes and tag not in _VOID and _is_hidden(attributes):
            self.hidden_tag, self.hidden_depth, self.hidden_text = tag, 1, []
            return
        if tag == "br":
            self.new_line()
        elif tag == "a":
            self._open_link(attributes)
        elif tag == "img":
            self._image(attributes)
        elif tag in {"td", "th"}:
            self.cell = bool(self.line)
        elif tag in _PARAGRAPHS or tag in _LINES:
            self._open_block(tag, attributes)
        elif tag == "hr":
            self._paragraph()
            self._write("-" * 20)
            self._paragraph()

    def close(self, tag: str) -> None:
        """An end tag, whether or not it has a start."""
        if self.hidden_depth:
            self.hidden_depth -= tag == self.hidden_tag
            return
        if tag == "a":
            self._close_link()
        elif tag == "blockquote":
            self._end_line()
            self.quotes = max(0, self.quotes - 1)
            self.blank = True
        elif tag in {"ul", "ol"}:
            self._end_line()
            if self.lists:
                self.lists.pop()
            self.blank = not self.lists
        elif tag == "pre":
            self._paragraph()
            self.pre = max(0, self.pre - 1)
        elif tag in _PARAGRAPHS:
            self._paragraph()
        elif tag in _LINES:
            self._end_line()

    def finish(self) -> str:
        """All text. Hidden text whose element never ended is text after all: a slip of the pen must not hide a mail."""
        if self.hidden_depth:
            self.hidden_depth = 0
            rest = self.hidden_text
            for chunk in rest:
                self.text(chunk)
        self._close_link()
        self._end_line()
        return _BLANK_LINES.sub("\n\n", "\n".join(self.lines)).replace("\xa0", " ").strip("\n")

    def new_line(self) -> None:
        """A line break: it ends a line, and where there is none it makes an empty one."""
        if self.line:
            self._end_line()
        else:
            self._flush_blank()
            self.lines.append(self._prefix().rstrip())

    def _open_block(self, tag: str, attributes: str) -> None:
        if tag in {"ul", "ol"}:
            if self.lists:
                self._end_line()
            else:
                self._paragraph()
            self.lists.append(0 if tag == "ol" else None)
        elif tag == "li":
            self._end_line()
            self._list_mark()
        elif tag in _PARAGRAPHS and not (tag == "p" and "MsoNormal" in attributes):
            self._paragraph()
        else:
            self._end_line()
        if tag == "blockquote":
            self.quotes = min(self.quotes + 1, _MOST_QUOTES)
        elif tag == "pre":
            self.pre += 1

    def _list_mark(self) -> None:
        number = self.lists[-1] if self.lists else None
        if number is not None:
            self.lists[-1] = number + 1
        indent = "  " * (min(len(self.lists), 20) - 1)
        self.mark = f"{indent}- " if number is None else f"{indent}{number + 1}. "

    def _open_link(self, attributes: str) -> None:
        self._close_link()
        address = _attribute(attributes, "href")
        if _WEB.match(address):
            self.link = (address, len(self.line))

    def _close_link(self) -> None:
        if self.link is None:
            return
        (address, start), self.link = self.link, None
        shown = "".join(self.line[start:]).strip() if start <= len(self.line) else ""
        bare = _SCHEME.sub("", address).rstrip("/")
        if shown and _SCHEME.sub("", shown).rstrip("/").lower() != bare.lower():
            self.space = True
            self._write(f"<{address[7:] if address.lower().startswith('mailto:') else address}>")

    def _image(self, attributes: str) -> None:
        alt = _SPACES.sub(" ", _attribute(attributes, "alt")).strip()
        if alt and not _FILE_NAME.fullmatch(alt):
            self._write(alt)

    def _write(self, words: str) -> None:
        if self.line:
            if self.cell:
                self.line.append(" | ")
            elif self.space:
                self.line.append(" ")
        else:
            self._flush_blank()
            self.line.append(self._prefix() + self.mark)
            self.mark = ""
        self.line.append(words)
        self.space = self.cell = False

    def _write_preformatted(self, chunk: str) -> None:
        for number, line in enumerate(chunk.replace("\r\n", "\n").split("\n")):
            if number:
                self.new_line()
            if line:
                self.space = False
                self._write(line)

    def _prefix(self) -> str:
        return "> " * self.quotes

    def _end_line(self) -> None:
        if self.line:
            self.lines.append("".join(self.line).rstrip(_COLLAPSIBLE))
            self.line = []
        self.space = self.cell = False

    def _paragraph(self) -> None:
        self._end_line()
        self.blank = True

    def _flush_blank(self) -> None:
        if self.blank and self.lines and self.lines[-1].strip("> "):
            self.lines.append(self._prefix().rstrip())
        self.blank = False


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
