"""The desk itself: what it is, and when its tickets close, as lists, queries, mail and the rules
behind them say."""

import pytest

from tests.commands.letters import letter
from tests.commands.program import Program, golden

INGEST = ("mail", "ingest", "-", "--mailbox", "help@shop.test")


def answer(desk: Program, name: str) -> int:
    """An answer to the first mail comes in; answers with its ticket."""
    raw = letter(
        f"This is {name}.\n", message_id=f"<{name}@acme.test>", In_Reply_To="<leak@acme.test>"
    )
    desk.done(*INGEST, stdin=raw)
    ticket: int = desk.rows("mail", "why", f"{name}@acme.test")[0]["ticket"]
    return ticket


def test_the_desk_says_what_it_is(desk: Program) -> None:
    desk.write_in()
    shown = desk.done("desk", "show").replace(f"{desk.folder}/", "FOLDER/")
    golden(
        "desk-show.txt",
        shown
        + desk.done("desk", "edit", "--close-after", "1d").splitlines()[-1]
        + "\n"
        + desk.done("desk", "edit", "--close-after", "never").splitlines()[-1]
        + "\n",
    )
    golden(
        "desk-show.jsonl", desk.done("desk", "show", "--json").replace(f"{desk.folder}/", "FOLDER/")
    )


def test_a_solved_ticket_closes_by_itself_and_everything_says_so(desk: Program) -> None:
    desk.done(*INGEST, stdin=letter())
    desk.done("ticket", "solve", 1)
    desk.clock.tick(days=28, seconds=-1)
    assert [row["status"] for row in desk.rows("ticket", "list")] == ["solved"]
    assert answer(desk, "in-time") == 1
    desk.done("ticket", "solve", 1)
    desk.clock.tick(days=28)
    assert [row["status"] for row in desk.rows("ticket", "list")] == ["closed"]
    assert desk.rows("ticket", "show", 1)[0]["status"] == "closed"
    assert "closed" in desk.done("ticket", "list")
    assert "closed" in desk.done("ticket", "show", 1).splitlines()[0]
    assert [
        len(desk.rows("ticket", "list", f"status:{status}"))
        for status in ("solved", "closed", "solved,closed", "any")
    ] == [0, 1, 1, 1]
    assert answer(desk, "too-late") == 2
    why = desk.rows("mail", "why", "too-late@acme.test")[0]
    assert (why["rule"], why["reason"]) == (
        "follow-up",
        "it is an answer in #1, which closed 28 days after it was solved",
    )
    assert "which closed 28 days after it was solved" in " ".join(
        desk.done("ticket", "show", 2).split()
    )


def test_the_setting_holds_at_once_in_both_directions(desk: Program) -> None:
    desk.done(*INGEST, stdin=letter())
    desk.done("ticket", "solve", 1)
    desk.clock.tick(days=8)
    for typed, status in (
        ("1w", "closed"),
        ("30d", "solved"),
        ("24h", "closed"),
        ("never", "solved"),
    ):
        desk.done("desk", "edit", "--close-after", typed)
        assert [row["number"] for row in desk.rows("ticket", "list", f"status:{status}")] == [1], (
            typed
        )
    desk.clock.tick(days=3000)
    assert answer(desk, "years-later") == 1
    desk.done("ticket", "solve", 1)
    desk.clock.tick(days=2)
    desk.done("desk", "edit", "--close-after", "2d")
    assert answer(desk, "two-days-later") == 2


def test_an_agent_can_take_a_closed_ticket_up_again(desk: Program) -> None:
    for verb in (("reopen", 1), ("wait", 1), ("reply", 1, "--text", "We found it.")):
        number = desk.write_in()
        desk.done("ticket", "solve", number)
        desk.clock.tick(days=40)
        assert desk.rows("ticket", "list", "status:closed")
        desk.done("ticket", verb[0], number, *verb[2:])
        assert desk.rows("ticket", "list", "status:closed") == []
        desk.done("ticket", "delete", number)


@pytest.mark.parametrize("typed", ["", "0d", "28", "-3d", "1h", "36h", "tomorrow", "99999d", "nie"])
def test_what_says_no_time_changes_nothing(desk: Program, typed: str) -> None:
    refused = desk.run("desk", "edit", f"--close-after={typed}")
    assert (refused.code, refused.out) == (2, "")
    assert "does not say when a solved ticket closes" in refused.err
    assert "Traceback" not in refused.err
    assert desk.rows("desk", "show")[0]["close_after_days"] == 28


def test_only_an_admin_changes_the_rules(desk: Program) -> None:
    refused = desk.run("desk", "edit")
    assert (refused.code, "--close-after" in refused.err) == (2, True)
    config = desk.folder / "config.toml"
    config.write_text(
        config.read_text(encoding="utf-8").replace("ada@shop.test", "bob@shop.test"),
        encoding="utf-8",
    )
    refused = desk.run("desk", "edit", "--close-after", "1d")
    assert refused.code == 77
    assert desk.rows("desk", "show")[0]["close_after_days"] == 28


def test_mail_to_spam_wakes_nobody_and_mail_to_a_deleted_ticket_opens_a_new_one(
    desk: Program,
) -> None:
    desk.done(*INGEST, stdin=letter())
    desk.done("ticket", "spam", 1)
    assert answer(desk, "more-spam") == 1
    assert [
        (row["number"], row["status"], row["message_count"])
        for row in desk.rows("ticket", "list", "status:any")
    ] == [(1, "spam", 2)]
    desk.done("ticket", "delete", 1)
    assert answer(desk, "to-deleted") == 2
    assert (
        desk.rows("mail", "why", "to-deleted@acme.test")[0]["reason"]
        == "it is an answer in #1, which is deleted"
    )
    desk.done("ticket", "undo")
    desk.done("ticket", "undo")
    assert {(row["number"], row["status"]) for row in desk.rows("ticket", "list")} == {
        (1, "new"),
        (2, "new"),
    }
