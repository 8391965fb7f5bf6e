"""What `ticket reply --dry-run` prints: the email that would leave."""

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from supportcli.commands.output import printing
from supportcli.domain.text.sizes import size
from supportcli.errors import UsageError
from supportcli.terminal import clean

if TYPE_CHECKING:
    from supportcli.desk.replies.previewing import PreviewedReply
    from supportcli.domain.mail import Mail


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

    if as_json:
        printing.emit(reply_json.previewed(one))
        return
    for name, value in _headers(one, now):
        printing.say(f"{name + ':':9}{value}")
    printing.write("\n" + "".join(f"{clean(line)}\n" for line in one.mail.text.splitlines()))
    if one.question:
        printing.warn(f"It is asked first: {one.question}.")


def _headers(one: "PreviewedReply", now: datetime) -> Iterator[tuple[str, str]]:
    mail, people = one.mail, one.reply.addressing.recipients
    yield "From", str(mail.sender)
    for name, some in (("To", mail.to), ("Cc", mail.cc), ("Bcc", people.bcc)):
        if some:
            yield name, ", ".join(map(str, some))
    yield "Subject", mail.subject
    if files := _files(mail):
        yield "Files", files
    yield "Leaves", one.reply.when(now)


def _files(mail: "Mail") -> str:
    return ", ".join(f"{file.name} ({size(file.size)})" for file in mail.attachments)
