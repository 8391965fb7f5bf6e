"""Desks that read a real IMAP server."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from supportcli.config import Settings
from supportcli.desk import Desk, open_desk
from supportcli.desk.setup.founding import MailboxDetails, add_mailbox, create_desk
from supportcli.desk.tickets import lists, reading
from supportcli.domain.mail import Address
from supportcli.domain.mailbox import Endpoint, Login, Secret, Security
from supportcli.domain.tickets.ticket import Message, Ticket
from supportcli.storage.setup import identity
from tests.blank_desks import open_blank
from tests.conversations import INBOX, MAILBOX, OTHER_FOLDER, World
from tests.desk.desks import ADA, StandingClock
from tests.servers.imap import ImapServer

DISCARD = 9  # the port on which nothing listens: nothing here sends
FOUNDED = datetime(2026, 1, 1, tzinfo=UTC)  # before the first generated mail
READ = datetime(2026, 3, 1, tzinfo=UTC)  # behind the last one
TOKEN = re.compile(r"\bzq\d+q[a-z]+\d+\b")


@contextmanager
def desk_reading(
    server: ImapServer, user: str, url: str, folder: Path, port: int = 0
) -> Iterator[Desk]:
    """A desk at `url` whose mailbox is that of `user`, INBOX and Orders; its secret lies in
    `folder`. It was founded before all generated mail and is looked at behind all of it. `port` is
    that of a proxy before the server."""
    settings = reading_settings(server, user, url, folder, port)
    clock = StandingClock(FOUNDED)
    open_blank(url).close()
    create_desk(settings, Address("Ada", ADA), None, clock(), with_starters=False)
    desk = open_desk(settings, clock)
    try:
        imap, nowhere = (
            Endpoint(server.host, one, Security.NONE) for one in (port or server.port, DISCARD)
        )
        add_mailbox(
            desk, MailboxDetails(MAILBOX, imap, nowhere, user, "all", folders=(OTHER_FOLDER,))
        )
        with desk.db.write() as tx:
            identity.set_most_opened(tx, None)  # here one person writes a lot
        clock.now = READ
        yield desk
    finally:
        desk.close()


def reading_settings(
    server: ImapServer, user: str, url: str, folder: Path, port: int = 0
) -> Settings:
    """The settings of somebody who holds the secret of help@shop.test."""
    secret = folder / "secret"
    secret.write_text(server.password(user), encoding="utf-8")
    secret.chmod(0o600)
    imap, nowhere = (
        Endpoint(server.host, one, Security.NONE) for one in (port or server.port, DISCARD)
    )
    trusted = Login("imap", imap, user), Login("smtp", nowhere, user)
    return Settings(
        folder / "config.toml", url, ADA, {MAILBOX: Secret(f"file:{secret}", servers=trusted)}
    )


def fill(server: ImapServer, user: str, world: World) -> None:
    """Put a world's mails on the server."""
    for folder in (INBOX, OTHER_FOLDER):
        server.create_folder(user, folder)
        if mail := world.in_folder(folder):
            server.append_all(user, folder, mail)


def tickets(desk: Desk) -> list[Ticket]:
    """Every ticket of the desk, whole."""
    return [reading.ticket(desk, number) for number in lists.numbers(desk, "status:any")]


def messages(found: list[Ticket]) -> dict[str, list[Message]]:
    """The messages of tickets by the tokens in their text."""
    by_token: dict[str, list[Message]] = {}
    for message in (message for ticket in found for message in ticket.messages):
        by_token.setdefault("".join(TOKEN.findall(message.text)), []).append(message)
    return by_token


def conversations(found: list[Ticket]) -> set[frozenset[str]]:
    """The tokens that stand together, ticket by ticket."""
    return {
        frozenset(TOKEN.findall("\n".join(message.text for message in ticket.messages)))
        for ticket in found
    }
