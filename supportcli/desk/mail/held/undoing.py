"""Undo for mail: what a gesture decided about mails is taken back, and they wait as before."""

from sqlmodel import Session

from supportcli.desk.gestures import Gesture
from supportcli.domain.intake.ledger import MailEvent
from supportcli.errors.mail import MailUndoRefused
from supportcli.storage.mail import held, mail_events, mails
from supportcli.storage.tickets import messages, tickets


def held_again(gesture: Gesture, wanted: str) -> None:
    """Take back what a gesture decided about mails, its last event first. (`desk.undo` does the
    same for their tickets.) Junk that has left its folder meanwhile waits for the next sync.

    MailUndoRefused if somebody has decided about one of them since."""
    for event in reversed(mail_events.of_gesture(gesture.tx, wanted)):
        _put_back(gesture, event)


def _put_back(gesture: Gesture, event: MailEvent) -> None:
    tx, before, after = gesture.tx, dict(event.before), dict(event.after)
    now_is = held.decision(tx, event.mail) or {}
    if any(value != after[name] for name, value in now_is.items()):
        raise MailUndoRefused(event.mail, _changed_by(tx, event))
    people, ticket = after.get("people", []), after.get("ticket_number")
    if isinstance(people, list):
        messages.release(tx, event.mail, people, gesture.now)
    if after.get("opened") and isinstance(ticket, int):
        tickets.unlink(tx, ticket)
    held.put_back(tx, event.mail, str(after["state"]), before, gesture.now)
    mails.release_moved(tx, event.mail)
    undone = MailEvent(
        gesture.now,
        gesture.agent.address,
        gesture.id,
        "undone",
        event.mail,
        after,
        before,
        event.gesture,
    )
    mail_events.record(tx, undone)


def _changed_by(tx: Session, event: MailEvent) -> str:
    """Who last decided about a mail: the desk itself, if no agent did."""
    later = [one for one in mail_events.of_mail(tx, event.mail) if one.gesture != event.gesture]
    return later[-1].actor if later else "the desk itself"
