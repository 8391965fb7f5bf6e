"""What `--json` prints: the public shapes of tickets, people, mailboxes and replies on their way, as dicts. Times are ISO 8601 in UTC.

Golden tests pin them. Text stands as it was written; JSON escapes what a terminal must not see.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from supportcli.domain.intake.ledger import Counts
from supportcli.domain.mail import Address, Attachment
from supportcli.domain.mailbox import Endpoint, Mailbox
from supportcli.domain.people import Agent
from supportcli.domain.replies.delivery import Outgoing
from supportcli.domain.tickets.ticket import Clock, Message, Part, Ticket, TicketLine

if TYPE_CHECKING:  # a list of tickets needs neither the parser nor the servers, nor calendars
    from supportcli.desk.gestures import Done, Reply
    from supportcli.desk.mail.sync import MailboxReport
    from supportcli.desk.running_targets import Ticked
    from supportcli.desk.setup.about import About
    from supportcli.desk.setup.founding import Tried
    from supportcli.desk.sla.calendars import CalendarNow, DayOff
    from supportcli.domain.canned.responses import Kept, Usage
    from supportcli.domain.sla.calendar import Calendar, Hours

Shape = dict[str, Any]


def line(ticket: TicketLine, now: datetime) -> Shape:
    """A ticket as `ticket list` tells it: its fields, and how its clock stands."""
    return {**fields(ticket), "status": ticket.status_at(now).value, "sla": _clock(ticket.clock, now)}


def fields(ticket: TicketLine) -> Shape:
    """A ticket's own fields, its status as verbs left it. `assignee` is the agent's address, or null."""
    return {
        "number": ticket.number,
        "subject": ticket.subject,
        "status": ticket.status.value,
        "priority": str(ticket.priority),
        "customer": address(ticket.customer),
        "assignee": ticket.assignee.address if ticket.assignee else None,
        "mailbox": ticket.mailbox,
        "tags": list(ticket.tags),
        "created_at": time(ticket.created_at),
        "updated_at": time(ticket.updated_at),
        "message_count": ticket.message_count,
    }


def _clock(clock: Clock | None, now: datetime) -> Shape | None:
    """The first target that is due, or else one that stands still or ended last; null where no service-level policy applies."""
    if clock is None:
        return None
    return {"target": clock.kind, "due_at": time(clock.due_at), "state": clock.state(now).value, "breaches": clock.breaches}


def ticket(whole: Ticket, now: datetime) -> Shape:
    """A ticket as `ticket show` tells it: its line and its messages, oldest first."""
    messages = [shape | {"partial": _part(one.part)} for shape, one in zip(_messages(whole), whole.messages, strict=True)]
    return {**line(whole.line, now), "messages": messages}


def _part(part: Part | None) -> Shape | None:
    """How much of a mail is here, where it is not all of it."""
    return {"here": part.here, "size": part.size, "rest": part.rest.value} if part else None


def exported(whole: Ticket) -> Shape:
    """A ticket as it goes into a file: what it is, without the clocks of this desk."""
    return {**fields(whole.line), "messages": list(_messages(whole))}


def _messages(whole: Ticket) -> Iterable[Shape]:
    place = 0
    for one in whole.messages:
        yield _message(one, whole.line.number, place)
        place += len(one.attachments)


def _message(message: Message, number: int, files_before: int) -> Shape:
    return {
        "direction": message.direction.value,
        "message_id": message.message_id,
        "from": address(message.sender),
        "to": [address(one) for one in message.to],
        "date": time(message.date or message.created_at),
        "text": message.text,
        "reply": message.reply,
        "attachments": [attachment(one, f"{number}:{place}") for place, one in enumerate(message.attachments, files_before + 1)],
        "state": message.delivery.value if message.delivery else None,
        "unverified": message.unverified,
        "new_participant": message.newcomer,
    }


def attachment(file: Attachment, place: str) -> Shape:
    """A file of a message; `id` is what `ticket attachment` takes."""
    return {
        "id": place,
        "name": file.name,
        "type": file.type,
        "size": file.size,
        "sha256": file.sha256,
        "inline": file.inline,
        "content_id": file.content_id,
    }


def agent(one: Agent) -> Shape:
    """An agent as `agent list` tells them."""
    return {"name": one.name, "address": one.address, "role": one.role.value, "active": one.active}


def about(one: "About") -> Shape:
    """A desk as `desk show` tells it; `close_after_days` is null where no ticket ever closes."""
    return {
        "database": one.place,
        "founded_at": time(one.founded_at),
        "agents": one.agents,
        "mailboxes": one.mailboxes,
        "tickets": one.tickets,
        "close_after_days": one.close_after.days if one.close_after else None,
    }


def mailbox(one: Mailbox, counted: Counts | None = None) -> Shape:
    """A mailbox, how its last sync ended, and where its mails are. There is no secret in it."""
    return {
        "address": one.address,
        "name": one.name,
        "imap": _endpoint(one.imap),
        "smtp": _endpoint(one.smtp),
        "username": one.username,
        "insecure": one.insecure,
        "history": one.history,
        "authserv_id": one.authserv_id,
        "synced_at": time(one.synced_at),
        "failing_since": time(one.failing_since),
        "failure": one.failure,
        "mails": counts(counted or Counts()),
    }


def counts(one: Counts) -> Shape:
    """Where the mails of a mailbox are."""
    return {name: getattr(one, name) for name in Counts.__dataclass_fields__}


def outgoing(one: Outgoing) -> Shape:
    """A reply on its way, and how far it has come for each recipient."""
    return {
        "id": one.id,
        "ticket": one.ticket,
        "state": one.state.value,
        "message_id": one.rfc_message_id,
        "from": one.sender,
        "to": [{"address": to.address, "state": to.state.value, "answer": to.answer} for to in one.recipients],
        "not_before": time(one.not_before),
        "attempts": one.attempts,
        "answer": one.answer,
        "sent_at": time(one.sent_at),
    }


def replied(done: "Done", sent: Outgoing) -> Shape:
    """What `ticket reply` did: its gesture, and the reply with its recipients as the mail names them, and how far it has come for each."""
    (reply,) = done.replies
    known = {one.address: one for one in sent.recipients}

    def people(found: Sequence[Address]) -> list[Shape]:
        return [{**address(one), "state": known[one.written].state.value, "answer": known[one.written].answer} for one in found]

    to, cc = people(reply.addressing.recipients.to), people(reply.addressing.recipients.cc)
    did = {"gesture": done.gesture, "numbers": list(done.numbers), "sentence": done.sentence}
    return {**did, **outgoing(sent), "to": to, "cc": cc, "left_out": _left_out(reply)}


def queued(reply: "Reply") -> Shape:
    """A reply that was put into the outbox, by its id there, and whom it goes to."""
    to, cc = reply.addressing.recipients.to, reply.addressing.recipients.cc
    people = {"to": [address(one) for one in to], "cc": [address(one) for one in cc], "left_out": _left_out(reply)}
    return {"id": reply.id, "ticket": reply.ticket, **people}


def _left_out(reply: "Reply") -> list[Shape]:
    return [{**address(one.person), "reason": one.reason} for one in reply.addressing.left_out]


def tried(step: "Tried") -> Shape:
    """A step of trying a mailbox's servers."""
    error = step.error
    return {"step": step.name, "ok": error is None, "detail": step.detail if error is None else error.sentence, "hint": error.hint if error else ""}


