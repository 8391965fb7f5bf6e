"""What happens to a mail: named rules in one ordered table; the first that returns a decision wins.

Pure: `desk.mail.intake` looks up what is known, and writes the decision with the rule's name and
its reason (`mail why`)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from supportcli.domain.authors import Writer, author_of, kind_of, writer_of
from supportcli.domain.impostors import doubts_about
from supportcli.domain.intake import bounces
from supportcli.domain.intake.decisions import (
    BounceReport,
    Candidate,
    Claim,
    Decision,
    FollowUp,
    Hold,
    Ignore,
    Joined,
    Known,
    OpenTicket,
)
from supportcli.domain.intake.duplicates import is_returned
from supportcli.domain.intake.joining import FORGED, LINKS, Admission, Named, Party, admitted
from supportcli.domain.intake.ledger import BLOCKED, JUNK, STRAY_BOUNCE
from supportcli.domain.mail import Address, Bounce, Mail, MailKind
from supportcli.domain.mail_domains import comparable
from supportcli.domain.sender_authentication import AuthenticationVerdict
from supportcli.domain.senders import Block
from supportcli.domain.tickets.ticket import Status

_BROUGHT = "an import added it to a ticket that was already in use here"
_STRAY = "a mail server reports on an email that this desk did not send"
_UNNAMED = "a mail server reports on an email, and does not say which"
_SERVERS_WORDS = "a mail server wrote it, and it names no email of this desk"


def decide(mail: Mail, known: Known, at: datetime) -> tuple[str, Decision]:
    """The name of the deciding rule, and its decision on `mail`, which our server took `at` this
    moment."""
    judged, why = _judged(mail, known)
    name, decision = next(
        (name, decision)
        for name, rule in RULES
        if (decision := rule(judged, known, at)) is not None
    )
    if isinstance(decision, Joined) and why:
        decision = replace(decision, reason=f"{decision.reason}; {why}")
    return name, decision


def _judged(mail: Mail, known: Known) -> tuple[Mail, str]:
    """A mail with what the team says about its author instead of our own verdict, and who says so.
    A mail server's report stays one."""
    kind = kind_of(mail, known, known.subjects)
    why = "an automatic answer, which moves no clock" if kind is MailKind.AUTO_REPLY else ""
    if kind is mail.kind:
        return mail, why
    author = author_of(mail, known) or mail.sender
    rule = known.senders.judged(author.address) if author is not None else None
    if rule is not None:
        why = f"{rule.by} said that {rule.who} is a {rule.judged}"
    return replace(mail, kind=kind), why


def unreadable(mail: Mail, _known: Known, _at: datetime) -> Decision | None:
    """A mail that cannot be understood waits for a person."""
    return Hold(mail.held) if mail.held else None


def own_mail(mail: Mail, known: Known, _at: datetime) -> Decision | None:
    """A mail of ours comes back by a redirect, a group, a list or a copy to ourselves, perhaps with
    a footer.

    Its From is ours, or an outside list has put itself there and kept our id. Our id on another
    text proves nothing: that text would be lost."""
    authors = [one.address for one in (*mail.reply_to, *mail.original_from) if one.address]
    sender = mail.sender.address if mail.sender is not None else ""
    names_us = known.colleague(sender) or any(map(known.mine, authors))
    names_others = not all(map(known.colleague, authors))
    if known.in_sent and known.doubles_ours(mail):
        return Ignore("it is the copy of a reply of this desk among sent mail")
    if known.came_back:
        return Ignore("it is a reply of this desk that came back")
    if (known.doubles_ours(mail) or (names_us and not names_others)) and any(
        is_returned(mail, reply) for reply in known.ours
    ):
        return Ignore("it is a reply of this desk that came back")
    return None


def copy(_mail: Mail, known: Known, _at: datetime) -> Decision | None:
    """A mail to two of our mailboxes, or one delivered twice, is one message."""
    if known.copy is None:
        return None
    where = (
        f"an email that is in #{known.copy.ticket}"
        if known.copy.ticket is not None
        else f"mail {known.copy.mail_id}"
    )
    return Ignore(
        f"Message-ID, date, sender, subject and text are those of {where}",
        known.copy,
    )


