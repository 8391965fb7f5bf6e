"""What an agent does with held mail: let it in, decide it again, discard it. Each can be undone
like any verb (`desk.undo`)."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlmodel import Session

from supportcli.desk import Desk, running_targets
from supportcli.desk.gestures import Gesture
from supportcli.desk.mail import duplicates
from supportcli.desk.mail.batch import Received, surroundings, together
from supportcli.desk.mail.filing import apply_decision
from supportcli.desk.mail.held.waiting import shown
from supportcli.desk.mail.intake import ids_of_ours, known_around
from supportcli.desk.mail.servers import partial
from supportcli.desk.replies.delivering.steps import prove_sent
from supportcli.desk.states import state_of, unmerged
from supportcli.desk.team import Team, team_of
from supportcli.domain.authors import author_of
from supportcli.domain.intake.accepting import Insider, let_in, named_in
from supportcli.domain.intake.decisions import Decision, FollowUp, Hold, Ignore, OpenTicket
from supportcli.domain.intake.ledger import BY_HAND, HeldMail, MailEvent
from supportcli.domain.intake.rules import decide
from supportcli.domain.mail import Address
from supportcli.domain.tickets.ticket import Status
from supportcli.errors import SupportError
from supportcli.errors.mail import CustomerNeeded, MailIsCopy, MailNotHeld
from supportcli.errors.names import NotFound, Thing
from supportcli.errors.tickets import TicketTakesNoMail
from supportcli.storage.mail import circles, held, mail_events, mails
from supportcli.storage.setup import mailboxes
from supportcli.storage.tables import mail_states
from supportcli.storage.tickets import events, people

Decided = dict[str, Any]
"""What is decided about a mail, by the names of the columns (`storage.mail.held.decision`)."""

_WAITS = (mail_states.HELD, mail_states.DISCARDED)
"""The states from which a mail can be let in: discarded mail can be brought back at any time."""

_HIDDEN = frozenset({Status.DELETED, Status.SPAM, Status.CLOSED})


@dataclass(frozen=True, slots=True)
class MailOutcome:
    """What became of a mail, or would: its state, its ticket, the rule and the reason. In a
    rehearsal `opens` is the customer whose ticket it would open. `changed`: the decision differs
    from the one before."""

    mail: int
    state: str
    rule: str
    reason: str
    ticket: int | None = None
    opens: Address | None = None
    changed: bool = True


@dataclass(frozen=True, slots=True)
class MailsDone:
    """What a verb did to mails: its gesture (for undo), and what became of each."""

    gesture: str
    outcomes: tuple[MailOutcome, ...]

    @property
    def tickets(self) -> tuple[int, ...]:
        """The tickets that it touched."""
        return tuple(dict.fromkeys(one.ticket for one in self.outcomes if one.ticket is not None))


@dataclass(frozen=True, slots=True)
class _LetIn:
    """A mail on its way in: as it is stored, and the agent's decision."""

    received: Received
    decision: OpenTicket | FollowUp


@dataclass(frozen=True, slots=True)
class _Into:
    """Where an agent lets mails in: as a ticket of `customer` (None: the person the mail names), or
    into `ticket`, whose customer is `customer_there`. The `agent`'s name is in the remark."""

    customer: Address | None
    ticket: int | None
    customer_there: Address | None
    agent: str
    us: Team


# Letting in


def accept(
    desk: Desk, ids: Sequence[int], customer: Address | None = None, ticket: int | None = None
) -> MailsDone:
    """Let held mails in, all of them or none: each becomes a ticket of `customer` (by default the
    person the mail names), or a message in `ticket`. Clocks run from when our server took the mail.

    NotFound, MailNotHeld; CustomerNeeded if a mail names nobody to answer; MailIsCopy if it would
    be a second ticket of one mail; TicketTakesNoMail; NotAllowed by role."""
    plans = _plans(desk, ids, customer, ticket)
    with desk.db.write() as tx:
        gesture, us = Gesture.begin(desk, tx), team_of(tx)
        outcomes = [
            _settle(gesture, us, replace(one.received, gesture=gesture.id), one.decision)
            for one in plans
        ]
        return MailsDone(gesture.id, tuple(outcomes))


