"""A report marks recipients of the very reply that it is about, and nobody else, whatever it
says."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supportcli.domain.intake import bounces
from supportcli.domain.mail import Bounce, BounceRecipient
from supportcli.domain.replies.delivery import Outgoing, Recipient, RecipientState, came_back
from supportcli.domain.tickets.ticket import Delivery, worst

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ADDRESSES = ["grace@customer.test", "Cc@Customer.test", "eve@elsewhere.test", ""]


def reply(recipients: list[Recipient], state: Delivery = Delivery.SENT) -> Outgoing:
    return Outgoing(
        1,
        2,
        12,
        1,
        state,
        NOW,
        1,
        NOW,
        "<supportcli.12.a.b@shop.test>",
        "help@shop.test",
        None,
        NOW,
        tuple(recipients),
    )


RECIPIENTS = st.lists(
    st.builds(Recipient, st.sampled_from(ADDRESSES[:2]), st.sampled_from(RecipientState)),
    min_size=1,
    unique_by=lambda one: one.address,
)
REPORTS = st.lists(
    st.builds(
        BounceRecipient,
        st.sampled_from(ADDRESSES).map(str.lower),
        st.just("5.1.1"),
        st.booleans(),
        st.booleans(),
        st.just("no"),
    ),
    max_size=4,
)


@given(RECIPIENTS, REPORTS, st.sampled_from(Delivery))
def test_only_who_had_the_reply_is_ever_marked(
    recipients: list[Recipient], reported: list[BounceRecipient], state: Delivery
) -> None:
    one, bounce = reply(recipients, state), Bounce(tuple(reported), None)
    ours = bounces.recipients_of(bounce, one)
    assert {found.address for found in ours} <= {recipient.address for recipient in recipients}
    verdict = came_back(one, {found.address.lower(): found.words for found in ours})
    for before, after in zip(recipients, verdict.recipients, strict=True):
        assert after.state is before.state or (
            before.state is RecipientState.SENT and after.state is RecipientState.BOUNCED
        )
    assert verdict.state in {state, Delivery.BOUNCED}
    assert verdict.state is state or state is Delivery.SENT
    assert bounces.remark(bounce, one, ours)


@pytest.mark.parametrize(
    ("states", "told"),
    [
        ([Delivery.BOUNCED], Delivery.BOUNCED),
        ([Delivery.BOUNCED, Delivery.SENT], None),
        ([Delivery.SENT, Delivery.BOUNCED], Delivery.BOUNCED),
        ([Delivery.FAILED, Delivery.BOUNCED], Delivery.FAILED),
        ([Delivery.BOUNCED, Delivery.QUEUED], Delivery.QUEUED),
        ([Delivery.BOUNCED, Delivery.CANCELLED], Delivery.BOUNCED),
        ([Delivery.BOUNCED, Delivery.SENT, Delivery.CANCELLED], None),
    ],
)
def test_a_bounce_is_told_until_a_later_reply(
    states: list[Delivery], told: Delivery | None
) -> None:
    assert worst(states) is told
