"""A verb about people: its transaction, who does it, and its events."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session

from supportcli.desk import Desk
from supportcli.desk.gestures import Gesture
from supportcli.domain.people import Action
from supportcli.domain.people.customers import Customer, differing, shape
from supportcli.domain.people.history import PeopleEvent
from supportcli.domain.people.organisations import Organisation, organisation_shape
from supportcli.storage.people import customers, organisations, people_events


@dataclass(frozen=True, slots=True)
class CustomerDone:
    """A customer after a verb, and its gesture (for undo); "" if nothing changed."""

    customer: Customer
    gesture: str


@dataclass(frozen=True, slots=True)
class PeopleGesture:
    """A running verb about people."""

    gesture: Gesture

    @classmethod
    def begin(cls, desk: Desk, tx: Session) -> "PeopleGesture":
        """Start a verb as the agent that the settings name; NotAllowed if I may not work on
        tickets."""
        return cls(Gesture.begin(desk, tx, Action.WORK))

    @property
    def tx(self) -> Session:
        """Its transaction."""
        return self.gesture.tx

    def change(self, before: Customer, after: Customer, undoes: str | None = None) -> bool:
        """Write what differs of a customer, and one event; False if nothing does."""
        was, now_is = shape(before), shape(after)
        names = differing(was, now_is)
        if not names:
            return False
        customers.put(self.tx, before, after)
        self.record(
            "undone" if undoes else "edited",
            customer=after.id,
            organisation=after.organisation_id if "organisation_id" in names else None,
            before={name: was[name] for name in names},
            after={name: now_is[name] for name in names},
            undoes=undoes,
        )
        return True

    def change_organisation(
        self, before: Organisation, after: Organisation, undoes: str | None = None
    ) -> bool:
        """Write what differs of an organisation, and one event; False if nothing does."""
        was, now_is = organisation_shape(before), organisation_shape(after)
        names = differing(was, now_is)
        if not names:
            return False
        organisations.put(self.tx, before, after)
        self.record(
            "undone" if undoes else "edited",
            organisation=after.id,
            before={name: was[name] for name in names},
            after={name: now_is[name] for name in names},
            undoes=undoes,
        )
        return True

    def record(
        self,
        kind: str,
        *,
        customer: int | None = None,
        organisation: int | None = None,
        before: Mapping[str, Any] | None = None,
        after: Mapping[str, Any] | None = None,
        undoes: str | None = None,
    ) -> None:
        """Append an event about a customer or an organisation."""
        event = PeopleEvent(
            at=self.gesture.now,
            actor=self.gesture.agent.address,
            gesture=self.gesture.id,
            kind=kind,
            customer=customer,
            organisation=organisation,
            before=before or {},
            after=after or {},
            undoes=undoes or self.gesture.undoes,
        )
        people_events.record(self.tx, event)
