"""The one search language: `parse` reads it, `matches` is its meaning; `storage.tickets.search`
says the same in SQL, held to it by a property test.

    status:open assignee:me priority:>=high mailbox:help from:@acme.com sla:<1h
    tag:refund -tag:vip "double charge" refund 21 #21

Terms stand side by side, or with AND between them. The condition of a policy is a query too, of
those terms that ask about a ticket's own fields (`parse_condition`, `fits`). A new term is a line
in `TERMS`, a node, and a case here and in `storage.tickets.search`: the type checker names both."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Protocol

from supportcli.domain.mail import Address, Attachment
from supportcli.domain.text.durations import seconds_of
from supportcli.domain.text.words import nearest, tokens
from supportcli.domain.tickets.ticket import LISTED, Priority, SlaState, SlaStatus, Status, Ticket
from supportcli.errors.sla import DurationInvalid
from supportcli.errors.tickets import QueryError

LONGEST_PHRASE = 100
"""Words of a phrase at most. (The index of PostgreSQL keeps a very long text in pieces that overlap
by as many.)"""

MOST_TERMS = 100


@dataclass(frozen=True, slots=True)
class And:
    """All of its parts hold."""

    parts: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """Its part does not hold."""

    part: "Node"


@dataclass(frozen=True, slots=True)
class InStatus:
    """The ticket stands in one of these statuses as lists tell it: a solved one that has closed is
    closed. (A condition asks what verbs left.)"""

    statuses: frozenset[Status]


@dataclass(frozen=True, slots=True)
class AssignedTo:
    """The ticket belongs to one of these: `me`, `none`, an address, the part before its @, or words
    of a name. In lower case.

    `columns` tell where each stands in the query: only the database knows whether it is an
    agent."""

    who: tuple[str, ...]
    columns: tuple[int, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class Tagged:
    """The ticket has one of these tags."""

    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Words:
    """These tokens stand one behind the other in the ticket's subject or in one of its messages."""

    tokens: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Numbered:
    """The ticket has this number."""

    number: int


@dataclass(frozen=True, slots=True)
class OfPriority:
    """The ticket has one of these priorities."""

    priorities: frozenset[Priority]


@dataclass(frozen=True, slots=True)
class InMailbox:
    """The ticket came into one of these mailboxes: addresses, or parts before the @. In lower
    case."""

    mailboxes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class From:
    """The customer's address is one of these, is at one of these domains (`@acme.com`), or contains
    one of these. In lower case."""

    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OnClock:
    """One of the ticket's targets was breached, even if that was excused; or its clock (the target
    that counts just now) stands so."""

    states: frozenset[SlaState]


@dataclass(frozen=True, slots=True)
class DueWithin:
    """A running target is due in less than so many seconds, or overdue."""

    seconds: int


Node = (
    And
    | Not
    | InStatus
    | AssignedTo
    | Tagged
    | Words
    | Numbered
    | OfPriority
    | InMailbox
    | From
    | OnClock
    | DueWithin
)


@dataclass(frozen=True, slots=True)
class _Value:
    """What stands behind a term's colon, and the column (from 1) where it begins."""

    text: str
    column: int
    quoted: bool

    def choices(self) -> Iterator["_Value"]:
        """The values between commas; a quoted one is whole."""
        if self.quoted:
            yield self
            return
        column = self.column
        for choice in self.text.split(","):
            yield _Value(choice, column, quoted=False)
            column += len(choice) + 1


_STATUSES = {status.value: frozenset({status}) for status in Status} | {"any": frozenset(Status)}


def _status(value: _Value) -> Node:
    found: set[Status] = set()
    for choice in value.choices():
        name = choice.text.lower()
        if name not in _STATUSES:
            raise QueryError(
                choice.column,
                choice.text,
                "is no status",
                f"There are: {', '.join(_STATUSES)}.",
                nearest(name, _STATUSES),
            )
        found |= _STATUSES[name]
    return InStatus(frozenset(found))


def _assignee(value: _Value) -> Node:
    choices = tuple(_filled(value))
    return AssignedTo(
        tuple(choice.text.strip().lower() for choice in choices),
        tuple(choice.column for choice in choices),
    )


def _tag(value: _Value) -> Node:
    return Tagged(tuple(choice.text.strip().lstrip("#").lower() for choice in _filled(value)))


_COMPARED = re.compile(r"(<=|>=|<|>)\s*(\S+)")


def _priority(value: _Value) -> Node:
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
                "is no priority",
                f"There are: {', '.join(known)}.",
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


def _mailbox(value: _Value) -> Node:
    return InMailbox(tuple(choice.text.strip().lower() for choice in _filled(value)))


def _from(value: _Value) -> Node:
    return From(tuple(choice.text.strip().lower() for choice in _filled(value)))


