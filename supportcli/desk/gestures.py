"""What all verbs of an agent share: who I am, whether I may, and one event per changed ticket with
the values from before."""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlmodel import Session

from supportcli.desk import Desk
from supportcli.desk.states import state_of, unmerged
from supportcli.domain.custom_fields import CustomField, by_name, lacking
from supportcli.domain.people import Action, Actor, ActorKind, Agent, forbids
from supportcli.domain.replies.chosen import AS_USUAL, ReplyChoice
from supportcli.domain.replies.recipients import Addressing
from supportcli.domain.sla import history
from supportcli.domain.tickets.mentions import JOINED, MENTIONS
from supportcli.domain.tickets.merged_clocks import AWAITS, MISSED
from supportcli.domain.tickets.news import SAID
from supportcli.domain.tickets.standing import taken_back
from supportcli.domain.tickets.ticket import (
    THROWN_AWAY,
    UNSOLVED,
    Event,
    Priority,
    Status,
    TicketState,
    after_step,
    may_step,
)
from supportcli.domain.tickets.verbs import STEPS
from supportcli.errors.tickets import FieldsLacking, StepNotAllowed
from supportcli.storage.people import agents, customers, owners
from supportcli.storage.setup import fields as custom_fields
from supportcli.storage.setup import mailboxes
from supportcli.storage.tickets import events, people, tickets

_AT_ONCE = 200
"""The clocks of so many tickets are moved together."""

_NAMED = 10
"""A sentence names up to so many tickets; of more it gives the count."""

FACTS = frozenset(
    {"mailbox", "customer", "from_ticket", "to_ticket", "moved", AWAITS, MISSED, MENTIONS, JOINED}
)
"""What events say besides the fields that they changed."""

_TIMES = frozenset({"waiting_since", "solved_at", "snoozed_until"})


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply that a verb put into the outbox, by its id there, whom it goes to, the moment before
    which it does not leave, and what was chosen for it; `files` is how many go with it."""

    id: int
    ticket: int
    addressing: Addressing
    not_before: datetime
    chosen: ReplyChoice = AS_USUAL
    files: int = 0

    @property
    def told(self) -> str:
        """“to Ada <ada@…> (Bcc eve@…), with 2 files, as billing@shop.test”."""
        files = f", with {self.files} file{'' if self.files == 1 else 's'}" if self.files else ""
        sender = f", as {self.chosen.sender}" if self.chosen.sender else ""
        return f"{self.addressing.told}{files}{sender}"

    def when(self, now: datetime) -> str:
        """“in 10 s”, “now”, “on Tue 2026-12-01 09:00”."""
        if self.chosen.at:
            return f"on {self.chosen.at.astimezone():%a %Y-%m-%d %H:%M}"
        left = (self.not_before - now).total_seconds()
        return f"in {left:.0f} s" if left > 0 else "now"


@dataclass(frozen=True, slots=True)
class Done:
    """What a verb did: its gesture (for undo), the tickets it changed, a sentence for the agent,
    and the replies it queued. `partly`: an undo that left something."""

    gesture: str
    numbers: tuple[int, ...]
    sentence: str
    replies: tuple[Reply, ...] = ()
    partly: bool = False


def authorize(agent: Agent, action: Action, *, own: bool = True) -> None:
    """Raise RoleForbids if the agent's role does not allow an action; the only place where that is
    decided. `own`: it is about something of theirs, or of nobody's."""
    error = forbids(agent, action, own=own)
    if error is not None:
        raise error


