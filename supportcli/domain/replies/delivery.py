"""What happens to a reply: the result for each recipient, when to try again, when to give up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from supportcli.domain.replies.chosen import AS_USUAL, ReplyChoice
from supportcli.domain.tickets.ticket import Delivery

HOLD = timedelta(seconds=10)
"""How long a reply waits before it may leave; until then undo makes it a draft again."""

GIVE_UP_AFTER = timedelta(days=5)
"""How long a reply is tried (RFC 5321, 4.5.4.1: at least four to five days)."""

_PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240))


def leaves_at(written_at: datetime, *, send_now: bool) -> datetime:
    """The moment before which a reply does not leave."""
    return written_at if send_now else written_at + HOLD


class RecipientState(StrEnum):
    """How far a reply has come for one recipient. `FAILED` is final. `UNCERTAIN`: the server fell
    silent after it had the complete mail. `BOUNCED`: a server accepted it and later reported that
    it could not deliver it."""

    WAITING = "waiting"
    UNCERTAIN = "uncertain"
    SENT = "sent"
    FAILED = "failed"
    BOUNCED = "bounced"


class RecipientOutcome(StrEnum):
    """What a mail server did with one recipient. `UNKNOWN`: it was silent after the final dot, so
    it may have taken the mail (RFC 1047)."""

    ACCEPTED = "accepted"
    LATER = "later"
    REFUSED = "refused"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class RecipientResult:
    """The result for one recipient of one attempt, with the server's text (or ours, if it gave
    none), cleaned."""

    address: str
    outcome: RecipientOutcome
    answer: str


@dataclass(frozen=True, slots=True)
class Recipient:
    """One recipient of a reply, as the outbox keeps it."""

    address: str
    state: RecipientState = RecipientState.WAITING
    answer: str | None = None


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A reply in the outbox. `message_id` is the message's row, `rfc_message_id` its Message-ID;
    `answer` the mail server's last text."""

    id: int
    message_id: int
    ticket: int
    mailbox_id: int
    state: Delivery
    not_before: datetime
    attempts: int
    first_try_at: datetime | None
    rfc_message_id: str
    sender: str
    answer: str | None
    sent_at: datetime | None
    recipients: tuple[Recipient, ...]
    chosen: ReplyChoice = AS_USUAL
    """What its agent chose for it; with a time it is given up if the customer writes first."""

    @property
    def is_scheduled(self) -> bool:
        """Whether it waits for the time that was chosen for it."""
        return bool(self.chosen.at) and self.state is Delivery.QUEUED and not self.attempts

    @property
    def waiting(self) -> tuple[str, ...]:
        """The addresses that the mail has neither reached nor been refused for."""
        return tuple(
            recipient.address
            for recipient in self.recipients
            if recipient.state is RecipientState.WAITING
        )


@dataclass(frozen=True, slots=True)
class AttemptVerdict:
    """The result of an attempt for a reply: its state, the text to show, its recipients, and when
    it is due again (for `DEFERRED`)."""

    state: Delivery
    answer: str
    recipients: tuple[Recipient, ...]
    not_before: datetime | None = None


def judge(
    recipients: Sequence[Recipient],
    results: Sequence[RecipientResult],
    attempts: int,
    first_try_at: datetime,
    now: datetime,
) -> AttemptVerdict:
    """The state of a reply after attempt number `attempts` brought `results` for some of its
    `recipients`.

    A recipient who has the mail never gets it again; one who was refused for good is not tried
    again; the others are tried until `GIVE_UP_AFTER`."""
    by_address = {result.address: result for result in results}
    hopeless = now - first_try_at >= GIVE_UP_AFTER
    after = tuple(
        _after(recipient, by_address.get(recipient.address), hopeless=hopeless)
        for recipient in recipients
    )
    states = {recipient.state for recipient in after}
    if RecipientState.UNCERTAIN in states:
        return AttemptVerdict(Delivery.UNCERTAIN, _words(results, RecipientOutcome.UNKNOWN), after)
    if RecipientState.WAITING in states:
        return AttemptVerdict(
            Delivery.DEFERRED,
            _words(results, RecipientOutcome.LATER),
            after,
            now + _PAUSES[min(attempts, len(_PAUSES)) - 1],
        )
    return _ended(after) or AttemptVerdict(
        Delivery.SENT, _words(results, RecipientOutcome.ACCEPTED), after
    )


