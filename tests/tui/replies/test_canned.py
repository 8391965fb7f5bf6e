"""Canned responses in the inbox: chosen with a preview, put into a text, sent as they stand by one
key, taken back by one."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from supportcli.desk import Desk
from supportcli.desk.canned import responses
from supportcli.desk.canned.folders import enclosed
from supportcli.desk.replies import drafts
from supportcli.desk.tickets import inbox as reading
from supportcli.domain.canned.responses import Body, Canned, Macro
from supportcli.domain.mail import Address
from supportcli.domain.tickets.ticket import Direction, Priority, Status
from supportcli.tui.keys import Mode
from tests.desk.desks import write_in
from tests.long import long_but
from tests.tui.inboxes import Seen, drive, shop, ticket

HELLO = Canned("hello", "A greeting", (Body("", "Hello {{ customer.name }}."),))
LATE = Canned(
    "late",
    "It is late",
    (Body("", "It comes by ⟦date?⟧, by ⟦carrier?⟧."),),
    macro=Macro(add=("late",)),
)
REFUND = Canned(
    "refund",
    "Refunded",
    (Body("", "Refunded."),),
    macro=Macro(Status.SOLVED, ("refund",), priority=Priority.HIGH),
)
DOWN = ("down", "down", "end")
"""From a response's one line to the end of the mark below it."""

QUIET = Canned("quiet", "Escalate", (Body("", ""),), macro=Macro(Status.OPEN, ("escalated",)))


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with shop(tmp_path, tickets=3) as found:
        path = tmp_path / "form.pdf"
        path.write_bytes(b"%PDF")
        file, content = enclosed(path)
        form = Canned("form", "A form", (Body("", "See the form."),), files=(file,))
        for one in (HELLO, LATE, REFUND, QUIET, form):
            responses.add(found, one, {file.sha256: content})
        yield found


def test_one_key_answers_with_a_macro_and_one_takes_all_of_it_back(desk: Desk) -> None:
    before = ticket(desk, 1).line

    async def script(seen: Seen) -> None:
        await seen.press(";", *"ref")
        assert "▸ refund  Refunded" in seen.text
        assert "│ Refunded." in seen.text
        await seen.press("enter")
        done = ticket(desk, 1)
        assert (done.line.status, done.line.tags, done.line.priority) == (
            Status.SOLVED,
            ("refund",),
            Priority.HIGH,
        )
        assert done.messages[-1].text == "Refunded."
        assert "Solved #1 · the reply leaves in 10 s ▰▰▰▰▰▰▰▰▰▰ · z undo" in seen.text
        assert seen.cursor == 2
        await seen.press("z")
        assert seen.cursor == 1
        back = ticket(desk, 1)
        assert (back.line.status, back.line.tags, back.line.priority) == (
            before.status,
            before.tags,
            before.priority,
        )
        assert len(back.messages) == 1
        assert reading.my_drafts(desk) == {}

    drive(desk, script)


def test_a_macro_without_words_changes_and_sends_nothing(desk: Desk) -> None:
    async def script(seen: Seen) -> None:
        await seen.press(";", *"quiet", "enter")
        assert ticket(desk, 1).line.tags == ("escalated",)
        assert len(ticket(desk, 1).messages) == 1
        assert "quiet: applied to #1. · z undo" in seen.text
        assert seen.cursor == 1, "an open ticket is stayed with"

    drive(desk, script)


def test_what_is_missing_opens_the_text_and_stops_the_send_until_it_is_filled(desk: Desk) -> None:
    async def script(seen: Seen) -> None:
        editor = seen.screen.context.composer.editor
        await seen.press(";", *"late", "enter")
        assert len(ticket(desk, 1).messages) == 1
        assert "Not sent yet: fill in ⟦date?⟧" in seen.text
        assert editor.selected_text == "⟦date?⟧"
        await seen.press(*"Friday", "ctrl+s", "ctrl+s")
        assert "Not sent: fill in ⟦carrier?⟧ first" in seen.text
        assert editor.selected_text == "⟦carrier?⟧"
        await seen.press(*"post", "ctrl+s")
        assert "Send to #1, then waiting · +late? To Customer1" in seen.text
        assert "then: waiting · +late" in seen.text
        footer = seen.text.splitlines()[-1]
        assert "send · next" in footer, "the question says what becomes of the ticket"
        await seen.press("ctrl+s")
        sent = ticket(desk, 1)
        assert sent.messages[-1].text == "It comes by Friday, by post."
        assert sent.line.tags == ("late",)
        assert [
            one.uses for one in responses.report(desk) if one.kept.canned.shortcut == "late"
        ] == [1]

    drive(desk, script)


