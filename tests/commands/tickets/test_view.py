"""`supportcli view`, and lists of a view's tickets."""

import shlex

import pytest

from supportcli.domain.people import Role
from tests.commands.program import Program
from tests.commands.test_roles import become

BUILT_IN = ["To do", "Mine", "Free", "Waiting", "Solved", "All", "Following", "Snoozed"]


def names(desk: Program) -> list[str]:
    return [row["name"] for row in desk.rows("view", "list")][len(BUILT_IN) :]


def test_a_view_is_saved_shown_changed_and_removed(desk: Program) -> None:
    desk.write_in()
    desk.done("ticket", "tag", "1", "--add", "refund")
    said = desk.done("view", "add", "Refunds", "tag:refund", "-tag:vip", "--columns", "number,tags")
    assert said.splitlines() == [
        "Saved the view Refunds.",
        "Query     tag:refund -tag:vip",
        "Whose     me, at 1",
        "Columns   number,tags",
        "Tickets   1",
    ]
    assert [row["name"] for row in desk.rows("view", "list")] == [*BUILT_IN, "Refunds"]
    [row] = desk.rows("view", "show", "refunds")
    assert row == {
        "name": "Refunds",
        "query": "tag:refund -tag:vip",
        "whose": "me",
        "team": None,
        "position": 1,
        "sort": None,
        "columns": ["number", "tags"],
        "tickets": 1,
        "problem": None,
    }
    changes = ("--query", "tag:refund", "--rename", "Money back", "--sort", "updated")
    [row] = desk.rows("view", "edit", "refunds", *changes, "--columns", "")
    assert (row["name"], row["query"], row["sort"], row["columns"]) == (
        *("Money back", "tag:refund", "updated"),
        [],
    )
    assert desk.rows("view", "edit", "money back", "--sort", "none")[0]["sort"] is None
    said = desk.done("view", "remove", "Money back")
    assert names(desk) == []
    again = said.partition("To have it back: supportcli ")[2]
    desk.done(*shlex.split(again))
    assert names(desk) == ["Money back"]


def test_a_list_shows_a_views_tickets_as_the_view_says(desk: Program) -> None:
    for _ in range(3):
        desk.write_in()
    desk.done("ticket", "tag", "1", "2", "--add", "refund")
    desk.clock.tick(hours=1)
    desk.done("ticket", "tag", "2", "--add", "vip")
    how = ("--columns", "number,tags", "--sort", "updated")
    desk.done("view", "add", "Refunds", "tag:refund", *how)
    shown = desk.done("ticket", "list", "--view", "REFUNDS").splitlines()
    assert [line.split() for line in shown] == [["#2", "refund,", "vip"], ["#1", "refund"]]
    assert desk.done("ticket", "list", "--view", "refunds", "-tag:vip", "--ids") == "1\n"
    assert desk.done("ticket", "list", "--view", "refunds", "--columns", "number") == "#2\n#1\n"
    assert desk.done("ticket", "list", "--view", "refunds", "--sort", "number", "--ids") == "1\n2\n"
    assert desk.done("ticket", "list", "--view", "Waiting", "--ids") == ""
    assert desk.done("ticket", "list", "--view", "All", "tag:vip", "--ids") == "2\n"
    sorted_ = ("ticket", "list", "--view", "refunds", "sort:number", "--ids")
    assert desk.done(*sorted_) == "1\n2\n"
    desk.done("view", "edit", "refunds", "--query", "tag:refund OR tag:vip")
    both = ("tag:vip", "AND", "number:2..")
    assert desk.done("ticket", "list", "--view", "refunds", *both, "--ids") == "2\n"


def test_views_stand_in_the_order_that_is_asked_for(desk: Program) -> None:
    desk.done("team", "add", "billing", "--member", "me")
    for name in ("One", "Two", "Three"):
        desk.done("view", "add", name, f"tag:{name}")
    desk.done("view", "add", "Everybody's", "tag:x", "--everyone")
    desk.done("view", "add", "The team's", "tag:x", "--team", "billing")
    assert names(desk) == ["Everybody's", "The team's", "One", "Two", "Three"]
    desk.done("view", "edit", "Three", "--position", "1")
    assert names(desk)[2:] == ["Three", "One", "Two"]
    desk.done("view", "add", "Zero", "tag:zero", "--position", "2")
    assert names(desk)[2:] == ["Three", "Zero", "One", "Two"]
    desk.done("view", "edit", "Zero", "--everyone", "--position", "1")
    assert names(desk) == ["Zero", "Everybody's", "The team's", "Three", "One", "Two"]


