"""Automatic answers: decided at the end of the transaction that decides mails, written as a message
and a row of the outbox in it, and remembered with the reason, sent or not."""

import secrets
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlmodel import Session

from supportcli.channels.compose import outgoing as compose
from supportcli.channels.headers.loops import INSTANCE
from supportcli.desk.canned import filling
from supportcli.desk.replies import letterhead
from supportcli.desk.replies.sending import sending_mailbox
from supportcli.desk.states import state_of
from supportcli.desk.team import Team
from supportcli.domain.canned import languages, placeholders
from supportcli.domain.canned.placeholders import Values
from supportcli.domain.canned.responses import EVERYBODYS
from supportcli.domain.intake import thread_ids
from supportcli.domain.mail import Address, Mail
from supportcli.domain.mail_domains import lowered
from supportcli.domain.mailbox import AutomaticRule, Mailbox
from supportcli.domain.people import DESK, Agent
from supportcli.domain.replies import automatic
from supportcli.domain.replies.automatic import (
    A_DAY,
    AutomaticVerdict,
    Became,
    DecidedAnswer,
    EarlierAnswer,
    Occasion,
)
from supportcli.domain.replies.foreign_words import harmless_name, harmless_subject
from supportcli.domain.replies.signatures import SignedText
from supportcli.domain.sla.calendar import CalendarHistory
from supportcli.domain.tickets.news import AUTO_REPLIED
from supportcli.domain.tickets.ticket import AUTOMATIC, Delivery, Direction, TicketState
from supportcli.errors import SupportError
from supportcli.errors.canned import BlanksLeft, CannedElsewhere
from supportcli.errors.names import NotFound, Thing
from supportcli.storage import canned
from supportcli.storage.mail import circles
from supportcli.storage.replies import automatic as kept
from supportcli.storage.replies import outbox
from supportcli.storage.sla import calendars
from supportcli.storage.tickets import events, messages


@dataclass(frozen=True, slots=True)
class Arrival:
    """A mail of a mailbox with automatic answers that was decided in this transaction, and its
    ticket."""

    mail_id: int
    mailbox_id: int
    ticket: int | None
    occasion: Occasion


def answer_all(tx: Session, us: Team, arrivals: Sequence[Arrival], now: datetime) -> None:
    """Answer those of these mails that get an automatic answer, and write down why the others get
    none."""
    for mailbox_id in dict.fromkeys(one.mailbox_id for one in arrivals):
        mine = [one for one in arrivals if one.mailbox_id == mailbox_id]
        rules = us.automatic.get(mailbox_id, ())
        earlier, hours = _earlier(tx, mailbox_id, rules, mine, now), _calendars(tx, rules)
        decided = []
        for one in mine:
            at = one.occasion.received_at
            is_open = {it.name: it.at(at).calendar.is_open(at) for it in hours}
            is_known = _is_known(tx, one.occasion, earlier)
            occasion = replace(
                one.occasion, is_open=is_open, is_known=is_known, numbered=_numbered(tx, one)
            )
            told = automatic.verdict(rules, occasion, us, earlier)
            decided.append(_answered(tx, us, one, told))
            earlier += _as_earlier(decided[-1], one)
        kept.keep(tx, decided)


def _earlier(
    tx: Session,
    mailbox_id: int,
    rules: Sequence[AutomaticRule],
    arrivals: Sequence[Arrival],
    now: datetime,
) -> list[EarlierAnswer]:
    """The automatic answers that count against these mails."""
    far = max((rule.every for rule in rules), default=timedelta(0))
    people = (one.occasion.author for one in arrivals)
    domains = {_domain(who) for who in people if who is not None}
    return kept.sent(tx, mailbox_id, domains, now - max(A_DAY, far)) if domains else []


def _is_known(tx: Session, one: Occasion, earlier: Sequence[EarlierAnswer]) -> bool:
    """Whether the author of a mail wrote before today, if that counts."""
    if one.author is None or not automatic.took_turns(one, earlier):
        return True
    return kept.is_known(tx, one.author.address, one.now - A_DAY)


