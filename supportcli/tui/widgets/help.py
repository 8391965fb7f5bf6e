"""All keys by what they are for, made from the table of actions."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, zip_longest

from supportcli.rendering.ink import Ink, Spans, fit, width_of, width_of_all
from supportcli.rendering.wrap import wrapped
from supportcli.tui.keymaps.keymap import KeyMap
from supportcli.tui.keys import ACTS, CONTEXTS, Act, Mode

_KEYS = 22
_WIDE = 140
"""From here on there are two columns; the shorter one gets the next chapter."""

_SIGNS = (
    (
        ("▲▲ ▲", "urgent, high priority"),
        ("▽", "low priority"),
        ("●", "unread: somebody wrote since you looked"),
        ("✓", "marked, before the row"),
    ),
    (
        ("+", "you have a draft"),
        ("›", "a reply is about to leave"),
        ("…", "it is tried again"),
        ("✗", "it failed"),
        ("?", "it may have arrived"),
    ),
    (("↑1 new, 1 moved", "{refresh} puts them in their place"),),
    (
        ("@", "a colleague looks at it"),
        ("✎", "is writing"),
        ("¶", "has a draft"),
        ("=", "has got it by {take_next}"),
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


def lines(
    width: int,
    acts: Iterable[Act] = ACTS,
    preset: str = "default",
    over: Mode = Mode.LIST,
) -> Iterator[Spans]:
    """The table of actions as lines of a page: first what the keys do where it was opened, `over`
    a ticket, the list or another page."""
    there = tuple(acts)
    keys = KeyMap(there, preset)
    columns = 2 if width >= _WIDE else 1
    filled: list[list[Spans]] = [[] for _ in range(columns)]
    for context in sorted(CONTEXTS, key=lambda name: not CONTEXTS[name] & over):
        min(filled, key=len).extend(((), *_chapter(context, there, width // columns)))
    yield ((" supportcli ", Ink.TITLE), ("every action and its keys", Ink.DIM))
    yield (
        (" Preset ", Ink.DIM),
        (preset, Ink.KEY),
        (" · other keys: [keys] in config.toml", Ink.DIM),
    )
    yield from _beside(filled, width // columns)
    yield ()
    yield ((" Signs in a row", Ink.TITLE),)
    for signs in _SIGNS:
        yield from _signs([(sign, keys.told(says)) for sign, says in signs], width)


def _chapter(context: str, acts: Sequence[Act], width: int) -> Iterator[Spans]:
    yield ((f" {context}", Ink.TITLE),)
    for act in acts:
        if act.context == context:
            yield from _act(act, width)


def _beside(columns: Sequence[Sequence[Spans]], width: int) -> Iterator[Spans]:
    """Columns side by side, each in so many cells."""
    for row in zip_longest(*columns, fillvalue=()):
        *before, last = row
        padded = [(*line, (" " * (width - width_of_all(line)), Ink.TEXT)) for line in before]
        yield tuple(chain(*padded, last))


def _act(act: Act, width: int) -> Iterator[Spans]:
    says = wrapped(act.sentence, max(width - _KEYS - 4, 10))
    for keys, words in zip_longest(_in_column(act), says, fillvalue=""):
        yield (("  " + fit(keys, _KEYS), Ink.KEY), (words, Ink.TEXT))


def _in_column(act: Act) -> list[str]:
    """The keys of an action, in as many lines as the column needs: none is cut."""
    lines = [""]
    for stroke in act.strokes:
        longer = f"{lines[-1]}  {stroke.shown}".strip()
        if width_of(longer) < _KEYS:
            lines[-1] = longer
        else:
            lines.append(stroke.shown)
    return lines


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
