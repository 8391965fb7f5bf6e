"""`s` snoozes: what is typed is a time in plain words, said before it is chosen."""

from datetime import datetime, timedelta, timezone
from pathlib import Path

from supportcli.desk.tickets import lists, verbs
from supportcli.domain.tickets.snoozing import SnoozeTimes
from supportcli.domain.tickets.ticket import Status
from supportcli.tui.keys import Mode
from supportcli.tui.tickets.snoozing import meant
from tests.desk.fake_channel import FakeServers, take_in
from tests.desk.letters import letter
from tests.tui.inboxes import Seen, drive, shop


def test_a_ticket_is_snoozed_with_plain_words_and_that_is_undone(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("s")
            assert "Snooze #1:" in seen.text
            assert "until the customer writes" in seen.text
            await seen.type("mon 8:30")
            assert "until 9 Mar 08:30" in seen.text
            await seen.press("enter")
            assert "Snoozed until 9 Mar 08:30: #1 Leak" in seen.text
            assert (seen.cursor, seen.numbers) == (2, [2, 3, 4, 5, 6])
            await seen.press("g", "s")
            assert seen.numbers == [1]
            await seen.press("escape")
            await seen.press("z")
            assert "Undone: Snoozed until 9 Mar 08:30: #1" in seen.text
            assert lists.lines(desk, [1])[0].snoozed_until is None

        drive(desk, script)


def test_what_is_no_time_is_not_chosen_and_stays(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("s")
            await seen.type("soonish")
            await seen.press("enter")
            assert "Nothing matches “soonish”" in seen.text
            assert seen.screen.context.mode is Mode.PICK
            await seen.press("escape")
            assert lists.lines(desk, [1])[0].snoozed_until is None
            verbs.solve(desk, [1])
            await seen.press("5", "s")
            assert "#1 is solved: nobody has to come back to it." in seen.text

        drive(desk, script)


def test_the_time_of_a_customer_is_offered_for_one_ticket_and_not_for_several(
    tmp_path: Path,
) -> None:
    servers = FakeServers()
    tokyo = datetime(2026, 3, 2, 17, 0, tzinfo=timezone(timedelta(hours=9)))
    with shop(tmp_path, 1) as desk:
        take_in(servers.at(desk), servers, letter("a", sent=tokyo))
        take_in(servers.at(desk), servers, letter("b", sent=tokyo))

        async def script(seen: Seen) -> None:
            await seen.press("j", "s")
            assert "until Tue 00:00 (Tue 09:00 there)" in seen.text
            await seen.press("escape", "x", "x", "s")
            assert "Snooze 2 tickets" in seen.text
            assert "their time" not in seen.text
            await seen.type("tomorrow 9:00 their time")
            await seen.press("enter")
            assert "Nothing matches" in seen.text

        drive(desk, script)


def test_a_day_that_is_another_one_there_is_named() -> None:
    here = datetime(2026, 12, 1, 2, 1).astimezone()
    rio = timezone((here.utcoffset() or timedelta()) - timedelta(hours=3))
    times = SnoozeTimes(1, here, theirs=rio)
    assert meant(times, "tomorrow 9:00") == "until Wed 09:00"
    assert meant(times, "tomorrow 9:00 their time") == (
        "until today 12:00 (Tue 09:00 there, where it is Mon)"
    )
    near = SnoozeTimes(1, here, theirs=here.tzinfo)
    assert meant(near, "tomorrow 9:00 their time") == "until Wed 09:00, there too"


def test_marks_count_in_the_list_only(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:
        verbs.solve(desk, [6])

        async def script(seen: Seen) -> None:
            await seen.press("x", "enter", "s")
            assert "Snooze #2:" in seen.text
            await seen.type("2h")
            await seen.press("enter")
            assert list(lists.numbers(desk, "is:snoozed")) == [2]
            assert seen.cursor == 3, "the next one is read, marks or not"
            await seen.press("escape", "6", "x", "G", "s")
            assert "Snooze 1 ticket:" in seen.text, "the cursor is on one that is solved"

        drive(desk, script)


def test_it_sleeps_until_the_customer_writes_or_is_woken(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("s")
            await seen.type("reply")
            await seen.press("enter")
            assert "Snoozed until the customer writes: #1 Leak" in seen.text
            await seen.press("6", "enter")
            assert seen.cursor == 1
            assert "open · snoozed until the customer writes" in seen.text
            await seen.press("s", "down", "enter")
            assert "Woke #1" in seen.text
            assert seen.shown(1).status is Status.OPEN
            assert lists.lines(desk, [1])[0].snoozed_until is None

        drive(desk, script)