def _numbered(tx: Session, one: Arrival) -> int | None:
    """The ticket that the subject of a mail names and its author does not know, and whose number
    nobody has but who got an automatic answer."""
    told, author = one.occasion, one.occasion.author
    numbers = thread_ids.numbers_in(told.mail.subject) if told.became is Became.OPENED else ()
    if author is None or not numbers:
        return None
    left = {each.ticket for each in outbox.automatic(tx, numbers, (Delivery.SENT,))}
    strange = (
        number
        for number, facts in circles.facts(tx, left).items()
        if not facts.answered and lowered(author.written) not in facts.people | {facts.customer}
    )
    return next(strange, None)


def _domain(who: Address) -> str:
    return automatic.organisation(who.address)


def _as_earlier(told: DecidedAnswer, one: Arrival) -> Iterator[EarlierAnswer]:
    author = one.occasion.author
    if told.kind is not None and author is not None:
        yield EarlierAnswer(told.kind, told.at, told.counted, told.domain, author.written)


def _calendars(tx: Session, rules: Sequence[AutomaticRule]) -> list[CalendarHistory]:
    """The calendars that the rules name."""
    names = {rule.calendar for rule in rules if rule.calendar}
    return [one for one in calendars.calendars(tx) if one.name in names] if names else []


def _answered(tx: Session, us: Team, one: Arrival, told: AutomaticVerdict) -> DecidedAnswer:
    """What was decided about a mail, with the answer if there is one."""
    author, message, reason = one.occasion.author, None, told.reason
    if told.rule is not None and one.ticket is not None and author is not None:
        try:
            message = _sent(tx, us, one, told.rule, author)
        except SupportError as error:
            reason = f"the {told.rule.kind.value} could not be written: {error.sentence}"
    return DecidedAnswer(
        one.mail_id,
        one.mailbox_id,
        one.occasion.now,
        told.rule.kind if told.rule is not None and message is not None else None,
        reason,
        automatic.counted(author.address) if author is not None else "",
        _domain(author) if author is not None else "",
        message,
    )


def _sent(tx: Session, us: Team, one: Arrival, rule: AutomaticRule, author: Address) -> int:
    """Write an automatic answer into its ticket and the outbox; returns the message's id. Raises
    SupportError, before anything is written, if there is nothing to say."""
    letter = _letter(tx, one, rule)
    mail, now = _composed(tx, us, one, letter, author), one.occasion.now
    content = compose.compose(mail)
    number, mailbox = letter.state.number, letter.mailbox
    message = messages.add(tx, number, mailbox.id, _message(mail, letter.text, now))
    leaving = outbox.NewOutgoing(
        message_id=message,
        mailbox_id=mailbox.id,
        rfc_message_id=mail.message_id,
        sender="",
        recipients=(author.written,),
        content=content,
        not_before=now,
    )
    outbox.queue(tx, leaving, now)
    gesture = uuid.uuid4().hex
    event = events.NewEvent(now, DESK, gesture, AUTO_REPLIED, number, message_id=message)
    events.record(tx, event)
    return message


@dataclass(frozen=True, slots=True)
class _Letter:
    mailbox: Mailbox
    state: TicketState
    values: Values
    text: SignedText
    subject: str
    """Of the mail that is answered, as far as it may be repeated; else ""."""


def _letter(tx: Session, one: Arrival, rule: AutomaticRule) -> _Letter:
    """What a rule says in the ticket of a mail."""
    mailbox, state = sending_mailbox(tx, one.mailbox_id), state_of(tx, one.ticket or 0)
    subject = harmless_subject(state.subject) if _is_theirs(tx, one) else ""
    values = _values(tx, mailbox, state, subject)
    words = _text(tx, rule, mailbox, one.occasion.mail, values)
    return _Letter(mailbox, state, values, letterhead.below(words, "", mailbox, values), subject)