def mailbox_report(one: "MailboxReport") -> Shape:
    """What a sync did for one mailbox."""
    return {
        "mailbox": one.mailbox,
        "fetched": one.fetched,
        "new_tickets": one.new_tickets,
        "follow_ups": one.follow_ups,
        "held": one.held,
        "duplicates": one.duplicates,
        "ignored": one.ignored,
        "completed": one.completed,
        "sent": one.sent,
        "deferred": one.deferred,
        "failed": one.failed,
        "uncertain": one.uncertain,
        "busy": one.busy,
        "skipped": one.skipped,
        "failing_since": time(one.failing_since),
        "error": one.error.sentence if one.error else None,
        "mails": counts(one.counts),
    }


def ticked(one: "Ticked") -> Shape:
    """What a sync noted of the service levels of the whole desk."""
    return {"service_levels": {"warned": one.warned, "breached": one.breached}}


def calendar(one: "CalendarNow") -> Shape:
    """A calendar, what it says now, and in all its versions; `until` is when open or closed changes."""
    return {
        "name": one.history.name,
        **_says(one.calendar),
        "open": one.is_open,
        "until": time(one.until),
        "versions": [
            {"id": version.id, "since": time(version.since), "by": version.author, **_says(version.calendar)} for version in one.history.versions
        ],
    }


def _says(calendar: "Calendar") -> Shape:
    """What a calendar says, but for its holidays. Own days have a year, or null where they are of every year."""
    from supportcli.domain.sla.calendar_text import DAYS  # noqa: PLC0415  # as above

    return {
        "zone": calendar.zone,
        "week": {day: _hours(hours) for day, hours in zip(DAYS, calendar.week, strict=True)},
        "days": [{"year": own.year, "month": own.month, "day": own.day, "hours": _hours(own.hours), "name": own.name} for own in calendar.own],
        "country": calendar.country,
        "region": calendar.region,
    }


def day_off(one: "DayOff") -> Shape:
    """A date that is not as its day of the week."""
    return {"date": one.day.isoformat(), "name": one.name, "hours": _hours(one.hours), "public": one.public}


def _hours(hours: "Hours") -> list[str]:
    from supportcli.domain.sla.calendar_text import hours_text  # noqa: PLC0415  # as above

    return hours_text(hours).split() if hours else []


def _endpoint(server: Endpoint) -> Shape:
    return {"host": server.host, "port": server.port, "security": server.security.value}


def address(one: Address) -> dict[str, str]:
    """A name and an address as it was written."""
    return {"name": one.name, "address": one.written}


def time(at: datetime | None) -> str | None:
    """A moment as ISO 8601 in UTC, as in 2026-01-31T10:00:00+00:00."""
    return at.astimezone(UTC).isoformat() if at else None


# Canned responses


def canned(kept: "Kept") -> Shape:
    """A canned response as `canned show` tells it, whole."""
    one, macro = kept.canned, kept.canned.macro
    return {
        "shortcut": one.shortcut,
        "title": one.title,
        "scope": one.scope.value,
        "mailbox": one.mailbox or None,
        "bodies": [{"language": body.language or None, "text": body.text} for body in one.bodies],
        "macro": {
            "status": macro.status.value if macro.status else None,
            "add_tags": list(macro.add),
            "remove_tags": list(macro.remove),
            "assignee": macro.assignee,
            "priority": str(macro.priority) if macro.priority is not None else None,
        },
        "attachments": [{"name": file.name, "size": file.size, "sha256": file.sha256} for file in one.files],
        "version": kept.version,
        "since": time(kept.since),
        "by": kept.by or None,
    }


def usage(one: "Usage") -> Shape:
    """How often a canned response was used. `created_at` is when it was added."""
    return {
        "shortcut": one.kept.canned.shortcut,
        "title": one.kept.canned.title,
        "uses": one.uses,
        "tickets": one.tickets,
        "agents": one.agents,
        "last_at": time(one.last_at),
        "created_at": time(one.kept.created_at),
        "version": one.kept.version,
    }
