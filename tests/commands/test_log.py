"""`supportcli log`: what everybody did."""

from tests.commands.program import Program


def test_the_log_shows_who_did_what_to_which_ticket(desk: Program) -> None:
    desk.write_in()
    second = desk.write_in()
    desk.done("ticket", "tag", second, "--add", "refund")
    desk.done("ticket", "solve", second)
    desk.done("ticket", "undo")
    shown = desk.done("log", "--by", "me")
    assert len(shown.splitlines()) == 5
    assert "tags refund" in shown
    assert "status new → solved" in shown or "status open → solved" in shown
    rows = desk.rows("log", "--ticket", second)
    assert [row["kind"] for row in rows] == ["created", "tagged", "solved", "undone"]
    assert rows[3]["undoes"] == rows[2]["gesture"]
    assert {row["which"] for row in rows} == {second}
    assert [row["kind"] for row in desk.rows("log", "--by", "desk")] == []
    assert len(desk.rows("log")) == 5


def test_a_long_log_says_how_to_see_the_rest(desk: Program) -> None:
    for _ in range(3):
        desk.write_in()
    ran = desk.run("log", "--limit", "2", "--json")
    assert [row["which"] for row in ran.rows] == [2, 3]
    assert "There are more than 2 entries; these are the newest." in ran.err
    assert "--until 20" in ran.err


def test_senders_and_people_are_in_the_log(desk: Program) -> None:
    desk.write_in()
    desk.done("mail", "block", "spam@else.test")
    rows = desk.rows("log", "--by", "me")
    assert [(row["about"], row["which"]) for row in rows] == [
        ("ticket", 1),
        ("sender", "spam@else.test"),
    ]


def test_wrong_calls_are_refused(desk: Program) -> None:
    for call, code in (
        ("log --since soon", 2),
        ("log --since 2020 --until 2019", 2),
        ("log --by zoe", 1),
        ("log --ticket 99", 1),
        ("log --limit 0", 2),
    ):
        assert desk.run(*call.split()).code == code, call
    assert desk.run("log", "--since", "2025", "--until", "2025").err == "Nothing was done.\n"


def test_undo_says_what_it_would_do(desk: Program) -> None:
    number = desk.write_in()
    desk.done("ticket", "solve", number)
    before = desk.rows("ticket", "show", number)
    assert desk.done("ticket", "undo", "--dry-run").strip() == "Would undo (solved): #1."
    assert desk.rows("ticket", "undo", "-n")[0]["numbers"] == [1]
    assert desk.rows("ticket", "show", number) == before
    assert desk.done("ticket", "undo").strip() == "Undone (solved): #1."
    desk.done("ticket", "undo")
    assert desk.run("ticket", "undo", "--dry-run").code == 1
