"""Who a reply goes to (`design: mail, Out, Addressing`)."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from supportcli.domain.authors import behind_list
from supportcli.domain.mail import Address
from supportcli.domain.replies.recipients import Addressing, LeftOut, Recipients
from supportcli.domain.tickets.ticket import Delivery, Direction, Message

_NO_REPLY = re.compile(
    r"(?:no|do-?not|donot)[-_.]?reply|notifications?|mailer|postmaster", re.IGNORECASE
)
_UNFIT = "no mail can be sent to that address"
_UNPROVEN = "it is named only in an unverified email"
_OURS = "it leads back to this desk"
_FORMER = "the ticket has another customer now"


@dataclass(frozen=True, slots=True)
class Posting:
    """How a mail came through a list."""

    lists: frozenset[str] = frozenset()
    """The addresses that belong to a list."""
    is_posted: bool = False
    """People post to it; it is not a newsletter."""
    originals: tuple[Address, ...] = ()
    """The real authors, if the list has put itself into From."""
    is_list: bool = False
    """The mail says that it came from a list."""


@dataclass(frozen=True, slots=True)
class Parties:
    """Who is who around a ticket."""

    customer: Address
    ours: Collection[str]
    """The addresses of our mailboxes."""
    colleague: Callable[[str], bool]
    """Whether an address (lower-case) belongs to one of us."""
    sendable: Callable[[str], bool] = lambda _: True
    """Whether mail can be sent to an address, as it is written."""
    is_linked: bool = False
    """The ticket was opened by a mail that names another ticket."""
    before: Collection[str] = ()
    """The people known in that other ticket, if this one continues it."""
    newcomers: Collection[str] = ()
    """People who count as new although a trusted message names them."""
    reached: Mapping[int, Collection[str]] = field(default_factory=dict)
    """For each reply of ours, by its message's id: the addresses it has left for."""
    former: Mapping[str, datetime] = field(default_factory=dict)
    """The addresses of whoever was the customer until an agent named another, and when that
    was."""

    def has_passed(self, message: Message) -> bool:
        """Whether its author was the customer when it came, and is not any longer."""
        until = self.former.get(message.sender.address)
        return until is not None and message.created_at <= until

    def not_ours(self, found: Sequence[Address]) -> tuple[Address, ...]:
        """These addresses, each once, without ours and those that lead to us: we would answer
        ourselves."""
        kept: dict[str, Address] = {}
        for person in found:
            if (
                person.address
                and person.address not in self.ours
                and _plain(person.address) not in self.ours
            ):
                kept.setdefault(person.address, person)
        return tuple(kept.values())


@dataclass(slots=True)
class _Choice:
    """The recipients as they are chosen, and the people left out because they cannot be
    answered."""

    parties: Parties
    left_out: list[LeftOut] = field(default_factory=list)

    def able(self, found: Sequence[Address]) -> tuple[Address, ...]:
        """The people who are not us and can be answered."""
        people = self.parties.not_ours(found)
        self.leave_out(
            [person for person in people if not self.parties.sendable(person.written)], _UNFIT
        )
        return tuple(person for person in people if self.parties.sendable(person.written))

    def leave_out(self, people: Sequence[Address], reason: str) -> None:
        """Remember who is left out and why, each person once."""
        there = {one.person.address for one in self.left_out}
        self.left_out += [
            LeftOut(person, reason) for person in people if person.address not in there
        ]


def answered(
    messages: Sequence[Message], parties: Parties, machine: Callable[[Message], bool]
) -> Message | None:
    """The message that a reply answers: the last one written by a person who is the customer or no
    colleague. Automatic answers, mails of colleagues and of people to whom a message was passed on
    are skipped, unless there is nothing else."""
    consulted = _consulted(messages, parties)
    received = sorted(
        (message for message in reversed(messages) if message.direction is Direction.IN),
        key=lambda message: message.sender.address in consulted,
    )
    theirs = (
        message for message in received if _is_theirs(message, parties) and not machine(message)
    )
    return next(theirs, received[0] if received else None)


