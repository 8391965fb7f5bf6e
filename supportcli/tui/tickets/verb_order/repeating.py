"""The last verb, to be done once more to another ticket. A text of one's own is never sent
again."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from supportcli.domain.tickets.ticket import TicketLine


@dataclass(frozen=True, slots=True)
class RepeatableVerb:
    """A verb with what was chosen for it: the name of its action, what is said of it before the
    ticket's number, and what does it to another ticket, or to those that are marked."""

    name: str
    said: str
    run: Callable[[TicketLine], None]


class Repeating:
    """Remembers one verb."""

    def __init__(self) -> None:
        self.last: RepeatableVerb | None = None
        self._repeats = False

    @contextmanager
    def again(self) -> Iterator[None]:
        """What is done within is done again, and is told so."""
        self._repeats = True
        try:
            yield
        finally:
            self._repeats = False

    def forget(self, name: str) -> None:
        """What an action did was taken back: nobody wants to have it done again."""
        if self.last is not None and self.last.name == name:
            self.last = None

    def told(self, text: str) -> str:
        """What is said of a verb."""
        return f"Again: {text}" if self._repeats else text

    def meant(self, name: str) -> str:
        """The verb that an action does: itself, or the one that it repeats."""
        return self.last.name if name == "repeat" and self.last is not None else name
