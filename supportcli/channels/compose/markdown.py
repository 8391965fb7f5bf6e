"""An agent's text as HTML: Markdown, without everything that could lose a character, load
something, or lead elsewhere than it says.

The text part of a mail has the source as it was written, and is readable; this is the same in HTML.
HTML itself, entities, backslashes, images, link definitions and underlined headings have no effect:
the reader sees what was typed. Links lead to http, https and mailto."""

import re
from collections.abc import Sequence
from functools import cache
from html import escape
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

_RULES = ("html_block", "html_inline", "entity", "escape", "image", "reference", "lheading", "code")
_LINK = re.compile(r"(?i)(?:https?://|mailto:)")
_STAND_INS = range(0xF0000, 0xFFFFE)
"""A private plane of Unicode: its characters replace a stranger's words while the text around them
is parsed."""


_QUOTED = re.compile(r" {0,3}>")
_FENCE = re.compile(r" {0,3}(?:```|~~~)")
_BLOCKS = ["blockquote", "list", "heading", "fence", "hr"]
"""What begins at a line of a text, and in a signature would swallow the lines below it."""


def html(text: str, literal: Sequence[str] = (), *, blocks: bool = True) -> str:
    """`text` as HTML. `literal` are words of strangers that may occur in it (a customer's name, a
    subject): they are shown as they are. Without `blocks` every line stays a line."""
    stand_ins: dict[str, str] = {}
    free = (sign for sign in map(chr, _STAND_INS) if sign not in text)
    for words in sorted(literal, key=len, reverse=True):
        if words and not words.isalnum() and words in text:
            sign = next(free)
            stand_ins[sign], text = words, text.replace(words, sign)
    made: str = _markdown(blocks=blocks).render(_unquoted(text) if blocks else text)
    for sign, words in stand_ins.items():
        made = made.replace(sign, escape(words, quote=True)).replace(
            quote(sign), quote(words, safe="")
        )
    return made.strip("\n")


def _unquoted(text: str) -> str:
    """A text whose quotes end where their marks do, as in every mail. (In Markdown a line below a
    quote belongs to it.)"""
    lines: list[str] = []
    is_code = False
    for line in text.split("\n"):
        is_code ^= _FENCE.match(line) is not None
        ends = bool(lines) and _QUOTED.match(lines[-1]) and not _QUOTED.match(line)
        lines += ["", line] if ends and line.strip() and not is_code else [line]
    return "\n".join(lines)


@cache
def _markdown(*, blocks: bool) -> "MarkdownIt":
    from markdown_it import MarkdownIt  # noqa: PLC0415  # the inbox opens without it

    made = MarkdownIt("commonmark", {"html": False, "breaks": True, "xhtmlOut": False}).disable(
        [*_RULES, *([] if blocks else _BLOCKS)]
    )
    made.validateLink = lambda url: _LINK.match(url) is not None  # type: ignore[method-assign]  # its documented place for this
    return made
