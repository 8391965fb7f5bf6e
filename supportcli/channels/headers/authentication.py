"""Authentication-Results (RFC 8601): what a mail server adds at the top of a mail about who sent
it. Anybody can put such a header into a mail, so only the topmost one with our own server's name
counts."""

import re
from collections.abc import Iterable, Iterator
from string import ascii_lowercase, ascii_uppercase

from supportcli.channels.headers.header_block import Headers
from supportcli.domain.sender_authentication import Result

MOST = 50
"""The most headers of a mail that are read."""

LONGEST = 8 * 1024
"""The most characters of one; no server writes longer ones."""

_TOKEN = re.compile(r'"((?:[^"\\]|\\.)*+)"|([()";\\])|([^"\\();]++)', re.DOTALL)
_IN_COMMENT = re.compile(r"\\.|[()]", re.DOTALL)
_ID = re.compile(r"(\"?)([^ \"]+)\1(?: 1)?")
"""The name of a server, and the version of the grammar: a header of another version must not be
read (RFC 8601, section 2.2)."""
_METHOD = re.compile(
    r"([a-z][a-z0-9-]*) ?(?:/ ?[0-9]+ ?)?= ?([a-z][a-z0-9-]*)(?= |\Z)", re.IGNORECASE | re.ASCII
)
_PROPERTY = re.compile(
    r" (?:([a-z][a-z0-9-]*) ?\. ?)?([a-z][a-z0-9_-]*) ?= ?([^ ]*)", re.IGNORECASE | re.ASCII
)
_UNSAFE = re.compile('[\x00-\x20;"]')
_FOLD = re.compile(r"\r?\n(?=[ \t])")
_LOWER = str.maketrans(ascii_uppercase, ascii_lowercase)
_SPACES = re.compile(r"[ \t]+")
"""White space by RFC 5322 (section 2.2.2). Any other kind of space makes a name a different one: no
server removes it."""


def values(block: Headers) -> tuple[str, ...]:
    """The Authentication-Results of a mail, unfolded, topmost first. They may contain addresses in
    UTF-8 (RFC 8616)."""
    found = block.all("authentication-results")[:MOST]
    return tuple(
        _FOLD.sub("", value.removesuffix(b"\r").decode("utf-8", "replace")) for value in found
    )


def results_of(headers: Iterable[str], authserv_id: str) -> tuple[Result, ...]:
    """The results of the server `authserv_id` in these Authentication-Results, which are topmost
    first.

    Only its topmost header counts. There are no results if that breaks the grammar, says that there
    are none (section 2.2), or is too long."""
    wanted = _lowered(authserv_id)
    for value in headers:
        pieces = _pieces(value) if len(value) <= LONGEST else []
        if not pieces and wanted in _lowered(value):
            return ()
        found = _ID.fullmatch(pieces[0]) if pieces else None
        if found is not None and _lowered(found[2]) == wanted:
            return () if "none" in map(_lowered, pieces[1:]) else tuple(_results(pieces[1:]))
    return ()


def _lowered(word: str) -> str:
    """A word of the grammar in lower case. Only ASCII has cases there: a Kelvin sign is no k."""
    return word.translate(_LOWER)


def _results(pieces: Iterable[str]) -> Iterator[Result]:
    for piece in pieces:
        method = _METHOD.match(piece)
        if method is not None:
            named = _PROPERTY.finditer(piece, method.end())
            about = tuple(
                (f"{one[1]}.{one[2]}".lower() if one[1] else one[2].lower(), one[3].lower())
                for one in named
            )
            yield Result(method[1].lower(), method[2].lower(), about)


def _pieces(value: str) -> list[str]:
    """The parts between the semicolons of a header, without comments; empty if a quote or comment
    never ends, or if a backslash is outside of them.

    Quoted text cannot be mistaken for grammar: its spaces and semicolons become underscores. Other
    white space becomes one space. The first part, our server's name, keeps its quotation marks:
    they are around all of it, or it is not our name."""
    pieces, at = [""], 0
    while (token := _TOKEN.match(value, at)) is not None:
        quoted, mark, plain = token.groups()
        at = token.end()
        if mark == "(":
            at = _behind_comment(value, at)
            pieces[-1] += " "
        elif mark == ";":
            pieces.append("")
        elif mark is not None:
            return []
        elif quoted is not None:
            safe = _UNSAFE.sub("_", quoted)
            pieces[-1] += safe if len(pieces) > 1 else f'"{safe}"'
        else:
            pieces[-1] += plain
        if at < 0:
            return []
    return [_SPACES.sub(" ", piece).strip(" ") for piece in pieces]


def _behind_comment(value: str, at: int) -> int:
    """The position after a comment that began before `at`, including nested ones; -1 if it never
    ends."""
    depth = 1
    for mark in _IN_COMMENT.finditer(value, at):
        depth += {"(": 1, ")": -1}.get(mark[0], 0)
        if not depth:
            return mark.end()
    return -1