def _sla(value: _Value) -> Node:
    text = value.text.strip().lower()
    if text.startswith("<"):
        try:
            return DueWithin(seconds_of(text[1:]))
        except DurationInvalid:
            raise QueryError(
                value.column + 1,
                text[1:],
                "is no duration",
                "Say it as in sla:<30m, sla:<4h or sla:<2d.",
            ) from None
    found = set()
    for choice in _filled(value):
        name = choice.text.strip().lower()
        if name not in set(SlaState):
            known = ", ".join(SlaState)
            raise QueryError(
                choice.column,
                choice.text,
                "says nothing of a clock",
                f"There are: {known}, and <1h.",
                nearest(name, list(SlaState)),
            )
        found.add(SlaState(name))
    return OnClock(frozenset(found))


def _filled(value: _Value) -> Iterator[_Value]:
    for choice in value.choices():
        if not choice.text.strip():
            raise QueryError(
                choice.column, value.text, "lacks a value beside its comma", UNDERSTOOD
            )
        yield choice


TERMS: Mapping[str, Callable[[_Value], Node]] = {
    "status": _status,
    "assignee": _assignee,
    "tag": _tag,
    "priority": _priority,
    "mailbox": _mailbox,
    "from": _from,
    "sla": _sla,
}
"""What may stand before a colon, and what it makes of the value behind it."""

UNDERSTOOD = (
    f'Understood are words, "phrases", {", ".join(f"{name}:" for name in TERMS)}, a - before any '
    "of them, and AND between them."
)
_QUOTABLE = "In quotation marks it is searched for as it stands."

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


def parse_condition(text: str) -> Node | None:
    """What a policy's condition asks for; None where it is empty, which all tickets fit.

    It asks about a ticket's own fields only, so that it can be asked again of any moment in its
    past. Raises QueryError as `parse` does, and for words, numbers, `sla:` and `assignee:me`."""
    terms = _terms(text)
    for item, part in terms:
        node = part.part if isinstance(part, Not) else part
        if isinstance(node, Words | Numbered | OnClock | DueWithin) or (
            isinstance(node, AssignedTo) and "me" in node.who
        ):
            asked = {
                Words: "words",
                Numbered: "a number",
                OnClock: "sla:",
                DueWithin: "sla:",
                AssignedTo: "assignee:me",
            }[type(node)]
            fields = ", ".join(f"{name}:" for name in TERMS if name != "sla")
            hint = f"A condition is made of {fields}."
            raise QueryError(
                item.start("minus") + 1,
                item[0].strip(),
                f"asks for {asked}, which no condition can",
                hint,
            )
    return _all_of([part for _, part in terms]) if terms else None


def _all_of(parts: list[Node]) -> Node:
    return parts[0] if len(parts) == 1 else And(tuple(parts))


def _terms(text: str) -> list[tuple[re.Match[str], Node]]:
    """The terms of a query: each as it stands there, and what it asks for."""
    parts: list[tuple[re.Match[str], Node]] = []
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
        raise QueryError(joint.start("word") + 1, joint["word"], "has nothing behind it", _QUOTABLE)
    if len(parts) > MOST_TERMS:
        raise QueryError(
            1, text[:20], f"begins more than {MOST_TERMS} terms", "Ask for less at once."
        )
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


def _node(item: re.Match[str]) -> Node:
    group = "word" if item["phrase"] is None else "phrase"
    value = _Value(item[group], item.start(group) + 1, quoted=group == "phrase")
    if value.quoted and not item["end"]:
        raise QueryError(
            value.column - 1,
            '"',
            "opens a quotation that nothing closes",
            "Close it with another quotation mark.",
        )
    if not value.quoted and (found := _RESERVED.search(value.text)):
        raise QueryError(
            value.column + found.start(), found[0], "is not understood", f"{UNDERSTOOD} {_QUOTABLE}"
        )
    node = _words(value) if item["term"] is None else _term(item, value)
    return Not(node) if item["minus"] else node


def _term(item: re.Match[str], value: _Value) -> Node:
    name = item["term"].lower()
    if name not in TERMS:
        near = nearest(name, TERMS)
        hint = _QUOTABLE if near else f"{UNDERSTOOD} {_QUOTABLE}"
        raise QueryError(
            item.start("term") + 1, f"{item['term']}:", "is no term", hint, near and f"{near}:"
        )
    if not value.text.strip():
        raise QueryError(item.start("term") + 1, f"{name}:", "lacks a value", UNDERSTOOD)
    return TERMS[name](value)


_NUMBER = re.compile(r"#?([1-9][0-9]{0,8})")
"""A ticket's number. One with a zero before it, or of more digits, is a telephone's or a parcel's:
those are words."""


def _words(value: _Value) -> Node:
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


