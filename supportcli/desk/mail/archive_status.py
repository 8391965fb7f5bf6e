"""A ticket's state after a message that did not come and go here: one from an archive changes it
silently, and only if nobody has worked on it here; an answer from another mail program changes it
as one of ours."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from supportcli.domain.people import Agent
from supportcli.domain.tickets.ticket import UNSOLVED, Status, comes_to
from supportcli.storage.mail.circles import Circle
from supportcli.storage.mail.mails import FromFile


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


def status_changes(ticket: Circle, filed: FromFile, word: ArchivedMessage) -> dict[str, Any]:
    """The fields of a ticket that one more message changes. If people here have worked on it, only
    a customer's recent last message counts, which must not be missed."""
    status = standing(filed, word.at, sent=word.sent)
    newest = ticket.said is None or word.at >= ticket.said
    if ticket.lived:
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


def answered_elsewhere(ticket: Circle, at: datetime, agent: Agent | None) -> dict[str, Any]:
    """The fields of a ticket that an answer from another mail program changes: as a reply from
    here, unless something came after it, or nobody waits for an answer."""
    if ticket.status not in UNSOLVED or (ticket.said is not None and ticket.said > at):
        return {}
    mine = {"assignee_id": agent.id} if agent is not None and ticket.assignee_id is None else {}
    return {**comes_to(Status.PENDING, at), "waiting_since": None, **mine}