def rehearse_accept(
    desk: Desk, ids: Sequence[int], customer: Address | None = None, ticket: int | None = None
) -> list[MailOutcome]:
    """What `accept` would do, and what it raises."""
    plans = _plans(desk, ids, customer, ticket)
    return [foreseen(one.received.kept.id, BY_HAND, one.decision) for one in plans]


def _plans(
    desk: Desk, ids: Sequence[int], customer: Address | None, ticket: int | None
) -> list[_LetIn]:
    with desk.db.read() as tx:
        me, us = Gesture.begin(desk, tx).agent, team_of(tx)
        into = _Into(customer, ticket, _customer_of(tx, ticket), me.name, us)
        waiting = [(_waiting(tx, us, mail_id), _cause(tx, mail_id)) for mail_id in ids]
        _refuse_copies(tx, us, [received for received, _ in waiting], ticket)
    return [_plan(received, cause, into) for received, cause in waiting]


def _refuse_copies(tx: Session, us: Team, wanted: Sequence[Received], into: int | None) -> None:
    """MailIsCopy if one of these mails is in a ticket already, as another mail, or if two of them
    are the same; if they go `into` a ticket, only that one counts. (A deleted ticket does not.)"""
    around = surroundings(tx, us, wanted)
    for place, one in enumerate(wanted):
        verdict = us.verdict(one.mailbox_id, one.mail)
        copy = duplicates.of(tx, around, us, one, verdict).copy
        ticket = copy.ticket if copy is not None else None
        counts = ticket is not None and into in {None, ticket}
        if copy and ticket and counts and state_of(tx, ticket).status is not Status.DELETED:
            raise MailIsCopy(one.kept.id, copy.mail_id, ticket)
        for other in wanted[:place]:
            if duplicates.are_same(one.mail, other.mail, us):
                raise MailIsCopy(one.kept.id, other.kept.id)


def _customer_of(tx: Session, ticket: int | None) -> Address | None:
    """The customer of the ticket that a mail should go into; NotFound, TicketTakesNoMail."""
    if ticket is None:
        return None
    if (status := unmerged(tx, ticket).status) in _HIDDEN:
        raise TicketTakesNoMail(ticket, status.value)
    return people.customer_of(tx, ticket)


def _plan(received: Received, cause: str, into: _Into) -> _LetIn:
    mail = received.mail
    person = into.customer or author_of(mail, into.us) or into.customer_there
    if person is None:
        raise CustomerNeeded(received.kept.id, named_in(mail, into.us))
    by = Insider(into.agent, into.us, into.us.verdict(received.mailbox_id, mail))
    mail, decision = let_in(mail, person, by, cause, ticket=into.ticket)
    return _LetIn(replace(received, mail=mail, kept=replace(received.kept, filed=None)), decision)


def _cause(tx: Session, mail_id: int) -> str:
    decided = held.decision(tx, mail_id) or {}
    return decided.get("reason") or "no cause is known"


# Deciding again


def retry(desk: Desk, ids: Sequence[int] | None = None) -> MailsDone:
    """Decide these held mails, or all of them, again with the current program and rules, oldest
    first. Each has a transaction of its own, so that one that breaks something stops no other; they
    are one gesture, and undone together.

    NotFound, MailNotHeld before anything is done; NotAllowed by role."""
    wanted = _checked(desk, ids)
    gesture = uuid.uuid4().hex
    return MailsDone(gesture, tuple(_retry(desk, mail_id, gesture) for mail_id in wanted))


