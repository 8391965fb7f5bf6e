"""One dock to choose from a list by typing: tags, agents, priorities, and every action by its name."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from textual.containers import Container, Horizontal, Vertical
from textual.geometry import Size
from textual.strip import Strip
from textual.widget import Widget

from supportcli.terminal import clean
from supportcli.tui.ink import Ink, Spans, ends, width_of
from supportcli.tui.widgets.fields import Field
from supportcli.tui.widgets.inked import Inked
from supportcli.tui.widgets.preview import Preview

MOST_SHOWN = 8


@dataclass(frozen=True, slots=True)
class Choice:
    """Something to choose: what it stands for, its name, and a remark at the right. `why_not` is why it cannot be chosen now."""

    value: str
    name: str
    remark: str = ""
    why_not: str = ""


def rank(choices: Sequence[Choice], typed: str, *, starts_only: bool = False) -> list[Choice]:
    """The choices that fit what was typed, the best first: the same name (or what it stands for, as a shortcut), its start, the start of a word, any
    place, its letters in order, the closest together first."""
    wanted = typed.strip().lower()
    last = _STARTS if starts_only else _LETTERS
    places = ((_SAME, 0) if choice.value.lower() == wanted else _place(choice.name.lower(), wanted) for choice in choices)
    found = [(place, index) for index, place in enumerate(places) if place[0] <= last]
    return [choices[index] for _, index in sorted(found)]


_SAME, _STARTS, _WORD, _WITHIN, _LETTERS, _NOT = range(6)


def _place(name: str, wanted: str) -> tuple[int, int]:
    """How well a name fits, the best being the least; of letters in order, those that stand closest together."""
    if name == wanted:
        return _SAME, 0
    if name.startswith(wanted):
        return _STARTS, 0
    if any(word.startswith(wanted) for word in name.split()):
        return _WORD, 0
    if wanted in name:
        return _WITHIN, 0
    stretches = [stretch for start, letter in enumerate(name) if letter == wanted[0] and (stretch := _stretch(name, start, wanted))]
    return (_LETTERS, min(stretches)) if stretches else (_NOT, 0)


def _stretch(name: str, start: int, wanted: str) -> int:
    """How many letters of a name, from `start` on, have the wanted ones in order among them; 0 where they have not."""
    place = start - 1
    for letter in wanted:
        place = name.find(letter, place + 1)
        if place < 0:
            return 0
    return place + 1 - start


class Choices(Inked):
    """The lines to choose from, the best first."""

    def __init__(self, *, id: str) -> None:  # noqa: A002  # Textual's name
        super().__init__(id=id)
        self._found: Sequence[Choice] = ()
        self._marked = 0

    def put(self, found: Sequence[Choice]) -> None:
        """Show these, the first one marked."""
        self._found, self._marked = found, 0
        self.refresh(layout=True)

    def move(self, steps: int) -> None:
        """Mark another line."""
        self._marked = min(max(self._marked + steps, 0), max(len(self._found) - 1, 0))
        self.refresh()

    @property
    def marked(self) -> Choice | None:
        """The marked line."""
        return self._found[self._marked] if self._found else None

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002  # Textual's signature
        """As many lines as there are, a few at most."""
        return min(max(len(self._found), 1), MOST_SHOWN)

    def render_line(self, y: int) -> Strip:
        """One choice."""
        width = self.size.width
        top = max(self._marked - max(self.size.height, 1) + 1, 0)
        if not self._found:
            return self.strip((("   nothing fits", Ink.DIM),) if y == 0 else (), width)
        if top + y >= len(self._found):
            return self.strip((), width)
        choice, marked = self._found[top + y], top + y == self._marked
        name: Spans = ((" ▸ " if marked else "   ", Ink.KEY), (clean(choice.name), Ink.DIM if choice.why_not else Ink.TEXT))
        remark = clean(choice.why_not or choice.remark)
        return self.strip(ends(name, ((remark + " ", Ink.DIM if choice.why_not else Ink.KEY),), width), width, chosen=marked)


class PickerTitle(Inked):
    """What is chosen, before the field."""

    def __init__(self, *, id: str) -> None:  # noqa: A002  # Textual's name
        super().__init__(id=id)
        self.title = ""

    def get_content_width(self, container: Size, viewport: Size) -> int:  # noqa: ARG002  # Textual's signature
        """As wide as its text."""
        return width_of(self.title) + 3

    def render_line(self, y: int) -> Strip:
        """The title."""
        return self.strip(((f" {self.title}: ", Ink.TITLE),) if y == 0 else (), self.size.width)


class Picker(Vertical):
    """Title, field and choices; there from the start and hidden, so that it takes the key after the one that opens it."""

    def __init__(self, *, id: str) -> None:  # noqa: A002  # Textual's name
        super().__init__(id=id)
        self.title = PickerTitle(id="picker-title")
        self.field = Field(id="picker-field")
        self.choices = Choices(id="picker-choices")
        self.preview = Preview(id="picker-preview")
        self._marks: Callable[[Choice | None], None] | None = None
        self._all: Sequence[Choice] = ()
        self._new = ""

    def compose(self) -> Iterator[Widget]:
        """Its parts."""
        with Horizontal(id="picker-line"):
            yield self.title
            yield self.field
        with Container(id="picker-body"):
            yield self.choices
            yield self.preview

    def open(self, title: str, choices: Sequence[Choice], new: str = "", marks: Callable[[Choice | None], None] | None = None) -> None:
        """Begin to choose. With `new` (what a new thing is called) a text that is no choice can be chosen too, as the last line, and choices fit
        by their start alone, so that a new name is not taken for an old one. `marks` is told which line is marked, and fills the preview; without it
        there is none."""
        self._all, self._new, self._marks = choices, new, marks
        self.set_class(marks is not None, "-previewed")
        self.preview.put("")
        self.title.title = title
        self.title.refresh(layout=True)
        self.choices.put(choices)
        self.display = True
        self.field.begin()
        self._tell_marked()

    def move(self, steps: int) -> None:
        """Mark another line."""
        self.choices.move(steps)
        self._tell_marked()

    def _tell_marked(self) -> None:
        if self._marks is not None:
            self._marks(self.choices.marked)

    def close(self) -> None:
        """Hide it."""
        self.display = False

    def typed(self) -> None:
        """The text is another one: show what fits it."""
        text = self.field.value.strip()
        found = rank(self._all, text, starts_only=bool(self._new))
        if self._new and text and text not in {choice.value for choice in self._all}:
            found.append(Choice(text, text, self._new))
        self.choices.put(found)
        self._tell_marked()

    @property
    def text(self) -> str:
        """What was typed."""
        return self.field.value.strip()

    @property
    def marked(self) -> Choice | None:
        """The choice that is marked."""
        return self.choices.marked
