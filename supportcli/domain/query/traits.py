"""What `is:` and `has:` ask for. Most words are made of other terms; a new word is a line here."""

from collections.abc import Mapping

from supportcli.domain.query.nodes import (
    AssignedTo,
    FollowedBy,
    InStatus,
    Node,
    Not,
    OfTeam,
    OnClock,
    Or,
    Shows,
    Trait,
)
from supportcli.domain.query.values import Value, filled
from supportcli.domain.text.other_words import IS_ALSO
from supportcli.domain.text.words import nearest
from supportcli.domain.tickets.ticket import UNSOLVED, SlaState, Status
from supportcli.errors.tickets import QueryError

_NOBODY, _ME = (("none",), (1,)), (("me",), (1,))

IS: Mapping[str, Node] = {
    **{status.value: InStatus(frozenset({status})) for status in Status},
    "unsolved": InStatus(UNSOLVED),
    "waiting": InStatus(frozenset({Status.PENDING, Status.ON_HOLD})),
    "unanswered": Shows(Trait.UNANSWERED),
    "answered": Not(Shows(Trait.UNANSWERED)),
    "unread": Shows(Trait.UNREAD),
    "snoozed": Shows(Trait.SNOOZED),
    "unassigned": AssignedTo(*_NOBODY),
    "assigned": Not(AssignedTo(*_NOBODY)),
    "mine": AssignedTo(*_ME),
    "followed": FollowedBy(*_ME),
    "overdue": OnClock(frozenset({SlaState.OVERDUE})),
    "breached": OnClock(frozenset({SlaState.BREACHED})),
    "vip": Shows(Trait.VIP),
    "paused": OnClock(frozenset({SlaState.PAUSED})),
}
"""How a ticket can be."""

HAS: Mapping[str, Node] = {
    "attachment": Shows(Trait.ATTACHMENT),
    "note": Shows(Trait.NOTE),
    "reply": Shows(Trait.REPLY),
    "draft": Shows(Trait.DRAFT),
    "link": Shows(Trait.LINK),
    "tag": Shows(Trait.TAG),
    "follower": Not(FollowedBy(*_NOBODY)),
    "assignee": Not(AssignedTo(*_NOBODY)),
    "team": Not(OfTeam(*_NOBODY)),
}
"""What a ticket can have."""


def is_so(value: Value) -> Node:
    """What `is:` makes of its value. QueryError."""
    return _known(value, IS, "is not how a ticket can be")


def has(value: Value) -> Node:
    """What `has:` makes of its value. QueryError."""
    return _known(value, HAS, "is nothing that a ticket can have")


def _known(value: Value, known: Mapping[str, Node], problem: str) -> Node:
    found: list[Node] = []
    for choice in filled(value):
        word = choice.text.strip().lower()
        if word not in known:
            raise QueryError(
                choice.column,
                choice.text,
                problem,
                f"Use one of: {', '.join(known)}.",
                (IS_ALSO.get(word) if known is IS else None) or nearest(word, known),
            )
        found.append(known[word])
    return found[0] if len(found) == 1 else Or(tuple(found))
