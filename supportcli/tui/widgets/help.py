"""All keys by what they are for, made from the table of actions."""

from collections.abc import Iterable, Iterator, Sequence

from supportcli.rendering.ink import Ink, Spans, fit, width_of_all
from supportcli.rendering.wrap import wrapped
from supportcli.tui.keys import ACTS, CONTEXTS, Act

_KEYS = 20
_SIGNS = (
    (
        ("▲▲ ▲", "urgent, high priority"),
        ("▽", "low priority"),
        ("●", "unread: somebody wrote since you looked"),
        ("•", "marked"),
    ),
    (
        ("+", "you have a draft"),
        ("›", "a reply is about to leave"),
        ("…", "it is tried again"),
        ("✗", "it failed"),
        ("?", "it may have arrived"),
    ),
    (
        ("@", "a colleague looks at it"),
        ("✎", "is writing"),
        ("¶", "has a draft"),
        ("=", "has got it by n"),
    ),
    (
        ("◷ 9m", "time left until the target is due"),
        ("! -4d", "time since it was due"),
        ("‖", "its clock is paused"),
        ("✓", "all targets met"),
        ("!", "one was missed"),
        ("9m", "without a target: how long the customer has waited"),
    ),
)
"""What stands in a row, and what it says."""


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
    yield ((" Signs in a row", Ink.TITLE),)
    for signs in _SIGNS:
        yield from _signs(signs, width)


def _act(act: Act, width: int) -> Iterator[Spans]:
    pieces = wrapped(act.sentence, max(width - _KEYS - 4, 10))
    yield (("  " + fit(act.all_keys, _KEYS), Ink.KEY), (next(pieces), Ink.TEXT))
    for piece in pieces:
        yield ((" " * (_KEYS + 2) + piece, Ink.TEXT),)


def _signs(signs: Sequence[tuple[str, str]], width: int) -> Iterator[Spans]:
    """Signs with what they say, as many to a line as it holds."""
    line: Spans = ()
    for sign, says in signs:
        piece: Spans = ((f"  {sign} ", Ink.KEY), (f"{says} ", Ink.DIM))
        if line and width_of_all(line) + width_of_all(piece) > width:
            yield line
            line = ()
        line += piece
    yield line
