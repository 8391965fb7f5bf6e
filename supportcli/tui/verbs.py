"""What an agent does to the ticket under the cursor. The screen shows it at once, a thread does it in the order of the keys, `z` takes it back."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from supportcli.domain.drafts import Draft
from supportcli.domain.mail import Address
from supportcli.domain.ticket import Priority, Status, TicketLine, after_step, may_step, status_after_touch
from supportcli.errors import SupportError
from supportcli.terminal import clean
from supportcli.tui.browse import Browse
from supportcli.tui.keys import Mode, offered
from supportcli.tui.stage import Stage
from supportcli.tui.widgets.picker import Choice

if TYPE_CHECKING:
    from supportcli.desk.gestures import Done
    from supportcli.desk.inbox import Choices
    from supportcli.domain.people import Agent
    from supportcli.tui.calls import Calls

_NOBODY = "nobody"
NO_TICKET = "There is no ticket here."


@dataclass(slots=True)
class Deed:
    """A verb that was given. `gesture` is what the desk calls it, once it is done; it stays empty where nothing changed or the desk refused.
    `undone` is called when it was taken back, with my drafts as they are then, and answers with what to say."""

    number: int
    what: str
    gesture: str = ""
    undone: "Undone | None" = None


Drafts = Mapping[tuple[int, str], Draft]
Undone = Callable[[Drafts], str]


class Verbs:
    """The verbs of one keypress, those with a choice, and undo."""

    def __init__(self, stage: Stage, browse: Browse) -> None:
        self._stage = stage
        self._browse = browse
        self._deeds: list[Deed] = []
        self._choosing: Callable[[str], None] | None = None
        self.me: Agent | None = None
        self._choices: Choices | None = None

    # One keypress

    def solve(self) -> None:
        """Solve, and go to the next ticket."""
        self._step(Status.SOLVED, "Solved", lambda number, calls: calls.solve(number))

    def wait(self) -> None:
        """Wait for the customer, and go to the next ticket."""
        self._step(Status.PENDING, "Waiting for the customer:", lambda number, calls: calls.wait(number))

    def hold(self) -> None:
        """Put on hold, and go to the next ticket."""
        self._step(Status.ON_HOLD, "On hold:", lambda number, calls: calls.hold(number))

    def spam(self) -> None:
        """Mark as spam, and go to the next ticket."""
        self._step(Status.SPAM, "Marked as spam:", lambda number, calls: calls.spam(number))

    def delete(self) -> None:
        """Throw away, and go to the next ticket."""
        self._step(Status.DELETED, "Deleted", lambda number, calls: calls.delete(number))

    def reopen(self) -> None:
        """Open a ticket again."""
        self._step(Status.OPEN, "Reopened", lambda number, calls: calls.reopen(number), moves_on=False)

    def take(self) -> None:
        """Make the ticket mine."""
        line = self._line()
        if line is not None and self.me is not None:
            changed = replace(line, assignee=Address(self.me.name, self.me.address), status=status_after_touch(line.status))
            self.do(changed, "Took", lambda calls: calls.assign(line.number, "me"))

    def _step(self, status: Status, said: str, run: "Callable[[int, Calls], Done]", *, moves_on: bool = True) -> None:
        line = self._line()
        if line is None:
            return
        if not may_step(line.status, status):
            self._stage.notices.warn(f"#{line.number} is {line.status} and cannot become {status}.")
            return
        ends = "waiting_since" in after_step(status, self._stage.now())
        waiting = None if ends else line.waiting_since
        self.do(replace(line, status=status, waiting_since=waiting), said, partial(run, line.number))
        if moves_on:
            self._browse.move_on(line.number)

    def _line(self) -> TicketLine | None:
        """The line under the cursor; a verb needs a ticket that is there."""
        line = self._stage.tickets.line
        if line is None:
            self._stage.notices.warn(NO_TICKET)
        return line

    # Doing and undoing

    def do(self, shows: TicketLine, said: str, run: "Callable[[Calls], Done]", undone: Undone | None = None) -> None:
        """Show the ticket as the verb will leave it, say so, and have it done."""
        deed = Deed(shows.number, said, undone=undone)
        self._deeds.append(deed)
        self._stage.tickets.hold(shows)
        self._stage.heading.put(self._stage.tickets.line)
        self._stage.notices.undoable(f"{said} #{shows.number} {clean(shows.subject)}")
        self._stage.work.in_turn(partial(_perform, deed, run), partial(self._done, deed), partial(self._failed, deed))

    def _done(self, deed: Deed, done: "Done") -> None:
        if not deed.gesture:
            self._forget(deed)
            self._stage.notices.say(done.sentence)
        self._answered(deed.number)

    def _failed(self, deed: Deed, error: SupportError) -> None:
        self._forget(deed)
        self._stage.notices.fail(error)
        self._answered(deed.number)

    def _answered(self, number: int) -> None:
        self._stage.tickets.shown.release(number)
        self._browse.settle(number)

    def remember(self, deed: Deed) -> None:
        """A verb that was done elsewhere (a reply) can be undone too."""
        self._deeds.append(deed)

    def forget(self, gesture: str) -> bool:
        """A verb that was remembered is undone elsewhere; False where it is undone already."""
        found = next((deed for deed in self._deeds if deed.gesture == gesture), None)
        if found is not None:
            self._deeds.remove(found)
        return found is not None

    def _forget(self, deed: Deed) -> None:
        if deed in self._deeds:
            self._deeds.remove(deed)

    def undo(self) -> None:
        """Take back the last thing I did here, and go to its ticket. Where that brings a text back, keys wait for it: the next may write on in it."""
        if not self._deeds:
            self._stage.notices.warn("Nothing to undo here. Older: supportcli ticket undo NUMBER")
            return
        deed = self._deeds.pop()
        self._browse.bring_back(deed.number)
        self._stage.tickets.go_to(deed.number)
        self._stage.notices.undoing(f"Undoing: {deed.what} #{deed.number} …")
        if deed.undone:
            self._stage.hold_keys()
        self._stage.work.in_turn(partial(_take_back, deed), partial(self._undone, deed), partial(self._not_undone, deed))

    def _undone(self, deed: Deed, answer: "tuple[Done | None, Drafts]") -> None:
        done, drafts = answer
        if done is not None and done.partly:
            self._stage.notices.warn(done.sentence)
        elif done is not None:
            self._stage.notices.say(deed.undone(drafts) if deed.undone else f"Undone: {deed.what} #{deed.number}")
        self._taken_back(deed)

    def _not_undone(self, deed: Deed, error: SupportError) -> None:
        self._stage.notices.fail(error)
        self._taken_back(deed)

    def _taken_back(self, deed: Deed) -> None:
        self._browse.settle(deed.number)
        if deed.undone:
            self._stage.release_keys()

    # With a choice

    def learn(self, choices: "Choices") -> None:
        """These agents and tags there are."""
        self._choices = choices

    def _with_choices(self, title: str, run: "Callable[[TicketLine, Choices], None]") -> None:
        """Do something with the ticket under the cursor and what the desk has to choose from, once that is there."""
        line, choices = self._stage.tickets.line, self._choices
        if line is None:
            self.refuse(title, NO_TICKET)
        elif choices is not None:
            run(line, choices)
        else:

            def came(choices: "Choices") -> None:
                self.learn(choices)
                run(line, choices)

            self._stage.wait_for(lambda calls: calls.choices(), came, partial(self.fail_to_open, title))

    def assign(self) -> None:
        """Choose who has the ticket."""
        self._with_choices("Assign", self._choose_agent)

    def _choose_agent(self, line: TicketLine, there: "Choices") -> None:
        choices = [Choice("me", f"{self.me.name} (me)", self.me.address)] if self.me else []
        choices += [Choice(agent.address, agent.name, agent.address) for agent in there.agents if agent != self.me]
        choices.append(Choice(_NOBODY, "nobody", "takes it from whoever has it"))
        self.choose(f"Assign #{line.number}", choices, partial(self._assign, line, there.agents))

    def _assign(self, line: TicketLine, agents: "Sequence[Agent]", who: str) -> None:
        agent = self.me if who == "me" else next((agent for agent in agents if agent.address == who), None)
        has = Address(agent.name, agent.address) if agent else None
        status = status_after_touch(line.status) if agent else line.status
        said = f"Assigned to {agent.name if agent else 'nobody'}:"
        self.do(replace(line, assignee=has, status=status), said, lambda calls: calls.assign(line.number, None if who == _NOBODY else who))
        if agent is not None and agent != self.me:
            self._browse.move_on(line.number)

    def priority(self) -> None:
        """Choose how urgent the ticket is."""
        line = self._stage.tickets.line
        if line is None:
            self.refuse("Priority", NO_TICKET)
            return
        choices = [Choice(str(priority), str(priority), "now" if priority is line.priority else "") for priority in reversed(Priority)]
        self.choose(f"Priority of #{line.number}", choices, partial(self._prioritise, line))

    def _prioritise(self, line: TicketLine, name: str) -> None:
        priority = Priority.of(name)
        self.do(replace(line, priority=priority), f"Priority {priority}:", lambda calls: calls.prioritise(line.number, priority))

    def tag(self) -> None:
        """Choose or type tags; with - before it a tag is taken off."""
        self._with_choices("Tag", self._choose_tag)

    def _choose_tag(self, line: TicketLine, there: "Choices") -> None:
        off = [Choice(f"-{tag}", f"-{tag}", "take it off") for tag in line.tags]
        on = [Choice(tag, tag) for tag in there.tags if tag not in line.tags]
        self.choose(f"Tag #{line.number}", [*on, *off], partial(self._tag, line), new="a new tag")

    def _tag(self, line: TicketLine, words: str) -> None:
        add = {word.lower().lstrip("#") for word in words.split() if not word.startswith("-")}
        remove = {word.lower().lstrip("-#") for word in words.split() if word.startswith("-")}
        said = "Tagged " + " ".join([*(f"+{word}" for word in sorted(add)), *(f"-{word}" for word in sorted(remove))]) + ":"
        tags = tuple(sorted((set(line.tags) | add) - remove))
        if self._choices is not None:
            self._choices = replace(self._choices, tags=tuple(dict.fromkeys([*self._choices.tags, *sorted(add)])))
        self.do(replace(line, tags=tags), said, lambda calls: calls.tag(line.number, add, remove))

    def palette(self, run: Callable[[str], None]) -> None:
        """Choose an action by its name; `run` does it."""
        home = self._stage.mode
        choices = [
            Choice(act.id, act.sentence, act.all_keys, "" if act.modes & (home | Mode.GO) else "not here", f"{act.id} {act.label}".replace("_", " "))
            for act in offered()
        ]
        self.choose("Do", choices, run)

    def choose(
        self,
        title: str,
        choices: Sequence[Choice],
        then: Callable[[str], None],
        *,
        new: str = "",
        mode: Mode = Mode.PICK,
        marks: Callable[[Choice | None], None] | None = None,
    ) -> None:
        """Let the agent choose, and do `then` with the value that is chosen. `marks` is told which line is marked; the rest as `Picker.open`."""
        self._choosing = then
        self._stage.mode = mode
        self._stage.picker.open(title, choices, partial(self._marked, marks), new=new, previewed=mode is Mode.CANNED)

    def _marked(self, marks: Callable[[Choice | None], None] | None, marked: Choice | None) -> None:
        """Without a marked line nothing can be done to it, and the footer says so."""
        self._stage.labels = {} if marked else dict.fromkeys(("choose", "choose_edit", "choose_read_on"), "")
        if marks is not None:
            marks(marked)
        self._stage.show_keys()

    def refuse(self, title: str, why: str) -> None:
        """A key cannot open what it should. Open a dock that says why: what was typed behind the key goes there, instead of becoming verbs."""
        self.choose(title, (), _nothing)
        self._stage.picker.tell(why)

    def fail_to_open(self, title: str, error: SupportError) -> None:
        """As `refuse`, where the desk did not answer."""
        self.refuse(title, error.sentence)

    def chosen(self) -> None:
        """Take what is marked. Where nothing is, stay: what is typed next is still meant for the choice."""
        then, marked = self._choosing, self._stage.picker.marked
        if then is None or marked is None:
            self._stage.notices.warn(self._stage.picker.why_nothing)
        elif marked.why_not:
            self._stage.notices.warn(f"{marked.name}: {marked.why_not}.")
        else:
            self.cancel()
            then(marked.value)

    def cancel(self) -> None:
        """Choose nothing."""
        self._choosing = None
        self._stage.picker.close()
        self._stage.go_home()


def _nothing(_: str) -> None:
    """What follows where there is nothing to choose."""


def _perform(deed: Deed, run: "Callable[[Calls], Done]", calls: "Calls") -> "Done":
    done = run(calls)
    deed.gesture = done.gesture if done.numbers else ""
    return done


def _take_back(deed: Deed, calls: "Calls") -> "tuple[Done | None, Drafts]":
    done = calls.undo(deed.gesture) if deed.gesture else None
    return done, calls.drafts() if deed.undone else {}
