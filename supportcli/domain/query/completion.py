"""What may be typed next in a query: terms, and the values behind a colon; and what may find
tickets where a query finds none."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from supportcli.domain.query.nodes import Moment
from supportcli.domain.query.spans import NAMES
from supportcli.domain.query.terms import SORT, TERMS
from supportcli.domain.query.traits import HAS, IS
from supportcli.domain.tickets.ticket import CHANNELS, Order, Priority, SlaState, Status

_DATES = (*(f'"{name}"' if " " in name else name for name in NAMES), "<7d", ">7d")

VALUES: Mapping[str, Sequence[str]] = {
    "status": (*Status, "any"),
    "priority": (*map(str, Priority), *(f">={one}" for one in Priority)),
    "sla": (*SlaState, "<1h"),
    "is": tuple(IS),
    "has": tuple(HAS),
    "channel": CHANNELS,
    "assignee": ("me", "none"),
    "following": ("me", "none"),
    "answered": ("me", "none"),
    "team": ("none",),
    "organisation": ("none",),
    "mentions": ("me", "none"),
    SORT: tuple(Order),
    **dict.fromkeys(Moment, _DATES),
}
"""The values of each term that do not depend on the desk."""

DESK_VALUES: Mapping[str, str] = {
    "assignee": "agents",
    "following": "agents",
    "answered": "agents",
    "customer": "customers",
    "field": "fields",
    "mentions": "agents",
    "mailbox": "mailboxes",
    "organisation": "organisations",
    "tag": "tags",
    "team": "teams",
}
"""The kind of words of the desk (`storage.tickets.peek`) that are values of a term."""

_LAST = re.compile(r"(?:^|[\s(])-?(?:(?P<term>[^\W\d_][\w-]*):)?(?P<typed>\"[^\"]*|[^\s\"()]*)$")


@dataclass(frozen=True, slots=True)
class Continuation:
    """What may replace the end of a query, from the character at `start` on (from 0)."""

    start: int
    words: tuple[str, ...]


def continuation(
    text: str, of_desk: Callable[[str, str], Sequence[str]] = lambda _kind, _begin: ()
) -> Continuation:
    """What may follow a query that is typed up to here. `of_desk` returns the words of one kind of
    `DESK_VALUES` that begin with a text."""
    last = _LAST.search(text)
    if last is None:
        return Continuation(len(text), ())
    if last["term"] is None:
        return Continuation(last.start("typed"), tuple(_terms(last["typed"])))
    term, typed = last["term"].lower(), last["typed"]
    value = typed if typed.startswith('"') else typed.rpartition(",")[2]
    known = (*VALUES.get(term, ()), *_of_desk(term, value, of_desk))
    begun = (word for word in dict.fromkeys(known) if begins(word, value))
    return Continuation(len(text) - len(value), tuple(begun))


def begins(word: str, typed: str) -> bool:
    """Whether a word begins with what was typed, in any case, and with or without the quotation
    mark before it."""
    return word.removeprefix('"').lower().startswith(typed.removeprefix('"').lower())


@dataclass(frozen=True, slots=True)
class QueryWords:
    """The words of a desk that may stand in a query, by their kind in `DESK_VALUES`."""

    by_kind: Mapping[str, Sequence[str]]

    def after(self, text: str) -> Continuation:
        """What may follow a query that is typed up to here."""
        return continuation(text, self._beginning)

    def completed(self, text: str) -> str | None:
        """A query with its last term or value written to the end; None if nothing completes it."""
        found = self.after(text)
        for word in found.words:
            whole = text[: found.start] + word
            if len(whole) > len(text) and whole.lower().startswith(text.lower()):
                return whole
        return None

    def _beginning(self, kind: str, begin: str) -> Sequence[str]:
        there = (f'"{word}"' if " " in word else word for word in self.by_kind.get(kind, ()))
        return [word for word in there if begins(word, begin)]


def _of_desk(term: str, value: str, of_desk: Callable[[str, str], Sequence[str]]) -> Sequence[str]:
    """The words of the desk that are values of a term."""
    kind = DESK_VALUES.get(term)
    return () if kind is None else of_desk(kind, value)


def _terms(typed: str) -> Iterator[str]:
    """The terms that begin so; none where nothing is typed yet, since a word is as likely."""
    if typed:
        yield from (f"{term}:" for term in (*TERMS, SORT) if term.startswith(typed.lower()))


_ONE_WORD = re.compile(r"[^\W_][\w-]*")
_SEARCHES_ALL = re.compile(r"(?:^|[\s(])-?(?:status:|is:(?:spam|deleted|merged))", re.IGNORECASE)


def the_word(query: str) -> str:
    """The one word that a query consists of; "" if it is another query."""
    return query.strip() if _ONE_WORD.fullmatch(query.strip()) else ""


def instead(query: str) -> Iterator[str]:
    """Queries that may find what somebody meant: the word as a tag, and in what lists leave out
    (spam, deleted, merged)."""
    word = the_word(query)
    if word:
        yield f"tag:{word.lower()}"
    if not _SEARCHES_ALL.search(query):
        yield f"{query.strip()} status:any" if " OR " not in query else f"({query}) status:any"
    if word:
        yield f"tag:{word.lower()} status:any"