@dataclass(slots=True)
class Gesture:
    """A running verb: a transaction, who does it and when. `numbers` collects the tickets that it
    really changed, `replies` what it put into the outbox."""

    tx: Session
    agent: Agent
    now: datetime
    id: str = field(default_factory=lambda: uuid.uuid4().hex)
    numbers: list[int] = field(default_factory=list)
    replies: list[Reply] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    """What an undo left as it is, in words."""
    _required: list[CustomField] | None = None
    undoes: str | None = None
    """Of a redo: the gesture that had undone what it does again."""
    _addresses: Mapping[int, str] | None = None
    _agent_ids: Mapping[str, int] | None = None
    _clocks: dict[int, None] | None = None

    @classmethod
    def begin(
        cls, desk: Desk, tx: Session, action: Action = Action.WORK, now: datetime | None = None
    ) -> "Gesture":
        """Start a verb as the agent that the settings name, now (or at `now`, if the clock was read
        already); NotAllowed if the role does not allow it."""
        agent = desk.me(tx)
        authorize(agent, action)
        return cls(tx, agent, desk.now() if now is None else now)

    @property
    def actor(self) -> Actor:
        """The agent's name in the history."""
        return Actor(ActorKind.AGENT, self.agent.address)

    @contextmanager
    def together(self) -> Iterator[None]:
        """Within it, what changes of tickets moves their clocks once, at its end: many tickets take
        half the statements, and so half the time in which nobody else can write."""
        from supportcli.desk import running_targets  # noqa: PLC0415  # who only reads does without it

        self._clocks = {}
        yield
        numbers, self._clocks = list(self._clocks), None
        for start in range(0, len(numbers), _AT_ONCE):
            running_targets.keep_all(self.tx, numbers[start : start + _AT_ONCE], self.now)

    def _record(self, event: events.NewEvent, undone: int | None = None) -> None:
        """Append an event, and move the clocks of its ticket now or together with others."""
        from supportcli.desk import running_targets  # noqa: PLC0415  # as above

        if self._clocks is None or undone is not None:
            running_targets.record(self.tx, event, self.now, undone=undone)
        else:
            events.record(self.tx, event)
            self._clocks[event.ticket] = None

    @property
    def addresses(self) -> Mapping[int, str]:
        """The addresses of all agents, by their ids."""
        if self._addresses is None:
            self._addresses = people.agent_addresses(self.tx)
        return self._addresses

    @property
    def agent_ids(self) -> Mapping[str, int]:
        """The ids of all agents by their addresses, former ones too."""
        if self._agent_ids is None:
            self._agent_ids = agents.by_address(self.tx)
        return self._agent_ids

    def state(self, number: int) -> TicketState:
        """A ticket's fields now; NotFound if there is none, TicketMerged if its messages are in
        another one."""
        return unmerged(self.tx, number)

    def change(
        self,
        before: TicketState,
        kind: str,
        wanted: Mapping[str, Any],
        message_id: int | None = None,
        facts: Mapping[str, Any] | None = None,
    ) -> bool:
        """Set the fields of `wanted` that differ and write one event, with what else it says
        (`FACTS`); False if nothing differs and there is nothing else to say."""
        fields = {name: value for name, value in wanted.items() if before.value(name) != value}
        if not fields and message_id is None and facts is None:
            return False
        status = fields.get("status", before.status)
        if not may_step(before.status, status):
            raise StepNotAllowed(before.number, before.status.value, status.value)
        if status is Status.SOLVED and before.status is not status:
            self.refuse_lacking(before)
        if status in UNSOLVED and before.status not in UNSOLVED:
            fields |= self._gone(before, fields)
        tickets.change(self.tx, before.number, fields, self.now)
        addresses = self.addresses
        was = {name: described(name, before.value(name), addresses) for name in fields}
        now_is = {name: described(name, value, addresses) for name, value in fields.items()}
        self._name_places(was, now_is)
        now_is |= facts or {}
        event = events.NewEvent(
            self.now, self.actor, self.id, kind, before.number, was, now_is, message_id, self.undoes
        )
        self._record(event)
        self.touch(before.number)
        return True

    def _gone(self, state: TicketState, fields: Mapping[str, Any]) -> dict[str, None]:
        """What a ticket that is open again does not keep: an agent who has left meanwhile, a
        removed team. Nobody would see it there."""
        agent, team = (fields.get(name, state.value(name)) for name in ("assignee_id", "team"))
        return owners.gone(self.tx, agent, team)

    def refuse_lacking(self, state: TicketState) -> None:
        """FieldsLacking if a field that solving requires is not filled in."""
        if self._required is None:
            self._required = custom_fields.required(self.tx)
        if left := lacking(self._required, by_name(state.fields)):
            names, titles = [one.name for one in left], [one.title for one in left]
            raise FieldsLacking(state.number, names, titles)

    def note_down(
        self,
        kind: str,
        number: int,
        undoes: str | None = None,
        *,
        after: Mapping[str, Any] | None = None,
    ) -> None:
        """Write one event of a ticket of which nothing changes, with what it says (`after`)."""
        undoes = undoes or self.undoes
        event = events.NewEvent(
            self.now, self.actor, self.id, kind, number, after=after or {}, undoes=undoes
        )
        events.record(self.tx, event)
        self.touch(number)

    def write_back(
        self, event: Event, kind: str, fields: Mapping[str, Any], *, moving: int | None = None
    ) -> None:
        """Set fields of a ticket as they were before an `event` of a verb, or after it, by any
        steps, and write an event of that `kind`, which undoes the verb, or does it
        again. `moving` as `undone` in `running_targets.record`."""
        state, addresses = state_of(self.tx, event.ticket), self.addresses
        if "customer_id" in fields:
            customer = customers.merged_into(self.tx, fields["customer_id"])
            fields = {**fields, "customer_id": customer}
        moved = fields.keys() & {"status", "assignee_id", "team"}
        if moved and fields.get("status", state.status) in UNSOLVED:
            fields = {**fields, **self._gone(state, fields)}
        was = {name: described(name, state.value(name), addresses) for name in fields}
        now_is = {name: described(name, value, addresses) for name, value in fields.items()}
        if self.undoes is not None:
            now_is |= {name: event.after[name] for name in FACTS & event.after.keys()}
        self._name_places(was, now_is)
        tickets.change(self.tx, event.ticket, fields, self.now)
        written = events.NewEvent(
            self.now,
            self.actor,
            self.id,
            kind,
            event.ticket,
            was,
            now_is,
            event.message_id,
            self.undoes or event.gesture,
        )
        self._record(written, moving)
        self.touch(event.ticket)

    def _name_places(self, *sides: dict[str, Any]) -> None:
        """What says which mailbox a ticket was or is in, or whose it is, gives the address too: the
        history is read by people, and by the conditions of policies."""
        for side in sides:
            if "mailbox_id" in side:
                side["mailbox"] = mailboxes.addresses(self.tx)[side["mailbox_id"]]
            if "customer_id" in side:
                side["customer"] = customers.address_of(self.tx, side["customer_id"])

    def step(self, number: int, status: Status) -> bool:
        """Bring a ticket to a status by its verb; False if it already has it, StepNotAllowed if it
        cannot get there."""
        before, fields = self.state(number), after_step(status, self.now)
        if status is Status.OPEN and before.status in THROWN_AWAY:
            fields |= self._owed_again(number)
        return before.status is not status and self.change(before, STEPS[status].kind, fields)

    def _owed_again(self, number: int) -> dict[str, Any]:
        """What a ticket that was thrown away gets back: its customer waits since they wrote, if
        they did then."""
        happened = [
            one for one in events.of_ticket(self.tx, number) if one.gesture != events.IMPORTED
        ]
        since = history.waits_since(happened, *history.thrown_by(happened))
        return {"waiting_since": since} if since is not None else {}

    def touch(self, number: int) -> None:
        """Note that a ticket was changed. A verb that does several things does them ticket by
        ticket."""
        if self.numbers[-1:] != [number]:
            self.numbers.append(number)

    def done(self, sentence: str, *, partly: bool = False) -> Done:
        """The result of the verb."""
        return Done(self.id, tuple(self.numbers), sentence, tuple(self.replies), partly)


