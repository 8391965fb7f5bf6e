"""What `canned add` and `canned edit` take: what a response is for, and what its macro does."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from supportcli.commands.options.completion import agents, fields, mailboxes, teams
from supportcli.commands.options.grouped import grouped
from supportcli.domain.tickets.tags import tag_of
from supportcli.domain.tickets.ticket import Priority, Status
from supportcli.errors import UsageError
from supportcli.errors.names import NotFound, Thing

if TYPE_CHECKING:
    from supportcli.domain.canned.responses import Canned, Macro, Scope

T = TypeVar("T")

KEEP = "keep"
"""What stands for “no change” among a macro's verbs."""

Title = Annotated[
    str | None,
    typer.Option(
        "--title", metavar="TEXT", help="Its title in the list of responses.", show_default=False
    ),
]
OfTeam = Annotated[
    str | None,
    typer.Option(
        "--team",
        metavar="TEAM",
        autocompletion=teams,
        help="Only for the agents of this team, which must be yours.",
        show_default=False,
    ),
]
Language = Annotated[
    str | None,
    typer.Option(
        "--language",
        "-l",
        metavar="CODE",
        help="The language of the text, such as de.",
        show_default=False,
    ),
]
Mailbox = Annotated[
    str | None,
    typer.Option(
        "--mailbox",
        metavar="ADDRESS|any",
        autocompletion=mailboxes,
        help="Only for tickets of this mailbox.",
        show_default=False,
    ),
]
Attach = Annotated[
    list[Path] | None,
    typer.Option(
        "--attach",
        metavar="FILE",
        help="A file to attach. May be repeated.",
        show_default=False,
    ),
]
SetStatus = Annotated[
    str | None,
    typer.Option(
        "--status",
        metavar="open|pending|on-hold|solved|spam|deleted|keep",
        help="Macro: the ticket's new status.",
        show_default=False,
    ),
]
SetTags = Annotated[
    list[str] | None,
    typer.Option(
        "--tag", metavar="+TAG|-TAG", help="Macro: a tag to add or remove. May be repeated."
    ),
]
Assignee = Annotated[
    str | None,
    typer.Option(
        "--assignee",
        metavar="AGENT",
        autocompletion=agents,
        help="Macro: the new assignee: an address, me, none or keep.",
        show_default=False,
    ),
]
SetPriority = Annotated[
    str | None,
    typer.Option(
        "--priority",
        metavar="low|normal|high|urgent|keep",
        help="Macro: the new priority.",
        show_default=False,
    ),
]

ToTeam = Annotated[
    str | None,
    typer.Option(
        "--to-team",
        metavar="TEAM",
        autocompletion=teams,
        help="Macro: the team that gets the ticket: a name, none or keep.",
        show_default=False,
    ),
]
SetFields = Annotated[
    list[str] | None,
    typer.Option(
        "--field",
        metavar="FIELD=VALUE",
        autocompletion=fields,
        help="Macro: a custom field to fill in, as in plan=pro; plan= empties it, plan=keep leaves "
        "it as it is. May be repeated.",
        show_default=False,
    ),
]


@dataclass(frozen=True, slots=True)
class MacroOptions:
    """What options say about a macro."""

    status: str | None
    tags: Sequence[str]
    assignee: str | None
    priority: str | None
    team: str | None
    fields: Sequence[str]

    def of(self, was: "Macro") -> "Macro":
        """What a response does with these options: “keep” removes a verb, a tag replaces the same
        tag with the other sign."""
        from supportcli.domain.canned.responses import STATUSES, Macro

        steps: dict[str, Status] = {one.value: one for one in STATUSES}
        urgencies: dict[str, Priority] = {str(one): one for one in Priority}
        found = was.then(Macro(add=_tags(self.tags, "+"), remove=_tags(self.tags, "-")))
        return Macro(
            was.status if self.status is None else _one_of("--status", self.status, steps),
            found.add,
            found.remove,
            was.assignee
            if self.assignee is None
            else None
            if self.assignee == KEEP
            else self.assignee.lower(),
            was.priority
            if self.priority is None
            else _one_of("--priority", self.priority, urgencies),
            was.team if self.team is None else None if self.team == KEEP else self.team,
            _fields(was.fields, self.fields),
        )


@dataclass(frozen=True, slots=True)
class SharedOptions:
    """What both commands are asked for; None leaves things as they are."""

    mailbox: str | None
    attach: Sequence[Path]
    verbs: MacroOptions


