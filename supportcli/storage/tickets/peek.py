"""A quick look into the file with the driver alone, for shell completion and the inbox's first
screen: loading SQLAlchemy takes longer than a person waits for a keystroke.

Nothing is written or migrated, and what cannot be read at once returns nothing."""

import json
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from supportcli.domain.custom_fields import FieldKind, FieldValue
from supportcli.domain.mail import Address
from supportcli.domain.mail_domains import lowered
from supportcli.domain.text.first_words import READ
from supportcli.domain.tickets.news import Glance
from supportcli.domain.tickets.ticket import (
    Beginning,
    Delivery,
    Order,
    Priority,
    Status,
    TargetSummary,
    TicketLine,
    Unread,
    clock_of,
    worst,
)
from supportcli.storage.engine.driver import load_driver
from supportcli.storage.tickets.sorting import ORDERS

MOST = 50
"""The most words offered."""

_BUSY_SECONDS = 0.1

_WORDS = {
    "numbers": "SELECT number, subject FROM ticket "
    "WHERE status NOT IN ('closed', 'spam', 'deleted', 'merged') "
    "AND CAST(number AS TEXT) GLOB ? "
    "ORDER BY updated_at DESC LIMIT ?",
    "agents": "SELECT address, name FROM agent WHERE active AND address GLOB ? "
    "ORDER BY address LIMIT ?",
    "tags": "SELECT DISTINCT tag, '' FROM ticket_tag WHERE tag GLOB ? ORDER BY tag LIMIT ?",
    "teams": "SELECT name, '' FROM team WHERE active AND name GLOB ? ORDER BY name LIMIT ?",
    "fields": "SELECT name, title FROM custom_field WHERE active AND name GLOB ? "
    "ORDER BY id LIMIT ?",
    "views": "SELECT name, query FROM saved_view WHERE name GLOB ?1 AND (scope <> 'me' "
    "OR scope_id = (SELECT id FROM agent WHERE address = ?3)) ORDER BY name LIMIT ?2",
    "calendars": "SELECT name, '' FROM calendar WHERE name GLOB ? ORDER BY name LIMIT ?",
    "customers": "SELECT a.address, c.name FROM customer_address AS a "
    "JOIN customer AS c ON c.id = a.customer_id WHERE a.address GLOB ? ORDER BY a.address LIMIT ?",
    "organisations": "SELECT d.domain, o.name FROM organisation_domain AS d "
    "JOIN organisation AS o ON o.id = d.organisation_id WHERE d.domain GLOB ? "
    "ORDER BY d.domain LIMIT ?",
    "policies": "SELECT name, '' FROM policy WHERE name GLOB ? ORDER BY name LIMIT ?",
    "canned": "SELECT c.shortcut, min(json_extract(v.definition, '$.title')) FROM canned AS c JOIN "
    "canned_version AS v ON v.canned_id = c.id LEFT JOIN agent AS a ON a.address = ?3 "
    "WHERE c.removed_at IS NULL AND (c.scope = 'all' OR (c.scope = 'me' AND c.scope_id = a.id) "
    "OR (c.scope = 'team' AND c.scope_id IN (SELECT team_id FROM team_member AS m JOIN team AS t "
    "ON t.id = m.team_id AND t.active WHERE m.agent_id = a.id))) AND v.number = (SELECT "
    "max(number) FROM canned_version WHERE canned_id = c.id) "
    "AND c.shortcut GLOB ?1 GROUP BY c.shortcut ORDER BY c.shortcut LIMIT ?2",
    "held": (
        "SELECT id, reason FROM mail WHERE state = 'held' AND CAST(id AS TEXT) GLOB ? ORDER BY "
        "id DESC LIMIT ?"
    ),
    "mailboxes": (
        "SELECT address, name FROM mailbox WHERE active AND address GLOB ? ORDER BY address LIMIT ?"
    ),
}


def words(file: Path, what: str, begin: str, me: str) -> Iterator[tuple[str, str]]:
    """The words of one kind (`what`: one of `_WORDS`) of the desk in `file` that begin with
    `begin`, each with its name. What belongs to one agent is offered to `me` (an address) only."""
    driver = load_driver()
    if any(sign in begin for sign in "*?[") or not file.is_file():
        return
    try:
        with closing(
            driver.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True, timeout=_BUSY_SECONDS)
        ) as connection:
            asked = (f"{begin}*", MOST, me)
            statement = _WORDS[what]
            for word, called in connection.execute(statement, asked[: 2 + ("?3" in statement)]):
                yield str(word), str(called)
    except driver.Error:
        return


