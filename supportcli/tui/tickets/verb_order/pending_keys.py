"""The action given after a verb that the desk has not answered yet."""

from collections.abc import Callable
from dataclasses import dataclass

from supportcli.tui.context import InboxContext
from supportcli.tui.keys import BY_ID

PATIENCE = 1.0
"""Seconds that a key waits for the verb before it."""

_MOVES = frozenset({"Move", "Read"})
_LEAVES = "quit_anywhere"
"""Actions that never wait: the contexts that change nothing, and the key that leaves from
anywhere."""


@dataclass(frozen=True, slots=True)
class NamedAction:
    """An action by its name, and how it is done."""

    name: str
    run: Callable[[], object]


def waits(name: str) -> bool:
    """Whether an action waits for the verb before it."""
    return name not in BY_ID or (BY_ID[name].context not in _MOVES and name != _LEAVES)


class Behind:
    """The action that waits. There is one at most: the keys after it wait for it."""

    def __init__(self, context: InboxContext) -> None:
        self._context = context
        self._waiting: NamedAction | None = None

    def put(self, name: str, run: Callable[[], object]) -> None:
        """Keep an action until `go`, or until the desk has taken so long that the agent has seen
        what is marked now."""
        action = self._waiting = NamedAction(name, run)
        self._context.hold_keys()
        self._context.later(PATIENCE, lambda: self.go() if action is self._waiting else None)

    def go(self) -> None:
        """The desk has done the verb before: do what waits."""
        action, self._waiting = self._waiting, None
        if action is not None:
            action.run()
            self._context.release_keys()

    def take(self) -> str:
        """Cancel the action that waits and return its key, "" if none does. The keys after it wait
        until they are released."""
        action, self._waiting = self._waiting, None
        return self._context.key(action.name) if action is not None else ""
