"""Canned responses and macros as values, what is wrong with one, and the marks in a text being
written that say what goes with it."""

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from supportcli.domain.canned import languages
from supportcli.domain.canned.placeholders import Fault, stray_marks
from supportcli.domain.tickets.ticket import MAILED, Priority, Status
from supportcli.domain.tickets.verbs import STEPS
from supportcli.terminal import MARK, clean

MOST_BYTES = 10 * 1024 * 1024
"""The most bytes of all files of a response together: what mail servers accept, with room for the
quoted history."""

STATUSES = tuple(status for status in Status if status in STEPS)
"""The statuses a macro may set: those that agents have verbs for."""

_SHORTCUT = re.compile(r"[^\W_][\w-]{0,39}")
_LONGEST_TITLE = 100
_STRAY = "This ⟦ or ⟧ does not mark a blank: write blanks as ⟦date?⟧, on one line."
_UNKEEPABLE = re.compile("[\0\ud800-\udfff]")
_GOES_WITH = re.compile(r"⟦(attached|macro) ([^\s/⟦⟧]+)(?:/([^⟦⟧\n]+))?⟧")


class Scope(StrEnum):
    """Who sees a canned response. (There are no teams yet, so nothing can have that scope.)"""

    ME = "me"
    TEAM = "team"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Macro:
    """What a response does besides its text. `assignee` is an agent's address, “me” or “none”; None
    leaves a field as it is."""

    status: Status | None = None
    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()
    assignee: str | None = None
    priority: Priority | None = None

    def __bool__(self) -> bool:
        return self != Macro()

    @property
    def words(self) -> str:
        """“solved · +refund -waiting · to me · high”, or ""."""
        tags = " ".join([*(f"+{tag}" for tag in self.add), *(f"-{tag}" for tag in self.remove)])
        whom = (
            f"to {'nobody' if self.assignee == 'none' else self.assignee}" if self.assignee else ""
        )
        priority = str(self.priority) if self.priority is not None else ""
        return " · ".join(
            part
            for part in (self.status.value if self.status else "", tags, whom, priority)
            if part
        )

    def then(self, other: "Macro") -> "Macro":
        """Both, one after the other; where they differ, the later one wins."""
        add = tuple(sorted((set(self.add) - set(other.remove)) | set(other.add)))
        remove = tuple(sorted((set(self.remove) - set(other.add)) | set(other.remove)))
        priority = other.priority if other.priority is not None else self.priority
        return Macro(
            other.status or self.status, add, remove, other.assignee or self.assignee, priority
        )


@dataclass(frozen=True, slots=True)
class Enclosed:
    """A file that goes with a response."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Body:
    """The text of a response in one language. `language` may be empty for the one that is used if
    the customer's is unknown."""

    language: str
    text: str


@dataclass(frozen=True, slots=True)
class Canned:
    """A canned response. The first of its bodies is the default; the others are for customers who
    write in their language. `mailbox` is empty if it is for all of them."""

    shortcut: str
    title: str
    bodies: tuple[Body, ...]
    scope: Scope = Scope.ALL
    mailbox: str = ""
    macro: Macro = field(default_factory=Macro)
    files: tuple[Enclosed, ...] = ()

    def body_for(self, language: str | None) -> Body:
        """The body for a customer who writes in this language."""
        return next((body for body in self.bodies if body.language == language), self.bodies[0])


@dataclass(frozen=True, slots=True)
class StoredResponse:
    """A canned response as the desk keeps it: its version, since when and by whom (empty: it came
    with the desk). `mine`: no other agent sees it."""

    id: int
    canned: Canned
    version: int
    since: datetime
    by: str
    mine: bool
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Usage:
    """How often a canned response was used in a period, in how many tickets and by how many agents,
    and when it was last used at all. A use that was undone does not count."""

    kept: StoredResponse
    uses: int
    tickets: int
    agents: int
    last_at: datetime | None


@dataclass(frozen=True, slots=True)
class DeskAddresses:
    """The addresses of a desk's mailboxes and agents, and the names of its custom fields."""

    mailboxes: frozenset[str]
    agents: frozenset[str]
    fields: frozenset[str] = frozenset()


def shortcut_of(typed: str) -> str:
    """A shortcut as it is kept: lower case. ValueError unless it is letters, digits and hyphens, at
    most forty."""
    wanted = as_shortcut(typed)
    if not _SHORTCUT.fullmatch(wanted):
        raise ValueError(typed)
    return wanted


def as_shortcut(typed: str) -> str:
    """The input in the form of a shortcut, though it may not be valid."""
    return unicodedata.normalize(
        "NFC", typed.strip().replace("İ", "i").lower().removeprefix(";")
    )  # the only letter that becomes two


def title_of(typed: str) -> str:
    """A title as it is kept: on one line and safe to show."""
    return clean(" ".join(typed.split()))


