"""Whom a reply goes to is on the screen, is the draft's own, and is asked about where it is not
certain."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supportcli.desk import Desk
from supportcli.desk.replies import drafts
from supportcli.desk.setup import starters
from supportcli.desk.tickets import inbox as reading
from supportcli.domain.mail import Address
from supportcli.domain.replies.recipients import Addressing, Recipients
from supportcli.domain.tickets.ticket import Direction
from supportcli.rendering.ink import width_of_all
from supportcli.storage import canned
from supportcli.storage.tickets import people
from supportcli.tui.replies.recipients_line import whom, words
from tests.desk.desks import write_in
from tests.long import long_but
from tests.tui.inboxes import Seen, drive, shop, ticket

BOSS, EVE, JO = (
    Address("Boss One", "boss@acme.test"),
    Address("Eve", "eve@evil.test"),
    Address("Jo Day", "jo@acme.test"),
)
CUSTOMER = "customer1@acme.test"


def with_boss(desk: Desk) -> None:
    write_in(desk, 1, text="With my boss.", sender=CUSTOMER, message={"cc": (BOSS,)})


def led_away(desk: Desk) -> None:
    write_in(desk, 1, text="Answer me there.", sender=CUSTOMER, message={"reply_to": (EVE,)})


def head(seen: Seen) -> str:
    """The line above the text."""
    return next(line for line in seen.text.splitlines() if " Reply To" in line)


def left(desk: Desk) -> list[list[str]]:
    """To and Cc of the replies that were queued."""
    return [
        [one.address for one in (*message.to, *message.cc)]
        for message in ticket(desk, 1).messages
        if message.direction is Direction.OUT
    ]


@long_but(1)
@pytest.mark.parametrize(("begun", "again", "has_boss"), [("R", "r", False), ("r", "R", True)])
def test_a_draft_keeps_its_recipients_over_a_restart_and_under_the_other_key(
    tmp_path: Path, begun: str, again: str, has_boss: bool
) -> None:
    with shop(tmp_path, tickets=1) as desk:
        with_boss(desk)

        async def begin(seen: Seen) -> None:
            await seen.press(begun)
            await seen.press(*"Between us.", "escape")

        async def go_on(seen: Seen) -> None:
            await seen.press(again)
            assert ("Boss" in head(seen)) == has_boss
            assert "ctrl+r" in seen.text
            await seen.press("ctrl+s")
            assert ("Boss" in seen.text.split("Send to #1?")[1]) == has_boss
            await seen.press("o")
            assert left(desk) == [[CUSTOMER, *([BOSS.address] if has_boss else [])]]

        drive(desk, begin)
        drive(desk, go_on)


def test_a_key_and_nothing_else_changes_who_reads_a_draft(tmp_path: Path) -> None:
    with shop(tmp_path, tickets=1) as desk:
        with_boss(desk)

        async def script(seen: Seen) -> None:
            await seen.press("R", *"Us.")
            assert "to the sender only" in head(seen)
            await seen.press("ctrl+r")
            assert "Boss" in head(seen)
            await seen.press("escape")
            kept = reading.my_drafts(desk)[1, "reply"].recipients
            assert kept is not None
            assert (kept.cc, kept.only_sender) == ((BOSS,), False)
            await seen.press("r", "ctrl+r", "escape")
            kept = reading.my_drafts(desk)[1, "reply"].recipients
            assert kept is not None
            assert (kept.cc, kept.only_sender) == ((), True)

        drive(desk, script)


def test_new_mail_with_other_people_changes_no_draft(tmp_path: Path) -> None:
    with shop(tmp_path, tickets=1) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("r", *"Yes.", "escape")
            with_boss(desk)
            await seen.press("r")
            await seen.shows("Newer mail names other people · ctrl+r")
            assert "Boss" not in head(seen)
            await seen.press("ctrl+r")
            assert " · Cc " in head(seen)

        drive(desk, script)


def test_a_draft_from_before_recipients_were_kept_is_addressed_by_its_key(tmp_path: Path) -> None:
    with shop(tmp_path, tickets=1) as desk:
        with_boss(desk)
        drafts.save_draft(desk, 1, "reply", "Old.", 99)

        async def script(seen: Seen) -> None:
            await seen.press("r")
            assert "Boss" in head(seen)
            await seen.press("escape")
            kept = reading.my_drafts(desk)[1, "reply"].recipients
            assert kept is not None
            assert kept.cc == (BOSS,)

        drive(desk, script)


@pytest.mark.parametrize("size", [(80, 24), (160, 45)], ids=str)
def test_who_is_new_is_asked_about_by_the_first_stroke(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    with shop(tmp_path, tickets=1) as desk:
        led_away(desk)

        async def script(seen: Seen) -> None:
            await seen.press("r")
            assert "To Eve <eve@evil.test>" in head(seen)
            await seen.press(*"Yes.", "ctrl+s")
            assert "Eve <eve@evil.test> is new to #1 · ctrl+s again sends" in seen.text
            assert left(desk) == []
            await seen.press("escape", "ctrl+s", "ctrl+s")
            assert left(desk) == [[EVE.address]]

        drive(desk, script, size=size)


@pytest.mark.parametrize("size", [(80, 24), (160, 45)], ids=str)
def test_a_dead_address_is_asked_about_with_the_servers_words(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    with shop(tmp_path, tickets=1) as desk:
        with desk.db.write() as tx:
            people.mark_dead(tx, {CUSTOMER: "550 5.1.1 no such user"}, desk.now())

        async def script(seen: Seen) -> None:
            await seen.press("r", *"Yes.")
            await seen.shows(f"To Customer1 <{CUSTOMER}>")
            await seen.press("ctrl+s")
            asked = " ".join(seen.text.split())
            assert f"Emails to {CUSTOMER} came back on" in asked
            assert "no such user" in asked
            assert left(desk) == []
            await seen.press("escape", "ctrl+s", "ctrl+s")
            assert left(desk) == [[CUSTOMER]]

        drive(desk, script, size=size)


def test_a_hand_that_is_too_quick_for_the_question_sends_nothing(tmp_path: Path) -> None:
    with shop(tmp_path, tickets=1) as desk:
        led_away(desk)

        async def script(seen: Seen) -> None:
            await seen.press("r", *"Yes.", "ctrl+s", "ctrl+s")
            assert left(desk) == []
            await seen.shows("is new to #1")
            await seen.press("ctrl+s", "ctrl+s")
            assert left(desk) == [[EVE.address]]

        drive(desk, script)


def test_a_canned_response_is_not_sent_to_who_is_new_by_one_key(tmp_path: Path) -> None:
    with shop(tmp_path, tickets=1) as desk:
        led_away(desk)
        with desk.db.write() as tx:
            for response in starters.starter_responses():
                canned.add(tx, response, None, desk.now())

        async def script(seen: Seen) -> None:
            await seen.press("semicolon", *"goodbye", "enter")
            await seen.shows("check who gets it")
            assert "To Eve <eve@evil.test>" in head(seen)
            assert left(desk) == []
            await seen.press("ctrl+s", "ctrl+s")
            assert left(desk) == [[EVE.address]]

        drive(desk, script)


def test_many_recipients_stay_readable_at_eighty_columns(tmp_path: Path) -> None:
    with shop(tmp_path, tickets=1) as desk:
        people = tuple(
            Address(f"Somebody Long {place}", f"somebody{place}@acme.test") for place in range(40)
        )
        write_in(desk, 1, sender=CUSTOMER, message={"cc": people})

        async def script(seen: Seen) -> None:
            await seen.press("r")
            assert " · Cc Somebody Long 0, Somebody Long 1 +38" in head(seen)
            assert head(seen).rstrip().endswith("then: waiting")
            await seen.press(*"Yes.", "ctrl+s")
            assert "The reply to #1 goes to 41 people · ctrl+s again sends" in seen.text

        drive(desk, script)


PEOPLE = st.lists(
    st.builds(
        lambda name, at: Address(name, f"p{at}@x.test"),
        st.text("aé日\x1b\n\u202e<>@, ", max_size=30),
        st.integers(0, 99),
    ),
    min_size=1,
    max_size=20,
    unique_by=lambda one: one.address,
)


@given(PEOPLE, st.integers(0, 20), st.integers(40, 120))
def test_the_line_fits_counts_everybody_and_is_clean(
    people: list[Address], cut: int, room: int
) -> None:
    recipients = Recipients(tuple(people[: max(cut, 1)]), tuple(people[max(cut, 1) :]))
    spans = whom(Addressing(recipients), room)
    text = "".join(part for part, _ in spans)
    assert text.isprintable()
    assert width_of_all(spans) <= room or len(recipients.cc) == 0 or " · Cc +" in text


def test_an_address_is_seen_where_the_name_is_not_enough() -> None:
    alike = Address("Jo Day", "mallory@evil.test")
    assert words(Addressing(Recipients((JO,))), 80) == "To Jo Day <jo@acme.test>"
    assert words(Addressing(Recipients((JO,), (BOSS,))), 40) == "To Jo Day · Cc Boss One"
    assert words(Addressing(Recipients((JO,), (alike,))), 20).startswith("To Jo Day <jo@acme.test>")
    assert "<eve@evil.test>" in words(Addressing(Recipients((EVE,)), new=(EVE,)), 10)
    assert (
        words(Addressing(Recipients((JO, BOSS, EVE, Address("", "x@y.test")))), 30)
        == "To Jo Day, Boss One, Eve +1"
    )


def test_who_types_ahead_of_the_desk_sees_to_whom_it_goes_and_agrees_to_nothing_unseen(
    tmp_path: Path,
) -> None:
    with shop(tmp_path, tickets=1) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("r", *"Fine.", "ctrl+s")
            assert CUSTOMER in seen.text.split("Send to #1?")[1]
            await seen.press("escape", "escape")
            led_away(desk)
            await seen.press("r", *"It.", "ctrl+s", "ctrl+s")
            assert left(desk) == []
            assert "eve@evil.test" in seen.text

        drive(desk, script)
