"""Drafts: texts that are not sent yet, kept so that a crash or a lost connection costs no text."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Row, delete, select
from sqlmodel import Session

from supportcli.domain.mail import Address
from supportcli.domain.replies.chosen import AS_USUAL, Forwarded, ReplyChoice, ReplyFile
from supportcli.domain.replies.drafts import Draft
from supportcli.domain.replies.recipients import Recipients
from supportcli.storage.engine import rows
from supportcli.storage.tables import DraftRow

_DRAFT = rows.table_of(DraftRow)


class DraftKey(NamedTuple):
    """Whose draft it is: one for each ticket, agent and kind (reply or note)."""

    ticket: int
    agent_id: int
    kind: str


def is_of(key: DraftKey) -> ColumnElement[bool]:
    """Whether a row is this draft."""
    return (
        (_DRAFT.c.ticket_number == key.ticket)
        & (_DRAFT.c.agent_id == key.agent_id)
        & (_DRAFT.c.kind == key.kind)
    )


def save(tx: Session, key: DraftKey, draft: Draft, now: datetime) -> None:
    """Keep a draft, replacing the one before."""
    discard(tx, key)
    values = {
        "ticket_number": key.ticket,
        "agent_id": key.agent_id,
        "kind": key.kind,
        "text": draft.text,
        "seen_event": draft.seen,
    }
    chosen = {"recipients": _written(draft.recipients), "chosen": written_choice(draft.chosen)}
    rows.add(tx, DraftRow, {**values, "updated_at": now, **chosen})


def discard(tx: Session, key: DraftKey) -> None:
    """Delete a draft, if there is one."""
    tx.connection().execute(delete(_DRAFT).where(is_of(key)))


def find(tx: Session, key: DraftKey) -> Draft | None:
    """A draft, if there is one."""
    row = tx.connection().execute(select(_DRAFT).where(is_of(key))).first()
    return _draft(row) if row else None


def keys_of(tx: Session, number: int, kind: str | None = None) -> list[DraftKey]:
    """Whose drafts a ticket has, those of a `kind` if given, the one that was written last
    first."""
    asked = select(_DRAFT.c.ticket_number, _DRAFT.c.agent_id, _DRAFT.c.kind)
    asked = asked.where(_DRAFT.c.ticket_number == number)
    if kind is not None:
        asked = asked.where(_DRAFT.c.kind == kind)
    found = tx.connection().execute(asked.order_by(_DRAFT.c.updated_at.desc(), _DRAFT.c.id.desc()))
    return [DraftKey(*row) for row in found]


def of_others(tx: Session, agent_id: int) -> list[DraftKey]:
    """Whose drafts there are beside an agent's."""
    columns = (_DRAFT.c.ticket_number, _DRAFT.c.agent_id, _DRAFT.c.kind)
    found = tx.connection().execute(select(*columns).where(_DRAFT.c.agent_id != agent_id))
    return [DraftKey(*row) for row in found]


def of_agent(tx: Session, agent_id: int) -> dict[tuple[int, str], Draft]:
    """All drafts of an agent by ticket and kind."""
    found = tx.connection().execute(select(_DRAFT).where(_DRAFT.c.agent_id == agent_id))
    return {(row.ticket_number, row.kind): _draft(row) for row in found}


def as_json(draft: Draft) -> dict[str, Any]:
    """A draft as JSON, to keep it elsewhere."""
    return {
        "text": draft.text,
        "seen": draft.seen,
        "recipients": _written(draft.recipients),
        "chosen": written_choice(draft.chosen),
    }


def from_json(kept: Mapping[str, Any]) -> Draft:
    """The draft that `as_json` has written."""
    recipients = kept["recipients"]
    return Draft(
        kept["text"],
        kept["seen"],
        _read(recipients) if recipients else None,
        choice_of(kept.get("chosen")),
    )


def _draft(row: Row[Any]) -> Draft:
    recipients = _read(row.recipients) if row.recipients else None
    return Draft(row.text, row.seen_event, recipients, choice_of(row.chosen))


def written_choice(chosen: ReplyChoice) -> dict[str, Any] | None:
    """A choice as JSON; None if nothing was chosen."""
    if chosen == AS_USUAL:
        return None
    return {
        "subject": chosen.subject,
        "sender": chosen.sender,
        "files": [
            {"name": one.name, "size": one.size, "sha256": one.sha256} for one in chosen.files
        ],
        "at": chosen.at.isoformat() if chosen.at else None,
        "then": chosen.then,
        "forwards": [chosen.forwards.message, chosen.forwards.attached]
        if chosen.forwards
        else None,
        "unsigned": chosen.unsigned,
    }


def choice_of(kept: Mapping[str, Any] | None) -> ReplyChoice:
    """The choice that `written_choice` has written."""
    if kept is None:
        return AS_USUAL
    return ReplyChoice(
        kept["subject"],
        kept["sender"],
        tuple(ReplyFile(one["name"], one["size"], one["sha256"]) for one in kept["files"]),
        datetime.fromisoformat(kept["at"]) if kept["at"] else None,
        kept["then"],
        Forwarded(*kept["forwards"]) if kept.get("forwards") else None,
        bool(kept.get("unsigned")),
    )


def _written(recipients: Recipients | None) -> dict[str, Any] | None:
    if recipients is None:
        return None
    people = {
        part: [{"name": a.name, "address": a.written} for a in getattr(recipients, part)]
        for part in ("to", "cc", "bcc")
    }
    by_hand = sorted(recipients.by_hand)
    return {**people, "only_sender": recipients.only_sender, "by_hand": by_hand}


def _read(kept: Mapping[str, Any]) -> Recipients:
    to, cc, bcc = (
        tuple(Address.of(a["name"], a["address"]) for a in kept.get(part, ()))
        for part in ("to", "cc", "bcc")
    )
    private, by_hand = bool(kept.get("only_sender")), frozenset(kept.get("by_hand", ()))
    return Recipients(to, cc, private, bcc, by_hand)
