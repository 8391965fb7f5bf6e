"""Folders that are not on a mailbox's server: somebody mistyped, renamed or removed one."""

from collections.abc import Iterable

from supportcli.channels.channel import Channel
from supportcli.domain.mailbox import Mailbox
from supportcli.domain.text.words import nearest
from supportcli.errors.servers import FolderGone, FolderRefused, MailServerError
from supportcli.terminal import clean

INBOX = "INBOX"
"""Every server has it, under this name in any case (RFC 3501, 5.1)."""


def names(channel: Channel) -> list[str]:
    """The folders on the server that can be opened, by name. Raises what `Channel` raises."""
    return sorted(one.name for one in channel.folders())


def is_missing(channel: Channel, folder: str, there: Iterable[str]) -> bool:
    """Whether a folder is not on a server that lists `there`. (Some do not list all.)"""
    if folder.upper() == INBOX or folder in there:
        return False
    try:
        channel.examine(folder)
    except FolderRefused:
        return True
    return False


def told(
    channel: Channel, mailbox: Mailbox, folder: str, error: FolderRefused, *, into: bool = False
) -> FolderRefused:
    """What to say about a folder that the server refused with `error`: that it is not there, and
    which name is like it, or else the server's own words."""
    try:
        there = names(channel)
    except MailServerError:
        return error
    if folder in there:
        return error
    near = clean(nearest(folder, there))
    return FolderGone(mailbox.address, clean(folder), near, into=into)
