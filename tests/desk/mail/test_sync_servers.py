"""Mail from real servers comes into exactly the right tickets, once, and leaves no trace on the
server."""

import hashlib
import itertools
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from sqlalchemy import text

from supportcli.channels.channel import RemoteMail
from supportcli.channels.email import EmailChannel
from supportcli.desk import Desk
from supportcli.desk.mail.servers import fetching
from supportcli.desk.mail.sync import SyncReport, sync
from tests.conversations import INBOX, OTHER_FOLDER, TRAITS, World, generate, trait
from tests.desk.invariants import sizes, violations
from tests.desk.receiving import conversations, desk_reading, fill, messages, tickets
from tests.long import LONG
from tests.servers.imap import ImapServer, StoredMail


@pytest.fixture
def user(imap_server: ImapServer) -> str:
    return imap_server.new_user()[0]


@pytest.fixture
def desk(imap_server: ImapServer, user: str, url: str, tmp_path: Path) -> Iterator[Desk]:
    with desk_reading(imap_server, user, url, tmp_path) as desk:
        yield desk


def over(*pairs: tuple[str, str], later: Sequence[tuple[str, str]] = ()) -> pytest.MarkDecorator:
    """Run a test over these pairs of a server and an engine; and over those that come `later` in
    acceptance."""
    params = [
        *(pytest.param(*pair) for pair in pairs),
        *(pytest.param(*pair, marks=pytest.mark.acceptance) for pair in later),
    ]
    return pytest.mark.parametrize(
        ("imap_server", "url"),
        params,
        indirect=True,
        ids=["-".join(pair) for pair in (*pairs, *later)],
    )


def stored(server: ImapServer, user: str) -> list[StoredMail]:
    return [mail for folder in (INBOX, OTHER_FOLDER) for mail in server.messages(user, folder)]


def fetched(report: SyncReport) -> int:
    assert report.error is None
    return sum(box.fetched for box in report.mailboxes)


def assert_right(desk: Desk, world: World) -> None:
    """Every mail is one message, in the right ticket, and says what was written."""
    read = tickets(desk)
    found = messages(read)
    assert {token: len(written) for token, written in found.items()} == {
        mail.token: 1 for mail in world.messages()
    }
    assert conversations(read) == world.conversations()
    for mail in world.messages():
        (message,) = found[mail.token]
        assert (message.subject, message.sender.address, message.sender.name) == (
            mail.subject,
            mail.sender,
            mail.name,
        )
        assert mail.phrase in message.text
        assert [(file.name, file.sha256) for file in message.attachments] == [
            (file.name, hashlib.sha256(file.content).hexdigest()) for file in mail.files
        ]


@over(("dovecot", "sqlite"))
def test_mails_make_exactly_the_right_conversations_once(
    imap_server: ImapServer, user: str, desk: Desk
) -> None:
    read_twice(imap_server, user, desk, generate(seed=1, mails=150))


@pytest.mark.acceptance
@over(("dovecot", "sqlite"), ("pymap", "sqlite"), ("dovecot", "postgresql"))
def test_hundreds_of_mails_do_too(imap_server: ImapServer, user: str, desk: Desk) -> None:
    read_twice(imap_server, user, desk, generate(seed=1, mails=1000 if LONG else 400))


def read_twice(imap_server: ImapServer, user: str, desk: Desk, world: World) -> None:
    """Read a world, which must come out right, and once more, which must change nothing."""
    fill(imap_server, user, world)
    for mail in imap_server.messages(user)[::97]:
        imap_server.store_flags(user, INBOX, mail.uid, r"\Flagged", r"\Answered")
    before = stored(imap_server, user)

    assert fetched(sync(desk)) == len(world.messages())
    assert_right(desk, world)
    assert violations(desk, imap_server, user) == []
    assert stored(imap_server, user) == before

    rows = sizes(desk)
    assert fetched(sync(desk)) == 0
    assert sizes(desk) == rows
    assert stored(imap_server, user) == before


