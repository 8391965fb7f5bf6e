"""What is known around the mails of one transaction: mails like them, the tickets that they name,
who is known there, their customers.

`load` reads it for many mails in a handful of statements, and each decision is noted here: so what
the second mail finds is what the first one has left, without another statement. What was not
loaded is read when it is asked for."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Generic, TypeVar

from sqlalchemy import Select, and_, or_, select
from sqlmodel import Session

from supportcli.domain.intake.ledger import JUNK
from supportcli.domain.mail import Address
from supportcli.domain.mail_domains import lowered
from supportcli.storage import tables
from supportcli.storage.engine import rows
from supportcli.storage.engine.among import among
from supportcli.storage.mail import circles, floods
from supportcli.storage.mail.circles import Circle, JoinFacts
from supportcli.storage.tickets import messages, people, regrouping
from supportcli.storage.tickets.messages import NewMessage, naming
from supportcli.storage.tickets.people import KnownCustomer
from supportcli.storage.tickets.tickets import ends_of_merges

_MAIL = rows.table_of(tables.MailRow)
_REFERENCE = rows.table_of(tables.ReferenceRow)
_TICKET = rows.table_of(tables.TicketRow)
_MESSAGE = rows.table_of(tables.MessageRow)
_OUTBOX = rows.table_of(tables.OutboxRow)
_LINK = rows.table_of(tables.TicketLinkRow)

_ALIKE = select(_MAIL.c.id, _MAIL.c.fingerprint, _MAIL.c.ticket_number).where(
    _MAIL.c.state.not_in(("duplicate", "discarded")),
    or_(_MAIL.c.state != "held", _MAIL.c.rule != JUNK),
)
_WITH_ID = (
    _ALIKE.add_columns(_MAIL.c.message_id)
    .where(among(_MAIL.c.message_id, "wanted"))
    .order_by(_MAIL.c.id)
)
_WITH_FINGERPRINT = (
    _ALIKE.add_columns(_MAIL.c.fingerprint.label("print"))
    .where(among(_MAIL.c.fingerprint, "wanted"))
    .order_by(_MAIL.c.id)
)
_TRUSTED = and_(
    _MESSAGE.c.message_id == _MAIL.c.message_id,
    _MESSAGE.c.ticket_number == _MAIL.c.ticket_number,
    _MESSAGE.c.unverified.is_(False),
)
_TICKETS_WITH = (
    select(
        _MAIL.c.message_id,
        _MAIL.c.ticket_number,
        _MESSAGE.c.sender_address,
        _MAIL.c.mailbox_id,
        _MAIL.c.id,
    )
    .join(_MESSAGE, _TRUSTED)
    .where(among(_MAIL.c.message_id, "wanted"))
    .order_by(_MAIL.c.id)
)
_TICKETS_WITHOUT_MAIL = (
    select(
        _MESSAGE.c.message_id,
        _MESSAGE.c.ticket_number,
        _MESSAGE.c.sender_address,
        _TICKET.c.mailbox_id,
    )
    .join(_TICKET, _TICKET.c.number == _MESSAGE.c.ticket_number)
    .where(among(_MESSAGE.c.message_id, "wanted"), _MESSAGE.c.mail_id.is_(None))
    .where(_MESSAGE.c.unverified.is_(False))
    .order_by(_MESSAGE.c.id)
)
_TICKETS_NAMING = (
    select(_REFERENCE.c.reference, _REFERENCE.c.ticket_number, _REFERENCE.c.mailbox_id)
    .where(among(_REFERENCE.c.reference, "wanted"))
    .order_by(_REFERENCE.c.message_id)
)
_FOLLOW_UPS = (
    select(_LINK.c.other_number, _LINK.c.ticket_number, _TICKET.c.mailbox_id)
    .join(_TICKET, _TICKET.c.number == _LINK.c.ticket_number)
    .where(among(_LINK.c.other_number, "wanted"), _LINK.c.kind == "follow-up")
    .order_by(_LINK.c.ticket_number)
)
_SENT = select(_OUTBOX.c.rfc_message_id, _OUTBOX.c.content).where(
    among(_OUTBOX.c.rfc_message_id, "wanted")
)
_LAST_REPLIES = 5
"""How many replies of a ticket a mail is compared with that seems to be one of them."""

_SENT_IN = (
    select(_OUTBOX.c.rfc_message_id, _MESSAGE.c.ticket_number)
    .join(_MESSAGE, _MESSAGE.c.id == _OUTBOX.c.message_id)
    .where(among(_MESSAGE.c.ticket_number, "wanted"))
    .order_by(_OUTBOX.c.id.desc())
)


@dataclass(frozen=True, slots=True)
class Alike:
    """A decided mail with the same Message-ID or the same fingerprint."""

    mail_id: int
    fingerprint: str | None
    ticket: int | None


@dataclass(frozen=True, slots=True)
class Holder:
    """A ticket with a message that has a wanted Message-ID, the address of its author, and the
    mailbox it came to. `mail_id` is None if the mail is not here: a reply of ours, or one from an
    export."""

    ticket: int
    author: str
    mailbox_id: int
    mail_id: int | None = None


@dataclass(frozen=True, slots=True)
class Later:
    """A `ticket`, of this mailbox, that continues the ticket `before`."""

    before: int
    ticket: int
    mailbox_id: int


@dataclass(slots=True)
class MailQuestions:
    """What a transaction's mails ask about: their own Message-IDs and fingerprints, the ids that
    they name, those among both that we signed, the tickets that they name otherwise, and the
    addresses of whoever may have written them (`junk`: of what the provider took for junk).
    `answered` are the ids that mails name which seem to come from ourselves."""

    own: set[str] = field(default_factory=set)
    fingerprints: set[str] = field(default_factory=set)
    named: set[str] = field(default_factory=set)
    signed: set[str] = field(default_factory=set)
    tickets: set[int] = field(default_factory=set)
    addresses: set[str] = field(default_factory=set)
    junk: set[str] = field(default_factory=set)
    answered: set[str] = field(default_factory=set)
    since: datetime | None = None
    """From when on it matters who opened tickets; None: it does not."""


K = TypeVar("K")
V = TypeVar("V")


class _Facts(Generic[K, V]):
    """Facts by key, each read once; `nothing` makes the fact of a key for which none is found."""

    def __init__(self, read: Callable[[list[K]], Mapping[K, V]], nothing: Callable[[], V]) -> None:
        self._read, self._nothing = read, nothing
        self._known: dict[K, V] = {}

    def load(self, keys: Iterable[K]) -> None:
        """Read what is not known yet."""
        missing = list(dict.fromkeys(key for key in keys if key not in self._known))
        if missing:
            found = self._read(missing)
            for key in missing:
                self._known[key] = found[key] if key in found else self._nothing()

    def __getitem__(self, key: K) -> V:
        if key not in self._known:
            self.load([key])
        return self._known[key]

    def known(self, key: K) -> V | None:
        """The fact, if it is known already."""
        return self._known.get(key)

    def put(self, key: K, fact: V) -> None:
        """Take over a fact."""
        self._known[key] = fact

    def all(self) -> list[tuple[K, V]]:
        """All facts that are known."""
        return list(self._known.items())

    def forget(self, key: K) -> None:
        """Read a fact again the next time."""
        self._known.pop(key, None)


class Surroundings:
    """What is known around the mails of one transaction (see the module)."""

    def __init__(self, tx: Session) -> None:
        self._tx = tx
        self._with_id = _Facts[str, list[Alike]](self._listed(_WITH_ID, _alike), list)
        self._with_fingerprint = _Facts[str, list[Alike]](
            self._listed(_WITH_FINGERPRINT, _alike), list
        )
        self._holders = _Facts[str, list[Holder]](self._read_holders, list)
        self._naming = _Facts[str, list[tuple[int, int]]](
            self._listed(_TICKETS_NAMING, _named), list
        )
        self._circles = _Facts[int, Circle | None](self._read_circles, _none)
        self._later = _Facts[int, list[Later]](self._listed(_FOLLOW_UPS, _later), list)
        self._sent = _Facts[str, bytes | None](self._read_sent, _none)
        self._customers = _Facts[str, KnownCustomer | None](self._read_customers, _none)
        self._served = _Facts[str, bool](self._read_served, bool)
        self._opened = _Facts[str, list[datetime]](self._read_opened, list)
        self._since: datetime | None = None
        self._subjects = _Facts[int, frozenset[str]](self._read_subjects, frozenset)
        self._merged = _Facts[int, int | None](self._read_merged, _none)
        self._replies = _Facts[str, int | None](self._read_replies, _none)
        self._sent_in = _Facts[int, list[str]](self._listed(_SENT_IN, _sent_in), list)

    def load(self, asked: MailQuestions) -> None:
        """Read what many mails ask about, in a handful of statements."""
        ids = asked.own | asked.named
        self._with_id.load(asked.own)
        self._with_fingerprint.load(asked.fingerprints)
        self._holders.load(ids)
        self._naming.load(ids)
        self._sent.load(asked.signed)
        self._customers.load(map(lowered, asked.addresses))
        self._served.load(map(lowered, asked.junk))
        if asked.since is not None:
            self._since = asked.since
            self._opened.load(map(lowered, asked.addresses))
        tickets = set(asked.tickets)
        tickets.update(one.ticket for name in ids for one in self._holders[name])
        tickets.update(ticket for name in ids for ticket, _ in self._naming[name])
        self._merged.load(tickets)
        self._replies.load(asked.signed)
        tickets.update(one for one in map(self._merged.known, tuple(tickets)) if one is not None)
        tickets.update(one for name in asked.signed if (one := self._replies[name]) is not None)
        self._circles.load(tickets)
        self._later.load(tickets)
        if asked.answered:
            ours = {one.ticket for name in asked.answered for one in self._holders[name]}
            self._sent_in.load(ours)
            self._sent.load(self.sent_in(ours))

    def alike(self, message_id: str | None, fingerprint: str) -> list[Alike]:
        """The decided mails of all mailboxes with this Message-ID or fingerprint, oldest first,
        without copies of others, and without what is only held as junk or was put away: a copy that
        comes elsewhere, or later, would be lost with it."""
        found = list(self._with_id[message_id]) if message_id else []
        if fingerprint:
            found += self._with_fingerprint[fingerprint]
        return sorted(set(found), key=lambda one: one.mail_id)

    def tickets_with(self, message_ids: Collection[str]) -> dict[str, list[Holder]]:
        """The tickets with a mail that has one of these Message-IDs, by the id, oldest mail first.
        A mail that went to two mailboxes counts in both.

        After them come tickets with a message whose mail is not here. Unverified messages do not
        count: a forger chose their ids."""
        self._holders.load(message_ids)
        return {name: list(self._holders[name]) for name in message_ids}

    def tickets_naming(self, mailbox_id: int, message_ids: Collection[str]) -> dict[str, list[int]]:
        """The tickets of this mailbox with a message that names one of these ids in In-Reply-To or
        References, by the id; unverified messages count too."""
        self._naming.load(message_ids)
        return {
            name: list(dict.fromkeys(one for one, box in self._naming[name] if box == mailbox_id))
            for name in message_ids
        }

    def circles(self, tickets: Collection[int]) -> dict[int, JoinFacts]:
        """Who is known in these tickets, by number; a ticket that does not exist is missing."""
        self._circles.load(tickets)
        found = ((number, self._circles[number]) for number in tickets)
        return {number: circle.facts() for number, circle in found if circle is not None}

    def subjects(self, tickets: Collection[int]) -> frozenset[str]:
        """The subjects of the messages in these tickets. (Few mails ask for them.)"""
        self._subjects.load(tickets)
        return frozenset().union(*(self._subjects[number] for number in tickets))

    def circle(self, ticket: int) -> Circle | None:
        """A ticket, which `opened` and `joined` keep up to date; None if it does not exist."""
        return self._circles[ticket]

    def follow_ups(self, tickets: Collection[int]) -> list[Later]:
        """The tickets that continue these, oldest first, each after the one it continues, and those
        that continue them in turn."""
        found: list[Later] = []
        wanted = set(tickets)
        while wanted:
            self._later.load(wanted)
            news = sorted(
                (one for before in wanted for one in self._later[before]),
                key=lambda one: one.ticket,
            )
            found += news
            wanted = {one.ticket for one in news} - {one.before for one in found} - set(tickets)
        return found

    def merged_into(self, ticket: int) -> int:
        """Where the messages of a ticket are: in itself, or at the end of its chain of merges."""
        return self._merged[ticket] or ticket

    def reply_in(self, message_id: str) -> int | None:
        """The ticket that our reply with this Message-ID is in now; None if it is none of ours."""
        return self._replies[message_id]

    def sent_in(self, tickets: Collection[int]) -> list[str]:
        """The Message-IDs of our last replies in these tickets, a few of each, newest first."""
        self._sent_in.load(tickets)
        return [name for ticket in tickets for name in self._sent_in[ticket][:_LAST_REPLIES]]

    def sent_by_us(self, message_ids: Collection[str]) -> dict[str, bytes]:
        """The bytes of our replies with these Message-IDs."""
        self._sent.load(message_ids)
        found = ((name, self._sent[name]) for name in message_ids)
        return {name: content for name, content in found if content is not None}

    def customer_for(self, sender: Address, now: datetime) -> int:
        """The id of the customer with this address, as `people.welcome` finds or makes them."""
        address = lowered(sender.address)
        before = self._customers[address]
        known = people.welcome(self._tx, before, sender, now)
        self._customers.put(address, known)
        self._served.forget(address)
        if before is not None and before != known:
            self._renamed(known)
        return known.id

    def died(self, addresses: Collection[str], since: datetime) -> None:
        """Take in that these addresses (lower-case) can never be reached (`people.mark_dead`)."""
        for address in addresses:
            known = self._customers.known(address)
            if known is not None:
                self._customers.put(address, replace(known, dead_since=since))

    def wrote(self, address: str, at: datetime) -> None:
        """Take in, and write down, that the owner of an address wrote from it: if it was called
        dead before, it can be reached again."""
        known = self._customers[lowered(address)]
        if known is not None and known.dead_since is not None and known.dead_since < at:
            people.revive(self._tx, lowered(address))
            self._customers.put(lowered(address), replace(known, dead_since=None))

    def is_customer(self, address: str) -> bool:
        """Whether somebody with this address has a ticket that is neither spam nor deleted."""
        return self._served[lowered(address)]

    def opened_by(self, address: str) -> list[datetime]:
        """When somebody with this address opened tickets, as far back as `load` was asked to look;
        a ticket is as old as its mail."""
        return self._opened[lowered(address)]

    def not_opened(self, address: str, at: datetime) -> None:
        """Leave out one ticket that somebody with this address opened at this moment."""
        opened = self._opened[lowered(address)]
        if at in opened:
            opened.remove(at)

    def _renamed(self, customer: KnownCustomer) -> None:
        """A customer uses another address now, in all tickets."""
        for address, one in self._customers.all():
            if one is not None and one.id == customer.id:
                renamed = replace(one, name=customer.name, address=customer.address)
                self._customers.put(address, renamed)
        for _, circle in self._circles.all():
            if circle is not None and circle.customer_id == customer.id:
                circle.customer = customer.address

    def opened(self, circle: Circle, mailbox_id: int) -> None:
        """Take in a new ticket."""
        self._circles.put(circle.number, circle)
        for address, customer in self._customers.all():
            opened = self._opened.known(address)
            if customer is not None and customer.id == circle.customer_id and opened is not None:
                opened.append(circle.created_at)
        self._later.put(circle.number, [])
        self._merged.put(circle.number, None)
        if circle.follows is not None and self._later.known(circle.follows) is not None:
            self._later[circle.follows].append(Later(circle.follows, circle.number, mailbox_id))

    def met(self, ticket: int, address: str) -> None:
        """Take in that somebody is new in a ticket."""
        circle = self._circles[ticket]
        if circle is not None:
            circle.meet(address, is_new=True)

    def joined(self, ticket: int, mailbox_id: int, new: NewMessage) -> None:
        """Take in a message that `messages.add` has written as the last one of its ticket."""
        self._subjects.forget(ticket)
        circle = self._circles[ticket]
        if circle is not None:
            circle.add(new)
        for name in naming(new):
            known = self._naming.known(name)
            if known is not None:
                known.append((ticket, mailbox_id))
        holders = self._holders.known(new.message_id) if new.message_id else None
        if holders is not None and not new.unverified:
            holders.append(Holder(ticket, new.sender.written, mailbox_id, new.mail_id))
            holders.sort(key=lambda one: (one.mail_id is None, one.mail_id or 0))

    def decided(self, message_id: str | None, alike: Alike, *, counts: bool) -> None:
        """Take in the decision about a mail; if it does not count (`alike`), it is like no other
        mail."""
        if message_id and (not counts or self._with_id[message_id]):
            self._holders.forget(message_id)  # several mails with one id: which count, is read
        if not counts:
            return
        if message_id:
            self._with_id[message_id].append(alike)
        if alike.fingerprint:
            self._with_fingerprint[alike.fingerprint].append(alike)

    def forget(self, ticket: int) -> None:
        """Read a ticket again the next time: something else was changed there."""
        self._circles.forget(ticket)

    def _listed(
        self, statement: Select[Any], fact: Callable[[Any], tuple[K, V]]
    ) -> Callable[[list[K]], dict[K, list[V]]]:
        """How facts are read of which a key can have several."""

        def read(keys: list[K]) -> dict[K, list[V]]:
            found: dict[K, list[V]] = {}
            for row in self._tx.connection().execute(statement, {"wanted": keys}):
                key, value = fact(row)
                found.setdefault(key, []).append(value)
            return found

        return read

    def _read_holders(self, message_ids: list[str]) -> dict[str, list[Holder]]:
        found: dict[str, list[Holder]] = {}
        for statement in (_TICKETS_WITH, _TICKETS_WITHOUT_MAIL):
            for name, *holder in self._tx.connection().execute(statement, {"wanted": message_ids}):
                found.setdefault(name, []).append(Holder(*holder))
        return found

    def _read_circles(self, tickets: list[int]) -> dict[int, Circle]:
        return circles.read(self._tx, tickets)

    def _read_sent(self, message_ids: list[str]) -> dict[str, bytes]:
        found = self._tx.connection().execute(_SENT, {"wanted": message_ids})
        return {row.rfc_message_id: row.content for row in found}

    def _read_customers(self, addresses: list[str]) -> dict[str, KnownCustomer]:
        return people.known_customers(self._tx, addresses)

    def _read_served(self, addresses: list[str]) -> dict[str, bool]:
        return dict.fromkeys(people.customers_with_tickets(self._tx, addresses), True)

    def _read_opened(self, addresses: list[str]) -> dict[str, list[datetime]]:
        return floods.opened(self._tx, addresses, self._since) if self._since else {}

    def _read_subjects(self, tickets: list[int]) -> dict[int, frozenset[str]]:
        return messages.subjects(self._tx, tickets)

    def _read_merged(self, tickets: list[int]) -> dict[int, int]:
        return ends_of_merges(self._tx, tickets)

    def _read_replies(self, message_ids: list[str]) -> dict[str, int]:
        return regrouping.replies_in(self._tx, message_ids)


def _none() -> None:
    return None


def _alike(row: Any) -> tuple[str, Alike]:  # noqa: ANN401 - a row of mails, and by what it was asked for
    return row[3], Alike(row.id, row.fingerprint, row.ticket_number)


def _sent_in(row: Any) -> tuple[int, str]:  # noqa: ANN401 - a row of replies
    return row.ticket_number, row.rfc_message_id


def _named(row: Any) -> tuple[str, tuple[int, int]]:  # noqa: ANN401 - a row of references
    return row.reference, (row.ticket_number, row.mailbox_id)


def _later(row: Any) -> tuple[int, Later]:  # noqa: ANN401 - a row of links
    return row.other_number, Later(*row)
