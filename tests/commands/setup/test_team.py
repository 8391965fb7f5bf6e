"""`supportcli team`, and tickets that a team has."""

from tests.commands.program import ADA, Program

BILLING = {"name": "billing", "members": ["bob@shop.test"]}


def test_teams_are_added_shown_changed_and_removed(desk: Program) -> None:
    assert desk.run("team", "list").err.startswith("There are no teams yet.")
    assert desk.rows("team", "add", "billing", "--member", "bob") == [BILLING]
    assert desk.rows("team", "list") == [BILLING]
    assert "Bob Lee" in desk.done("team", "list")
    assert [row["teams"] for row in desk.rows("agent", "list")] == [[], ["billing"]]
    assert "Teams     billing\n" in desk.done("agent", "show", "bob@shop.test")
    said = desk.done("team", "edit", "Billing", "--member", "me", "--no-member", "bob")
    assert said == "Changed the team billing.\nMembers  Ada Byron\n"
    desk.done("team", "edit", "billing", "--rename", "second line")
    assert "second line" in desk.done("team", "show", "second line")
    desk.done("team", "remove", "second line")
    assert desk.rows("team", "list") == []
    ran = desk.run("team", "edit", "second line")
    assert (ran.code, "You did not say what to change." in ran.err) == (2, True)


def test_a_ticket_goes_to_a_team_and_back(desk: Program) -> None:
    desk.done("team", "add", "billing", "--member", "bob")
    number = desk.write_in()
    said = desk.done("ticket", "assign", number, "--team", "billing")
    assert said == "Assigned to the team billing: #1.\n"
    [row] = desk.rows("ticket", "list")
    assert (row["team"], row["assignee"]) == ("billing", None)
    assert "[billing]" in desk.done("ticket", "list")
    desk.done("ticket", "assign", number, "--team", "billing", "--to", "bob")
    assert "Bob Lee, billing" in desk.done("ticket", "list")
    shown = desk.done("ticket", "show", number)
    assert "billing · Bob Lee" in shown
    assert "Ada Byron assigned it · to the team billing" in shown
    assert "Ada Byron assigned it · to Bob Lee" in shown
    desk.done("ticket", "undo")
    desk.done("ticket", "undo")
    [row] = desk.rows("ticket", "list")
    assert (row["team"], row["assignee"]) == (None, None)
    desk.done("ticket", "assign", number)
    assert desk.rows("ticket", "list")[0]["assignee"] == "ada@shop.test"


def test_a_team_with_tickets_says_how_to_assign_them(desk: Program) -> None:
    desk.done("team", "add", "billing")
    desk.done("ticket", "assign", desk.write_in(), "--team", "billing")
    ran = desk.run("team", "remove", "billing")
    assert ran.code == 1
    assert "The team billing has 1 ticket that is not solved." in ran.err
    assert "supportcli ticket assign - --team OTHER" in ran.err


def test_teams_go_out_and_come_in_with_their_tickets(desk: Program) -> None:
    desk.done("team", "add", "billing")
    desk.done("ticket", "assign", desk.write_in(), "--team", "billing")
    for kind in ("jsonl", "csv"):
        desk.done("export", kind, "--output", f"all.{kind}")
    there = ("--database", "other.db")
    desk.done(*there, "init", "--yes", "--no-starters", "--agent", ADA)
    places = ("--imap", "localhost:9", "--smtp", "localhost:9", "--security", "none")
    desk.done(*there, "mailbox", "add", "help@shop.test", *places, "--history", "all")
    [done] = desk.rows(*there, "import", "jsonl", "all.jsonl", "--dry-run")
    assert done["unknown_here"] == {"team billing": 1}
    ran = desk.run(*there, "import", "csv", "all.csv", "--dry-run")
    assert (ran.code, "This desk has no team billing (1 times)" in ran.err) == (0, True)
    desk.done(*there, "team", "add", "Billing")
    [done] = desk.rows(*there, "import", "jsonl", "all.jsonl")
    assert (done["new_tickets"], done["unknown_here"]) == (1, {})
    assert [row["team"] for row in desk.rows(*there, "ticket", "list")] == ["Billing"]


def test_reports_count_by_team(desk: Program) -> None:
    desk.done("team", "add", "billing")
    desk.done("ticket", "assign", desk.write_in(), "--team", "billing")
    desk.write_in()
    desk.clock.tick(hours=1)
    shown = desk.done("report", "volume", "--by", "team", "--since", "2026-03-01")
    assert "billing" in shown
    assert "(no team)" in shown
