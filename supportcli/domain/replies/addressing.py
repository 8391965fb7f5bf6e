"""Whom a reply goes to (`design: mail, Out, Addressing`)."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from supportcli.domain.authors import behind_list
from supportcli.domain.mail import Address
from supportcli.domain.replies.recipients import Addressing, LeftOut, Recipients
from supportcli.domain.tickets.ticket import Delivery, Direction, Message

_NO_REPLY = re.compile(
    r"(?:no|do-?not|donot)[-_.]?reply|notifications?|mailer|postmaster", re.IGNORECASE
)
_UNFIT = "no mail can be sent to that address"
_UNPROVEN = "only a mail that nothing proves names it"


@dataclass(frozen=True, slots=True)
class Posting:
    """How a mail came through a list: the addresses that are a list's, whether people post to it
    (it is no newsletter), who wrote where the list has put itself into From, and whether it says to
    be one's at all."""

    lists: frozenset[str] = frozenset()
    is_posted: bool = False
    originals: tuple[Address, ...] = ()
    is_list: bool = False


@dataclass(frozen=True, slots=True)
class Parties:
    """Who is who around a ticket. `ours` are the addresses of our mailboxes, `colleague` says of an
    address (lower-case) whether one of us has it, `sendable` of one as it is written whether mail
    can be sent to it.

    `is_linked`: the ticket was opened by a mail that names another one; `before` are those who were
    known in that, if this one goes on for it. `newcomers` are new though a message that nothing
    speaks against names them; `reached` says of each reply of ours (by the id of its message) whom
    it has left for."""

    customer: Address
    ours: Collection[str]
    colleague: Callable[[str], bool]
    sendable: Callable[[str], bool] = lambda _: True
    is_linked: bool = False
    before: Collection[str] = ()
    newcomers: Collection[str] = ()
    reached: Mapping[int, Collection[str]] = field(default_factory=dict)

    def not_ours(self, found: Sequence[Address]) -> tuple[Address, ...]:
        """Each address once, but those that are ours or lead to us: we would answer ourselves."""
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
    """People as they are chosen; who cannot be answered is left out and remembered."""

    parties: Parties
    left_out: list[LeftOut] = field(default_factory=list)

    def able(self, found: Sequence[Address]) -> tuple[Address, ...]:
        """Those who are not us and can be answered."""
        people = self.parties.not_ours(found)
        self.leave_out(
            [person for person in people if not self.parties.sendable(person.written)], _UNFIT
        )
        return tuple(person for person in people if self.parties.sendable(person.written))

    def leave_out(self, people: Sequence[Address], reason: str) -> None:
        """Remember who is left out, each once."""
        there = {one.person.address for one in self.left_out}
        self.left_out += [
            LeftOut(person, reason) for person in people if person.address not in there
        ]


def answered(
    messages: Sequence[Message], parties: Parties, machine: Callable[[Message], bool]
) -> Message | None:
    """The message that a reply answers: the last one that a person wrote who is no colleague, or is
    the customer. Neither an automatic answer nor a colleague's mail is answered in the customer's
    place; where there is nothing else, the last one is."""
    received = [message for message in reversed(messages) if message.direction is Direction.IN]
    theirs = (
        message for message in received if _is_theirs(message, parties) and not machine(message)
    )
    return next(theirs, received[0] if received else None)


def _is_theirs(message: Message, parties: Parties) -> bool:
    """Whether somebody outside wrote it, or the customer, who may be a colleague."""
    named = () if message.unverified else parties.not_ours(message.reply_to)
    authors = named or parties.not_ours((message.sender,))
    return any(
        one.address == parties.customer.address or not parties.colleague(one.address)
        for one in authors
    )


def addressed(
    messages: Sequence[Message],
    last: Message | None,
    parties: Parties,
    posting: Posting | None = None,
    *,
    only_sender: bool = False,
) -> Addressing:
    """Whom a reply to the message `last` of a ticket goes to: To is its Reply-To, else its From; Cc
    its other addresses but ours.

    With `only_sender` it is the person who wrote, never the list that the mail came through. Where
    there is no message of a customer, or only a colleague's forward of one, the customer is
    answered. To is empty where nobody is left."""
    choice, posting = _Choice(parties), posting or Posting()
    if last is None:
        return _asked(
            Recipients(choice.able((parties.customer,)), (), only_sender),
            choice,
            _known(messages, last, parties),
            messages,
            last,
        )
    to = _author(messages, last, choice, posting) if only_sender else _to(last, choice, posting)
    cc = () if only_sender else _others(messages, last, to, choice)
    known = _known(messages, last, parties) | _named_by_group(messages, last, parties, posting)
    return _asked(_placed(to, cc, only_sender=only_sender), choice, known, messages, last)


def checked(
    recipients: Recipients, messages: Sequence[Message], last: Message | None, parties: Parties
) -> Addressing:
    """The recipients that a draft has, as they were shown: nobody is added, who cannot be answered
    is left out, who is new is asked about."""
    choice = _Choice(parties)
    to = choice.able(recipients.to)
    cc = _without(choice.able(recipients.cc), to)
    return _asked(
        _placed(to, cc, only_sender=recipients.only_sender),
        choice,
        _known(messages, last, parties),
        messages,
        last,
    )


