"""What a sync says of a mailbox, to a person who watches, and to cron, which hears only of what
changes."""

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

from supportcli.commands.output import printing

if TYPE_CHECKING:
    from supportcli.desk import Desk
    from supportcli.desk.mail.sync import MailboxReport
    from supportcli.domain.intake.ledger import Counts

_IN_INBOX = "SUPPORTCLI_IN_INBOX"
"""Set in the environment of a sync that an inbox runs."""

_COUNTED = (
    ("new_tickets", "new ticket", "new tickets"),
    ("follow_ups", "answer", "answers"),
    ("held", "held email", "held emails"),
    ("duplicates", "duplicate", "duplicates"),
    ("ignored", "ignored", "ignored"),
    ("completed", "large email completed", "large emails completed"),
    ("sent", "reply sent", "replies sent"),
    ("deferred", "reply delayed", "replies delayed"),
    ("late", "REPLY NOT SENT FOR HOURS", "REPLIES NOT SENT FOR HOURS"),
    ("failed", "REPLY FAILED", "REPLIES FAILED"),
    ("uncertain", "REPLY UNCERTAIN", "REPLIES UNCERTAIN"),
)


_RENEW = {False: "Renew it before that", True: "Renew it"}


def tell_mailbox(one: "MailboxReport", *, watched: bool) -> None:
    """Say what went wrong, and that it works again: what is news for who is not there, and all of
    it to who watches."""
    if one.busy:
        printing.warn(f"{one.mailbox}: another sync is already running.")
    elif one.error is not None and (one.tells or watched):
        printing.warn(_of_mailbox(one.mailbox, one.error.sentence) + _for_long(one), one.error.hint)
    elif one.back:
        emails = f"{one.fetched} email{'' if one.fetched == 1 else 's'}"
        printing.warn(f"{one.mailbox}: works again, caught up on {emails}.")


def tell_late(one: "MailboxReport") -> None:
    """Say, once, that replies have waited for hours."""
    if one.late and _IN_INBOX not in os.environ:
        many = "reply has" if one.late == 1 else "replies have"
        printing.warn(
            f"{one.mailbox}: {one.late} {many} not been sent for four hours.",
            "See why with: supportcli outbox list",
        )


def tell_failed(one: "MailboxReport") -> bool:
    """Say, once, that replies were refused for good, or may have arrived; whether any were. (An
    inbox shows them by itself.)"""
    if _IN_INBOX in os.environ or not (one.failed or one.uncertain):
        return False
    words = (
        (one.failed, "reply failed", "replies failed"),
        (one.uncertain, "reply may or may not have arrived", "replies may or may not have arrived"),
    )
    hint = "See why, and what to do, with: supportcli outbox list"
    printing.warn(f"{one.mailbox}: {_counted(words)}.", hint)
    return True


def _for_long(one: "MailboxReport") -> str:
    """“ It has failed for 15m.”; empty if it has just begun to."""
    from supportcli.domain.text.durations import duration

    minutes = int(one.failing_for.total_seconds()) // 60
    return f" It has failed for {duration(minutes * 60)}." if minutes else ""


def _of_mailbox(address: str, sentence: str) -> str:
    """What went wrong, with its mailbox: several may have the same problem."""
    return sentence if address in sentence else f"{address}: {sentence}"


def tell_held(desk: "Desk", counted: "Counts", *, watched: bool) -> None:
    """Say that mail waits: to a person each time, elsewhere once a day. (A sync that the inbox runs
    says nothing: the inbox has a view of held mail.)"""
    from supportcli.desk.mail.held import counting

    if _IN_INBOX in os.environ or not (
        counting.waits(counted) if watched else counting.remind(desk, counted)
    ):
        return
    sentence = f"{_waiting_mail(counted)}: supportcli mail held"
    if watched:
        printing.say(sentence)
    else:
        printing.warn(sentence)


def tell_daily(desk: "Desk") -> None:
    """Warn once a day of sign-ins that end soon, or have ended, and of automatic answers that
    cannot be written."""
    from supportcli.desk.setup import automatic_faults, sign_ins

    for address, kind, why in automatic_faults.due_warnings(desk):
        printing.warn(
            f"{address} answers nobody by itself: {why}.",
            f"Choose another response: supportcli mailbox {kind.command} {address} SHORTCUT",
        )
    for address, end in sign_ins.due_warnings(desk):
        today = desk.now().date()
        printing.warn(
            f"{address}: {end.told(today)}.",
            f"{_RENEW[end.days_left(today) < 0]}, then run: supportcli mailbox sign-in {address}",
        )


def _waiting_mail(counted: "Counts") -> str:
    """“3 held emails are waiting, 1 email cannot be read”; empty if none does."""
    words = (
        (counted.held, "held email is waiting", "held emails are waiting"),
        (counted.unreadable, "email cannot be read", "emails cannot be read"),
        (counted.too_large, "email is too large", "emails are too large"),
        (counted.partial, "email is only partly here", "emails are only partly here"),
    )
    return _counted(words)


def summary(one: "MailboxReport") -> str:
    """“help@shop.test: 3 new tickets, 1 reply sent”."""
    return f"{one.mailbox}: {counts_in_words(one, _COUNTED) or 'nothing new'}"


def counts_in_words(report: object, names: Sequence[tuple[str, str, str]]) -> str:
    """“3 new tickets, 1 reply sent”; empty if nothing was counted."""
    return _counted([(getattr(report, name), single, many) for name, single, many in names])


def _counted(words: Sequence[tuple[int, str, str]]) -> str:
    return ", ".join(
        f"{count} {single if count == 1 else many}" for count, single, many in words if count
    )


def happened(one: "MailboxReport") -> bool:
    """Whether a pass has brought anything."""
    return any(getattr(one, name) for name, _, _ in _COUNTED)
