"""`ticket merge` and `ticket split`: what they say, whom they ask, and what they refuse."""

from tests.commands.program import Program


def test_merge_says_what_it_did_and_show_says_where_the_ticket_went(desk: Program) -> None:
    for subject in ("Leak", "Leak again"):
        desk.write_in(subject)
    told = desk.done("ticket", "merge", 2, "--into", 1, "--dry-run")
    assert told == (
        "#2 “Leak again” of maria@acme.test (1 message) goes into #1 “Leak” of maria@acme.test.\n"
    )
    assert desk.done("ticket", "merge", 2, "--into", 1) == "Merged #2 into #1.\n"
    shown = desk.done("ticket", "show", 2)
    assert "merged into #1" in shown
    assert shown.index("#2 Leak again") < shown.index("#1 Leak ")
    assert "Ada Byron merged it · status new → merged · into #1" in shown
    assert "Ada Byron merged another ticket into it · from #2" in shown
    gone, there = desk.rows("ticket", "show", 2)
    assert (gone["status"], gone["merged_into"], gone["messages"]) == ("merged", 1, [])
    assert [one["number"] for one in there["messages"]] == [1, 2]
    assert [row["number"] for row in desk.rows("ticket", "list")] == [1]
    refused = desk.run("ticket", "solve", 2)
    assert (refused.code, refused.err.splitlines()[0]) == (1, "supportcli: #2 was merged into #1.")
    assert desk.done("ticket", "undo") == "Undone (merged): 2 tickets: #2 #1.\n"
    assert len(desk.rows("ticket", "list")) == 2


def test_different_customers_are_merged_only_if_somebody_agrees(desk: Program) -> None:
    desk.write_in()
    desk.write_in("Bill", customer="Sue <sue@else.test>")
    refused = desk.run("ticket", "merge", 2, "--into", 1)
    told = "#2 is of sue@else.test and #1 of maria@acme.test, who stays its customer."
    assert refused.code == 1
    assert refused.err.splitlines()[0] == f"supportcli: Nothing was merged: {told}"
    assert desk.run("ticket", "merge", 2, "--into", 1, "-n").err.startswith(
        "supportcli: #2 is of sue@else.test"
    )
    (plan,) = desk.run("ticket", "merge", 2, "--into", 1, "-n", "--json").rows
    assert (plan["numbers"], plan["into"], "sue@else.test" in plan["question"]) == ([2], 1, True)
    (done,) = desk.rows("ticket", "merge", 2, "--into", 1, "--yes")
    assert done["numbers"] == [2, 1]


def test_what_a_query_finds_is_merged_into_one_of_it(desk: Program) -> None:
    for _ in range(3):
        desk.write_in()
    found = desk.done("ticket", "list", "--json")
    assert desk.done("ticket", "merge", "-", "--into", 2, stdin=found) == (
        "Merged 2 tickets into #2: #3 #1.\n"
    )


def test_split_makes_a_ticket_and_refuses_what_it_cannot(desk: Program) -> None:
    desk.write_in()
    desk.write_in("Bill", "Where is my bill?")
    desk.done("ticket", "merge", 2, "--into", 1)
    assert desk.done("ticket", "split", 1, 2, "-n") == (
        "1 message of #1 would become a new ticket of maria@acme.test: Bill.\n"
    )
    (plan,) = desk.rows("ticket", "split", 1, 2, "-n")
    assert plan == {
        "number": 1,
        "messages": [2],
        "customer": "maria@acme.test",
        "subject": "Bill",
    }
    assert desk.done("ticket", "split", 1, 2) == "Split 1 message off #1: it is #3 now.\n"
    assert "split of #1: 1 message of #1 became #3" in desk.done("ticket", "show", 3)
    for words, code, told in (
        (("1", "x"), 2, "“x” is not a message's number."),
        (("1", "0"), 2, "“0” is not a message's number."),
        (("1", "7"), 1, "#1 has no message 7."),
        (("1", "1"), 1, "Nothing would be left in #1."),
    ):
        refused = desk.run("ticket", "split", *words)
        assert (refused.code, refused.err.splitlines()[0]) == (code, f"supportcli: {told}")
    assert desk.done("ticket", "undo") == "Undone (split): 2 tickets: #1 #3.\n"
