"""What becomes of a reply after an attempt."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supportcli.domain.replies.delivery import (
    GIVE_UP_AFTER,
    Recipient,
    RecipientOutcome,
    RecipientResult,
    RecipientState,
    judge,
)
from supportcli.domain.tickets.ticket import Delivery

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
A, B = "a@x.test", "b@x.test"


def result(address: str, outcome: RecipientOutcome) -> RecipientResult:
    return RecipientResult(address, outcome, f"{outcome} {address}")


@pytest.mark.parametrize(
    ("first", "second", "state"),
    [
        (RecipientOutcome.ACCEPTED, RecipientOutcome.ACCEPTED, Delivery.SENT),
        (RecipientOutcome.ACCEPTED, RecipientOutcome.REFUSED, Delivery.FAILED),
        (RecipientOutcome.REFUSED, RecipientOutcome.REFUSED, Delivery.FAILED),
        (RecipientOutcome.ACCEPTED, RecipientOutcome.LATER, Delivery.DEFERRED),
        (RecipientOutcome.REFUSED, RecipientOutcome.LATER, Delivery.DEFERRED),
        (RecipientOutcome.UNKNOWN, RecipientOutcome.UNKNOWN, Delivery.UNCERTAIN),
        (RecipientOutcome.UNKNOWN, RecipientOutcome.REFUSED, Delivery.UNCERTAIN),
    ],
)
def test_the_worst_that_can_still_change_is_the_state(
    first: RecipientOutcome, second: RecipientOutcome, state: Delivery
) -> None:
    verdict = judge(
        [Recipient(A), Recipient(B)], [result(A, first), result(B, second)], 1, NOW, NOW
    )
    assert verdict.state is state
    assert (verdict.not_before is not None) is (state is Delivery.DEFERRED)
    assert verdict.answer


def test_who_has_the_mail_stays_so_when_the_others_are_tried_again() -> None:
    sent = Recipient(A, RecipientState.SENT, "250 ok")
    verdict = judge([sent, Recipient(B)], [result(B, RecipientOutcome.REFUSED)], 2, NOW, NOW)
    assert verdict.state is Delivery.FAILED
    assert verdict.recipients == (sent, Recipient(B, RecipientState.FAILED, f"refused {B}"))
    assert verdict.answer == f"{B}: refused {B}; it reached {A}"


def test_pauses_grow_to_four_hours() -> None:
    waits = [
        judge([Recipient(A)], [result(A, RecipientOutcome.LATER)], attempts, NOW, NOW).not_before
        for attempts in range(1, 8)
    ]
    assert [(moment or NOW) - NOW for moment in waits] == [
        timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240, 240, 240)
    ]


def test_after_five_days_it_is_given_up() -> None:
    nearly = judge(
        [Recipient(A)],
        [result(A, RecipientOutcome.LATER)],
        30,
        NOW,
        NOW + GIVE_UP_AFTER - timedelta(seconds=1),
    )
    at_last = judge(
        [Recipient(A)], [result(A, RecipientOutcome.LATER)], 31, NOW, NOW + GIVE_UP_AFTER
    )
    assert (nearly.state, at_last.state) == (Delivery.DEFERRED, Delivery.FAILED)
    assert "given up after 5 days" in at_last.answer


RECIPIENTS = st.lists(
    st.builds(Recipient, st.sampled_from([A, B, "c@x.test"]), st.sampled_from(RecipientState)),
    unique_by=lambda one: one.address,
)


@given(RECIPIENTS, st.data(), st.integers(1, 50), st.timedeltas(timedelta(0), timedelta(days=10)))
def test_nobody_is_sent_it_twice_and_nobody_is_forgotten(
    recipients: list[Recipient], data: st.DataObject, attempts: int, age: timedelta
) -> None:
    waiting = [one.address for one in recipients if one.state is RecipientState.WAITING]
    results = [result(address, data.draw(st.sampled_from(RecipientOutcome))) for address in waiting]
    verdict = judge(recipients, results, attempts, NOW, NOW + age)
    after = {one.address: one.state for one in verdict.recipients}
    assert list(after) == [one.address for one in recipients]
    assert all(
        after[one.address] is one.state
        for one in recipients
        if one.state is not RecipientState.WAITING
    )
    if verdict.state in {Delivery.SENT, Delivery.FAILED, Delivery.BOUNCED}:
        assert RecipientState.WAITING not in after.values()
    if verdict.state is Delivery.SENT:
        assert not {RecipientState.FAILED, RecipientState.BOUNCED} & set(after.values())
