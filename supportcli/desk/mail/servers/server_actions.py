"""What happens to mail on its server after it has become a message here: by default nothing.

Each action is a row, done only after the mail has been committed, and again if a crash came between
doing and recording it: twice is as once."""

from collections.abc import Sequence

from supportcli.channels.channel import Channel, FolderRole
from supportcli.desk import Desk
from supportcli.desk.mail.servers import missing_folders
from supportcli.domain.mailbox import Mailbox
from supportcli.errors.servers import FolderRefused
from supportcli.storage.mail import mails, server_actions
from supportcli.storage.mail.mails import Folder
from supportcli.storage.mail.server_actions import PendingAction, Wish

SEEN, MOVE = "seen", "move"
"""The kinds of actions."""


def act(desk: Desk, mailbox: Mailbox, channel: Channel) -> None:
    """Do what the mailbox wants to be done. The caller holds its sync lock. Raises what `Channel`
    raises; what is left is done in the next pass. A folder that is refused does not stop the
    others: FolderRefused is raised after the last one."""
    kind, _, target = mailbox.after_import.partition(":")
    with desk.db.read() as tx:
        folders = [one for one in mails.folders(tx, mailbox.id) if one.role == FolderRole.INBOX]
    trouble: FolderRefused | None = None
    for folder in folders:
        if kind in {SEEN, MOVE} and mailbox.acts_since is not None and folder.name != target:
            wish = Wish(kind, target or None, mailbox.acts_since)
            with desk.db.write() as tx:
                server_actions.plan(tx, folder, wish, desk.now())
        with desk.db.read() as tx:
            waiting = server_actions.pending(tx, folder)
        try:
            _do_in(desk, mailbox, channel, folder, waiting)
        except FolderRefused as error:
            trouble = trouble or error
    if trouble is not None:
        raise trouble


def _do_in(
    desk: Desk,
    mailbox: Mailbox,
    channel: Channel,
    folder: Folder,
    waiting: Sequence[PendingAction],
) -> None:
    """Do what waits in a folder."""
    if not waiting or channel.open_to_change(folder.name).uidvalidity != folder.uidvalidity:
        return
    for target in dict.fromkeys(one.target for one in waiting):
        try:
            _do(desk, channel, folder, [one for one in waiting if one.target == target])
        except FolderRefused as error:
            if target is None:
                raise
            raise missing_folders.told(channel, mailbox, target, error, into=True) from error


def _do(desk: Desk, channel: Channel, folder: Folder, waiting: Sequence[PendingAction]) -> None:
    if seen := [one for one in waiting if one.kind == SEEN]:
        channel.mark_seen([one.uid for one in seen])
        _conclude(desk, seen, server_actions.DONE)
    for one in waiting:
        if one.kind == MOVE and one.target is not None:
            channel.open_to_change(folder.name)
            moved = channel.move(one.uid, one.message_id, one.target)
            _conclude(desk, [one], server_actions.DONE if moved else server_actions.GONE)


def _conclude(desk: Desk, done: Sequence[PendingAction], state: str) -> None:
    with desk.db.write() as tx:
        server_actions.conclude(tx, [one.id for one in done], state, desk.now())