_LINES = """
SELECT t.number, t.subject, t.status, t.priority, c.name, c.address, a.name, a.address, m.address,
    (SELECT group_concat(tag, ' ')
        FROM (SELECT tag FROM ticket_tag WHERE ticket_number = t.number ORDER BY tag)),
    t.created_at, t.updated_at, t.waiting_since, t.message_count, t.version,
    (SELECT group_concat(state, ' ')
        FROM (SELECT outbox.state FROM outbox JOIN message ON message.id = outbox.message_id
        WHERE message.ticket_number = t.number ORDER BY outbox.id)),
    (SELECT json_group_array(json_array(kind, due_at, met_at, cancelled_at, breached_at))
        FROM (SELECT * FROM target WHERE ticket_number = t.number ORDER BY id)),
    t.solved_at, CASE WHEN t.status = 'solved' THEN (SELECT close_after_days FROM desk) END,
    (SELECT name FROM team WHERE team.id = t.team_id),
    (SELECT json_group_array(json_array(name, title, kind, value))
        FROM (SELECT f.name, f.title, f.kind, v.value FROM ticket_field AS v
        JOIN custom_field AS f ON f.id = v.field_id AND f.active
        WHERE v.ticket_number = t.number ORDER BY f.id)),
    (SELECT direction || ':' || substr(text, 1, {read}) FROM message
        WHERE ticket_number = t.number AND retracted_at IS NULL ORDER BY position DESC LIMIT 1),
    (SELECT vip FROM customer_profile WHERE customer_id = t.customer_id),
    (SELECT min(id) || ':' || max(id) FROM message
        WHERE ticket_number = t.number AND retracted_at IS NULL
        AND id > coalesce((SELECT message_id FROM seen_message
            WHERE ticket_number = t.number AND agent_id = {me}),
            (SELECT all_seen_upto FROM desk))
        AND (agent_id IS NULL AND direction <> 'out' OR agent_id <> {me})),
    (SELECT coalesce(dead_words, '') FROM customer_address
        WHERE address = c.address AND dead_since IS NOT NULL)
FROM (SELECT * FROM ticket WHERE status IN ({statuses}) AND snoozed_until IS NULL
    ORDER BY {order} LIMIT ?2) AS t
JOIN customer AS c ON c.id = t.customer_id JOIN mailbox AS m ON m.id = t.mailbox_id
LEFT JOIN agent AS a ON a.id = t.assignee_id
ORDER BY {order}
"""


_ME = "(SELECT id FROM agent WHERE address = ?1)"


def first_lines(file: Path, statuses: Sequence[Status], most: int, reader: str) -> Glance:
    """The most urgent tickets in these statuses, as `lists.lines` returns them to the `reader`,
    without those that are snoozed (or have just woken: the list itself shows them in a moment)."""
    driver = load_driver()
    statement = _LINES.format(
        statuses=", ".join(f"?{place}" for place, _ in enumerate(statuses, 3)),
        me=_ME,
        order=", ".join(ORDERS[Order.URGENCY]),
        read=READ,
    )
    try:
        with closing(
            driver.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True, timeout=_BUSY_SECONDS)
        ) as connection:
            connection.execute("BEGIN")
            upto = connection.execute("SELECT max(id) FROM event").fetchone()[0]
            asked = (lowered(reader), most, *statuses)
            return Glance([_line(row) for row in connection.execute(statement, asked)], upto or 0)
    except driver.Error:
        return Glance()


def _line(row: Sequence[Any]) -> TicketLine:
    (
        number,
        subject,
        status,
        priority,
        name,
        address,
        agent,
        agent_address,
        mailbox,
        tags,
        created,
        updated,
        waiting,
        count,
        version,
        *more,
    ) = row
    states, targets, solved, days, team, fields, last, vip, unread, dead = more
    return TicketLine(
        number=number,
        subject=subject,
        status=Status(status),
        priority=Priority(priority),
        customer=Address(name, address),
        assignee=Address(agent, agent_address) if agent_address is not None else None,
        mailbox=mailbox,
        tags=tuple(tags.split()) if tags else (),
        created_at=_moment(created),
        updated_at=_moment(updated),
        waiting_since=_moment_or_none(waiting),
        message_count=count,
        version=version,
        delivery=worst(Delivery(state) for state in (states or "").split()),
        clock=clock_of(
            [
                TargetSummary(kind, *map(_moment_or_none, moments))
                for kind, *moments in json.loads(targets)
            ]
        ),
        closes_at=_moment(solved) + timedelta(days=days) if solved and days is not None else None,
        team=team,
        solved_at=_moment_or_none(solved),
        fields=tuple(
            FieldValue(name, title, FieldKind(kind), text)
            for name, title, kind, text in json.loads(fields)
        ),
        last=Beginning.of(last),
        vip=bool(vip),
        unread=Unread.of(unread),
        dead=dead,
    )


def _moment_or_none(text: str | None) -> datetime | None:
    return _moment(text) if text else None


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
