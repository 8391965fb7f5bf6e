"""Editing what a ticket is called, whose it is, and in which mailbox it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session

from supportcli.desk import Desk
from supportcli.desk.gestures import Done, Gesture, sentence
from supportcli.desk.tickets import unseen
from supportcli.domain.mail import Address
from supportcli.domain.mail_domains import lowered
from supportcli.domain.people import address_of
from supportcli.domain.text.words import nearest
from supportcli.domain.tickets.news import Sight
from supportcli.errors import UsageError
from supportcli.errors.names import NotFound, Thing
from supportcli.storage.people import customers
from supportcli.storage.setup import mailboxes

LONGEST = 500
"""Characters of a subject that an agent types, at most."""


@dataclass(frozen=True, slots=True)
class Edit:
    """What is to be changed of tickets; None stays as it is. `mailbox` is the address of one,
    `customer` an address, with or without a name."""

    subject: str | None = None
    mailbox: str | None = None
    customer: str | None = None


def edit(desk: Desk, numbers: Sequence[int], wanted: Edit, *, sight: Sight | None = None) -> Done:
    """Give tickets another subject or customer, or move them to another mailbox, all of them or
    none. Replies from then on have that subject, go to that customer and come from that mailbox,
    and the policies that apply there count; nobody is told. Who has that address is the customer;
    if nobody has it, there is a new one. `sight` as in `verbs.solve`.

    UsageError for a subject that is empty, longer than `LONGEST`, or has more than one line, for a
    customer that is a mailbox of ours, or if nothing is to be changed; AddressInvalid; NotFound for
    a mailbox."""
    with desk.db.write() as tx:
        gesture, person = Gesture.begin(desk, tx), _person(tx, wanted)
        fields, is_new = _fields(tx, wanted), False
        if person is not None:
            fields["customer_id"], is_new = _customer(gesture, person)
        with gesture.together():
            for number in dict.fromkeys(numbers):
                unseen.refuse(gesture, number, sight)
                gesture.change(gesture.state(number), "edited", fields)
        said = sentence("Edited", gesture.numbers, "Nothing changed: already so.")
        more = f" {person.written} is a new customer." if person and is_new else ""
        return gesture.done(said + more)


def check(desk: Desk, wanted: Edit) -> None:
    """Raise what `edit` would raise for what is to be changed."""
    with desk.db.read() as tx:
        _person(tx, wanted)
        _fields(tx, wanted)


def _fields(tx: Session, wanted: Edit) -> dict[str, Any]:
    if wanted == Edit():
        raise UsageError(
            "Nothing is to be changed.",
            "Give --subject TEXT, --customer ADDRESS or --mailbox ADDRESS.",
        )
    fields: dict[str, Any] = {}
    if wanted.subject is not None:
        fields["subject"] = subject_of(wanted.subject)
    if wanted.mailbox is not None:
        fields["mailbox_id"] = _mailbox(tx, wanted.mailbox)
    return fields


def _person(tx: Session, wanted: Edit) -> Address | None:
    """Whom the new customer's address means; None if the customer stays."""
    if wanted.customer is None:
        return None
    person = address_of(wanted.customer)
    refuse_own(tx, person)
    return person


def refuse_own(tx: Session, person: Address) -> None:
    """UsageError for a customer who is a mailbox of ours: answers would come back as new mail."""
    from supportcli.desk.team import team_of  # noqa: PLC0415  # each verb loads this module

    if lowered(person.address) in team_of(tx).own:
        raise UsageError(
            f"{person.written} is an address of this desk, and cannot be a customer.",
            "Give the address of the person whose ticket it is.",
        )


def _customer(gesture: Gesture, person: Address) -> tuple[int, bool]:
    """The id of the customer with an address, and whether they are new."""
    known = customers.with_address(gesture.tx, person.address)
    if known is not None:
        return known, False
    return customers.add(gesture.tx, person, (), gesture.now), True


def mailboxes_of(desk: Desk) -> list[str]:
    """The addresses of the desk's mailboxes, sorted."""
    with desk.db.read() as tx:
        return sorted(box.address for box in mailboxes.mailboxes(tx))


def subject_of(typed: str) -> str:
    """A ticket's subject as somebody typed it; UsageError if it is empty, or no single line of at
    most `LONGEST` characters."""
    text = typed.strip()
    if not text:
        raise _subject_refused("is empty")
    if not text.isprintable() or len(text) > LONGEST:
        raise _subject_refused(f"is no single line of at most {LONGEST} characters")
    return text


def _subject_refused(why: str) -> UsageError:
    return UsageError(f"The subject {why}.", "Give it as in: --subject 'Parcel 7781 is late'")


def _mailbox(tx: Session, address: str) -> int:
    there = {box.address: box.id for box in mailboxes.mailboxes(tx)}
    wanted = lowered(address.strip())
    if wanted not in there:
        raise NotFound(Thing.MAILBOX, address, nearest=nearest(wanted, sorted(there)))
    return there[wanted]
