"""What a mailbox is called, its servers and its login."""

from dataclasses import dataclass, replace

from supportcli.desk import Desk
from supportcli.desk.gestures import authorize
from supportcli.desk.setup.founding import check_line, mailbox
from supportcli.domain.mailbox import Endpoint, Mailbox
from supportcli.domain.people import Action
from supportcli.storage.mail import mails
from supportcli.storage.setup import mailboxes


@dataclass(frozen=True, slots=True)
class ServerChanges:
    """What to change; None: no change."""

    name: str | None = None
    imap: Endpoint | None = None
    smtp: Endpoint | None = None
    username: str | None = None

    def __bool__(self) -> bool:
        return (self.name, self.imap, self.smtp, self.username) != (None, None, None, None)


def edit_servers(
    desk: Desk, address: str, changes: ServerChanges, *, insecure: bool = False
) -> Mailbox:
    """Change what a mailbox is called, its servers or its login. Mail of another IMAP server or
    login is read from its beginning: what is here already is not taken twice.

    LineInsecure; NotFound; NotAllowed if I am not an admin."""
    found = mailbox(desk, address)
    after = replace(
        found,
        name=found.name if changes.name is None else " ".join(changes.name.split()),
        imap=changes.imap or found.imap,
        smtp=changes.smtp or found.smtp,
        username=changes.username or found.username,
        insecure=found.insecure or insecure,
    )
    for endpoint in (after.imap, after.smtp):
        check_line(endpoint, insecure=after.insecure)
    with desk.db.write() as tx:
        authorize(desk.me(tx), Action.SET_UP)
        mailboxes.set_servers(tx, after)
        if _place(found) != _place(after):
            mails.retire_folders(tx, found.id)
    return mailbox(desk, address)


def _place(box: Mailbox) -> tuple[str, int, str]:
    """Where a mailbox's mail is: elsewhere, the places of its mails mean nothing."""
    return box.imap.host, box.imap.port, box.username