def bounce(mail: Mail, known: Known, _at: datetime) -> Decision | None:
    """A mail server's report belongs to the mail that it is about.

    A delayed mail is still on its way, so nobody is marked. A report about a mail that we never
    sent is held: a forger used our address. If a person may have written it, it counts only if it
    names somebody we wrote to."""
    if mail.bounce is None:
        return None
    about = known.returned
    if about is None:
        return Hold(_STRAY if _names_a_mail(mail, mail.bounce) else _UNNAMED)
    ours = bounces.recipients_of(mail.bounce, about.reply)
    if not ours and not mail.bounce.certain:
        return None
    what = "our reply" if about.reply is not None else "an email"
    return BounceReport(
        f"{about.by} is {what} in #{about.ticket}",
        about.ticket,
        bounces.remark(mail.bounce, about.reply, ours),
        about.reply.id if about.reply is not None else None,
        tuple(one for one in ours if not one.delayed),
        unverified=not about.proven,
    )


def _names_a_mail(report: Mail, bounce: Bounce) -> bool:
    """Whether a report says which mail it is about. A number in its subject does not: anybody can
    count to it."""
    return bool(
        bounce.message_id
        or bounce.boundary
        or bounce.related
        or bounce.named
        or report.in_reply_to
        or report.references
    )


def sent(mail: Mail, known: Known, at: datetime) -> Decision | None:
    """In an archive, what one of us wrote to a customer is our answer in the ticket it names, or
    begins a conversation with them."""
    customer = _written_to(mail, known) if known.archived else None
    if customer is None:
        return None
    joined = next(
        (candidate for candidate in known.candidates if not _is_over(candidate, known, at)), None
    )
    if joined is not None:
        reason = f"{joined.by} {_MEANS[joined.named]} #{joined.ticket}"
        doubt = _BROUGHT if joined.lived else ""
        return FollowUp(
            reason, joined.ticket, clock=False, remark=_remarks(mail, known), sent=True, doubt=doubt
        )
    return OpenTicket(
        "we wrote first", customer, clock=False, remark=_remarks(mail, known), sent=True
    )


def sent_elsewhere(mail: Mail, known: Known, _at: datetime) -> Decision | None:
    """What one of us wrote in another mail program is our answer in the ticket that it names.

    Who can put mail into the folder of sent mail has the mailbox's password: nothing is doubted."""
    if not known.in_sent:
        return None
    joined = next(
        (
            candidate
            for candidate in known.candidates
            if candidate.status is not Status.DELETED and candidate.named is not Named.ELSEWHERE
        ),
        None,
    )
    if joined is None:
        sender = mail.sender
        if sender is not None and not known.colleague(sender.address):
            who = sender.address or "nobody"
            return Ignore(f"it is among sent mail, although it is from {who}, who is none of us")
        return Ignore("it was sent from another mail program and answers no ticket")
    reason = f"sent from another mail program: {joined.by} {_MEANS[joined.named]} #{joined.ticket}"
    return FollowUp(reason, joined.ticket, clock=False, sent=True)


def relay(mail: Mail, known: Known, _at: datetime) -> Decision | None:
    """What a relay posted for nobody has no author that a rule could look at."""
    sender = mail.sender
    if sender is None or not known.relays_for_others(sender.address):
        return None
    return (
        Hold(f"{sender.address} posts for other people, and this email names nobody to answer")
        if author_of(mail, known) is None
        else None
    )


def blocked(mail: Mail, known: Known, _at: datetime) -> Decision | None:
    """Mail of a blocked sender is kept, and bothers nobody. Nobody can block the team."""
    if known.archived:
        return None
    people = (one for one in (author_of(mail, known), mail.sender) if one is not None)
    rules = (known.senders.blocked(one.address) for one in people if not known.is_team(one.address))
    rule = next((one for one in rules if one is not None), None)
    if rule is None:
        return None
    return Hold(f"{rule.by} blocked {rule.who}", away=rule.blocked is Block.DISCARD)


def flood(mail: Mail, known: Known, _at: datetime) -> Decision | None:
    """Who opens many tickets in an hour is a program that runs wild or an attacker: further ones
    wait for a person."""
    if known.archived or known.most_opened is None or known.opened_lately < known.most_opened:
        return None
    author = author_of(mail, known)
    is_ours = author is not None and known.is_team(author.address)
    if author is None or (is_ours and known.verdict is AuthenticationVerdict.PASS):
        return None
    unproven = ", and nothing proves that it is yours" if is_ours else ""
    count = known.opened_lately
    return Hold(f"{author.address} opened {count} tickets within an hour{unproven}")


