"""What becomes of a mail: rules with names in one ordered table; the first that has an answer decides.

Pure: `desk.intake` looks up what is known, and writes what is decided, with the rule's name and its reason (`mail why`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from supportcli.domain.mail import Address, Mail, MailKind
from supportcli.domain.providers import domain_of
from supportcli.domain.ticket import Status, status_at

CLOSED_AFTER = timedelta(days=28)
"""How long after solving a ticket an answer still opens it again, unless the desk says otherwise; later ones become a follow-up."""


class Named(StrEnum):
    """How a mail names a ticket: by an id or a plus-address that we signed; by the Message-ID of a mail that is here; because a mail that is here
    answers this one, or answers a mail that this one answers too; by the number in the subject."""

    SIGNED = "signed"
    STORED = "stored"
    RELATED = "related"
    NUMBER = "number"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A ticket that a mail may belong to. `named` says how and `by` with what; `people` are the addresses of its messages, `customer` is one of
    the customer's."""

    ticket: int
    named: Named
    by: str
    status: Status
    solved_at: datetime | None
    customer: str
    people: frozenset[str]

    def closed(self, at: datetime, close_after: timedelta | None) -> bool:
        """Whether it is too late to go on in this ticket. A deleted one is shown nowhere: an answer in it would be lost."""
        closes_at = self.solved_at + close_after if self.solved_at is not None and close_after is not None else None
        return status_at(self.status, closes_at, at) in {Status.CLOSED, Status.DELETED}


@dataclass(frozen=True, slots=True)
class Copy:
    """A mail that is here already and says the same: same Message-ID, Date, sender, subject and body."""

    mail_id: int
    ticket: int | None


@dataclass(frozen=True, slots=True)
class Known:
    """What is known around a mail. `own` are the addresses of the desk's mailboxes, `domains` those of its people, `agents` their addresses.
    `candidates` stand in the order in which they count (design: mail, Thread). `ours`: its Message-ID is one that we signed for a mail of ours.
    `same_id` are tickets with another mail of this Message-ID. `archived`: the mail comes from a file, out of a time that is over; then `agents` has
    those who left as well. `close_after`: how long after it was solved a ticket closes (None: never)."""

    own: frozenset[str] = frozenset()
    domains: frozenset[str] = frozenset()
    agents: frozenset[str] = frozenset()
    candidates: tuple[Candidate, ...] = ()
    copy: Copy | None = None
    ours: bool = False
    same_id: tuple[int, ...] = ()
    archived: bool = False
    close_after: timedelta | None = CLOSED_AFTER

    def colleague(self, address: str) -> bool:
        """Whether somebody of our own writes: they are known in every ticket."""
        return address in self.agents or address in self.own or domain_of(address) in self.domains


@dataclass(frozen=True, slots=True)
class Claim:
    """Another ticket that a new one is linked to. `kind` is follow-up (it is closed) or claims (the mail names it, its sender is unknown there)."""

    ticket: int
    kind: str
    reason: str


@dataclass(frozen=True, slots=True)
class NewTicket:
    """The mail opens a ticket of `customer`. `remark` is for the agent; `clock`: somebody waits for an answer; `sent`: one of us wrote it."""

    reason: str
    customer: Address
    clock: bool
    remark: str | None = None
    link: Claim | None = None
    sent: bool = False


@dataclass(frozen=True, slots=True)
class FollowUp:
    """The mail goes on in a ticket. `clock`: it reopens it, and somebody waits for an answer; `sent`: it is an answer of ours."""

    reason: str
    ticket: int
    clock: bool
    remark: str | None = None
    sent: bool = False


@dataclass(frozen=True, slots=True)
class Hold:
    """A person has to look at the mail first."""

    reason: str


@dataclass(frozen=True, slots=True)
class Ignore:
    """Nothing becomes of the mail: it is ours, or a copy (`copy_of`) of one that is here."""

    reason: str
    copy_of: Copy | None = None


Decision = NewTicket | FollowUp | Hold | Ignore


def decide(mail: Mail, known: Known, at: datetime) -> tuple[str, Decision]:
    """What becomes of `mail`, which our server took `at` this moment, and the name of the rule that says so."""
    return next((name, decision) for name, rule in RULES if (decision := rule(mail, known, at)) is not None)


def unreadable(mail: Mail, _known: Known, _at: datetime) -> Decision | None:
    """What cannot be understood waits for a person."""
    return Hold(mail.held) if mail.held else None


def own_mail(mail: Mail, known: Known, _at: datetime) -> Decision | None:
    """A mail that we sent comes back, by a redirect or a copy to ourselves. Our id on somebody else's mail proves nothing."""
    if known.ours and mail.sender is not None and mail.sender.address in known.own:
        return Ignore("it is a reply of this desk that came back")
    return None


def copy(_mail: Mail, known: Known, _at: datetime) -> Decision | None:
    """A mail to two of our mailboxes, or one that a server delivered twice, is one message."""
    if known.copy is None:
        return None
    where = f"#{known.copy.ticket}" if known.copy.ticket is not None else f"mail {known.copy.mail_id}"
    return Ignore(f"Message-ID, date, sender, subject and text are those of a mail that is in {where}", known.copy)


def sent(mail: Mail, known: Known, at: datetime) -> Decision | None:
    """In an archive, what one of us wrote to a customer is our answer in the ticket that it names, or began a conversation with them."""
    customer = _written_to(mail, known) if known.archived else None
    if customer is None:
        return None
    joined = next((one for one in known.candidates if not _is_over(one, known, at)), None)
    if joined is not None:
        reason = f"{joined.by} {_MEANS[joined.named]} #{joined.ticket}"
        return FollowUp(reason, joined.ticket, clock=False, remark=_remarks(mail, known, None), sent=True)
    return NewTicket("we wrote first", customer, clock=False, remark=_remarks(mail, known, None), sent=True)


