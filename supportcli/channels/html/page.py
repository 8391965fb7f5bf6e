"""A page of text as it is built from HTML: lines, blank lines between paragraphs, and marks of
lists, quotes and links."""

import re

from supportcli.channels.html.list_numbers import numbered

_SCHEME = re.compile(r"^(?:https?://(?:www\.)?|mailto:|tel:)", re.IGNORECASE)
_STRUCK = "~~"
_MOST_QUOTES = 20
_MOST_INDENTS = 20


NO_QUOTE = "\xa0"
"""Put before a line that begins with ">" but is certainly no quote: a no-break space."""


class TextPage:
    """The finished lines, the line being written, and what is open around it."""

    def __init__(self, *, marked: bool = False) -> None:
        self._own_marks = marked
        self._begun_quoted = False
        self._indents = 0
        self._lines: list[str] = []
        self._line: list[str] = []
        self._space = False
        self._blank = False
        self._cell = False
        self._grids: list[bool] = []
        self._in_cell = False
        self._cells = 0
        self._bars = 0
        self._tight = False
        self._quotes = 0
        self._quote_starts: list[int] = []
        self._divisions = 0
        self._holding: list[int] = []
        self._preformatted = 0
        self._keeps = False
        self._lists: list[int | None] = []
        self._kinds: list[str] = []
        self._mark = ""
        self._struck = 0
        self._link = ""
        self._link_start = 0

    def text(self, chunk: str) -> None:
        """Write text from between two tags: white space becomes one space, unless it is
        preformatted."""
        if self._preformatted:
            if self._line or not self._keeps or not chunk.isspace():
                self._write_as_is(chunk)
            return
        words = _with_single_spaces(chunk)
        if words[0] == " ":
            self._space = not self._struck or self._line[-1:] != [_STRUCK]
            if words == " ":
                return
        self.write(words.strip(" "))
        self._space = words[-1] == " "

    def write(self, words: str) -> None:
        """Write words on the line, after a pending space or cell border."""
        if not self._line:
            self._begin_line()
        elif self._cell:
            self._line.append(" | ")
        elif self._space and self._bars + 1 >= self._cells:
            self._line.append(" ")
        if self._cells:
            self._write_bars()
        self._line.append(words)
        self._space = self._cell = False

    def end_line(self) -> None:
        """Make the next text begin on a new line; within a cell of a table, as another word."""
        if self._in_cell:
            self._space = True
            return
        if self._line:
            line = "".join(self._line).replace("\xa0", " ").rstrip()
            own = self._own_marks and not self._begun_quoted and line.lstrip().startswith(">")
            self._lines.append(f"{NO_QUOTE}{line}" if own else line)
            self._line = []
            self._link_start = 0
        self._space = self._cell = False

    def new_line(self) -> None:
        """A line break: it ends a line, or makes an empty one if there is none."""
        if self._line or self._in_cell:
            self.end_line()
        else:
            self._flush_blank()
            self._lines.append(self._prefix().rstrip())

    def paragraph(self) -> None:
        """Make the next text begin below a blank line."""
        self.end_line()
        self._blank = self._blank or not self._in_cell

    def open_paragraph(self) -> None:
        """A paragraph begins, with blank lines around it."""
        self._tight = False
        self.paragraph()

    def open_tight_paragraph(self) -> None:
        """A paragraph begins, without blank lines around it."""
        self._tight = True
        self.end_line()

    def close_paragraph(self) -> None:
        """It ends."""
        if self._tight:
            self.end_line()
        else:
            self.paragraph()

    def rule(self) -> None:
        """A line across the page."""
        self.paragraph()
        self.write("-" * 20)
        self.paragraph()

    def open_table(self, *, grid: bool) -> None:
        """A table begins: a `grid`, in which each row is a line and each cell has its place, or the
        layout of a page."""
        self._leave_cell()
        self.end_line()
        self._grids.append(grid)

    def close_table(self) -> None:
        """The innermost table ends."""
        self.row()
        if self._grids:
            self._grids.pop()

    def row(self) -> None:
        """A row begins or ends."""
        if self._cells and self._line:
            self._write_bars()
        self._leave_cell()
        self.end_line()

    def cell(self) -> None:
        """The next text is another cell of the row."""
        if self._grids and self._grids[-1]:
            self._in_cell = True
            self._cells += 1
            self._space = False
        else:
            self._cell = bool(self._line)

    def _write_bars(self) -> None:
        """Write the borders of the cells up to this one."""
        missing = self._cells - 1 - self._bars
        if missing > 0:
            self._line.append(" | " * missing)
            self._bars += missing

    def _leave_cell(self) -> None:
        """What follows is not within the cell of a grid, although it may be in the table."""
        self._in_cell = False
        self._cells = self._bars = 0

    def open_list(self, first: int | None, kind: str = "1") -> None:
        """A list begins, with the number `first` or without any, numbered as its `kind` says; a
        nested one has no blank lines around it."""
        self._leave_cell()
        if self._lists:
            self.end_line()
        else:
            self.paragraph()
        self._lists.append(None if first is None else first - 1)
        self._kinds.append(kind)

    def close_list(self) -> None:
        """The innermost list ends."""
        self.end_line()
        if self._lists:
            self._lists.pop()
            self._kinds.pop()
        self._blank = self._blank or not self._lists

    def item(self, wanted: int | None = None) -> None:
        """The next text is an item of the innermost list, with the number `wanted` or the next."""
        self.end_line()
        number = self._lists[-1] if self._lists else None
        if number is not None and wanted is not None:
            number = wanted - 1
        indent = "  " * (min(len(self._lists), _MOST_INDENTS) - 1)
        if number is None:
            self._mark = f"{indent}- "
        else:
            self._lists[-1] = number + 1
            self._mark = f"{indent}{numbered(number + 1, self._kinds[-1])}. "

    def open_quote(self) -> None:
        """A quote begins."""
        self._leave_cell()
        self.paragraph()
        self._quotes = min(self._quotes + 1, _MOST_QUOTES)
        self._quote_starts.append(len(self._lines))

    def close_quote(self) -> None:
        """The innermost quote ends. An empty one leaves its mark, so that what follows is not taken
        for its content."""
        self.end_line()
        if self._quote_starts and self._quote_starts.pop() == len(self._lines):
            self._flush_blank()
            self._lines.append(self._prefix().rstrip())
        self._quotes = max(0, self._quotes - 1)
        self._own_marks = True
        self._blank = True

    def open_division(self) -> None:
        """A div begins."""
        self.end_line()
        self._divisions += 1

    def open_holding_division(self) -> None:
        """A div begins that holds an earlier mail: a quote, so that text after it is not."""
        self.open_division()
        self._holding.append(self._divisions)
        self.open_quote()

    def close_division(self) -> None:
        """The innermost div ends."""
        self.end_line()
        if self._holding and self._holding[-1] == self._divisions:
            self._holding.pop()
            self.close_quote()
        self._divisions = max(0, self._divisions - 1)

    @property
    def quoted(self) -> bool:
        """Whether a quote is open."""
        return self._quotes > 0

    def open_indent(self) -> None:
        """An indented paragraph begins."""
        self.paragraph()
        self._indents += 1

    def close_indent(self) -> None:
        """It ends."""
        self.paragraph()
        self._indents -= 1

    def open_preformatted(self) -> None:
        """Preformatted text begins: its spaces and line ends count."""
        self._leave_cell()
        self.paragraph()
        self._preformatted += 1

    def close_preformatted(self) -> None:
        """It ends."""
        self.paragraph()
        self._preformatted = max(0, self._preformatted - 1)

    def keep_spaces(self, *, on: bool) -> None:
        """The spaces and line ends of the next texts count, or no longer do: a style says so."""
        if on is not self._keeps:
            self._keeps = on
            self._preformatted = max(0, self._preformatted + (1 if on else -1))

    def open_link(self, address: str) -> None:
        """A link to `address` begins; "" if it leads nowhere outside. Links do not nest."""
        if self._link:
            self.close_link()
        self._link, self._link_start = address, len(self._line)

    def close_link(self) -> None:
        """The link ends. Its address follows the words, unless they are the address or there are
        none."""
        address, self._link = self._link, ""
        if not address:
            return
        shown = "".join(self._line[self._link_start :]).strip()
        if shown and not _is_same(shown, address):
            self._space = True
            self.write(f"<{address.removeprefix('mailto:')}>")

    def open_quotation(self) -> None:
        """Words begin that somebody said."""
        self.text("“")

    def close_quotation(self) -> None:
        """They end."""
        self._space = False
        self.text("”")

    def open_struck(self) -> None:
        """Words begin that were struck out."""
        self._struck += 1
        self.text(_STRUCK)

    def close_struck(self) -> None:
        """They end."""
        if self._struck:
            self._struck -= 1
            self._space = False
            self.text(_STRUCK)

    def finish(self) -> str:
        """All text."""
        self.close_link()
        self._leave_cell()
        self.end_line()
        return "\n".join(self._lines).strip("\n")

    def _write_as_is(self, chunk: str) -> None:
        for number, line in enumerate(chunk.replace("\r\n", "\n").split("\n")):
            if number:
                self.new_line()
            if line:
                self._space = False
                self.write(line)

    def _begin_line(self) -> None:
        if self._blank:
            self._flush_blank()
        self._begun_quoted = self._quotes > 0
        if self._quotes or self._indents or self._mark:
            indent = "  " * min(self._indents, _MOST_INDENTS)
            self._line.append(f"{self._prefix()}{indent}{self._mark}")
            self._link_start += self._link_start == 0
            self._mark = ""

    def _prefix(self) -> str:
        return "> " * self._quotes

    def _flush_blank(self) -> None:
        """Write the pending blank line, unless there is one already or nothing is above it. It is
        quoted as deep as both its neighbours are."""
        if self._blank and self._lines and (said := self._lines[-1].lstrip("> ")):
            above = len(self._lines[-1]) - len(said)
            self._lines.append(self._prefix()[:above].rstrip())
        self._blank = False


def _with_single_spaces(chunk: str) -> str:
    """A text in which each run of white space is one space."""
    if "\n" in chunk or "\t" in chunk or "\r" in chunk or "\f" in chunk:
        for sign in "\n\t\r\f":
            chunk = chunk.replace(sign, " ")
    while "  " in chunk:
        chunk = chunk.replace("  ", " ")
    return chunk


def _is_same(shown: str, address: str) -> bool:
    """Whether words are the address of their link."""
    ends = shown.rstrip("/")[-1:] + address.rstrip("/")[-1:]
    plain = len(ends) == len("ab") and ends.isascii() and ":" not in shown
    if plain and ends[0].lower() != ends[1].lower():
        return False  # as in most links, without the cost of patterns
    return _bare(shown) == _bare(address)


def _bare(address: str) -> str:
    return _SCHEME.sub("", address).rstrip("/").lower()
