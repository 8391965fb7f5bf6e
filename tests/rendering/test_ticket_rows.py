"""A row tells without colours what an agent has to know, at any width."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supportcli.domain.mail import Address
from supportcli.domain.tickets.ticket import Delivery, Priority, Status
from supportcli.rendering.ink import width_of_all
from supportcli.rendering.ticket_rows import Columns, row
from tests.rendering.lines import NOW, line, plain


def shown(width: int = 80, *, draft: bool = False, **changed: Any) -> str:
    return plain(*row(line(**changed), Columns.of(width, 1042), NOW, draft=draft))


def test_a_row_tells_urgency_time_number_customer_subject_tags_assignee_and_status() -> None:
    assert shown(80, priority=Priority.URGENT, tags=("refund", "vip")) == (
        "▲▲    42m #1042 Maria Lopez       Double charge  refund vip         AB open   "
    )


@pytest.mark.parametrize("width", [78, 80, 90, 160])
def test_a_row_names_the_status_as_headings_and_commands_do(width: int) -> None:
    words = [shown(width, status=status).split()[-1] for status in Status]
    if width >= 80:
        assert words == [status.value for status in Status]
    else:
        shorts = {"solved": "solv", "pending": "pend", "on-hold": "hold", "merged": "mrgd"}
        shorts |= {"closed": "clsd", "deleted": "del"}
        assert words == [shorts.get(status.value, status.value) for status in Status]


@given(
    st.integers(40, 200),
    st.text(max_size=60),
    st.text(max_size=30),
    st.lists(st.text(min_size=1, max_size=8), max_size=3),
    st.booleans(),
)
def test_a_row_has_exactly_its_width(
    width: int, subject: str, name: str, tags: list[str], vip: bool
) -> None:
    columns = Columns.of(width, 1042)
    person = Address(name, "a@b.test")
    one = line(subject=subject, customer=person, tags=tuple(tags), vip=vip)
    spans = row(one, columns, NOW)
    assert width_of_all(spans) == width - 2, "two cells are the cursor's"


def test_a_vip_has_a_star_before_the_name() -> None:
    assert shown(80, vip=True) == (
        "      42m #1042 ★ Maria Lopez     Double charge                     AB open   "
    )


@pytest.mark.parametrize(
    ("delivery", "mark"),
    [
        (Delivery.QUEUED, "›"),
        (Delivery.DEFERRED, "…"),
        (Delivery.FAILED, "✗"),
        (Delivery.BOUNCED, "✗"),
        (Delivery.UNCERTAIN, "?"),
        (Delivery.SENDING, "›"),
        (None, " "),
    ],
)
def test_a_row_tells_how_far_a_reply_has_come(delivery: Delivery | None, mark: str) -> None:
    assert shown(delivery=delivery)[2] == mark


def test_a_draft_is_marked_but_a_failed_reply_matters_more() -> None:
    assert shown(draft=True)[2] == "+"
    assert shown(draft=True, delivery=Delivery.FAILED)[2] == "✗"


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("width", [60, 80, 120])
def test_every_status_is_a_word_of_its_own(status: Status, width: int) -> None:
    words = {shown(width, status=other)[-8:] for other in Status if other is not status}
    assert shown(width, status=status)[-8:] not in words


def test_priorities_differ_without_colour() -> None:
    assert len({shown(priority=priority)[:2] for priority in Priority}) == len(Priority)


def test_nobody_and_no_subject_are_told() -> None:
    assert "—" in shown(assignee=None)
    assert "(no subject)" in shown(subject="")
    assert shown(waiting_since=None)[3:10].strip() == ""


def test_the_clock_is_that_of_the_oldest_unanswered_message() -> None:
    assert "2h" in plain(
        *row(replace(line(), waiting_since=NOW - timedelta(hours=2)), Columns.of(80, 1042), NOW)
    )


def test_what_a_stranger_wrote_is_clean() -> None:
    assert "\x1b" not in shown(
        subject="\x1b]52;c;x\x07", customer=Address("\x9b31m", "a@b.test"), tags=("\x1b[2J",)
    )
