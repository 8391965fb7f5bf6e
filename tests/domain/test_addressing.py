from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from supportcli.domain.addressing import recipients
from supportcli.domain.mail import Address
from supportcli.domain.ticket import Direction, Message

NOW = datetime(2026, 1, 31, 10, tzinfo=UTC)
MARIA, JOHN, SUE = Address("Maria", "maria@acme.test"), Address("John", "john@acme.test"), Address("", "sue@else.test")
HELP = Address("Help", "help@shop.test")
People = tuple[Address, ...]
OURS = {"help@shop.test", "sales@shop.test"}


def said(sender: Address = MARIA, to: People = (HELP,), cc: People = (), reply_to: People = (), direction: Direction = Direction.IN) -> Message:
    return Message(1, 1, direction, NOW, sender, "text", to=to, cc=cc, reply_to=reply_to)


def test_goes_to_the_sender_of_the_customers_last_message() -> None:
    assert recipients([said(JOHN), said(MARIA), said(HELP, direction=Direction.OUT)], SUE, OURS) == ((MARIA,), ())


def test_goes_to_reply_to_where_there_is_one() -> None:
    assert recipients([said(reply_to=(SUE,))], MARIA, OURS) == ((SUE,), ())


def test_ignores_a_reply_to_that_is_ourselves() -> None:
    assert recipients([said(reply_to=(HELP,))], MARIA, OURS) == ((MARIA,), ())


def test_copies_the_others_but_us() -> None:
    assert recipients([said(to=(HELP, JOHN), cc=(SUE, Address("", "sales@shop.test")))], MARIA, OURS) == ((MARIA,), (JOHN, SUE))


def test_leaves_the_others_out_when_asked() -> None:
    assert recipients([said(cc=(SUE,))], MARIA, OURS, only_sender=True) == ((MARIA,), ())


def test_answers_the_customer_of_a_ticket_without_mail() -> None:
    assert recipients([], MARIA, OURS) == ((MARIA,), ())


ADDRESSES = st.sampled_from([MARIA, JOHN, SUE, HELP, Address("Sales", "sales@shop.test"), Address("", "")])


@given(st.lists(ADDRESSES, max_size=4), st.lists(ADDRESSES, max_size=4), st.lists(ADDRESSES, max_size=2), ADDRESSES)
def test_nobody_twice_never_us_and_always_somebody(to: list[Address], cc: list[Address], reply_to: list[Address], sender: Address) -> None:
    first, second = recipients([said(sender, tuple(to), tuple(cc), tuple(reply_to))], MARIA, OURS)
    everybody = [address.address for address in (*first, *second)]
    assert first
    assert len(everybody) == len(set(everybody))
    assert not OURS & set(everybody)
    assert "" not in everybody
