"""Keys typed ahead of an answer that decides what they mean, in their order."""

from collections import deque
from collections.abc import Callable

from textual import events

from supportcli.tui.unsaved import text_of

Typed = events.Key | events.Paste


def leaves(event: events.Event) -> bool:
    """Whether it is the key that leaves the inbox from anywhere. It is never dropped."""
    return isinstance(event, events.Key) and event.key == "ctrl+q"


class LateKeys:
    """The keys that wait. `take` gets them done: nothing holds them back any more."""

    def __init__(self, take: Callable[[], object]) -> None:
        self._waiting: deque[Typed] = deque()
        self.take = take

    def __len__(self) -> int:
        return len(self._waiting)

    def add(self, event: Typed) -> None:
        """One more."""
        self._waiting.append(event)

    def next(self) -> Typed:
        """Take the first key out."""
        return self._waiting.popleft()

    @property
    def leave(self) -> bool:
        """Whether one of them leaves the inbox."""
        return any(map(leaves, self._waiting))

    @property
    def begins_with_text(self) -> bool:
        """Whether the first of them is a character, or pasted text."""
        return bool(self._waiting) and (
            isinstance(self._waiting[0], events.Paste) or self._waiting[0].is_printable
        )

    @property
    def text(self) -> str:
        """What `forget` would drop, as text."""
        return text_of(one for one in self._waiting if not leaves(one))

    def forget(self) -> None:
        """Their answer is a refusal: none of them is done, except the one that leaves."""
        self._waiting = deque(filter(leaves, self._waiting))
