"""Reading a conversation: where one is in it, the message that keys mean, and the numbers of its
links."""

from contextlib import nullcontext
from pathlib import Path

import pytest
from textual.app import SuspendNotSupported

from supportcli.desk.replies import writing
from supportcli.desk.tickets import verbs
from supportcli.domain.tickets.ticket import Direction, Status
from supportcli.rendering.ink import Ink
from supportcli.tui.app import Inbox
from tests.desk.desks import write_in
from tests.tui.inboxes import Seen, drive, shop

LONG = "\n\n".join(f"Paragraph {number}." for number in range(1, 40))
CUSTOMER = "customer1@acme.test"


def rule(seen: Seen) -> str:
    """The last line of the heading."""
    return seen.screen.context.heading.render_line(2).text


@pytest.mark.parametrize("size", [(80, 24), (160, 45)], ids=["80x24", "160x45"])
def test_the_heading_says_where_one_is_in_a_long_conversation(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    with shop(tmp_path) as desk:
        for _ in range(3):
            write_in(desk, 1, text=LONG, sender=CUSTOMER)

        async def script(seen: Seen) -> None:
            await seen.press("enter")
            assert " 4 of 4 messages · " in rule(seen)
            assert " % " in rule(seen)
            await seen.press("K", "K", "K")
            assert " 1 of 4 messages · " in rule(seen)
            await seen.press("J", "J")
            assert " 3 of 4 messages · " in rule(seen)
            await seen.press("J")
            assert " 4 of 4 messages · " in rule(seen)
            await seen.press("J", "K")
            assert " 3 of 4 messages · " in rule(seen)
            await seen.press("J", *["space"] * 2)
            await seen.press("j")
            assert " 1 message " in rule(seen)

        drive(desk, script, size)


@pytest.mark.parametrize("size", [(80, 24), (160, 45)], ids=["80x24", "160x45"])
def test_a_ticket_opens_so_that_the_newest_mail_is_whole_in_sight(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    with shop(tmp_path) as desk:
        write_in(desk, 1, text=LONG, sender=CUSTOMER)
        write_in(desk, 1, text="Are you there?\n\nI wait.\n\nMaria", sender=CUSTOMER)
        write_in(desk, 2, text=LONG, sender="customer2@acme.test")
        write_in(desk, 2, text=LONG.replace("Paragraph", "Sentence"), sender="customer2@acme.test")
        write_in(desk, 3, text="It is the blue one.", sender="customer3@acme.test")
        write_in(desk, 3, text=LONG, sender="customer3@acme.test")
        write_in(desk, 3, text="And in red?", sender="customer3@acme.test")
        write_in(desk, 3, text="Or both?", sender="customer3@acme.test")

        async def script(seen: Seen) -> None:
            await seen.press("enter")
            assert "Are you there?" in seen.text
            assert "Maria" in seen.text
            assert " 4 of 4 messages " in rule(seen) or " 3 of 3 messages " in rule(seen)
            await seen.press("escape", "j", "enter")
            conversation = seen.screen.context.conversation
            assert "Sentence 1." in conversation.render_line(1).text, "longer than the pane"
            await seen.press("escape", "j", "enter")
            assert "Or both?" in seen.text
            assert "And in red?" in seen.text, "what fits with it stands above it"

        drive(desk, script, size)


def test_a_short_conversation_has_a_place_once_keys_walk_in_it(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:
        write_in(desk, 1, text="Hello?", sender=CUSTOMER)

        async def script(seen: Seen) -> None:
            await seen.press("enter")
            assert " 2 messages " in rule(seen)
            await seen.press("J")
            assert " 2 of 2 messages " in rule(seen)
            await seen.press("K")
            assert " 1 of 2 messages " in rule(seen)

        drive(desk, script)


def test_the_whole_message_is_read_in_the_pager_of_the_agent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = tmp_path / "paged"
    pager = tmp_path / "pager"
    pager.write_text(f'#!/bin/sh\ncp "$1" {kept}\n')
    pager.chmod(0o700)
    monkeypatch.setenv("PAGER", str(pager))
    monkeypatch.setattr(Inbox, "suspend", lambda _: nullcontext())
    with shop(tmp_path) as desk:
        write_in(desk, 1, text=f"\x1b]0;evil\x07{LONG}\nThe end.", sender=CUSTOMER)

        async def script(seen: Seen) -> None:
            await seen.press("enter", "J", "W")
            assert "Paragraph 39." in kept.read_text()
            assert "The end." in kept.read_text()
            assert f"From: Customer1 <{CUSTOMER}>" in kept.read_text()
            assert "\x1b" not in kept.read_text()
            assert "Text of ticket 1." not in kept.read_text()
            monkeypatch.setenv("PAGER", str(tmp_path / "missing"))
            await seen.press("W")
            said = " ".join(seen.text.split())  # the path may be long
            assert "cannot be started" in said
            assert "The variable PAGER names it." in said

        drive(desk, script)


def test_where_no_program_can_have_the_terminal_the_pager_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: Inbox) -> None:
        raise SuspendNotSupported

    monkeypatch.setattr(Inbox, "suspend", refuse)
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("enter", "W")
            assert "A pager needs a terminal of its own: not here." in seen.text

        drive(desk, script)


def test_a_key_says_why_a_message_is_here(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:
        verbs.note(desk, 1, "Ask Bob.")

        async def script(seen: Seen) -> None:
            await seen.press("enter")
            await seen.press("J", "Y")
            assert "Message 2: why it is here" in seen.text
            assert "wrote this note here on" in seen.text
            await seen.press("escape")
            assert "Ask Bob." in seen.text

        drive(desk, script)


def test_a_number_in_the_text_leads_to_its_link(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copied: list[str] = []
    monkeypatch.setattr(Inbox, "copy_to_clipboard", lambda _, text: copied.append(text))
    with shop(tmp_path) as desk:
        said = "Here <https://shop.test/1> or there <https://shop.test/2>."
        write_in(desk, 1, text=said, sender=CUSTOMER)

        async def script(seen: Seen) -> None:
            await seen.press("enter")
            assert "Here [L1] or there [L2]." in seen.text
            await seen.press("L", "1", "enter")
            await seen.press("escape", "L", "2", "enter")

        drive(desk, script)
    assert copied == ["https://shop.test/1", "https://shop.test/2"]


def test_replies_and_notes_stand_on_grounds_of_their_own(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:
        writing.reply(desk, 1, "We look.", status=Status.OPEN)
        verbs.note(desk, 1, "Ask Bob.")

        async def script(seen: Seen) -> None:
            await seen.press("G", "enter")
            await seen.press("K", "K", "K")
            conversation = seen.screen.context.conversation
            grounds = {}
            for y in range(conversation.size.height):
                strip = conversation.render_line(y)
                colours = {one.style.bgcolor for one in strip if one.style is not None}
                for bar, direction in zip("│┃┊", Direction, strict=True):
                    if strip.text.startswith(f" {bar}"):
                        grounds[direction] = colours
            assert len(grounds) == 3, seen.text
            assert all(len(colours) == 1 for colours in grounds.values())
            assert len({colour for colours in grounds.values() for colour in colours}) == 3

        drive(desk, script, (100, 45))


def test_the_terminals_own_colours_have_no_grounds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            conversation = seen.screen.context.conversation
            looks = [conversation._look(Ink.TEXT, on) for on in (Ink.TEXT, Ink.NOTE_GROUND)]
            assert looks[0] == looks[1]

        drive(desk, script)


@pytest.mark.parametrize("size", [(80, 24), (160, 45)], ids=["80x24", "160x45"])
def test_an_open_ticket_is_read_to_its_ends_and_by_half_pages(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    """A trial: these keys moved the list, and what was passed on the way counted as read."""
    with shop(tmp_path) as desk:
        for _ in range(3):
            write_in(desk, 1, text=LONG, sender=CUSTOMER)

        async def script(seen: Seen) -> None:
            conversation = seen.screen.context.conversation
            await seen.press("enter", "G")
            assert (conversation.top, seen.cursor) == (conversation.lowest, 1)
            await seen.press("ctrl+u")
            half = conversation.lowest - conversation.top
            assert half == conversation.size.height // 2
            await seen.press("g", "g")
            assert (conversation.top, seen.cursor) == (0, 1)
            await seen.press("ctrl+d")
            assert conversation.top == half
            await seen.press("escape", "G")
            assert seen.cursor == 6

        drive(desk, script, size)


@pytest.mark.parametrize("size", [(80, 24), (120, 30), (160, 45)], ids=str)
def test_an_open_ticket_can_have_the_whole_screen(tmp_path: Path, size: tuple[int, int]) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            context = seen.screen.context
            await seen.press("enter")
            before = context.conversation.size
            await seen.press("enter")
            assert "#3" not in seen.text, "there is no list"
            assert context.conversation.size > before
            await seen.press("j")
            assert "Text of ticket 2." in seen.text
            await seen.press("r")
            assert "#1 " not in seen.text
            await seen.press("escape", "escape")
            assert "#3" in seen.text, "back in the list"
            await seen.press("enter")
            assert context.conversation.size == before

        drive(desk, script, size)
