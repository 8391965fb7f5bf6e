"""What came into a ticket while its agent was writing."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from supportcli.commands.output import printing
from supportcli.errors.replies import SendRefused

if TYPE_CHECKING:
    from supportcli.desk import Desk


@contextmanager
def showing_news(desk: "Desk", number: int, seen: int) -> Iterator[None]:
    """Show what came after the event `seen`, on standard error, if the block is refused for it: its
    writer has to read that before the text can leave."""
    try:
        yield
    except SendRefused:
        from supportcli.commands.tickets.activity import said_after
        from supportcli.desk.people.colleagues import list_agents
        from supportcli.desk.tickets import reading

        ticket, agents = reading.ticket(desk, number), list_agents(desk)
        for line in said_after(ticket, seen, printing.width(), desk.now(), agents):
            sys.stderr.write("".join(text for text, _ in line).rstrip() + "\n")
        raise
