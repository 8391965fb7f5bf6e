"""`supportcli field` and `ticket field`."""

from tests.commands.program import ADA, Program

PLAN = {
    "name": "plan",
    "title": "Plan",
    "kind": "choice",
    "choices": ["free", "pro"],
    "required": True,
}


def with_plan(desk: Program) -> int:
    desk.done(
        "field", "add", "plan", "--kind", "choice", "--choice", "free", "--choice", "pro",
        "--required",
    )  # fmt: skip
    return desk.write_in()


def test_fields_are_added_listed_changed_and_removed(desk: Program) -> None:
    with_plan(desk)
    assert desk.rows("field", "list") == [PLAN]
    assert "required" in desk.done("field", "list")
    said = desk.done("field", "edit", "plan", "--title", "Plan of theirs", "--no-required")
    assert said == "Changed the field plan.\nPlan of theirs: one of: free, pro\n"
    back = "field add plan --title 'Plan of theirs' --kind choice --choice free --choice pro"
    assert desk.done("field", "remove", "plan").endswith(f"supportcli {back}\n")
    assert desk.rows("field", "list") == []
    assert "--choice free --choice pro" in desk.run("field", "add", "plan").err
    assert desk.run("field", "edit", "plan").code == 2
    ran = desk.run("field", "add", "größe")
    assert (ran.code, "“größe” cannot be the name of a field" in ran.err) == (2, True)


def test_values_are_filled_in_shown_and_undone(desk: Program) -> None:
    number = with_plan(desk)
    desk.done("field", "add", "order_number", "--title", "Order")
    said = desk.done("ticket", "field", number, "plan=PRO", "order-number=A 1042")
    assert said == "Set plan=pro, order_number=A 1042: #1.\n"
    [row] = desk.rows("ticket", "show", number)
    assert row["fields"] == {"plan": "pro", "order_number": "A 1042"}
    shown = desk.done("ticket", "show", number)
    assert "Plan pro · Order A 1042" in shown
    assert "Ada Byron filled it in · plan pro · order_number A 1042" in shown
    desk.done("ticket", "field", number, "plan=free", "order_number=")
    shown = desk.done("ticket", "show", number)
    assert "plan pro → free · no order_number" in shown
    desk.done("ticket", "undo")
    assert desk.rows("ticket", "list")[0]["fields"]["order_number"] == "A 1042"
    ran = desk.run("ticket", "field", number, "plan=free", "--dry-run")
    assert (ran.code, desk.rows("ticket", "list")[0]["fields"]["plan"]) == (0, "pro")


def test_solving_names_what_lacks_and_the_next_step(desk: Program) -> None:
    number = with_plan(desk)
    ran = desk.run("ticket", "solve", number)
    assert (ran.code, ran.err.splitlines()) == (
        1,
        [
            "supportcli: #1 cannot be solved before Plan is filled in.",
            "Fill it in first: supportcli ticket field 1 'plan=…'",
        ],
    )
    desk.done("ticket", "field", number, "plan=free")
    desk.done("ticket", "solve", number)


def test_a_call_without_a_value_or_a_ticket_is_unreadable(desk: Program) -> None:
    number = with_plan(desk)
    for words, said in (
        ((number,), "No value was given."),
        (("plan=pro",), "No ticket was given."),
        ((number, "plan=pro", "plan=free"), "A field was given twice."),
        ((number, "plan=gold"), "“gold” cannot be Plan; nothing was changed."),
    ):
        ran = desk.run("ticket", "field", *words)
        assert (ran.code, ran.err.splitlines()[0]) == (2, f"supportcli: {said}")


def test_fields_go_out_and_come_in(desk: Program) -> None:
    number = with_plan(desk)
    desk.done("field", "add", "seats", "--kind", "number")
    desk.done("field", "add", "order")
    desk.done("ticket", "field", number, "plan=pro", "seats=12", "order=A 'quoted' 1")
    for kind in ("jsonl", "csv"):
        desk.done("export", kind, "--output", f"all.{kind}")
    for kind in ("jsonl", "csv"):
        there = ("--database", f"{kind}.db")
        desk.done(*there, "init", "--yes", "--no-starters", "--agent", ADA)
        places = ("--imap", "localhost:9", "--smtp", "localhost:9", "--security", "none")
        desk.done(*there, "mailbox", "add", "help@shop.test", *places, "--history", "all")
        desk.done(*there, "field", "add", "seats", "--kind", "number")
        desk.done(*there, "field", "add", "order")
        desk.done(*there, "field", "add", "plan", "--kind", "choice", "--choice", "gold")
        [done] = desk.rows(*there, "import", kind, f"all.{kind}")
        assert done["unknown_here"] == {"value “pro” of the field plan": 1}
        assert desk.rows(*there, "ticket", "list")[0]["fields"] == {
            "seats": 12,
            "order": "A 'quoted' 1",
        }


def test_reports_count_by_a_field(desk: Program) -> None:
    desk.done("ticket", "field", with_plan(desk), "plan=pro")
    desk.write_in()
    desk.clock.tick(hours=1)
    ask = ("report", "volume", "--since", "2026-03-01", "--by")
    shown = desk.done(*ask, "field:plan")
    assert "pro" in shown
    assert "(no plan)" in shown
    ran = desk.run(*ask, "field:plam")
    assert (ran.code, "Did you mean “plan”?" in ran.err) == (1, True)
