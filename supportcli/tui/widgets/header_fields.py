"""The headers of a reply as fields to walk into: people, subject, sender, files and time. While
they are open, each has a line above the text."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from enum import StrEnum
from pathlib import Path

from textual.containers import Horizontal, Vertical
from textual.widget import Widget

from supportcli.rendering.ink import Ink
from supportcli.terminal import UNSAFE
from supportcli.tui.widgets.fields import Completion, Field
from supportcli.tui.widgets.picker import PickerWord


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
    Header.BCC: "nobody else sees who is here",
    Header.SUBJECT: "the ticket's own",
    Header.SENDER: "the mailbox's address",
    Header.FILES: "a path · ⏎ attaches it · ^x takes the last file out",
    Header.TIME: "tomorrow 9:00 · empty: at once",
}


def completed_person(known: Sequence[str], value: str) -> str | None:
    """A list of people with its last one completed; None if nobody begins like that, or the last
    one is complete."""
    before, comma, begun = value.rpartition(",")
    kept = before + comma + begun[: len(begun) - len(begun.lstrip())]
    wanted = begun.strip().casefold()
    forms = [form for one in known for form in (one, one.rpartition("<")[2].rstrip(">"))]
    if not wanted or wanted in map(str.casefold, forms):
        return None
    found = (form for form in forms if form.casefold().startswith(wanted))
    return next((kept + form for form in found), None)


def completed_path(value: str) -> str | None:
    """A path with its last name completed by the first that is there; None if there is none."""
    if not value:
        return None
    folder, slash, begun = value.rpartition("/")
    with suppress(OSError, ValueError, RuntimeError):
        there = Path(folder + slash or ".").expanduser()
        names = sorted(
            entry.name + ("/" if entry.is_dir() else "")
            for entry in there.iterdir()
            if entry.name.startswith(begun) and not UNSAFE.search(entry.name)
        )
        shown = [name for name in names if begun or not name.startswith(".")]
        return folder + slash + shown[0] if shown and shown[0] != begun else None
    return None


class HeaderField(Horizontal):
    """One header: its name, or what it has already, and the field."""

    def __init__(self, header: Header, completion: Completion | None) -> None:
        name = header.name.lower()
        super().__init__(id=f"header-{name}", classes="header")
        self.label = PickerWord(id=f"header-{name}-label", ink=Ink.TITLE)
        self.label.add_class("header-label")
        self.field = Field(id=f"header-{name}-field", placeholder=_ASKS.get(header, ""))
        self.field.add_class("header-field")
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
        people = Completion(lambda value: completed_person(self.known, value))
        completions = {
            **dict.fromkeys(PEOPLE, people),
            Header.SENDER: Completion(lambda value: completed_person(self.senders, value)),
            Header.FILES: Completion(completed_path),
        }
        self._lines = {one: HeaderField(one, completions.get(one)) for one in Header}
        self.at = Header.TO
        self._begun = ""

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
        self.go(at)

    def has(self, files: Sequence[str]) -> None:
        """Name the files that are attached."""
        self._lines[Header.FILES].label.put(f"{Header.FILES:<8} {', '.join(files)}".rstrip())

    def go(self, header: Header) -> None:
        """Walk into a field, the cursor at its end."""
        self.at = header
        self._begun = self.value
        self.field.begin(self.field.value)

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
        return self.field.value.strip()

    def text_of(self, header: Header) -> str:
        """The text of a field."""
        return self._lines[header].field.value.strip()

    def close(self) -> None:
        """Hide them."""
        self.display = False
