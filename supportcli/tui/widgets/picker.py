"""One dock to choose from a list by typing: tags, agents, priorities, and every action by its
name."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from textual import events
from textual.containers import Container, Horizontal, Vertical
from textual.geometry import Size
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from supportcli.domain.text.matching import Match, is_beyond_doubt, match
from supportcli.domain.text.words import folded
from supportcli.rendering.ink import Ink, Spans, ends, width_of
from supportcli.terminal import clean
from supportcli.tui.widgets.fields import Completion, Field
from supportcli.tui.widgets.inked import Inked
from supportcli.tui.widgets.preview import Preview

MOST_SHOWN = 8

_LEAST = 3
"""Fewer letters than this are not looked for in texts."""

_OPTIONS = re.compile(r"(?:^|(?<=\s))-\w*")

_WIDEST = 100
"""Cells of a line, however wide the window: the eye has to find a remark beside its name."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Something to choose: its value, its name, and a remark on the right. `why_not` is why it
    cannot be chosen now; `also` are other words for it; those of one `group` stand below its
    name while nothing is typed. `text` is what it contains, which is searched after all names."""

    value: str
    name: str
    remark: str = ""
    why_not: str = ""
    also: str = ""
    group: str = ""
    text: str = ""


def rank(choices: Sequence[Choice], typed: str, *, starts_only: bool = False) -> list[Choice]:
    """The choices that match what was typed, the best first (`domain.text.matching`); short forms
    only where nothing else does."""
    found = sorted((_match(choice, typed), at) for at, choice in enumerate(choices))
    best = min(found[0][0], Match.SHORT_FORM) if found else Match.SHORT_FORM
    last = Match.STARTS if starts_only else max(best, Match.WITHIN)
    return [choices[at] for how_well, at in found if how_well <= last]


def containing(choices: Sequence[Choice], typed: str) -> list[Choice]:
    """Those whose text contains what was typed; fewer letters than three are in every text."""
    wanted = folded(typed)
    return [one for one in choices if len(wanted) >= _LEAST and wanted in folded(one.text)]


def are_alike(choices: Sequence[Choice], typed: str) -> bool:
    """Whether several choices match what was typed as well as the best one."""
    best = [_match(choice, typed) for choice in choices[:2]]
    return len(best) > 1 and best[0] == best[1] != Match.SAME


def is_meant(choice: Choice, typed: str) -> bool:
    """Whether a choice is what was typed beyond doubt: its name, its value, or its words begin so.
    For one that merely contains the letters, ⏎ has to be pressed twice."""
    return bool(typed.strip()) and is_beyond_doubt(_match(choice, typed))


def _match(choice: Choice, typed: str) -> Match:
    return match(typed, choice.name, choice.also, choice.value)


def _below_names(found: Sequence[Choice]) -> list[int | str]:
    """The places of choices as lines, and before each group its name."""
    lines: list[int | str] = []
    group = ""
    for place, choice in enumerate(found):
        if choice.group and choice.group != group:
            lines.append(choice.group)
        group = choice.group
        lines.append(place)
    return lines


class Choices(Inked):
    """The lines to choose from, the best first."""

    class LineClicked(Message):
        """A line was clicked; `again` if it was marked already."""

        def __init__(self, steps: int, *, again: bool) -> None:
            super().__init__()
            self.steps, self.again = steps, again

    def __init__(self, *, id: str) -> None:  # noqa: A002  # Textual's name
        super().__init__(id=id)
        self._found: Sequence[Choice] = ()
        self._lines: Sequence[int | str] = ()
        self._marked: int | None = None
        self._nothing = ""

    def put(
        self,
        found: Sequence[Choice],
        *,
        marked: bool,
        nothing: str = "no match",
        grouped: bool = False,
    ) -> None:
        """Show these, the first one marked, or none; `nothing` is shown if there are none. If they
        are `grouped`, each group stands below its name."""
        self._found, self._marked, self._nothing = found, 0 if marked and found else None, nothing
        self._lines = _below_names(found) if grouped else range(len(found))
        self.refresh(layout=True)

    def move(self, steps: int) -> None:
        """Mark another line; if none is marked, the first or the last."""
        if self._found:
            at = (-1 if steps > 0 else len(self._found)) if self._marked is None else self._marked
            self._marked = min(max(at + steps, 0), len(self._found) - 1)
            self.refresh()

    def on_click(self, event: events.Click) -> None:
        """Say which line was clicked, by its distance from the marked one."""
        line, marked = self._top + event.y, self._marked
        place = self._lines[line] if line < len(self._lines) else ""
        if isinstance(place, int):
            steps = place - (-1 if marked is None else marked)
            self.post_message(self.LineClicked(steps, again=place == marked))

    @property
    def _top(self) -> int:
        """The first visible line."""
        at = self._lines.index(self._marked) if self._marked else 0
        return max(at - max(self.size.height, 1) + 1, 0)

    @property
    def marked(self) -> Choice | None:
        """The marked line."""
        return None if self._marked is None else self._found[self._marked]

    @property
    def place(self) -> str:
        """Which line is marked, of how many."""
        many = len(self._found)
        return (
            f"{self._marked + 1} of {many}"
            if self._marked is not None
            else f"{many}"
            if many
            else ""
        )

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002  # Textual's signature
        """As many lines as there are, a few at most."""
        return min(max(len(self._lines), 1), MOST_SHOWN)

    def render_line(self, y: int) -> Strip:
        """One choice."""
        width = self.size.width
        top = self._top
        if not self._found:
            return self.strip(((f"   {clean(self._nothing)}", Ink.DIM),) if y == 0 else (), width)
        if top + y >= len(self._lines):
            return self.strip((), width)
        place = self._lines[top + y]
        if isinstance(place, str):
            return self.strip(((f" {place}", Ink.TITLE),), width)
        choice, marked = self._found[place], place == self._marked
        name: Spans = (
            (" ▸ " if marked else "   ", Ink.KEY),
            (clean(choice.name), Ink.DIM if choice.why_not else Ink.TEXT),
        )
        why = clean(choice.why_not)
        shows_remark = not why or (choice.group and choice.remark)
        remark = clean(choice.remark) if shows_remark else ""
        aside: Spans = (
            (f"{why}  " if why and remark else why, Ink.DIM),
            (f"{remark} ", Ink.KEY),
        )
        return self.strip(
            ends(name, aside, min(width, _WIDEST)),
            width,
            chosen=marked,
        )


class PickerWord(Inked):
    """A few words beside the field: what is chosen, and which line is marked."""

    def __init__(self, *, id: str, ink: Ink) -> None:  # noqa: A002  # Textual's name
        super().__init__(id=id)
        self._words = ""
        self._ink = ink

    def put(self, words: str) -> None:
        """Show these."""
        if words != self._words:
            self._words = words
            self.refresh(layout=True)

    def get_content_width(self, container: Size, viewport: Size) -> int:  # noqa: ARG002  # Textual's signature
        """As wide as its text."""
        return width_of(self._words) + 2

    def render_line(self, y: int) -> Strip:
        """The words."""
        return self.strip(((f" {self._words} ", self._ink),) if y == 0 else (), self.size.width)


class Picker(Vertical):
    """Title, field and choices; created at the start and hidden, so that it takes the key after the
    one that opens it."""

    def __init__(self, *, id: str) -> None:  # noqa: A002  # Textual's name
        super().__init__(id=id)
        self.leaves_with, self.moves_with = "esc", "↑↓"
        self.grew: Callable[[], None] = lambda: None
        """Called when it has another height."""
        self.title = PickerWord(id="picker-title", ink=Ink.TITLE)
        self.field = Field(id="picker-field")
        self.place = PickerWord(id="picker-place", ink=Ink.DIM)
        self.choices = Choices(id="picker-choices")
        self.preview = Preview(id="picker-preview")
        self._marks: Callable[[Choice | None], None] = _nobody_asked
        self._all: Sequence[Choice] = ()
        self._careful = False
        self._new: str | Callable[[str], str] = ""
        self._starts_only = self._by_words = False
        self.doubtful = False
        """Whether the marked line merely contains the letters that were typed, and nobody has said
        yet that it is meant."""

    def compose(self) -> Iterator[Widget]:
        """Its parts."""
        with Horizontal(id="picker-line"):
            yield self.title
            yield self.field
            yield self.place
        with Container(id="picker-body"):
            yield self.choices
            yield self.preview

    def open(
        self,
        title: str,
        choices: Sequence[Choice],
        marks: Callable[[Choice | None], None],
        *,
        new: str | Callable[[str], str] = "",
        by_words: bool = False,
        asks: str = "",
        previewed: bool = False,
        completion: Completion | None = None,
    ) -> None:
        """Begin to choose; nothing is marked before something is typed.

        With `new` (what a new thing is called, or a function that says what a text would be, "" if
        nothing) a text that matches no choice can be chosen too, as the last line, and choices
        match by their start only: no new name is mistaken for an old one; unless `by_words`. Then a
        number stands first: it is meant as one, and options as commands have them (“reply -qa”)
        are left out if nothing matches with them.

        `asks` stands in the empty field. `marks` is called with the marked line; `previewed` leaves
        room for its preview. What has one is sent or put into a text: of several that match equally
        well none is marked."""
        self._careful = previewed
        self._all, self._new, self._marks = choices, new, marks
        self._starts_only, self._by_words = bool(new) and not by_words, by_words
        self.doubtful = False
        self.field.placeholder = asks or ("type to choose, or ↑↓" if choices else "")
        self.field.complete_with(completion)
        self.set_class(previewed, "-previewed")
        self.preview.put("")
        self.title.put(f"{title}:")
        nothing = "type it, then ⏎" if self._starts_only else "no match"
        self.choices.put(choices, marked=False, nothing=nothing, grouped=True)
        self.display = True
        self.field.begin()
        self._tell_marked()

    def move(self, steps: int) -> None:
        """Mark another line."""
        self.choices.move(steps)
        self.doubtful = False
        self._tell_marked()

    def complete(self) -> None:
        """Complete the text, if anything completes it."""
        if self.field.complete():
            self.typed()

    def _tell_marked(self) -> None:
        self.place.put(self.choices.place)
        self.set_class(self.choices.marked is None, "-unmarked")
        self._marks(self.choices.marked)

    def close(self) -> None:
        """Hide it."""
        self.display = False
        self.grew()

    def on_resize(self) -> None:
        """It has more lines, or fewer."""
        self.grew()

    def typed(self) -> None:
        """The text has changed: show what matches it, and mark the best. If that merely contains
        the letters, it is `doubtful`: ⏎ has to be pressed twice."""
        text = self.field.value.strip()
        found = self._found(text)
        if not found and self._by_words and (command := _OPTIONS.sub("", text).strip()):
            text, found = command, self._found(command)
        would_be = self._new(text) if callable(self._new) else self._new
        if would_be and text and text not in {choice.value for choice in self._all}:
            is_number = not self._starts_only and text.lstrip("#").isdigit()
            found.insert(0 if is_number else len(found), Choice(text, text, would_be))
        self.doubtful = bool(text and found) and not is_meant(found[0], text)
        open_to_choice = self._careful and are_alike(found, text)
        has_texts = any(one.text for one in self._all)
        self.choices.put(
            found,
            marked=bool(text) and not open_to_choice,
            nothing="no match in names, titles and texts" if has_texts else "no match",
            grouped=not text,
        )
        self._tell_marked()

    def _found(self, text: str) -> list[Choice]:
        if not text:
            return list(self._all)
        found = rank(self._all, text, starts_only=self._starts_only)
        return found + [one for one in containing(self._all, text) if one not in found]

    def trust(self) -> None:
        """The marked line is meant: the next ⏎ takes it."""
        self.doubtful = False

    @property
    def marked(self) -> Choice | None:
        """The choice that is marked."""
        return self.choices.marked

    @property
    def why_nothing(self) -> str:
        """Why no line is marked, and what marks one."""
        typed = self.field.value.strip()
        if not self.choices.place:
            return f"Nothing matches “{typed}” · {self.leaves_with} leaves."
        if typed:
            return f"{self.choices.place} match “{typed}”: type on, or {self.moves_with} selects."
        return f"Nothing is selected yet: {self.moves_with} selects, or type to choose."


def _nobody_asked(_: Choice | None) -> None:
    """The default while there is nothing to choose from."""
