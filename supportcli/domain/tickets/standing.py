"""Which of the things that were done stand: what was undone does not, unless it was redone."""

from collections.abc import Sequence

from supportcli.domain.tickets.ticket import Event


def taken_back(events: Sequence[Event]) -> set[str]:
    """The gestures that do not stand, by these events, oldest first: an undo takes back a verb, a
    redo an undo, and each can be taken back itself."""
    gone: set[str] = set()
    for event in reversed(events):
        if event.undoes is not None and event.gesture not in gone:
            gone.add(event.undoes)
    return gone