def rehearse_retry(desk: Desk, ids: Sequence[int] | None = None) -> list[MailOutcome]:
    """What `retry` would make of each mail, and what it raises. (A mail that answers another one of
    them is shown as if that were not there yet.)"""
    found = []
    for mail_id in _checked(desk, ids):
        with desk.db.read() as tx:
            us = team_of(tx)
            received = _waiting(tx, us, mail_id)
            around = known_around(tx, surroundings(tx, us, [received]), us, received)
            rule, decision = decide(received.mail, around, received.kept.received_at)
        found.append(foreseen(mail_id, rule, decision))
    return found


def _checked(desk: Desk, ids: Sequence[int] | None) -> Sequence[int]:
    """The named mails, after checking that each of them waits and that I may do this."""
    with desk.db.read() as tx:
        Gesture.begin(desk, tx)
        if ids is None:
            return held.ids(tx)
        for mail_id in ids:
            _check(held.decision(tx, mail_id), mail_id)
        return ids


def _retry(desk: Desk, mail_id: int, gesture_id: str) -> MailOutcome:
    try:
        with desk.db.read() as tx:
            us = team_of(tx)
            received = _waiting(tx, us, mail_id)
        with desk.db.write() as tx:
            gesture = Gesture.begin(desk, tx)
            gesture.id = gesture_id
            return _decide_again(gesture, us, replace(received, gesture=gesture_id))
    except SupportError:
        raise
    except Exception as error:  # noqa: BLE001 - no matter which error a sender provokes, the next mails are decided
        return MailOutcome(
            mail_id,
            mail_states.HELD,
            "unprocessable",
            f"it could not be processed ({type(error).__name__})",
            changed=False,
        )


def _decide_again(gesture: Gesture, us: Team, received: Received) -> MailOutcome:
    before = held.decision(gesture.tx, received.kept.id)
    _reopen(
        gesture.tx, received.kept.id
    )  # first: a decided mail would be found as a copy of itself
    around = known_around(gesture.tx, surroundings(gesture.tx, us, [received]), us, received)
    rule, decision = decide(received.mail, around, received.kept.received_at)
    done = _settle(gesture, us, received, decision, rule=rule, before=before)
    prove_sent(gesture.tx, ids_of_ours(received.mail, around), gesture.now)
    return done


# Discarding


def discard(desk: Desk, ids: Sequence[int]) -> MailsDone:
    """Discard held mails, all of them or none: they no longer wait, and are never deleted (`mail
    show` shows them, `mail retry` brings them back).

    NotFound, MailNotHeld; NotAllowed by role."""
    with desk.db.write() as tx:
        gesture = Gesture.begin(desk, tx)
        return MailsDone(gesture.id, tuple(_discard(gesture, mail_id) for mail_id in ids))


def rehearse_discard(desk: Desk, ids: Sequence[int]) -> list[HeldMail]:
    """The mails that `discard` would discard; raises what it does."""
    with desk.db.read() as tx:
        Gesture.begin(desk, tx)
        for mail_id in ids:
            _check(held.decision(tx, mail_id), mail_id, (mail_states.HELD,))
        return [shown(one) for one in held.of_ids(tx, ids)]


def bounces(desk: Desk, mailbox: str | None = None) -> list[int]:
    """The held delivery reports about mail that this desk does not know, by id. NotFound if
    there is no such mailbox."""
    with desk.db.read() as tx:
        box = mailboxes.mailbox_by_address(tx, mailbox) if mailbox is not None else None
        if mailbox is not None and box is None:
            raise NotFound(Thing.MAILBOX, mailbox)
        return held.ids(tx, box.id if box else None, bounces_only=True)


def _discard(gesture: Gesture, mail_id: int) -> MailOutcome:
    before = _check(held.decision(gesture.tx, mail_id), mail_id, (mail_states.HELD,))
    if not held.discard(gesture.tx, mail_id):
        raise MailNotHeld(mail_id, mail_states.DISCARDED)
    after = before | {"state": mail_states.DISCARDED}
    mail_events.record(gesture.tx, _event(gesture, "discarded", mail_id, before, after))
    return MailOutcome(mail_id, mail_states.DISCARDED, before["rule"] or "", before["reason"] or "")


# What all of them share


