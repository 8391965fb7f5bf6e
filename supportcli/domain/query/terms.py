"""The terms of a query: what may stand before a colon, and what it makes of the value behind it."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from supportcli.domain.query.nodes import (
    AssignedTo,
    DueWithin,
    FollowedBy,
    From,
    InMailbox,
    InStatus,
    Label,
    OfPriority,
    OnClock,
    Tagged,
    Term,
)
from supportcli.domain.text.durations import seconds_of
from supportcli.domain.text.words import nearest
from supportcli.domain.tickets.tags import spelled
from supportcli.domain.tickets.ticket import Priority, SlaState, Status
from supportcli.errors.sla import DurationInvalid
from supportcli.errors.tickets import QueryError


@dataclass(frozen=True, slots=True)
class Value:
    """What stands behind a term's colon, and the column (from 1) where it begins."""

    text: str
    column: int
    quoted: bool

    def choices(self) -> Iterator["Value"]:
        """The values between commas; a quoted one is whole."""
        if self.quoted:
            yield self
            return
        column = self.column
        for choice in self.text.split(","):
            yield Value(choice, column, quoted=False)
            column += len(choice) + 1


_STATUSES = {status.value: frozenset({status}) for status in Status} | {"any": frozenset(Status)}


def _status(value: Value) -> Label:
    found: set[Status] = set()
    for choice in value.choices():
        name = choice.text.lower()
        if name not in _STATUSES:
            raise QueryError(
                choice.column,
                choice.text,
                "is not a status",
                f"Use one of: {', '.join(_STATUSES)}.",
                nearest(name, _STATUSES),
            )
        found |= _STATUSES[name]
    return InStatus(frozenset(found))


def _assignee(value: Value) -> Label:
    return AssignedTo(*_names(value))


def _following(value: Value) -> Term:
    return FollowedBy(*_names(value))


def _tag(value: Value) -> Label:
    return Tagged(tuple(spelled(choice.text) for choice in _filled(value)))


_COMPARED = re.compile(r"(<=|>=|<|>)\s*(\S+)")


def _priority(value: Value) -> Label:
    found: set[Priority] = set()
    for choice in _filled(value):
        compared = _COMPARED.fullmatch(choice.text.strip())
        sign, name = compared.groups() if compared else ("", choice.text)
        try:
            than = Priority.of(name)
        except ValueError:
            known = [str(one) for one in Priority]
            raise QueryError(
                choice.column,
                choice.text,
                "is not a priority",
                f"Use one of: {', '.join(known)}.",
                nearest(name.lower(), known),
            ) from None
        found |= {one for one in Priority if _COMPARE[sign](one, than)}
    return OfPriority(frozenset(found))


_COMPARE: Mapping[str, Callable[[Priority, Priority], bool]] = {
    "": lambda one, than: one is than,
    "<": lambda one, than: one < than,
    "<=": lambda one, than: one <= than,
    ">": lambda one, than: one > than,
    ">=": lambda one, than: one >= than,
}


def _mailbox(value: Value) -> Label:
    return InMailbox(*_names(value))


def _from(value: Value) -> Label:
    return From(tuple(choice.text.strip().lower() for choice in _filled(value)))


def _sla(value: Value) -> Term:
    text = value.text.strip().lower()
    if text.startswith("<"):
        try:
            return DueWithin(seconds_of(text[1:]))
        except DurationInvalid:
            raise QueryError(
                value.column + 1,
                text[1:],
                "is not a duration",
                "Write it as in sla:<30m, sla:<4h or sla:<2d.",
            ) from None
    found = set()
    for choice in _filled(value):
        name = choice.text.strip().lower()
        if name not in set(SlaState):
            known = ", ".join(SlaState)
            raise QueryError(
                choice.column,
                choice.text,
                "is not the state of a clock",
                f"Use one of: {known}, or a duration as in <1h.",
                nearest(name, list(SlaState)),
            )
        found.add(SlaState(name))
    return OnClock(frozenset(found))


def _names(value: Value) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """Names in lower case, and the columns where they begin."""
    choices = tuple(_filled(value))
    return (
        tuple(choice.text.strip().lower() for choice in choices),
        tuple(choice.column for choice in choices),
    )


def _filled(value: Value) -> Iterator[Value]:
    for choice in value.choices():
        if not choice.text.strip():
            raise QueryError(
                choice.column, value.text, "has a comma with a value missing", UNDERSTOOD
            )
        yield choice


LABELS: Mapping[str, Callable[[Value], Label]] = {
    "status": _status,
    "assignee": _assignee,
    "tag": _tag,
    "priority": _priority,
    "mailbox": _mailbox,
    "from": _from,
}
"""The terms that may stand in a condition too."""

TERMS: Mapping[str, Callable[[Value], Term]] = {**LABELS, "following": _following, "sla": _sla}
"""What may stand before a colon, and what it makes of the value behind it."""

UNDERSTOOD = (
    f'A query can contain words, "phrases", {", ".join(f"{name}:" for name in TERMS)}, a - before '
    "any of them, and AND between them."
)
