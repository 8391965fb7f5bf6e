"""The bytes of a mail, repaired so that its headers come first: line ends, UTF-16, and stray lines
before the headers, or between those that servers added and the mail's own."""

import codecs
import re

_HEAD = 64 * 1024
"""The bytes at the beginning of a mail in which its first From is searched for."""

_MOST_STRAY = 5
_STRAY_BYTES = 2_000

_USUAL = re.compile(
    rb"(?:>?From [^\n]*+\n|(?!>?From [^\n]*+\n))"
    rb"(?:(?!(?i:from)[ \t]*+:)[!-9;-~]++[ \t]*+:[^\n]*+\n(?:[ \t][^\n]*+\n)*)*"
    rb"(?i:from)[ \t]*+:"
)
"""Only fields, one of them From."""

# A byte order mark, a hard space, controls, an indent: what may come before the first letter
# of a field.
_MARKED_FROM = re.compile(
    rb"(?im)^(?:\xef\xbb\xbf|\xc2?\xa0|\xff\xfe|\xfe\xff|[\x00-\x08\x0b\x0c\x0e-\x20])*"
    rb"(from[ \t]*:)"
)
_BESIDE = re.compile(
    rb"(?i)[^\n]*\n(?:[ \t][^\n]*\n)*(?:to|cc|subject|date|message-id|mime-version|reply-to|"
    rb"sender|received|x-[a-z0-9-]+)[ \t]*:"
)
_TRACE = re.compile(
    rb"(?i)(?:received|return-path|delivered-to|envelope-to|delivery-date|"
    rb"authentication-results|dkim-signature|arc-[a-z-]+|x-[a-z0-9-]+|status)"
    rb"[ \t]*:"
)
_WIDE = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def from_its_headers(raw: bytes) -> tuple[bytes, str | None]:
    """`raw` as the parser reads it, and what was wrong with its beginning, or None. Correct mail,
    which is most, is returned unchanged.

    Something is left out only if the first block has no From and a following one has: blank lines,
    and at most five lines that are no headers. A person's text is never taken for headers: only
    trace fields may come before it (RFC 5322, section 3.6.7)."""
    raw = _with_line_ends(_narrow(raw))
    found = None if _USUAL.match(raw) else _mended(raw)
    return (
        (raw, None) if found is None else (found, "what comes before the headers is not a header")
    )


def _with_line_ends(raw: bytes) -> bytes:
    """`raw` with line ends that the walk understands: a file without a single LF has those of an
    old Macintosh, and some gateways reverse CRLF."""
    if b"\n" not in raw:
        return raw.replace(b"\r", b"\n")
    return raw.replace(b"\n\r", b"\n") if raw.find(b"\r", 0, _HEAD) == raw.find(b"\n") + 1 else raw


def _narrow(raw: bytes) -> bytes:
    """A mail that was saved as UTF-16 or UTF-32, as UTF-8."""
    for mark, name in _WIDE:
        if raw.startswith(mark) and b"\0" in raw[len(mark) : len(mark) + 8]:
            return raw.decode(name, "replace").encode("utf-8", "replace")
    if len(raw) > 1 and b"\0" in raw[:2] and raw[0] != raw[1]:
        zeros, name = (raw[1:64:2], "utf-16-le") if raw[1] == 0 else (raw[:64:2], "utf-16-be")
        if not zeros.strip(b"\0"):
            return raw.decode(name, "replace").encode("utf-8", "replace")
    return raw


def _mended(raw: bytes) -> bytes | None:
    """`raw` with the fields above its From joined to it; None if that From is not one of its
    headers."""
    found = _MARKED_FROM.search(raw, 0, _HEAD)
    if found is None or not _BESIDE.match(raw, found.start(1)):
        return None
    kept = _trace_fields(raw[: found.start()].splitlines(keepends=True))
    return None if kept is None else kept + raw[found.start(1) :]


def _trace_fields(lines: list[bytes]) -> bytes | None:
    """The trace fields in the lines above a From; None if these include another field, more than a
    few stray lines, or a paragraph."""
    kept: list[bytes] = []
    stray = size = 0
    for line in lines:
        if (line[:1] in b" \t" and line.strip() and kept and not stray) or _TRACE.match(line):
            kept.append(line)
        elif line.strip():
            stray += 1
            size += len(line)
        elif stray:
            return None
    return b"".join(kept) if stray <= _MOST_STRAY and size <= _STRAY_BYTES else None
