"""Text fields.

They take each key at once from the app, in order, instead of from a queue of their own: keys that
arrive in one burst cannot overtake each other, neither at a change of focus nor at a backspace."""

import re
from collections.abc import Callable, Iterable, Sequence

from rich.style import Style
from rich.text import Text
from textual import events
from textual.geometry import Offset
from textual.suggester import Suggester
from textual.widgets import Input, TextArea
from textual.widgets.input import Selection
from textual.widgets.text_area import Selection as Stretch

from supportcli.terminal import MARK, UNSAFE


class Completion(Suggester):
    """What completes a text, by a function that gives all whole texts that begin so, the best
    first."""

    def __init__(self, find: Callable[[str], Sequence[str]]) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self.find = find

    async def get_suggestion(self, value: str) -> str | None:
        """The whole text; None if nothing completes it."""
        return next(iter(self.find(value)), None)


class Field(Input):
    """A field of one line."""

    _completion: Completion | None = None

    def __init__(self, *, id: str, placeholder: str = "") -> None:  # noqa: A002  # Textual's name
        super().__init__(id=id, placeholder=placeholder, compact=True, select_on_focus=False)
        self.cursor_blink = False

    async def take_key(self, event: events.Key) -> None:
        """A key that no action claimed."""
        if event.is_printable:
            await self._on_key(event)
            return
        for binding in self._bindings.key_to_bindings.get(event.key, ()):
            await self.run_action(binding.action)

    async def take_paste(self, event: events.Paste) -> None:
        """Text from the terminal's clipboard."""
        self._on_paste(event)

    def complete_with(self, completion: Completion | None) -> None:
        """Suggest what completes the text, behind the cursor; or nothing any longer."""
        self._completion = self.suggester = completion

    def complete(self) -> bool:
        """Accept what completes the text now; False if nothing does. (What is shown behind the
        cursor may be older than the last key.)"""
        found = self.completions
        if found:
            self.begin(found[0])
        return bool(found)

    @property
    def completions(self) -> Sequence[str]:
        """All that the text may become; nothing while the cursor is not behind it."""
        if self._completion is None or not self.cursor_at_end:
            return ()
        return self._completion.find(self.value)

    def begin(self, text: str = "", *, selected: bool = False) -> None:
        """Start with this text, the cursor after it, and take the focus. If it is `selected`, a
        character replaces it and an arrow keeps it."""
        self.value = text
        self.selection = Selection(0 if selected else len(text), len(text))
        self.screen.set_focus(self, scroll_visible=False)


_MARKS = re.compile("⟦[^⟦⟧]*⟧")
_MARKED = Style(bold=True, reverse=True)
_WRONG = Style(underline=True)


def _nothing_wrong(_line: str) -> Iterable[tuple[int, int]]:
    return ()


