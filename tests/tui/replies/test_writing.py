"""Replies and notes: two strokes send, drafts outlive everything, and nobody answers what they have
not read."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from supportcli.desk import Desk
from supportcli.desk.replies import drafts, outbox
from supportcli.desk.tickets import inbox as reading
from supportcli.desk.tickets import reading as reading_tickets
from supportcli.domain.mail import Address
from supportcli.domain.replies.chosen import ReplyChoice
from supportcli.domain.replies.drafts import Draft
from supportcli.domain.replies.recipients import Recipients
from supportcli.domain.tickets.ticket import Delivery, Direction, Status
from supportcli.tui.widgets.composer import Header
from tests.desk.desks import BOB, as_agent, write_in
from tests.tui.inboxes import Seen, drive, shop, ticket


@pytest.mark.parametrize(
    ("stroke", "status", "cursor"),
    [("ctrl+s", Status.PENDING, 2), ("e", Status.SOLVED, 2), ("o", Status.OPEN, 1)],
    ids=["wait", "solve", "stay open"],
)
def test_the_second_stroke_says_what_becomes_of_the_ticket(
    tmp_path: Path, stroke: str, status: Status, cursor: int
) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("r")
            assert "To Customer1" in seen.text
            await seen.type("We send a new one.")
            await seen.press("ctrl+s")
            assert "send + solve" in seen.text
            assert ticket(desk, 1).line.status is Status.NEW, "the first stroke sends nothing"
            await seen.press(stroke)
            sent = ticket(desk, 1)
            assert (sent.messages[-1].direction, sent.messages[-1].text) == (
                Direction.OUT,
                "We send a new one.",
            )
            assert sent.messages[-1].delivery is Delivery.QUEUED
            assert sent.line.status is status
            assert sent.line.assignee is not None
            assert sent.line.assignee.address == "ada@shop.test"
            assert seen.cursor == cursor
            what = "Solved #1 · the reply" if status is Status.SOLVED else "Reply to #1"
            assert f"{what} leaves in 10 s ▰▰▰▰▰▰▰▰▰▰ · z undo" in seen.text
            assert reading.my_drafts(desk) == {}

        drive(desk, script)


def test_a_held_reply_is_taken_back_and_is_a_draft_again(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("r", *"Wrong words", "ctrl+s", "ctrl+s")
            assert seen.cursor == 2
            await seen.press("z")
            assert seen.cursor == 1
            assert "The reply to #1 is a draft again" in seen.text
            assert [message.direction for message in ticket(desk, 1).messages] == [Direction.IN]
            assert ticket(desk, 1).line.status is Status.NEW
            await seen.press("r")
            assert seen.screen.context.composer.text == "Wrong words"
            assert (
                outbox.list_outbox(desk) == []
                or outbox.list_outbox(desk)[0].state is Delivery.CANCELLED
            )

        drive(desk, script)


def test_the_countdown_counts_and_ends(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("r", *"Yes", "ctrl+s", "o")
            desk.clock.tick(seconds=7)  # type: ignore[attr-defined]
            await seen.shows("leaves in 3 s")
            desk.clock.tick(seconds=4)  # type: ignore[attr-defined]
            await seen.shows("Reply to #1 is due")

        drive(desk, script)


def test_a_reply_that_left_is_not_undone_and_says_so(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("r", *"Yes", "ctrl+s", "ctrl+s")
            with desk.db.write() as tx:
                from supportcli.storage.replies import outbox as rows

                rows.change(tx, 1, Delivery.SENT, desk.now())
            standing = seen.cursor
            await seen.press("z")
            assert "has left" in seen.text
            assert seen.cursor == standing != 1, "the next key is for the ticket that was there"
            assert ticket(desk, 1).messages[-1].direction is Direction.OUT

        drive(desk, script)


def test_a_send_is_refused_for_what_was_not_seen_and_goes_through_the_second_time(
    tmp_path: Path,
) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("r", *"We come on Monday")
            desk.clock.tick(minutes=1)  # type: ignore[attr-defined]
            write_in(desk, 1, text="Do not come, it is mended.", sender="customer1@acme.test")
            await seen.press("ctrl+s", "ctrl+s")
            assert "was not sent" in seen.text
            assert "Do not come, it is mended." in seen.text
            assert seen.screen.context.composer.text == "We come on Monday"
            assert len(ticket(desk, 1).messages) == 2
            await seen.press(*", good", "ctrl+s", "ctrl+s")
            assert ticket(desk, 1).messages[-1].text == "We come on Monday, good"

        drive(desk, script)


def test_what_arrives_while_writing_is_announced_above_the_text(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("r", *"Hello")
            desk.clock.tick(minutes=1)  # type: ignore[attr-defined]
            write_in(desk, 1, text="One more thing.", sender="customer1@acme.test")
            await seen.shows("something new arrived")
            assert seen.screen.context.composer.text == "Hello"

        drive(desk, script, size=(100, 30))


def test_a_draft_is_kept_when_the_composer_is_left_and_its_ticket_is_marked(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("r", *"Half a thought", "escape")
            assert "kept as a draft: r continues it" in seen.text
            assert "+" in next(line for line in seen.text.splitlines() if "#1" in line)
            assert reading.my_drafts(desk)[1, "reply"].text == "Half a thought"
            await seen.press("j", "r")
            assert seen.screen.context.composer.text == ""
            await seen.press("escape", "k", "r", *", and its end")
            assert seen.screen.context.composer.text == "Half a thought, and its end"

        drive(desk, script)


def test_a_draft_is_saved_while_it_is_typed_and_waits_in_the_next_inbox(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:

        async def write(seen: Seen) -> None:
            await seen.press("j", "r", *"Not finis")
            await seen.until(lambda: (2, "reply") in reading.my_drafts(desk), "the draft")

        async def go_on(seen: Seen) -> None:
            assert "+" in next(line for line in seen.text.splitlines() if "#2" in line)
            await seen.press("j", "r", *"hed")
            assert seen.screen.context.composer.text == "Not finished"

        drive(desk, write)
        drive(desk, go_on)


def test_a_draft_that_is_emptied_is_forgotten(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:
        drafts.save_draft(desk, 1, "reply", "x", 1)

        async def script(seen: Seen) -> None:
            await seen.press("r", "backspace", "escape")
            assert reading.my_drafts(desk) == {}
            assert "kept as a draft" not in seen.text

        drive(desk, script)


def test_an_empty_text_is_not_sent(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("r", "space", "ctrl+s", "ctrl+s")
            assert "The reply is empty" in seen.text
            assert len(ticket(desk, 1).messages) == 1

        drive(desk, script)


def test_a_reply_becomes_a_note_and_a_reply_again(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("r", *"For us only", "ctrl+t")
            assert "no customer sees it" in seen.text
            assert list(reading.my_drafts(desk)) == [(1, "note")]
            await seen.press("ctrl+t", "ctrl+t", "ctrl+s")
            assert ticket(desk, 1).messages[-1].direction is Direction.NOTE
            assert reading.my_drafts(desk) == {}

        drive(desk, script)


def test_the_choices_of_a_reply_outlast_its_being_a_note(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:
        kept = _begin_with_choices(desk, "For us only")

        async def script(seen: Seen) -> None:
            await seen.press("r", "ctrl+t")
            assert "Your words are in the note now: ctrl+t takes them back." in seen.text
            await seen.press("escape")
            mine = reading.my_drafts(desk)
            assert mine[1, "note"].text == "For us only"
            assert mine[1, "reply"] == replace(kept, text="")
            await seen.press("m", "ctrl+t")
            assert seen.screen.context.composer.text == "", "a reply is there: no word moves"
            await seen.press("ctrl+t", "escape")
            assert reading.my_drafts(desk) == mine
            await seen.press("r", "escape")
            assert reading.my_drafts(desk)[1, "reply"] == replace(kept, text="")

        drive(desk, script)


def test_a_turned_reply_is_turned_back_with_its_choices(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:
        kept = _begin_with_choices(desk, "For them.")

        async def script(seen: Seen) -> None:
            await seen.press("r", "ctrl+t", "ctrl+t", "escape")
            assert reading.my_drafts(desk) == {(1, "reply"): kept}

        drive(desk, script)


def _begin_with_choices(desk: Desk, text: str) -> Draft:
    """A reply draft with its recipients, its subject and its time."""
    boss, audit = (Address("", f"{who}@acme.test") for who in ("boss", "audit"))
    to = Recipients(
        (Address("", "customer1@acme.test"),),
        (boss,),
        bcc=(audit,),
        by_hand=frozenset({boss.address, audit.address}),
    )
    chosen = ReplyChoice("The plan", at=desk.now() + timedelta(days=1))
    seen = reading_tickets.ticket(desk, 1).last_event
    drafts.save_draft(desk, 1, "reply", text, seen, recipients=to, chosen=chosen)
    kept = drafts.draft(desk, 1, "reply")
    assert kept is not None
    return kept


@pytest.mark.parametrize("strokes", [1, 2, 3, 4])
def test_a_note_and_a_reply_that_are_both_begun_keep_their_own(
    tmp_path: Path, strokes: int
) -> None:
    """ctrl+t joined the texts, and threw the recipients, the subject and the time away."""
    with shop(tmp_path) as desk:
        kept = _begin_with_choices(desk, "For them.")

        async def script(seen: Seen) -> None:
            await seen.press("m", *"SECRET", *["ctrl+t"] * strokes)
            here, other = ("reply", "note") if strokes % 2 else ("note", "reply")
            shown = "For them." if strokes % 2 else "SECRET"
            assert seen.screen.context.composer.text == shown
            assert f"This is your {here}. The {other} is kept as a draft" in seen.text
            await seen.press("escape")
            mine = reading.my_drafts(desk)
            assert mine[1, "reply"] == kept
            assert mine[1, "note"].text == "SECRET"

        drive(desk, script)


def test_to_look_at_the_reply_from_an_empty_note_takes_no_word_along(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:
        kept = _begin_with_choices(desk, "For them.")

        async def script(seen: Seen) -> None:
            await seen.press("m", "ctrl+t", "ctrl+t")
            assert seen.screen.context.composer.text == ""
            await seen.press(*"SECRET", "ctrl+t", "escape")
            mine = reading.my_drafts(desk)
            assert (mine[1, "reply"], mine[1, "note"].text) == (kept, "SECRET")

        drive(desk, script)


def test_only_the_sender_is_answered_where_that_is_asked(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:
        write_in(
            desk,
            1,
            sender="customer1@acme.test",
            message={"cc": (Address("Boss", "boss@acme.test"),)},
        )

        async def script(seen: Seen) -> None:
            await seen.press("r")
            assert "Cc Boss" in seen.text
            await seen.press("escape", "R", *"Just you", "ctrl+s", "ctrl+s")
            assert ticket(desk, 1).messages[-1].cc == ()

        drive(desk, script)


def test_the_editor_takes_the_text_and_gives_it_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from contextlib import nullcontext

    editor = tmp_path / "editor"
    editor.write_text("#!/bin/sh\nsed -i '1s/$/ and the end/' \"$1\"\n")
    editor.chmod(0o700)
    monkeypatch.setenv("EDITOR", str(editor))
    monkeypatch.delenv("VISUAL", raising=False)
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            seen.app.suspend = nullcontext  # type: ignore[method-assign,assignment]  # a test has no terminal to give away
            await seen.press("r", *"The beginning", "f4")
            assert seen.screen.context.composer.text == "The beginning and the end"
            monkeypatch.setenv("EDITOR", "false")
            await seen.press("f4")
            assert "Your text is in" in seen.text
            assert seen.screen.context.composer.text == "The beginning and the end"

        drive(desk, script)


def test_a_colleagues_note_refuses_a_send_too(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:
        bob = as_agent(replace(desk), BOB)

        async def script(seen: Seen) -> None:
            from supportcli.desk.tickets import verbs

            await seen.press("r", *"Refunded")
            verbs.note(bob, 1, "Do not refund!")
            await seen.press("ctrl+s", "ctrl+s")
            assert "a note by Bob Lee arrived" in seen.text
            assert "Do not refund!" in seen.text
            assert len(ticket(desk, 1).messages) == 2

        drive(desk, script)


def test_a_reply_written_from_the_list_is_there_when_its_ticket_is_opened(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("r", *"It is mended.", "ctrl+s", "o")
            await seen.press("enter")
            await seen.shows("It is mended.")

        drive(desk, script)


def test_an_unbound_key_hides_the_seconds_to_undo_only_for_a_moment(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("r", *"Yes", "ctrl+s", "ctrl+s", "y")
            assert "y is not bound" in seen.text
            desk.clock.tick(seconds=1)  # type: ignore[attr-defined]
            await seen.shows("leaves in 9 s")
            assert "z undo" in seen.text.splitlines()[-1]
            desk.clock.tick(seconds=3)  # type: ignore[attr-defined]
            await seen.shows("Reply to #1 leaves in 6 s ▰▰▰▰▰▰")
            await seen.press("y")
            desk.clock.tick(seconds=7)  # type: ignore[attr-defined]
            await seen.shows("Reply to #1 is due")
            assert "z undo" not in seen.text, "it cannot be taken back any longer"

        drive(desk, script, size=(100, 24))


def test_what_else_was_done_with_a_reply_is_still_offered_to_undo(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("r", *"Yes", "ctrl+s", "e")
            desk.clock.tick(seconds=11)  # type: ignore[attr-defined]
            await seen.shows("Reply to #1 is due")
            assert "z undo" in seen.text.splitlines()[-1]

        drive(desk, script)


@pytest.mark.parametrize("size", [(80, 24), (160, 45)], ids=str)
@pytest.mark.parametrize("keys", [("m", "ctrl+s"), ("r", "ctrl+s", "o")], ids=["note", "reply"])
def test_what_i_have_just_written_is_in_sight(
    tmp_path: Path, size: tuple[int, int], keys: tuple[str, ...]
) -> None:
    with shop(tmp_path, tickets=1) as desk:
        for part in range(4):
            write_in(desk, 1, text="line\n" * 30 + f"end {part}", sender="customer1@acme.test")

        async def script(seen: Seen) -> None:
            await seen.press("enter", keys[0], *"This is mine.")
            await seen.press(*keys[1:])
            await seen.shows("This is mine.")
            assert "This is mine." in seen.text.rpartition("▸")[2]

        drive(desk, script, size)


@pytest.mark.parametrize(
    ("preset", "shows"),
    [
        (
            "default",
            " ^s send…  esc keep draft  ^o canned  ^f files  F4 editor  ^p all  F8 throw away",
        ),
        ("aerc", " ^s send…  F4 editor  esc keep draft  ^o canned  ^f files  ^p all"),
        ("gmail", " ^s send…  esc keep draft  ^o canned  ^f files  F4 editor  ^k all"),
    ],
)
def test_the_footer_of_a_text_has_what_is_looked_for_first(
    tmp_path: Path, preset: str, shows: str
) -> None:
    with shop(tmp_path) as desk:
        mine = replace(desk, settings=replace(desk.settings, keys={"preset": preset}))

        async def script(seen: Seen) -> None:
            await seen.press("r", *(["r"] if preset == "aerc" else []))
            assert seen.text.splitlines()[-1].startswith(shows)

        drive(mine, script)


def test_what_can_be_done_with_a_text_is_found_by_its_name(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("r", *"Hello", "ctrl+p")
            assert "Edit it in $EDITOR" in seen.text
            await seen.press(*"attach", "enter")
            assert seen.screen.context.composer.fields.at is Header.FILES
            await seen.press("escape", *" you", "ctrl+p", "escape")
            assert seen.screen.context.composer.text == "Hello you"
            await seen.press("ctrl+p", *"note", "enter")
            assert "Note" in seen.text
            await seen.press("ctrl+p", *"headers")
            assert "not in a note" in seen.text
            await seen.press("escape")
            assert seen.screen.context.composer.text == "Hello you"

        drive(desk, script)


def test_a_note_says_who_is_told(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("m", *"@bob can you look? @ada saw it.", "ctrl+s")
            assert "Noted on #1 Leak · Bob Lee is told · z undo" in seen.text

        drive(desk, script)


@pytest.mark.parametrize("typed", ["olga@obrien.test", "exact", "tom", "dear", "x y"])
@pytest.mark.parametrize("apart", [True, False], ids=["later", "in one breath"])
def test_who_types_on_has_not_answered_how_it_is_sent(
    tmp_path: Path, typed: str, *, apart: bool
) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("r", *"Yes ", "ctrl+s", *("" if apart else typed))
            if apart:
                assert "Send to #1?" in seen.text
                await seen.press(*typed)
            assert seen.screen.context.composer.text == f"Yes {typed}"
            assert "Not sent: you typed on, in the text · ctrl+s asks again" in seen.text
            assert len(ticket(desk, 1).messages) == 1
            await seen.press("ctrl+s", "o")
            assert ticket(desk, 1).messages[-1].text == f"Yes {typed}"

        drive(desk, script)


def test_the_question_offers_one_key_that_throws_the_text_away(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("r", *"Yes", "ctrl+s")
            assert seen.text.count("throw away") == 1
            assert "x throw away" in seen.text

        drive(desk, script, size=(160, 45))


def test_the_countdown_offers_no_key_that_is_a_character_here(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("r", *"Yes", "ctrl+s", "ctrl+s")
            assert "Reply to #1 leaves in 10 s" in seen.text
            assert "z undo" in seen.text.splitlines()[-2]
            await seen.press("r")
            assert "Reply to #1 leaves in 10 s" in seen.text
            assert "z undo" not in seen.text
            await seen.press("escape", ":")
            assert "z undo" not in seen.text

        drive(desk, script)


def test_a_reply_that_solves_says_so_while_it_can_be_taken_back(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("r", *"Yes", "ctrl+s", "e")
            assert "Solved #1 · the reply leaves in 10 s" in seen.text

        drive(desk, script)


def test_undo_of_something_older_says_how_old_it_is(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("e")
            await seen.press("z")
            assert "Undone: Solved #1" in seen.text
            assert "ago" not in seen.text.splitlines()[-2]
            await seen.press("e")
            desk.clock.tick(minutes=3)  # type: ignore[attr-defined]
            await seen.press("z")
            assert "Undone: Solved #1, 3m ago" in seen.text

        drive(desk, script)