def test_a_view_that_names_what_is_gone_stays_and_says_why(desk: Program) -> None:
    desk.done("team", "add", "billing")
    desk.done("field", "add", "plan")
    desk.done("view", "add", "Bills", "team:billing")
    desk.done("view", "add", "Pro", "field:plan=pro")
    desk.done("team", "edit", "billing", "--rename", "money")
    desk.done("field", "remove", "plan")
    gone = "Column 6 of the query: “billing” is not a team of this desk."
    [row] = desk.rows("view", "show", "bills")
    assert (row["tickets"], row["problem"]) == (None, gone)
    shown = desk.done("view", "list")
    assert gone in shown
    assert "“plan” is not a custom field of this desk." in shown
    ran = desk.run("ticket", "list", "--view", "bills")
    assert (ran.code, ran.err.splitlines()[0]) == (2, f"supportcli: {gone}")
    assert f"Tickets   {gone}" in desk.done("view", "edit", "bills", "--rename", "Invoices")
    assert "Tickets   0" in desk.done("view", "edit", "Invoices", "--query", "team:money")


@pytest.mark.parametrize(
    ("call", "code", "sentence"),
    [
        ("view add Mine tag:x", 2, "“Mine” cannot be the name of a view; nothing was changed."),
        ("view add held tag:x", 2, "“held” cannot be the name of a view; nothing was changed."),
        (f"view add {'x' * 31} tag:x", 2, f"“{'x' * 31}” cannot be the name of a view;"),
        ("view add '  ' tag:x", 2, "“  ” cannot be the name of a view; nothing was changed."),
        ("view add New ''", 2, "You did not say what the view finds."),
        ("view add New tga:x", 2, "Column 1 of the query: “tga:” is not a search term."),
        ("view add New assignee:zoe", 2, "Column 10 of the query: “zoe” is not an agent of"),
        ("view add New tag:x --columns nmber", 2, "“nmber” is not a column of a list."),
        ("view add New tag:x --team billing --everyone", 2, "A view has one owner."),
        ("view add New sort:number --sort updated", 2, "Column 13 of the query: “sort:updated” is"),
        ("view edit Old", 2, "You did not say what to change."),
        ("view edit Old --query ''", 2, "A view needs a query."),
        ("view edit Old --mine --everyone", 2, "A view has one owner."),
        ("view edit Old --rename Other", 1, "This desk already has the view “Other”."),
        ("view edit Mine --rename Other", 1, "The view Mine comes with the program and stays"),
        ("view remove 'to do'", 1, "The view To do comes with the program and stays as it is."),
        ("ticket list --view Old tga:x", 2, "Column 1 of the query: “tga:” is not a search term."),
    ],
)
def test_what_cannot_be_read_is_refused_and_changes_nothing(
    desk: Program, call: str, code: int, sentence: str
) -> None:
    desk.done("view", "add", "Old", "tag:x")
    desk.done("view", "add", "Other", "tag:x")
    before = desk.rows("view", "list")
    ran = desk.run(*shlex.split(call))
    assert (ran.code, ran.out) == (code, "")
    assert sentence in ran.err.splitlines()[0]
    assert desk.rows("view", "list") == before


def test_views_are_changed_by_whom_they_belong_to(desk: Program) -> None:
    desk.done("team", "add", "billing", "--member", "bob")
    desk.done("view", "add", "Hers", "tag:x")
    desk.done("view", "add", "Everybody's", "tag:x", "--everyone")
    desk.done("view", "add", "Bills", "tag:x", "--team", "billing")
    become(desk, Role.AGENT)
    assert names(desk) == ["Everybody's"]
    assert desk.run("view", "edit", "Hers", "--rename", "Mine too").code == 1
    assert desk.run("view", "edit", "Everybody's", "--rename", "x").code == 77
    assert desk.run("view", "add", "New", "tag:x", "--everyone").code == 77
    ran = desk.run("view", "add", "New", "tag:x", "--team", "billing")
    assert (ran.code, "may not change what is somebody else's" in ran.err) == (77, True)
    desk.done("view", "add", "Hers", "tag:mine")
    desk.done("view", "add", "Everybody's", "tag:mine")
    assert desk.rows("view", "show", "everybody's")[0]["query"] == "tag:mine"
    assert names(desk) == ["Everybody's", "Hers", "Everybody's"]
    desk.done("view", "remove", "Everybody's")
    assert names(desk) == ["Everybody's", "Hers"]


def test_a_member_changes_a_teams_views(desk: Program) -> None:
    desk.done("team", "add", "billing")
    desk.done("view", "add", "Bills", "tag:x", "--team", "billing")
    become(desk, Role.LIGHT_AGENT)
    assert names(desk) == []
    file = desk.folder / "config.toml"
    theirs = file.read_text(encoding="utf-8")
    file.write_text(theirs.replace("eve@", "ada@"), encoding="utf-8")
    desk.done("team", "edit", "billing", "--member", "eve@shop.test")
    file.write_text(theirs, encoding="utf-8")
    assert names(desk) == ["Bills"]
    desk.done("view", "edit", "Bills", "--rename", "Invoices")
    desk.done("view", "edit", "Invoices", "--mine")
    assert desk.rows("view", "show", "Invoices")[0]["whose"] == "me"
