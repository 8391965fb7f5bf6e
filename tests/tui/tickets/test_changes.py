"""What others change while an agent works: values change in place, the list stays under the hands
until it is asked to move."""

import subprocess
import sys
import textwrap
from datetime import timedelta
from pathlib import Path

import pytest

from supportcli.desk.tickets import lists, verbs
from supportcli.domain.mailbox import Secret
from supportcli.domain.sign_in import SignIn, SignInWay
from supportcli.domain.tickets.ticket import Delivery, Priority, Status
from supportcli.storage.replies import outbox as outbox_rows
from supportcli.storage.setup import mailboxes
from tests.desk.desks import BOB, as_agent, write_in
from tests.long import long_but
from tests.tui.driver.test_typed_ahead import terminal
from tests.tui.inboxes import Seen, drive, marked, shop, until


def test_a_new_ticket_is_announced_and_comes_when_it_is_asked_for(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("j")
            write_in(desk, subject="URGENT", priority=Priority.URGENT, sender="new@acme.test")
            await seen.shows("↑1 new · ^l sorts")
            assert seen.numbers == [1, 2, 3, 4, 5, 6]
            await seen.press("ctrl+l")
            assert seen.numbers == [7, 1, 2, 3, 4, 5, 6]
            assert seen.cursor == 2
            assert "↑1 new" not in seen.text

        drive(desk, script)


def test_what_belongs_elsewhere_now_is_counted_and_stays_until_it_is_asked_for(
    tmp_path: Path,
) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("j")
            verbs.prioritise(as_agent(desk, BOB), [5], Priority.URGENT)
            verbs.solve(as_agent(desk, BOB), [6])
            write_in(desk, sender="new@acme.test")
            await seen.shows("↑1 new · 2 moved · ^l sorts")
            assert seen.numbers == [1, 2, 3, 4, 5, 6]
            await seen.press("ctrl+l")
            assert seen.numbers == [5, 1, 2, 3, 4, 7]
            assert "moved" not in seen.text

        drive(desk, script)


def test_what_is_new_shows_itself_where_the_agent_rests_on_the_first_ticket(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            write_in(desk, sender="new@acme.test")
            await seen.shows("↑1 new")
            desk.clock.tick(seconds=6)  # type: ignore[attr-defined]
            await seen.until(lambda: 7 in seen.numbers, "the new ticket")
            assert seen.cursor == 1

        drive(desk, script)


def test_an_empty_list_fills_itself(tmp_path: Path) -> None:
    with shop(tmp_path, tickets=0) as desk:

        async def script(seen: Seen) -> None:
            assert "every customer has an answer" in seen.text
            write_in(desk)
            await seen.until(lambda: seen.numbers == [1], "the ticket")

        drive(desk, script)


def test_a_row_shows_what_a_colleague_did_and_stays_at_its_place(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            verbs.solve(as_agent(desk, BOB), [3])
            await seen.until(lambda: seen.shown(3).status is Status.SOLVED, "the change")
            assert seen.numbers == [1, 2, 3, 4, 5, 6]
            await seen.press("ctrl+l")
            assert seen.numbers == [1, 2, 4, 5, 6]

        drive(desk, script)


def test_the_open_conversation_grows_when_the_customer_writes(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("enter")
            assert "Text of ticket 1." in seen.text
            write_in(desk, 1, text="It is worse now.", sender="customer1@acme.test")
            await seen.shows("It is worse now.")

        drive(desk, script)


@long_but(1)
@pytest.mark.parametrize(
    ("state", "word", "mark"),
    [
        (Delivery.SENT, "sent", " "),
        (Delivery.FAILED, "FAILED", "✗"),
        (Delivery.UNCERTAIN, "UNCERTAIN", "?"),
    ],
)
def test_the_state_of_a_reply_is_told_as_it_changes(
    tmp_path: Path, state: Delivery, word: str, mark: str
) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("r", *"Yes", "ctrl+s", "o", "enter")
            assert "queued" in seen.text
            with desk.db.write() as tx:
                outbox_rows.change(tx, 1, state, desk.now(), answer="550 no")
            await seen.shows(f"reply · {word}")
            await seen.until(
                lambda: next(line for line in seen.text.splitlines() if "#1" in line)[4] == mark,
                "the mark",
            )

        drive(desk, script)


def test_a_failing_mailbox_is_told_on_the_first_line(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            with desk.db.write() as tx:
                mailboxes.set_health(
                    tx, 1, failing_since=desk.now(), failure="hung up", synced_at=None
                )
            await seen.shows("localhost has been failing since")

        drive(desk, script)


def test_a_sign_in_that_ends_soon_is_told_on_the_first_line(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:
        ends = desk.now().date() + timedelta(days=3)
        sign_in = SignIn(
            SignInWay.MICROSOFT_APP,
            tokens="file:tokens.json",
            client_secret="env:SHOP",
            client_secret_expires=ends,
        )
        trusting = desk.trusting("help@shop.test", Secret(sign_in=sign_in))

        async def script(seen: Seen) -> None:
            await seen.shows(f"help@shop.test: the client secret ends in 3 days ({ends})")

        drive(trusting, script)


def test_replies_that_wait_while_nobody_sends_are_told(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("r", *"Yes", "ctrl+s", "o")
            desk.clock.tick(minutes=3)  # type: ignore[attr-defined]
            seen.screen.sending.ask_health()
            await seen.shows("1 waiting since")
            assert "no sync is running" in seen.text

        drive(desk, script, size=(100, 30))


MOVING = """
    import random, sys, time
    from pathlib import Path
    from supportcli.clock import utc_now
    from supportcli.config import Settings
    from supportcli.desk import open_desk
    from supportcli.desk.tickets import verbs
    from supportcli.domain.mail import Address
    from supportcli.domain.tickets.ticket import Priority
    desk = open_desk(Settings(Path("config.toml"), sys.argv[1], "bob@shop.test"))
    pick = random.Random(5)
    while True:
        new = verbs.new(desk, mailbox=None, customer=Address("N", "n@acme.test"), subject="Another", text="text")
        verbs.prioritise(desk, [pick.randint(30, 60)], pick.choice(list(Priority)))
        verbs.prioritise(desk, new.numbers, Priority.URGENT)
"""


@pytest.mark.parametrize("keys", [6, pytest.param(20, marks=pytest.mark.acceptance)])
def test_a_key_means_the_ticket_that_was_seen_however_the_list_moves_elsewhere(
    tmp_path: Path, keys: int
) -> None:
    with shop(tmp_path, tickets=60) as desk, terminal(desk) as screen:
        screen.wait_for("1 of 60")
        solved: list[int] = []
        other = subprocess.Popen(
            [sys.executable, "-c", textwrap.dedent(MOVING), desk.settings.database]
        )
        try:
            screen.send("jj")
            screen.wait_for(" new ")
            for _ in range(keys):
                screen.wait_until(lambda: marked(screen) not in {0, *solved})
                number = marked(screen)
                screen.send("e")
                screen.wait_for(f"Solved #{number} ")
                solved.append(number)
        finally:
            other.kill()
            other.wait()
        until(lambda: len(lists.numbers(desk, "status:solved")) >= len(solved))
        assert sorted(lists.numbers(desk, "status:solved")) == sorted(solved)
