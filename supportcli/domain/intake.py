"""What becomes of a mail: rules with names in one ordered table; the first that has an answer decides.

Pure: `desk.intake` looks up what is known, and writes what is decided, with the rule's name and its reason (`mail why`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from supportcli.domain import bounces
from supportcli.domain.authentication import Verdict
from supportcli.domain.authors import Us, Writer, author_of, writer_of
from supportcli.domain.bounces import Returned
from supportcli.domain.copies import same_words
from supportcli.domain.joining import Admission, Named, admitted
from supportcli.domain.mail import Address, BounceRecipient, Mail, MailKind
from supportcli.domain.ticket import Status, status_at

CLOSED_AFTER = timedelta(days=28)
"""How long after solving a ticket an answer still opens it again, unless the desk says otherwise; later ones become a follow-up."""


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
class Known(Us):
    """What is known around a mail, and who we are. `candidates` stand in the order in which they count (design: mail, Thread). `verdict` is what our
    own mail server says of its From. `ours` are the replies of this desk whose ids it bears. `same_id` are tickets with another mail of this
    Message-ID. `archived`: the mail comes from a file, out of a time that is over; then `agents` has those who left as well. `returned` is what a
    mail server's report is about. `close_after`: how long after it was solved a ticket closes (None: never)."""

    candidates: tuple[Candidate, ...] = ()
    copy: Copy | None = None
    verdict: Verdict = Verdict.NONE
    ours: tuple[Mail, ...] = ()
    same_id: tuple[int, ...] = ()
    archived: bool = False
    returned: Returned | None = None
    close_after: timedelta | None = CLOSED_AFTER

    def doubles_ours(self, mail: Mail) -> bool:
        """Whether a mail bears the Message-ID of a reply of ours."""
        return mail.message_id is not None and any(one.message_id == mail.message_id for one in self.ours)


@dataclass(frozen=True, slots=True)
class Claim:
    """Another ticket that a new one is linked to. `kind` is follow-up (it is closed) or claims (the mail names it, its sender is unknown there)."""

    ticket: int
    kind: str
    reason: str


@dataclass(frozen=True, slots=True)
class NewTicket:
    """The mail opens a ticket of `customer`. `remark` is for the agent; `clock`: somebody waits for an answer; `sent`: one of us wrote it;
    `unverified`: its From is ours, and forged."""

    reason: str
    customer: Address
    clock: bool
    remark: str | None = None
    link: Claim | None = None
    sent: bool = False
    unverified: bool = False


@dataclass(frozen=True, slots=True)
class FollowUp:
    """The mail goes on in a ticket. `clock`: it reopens it, and somebody waits for an answer; `sent`: it is an answer of ours; `author` is who wrote
    it, where a machine of ours posted it; `unverified`: nothing proves that it is them."""

    reason: str
    ticket: int
    clock: bool
    remark: str | None = None
    sent: bool = False
    author: Address | None = None
    unverified: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """A mail server reports about a mail in a ticket: it stands there for the agents, moves nothing, and nobody joins by it. `reply` is the outbox's
    id of the mail where we sent it, `failed` those of its recipients whom it did not reach."""

    reason: str
    ticket: int
    remark: str
    reply: int | None = None
    failed: tuple[BounceRecipient, ...] = ()


@dataclass(frozen=True, slots=True)
class Hold:
    """A person has to look at the mail first."""

    reason: str


@dataclass(frozen=True, slots=True)
class Ignore:
    """Nothing becomes of the mail: it is ours, or a copy (`copy_of`) of one that is here."""

    reason: str
    copy_of: Copy | None = None


Decision = NewTicket | FollowUp | Report | Hold | Ignore


def decide(mail: Mail, known: Known, at: datetime) -> tuple[str, Decision]:
    """What becomes of `mail`, which our server took `at` this moment, and the name of the rule that says so."""
    return next((name, decision) for name, rule in RULES if (decision := rule(mail, known, at)) is not None)


def unreadable(mail: Mail, _known: Known, _at: datetime) -> Decision | None:
    """What cannot be understood waits for a person."""
    return Hold(mail.held) if mail.held else None


def own_mail(mail: Mail, known: Known, _at: datetime) -> Decision | None:
    """A mail that we sent comes back, by a redirect, a group or a copy to ourselves, perhaps with a footer. Our id on somebody else's mail, or below
    another text, proves nothing: that text would be lost."""
    named = [one for one in (mail.sender, *mail.reply_to, *mail.original_from) if one is not None]
    ours = any(known.mine(one.address) for one in named) or (mail.sender is not None and known.colleague(mail.sender.address))
    if ours and any(reply.text.strip() and same_words(mail.text, reply.text) for reply in known.ours):
        return Ignore("it is a reply of this desk that came back")
    return None


def copy(_mail: Mail, known: Known, _at: datetime) -> Decision | None:
    """A mail to two of our mailboxes, or one that a server delivered twice, is one message."""
    if known.copy is None:
        return None
    where = f"#{known.copy.ticket}" if known.copy.ticket is not None else f"mail {known.copy.mail_id}"
    return Ignore(f"Message-ID, date, sender, subject and text are those of a mail that is in {where}", known.copy)


