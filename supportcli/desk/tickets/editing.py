"""Editing what a ticket is called, and in which mailbox it is."""

from collections.abc import Sequence
from typing import Any

from sqlmodel import Session

from supportcli.desk import Desk
from supportcli.desk.gestures import Done, Gesture, sentence
from supportcli.desk.tickets import unseen
from supportcli.domain.mail_domains import lowered
from supportcli.domain.text.words import nearest
from supportcli.domain.tickets.news import Sight
from supportcli.errors import UsageError
from supportcli.errors.names import NotFound, Thing
from supportcli.storage.setup import mailboxes

LONGEST = 500
"""Characters of a subject that an agent types, at most."""


def edit(
    desk: Desk,
    numbers: Sequence[int],
    *,
    subject: str | None = None,
    mailbox: str | None = None,
    sight: Sight | None = None,
) -> Done:
    """Give tickets another subject, or move them to the mailbox of an address, all of them or none.
    Replies from then on have that subject and come from that mailbox, and the policies that apply
    there count; customers are told nothing. `sight` as in `verbs.solve`.

    UsageError for a subject that is empty, longer than `LONGEST`, or has more than one line, or if
    nothing is to be changed; NotFound for a mailbox."""
    with desk.db.write() as tx:
        gesture, fields = Gesture.begin(desk, tx), _fields(tx, subject, mailbox)
        for number in dict.fromkeys(numbers):
            unseen.refuse(gesture, number, sight)
            gesture.change(gesture.state(number), "edited", fields)
        return gesture.done(sentence("Edited", gesture.numbers, "Nothing changed: already so."))


def check(desk: Desk, *, subject: str | None = None, mailbox: str | None = None) -> None:
    """Raise what `edit` would raise for what is to be changed."""
    with desk.db.read() as tx:
        _fields(tx, subject, mailbox)


def _fields(tx: Session, subject: str | None, mailbox: str | None) -> dict[str, Any]:
    if subject is None and mailbox is None:
        raise UsageError("Nothing is to be changed.", "Give --subject TEXT or --mailbox ADDRESS.")
    fields: dict[str, Any] = {} if subject is None else {"subject": subject_of(subject)}
    return fields | ({} if mailbox is None else {"mailbox_id": _mailbox(tx, mailbox)})


def mailboxes_of(desk: Desk) -> list[str]:
    """The addresses of the desk's mailboxes, sorted."""
    with desk.db.read() as tx:
        return sorted(box.address for box in mailboxes.mailboxes(tx))


def subject_of(typed: str) -> str:
    """A ticket's subject as somebody typed it; UsageError if it is empty, longer than `LONGEST`, or
    has more than one line."""
    text = typed.strip()
    if not text or not text.isprintable() or len(text) > LONGEST:
        why = "is empty" if not text else f"is no single line of at most {LONGEST} characters"
        raise UsageError(f"The subject {why}.", "Give it as in: --subject 'Parcel 7781 is late'")
    return text


def _mailbox(tx: Session, address: str) -> int:
    there = {box.address: box.id for box in mailboxes.mailboxes(tx)}
    wanted = lowered(address.strip())
    if wanted not in there:
        raise NotFound(Thing.MAILBOX, address, nearest=nearest(wanted, sorted(there)))
    return there[wanted]