def test_several_are_put_at_the_cursor_and_files_go_with_the_reply(desk: Desk) -> None:
    async def script(seen: Seen) -> None:
        await seen.press(
            "r",
            *"Dear you,",
            "enter",
            "ctrl+o",
            *"hello",
            "enter",
            "ctrl+o",
            *"form",
            "enter",
            *" Bye.",
        )
        text = seen.screen.context.composer.text
        assert (
            text == "Dear you,\nHello Customer1.\n\nSee the form. Bye.\n\n⟦attached form/form.pdf⟧"
        )
        await seen.press("ctrl+s", "o")
        sent = ticket(desk, 1).messages[-1]
        assert sent.text == "Dear you,\nHello Customer1.\n\nSee the form. Bye."
        assert [file.name for file in sent.attachments] == ["form.pdf"]
        assert {one.kept.canned.shortcut for one in responses.report(desk) if one.uses} == {
            "hello",
            "form",
        }
        await seen.press("enter")
        await seen.shows("[1] form.pdf · application/pdf · 4 bytes")

    drive(desk, script)


def test_a_reply_that_is_taken_back_still_knows_what_it_was_made_of(desk: Desk) -> None:
    async def script(seen: Seen) -> None:
        await seen.press("r", "ctrl+o", *"hello", "enter", "ctrl+s", "ctrl+s", "z")
        assert [one.uses for one in responses.report(desk) if one.kept.canned == HELLO] == [0]
        await seen.press("r", "ctrl+s", "ctrl+s")
        assert [one.uses for one in responses.report(desk) if one.kept.canned == HELLO] == [1]

    drive(desk, script)


def test_the_heading_says_what_follows_as_long_as_the_mark_stands(desk: Desk) -> None:
    async def script(seen: Seen) -> None:
        await seen.press("r", "ctrl+o", *"refund", "enter")
        assert "then: solved · +refund · high" in seen.text
        await seen.press(*DOWN, *["backspace"] * len("⟦macro refund⟧"))
        await seen.shows("then: waiting")
        await seen.press("ctrl+o", *"refund", "enter", "ctrl+o", *"late", "enter")
        assert "then: solved · +late +refund · high" in seen.text

    drive(desk, script)


def test_a_mark_that_is_deleted_takes_its_file_away(desk: Desk) -> None:
    async def script(seen: Seen) -> None:
        await seen.press(
            "r",
            "ctrl+o",
            *"form",
            "enter",
            *DOWN,
            *["backspace"] * len("⟦attached form/form.pdf⟧"),
            "ctrl+s",
            "ctrl+s",
        )
        sent = ticket(desk, 1).messages[-1]
        assert (sent.direction, sent.text.strip(), sent.attachments) == (
            Direction.OUT,
            "See the form.",
            (),
        )

    drive(desk, script)


def test_a_shortcut_behind_a_semicolon_becomes_its_text(desk: Desk) -> None:
    async def script(seen: Seen) -> None:
        await seen.press("r", *"So: ;hello and ;nothing x;hello ;refund ", *"!")
        assert (
            seen.screen.context.composer.text
            == "So: Hello Customer1.and ;nothing x;hello Refunded.!\n\n⟦macro refund⟧"
        )

    drive(desk, script)


def test_a_note_takes_words_only(desk: Desk) -> None:
    async def script(seen: Seen) -> None:
        await seen.press("m", *";refund ", "ctrl+s")
        assert ticket(desk, 1).messages[-1].text == "Refunded."
        assert ticket(desk, 1).line.tags == ()

    drive(desk, script)


def test_keys_typed_ahead_of_the_text_stand_behind_it(desk: Desk) -> None:
    async def script(seen: Seen) -> None:
        await seen.press("r", "ctrl+o", *"hello", "enter", *"Next", "ctrl+s", "ctrl+s")
        assert ticket(desk, 1).messages[-1].text == "Hello Customer1.Next"

    drive(desk, script)


