"""Why a mail is where it is: the rule that decided it, the rule's reason, the mail's places on the
server, and which agent did what to it since."""

import re
from collections.abc import Callable
from dataclasses import replace

from sqlmodel import Session

from supportcli.desk import Desk
from supportcli.domain.intake.ledger import DecidedMail
from supportcli.errors.names import NotFound, Thing
from supportcli.storage.mail import decisions, mail_events

_MAIL = re.compile(r"\d{1,9}")
_MESSAGE = re.compile(r"#?(\d{1,9}):(\d{1,9})")


def why(desk: Desk, what: str) -> list[DecidedMail]:
    """The mails that `what` names: the number of a mail, a Message-ID (several mails may have one),
    or `N:K`, the K-th message of ticket N.

    NotFound if it names none."""
    with desk.db.read() as tx:
        found = [
            replace(one, history=mail_events.of_mail(tx, one.id))
            for one in _lookup(what.strip())(tx)
        ]
    if not found:
        raise NotFound(Thing.MAIL, what)
    return found


def _lookup(what: str) -> Callable[[Session], list[DecidedMail]]:
    if _MAIL.fullmatch(what):
        return lambda tx: decisions.with_id(tx, int(what))
    message = _MESSAGE.fullmatch(what)
    if message:
        return lambda tx: decisions.at_position(tx, int(message[1]), int(message[2]))
    return lambda tx: decisions.with_message_id(tx, f"<{what.strip('<>')}>")
