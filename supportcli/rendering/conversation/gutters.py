"""The column before the lines of a message: it says without colours who wrote them."""

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from supportcli.domain.tickets.ticket import Direction
from supportcli.rendering.hits import lit_lines
from supportcli.rendering.ink import Ink, Span, Spans

if TYPE_CHECKING:
    from supportcli.domain.query.nodes import Words

GUTTERS: dict[Direction, Span] = {
    Direction.IN: (" │ ", Ink.PERSON),
    Direction.OUT: (" ┃ ", Ink.OURS),
    Direction.NOTE: (" ┊ ", Ink.NOTE),
}
GUTTER = 3
"""Cells of a gutter."""

BESIDE: Span = (" " * GUTTER, Ink.DIM)
"""Before what the desk says of a message: no text of a stranger stands outside the bar."""


def in_gutter(
    gutter: Span, text: str, ink: Ink, width: int, words: "Collection[Words]" = ()
) -> Iterator[Spans]:
    """A text after its gutter, broken to the width."""
    lines = lit_lines(text, ink, max(width - len(gutter[0]), 1), words)
    return ((gutter, *spans) for spans in lines)
