"""Canned responses in the database, on both engines: versions, scopes, files and uses."""

from dataclasses import replace
from datetime import timedelta

from supportcli.domain.canned.responses import EVERYBODYS, Body, Canned, Enclosed, Macro, Scope
from supportcli.domain.people import Actor, ActorKind
from supportcli.domain.tickets.ticket import Priority, Status
from supportcli.storage import canned
from supportcli.storage.canned import Use
from supportcli.storage.engine.database import Database
from supportcli.storage.tickets import events
from tests.desk.desks import START, desk_at, furnish, write_in

MACRO = Macro(Status.SOLVED, ("a",), ("b",), "me", Priority.URGENT, "billing", (("plan", "pro"),))
WHOLE = Canned(
    "refund",
    "Refund",
    (Body("en", "Hello"), Body("de", "Hallo")),
    Scope.ALL,
    "help@shop.test",
    MACRO,
    (Enclosed("a.pdf", 3, "f" * 64),),
)
MINE = Canned("refund", "Mine", (Body("", "Hi"),), Scope.ME)


def test_a_response_comes_back_as_it_was_kept_with_all_its_versions(db: Database) -> None:
    with db.write() as tx:
        furnish(tx, START)
        key = canned.add(tx, WHOLE, 1, START)
        changed = Canned("refund", "Other", WHOLE.bodies)
        canned.add_version(tx, key, changed, 2, START + timedelta(days=1))
        first, second = canned.versions(tx, key)
        assert (first.canned, first.version, first.by, first.since) == (
            WHOLE,
            1,
            "ada@shop.test",
            START,
        )
        assert (second.canned, second.version, second.by, second.created_at) == (
            changed,
            2,
            "bob@shop.test",
            START,
        )
        assert canned.find(tx, "refund", 1) == second
        assert [kept.canned.title for kept in canned.visible(tx, 1)] == ["Other"]


def test_mine_is_seen_by_me_only_and_goes_before_everybodys(db: Database) -> None:
    with db.write() as tx:
        furnish(tx, START)
        canned.add(tx, WHOLE, None, START)
        canned.add(tx, MINE, 1, START)
        assert [kept.canned.title for kept in canned.visible(tx, 1)] == ["Mine", "Refund"]
        assert [kept.canned.title for kept in canned.visible(tx, 2)] == ["Refund"]
        found = [
            canned.find(tx, "refund", agent, whose)
            for agent in (1, 2)
            for whose in (None, EVERYBODYS, MINE.whose)
        ]
        assert [kept.canned.title if kept else None for kept in found] == [
            "Mine",
            "Refund",
            "Mine",
            "Refund",
            "Refund",
            None,
        ]


def test_one_that_was_removed_comes_back_with_its_versions(db: Database) -> None:
    with db.write() as tx:
        furnish(tx, START)
        key = canned.add(tx, WHOLE, 1, START)
        canned.remove(tx, key, START)
        assert canned.find(tx, "refund", 1) is None
        assert canned.visible(tx, 1) == []
        assert canned.add(tx, WHOLE, 1, START) == key
        assert [kept.version for kept in canned.versions(tx, key)] == [1, 2]


def test_one_moves_with_its_versions_unless_another_was_ever_there(db: Database) -> None:
    mine = replace(MINE, shortcut="money")
    with db.write() as tx:
        furnish(tx, START)
        key = canned.add(tx, WHOLE, 1, START)
        gone = canned.add(tx, mine, 1, START)
        canned.remove(tx, gone, START)
        assert not canned.move(tx, key, mine, 1)
        assert canned.move(tx, key, replace(mine, shortcut="mine"), 1)
        assert [kept.id for kept in canned.visible(tx, 1)] == [key]
        assert [(kept.canned.shortcut, kept.mine) for kept in canned.versions(tx, key)] == [
            ("mine", True)
        ]
        assert canned.visible(tx, 2) == []
        assert canned.move(tx, key, replace(mine, scope=Scope.ALL), 1)
        assert [kept.canned.shortcut for kept in canned.visible(tx, 2)] == ["money"]


def test_the_same_file_is_kept_once(db: Database) -> None:
    with db.write() as tx:
        canned.keep_file(tx, "f" * 64, b"pdf")
        canned.keep_file(tx, "f" * 64, b"pdf")
        assert canned.file(tx, "f" * 64) == b"pdf"
        assert canned.file(tx, "0" * 64) is None
        assert canned.files_there(tx, ["f" * 64, "0" * 64]) == {"f" * 64}


def test_uses_are_counted_but_for_those_that_were_undone(url: str) -> None:
    with desk_at(url) as desk:
        first, second = write_in(desk), write_in(desk)
        with desk.db.write() as tx:
            key = canned.add(tx, WHOLE, 1, START)
            never = canned.add(tx, Canned("never", "Never", (Body("", "a"),)), 1, START)
            for gesture, number, agent, day in (
                ("a", first, 1, 0),
                ("b", first, 2, 1),
                ("c", second, 1, 2),
                ("d", second, 1, 3),
            ):
                canned.add_use(
                    tx,
                    Use(key, number, gesture, ("⟦macro refund⟧",), applied=False),
                    agent,
                    START + timedelta(days=day),
                )
            events.record(
                tx,
                events.NewEvent(
                    START,
                    Actor(ActorKind.AGENT, "ada@shop.test"),
                    "u",
                    "undone",
                    second,
                    undoes="d",
                ),
            )
            assert canned.uses_of(tx, "a", first) == [
                Use(key, first, "a", ("⟦macro refund⟧",), applied=False)
            ]
            assert canned.last_used(tx, 1) == {key: START + timedelta(days=2)}
            ever = canned.usage(tx, 1, None)
            assert [
                (one.kept.id, one.uses, one.tickets, one.agents, one.last_at) for one in ever
            ] == [
                (key, 3, 2, 2, START + timedelta(days=2)),
                (never, 0, 0, 0, None),
            ]
            since = canned.usage(tx, 1, START + timedelta(days=2))
            assert [(one.uses, one.last_at) for one in since] == [
                (1, START + timedelta(days=2)),
                (0, None),
            ]
