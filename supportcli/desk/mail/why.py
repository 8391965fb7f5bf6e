"""Why a mail is where it is: the rule that decided it, the rule's reason, the mail's places on the
server, and which agent did what to it since."""

import re
from collections.abc import Callable
from dataclasses import replace

from sqlmodel import Session

from supportcli.desk import Desk
from supportcli.domain.intake.ledger import DecidedMail, MailEvent
from supportcli.errors.names import NotFound, Thing
from supportcli.errors.tickets import TicketMerged
from supportcli.storage.mail import decisions, mail_events
from supportcli.storage.replies import automatic
from supportcli.storage.tickets import events, regrouping, tickets
from supportcli.storage.tickets.regrouping import MovedMessages

_MAIL = re.compile(r"\d{1,9}")
_MESSAGE = re.compile(r"#?(\d{1,9}):(\d{1,9})")


def why(desk: Desk, what: str) -> list[DecidedMail]:
    """The mails that `what` names: the number of a mail, a Message-ID (several mails may have one),
    or `N:K`, the K-th message of ticket N.

    NotFound if it names none; TicketMerged if N was merged, and has no messages."""
    with desk.db.read() as tx:
        found = [
            replace(
                one,
                history=_history(tx, one),
                decided_into=_decided_into(tx, one),
                answer=automatic.of_mail(tx, one.id),
            )
            for one in _lookup(what.strip())(tx)
        ]
        if not found and (message := _MESSAGE.fullmatch(what.strip())):
            _refuse_merged(tx, int(message[1]))
    if not found:
        raise NotFound(Thing.MAIL, what)
    return found


def _refuse_merged(tx: Session, number: int) -> None:
    into = tickets.ends_of_merges(tx, [number]).get(number)
    if into is not None:
        raise TicketMerged(number, into)


def _moves(tx: Session, one: DecidedMail) -> list[MovedMessages]:
    return regrouping.moves_of(tx, one.id, one.ticket) if one.ticket is not None else []


def _decided_into(tx: Session, one: DecidedMail) -> int | None:
    moves = _moves(tx, one)
    return moves[0].source if moves else one.ticket


def _history(tx: Session, one: DecidedMail) -> tuple[MailEvent, ...]:
    """What agents did with a mail, merges and splits of its tickets too, oldest first."""
    found = [*mail_events.of_mail(tx, one.id)]
    for move in _moves(tx, one):
        done = next(
            it for it in events.of_gesture(tx, move.gesture) if it.kind in {"merged", "split"}
        )
        before = {"state": one.state, "ticket_number": move.source}
        after = {"state": one.state, "ticket_number": move.target}
        found.append(MailEvent(done.at, done.actor, move.gesture, done.kind, one.id, before, after))
    return tuple(sorted(found, key=lambda it: it.at))


def _lookup(what: str) -> Callable[[Session], list[DecidedMail]]:
    if _MAIL.fullmatch(what):
        return lambda tx: decisions.with_id(tx, int(what))
    message = _MESSAGE.fullmatch(what)
    if message:
        return lambda tx: decisions.at_position(tx, int(message[1]), int(message[2]))
    return lambda tx: decisions.with_message_id(tx, f"<{what.strip('<>')}>")
