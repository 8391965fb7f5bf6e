"""The verbs of an agent on tickets. Each is one gesture: one transaction, one event per ticket with
the values from before, and it can be undone."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from sqlmodel import Session

from supportcli.desk import Desk
from supportcli.desk.gestures import Done, Gesture, authorize, sentence
from supportcli.desk.tickets import editing, unseen, unsent_answers
from supportcli.desk.tickets.written import mentioning
from supportcli.domain.mail import Address
from supportcli.domain.mail_domains import lowered
from supportcli.domain.people import Action, Agent, agents_called
from supportcli.domain.text.words import nearest
from supportcli.domain.tickets.mentions import mentioned
from supportcli.domain.tickets.news import Sight
from supportcli.domain.tickets.tags import spelled, tag_of
from supportcli.domain.tickets.ticket import (
    Direction,
    Priority,
    Status,
    TicketState,
    after_assigning,
)
from supportcli.domain.tickets.verbs import BY_NAME, STEPS
from supportcli.errors import UsageError
from supportcli.errors.names import NameAmbiguous, NotFound, Thing
from supportcli.errors.replies import EmptyText
from supportcli.errors.setup import MailboxMissing
from supportcli.errors.tickets import NothingToReopen
from supportcli.storage.setup import mailboxes
from supportcli.storage.tickets import followers, messages, people, tickets
from supportcli.storage.tickets.messages import NewMessage

Change = Callable[[TicketState], Mapping[str, Any]]


def _each(
    desk: Desk,
    numbers: Sequence[int],
    kind: str,
    change: Change,
    said: tuple[str, str],
    *,
    sight: Sight | None = None,
) -> Done:
    """Apply one change to several tickets in one transaction; `said` is the verb in the past tense,
    and what to say if nothing changed."""
    with desk.db.write() as tx:
        gesture = Gesture.begin(desk, tx)
        with gesture.together():
            for number in dict.fromkeys(numbers):
                unseen.refuse(gesture, number, sight)
                state = gesture.state(number)
                gesture.change(state, kind, change(state))
        return gesture.done(sentence(said[0], gesture.numbers, said[1]))


def new(desk: Desk, *, mailbox: str | None, customer: Address, subject: str, text: str) -> Done:
    """Open a ticket for a customer who did not write a mail (a call, a visit); the text becomes its
    first message, as if they had written it. UsageError for a subject that is empty or no single
    line, or a customer who is a mailbox of ours; EmptyText for an empty text."""
    called = editing.subject_of(subject)
    if not text.strip():
        raise EmptyText("ticket")
    with desk.db.write() as tx:
        gesture = Gesture.begin(desk, tx)
        box = mailbox_id(tx, mailbox)
        editing.refuse_own(tx, customer)
        person = people.customer_for(tx, customer, gesture.now)
        made = tickets.NewTicket(called, person, box, gesture.now)
        number = tickets.create(tx, made, gesture.now)
        message = messages.add(
            tx,
            number,
            box,
            NewMessage(Direction.IN, gesture.now, customer, text, called, channel="phone"),
        )
        gesture.change(gesture.state(number), "created", {"waiting_since": gesture.now}, message)
        return gesture.done(f"Opened #{number}.")


def mailbox_id(tx: Session, address: str | None) -> int:
    """The id of a mailbox by its address, or of the only one. MailboxMissing, NotFound,
    UsageError."""
    boxes = [
        box for box in mailboxes.mailboxes(tx) if address is None or box.address == lowered(address)
    ]
    if not boxes:
        raise MailboxMissing if address is None else NotFound(Thing.MAILBOX, address)
    if len(boxes) > 1:
        raise UsageError(
            "This desk has several mailboxes.",
            "Choose one with --mailbox: " + ", ".join(box.address for box in boxes),
        )
    return boxes[0].id


def note(desk: Desk, number: int, text: str) -> Done:
    """Write an internal note, which no customer ever sees. Agents whom it mentions (`@bea`) follow
    the ticket from then on, and `mentions:me` finds it for them. EmptyText if it is blank."""
    if not text.strip():
        raise EmptyText("note")
    with desk.db.write() as tx:
        gesture = Gesture.begin(desk, tx, Action.NOTE)
        state = gesture.state(number)
        author = Address(gesture.agent.name, gesture.agent.address)
        written = NewMessage(
            Direction.NOTE, gesture.now, author, text, agent_id=gesture.agent.id, channel="note"
        )
        message = messages.add(tx, number, state.mailbox_id, written)
        active = [agent for agent in people.agents(tx) if agent.active]
        there = mentioned(text, active).besides(gesture.agent)
        gesture.change(
            state, "noted", {}, message, mentioning.mention(tx, number, message, there.agents)
        )
        return gesture.done(f"Noted on #{number}{there.told}.")


def assign(
    desk: Desk, numbers: Sequence[int], who: str | None, *, sight: Sight | None = None
) -> Done:
    """Assign tickets to an agent: “me”, an address, a name, or None for nobody. An assigned new
    ticket becomes open. `sight` as in `solve`."""
    agent = agent_to_work(desk, who) if who is not None else None

    def change(state: TicketState) -> Mapping[str, Any]:
        return after_assigning(state.status, agent.id if agent else None)

    name = agent.name if agent else "nobody"
    return _each(
        desk,
        numbers,
        "assigned",
        change,
        (f"Assigned to {name}:", f"Nothing changed: already assigned to {name}."),
        sight=sight,
    )


def agent_known(desk: Desk, who: str) -> Agent:
    """As `agent_named`, and by their address an agent who has left."""
    with desk.db.read() as tx:
        found = people.agent_by_address(tx, who)
    return found or agent_named(desk, who)


def agent_to_work(desk: Desk, who: str) -> Agent:
    """The agent who is to get a ticket. As `agent_named`; RoleForbids if they may not work on
    tickets: it would wait there for ever."""
    agent = agent_named(desk, who)
    authorize(agent, Action.WORK)
    return agent


def agent_named(desk: Desk, who: str) -> Agent:
    """The agent whom “me”, an address or a name means. NotFound; NameAmbiguous if it means
    several."""
    with desk.db.read() as tx:
        if who.lower() == "me":
            return desk.me(tx)
        agents = [agent for agent in people.agents(tx) if agent.active]
    found = agents_called(agents, who)
    if not found:
        known = [word for one in agents for word in (one.address, *one.name.split())]
        raise NotFound(Thing.AGENT, who, nearest=nearest(who, known))
    if len(found) > 1:
        raise NameAmbiguous(who, [agent.address for agent in found], "address")
    return found[0]


def tag(
    desk: Desk,
    numbers: Sequence[int],
    add: Collection[str] = (),
    remove: Collection[str] = (),
    *,
    sight: Sight | None = None,
) -> Done:
    """Add tags to tickets and remove others. A tag is one word, stored in lower case; UsageError if
    it is not. `sight` as in `solve`."""
    plus, minus = {_tag(name) for name in add}, {spelled(name) for name in remove}

    def change(state: TicketState) -> Mapping[str, Any]:
        return {"tags": tuple(sorted((set(state.tags) | plus) - minus))}

    named = " ".join(
        [*(f"+{name}" for name in sorted(plus)), *(f"-{name}" for name in sorted(minus))]
    )
    return _each(
        desk,
        numbers,
        "tagged",
        change,
        (f"Tagged {named}:", "Nothing changed: there were no tags to add or remove."),
        sight=sight,
    )


def _tag(name: str) -> str:
    try:
        return tag_of(name)
    except ValueError as error:
        hint = (
            "A tag is one short word without spaces, commas, colons, quotes or brackets, such as "
            "refund."
        )
        raise UsageError(f"“{name}” cannot be a tag.", hint) from error


def prioritise(
    desk: Desk, numbers: Sequence[int], priority: Priority, *, sight: Sight | None = None
) -> Done:
    """Set the priority of tickets. `sight` as in `solve`."""
    said = f"Priority {priority}:", f"Nothing changed: already {priority}."
    return _each(desk, numbers, "prioritised", lambda _: {"priority": priority}, said, sight=sight)


def wait(desk: Desk, numbers: Sequence[int], *, sight: Sight | None = None) -> Done:
    """Mark tickets as waiting for the customer (pending)."""
    return _step(desk, numbers, Status.PENDING, sight)


def hold(desk: Desk, numbers: Sequence[int], *, sight: Sight | None = None) -> Done:
    """Put tickets on hold: they wait for somebody other than the customer, such as a supplier."""
    return _step(desk, numbers, Status.ON_HOLD, sight)


def solve(desk: Desk, numbers: Sequence[int], *, sight: Sight | None = None) -> Done:
    """Mark tickets as solved. What the customer was still waiting for is not needed any more.

    `sight` is what an agent has seen of the ticket, if somebody else may have changed it meanwhile
    (`_step`)."""
    return _step(desk, numbers, Status.SOLVED, sight)


def spam(desk: Desk, numbers: Sequence[int], *, sight: Sight | None = None) -> Done:
    """Mark tickets as spam: they leave every list, and nothing is owed. Later mail from their
    sender joins them, and reopens nothing."""
    return _step(desk, numbers, Status.SPAM, sight)


def delete(desk: Desk, numbers: Sequence[int], *, sight: Sight | None = None) -> Done:
    """Delete tickets: they leave every list, and nothing is owed. Nothing of them is lost, but an
    answer opens a new ticket."""
    return _step(desk, numbers, Status.DELETED, sight)


def reopen(desk: Desk, numbers: Sequence[int], *, sight: Sight | None = None) -> Done:
    """Set tickets back to open, from pending, on-hold, solved, spam or deleted."""
    return _step(desk, numbers, Status.OPEN, sight)


def follow(desk: Desk, numbers: Sequence[int]) -> Done:
    """Follow tickets, whoever has them: `following:me` finds them. Nothing of a ticket changes."""
    return _follow(desk, numbers, "follow")


def unfollow(desk: Desk, numbers: Sequence[int]) -> Done:
    """Follow tickets no longer."""
    return _follow(desk, numbers, "unfollow")


def _follow(desk: Desk, numbers: Sequence[int], name: str) -> Done:
    verb = BY_NAME[name]
    with desk.db.write() as tx:
        gesture = Gesture.begin(desk, tx, Action.NOTE)
        for number in dict.fromkeys(numbers):
            gesture.state(number)
            if followers.put(tx, number, gesture.agent.id, follows=name == "follow"):
                gesture.note_down(verb.kind, number)
        return gesture.done(
            sentence(verb.said, gesture.numbers, f"Nothing changed: already {verb.already}.")
        )


def _step(desk: Desk, numbers: Sequence[int], status: Status, sight: Sight | None) -> Done:
    """Bring tickets to a status, all of them or none, and mail nobody.

    StepNotAllowed if one cannot get there (`domain.tickets.ticket`), NothingToReopen if it is new.
    ChangedMeanwhile if something changed after the agent's `sight`: for one ticket, and only if
    given."""
    with desk.db.write() as tx:
        gesture = Gesture.begin(desk, tx)
        with gesture.together():
            for number in dict.fromkeys(numbers):
                unseen.refuse(gesture, number, sight)
                if status is Status.OPEN and gesture.state(number).status is Status.NEW:
                    raise NothingToReopen(number)
                gesture.step(number, status)
        unsent_answers.cancel(gesture, gesture.numbers, status)
        verb = STEPS[status]
        return gesture.done(
            sentence(verb.said, gesture.numbers, f"Nothing changed: already {verb.already}.")
        )
