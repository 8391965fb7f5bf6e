"""The history of customers and organisations, as values."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleEvent:
    """What an agent changed about a customer or an organisation. `kind` is added, edited, merged,
    joined (an organisation), removed or undone; `before` and `after` hold what differs."""

    at: datetime
    actor: str
    gesture: str
    kind: str
    customer: int | None = None
    organisation: int | None = None
    before: Mapping[str, Any] = field(default_factory=dict)
    after: Mapping[str, Any] = field(default_factory=dict)
    undoes: str | None = None
    id: int = 0


_CALLED = {"merged_into": "merged into another", "organisation_id": "organisation"}


def in_words(names: Iterable[str]) -> list[str]:
    """What people call that which an event changed."""
    return [_CALLED.get(name, name) for name in names]
