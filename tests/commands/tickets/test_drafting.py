"""`ticket draft` between colleagues."""

from tests.commands.program import Program


def test_who_takes_a_draft_over_must_find_one(desk: Program) -> None:
    number = desk.write_in()
    ran = desk.run("ticket", "draft", number, "--take")
    assert ran.code == 1
    assert "There is no such draft in #1: no colleague of yours has begun one." in ran.err
    ran = desk.run("ticket", "draft", number, "--hand-over", "me")
    assert ran.code == 1
    assert "you have not begun one" in ran.err
    desk.done("ticket", "draft", number, "--text", "Dear Maria,")
    shown = desk.done("ticket", "draft", number, "--hand-over", "me")
    assert shown.startswith("Handed over to Ada")
    assert "Dear Maria," in shown
    assert desk.run("ticket", "draft", number, "--take", "--hand-over", "me").code == 2
