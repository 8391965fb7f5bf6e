"""The terms of a query: what may stand before a colon, and what it makes of the value behind it."""

import re
from collections.abc import Callable, Mapping
from functools import partial

from supportcli.domain.query.about_customer import TICKET, looked_up
from supportcli.domain.query.field_values import has_field
from supportcli.domain.query.nodes import (
    LONGEST_PHRASE,
    AnsweredBy,
    AssignedTo,
    Came,
    DueWithin,
    FollowedBy,
    From,
    InMailbox,
    InOrganisation,
    InStatus,
    Label,
    Mentioning,
    Moment,
    Node,
    Numbered,
    NumberedFrom,
    OfCustomer,
    OfPriority,
    OfTeam,
    OnClock,
    Or,
    Tagged,
    Term,
    Words,
)
from supportcli.domain.query.spans import dated
from supportcli.domain.query.traits import has, is_so
from supportcli.domain.query.values import COMPARED, Value, filled, names
from supportcli.domain.text.durations import seconds_of
from supportcli.domain.text.words import nearest, tokens
from supportcli.domain.tickets.tags import spelled
from supportcli.domain.tickets.ticket import CHANNELS, Order, Priority, SlaState, Status
from supportcli.errors.sla import DurationInvalid
from supportcli.errors.tickets import QueryError

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
    return AssignedTo(*names(value))


def _following(value: Value) -> Term:
    return FollowedBy(*names(value))


def _answered(value: Value) -> Term:
    return AnsweredBy(*names(value))


def _customer(value: Value) -> Term:
    for choice in filled(value):
        name = choice.text.strip()
        if "@" not in name and not TICKET.fullmatch(name) and not tokens(name):
            raise QueryError(
                choice.column,
                choice.text,
                "is no customer",
                "Write it as in customer:maria, customer:maria@acme.com or customer:#12.",
            )
    return OfCustomer(*names(value))


def _organisation(value: Value) -> Term:
    return InOrganisation(*names(value))


def _mentions(value: Value) -> Term:
    return Mentioning(*names(value))


def _team(value: Value) -> Label:
    return OfTeam(*names(value))


def _tag(value: Value) -> Label:
    return Tagged(tuple(spelled(choice.text) for choice in filled(value)))


def _priority(value: Value) -> Label:
    found: set[Priority] = set()
    for choice in filled(value):
        compared = COMPARED.fullmatch(choice.text.strip())
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
    return InMailbox(*names(value))


def _from(value: Value) -> Label:
    if value.text.strip().lower() == "me":
        what = "asks for tickets of a customer, whose address has “me” in it"
        raise QueryError(value.column, value.text, what, "", "answered:me")
    return From(tuple(choice.text.strip().lower() for choice in filled(value)))


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
    for choice in filled(value):
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


_RANGE = re.compile(r"#?([1-9][0-9]{0,8})(?:(\.\.)#?([1-9][0-9]{0,8})?)?")


def _number(value: Value) -> Node:
    found: list[Node] = []
    for choice in filled(value):
        named = _RANGE.fullmatch(choice.text.strip())
        if named is None:
            raise QueryError(
                choice.column,
                choice.text,
                "is not a ticket number",
                "Write it as in number:18, number:12..18 or number:12..",
            )
        first, last = int(named[1]), int(named[3]) if named[3] else None
        found.append(NumberedFrom(first, last) if named[2] else Numbered(first))
    return found[0] if len(found) == 1 else Or(tuple(found))


def _channel(value: Value) -> Term:
    found = set[str]()
    for choice in filled(value):
        name = choice.text.strip().lower()
        if name not in CHANNELS:
            raise QueryError(
                choice.column,
                choice.text,
                "is no way in which messages come",
                f"Use one of: {', '.join(CHANNELS)}.",
                nearest(name, CHANNELS),
            )
        found.add(name)
    return Came(frozenset(found))


_ORDERS = {order.value: order for order in Order}


def order_of(value: Value) -> Order:
    """How `sort:` sorts a list. QueryError."""
    name = value.text.strip().lower()
    if name not in _ORDERS:
        raise QueryError(
            value.column,
            value.text,
            "is not an order",
            f"Use one of: {', '.join(_ORDERS)}.",
            nearest(name, _ORDERS),
        )
    return _ORDERS[name]


def _subject(value: Value) -> Term:
    return words(value, in_subject=True)


def words(value: Value, *, in_subject: bool = False) -> Words:
    """The words of a value, one behind the other; with a * behind them, the last of them is the
    beginning of a word. QueryError if there are none, or too many."""
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
    return Words(tuple(found), begins=_begins(value.text), in_subject=in_subject)


def _begins(text: str) -> bool:
    """Whether a text ends with a * behind a word that could go on."""
    before = text.removesuffix("*")
    return before != text and len(tokens(f"{before}x")) == len(tokens(before))


LABELS: Mapping[str, Callable[[Value], Label]] = {
    "status": _status,
    "assignee": _assignee,
    "team": _team,
    "tag": _tag,
    "priority": _priority,
    "mailbox": _mailbox,
    "from": _from,
}
"""The terms that may stand in a condition too."""

TERMS: Mapping[str, Callable[[Value], Node]] = {
    **LABELS,
    "following": _following,
    "answered": _answered,
    "customer": _customer,
    "organisation": _organisation,
    "lookup": looked_up,
    "mentions": _mentions,
    "field": has_field,
    "sla": _sla,
    "is": is_so,
    "has": has,
    **{moment.value: partial(dated, moment) for moment in Moment},
    "subject": _subject,
    "channel": _channel,
    "number": _number,
}
"""What may stand before a colon, and what it makes of the value behind it."""

SORT = "sort"
"""The term that says how a list is sorted."""

UNDERSTOOD = (
    f'A query is made of words, "phrases", ticket numbers, '
    f"{', '.join(f'{name}:' for name in (*TERMS, SORT))}, with a - before what is to be left out, "
    "OR and AND between them and parentheses around them."
)