def _consulted(messages: Sequence[Message], parties: Parties) -> set[str]:
    """The people to whom a message of the ticket was passed on, and who are in no reply of ours to
    the customer: what they write is for us."""
    ours = [message for message in messages if message.direction is Direction.OUT]
    asked, answered = (
        {
            person.address
            for message in ours
            if message.is_forward is forward
            for person in _reached(message, parties, copies=True)
        }
        for forward in (True, False)
    )
    return asked - answered - {parties.customer.address}


def _is_theirs(message: Message, parties: Parties) -> bool:
    """Whether the customer (who may be a colleague) or somebody outside wrote it."""
    named = () if message.unverified else parties.not_ours(message.reply_to)
    authors = named or parties.not_ours((message.sender,))
    return any(
        author.address == parties.customer.address or not parties.colleague(author.address)
        for author in authors
    )


def addressed(
    messages: Sequence[Message],
    last: Message | None,
    parties: Parties,
    posting: Posting | None = None,
    *,
    only_sender: bool = False,
) -> Addressing:
    """Who a reply to the message `last` goes to. To is its Reply-To, else its From; Cc is its other
    addresses except ours.

    With `only_sender` the reply goes to the author, never to the list that the mail came through.
    If there is no message of a customer, or only one that a colleague forwarded, it goes to the
    customer; also if the author was the customer then, and another one is now. To is empty if
    nobody is left."""
    choice, posting = _Choice(parties), posting or Posting()
    if last is None:
        return _addressing(
            Recipients(choice.able((parties.customer,)), (), only_sender),
            choice,
            _known(messages, last, parties),
            messages,
            last,
        )
    if parties.has_passed(last):
        choice.leave_out([last.sender], _FORMER)
        to = choice.able((parties.customer,))
    else:
        to = _author(messages, last, choice, posting) if only_sender else _to(last, choice, posting)
    cc = () if only_sender else _others(messages, last, to, choice)
    known = _known(messages, last, parties) | _named_by_group(messages, last, parties, posting)
    return _addressing(_placed(to, cc, only_sender=only_sender), choice, known, messages, last)


def checked(
    recipients: Recipients, messages: Sequence[Message], last: Message | None, parties: Parties
) -> Addressing:
    """The recipients of a draft, as they were shown. Nobody is added; people who cannot be answered
    are left out; new ones are asked about unless they were named by hand."""
    choice = _Choice(parties)
    to = choice.able(recipients.to)
    cc = _without(choice.able(recipients.cc), to)
    bcc = _without(choice.able(recipients.bcc), (*to, *cc))
    by_hand = [one for one in recipients.everybody if one.address in recipients.by_hand]
    choice.leave_out(_without(by_hand, parties.not_ours(by_hand)), _OURS)
    placed = _placed(to, cc, only_sender=recipients.only_sender)
    return _addressing(
        replace(placed, bcc=bcc, by_hand=recipients.by_hand),
        choice,
        _known(messages, last, parties),
        messages,
        last,
    )


def _placed(to: tuple[Address, ...], cc: tuple[Address, ...], *, only_sender: bool) -> Recipients:
    """The recipients; if To is empty, those in Cc move there."""
    return Recipients(to, cc, only_sender) if to else Recipients(cc, (), only_sender)


def _to(last: Message, choice: _Choice, posting: Posting) -> tuple[Address, ...]:
    """Reply-To, else From, else the authors that a group of ours has rewritten. If a colleague
    forwarded the mail, the customer is answered instead."""
    customer, parties = choice.parties.customer, choice.parties
    for people in (last.reply_to, (last.sender,), posting.originals):
        if found := choice.able(people):
            forwarded = all(
                parties.colleague(one.address) and one.address != customer.address for one in found
            )
            return choice.able((customer,)) or found if forwarded else found
    return choice.able((customer,))


