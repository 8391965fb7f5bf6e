"""The line above the footer: what was just done and how to undo it, what went wrong, or where the
cursor is."""

from collections.abc import Callable, Sequence
from itertools import accumulate

from textual import events
from textual.geometry import Size
from textual.message import Message
from textual.strip import Strip

from supportcli.rendering.ink import Ink, Span, Spans, at, cut, ends, width_of, width_of_all
from supportcli.rendering.wrap import flowed
from supportcli.tui.widgets.inked import Inked

_MOST = 4
"""The most lines of a message: the longest sentences need them at 80 columns, with their next
step."""

_MARGIN: Span = (" ", Ink.TEXT)


class Notice(Inked):
    """A message if there is one, else the place in the list; on the right what is new elsewhere. It
    has more lines if a message needs them: its end says what to do next."""

    def __init__(self, *, id: str) -> None:  # noqa: A002  # Textual's name
        super().__init__(id=id)
        self.news_key = ""
        self.grew: Callable[[], None] = lambda: None
        """Called when it has room for a message, or needs none any longer."""
        self._said: Spans = ()
        self._place: Spans = ()
        self._news: Spans = ()
        self._quiet: Spans = ()

    @property
    def says(self) -> bool:
        """Whether there is a message."""
        return bool(self._said)

    def on_resize(self) -> None:
        """It has more lines, or fewer."""
        self.grew()

    @property
    def room(self) -> int:
        """How many cells a message has."""
        return self.size.width - width_of_all(self._news or self._quiet) - 2

    def say(self, *spans: Span) -> None:
        """Show a message; "" removes it."""
        self._put(spans, self._place, self._news)

    def show_place(self, *spans: Span) -> None:
        """What to show while there is no message."""
        self._put(self._said, spans, self._news)

    def show_news(self, text: str) -> None:
        """What is new elsewhere, with the key that shows it."""
        news: Spans = ((f"{text} ", Ink.WARNING), (self.news_key, Ink.KEY), (" ", Ink.TEXT))
        self._put(self._said, self._place, news if text else ())

    def show_quiet(self, text: str) -> None:
        """What to show on the right if nothing is new."""
        quiet: Spans = ((text + " ", Ink.DIM),) if text else ()
        if quiet != self._quiet:
            self._quiet = quiet
            self.refresh()

    def _put(self, said: Spans, place: Spans, news: Spans) -> None:
        if (said, place, news) != (self._said, self._place, self._news):
            before = len(self._lines(self.size.width))
            began = bool(said) != self.says
            self._said, self._place, self._news = said, place, news
            self.refresh(layout=len(self._lines(self.size.width)) != before)
            if began:
                self.grew()

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002  # Textual's signature
        """As many lines as the message needs."""
        return len(self._lines(width))

    def _asides(self) -> tuple[Spans, ...]:
        """What stands on the right, the longest first: the health of mail and what is new, with
        what its key does."""
        if not self._news:
            return (self._quiet, ())
        (text, ink), key, _ = self._news
        told: Spans = ((f"{text}· ", ink), key, (" sorts ", Ink.DIM))
        return ((*told, ("  ", Ink.TEXT), *self._quiet), told, self._news, ())

    def _lines(self, width: int) -> list[Spans]:
        """What is shown, in lines. The health of mail gives way to what needs its room, then what
        is new elsewhere, which a message of several lines has at its end."""
        text, asides = self._said or self._place, self._asides()
        for aside in asides:
            if width_of_all(text) <= width - width_of_all(aside) - 2:
                return [ends((_MARGIN, *text), aside, width)]
        if not self._said:
            return [ends((_MARGIN, *text), self._news or self._quiet, width)]
        room = max(width - 2, 1)
        lines = flowed(_parted(text, room), room, room)
        *before, last = ((_MARGIN, *line) for line in lines[:_MOST])
        if len(lines) > _MOST:
            last = cut((*last, (" " * width, Ink.TEXT)), width)
        if self._news and width_of_all((*last, *self._news)) < width:
            last = ends(last, self._news, width)
        return [*before, last]

    def render_line(self, y: int) -> Strip:
        """One of its lines."""
        lines = self._lines(self.size.width)
        return self.strip(lines[y] if y < len(lines) else (), self.size.width)