def thread(mail: Mail, known: Known, at: datetime) -> Decision | None:
    """The first open ticket that the mail names and its author may join
    (`domain.intake.joining`)."""
    writer = writer_of(mail, known, known.verdict) if known.candidates else None
    if writer is None:
        return None
    found = [
        way
        for candidate in known.candidates
        if (way := _way(writer, candidate, known, at)) is not None
    ]
    if not found:
        return None
    author = writer.person
    first = min(
        (way for way in found if _rivals(way[0], found[0][0])), key=lambda way: _lacks(way, author)
    )
    ways = [way for way in found if way[0].ticket == first[0].ticket]
    joined, admission = min(
        ways, key=lambda way: (bool(way[1].doubt), way[1].newcomer)
    )  # the best of its proofs counts
    customer = (
        author.address == joined.customer
        or not known.is_team(author.address)
        or writer.disowned  # a stranger who calls themselves an agent
    )
    return FollowUp(
        _reason(joined, known),
        joined.ticket,
        author,
        clock=mail.kind is MailKind.MAIL and customer and joined.status is not Status.SPAM,
        remark=_remarks(mail, known, writer, newcomer=admission.newcomer),
        doubt=(doubt := _doubt(admission, joined, known)),
        newcomer=admission.newcomer,
        outdone=()
        if doubt
        else tuple(twin for twin in known.twins if twin.alone and twin.ticket == joined.ticket),
    )


def _reason(joined: Candidate, known: Known) -> str:
    """Why a mail belongs to a ticket."""
    if joined.before is not None:
        over = (
            "belongs to another mailbox"
            if joined.before.named is Named.ELSEWHERE
            else _closed(joined.before, known)
        )
        return (
            f"it is an answer in #{joined.before.ticket}, which {over} and goes on in "
            f"#{joined.ticket}"
        )
    return _names(joined)


def _names(candidate: Candidate) -> str:
    """By what a mail names a ticket, and where the messages of that are if they were moved."""
    means = f"{candidate.by} {_MEANS[candidate.named]}"
    if candidate.was is None:
        return f"{means} #{candidate.ticket}"
    return f"{means} #{candidate.was} (now in #{candidate.ticket})"


_Way = tuple[Candidate, Admission]
"""A ticket that a mail may join, and on what terms."""


def _way(writer: Writer, one: Candidate, known: Known, at: datetime) -> _Way | None:
    """How a mail may join a ticket; None if it may not."""
    if _is_over(one, known, at) or one.named is Named.ELSEWHERE or _is_swallowed(writer, one):
        return None
    admission = (
        _admitted(writer, one, known)
        if one.before is None
        else _inherited(writer, one, one.before, known, at)
    )
    return (one, admission) if not admission.refused else None


def _inherited(
    writer: Writer, one: Candidate, before: Candidate, known: Known, at: datetime
) -> Admission:
    """How a mail that names a closed ticket joins its follow-up: on the terms of the closed one, or
    on the follow-up's own terms if its author is known there.

    By a number it joins only if its author is known in both. Somebody answered since then is no
    longer new."""
    if not (_is_over(before, known, at) or before.named is Named.ELSEWHERE):
        return Admission(refused="because it is neither closed nor deleted")
    there, here = (
        _admitted(writer, before, known),
        _admitted(writer, replace(one, named=before.named), known),
    )
    if before.named is Named.NUMBER:
        return Admission(there.refused or here.refused, there.doubt or here.doubt, here.newcomer)
    if there.refused:
        return here
    address = comparable(writer.person.address)
    answered = address in {comparable(person) for person in one.people} - {
        comparable(person) for person in one.newcomers
    }
    return there._replace(newcomer=there.newcomer and not answered)


def _is_swallowed(writer: Writer, one: Candidate) -> bool:
    """Whether a mail would be lost in a spam ticket.

    The author of that spam may continue in it, and so may those with an id that we signed. Others
    named an id that the spammer may have chosen so that their mail is overlooked. A closed ticket
    never continues in spam."""
    if one.status is not Status.SPAM or one.named is Named.SIGNED:
        return False
    if one.named is Named.FOLLOWED:
        return True
    return comparable(writer.person.address) != comparable(one.customer) or one.named in {
        Named.DOUBLE,
        Named.COVERED,
    }


