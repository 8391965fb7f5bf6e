"""Two lines tell who waits and for what, without colours, at any width."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supportcli.domain.mail import Address
from supportcli.domain.tickets.presence import Colleague, Doing
from supportcli.domain.tickets.ticket import Beginning, Delivery, Direction, Priority, Status
from supportcli.rendering.ink import width_of_all
from supportcli.rendering.two_line_rows import age, two_lines
from tests.rendering.lines import ADA, NOW, line, plain

GRINDER = Beginning("The grinder you sent makes a noise like a bag of gravel.", Direction.IN)


def shown(width: int = 60, *, draft: bool = False, **changed: Any) -> list[str]:
    return [plain(*spans) for spans in two_lines(line(**changed), width, NOW, draft=draft)]


def test_the_first_line_tells_who_waits_the_second_for_what() -> None:
    found = shown(58, priority=Priority.URGENT, tags=("vip",), last=GRINDER, status=Status.NEW)
    assert found == [
        "▲▲    42m #1042 Maria Lopez                        AB     ",
        " Double charge — The grinder you sent makes a no… vip new ",
    ]


def test_a_vip_has_a_star_before_the_name() -> None:
    assert shown(58, vip=True)[0] == "      42m #1042 ★ Maria Lopez                      AB     "


def test_tags_stay_out_where_they_would_push_the_words_out() -> None:
    assert "vip" not in shown(34, tags=("vip",), last=GRINDER)[1]
    assert "The grinder" in shown(34, tags=("vip",), last=GRINDER)[1]


@given(
    st.integers(20, 200),
    st.text(max_size=60),
    st.text(max_size=30),
    st.text(min_size=1, max_size=60),
    st.lists(st.text(min_size=1, max_size=8), max_size=3),
)
def test_both_lines_have_exactly_their_width(
    width: int, subject: str, name: str, words: str, tags: list[str]
) -> None:
    found = two_lines(
        line(
            subject=subject,
            customer=Address(name, "a@b.test"),
            tags=tuple(tags),
            last=Beginning(words, Direction.OUT),
        ),
        width,
        NOW,
    )
    assert [width_of_all(spans) for spans in found] == [width, width]


@pytest.mark.parametrize("status", Status)
def test_every_status_differs_without_colour(status: Status) -> None:
    others = {shown(status=other)[1] for other in Status if other is not status}
    assert shown(status=status)[1] not in others


def test_words_of_ours_have_the_mark_of_the_conversation() -> None:
    assert "— ┃ We look" in shown(last=Beginning("We look.", Direction.OUT))[1]
    assert "— ┊ Ask Bob" in shown(last=Beginning("Ask Bob.", Direction.NOTE))[1]
    assert "—" not in shown(last=None)[1]


def test_who_is_at_it_stands_where_the_assignee_does() -> None:
    nils = Colleague(1042, Address("Nils Ek", "nils@shop.test"), Doing.WRITES, NOW)
    assert "✎NE" in plain(*two_lines(line(), 50, NOW, colleague=nils)[0])
    assert "✎Nils Ek" in plain(*two_lines(line(), 80, NOW, colleague=nils)[0])
    assert "Ada Byron" in plain(*two_lines(line(assignee=ADA), 80, NOW)[0])


def test_a_draft_and_a_failed_reply_are_marked() -> None:
    assert shown(draft=True)[0][2] == "+"
    assert shown(draft=True, delivery=Delivery.FAILED)[0][2] == "✗"


def test_the_wait_is_told_once() -> None:
    assert shown()[0].count("42m") == 1
    assert shown(40, waiting_since=None, updated_at=NOW - timedelta(days=3))[0].endswith(" 3d ")


def test_the_age_is_the_customers_wait_or_else_that_of_the_last_change() -> None:
    assert age(line(), NOW) == "42m"
    assert age(line(waiting_since=None, updated_at=NOW - timedelta(days=3)), NOW) == "3d"


def test_what_a_stranger_wrote_is_clean() -> None:
    hostile = Beginning("\x1b]52;c;x\x07\x9b31m", Direction.IN)
    found = "".join(shown(subject="\x1b[2J", customer=Address("\x9b31m", "a@b.test"), last=hostile))
    assert "\x1b" not in found
    assert "\x9b" not in found
