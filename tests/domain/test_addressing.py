from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from supportcli.domain.addressing import answered, recipients
from supportcli.domain.mail import Address
from supportcli.domain.ticket import Direction, Message

NOW = datetime(2026, 1, 31, 10, tzinfo=UTC)
MARIA, JOHN, SUE = Address("Maria", "maria@acme.test"), Address("John", "john@acme.test"), Address("", "sue@else.test")
HELP = Address("Help", "help@shop.test")
People = tuple[Address, ...]
OURS = {"help@shop.test", "sales@shop.test"}


def said(sender: Address = MARIA, to: People = (HELP,), cc: People = (), reply_to: People = (), direction: Direction = Direction.IN) -> Message:
    return Message(1, 1, direction, NOW, sender, "text", to=to, cc=cc, reply_to=reply_to)


def answers(*messages: Message, customer: Address = MARIA, machines: People = ()) -> Message | None:
    """The message that is answered, where everybody at shop.test is a colleague and `machines` are no people."""
    return answered(messages, customer, OURS, lambda address: address.endswith("@shop.test"), lambda message: message.sender in machines)


def test_the_customers_last_message_is_answered() -> None:
    last = said(MARIA)
    assert answers(said(JOHN), last, said(HELP, direction=Direction.OUT)) is last
    assert answers() is None


def test_neither_a_machine_nor_a_colleague_is_answered_in_the_customers_place() -> None:
    asked, bob, daemon = said(MARIA), Address("Bob", "bob@shop.test"), Address("", "mailer-daemon@acme.test")
    assert answers(asked, said(bob), said(daemon), machines=(daemon,)) is asked


def test_a_colleague_who_is_the_customer_or_a_form_that_names_one_is_answered() -> None:
    bob, form = said(Address("Bob", "bob@shop.test")), said(HELP, reply_to=(SUE,))
    assert answers(said(), bob, customer=bob.sender) is bob
    assert answers(said(), form) is form


def test_a_machine_is_answered_where_nobody_else_wrote() -> None:
    only = said(SUE)
    assert answers(only, machines=(SUE,)) is only


def test_goes_to_the_sender() -> None:
    assert recipients(said(MARIA), SUE, OURS) == ((MARIA,), ())


def test_our_own_address_with_a_detail_is_ours() -> None:
    detail = Address("", "help+orders@shop.test")
    work = Address("Maria", "maria+work@acme.test")
    assert recipients(said(to=(detail, JOHN), cc=(work,), reply_to=(detail,)), MARIA, OURS) == ((MARIA,), (JOHN, work))


def test_goes_to_reply_to_where_there_is_one() -> None:
    assert recipients(said(reply_to=(SUE,)), MARIA, OURS) == ((SUE,), ())


def test_ignores_a_reply_to_that_is_ourselves() -> None:
    assert recipients(said(reply_to=(HELP,)), MARIA, OURS) == ((MARIA,), ())


def test_copies_the_others_but_us() -> None:
    assert recipients(said(to=(HELP, JOHN), cc=(SUE, Address("", "sales@shop.test"))), MARIA, OURS) == ((MARIA,), (JOHN, SUE))


def test_leaves_the_others_out_when_asked() -> None:
    assert recipients(said(cc=(SUE,)), MARIA, OURS, only_sender=True) == ((MARIA,), ())


def test_answers_the_customer_of_a_ticket_without_mail() -> None:
    assert recipients(None, MARIA, OURS) == ((MARIA,), ())


ADDRESSES = st.sampled_from([MARIA, JOHN, SUE, HELP, Address("Sales", "sales@shop.test"), Address("", "")])


@given(st.lists(ADDRESSES, max_size=4), st.lists(ADDRESSES, max_size=4), st.lists(ADDRESSES, max_size=2), ADDRESSES)
def test_nobody_twice_never_us_and_always_somebody(to: list[Address], cc: list[Address], reply_to: list[Address], sender: Address) -> None:
    first, second = recipients(said(sender, tuple(to), tuple(cc), tuple(reply_to)), MARIA, OURS)
    everybody = [address.address for address in (*first, *second)]
    assert first
    assert len(everybody) == len(set(everybody))
    assert not OURS & set(everybody)
    assert "" not in everybody