@long_but(1)
@pytest.mark.parametrize("size", [(80, 24), (160, 45)], ids=["80x24", "160x45"])
def test_a_customer_is_greeted_by_exactly_their_name(desk: Desk, size: tuple[int, int]) -> None:
    names = ("{{ 7*7 }}", "[/x]", "[@click=app.quit]x[/]")
    with desk.db.write() as tx:
        for number, name in enumerate(names, 1):
            tx.connection().exec_driver_sql(
                "UPDATE customer SET name = ? WHERE id = ?", (name, number)
            )

    async def script(seen: Seen) -> None:
        for number, name in enumerate(names, 1):
            await seen.press(";", *"hello")
            assert f"│ Hello {name}." in seen.text
            await seen.press("escape", "r", *";hello ", "ctrl+s", "ctrl+s")
            assert ticket(desk, number).messages[-1].text == f"Hello {name}."

    drive(desk, script, size=size)


def test_the_lately_used_stand_first(desk: Desk) -> None:
    async def script(seen: Seen) -> None:
        await seen.press(";", "down")
        assert "▸ form" in seen.text
        await seen.press(*"hello", "enter")
        await seen.until(
            lambda: (seen.screen.canned._offers or ())[0].kept.canned == HELLO, "new offers"
        )
        await seen.press(";", "down")
        assert "▸ hello" in seen.text
        await seen.press("down")
        assert "▸ form" in seen.text
        assert "│ See the form." in seen.text

    drive(desk, script)


def test_nothing_is_sent_before_something_is_chosen(desk: Desk) -> None:
    async def script(seen: Seen) -> None:
        await seen.press(";")
        assert "▸ " not in seen.text.split("Answer #1")[1]
        assert "⏎" not in seen.text.splitlines()[-1]
        await seen.press("enter", "right")
        assert "Nothing is selected yet: ↑↓ selects, or type to choose." in seen.text
        await seen.press("e")
        assert "Nothing is marked" not in seen.text
        await seen.press("backspace", *"fund", "enter")
        assert "Nothing begins with “fund”: ⏎ again takes refund" in seen.text
        assert "⏎" in seen.text.splitlines()[-1]
        await seen.press("escape", "j")
        assert seen.cursor == 2
        assert [ticket(desk, number).line.message_count for number in (1, 2)] == [1, 1]

    drive(desk, script)


FOOTERS = {
    "hello": "⏎ send to Customer1  → edit first",
    "refund": "⏎ send to Customer1 + solve · +refund",
    "quiet": "⏎ do: open · +escalated",
    "late": "⏎ fill in ⟦date?⟧, then send",
}


def test_the_footer_says_what_the_next_key_does(desk: Desk) -> None:
    async def script(seen: Seen) -> None:
        for shortcut, does in FOOTERS.items():
            await seen.press(";", *shortcut)
            assert does in seen.text.splitlines()[-1], shortcut
            assert " 1 of " in seen.text, shortcut
            await seen.press("escape", "r", "ctrl+o", *shortcut)
            assert seen.text.splitlines()[-1].startswith(" ⏎ insert  esc cancel"), shortcut
            await seen.press("escape", "escape")
            assert seen.screen.context.mode is Mode.LIST, shortcut

    drive(desk, script)


def test_the_footer_names_everybody_whom_it_is_sent_to(desk: Desk) -> None:
    copies = tuple(Address(f"Boss {number}", f"boss{number}@acme.test") for number in range(1, 5))
    write_in(
        desk, 1, text="With my boss.", sender="customer1@acme.test", message={"cc": copies[:1]}
    )
    write_in(desk, 2, text="With everybody.", sender="customer2@acme.test", message={"cc": copies})

    async def script(seen: Seen) -> None:
        await seen.press(";", *"hello")
        await seen.shows("⏎ send to Customer1 · Cc Boss 1  → edit first")
        await seen.press("escape", "j", ";", *"hello")
        await seen.shows("⏎ send to Customer2 · Cc Boss 1 +3  → edit first")

    drive(desk, script)