def _check(decided: Decided | None, mail_id: int, states: Iterable[str] = _WAITS) -> Decided:
    """What is decided about a mail that waits; NotFound, MailNotHeld if it does not."""
    if decided is None:
        raise NotFound(Thing.MAIL, str(mail_id))
    if decided["state"] not in states:
        raise MailNotHeld(mail_id, decided["state"], decided["ticket_number"])
    return decided


def _waiting(tx: Session, us: Team, mail_id: int) -> Received:
    """A mail that waits, with what it says."""
    _check(held.decision(tx, mail_id), mail_id)
    pending = mails.pending(tx, [mail_id], 0, _WAITS)[0]
    mail = partial.read(pending.raw, pending.full_size)
    return Received(held.mailbox_of(tx, mail_id), pending, mail, us.who_wrote(mail.sender))


def _reopen(tx: Session, mail_id: int) -> None:
    if not held.reopen(tx, mail_id, _WAITS):
        decided = _check(held.decision(tx, mail_id), mail_id, _WAITS)
        raise MailNotHeld(mail_id, decided["state"])


def _settle(
    gesture: Gesture,
    us: Team,
    received: Received,
    decision: Decision,
    *,
    rule: str = BY_HAND,
    before: Decided | None = None,
) -> MailOutcome:
    """Write a decision, with what undo needs to take it back; `before` is given if the mail is
    already reopened."""
    tx, mail_id = gesture.tx, received.kept.id
    if before is None:
        before = _check(held.decision(tx, mail_id), mail_id)
        _reopen(tx, mail_id)
    already = _people(tx, decision.ticket) if isinstance(decision, FollowUp) else frozenset()
    with together(tx, us, [received], gesture.now) as batch:
        done = apply_decision(batch, received, rule, decision)
    after = held.decision(tx, mail_id) or {}
    joined = done.ticket if done.state == mail_states.ACCEPTED else None
    if joined is not None:
        running_targets.record(
            tx,
            events.NewEvent(gesture.now, gesture.actor, gesture.id, "accepted", joined),
            gesture.now,
        )
        gesture.touch(joined)
    changed = any(after[name] != before[name] for name in ("state", "rule", "reason"))
    if changed:
        added = (
            {
                "people": sorted(_people(tx, joined) - already),
                "opened": isinstance(decision, OpenTicket),
            }
            if joined is not None
            else {}
        )
        kind = "accepted" if rule == BY_HAND else "retried"
        mail_events.record(tx, _event(gesture, kind, mail_id, before, after | added))
    return MailOutcome(mail_id, done.state, done.rule, done.reason, done.ticket, changed=changed)


def _people(tx: Session, ticket: int | None) -> frozenset[str]:
    """Who is known in a ticket."""
    circle = circles.facts(tx, [ticket]).get(ticket) if ticket is not None else None
    return circle.people if circle is not None else frozenset()


def _event(gesture: Gesture, kind: str, mail_id: int, before: Decided, after: Decided) -> MailEvent:
    return MailEvent(gesture.now, gesture.agent.address, gesture.id, kind, mail_id, before, after)


def foreseen(mail_id: int, rule: str, decision: Decision) -> MailOutcome:
    """What a decision would make of a mail."""
    match decision:
        case OpenTicket():
            return MailOutcome(
                mail_id, mail_states.ACCEPTED, rule, decision.told, opens=decision.customer
            )
        case Hold():
            return MailOutcome(mail_id, mail_states.HELD, rule, decision.reason)
        case Ignore():
            return MailOutcome(
                mail_id,
                mail_states.DUPLICATE if decision.copy_of else mail_states.IGNORED,
                rule,
                decision.reason,
                decision.copy_of.ticket if decision.copy_of else None,
            )
        case FollowUp():
            return MailOutcome(mail_id, mail_states.ACCEPTED, rule, decision.told, decision.ticket)
        case _:
            return MailOutcome(
                mail_id, mail_states.ACCEPTED, rule, decision.reason, decision.ticket
            )
