"""Canned responses and macros as values, and what is wrong with one."""

import re
import unicodedata
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from supportcli.domain.canned import languages
from supportcli.domain.canned.placeholders import Fault, stray_marks
from supportcli.domain.custom_fields import CustomField
from supportcli.domain.tickets.ticket import MAILED, Priority, Status
from supportcli.domain.tickets.verbs import STEPS
from supportcli.errors.tickets import FieldValueInvalid
from supportcli.terminal import MARK, clean

MOST_BYTES = 10 * 1024 * 1024
"""The most bytes of all files of a response together: what mail servers accept, with room for the
quoted history."""

STATUSES = tuple(status for status in Status if status in STEPS)
"""The statuses a macro may set: those that agents have verbs for."""

_SHORTCUT = re.compile(r"[^\W_][\w-]{0,39}")
NOBODY = "none"
"""What stands for no agent, or no team, in a macro."""

_LONGEST_TITLE = 100
_STRAY = "This ⟦ or ⟧ does not mark a blank: write blanks as ⟦date?⟧, on one line."
_UNKEEPABLE = re.compile("[\0\ud800-\udfff]")


class Scope(StrEnum):
    """Who sees a canned response."""

    ME = "me"
    TEAM = "team"
    ALL = "all"


EVERYBODYS = Scope.ALL, ""
"""What `Canned.whose` says of a response that all agents see."""


@dataclass(frozen=True, slots=True)
class Macro:
    """What a response does besides its text. `assignee` is an agent's address, “me” or “none”,
    `team` the name of a team or “none”; None leaves a field as it is. `fields` are custom fields by
    name, with what is filled in; "" empties one."""

    status: Status | None = None
    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()
    assignee: str | None = None
    priority: Priority | None = None
    team: str | None = None
    fields: tuple[tuple[str, str], ...] = ()

    def __bool__(self) -> bool:
        return self != Macro()

    @property
    def hands_over(self) -> bool:
        """Whether it says who has the ticket, so that it is not whoever answers."""
        return self.assignee is not None or self.team not in {None, NOBODY}

    @property
    def words(self) -> str:
        """“solved · +refund -waiting · to me · to team billing · high · plan=pro”, or ""."""
        tags = " ".join([*(f"+{tag}" for tag in self.add), *(f"-{tag}" for tag in self.remove)])
        whom = "nobody" if self.assignee == NOBODY else self.assignee
        team = "no team" if self.team == NOBODY else f"team {self.team}"
        parts = (
            self.status.value if self.status else "",
            tags,
            f"to {whom}" if whom else "",
            f"to {team}" if self.team else "",
            str(self.priority) if self.priority is not None else "",
            *(f"{name}={text}" for name, text in self.fields),
        )
        return " · ".join(filter(None, parts))

    def then(self, other: "Macro") -> "Macro":
        """Both, one after the other; where they differ, the later one wins."""
        return Macro(
            other.status or self.status,
            tuple(sorted((set(self.add) - set(other.remove)) | set(other.add))),
            tuple(sorted((set(self.remove) - set(other.add)) | set(other.remove))),
            other.assignee or self.assignee,
            other.priority if other.priority is not None else self.priority,
            other.team or self.team,
            tuple(sorted({**dict(self.fields), **dict(other.fields)}.items())),
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
    write in their language. `mailbox` is empty if it is for all of them; `team` is the one that
    sees it, if that is its scope."""

    shortcut: str
    title: str
    bodies: tuple[Body, ...]
    scope: Scope = Scope.ALL
    mailbox: str = ""
    macro: Macro = field(default_factory=Macro)
    files: tuple[Enclosed, ...] = ()
    team: str = ""

    @property
    def whose(self) -> tuple[Scope, str]:
        """Who sees it: its scope, and the team in it, in any case."""
        return self.scope, self.team.casefold()

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
class DeskNames:
    """What responses of a desk may name: the addresses of its mailboxes and agents, its teams (in
    lower case), and its custom fields by name."""

    mailboxes: frozenset[str]
    agents: frozenset[str]
    fields: Mapping[str, CustomField] = field(default_factory=dict)
    teams: frozenset[str] = frozenset()


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
"""Returns the line of an element: title, scope, mailbox, attachments, assignee, team, fields, or
`body N`, N counted from 0."""


def nowhere(_: str) -> int:
    """0, the line of an element that is in no file."""
    return 0


def faults_of(
    canned: Canned, known: DeskNames | None, line_of: LineOf = nowhere
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
    yield from _faults_of_macro(canned, known, line_of)
    yield from _faults_of_bodies(canned, line_of, known.fields if known else None)


def _faults_around(canned: Canned, known: DeskNames | None, line_of: LineOf) -> Iterator[Fault]:
    if canned.scope is Scope.TEAM and not canned.team:
        yield Fault(line_of("scope"), 'It is for a team, but says not which: add team = "NAME".')
    elif canned.team and canned.scope is not Scope.TEAM:
        yield Fault(line_of("scope"), f"It names a team, but its scope is {canned.scope}.")
    elif known and canned.team and canned.team.casefold() not in known.teams:
        yield Fault(line_of("team"), f"There is no team {clean(canned.team)}.")
    if known and canned.mailbox and canned.mailbox not in known.mailboxes:
        yield Fault(line_of("mailbox"), f"There is no mailbox {clean(canned.mailbox)}.")
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


def _faults_of_macro(canned: Canned, known: DeskNames | None, line_of: LineOf) -> Iterator[Fault]:
    macro = canned.macro
    if known and macro.assignee not in {None, "me", NOBODY, *known.agents}:
        yield Fault(line_of("assignee"), f"There is no agent {clean(macro.assignee or '')}.")
    if known and macro.team and macro.team.casefold() not in {NOBODY, *known.teams}:
        yield Fault(line_of("macro.team"), f"There is no team {clean(macro.team)}.")
    if known:
        yield from _faults_of_fields(macro, known.fields, line_of("fields"))
    if both := set(macro.add) & set(macro.remove):
        yield Fault(line_of("tags"), f"The macro both adds and removes {clean(min(both))}.")
    if macro.status not in {None, *MAILED} and any(body.text.strip() for body in canned.bodies):
        yield Fault(
            line_of("status"),
            f"A macro that sets {macro.status} must not have a text: such tickets are not "
            "answered.",
        )


def _faults_of_fields(macro: Macro, known: Mapping[str, CustomField], line: int) -> Iterator[Fault]:
    for name, text in macro.fields:
        if name not in known:
            yield Fault(line, f"There is no field {clean(name)}.")
            continue
        try:
            known[name].kept(text)
        except FieldValueInvalid:
            yield Fault(line, f"“{clean(text)}” cannot be {name}: write {known[name].expects}.")


def _faults_of_bodies(
    canned: Canned, line_of: LineOf, fields: Collection[str] | None
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