def _placed(to: tuple[Address, ...], cc: tuple[Address, ...], *, only_sender: bool) -> Recipients:
    """Where nobody is left in To, those in Cc move there."""
    return Recipients(to, cc, only_sender) if to else Recipients(cc, (), only_sender)


def _to(last: Message, choice: _Choice, posting: Posting) -> tuple[Address, ...]:
    """Reply-To, else From, else whom a group of ours has rewritten; a colleague who forwarded
    something is not answered for the customer."""
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
    """To and Cc of the message. Those of one that nothing proves are left out: it may be anybody's,
    and so may they."""
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
    """The person who wrote it, else the customer; nobody where both are the list that it came
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
    """The name of who wrote to a list that has put itself into From; None where From is whoever it
    names. Names alone prove nothing: a street in Italy is a via too."""
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
    """Who may have written to a list that has put itself into From: who is called as it says, the
    likeliest first."""
    called = [
        tuple(one for one in people if one.name.lower() == name.lower())
        for people in (last.reply_to, last.cc)
    ]
    others = tuple(one for one in last.reply_to if not _is_among(one, last.to))
    return (called[0], posting.originals, others, called[1])


def _open_authors(
    messages: Sequence[Message], last: Message, parties: Parties, posting: Posting
) -> Sequence[Sequence[Address]]:
    """Who may have written a mail: From where its Reply-To is a group's that the mail was sent to,
    or a list's, or a stranger's in a ticket where From is none; else Reply-To."""
    meant = _without(last.reply_to, [one for one in last.reply_to if one.address in posting.lists])
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
    """Who wrote the mail that began the ticket, where a group has put itself into its From."""
    begins = last is _first(messages, last) and not last.unverified and not parties.is_linked
    return {person.address for person in posting.originals} if begins else set()


def _asked(
    recipients: Recipients,
    choice: _Choice,
    known: Collection[str],
    messages: Sequence[Message],
    last: Message | None,
) -> Addressing:
    """The recipients with whom to ask about among them."""
    parties = choice.parties
    # Whom we wrote to only in Cc was never meant to be answered alone.
    proven = (
        _chosen(messages, parties, copies=False)
        | {parties.customer.address}
        | ({last.sender.address} if last else set())
    )
    doubtful = (
        {one.address for one in last.reply_to if one.address not in proven}
        if last is not None and last.unverified
        else set()
    )
    led = _led_away(messages, last, parties)
    new = tuple(
        one
        for one in recipients.everybody
        if (one.address not in known or one.address in led) and not parties.colleague(one.address)
    )
    unproven = tuple(one for one in _without(recipients.everybody, new) if one.address in doubtful)
    alone = not recipients.only_sender and (last is None or not _is_among(last.sender, new))
    return Addressing(recipients, tuple(choice.left_out), new, unproven, author_known=alone)


def _led_away(messages: Sequence[Message], last: Message | None, parties: Parties) -> set[str]:
    """Whom the Reply-To of a mail names who was not known before it: that the mail names them in To
    or Cc as well makes them no less new."""
    if last is None or (
        last is _first(messages, last) and not last.unverified and not parties.is_linked
    ):
        return set()
    before = _known([message for message in messages if message is not last], None, parties) | {
        last.sender.address
    }
    return {one.address for one in last.reply_to} - before


def _known(messages: Sequence[Message], last: Message | None, parties: Parties) -> set[str]:
    """Who is known in a ticket: the customer, whom a reply of ours has left for, and everybody in
    From, To and Cc of the messages that somebody known wrote and that nothing speaks against. Who
    joined by an id of ours that was passed on to them is new until an agent has answered them, and
    so is each of those whom they have named until then: the answer to one makes the others no less
    new.

    A Reply-To makes nobody known but in the message that began the ticket: in a later one, or where
    a stranger claims to belong to another ticket, it leads our answers away, which is what a forger
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
    """The message that began the ticket: one of an archive may be older, and stand before it."""
    return min(messages, key=lambda message: message.id, default=last)


def _chosen(messages: Sequence[Message], parties: Parties, *, copies: bool = True) -> set[str]:
    """Whom an agent has answered in this ticket, with those who got a copy of it. A reply answers
    each of its recipients when it has left for them: until then it can be taken back, and may never
    reach them."""
    ours = [
        message
        for message in messages
        if message.direction is Direction.OUT and not message.unverified
    ]
    return {
        person.address for message in ours for person in _reached(message, parties, copies=copies)
    }


def _reached(message: Message, parties: Parties, *, copies: bool) -> Iterator[Address]:
    """The recipients of a message for whom it has left; one that is in no outbox came from an
    archive, and left long ago."""
    left = parties.reached.get(message.id)
    for person in (*message.to, *(message.cc if copies else ())):
        if person.address in left if left is not None else message.delivery is Delivery.SENT:
            yield person


def _plain(address: str) -> str:
    """An address without its detail (RFC 5233): help@shop.test of help+orders@shop.test."""
    local, at, domain = address.rpartition("@")
    return local.strip('"').partition("+")[0] + at + domain
