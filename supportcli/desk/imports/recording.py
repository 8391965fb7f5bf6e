"""A ticket from a table or an export is written silently, under its own dates, and nothing of it is
ever sent."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlmodel import Session

from supportcli.channels import mime
from supportcli.desk.mail.archive_status import ArchivedMessage, standing, status_changes
from supportcli.domain.custom_fields import PREFIX, CustomField
from supportcli.domain.imports.records import Entry, Record, RowRefused
from supportcli.domain.mail import Address
from supportcli.domain.people import DESK, Actor, ActorKind, Agent
from supportcli.domain.teams import AgentTeam, team_called
from supportcli.domain.tickets.news import AUTO_REPLIED
from supportcli.domain.tickets.ticket import (
    AUTOMATIC,
    CHANNELS,
    FORWARD,
    SETTLED,
    Delivery,
    Direction,
    Status,
    comes_to,
)
from supportcli.errors.tickets import FieldValueInvalid
from supportcli.storage import imports
from supportcli.storage.mail import circles, mails
from supportcli.storage.mail.mails import FromFile, Settlement
from supportcli.storage.replies import outbox
from supportcli.storage.replies.outbox import NewOutgoing
from supportcli.storage.tables import mail_states
from supportcli.storage.tickets import events, messages, people, tickets
from supportcli.storage.tickets.messages import NewMessage

MOST = 999_999_999
"""The highest number that a ticket can have: Message-IDs have nine digits for it."""

_KINDS = {Direction.IN: "received", Direction.OUT: "replied", Direction.NOTE: "noted"}
_CHANNELS = {Direction.NOTE: "note"}
_UNSENT = frozenset(
    {
        Delivery.QUEUED,
        Delivery.SENDING,
        Delivery.TRANSMITTING,
        Delivery.DEFERRED,
        Delivery.LATE,
        Delivery.FAILED,
        Delivery.CANCELLED,
    }
)


@dataclass(slots=True)
class TicketImporter:
    """Writes records. `boxes` are the mailboxes by address; `team` the agents by address and by
    lower-case name; `given` is the mailbox for tickets that name none of these; `filed` decides the
    status of tickets that have none. `teams` and `fields` are those of this desk.

    Numbers are kept if they are free; others get one above `highest`, the highest of the file, so
    as not to take another ticket's."""

    boxes: Mapping[str, int]
    team: Mapping[str, Agent]
    given: int | None
    filed: FromFile
    keep_numbers: bool
    teams: Sequence[AgentTeam] = ()
    fields: Sequence[CustomField] = ()
    highest: int = 0
    strangers: Counter[str] = field(default_factory=Counter)
    absent: Counter[str] = field(default_factory=Counter)
    renumbered: int = 0

    def check(self, record: Record) -> None:
        """Raise RowRefused if a record cannot be written."""
        if record.mailbox not in self.boxes and self.given is None:
            raise RowRefused(
                f"no mailbox here: {record.mailbox or 'none is named'} (choose one with --mailbox)"
            )
        if not record.entries and record.merged_into is None:
            raise RowRefused("no message in it")

    def foresee(self, record: Record, *, opens: bool) -> None:
        """Count the agents and teams that `open` or `add` would not know."""
        if opens:
            self._agent(record.assignee)
            self._labels(record)
        for entry in record.entries:
            self._count_stranger(entry)

    def open(self, tx: Session, record: Record, now: datetime) -> int:
        """Create the ticket of a record with its messages; returns its number."""
        last = record.entries[-1]
        status = (
            self.filed.status
            or record.status
            or standing(self.filed, last.at, sent=last.direction is not Direction.IN)
        )
        ticket = self._create(tx, record, status, now)
        for place, entry in enumerate(record.entries):
            self._write(tx, ticket, record, entry, _kind(entry) if place else "created")
        fields = {
            **self._labels(record),
            "solved_at": comes_to(status, record.solved_at or last.at)["solved_at"],
        }
        tickets.change(tx, ticket, fields, record.updated_at or last.at)
        return ticket

    def open_merged(self, tx: Session, record: Record, into: int, now: datetime) -> int:
        """Create the ticket of a record that was merged into ticket `into`; returns its number."""
        ticket = self._create(tx, record, Status.MERGED, now)
        actor = Actor(ActorKind.CUSTOMER, record.customer.address)
        created = events.NewEvent(record.created_at, actor, events.IMPORTED, "created", ticket)
        events.record(tx, created)
        fields = {**self._labels(record), "merged_into": into}
        tickets.change(tx, ticket, fields, record.updated_at or record.created_at)
        return ticket

    def _create(self, tx: Session, record: Record, status: Status, now: datetime) -> int:
        assignee = self._agent(record.assignee)
        made = tickets.NewTicket(
            subject=record.subject,
            customer_id=people.customer_for(tx, record.customer, now),
            mailbox_id=self._box(record),
            created_at=record.created_at,
            status=status,
            priority=record.priority,
            assignee_id=assignee.id if assignee else None,
            number=self._number(tx, record),
        )
        ticket = tickets.create(tx, made, now)
        self.renumbered += self.keep_numbers and record.number != ticket
        return ticket

    def add(self, tx: Session, ticket: int, record: Record) -> None:
        """Add the message of a later row to the ticket that an earlier one made (or the one that
        it was merged into); it is unverified if anything but imports has happened there since."""
        ticket = tickets.ends_of_merges(tx, [ticket]).get(ticket, ticket)
        entry, state = record.entries[0], circles.read(tx, [ticket])[ticket]
        if state.lived:
            entry = replace(
                entry, unverified=True
            )  # as in any archive: anybody may have put it there
        if entry.direction is Direction.NOTE:
            fields: dict[str, Any] = {}
        elif record.status is None or self.filed.status is not None:
            fields = status_changes(
                state,
                self.filed,
                ArchivedMessage(
                    entry.at, self._author(entry), sent=entry.direction is not Direction.IN
                ),
            )
        else:
            fields = (
                {"solved_at": max(entry.at, state.solved_at or entry.at)}
                if state.status in SETTLED
                else {}
            )
        self._write(tx, ticket, record, entry, _kind(entry))
        tickets.change(tx, ticket, fields, max(state.updated_at, record.updated_at or entry.at))

    def _box(self, record: Record) -> int:
        return self.boxes.get(record.mailbox, self.given or 0)

    def _number(self, tx: Session, record: Record) -> int | None:
        wanted = record.number if self.keep_numbers else None
        if wanted is None or not 0 < wanted <= MOST:
            return None
        highest = imports.highest_number(tx)
        return (
            wanted
            if wanted > highest or imports.is_free(tx, wanted)
            else max(highest, min(self.highest, MOST - 1)) + 1
        )

    def _labels(self, record: Record) -> dict[str, Any]:
        """The tags of a ticket, and its team and custom fields if this desk has them."""
        team = team_called(record.team, self.teams) if record.team else None
        if record.team and team is None:
            self.absent[f"team {record.team}"] += 1
        own = {"team": team.name} if team else {}
        return {"tags": record.tags, **own, **dict(self._fields(record))}

    def _fields(self, record: Record) -> Iterator[tuple[str, str]]:
        """The custom fields of a ticket that this desk has, with values that fit."""
        there = {field.name: field for field in self.fields}
        for name, typed in record.fields:
            try:
                yield f"{PREFIX}{name}", there[name].kept(typed)
            except KeyError:
                self.absent[f"field {name}"] += 1
            except FieldValueInvalid:
                self.absent[f"value “{typed}” of the field {name}"] += 1

    def _agent(self, name: str) -> Agent | None:
        found = self.team.get(name.lower())
        if name and found is None:
            self.strangers[name] += 1
        return found

    def wrote(self, person: Address, entry: Entry) -> bool:
        """Whether a person is the author of a message: by the address or, if the file names none,
        by the name; an agent also by both."""
        authors = {
            (one.address, "" if one.address else one.name)
            for one in (entry.sender, self._sender(entry))
        }
        return (person.address, "" if person.address else person.name) in authors

    def _sender(self, entry: Entry) -> Address:
        agent = self._author(entry)
        return (
            Address(entry.sender.name or agent.name, entry.sender.address or agent.address)
            if agent
            else entry.sender
        )

    def _author(self, entry: Entry) -> Agent | None:
        """The agent who wrote a message; one who wrote as a mailbox is recognised by name."""
        return self.team.get(_signed(entry, self.boxes).lower())

    def _count_stranger(self, entry: Entry) -> None:
        if self._author(entry) is None and (stranger := _signed(entry, self.boxes)):
            self.strangers[stranger] += 1

    def _write(self, tx: Session, ticket: int, record: Record, entry: Entry, kind: str) -> None:
        """Write a message, the mail that it came in, its delivery state as a reply, and its
        event."""
        agent, box = self._author(entry), self._box(record)
        self._count_stranger(entry)
        sender = self._sender(entry)
        mail = _kept(tx, box, entry) if entry.raw is not None else None
        written = NewMessage(
            direction=entry.direction,
            created_at=entry.at,
            sender=sender,
            text=entry.text,
            subject=entry.subject,
            message_id=entry.message_id,
            to=entry.to,
            cc=entry.cc,
            bcc=entry.bcc,
            reply_to=entry.reply_to,
            date=entry.date,
            folds=entry.folds,
            attachments=entry.attachments,
            references=entry.references,
            remark=entry.remark,
            unverified=entry.unverified,
            newcomer=entry.newcomer,
            answers_elsewhere=kind == "created",
            queued=entry.state in _UNSENT,
            mail_id=mail,
            agent_id=agent.id if agent else None,
            channel=_channel(entry),
        )
        message = messages.add(tx, ticket, box, written)
        if mail is not None:
            _settle(tx, mail, ticket, entry)
        if entry.state in _UNSENT:
            _give_up(tx, message, box, entry)
        events.record(
            tx,
            events.NewEvent(
                entry.at,
                _actor(entry, sender, agent),
                events.IMPORTED,
                kind,
                ticket,
                message_id=message,
            ),
        )


