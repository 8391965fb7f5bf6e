"""A header block: bytes → fields in order. Only names are decoded; the meaning of a value depends
on its field."""

import re
from collections.abc import Iterator

_HEADER_LIMIT = 10_000
_HEADER_BYTES = 64 * 1024

_FIELD = re.compile(rb"([\x21-\x39\x3b-\x7e]++)[ \t]*+:([^\n]*+(?:\n[ \t][^\n]*+)*+)(?:\n|\Z)")
# Fields one after the other; what is none ends them.
_FIELDS = re.compile(_FIELD.pattern + rb"|(?s:.)")
_ODD_FIELD = re.compile(rb"[^\s:]{0,60}:\s")
_TRUSTED = "authentication-results"
_PEOPLE = frozenset({"from", "sender", "reply-to", "to", "cc", "bcc"})
_FOLD = re.compile(r"[ \t]*\r?\n[ \t]*|\r")
# If the blank line after the headers is missing, or a fold lost its indent, the next line
# decides: a known field continues the block.
_KNOWN = re.compile(
    rb"(?i:from|to|cc|bcc|subject|date|message-id|mime-version|received|reply-to|references|"
    rb"in-reply-to|return-path|sender|delivered-to"
    rb"|content-[a-z-]+|x-[a-z0-9-]+|list-[a-z]+|auto-submitted|precedence|user-agent|"
    rb"importance|organization|thread-[a-z]+)[ \t]*+:"
)


class OverBudget(Exception):
    """A mail needs more work than any real mail. `cause` is the sentence for people who look at
    held mail, `headers` what had been read of the block that was too much."""

    def __init__(self, cause: str, headers: "Headers | None" = None) -> None:
        super().__init__(cause)
        self.cause = cause
        self.headers = headers


class Headers:
    """The fields of one block. Names are lower-case; values are raw, folds included. `cut` says
    which field was too long to be kept as it is; None if none was."""

    __slots__ = ("_plain", "_values", "cut", "defects")

    def __init__(self) -> None:
        self._values: dict[str, list[bytes]] = {}
        self._plain: dict[str, str] = {}
        self.defects: list[str] = []
        self.cut: str | None = None

    def add(self, name: str, value: bytes) -> None:
        """Append a field."""
        self._values.setdefault(name, []).append(value)

    def extend(self, name: str, line: bytes) -> None:
        """Append a line that lost its indent to the last field with that name."""
        self._values[name][-1] += b"\n " + line
        self._plain.pop(name, None)

    def first(self, name: str) -> bytes | None:
        """The raw value of the first field with that name: if a field is doubled, other readers
        show the first."""
        values = self._values.get(name)
        return values[0] if values else None

    def all(self, name: str) -> list[bytes]:
        """The raw values of all fields with that name, in order."""
        return self._values.get(name, [])

    def read_fields(self, raw: bytes, at: int, count: int, last: str) -> tuple[int, int, str]:
        """Append the fields that follow each other at `at`. Returns where they end, `count` plus
        their number, and the name of the last one (`last` if there is none)."""
        values = self._values
        for field in _FIELDS.finditer(raw, at):
            name, value = field.groups()
            if name is None:
                break
            count, end = count + 1, field.end()
            if count > _HEADER_LIMIT or end - at > _HEADER_BYTES:
                value = self.within_limits(name, value, count, end - at)
            last = name.lower().decode("ascii")
            if last == _TRUSTED and field.start(2) - field.end(1) > 1:
                # servers remove those that strangers wrote, and recognise only the exact form
                last += " "
            values.setdefault(last, []).append(value)
            at = end
        return at, count, last

    def within_limits(self, name: bytes, value: bytes, count: int, size: int) -> bytes:
        """As much of a field's value as is kept. Raises OverBudget if there are too many fields."""
        if count > _HEADER_LIMIT:
            raise OverBudget(f"more than {_HEADER_LIMIT:,} headers", self)
        if size <= _HEADER_BYTES:
            return value
        self.cut = self.cut or f"a header of {size:,} bytes"
        called = name[:40].decode("ascii", "replace").title()
        self.defects.append(f"{called} has {size:,} bytes; what exceeds 64 KiB is cut")
        return _beginning(value)

    def __contains__(self, name: str) -> bool:
        return name in self._values

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def plain(self, name: str) -> str:
        """The first value as text without folds, for fields that are ASCII by their grammar; "" if
        there is none. NUL, which no database takes, becomes U+FFFD."""
        found = self._plain.get(name)
        if found is None:
            values = self._values.get(name)
            if not values:
                return ""
            # most values have their line end, and no other
            value = values[0].decode("latin-1").strip()
            found = self._plain[name] = unfold(value.replace("\0", "\ufffd"))
        return found


def unfold(value: str) -> str:
    """`value` on one line (RFC 5322, section 2.2.3); a fold becomes one space."""
    return _FOLD.sub(" ", value) if "\n" in value else value.replace("\r", " ")


def read_headers(raw: bytes, start: int, count: int) -> tuple[Headers, int, int]:
    """The block that begins at `start`: its fields, where the body begins, and `count` plus the
    number of fields read.

    A field of more than 64 KiB is cut. Raises OverBudget if a mail has more than 10,000 fields."""
    headers, at, last = Headers(), start, ""
    while True:
        at, count, last = headers.read_fields(raw, at, count, last)
        if raw.startswith(b"\n", at):
            return headers, at + 1, count
        if raw.startswith(b"\r\n", at):
            return headers, at + 2, count
        after = _after_stray_line(raw, at, first=at == start)
        if after == at:
            return headers, at, count
        count += 1
        line = headers.within_limits(b"a line", raw[at:after], count, after - at).strip()
        headers.defects.append("a line in the headers is not a header")
        if last and _goes_on(last, line):
            headers.extend(last, line)
        at = after


def _beginning(value: bytes) -> bytes:
    """The first 64 KiB of a value, without the address or word that would be cut in two."""
    ends = (b">,", b",", b"\n") if b"@" in value[:_HEADER_BYTES] else (b" ", b"\n")
    found = (value.rfind(end, 0, _HEADER_BYTES) for end in ends)
    return value[: next((at + 1 for at in found if at > 0), _HEADER_BYTES)]


def _after_stray_line(raw: bytes, at: int, *, first: bool) -> int:
    """Where the block continues after a line that is no field, or `at` itself if the body begins
    with that line."""
    line_end = raw.find(b"\n", at) + 1
    if line_end == 0 or raw.startswith(b"--", at):
        return at
    if first and raw.startswith((b"From ", b">From ")):
        return line_end
    if (
        first
        and raw[at : at + 1] in {b" ", b"\t"}
        and _FIELD.match(raw, indented := at + _indent(raw, at, line_end))
    ):
        return indented
    if not first and _KNOWN.match(raw, line_end):
        return line_end
    return at


def _goes_on(last: str, line: bytes) -> bool:
    """Whether a stray line may be the rest of the field before it: not a field with an impossible
    name, and not words after an address."""
    return not _ODD_FIELD.match(line) and (last not in _PEOPLE or b"@" in line)


def _indent(raw: bytes, at: int, line_end: int) -> int:
    line = raw[at:line_end]
    return len(line) - len(line.lstrip(b" \t"))
