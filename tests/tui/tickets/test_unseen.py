"""What others did to the ticket under the cursor is told before a key acts on it, and no verb is
done to what nobody has seen."""

import asyncio
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from supportcli.desk import Desk
from supportcli.desk.canned import responses
from supportcli.desk.tickets import verbs
from supportcli.domain.canned.responses import Body, Canned, Macro
from supportcli.domain.tickets.ticket import Direction, Priority, Status
from supportcli.tui.tickets.verb_order import pending_keys
from tests.desk.desks import BOB, StandingClock, as_agent, write_in
from tests.long import long_but
from tests.tui.inboxes import Seen, drive, shop, ticket

CUSTOMER = "customer1@acme.test"
VERBS = {"e": "solved", "number_sign": "deleted", "i": "taken"}


def pass_by(desk: Desk, **time: float) -> None:
    assert isinstance(desk.clock, StandingClock)
    desk.clock.tick(**time)


async def happened(seen: Seen, desk: Desk, does: Callable[[], object], told: str) -> None:
    """Something is done elsewhere, and the inbox has heard of it; ten seconds pass."""
    does()
    unseen, number = seen.screen.unseen, seen.cursor or 0
    last = ticket(desk, number).last_event
    await seen.until(
        lambda: any(one.event == last and told in one.told(desk.now()) for one in unseen._news),
        told,
    )
    await seen.quiet()
    pass_by(desk, seconds=10)


