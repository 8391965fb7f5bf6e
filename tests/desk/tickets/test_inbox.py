"""What the inbox reads beside tickets, and the first look that does not wait for the desk."""

from datetime import timedelta
from pathlib import Path

import pytest

from supportcli.desk import Desk, peek, undo
from supportcli.desk.people.editing import edit_customer
from supportcli.desk.replies import drafts, writing
from supportcli.desk.tickets import inbox, lists, reading, verbs
from supportcli.domain.people.customers import CustomerChanges
from supportcli.domain.replies.drafts import Draft
from supportcli.domain.tickets.ticket import Beginning, Delivery, Direction, Priority, Status
from supportcli.errors.tickets import NothingToUndo, QueryError
from supportcli.storage.replies import outbox
from tests.desk.desks import BOB, START, as_agent, desk_at, write_in

URL = "sqlite:///{}"


def url(folder: Path) -> str:
    return URL.format(folder / "desk.db")


def test_counting_and_finding_among_tickets_say_what_the_list_says(tmp_path: Path) -> None:
    with desk_at(url(tmp_path)) as desk:
        for _ in range(5):
            write_in(desk)
        verbs.solve(desk, [2])
        verbs.assign(desk, [3], "me")
        for query in ("", "status:new,open", "assignee:me", "status:solved", "leak", "nothing"):
            found = list(lists.numbers(desk, query))
            assert inbox.count(desk, query) == len(found)
            assert inbox.among(desk, query, range(1, 9)) == frozenset(found)
        for query in ("status:opne", "assignee:nobody", "mailbox:typo"):
            with pytest.raises(QueryError):
                inbox.count(desk, query)
            with pytest.raises(QueryError):
                inbox.among(desk, query, [1])


def test_drafts_are_mine_and_know_what_their_writer_had_seen(tmp_path: Path) -> None:
    with desk_at(url(tmp_path)) as desk:
        write_in(desk)
        drafts.save_draft(desk, 1, "reply", "Dear", 1)
        drafts.save_draft(desk, 1, "note", "Ask", 1)
        drafts.save_draft(as_agent(desk, BOB), 1, "reply", "Bob's", 1)
        assert inbox.my_drafts(desk) == {
            (1, "reply"): Draft("Dear", 1),
            (1, "note"): Draft("Ask", 1),
        }


def test_tags_come_with_the_most_used_first(tmp_path: Path) -> None:
    with desk_at(url(tmp_path)) as desk:
        for tags in ({"refund"}, {"refund", "vip"}, {"a"}):
            verbs.tag(desk, [write_in(desk)], tags)
        assert inbox.choices(desk).tags == ("refund", "a", "vip")
        assert [agent.name for agent in inbox.choices(desk).agents] == ["Ada Byron", "Bob Lee"]


def test_health_tells_what_is_due_and_since_when(tmp_path: Path) -> None:
    with desk_at(url(tmp_path)) as desk:
        writing.reply(desk, write_in(desk), "Yes.")
        assert inbox.health(desk).waiting == 0, "it is held"
        desk.clock.tick(minutes=1)  # type: ignore[attr-defined]
        health = inbox.health(desk)
        assert (health.waiting, health.waiting_since) == (1, START + timedelta(seconds=10))
        assert [mailbox.address for mailbox in health.mailboxes] == ["help@shop.test"]


def test_undo_takes_back_the_named_gesture_and_nothing_else(tmp_path: Path) -> None:
    with desk_at(url(tmp_path)) as desk:
        write_in(desk)
        first = verbs.tag(desk, [1], {"a"})
        verbs.prioritise(desk, [1], Priority.HIGH)
        undo.undo(desk, gesture_id=first.gesture)
        line = reading.ticket(desk, 1).line
        assert (line.tags, line.priority) == ((), Priority.HIGH)
        with pytest.raises(NothingToUndo):
            undo.undo(desk, gesture_id=first.gesture)


def test_the_first_look_shows_what_the_list_will_show(tmp_path: Path) -> None:
    with desk_at(url(tmp_path)) as desk:
        for _ in range(6):
            write_in(desk, subject="Größe", priority=Priority.NORMAL)
            desk.clock.tick(hours=1)  # type: ignore[attr-defined]
        verbs.tag(desk, [2], {"vip", "refund"})
        verbs.prioritise(desk, [5], Priority.URGENT)
        verbs.assign(desk, [3], "me")
        verbs.solve(desk, [4])
        writing.reply(desk, 6, "Yes.", status=Status.OPEN)
        with desk.db.write() as tx:
            outbox.change(tx, 1, Delivery.FAILED, desk.now(), answer="550")
        edit_customer(desk, "maria@acme.test", CustomerChanges(vip=True))
        found = peek.first_lines(desk.settings, [Status.NEW, Status.OPEN], 100).lines
        assert found == lists.lines(desk, lists.numbers(desk, "status:new,open"))
        assert {one.vip for one in found} == {True}
        assert peek.first_lines(desk.settings, [Status.NEW, Status.OPEN], 2).lines == found[:2]


def test_a_line_has_the_first_words_of_the_last_message_that_is_shown(tmp_path: Path) -> None:
    with desk_at(url(tmp_path)) as desk:
        write_in(desk, text="Hello,\n\nthe grinder is loud. " + "x" * 5_000)
        assert begins(desk) == ("Hello, the grinder is loud. " + "x" * 132, Direction.IN)
        write_in(desk, 1, text="> We look.\n\nAre you still there?", sender="maria@acme.test")
        assert begins(desk) == ("Are you still there?", Direction.IN)
        done = verbs.note(desk, 1, "Ask: Bob.")
        assert begins(desk) == ("Ask: Bob.", Direction.NOTE)
        undo.undo(desk, gesture_id=done.gesture)
        assert begins(desk) == ("Are you still there?", Direction.IN)


def begins(desk: Desk) -> Beginning | None:
    return lists.lines(desk, [1])[0].last


def test_the_first_look_shows_nothing_where_it_cannot_look(tmp_path: Path) -> None:
    from dataclasses import replace

    with desk_at(url(tmp_path)) as desk:
        settings = desk.settings
        assert (
            peek.first_lines(
                replace(settings, database=URL.format(tmp_path / "none.db")), [Status.NEW], 9
            ).lines
            == ()
        )
        (tmp_path / "text.db").write_text(
            "no database at all, but a text that is long enough to be read as one" * 100
        )
        assert (
            peek.first_lines(
                replace(settings, database=URL.format(tmp_path / "text.db")), [Status.NEW], 9
            ).lines
            == ()
        )
        assert (
            peek.first_lines(
                replace(settings, database="postgresql+psycopg://nobody@nowhere/desk"),
                [Status.NEW],
                9,
            ).lines
            == ()
        )
    assert list(tmp_path.glob("none*")) == []
