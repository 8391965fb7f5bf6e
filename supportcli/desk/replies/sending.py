"""Sending the replies of a mailbox that are due.

queued → sending → transmitting → sent | deferred (late after four hours) | failed | uncertain.

Each state is committed before the step it announces: a process that takes the send lock and finds
*sending* knows that nothing left, and one that finds *transmitting* knows that nobody can tell. The
result of one attempt and the beginning of the next are one commit."""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from sqlmodel import Session

from supportcli.channels.channel import Channel
from supportcli.desk import Desk
from supportcli.desk.replies.delivering import copies, slowing
from supportcli.desk.replies.delivering.steps import (
    IN_LIMBO,
    IN_SENT,
    By,
    TakenOver,
    has_left,
    move,
    note,
    prove_filed,
    recover,
    write_result,
)
from supportcli.domain.mailbox import Mailbox
from supportcli.domain.replies.delivery import (
    LATE_AFTER,
    AttemptVerdict,
    Outgoing,
    RecipientOutcome,
    RecipientResult,
    is_unseen,
    judge,
    next_batch,
    proven,
)
from supportcli.domain.setup.sending_rules import keeps_copies
from supportcli.domain.tickets.ticket import Delivery
from supportcli.errors.servers import MailServerError
from supportcli.errors.setup import MailboxRemoved
from supportcli.storage.engine.locks import mailbox_lock
from supportcli.storage.replies import outbox, sent_copies
from supportcli.storage.setup import mailboxes

if TYPE_CHECKING:
    from supportcli.errors import SupportError


@dataclass(slots=True)
class Sent:
    """Counts of what a pass over an outbox did. `late`: how many have waited for four hours now.
    `slowed_until`: a limit of the mailbox, or its server, makes the others wait. `unseen`: a reply
    with a time waits until its mailbox has been read."""

    sent: int = 0
    deferred: int = 0
    late: int = 0
    failed: int = 0
    uncertain: int = 0
    slowed_until: datetime | None = None
    unseen: bool = False

    def count(self, state: Delivery, *, is_automatic: bool = False) -> None:
        """Add one reply that has come to this state. Of automatic answers, which nobody has to send
        again, only those that have left or wait count."""
        name = _COUNTED.get(state)
        if name is not None and not (is_automatic and state in _TROUBLES):
            setattr(self, name, getattr(self, name) + 1)


_TROUBLES = frozenset({Delivery.FAILED, Delivery.UNCERTAIN})
_COUNTED = {
    Delivery.SENT: "sent",
    Delivery.DEFERRED: "deferred",
    Delivery.LATE: "deferred",
    Delivery.FAILED: "failed",
    Delivery.UNCERTAIN: "uncertain",
}


def sending_mailbox(tx: Session, mailbox_id: int) -> Mailbox:
    """The mailbox to send from; MailboxRemoved if the desk no longer has it."""
    found = mailboxes.mailbox_by_id(tx, mailbox_id)
    if found is None or not found.active:
        raise MailboxRemoved(found.address if found else "of this ticket")
    return found


def due_mailboxes(tx: Session, now: datetime) -> set[int]:
    """The ids of the mailboxes for which `send_due` has something to do."""
    return (
        outbox.due_mailboxes(tx, now)
        | outbox.late_mailboxes(tx, now - LATE_AFTER)
        | sent_copies.due_mailboxes(tx, now)
    )


def send_due(
    desk: Desk,
    mailbox: Mailbox,
    channel: Channel,
    halted: Callable[[], bool] = lambda: False,
    done: Sent | None = None,
) -> Sent:
    """Send the replies of a mailbox whose time has come, one after the other, unless somebody else
    is sending for it; then file the copies that are due. No other one is begun once `halted` says
    so. `done` counts, also until an error. `mailbox` says since when it has been read, see
    `scheduling`.

    Raises MailServerError if the server cannot be used at all; the reply that met it is deferred,
    the others stay due."""
    done = done or Sent()
    if not _anything(desk, mailbox):
        return done
    with mailbox_lock(desk.db, mailbox.id, "send") as held:
        if held:
            for one in _recovered(desk, mailbox):
                state = _looked_up(desk, channel, one)
                done.count(state, is_automatic=one.is_automatic)
            done.late = _late(desk, mailbox)
            try:
                _Run(desk, mailbox, channel, done, halted).go()
            finally:
                slowing.learn(desk, mailbox, channel)
            copies.file_due(desk, mailbox, channel, halted)
    return done


def _anything(desk: Desk, mailbox: Mailbox) -> bool:
    """Whether there is anything to do."""
    now = desk.now()
    with desk.db.read() as tx:
        return bool(
            outbox.due(tx, mailbox.id, now)
            or outbox.in_states(tx, IN_LIMBO, mailbox.id)
            or outbox.waiting_since(tx, mailbox.id, now - LATE_AFTER)
            or sent_copies.due(tx, mailbox.id, now)
        )


def _recovered(desk: Desk, mailbox: Mailbox) -> list[Outgoing]:
    """Recover what a crash left; returns the replies of which nobody knows whether they left."""
    with desk.db.read() as tx:
        if not outbox.in_states(tx, IN_LIMBO, mailbox.id):
            return []
    with desk.db.write() as tx:
        return recover(tx, mailbox.id, desk.now())


def _looked_up(desk: Desk, channel: Channel, one: Outgoing) -> Delivery:
    """The state of a reply that a crash left uncertain, after asking its provider."""
    if not is_in_sent(channel, one):
        return Delivery.UNCERTAIN
    with desk.db.write() as tx:
        return prove_filed(tx, one.id, desk.now())