def _asked(
    *,
    mailbox: Mailbox = None,
    attach: Attach = None,
    status: SetStatus = None,
    tag: SetTags = None,
    assignee: Assignee = None,
    to_team: ToTeam = None,
    priority: SetPriority = None,
    field: SetFields = None,
) -> SharedOptions:
    """The options that both commands take."""
    verbs = MacroOptions(status, tag or (), assignee, priority, to_team, field or ())
    return SharedOptions(mailbox, attach or (), verbs)


def with_options() -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Replace a command's parameter `asked` by the options of `_asked`."""
    return grouped("asked", _asked)


class Options:
    """What options say about a response; what they do not name stays as it is."""

    def __init__(
        self,
        asked: SharedOptions,
        *,
        title: str | None,
        detach: Sequence[str] = (),
        rename: str | None = None,
        scope: str | None = None,
        team: str | None = None,
    ) -> None:
        from supportcli.desk.canned.folders import enclosed

        self._verbs, self._mailbox = asked.verbs, asked.mailbox
        self._title, self._detach = title, detach
        self._shortcut = None if rename is None else shortcut_of(rename)
        self._whose = _whose(scope, team)
        self._new = [enclosed(path) for path in asked.attach]

    @property
    def contents(self) -> Mapping[str, bytes]:
        """The bytes of the files that are added."""
        return {file.sha256: content for file, content in self._new}

    def of(self, begin: "Canned", *, whole: bool = False) -> "Canned":
        """The response that the options make of `begin`; UsageError if a file to remove is not
        there. `whole`: they have already been applied to what this one replaces."""
        from supportcli.domain.canned.responses import title_of

        if not whole and (missing := set(self._detach) - {file.name for file in begin.files}):
            raise NotFound(
                Thing.CANNED_FILE,
                f"{min(missing)} in “{begin.shortcut}”",
                hint=f"See its files with: supportcli canned show {begin.shortcut}",
            )
        gone = {*self._detach, *(file.name for file, _ in self._new)}
        scope, team = self._whose or (begin.scope, begin.team)
        return replace(
            begin,
            shortcut=self._shortcut or begin.shortcut,
            scope=scope,
            team=team,
            title=begin.title if self._title is None else title_of(self._title),
            mailbox=begin.mailbox
            if self._mailbox is None
            else ""
            if self._mailbox == "any"
            else self._mailbox.lower(),
            files=(
                *(file for file in begin.files if file.name not in gone),
                *(file for file, _ in self._new),
            ),
            macro=self._verbs.of(begin.macro),
        )


def shortcut_of(typed: str) -> str:
    """A shortcut as somebody typed it; UsageError if it cannot be one."""
    from supportcli.domain.canned import responses

    try:
        return responses.shortcut_of(typed)
    except ValueError as error:
        raise UsageError(
            f"“{typed}” cannot be a shortcut.",
            "Use letters, digits and hyphens, at most forty.",
        ) from error


def _whose(scope: str | None, team: str | None) -> "tuple[Scope, str] | None":
    """Who is to see a response: a scope, and its team; None: whoever sees it now."""
    from supportcli.domain.canned.responses import Scope

    if scope is not None and team is not None:
        raise UsageError("A response is for one team, for me or for all.", "Give one of them.")
    if team is not None:
        return Scope.TEAM, team
    known = {one.value: one for one in (Scope.ME, Scope.ALL)}
    if scope is not None and scope not in known:
        raise UsageError(
            f"“{scope}” is not a value for --scope.", "Use me or all; for a team: --team TEAM."
        )
    return None if scope is None else (known[scope], "")


def _fields(was: Sequence[tuple[str, str]], typed: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """The fields of a macro after these options."""
    found = dict(was)
    for one in typed:
        name, equals, value = one.partition("=")
        if not equals or not name.strip():
            raise UsageError(
                f"“{one}” does not say what to fill in.", "Write it as in: --field plan=pro"
            )
        key = name.strip().lower().replace("-", "_")
        if value == KEEP:
            found.pop(key, None)
        else:
            found[key] = value.strip()
    return tuple(sorted(found.items()))


def _tags(typed: Sequence[str], sign: str) -> tuple[str, ...]:
    found = [
        word[1:] if word[:1] in "+-" else word
        for word in typed
        if (word[:1] == "-") == (sign == "-")
    ]
    try:
        return tuple(sorted({tag_of(word) for word in found}))
    except ValueError as error:
        raise UsageError(
            f"“{error}” cannot be a tag.",
            "A tag is one short word, such as +refund; -refund removes it.",
        ) from error


def _one_of(option: str, typed: str, known: Mapping[str, T]) -> T | None:
    if typed == KEEP:
        return None
    if typed not in known:
        raise UsageError(
            f"“{typed}” is not a value for {option}.",
            f"Use one of: {', '.join(known)}, or {KEEP} for no change.",
        )
    return known[typed]