def _rivals(one: Candidate, other: Candidate) -> bool:
    """Whether two tickets are named by one id, that of a mail (whoever knows it may have sent
    another mail with it), or both continue one ticket."""
    kinds = {Named.FOLLOWED} if one.named is Named.FOLLOWED else {Named.STORED, Named.NEWCOMER}
    return one == other or (one.by == other.by and {one.named, other.named} <= kinds)


def _lacks(way: _Way, author: Address) -> tuple[bool, ...]:
    """What speaks against a ticket if several have a mail with the id, weightiest first.

    The author is doubted or new there, it is spam, its mail with this id is not the author's, the
    ticket is not the author's, no reply of ours has left in it."""
    one, admission = way
    wrote = comparable(author.address)
    return (
        bool(admission.doubt),
        admission.newcomer,
        one.status is Status.SPAM,
        comparable(one.author) != wrote,
        comparable(one.customer) != wrote,
        not one.answered,
    )


def _doubt(admission: Admission, joined: Candidate, known: Known) -> str:
    """Why a mail that joins is unverified.

    What a team brings along in its own archive is not doubted in a ticket made only of that
    archive. In a ticket that has lived here it is: anybody who could write to the archive may have
    put it there."""
    if not known.archived:
        return admission.doubt
    return (admission.doubt or _BROUGHT) if joined.lived else ""


def junk(_mail: Mail, known: Known, _at: datetime) -> Decision | None:
    """What the provider takes for junk waits, unless it belongs to a ticket or a customer of the
    desk wrote it."""
    if known.in_junk and not known.is_customer:
        return Hold("the provider has put it into its junk folder")
    return None


def stray_bounce(mail: Mail, _known: Known, _at: datetime) -> Decision | None:
    """A mail server's notice in a form of its own that names nothing here opens no ticket: nobody
    would read the answer."""
    local = mail.sender.address.partition("@")[0] if mail.sender is not None else ""
    is_server = local == "mailer-daemon" or (
        local == "postmaster" and mail.kind is not MailKind.MAIL
    )
    return Hold(_SERVERS_WORDS) if is_server else None


def nobody(mail: Mail, known: Known, _at: datetime) -> Decision | None:
    """A mail from nobody, or from ourselves for nobody, has no customer."""
    if author_of(mail, known) is not None:
        return None
    if mail.sender is None or not mail.sender.address:
        return Hold("it names no sender")
    return Hold(f"it comes from {mail.sender.address}, our own address, and names nobody to answer")


def follow_up(mail: Mail, known: Known, at: datetime) -> Decision | None:
    """An answer in a closed ticket opens a new one linked to it; so does a mail that names a ticket
    its author may not join."""
    writer = writer_of(mail, known, known.verdict) if known.candidates else None
    if writer is None:
        return None
    links = (
        _link(writer, candidate, known, over=_is_over(candidate, known, at))
        for candidate in known.candidates
    )
    found = next((link for link in links if link is not None), None)
    return _opened(mail, known, *found) if found is not None else None


def new_ticket(mail: Mail, known: Known, _at: datetime) -> Decision | None:
    """Everything else is something new."""
    return _opened(mail, known)


def _opened(
    mail: Mail,
    known: Known,
    link: Claim | None = None,
    admission: Admission = Admission(),  # noqa: B008 - frozen
) -> OpenTicket | None:
    """A new ticket. Doubts about an answer in a closed ticket stay in the one that follows it."""
    writer, customer = writer_of(mail, known, known.verdict), author_of(mail, known)
    if writer is None or customer is None:
        return None
    is_forged = writer.verdict is AuthenticationVerdict.FAIL and (
        writer.disowned or not known.archived
    )
    claimed = link.reason if link is not None and link.kind == "claims" else None
    return OpenTicket(
        link.reason if link is not None else "it names no ticket of ours",
        customer,
        link,
        clock=mail.kind is MailKind.MAIL,
        remark=_remarks(mail, known, writer, claimed, newcomer=admission.newcomer),
        doubt=FORGED if is_forged else admission.doubt,
        newcomer=admission.newcomer,
    )


Rule = Callable[[Mail, Known, datetime], Decision | None]

RULES: tuple[tuple[str, Rule], ...] = (
    ("unreadable", unreadable),
    ("own mail", own_mail),
    ("copy", copy),
    ("bounce", bounce),
    ("sent", sent),
    ("sent elsewhere", sent_elsewhere),
    ("relay", relay),
    (BLOCKED, blocked),
    ("thread", thread),
    (JUNK, junk),
    (STRAY_BOUNCE, stray_bounce),
    ("nobody", nobody),
    ("flood", flood),
    ("follow-up", follow_up),
    ("new ticket", new_ticket),
)

