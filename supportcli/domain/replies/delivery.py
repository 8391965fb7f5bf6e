"""What happens to a reply: the result for each recipient, when to try again, when to give up."""

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from supportcli.domain.mailbox import Mailbox
from supportcli.domain.replies.chosen import AS_USUAL, ReplyChoice
from supportcli.domain.tickets.ticket import Delivery

CANNOT_SEE = "cannot see whether the customer has written: the mailbox could not be read since then"
"""What is said of a reply whose time has come while its mailbox could not be read."""

_TOLD_AFTER = timedelta(minutes=5)
"""After so long it is said, even if nothing seems to be wrong: the next pass is late, or long."""

HOLD = timedelta(seconds=10)
"""How long a reply waits before it may leave; until then undo makes it a draft again."""

GIVE_UP_AFTER = timedelta(days=5)
"""How long a reply is tried (RFC 5321, 4.5.4.1: at least four to five days)."""

LATE_AFTER = timedelta(hours=4)
"""After so long somebody has to see that a reply has not left (RFC 5321, 4.5.4.1, asks for a
report)."""

_PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240))

_SHORTER = 0.25
"""By how much a pause may be shorter, differently for each reply and attempt: those that a server
refused together should not come back together."""


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


_WAITING = RecipientState.WAITING


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
    is_automatic: bool = False
    """The desk wrote it by itself; its envelope has no sender."""

    @property
    def is_scheduled(self) -> bool:
        """Whether it waits for the time that was chosen for it."""
        return bool(self.chosen.at) and self.state is Delivery.QUEUED and not self.attempts

    @property
    def at_its_time(self) -> bool:
        """Whether it leaves by itself at the time that was chosen for it, and no agent sent it."""
        return bool(self.chosen.at) and not self.attempts and self.not_before == self.chosen.at

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
    it is due again (if it waits)."""

    state: Delivery
    answer: str
    recipients: tuple[Recipient, ...]
    not_before: datetime | None = None


def is_unseen(one: Outgoing, mailbox: Mailbox) -> bool:
    """Whether the customer may have written before a reply with a time leaves, and nobody can know:
    its mailbox has not been read since then. A forward waits for nobody."""
    if one.chosen.forwards or not one.at_its_time:
        return False
    return mailbox.synced_at is None or mailbox.synced_at < one.not_before


def tells_unseen(one: Outgoing, mailbox: Mailbox, now: datetime) -> bool:
    """Whether people should see that a reply `is_unseen`: reading its mailbox fails, or takes
    long."""
    fails = mailbox.failing_since is not None or now - one.not_before >= _TOLD_AFTER
    return one.state is Delivery.QUEUED and fails


def next_batch(one: Outgoing) -> tuple[str, ...]:
    """The waiting addresses that the next attempt is for. Those with letters beyond ASCII before
    their @ need SMTPUTF8 on the whole way (RFC 6531): the others must not depend on it, so they go
    apart."""
    waiting = [recipient for recipient in one.recipients if recipient.state is _WAITING]
    apart = [
        [recipient for recipient in waiting if _is_plain(recipient.address) is plain]
        for plain in (True, False)
    ]
    groups = [group for group in apart if group]
    new = [group for group in groups if any(recipient.answer is None for recipient in group)]
    chosen = new[0] if new else groups[one.attempts % len(groups)] if groups else []
    return tuple(recipient.address for recipient in chosen)


def _is_plain(address: str) -> bool:
    return address.rpartition("@")[0].isascii()


def judge(one: Outgoing, results: Sequence[RecipientResult], now: datetime) -> AttemptVerdict:
    """The state of a reply after its latest attempt brought `results` for some of its recipients.

    A recipient who has the mail never gets it again; one who was refused for good is not tried
    again; the others are tried until `GIVE_UP_AFTER`. It is queued, and due at once, if only the
    turn of some has not come yet."""
    by_address = {result.address: result for result in results}
    since = one.first_try_at or now
    after = tuple(
        _after(
            recipient,
            by_address.get(recipient.address),
            hopeless=now - since >= GIVE_UP_AFTER,
        )
        for recipient in one.recipients
    )
    states = {recipient.state for recipient in after}
    if RecipientState.UNCERTAIN in states:
        return AttemptVerdict(Delivery.UNCERTAIN, _words(results, RecipientOutcome.UNKNOWN), after)
    if _WAITING in states:
        return _waits(one, results, after, now)
    return _ended(after) or AttemptVerdict(
        Delivery.SENT, _words(results, RecipientOutcome.ACCEPTED), after
    )


def _waits(
    one: Outgoing,
    results: Sequence[RecipientResult],
    after: tuple[Recipient, ...],
    now: datetime,
) -> AttemptVerdict:
    """The state of a reply that somebody waits for."""
    tried = {result.address for result in results}
    others = [
        recipient
        for recipient in after
        if recipient.state is _WAITING and recipient.address not in tried
    ]
    reached = any(result.outcome is RecipientOutcome.ACCEPTED for result in results)
    if others and (reached or any(recipient.answer is None for recipient in others)):
        words = _words(results, RecipientOutcome.ACCEPTED)
        return AttemptVerdict(Delivery.QUEUED, words, after, now)
    is_late = now - (one.first_try_at or now) >= LATE_AFTER
    return AttemptVerdict(
        Delivery.LATE if is_late else Delivery.DEFERRED,
        _puts_off(after) or _words(results, RecipientOutcome.LATER),
        after,
        now + _pause(one),
    )


def _pause(one: Outgoing) -> timedelta:
    """How long a reply waits after its latest attempt."""
    spread = zlib.crc32(f"{one.rfc_message_id} {one.attempts}".encode()) / 2**32
    return _PAUSES[min(one.attempts, len(_PAUSES)) - 1] * (1 - _SHORTER * spread)


def _puts_off(after: Sequence[Recipient]) -> str:
    """Who waits, was refused and was reached, if they differ; "" if all wait."""
    if all(recipient.state is _WAITING for recipient in after):
        return ""
    waiting = [f"{one.address}: {one.answer}" for one in after if one.state is _WAITING]
    return "; ".join(filter(None, [*waiting, _failures(after)]))


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


def arrived(recipients: Sequence[Recipient]) -> str:
    """Who has a mail, or may have it: “it reached bob@acme.test”; "" if nobody."""
    had = {RecipientState.SENT: "it reached", RecipientState.UNCERTAIN: "it may have reached"}
    return "; ".join(
        f"{words} {', '.join(there)}"
        for state, words in had.items()
        if (there := [one.address for one in recipients if one.state is state])
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
    reached = arrived([one for one in recipients if one.state is RecipientState.SENT])
    return "; ".join(filter(None, [*failed, reached]))
