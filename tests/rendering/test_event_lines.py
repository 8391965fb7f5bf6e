"""What was done between two messages: a quiet line, and all of it when it is unfolded."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supportcli.domain.tickets.ticket import Direction
from supportcli.rendering.conversation.event_lines import event_lines
from supportcli.rendering.conversation.page import page
from supportcli.rendering.events import ToldEvent
from supportcli.rendering.ink import Ink, width_of_all
from tests.rendering.lines import NOW, message, plain, ticket

TAGGED = ToldEvent(NOW, "Ada Byron tagged it · +refund", "Ada Byron tagged it · +refund")
SOLVED = ToldEvent(NOW + timedelta(minutes=5), "Ada Byron solved it", "solved it")


def shown(*run: ToldEvent, width: int = 70, unfolded: bool = False) -> list[str]:
    return [plain(*spans) for spans in event_lines(run, width, NOW, unfolded=unfolded)]


def test_a_run_is_one_line_with_the_time_of_its_last_event() -> None:
    assert shown() == []
    assert shown(TAGGED, SOLVED) == [
        "   · Ada Byron tagged it · +refund; solved it".ljust(65) + "09:05"
    ]


def test_a_run_that_does_not_fit_is_cut_and_says_the_key_that_shows_it() -> None:
    assert shown(TAGGED, SOLVED, width=40) == ["   ▸ 1 more; Ada Byron solve…  (>) 09:05"]
    assert shown(TAGGED, SOLVED, width=40, unfolded=True) == [
        "   · Ada Byron tagged it · +refund 09:00",
        "   · Ada Byron solved it           09:05",
    ]


def test_what_is_said_twice_in_a_run_stands_there_once() -> None:
    warned = ToldEvent(NOW, *["first response is due soon"] * 2)
    again = ToldEvent(NOW + timedelta(minutes=9), warned.said, warned.short)
    assert shown(warned, TAGGED, again) == [
        "   · Ada Byron tagged it · +refund; first response is due soon".ljust(65) + "09:09"
    ]
    assert len(shown(warned, TAGGED, again, unfolded=True)) == 3


def test_unfolded_nothing_is_lost() -> None:
    whole = " ".join(shown(TAGGED, width=24, unfolded=True))
    assert {"Ada", "Byron", "tagged", "it", "·", "+refund"} <= set(whole.split())


@given(
    st.lists(st.text(st.characters(categories=["L", "N", "Zs"]), min_size=1), max_size=4),
    st.integers(20, 120),
    st.booleans(),
)
def test_no_line_is_wider_than_the_pane(
    said: list[str], width: int, unfolded: bool
) -> None:  # given by place
    run = [ToldEvent(NOW, one, one) for one in said]
    lines = list(event_lines(run, width, NOW, unfolded=unfolded))
    assert all(width_of_all(spans) <= width for spans in lines)
    assert all(ink in {Ink.DIM, Ink.TEXT} for spans in lines for _, ink in spans), "it is quiet"


@pytest.mark.parametrize("unfolded", [False, True])
def test_a_conversation_has_them_at_their_place(*, unfolded: bool) -> None:
    found = ticket(message(1), message(2, Direction.OUT, "We look."))
    there = page(found, 60, NOW, unfolded=unfolded, told=((), (TAGGED,), (SOLVED,)))
    lines = [plain(*spans).split("  ")[0].strip() for spans in there.lines]
    text = [plain(*spans).strip() for spans in there.lines]
    assert text[2].startswith("· Ada Byron tagged it · +refund")
    assert text[3] == ""
    assert lines[4].startswith("Ada Byron · reply")
    assert text[-1].startswith("· Ada Byron solved it" if unfolded else "· solved it")
    assert there.starts == (0, 4)
