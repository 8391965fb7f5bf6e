"""What a mailbox answers by itself, as JSON in its row."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlmodel import Session

from supportcli.domain.mailbox import AutomaticKind, AutomaticRule, WhenOpen
from supportcli.storage.engine import rows
from supportcli.storage.tables import MailboxRow

_MAILBOX = rows.table_of(MailboxRow)


def set_rules(tx: Session, mailbox_id: int, rules: Sequence[AutomaticRule]) -> None:
    """Say what a mailbox answers by itself."""
    values = {"automatic": [_written(one) for one in rules] or None}
    tx.connection().execute(update(_MAILBOX).where(_MAILBOX.c.id == mailbox_id).values(values))


def rules(tx: Session, mailbox_id: int) -> list[AutomaticRule]:
    """What a mailbox answers by itself."""
    found = select(_MAILBOX.c.automatic).where(_MAILBOX.c.id == mailbox_id)
    return [rule_of(one) for one in tx.connection().execute(found).scalar() or ()]


def _written(one: AutomaticRule) -> dict[str, Any]:
    return {
        "kind": one.kind.value,
        "response": one.response,
        "since": one.since.isoformat(),
        "when": one.when.value,
        "calendar": one.calendar,
        "begins": one.begins.isoformat() if one.begins else None,
        "ends": one.ends.isoformat() if one.ends else None,
        "every": int(one.every.total_seconds()),
        "domain_limit": one.domain_limit,
        "checked_on": one.checked_on.isoformat() if one.checked_on else None,
    }


def rule_of(kept: Mapping[str, Any]) -> AutomaticRule:
    """The rule that `set_rules` has written."""
    return AutomaticRule(
        AutomaticKind(kept["kind"]),
        kept["response"],
        datetime.fromisoformat(kept["since"]),
        WhenOpen(kept["when"]),
        kept["calendar"],
        datetime.fromisoformat(kept["begins"]) if kept["begins"] else None,
        datetime.fromisoformat(kept["ends"]) if kept["ends"] else None,
        timedelta(seconds=kept["every"]),
        kept["domain_limit"],
        date.fromisoformat(kept["checked_on"]) if kept.get("checked_on") else None,
    )