def bounce(mail: Mail, known: Known, _at: datetime) -> Decision | None:
    """What a mail server reports belongs to the mail that it is about. A delayed mail is still under way: nobody is marked for it. Of a mail that we
    never sent a report is held: a forger put our address on it."""
    if mail.bounce is None:
        return None
    about = known.returned
    if about is None:
        return Hold("a mail server reports about a mail that this desk did not send")
    ours = bounces.recipients_of(mail.bounce, about.reply)
    what = "our reply" if about.reply is not None else "a mail"
    return Report(
        f"{about.by} is {what} in #{about.ticket}",
        about.ticket,
        bounces.remark(mail.bounce, about.reply, ours),
        about.reply.id if about.reply is not None else None,
        tuple(one for one in ours if not one.delayed),
    )


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
    """The first ticket that the mail names, that is not closed, and that its author may join (`domain.joining`)."""
    writer = writer_of(mail, known, known.verdict) if known.candidates else None
    if writer is None:
        return None
    open_ones = ((one, _admitted(writer, one, known)) for one in known.candidates if not _is_over(one, known, at))
    joined, admission = next(((one, admission) for one, admission in open_ones if not admission.refused), (None, Admission()))
    if joined is None:
        return None
    author = writer.person
    customer = author.address == joined.customer or not known.is_team(author.address)
    clock = mail.kind is MailKind.MAIL and customer and joined.status is not Status.SPAM
    reason = f"{joined.by} {_MEANS[joined.named]} #{joined.ticket}"
    return FollowUp(
        f"{reason}; unverified: {admission.doubt}" if admission.doubt else reason,
        joined.ticket,
        clock,
        _remarks(mail, known, f"new participant: {author}" if admission.newcomer else None, writer),
        author=author if writer.posted_by is not None else None,
        unverified=bool(admission.doubt),
    )


def nobody(mail: Mail, known: Known, _at: datetime) -> Decision | None:
    """A mail from nobody, or from ourselves for nobody, has no customer."""
    if author_of(mail, known) is not None:
        return None
    if mail.sender is None or not mail.sender.address:
        return Hold("it names no sender")
    return Hold(f"it comes from {mail.sender.address}, our own address, and names nobody to answer")


def follow_up(mail: Mail, known: Known, at: datetime) -> Decision | None:
    """An answer in a ticket that is closed opens a new one beside it; so does a mail that names a ticket which its author may not join."""
    writer = writer_of(mail, known, known.verdict) if known.candidates else None
    links = (_link(writer, one, known, over=_is_over(one, known, at)) for one in known.candidates if writer is not None)
    link = next((link for link in links if link is not None), None)
    return _opened(mail, known, link.reason, link) if link is not None else None


def new_ticket(mail: Mail, known: Known, _at: datetime) -> Decision | None:
    """Everything else is something new."""
    return _opened(mail, known, "it names no ticket of ours", None)


def _opened(mail: Mail, known: Known, reason: str, link: Claim | None) -> NewTicket | None:
    writer, customer = writer_of(mail, known, known.verdict), author_of(mail, known)
    if writer is None or customer is None:
        return None
    claimed = reason if link is not None and link.kind == "claims" else None
    return NewTicket(reason, customer, mail.kind is MailKind.MAIL, _remarks(mail, known, claimed, writer), link, unverified=writer.disowned)


Rule = Callable[[Mail, Known, datetime], Decision | None]

RULES: tuple[tuple[str, Rule], ...] = (
    ("unreadable", unreadable),
    ("own mail", own_mail),
    ("copy", copy),
    ("bounce", bounce),
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


def _written_to(mail: Mail, known: Known) -> Address | None:
    """The first recipient who is none of us, of a mail that one of us wrote. A colleague who is no agent may be a customer of the desk: they count as
    one of us only where they wrote to somebody outside."""
    author = mail.sender.address if mail.sender is not None else ""
    others = [one for one in (*mail.to, *mail.cc) if one.address and not known.is_team(one.address)]
    if known.is_team(author):
        return others[0] if others else None
    outside = mail.to[:1] == tuple(others[:1]) and others and not known.colleague(others[0].address)
    return others[0] if author and known.colleague(author) and outside else None


def _is_over(candidate: Candidate, known: Known, at: datetime) -> bool:
    """Whether a ticket takes no more mail. An old conversation is kept whole, however long its pauses were."""
    return candidate.status is Status.DELETED if known.archived else candidate.closed(at, known.close_after)


def _admitted(writer: Writer, candidate: Candidate, known: Known) -> Admission:
    """Whether the writer may join. What a team brings along in an archive of its own is not doubted; who is unknown there stays unknown."""
    found = admitted(candidate.named, writer, candidate.customer, candidate.people, known)
    return found._replace(doubt="") if known.archived else found


def _link(writer: Writer, candidate: Candidate, known: Known, *, over: bool) -> Claim | None:
    refused = _admitted(writer, candidate, known).refused
    if not refused:
        ticket = candidate.ticket
        return Claim(ticket, "follow-up", f"it is an answer in #{ticket}, which {_closed(candidate, known)}") if over else None
    if candidate.named is Named.RELATED:
        return None
    return Claim(candidate.ticket, "claims", f"{candidate.by} {_MEANS[candidate.named]} #{candidate.ticket}, {refused}")


def _closed(candidate: Candidate, known: Known) -> str:
    """Why a ticket takes no more mail; of one that closed by itself also when that was."""
    if candidate.status is not Status.SOLVED or known.close_after is None:
        return "is deleted" if candidate.status is Status.DELETED else "is closed"
    days = known.close_after.days
    return f"closed {days} day{'' if days == 1 else 's'} after it was solved"


def _remarks(mail: Mail, known: Known, remark: str | None, writer: Writer | None = None) -> str | None:
    """What an agent should know of this mail, in one line."""
    posted = f"posted by {writer.posted_by}" if writer is not None and writer.posted_by is not None else None
    forged = "our mail server says that its From, an address of ours, is forged" if writer is not None and writer.disowned else None
    ours = f"carries the Message-ID of a reply of ours ({mail.message_id})" if known.doubles_ours(mail) else None
    doubled = f"another mail with this Message-ID is in {', '.join(f'#{ticket}' for ticket in known.same_id)}" if known.same_id else None
    return "; ".join(filter(None, (remark, posted, forged, ours, doubled))) or None
