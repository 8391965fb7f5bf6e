"""`ticket snooze` and `ticket wake`."""

import pytest

from tests.commands.program import Program


def test_a_ticket_sleeps_until_a_time_and_is_woken(desk: Program) -> None:
    number = desk.write_in()
    assert "Snoozed #1." in desk.done("ticket", "snooze", number, "--until", "reply")
    assert desk.rows("ticket", "show", number)[0]["snoozed_until"] == "reply"
    shown = desk.done("ticket", "show", number)
    assert "snoozed it" in shown
    assert "until the customer writes" in shown
    assert "snoozed" in desk.done("ticket", "list", "status:any")
    assert "Woke #1." in desk.done("ticket", "wake", number)
    assert desk.rows("ticket", "list")[0]["snoozed_until"] is None
    assert "Undone (woken): #1." in desk.done("ticket", "undo")


@pytest.mark.parametrize("option", ["--dry-run", "--json"])
def test_what_is_over_is_not_snoozed_and_a_rehearsal_says_so(desk: Program, option: str) -> None:
    number = desk.write_in()
    desk.done("ticket", "solve", number)
    refused = desk.run("ticket", "snooze", number, "--until", "2h", option)
    assert (refused.code, refused.out) == (1, "")
    assert "is solved: nobody has to come back to it." in refused.err


@pytest.mark.parametrize(
    ("until", "sentence"),
    [
        ("soon", "“soon” is no time that can be understood."),
        ("2020-01-01", "“2020-01-01” is over: it means 2020-01-01 09:00."),
        ("9:00 their time", "Nothing says which time zone the customer of #1 is in."),
    ],
)
@pytest.mark.parametrize("option", ["--dry-run", "--json"])
def test_a_time_that_is_none(desk: Program, until: str, sentence: str, option: str) -> None:
    number = desk.write_in()
    refused = desk.run("ticket", "snooze", number, "--until", until, option)
    assert refused.code in {1, 2}
    assert refused.err.splitlines()[0] == f"supportcli: {sentence}"
    assert desk.rows("ticket", "show", number)[0]["snoozed_until"] is None