def _is_theirs(tx: Session, one: Arrival) -> bool:
    """Whether a subject may go back to the author of a mail: they wrote it, or an agent has
    answered them before. Any other may be an advertisement, and its author forged."""
    author = one.occasion.author
    return automatic.is_proven(one.occasion) or (
        author is not None and kept.was_answered(tx, author.address)
    )


def _values(tx: Session, mailbox: Mailbox, state: TicketState, subject: str) -> Values:
    """The values of a template. The mailbox speaks instead of an agent; a customer's name that
    advertises something is unknown, so that nobody can spread it with our help."""
    desk = Agent(0, mailbox.name or mailbox.address, mailbox.address)
    values = filling.values_of(tx, desk, state)
    customer, agent, ticket = (dict(values[kind]) for kind in ("customer", "agent", "ticket"))
    agent["first_name"] = agent["name"]
    customer["name"] = harmless_name(customer["name"])
    customer["first_name"] = placeholders.first_name(customer["name"])
    ticket["subject"] = subject
    return {**values, "customer": customer, "agent": agent, "ticket": ticket}


def _text(tx: Session, rule: AutomaticRule, mailbox: Mailbox, mail: Mail, values: Values) -> str:
    """The canned response of a rule in the customer's language. SupportError if it is gone or has a
    blank."""
    from supportcli.domain.canned import templates  # noqa: PLC0415  # Jinja takes a while to load

    found = canned.find(tx, rule.response, 0, EVERYBODYS)
    if found is None:
        raise NotFound(Thing.CANNED, rule.response)
    if found.canned.mailbox not in {"", mailbox.address}:
        raise CannedElsewhere(rule.response, found.canned.mailbox, int(values["ticket"]["number"]))
    body = found.canned.body_for(languages.language_of([mail.reply]))
    filled = templates.fill(body.text, values)
    if filled.missing:
        raise BlanksLeft(int(values["ticket"]["number"]), filled.missing)
    return filled.text


def _composed(
    tx: Session, us: Team, one: Arrival, letter: _Letter, author: Address
) -> compose.ReplyMail:
    """An automatic answer as a mail: to the author's address alone, without their name and the
    history (a stranger may have chosen them), and with everything that tells programs not to
    answer (RFC 3834, section 3). Instead of a subject that may not be repeated the mailbox names
    itself."""
    parent, mailbox, number = one.occasion.mail, letter.mailbox, letter.state.number
    unique, domain = thread_ids.AUTOMATIC + secrets.token_hex(8), mailbox.address.rpartition("@")[2]
    topic = harmless_subject(parent.thread_topic or "") if letter.subject else ""
    return compose.ReplyMail(
        ticket=number,
        message_id=thread_ids.sign(us.key, number, unique, domain),
        sender=Address(mailbox.name, mailbox.address),
        to=(replace(author, name=""),),
        subject=thread_ids.topic(letter.subject, number) or mailbox.name or mailbox.address,
        mark="Auto",
        text=letter.text.words,
        signature=letter.text.signature,
        frame=letterhead.frame(tx, mailbox),
        sent=one.occasion.now,
        parent=replace(parent, text="", thread_topic=topic or None),
        literal=placeholders.foreign(letter.values),
        further=(
            ("Auto-Submitted", "auto-replied"),
            ("Precedence", "auto_reply"),
            ("X-Auto-Response-Suppress", "All"),
            (INSTANCE, thread_ids.instance(us.key)),
        ),
    )


def _message(mail: compose.ReplyMail, text: SignedText, now: datetime) -> messages.NewMessage:
    return messages.NewMessage(
        Direction.OUT,
        now,
        mail.sender,
        text.whole,
        subject=thread_ids.reply_subject(mail.subject, mail.ticket, mail.mark),
        message_id=mail.message_id,
        to=mail.to,
        date=now,
        folds=text.folds,
        queued=True,
        channel=AUTOMATIC,
    )
