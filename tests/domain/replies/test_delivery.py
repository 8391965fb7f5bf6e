"""What becomes of a reply after an attempt."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supportcli.domain.replies.delivery import (
    GIVE_UP_AFTER,
    LATE_AFTER,
    Outgoing,
    Recipient,
    RecipientOutcome,
    RecipientResult,
    RecipientState,
    judge,
    next_batch,
)
from supportcli.domain.tickets.ticket import Delivery

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
A, B = "a@x.test", "b@x.test"


def result(address: str, outcome: RecipientOutcome) -> RecipientResult:
    return RecipientResult(address, outcome, f"{outcome} {address}")


def reply(*recipients: Recipient, attempts: int = 1) -> Outgoing:
    return Outgoing(
        id=1,
        message_id=1,
        ticket=1,
        mailbox_id=1,
        state=Delivery.SENDING,
        not_before=NOW,
        attempts=attempts,
        first_try_at=NOW,
        rfc_message_id="<1@shop.test>",
        sender="help@shop.test",
        answer=None,
        sent_at=None,
        recipients=recipients,
    )


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
    verdict = judge(reply(Recipient(A), Recipient(B)), [result(A, first), result(B, second)], NOW)
    assert verdict.state is state
    assert (verdict.not_before is not None) is (state is Delivery.DEFERRED)
    assert verdict.answer


def test_who_has_the_mail_stays_so_when_the_others_are_tried_again() -> None:
    sent = Recipient(A, RecipientState.SENT, "250 ok")
    verdict = judge(
        reply(sent, Recipient(B), attempts=2), [result(B, RecipientOutcome.REFUSED)], NOW
    )
    assert verdict.state is Delivery.FAILED
    assert verdict.recipients == (sent, Recipient(B, RecipientState.FAILED, f"refused {B}"))
    assert verdict.answer == f"{B}: refused {B}; it reached {A}"


def test_pauses_grow_to_four_hours() -> None:
    waits = [
        judge(
            reply(Recipient(A), attempts=attempts), [result(A, RecipientOutcome.LATER)], NOW
        ).not_before
        for attempts in range(1, 8)
    ]
    for moment, minutes in zip(waits, (1, 5, 15, 60, 240, 240, 240), strict=True):
        assert moment is not None
        assert 0.75 * minutes * 60 <= (moment - NOW).total_seconds() <= minutes * 60


def test_replies_that_were_refused_together_do_not_come_back_together() -> None:
    moments = {
        judge(
            replace(reply(Recipient(A)), rfc_message_id=f"<{number}@shop.test>"),
            [result(A, RecipientOutcome.LATER)],
            NOW,
        ).not_before
        for number in range(100)
    }
    assert len(moments) == 100


def test_after_five_days_it_is_given_up() -> None:
    waits, later = reply(Recipient(A), attempts=30), [result(A, RecipientOutcome.LATER)]
    nearly = judge(waits, later, NOW + GIVE_UP_AFTER - timedelta(seconds=1))
    at_last = judge(waits, later, NOW + GIVE_UP_AFTER)
    assert (nearly.state, at_last.state) == (Delivery.LATE, Delivery.FAILED)
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
    verdict = judge(reply(*recipients, attempts=attempts), results, NOW + age)
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


PLAIN, LETTERS = "grace@bücher.test", "jürgen@x.test"


def test_who_needs_smtputf8_gets_it_apart() -> None:
    waits = reply(Recipient(LETTERS), Recipient(PLAIN), Recipient(A), attempts=0)
    assert next_batch(waits) == (PLAIN, A)
    verdict = judge(
        waits, [result(one, RecipientOutcome.ACCEPTED) for one in next_batch(waits)], NOW
    )
    assert (verdict.state, verdict.not_before) == (Delivery.QUEUED, NOW)
    assert next_batch(replace(waits, recipients=verdict.recipients)) == (LETTERS,)


def test_nobody_waits_for_the_others_to_be_accepted() -> None:
    waits = reply(Recipient(LETTERS), Recipient(A), attempts=0)
    first = judge(waits, [result(A, RecipientOutcome.LATER)], NOW)
    waits = replace(waits, recipients=first.recipients, attempts=1)
    assert (first.state, next_batch(waits)) == (Delivery.QUEUED, (LETTERS,))
    second = judge(waits, [result(LETTERS, RecipientOutcome.LATER)], NOW)
    assert second.state is Delivery.DEFERRED
    turns = {
        next_batch(replace(waits, recipients=second.recipients, attempts=attempts))
        for attempts in (2, 3)
    }
    assert turns == {(A,), (LETTERS,)}


def test_those_for_whom_there_was_no_room_are_next() -> None:
    waits = reply(Recipient(A), Recipient(B))
    verdict = judge(waits, [result(A, RecipientOutcome.ACCEPTED)], NOW)
    assert (verdict.state, verdict.not_before) == (Delivery.QUEUED, NOW)
    assert next_batch(replace(waits, recipients=verdict.recipients)) == (B,)


@given(
    st.lists(st.sampled_from([A, B, PLAIN, LETTERS, "ö@x.test"]), unique=True, min_size=1),
    st.data(),
)
def test_a_pass_ends_and_everybody_has_had_a_turn(people: list[str], data: st.DataObject) -> None:
    waits, turns = reply(*map(Recipient, people), attempts=0), set[str]()
    for _ in range(2 * len(people) + 2):
        batch = next_batch(waits)
        some = batch[: data.draw(st.integers(1, len(batch)))]
        outcomes = [data.draw(st.sampled_from(RecipientOutcome)) for _ in some]
        if RecipientOutcome.ACCEPTED not in outcomes:  # no room for anybody else: only then
            some, outcomes = batch, [data.draw(st.sampled_from(RecipientOutcome)) for _ in batch]
        turns |= set(some)
        verdict = judge(waits, list(map(result, some, outcomes)), NOW)
        waits = replace(
            waits,
            recipients=verdict.recipients,
            attempts=waits.attempts + 1,
            first_try_at=NOW,
        )
        if verdict.state is not Delivery.QUEUED:
            break
    else:
        pytest.fail("it goes on and on")
    if verdict.state is not Delivery.UNCERTAIN:
        assert turns == set(people)


def test_after_four_hours_it_is_late() -> None:
    later = [result(A, RecipientOutcome.LATER)]
    assert judge(reply(Recipient(A)), later, NOW + LATE_AFTER).state is Delivery.LATE


def test_who_waits_and_who_was_refused_is_said_together() -> None:
    verdict = judge(
        reply(Recipient(A), Recipient(B), Recipient("c@x.test")),
        [
            result(A, RecipientOutcome.LATER),
            result(B, RecipientOutcome.REFUSED),
            result("c@x.test", RecipientOutcome.ACCEPTED),
        ],
        NOW,
    )
    assert verdict.answer == f"{A}: later {A}; {B}: refused {B}; it reached c@x.test"
