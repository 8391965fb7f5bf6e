"""Held mail in the inbox: its view, its verbs and their undo; no key there acts on a ticket."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text as sql

from supportcli.desk import Desk
from supportcli.desk.mail.held import accepting
from supportcli.desk.mail.held import waiting as held
from supportcli.desk.mail.intake import ingest
from supportcli.desk.mail.why import why
from supportcli.domain.tickets.ticket import Status
from supportcli.tui import keys
from supportcli.tui.keys import Mode
from tests.desk.desks import BOB, as_agent
from tests.desk.letters import HELP
from tests.desk.mail.test_held import ELSE, orphan, received
from tests.tui.driver.test_typed_ahead import terminal
from tests.tui.inboxes import Seen, drive, shop, ticket
from tests.tui.test_hostile import BAD, FORBIDDEN, own_sequences_removed


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with shop(tmp_path, tickets=2) as found:
        received(found, *map(orphan, ("one", "two", "three")))
        yield found


def waiting(desk: Desk) -> list[int]:
    return [one.id for one in held.waiting(desk).held]


@pytest.mark.parametrize("size", [(80, 24), (160, 45)], ids=["80x24", "160x45"])
def test_the_tab_says_how_many_wait_and_its_key_shows_them(
    desk: Desk, size: tuple[int, int]
) -> None:
    async def script(seen: Seen) -> None:
        assert "7 Held 3" in seen.text.splitlines()[0]
        await seen.press("7")
        for text in (
            "Order one",
            "Order three",
            "Mail 1 is held: it names no sender",
            "Please help, my order is late",
            "a accept",
            "1 of 3",
        ):
            assert text in seen.text
        await seen.press("j")
        assert "Mail 2 is held" in seen.text
        assert [line.split()[4] for line in seen.text.splitlines() if line[:1] == "▸"] == ["two"]
        await seen.press("escape")
        assert seen.screen.context.mode is Mode.LIST
        assert "Leak" in seen.text

    drive(desk, script, size)


@pytest.mark.parametrize(
    ("listed", "line"),
    [
        (1, "1 of 1 · held · 2 in junk: supportcli mail held --junk"),
        (0, "3 in junk: supportcli mail held --junk"),
    ],
)
def test_the_view_says_what_is_held_as_junk(desk: Desk, listed: int, line: str) -> None:
    with desk.db.write() as tx:
        tx.connection().execute(sql("UPDATE mail SET rule = 'junk' WHERE id > :n"), {"n": listed})

    async def script(seen: Seen) -> None:
        await seen.press("7")
        assert f"\n {line}" in seen.text

    drive(desk, script)


def test_where_nothing_is_held_there_is_no_tab(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            assert "Held" not in seen.text
            await seen.press("7")
            assert "No mail is held." in seen.text
            await seen.press("a", "d", "r", "t", "c", "z")
            assert "Nothing to undo here" in seen.text

        drive(desk, script)


def test_the_tab_counts_what_the_list_lists_and_an_empty_list_says_so_once(desk: Desk) -> None:
    with desk.db.write() as tx:
        tx.connection().exec_driver_sql("UPDATE mail SET rule = 'bounce' WHERE id IN (2, 3)")

    async def script(seen: Seen) -> None:
        assert "7 Held 1" in seen.text.splitlines()[0], "bounces wait for nobody"
        await seen.press("7")
        assert "7 Held 2" in seen.text.splitlines()[0]
        assert "1 of 2" in seen.text
        await seen.press("d")
        assert "7 Held 1" in seen.text.splitlines()[0]
        assert "2 bounces" in seen.text
        for _ in range(2):  # the second time behind the help
            assert (
                " ".join(seen.text.splitlines()[-1].split())
                == "d discard all z undo esc back j/k move space read on ? keys"
            )
            await seen.press("?", "escape")
        await seen.press("d")
        assert "7 Held 0" in seen.text.splitlines()[0]
        assert seen.text.splitlines()[-1].split() == ["z", "undo", "esc", "back", "?", "keys"]
        await seen.press("d", "a", "r", "t", "c")
        assert seen.text.count("o mail ") == 1, "that nothing is held is said once"
        assert "2 emails: discarded · z undo" in seen.text
        await seen.press("z", "escape")
        assert "Held" not in seen.text.splitlines()[0]

    drive(desk, script)


def test_a_mail_that_names_nobody_asks_whose_it_is(desk: Desk) -> None:
    async def script(seen: Seen) -> None:
        await seen.press("7", "a")
        assert "Customer of mail 1" in seen.text
        assert "sue@else.test" in seen.text
        await seen.press("down", "enter")
        assert "Mail 1: in #3" in seen.text
        assert "Mail 2 is held" in seen.text, "the next one is marked"
        assert ticket(desk, 3).line.customer.address == "sue@else.test"
        await seen.press("z")
        assert "Mail 1 is held again." in seen.text
        assert "Mail 1 is held: " in seen.text, "the mark goes back to it"

    drive(desk, script)
    assert waiting(desk) == [1, 2, 3]
    assert ticket(desk, 3).line.status is Status.DELETED


def test_a_customer_is_named_by_hand(desk: Desk) -> None:
    async def script(seen: Seen) -> None:
        await seen.press("7", "c", *"nobody", "enter")
        assert "nobody" in "".join(seen.text.splitlines()[-3:-1])
        assert waiting(desk) == [1, 2, 3]
        await seen.press("c", *"max@else.test", "enter")
        assert ticket(desk, 3).line.customer.address == "max@else.test"

    drive(desk, script)


def test_a_mail_goes_into_a_ticket(desk: Desk) -> None:
    async def script(seen: Seen) -> None:
        await seen.press("7", "t", *"99", "enter")
        assert "There is no ticket #99" in seen.text
        await seen.press("t", *"x")
        assert "the ticket of this number" not in seen.text
        await seen.press("enter")
        assert "Nothing matches “x”" in seen.text
        await seen.press("escape", "t", "2", "enter")
        assert why(desk, "1")[0].ticket == 2

    drive(desk, script)


def test_putting_away_and_deciding_again(desk: Desk) -> None:
    async def script(seen: Seen) -> None:
        await seen.press("7", "d", "d")
        assert waiting(desk) == [3]
        await seen.press("r")
        assert "Still held: it names no sender." in seen.text
        await seen.press("z", "z", "z")
        assert "Nothing to undo here" in seen.text
        assert waiting(desk) == [1, 2, 3]

    drive(desk, script)


def test_what_was_let_in_can_be_undone_from_the_list_and_only_once(desk: Desk) -> None:
    async def script(seen: Seen) -> None:
        await seen.press("7", "d", "a", "down", "enter", "escape", "z")
        assert waiting(desk) == [2, 3]
        await seen.press("7", "z")
        assert waiting(desk) == [1, 2, 3]

    drive(desk, script)


def test_no_key_there_acts_on_a_ticket(desk: Desk) -> None:
    before = [ticket(desk, number) for number in (1, 2)]
    others = {
        key
        for act in keys.ACTS
        if act.modes & keys.TICKETS and not act.modes & Mode.HELD
        for key in act.keys.split(",")
    }
    mine = {key for act in keys.ACTS if act.modes & Mode.HELD for key in act.keys.split(",")}

    async def script(seen: Seen) -> None:
        await seen.press("7", *sorted(others - mine))
        assert seen.screen.context.mode is Mode.HELD

    drive(desk, script)
    assert [ticket(desk, number) for number in (1, 2)] == before


def test_a_view_is_a_digit_away_and_the_help_comes_back(desk: Desk) -> None:
    async def script(seen: Seen) -> None:
        await seen.press("7", "?")
        await seen.press("escape")
        assert seen.screen.context.mode is Mode.HELD
        await seen.press("6")
        assert (seen.screen.context.mode, seen.numbers) == (Mode.LIST, [1, 2])

    drive(desk, script)


def test_what_a_colleague_does_is_seen(desk: Desk) -> None:
    async def script(seen: Seen) -> None:
        await seen.press("7", "j")
        accepting.accept(as_agent(desk, BOB), [1], ELSE)
        await seen.shows("7 Held 2")
        await seen.quiet()
        assert "Mail 2 is held" in seen.text
        accepting.discard(as_agent(desk, BOB), [2, 3])
        await seen.shows("No mail is held.")
        ingest(desk, HELP, orphan("four"))
        await seen.shows("Mail 4 is held")

    drive(desk, script)


@pytest.mark.parametrize(("columns", "lines"), [(80, 24), (160, 45)], ids=["80x24", "160x45"])
def test_no_control_byte_of_a_stranger_reaches_the_terminal(
    desk: Desk, columns: int, lines: int
) -> None:
    evil = BAD.replace("\x00", "").replace("\r", "")
    ingest(
        desk,
        HELP,
        f"To: {evil}\r\nCc: {evil} <x@evil.test>\r\nSubject: {evil}\r\nMessage-ID: <{evil}@evil.test>\r\n\r\n{BAD}\n{evil}".encode(),
    )
    accepting.discard(desk, [1, 2, 3])
    with terminal(desk, columns, lines) as screen:
        for before, typed, after in [
            ("7 Held 1", "7", "Mail 4 is held"),
            ("Mail 4", "a", "Customer of mail 4"),
            ("Customer of", "\x1b[200~x\x9b31m\x1b[201~\r", "address"),
        ]:
            screen.wait_for(before)
            screen.send(typed)
            screen.wait_for(after)
    assert FORBIDDEN.findall(own_sequences_removed(bytes(screen.output))) == []
    assert "OWNED" in screen.output.decode(errors="replace"), "the harmless letters are shown"
