"""A ticket's state after a message that did not come and go here: one from an archive changes it
silently, and only if nobody has worked on it here; an answer from another mail program changes it
as one of ours."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session

from supportcli.domain.people import Agent
from supportcli.domain.tickets.ticket import UNSOLVED, Status, TicketState, comes_to
from supportcli.storage.mail import known_mail
from supportcli.storage.mail.mails import FromFile
from supportcli.storage.tickets import events


@dataclass(frozen=True, slots=True)
class ArchivedMessage:
    """A message of an archive: when it was written, by which of our agents, and whether it went to
    the customer (`sent`) or came from them."""

    at: datetime
    agent: Agent | None
    sent: bool


def standing(filed: FromFile, at: datetime, *, sent: bool) -> Status:
    """The status of a conversation whose last message is this one: open if a customer wrote it
    recently, else solved."""
    if filed.status is not None:
        return filed.status
    return Status.SOLVED if sent or at < filed.open_since else Status.OPEN


def status_changes(
    tx: Session, ticket: TicketState, filed: FromFile, word: ArchivedMessage
) -> dict[str, Any]:
    """The fields of a ticket that one more message changes. If people here have worked on it, only
    a customer's recent last message counts, which must not be missed."""
    status = standing(filed, word.at, sent=word.sent)
    last = known_mail.last_message_at(tx, ticket.number, notes=False)
    newest = last is None or word.at >= last
    if not events.only_imported(tx, ticket.number):
        overlooked = (
            newest
            and not word.sent
            and status is Status.OPEN
            and ticket.status in {Status.PENDING, Status.SOLVED}
        )
        return comes_to(Status.OPEN, word.at) if overlooked else {}
    wanted = comes_to(status, word.at) if newest else {}
    if word.sent and word.agent is not None and ticket.assignee_id is None:
        wanted["assignee_id"] = word.agent.id
    return wanted


def answered_elsewhere(
    tx: Session, ticket: TicketState, at: datetime, agent: Agent | None
) -> dict[str, Any]:
    """The fields of a ticket that an answer from another mail program changes: as a reply from
    here, unless something came after it, or nobody waits for an answer."""
    last = known_mail.last_message_at(tx, ticket.number, notes=False)
    if ticket.status not in UNSOLVED or (last is not None and last > at):
        return {}
    mine = {"assignee_id": agent.id} if agent is not None and ticket.assignee_id is None else {}
    return {**comes_to(Status.PENDING, at), "waiting_since": None, **mine}
