"""What is said fits, and ends with the next step."""

from pathlib import Path

from tests.desk.desks import write_in
from tests.tui.inboxes import Seen, drive, shop


def test_a_long_subject_does_not_push_the_undo_away(tmp_path: Path) -> None:
    with shop(tmp_path, tickets=0) as desk:
        write_in(desk, sender="maria@acme.test", subject="Richiesta di accesso ai dati personali " * 5)

        async def script(seen: Seen) -> None:
            await seen.press("i")
            assert "Took #1 Richiesta di accesso" in seen.text
            assert "… · z undo" in seen.text

        drive(desk, script, size=(80, 24))


def test_a_query_that_cannot_be_read_is_explained_whole(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("/", *"status:opne", "enter")
            assert "“opne” is no status.  Did you mean “open”" in seen.text
            assert seen.screen.stage.filter_bar.field.value == "status:opne"

        drive(desk, script, size=(80, 24))
