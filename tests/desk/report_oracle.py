"""The numbers of reports once more, slowly, from the events and messages alone. It shares no code
with `domain.reports` or `storage.reports`."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from typing import Any

from sqlalchemy import text

from supportcli.desk import Desk

OPEN, DONE = {"new", "open", "pending", "on-hold"}, {"solved", "closed"}

Numbers = dict[str, dict[str, float | None]]


@dataclass
class Past:
    """A ticket as its events tell it: its steps as (when, from, to, who), its waits as (since,
    answered at, by whom, whether it was the first)."""

    number: int
    created: datetime
    historic: bool
    tags: tuple[str, ...]
    steps: list[tuple[datetime, str, str, str | None]] = field(default_factory=list)
    waits: list[tuple[datetime, datetime, str | None, bool]] = field(default_factory=list)
    replies: list[tuple[datetime, str | None]] = field(default_factory=list)
    touches: list[tuple[datetime, str]] = field(default_factory=list)
    arrivals: list[datetime] = field(default_factory=list)
    status: str = "new"
    waiting: datetime | None = None
    ended: bool = False

    def take(self, event: dict[str, Any], message: dict[str, Any] | None) -> None:
        """One event more."""
        at, after = _when(event["at"]), event["after"]
        who = event["actor"] if event["actor_kind"] == "agent" else None
        if who:
            self.touches.append((at, who))
        if message and message["direction"] == "in":
            self.arrivals.append(_when(message["created_at"]))
        if "status" in after and after["status"] != self.status:
            self.steps.append((at, self.status, after["status"], who))
            self.status = after["status"]
        if event["kind"] == "replied":
            self.replies.append((at, who))
            if self.waiting:
                self.waits.append((self.waiting, at, who, not self.ended))
            self.waiting, self.ended = None, True
        elif "waiting_since" in after:
            self.ended = self.ended or bool(self.waiting and not after["waiting_since"])
            self.waiting = (
                datetime.fromisoformat(after["waiting_since"]) if after["waiting_since"] else None
            )

    def status_at(self, moment: datetime) -> str:
        """How it stood just before a moment; "" before it was there."""
        status = "new"
        for at, _, after, _ in self.steps:
            if at < moment:
                status = after
        return status if self.created < moment else ""

    def open_at(self, moment: datetime) -> bool:
        """Whether it was open just before a moment."""
        return self.status_at(moment) in OPEN


def _when(value: Any) -> datetime:
    return datetime.fromisoformat(value + "+00:00") if isinstance(value, str) else value


def _rows(desk: Desk, query: str) -> list[dict[str, Any]]:
    with desk.db.read() as tx:
        return [dict(row._mapping) for row in tx.connection().execute(text(query))]


def pasts(desk: Desk) -> list[Past]:
    """All tickets whose creation was not undone, without whatever else was."""
    messages = {
        row["id"]: row
        for row in _rows(
            desk, "select m.*, x.historic from message m left join mail x on x.id = m.mail_id"
        )
    }
    events = _rows(desk, "select * from event order by id")
    tags: dict[int, list[str]] = {}
    for row in _rows(desk, "select ticket_number, tag from ticket_tag"):
        tags.setdefault(row["ticket_number"], []).append(row["tag"])
    undone = {event["undoes"] for event in events}
    found: dict[int, Past] = {}
    for event in events:
        if event["gesture"] in undone or event["kind"] in {"undone", "delivery"}:
            continue
        event["after"] = (
            json.loads(event["after"]) if isinstance(event["after"], str) else event["after"]
        )
        number, message = event["ticket_number"], messages.get(event["message_id"])
        if event["kind"] == "created":
            assert message
            historic = bool(message["historic"])
            found[number] = Past(
                number,
                _when(message["created_at"]),
                historic,
                tuple(tags.get(number, ())),
                ended=historic,
            )
        if number in found:
            found[number].take(event, message)
    return list(found.values())


def counted(
    tickets: Sequence[Past], since: datetime, until: datetime, agent: str | None = None
) -> Numbers:
    """The totals of all reports over a period, or of what one agent did."""

    def inside(at: datetime) -> bool:
        return since <= at < until

    mine = [
        wait
        for one in tickets
        for wait in one.waits
        if inside(wait[1]) and agent in {None, wait[2]}
    ]
    solves = [
        (one, step)
        for one in tickets
        for step in one.steps
        if step[2] in DONE and step[1] not in DONE and agent in {None, step[3]}
    ]
    reopenings = [
        (one, step[0])
        for one in tickets
        for step in one.steps
        if step[1] in DONE and step[2] in OPEN and inside(step[0])
    ]
    created = [one for one in tickets if inside(one.created)]
    hours: dict[str, float | None] = {
        "messages": sum(inside(at) for one in tickets for at in one.arrivals)
    }
    return {
        "volume": {"created": len(created)},
        "backlog": {
            "open": sum(one.open_at(until) for one in tickets),
            "opened": len(created) + len(reopenings),
            "closed": sum(
                inside(step[0])
                for one in tickets
                for step in one.steps
                if step[1] in OPEN and step[2] not in OPEN
            ),
        },
        "backlog-age": {"open": sum(one.open_at(until) for one in tickets)},
        "first-response": times(
            "answered", [seconds(wait[0], wait[1]) for wait in mine if wait[3]]
        ),
        "next-response": times(
            "answered", [seconds(wait[0], wait[1]) for wait in mine if not wait[3]]
        ),
        "resolution": times(
            "solved",
            [seconds(one.created, at) for one, at in _settled(tickets, until) if inside(at)],
        ),
        "first-resolution": times(
            "solved",
            [
                seconds(one.created, at)
                for one, at, _ in _first_solves(tickets)
                if inside(at) and not one.historic
            ],
        ),
        "reopened": {
            "reopened": len(reopenings),
            "tickets": len({one.number for one, _ in reopenings}),
            "solved": sum(inside(s[0]) for _, s in solves),
        },
        "first-contact": _first_contact(tickets, since, until),
        "agents": {
            "replies": sum(
                inside(at) and agent in {None, who} for one in tickets for at, who in one.replies
            ),
            "solved": sum(inside(step[0]) and step[3] is not None for _, step in solves),
            "tickets": len(
                {
                    one.number
                    for one in tickets
                    for at, who in one.touches
                    if inside(at) and agent in {None, who}
                }
            ),
            "median": times("", [seconds(wait[0], wait[1]) for wait in mine])["median"],
        },
        "tags": {
            "created": len(created),
            "solved": sum(inside(at) for _, at, _ in _first_solves(tickets)),
        },
        "busiest-hours": hours,
    }


def workload(
    desk: Desk, tickets: Sequence[Past], until: datetime, zone: tzinfo
) -> dict[str, float | None]:
    """What was to be done, by the due times that are known now."""
    ours = {one.number for one in tickets if one.status_at(until) in {"new", "open"}}
    due: dict[int, datetime] = {}
    for row in _rows(desk, "select * from target where due_at is not null"):
        ended = [_when(row[name]) for name in ("met_at", "cancelled_at") if row[name]]
        if _when(row["started_at"]) < until and all(at >= until for at in ended):
            number, at = row["ticket_number"], _when(row["due_at"])
            due[number] = min(at, due.get(number, at))
    late = {number for number in ours if number in due and due[number] <= until}
    today = {
        number
        for number in ours - late
        if number in due and due[number].astimezone(zone).date() <= until.astimezone(zone).date()
    }
    return {"open": len(ours), "overdue": len(late), "today": len(today)}


def seconds(start: datetime, end: datetime) -> int:
    return max(int((end - start).total_seconds()), 0)


def times(name: str, found: list[int]) -> dict[str, float | None]:
    """Count, median (the lower of two), nine tenths (nearest rank) and mean of times, each by
    counting."""
    if not found:
        return {name: 0, "median": None, "p90": None, "mean": None}
    middle = min(one for one in found if sum(other <= one for other in found) * 2 >= len(found))
    most = min(one for one in found if sum(other <= one for other in found) * 10 >= len(found) * 9)
    return {name: len(found), "median": middle, "p90": most, "mean": round(sum(found) / len(found))}


def _first_solves(tickets: Sequence[Past]) -> list[tuple[Past, datetime, str | None]]:
    found = [(one, next((step for step in one.steps if step[2] in DONE), None)) for one in tickets]
    return [(one, step[0], step[3]) for one, step in found if step]


def _settled(tickets: Sequence[Past], until: datetime) -> list[tuple[Past, datetime]]:
    found = []
    for one in tickets:
        before = [step for step in one.steps if step[0] < until]
        if before and before[-1][2] in DONE and not one.historic:
            found.append(
                (one, max(step[0] for step in before if step[2] in DONE and step[1] not in DONE))
            )
    return found


def _first_contact(
    tickets: Sequence[Past], since: datetime, until: datetime
) -> dict[str, float | None]:
    found: dict[str, float | None] = {"settled": 0, "other": 0, "early": 0, "silent": 0}
    for one, at, _ in _first_solves(tickets):
        if not since <= at < until or one.historic:
            continue
        replies = len([reply for reply in one.replies if reply[0] <= at])
        end = at + timedelta(days=7)
        again = any(
            step[1] in DONE and step[2] in OPEN and at <= step[0] < min(end, until)
            for step in one.steps
        )
        fate = (
            "silent"
            if not replies
            else "other"
            if replies > 1 or again
            else "early"
            if end > until
            else "settled"
        )
        found[fate] = (found[fate] or 0) + 1
    return found


def hour_of(
    tickets: Sequence[Past],
    since: datetime,
    until: datetime,
    zone: tzinfo,
    at_time: tuple[int, int],
) -> int:
    """How many messages came in on such a weekday at such an hour (`at_time`)."""
    local = [at.astimezone(zone) for one in tickets for at in one.arrivals if since <= at < until]
    return len([at for at in local if (at.weekday(), at.hour) == at_time])


def levels(
    desk: Desk, since: datetime, until: datetime, kind: str | None = None
) -> dict[str, float | None]:
    """Targets by what became of them."""
    rows = [row for row in _rows(desk, "select * from target") if kind in {None, row["kind"]}]
    found: dict[str, float | None] = {
        "met": 0,
        "missed": 0,
        "excused": 0,
        "not_needed": 0,
        "running": 0,
    }
    for row in rows:
        ends = {
            name: _when(row[name])
            for name in ("breached_at", "met_at", "cancelled_at")
            if row[name]
        }
        decided = next(iter(ends.items()), None)
        if decided and since <= decided[1] < until:
            fate = {"breached_at": "missed", "met_at": "met", "cancelled_at": "not_needed"}[
                decided[0]
            ]
            found[fate] = (found[fate] or 0) + 1
            found["excused"] = (found["excused"] or 0) + (
                fate == "missed" and row["excused_at"] is not None
            )
        if _when(row["started_at"]) < until and not (decided and decided[1] < until):
            found["running"] = (found["running"] or 0) + 1
    return found
