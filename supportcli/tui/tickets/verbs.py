"""What an agent does to the ticket under the cursor. The screen shows it at once, a thread does it
in the order of the keys, `z` undoes it."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from supportcli.domain.mail import Address
from supportcli.domain.people import forbids
from supportcli.domain.replies.drafts import Draft
from supportcli.domain.tickets.ticket import (
    Status,
    TicketLine,
    after_assigning,
    may_step,
)
from supportcli.domain.tickets.verbs import BY_NAME, VERBS, Asks, Verb
from supportcli.errors import SupportError
from supportcli.errors.tickets import ChangedMeanwhile, FieldsLacking, TicketMerged
from supportcli.rendering.times import span
from supportcli.terminal import clean
from supportcli.tui.context import InboxContext
from supportcli.tui.keys import TICKETS, Mode
from supportcli.tui.tickets.browse import Browse
from supportcli.tui.tickets.choices import NO_TICKET, Choosing
from supportcli.tui.tickets.unseen import Unseen
from supportcli.tui.tickets.verb_order.pending_keys import Behind, waits
from supportcli.tui.tickets.verb_order.repeating import RepeatableVerb, Repeating

if TYPE_CHECKING:
    from datetime import datetime

    from supportcli.desk.gestures import Done
    from supportcli.desk.tickets.inbox import TicketChoices
    from supportcli.domain.people import Agent
    from supportcli.domain.teams import AgentTeam
    from supportcli.tui.client.desk_client import DeskClient

_LONG_AGO = timedelta(minutes=1)
"""When what is undone is said with its time."""

AT_WORK = frozenset({Status.NEW, Status.OPEN})
"""The statuses that cannot be reopened."""


@dataclass(slots=True)
class PendingVerb:
    """A verb on its way. `gesture` is its id at the desk, once it is done; it stays empty if
    nothing changed or the desk refused.

    `undone` is called after it was undone, with my drafts as they are then, and returns what to
    say; `failed` if the desk refused. `name` is that of its action, `seen` the last event of the
    ticket that the agent had seen."""

    number: int
    what: str
    gesture: str = ""
    undone: "Undone | None" = None
    failed: Callable[[], None] | None = None
    name: str = ""
    seen: int = 0
    numbers: tuple[int, ...] = ()
    """All its tickets, if they were marked."""
    about: str = ""
    """Whom it is about, if that is no ticket."""
    is_mine: bool = False
    """Whether it is about my own draft: `undone` undoes it, the desk has no gesture of it."""
    redone: Callable[[], None] | None = None
    """Does again what was done to my own draft."""
    given_at: "datetime | None" = None
    """When it was given."""
    drafted: bool = False
    """Whether my draft stays in the ticket that it finished."""
    leaves: "datetime | None" = None
    """When a reply leaves, if nothing else can be undone of it then."""

    @property
    def tickets(self) -> tuple[int, ...]:
        """All its tickets."""
        return self.numbers or (self.number,)

    @property
    def told(self) -> str:
        """“Solved #12”, “Solved 3 tickets”."""
        if self.about:
            return f"{self.what} {self.about}"
        many = len(self.numbers)
        return f"{self.what} {many} tickets" if many > 1 else f"{self.what} #{self.number}"


_DRAFTED = frozenset({"delete", "spam", "solve"})
"""The verbs that say so if a draft of mine stays in the ticket."""

_WEIGHTY = frozenset({"delete", "spam"})
"""The verbs that are named again with the next one, if that comes at once."""

_KEPT = " (your draft is kept)"

_AT_ONCE = timedelta(seconds=3)
"""Whoever gives the next verb so soon has not read what was said of this one."""

_OF_MARKED = frozenset(verb.name for verb in VERBS if verb.is_simple) | {
    "assign",
    "edit",
    "field",
    "link",
    "merge",
    "tag",
    "priority",
    "snooze",
    "wake",
}
"""The verbs that act on marked tickets; others act on the one under the cursor."""


Drafts = Mapping[tuple[int, str], Draft]
Undone = Callable[[Drafts], str]


