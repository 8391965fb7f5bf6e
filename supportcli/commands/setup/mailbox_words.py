"""What a mailbox does, in words that several commands say."""

from typing import TYPE_CHECKING

from supportcli.commands.output import printing
from supportcli.domain.mailbox import Mailbox, SentCopies
from supportcli.domain.setup.sending_rules import keeps_copies, limits_of

if TYPE_CHECKING:
    from supportcli.desk.setup.folders import NotLookedUp


def relays(box: Mailbox) -> str:
    """Who posts to a mailbox for other people."""
    if not box.relays:
        return "no sender counts as a relay"
    verb = "posts" if len(box.relays) == 1 else "post"
    return f"{', '.join(box.relays)} {verb} for other people"


def believed(box: Mailbox) -> str:
    """Whose word counts on who sent a mail."""
    return (
        f"Authentication-Results of {box.authserv_id} are trusted"
        if box.authserv_id
        else "nobody's Authentication-Results are trusted"
    )


def after_import(box: Mailbox) -> str:
    """What happens on the server to mail that became a message."""
    kind, _, target = box.after_import.partition(":")
    done = {"seen": "are marked as read", "move": f"are moved to {target}"}.get(
        kind, "stay as they are"
    )
    return f"emails that became messages {done}"


def sends(box: Mailbox) -> str:
    """How many replies leave in which time, and who files them as sent."""
    limits = str(limits_of(box))
    files = (
        "a copy of each is put into the folder of sent mail"
        if keeps_copies(box)
        else "the provider files them as sent"
        if box.sent_copies is SentCopies.AUTO
        else "no copy is put into the folder of sent mail"
    )
    return f"Replies leave {f'at most {limits}' if limits else 'without a limit'}; {files}"


def not_looked_up(address: str, unseen: "NotLookedUp") -> None:
    """Say of which folders nobody knows whether the server has them."""
    names = ", ".join(f"“{one}”" for one in unseen.folders)
    printing.warn(
        f"Saved, but nobody has looked for {names} on the mail server. {unseen.error.sentence}",
        f"Look later with: supportcli mailbox test {address}",
    )
