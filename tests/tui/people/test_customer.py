"""The customer pane: beside the conversation in a wide inbox, on its key elsewhere; never on the
path of another key."""

import sys
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import event

from supportcli.desk import Desk
from supportcli.desk.people import editing
from supportcli.desk.tickets import verbs
from supportcli.domain.people.customers import CustomerChanges
from supportcli.domain.people.lookup import LookupSource
from supportcli.tui.keys import Mode
from tests.desk.desks import write_in
from tests.tui.inboxes import Seen, drive, shop

WIDE = (160, 45)
MARIA = "customer1@acme.test"


def known(desk: Desk) -> None:
    """What the team knows about the customer of #1, who has a solved ticket #7 besides."""
    write_in(desk, sender=MARIA, subject="Late parcel")
    verbs.solve(desk, [7])
    changes = CustomerChanges(
        vip=True, zone="Asia/Tokyo", notes="Calls on Monday.", fields={"plan": "pro"}
    )
    editing.edit_customer(desk, MARIA, changes)


@pytest.mark.parametrize("size", [(80, 24), (100, 30)])
def test_its_key_shows_who_wrote_and_opens_another_ticket(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    with shop(tmp_path) as desk:
        known(desk)

        async def script(seen: Seen) -> None:
            assert "Calls on Monday." not in seen.text
            await seen.press("\\")
            for text in (MARIA, "VIP", "Calls on Monday.", "pro", "2 tickets", "00:00 Tue there"):
                assert text in seen.text
            assert seen.screen.context.customer.chosen == 7
            await seen.press("enter")
            assert seen.cursor == 7
            assert seen.screen.context.mode is Mode.READ
            assert "Late parcel" in seen.text
            await seen.press("escape", "j")
            assert (seen.cursor, 7 in seen.numbers) == (1, False)
            await seen.press("\\", "j", "escape")
            assert (seen.cursor, seen.screen.context.mode) == (1, Mode.LIST)

        drive(desk, script, size)


def test_it_stands_beside_the_conversation_of_a_wide_inbox(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:
        known(desk)

        async def script(seen: Seen) -> None:
            await seen.shows("Calls on Monday.")
            await seen.press("j")
            assert "Calls on Monday." not in seen.text
            await seen.shows("since today · 1 ticket")
            await seen.press("k")
            await seen.shows("Calls on Monday.")
            editing.edit_customer(desk, MARIA, CustomerChanges(notes="Calls on Friday."))
            await seen.shows("Calls on Friday.")
            editing.edit_customer(desk, "customer2@acme.test", CustomerChanges(vip=True))
            await seen.until(
                lambda: any("#2" in row and "★" in row for row in seen.text.splitlines()), "a star"
            )

        drive(desk, script, WIDE)


@pytest.mark.parametrize("size", [(80, 24), WIDE])
def test_a_running_cursor_reads_no_customer(tmp_path: Path, size: tuple[int, int]) -> None:
    with shop(tmp_path) as desk:
        asked: list[str] = []

        def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
            asked.extend([statement] if "customer_profile.notes" in statement else [])

        async def script(seen: Seen) -> None:
            pane = seen.screen.context.customer
            if size == WIDE:
                await seen.until(lambda: pane.is_current, "the customer")
            event.listen(desk_of(seen), "before_cursor_execute", note)
            await seen.press(*"jjjjkkkj")
            assert asked == []
            if size == WIDE:
                await seen.until(lambda: pane.is_current, "the customer")
                assert len(asked) == 1

        drive(desk, script, size)


def desk_of(seen: Seen) -> object:
    """The engine that the inbox reads with."""
    client = seen.screen.work._calls
    assert client is not None
    return client._own.desk.db.engine


def test_a_hostile_name_stays_text(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:
        hostile = CustomerChanges(name="[red]Ev\x1b[31mil", notes="a\x1b]0;x\x07[b]b[/b]")
        editing.edit_customer(desk, MARIA, hostile)

        async def script(seen: Seen) -> None:
            await seen.press("\\")
            assert "[red]Ev␛[31mil" in seen.text
            assert "[b]b[/b]" in seen.text

        drive(desk, script)


def test_what_another_system_says_comes_by_itself_and_no_key_waits(tmp_path: Path) -> None:
    program, release = tmp_path / "crm.py", tmp_path / "release"
    program.write_text(
        "import os, time\n"
        f"while not os.path.exists({str(release)!r}):\n"
        "    time.sleep(0.01)\n"
        'print(\'{"plan": "gold"}\')\n',
        encoding="utf-8",
    )
    (tmp_path / "config.toml").touch(mode=0o600)
    with shop(tmp_path) as found:
        source = LookupSource(command=f"{sys.executable} {program}")
        desk = replace(found, settings=replace(found.settings, customer_lookup=source))

        async def script(seen: Seen) -> None:
            await seen.shows("customer1@acme.test")
            await seen.until(lambda: seen.screen.customer._looking, "the question")
            await seen.press("enter", "escape", "j", "k")
            assert seen.cursor == 1
            assert "gold" not in seen.text
            release.touch()
            await seen.shows("gold")
            assert "LOOKUP" in seen.text

        drive(desk, script, WIDE)
