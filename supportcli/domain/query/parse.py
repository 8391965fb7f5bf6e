"""Reads a query: a text becomes nodes."""

import re
from collections.abc import Iterator, Sequence
from typing import TypeVar, assert_never

from supportcli.domain.query.nodes import (
    LONGEST_PHRASE,
    And,
    AssignedTo,
    Condition,
    DueWithin,
    FollowedBy,
    From,
    InMailbox,
    InStatus,
    Label,
    Node,
    Not,
    Numbered,
    OfPriority,
    OnClock,
    Tagged,
    Term,
    Words,
)
from supportcli.domain.query.terms import LABELS, TERMS, UNDERSTOOD, Value
from supportcli.domain.text.words import nearest, tokens
from supportcli.domain.tickets.ticket import LISTED, Status
from supportcli.errors.tickets import QueryError

MOST_TERMS = 100

_Part = TypeVar("_Part")
_QUOTABLE = "To search for it literally, put it in quotation marks."

_ITEM = re.compile(
    r'\s*(?P<minus>-?)(?:(?P<term>[^\W\d_][\w-]*):)?(?:"(?P<phrase>[^"]*)(?P<end>"?)|'
    r'(?P<word>[^\s"]*))'
)
_RESERVED = re.compile(r"[()]")


def parse(text: str, otherwise: frozenset[Status] = LISTED) -> Node:
    """What a query asks for. Without a term that asks for a status it asks for those of
    `otherwise`: what lists show. A ticket that is named by its number is found in every status.

    Raises QueryError, which names the column (from 1), the word and the nearest known one."""
    parts = [part for _, part in _terms(text)]
    if not any(isinstance(part, InStatus | Numbered) for part in parts):
        parts.insert(0, InStatus(otherwise))
    return _all_of(parts)


def parse_condition(text: str) -> Condition | None:
    """What a policy's condition asks for; None where it is empty, which all tickets fit.

    It asks about a ticket's own fields only, so that it can be asked again of any moment in its
    past. Raises QueryError as `parse` does, and for words, numbers, `following:`,
    `sla:` and `assignee:me`."""
    parts = [_of_labels(item, part) for item, part in _terms(text)]
    return _all_of(parts) if parts else None


def _of_labels(item: re.Match[str], part: Term | Not[Term]) -> Label | Not[Label]:
    return Not(_label(item, part.part)) if isinstance(part, Not) else _label(item, part)


def _label(item: re.Match[str], term: Term) -> Label:
    """A term of a condition. QueryError where it asks for what is no field of a ticket."""
    match term:
        case AssignedTo(who) if "me" in who:
            raise _no_label(item, "assignee:me")
        case InStatus() | AssignedTo() | Tagged() | OfPriority() | InMailbox() | From():
            return term
        case Words():
            raise _no_label(item, "words")
        case Numbered():
            raise _no_label(item, "a number")
        case FollowedBy():
            raise _no_label(item, "following:")
        case OnClock() | DueWithin():
            raise _no_label(item, "sla:")
    assert_never(term)


def _no_label(item: re.Match[str], asked: str) -> QueryError:
    return QueryError(
        item.start("minus") + 1,
        item[0].strip(),
        f"asks for {asked}, which a condition cannot use",
        f"A condition is made of {', '.join(f'{name}:' for name in LABELS)}.",
    )


def _all_of(parts: Sequence[_Part]) -> _Part | And[_Part]:
    return parts[0] if len(parts) == 1 else And(tuple(parts))


def _terms(text: str) -> list[tuple[re.Match[str], Term | Not[Term]]]:
    """The terms of a query: each as it stands there, and what it asks for."""
    parts: list[tuple[re.Match[str], Term | Not[Term]]] = []
    joint: re.Match[str] | None = None
    for item in _items(text):
        if not _is_and(item):
            parts.append((item, _node(item)))
            joint = None
        elif joint or not parts:
            raise QueryError(
                item.start("word") + 1, item["word"], "does not stand between two terms", _QUOTABLE
            )
        else:
            joint = item
    if joint:
        raise QueryError(joint.start("word") + 1, joint["word"], "has nothing after it", _QUOTABLE)
    if len(parts) > MOST_TERMS:
        raise QueryError(1, text[:20], f"begins more than {MOST_TERMS} terms", "Use fewer terms.")
    return parts


def _items(text: str) -> Iterator[re.Match[str]]:
    at, end = 0, len(text.rstrip())
    while at < end and (item := _ITEM.match(text, at, end)):
        yield item
        at = item.end()


def _is_and(item: re.Match[str]) -> bool:
    """Whether an item is the word between two terms. Other operators are refused rather than
    searched for."""
    word = item["word"]
    if word is None or item["minus"] or item["term"]:
        return False
    if word in _NO_OPERATORS:
        raise QueryError(
            item.start("word") + 1,
            word,
            "is not understood",
            f"{UNDERSTOOD} {_QUOTABLE}",
            _NO_OPERATORS[word],
        )
    return bool(word == "AND")


_NO_OPERATORS = {"OR": "", "NOT": "-"}


def _node(item: re.Match[str]) -> Term | Not[Term]:
    group = "word" if item["phrase"] is None else "phrase"
    value = Value(item[group], item.start(group) + 1, quoted=group == "phrase")
    if value.quoted and not item["end"]:
        raise QueryError(
            value.column - 1,
            '"',
            "opens a quotation that is never closed",
            "Close it with another quotation mark.",
        )
    if not value.quoted and (found := _RESERVED.search(value.text)):
        raise QueryError(
            value.column + found.start(), found[0], "is not understood", f"{UNDERSTOOD} {_QUOTABLE}"
        )
    node = _words(value) if item["term"] is None else _term(item, value)
    return Not(node) if item["minus"] else node


def _term(item: re.Match[str], value: Value) -> Term:
    name = item["term"].lower()
    if name not in TERMS:
        near = nearest(name, TERMS)
        hint = _QUOTABLE if near else f"{UNDERSTOOD} {_QUOTABLE}"
        raise QueryError(
            item.start("term") + 1,
            f"{item['term']}:",
            "is not a search term",
            hint,
            near and f"{near}:",
        )
    if not value.text.strip():
        raise QueryError(item.start("term") + 1, f"{name}:", "has no value", UNDERSTOOD)
    return TERMS[name](value)


_NUMBER = re.compile(r"#?([1-9][0-9]{0,8})")
"""A ticket's number. One with a zero before it, or of more digits, is a telephone's or a parcel's:
those are words."""


def _words(value: Value) -> Term:
    """A number names the ticket of that number; in quotation marks it is a word, as everything else
    is."""
    if not value.quoted and (number := _NUMBER.fullmatch(value.text)):
        return Numbered(int(number[1]))
    found = tokens(value.text)
    if not found:
        raise QueryError(
            value.column, value.text or "-", "has no letter and no digit to search for", UNDERSTOOD
        )
    if len(found) > LONGEST_PHRASE:
        raise QueryError(
            value.column,
            f"{value.text[:20]}…",
            f"begins a phrase of more than {LONGEST_PHRASE} words",
            "Search for a part of it.",
        )
    return Words(tuple(found))