def thread(mail: Mail, known: Known, at: datetime) -> Decision | None:
    """The first ticket that the mail names, that is not closed, and that its author may join: everybody by what we signed, else who is known
    there."""
    author = _author(mail, known) or mail.sender
    open_ones = (one for one in known.candidates if author is not None and _may_join(author, one, known) and not _is_over(one, known, at))
    joined = next(open_ones, None)
    if author is None or joined is None:
        return None
    remark = None if _is_known(author, joined, known) else f"new participant: {author}"
    customer = author.address == joined.customer or author.address not in known.agents | known.own
    clock = mail.kind is MailKind.MAIL and customer and joined.status is not Status.SPAM
    return FollowUp(f"{joined.by} {_MEANS[joined.named]} #{joined.ticket}", joined.ticket, clock, _remarks(mail, known, remark))


def nobody(mail: Mail, known: Known, _at: datetime) -> Decision | None:
    """A mail from nobody, or from ourselves for nobody, has no customer."""
    if _author(mail, known) is not None:
        return None
    if mail.sender is None or not mail.sender.address:
        return Hold("it names no sender")
    return Hold(f"it comes from {mail.sender.address}, our own address, and names nobody to answer")


def follow_up(mail: Mail, known: Known, at: datetime) -> Decision | None:
    """An answer in a ticket that is closed opens a new one beside it; so does a mail that names a ticket in which its author is a stranger."""
    author = _author(mail, known)
    links = (_link(author, one, known, over=_is_over(one, known, at)) for one in known.candidates if author is not None)
    link = next((link for link in links if link is not None), None)
    if author is None or link is None:
        return None
    remark = link.reason if link.kind == "claims" else None
    return NewTicket(link.reason, author, mail.kind is MailKind.MAIL, _remarks(mail, known, remark), link)


def new_ticket(mail: Mail, known: Known, _at: datetime) -> Decision | None:
    """Everything else is something new."""
    author = _author(mail, known)
    return NewTicket("it names no ticket of ours", author, mail.kind is MailKind.MAIL, _remarks(mail, known, None)) if author else None


Rule = Callable[[Mail, Known, datetime], Decision | None]

RULES: tuple[tuple[str, Rule], ...] = (
    ("unreadable", unreadable),
    ("own mail", own_mail),
    ("copy", copy),
    ("sent", sent),
    ("thread", thread),
    ("nobody", nobody),
    ("follow-up", follow_up),
    ("new ticket", new_ticket),
)

_MEANS = {
    Named.SIGNED: "is an id that we signed for",
    Named.STORED: "is a mail in",
    Named.RELATED: "is answered in",
    Named.NUMBER: "is the number of",
}


def _author(mail: Mail, known: Known) -> Address | None:
    """The person who wrote: the sender, or where that is one of our own mailboxes (a contact form), the first in Reply-To who is not."""
    people = (mail.sender, *mail.reply_to) if mail.sender is not None else mail.reply_to
    return next((one for one in people if one.address and one.address not in known.own), None)


def _written_to(mail: Mail, known: Known) -> Address | None:
    """The first recipient who is none of us, of a mail that one of us wrote. A colleague who is no agent may be a customer of the desk: they count as
    one of us only where they wrote to somebody outside."""
    author = mail.sender.address if mail.sender is not None else ""
    others = [one for one in (*mail.to, *mail.cc) if one.address and one.address not in known.agents | known.own]
    if author in known.agents | known.own:
        return others[0] if others else None
    outside = mail.to[:1] == tuple(others[:1]) and others and not known.colleague(others[0].address)
    return others[0] if author and known.colleague(author) and outside else None


def _is_over(candidate: Candidate, known: Known, at: datetime) -> bool:
    """Whether a ticket takes no more mail. An old conversation is kept whole, however long its pauses were."""
    return candidate.status is Status.DELETED if known.archived else candidate.closed(at, known.close_after)


def _may_join(author: Address, candidate: Candidate, known: Known) -> bool:
    return candidate.named is Named.SIGNED or _is_known(author, candidate, known)


def _is_known(author: Address, candidate: Candidate, known: Known) -> bool:
    return author.address in candidate.people or known.colleague(author.address)


def _link(author: Address, candidate: Candidate, known: Known, *, over: bool) -> Claim | None:
    if _may_join(author, candidate, known):
        ticket = candidate.ticket
        return Claim(ticket, "follow-up", f"it is an answer in #{ticket}, which {_closed(candidate, known)}") if over else None
    if candidate.named is Named.RELATED:
        return None
    reason = f"{candidate.by} {_MEANS[candidate.named]} #{candidate.ticket}, where {author.address} is not known"
    return Claim(candidate.ticket, "claims", reason)


def _closed(candidate: Candidate, known: Known) -> str:
    """Why a ticket takes no more mail; of one that closed by itself also when that was."""
    if candidate.status is not Status.SOLVED or known.close_after is None:
        return "is deleted" if candidate.status is Status.DELETED else "is closed"
    days = known.close_after.days
    return f"closed {days} day{'' if days == 1 else 's'} after it was solved"


def _remarks(mail: Mail, known: Known, remark: str | None) -> str | None:
    """What an agent should know of this mail, in one line."""
    ours = f"carries the Message-ID of a reply of ours ({mail.message_id})" if known.ours else None
    doubled = f"another mail with this Message-ID is in {', '.join(f'#{ticket}' for ticket in known.same_id)}" if known.same_id else None
    return "; ".join(filter(None, (remark, ours, doubled))) or None