def test_no_response_goes_to_everybody_past_a_draft_to_the_sender_alone(desk: Desk) -> None:
    write_in(
        desk,
        1,
        text="With my boss.",
        sender="customer1@acme.test",
        message={"cc": (Address("Boss", "boss@acme.test"),)},
    )

    async def script(seen: Seen) -> None:
        await seen.press("R", *"Between us.", "escape", ";", *"hello")
        assert "⏎ add it to your draft to the sender" in seen.text.splitlines()[-1]
        await seen.press("enter")
        assert "to the sender only" in seen.text
        assert ticket(desk, 1).line.message_count == 2
        await seen.press("ctrl+s", "ctrl+s")
        assert ticket(desk, 1).messages[-1].cc == ()
        await seen.press(";", *"hello")
        assert "to the sender only" not in seen.text.splitlines()[-1]

    drive(desk, script)


@pytest.mark.parametrize("key", ["right", "ctrl+e"])
def test_a_response_can_be_edited_before_it_is_sent(desk: Desk, key: str) -> None:
    async def script(seen: Seen) -> None:
        await seen.press(";", *"refund", key, *" Sorry.")
        assert ticket(desk, 1).line.message_count == 1
        assert seen.screen.context.composer.text == "Refunded. Sorry.\n\n⟦macro refund⟧"
        await seen.press("ctrl+s", "ctrl+s")
        assert ticket(desk, 1).messages[-1].text == "Refunded. Sorry."
        assert ticket(desk, 1).line.status is Status.SOLVED

    drive(desk, script)


@long_but(2)
@pytest.mark.parametrize("key", ["enter", "right"])
@pytest.mark.parametrize("alone", [True, False])
def test_it_acts_on_the_ticket_it_was_opened_for(desk: Desk, key: str, alone: bool) -> None:
    async def script(seen: Seen) -> None:
        if alone:
            await seen.press("/", *"1", "enter")
        await seen.press(";", *"late")
        context = seen.screen.context
        context.tickets.leave(1)  # as the answer to an earlier verb takes it out of the list
        assert context.tickets.cursor == (None if alone else 2)
        await seen.press(key)
        assert seen.cursor == 1
        assert seen.screen.writing.line is not None
        assert seen.screen.writing.line.number == 1
        assert "⟦date?⟧" in context.composer.text

    drive(desk, script)


@long_but(2)
@pytest.mark.parametrize(
    ("size", "before"),
    [
        ((60, 15), ()),
        ((60, 15), ("r", *"Begun.")),
        ((80, 24), ("enter",)),
        ((100, 30), ("r",)),
        ((160, 45), ()),
    ],
)
def test_all_of_a_response_can_be_read_and_the_footer_stays(
    desk: Desk, size: tuple[int, int], before: tuple[str, ...]
) -> None:
    lines = [f"line {place} of it" for place in range(16)]
    responses.add(
        desk, Canned("long", "Long", (Body("", "\n".join(lines)),), macro=Macro(Status.SOLVED)), {}
    )

    async def script(seen: Seen) -> None:
        await seen.press(*before, "ctrl+o" if "r" in before else ";", *"long")
        read, screen = set(), seen.screen
        while lines[-1] not in read:
            read |= {line for line in lines if f"│ {line}" in seen.text}
            assert seen.text.splitlines()[-1].startswith(" ⏎ "), "the footer is the last line"
            assert len(seen.text.splitlines()) == size[1]
            assert not screen.show_vertical_scrollbar
            await seen.press("pagedown")
        assert read == set(lines)
        await seen.press(*["pageup"] * 16)
        assert "│ line 0 of it" in seen.text
        if before:
            assert "Text of ticket 1." in seen.text or size[1] < 30, "the mail stays in sight"
        if "r" in before:
            assert screen.context.composer.is_on_screen

    drive(desk, script, size=size)


def test_esc_goes_back_to_where_the_choice_was_opened(desk: Desk) -> None:
    async def script(seen: Seen) -> None:
        await seen.press("r", *"Half", "ctrl+o", *"xx", "enter")
        assert "Nothing matches “xx”" in seen.text
        await seen.press("escape", "ctrl+o", "escape", *" a word")
        assert seen.screen.context.composer.text == "Half a word"
        await seen.press("escape", "escape", ";", "escape", "j")
        assert seen.cursor == 2

    drive(desk, script)


