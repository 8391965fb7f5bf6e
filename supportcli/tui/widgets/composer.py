"""Where replies and notes are written: lines with the recipients and what else was chosen, the
headers as fields to walk into, and the text."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from enum import StrEnum
from pathlib import Path

from textual.containers import Horizontal, Vertical
from textual.strip import Strip
from textual.widget import Widget

from supportcli.rendering.ink import Ink, Spans, ends, shortened, width_of_all
from supportcli.terminal import UNSAFE
from supportcli.tui.widgets.fields import Completion, Editor, Field
from supportcli.tui.widgets.inked import Inked
from supportcli.tui.widgets.picker import PickerWord

Line = Callable[[int], Spans]
"""A line in so many cells."""


def _nothing(_room: int) -> Spans:
    return ()


class ComposerHead(Inked):
    """The line above the text."""

    def __init__(self, *, id: str) -> None:  # noqa: A002  # Textual's name
        super().__init__(id=id)
        self._what = ""
        self._whom: Line = _nothing
        self._right: Spans = ()
        self._chosen: Line = _nothing

    def put(self, what: str, whom: Line, right: Spans, chosen: Line) -> None:
        """Show what is written; to whom, in the cells there are; on the right what follows; and on
        a second line what else was chosen."""
        self._what, self._whom, self._right, self._chosen = what, whom, right, chosen
        self.set_class(bool(chosen(self.size.width)), "-chosen")
        self.refresh()

    @property
    def lines(self) -> int:
        """How many lines it has."""
        return 2 if self.has_class("-chosen") else 1

    def render_line(self, y: int) -> Strip:
        """The line, or a blank one."""
        width = self.size.width
        if y:
            return self.strip(self._chosen(width) if y == 1 else (), width)
        what: Spans = ((f" {self._what} ", Ink.TITLE),)
        room = width - width_of_all(what) - width_of_all(self._right) - 1
        return self.strip(ends((*what, *self._whom(room)), self._right, width), width)


class Header(StrEnum):
    """The fields, in their order."""

    TO = "To"
    CC = "Cc"
    BCC = "Bcc"
    SUBJECT = "Subject"
    SENDER = "From"
    FILES = "Files"
    TIME = "Send at"


PEOPLE = (Header.TO, Header.CC, Header.BCC)
"""The fields that name people."""

_ASKS = {
    Header.TO: "ada@shop.test, Bob Lee <bob@shop.test>",
    Header.CC: "who gets a copy",
    Header.BCC: "nobody else sees who is here",
    Header.SUBJECT: "the ticket's own",
    Header.SENDER: "the mailbox's address",
    Header.TIME: "tomorrow 9:00, tonight, in 2h · empty: at once",
}

_MOST_OF_FILES = 24
"""The most cells that name what is attached: the hint beside it has room in 80."""


def completed_people(known: Sequence[str], value: str) -> list[str]:
    """A list of people with its last one completed, by each person who begins like that; none if
    the last one is complete."""
    before, comma, begun = value.rpartition(",")
    kept = before + comma + begun[: len(begun) - len(begun.lstrip())]
    return [kept + one for one in people_called(known, begun.strip())]


def people_called(known: Sequence[str], begun: str) -> list[str]:
    """The people who begin like that, by name or address; none if it is one of them already."""
    wanted = begun.casefold()
    people = [(one, one.rpartition("<")[2].rstrip(">")) for one in known]
    if not wanted or any(wanted == form.casefold() for forms in people for form in forms):
        return []
    found = (
        next((form for form in forms if form.casefold().startswith(wanted)), "") for forms in people
    )
    return [form for form in found if form]


def completed_paths(value: str) -> list[str]:
    """A path with its last name completed, by each that is there; none if the name is complete."""
    if not value:
        return []
    folder, slash, begun = value.rpartition("/")
    with suppress(OSError, ValueError, RuntimeError):
        there = Path(folder + slash or ".").expanduser()
        names = sorted(
            entry.name + ("/" if entry.is_dir() else "")
            for entry in there.iterdir()
            if entry.name.startswith(begun) and not UNSAFE.search(entry.name)
        )
        shown = [name for name in names if begun or not name.startswith(".")]
        return [folder + slash + name for name in shown] if begun not in shown else []
    return []


class HeaderField(Horizontal):
    """One header: its name, or what it has already, and the field."""

    def __init__(self, header: Header, completion: Completion | None) -> None:
        name = header.name.lower()
        super().__init__(id=f"header-{name}", classes="header")
        self.label = PickerWord(id=f"header-{name}-label", ink=Ink.TITLE)
        self.field = Field(id=f"header-{name}-field", placeholder=_ASKS.get(header, ""))
        if completion is not None:
            self.field.complete_with(completion)

    def compose(self) -> Iterator[Widget]:
        """Both."""
        yield self.label
        yield self.field


class HeaderFields(Vertical):
    """All of them; created at the start and hidden, like the composer."""

    def __init__(self, *, id: str) -> None:  # noqa: A002  # Textual's name
        super().__init__(id=id)
        self.known: Sequence[str] = ()
        self.senders: Sequence[str] = ()
        self.changed: Callable[[], None] = lambda: None
        people = Completion(lambda value: completed_people(self.known, value))
        completions = {
            **dict.fromkeys(PEOPLE, people),
            Header.SENDER: Completion(lambda value: completed_people(self.senders, value)),
            Header.FILES: Completion(completed_paths),
        }
        self._lines = {one: HeaderField(one, completions.get(one)) for one in Header}
        self.at = Header.TO
        self._begun = self._attaches = self._drops = ""

    def say_keys(self, attaches: str, drops: str) -> None:
        """Say in the field of files which keys attach one and take one out."""
        self._attaches, self._drops = attaches, drops
        self.has("")

    def compose(self) -> Iterator[Widget]:
        """The fields."""
        yield from self._lines.values()

    @property
    def field(self) -> Field:
        """The field that has the keys."""
        return self._lines[self.at].field

    def offer(self, people: Sequence[str], senders: Sequence[str]) -> None:
        """Complete people and senders from these. With one sender there is nothing to choose."""
        self.known, self.senders = people, senders
        self._lines[Header.SENDER].display = len(senders) > 1

    def open(self, values: Mapping[Header, str], at: Header) -> None:
        """Show the fields with these values, and begin in one of them."""
        for one, line in self._lines.items():
            line.field.value = values.get(one, "")
            line.label.put(one)
        self.display = True
        self.changed()
        self.go(at)

    @property
    def height(self) -> int:
        """How many lines they take."""
        return sum(line.display for line in self._lines.values()) if self.display else 0

    def has(self, files: str) -> None:
        """Name the files that are attached."""
        line = self._lines[Header.FILES]
        line.label.put(f"{Header.FILES:<8} {shortened(files, _MOST_OF_FILES)}".rstrip())
        then = f"{self._drops} drops the last" if files else "several one by one"
        line.field.placeholder = f"a path · {self._attaches} attaches it · {then}"

    def go(self, header: Header) -> None:
        """Walk into a field, the cursor at its end; where people are named already, behind a comma:
        what is typed names one more."""
        self._tidy()
        self.at = header
        self._begun = self.value
        more = f"{self._begun}, " if header in PEOPLE and self._begun else ""
        self.field.begin(more or self.field.value)

    def _tidy(self) -> None:
        """Take the comma away behind which nobody was named."""
        if self.at in PEOPLE and self.field.value != self.value:
            self.field.value = self.value

    def complete(self) -> bool:
        """Accept what completes the field; False if nothing does. Behind a person whoever is typed
        next is one more."""
        done = self.field.complete()
        if done and self.at in PEOPLE:
            self.field.begin(f"{self.field.value}, ")
        return done

    @property
    def begun(self) -> str:
        """The last of the people in the field, as far as that one is typed."""
        return self.value.rpartition(",")[2].strip()

    @property
    def offers(self) -> Sequence[str]:
        """Who may be meant by that."""
        return people_called(self.known, self.begun) if self.field.completions else ()

    @property
    def is_changed(self) -> bool:
        """Whether the field is not as it was when it was walked into."""
        return self.value != self._begun

    def beside(self, steps: int) -> Header | None:
        """The field so many steps on; None behind the last one."""
        shown = [one for one, line in self._lines.items() if line.display]
        place = shown.index(self.at) + steps
        return shown[max(place, 0)] if place < len(shown) else None

    @property
    def value(self) -> str:
        """The text of the field that has the keys."""
        return self.text_of(self.at)

    def text_of(self, header: Header) -> str:
        """The text of a field, without a comma behind the last person."""
        text = self._lines[header].field.value.strip()
        return text.rstrip(", ") if header in PEOPLE else text

    def close(self) -> None:
        """Hide them."""
        self._tidy()
        self.display = False
        self.changed()


_TEXT, _TEXT_BELOW_FIELDS = 4, 3
"""The lines of an empty text: it grows from there."""


class Composer(Vertical):
    """Head, fields and text; created at the start and hidden, so that it takes the key after the
    one that opens it. It grows with the text, up to the height that the style sheet allows."""

    def __init__(self, *, id: str) -> None:  # noqa: A002  # Textual's name
        super().__init__(id=id)
        self.head = ComposerHead(id="composer-head")
        self.fields = HeaderFields(id="composer-fields")
        self.editor = Editor(id="composer-text")
        self._height = 0

    def on_mount(self) -> None:
        """Grow with the text from now on."""
        self.watch(self.editor, "virtual_size", self.fit, init=False)
        self.fields.changed = self.fit

    def fit(self) -> None:
        """Be as tall as what is in it."""
        lines = self.fields.height
        text = max(self.editor.virtual_size.height, _TEXT_BELOW_FIELDS if lines else _TEXT)
        height = 1 + self.head.lines + lines + text
        if height != self._height:
            self._height = height
            self.styles.height = height

    def compose(self) -> Iterator[Widget]:
        """The three parts."""
        yield self.head
        yield self.fields
        yield self.editor

    def open(self, text: str) -> None:
        """Begin with a text."""
        self.display = True
        self.editor.begin(text)

    def take_focus(self) -> None:
        """Take the keyboard again."""
        self.screen.set_focus(self.editor, scroll_visible=False)

    def close(self) -> None:
        """Hide it."""
        self.display = False

    @property
    def text(self) -> str:
        """What was written."""
        return self.editor.text

    def head_for(self, what: str, whom: Line, follows: str, chosen: Line = _nothing) -> None:
        """Show what is written, to whom, what follows after it is sent, and what else was
        chosen."""
        self.head.put(what, whom, ((follows + " ", Ink.DIM),), chosen)
        self.fit()
