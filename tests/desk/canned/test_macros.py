"""Macros hand tickets to teams and fill in custom fields; canned responses are for one team."""

from dataclasses import replace
from pathlib import Path

import pytest

from supportcli.desk import Desk, redo, undo
from supportcli.desk.canned import filling, folders, responses
from supportcli.desk.replies import applying, writing
from supportcli.desk.setup import fields, teams
from supportcli.desk.setup.fields import FieldChanges
from supportcli.desk.tickets import lists, verbs
from supportcli.domain.canned.responses import Body, Canned, Macro, Scope
from supportcli.domain.custom_fields import FieldKind, by_name
from supportcli.domain.people import Role
from supportcli.domain.tickets.ticket import Status
from supportcli.errors.canned import CannedFaulty, CannedForeignTeam
from supportcli.errors.names import NameTaken, NotFound
from supportcli.errors.tickets import FieldValueInvalid
from tests.desk.desks import ADA, BOB, as_agent, with_role, write_in

HANDED = Canned(
    "invoice",
    "To billing",
    (Body("", "Our accountants will answer."),),
    macro=Macro(Status.OPEN, team="Billing", fields=(("plan", "PRO"), ("seats", "012"))),
)
QUIET = Canned("pro", "Pro", (Body("", ""),), macro=Macro(Status.SOLVED, fields=(("plan", "pro"),)))
OURS = Canned("hi", "Ours", (Body("", "Hi from billing."),), Scope.TEAM, team="billing")


@pytest.fixture
def desk(each_desk: Desk) -> Desk:
    """A desk on each engine, where Ada is an admin and Bob is in the team Billing."""
    with_role(each_desk, ADA, Role.ADMIN)
    teams.add_team(each_desk, "Billing", ["bob"])
    fields.add_field(each_desk, "plan", FieldKind.CHOICE, choices=["free", "pro"])
    fields.add_field(each_desk, "seats", FieldKind.NUMBER)
    return each_desk


def stands(desk: Desk, number: int) -> tuple[str | None, str | None, dict[str, str]]:
    """The team, the agent and the fields of a ticket."""
    line = lists.lines(desk, [number])[0]
    return line.team, line.assignee.address if line.assignee else None, by_name(line.fields)


def test_a_macro_hands_to_a_team_and_fills_in_fields_and_all_of_it_is_undone(desk: Desk) -> None:
    number = write_in(desk)
    verbs.assign(desk, [number], "me")
    responses.add(desk, HANDED, {})
    assert responses.canned(desk, "invoice").canned == HANDED
    before = stands(desk, number)
    done = applying.apply(desk, [number], "invoice")
    assert stands(desk, number) == ("Billing", None, {"plan": "pro", "seats": "12"})
    undone = undo.undo(desk, gesture_id=done.gesture)
    assert stands(desk, number) == before
    redo.redo(desk, gesture_id=undone.gesture)
    assert stands(desk, number) == ("Billing", None, {"plan": "pro", "seats": "12"})


def test_what_is_left_of_a_macro_is_undone_once_its_reply_has_left(desk: Desk) -> None:
    number = write_in(desk)
    responses.add(desk, HANDED, {})
    text = filling.insertion(desk, number, "invoice").whole
    sent = writing.reply(desk, number, text, send_now=True)
    with desk.db.write() as tx:
        tx.connection().exec_driver_sql("UPDATE outbox SET attempts = 1")
    done = undo.undo(desk, gesture_id=sent.gesture)
    assert "has its earlier fields" in done.sentence
    assert stands(desk, number) == (None, None, {})


def test_an_agent_of_the_team_keeps_the_ticket_and_a_named_one_gets_it(desk: Desk) -> None:
    ours, named, out = write_in(desk), write_in(desk), write_in(desk)
    verbs.assign(desk, [ours], "bob")
    responses.add(desk, HANDED, {})
    applying.apply(desk, [ours], "invoice")
    assert stands(desk, ours)[:2] == ("Billing", BOB)
    both = replace(HANDED, shortcut="both", macro=Macro(team="billing", assignee="me"))
    responses.add(desk, both, {})
    applying.apply(desk, [named], "both")
    assert stands(desk, named)[:2] == ("Billing", ADA)
    applying.apply(desk, [out], "both")
    nobodys = replace(HANDED, shortcut="out", macro=Macro(team="none"))
    responses.add(desk, nobodys, {})
    applying.apply(desk, [out], "out")
    assert stands(desk, out)[:2] == (None, ADA)


