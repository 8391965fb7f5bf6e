"""Reads a query: a text becomes nodes."""

import re
from collections.abc import Iterator, Sequence
from typing import assert_never, cast

from supportcli.domain.query.nodes import (
    And,
    AnsweredBy,
    AssignedTo,
    Came,
    Condition,
    Dated,
    DueWithin,
    FollowedBy,
    From,
    HasField,
    InMailbox,
    InOrganisation,
    InStatus,
    Label,
    LookedUp,
    Mentioning,
    Node,
    Not,
    Numbered,
    NumberedFrom,
    OfCustomer,
    OfPriority,
    OfTeam,
    OnClock,
    Or,
    Shows,
    Tagged,
    Term,
    Words,
)
from supportcli.domain.query.operators import QUOTABLE, Item, Level, all_of
from supportcli.domain.query.terms import LABELS, SORT, TERMS, UNDERSTOOD, words
from supportcli.domain.query.values import Value
from supportcli.domain.text import other_words
from supportcli.domain.text.words import nearest
from supportcli.domain.tickets.ticket import LISTED, Order, Status
from supportcli.errors.tickets import QueryError


def parse(text: str, otherwise: frozenset[Status] = LISTED) -> Node:
    """What a query asks for.

    It finds tickets in the statuses of `otherwise` (what lists show), and in those that it asks
    for; a ticket that it names by its number it finds in every status. Raises QueryError, which
    names the column (from 1), the word and the nearest known one."""
    parts = Level(text, _node).parts()
    if not any(map(_settles, parts)):
        parts.insert(0, _found_in(otherwise, parts))
    return all_of(parts)


def order_asked(text: str) -> Order | None:
    """How a query wants its tickets sorted, if it says so. QueryError as `parse` raises it."""
    level = Level(text, _node)
    level.parts()
    return level.order


def parse_condition(text: str) -> Condition | None:
    """What a policy's condition asks for; None where it is empty, which all tickets fit.

    It asks about a ticket's own fields only, so that it can be asked again of any moment in its
    past. Raises QueryError as `parse` does, and for all other terms, words, numbers and
    `assignee:me`."""
    level = Level(text, lambda item: _condition(item, _node(item)))
    parts = level.parts()
    if level.order is not None:
        raise QueryError(1, text, "has a sort:, which a condition cannot use", _OF_LABELS)
    return cast("Condition", all_of(parts)) if parts else None  # each of its leaves is a label


def _settles(node: Node) -> bool:
    """Whether all that a query finds is in a status, or has a number, that the query names."""
    match node:
        case InStatus() | Numbered():
            return True
        case And(parts):
            return any(map(_settles, parts))
        case Or(parts):
            return all(map(_settles, parts))
        case _:
            return False


def _found_in(otherwise: frozenset[Status], parts: Sequence[Node]) -> Node:
    """The tickets in these statuses and in those that are named, and those that are numbered."""
    named = [term for part in parts for term in _named(part, wanted=True)]
    statuses = [term.statuses for term in named if isinstance(term, InStatus)]
    found = InStatus(otherwise.union(*statuses))
    numbered = [term for term in named if isinstance(term, Numbered)]
    return Or((found, *numbered)) if numbered else found


def _named(node: Node, *, wanted: bool) -> Iterator[InStatus | Numbered]:
    """The statuses and numbers that are wanted, rather than left out."""
    match node:
        case And(parts) | Or(parts):
            for part in parts:
                yield from _named(part, wanted=wanted)
        case Not(part):
            yield from _named(part, wanted=not wanted)
        case InStatus() | Numbered() if wanted:
            yield node


_OF_LABELS = f"A condition is made of {', '.join(f'{name}:' for name in LABELS)}."


def _condition(item: Item, node: Node) -> Condition:
    """A term as a condition; a word of `is:` may be made of several."""
    match node:
        case And(parts):
            return And(tuple(_condition(item, part) for part in parts))
        case Or(parts):
            return Or(tuple(_condition(item, part) for part in parts))
        case Not(part):
            return Not(_condition(item, part))
        case _:
            return _label(item, node)


def _label(item: Item, term: Term) -> Label:
    """A term of a condition. QueryError where it asks for what is no field of a ticket."""
    match term:
        case AssignedTo(who) if "me" in who:
            raise _no_label(item, "assignee:me")
        case InStatus() | AssignedTo() | OfTeam() | Tagged() | OfPriority() | InMailbox() | From():
            return term
        case Numbered():
            raise _no_label(item, "a number")
        case Words() if not item.term:
            raise _no_label(item, "words")
        case (
            Words()
            | NumberedFrom()
            | FollowedBy()
            | AnsweredBy()
            | Mentioning()
            | OnClock()
            | DueWithin()
            | Dated()
            | Shows()
            | Came()
            | HasField()
            | OfCustomer()
            | InOrganisation()
            | LookedUp()
        ):
            raise _no_label(item, f"{item.term}:")
    assert_never(term)


def _no_label(item: Item, asked: str) -> QueryError:
    return QueryError(
        item.column, item.shown, f"asks for {asked}, which a condition cannot use", _OF_LABELS
    )


def _node(item: Item) -> Node:
    """What one term asks for, but for the - before it."""
    value = item.value()
    if not item.term:
        return _words(value)
    if item.term not in TERMS:
        near = other_words.meant(item.term, value.text.strip())
        if not near and (like := nearest(item.term, (*TERMS, SORT))):
            near = f"{like}:"
        raise QueryError(
            item.term_column,
            f"{item.term_as_typed}:",
            "is not a search term",
            QUOTABLE if near else f"{UNDERSTOOD} {QUOTABLE}",
            near,
        )
    if not value.text.strip():
        raise QueryError(item.term_column, f"{item.term}:", "has no value", UNDERSTOOD)
    return TERMS[item.term](value)


_NUMBER = re.compile(r"#?([1-9][0-9]{0,8})")
"""A ticket's number. One with a zero before it, or of more digits, is a telephone's or a parcel's:
those are words."""


def _words(value: Value) -> Term:
    """A number names the ticket of that number; in quotation marks it is a word, as everything else
    is."""
    if not value.quoted and (number := _NUMBER.fullmatch(value.text)):
        return Numbered(int(number[1]))
    return words(value)
