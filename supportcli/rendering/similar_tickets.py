"""Solved tickets like the one that is open, with the beginning of the answer that was given, as
lines of the customer pane. Pure."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from supportcli.domain.text.first_words import first_words
from supportcli.rendering.ink import Ink, Spans, cut, ends
from supportcli.rendering.times import span
from supportcli.rendering.wrap import wrapped
from supportcli.terminal import clean

if TYPE_CHECKING:
    from supportcli.desk.tickets.related.similar import SimilarTicket

_LINES = 2
"""So many lines of an answer are shown."""


def similar_lines(
    found: "Sequence[SimilarTicket]", width: int, now: datetime, key: str = "H"
) -> Iterator[Spans]:
    """The lines of a part of the pane; none if there are no such tickets."""
    if not found:
        return
    yield ()
    yield ends([("SOLVED BEFORE", Ink.DIM)], [(key, Ink.KEY)], width)
    for one in found:
        subject = clean(one.line.subject) or "(no subject)"
        left = ((f" #{one.line.number} ", Ink.NUMBER), (subject, Ink.TEXT))
        yield ends(left, [(span(now - one.at), Ink.DIM)], width)
        words = list(wrapped(clean(first_words(one.answer)), max(width - 3, 8)))
        for place, line in enumerate(words[:_LINES]):
            more = "…" if place == _LINES - 1 and len(words) > _LINES else ""
            yield cut([(" ┃ ", Ink.OURS), (line + more, Ink.DIM)], width)
