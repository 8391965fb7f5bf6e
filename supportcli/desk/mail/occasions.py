"""What decides whether a mail is answered automatically, as intake knows it."""

from supportcli.channels.channel import FolderRole
from supportcli.channels.compose.addresses import can_be_sent
from supportcli.channels.headers import out_of_office
from supportcli.channels.headers.loops import loop_sign
from supportcli.desk.mail.batch import Batch, Received, named_ids
from supportcli.desk.replies.automatic import Arrival
from supportcli.domain.authors import author_of, kind_of
from supportcli.domain.intake import thread_ids
from supportcli.domain.intake.decisions import (
    BounceReport,
    Decision,
    FollowUp,
    Hold,
    OpenTicket,
)
from supportcli.domain.replies.automatic import Became, Occasion
from supportcli.domain.text.subjects import behind_reply_marks
from supportcli.domain.tickets.ticket import Status


def arrived(batch: Batch, received: Received, decision: Decision, ticket: int | None) -> None:
    """Remember a mail for the end of the transaction, if its mailbox answers automatically. Mail
    from before the desk's time comes in silently."""
    kept = received.kept
    if not batch.us.automatic.get(received.mailbox_id) or kept.historic or kept.filed is not None:
        return
    occasion = _occasion(batch, received, decision, ticket)
    batch.arrivals.append(Arrival(kept.id, received.mailbox_id, ticket, occasion))


def _occasion(batch: Batch, received: Received, decision: Decision, ticket: int | None) -> Occasion:
    mail, us = received.mail, batch.us
    became = _became(decision)
    if became not in {Became.OPENED, Became.CONTINUED}:  # perhaps nothing else can be read of it
        return Occasion(
            mail=mail, became=became, received_at=received.kept.received_at, now=batch.now
        )
    author = author_of(mail, us)
    subjects = batch.around.subjects([ticket]) if mail.answered_subject and ticket else ()
    circle = batch.around.circle(ticket) if ticket is not None else None
    nearest = next(iter(named_ids(mail)), "")
    doubted = isinstance(decision, OpenTicket | FollowUp) and decision.unverified
    newcomer = isinstance(decision, FollowUp) and decision.newcomer
    return Occasion(
        mail=mail,
        author=author,
        kind=kind_of(mail, us, subjects),
        became=became,
        received_at=received.kept.received_at,
        now=batch.now,
        sign=loop_sign(received.kept.raw) or _said_in(mail.subject),
        answers_automatic=(
            thread_ids.is_automatic(nearest) or thread_ids.answers_automatic(mail.subject)
        ),
        by_agent=bool(received.gesture),
        is_junk=received.kept.role == FolderRole.JUNK,
        in_spam=circle is not None and circle.status is Status.SPAM,
        is_unsure=doubted or newcomer,
        is_passed_on=author is not None and author == mail.forwarded,
        verdict=us.verdict(received.mailbox_id, mail),
        is_unvouched=us.is_unvouched(received.mailbox_id, mail),
        is_unreachable=author is not None and not can_be_sent(author.written),
    )


_OF_PROGRAMS = (
    out_of_office.says_absence,
    out_of_office.is_of_receipt,
    out_of_office.is_of_vacation,
    out_of_office.is_of_spam,
)


def _said_in(subject: str) -> str:
    """The subject, if programs that answer, or filters, write such ones, or it answers one that
    they do; people write such subjects too, but seldom."""
    answered = behind_reply_marks(out_of_office.plain(subject))
    said = any(is_so(one) for is_so in _OF_PROGRAMS for one in (subject, answered))
    return f"Subject: {subject}" if said else ""


def _became(decision: Decision) -> Became:
    match decision:
        case OpenTicket(sent=False):
            return Became.OPENED
        case FollowUp(sent=False):
            return Became.CONTINUED
        case BounceReport():
            return Became.REPORT
        case Hold():
            return Became.HELD
        case _:
            return Became.ASIDE
