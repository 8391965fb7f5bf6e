"""A role that does not allow a verb: the footer leaves its key out, and the key says why."""

from pathlib import Path

from supportcli.desk.tickets import reading
from supportcli.domain.people import Role
from supportcli.domain.tickets.ticket import Status
from tests.desk.desks import ADA, with_role
from tests.tui.inboxes import Seen, drive, shop, ticket

WHY = "Ada Byron has the role light-agent here and may not work on tickets."


def test_a_light_agent_writes_notes_and_nothing_else(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:
        with_role(desk, ADA, Role.LIGHT_AGENT)

        async def script(seen: Seen) -> None:
            footer = seen.text.splitlines()[-1]
            assert "note" in footer
            assert "solve" not in footer
            assert "reply" not in footer
            await seen.press("e")
            assert WHY in seen.text
            assert ticket(desk, 1).line.status is Status.NEW
            await seen.press("r")
            assert WHY in seen.text
            await seen.press("escape", "f")
            assert "Followed #1" in seen.text
            await seen.press("ctrl+p")
            await seen.type("solve")
            assert "your role does not allow it" in seen.text

        drive(desk, script)


def test_who_only_reads_changes_nothing(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:
        with_role(desk, ADA, Role.READ_ONLY)
        before = reading.ticket(desk, 1)

        async def script(seen: Seen) -> None:
            for key in ("m", "f", "e", "i", "a", "t", "p", "=", "!", "r"):
                await seen.press(key)
                assert "has the role read-only here and may not" in seen.text, key
                await seen.press("escape")

        drive(desk, script)
        assert reading.ticket(desk, 1) == before