@long_but(1)
@pytest.mark.parametrize("size", [(80, 24), (160, 45)], ids=["80x24", "160x45"])
def test_a_verb_is_not_done_to_a_ticket_that_has_news_until_they_were_read(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            for key, became in VERBS.items() if size == (80, 24) else [("e", "solved")]:
                before = ticket(desk, 1)
                writes = partial(write_in, desk, 1, f"Do not, it is not {key}.", CUSTOMER)
                await happened(seen, desk, writes, "Customer1 wrote")
                await seen.press(key, key)
                assert f"Not {became}: Customer1 wrote 10 s ago · " in seen.text
                assert " again does it" in seen.text
                assert f"Do not, it is not {key}." in seen.text
                assert (ticket(desk, 1).line.status, ticket(desk, 1).line.assignee) == (
                    before.line.status,
                    before.line.assignee,
                )
                assert seen.cursor == 1
                await seen.press("k", "escape")
                pass_by(desk, seconds=1)
                await seen.press("k")  # at the top: no other ticket is looked at
            await seen.press("e")
            assert ticket(desk, 1).line.status is Status.SOLVED
            assert seen.cursor == 2

        drive(desk, script, size=size)


@long_but(1)
@pytest.mark.parametrize("size", [(60, 15), (80, 24), (160, 45)], ids=["60x15", "80x24", "160x45"])
def test_what_a_refusal_tells_is_in_sight_below_a_long_conversation(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    with shop(tmp_path) as desk:
        for _ in range(3):
            write_in(
                desk,
                1,
                "A line that is long enough to be broken into two on a narrow terminal, I hope.\n"
                * 12,
                CUSTOMER,
            )

        async def script(seen: Seen) -> None:
            verbs.note(as_agent(desk, BOB), 1, "Do not.")
            await seen.press("e")
            assert "Not solved" in seen.text
            await seen.shows("Do not.")

        drive(desk, script, size=size)


def by_bob(desk: Desk, does: Callable[[Desk], object]) -> Callable[[], object]:
    return lambda: does(as_agent(desk, BOB))


def test_what_a_colleague_or_a_command_did_is_told_by_name(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:
        changes: dict[str, Callable[[], object]] = {
            "Bob Lee assigned it": by_bob(desk, lambda bob: verbs.assign(bob, [1], "me")),
            "Bob Lee wrote a note": by_bob(desk, lambda bob: verbs.note(bob, 1, "Stop!")),
            "Bob Lee solved it": by_bob(desk, lambda bob: verbs.solve(bob, [1])),
            "Bob Lee set its priority": by_bob(
                desk, lambda bob: verbs.prioritise(bob, [1], Priority.HIGH)
            ),
            "you reopened it": lambda: verbs.reopen(desk, [1]),
        }

        async def script(seen: Seen) -> None:
            for told, does in changes.items():
                await happened(seen, desk, does, told)
                await seen.press("w")
                assert f"Not set to waiting: {told} 10 s ago" in seen.text
                assert "w again does it" in seen.text
                pass_by(desk, seconds=1)
                await seen.press("t", "escape")
                assert f": {told}" not in seen.text, "once is enough"

        drive(desk, script)


FASTER = {
    "e": ("e", "solved"),
    "w": ("w", "set to waiting"),
    "i": ("i", "taken"),
    "abob": ("a", "assigned"),
    "purgent": ("p", "prioritised"),
    "tvip": ("t", "tagged"),
    ":solve": ("e", "solved"),
}
"""Keys up to their last, which is ⏎ where there are several: the key that the refusal names, and
what it says."""


@long_but(3)
@pytest.mark.parametrize("keys", FASTER)
def test_a_verb_that_is_faster_than_the_news_is_refused_by_the_desk(
    tmp_path: Path, keys: str
) -> None:
    key, became = FASTER[keys]
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            before = ticket(desk, 1).line
            first, last = (list(keys), "enter") if len(keys) > 1 else ([], keys)
            await seen.press(*first)
            verbs.note(as_agent(desk, BOB), 1, "Do not.")
            await seen.press(last, "j", "e")
            assert seen.cursor == 1
            assert f"Not {became}: Bob Lee wrote a note just now · {key} again does it" in " ".join(
                seen.text.split()
            )
            assert "dropped: “e”" in seen.text or "dropped: “je”" in seen.text
            assert "Do not." in seen.text
            now = ticket(desk, 1).line
            assert (now.status, now.assignee, now.priority, now.tags) == (
                before.status,
                before.assignee,
                before.priority,
                before.tags,
            )
            assert ticket(desk, 2).line.status is Status.NEW
            assert seen.numbers == [1, 2, 3, 4, 5, 6]
            pass_by(desk, seconds=1)
            await seen.press(*first, last)
            now = ticket(desk, 1).line
            assert (now.status, now.assignee, now.priority, now.tags) != (
                before.status,
                before.assignee,
                before.priority,
                before.tags,
            )

        drive(desk, script)


def test_a_key_does_not_wait_long_for_a_desk_that_somebody_else_has_locked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pending_keys, "PATIENCE", 0.05)
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            with desk.db.write():
                presses = asyncio.create_task(seen.press("e", "r", *"Hello"))
                await seen.until(lambda: seen.screen.context.composer.text == "Hello", "the text")
                assert (seen.cursor, seen.screen.work.busy) == (2, True)
            await presses
            assert ticket(desk, 1).line.status is Status.SOLVED

        drive(desk, script)


def test_a_ticket_that_left_the_view_is_back_under_the_cursor_where_its_verb_is_refused(
    tmp_path: Path,
) -> None:
    with shop(tmp_path, tickets=2) as desk:

        async def script(seen: Seen) -> None:
            verbs.solve(as_agent(desk, BOB), [1])
            await seen.press("h", "h", "r", *"hello")
            assert seen.cursor == 1
            assert "Not put on hold: Bob Lee solved it just now · h again does it" in " ".join(
                seen.text.split()
            )
            assert "dropped: “hrhello”" in seen.text
            assert [ticket(desk, number).line.status for number in (1, 2)] == [
                Status.SOLVED,
                Status.NEW,
            ]
            await seen.press("escape", "j")
            assert seen.numbers == [2]

        drive(desk, script)


def test_a_refusal_does_not_stand_over_what_another_ticket_opens(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            for opener in (";", ":", "t"):
                verbs.note(as_agent(desk, BOB), 1, "Do not.")
                await seen.press("e")
                assert "Not solved" in seen.text
                await seen.press("escape", "j", opener)
                assert "Not solved" not in seen.text
                await seen.press("escape", "k")
                pass_by(desk, seconds=1)

        drive(desk, script)


@pytest.mark.parametrize("status", [Status.NEW, Status.OPEN])
def test_what_is_open_is_not_reopened(tmp_path: Path, status: Status) -> None:
    with shop(tmp_path) as desk:
        if status is Status.OPEN:
            verbs.assign(desk, [1], "me")
        before = ticket(desk, 1).last_event

        async def script(seen: Seen) -> None:
            await seen.press("E")
            assert f"#1 is {status}: there is nothing to reopen." in seen.text
            assert ticket(desk, 1).last_event == before
            assert ticket(desk, 1).line.status is status

        drive(desk, script)


def test_what_i_do_here_is_no_news(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:
        write_in(desk, 1, text="Before the inbox was opened.", sender=CUSTOMER)

        async def script(seen: Seen) -> None:
            await seen.press(
                "i",
                "t",
                *"vip",
                "enter",
                "m",
                *"A note.",
                "ctrl+s",
                "p",
                *"urgent",
                "enter",
                "z",
                "r",
                *"Yes",
                "ctrl+s",
                "o",
            )
            assert seen.screen.unseen._news in ((), [])
            await seen.press("e")
            assert ticket(desk, 1).line.status is Status.SOLVED

        drive(desk, script)


def test_what_was_read_in_the_conversation_or_came_before_the_cursor_is_no_news(
    tmp_path: Path,
) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("enter")
            await happened(
                seen,
                desk,
                lambda: write_in(desk, 1, text="And now?", sender=CUSTOMER),
                "Customer1 wrote",
            )
            await seen.press("b", "escape", "e")
            assert ticket(desk, 1).line.status is Status.SOLVED
            await seen.press("z")
            await seen.press("G")
            write_in(desk, 3, text="And now?", sender="customer3@acme.test")
            await seen.until(lambda: seen.shown(3).message_count == 2, "the row")
            await seen.press("g", "g", "j", "j", "e")
            assert ticket(desk, 3).line.status is Status.SOLVED

        drive(desk, script)


def test_a_reply_opens_over_the_newest_message_and_says_who_wrote(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("enter")
            await happened(
                seen,
                desk,
                lambda: write_in(desk, 1, text="The newest.\n" * 9, sender=CUSTOMER),
                "Customer1 wrote",
            )
            await seen.press("r", *"Yes", "ctrl+s", "ctrl+s")
            assert "was not sent" in seen.text, (
                "what is typed ahead was typed by somebody who had not read it"
            )
            assert "The newest." in seen.text
            assert len(ticket(desk, 1).messages) == 2
            await seen.press("escape")
            await happened(
                seen,
                desk,
                lambda: write_in(desk, 1, text="One more.", sender=CUSTOMER),
                "Customer1 wrote",
            )
            await seen.press("m")
            assert "Customer1 wrote 10 s ago." in seen.text
            assert "One more." in seen.text
            await seen.press("escape", "j", "enter")
            await happened(
                seen,
                desk,
                lambda: write_in(desk, 2, text="Too late.", sender="customer2@acme.test"),
                "Customer2 wrote",
            )
            await seen.press("r")
            assert "Customer2 wrote 10 s ago." in seen.text
            pass_by(desk, seconds=1)
            await seen.press(*"Read it", "ctrl+s", "ctrl+s")
            assert ticket(desk, 2).messages[-1].text == "Read it"

        drive(desk, script)


def test_a_response_is_not_sent_past_what_was_only_just_told(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:
        responses.add(
            desk, Canned("bye", "Bye", (Body("", "Bye."),), macro=Macro(Status.SOLVED)), {}
        )
        responses.add(
            desk, Canned("quiet", "Quiet", (Body("", ""),), macro=Macro(Status.SOLVED)), {}
        )

        async def script(seen: Seen) -> None:
            for word in ("bye", "quiet"):
                await happened(
                    seen,
                    desk,
                    lambda: write_in(desk, 1, text="Wait.", sender=CUSTOMER),
                    "Customer1 wrote",
                )
                await seen.press(";", *word, "enter")
                assert ticket(desk, 1).line.status is Status.NEW
                assert ticket(desk, 1).messages[-1].direction is Direction.IN
            pass_by(desk, seconds=1)
            await seen.press(";")
            assert "wrote 11 s ago" not in seen.text
            await seen.press(*"bye", "enter")
            assert ticket(desk, 1).line.status is Status.SOLVED

        drive(desk, script)