def _others(
    messages: Sequence[Message], last: Message, to: Sequence[Address], choice: _Choice
) -> tuple[Address, ...]:
    """To and Cc of the message. If nothing proves who wrote it, unknown people are left out: a
    forger may have named them."""
    others = _without(choice.parties.not_ours((*last.to, *last.cc)), to)
    if last.unverified:
        known = _known(messages, last, choice.parties)
        strange = [
            person
            for person in others
            if person.address not in known and not choice.parties.colleague(person.address)
        ]
        choice.leave_out(strange, _UNPROVEN)
        others = _without(others, strange)
    return choice.able(others)


def _author(
    messages: Sequence[Message], last: Message, choice: _Choice, posting: Posting
) -> tuple[Address, ...]:
    """The author of the message, else the customer; empty if both are the list that it came
    through."""
    name = _hidden_author(last, posting)
    wrote_to_itself = posting.is_list and _is_among(last.sender, (*last.to, *last.cc))
    lists = posting.lists | (
        {last.sender.address} if name is not None or wrote_to_itself else set()
    )
    authors = (
        _open_authors(messages, last, choice.parties, posting)
        if name is None
        else _hidden_authors(last, name, posting)
    )
    for people in (*authors, (choice.parties.customer,)):
        if found := choice.able([person for person in people if person.address not in lists]):
            return found
    return ()


def _hidden_author(last: Message, posting: Posting) -> str | None:
    """The author's name if a list has put itself into From, else None. A name alone proves nothing:
    "via" is also a street in Italy."""
    name, group = behind_list(last.sender), (*last.to, *last.cc, *last.reply_to)
    if name is None:
        return None
    if "=" in last.sender.address.partition("@")[0]:
        return None  # a list gives each author an address of their own: ada=home.test@lists.test
    is_list = (
        posting.is_list
        or last.sender.address in posting.lists
        or _is_among(last.sender, group)
        or posting.originals
    )
    return name if is_list or any(one.name.lower() == name.lower() for one in group) else None


def _hidden_authors(last: Message, name: str, posting: Posting) -> Sequence[Sequence[Address]]:
    """Who may have written to a list that has put itself into From: the people with the name that
    From gives, likeliest first."""
    called = [
        tuple(person for person in people if person.name.lower() == name.lower())
        for people in (last.reply_to, last.cc)
    ]
    others = tuple(person for person in last.reply_to if not _is_among(person, last.to))
    return (called[0], posting.originals, others, called[1])


def _open_authors(
    messages: Sequence[Message], last: Message, parties: Parties, posting: Posting
) -> Sequence[Sequence[Address]]:
    """Who may have written a mail, likeliest first. From comes before Reply-To if Reply-To is a
    group that the mail was sent to, a list, or a stranger in a ticket whose From is known."""
    meant = _without(
        last.reply_to, [person for person in last.reply_to if person.address in posting.lists]
    )
    grouped = posting.is_posted or any(_is_among(one, (*last.to, *last.cc)) for one in meant)
    known = _known(messages, last, parties)
    led_away = last.sender.address in known and any(
        one.address not in known and not parties.colleague(one.address) for one in meant
    )
    robot = _NO_REPLY.match(last.sender.address) or not parties.not_ours((last.sender,))
    if _is_among(last.sender, meant) or ((grouped or led_away) and not robot):
        return ((last.sender,), meant, posting.originals)
    return (meant, (last.sender,), posting.originals)


def _is_among(person: Address, people: Sequence[Address]) -> bool:
    return any(person.address == one.address for one in people)


def _without(people: Sequence[Address], others: Sequence[Address]) -> tuple[Address, ...]:
    return tuple(person for person in people if not _is_among(person, others))


def _named_by_group(
    messages: Sequence[Message], last: Message, parties: Parties, posting: Posting
) -> set[str]:
    """The authors of the mail that began the ticket, if a group has put itself into its From."""
    begins = last is _first(messages, last) and not last.unverified and not parties.is_linked
    return {person.address for person in posting.originals} if begins else set()


