"""The reports of mail servers: which mail one is about, and what it changes: a note in that ticket,
a mark on the reply's recipients."""

from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import datetime

from sqlmodel import Session

from supportcli.desk.mail.batch import Received
from supportcli.desk.replies.delivering.steps import By, move, prove_sent
from supportcli.desk.team import Team
from supportcli.domain.intake import thread_ids
from supportcli.domain.intake.bounces import Returned
from supportcli.domain.intake.decisions import BounceReport
from supportcli.domain.mail import Bounce, Mail
from supportcli.domain.mail_domains import lowered
from supportcli.domain.replies import delivery
from supportcli.domain.tickets.ticket import Delivery
from supportcli.storage.mail.surroundings import Surroundings
from supportcli.storage.replies import outbox
from supportcli.storage.tickets import people, regrouping

_MOST_RELATED = 100
"""How many Message-IDs a report may name besides that of the mail itself."""


def about(tx: Session, around: Surroundings, us: Team, received: Received) -> Returned | None:
    """What a report is about: the mail with an id that we signed, else a mail that is stored here.
    None for any mail that is not a report, and for a report about mail that we never sent.

    What an import brings into a ticket that has lived here proves nothing."""
    mail = received.mail
    if mail.bounce is None:
        return None
    found = _signed(tx, around, us, mail, mail.bounce) or _stored(around, us, received, mail.bounce)
    circle = around.circle(found.ticket) if found is not None else None
    if found is None or circle is None or received.kept.filed is None:
        return found
    return replace(found, proven=found.proven and not circle.lived)


def _signed(
    tx: Session, around: Surroundings, us: Team, mail: Mail, bounce: Bounce
) -> Returned | None:
    for name in names(mail, bounce):
        signed = thread_ids.signed_in(us.key, name)
        if signed is not None and (found := _reply(tx, around, *signed)) is not None:
            return found
    return None


def _stored(around: Surroundings, us: Team, received: Received, bounce: Bounce) -> Returned | None:
    ids = related(received.mail, bounce)
    for name in ids:
        ticket = _now(around, thread_ids.ticket_of(us.key, name), name)
        if ticket is not None and around.circle(ticket) is not None:
            return Returned(ticket, name)
    wanted = [*([bounce.message_id] if bounce.message_id else []), *ids]
    stored = around.tickets_with(wanted)
    holders = (
        (name, one)
        for name in wanted
        for one in stored.get(name, ())
        if one.mailbox_id == received.mailbox_id
    )
    return next((Returned(one.ticket, name, proven=False) for name, one in holders), None)


def _now(around: Surroundings, ticket: int | None, name: str) -> int | None:
    """The ticket that the mail with an id of ours is in, if it was moved or merged since."""
    if ticket is None:
        return None
    return around.reply_in(name) or around.merged_into(ticket)


def names(mail: Mail, bounce: Bounce) -> Iterator[str]:
    """What may identify the mail that came back, best first: its Message-ID, its boundary, what the
    report answers, a plus-address of ours, an id of ours anywhere in its words."""
    yield bounce.message_id or ""
    yield bounce.boundary
    yield from mail.in_reply_to[:1]
    yield from (person.address for person in (*mail.to, *mail.cc))
    yield from mail.delivered_to
    yield from bounce.named


def related(mail: Mail, bounce: Bounce) -> tuple[str, ...]:
    """The ids of other mails in the conversation that the report is about, nearest first."""
    return tuple(dict.fromkeys((*mail.in_reply_to, *reversed(mail.references), *bounce.related)))[
        :_MOST_RELATED
    ]


def _reply(tx: Session, around: Surroundings, ticket: int, token: str) -> Returned | None:
    """The reply in a ticket whose Message-ID begins with `token`; only the ticket if the reply is
    gone, None if that is gone too."""
    for number in regrouping.reached(tx, ticket):
        for reply in outbox.of_ticket(tx, number):
            if reply.rfc_message_id.lower().startswith(f"<{token}@"):
                return Returned(number, reply.rfc_message_id, reply)
    ticket = around.merged_into(ticket)
    return Returned(ticket, f"<{token}>") if around.circle(ticket) is not None else None


def mark(tx: Session, report: BounceReport, by: By, at: datetime) -> Collection[str]:
    """Mark the recipients whom a reply did not reach; and the address itself, if the report, which
    came `at` this moment, proves that it never works. Returns these addresses in lower case."""
    reply = outbox.find(tx, report.reply) if report.reply is not None and report.failed else None
    if reply is not None and reply.state is Delivery.UNCERTAIN:
        prove_sent(tx, [reply.rfc_message_id], by.now)
        reply = outbox.find(tx, reply.id)
    if reply is None:
        return ()
    words = {lowered(one.address): one.words or f"status {one.status}" for one in report.failed}
    verdict = delivery.came_back(reply, words)
    if verdict.recipients != reply.recipients:
        outbox.set_recipients(tx, reply.id, verdict.recipients)
        move(tx, reply, verdict.state, by, answer=verdict.answer)
    dead = {lowered(one.address): one.words for one in report.failed if one.hard}
    people.mark_dead(tx, dead, at)
    return dead
