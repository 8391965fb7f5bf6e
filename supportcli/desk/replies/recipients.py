"""Who gets a reply: looked up around a ticket, before anything is written."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel import Session

from supportcli.channels import mime
from supportcli.channels.compose.addresses import can_be_sent
from supportcli.channels.headers import lists
from supportcli.desk import Desk
from supportcli.desk.states import state_of, unmerged
from supportcli.desk.team import Team, team_of
from supportcli.domain.authors import kind_of
from supportcli.domain.mail import Address, Mail, MailKind
from supportcli.domain.mail_domains import lowered
from supportcli.domain.people import has_stray_dot, refuse_misspelled
from supportcli.domain.replies import addressing
from supportcli.domain.replies.addressing import Parties, Posting
from supportcli.domain.replies.choosing import WantedPeople, choose
from supportcli.domain.replies.recipients import Addressing, DeadAddress, Recipients
from supportcli.domain.tickets.ticket import Link, Message
from supportcli.errors.replies import AddressRefused, NobodyNamed
from supportcli.storage.mail import circles
from supportcli.storage.people import customers
from supportcli.storage.replies import outbox
from supportcli.storage.setup import mailboxes
from supportcli.storage.tickets import events, messages, people, tickets

_COMPLETED = 500
"""How many customers are offered to complete an address."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Who gets a reply, and the mail that it answers."""

    addressing: Addressing
    parent: Mail | None


def addressing_of(
    desk: Desk, number: int, *, only_sender: bool = False, recipients: Recipients | None = None
) -> Addressing:
    """Who would get a reply to this ticket; with `recipients`, a draft's, what to say about
    those."""
    with desk.db.read() as tx:
        unmerged(tx, number)
        return answer(
            tx,
            number,
            messages.of_ticket(tx, number),
            only_sender=only_sender,
            recipients=recipients,
        ).addressing


def known(desk: Desk, number: int) -> tuple[list[Address], tuple[str, ...]]:
    """The people who can be named in a reply, those in the ticket first, then agents and the
    customers who came last; and the addresses that it can come from."""
    with desk.db.read() as tx:
        state = unmerged(tx, number)
        mailbox = mailboxes.mailbox_by_id(tx, state.mailbox_id)
        inside = [
            person
            for message in reversed(messages.of_ticket(tx, number))
            for person in (message.sender, *message.reply_to, *message.to, *message.cc)
        ]
        agents = [Address.of(one.name, one.address) for one in people.agents(tx) if one.active]
        every = [*inside, *agents, *people.newest_customers(tx, _COMPLETED)]
        ours = team_of(tx).own
        found = {one.address: one for one in every if one.address and one.address not in ours}
        return list(found.values()), (mailbox.address, *mailbox.aliases) if mailbox else ()


def chosen(
    desk: Desk,
    number: int,
    wanted: WantedPeople,
    *,
    only_sender: bool = False,
    recipients: Recipients | None = None,
) -> Recipients:
    """Who gets a reply if an agent wants these: from `recipients`, a draft's, or else from those
    who would get it. RecipientAbsent; NobodyNamed if To is empty then; AddressInvalid and
    AddressRefused for somebody named to whom no mail can be sent."""
    if any(has_stray_dot(person.address) for person in wanted.named):
        refuse_misspelled(wanted.named, [person.address for person in known(desk, number)[0]])
    for person in wanted.named:
        if not can_be_sent(person.written):
            raise AddressRefused(person.written)
    found = recipients or addressing_of(desk, number, only_sender=only_sender).recipients
    wished = choose(found, wanted)
    if not wished.to:
        raise NobodyNamed
    return wished


