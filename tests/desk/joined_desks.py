"""Desks of several teams that write to each other: real IMAP and SMTP between them, and one clock that
goes on only when a test says so, so that a day passes in seconds."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from supportcli.channels.email import EmailChannel
from supportcli.config import Settings
from supportcli.desk import Desk
from supportcli.desk.mail.sync import sync
from supportcli.domain.mailbox import Endpoint, Mailbox, Secret, Security
from supportcli.domain.people import Role
from supportcli.storage.setup import identity, mailboxes
from supportcli.storage.tickets import people
from tests.blank_desks import open_blank
from tests.desk.desks import StandingClock
from tests.servers.imap import ImapServer
from tests.servers.post_office import PostOffice
from tests.servers.process import LOOPBACK


@dataclass(frozen=True, slots=True)
class JoinedDesks:
    """Desks with a mailbox each, in the order of their addresses, and the post office between
    them."""

    desks: tuple[Desk, ...]
    post: PostOffice
    clock: StandingClock

    def go_on(self, minutes: float) -> None:
        """Let time pass, and cron run once on each desk. A mailbox that fails fails the test."""
        self.clock.tick(minutes=minutes)
        for desk in self.desks:
            done = sync(desk)
            assert done.error is None, done.error


@contextmanager
def joined_desks(
    folder: Path, imap: ImapServer, *addresses: str, clock: StandingClock | None = None
) -> Iterator[JoinedDesks]:
    """A desk for each address (`help@one.test`), with an agent of its domain who is Ada, in files
    below `folder`. `imap` must know users by their names alone: Dovecot does."""
    clock = clock or StandingClock()
    with ExitStack() as stack:
        post = stack.enter_context(PostOffice(imap, clock))
        desks = tuple(
            stack.enter_context(_desk(folder / f"{number}.db", post, address, clock))
            for number, address in enumerate(addresses, 1)
        )
        yield JoinedDesks(desks, post, clock)


@contextmanager
def _desk(file: Path, post: PostOffice, address: str, clock: StandingClock) -> Iterator[Desk]:
    user, password = post.open_box(address)
    agent = f"ada@{address.rpartition('@')[2]}"
    imap, smtp = (Endpoint(LOOPBACK, port, Security.NONE) for port in (post.imap.port, post.port))
    db = open_blank(f"sqlite:///{file}")
    try:
        with db.write() as tx:
            identity.found_desk(tx, address.encode().rjust(32, b"k"), clock())
            people.add_agent(tx, "Ada", agent, Role.ADMIN, now=clock())
            mailboxes.add_mailbox(
                tx, Mailbox(0, address, "Help", imap, smtp, user, "all", clock()), clock()
            )
        yield Desk(
            db,
            clock,
            lambda mailbox: EmailChannel(mailbox, password),
            Settings(file.with_suffix(".toml"), str(file), agent, {address: Secret("env:NONE")}),
        )
    finally:
        db.close()
