"""`confirm_send = false`: one key sends a reply, unless something is doubtful."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from supportcli.config import InboxLook, load
from supportcli.desk import Desk
from supportcli.desk.replies import outbox
from supportcli.desk.tickets import inbox as reading
from supportcli.domain.tickets.ticket import Delivery, Direction, Status
from supportcli.errors.setup import SettingWrong
from supportcli.tui.keys import Mode
from tests.desk.desks import write_in
from tests.tui.inboxes import Seen, drive, shop, ticket


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with shop(tmp_path) as found:
        look = InboxLook(confirm_send=False)
        yield replace(found, settings=replace(found.settings, inbox=look))


def sent(desk: Desk, number: int) -> list[str]:
    messages = ticket(desk, number).messages
    return [one.text for one in messages if one.direction is Direction.OUT]


def test_one_key_sends_and_the_seconds_to_undo_it_still_run(desk: Desk) -> None:
    async def script(seen: Seen) -> None:
        await seen.press("r", *"We send a new one.")
        assert "^s send " in seen.text
        await seen.press("ctrl+s")
        assert sent(desk, 1) == ["We send a new one."]
        assert ticket(desk, 1).line.status is Status.PENDING
        assert seen.cursor == 2
        assert "Reply to #1 leaves in 10 s" in seen.text
        await seen.press("z")
        assert sent(desk, 1) == []
        assert [one.state for one in outbox.list_outbox(desk)] in ([], [Delivery.CANCELLED])
        assert reading.my_drafts(desk)[1, "reply"].text == "We send a new one."

    drive(desk, script)


def test_keys_typed_in_one_burst_send_once_and_do_nothing_to_the_next_ticket(desk: Desk) -> None:
    async def script(seen: Seen) -> None:
        await seen.press("r", *"Yes.", "ctrl+s", "ctrl+s")
        assert (sent(desk, 1), sent(desk, 2)) == (["Yes."], [])
        assert ticket(desk, 2).line.status is Status.NEW

    drive(desk, script)


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("The invoice is attached.", "again sends"),
        ("It comes on ⟦date?⟧.", "fill in ⟦date?⟧"),
        ("", "The reply is empty"),
    ],
    ids=["no file", "a gap", "no text"],
)
def test_it_asks_where_there_is_a_reason(desk: Desk, written: str, says: str) -> None:
    async def script(seen: Seen) -> None:
        await seen.press("r")
        seen.screen.context.composer.editor.begin(written)
        await seen.press("ctrl+s")
        assert says in seen.text
        assert sent(desk, 1) == []

    drive(desk, script)


def test_it_asks_about_people_the_desk_is_not_sure_of(desk: Desk) -> None:
    write_in(desk, 1, sender="stranger@elsewhere.test", text="Me too.")

    async def script(seen: Seen) -> None:
        await seen.press("r", *"Hello both.", "ctrl+s")
        assert "stranger@elsewhere.test" in seen.text
        assert sent(desk, 1) == []
        await seen.press("ctrl+s")
        assert sent(desk, 1) == ["Hello both."]

    drive(desk, script)


def test_what_was_not_seen_is_shown_and_not_answered(desk: Desk) -> None:
    async def script(seen: Seen) -> None:
        await seen.press("r", *"On Monday.")
        write_in(desk, 1, sender="customer1@acme.test", text="Do not come.")
        await seen.press("ctrl+s")
        assert "Do not come." in seen.text
        assert seen.screen.context.mode is Mode.WRITE
        assert sent(desk, 1) == []

    drive(desk, script)


def test_another_key_asks_how_and_leads_there_and_back_from_the_email(desk: Desk) -> None:
    async def script(seen: Seen) -> None:
        await seen.press("r", *"Done.", "f6")
        assert "send + solve" in seen.text
        await seen.press("v")
        await seen.press("v")
        assert (seen.screen.context.mode, sent(desk, 1)) == (Mode.SEND, [])
        await seen.press("e")
        assert ticket(desk, 1).line.status is Status.SOLVED

    drive(desk, script)


def test_a_note_is_saved_by_its_key_and_the_other_one_says_so(desk: Desk) -> None:
    async def script(seen: Seen) -> None:
        await seen.press("m", *"For us.", "f6")
        assert "A note is not sent: ctrl+s saves it." in seen.text
        await seen.press("ctrl+s")
        assert "Noted on #1" in seen.text

    drive(desk, script)


def test_from_a_header_it_is_one_key_too(desk: Desk) -> None:
    async def script(seen: Seen) -> None:
        await seen.press("r", *"Hello.", "shift+tab", "tab", *"bob@shop.test")
        assert "^s send " in seen.text
        await seen.press("ctrl+s")
        assert sent(desk, 1) == ["Hello."]
        assert [one.address for one in ticket(desk, 1).messages[-1].cc] == ["bob@shop.test"]

    drive(desk, script)


def test_it_is_true_or_false(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text('[inbox]\nconfirm_send = "no"\n', encoding="utf-8")
    with pytest.raises(SettingWrong, match="confirm_send"):
        load(path, None, {})
    path.write_text("[inbox]\nconfirm_send = false\n", encoding="utf-8")
    assert load(path, None, {}).inbox.confirm_send is False


@pytest.mark.parametrize("confirms", [True, False])
def test_the_key_that_asks_how_is_listed_only_where_the_first_one_sends(
    desk: Desk, *, confirms: bool
) -> None:
    look = InboxLook(confirm_send=confirms)
    desk = replace(desk, settings=replace(desk.settings, inbox=look))

    async def script(seen: Seen) -> None:
        await seen.press("r", *"Yes", "ctrl+p")
        listed = [choice.value for choice in seen.screen.context.picker._all]
        assert listed[:2] == ["insert", "files"]
        assert ("review" in listed) is not confirms

    drive(desk, script)
