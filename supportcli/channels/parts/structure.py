"""The parts of a mail: one walk over its raw bytes, without recursion and without copying.

The walk checks each line that begins with two hyphens once, whether it is an open boundary. Nesting
goes on a stack, which has a limit."""

import re
from dataclasses import dataclass, field

from supportcli.channels.headers.header_block import Headers, OverBudget, read_headers
from supportcli.channels.headers.parameters import content_type, parse_parameters

_DEPTH_LIMIT = 100
_PART_LIMIT = 1_000
_DELIMITER_LIMIT = 1_000_000
_BOUNDARY_BYTES = 1_000

_USUAL_PREAMBLE = re.compile(
    rb"(?i)\bmime\b|multi-?part|this is an? \S+ (?:signed|encrypted) message"
)
"""What programs write before the first boundary, for readers that know no parts."""

_GUESSED_BOUNDARY = re.compile(rb"(?:\A|\n)--([^\s-][^\r\n]{0,200}?)[ \t]*\r?\n")


@dataclass(slots=True)
class Part:
    """One part: its headers, its type, and its body `raw[start:end]`. `parent` is the index of the
    multipart around it, -1 at the root."""

    parent: int
    headers: Headers
    type: str
    parameters: dict[str, str]
    start: int
    end: int
    disposition: str = ""
    name: str = ""
    source: bytes | None = None
    """The bytes that it is in, if these are not the mail's own: it was packed in another part."""

    def body(self, raw: bytes) -> bytes:
        """Its body, still encoded; `raw` is the mail."""
        return (raw if self.source is None else self.source)[self.start : self.end]

    @property
    def charset(self) -> str | None:
        """The charset that the part declares."""
        return self.parameters.get("charset")

    @property
    def multipart(self) -> bool:
        """Whether it is made of parts."""
        return self.type.startswith("multipart/")


@dataclass(slots=True)
class Structure:
    """All parts of a mail in the order in which they begin; the first is the mail itself. `over` is
    the limit that stopped the walk, None if it reached the end."""

    parts: list[Part] = field(default_factory=list)
    defects: list[str] = field(default_factory=list)
    over: str | None = None
    cut: str | None = None
    """The first header that was too long to be read whole, None if none was."""
    packed_texts: list[str] = field(default_factory=list)
    """The texts packed in parts that are no text themselves, for a mail that has no other."""
    rich_texts: int = 0
    """How many of them were formatted: each is work."""

    @property
    def root(self) -> Part:
        """The mail itself."""
        return self.parts[0]


@dataclass(slots=True)
class _Open:
    """The open multiparts: their boundaries, each with its index, outermost first."""

    levels: dict[bytes, int] = field(default_factory=dict)

    def level(self, line: bytes) -> tuple[bytes | None, bool]:
        """The open boundary that a line (without its two hyphens) is, and whether it closes it."""
        if line in self.levels:
            return line, False
        if line.endswith(b"--") and line[:-2].rstrip() in self.levels:
            return line[:-2].rstrip(), True
        return None, False


def walk(raw: bytes) -> Structure:
    """The structure of a mail. Any bytes have one; problems are in `defects`. With more than 100
    levels, 1,000 parts or 10,000 headers the walk stops and sets `over`."""
    walker = _Walker(raw)
    try:
        walker.run()
    except OverBudget as over:
        walker.structure.over = over.cause
        if not walker.structure.parts:
            walker.structure.parts.append(
                Part(-1, over.headers or Headers(), "text/plain", {}, len(raw), len(raw))
            )
    return walker.structure


def _next_delimiter(raw: bytes, at: int) -> int:
    """Where the next line begins that has two hyphens, from the line end before it; -1 if none
    does. One byte is found much faster than three, and a file in base64 has no hyphen."""
    hyphen = raw.find(b"-", at)
    return -1 if hyphen < 0 else raw.find(b"\n--", max(at, hyphen - 1))


