"""What another system says about a customer: the answer of a person's own command or address, as
names and texts."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from supportcli.terminal import clean

_MOST_NAMES = 40
_LONGEST = 500
_DEEPEST = 3
_MOST_INSIDE = 10
"""So much of a list or an object inside the answer is shown."""


@dataclass(frozen=True, slots=True)
class LookupSource:
    """Where to look a customer up, from config.toml: a command, which gets the address as its last
    word, or an HTTPS address with `{address}` in it. An answer is good for `minutes`."""

    command: str = ""
    url: str = ""
    minutes: int = 60

    def __bool__(self) -> bool:
        return bool(self.command or self.url)


@dataclass(frozen=True, slots=True)
class CustomerLookup:
    """The last answer, and when the other system was asked; `failure` says why it gave none
    then."""

    at: datetime
    values: Mapping[str, str]
    failure: str = ""

    def is_fresh(self, now: datetime, minutes: int) -> bool:
        """Whether nobody has to be asked again; after a failure that is soon."""
        return now - self.at < timedelta(minutes=min(minutes, 1) if self.failure else minutes)


def lookup_values(answer: object) -> dict[str, str]:
    """The answer as names and texts, cleaned and short: `{"plan": "pro", "orders": [7, 8]}` is plan
    pro, orders 7, 8; what is inside another object is `address_city`. An answer that is no object
    says nothing."""
    found = _named("", answer, _DEEPEST) if isinstance(answer, Mapping) else iter(())
    values: dict[str, str] = {}
    for name, text in found:
        if len(values) < _MOST_NAMES and name and text:
            values.setdefault(name, text)
    return values


def _named(before: str, answer: Mapping[Any, Any], depth: int) -> Iterator[tuple[str, str]]:
    for key, value in answer.items():
        name = "_".join(filter(None, (before, _name(str(key)))))
        if isinstance(value, Mapping) and depth:
            yield from _named(name, value, depth - 1)
        else:
            yield name, _text(value)


def _name(key: str) -> str:
    return re.sub(r"\W+", "_", clean(key[:40]).lower()).strip("_")


def _text(value: object, depth: int = _DEEPEST) -> str:
    """A value on one line: a list with commas, an object as “id 7 total 9.50”. What is deeper is
    left out."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case str() | int() | float():
            return clean(" ".join(str(value)[:_LONGEST].split()))
        case Mapping() if depth:
            some = islice(value.items(), _MOST_INSIDE)
            inside = (f"{clean(str(key)[:_LONGEST])} {_text(one, depth - 1)}" for key, one in some)
            return " ".join(inside)[:_LONGEST]
        case Sequence() if depth:
            return ", ".join(_text(one, depth - 1) for one in value[:_MOST_INSIDE])[:_LONGEST]
        case _:
            return ""
