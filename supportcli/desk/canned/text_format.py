"""A canned response as a text: TOML between two lines of `+++`, then its text, and below `+++ de`
its text in German.

It is what `canned export` writes, `canned import` reads, and `canned edit` opens in the editor.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import tomlkit
from tomlkit.items import Table

from supportcli.domain.canned.placeholders import Fault
from supportcli.domain.canned.responses import (
    STATUSES,
    Body,
    Canned,
    Macro,
    Scope,
    body_text,
    shortcut_of,
)
from supportcli.domain.text.words import nearest
from supportcli.domain.tickets.tags import tag_of
from supportcli.domain.tickets.ticket import Priority, Status
from supportcli.errors import did_you_mean
from supportcli.terminal import clean

FENCE = "+++"
_KEYS = ("shortcut", "title", "language", "scope", "team", "mailbox", "attachments", "macro")
_MACRO_KEYS = ("status", "tags", "assignee", "team", "priority", "fields")
_TABLE = re.compile(r"\s*\[\s*([\w.-]+)\s*\]")
_KEY = re.compile(r"\s*(macro\.)?([\w-]+)\s*=")
_VARIANT = re.compile(r"\+\+\+ +(\S+) *")
_LOOKS_LIKE_FENCE = re.compile(r"\\*\+\+\+.*")
_PLACE = re.compile(r" *\(at (?:line (\d+), column \d+|end of document)\)")

_NO_VARIANT = (
    "This line begins with +++ but starts no variant: write +++ de, or \\+++ if it belongs to the "
    "text."
)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ParsedResponse:
    """A parsed text: the response (without the bytes of its files), the files it names, what is
    wrong, and line numbers."""

    canned: Canned
    attachments: tuple[str, ...]
    faults: tuple[Fault, ...]
    lines: Mapping[str, int]

    def line_of(self, what: str) -> int:
        """The line of a key, or the line before a body; the first line if it is missing."""
        return self.lines.get(what, 1)


def is_sheet(text: str) -> bool:
    """Whether a text is a complete response, not just its words."""
    return text.lstrip("\ufeff\n").startswith(FENCE + "\n")


def written(canned: Canned, attachments: Mapping[str, str]) -> str:
    """The text of a response; `attachments` maps the name of each of its files to its path."""
    front = tomlkit.document()
    front["shortcut"] = canned.shortcut
    front["title"] = canned.title
    for key, value in (("language", canned.bodies[0].language), ("mailbox", canned.mailbox)):
        if value:
            front[key] = value
    if canned.scope is not Scope.ALL:
        front["scope"] = canned.scope.value
    if canned.team:
        front["team"] = canned.team
    if canned.files:
        front["attachments"] = [attachments[file.name] for file in canned.files]
    if canned.macro:
        front["macro"] = _macro_table(canned.macro)
    default, *variants = canned.bodies
    pieces = [f"{FENCE}\n{tomlkit.dumps(front)}{FENCE}\n{_guarded(default.text)}\n"]
    pieces += [f"\n{FENCE} {body.language}\n{_guarded(body.text)}\n" for body in variants]
    return "".join(pieces)


def _macro_table(macro: Macro) -> Table:
    table = tomlkit.table()
    if macro.status:
        table["status"] = macro.status.value
    if macro.add or macro.remove:
        table["tags"] = [*(f"+{tag}" for tag in macro.add), *(f"-{tag}" for tag in macro.remove)]
    if macro.assignee:
        table["assignee"] = macro.assignee
    if macro.team:
        table["team"] = macro.team
    if macro.priority is not None:
        table["priority"] = str(macro.priority)
    if macro.fields:
        table["fields"] = dict(macro.fields)
    return table


def _guarded(text: str) -> str:
    """A body in which no line looks like the beginning of a variant."""
    return "\n".join(
        "\\" + line if _LOOKS_LIKE_FENCE.fullmatch(line) else line for line in text.split("\n")
    )


def _unguarded(line: str) -> str:
    return line[1:] if line.startswith("\\") and _LOOKS_LIKE_FENCE.fullmatch(line) else line


def read(text: str, name: str) -> ParsedResponse:
    """Parse a text; `name` is its shortcut if it gives none. Never raises: what is wrong is in
    `faults`."""
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    begin = next((place for place, line in enumerate(lines) if line.strip()), 0)
    end = next(
        (place for place, line in enumerate(lines) if place > begin and line.rstrip() == FENCE),
        None,
    )
    if lines[begin].rstrip() != FENCE or end is None:
        return unread(
            name, Fault(begin + 1, f"It does not begin with lines between {FENCE} and {FENCE}.")
        )
    front = "\n".join(lines[begin + 1 : end])
    try:
        table = tomllib.loads(front)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        return unread(name, _broken(error, begin + 1, end))
    places = _places(front.split("\n"), begin + 2)
    reading = _Reading(places, begin + 1)
    bodies, starts = _bodies(lines, end, reading.text(table, "language").lower())
    reading.faults += [
        Fault(place, _NO_VARIANT)
        for place, line in enumerate(lines, 1)
        if place > end + 1 and _begins_nothing(line)
    ]
    return reading.sheet(table, name, bodies, {**places, **starts})


def unread(name: str, fault: Fault) -> ParsedResponse:
    """A text of which nothing could be read."""
    return ParsedResponse(Canned(name, "", (Body("", ""),)), (), (fault,), {})


def _broken(error: Exception, before: int, last: int) -> Fault:
    """What the TOML parser says, on the line of the file."""
    said = str(error)
    place = _PLACE.search(said)
    line = last if place and place[1] is None else before + (int(place[1]) if place else 1)
    return Fault(
        line,
        f"This is not TOML: {clean(_PLACE.sub('', said)).strip() or 'it is nested too deeply'}.",
    )


def _places(front: list[str], first: int) -> dict[str, int]:
    """The lines of the keys and tables of a front matter; `macro.team` is the macro's team."""
    places: dict[str, int] = {}
    inside = ""
    for place, line in enumerate(front, first):
        if table := _TABLE.match(line):
            inside = table[1]
            places.setdefault(inside.rpartition(".")[2], place)
        elif (key := _KEY.match(line)) and inside in {"", "macro"}:
            of_macro = (key[1] or inside) and key[2] == "team"
            places.setdefault("macro.team" if of_macro else key[2], place)
    return places