def answer(
    tx: Session,
    number: int,
    found: list[Message],
    *,
    only_sender: bool,
    recipients: Recipients | None = None,
) -> Answer:
    """As `addressing_of`, in a transaction, with the messages of the ticket."""
    us = team_of(tx)
    parties, read = _parties(tx, us, number), _Read(tx, us, found)
    last = addressing.answered(found, parties, read.is_machine)
    if recipients is not None and recipients.to:
        told = addressing.checked(recipients, found, last, parties)
    else:
        told = addressing.addressed(
            found, last, parties, read.posting(last) if last else None, only_sender=only_sender
        )
    told = replace(told, dead=_dead(tx, told.recipients))
    return Answer(told, read.mail(last) if last else None)


def _dead(tx: Session, to: Recipients) -> tuple[DeadAddress, ...]:
    """The recipients who cannot be reached, and who have not written since that is known."""
    known = people.dead(tx, [lowered(one.address) for one in to.everybody]) if to.to else {}
    return tuple(known.values())


def _parties(tx: Session, us: Team, number: int) -> Parties:
    """Who is who around a ticket. People known in the tickets it continues are known here."""
    customer, origin = people.customer_of(tx, number), tickets.origin(tx, number)
    return Parties(
        customer,
        us.own,
        us.colleague,
        can_be_sent,
        is_linked=origin is not None,
        before=_before(tx, origin) if origin is not None else (),
        newcomers=circles.newcomers(tx, number),
        reached=outbox.reached(tx, number),
        former=_former(tx, number),
    )


def _former(tx: Session, number: int) -> dict[str, datetime]:
    """Whoever was a ticket's customer until an agent named another, by each of their addresses, and
    when that was."""
    until = events.customers_before(tx, number)
    if not until:
        return {}
    now = {state_of(tx, number).customer_id}
    found = customers.addresses_of(tx, until.keys() - now)
    return {address: until[customer] for address, customer in found.items()}


def _before(tx: Session, link: Link | None) -> set[str]:
    """Who is known in the ticket that another one continues, and so on back."""
    found: set[str] = set()
    seen: set[int] = set()
    while link is not None and link.kind == "follow-up" and link.number not in seen:
        seen.add(link.number)
        circle = circles.facts(tx, [link.number]).get(link.number)
        found |= circle.approved if circle is not None else set()
        link = tickets.origin(tx, link.number)
    return found


def recipients_of(tx: Session, number: int, message_id: int) -> Recipients:
    """Who a reply was for, when it becomes a draft again: the sender only if it named fewer people
    than an answer to everybody would."""
    found = messages.of_ticket(tx, number)
    was = next(message for message in found if message.id == message_id)
    everybody = answer(
        tx, number, [message for message in found if message is not was], only_sender=False
    ).addressing.recipients
    private = not was.cc and bool(everybody.cc)
    by_hand = {one.address for one in (*was.to, *was.cc, *was.bcc)} - {
        one.address for one in everybody.everybody
    }
    return Recipients(was.to, was.cc, private, was.bcc, frozenset(by_hand))


class _Read:
    """The mails of a ticket's messages, each parsed once."""

    def __init__(self, tx: Session, us: Team, found: list[Message]) -> None:
        self._subjects = [one.subject for one in found]
        self._tx = tx
        self._us = us
        self._raw: dict[int, bytes | None] = {}
        self._mails: dict[int, Mail | None] = {}

    def raw(self, message: Message) -> bytes | None:
        """The bytes of a message; None if it did not come by mail."""
        if message.id not in self._raw:
            self._raw[message.id] = messages.raw(self._tx, message.id)
        return self._raw[message.id]

    def mail(self, message: Message) -> Mail | None:
        """A message's mail, parsed."""
        if message.id not in self._mails:
            raw = self.raw(message)
            self._mails[message.id] = mime.parse(raw) if raw else None
        return self._mails[message.id]

    def is_machine(self, message: Message) -> bool:
        """Whether a machine wrote it, not a person."""
        mail = self.mail(message)
        return mail is not None and kind_of(mail, self._us, self._subjects) is not MailKind.MAIL

    def posting(self, message: Message) -> Posting:
        """The list that a message came through."""
        raw = self.raw(message)
        return lists.posting(raw) if raw else Posting()
