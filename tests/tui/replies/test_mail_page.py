"""`v` before sending: the mail as its readers get it."""

from pathlib import Path

import pytest

from supportcli.desk.replies import outbox
from tests.tui.inboxes import Seen, drive, shop, ticket


@pytest.mark.parametrize("size", [(80, 24), (160, 45)], ids=str)
def test_the_mail_is_shown_and_sent_as_shown(tmp_path: Path, size: tuple[int, int]) -> None:
    with shop(tmp_path, tickets=2) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("r", *"Look at *this*.", "ctrl+s", "v")
            assert "Subject  Re: " in seen.text
            assert "To       " in seen.text
            assert "Look at *this*." in seen.text
            assert outbox.list_outbox(desk, everything=True) == []
            await seen.press("escape")
            assert "Send to #1?" in seen.text
            await seen.press("v")
            await seen.press("v", "ctrl+s")

        drive(desk, script, size)
        (one,) = outbox.list_outbox(desk, everything=True)
        assert one.ticket == 1


def test_long_mail_is_read_to_its_end(tmp_path: Path) -> None:
    with shop(tmp_path, tickets=1) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("r", *"begin", *["enter"] * 40, *"end of it", "ctrl+s", "v")
            assert "begin" in seen.text
            assert "end of it" not in seen.text
            await seen.press("space", "space", "space")
            assert "end of it" in seen.text
            await seen.press("b", "b", "b", "q", "escape", "escape")

        drive(desk, script)
        assert len(ticket(desk, 1).messages) == 1
        assert outbox.list_outbox(desk, everything=True) == []
