"""What `--json` prints of mail: what waits, what was decided and done about it, a complete mail."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from supportcli.desk.json_shapes import Shape, address, time
from supportcli.domain.intake.accounts import Fate, MailboxAccount, Unaccounted
from supportcli.domain.intake.ledger import (
    DecidedMail,
    HeldBounces,
    HeldMail,
    LetterShown,
    MailEvent,
    NotHere,
)
from supportcli.domain.senders import SenderRule

if TYPE_CHECKING:
    from supportcli.desk.mail.held.accepting import MailOutcome, MailsDone
    from supportcli.desk.mail.ledger.replaying import Replayed


def decided(one: DecidedMail) -> Shape:
    """A mail, what was decided about it and by which rule, where it is on the server, and what
    agents did about it."""
    return {
        "id": one.id,
        "message_id": one.message_id,
        "received_at": time(one.received_at),
        "state": one.state,
        "rule": one.rule,
        "reason": one.reason,
        "ticket": one.ticket,
        "decided_at": time(one.decided_at),
        "historic": one.historic,
        "sha256": one.sha256,
        "size": one.size,
        "full_size": one.full_size,
        "places": [
            {"folder": place.folder, "uidvalidity": place.uidvalidity, "uid": place.uid}
            for place in one.places
        ],
        "imported_from": one.imported_from,
        "history": [_event(event) for event in one.history],
        "automatic_answer": {
            "kind": one.answer.kind,
            "reason": one.answer.reason,
            "at": time(one.answer.at),
        }
        if one.answer is not None
        else None,
    }


def _event(one: MailEvent) -> Shape:
    """What an agent did with a mail, and its new state."""
    return {
        "at": time(one.at),
        "by": one.actor,
        "kind": one.kind,
        "state": one.after.get("state"),
        "ticket": one.after.get("ticket_number"),
    }


def held(one: HeldMail) -> Shape:
    """A mail that waits for a person."""
    return {
        "kind": "mail",
        "id": one.id,
        "mailbox": one.mailbox,
        "received_at": time(one.received_at),
        "from": address(one.sender) if one.sender else None,
        "subject": one.subject,
        "rule": one.rule,
        "cause": one.cause,
        "size": one.size,
    }


def bounces(one: HeldBounces) -> Shape:
    """The delivery reports about mail that this desk does not know, counted."""
    return {
        "kind": "bounces",
        "id": None,
        "count": one.count,
        "newest_at": time(one.newest_at),
        "cause": "of mail that this desk does not know",
    }


def not_here(one: NotHere, what_next: str) -> Shape:
    """A mail that is on its server and not here, or only in part; `id` is that of the part."""
    return {
        "kind": one.state,
        "id": one.mail,
        "mailbox": one.mailbox,
        "folder": one.folder,
        "uid": one.uid,
        "received_at": time(one.received_at),
        "size": one.size,
        "here": one.here,
        "ticket": one.ticket,
        "next": what_next,
    }


def letter(one: LetterShown) -> Shape:
    """A complete mail: what was decided, and what it says, in the shape of `mail parse`."""
    from supportcli.desk.mail import parsing  # noqa: PLC0415  # lists need no parser

    said = parsing.as_json("", one.mail)
    del said["file"]
    check = {
        "sender_check": one.verdict,
        "checked_by": one.checked_by or None,
        "doubts": list(one.doubts),
    }
    return said | decided(one.decided) | check | {"mailbox": one.mailbox}


def outcome(one: "MailOutcome") -> Shape:
    """What became of a mail, or would."""
    return {
        "id": one.mail,
        "state": one.state,
        "ticket": one.ticket,
        "customer": address(one.opens) if one.opens else None,
        "rule": one.rule,
        "reason": one.reason,
    }


def done(one: "MailsDone", sentence: str) -> Shape:
    """What a verb did to mails."""
    mails = [
        {name: value for name, value in outcome(each).items() if name != "customer"}
        for each in one.outcomes
    ]
    return {
        "gesture": one.gesture,
        "mails": mails,
        "tickets": list(one.tickets),
        "sentence": sentence,
    }


def sender(one: SenderRule) -> Shape:
    """What the team decided about a sender; `judged` and `blocked` are null if nothing was."""
    return {
        "sender": one.who,
        "judged": one.judged,
        "blocked": one.blocked,
        "by": one.by or None,
        "at": time(one.at),
    }


def account(one: MailboxAccount) -> Iterator[Shape]:
    """What a server has in each folder of a mailbox, and where that is at the desk; then the mails
    that are on no server and not right, as those of no folder."""
    for folder in one.folders:
        yield {
            "mailbox": folder.mailbox,
            "folder": folder.folder,
            "on_server": folder.on_server,
            **{fate.value: folder.fates.get(fate, 0) for fate in Fate},
            "removed": folder.removed,
            "compared": folder.compared,
            "unaccounted": [_unaccounted(mail) for mail in folder.unaccounted],
            "lacking": [{"uid": mail.uid, "what": mail.what} for mail in folder.lacking],
        }
    if one.elsewhere:
        yield {
            "mailbox": one.mailbox,
            "folder": None,
            "unaccounted": [_unaccounted(mail) for mail in one.elsewhere],
        }


def _unaccounted(mail: Unaccounted) -> Shape:
    return {
        "uid": mail.uid,
        "mail": mail.mail,
        "date": time(mail.date),
        "from": address(mail.sender) if mail.sender else None,
        "subject": mail.subject,
        "why": mail.why,
    }


def replayed(one: "Replayed") -> Shape:
    """What was decided about a mail, and what would be decided now; `now` is null if it cannot be
    read, for the reason `trouble`."""
    return {
        "id": one.was.mail,
        "message": one.position,
        "differs": one.differs,
        "was": outcome(one.was),
        "now": outcome(one.now) if one.now is not None else None,
        "trouble": one.trouble or None,
    }
