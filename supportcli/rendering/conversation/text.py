"""The text of a message as lines: its folds, its blank lines, and the hits of a search."""

from collections.abc import Collection, Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from supportcli.domain.mail import Fold, FoldKind
from supportcli.domain.query.hits import places
from supportcli.domain.tickets.ticket import Message
from supportcli.rendering.conversation.links import marked
from supportcli.rendering.hits import lit_lines
from supportcli.rendering.ink import Ink, Span, Spans, cut
from supportcli.rendering.reflow import flowing
from supportcli.rendering.wrap import quoted_lines
from supportcli.terminal import clean

if TYPE_CHECKING:
    from supportcli.domain.query.nodes import Words

_NONE: Mapping[str, int] = MappingProxyType({})

FOLDED = "▸ "
"""At the start of the line that stands for a folded text."""


def body(
    message: Message,
    gutter: Span,
    room: int,
    words: "Collection[Words]" = (),
    *,
    unfolded: bool,
    numbers: Mapping[str, int] = _NONE,
) -> Iterator[Spans]:
    """The text with its folds, without blank lines at both ends, and with single blank lines
    inside. A fold is a line that says how many hits of the `words` are in it, unless `unfolded`.
    Behind a web address stands its number."""
    blank = False
    begun = False
    for spans in _pieces(message, room, words, numbers, unfolded=unfolded):
        if not any(text.strip() for text, _ in spans):
            blank = begun
            continue
        if blank:
            yield (gutter,)
        yield (gutter, *spans)
        blank, begun = False, True


def _pieces(
    message: Message,
    room: int,
    words: "Collection[Words]",
    numbers: Mapping[str, int],
    *,
    unfolded: bool,
) -> Iterator[Spans]:
    at = 0
    for fold in message.folds:
        yield from _lines(marked(message.text[at : fold.start], numbers), Ink.TEXT, room, words)
        at = fold.end
        text = clean(message.text[fold.start : fold.end].strip("\n"), lines=True)
        if fold.kind is FoldKind.ANSWERED:
            yield from _lines("\n".join(quoted_lines(text)), Ink.DIM, room, words)
        elif unfolded:
            yield from _lines(text, Ink.DIM, room, words)
        elif text.strip():
            yield cut(_folded(fold, text, words), room)
    yield from _lines(marked(message.text[at:], numbers), Ink.TEXT, room, words)


def _lines(text: str, ink: Ink, room: int, words: "Collection[Words]") -> Iterator[Spans]:
    return lit_lines(clean(text, lines=True), ink, room, words, flowing) if text else iter(())


def _folded(fold: Fold, text: str, words: "Collection[Words]") -> Iterator[Span]:
    """“▸ quoted, 3 lines, 2 hits  (>)”"""
    what = "quoted" if fold.kind is FoldKind.QUOTE else "signature"
    count = text.count("\n") + 1
    yield f"{FOLDED}{what}, {count} line{'' if count == 1 else 's'}", Ink.DIM
    if hits := len(places(text, words)) if words else 0:
        yield ", ", Ink.DIM
        yield f"{hits} hit{'' if hits == 1 else 's'}", Ink.HIT
    yield "  (>)", Ink.DIM
