"""How a mailbox sends: how many replies in which time, and who files copies of them."""

from dataclasses import dataclass, replace

from supportcli.desk import Desk
from supportcli.desk.gestures import authorize
from supportcli.desk.setup.founding import mailbox
from supportcli.domain.mailbox import Mailbox, SentCopies
from supportcli.domain.people import Action
from supportcli.errors.setup import SendingLimitInvalid, SentCopiesInvalid
from supportcli.storage.setup import mailboxes

_MOST = 1_000_000


@dataclass(frozen=True, slots=True)
class SendingChanges:
    """What to change, as it was typed; None: no change. A limit is a number, or “none”."""

    a_minute: str | None = None
    an_hour: str | None = None
    sent_copies: str | None = None

    def __bool__(self) -> bool:
        return (self.a_minute, self.an_hour, self.sent_copies) != (None, None, None)


def edit_sending(desk: Desk, address: str, changes: SendingChanges) -> Mailbox:
    """Change how a mailbox sends, from the next reply on; a pause that a limit asked for is over.

    SendingLimitInvalid, SentCopiesInvalid; NotFound; NotAllowed if I am not an admin."""
    found = mailbox(desk, address)
    after = replace(
        found,
        a_minute=_limit(changes.a_minute, found.a_minute),
        an_hour=_limit(changes.an_hour, found.an_hour),
        sent_copies=_copies(changes.sent_copies) or found.sent_copies,
        sends_again_at=None,
    )
    with desk.db.write() as tx:
        authorize(desk.me(tx), Action.SET_UP)
        mailboxes.set_sending(tx, found.id, after.a_minute, after.an_hour, after.sent_copies)
        mailboxes.set_sends_again_at(tx, found.id, None)
    return after


def _limit(typed: str | None, before: int | None) -> int | None:
    if typed is None:
        return before
    if typed == "none":
        return None
    if not (typed.isascii() and typed.isdigit() and 0 < int(typed) <= _MOST):
        raise SendingLimitInvalid(typed)
    return int(typed)


def _copies(typed: str | None) -> SentCopies | None:
    if typed is None:
        return None
    try:
        return SentCopies(typed)
    except ValueError:
        raise SentCopiesInvalid(typed) from None
