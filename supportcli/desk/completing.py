"""What the shell may offer while a command is being typed."""

from collections.abc import Iterator

from supportcli.config import Settings, database_file
from supportcli.storage.tickets import glance


def words(settings: Settings, what: str, begin: str) -> Iterator[tuple[str, str]]:
    """The words of one kind (`what`: numbers, agents …) that begin with `begin`, each with what it
    is called; none of a server."""
    file = database_file(settings.database)
    if file is not None:
        yield from glance.words(file, what, begin)