class TicketVerbs:
    """The verbs of one keypress, those with a choice, and undo."""

    def __init__(self, context: InboxContext, browse: Browse, unseen: Unseen) -> None:
        self._context = context
        self._browse = browse
        self.unseen = unseen
        self._given: list[PendingVerb] = []
        self._taken_back: list[PendingVerb] = []
        self.leaves: Callable[[str, datetime, int], None] = lambda _gesture, _at, _number: None
        self.stays: Callable[[str], None] = lambda _gesture: None
        self.drafts_are: Callable[[Drafts], None] = lambda _: None
        self.people_changed: Callable[[], None] = lambda: None
        self._unanswered = 0
        self._behind = Behind(context)
        self.repeating = Repeating()
        self.choosing = Choosing(context)
        self.me: Agent | None = None
        self._choices: TicketChoices | None = None
        self.lacks: Callable[[TicketLine, Sequence[str]], None] = lambda _line, _names: None

    # One keypress

    def simple(self, verb: Verb) -> None:
        """Do what nothing has to be asked for; the cursor goes on where the table says so."""
        line = self._line()
        if line is None:
            return
        if not self.marked(verb.name) and (why_not := _why_not(verb, line)):
            self._context.notices.warn(why_not)
            return
        self.do(
            replace(line, **verb.shown(line, self._context.now())),
            verb.said,
            lambda client, seen: client.verbs.do(
                verb.name, line.number, None if verb.aside else seen
            ),
            name=verb.name,
            moves_on=verb.moves_on,
            again=lambda _: self.simple(verb),
        )

    def unless_merged(self, verb: Verb, run: Callable[[], object]) -> None:
        """Do a verb by `run`, or say why not: my role forbids it, or the ticket was merged, and
        nothing is done to what is left of it."""
        error = self.forbidden(verb) or self._merged()
        if error is None:
            run()
        elif verb.asks is Asks.NOTHING:
            self._context.notices.fail(error)
        else:
            title = verb.label or verb.name.replace("_", " ")
            self.choosing.fail_to_open(title.capitalize(), error)

    def forbidden(self, verb: Verb) -> SupportError | None:
        """That my role forbids a verb."""
        return None if self.me is None else forbids(self.me, verb.needs)

    def _merged(self) -> SupportError | None:
        """That the ticket under the cursor was merged into another one."""
        line = self._context.tickets.line
        if line is None or line.merged_into is None:
            return None
        return TicketMerged(line.number, line.merged_into)

    def forbids(self, name: str) -> bool:
        """Whether my role forbids the action of this name."""
        return name in BY_NAME and self.forbidden(BY_NAME[name]) is not None

    def take(self) -> None:
        """Assign the ticket to me."""
        line = self._line()
        if line is not None and self.me is not None:
            changed = replace(
                line,
                assignee=Address(self.me.name, self.me.address),
                status=after_assigning(line.status, self.me.id)["status"],
            )
            self.do(
                changed,
                BY_NAME["take"].said,
                lambda client, seen: client.verbs.do("assign", line.number, seen, "me"),
                name="take",
                again=lambda _: self.take(),
            )

    def repeat(self) -> None:
        """Do again, to the ticket under the cursor or the marked ones, what I did last: the same
        verb with the same choice."""
        last, key = self.repeating.last, self._context.key("repeat")
        if last is None:
            self._context.notices.warn(
                f"Nothing to repeat yet: {key} does again what you did to a ticket last."
            )
        elif (line := self._line()) is not None:
            self.unless_merged(BY_NAME[last.name], partial(self._repeat, last, line))

    def _repeat(self, last: RepeatableVerb, line: TicketLine) -> None:
        with self.repeating.again():
            last.run(line)

    def _line(self) -> TicketLine | None:
        """The line under the cursor; a verb needs a ticket that is there."""
        line = self._context.tickets.line
        if line is None:
            self._context.notices.warn(NO_TICKET)
        return line

    # Doing and undoing

    def do(
        self,
        shows: TicketLine,
        said: str,
        run: "Callable[[DeskClient, int], Done]",
        undone: Undone | None = None,
        *,
        name: str,
        failed: Callable[[], None] | None = None,
        moves_on: bool = False,
        again: Callable[[TicketLine], None] | None = None,
        then: str = "",
    ) -> None:
        """Show the ticket as the verb will leave it, say so, and do it: `run` is called with the
        last event of it that was seen, `failed` if the desk refuses. A verb that `moves_on` puts
        the cursor on the next ticket, and says so. `again` does it to another ticket; `then` is
        what else came of it."""
        marked = self.marked(name)
        number = shows.number if not marked or shows.number in marked else marked[0]
        seen = self.unseen.seen(number)
        given = PendingVerb(
            number, said, undone=undone, name=name, seen=seen, failed=failed, numbers=marked
        )
        given.drafted = name in _DRAFTED and not self._context.tickets.drafts.isdisjoint(
            given.tickets
        )
        self.remember(given)
        if again is not None:
            self.repeating.last = RepeatableVerb(name, said, again)
        self._unanswered += 1
        if number == shows.number:
            self._context.tickets.hold(shows)
            self._context.heading.put(self._context.tickets.line)
        if marked:
            self._context.tickets.mark(())
            self._browse.show_place()
        self._context.show_keys()
        if marked:
            kept = _KEPT if given.drafted else ""
            self._context.notices.undoable(self.repeating.told(given.told + kept))
        else:
            on_to = self._browse.move_on(number) if moves_on else None
            told = self.repeating.told(self._with_those_before(given, clean(shows.subject)))
            self._context.notices.undoable(told, f"{then} · on to #{on_to}" if on_to else then)
        self._context.work.in_turn(
            partial(_perform, given, run), partial(self._done, given), partial(self._failed, given)
        )

    def _with_those_before(self, given: PendingVerb, subject: str) -> str:
        """“Deleted #1 (your draft is kept) · #5 Refund”: a verb, and before it those of its kind
        that were given just before. Two keys that were meant for a text had deleted two tickets,
        and only the second was named (a trial)."""
        run = [given]
        for before in reversed(self._given[:-1]):
            later = run[-1]
            weighs = before.name in _WEIGHTY or before.drafted
            if before.name != given.name or before.numbers or not weighs:
                break
            if not (before.given_at and later.given_at):
                break
            if later.given_at - before.given_at > _AT_ONCE:
                break
            run.append(before)
        named = (f"#{one.number}{_KEPT if one.drafted else ''}" for one in reversed(run))
        return f"{given.what} {' · '.join(named)} {subject}"

    def marked(self, name: str) -> tuple[int, ...]:
        """The marked tickets, where a verb acts on them: in the list. Who reads one ticket acts on
        that."""
        in_list = self._context.mode is Mode.LIST and name in _OF_MARKED
        return self._context.tickets.in_marks if in_list else ()

    def lines(self, name: str, line: TicketLine) -> Sequence[TicketLine]:
        """The lines of the marked tickets that a verb acts on, as far as they are known, or the
        `line` under the cursor."""
        known = map(self._context.tickets.shown.line, self.marked(name))
        return [one for one in known if one is not None] or [line]

    def of(self, line: TicketLine) -> str:
        """What a choice is for, in its title: “#12”, “3 tickets”."""
        count = len(self._context.tickets.marked) if self._context.mode is Mode.LIST else 0
        return f"{count} ticket{'' if count == 1 else 's'}" if count else f"#{line.number}"

    def _done(self, given: PendingVerb, done: "Done") -> None:
        if not given.gesture:
            self._forget(given)
            self._context.notices.say(done.sentence)
        self._answered(given)

    def _failed(self, given: PendingVerb, error: SupportError) -> None:
        self._forget(given)
        if given.failed is not None:
            given.failed()
        if given.numbers:
            self._context.notices.fail(error)
            self._context.tickets.mark(self._context.tickets.marked.union(given.numbers))
            self._browse.show_place()
            self._answered(given)
        elif isinstance(error, FieldsLacking) and self._context.mode & TICKETS:
            self._lacks(given, error)
        elif isinstance(error, ChangedMeanwhile):
            self._unanswered -= 1
            self._context.tickets.shown.release(given.number)
            self.refused(given.name, given.number, given.seen, error.told)
        else:
            self._fail(given, error)
            self._answered(given)

    def _fail(self, given: PendingVerb, error: SupportError) -> None:
        """The desk could not do a verb, which was said to be done when its key was pressed."""
        became = BY_NAME[given.name].became if given.name in BY_NAME else ""
        if became:
            self._context.notices.fail_verb(f"#{given.number} was not {became}", error)
        else:
            self._context.notices.fail(error)

    def _lacks(self, given: PendingVerb, error: FieldsLacking) -> None:
        """The desk has not solved a ticket, because fields are not filled in. Go back to it, and
        ask for them: what was typed since was meant for another one."""
        self._unanswered -= 1
        self._context.tickets.shown.release(given.number)
        dropped = self._behind.take()
        self._browse.stand_on(given.number)
        self._browse.settle(given.number, stays=True)
        if dropped:
            self._context.release_keys()
        line = self._context.tickets.line
        if given.name == "solve" and line is not None and line.number == given.number:
            self.lacks(line, error.names)
        else:
            self._context.notices.fail(error)

    def _answered(self, given: PendingVerb) -> None:
        self._unanswered -= 1
        self._context.tickets.shown.release(given.number)
        self._browse.settle(*given.tickets)
        if not self._unanswered:
            self._behind.go()

    def refused(self, name: str, number: int, seen: int, told: str) -> None:
        """The desk has not done a verb, because others changed its ticket. Go back to that ticket:
        the next key is meant for it. If the agent is writing or choosing for another one by now,
        stay there."""
        dropped = self._behind.take()
        if self._context.mode & TICKETS:
            self._browse.stand_on(number)
        self.unseen.refused(name, number, seen, told, dropped)
        self._browse.settle(number, stays=True)
        if dropped:
            self._context.release_keys()

    def wait_behind(self, name: str, run: Callable[[], object]) -> bool:
        """Whether an action, done by `run`, has to wait for the desk. The desk may refuse the verb
        before it: then the action was not meant for the ticket that is marked now."""
        if not self._unanswered or not waits(name):
            return False
        self._behind.put(name, run)
        return True

    def remember(self, given: PendingVerb) -> None:
        """A verb that is done (elsewhere if it is a reply) can be undone; what was undone before it
        cannot be redone any longer."""
        given.given_at = self._context.now()
        self._given.append(given)
        self._taken_back.clear()
        self._context.show_keys()

    def forget(self, gesture: str) -> bool:
        """A remembered verb is undone elsewhere; False if it is undone already."""
        found = next((given for given in self._given if given.gesture == gesture), None)
        if found is not None:
            self._forget(found)
        return found is not None

    def _forget(self, given: PendingVerb) -> None:
        if given in self._given:
            self._given.remove(given)
            self._context.show_keys()

    @property
    def last(self) -> PendingVerb | None:
        """What would be undone next."""
        return self._given[-1] if self._given else None

    @property
    def can_undo(self) -> bool:
        """Whether there is anything to undo here: a reply that has left is not taken back."""
        last = self.last
        return last is not None and (last.leaves is None or self._context.now() < last.leaves)

    def can(self, name: str) -> bool:
        """Whether there is anything to undo, redo or repeat."""
        there = {
            "undo": self._given,
            "redo": self._taken_back,
            "repeat": self.repeating.last,
        }
        return bool(there[name])

    @property
    def last_is_about_people(self) -> bool:
        """Whether what would be undone is about a customer."""
        return bool(self._given and self._given[-1].about)

    @property
    def last_undone_is_about_people(self) -> bool:
        """Whether what would be redone is about a customer."""
        return bool(self._taken_back and self._taken_back[-1].about)

    def undo(self) -> None:
        """Undo the last thing I did here, and go to its ticket. If that brings a text back, keys
        wait for it: the next may continue it."""
        if not self._given:
            self._context.notices.warn(
                "Nothing to undo here. For older actions: supportcli ticket undo NUMBER"
            )
            return
        given, before = self._given.pop(), self._context.tickets.cursor
        self.repeating.forget(given.name)
        self._context.show_keys()
        self._return_to(given)
        self._context.notices.undoing(f"Undoing: {given.told} …")
        if given.undone:
            self._context.hold_keys()
        self._context.work.in_turn(
            partial(_take_back, given),
            partial(self._undone, given),
            partial(self._not_undone, given, before),
        )

    def _undone(self, given: PendingVerb, answer: "tuple[Done | None, Drafts]") -> None:
        done, drafts = answer
        self.stays(given.gesture)
        if given.is_mine and given.undone:
            self._context.notices.undone(given.undone(drafts))
        if done is not None and not done.partly:
            self._taken_back.append(replace(given, gesture=done.gesture))
            self._mark_again(given)
        elif given.redone:
            self._taken_back.append(given)
        if done is not None and done.partly:
            self._context.notices.warn(done.sentence)
        elif done is not None:
            self._context.notices.undone(
                given.undone(drafts) if given.undone else f"Undone: {given.told}{self._ago(given)}"
            )
        self._settle(given)

    def _ago(self, given: PendingVerb) -> str:
        """How long ago a verb was given, if nobody has it in mind any longer."""
        ago = self._context.now() - (given.given_at or self._context.now())
        return f", {span(ago)} ago" if ago >= _LONG_AGO else ""

    def _mark_again(self, given: PendingVerb) -> None:
        """Tickets that were marked for what is undone are marked again: the agent meant them."""
        if given.numbers and self._context.mode is Mode.LIST:
            there = [one for one in given.numbers if self._context.tickets.shown.has(one)]
            self._context.tickets.mark(self._context.tickets.marked.union(there))
            self._browse.show_place()
            self._context.show_keys()

    def _not_undone(self, given: PendingVerb, before: int | None, error: SupportError) -> None:
        """Nothing was undone, or redone. Where keys waited for a text to come back, they were meant
        for that: go back to the ticket of `before`, without them."""
        self._context.notices.fail(error)
        self._settle(given, forget=True)
        if given.undone and before is not None and self._context.mode & TICKETS:
            self._browse.stand_on(before)

    def redo(self) -> None:
        """Do again what I undid last here, and go to its ticket. Keys wait, as for undo."""
        if not self._taken_back:
            self._context.notices.warn(
                "Nothing to redo here. What was undone elsewhere: supportcli ticket redo NUMBER"
            )
            return
        given, before = self._taken_back.pop(), self._context.tickets.cursor
        self._return_to(given)
        if given.redone:
            left = self._taken_back[:]
            given.redone()
            self._taken_back = left  # as if it were done for the first time, that forgot these
            return
        self._context.notices.undoing(f"Redoing: {given.told} …")
        if given.undone:
            self._context.hold_keys()
        self._context.work.in_turn(
            partial(_do_again, given),
            partial(self._redone, given),
            partial(self._not_undone, given, before),
        )

    def _redone(self, given: PendingVerb, answer: "tuple[Done, Drafts]") -> None:
        done, drafts = answer
        leaves = done.replies[0].not_before if given.leaves and done.replies else None
        self._given.append(replace(given, gesture=done.gesture, leaves=leaves))
        self._context.tickets.mark(self._context.tickets.marked.difference(given.numbers))
        self._context.show_keys()
        self._context.notices.undoable(f"Redone: {given.told}")
        if given.undone:
            self.drafts_are(drafts)
        for one in done.replies:
            self.leaves(done.gesture, one.not_before, one.ticket)
            if not one.chosen.at:
                self._context.notices.leaves(one.ticket, one.not_before)
        self._settle(given)

    def _return_to(self, given: PendingVerb) -> None:
        for number in reversed(given.tickets):  # as they left, the last first
            self._browse.bring_back(number)
        self._context.tickets.go_to(given.number)

    def _settle(self, given: PendingVerb, *, forget: bool = False) -> None:
        self._browse.settle(*given.tickets)
        if given.about:
            self.people_changed()
        if given.undone:
            self._context.release_keys(forget=forget)

    # What can be chosen

    def learn(self, choices: "TicketChoices") -> None:
        """Learn which agents, teams and tags there are."""
        self._choices = choices

    def learn_tags(self, tags: Collection[str]) -> None:
        """Offer these tags from now on too."""
        if self._choices is not None:
            known = dict.fromkeys([*self._choices.tags, *sorted(tags)])
            self._choices = replace(self._choices, tags=tuple(known))

    @property
    def agents(self) -> "Sequence[Agent]":
        """The agents who are there, as far as they are known."""
        return self._choices.agents if self._choices else ()

    @property
    def teams(self) -> "Sequence[AgentTeam]":
        """The teams there are, as far as they are known."""
        return self._choices.teams if self._choices else ()

    def with_choices(self, title: str, run: "Callable[[TicketLine, TicketChoices], None]") -> None:
        """Do something with the ticket under the cursor and the desk's choices, once those are
        there."""
        line, choices = self.choosing.line_for(title), self._choices
        if line is None:
            return
        if choices is not None:
            run(line, choices)
        else:

            def came(choices: "TicketChoices") -> None:
                self.learn(choices)
                run(line, choices)

            self._context.wait_for(
                lambda client: client.choices(), came, partial(self.choosing.fail_to_open, title)
            )


def _perform(
    given: PendingVerb, run: "Callable[[DeskClient, int], Done]", client: "DeskClient"
) -> "Done":
    done = run(client.for_all(given.numbers) if given.numbers else client, given.seen)
    given.gesture = done.gesture if done.numbers else ""
    return done


def _why_not(verb: Verb, line: TicketLine) -> str:
    """Why a verb cannot be done to a ticket as it stands; "" where it can."""
    if verb.status is Status.OPEN and line.status in AT_WORK:
        return f"#{line.number} is {line.status}: there is nothing to reopen."
    if verb.status is not None and not may_step(line.status, verb.status):
        return f"#{line.number} is {line.status} and cannot become {verb.status}."
    return ""


def _do_again(given: PendingVerb, client: "DeskClient") -> "tuple[Done, Drafts]":
    return client.verbs.redo(given.gesture), client.drafts.mine() if given.undone else {}


def _take_back(given: PendingVerb, client: "DeskClient") -> "tuple[Done | None, Drafts]":
    done = client.verbs.undo(given.gesture) if given.gesture else None
    return done, client.drafts.mine() if given.undone else {}