def said_since(tx: Session, number: int, event_id: int) -> list[Event]:
    """The events after `event_id` that brought a message, a note or a reply into a ticket, except
    undone ones."""
    later = events.after(tx, number, event_id)
    gone, there = taken_back(later), {event.gesture for event in later}
    return [
        event
        for event in later
        if event.kind in SAID and event.gesture not in gone and event.undoes not in there
    ]


def described(name: str, value: object, addresses: Mapping[int, str]) -> object:
    """A field's value as stored in the history: plain, readable JSON, agents by address."""
    match value:
        case Priority():
            return str(value)
        case int() if name == "assignee_id":
            return addresses.get(value)
        case datetime():
            return value.isoformat()
        case tuple():
            return list(value)
        case _:
            return value


def restored(name: str, value: object, ids: Mapping[str, int]) -> object:
    """The field's value that `described` wrote down."""
    match value:
        case str() if name == "assignee_id":
            return ids.get(value)
        case str() if name == "status":
            return Status(value)
        case str() if name == "priority":
            return Priority.of(value)
        case str() if name in _TIMES:
            return datetime.fromisoformat(value)
        case list():
            return tuple(value)
        case _:
            return value


def sentence(verb: str, numbers: Sequence[int], otherwise: str) -> str:
    """“Solved #12.”, “Solved 3 tickets: #12 #13 #14.”, or what to say if nothing changed."""
    if not numbers:
        return otherwise
    named = " ".join(f"#{number}" for number in numbers[:_NAMED]) + (
        " …" if len(numbers) > _NAMED else ""
    )
    return f"{verb} {named}." if len(numbers) == 1 else f"{verb} {len(numbers)} tickets: {named}."
