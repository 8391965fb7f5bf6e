"""Splitting a ticket: messages that do not belong in it become a ticket of their own."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlmodel import Session

from supportcli.channels import mime
from supportcli.desk import Desk, running_targets
from supportcli.desk.gestures import Done, Gesture
from supportcli.desk.states import state_of, unmerged
from supportcli.desk.team import Team, team_of
from supportcli.desk.tickets import unseen
from supportcli.desk.tickets.related.regrouping import waits_since
from supportcli.domain.intake.joining import FORGED
from supportcli.domain.mail import Address
from supportcli.domain.mail_domains import comparable, lowered
from supportcli.domain.sender_authentication import AuthenticationVerdict
from supportcli.domain.tickets.news import Sight
from supportcli.domain.tickets.ticket import Direction, Message, TicketState
from supportcli.errors.tickets import NotSplittable
from supportcli.storage.tickets import events, messages, people, regrouping, tickets

_NEW = "new participant: "


@dataclass(frozen=True, slots=True)
class SplitPlan:
    """What a split would do: `messages` leave ticket `number`, and become one of `customer`."""

    number: int
    subject: str
    customer: Address
    messages: tuple[Message, ...]

    @property
    def told(self) -> str:
        """What will happen."""
        count = len(self.messages)
        return (
            f"{count} message{'' if count == 1 else 's'} of #{self.number} would become a new "
            f"ticket of {self.customer.address}: {self.subject or '(no subject)'}"
        )


def plan(desk: Desk, number: int, positions: Sequence[int]) -> SplitPlan:
    """What `split` would do. NotFound, TicketMerged, NotSplittable; NotAllowed by role."""
    with desk.db.read() as tx:
        Gesture.begin(desk, tx)
        return _plan(tx, unmerged(tx, number), positions)


def split(desk: Desk, number: int, positions: Sequence[int], *, sight: Sight | None = None) -> Done:
    """Make a new ticket of some messages of a ticket, named by their numbers there (from 1, as
    `ticket show` prints them). Its customer is the author of the first one that came from outside.
    Both tickets are linked. Who waits for an answer to what was moved waits in the new ticket.

    NotFound, TicketMerged; NotSplittable if a message is not there, none is from outside, or
    nothing would be left. `sight` as in `verbs.solve`."""
    with desk.db.write() as tx:
        gesture = Gesture.begin(desk, tx)
        unseen.refuse(gesture, number, sight)
        state = gesture.state(number)
        wanted = _plan(tx, state, positions)
        new = _open(gesture, state, wanted)
        many = len(wanted.messages) != 1
        what = f"{len(wanted.messages)} messages" if many else "1 message"
        are = "they are" if many else "it is"
        return gesture.done(f"Split {what} off #{number}: {are} #{new} now.")


def _plan(tx: Session, state: TicketState, positions: Sequence[int]) -> SplitPlan:
    number, there = state.number, messages.of_ticket(tx, state.number)
    by_position = {one.position: one for one in there}
    missing = [position for position in positions if position not in by_position]
    if missing:
        raise NotSplittable(number, f"#{number} has no message {missing[0]}.")
    chosen = [one for one in there if one.position in set(positions)]
    if len(chosen) == len(there):
        raise NotSplittable(number, f"Nothing would be left in #{number}.")
    us = team_of(tx)
    came = [one for one in chosen if one.direction is Direction.IN]
    first = next((one for one in came if not us.is_team(one.sender.address)), None) or next(
        iter(came), None
    )
    if first is None:
        raise NotSplittable(
            number, "None of these messages came from outside: nobody would be the customer."
        )
    return SplitPlan(number, first.subject or state.subject, first.sender, tuple(chosen))


def _open(gesture: Gesture, state: TicketState, wanted: SplitPlan) -> int:
    tx, chosen = gesture.tx, wanted.messages
    first = next(one for one in chosen if one.sender == wanted.customer)
    made = tickets.NewTicket(
        wanted.subject,
        people.customer_for(tx, wanted.customer, gesture.now),
        state.mailbox_id,
        first.created_at,
    )
    new = tickets.create(tx, made, gesture.now)
    _move(gesture, state, new, wanted)
    waits = waits_since(tx, regrouping.places(tx, new))
    gesture.change(
        state_of(tx, new),
        "created",
        {"waiting_since": waits} if waits is not None else {},
        first.id,
        facts={"from_ticket": state.number},
    )
    running_targets.excuse_likewise(tx, new, events.of_gesture(tx, gesture.id)[-1])
    gesture.change(
        state_of(tx, state.number),
        "split",
        _left_waiting(tx, state),
        facts={"to_ticket": new, "moved": [one.id for one in chosen]},
    )
    return new


def move_again(
    gesture: Gesture, number: int, new: int, message_ids: Collection[int], split_by: str
) -> None:
    """Within a redo: move messages that a split (the gesture `split_by`) moved, and its undo put
    back, to the ticket that they had become; what was written after the split has its place again.
    (The caller restores the tickets' fields.) NotSplittable as for `split`."""
    state = gesture.state(number)
    first = regrouping.of_gesture(gesture.tx, split_by, new, undone=True)
    there = messages.of_ticket(gesture.tx, number)
    wanted = _plan(gesture.tx, state, [one.position for one in there if one.id in message_ids])
    _move(gesture, state, new, wanted)
    if first is not None:
        regrouping.close_up(gesture.tx, number, {message for _, message, _ in first.before.places})


def _move(gesture: Gesture, state: TicketState, new: int, wanted: SplitPlan) -> None:
    """Move messages with all that is beside them, keep how both tickets were, and link them."""
    tx, chosen = gesture.tx, wanted.messages
    ids = {one.id for one in chosen}
    before = regrouping.snapshot(tx, state.number, new)
    places = regrouping.places(tx, state.number)
    before.mails = [one.mail_id for one in places if one.id in ids and one.mail_id is not None]
    regrouping.arrange(tx, new, [one.id for one in chosen])
    regrouping.file_under(tx, new, before.mails)
    _decide_people(tx, state, new, wanted, [one.id for one in places if one.id not in ids])
    for one in (state.number, new):
        regrouping.count(tx, one)
    regrouping.keep(tx, gesture.id, state.number, new, before)
    count = f"{len(chosen)} message{'' if len(chosen) == 1 else 's'}"
    tickets.link(tx, new, state.number, "split", f"{count} of #{state.number} became #{new}")


def _left_waiting(tx: Session, state: TicketState) -> dict[str, object]:
    """Since when somebody still waits in the ticket that was split, if anybody did."""
    if state.waiting_since is None:
        return {}
    left = regrouping.places(tx, state.number)
    return {"waiting_since": waits_since(tx, left, state.waiting_since)}


def _decide_people(
    tx: Session, state: TicketState, new: int, wanted: SplitPlan, left: Sequence[int]
) -> None:
    """Decide again who is known: in the new ticket its customer and whom they named; in the old one
    nobody whom only the messages that left it named."""
    us = team_of(tx)
    customer = wanted.customer.address
    own = [one for one in wanted.messages if one.sender.address == customer]
    named = {comparable(one) for one in regrouping.named_by(tx, [own[0].id])}
    joined: dict[str, bool] = {}
    for one in wanted.messages:
        if one.direction is Direction.NOTE:
            continue
        sender = one.sender.address
        is_new = comparable(sender) not in named and not us.colleague(sender)
        unverified = _is_doubtful(tx, us, state, one, is_own=sender == customer)
        if one.direction is Direction.IN:
            remark = _remark(one, is_new=is_new, forged=unverified and sender == customer)
            regrouping.mark(tx, one.id, unverified=unverified, newcomer=is_new, remark=remark)
        for address in regrouping.named_by(tx, [one.id]) if not unverified else ():
            joined[address] = joined.get(address, True) and is_new
    regrouping.set_people(tx, new, joined)
    gone = regrouping.named_by(tx, [one.id for one in wanted.messages])
    gone -= regrouping.named_by(tx, left)
    there = regrouping.people_of(tx, state.number).items()
    kept = {address: is_new for address, is_new in there if lowered(address) not in gone}
    regrouping.set_people(tx, state.number, kept)


def _is_doubtful(tx: Session, us: Team, state: TicketState, one: Message, *, is_own: bool) -> bool:
    """Whether nothing proves who wrote a message. What opens a ticket needs no proof, unless our
    own mail server says that its From is forged; any other keeps its mark."""
    if not is_own:
        return one.unverified
    raw = messages.raw(tx, one.id)
    if raw is None or one.direction is not Direction.IN:
        return False
    return us.verdict(state.mailbox_id, mime.parse(raw)) is AuthenticationVerdict.FAIL


def _remark(one: Message, *, is_new: bool, forged: bool) -> str | None:
    """Intake's remark on a message, with what is true of it in its new ticket."""
    said = [part for part in (one.remark or "").split("; ") if part and not part.startswith(_NEW)]
    said += [FORGED] if forged and FORGED not in said else []
    return "; ".join([*([f"{_NEW}{one.sender}"] if is_new else []), *said]) or None