@pytest.mark.parametrize("mails", [100, pytest.param(300, marks=pytest.mark.acceptance)])
@over(("dovecot", "sqlite"), later=[("pymap", "postgresql")])
def test_mail_that_comes_bit_by_bit_makes_the_same_conversations(
    imap_server: ImapServer, user: str, desk: Desk, mails: int
) -> None:
    world = generate(seed=2, mails=mails)
    for portion in world.portions(mails // 13):
        fill(imap_server, user, portion)
        sync(desk)
    assert_right(desk, world)
    assert violations(desk, imap_server, user) == []


@over(("dovecot", "sqlite"))
@pytest.mark.parametrize("name", sorted(TRAITS))
def test_trait(imap_server: ImapServer, user: str, desk: Desk, name: str) -> None:
    world = trait(name)
    fill(imap_server, user, world)
    sync(desk)
    assert_right(desk, world)


@over(("dovecot", "sqlite"))
@pytest.mark.parametrize(
    "name",
    [
        "colleague-before-customer",
        "doubled-message-ids",
        "replies-before-parents",
        "references-cut",
    ],
)
def test_trait_with_a_pass_for_each_mail(
    imap_server: ImapServer, user: str, desk: Desk, name: str
) -> None:
    world = trait(name)
    portions = world.portions(1)
    assert len(portions) > 1
    for portion in portions:
        fill(imap_server, user, portion)
        sync(desk)
    assert_right(desk, world)


@over(("dovecot", "sqlite"), ("pymap", "sqlite"))
def test_new_uids_of_a_folder_bring_nothing_twice(
    imap_server: ImapServer, user: str, desk: Desk
) -> None:
    world = generate(seed=3, mails=60)
    fill(imap_server, user, world)
    sync(desk)
    imap_server.set_uid_validity(user, INBOX, 77_777)
    later = trait("thread", seed=9)
    fill(imap_server, user, later)
    assert fetched(sync(desk)) == len(later.messages())
    assert violations(desk, imap_server, user) == []
    assert conversations(tickets(desk)) == world.conversations() | later.conversations()


def renumber(server: ImapServer, user: str) -> None:
    server.set_uid_validity(user, INBOX, 88_888)


def expunge(server: ImapServer, user: str) -> None:
    for mail in server.messages(user)[::7]:
        server.expunge(user, INBOX, mail.uid)


def kick(server: ImapServer, user: str) -> None:
    server.kick(user)


def move_away(server: ImapServer, user: str) -> None:
    with server.login(user) as imap:
        imap.select(INBOX)
        imap.uid("MOVE", "9:19", "Trash")


@over(("dovecot", "sqlite"))
@pytest.mark.parametrize("happens", [renumber, expunge, kick, move_away])
def test_what_happens_on_the_server_in_the_middle_of_a_pass(
    imap_server: ImapServer,
    user: str,
    desk: Desk,
    happens: Callable[[ImapServer, str], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(fetching, "BATCH_MAILS", 5)
    fill(imap_server, user, generate(seed=4, mails=40))
    fetches, fetch = itertools.count(), EmailChannel.fetch

    def disturbed(channel: EmailChannel, uids: Sequence[int]) -> list[RemoteMail]:
        if next(fetches) == 2:
            happens(imap_server, user)
        return fetch(channel, uids)

    monkeypatch.setattr(EmailChannel, "fetch", disturbed)
    sync(desk)
    assert sync(desk).error is None
    assert fetched(sync(desk)) == 0
    there = {hashlib.sha256(mail.raw).hexdigest() for mail in stored(imap_server, user)}
    with desk.db.read() as tx:
        rows = "SELECT sha256, count(message.id) FROM raw_mail JOIN mail ON raw_id = raw_mail.id "
        rows += "LEFT JOIN message ON mail_id = mail.id WHERE state = 'accepted' GROUP BY sha256"
        here: dict[str, int] = dict(tx.connection().execute(text(rows)).all())
    assert there <= set(here)
    assert set(here.values()) == {1}
