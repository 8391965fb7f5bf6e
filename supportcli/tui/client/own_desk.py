"""The open desk, and which gestures were made from here: they are no news to this inbox."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from supportcli.desk import Desk
from supportcli.desk.gestures import Done
from supportcli.desk.mail.held.accepting import MailsDone
from supportcli.desk.people import colleagues
from supportcli.domain.people import Agent
from supportcli.domain.tickets.news import Sight

D = TypeVar("D", Done, MailsDone)


@dataclass(slots=True)
class OwnDesk:
    """What all parts of the client share. With `marked` tickets, a verb is done to all of them as
    one, whichever it is given."""

    desk: Desk
    gestures: set[str] = field(default_factory=set)
    marked: tuple[int, ...] = ()
    _agents: Sequence[Agent] | None = None

    @property
    def agents(self) -> Sequence[Agent]:
        """The agents, asked for once until they are forgotten."""
        if self._agents is None:
            self._agents = colleagues.list_agents(self.desk)
        return self._agents

    def forget_agents(self) -> None:
        """Something has changed: ask for the agents again."""
        self._agents = None

    def sight(self, seen: int) -> Sight:
        """What was seen of a ticket: up to the event `seen`, and all that was done from here."""
        return Sight(seen, frozenset(self.gestures))

    def mine(self, done: D) -> D:
        """Remember that this was done from here. All verbs run in one thread."""
        self.gestures.add(done.gesture)
        return done

    def do(self, verb: Callable[..., Done], number: int, seen: int | None, *given: object) -> Done:
        """Run a verb. What was seen is of one ticket: several are changed even if others changed
        them."""
        wanted = list(self.marked or (number,))
        sight = {} if seen is None or len(wanted) > 1 else {"sight": self.sight(seen)}
        return self.mine(verb(self.desk, wanted, *given, **sight))
