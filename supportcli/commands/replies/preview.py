"""What `ticket reply --dry-run` prints: the email that would leave."""

from datetime import datetime
from typing import TYPE_CHECKING

from supportcli.commands.output import printing
from supportcli.errors import UsageError
from supportcli.terminal import clean

if TYPE_CHECKING:
    from supportcli.desk.replies.previewing import PreviewedReply


def begun(number: int, draft: str) -> str:
    """The text of a draft, to be shown. UsageError if there is none."""
    if not draft.strip():
        raise UsageError(
            f"You have no draft in #{number}.", "Give the text with --text, --file or a pipe."
        )
    return draft


def show(one: "PreviewedReply", now: datetime, *, as_json: bool) -> None:
    """Print the email: its headers as its reader sees them, its text, and on stderr what would be
    asked first."""
    from supportcli.desk.replies import reply_json
    from supportcli.rendering.mail.outgoing_mail import headers

    if as_json:
        printing.emit(reply_json.previewed(one))
        return
    for name, value in headers(one, now):
        printing.say(f"{name + ':':9}{value}")
    printing.write("\n" + "".join(f"{clean(line)}\n" for line in one.mail.text.splitlines()))
    if one.question:
        printing.warn(f"It is asked first: {one.question}.")