class Editor(TextArea):
    """A field of many lines. Long ones are wrapped; there is no language to highlight."""

    def __init__(self, *, id: str) -> None:  # noqa: A002  # Textual's name
        super().__init__(
            id=id,
            soft_wrap=True,
            show_line_numbers=False,
            tab_behavior="indent",
            highlight_cursor_line=False,
            compact=True,
        )
        self.cursor_blink = False
        self.wrong: Callable[[str], Iterable[tuple[int, int]]] = _nothing_wrong
        """Where the words of a line are that are spelled wrongly."""
        self._stands_on: tuple[int, int, int] | None = None

    async def take_key(self, event: events.Key) -> None:
        """A key that no action claimed."""
        if event.is_printable or event.key == "enter":
            await self._on_key(event)
            return
        for binding in self._bindings.key_to_bindings.get(event.key, ()):
            await self.run_action(binding.action)

    async def take_paste(self, event: events.Paste) -> None:
        """Text from the terminal's clipboard."""
        await self._on_paste(event)

    def check_consume_key(self, key: str, character: str | None = None) -> bool:
        """Whether a key is text: tab is an action of the table."""
        return key != "tab" and super().check_consume_key(key, character)

    def get_line(self, line_index: int) -> Text:
        """A line as it is painted. A character that must not reach the terminal shows as a mark of
        the same width, and stays in the text.

        A tab becomes spaces when the line is painted. Marks for what is missing, or goes with the
        text, stand out, and so do words that are wrong, except the one that is just typed."""
        text = self.document.get_line(line_index)
        pieces = text.split("\t")
        line = Text("\t".join(UNSAFE.sub(MARK, piece) for piece in pieces), end="", no_wrap=True)
        line.highlight_regex(_MARKS, _MARKED)
        for start, end in self.wrong(text):
            if (line_index, end) != self.cursor_location:
                line.stylize(_WRONG, start, end)
        if self._stands_on is not None and self._stands_on[0] == line_index:
            line.stylize(_MARKED, *self._stands_on[1:])
        return line

    def on_resize(self) -> None:
        """Lines are broken elsewhere now. Textual paints them again only if there are more of them,
        or fewer."""
        self.refresh()

    @property
    def rows_in_sight(self) -> range:
        """The lines of the text of which something is visible."""
        top, height = self.scroll_offset.y, max(self.size.height, 1)
        found = self.wrapped_document.offset_to_location
        return range(found(Offset(0, top))[0], found(Offset(0, top + height - 1))[0] + 1)

    def paint_again(self) -> None:
        """Other words are wrong than before."""
        self._stands_on = None
        self._line_cache.clear()
        self.refresh()

    def stand_on(self, row: int, start: int, end: int) -> None:
        """Put the cursor behind a word, which stands out until the text has the keys again."""
        self.move_cursor((row, end))
        self.paint_again()
        self._stands_on = row, start, end

    def on_focus(self) -> None:
        """The text has the keys again."""
        if self._stands_on is not None:
            self.paint_again()

    def put_at(self, row: int, start: int, end: int, text: str) -> None:
        """Put a text in the place of a stretch of a line, the cursor behind it."""
        self.move_cursor(self.replace(text, (row, start), (row, end)).end_location)

    @property
    def before_cursor(self) -> str:
        """The text before the cursor on its line."""
        row, column = self.cursor_location
        return str(self.document.get_line(row)[:column])

    def put(self, text: str, *, instead_of: int = 0) -> None:
        """Put a text at the cursor, in place of so many characters before it, or of the
        selection."""
        row, column = self.cursor_location
        start, end = (
            (self.selection.start, self.selection.end)
            if not instead_of
            else ((row, column - instead_of), (row, column))
        )
        self.move_cursor(self.replace(text, *sorted((start, end))).end_location)

    def back(self, text: str) -> None:
        """Put the cursor before a text that was just put, at the end of the line there."""
        row = self.cursor_location[0] - text.count("\n")
        self.move_cursor((row, len(self.document.get_line(row))))

    def indent(self) -> None:
        """Spaces up to the next stop."""
        self.put(" " * (self.indent_width - self.cursor_location[1] % self.indent_width))

    def put_below(self, lines: str) -> None:
        """Put lines below everything; the cursor stays where it is."""
        here = self.cursor_location
        gap = "\n" if self.text.endswith(("⟧", "\n\n")) or not self.text else "\n\n"
        self.insert(gap + lines if self.text else lines, self.document.end)
        self.move_cursor(here)

    def select_next(self, text: str) -> None:
        """Select the first occurrence of a text of one line, so that what is typed next replaces
        it."""
        at = self.text.find(text)
        if at >= 0:
            row, column = self.text.count("\n", 0, at), at - self.text.rfind("\n", 0, at) - 1
            self.selection = Stretch((row, column), (row, column + len(text)))
            self.scroll_cursor_visible()

    def begin(self, text: str) -> None:
        """Start with this text, the cursor after it, and take the focus."""
        self.load_text(text)
        self.move_cursor(self.document.end)
        self.screen.set_focus(self, scroll_visible=False)