_MEANS = {
    Named.SIGNED: "is an id that we signed for",
    Named.STORED: "is an email in",
    Named.ELSEWHERE: "is an email in",
    Named.NEWCOMER: "is a new participant's email in",
    Named.DOUBLE: "is the Message-ID of an email in",
    Named.COVERED: "is the Message-ID of an email in",
    Named.FOLLOWED: "is answered in",
    Named.RELATED: "is answered in",
    Named.NUMBER: "is the number of",
}


def _written_to(mail: Mail, known: Known) -> Address | None:
    """The first recipient outside the team, of a mail that one of us wrote. A colleague who is no
    agent may be a customer of the desk: they count as one of us only if they wrote to somebody
    outside."""
    author = mail.sender.address if mail.sender is not None else ""
    others = [one for one in (*mail.to, *mail.cc) if one.address and not known.is_team(one.address)]
    if known.is_team(author):
        return others[0] if others else None
    outside = mail.to[:1] == tuple(others[:1]) and others and not known.colleague(others[0].address)
    return others[0] if author and known.colleague(author) and outside else None


def _is_over(candidate: Candidate, known: Known, at: datetime) -> bool:
    """Whether a ticket takes no further mail. An old conversation stays one ticket, however long
    its pauses were."""
    return (
        candidate.status is Status.DELETED
        if known.archived
        else candidate.closed(at, known.close_after)
    )


def _admitted(writer: Writer, candidate: Candidate, known: Known) -> Admission:
    """Whether the writer may join."""
    return admitted(
        candidate.named,
        writer,
        Party(candidate.customer, candidate.people, candidate.newcomers, candidate.authors),
        known,
    )


def _link(
    writer: Writer, candidate: Candidate, known: Known, *, over: bool
) -> tuple[Claim, Admission] | None:
    """How a new ticket is linked to one that the mail names, and on what terms its author would
    have joined that one."""
    if candidate.before is not None:
        return None
    admission, ticket = _admitted(writer, candidate, known), candidate.ticket
    means = _names(candidate)
    if not over and _is_swallowed(writer, candidate):
        return Claim(ticket, "claims", f"{means}, which is spam"), Admission()
    if admission.refused:
        return (
            (Claim(ticket, "claims", f"{means}, {admission.refused}"), Admission())
            if candidate.named in LINKS
            else None
        )
    if over:
        return Claim(
            ticket, "follow-up", f"it is an answer in #{ticket}, which {_closed(candidate, known)}"
        ), admission
    return (
        (Claim(ticket, "follow-up", f"{means}, which belongs to another mailbox"), admission)
        if candidate.named is Named.ELSEWHERE
        else None
    )


def _closed(candidate: Candidate, known: Known) -> str:
    """Why a ticket takes no further mail, and when it closed if it did so by itself."""
    if candidate.status is not Status.SOLVED or known.close_after is None:
        return "is deleted" if candidate.status is Status.DELETED else "is closed"
    days = known.close_after.days
    return f"closed {days} day{'' if days == 1 else 's'} after it was solved"


def _remarks(
    mail: Mail,
    known: Known,
    writer: Writer | None = None,
    remark: str | None = None,
    *,
    newcomer: bool = False,
) -> str | None:
    """What an agent should know about this mail, on one line."""
    new = f"new participant: {writer.person}" if writer is not None and newcomer else None
    verb = "forwarded" if writer is not None and writer.person == mail.forwarded else "posted"
    posted = (
        f"{verb} by {writer.posted_by}"
        if writer is not None and writer.posted_by is not None
        else None
    )
    forged = FORGED if writer is not None and writer.verdict is AuthenticationVerdict.FAIL else None
    ours = (
        f"carries the Message-ID of a reply of ours ({mail.message_id})"
        if known.doubles_ours(mail)
        else None
    )
    doubled = (
        (
            "another email with this Message-ID is in "
            f"{', '.join(f'#{ticket}' for ticket in known.same_id)}"
        )
        if known.same_id
        else None
    )
    odd = () if writer is None or known.archived else doubts_about(writer.person, known)
    return "; ".join(filter(None, (remark, new, posted, forged, *odd, ours, doubled))) or None