def _late(desk: Desk, mailbox: Mailbox) -> int:
    """Mark what has waited for too long, so that somebody sees it; returns how many there are."""
    now = desk.now()
    with desk.db.read() as tx:
        if not outbox.waiting_since(tx, mailbox.id, now - LATE_AFTER):
            return 0
    with desk.db.write() as tx:
        found = outbox.waiting_since(tx, mailbox.id, now - LATE_AFTER)
        for one in found:
            move(tx, one, Delivery.LATE, By(now))
        return len(found)


def is_in_sent(channel: Channel, one: Outgoing) -> bool:
    """Whether the provider filed the mail as sent, which proves that it took it. If we cannot look,
    that proves nothing."""
    try:
        return channel.find_sent(one.rfc_message_id)
    except MailServerError:
        return False


@dataclass(frozen=True, slots=True)
class _Attempt:
    """An attempt that has begun: a reply as it is stored, its bytes, and whose turn it is."""

    reply: Outgoing
    content: bytes
    to: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Ended:
    """An attempt whose result is not stored yet; `error` if the server cannot be used at all."""

    reply: Outgoing
    verdict: AttemptVerdict
    results: Sequence[RecipientResult]
    error: "SupportError | None" = None


class _Run:
    """One pass over the replies of a mailbox that are due."""

    def __init__(
        self,
        desk: Desk,
        mailbox: Mailbox,
        channel: Channel,
        done: Sent,
        halted: Callable[[], bool],
    ) -> None:
        self._desk, self._mailbox, self._channel = desk, mailbox, channel
        self._done, self._halted = done, halted
        self._files = keeps_copies(mailbox)
        self._waiting: deque[int] = deque()

    def go(self) -> None:
        """Send until nothing is due, a limit is reached, or the pass has to end."""
        with self._desk.db.read() as tx:
            self._waiting.extend(outbox.due(tx, self._mailbox.id, self._desk.now()))
        attempt = self._step(None)
        while attempt is not None:
            ended = self._tried(attempt)
            attempt = self._step(ended)
            if ended is not None and ended.error is not None:
                raise ended.error

    def _step(self, ended: _Ended | None) -> _Attempt | None:
        """Store the result of one attempt and begin the next; None if there is none."""
        stops = ended is not None and ended.error is not None
        if ended is None and not self._waiting:
            return None
        with self._desk.db.write() as tx:
            if ended is not None:
                stops = self._conclude(tx, ended) or stops
            while self._waiting and not stops and not self._halted():
                if self._slowed(tx):
                    break
                attempt = self._begin(tx, self._waiting.popleft())
                if attempt is not None:
                    return attempt
        return None

    def _slowed(self, tx: Session) -> bool:
        """Whether a limit of the mailbox makes the next one wait."""
        until = slowing.free_at(tx, self._mailbox, self._desk.now())
        if until is not None:
            slowing.wait_until(tx, self._mailbox, until)
            self._done.slowed_until = until
        return until is not None

    def _begin(self, tx: Session, outbox_id: int) -> _Attempt | None:
        """Take a reply for sending; None if an agent took it back meanwhile."""
        now = self._desk.now()
        found = outbox.to_send(tx, outbox_id)
        if found is None:
            return None
        one, content = found
        if one.chosen.at and not one.attempts:
            from supportcli.desk.replies import scheduling  # noqa: PLC0415  # a sync with nothing new does without

            if not scheduling.begin(tx, one, self._mailbox, now):
                self._done.unseen = self._done.unseen or is_unseen(one, self._mailbox)
                return None
        if one.is_automatic:
            from supportcli.desk.replies.delivering import outlived  # noqa: PLC0415  # see above

            if outlived.give_up(tx, one, now):
                return None
        begun = replace(
            one,
            state=Delivery.SENDING,
            attempts=one.attempts + 1,
            first_try_at=one.first_try_at or now,
        )
        outbox.begin(tx, begun, now)
        note(tx, one, Delivery.SENDING, By(now))
        return _Attempt(begun, content, next_batch(one))

    def _tried(self, attempt: _Attempt) -> _Ended | None:
        """Submit a mail. None if somebody else has it now, and nothing has left."""
        one, now = attempt.reply, self._desk.now
        error: SupportError | None = None
        try:
            results = self._channel.submit(
                one.sender, attempt.to, attempt.content, lambda to: self._transmits(one, to)
            )
        except TakenOver:
            return None
        except MailServerError as trouble:
            error = trouble
            results = tuple(
                RecipientResult(address, RecipientOutcome.LATER, trouble.sentence)
                for address in attempt.to
            )
        verdict = judge(one, results, now())
        if verdict.state is Delivery.UNCERTAIN and is_in_sent(self._channel, one):
            verdict = proven(verdict.recipients, IN_SENT, now())
        return _Ended(one, verdict, results, error)

    def _transmits(self, one: Outgoing, to: Sequence[str]) -> None:
        """The final dot comes next: from here on nobody but the server knows about these."""
        with self._desk.db.write() as tx:
            if not outbox.transmits(tx, one, to, self._desk.now()):
                raise TakenOver

    def _conclude(self, tx: Session, ended: _Ended) -> bool:
        """Store a result; returns whether the pass has to stop."""
        one, verdict, now = ended.reply, ended.verdict, self._desk.now()
        if write_result(tx, one, verdict, now):
            self._done.count(verdict.state, is_automatic=one.is_automatic)
            if self._files and has_left(verdict):
                sent_copies.owe(tx, one.id, now)
            if verdict.state is Delivery.QUEUED:  # for the others it goes on at once
                self._waiting.append(one.id)
        pause = slowing.asked_for(ended.results)
        if pause is None:
            return False
        self._done.slowed_until = now + pause
        slowing.wait_until(tx, self._mailbox, now + pause)
        return True