class _Walker:
    """The state of one walk."""

    def __init__(self, raw: bytes) -> None:
        self.raw = raw
        self.structure = Structure()
        self.open = _Open()
        self.headers = 0
        self.leaf: Part | None = None
        self.closed = 0
        """Where the line of the last closing boundary ended."""

    def run(self) -> None:
        """Walk from the first byte to the last."""
        raw, seen = self.raw, 0
        at = self._begin(0, parent=-1) - 1
        while self.open.levels and (at := _next_delimiter(raw, max(at, 0))) >= 0:
            seen += 1
            if seen > _DELIMITER_LIMIT:
                raise OverBudget("more lines that look like boundaries than an email has")
            line_end = raw.find(b"\n", at + 3)
            line_end = len(raw) if line_end < 0 else line_end
            boundary, closing = self.open.level(
                raw[at + 3 : min(line_end, at + 3 + _BOUNDARY_BYTES)].rstrip()
            )
            if boundary is None:
                at += 1
                continue
            parent = self.open.levels[boundary]
            self._close(boundary, max(at - raw.startswith(b"\r", at - 1), 0), including=closing)
            self.closed = line_end
            at = line_end if closing else self._begin(min(line_end + 1, len(raw)), parent) - 1
        if self.open.levels:
            self.structure.defects.append("the last boundary is missing")
        elif self.leaf is None and raw[at + 1 :].strip():
            self.structure.defects.append("there is text after the last boundary")
        self._mend()

    def _begin(self, start: int, parent: int) -> int:
        """Read the headers of the part at `start` and add it to the structure; returns where its
        body begins."""
        if len(self.structure.parts) > _PART_LIMIT:
            raise OverBudget(f"more than {_PART_LIMIT:,} parts")
        headers, body, self.headers = read_headers(self.raw, start, self.headers)
        around = self.structure.parts[parent].type if parent >= 0 else ""
        default = "message/rfc822" if around == "multipart/digest" else "text/plain"
        kind, parameters, defect = content_type(headers.first("content-type"), default)
        part = Part(parent, headers, kind, parameters, body, len(self.raw))
        disposition = headers.first("content-disposition")
        if disposition is not None:
            part.disposition, more = parse_parameters(disposition)
            part.name = more.get("filename", "")
        part.name = part.name or parameters.get("name", "")
        self.structure.parts.append(part)
        self.structure.defects.extend(headers.defects)
        self.structure.cut = self.structure.cut or headers.cut
        if defect:
            self.structure.defects.append(defect)
        self.leaf = part
        if part.multipart:
            self._open(part)
        return body

    def _open(self, part: Part) -> None:
        boundary = part.parameters.get("boundary", "").encode("utf-8", "replace").rstrip()
        if not boundary or not boundary.isascii():
            guessed = _GUESSED_BOUNDARY.search(
                self.raw, max(part.start - 1, 0), min(part.start + 64 * 1024, len(self.raw))
            )
            boundary = guessed[1] if guessed else b""
            self.structure.defects.append("a multipart without a usable boundary")
        if boundary and boundary not in self.open.levels:
            self.open.levels[boundary] = len(self.structure.parts) - 1
        if len(self.open.levels) > _DEPTH_LIMIT:
            raise OverBudget(f"parts nested deeper than {_DEPTH_LIMIT}")

    def _close(self, boundary: bytes, end: int, *, including: bool) -> None:
        """End the leaf that is being read and all multiparts within that of `boundary`, and that
        one too if its last boundary was read."""
        parts = self.structure.parts
        if self.leaf is not None:
            self.leaf.end = max(end, self.leaf.start)
            if self.leaf is parts[self.open.levels[boundary]]:
                self._name_preamble(self.raw[self.leaf.start : self.leaf.end])
            self.leaf = None
        elif self.raw[self.closed : end].strip():
            self.structure.defects.append("there is text between two parts")
        while True:
            inner, place = next(reversed(self.open.levels.items()))
            if inner == boundary and not including:
                return
            del self.open.levels[inner]
            parts[place].end = max(end, parts[place].start)
            if inner == boundary:
                return

    def _name_preamble(self, text: bytes) -> None:
        """Name the text before the first boundary, unless a program wrote it."""
        if (words := text.strip()) and not _USUAL_PREAMBLE.search(words):
            self.structure.defects.append("there is text before the first boundary")

    def _mend(self) -> None:
        """Turn a multipart without any boundary into a text."""
        parts = self.structure.parts
        parents = {part.parent for part in parts}
        for place, part in enumerate(parts):
            if part.multipart and place not in parents:
                part.type = "text/plain"
                if self.raw[part.start : part.end].strip():
                    self.structure.defects.append("a multipart without parts")
