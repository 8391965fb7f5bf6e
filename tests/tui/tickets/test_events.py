"""What was done to a ticket stands in its conversation, folded, at the price of one statement."""

from pathlib import Path

import pytest
from sqlalchemy import event

from supportcli.desk.tickets import reading, verbs
from supportcli.domain.tickets.ticket import Priority
from supportcli.tui.client.desk_client import DeskClient
from tests.desk.desks import BOB, as_agent
from tests.tui.inboxes import Seen, drive, shop


@pytest.mark.parametrize("size", [(80, 24), (160, 45)])
def test_a_key_unfolds_what_was_done(tmp_path: Path, size: tuple[int, int]) -> None:
    with shop(tmp_path, tickets=2) as desk:
        bob = as_agent(desk, BOB)
        verbs.tag(bob, [1], add=["refund"])
        verbs.prioritise(bob, [1], Priority.HIGH)
        verbs.assign(bob, [1], "ada")

        async def script(seen: Seen) -> None:
            await seen.press("enter")
            assert "▸ 2 more; Bob Lee assigned it · to Ada" in seen.text
            assert "(>)" in seen.text
            await seen.press(">")
            assert "· Bob Lee tagged it · +refund" in seen.text
            assert "· Bob Lee set the priority · priority normal → high" in seen.text
            assert "· Bob Lee assigned it · to Ada" in seen.text
            await seen.press(">", "e")
            await seen.press("5", "enter")
            assert "more; Ada Byron solved it · status" in seen.text, "the last of it"

        drive(desk, script, size)


def test_agents_are_read_once_for_all_conversations(tmp_path: Path) -> None:
    with shop(tmp_path, tickets=3) as desk:
        client = DeskClient(desk.settings, desk.clock)
        found: list[str] = []

        def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
            found.append(statement)

        event.listen(client._own.desk.db.engine, "before_cursor_execute", note)
        reading.ticket(client._own.desk, 1)
        alone = len(found)
        found.clear()
        client.reading.conversation(1, 50, 80, unfolded=False)
        assert len(found) <= alone + 2, "the agents, in a transaction of their own"
        found.clear()
        client.reading.conversation(2, 50, 80, unfolded=False)
        assert len(found) == alone
        client.close()