def _addressing(
    recipients: Recipients,
    choice: _Choice,
    known: Collection[str],
    messages: Sequence[Message],
    last: Message | None,
) -> Addressing:
    """The addressing of these recipients, with the people to ask about."""
    parties = choice.parties
    # People whom we wrote to only in Cc were never meant to be answered alone.
    proven = (
        _chosen(messages, parties, copies=False)
        | {parties.customer.address}
        | ({last.sender.address} if last else set())
    )
    doubtful = (
        {person.address for person in last.reply_to if person.address not in proven}
        if last is not None and last.unverified
        else set()
    )
    led = _led_away(messages, last, parties)
    new = tuple(
        person
        for person in recipients.everybody
        if (person.address not in known or person.address in led)
        and person.address not in recipients.by_hand
        and not parties.colleague(person.address)
    )
    unproven = tuple(
        one
        for one in _without(recipients.everybody, new)
        if one.address in doubtful - recipients.by_hand
    )
    alone = not recipients.only_sender and (last is None or not _is_among(last.sender, new))
    return Addressing(recipients, tuple(choice.left_out), new, unproven, author_known=alone)


def _led_away(messages: Sequence[Message], last: Message | None, parties: Parties) -> set[str]:
    """The people in a mail's Reply-To who were not known before it. That the mail also names them
    in To or Cc does not make them known."""
    if last is None or (
        last is _first(messages, last) and not last.unverified and not parties.is_linked
    ):
        return set()
    before = _known([message for message in messages if message is not last], None, parties) | {
        last.sender.address
    }
    return {person.address for person in last.reply_to} - before


def _known(messages: Sequence[Message], last: Message | None, parties: Parties) -> set[str]:
    """Who is known in a ticket: the customer, everybody a reply of ours has left for, and everybody
    in From, To and Cc of trusted messages whose author is known.

    Somebody who joined by an id of ours that was passed on to them is new until an agent has
    answered them. So are the people they named until then; answering one does not make the others
    known.

    A Reply-To makes people known only in the message that began the ticket. In a later message, or
    if a stranger claims to belong to another ticket, it may lead our answers away, as a forger
    wants."""
    received = [message for message in messages if message.direction is Direction.IN]
    first = _first(messages, last)
    sure = _chosen(messages, parties) | set(parties.before)
    known = sure | (set() if first is not None and first.newcomer else {parties.customer.address})
    for message in received if last is None or last in received else [*received, last]:
        begins, author = message is first, message.sender.address
        if message.unverified or message.newcomer:
            continue
        if begins or author in known or parties.colleague(author):
            known |= {person.address for person in (message.sender, *message.to, *message.cc)}
            known |= (
                {person.address for person in message.reply_to}
                if begins and not parties.is_linked
                else set()
            )
    return sure | (known - set(parties.newcomers))


def _first(messages: Sequence[Message], last: Message | None) -> Message | None:
    """The message that began the ticket; one from an archive may be older and stand before it."""
    return min(messages, key=lambda message: message.id, default=last)


def _chosen(messages: Sequence[Message], parties: Parties, *, copies: bool = True) -> set[str]:
    """The people an agent has answered in this ticket, copies included. A reply counts for a
    recipient once it has left for them: until then it can be taken back and may never reach
    them."""
    ours = [
        message
        for message in messages
        if message.direction is Direction.OUT and not (message.unverified or message.is_automatic)
    ]
    return {
        person.address for message in ours for person in _reached(message, parties, copies=copies)
    }


def _reached(message: Message, parties: Parties, *, copies: bool) -> Iterator[Address]:
    """The recipients a message has left for. One that is in no outbox came from an archive and left
    long ago."""
    left = parties.reached.get(message.id)
    for person in (*message.to, *(message.cc if copies else ())):
        if person.address in left if left is not None else message.delivery is Delivery.SENT:
            yield person


def _plain(address: str) -> str:
    """An address without its detail (RFC 5233): help@shop.test of help+orders@shop.test."""
    local, at, domain = address.rpartition("@")
    return local.strip('"').partition("+")[0] + at + domain
