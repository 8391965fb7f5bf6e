"""All keys by what they are for, made from the table of actions."""

from collections.abc import Iterable, Iterator

from supportcli.rendering.ink import Ink, Spans, fit
from supportcli.rendering.wrap import wrapped
from supportcli.tui.keys import ACTS, CONTEXTS, Act

_KEYS = 20
_SIGNS: tuple[Spans, ...] = (
    (
        ("  Signs at the start of a row: ", Ink.DIM),
        ("!! !", Ink.KEY),
        (" urgent, high   ", Ink.DIM),
        ("+", Ink.KEY),
        (" a draft of mine", Ink.DIM),
    ),
    (
        ("  ›", Ink.KEY),
        (" a reply is queued   ", Ink.DIM),
        ("…", Ink.KEY),
        (" tried again later   ", Ink.DIM),
        ("✗", Ink.KEY),
        (" failed   ", Ink.DIM),
    ),
    (
        ("  ?", Ink.KEY),
        (" may have arrived. Then: how long the customer has been waiting.", Ink.DIM),
    ),
)


def lines(width: int, acts: Iterable[Act] = ACTS) -> Iterator[Spans]:
    """The table of actions as lines of a page."""
    there = tuple(acts)
    yield ((" supportcli ", Ink.TITLE), ("every action and its keys", Ink.DIM))
    for context in CONTEXTS:
        yield ()
        yield ((f" {context}", Ink.TITLE),)
        for act in there:
            if act.context == context:
                yield from _act(act, width)
    yield ()
    yield ((" Signs", Ink.TITLE),)
    yield from _SIGNS


def _act(act: Act, width: int) -> Iterator[Spans]:
    pieces = wrapped(act.sentence, max(width - _KEYS - 4, 10))
    yield (("  " + fit(act.all_keys, _KEYS), Ink.KEY), (next(pieces), Ink.TEXT))
    for piece in pieces:
        yield ((" " * (_KEYS + 2) + piece, Ink.TEXT),)