def _bodies(lines: list[str], end: int, language: str) -> tuple[tuple[Body, ...], dict[str, int]]:
    """The bodies, and the line before the first of each."""
    parts: list[tuple[str, list[str]]] = [(language, [])]
    fences = [end + 1]
    for place, line in enumerate(lines[end + 1 :], end + 2):
        if variant := _VARIANT.fullmatch(line):
            parts.append((variant[1].lower(), []))
            fences.append(place)
        else:
            parts[-1][1].append(_unguarded(line))
    blank = (next((count for count, line in enumerate(found) if line), 0) for _, found in parts)
    starts = {
        f"body {place}": sum(lines) for place, lines in enumerate(zip(fences, blank, strict=True))
    }
    return tuple(Body(language, body_text("\n".join(found))) for language, found in parts), starts


def _begins_nothing(line: str) -> bool:
    """Whether a line of a body looks like the start of a variant but is not one: a customer would
    read it."""
    return line.startswith(FENCE) and not _VARIANT.fullmatch(line)


class _Reading:
    """Reads the values of a front matter, and notes what is wrong with them."""

    def __init__(self, places: Mapping[str, int], first: int) -> None:
        self._places = places
        self._first = first
        self.faults: list[Fault] = []

    def wrong(self, key: str, sentence: str) -> None:
        """Note a fault on the line of a key."""
        self.faults.append(Fault(self._places.get(key, self._first), sentence))

    def text(self, table: Mapping[str, Any], key: str) -> str:
        """A text, on one line and safe to show; empty if there is none."""
        value = table.get(key, "")
        if not isinstance(value, str):
            self.wrong(key, f"{key} is not text: write it in quotes.")
            return ""
        return clean(" ".join(value.split()))

    def texts(self, table: Mapping[str, Any], key: str) -> tuple[str, ...]:
        """A list of texts."""
        value = table.get(key, [])
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            self.wrong(key, f'{key} is not a list of strings: write it as ["…", "…"].')
            return ()
        return tuple(value)

    def keys(self, table: Mapping[str, Any], known: tuple[str, ...], where: str) -> None:
        """Note the keys that are not known."""
        for key in table:
            if key not in known:
                meant = did_you_mean(nearest(key, known))
                more = f". {meant}" if meant else f": use one of {', '.join(known)}."
                self.wrong(key, f"{where} “{clean(key)}” is unknown{more}")

    def one_of(self, key: str, typed: str, known: Mapping[str, T]) -> T | None:
        """The value of a word; None if it is missing or unknown."""
        if typed and typed not in known:
            self.wrong(key, f"The {key} “{typed}” is unknown: use one of {', '.join(known)}.")
        return known.get(typed)

    def shortcut(self, table: Mapping[str, Any], name: str) -> str:
        """The shortcut, or the name of the file."""
        typed = self.text(table, "shortcut") or name
        try:
            return shortcut_of(typed)
        except ValueError:
            self.wrong(
                "shortcut",
                (
                    f"“{clean(typed)}” cannot be a shortcut: use letters, digits and hyphens, "
                    "at most forty."
                ),
            )
            return typed

    def macro(self, table: Mapping[str, Any]) -> Macro:
        """What a response does besides its text."""
        given = table.get("macro", {})
        if not isinstance(given, dict):
            self.wrong("macro", "macro is not a table: write its lines below [macro].")
            return Macro()
        self.keys(given, _MACRO_KEYS, "The verb")
        status = self.one_of("status", self.text(given, "status"), _by_value(STATUSES))
        priority = self.one_of(
            "priority", self.text(given, "priority"), {str(one): one for one in Priority}
        )
        add, remove = self._tags(self.texts(given, "tags"))
        assignee, team = self.text(given, "assignee").lower(), self.text(given, "team")
        return Macro(
            status, add, remove, assignee or None, priority, team or None, self._fields(given)
        )

    def _fields(self, macro: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
        """Custom fields with what is filled in: as TOML has texts, numbers, dates and truths."""
        given = macro.get("fields", {})
        if not isinstance(given, dict):
            self.wrong("fields", "fields is not a table: write its lines below [macro.fields].")
            return ()
        found = {}
        for name, value in given.items():
            if isinstance(value, dict | list):
                self.wrong("fields", f"{clean(name)} is no single value.")
                continue
            text = {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)
            found[name.lower().replace("-", "_")] = clean(" ".join(text.split()))
        return tuple(sorted(found.items()))

    def _tags(self, typed: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
        tags: dict[bool, set[str]] = {True: set(), False: set()}
        for word in typed:
            try:
                tags[word.startswith("-")].add(tag_of(word.removeprefix("-").removeprefix("+")))
            except ValueError:
                self.wrong("tags", f"“{clean(word)}” cannot be a tag: write +refund or -refund.")
        return tuple(sorted(tags[False])), tuple(sorted(tags[True]))

    def sheet(
        self,
        table: Mapping[str, Any],
        name: str,
        bodies: tuple[Body, ...],
        lines: Mapping[str, int],
    ) -> ParsedResponse:
        """Parse the front matter."""
        self.keys(table, _KEYS, "The key")
        team, mailbox = self.text(table, "team"), self.text(table, "mailbox").lower()
        usual = Scope.TEAM if team else Scope.ALL
        canned = Canned(
            self.shortcut(table, name),
            self.text(table, "title"),
            bodies,
            self.one_of("scope", self.text(table, "scope"), _by_value(tuple(Scope))) or usual,
            mailbox,
            self.macro(table),
            team=team,
        )
        return ParsedResponse(canned, self.texts(table, "attachments"), tuple(self.faults), lines)


Member = TypeVar("Member", Status, Scope)


def _by_value(members: tuple[Member, ...]) -> dict[str, Member]:
    return {member.value: member for member in members}
