"""What is read straight from the desk's file, before the desk is open: the first screen of the
inbox, and the shell's completions."""

from collections.abc import Iterator, Sequence

from supportcli.config import Settings, database_file
from supportcli.domain.tickets.news import Glance
from supportcli.domain.tickets.ticket import Status
from supportcli.storage.tickets import peek


def first_lines(settings: Settings, statuses: Sequence[Status], most: int) -> Glance:
    """The most urgent tickets in these statuses; none if the desk is on a server, or cannot be read
    at once."""
    file = database_file(settings.database)
    if file is None or not file.is_file():
        return Glance()
    return peek.first_lines(file, statuses, most, settings.agent)


def words(settings: Settings, what: str, begin: str) -> Iterator[tuple[str, str]]:
    """The words of one kind (`what`: numbers, agents …) that begin with `begin`, each with a
    description; none if the desk is on a server."""
    file = database_file(settings.database)
    if file is not None:
        yield from peek.words(file, what, begin, settings.agent or "")