def test_a_response_is_not_sent_past_a_message_that_was_not_seen(desk: Desk) -> None:
    async def script(seen: Seen) -> None:
        await seen.press("enter", ";")
        write_in(desk, 1, text="Wait, it is mended.", sender="customer1@acme.test")
        await seen.press(*"refund", "enter")
        assert "Not answered: Customer1 wrote just now · ; again does it" in seen.text
        assert "Wait, it is mended." in seen.text
        assert ticket(desk, 1).messages[-1].direction is Direction.IN

    drive(desk, script, size=(100, 30))


def test_leaving_from_the_choice_keeps_the_text(desk: Desk) -> None:
    async def script(seen: Seen) -> None:
        await seen.press("r", *"Half a thought", "ctrl+o", "ctrl+q")
        assert drafts.draft(desk, 1, "reply") is not None
        await seen.until(lambda: seen.app._exit, "the end")

    drive(desk, script)


def test_an_inbox_without_responses_says_how_to_write_one(tmp_path: Path) -> None:
    with shop(tmp_path) as empty:

        async def script(seen: Seen) -> None:
            await seen.press(";")
            assert "supportcli canned add SHORTCUT" in seen.text

        drive(empty, script)


def test_what_is_added_to_a_canned_text_stands_above_its_closing(desk: Desk) -> None:
    """A trial: “Kind regards / Ada We fetch it on Tuesday.” went to the customer."""
    signed = "Here it is.\n\nKind regards\n{{ agent.name }}"
    idea = Canned("idea", "An idea", (Body("", signed),), macro=Macro(add=("idea",)))
    responses.add(desk, idea, {})

    async def script(seen: Seen) -> None:
        await seen.press(";", *"idea")
        assert "⏎ send to Customer1 · +idea" in seen.text.splitlines()[-1]
        await seen.press("right", *" We fetch it on Tuesday.")
        assert (
            "When it is sent: +idea. Delete the line ⟦macro idea⟧ to send only the text."
            in seen.text
        )
        body = "Here it is. We fetch it on Tuesday.\n\nKind regards\nAda Byron"
        assert seen.screen.context.composer.text.startswith(f"{body}\n\n⟦macro idea⟧")

    drive(desk, script)


def test_a_canned_answer_beside_a_draft_says_that_the_draft_stays(desk: Desk) -> None:
    async def script(seen: Seen) -> None:
        await seen.press("r", *"I cannot refund this.", "escape", ";", *"refund")
        assert "Answer #1, your draft stays:" in seen.text

    drive(desk, script)


def test_of_several_that_match_equally_well_none_is_sent(desk: Desk) -> None:
    """A trial: `refund` ⏎ put a refusal into an answer."""
    for shortcut in ("swap-refused", "swap-done"):
        responses.add(desk, Canned(shortcut, shortcut, (Body("", f"It is {shortcut}."),)), {})

    async def script(seen: Seen) -> None:
        await seen.press(";", *"swap", "enter")
        assert "2 match “swap”: type on, or ↑↓ selects." in seen.text
        assert len(ticket(desk, 1).messages) == 1
        await seen.press("down")
        assert "1 of 2" in seen.text
        await seen.press("escape", "r", "ctrl+o", *"swap d", "enter")
        assert seen.screen.context.composer.text == "It is swap-done."

    drive(desk, script)


def test_the_lines_have_the_room_until_one_is_selected(desk: Desk) -> None:
    for number in range(8):
        name = f"answer-{number}"
        responses.add(desk, Canned(name, name, (Body("", "Here it is."),)), {})

    async def script(seen: Seen) -> None:
        await seen.press(";")
        assert all(f"answer-{number}" in seen.text for number in range(8))
        assert "│ Here it is." not in seen.text
        await seen.press(*"answer-7")
        await seen.shows("│ Here it is.")

    drive(desk, script)


def test_the_texts_of_responses_are_searched_after_their_names(desk: Desk) -> None:
    async def script(seen: Seen) -> None:
        await seen.press(";", *"CARRIER")
        assert "▸ late  It is late" in seen.text
        assert "│ It comes by" in seen.text, "the only one is shown"
        await seen.press("enter")
        assert "Nothing begins with “CARRIER”" in seen.text, "it is not taken for a name"
        await seen.press("ctrl+u", *"for")
        assert "▸ form  A form" in seen.text, "a name is before a text"
        await seen.press("ctrl+u", *"xyz")
        assert "no match in names, titles and texts" in seen.text

    drive(desk, script)
