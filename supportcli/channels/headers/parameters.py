"""Content-Type and Content-Disposition: a value and its parameters, with the continuations and
charsets of RFC 2231."""

import re
from functools import lru_cache
from urllib.parse import unquote_to_bytes

from supportcli.channels.encodings import charsets
from supportcli.channels.headers import encoded_words
from supportcli.channels.headers.header_block import unfold

_PARAMETER = re.compile(r";\s*+([^\s=;\"]++)\s*+=\s*+(\"(?:[^\"\\]++|\\.)*+\"?|[^;]*+)", re.DOTALL)
_ESCAPED = re.compile(r"\\([\"\\])")
_LONGEST_KNOWN = 100
"""The most bytes of a header whose meaning is kept for the next one like it."""
_SECTION = re.compile(r"([^*]++)(?:\*(\d{1,3}))?(\*)?")
_TYPE = re.compile(r"[a-z0-9!#$&^_.+*-]++/[a-z0-9!#$&^_.+*-]++")


def parse_parameters(raw: bytes) -> tuple[str, dict[str, str]]:
    """The value before the first semicolon, in lower case and without white space, and the
    parameters by lower-case name.

    If a parameter occurs twice the first one counts. The RFC 2231 form wins over the plain one,
    because it has the full name."""
    if len(raw) > _LONGEST_KNOWN or b"boundary" in raw:
        return _parsed(raw)
    value, parameters = _known(raw)
    return value, dict(parameters)


def _parsed(raw: bytes) -> tuple[str, dict[str, str]]:
    text = unfold(encoded_words.unencoded(raw))
    value, semicolon, _ = text.partition(";")
    plain: dict[str, str] = {}
    sections: dict[str, dict[int, tuple[str, bool]]] = {}
    for found in _PARAMETER.finditer(text, len(value)) if semicolon else ():
        name, content = found[1].lower(), _unquote(found[2])
        section = _SECTION.fullmatch(name)
        if "*" not in name or section is None:
            plain.setdefault(name, content)
        else:
            sections.setdefault(section[1], {}).setdefault(
                int(section[2] or 0), (content, bool(section[3]))
            )
    parameters = {
        name: encoded_words.decode_words(content) if "=?" in content else content
        for name, content in plain.items()
    }
    parameters.update({name: _joined(parts) for name, parts in sections.items()})
    return "".join(value.split()).lower(), parameters


# Those of most parts are one of a few.
_known = lru_cache(maxsize=128)(_parsed)


def content_type(raw: bytes | None, default: str) -> tuple[str, dict[str, str], str | None]:
    """Type and parameters of a part, and what was wrong. An invalid type counts as text (RFC 2045,
    section 5.2)."""
    if raw is None:
        return default, {}, None
    value, parameters = parse_parameters(raw)
    if _TYPE.fullmatch(value):
        return value, parameters, None
    if value in {"text", "html", "text/"}:
        return ("text/html" if value == "html" else "text/plain"), parameters, None
    if not value:
        return default, parameters, None
    guess = "multipart/mixed" if "boundary" in parameters else "text/plain"
    return guess, parameters, f"{value[:40]} is not a content type"


def _unquote(content: str) -> str:
    content = content.strip()
    if not content.startswith('"'):
        return content
    inner = content[1:-1] if content.endswith('"') and len(content) > 1 else content[1:]
    return _ESCAPED.sub(r"\1", inner) if "\\" in inner else inner


def _joined(parts: dict[int, tuple[str, bool]]) -> str:
    """The sections of one parameter joined in the order of their numbers, percent-decoded if a
    section says so."""
    charset, out = None, b""
    for place, (number, (content, encoded)) in enumerate(sorted(parts.items())):
        data = content
        if encoded and place == 0 and number == 0 and data.count("'") >= 2:  # noqa: PLR2004 - charset'language'text
            charset, _, data = data.split("'", 2)
        out += unquote_to_bytes(data) if encoded else data.encode()
    return encoded_words.decode_words(charsets.decode(out, charset or "utf-8")[0])