class Labels(Protocol):
    """A ticket's own fields, as far as conditions ask for them; a TicketLine has them too."""

    @property
    def status(self) -> Status:
        """Where it stands."""

    @property
    def priority(self) -> Priority:
        """How urgent it is."""

    @property
    def customer(self) -> Address:
        """Who wrote."""

    @property
    def assignee(self) -> Address | None:
        """Whose it is."""

    @property
    def mailbox(self) -> str:
        """The address of the mailbox."""

    @property
    def tags(self) -> tuple[str, ...]:
        """Its tags."""


def matches(node: Node, ticket: Ticket, me: str | None, now: datetime) -> bool:
    """Whether a query, asked at `now` by the agent with the address `me`, finds a ticket that was
    loaded whole."""
    return _holds(node, _Subject(ticket, me, now))


def fits(node: Node, labels: Labels) -> bool:
    """Whether a ticket with these fields fits the condition of a policy (`parse_condition`)."""
    match node:
        case And(parts):
            return all(fits(part, labels) for part in parts)
        case Not(part):
            return not fits(part, labels)
        case _:
            return _labelled(node, labels, None)


@dataclass(frozen=True)
class _Subject:
    ticket: Ticket
    me: str | None
    now: datetime

    @cached_property
    def documents(self) -> list[str]:
        """The tokens of each text that search looks into, between spaces."""
        texts = [
            self.ticket.line.subject,
            *(
                message_text(m.subject, m.sender, m.text, m.attachments)
                for m in self.ticket.messages
            ),
        ]
        return [f" {' '.join(tokens(text))} " for text in texts]


def _holds(node: Node, subject: _Subject) -> bool:
    match node:
        case And(parts):
            return all(_holds(part, subject) for part in parts)
        case Not(part):
            return not _holds(part, subject)
        case InStatus(statuses):
            return subject.ticket.line.status_at(subject.now) in statuses
        case Words(words):
            return any(f" {' '.join(words)} " in document for document in subject.documents)
        case Numbered(number):
            return subject.ticket.line.number == number
        case OnClock(states):
            return any(_stands(state, subject.ticket.line.clock, subject.now) for state in states)
        case DueWithin(seconds):
            clock = subject.ticket.line.clock
            return (
                clock is not None
                and clock.due_at is not None
                and clock.due_at < subject.now + timedelta(seconds=seconds)
            )
        case _:
            return _labelled(node, subject.ticket.line, subject.me)


def _labelled(node: Node, labels: Labels, me: str | None) -> bool:
    """Whether a ticket's own fields are as one term asks."""
    match node:
        case InStatus(statuses):
            return labels.status in statuses
        case AssignedTo(who, _):
            return any(is_called(name, labels.assignee, me) for name in who)
        case Tagged(tags):
            return not set(tags).isdisjoint(labels.tags)
        case OfPriority(priorities):
            return labels.priority in priorities
        case InMailbox(names):
            return any(name in {labels.mailbox, labels.mailbox.partition("@")[0]} for name in names)
        case From(parts):
            return any(_is_from(part, labels.customer.address) for part in parts)
        case _:
            raise TypeError(node)


def _is_from(part: str, address: str) -> bool:
    """Whether a customer's address is at a domain (`@acme.com`), or contains the part."""
    return address.endswith(part) if part.startswith("@") else part in address


def _stands(state: SlaState, clock: SlaStatus | None, now: datetime) -> bool:
    """Whether a ticket's clock stands as `sla:` asks."""
    if clock is None:
        return state is SlaState.NONE
    if state is SlaState.BREACHED:
        return clock.breaches > 0
    stands = clock.state(now)
    return state is stands or (state is SlaState.RUNNING and stands is SlaState.OVERDUE)


def is_called(name: str, agent: Address | None, me: str | None) -> bool:
    """Whether a query that says `name` means this agent; `none` means that there is no agent."""
    if name == "none" or agent is None:
        return name == "none" and agent is None
    if name == "me":
        return agent.address == me
    wanted = set(tokens(name))
    return name in {agent.address, agent.address.partition("@")[0]} or (
        bool(wanted) and wanted <= set(tokens(agent.name))
    )


def no_agent(name: str, column: int, agents: Sequence[Address]) -> QueryError:
    """What to say of a query in which `name` is to be an agent and is none of these."""
    known = {
        part
        for agent in agents
        for part in (agent.address.partition("@")[0], agent.address, *agent.name.lower().split())
    }
    return QueryError(
        column,
        name,
        "is no agent of this desk",
        "See the agents with: supportcli agent list",
        nearest(name, sorted(known)),
    )


def message_text(
    subject: str, sender: Address, text: str, attachments: Sequence[Attachment]
) -> str:
    """What search looks into of a message or a note: its subject, sender, text and the names of its
    files."""
    return "\n".join(
        [subject, sender.name, sender.address, text, *(file.name for file in attachments)]
    )
