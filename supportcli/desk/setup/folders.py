"""The folders that a mailbox reads or moves mail to, looked up on its mail server."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass

from supportcli.channels.channel import Channel, FolderRole
from supportcli.desk import Desk
from supportcli.desk.mail.servers import missing_folders
from supportcli.domain.mailbox import Mailbox, Secret
from supportcli.domain.text.words import nearest
from supportcli.errors import SupportError
from supportcli.errors.servers import FolderRefused
from supportcli.errors.setup import FolderAbsent, FolderHasRole
from supportcli.storage.mail import mails
from supportcli.terminal import clean


@dataclass(frozen=True, slots=True)
class NotLookedUp:
    """Folders of which nobody knows whether the server has them, and why."""

    folders: tuple[str, ...]
    error: SupportError


def look_up(
    desk: Desk,
    box: Mailbox,
    folders: Sequence[str],
    after_import: str | None,
    secret: Secret | None = None,
) -> NotLookedUp | None:
    """Look on the mail server of a mailbox (which need not be added yet, if its `secret` is given)
    for folders that are to be read, and the one that mail is to be moved to. Returns them if the
    server cannot be asked.

    FolderAbsent for the first one that it does not have; FolderHasRole if mail would be moved to
    sent mail or to junk."""
    wanted = tuple(dict.fromkeys((*folders, *_target(after_import))))
    if not wanted:
        return None
    with desk.db.read() as tx:
        known = {one.name: one.role for one in mails.folders(tx, box.id)}
    _refuse_role(box, after_import, known)
    asking = desk.trusting(box.address, secret) if secret is not None else desk
    try:
        with closing(asking.channels(box)) as channel:
            found = channel.folders()
            there = sorted(one.name for one in found)
            _refuse_role(box, after_import, {one.name: one.role for one in found})
            lacks = (one for one in wanted if missing_folders.is_missing(channel, one, there))
            missing = next(lacks, None)
    except FolderHasRole:
        raise
    except SupportError as error:
        return NotLookedUp(wanted, error)
    if missing is not None:
        shown = [clean(one) for one in there]
        near = clean(nearest(missing, there))
        raise FolderAbsent(box.address, clean(missing), shown, near)
    return None


_ROLES: Mapping[str, str] = {FolderRole.SENT: "sent mail", FolderRole.JUNK: "junk"}


def _refuse_role(box: Mailbox, after_import: str | None, roles: Mapping[str, str]) -> None:
    """FolderHasRole if mail would be moved to sent mail or to junk; `roles` are those of folders,
    by name."""
    for folder in _target(after_import):
        if what := _ROLES.get(roles.get(folder, "")):
            raise FolderHasRole(box.address, clean(folder), what)


def _target(after_import: str | None) -> Iterator[str]:
    """The folder that mail is moved to, if it is."""
    kind, _, target = (after_import or "").partition(":")
    if kind == "move":
        yield target


_Opened = tuple[str, SupportError | None]
"""How many emails are in a folder, or why it cannot be opened."""


def opened(channel: Channel, box: Mailbox) -> Iterator[tuple[str, _Opened]]:
    """Open each folder besides INBOX that is read, and the one that mail is moved to."""
    read = [one for one in box.folders if one.upper() != missing_folders.INBOX]
    for folder in read:
        yield f"folder {folder}", _opened(channel, box, folder)
    for folder in _target(box.after_import):
        name = f"folder {folder}, for emails that became messages"
        yield name, _opened(channel, box, folder, into=True)


def _opened(channel: Channel, box: Mailbox, folder: str, *, into: bool = False) -> _Opened:
    try:
        count = channel.examine(folder).exists
    except FolderRefused as error:
        return "", missing_folders.told(channel, box, folder, error, into=into)
    except SupportError as error:
        return "", error
    return "1 email" if count == 1 else f"{count} emails", None
