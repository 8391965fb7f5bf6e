"""Lives of tickets for tests of the clocks: the same actions as the desk's events and as the
oracle's."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from supportcli.domain.mail import Address
from supportcli.domain.sla.clock_runs import ClockFact
from supportcli.domain.sla.history import OpenedTicket, facts
from supportcli.domain.tickets.ticket import Event
from tests.domain.sla_oracle import MINUTE, Action

OPENED = OpenedTicket("help@shop.test", Address("María", "maria@acme.test"))


@dataclass
class Life:
    """A ticket to which things happen. Each verb is told its minute; `said_at` is when each
    customer's message was taken by the server."""

    base: datetime
    events: list[Event] = field(default_factory=list)
    actions: list[Action] = field(default_factory=list)
    said_at: dict[int, datetime] = field(default_factory=dict)
    fields: dict[str, Any] = field(
        default_factory=lambda: {
            "status": "new",
            "priority": "normal",
            "tags": [],
            "waiting_since": None,
        }
    )

    def facts(self) -> list[ClockFact]:
        return facts(self.events, OPENED, self.said_at, {})

    def customer(self, at: int, *, machine: bool = False) -> None:
        """A mail comes in; nobody waits for an answer to a machine's."""
        said = self.base + at * MINUTE
        wanted: dict[str, Any] = {}
        if not machine:
            status = self.fields["status"]
            wanted = {"status": "open" if status in {"pending", "on-hold", "solved"} else status}
            if status not in {"spam", "deleted"}:
                wanted["waiting_since"] = self.fields["waiting_since"] or said.isoformat()
        number = len(self.events) + 1
        self.said_at[number] = said
        self._write(
            at,
            "received" if self.events else "created",
            wanted,
            message=number,
            what="other" if machine else "customer",
        )

    def reply(self, at: int, status: str = "pending") -> None:
        """An agent answers."""
        self._write(at, "replied", {"status": status, "waiting_since": None}, what="reply")

    def to(self, at: int, status: str) -> None:
        """An agent sets the status; who solves or throws away ends what the customer waits for."""
        if (
            status == self.fields["status"]
            or (status == "new")
            or (self.fields["status"] in {"spam", "deleted"} and status != "open")
        ):
            return
        ends = {"waiting_since": None} if status in {"solved", "spam", "deleted"} else {}
        self._write(at, status, {"status": status, **ends})

    def prioritise(self, at: int, priority: str) -> None:
        self._write(at, "prioritised", {"priority": priority})

    def tag(self, at: int, *tags: str) -> None:
        self._write(at, "tagged", {"tags": sorted(tags)})

    def undo(self, at: int) -> None:
        """Take the last verb back that is not taken back, where its fields are still as it left
        them."""
        taken = {event.undoes for event in self.events}
        verbs = [
            event
            for event in self.events
            if event.actor_kind == "agent" and event.kind != "undone" and event.gesture not in taken
        ]
        if not verbs:
            return
        event = verbs[-1]
        replies = [
            later
            for later in self.events
            if later.id > event.id and later.kind == "replied" and later.gesture not in taken
        ]
        firm = {name for name in event.after if name != "waiting_since"}
        if event.kind != "replied" and any(self.fields[name] != event.after[name] for name in firm):
            return
        back = {
            name: value
            for name, value in event.before.items()
            if self.fields[name] == event.after[name] and not (replies and name == "waiting_since")
        }
        self._write(at, "undone", back, undoes=event)
        if event.kind == "replied":
            self.actions[event.id - 1] = replace(self.actions[event.id - 1], taken_back=True)

    def _write(
        self,
        at: int,
        kind: str,
        wanted: dict[str, Any],
        *,
        message: int | None = None,
        what: str = "other",
        undoes: Event | None = None,
    ) -> None:
        after = {name: value for name, value in wanted.items() if self.fields[name] != value}
        before = {name: self.fields[name] for name in after}
        self.fields |= after
        number = len(self.events) + 1
        actor = "customer" if kind in {"created", "received"} else "agent"
        undone = undoes.gesture if undoes else None
        self.events.append(
            Event(
                number,
                self.base + at * MINUTE,
                actor,
                "",
                f"g{number}",
                kind,
                1,
                before,
                after,
                message,
                undone,
            )
        )
        fields = self.fields
        action = Action(
            at,
            what,
            fields["status"],
            fields["priority"],
            frozenset(fields["tags"]),
            undoes=undoes.id - 1 if undoes else None,
        )
        self.actions.append(action)


def lived(base: datetime, actions: Sequence[tuple[int, str, Any]]) -> Life:
    """A life of these actions: the minutes since the one before, the verb, and its argument (None: it
    takes none)."""
    life, at = Life(base), 0
    for later, verb, argument in actions:
        at += later
        if not life.events and verb != "machine":
            life.customer(at)
        elif verb == "machine":
            life.customer(at, machine=True)
        elif argument is None:
            getattr(life, verb)(at)
        else:
            getattr(life, verb)(at, *([argument] if isinstance(argument, str) else argument))
    return life