def body_text(text: str) -> str:
    """A body's text as it is kept: uniform line ends, no blank lines around it, nothing that a
    database refuses."""
    return _UNKEEPABLE.sub(MARK, text.replace("\r\n", "\n").replace("\r", "\n")).strip("\n")


LineOf = Callable[[str], int]
"""Returns the line of an element: title, mailbox, attachments, assignee, or `body N`, N counted
from 0."""


def nowhere(_: str) -> int:
    """0, the line of an element that is in no file."""
    return 0


def faults_of(
    canned: Canned, known: DeskAddresses | None, line_of: LineOf = nowhere
) -> Iterator[Fault]:
    """What is wrong with a response. Without a desk (`known` is None) its mailboxes and agents are
    not checked."""
    if not canned.title:
        yield Fault(line_of("title"), "It has no title to find it by.")
    elif len(canned.title) > _LONGEST_TITLE:
        yield Fault(
            line_of("title"),
            f"Its title has {len(canned.title)} characters; the limit is {_LONGEST_TITLE}.",
        )
    yield from _faults_around(canned, known, line_of)
    yield from _faults_of_bodies(canned, line_of, known.fields if known else None)


def _faults_around(canned: Canned, known: DeskAddresses | None, line_of: LineOf) -> Iterator[Fault]:
    if canned.scope is Scope.TEAM:
        yield Fault(line_of("scope"), "There are no teams yet: use me or all as the scope.")
    if known and canned.mailbox and canned.mailbox not in known.mailboxes:
        yield Fault(line_of("mailbox"), f"There is no mailbox {clean(canned.mailbox)}.")
    if known and canned.macro.assignee not in {None, "me", "none", *known.agents}:
        yield Fault(line_of("assignee"), f"There is no agent {clean(canned.macro.assignee or '')}.")
    if both := set(canned.macro.add) & set(canned.macro.remove):
        yield Fault(line_of("tags"), f"The macro both adds and removes {clean(min(both))}.")
    if canned.macro.status not in {None, *MAILED} and any(
        body.text.strip() for body in canned.bodies
    ):
        yield Fault(
            line_of("status"),
            (
                f"A macro that sets {canned.macro.status} must not have a text: such tickets are "
                "not answered."
            ),
        )
    names = [file.name for file in canned.files]
    yield from (
        Fault(line_of("attachments"), f"Two attachments are called {name}.")
        for name in dict.fromkeys(names)
        if names.count(name) > 1
    )
    if sum(file.size for file in canned.files) > MOST_BYTES:
        yield Fault(
            line_of("attachments"), f"Its files are more than {MOST_BYTES >> 20} MB in total."
        )


def _faults_of_bodies(
    canned: Canned, line_of: LineOf, fields: frozenset[str] | None
) -> Iterator[Fault]:
    from supportcli.domain.canned import templates  # noqa: PLC0415  # Jinja is slow to load, and sending does not need it

    seen: set[str] = set()
    for place, body in enumerate(canned.bodies):
        line = line_of(f"body {place}")
        if body.language in seen:
            yield Fault(line, f"The language {body.language} appears twice.")
        elif body.language not in {*languages.KNOWN, "" if place == 0 else None}:
            yield Fault(
                line,
                (
                    f"The language “{clean(body.language)}” is unknown: use one of "
                    f"{', '.join(languages.KNOWN)}."
                ),
            )
        seen.add(body.language)
        if not body.text.strip() and (place or not canned.macro):
            yield Fault(line, "It says nothing: there is no text.")
        found = [
            *templates.faults(body.text, fields),
            *(Fault(place, _STRAY) for place in stray_marks(body.text)),
        ]
        yield from (Fault(line + fault.line if line else 0, fault.sentence) for fault in found)


# What goes with a text


def attached_mark(shortcut: str, name: str) -> str:
    """The mark in a text being written that attaches this file of that response, unless the mark is
    deleted."""
    return f"⟦attached {shortcut}/{name}⟧"


def macro_mark(shortcut: str) -> str:
    """The mark that runs this macro when the text is sent."""
    return f"⟦macro {shortcut}⟧"


@dataclass(frozen=True, slots=True)
class ParsedText:
    """A written text without its marks, and what these said: files as (shortcut, name), and
    macros."""

    words: str
    attached: tuple[tuple[str, str], ...] = ()
    macros: tuple[str, ...] = ()


def parse_marks(text: str) -> ParsedText:
    """Read the marks out of a text and remove them."""
    found = list(_GOES_WITH.finditer(text))
    if not found:
        return ParsedText(text)
    lines = [(line, _GOES_WITH.sub("", line)) for line in text.split("\n")]
    words = "\n".join(kept for line, kept in lines if line == kept or kept.strip())
    attached = dict.fromkeys((one[2], one[3]) for one in found if one[1] == "attached" and one[3])
    macros = dict.fromkeys(one[2] for one in found if one[1] == "macro")
    return ParsedText(words.rstrip("\n"), tuple(attached), tuple(macros))