def test_a_macro_solves_with_the_field_that_solving_requires(desk: Desk) -> None:
    fields.edit_field(desk, "plan", FieldChanges(required=True))
    number = write_in(desk)
    responses.add(desk, QUIET, {})
    applying.apply(desk, [number], "pro")
    assert lists.lines(desk, [number])[0].status is Status.SOLVED


def test_what_a_macro_names_must_be_there(desk: Desk) -> None:
    for macro, error in (
        (Macro(team="sales"), NotFound),
        (Macro(fields=(("plam", "pro"),)), NotFound),
        (Macro(fields=(("plan", "gold"),)), CannedFaulty),
    ):
        with pytest.raises(error):
            responses.add(desk, replace(HANDED, macro=macro), {})
    number = write_in(desk)
    responses.add(desk, HANDED, {})
    fields.edit_field(desk, "plan", FieldChanges(no_choices=("pro",)))
    with pytest.raises(FieldValueInvalid):
        applying.apply(desk, [number], "invoice")
    fields.remove_field(desk, "seats")
    teams.remove_team(desk, "billing")
    with pytest.raises(NotFound):
        applying.apply(desk, [number], "invoice")
    assert stands(desk, number) == (None, None, {})
    assert [str(one) for one in folders.faults_at(desk)] == [
        "invoice: There is no team Billing.",
        "invoice: “PRO” cannot be plan: write one of: free.",
        "invoice: There is no field seats.",
    ]


def test_a_response_of_a_team_is_seen_by_its_agents_only(desk: Desk) -> None:
    bob = as_agent(desk, BOB)
    responses.add(desk, Canned("hi", "Everybody's", (Body("", "Hi."),)), {})
    with pytest.raises(CannedForeignTeam):
        responses.add(desk, OURS, {})
    with pytest.raises(NotFound):
        responses.add(bob, replace(OURS, team="sales"), {})
    responses.add(bob, OURS, {})
    with pytest.raises(NameTaken):
        responses.add(bob, replace(OURS, team="BILLING"), {})

    def titles(who: Desk) -> list[str]:
        return [one.kept.canned.title for one in filling.offers(who)]

    assert (titles(desk), titles(bob)) == (["Everybody's"], ["Ours"])
    responses.add(bob, replace(OURS, title="Mine", scope=Scope.ME, team=""), {})
    assert titles(bob) == ["Mine"]
    teams.edit_team(desk, "billing", rename="Money", add=["ada"])
    assert responses.canned(desk, "hi").canned == replace(OURS, team="Money")
    teams.remove_team(desk, "money")
    assert titles(desk) == ["Everybody's"]


def test_a_response_moves_to_a_team_and_back_to_all_with_its_versions(desk: Desk) -> None:
    bob = as_agent(desk, BOB)
    before = responses.add(bob, replace(OURS, scope=Scope.ALL, team=""), {})
    moved = responses.edit(
        bob, before, replace(before.canned, scope=Scope.TEAM, team="billing"), {}
    )
    assert (moved.canned.team, moved.version, moved.id) == ("Billing", 2, before.id)
    with pytest.raises(NotFound):
        responses.canned(desk, "hi")
    responses.edit(bob, moved, replace(moved.canned, scope=Scope.ALL, team=""), {})
    assert responses.canned(desk, "hi").version == 3


def test_files_keep_teams_and_fields(desk: Desk, tmp_path: Path) -> None:
    bob = as_agent(desk, BOB)
    for one in (OURS, HANDED, QUIET):
        responses.add(bob, one, {})
    for files in folders.exported(bob):
        for place, content in files.items():
            (tmp_path / place).parent.mkdir(exist_ok=True)
            (tmp_path / place).write_bytes(content)
    assert (tmp_path / "for Billing" / "hi.md").is_file()
    pages = folders.pages([tmp_path])
    assert folders.import_pages(bob, pages).same == ("hi", "invoice", "pro")
    with pytest.raises(CannedForeignTeam):
        folders.import_pages(desk, pages)