def proven(recipients: Sequence[Recipient], proof: str, now: datetime) -> AttemptVerdict:
    """The state of an uncertain reply once there is proof that the server took it. The proof covers
    the recipients it had accepted; those still waiting were not among them and are due `now`."""
    after = tuple(
        Recipient(one.address, RecipientState.SENT, proof)
        if one.state is RecipientState.UNCERTAIN
        else one
        for one in recipients
    )
    states = {recipient.state for recipient in after}
    if RecipientState.WAITING in states:
        return AttemptVerdict(Delivery.DEFERRED, proof, after, now)
    return _ended(after) or AttemptVerdict(Delivery.SENT, proof, after)


def came_back(one: Outgoing, words: Mapping[str, str]) -> AttemptVerdict:
    """The state of a reply that a server reports undelivered to some addresses.

    `words` maps each address (lower-case) to the server's text. Only recipients who had the mail
    count: a report about anybody else is not about this reply, and marking a waiting recipient
    would keep it from them."""
    after = tuple(
        _bounced(recipient, words.get(recipient.address.lower())) for recipient in one.recipients
    )
    state = Delivery.BOUNCED if one.state is Delivery.SENT else one.state
    return AttemptVerdict(state, _failures(after), after)


def _bounced(recipient: Recipient, words: str | None) -> Recipient:
    had = recipient.state in {RecipientState.SENT, RecipientState.BOUNCED}
    return (
        Recipient(recipient.address, RecipientState.BOUNCED, words)
        if had and words is not None
        else recipient
    )


def _ended(after: tuple[Recipient, ...]) -> AttemptVerdict | None:
    """The state of a reply that nobody waits for any more; None if it has reached everybody."""
    states = {recipient.state for recipient in after}
    for state, delivery in (
        (RecipientState.FAILED, Delivery.FAILED),
        (RecipientState.BOUNCED, Delivery.BOUNCED),
    ):
        if state in states:
            return AttemptVerdict(delivery, _failures(after), after)
    return None


def _after(recipient: Recipient, result: RecipientResult | None, *, hopeless: bool) -> Recipient:
    if recipient.state is not RecipientState.WAITING or result is None:
        return recipient
    match result.outcome:
        case RecipientOutcome.ACCEPTED:
            return Recipient(recipient.address, RecipientState.SENT, result.answer)
        case RecipientOutcome.REFUSED:
            return Recipient(recipient.address, RecipientState.FAILED, result.answer)
        case RecipientOutcome.LATER if hopeless:
            return Recipient(
                recipient.address,
                RecipientState.FAILED,
                f"given up after {GIVE_UP_AFTER.days} days: {result.answer}",
            )
        case RecipientOutcome.LATER:
            return Recipient(recipient.address, RecipientState.WAITING, result.answer)
        case RecipientOutcome.UNKNOWN:
            return Recipient(recipient.address, RecipientState.UNCERTAIN, result.answer)


def _words(results: Sequence[RecipientResult], outcome: RecipientOutcome) -> str:
    """What was said about the recipients with this outcome, each sentence once."""
    return "; ".join(
        dict.fromkeys(result.answer for result in results if result.outcome is outcome)
    )


def _failures(recipients: Sequence[Recipient]) -> str:
    failed = [
        f"{one.address}: {one.answer}"
        for one in recipients
        if one.state in {RecipientState.FAILED, RecipientState.BOUNCED}
    ]
    reached = [
        recipient.address for recipient in recipients if recipient.state is RecipientState.SENT
    ]
    return "; ".join([*failed, *([f"it reached {', '.join(reached)}"] if reached else [])])