def _parted(text: Spans, room: int) -> Spans:
    """A message whose last part, which says what to do, starts a new line if the text before it
    fits one line."""
    *before, (last, ink) = text
    head, dot, tail = last.rpartition(" · ")
    fits = dot and width_of_all(before) + width_of(head) <= room
    return (*before, (f"{head}\n{tail}", ink)) if fits else text


class Footer(Inked):
    """The last line: the next keys, as many as fit; `?` always does. After the first of two keys,
    all that can follow it, in as many lines as they need."""

    class KeyClicked(Message):
        """A key of it was clicked."""

        def __init__(self, key: str) -> None:
            super().__init__()
            self.key = key

    def __init__(self, *, id: str) -> None:  # noqa: A002  # Textual's name
        super().__init__(id=id)
        self._keys: tuple[tuple[str, str], ...] = ()
        self._apart: str | None = ""

    def show(self, keys: tuple[tuple[str, str], ...], apart: str) -> None:
        """Show these keys and what they do, the most useful first, and the one `apart` at the
        end."""
        self._put(keys, apart)

    def show_all(self, keys: tuple[tuple[str, str], ...]) -> None:
        """Show these keys and what they do, and leave none out."""
        self._put(keys, None)

    def _put(self, keys: tuple[tuple[str, str], ...], apart: str | None) -> None:
        if (keys, apart) != (self._keys, self._apart):
            before = self._height
            self._keys, self._apart = keys, apart
            self.refresh(layout=self._height != before)

    @property
    def _height(self) -> int:
        return 1 if self._apart is not None else len(self._lines(self.size.width))

    def _lines(self, width: int) -> list[Spans]:
        if self._apart is None:
            return in_lines(self._keys, width)
        return [in_line(self._keys, width, self._apart)]

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002  # Textual's signature
        """As many lines as its keys need."""
        return len(self._lines(width))

    def on_click(self, event: events.Click) -> None:
        """A key was clicked, or what it does."""
        spans = self._lines(self.size.width)[event.y]
        place = at(spans, event.x)
        while place is not None and place >= 0 and spans[place][1] is not Ink.TEXT:
            text, ink = spans[place]
            if ink is Ink.KEY:
                self.post_message(self.KeyClicked(text))
                return
            place -= 1

    def render_line(self, y: int) -> Strip:
        """The line, or a blank one."""
        lines = self._lines(self.size.width)
        return self.strip(lines[y] if y < len(lines) else (), self.size.width)


_GAP = 2
"""Spaces between two keys of the footer."""


def in_lines(keys: Sequence[tuple[str, str]], width: int) -> list[Spans]:
    """All of these keys, each with what it does, in as many lines as they need."""
    lines: list[Spans] = []
    while keys:
        shown = max(_fitting(keys, width), 1)
        lines.append(_listed(keys[:shown]))
        keys = keys[shown:]
    return lines


def _fitting(keys: Sequence[tuple[str, str]], width: int) -> int:
    """How many keys fit a line."""
    ends_at = accumulate(_GAP + width_of(key) + 1 + width_of(label) for key, label in keys)
    return sum(end <= width + 1 for end in ends_at)  # before the first is one space


def _listed(keys: Sequence[tuple[str, str]]) -> Spans:
    return tuple(
        span
        for place, (key, label) in enumerate(keys)
        for span in (
            (" " * (_GAP if place else 1), Ink.TEXT),
            (key, Ink.KEY),
            (f" {label}", Ink.DIM),
        )
    )


def in_line(keys: Sequence[tuple[str, str]], width: int, apart: str) -> Spans:
    """The first of these keys that fit a line, each with what it does; the key for all others at
    the right end."""
    *others, last = keys or [("", "")]
    is_apart = last[0] == apart
    right: Spans = ((last[0], Ink.KEY), (f" {last[1]}", Ink.DIM)) if is_apart else ()
    room = width - width_of_all(right) - (2 if is_apart else 0)
    shown = others if is_apart else keys
    return ends(_listed(shown[: _fitting(shown, room)]), right, width)
