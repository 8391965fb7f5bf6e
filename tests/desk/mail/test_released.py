"""What is held, or put away, and comes again elsewhere: it is decided again, and never twice a
ticket."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from supportcli.channels.channel import FolderRole
from supportcli.desk import Desk, undo
from supportcli.desk.imports.archives import ArchiveKind
from supportcli.desk.mail import intake
from supportcli.desk.mail.held import accepting, waiting
from supportcli.desk.mail.ledger import replaying
from supportcli.desk.mail.senders import verbs as senders
from supportcli.desk.mail.sync import MailboxReport, sync
from supportcli.desk.mail.why import why
from supportcli.desk.setup import founding
from supportcli.desk.tickets import merging, verbs
from supportcli.domain.senders import Block
from supportcli.errors.mail import MailIsCopy
from supportcli.storage.tables import mail_states
from tests.desk.archives import bring
from tests.desk.desks import StandingClock
from tests.desk.fake_channel import FakeFolder, FakeServers
from tests.desk.letters import EVE, HELP, letter

ORDER = letter("order", sender=EVE)
RESENT = b"X-Released: yes\r\n" + ORDER


@pytest.fixture
def desk(desk: Desk, servers: FakeServers) -> Desk:
    return connected(desk, servers)


def connected(desk: Desk, servers: FakeServers) -> Desk:
    servers.boxes["Junk"] = FakeFolder(FolderRole.JUNK)
    with desk.db.write() as tx:
        tx.connection().execute(text("UPDATE agent SET role = 'admin'"))
    return servers.at(desk)


def one(desk: Desk) -> MailboxReport:
    (report,) = sync(desk).mailboxes
    assert report.error is None
    return report


def states(desk: Desk) -> list[str]:
    return [found.state for found in why(desk, "<order@customer.test>")]


def test_held_junk_that_is_in_a_ticket_already_is_not_let_in_twice(
    desk: Desk, servers: FakeServers
) -> None:
    servers.deliver(ORDER, desk.now(), "Junk")
    one(desk)
    servers.deliver(RESENT, desk.now())
    one(desk)
    assert states(desk) == [mail_states.HELD, mail_states.ACCEPTED]
    servers.deliver(letter("other", sender="sue@else.test", subject="Tap"))
    one(desk)
    for let_in in (accepting.accept, accepting.rehearse_accept):
        for ticket in (None, 1):
            with pytest.raises(MailIsCopy, match=r"^Mail 1 is the same email as mail 2, .* #1\.$"):
                let_in(desk, [1], ticket=ticket)
    replayed = list(replaying.replay(desk, [1, 2], lambda *_: None))
    assert [found.differs for found in replayed] == [False, False]
    (done,) = accepting.accept(desk, [1], ticket=2).outcomes  # the agent says where
    assert done.ticket == 2
    merging.merge(desk, [2], 1, agree=lambda _: True)
    assert [found.differs for found in replaying.replay(desk, [2], lambda *_: None)] == [False]
    undo.undo(desk)
    undo.undo_mail(desk)
    verbs.delete(desk, [1])
    assert accepting.accept(desk, [1]).outcomes[0].ticket == 3


def test_of_two_forms_that_are_let_in_at_once_none_is(desk: Desk, servers: FakeServers) -> None:
    for raw in (ORDER, RESENT):
        servers.deliver(raw, desk.now(), "Junk")
    one(desk)
    with pytest.raises(MailIsCopy, match=r"^Mail 2 is the same email as mail 1\.$"):
        accepting.accept(desk, [1, 2])
    assert states(desk) == [mail_states.HELD, mail_states.HELD]


@pytest.mark.parametrize("verb", ["discard", "accept"])
def test_what_left_junk_meanwhile_is_decided_when_a_verb_is_undone(
    each_desk: Desk, servers: FakeServers, verb: str
) -> None:
    desk = connected(each_desk, servers)
    servers.deliver(ORDER, desk.now(), "Junk")
    one(desk)
    getattr(accepting, verb)(desk, [1])
    servers.deliver(ORDER, desk.now())
    assert one(desk).new_tickets == 0
    assert undo.undo_mail(desk) == (1,)
    assert [found.state for found in why(desk, "1")] == [mail_states.KEPT]
    assert one(desk).new_tickets == 1


def test_what_is_only_in_junk_is_held_again(desk: Desk, servers: FakeServers) -> None:
    servers.deliver(ORDER, desk.now(), "Junk")
    one(desk)
    accepting.discard(desk, [1])
    undo.undo_mail(desk)
    assert states(desk) == [mail_states.HELD]


@pytest.mark.parametrize("how", [Block.DISCARD, Block.HOLD])
def test_bytes_that_come_again_after_an_unblock_are_decided_again(
    desk: Desk, servers: FakeServers, how: Block
) -> None:
    senders.block(desk, EVE, how)
    for uid in (servers.deliver(ORDER), servers.deliver(ORDER)):
        assert uid
        assert one(desk).new_tickets == 0
    senders.unblock(desk, EVE)
    assert one(desk).new_tickets == 0
    servers.deliver(ORDER)
    assert one(desk).new_tickets == 1


@pytest.mark.parametrize("way", ["ingest", "import"])
def test_they_are_by_every_way(desk: Desk, servers: FakeServers, tmp_path: Path, way: str) -> None:
    senders.block(desk, EVE, Block.DISCARD)
    servers.deliver(ORDER)
    one(desk)
    senders.unblock(desk, EVE)
    if way == "ingest":
        intake.ingest(desk, HELP, ORDER)
    else:
        (tmp_path / "order.eml").write_bytes(ORDER)
        bring(desk, tmp_path / "order.eml", kind=ArchiveKind.EML)
    assert states(desk) == [mail_states.ACCEPTED]


@pytest.mark.parametrize("again", [False, True])
def test_what_an_agent_put_away_stays_so(
    each_desk: Desk, servers: FakeServers, *, again: bool
) -> None:
    desk = connected(each_desk, servers)
    senders.block(desk, EVE, Block.HOLD)
    servers.deliver(ORDER)
    one(desk)
    accepting.discard(desk, [1])
    if again:
        undo.undo_mail(desk)
        accepting.discard(desk, [1])
    senders.unblock(desk, EVE)
    servers.deliver(ORDER)
    assert one(desk).new_tickets == 0
    assert intake.ingest(desk, HELP, ORDER).state == mail_states.DISCARDED


def test_the_list_of_junk_has_only_what_is_in_junk(desk: Desk, servers: FakeServers) -> None:
    senders.block(desk, EVE, Block.HOLD)
    servers.deliver(ORDER)
    servers.deliver(letter("pills", sender="pills@elsewhere.test"), desk.now(), "Junk")
    one(desk)
    lists = [waiting.waiting(desk, junk=junk).held for junk in (False, True)]
    assert [[found.rule for found in held] for held in lists] == [["blocked"], ["junk"]]


def test_mail_of_the_second_in_which_settings_change_is_new(
    desk: Desk, servers: FakeServers, clock: StandingClock
) -> None:
    one(desk)
    clock.tick(seconds=1.7)
    changes = founding.MailboxChanges(folders=("Orders",), after_import="seen")
    founding.edit_mailbox(desk, HELP, changes)
    second = clock.now.replace(microsecond=0)
    servers.deliver(ORDER, second, "Orders")
    servers.deliver(letter("inbox", sender="sue@elsewhere.test"), second)
    servers.deliver(
        letter("old", sender="old@elsewhere.test"), second - timedelta(seconds=1), "Orders"
    )
    clock.tick(seconds=5)
    one(desk)
    assert servers.seen == [1, 1]
    with desk.db.read() as tx:
        rows = tx.connection().execute(text("SELECT message_id, historic FROM mail"))
        old = {name for name, historic in rows if historic}
    assert old == {"<old@customer.test>"}
