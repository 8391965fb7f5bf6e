"""What a list shows of a ticket's last message: its first words, on one line."""

from supportcli.domain.tickets.ticket import Beginning, Direction

READ = 300
"""So many characters of a message are read to find its first words."""

_MOST = 160


def beginning(stored: str | None) -> Beginning | None:
    """The beginning of a message that is stored as its direction, a colon, and `READ` characters of
    its text.

    Quoted lines are left out: an answer below a quote begins after it. None if there is no message,
    or no word in it."""
    direction, _, text = (stored or "").partition(":")
    if ">" in text:
        text = "\n".join(line for line in text.split("\n") if not line.lstrip().startswith(">"))
    words = " ".join(text.split())
    return Beginning(words[:_MOST], Direction(direction)) if words else None
