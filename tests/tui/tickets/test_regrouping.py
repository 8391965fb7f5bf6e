"""The keys that put mail right: merge and split say what they do, and undo takes them back."""

from pathlib import Path

import pytest
from sqlalchemy import text

from supportcli.desk.replies import drafts
from supportcli.desk.tickets import inbox, merging, verbs
from supportcli.domain.tickets.ticket import Status
from supportcli.domain.tickets.verbs import VERBS
from supportcli.tui.keys import Mode
from tests.desk.desks import BOB, as_agent, write_in
from tests.tui.inboxes import Seen, drive, shop, ticket


def test_merge_asks_for_the_ticket_says_what_happens_and_is_undone(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("M")
            assert "Merge #1 into:" in seen.text
            assert "Refund please" in seen.text
            await seen.type("2")
            await seen.press("enter")
            assert "#1 into #2 Refund please:" in seen.text
            assert "Merge 1 message" in seen.text
            assert "customer2@acme.test stays its customer" in seen.text
            assert ticket(desk, 1).merged_into is None
            await seen.type("merge")
            await seen.press("enter")
            assert "Merged into #2: #1 Leak" in seen.text
            assert ticket(desk, 1).merged_into == 2
            assert seen.numbers == [2, 3, 4, 5, 6]
            assert seen.cursor == 2
            await seen.press("z")
            assert ticket(desk, 1).merged_into is None
            assert (seen.cursor, seen.numbers) == (1, [1, 2, 3, 4, 5, 6])

        drive(desk, script)


def test_merge_says_that_drafts_are_joined_and_the_next_reply_begins_with_both(
    tmp_path: Path,
) -> None:
    with shop(tmp_path) as desk:
        drafts.save_draft(desk, 1, "reply", "Text one", 0)
        drafts.save_draft(desk, 2, "reply", "Text two", 0)

        async def script(seen: Seen) -> None:
            await seen.press("M")
            await seen.type("2")
            await seen.press("enter")
            assert "the draft goes below the one there" in seen.text
            await seen.type("merge")
            await seen.press("enter")
            assert seen.cursor == 2
            await seen.press("r")
            assert "Text two" in seen.text
            assert "Text one" in seen.text
            await seen.press("escape", "escape", "z")
            assert ticket(desk, 1).merged_into is None
            assert {key[0]: one.text for key, one in inbox.my_drafts(desk).items()} == {
                1: "Text one",
                2: "Text two",
            }
            await seen.press("r")
            assert "Text one" in seen.text
            assert "Text two" not in seen.text

        drive(desk, script)


def test_a_merged_ticket_says_where_it_went_and_no_key_does_anything_to_it(
    tmp_path: Path,
) -> None:
    with shop(tmp_path) as desk:
        merging.merge(desk, [1], 2, agree=lambda _: True)
        merging.merge(desk, [2], 3, agree=lambda _: True)
        before = ticket(desk, 1)

        async def script(seen: Seen) -> None:
            await seen.press("slash")
            await seen.type("status:merged")
            await seen.press("enter")
            assert seen.numbers == [2, 1]
            await seen.press("enter", "j")
            assert "merged into #3" in seen.text
            for verb in VERBS:
                if not verb.key or verb.name in {"undo", "redo"}:
                    continue
                await seen.press(verb.key)
                assert "#1 was merged into #3." in seen.text, verb.name
                assert seen.screen.context.mode is Mode.READ, verb.name
            assert ticket(desk, 1) == before

        drive(desk, script)


def test_merge_can_be_left_and_says_why_it_cannot_be_done(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("M")
            await seen.type("2")
            await seen.press("enter", "escape")
            assert ticket(desk, 1).merged_into is None
            await seen.press("M")
            await seen.type("99")
            await seen.press("enter")
            assert "There is no ticket #99" in seen.text
            await seen.press("escape", "M")
            await seen.type("later")
            await seen.press("enter")
            assert "No other ticket has “later”." in seen.text
            await seen.press("escape", "M")
            await seen.type("status:never")
            await seen.press("enter")
            assert "never" in seen.text
            await seen.press("escape")
            verbs.note(as_agent(desk, BOB), 1, "Look at this.")
            await seen.press("M")
            await seen.type("2")
            await seen.press("enter")
            await seen.type("merge")
            await seen.press("enter")
            assert "Not merged: Bob Lee wrote a note" in seen.text
            assert ticket(desk, 1).line.status is Status.NEW

        drive(desk, script)


def test_a_text_whose_ticket_is_merged_meanwhile_goes_with_it(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:
        drafts.save_draft(desk, 2, "reply", "Already there", 0)
        drafts.save_draft(desk, 1, "reply", "Begun", 0)

        async def script(seen: Seen) -> None:
            await seen.press("r")
            assert "Begun" in seen.text
            merging.merge(as_agent(desk, BOB), [1], 2, agree=lambda _: True)
            await seen.type(" here")
            await seen.press("ctrl+s", "ctrl+s")
            assert "#1 was merged into #2: esc takes your reply there." in seen.text
            await seen.press("escape")
            assert "#1 was merged into #2: your reply is in the draft there." in seen.text
            drafts = inbox.my_drafts(desk)
            assert {key[0]: one.text for key, one in drafts.items()} == {
                2: "Already there\n\nBegun here"
            }

        drive(desk, script)


def test_a_text_that_the_merge_took_along_is_said_to_be_there(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("r")
            await seen.type("Begun")
            await seen.press("escape", "r")
            merging.merge(as_agent(desk, BOB), [1], 2, agree=lambda _: True)
            await seen.press("escape")
            assert "#1 was merged into #2: your reply is in the draft there." in seen.text
            assert {key[0]: one.text for key, one in inbox.my_drafts(desk).items()} == {2: "Begun"}

        drive(desk, script)


def test_a_note_on_a_ticket_that_is_merged_meanwhile_is_not_lost(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("m")
            await seen.type("Call her")
            merging.merge(as_agent(desk, BOB), [1], 2, agree=lambda _: True)
            await seen.type(" today")
            await seen.press("ctrl+s")
            assert "#1 was merged into #2: your note is in the draft there." in seen.text
            assert {key: one.text for key, one in inbox.my_drafts(desk).items()} == {
                (2, "note"): "Call her today"
            }

        drive(desk, script)


def test_merge_searches_tickets_of_every_view_for_words(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:
        verbs.wait(desk, [4])

        async def script(seen: Seen) -> None:
            assert 4 not in seen.numbers
            await seen.press("M")
            assert "Rechnung fehlt" not in seen.text
            await seen.type("fehlt")
            assert "search all tickets for this" in seen.text
            await seen.press("enter")
            assert "Rechnung fehlt" in seen.text
            await seen.press("down", "enter")
            assert "#1 into #4 Rechnung fehlt:" in seen.text
            await seen.type("merge")
            await seen.press("enter")
            assert ticket(desk, 1).merged_into == 4

        drive(desk, script)


def test_merge_offers_the_other_tickets_of_the_customer_first_whatever_their_state(
    tmp_path: Path,
) -> None:
    with shop(tmp_path) as desk:
        address = ticket(desk, 1).line.customer.address
        for subject, verb in (("Old leak", verbs.wait), ("Gone leak", verbs.spam)):
            verb(desk, [write_in(desk, sender=address, subject=subject)])
        write_in(desk, sender=f"x{address}", subject="Broken cup")
        verbs.wait(desk, [9])

        async def script(seen: Seen) -> None:
            await seen.press("M")
            lines = seen.text[seen.text.index("Merge #1 into:") :].splitlines()
            assert "Old leak" in lines[1]
            assert "pending" in lines[1]
            assert "Gone leak" not in seen.text
            assert "Broken cup" not in seen.text
            await seen.type("7")
            assert "Old leak" in seen.text

        drive(desk, script)


def test_split_makes_a_ticket_of_a_message(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:
        write_in(desk, 1, "Another matter.", "sue@else.test", "Invoice")

        async def script(seen: Seen) -> None:
            await seen.press("S")
            assert "New ticket from #1:" in seen.text
            assert "2 Sue: Another matter." in seen.text
            assert "its number, or several: 1 3" in seen.text
            await seen.type("x")
            assert "the messages of these numbers" not in seen.text
            await seen.press("backspace")
            await seen.type("2")
            await seen.press("enter")
            assert "Split 1 message off #1" in seen.text
            new = ticket(desk, 7)
            assert (new.line.subject, new.line.customer.address) == ("Invoice", "sue@else.test")
            await seen.press("z")
            assert ticket(desk, 7).line.status is Status.DELETED
            assert len(ticket(desk, 1).messages) == 2
            await seen.press("j", "S")
            assert "It has only one message." in seen.text

        drive(desk, script)


def test_split_says_that_no_message_came_from_outside(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:
        verbs.note(desk, 1, "We called them.")
        with desk.db.write() as tx:
            tx.connection().execute(text("UPDATE message SET direction = 'out' WHERE id = 1"))

        async def script(seen: Seen) -> None:
            await seen.press("S")
            assert "None of its messages came from outside." in seen.text

        drive(desk, script)


@pytest.mark.parametrize("under_cursor", [2, 3], ids=["on the merged one", "on the other"])
def test_marked_tickets_are_merged_into_one_of_them(tmp_path: Path, under_cursor: int) -> None:
    """A trial: it counted as merged too, and the cursor stayed on what was left of another."""
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("j", "x", "x", *("k" * (4 - under_cursor)))
            assert seen.cursor == under_cursor
            await seen.press("M", *"#3", "enter")
            assert "#2 into #3" in seen.text
            await seen.type("merge")
            await seen.press("enter")
            await seen.until(lambda: ticket(desk, 2).merged_into == 3, "the merge")
            assert ticket(desk, 3).merged_into is None
            assert "Merged into #3" in seen.text
            assert seen.cursor == 3
            assert 2 not in seen.numbers
            await seen.press("z")
            assert ticket(desk, 2).merged_into is None

        drive(desk, script)


def test_the_other_ticket_of_a_customer_is_selected_and_the_merge_still_asks(
    tmp_path: Path,
) -> None:
    with shop(tmp_path) as desk:
        write_in(desk, sender="customer1@acme.test", subject="Leak again", text="Again.")

        async def script(seen: Seen) -> None:
            await seen.press("M")
            assert "▸ Leak again" in seen.text
            await seen.press("enter")
            assert "Merge 1 message into #7" in seen.text
            assert "▸" not in seen.text.split("#1 into #7")[1]
            assert ticket(desk, 1).merged_into is None
            assert "may read" not in seen.text

        drive(desk, script)


def test_a_merge_of_two_customers_says_in_words_who_sees_whose_email(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("M")
            assert "▸" not in seen.text.split("Merge #1 into")[1]
            await seen.press("2", "enter")
            assert "two customers" in seen.text
            assert "Merge 1 message into #2" in seen.text
            assert "Customer2 may read what Customer1 wrote" in seen.text

        drive(desk, script)
