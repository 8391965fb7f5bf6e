"""Drafts that go with their ticket when it is merged. A writer who has one of the same kind in the
other ticket gets both texts in one draft; undo gives each back."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlmodel import Session

from supportcli.domain.replies.drafts import Draft
from supportcli.storage.engine import rows
from supportcli.storage.replies import drafts
from supportcli.storage.replies.drafts import DraftKey
from supportcli.storage.tables import DraftRow

_DRAFT = rows.table_of(DraftRow)


def writers(tx: Session, number: int) -> list[tuple[int, str]]:
    """The agent and the kind of each draft of a ticket."""
    statement = select(_DRAFT.c.agent_id, _DRAFT.c.kind).where(_DRAFT.c.ticket_number == number)
    return [(row[0], row[1]) for row in tx.connection().execute(statement.order_by(_DRAFT.c.id))]


def move(
    tx: Session, source: int, target: int, now: datetime
) -> tuple[list[list[Any]], list[dict[str, Any]]]:
    """Move the drafts of a ticket to another one; below the draft that their writer has there.

    Returns [agent, kind] of those that went over as they are, and of those that were joined also
    both drafts as they were: `here` in `source`, `there` in `target`."""
    taken = set(writers(tx, target))
    moved, joined = [], []
    for agent, kind in writers(tx, source):
        if (agent, kind) in taken:
            joined.append(_join(tx, DraftKey(source, agent, kind), target, now))
        else:
            _move(tx, DraftKey(source, agent, kind), target)
            moved.append([agent, kind])
    return moved, joined


def _join(tx: Session, key: DraftKey, target: int, now: datetime) -> dict[str, Any]:
    other = key._replace(ticket=target)
    here, there = drafts.find(tx, key), drafts.find(tx, other)
    assert here is not None  # noqa: S101 - both were listed in this transaction
    assert there is not None  # noqa: S101
    drafts.discard(tx, key)
    drafts.save(tx, other, there.joined(here), now)
    both = {"here": drafts.as_json(here), "there": drafts.as_json(there)}
    return {"agent": key.agent_id, "kind": key.kind, **both}


def bring_back(
    tx: Session,
    tickets: tuple[int, int],
    moved: Collection[Sequence[Any]],
    joined: Collection[Mapping[str, Any]],
    now: datetime,
) -> None:
    """Undo `move` between (source, target); a draft that was sent or discarded since is gone. If a
    joined one was changed since, no word of it is lost: what stands above the text that came from
    `source` stays in `target`, or everything if that text is no longer there."""
    source, target = tickets
    taken = set(writers(tx, source))
    for agent, kind in moved:
        if (agent, kind) not in taken:
            _move(tx, DraftKey(target, agent, kind), source)
    for one in joined:
        _part(tx, source, DraftKey(target, one["agent"], one["kind"]), one, now)


def _part(
    tx: Session, source: int, key: DraftKey, before: Mapping[str, Any], now: datetime
) -> None:
    now_there = drafts.find(tx, key)
    if now_there is None:
        return
    here, there = drafts.from_json(before["here"]), drafts.from_json(before["there"])
    drafts.save(tx, key._replace(ticket=source), here, now)
    unchanged = now_there.text == there.joined(here).text
    left = there if unchanged else _without(now_there, here)
    if not left.is_blank:
        drafts.save(tx, key, left, now)
    else:
        drafts.discard(tx, key)


def _without(joined: Draft, here: Draft) -> Draft:
    """A joined draft without the text that came from the other ticket, if it ends with that."""
    text, end = joined.text.rstrip(), here.text.rstrip()
    kept = text.removesuffix(end).rstrip() if text.endswith(end) else joined.text
    return replace(joined, text=kept)


def _move(tx: Session, key: DraftKey, target: int) -> None:
    tx.connection().execute(update(_DRAFT).where(drafts.is_of(key)).values(ticket_number=target))
