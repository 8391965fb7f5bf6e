"""`L` copies or opens a web address of the ticket, shown by its real host."""

import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from supportcli.config import InboxLook
from supportcli.domain.text.link_patterns import LinkPattern
from supportcli.tui.app import Inbox
from tests.desk.desks import write_in
from tests.tui.inboxes import Seen, drive, shop


def test_an_address_is_copied_and_the_newest_comes_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copied: list[str] = []
    monkeypatch.setattr(Inbox, "copy_to_clipboard", lambda _, text: copied.append(text))
    with shop(tmp_path, 1) as desk:
        write_in(desk, 1, text="My order: https://shop.test/orders/7", sender="customer1@acme.test")
        write_in(desk, 1, text="See https://bank.test@evil.test/x.", sender="customer1@acme.test")

        async def script(seen: Seen) -> None:
            await seen.press("L")
            assert " ▸ evil.test/x" in seen.text
            assert "L2 · Customer1" in seen.text
            assert "   shop.test/orders/7" in seen.text
            await seen.press("enter")
            assert "Copied https://bank.test@evil.test/x" in seen.text
            await seen.press("L", *"shop", "enter")

        drive(desk, script)
    assert copied == ["https://bank.test@evil.test/x", "https://shop.test/orders/7"]


def test_an_address_is_opened_by_the_program_of_the_agent(tmp_path: Path) -> None:
    program = tmp_path / "viewer.py"
    program.write_text(f"import sys\nopen({str(tmp_path / 'opened')!r}, 'w').write(sys.argv[1])\n")
    look = InboxLook(open_with=f"{sys.executable} {program}")
    with shop(tmp_path, 1) as desk:
        write_in(desk, 1, text="https://shop.test/a;rm -rf", sender="customer1@acme.test")
        chosen = replace(desk, settings=replace(desk.settings, inbox=look))

        async def script(seen: Seen) -> None:
            await seen.press("L", "enter")
            assert "Opened https://shop.test/a;rm" in seen.text

        drive(chosen, script)
    told = tmp_path / "opened"
    ends = time.monotonic() + 30
    while not (told.exists() and told.read_text()) and time.monotonic() < ends:
        time.sleep(0.05)
    assert told.read_text() == "https://shop.test/a;rm"


def test_words_lead_to_the_address_of_a_pattern(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copied: list[str] = []
    monkeypatch.setattr(Inbox, "copy_to_clipboard", lambda _, text: copied.append(text))
    links = (
        LinkPattern(r"ORD-\d+", "https://shop.test/orders/{0}"),
        LinkPattern("(a+)+b", "https://shop.test/{0}"),
    )
    with shop(tmp_path, 1) as desk:
        write_in(desk, 1, text=f"Where is ORD-77? {'a' * 60}", sender="customer1@acme.test")

        async def script(seen: Seen) -> None:
            await seen.press("L")
            assert " ▸ ORD-77 → shop.test/orders/ORD-77" in seen.text
            assert "The pattern “(a+)+b” takes too long here" in seen.text
            await seen.press("enter")
            assert "Copied https://shop.test/orders/ORD-77" in seen.text

        drive(replace(desk, settings=replace(desk.settings, links=links)), script)
    assert copied == ["https://shop.test/orders/ORD-77"]


def test_a_ticket_without_addresses_says_so(tmp_path: Path) -> None:
    with shop(tmp_path, 1) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("L")
            assert "#1 has no web addresses." in seen.text

        drive(desk, script)
