"""What is read of tickets: a complete one, the files in it, and what changed since."""

from sqlmodel import Session

from supportcli.desk import Desk
from supportcli.desk.states import state_of
from supportcli.domain.tickets.mentions import MENTIONS
from supportcli.domain.tickets.ticket import Ticket
from supportcli.errors.names import NotFound, Thing
from supportcli.storage.people import mentions
from supportcli.storage.tickets import events, followers, lists, messages, tickets


def ticket(desk: Desk, number: int, last: int | None = None) -> Ticket:
    """A ticket as I read it, with its messages (the newest `last` of them), history and links.
    NotFound if there is none."""
    with desk.db.read() as tx:
        return _ticket(tx, number, last, desk.settings.agent)


def _ticket(tx: Session, number: int, last: int | None, reader: str) -> Ticket:
    line = next(iter(lists.lines(tx, [number], reader)), None)
    if line is None:
        raise NotFound(Thing.TICKET, str(number))
    into = state_of(tx, number).merged_into if line.merged_into is not None else None
    shown = tuple(messages.of_ticket(tx, number, last))
    history = tuple(events.of_ticket(tx, number))
    newest = history[-1].id if history else 0
    earlier = line.message_count - len(shown)
    files = messages.files_before(tx, number, shown[0].position) if earlier and shown else 0
    links = tuple(tickets.links(tx, number))
    was_merged = any(event.kind == "took-in" for event in history)
    named = was_merged or any(MENTIONS in event.after for event in history)
    was_followed = named or any(event.kind == "followed" for event in history)
    follow = followers.of_ticket(tx, number) if was_followed else ()  # most tickets never were
    mentioned = mentions.of_ticket(tx, number) if named else ()
    return Ticket(line, shown, history, links, newest, earlier, files, follow, into, mentioned)


def merged_into(desk: Desk, number: int) -> int | None:
    """The ticket that has the messages of a merged one, at the end of a chain of merges; None if
    this one was not merged. NotFound if there is none."""
    with desk.db.read() as tx:
        state_of(tx, number)
        return tickets.ends_of_merges(tx, [number]).get(number)


class Changes:
    """Follows changes by this process or another: `moved` costs microseconds, `since` reads the
    change log. `seen` is the last event it has reported."""

    def __init__(self, desk: Desk) -> None:
        from supportcli.storage import change_log  # noqa: PLC0415  # who reads one ticket follows none

        self._desk = desk
        self._log = change_log
        self._version = desk.db.data_version()
        with desk.db.read() as tx:
            self.seen, self._people = self._log.ends(tx)

    def moved(self) -> bool:
        """Whether the database was written since the last call."""
        version = self._desk.db.data_version()
        moved, self._version = version != self._version, version
        return moved

    def since(self) -> tuple[int, ...]:
        """The numbers of the tickets that changed since the last call, with those whose customer
        did: their rows name them."""
        before = self.seen, self._people
        with self._desk.db.read() as tx:
            self.seen, self._people = ends = self._log.ends(tx)
            return self._log.tickets_between(tx, before, ends)