def _channel(entry: Entry) -> str:
    if entry.channel in CHANNELS:
        return entry.channel
    if entry.automatic:
        return AUTOMATIC
    return FORWARD if entry.forwarded else _CHANNELS.get(entry.direction, "import")


def _kind(entry: Entry) -> str:
    """The kind of the event that brings a message."""
    return AUTO_REPLIED if entry.automatic else _KINDS[entry.direction]


def _signed(entry: Entry, boxes: Collection[str]) -> str:
    """The address or the name by which a file names one of us who wrote a message."""
    return (entry.sender.name if entry.agent in boxes else entry.agent) or ""


def _actor(entry: Entry, sender: Address, agent: Agent | None) -> Actor:
    if entry.direction is Direction.IN:
        return Actor(ActorKind.CUSTOMER, sender.address)
    address = agent.address if agent else sender.address
    return Actor(ActorKind.AGENT, address) if address else DESK


def _kept(tx: Session, box: int, entry: Entry) -> int | None:
    """Store the included mail; None if the mailbox has it already, in another place."""
    mail, is_new = mails.keep_bytes(tx, box, [(entry.raw or b"", entry.at, True)])[0]
    return mail if is_new else None


def _settle(tx: Session, mail: int, ticket: int, entry: Entry) -> None:
    """Write what `desk.mail.intake` would write about the mail, so that answers to it, and copies
    of it, are recognised."""
    parsed = mime.parse(entry.raw or b"")
    done = Settlement(
        mail_states.ACCEPTED,
        "import",
        "it came with an export",
        parsed.message_id,
        parsed.fingerprint or None,
        ticket,
    )
    mails.settle(tx, mail, done, entry.at)


def _give_up(tx: Session, message: int, box: int, entry: Entry) -> None:
    """A reply that had not been sent where it was written is not sent from here either."""
    to = tuple(one.written for one in (*entry.to, *entry.cc, *entry.bcc))
    made_up = f"<import.{message}@supportcli.invalid>"
    leaving = NewOutgoing(
        message,
        box,
        entry.message_id or made_up,
        entry.sender.address,
        to,
        entry.raw or b"",
        entry.at,
    )
    outbox.change(tx, outbox.queue(tx, leaving, entry.at), Delivery.CANCELLED, entry.at)
