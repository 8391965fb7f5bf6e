"""A ticket's state after a message from an archive: it changes silently, and only if nobody has
worked on it here."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from supportcli.domain.people import Agent
from supportcli.domain.tickets.ticket import Status, comes_to
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
