"""Mail decided again: what would be different is said, and nothing is written."""

from typing import Any

import pytest
from sqlalchemy import text

from supportcli.desk import Desk, undo
from supportcli.desk.mail.held import accepting
from supportcli.desk.mail.ledger import replaying
from supportcli.desk.mail.ledger.replaying import Replayed
from supportcli.desk.mail.why import why
from supportcli.desk.replies import writing
from supportcli.desk.tickets import merging, splitting, verbs
from supportcli.domain.intake.ledger import BY_HAND
from supportcli.errors.names import NotFound
from supportcli.errors.tickets import TicketMerged
from supportcli.storage.setup import identity
from tests.desk.desks import ADA, StandingClock, left
from tests.desk.fake_channel import FakeServers, take_in
from tests.desk.letters import EVE, letter
from tests.desk.mail.test_bounces import answered, bounce
from tests.desk.mail.test_verifying import NOBODY

TABLES = ("mail", "message", "reference", "participant", "ticket", "event", "search_document")


def again(desk: Desk, *ids: int) -> list[Replayed]:
    wanted = ids or tuple(replaying.decided(desk))
    return list(replaying.replay(desk, wanted, lambda *_: None))


def content(desk: Desk) -> list[list[Any]]:
    with desk.db.read() as tx:
        return [
            [tuple(row) for row in tx.connection().execute(text(f"SELECT * FROM {one}"))]  # noqa: S608
            for one in TABLES
        ]


def test_mail_of_every_kind_is_decided_as_it_was_and_nothing_is_written(
    each_desk: Desk, servers: FakeServers
) -> None:
    desk = each_desk
    returned = answered(desk, servers)
    take_in(
        desk,
        servers,
        letter("b", references=["one"]),
        letter("b", references=["one"], headers="X-Seen: again"),
        letter("c", subject="Re: [#1]"),
        letter("d", sender=EVE, references=["one"]),
        NOBODY,
        bounce(returned, "grace@customer.test"),
    )
    before = content(desk)
    found = again(desk)
    assert [(one.was.rule, one.differs) for one in found] == [
        ("new ticket", False),
        ("thread", False),
        ("copy", False),
        ("thread", False),
        ("follow-up", False),
        ("nobody", False),
        ("bounce", False),
    ]
    assert content(desk) == before


def test_what_would_be_different_says_the_rule_and_why(desk: Desk, servers: FakeServers) -> None:
    desk = servers.at(desk)
    take_in(desk, servers, letter("a"), letter("b", references=["a"]))
    verbs.delete(desk, [1])
    (first, second) = again(desk)
    assert not first.differs
    assert second.differs
    assert second.now is not None
    assert (second.was.ticket, second.was.rule) == (1, "thread")
    assert (second.now.rule, second.position) == ("follow-up", 2)
    assert second.now.opens is not None
    assert "which is deleted" in second.now.reason


def test_mail_of_merged_tickets_stays_where_it_is(desk: Desk, servers: FakeServers) -> None:
    desk = servers.at(desk)
    take_in(desk, servers, letter("a"), letter("b"))
    writing.reply(desk, 1, "Hello")
    left(desk)
    take_in(desk, servers, letter("c", subject="Re: [#1]"))
    merging.merge(desk, [1], 2)
    assert [one.differs for one in again(desk)] == [False, False, False]


def test_mail_that_was_split_off_is_where_it_is_by_hand(desk: Desk, servers: FakeServers) -> None:
    desk = servers.at(desk)
    take_in(desk, servers, letter("a"), letter("b", references=["a"]), letter("c"))
    splitting.split(desk, 1, [2])
    found = again(desk)
    assert [(one.was.rule, one.was.ticket, one.differs) for one in found] == [
        ("new ticket", 1, False),
        ("thread", 1, False),
        ("new ticket", 2, False),
    ]
    assert found[1].was.opens is None
    (told,) = why(desk, "3:1")
    assert (told.rule, told.ticket, told.decided_into) == ("thread", 3, 1)
    assert [(one.kind, one.actor) for one in told.history] == [("split", ADA)]
    merging.merge(desk, [3], 2)
    assert [one.differs for one in again(desk)] == [False, False, False]
    (told,) = why(desk, "2")
    assert (told.ticket, told.decided_into) == (2, 1)
    assert [one.after["ticket_number"] for one in told.history] == [3, 2]
    with pytest.raises(TicketMerged, match="#3 was merged into #2"):
        why(desk, "3:1")
    undo.undo(desk)
    undo.undo(desk)
    (told,) = why(desk, "2")
    assert (told.ticket, told.decided_into, told.history) == (1, 1, ())
    assert again(desk, 2)[0].was.opens is None


def test_mail_is_chosen_by_time_and_mailbox_and_by_hand_only_by_its_id(
    desk: Desk, servers: FakeServers, clock: StandingClock
) -> None:
    desk = servers.at(desk)
    take_in(desk, servers, letter("a"), NOBODY)
    later = clock.tick(days=1)
    take_in(desk, servers, letter("c"))
    accepting.accept(desk, [2], ticket=1)
    assert replaying.decided(desk) == [1, 3]
    assert replaying.decided(desk, since=later) == [3]
    assert replaying.decided(desk, mailbox="help@shop.test") == [1, 3]
    (one,) = again(desk, 2)
    assert (one.was.rule, one.differs) == (BY_HAND, True)
    assert one.now is not None
    assert one.now.state == "held"
    with pytest.raises(NotFound):
        replaying.decided(desk, mailbox="no@shop.test")
    with pytest.raises(NotFound):
        again(desk, 99)


def test_the_last_mail_before_a_flood_does_not_count_its_own_ticket(
    each_desk: Desk, servers: FakeServers
) -> None:
    with each_desk.db.write() as tx:
        identity.set_most_opened(tx, 2)
    for name in ("a", "b", "c"):
        take_in(each_desk, servers, letter(name))
    assert [(one.was.rule, one.differs) for one in again(each_desk)] == [
        ("new ticket", False),
        ("new ticket", False),
        ("flood", False),
    ]
    assert why(each_desk, "3")[0].reason == "grace@customer.test opened 2 tickets within an hour"


def test_a_copy_stays_one_when_its_original_gets_a_ticket(desk: Desk, servers: FakeServers) -> None:
    desk = servers.at(desk)
    take_in(desk, servers, letter("a"), NOBODY, NOBODY.replace(b"To: ", b"X-Seen: again\r\nTo: "))
    assert [one.was.state for one in again(desk)] == ["accepted", "held", "duplicate"]
    accepting.accept(desk, [2], ticket=1)
    (copy,) = again(desk, 3)
    assert (copy.was.state, copy.differs) == ("duplicate", False)


def test_what_cannot_be_read_is_told_and_stops_nothing(
    desk: Desk, servers: FakeServers, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = servers.at(desk)
    take_in(desk, servers, letter("a"), letter("b"))

    def broken(*_: object) -> None:
        raise ValueError

    monkeypatch.setattr(replaying, "known_around", broken)
    assert [(one.now, one.trouble) for one in again(desk)] == [
        (None, "it cannot be read (ValueError)")
    ] * 2
