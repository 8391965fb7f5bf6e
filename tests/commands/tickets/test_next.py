"""`supportcli next`."""

from tests.commands.program import Program


def test_next_shows_a_ticket_and_why_and_holds_it(desk: Program) -> None:
    number = desk.write_in()
    desk.done("ticket", "tag", number, "--add", "vip")
    peeked = desk.rows("next", "--peek")[0]
    assert (peeked["number"], peeked["reason"], peeked["claimed_until"]) == (1, "VIP", None)
    shown = desk.done("next")
    assert shown.startswith("VIP · yours until ")
    assert "It leaks." in shown
    got = desk.rows("next")[0]
    assert got["claimed_until"] > got["created_at"]


def test_an_empty_queue_says_so(desk: Program) -> None:
    desk.write_in()
    desk.done("ticket", "solve", "1")
    for options in ((), ("--peek",), ("--json",)):
        ran = desk.run("next", *options)
        assert ran.code == 1
        assert "Nothing waits for you" in ran.err
        assert "supportcli ticket list status:new,open" in ran.err
    assert desk.run("next", "12").code == 2
