"""Whom a reply goes to: a table of mails, and what holds for every mail."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supportcli.domain.mail import Address
from supportcli.domain.mail_domains import comparable
from supportcli.domain.replies.addressing import Parties, Posting, addressed, answered, checked
from supportcli.domain.replies.recipients import Addressing, Recipients, named, told
from supportcli.domain.tickets.ticket import Delivery, Direction, Message

NOW = datetime(2026, 1, 31, 10, tzinfo=UTC)
MARIA, JOHN, SUE = (
    Address("Maria", "maria@acme.test"),
    Address("John", "john@acme.test"),
    Address("", "sue@else.test"),
)
EVE, BOB = Address("Eve", "eve@evil.test"), Address("Bob", "bob@shop.test")
HELP, SALES, PLUS = (
    Address("Help", "help@shop.test"),
    Address("", "sales@shop.test"),
    Address("", "help+orders@shop.test"),
)
LARS, TEAM = Address("Lars", "lars@person.test"), Address("Users", "users@lists.test")
AT_HOME = Address("Lars", "lars@home.test")
VIA = Address("Lars via Users", "users@lists.test")
STREET = Address("Negozio via Roma", "negozio@roma.test")
NOREPLY, BUYER = (
    Address("Market", "noreply@market.test"),
    Address.of("Buyer", "Reply+AbC9xZ-Q@market.test"),
)
PERSONAL = Address("Lars via Users", "lars=home.test@lists.test")
LITERAL = Address("", "root@[192.0.2.7]")
OURS = {"help@shop.test", "sales@shop.test"}
People = tuple[Address, ...]
LISTED = Posting(frozenset({TEAM.address}), is_posted=True)


def parties(customer: Address = MARIA) -> Parties:
    """Everybody at shop.test is a colleague, and no mail can be sent to a number."""
    return Parties(
        customer,
        OURS,
        lambda address: address.endswith("@shop.test"),
        lambda address: "[" not in address,
    )


def said(
    sender: Address = MARIA,
    to: People = (HELP,),
    cc: People = (),
    reply_to: People = (),
    direction: Direction = Direction.IN,
    *,
    unverified: bool = False,
) -> Message:
    delivery = Delivery.SENT if direction is Direction.OUT else None
    written = Message(1, 1, direction, NOW, sender, "text", delivery=delivery)
    return replace(written, to=to, cc=cc, reply_to=reply_to, unverified=unverified)


def names(people: People) -> list[str]:
    return [person.written.partition("@")[0] for person in people]


@dataclass(frozen=True)
class Case:
    """A mail, after others, and whom the answer goes to: to, cc, who is left out, and whom to ask
    about, by the local parts."""

    last: Message
    to: str
    cc: str = ""
    left_out: str = ""
    new: str = ""
    unproven: str = ""
    before: tuple[Message, ...] = ()
    only_sender: bool = False
    posting: Posting = field(default_factory=Posting)
    customer: Address = MARIA
    claims: bool = False


WROTE = said(MARIA, cc=(JOHN,))
ALL = {
    "the sender": Case(said(), "maria"),
    "their Reply-To": Case(said(reply_to=(SUE,)), "sue"),
    "several in Reply-To": Case(said(reply_to=(SUE, JOHN)), "sue john"),
    "the others, but us": Case(said(to=(HELP, JOHN), cc=(SUE, SALES)), "maria", "john sue"),
    "nobody twice": Case(
        said(to=(JOHN, JOHN, HELP), cc=(replace(JOHN, name="J."), MARIA)), "maria", "john"
    ),
    "a Reply-To that is us": Case(said(reply_to=(HELP,)), "maria"),
    "a Reply-To that leads to us": Case(said(reply_to=(PLUS,), cc=(PLUS, SUE)), "maria", "sue"),
    "our plus-address in other letters": Case(
        said(cc=(Address.of("", "Help+Orders@Shop.test"), SUE)), "maria", "sue"
    ),
    "a customer's own detail is theirs": Case(
        said(cc=(Address("", "maria+work@acme.test"),)), "maria", "maria+work"
    ),
    "a mailbox of ours as From": Case(said(HELP, reply_to=(SUE,)), "sue"),
    "a group of ours as From": Case(said(HELP), "lars", posting=Posting(originals=(LARS,))),
    "a group of ours, later": Case(
        said(HELP), "lars", posting=Posting(originals=(LARS,)), new="lars", before=(WROTE,)
    ),
    "a group of ours that hides everybody": Case(said(HELP), "maria"),
    "us for a customer": Case(said(PLUS), "", customer=PLUS),
    "a colleague's forward": Case(said(BOB), "maria"),
    "a colleague who is the customer": Case(said(BOB), "bob", customer=BOB),
    "a marketplace": Case(said(NOREPLY, reply_to=(BUYER,)), "Reply+AbC9xZ-Q", customer=NOREPLY),
    "a number in Cc": Case(said(cc=(LITERAL, SUE)), "maria", "sue", left_out="root"),
    "a number in To": Case(said(to=(HELP, LITERAL)), "maria", left_out="root"),
    "a number in Reply-To": Case(said(reply_to=(LITERAL,)), "maria", left_out="root"),
    "a number as sender": Case(said(LITERAL, cc=(SUE,)), "sue", left_out="root", customer=LITERAL),
    "nobody but a number": Case(said(LITERAL), "", left_out="root", customer=LITERAL),
    "a list": Case(said(LARS, to=(TEAM, HELP), reply_to=(TEAM,)), "users", posting=LISTED),
}
NEWCOMERS = {
    "a Reply-To that opened the ticket": Case(said(reply_to=(EVE,)), "eve"),
    "a new Reply-To": Case(said(reply_to=(EVE,)), "eve", before=(WROTE,), new="eve"),
    "a new Reply-To, twice": Case(
        said(reply_to=(EVE,)), "eve", before=(WROTE, said(reply_to=(EVE,))), new="eve"
    ),
    "a new one that we answered before": Case(
        said(reply_to=(EVE,)),
        "eve",
        before=(WROTE, said(reply_to=(EVE,)), said(HELP, (EVE,), direction=Direction.OUT)),
    ),
    "a new Reply-To in Cc too": Case(
        said(cc=(EVE,), reply_to=(EVE,)), "eve", before=(WROTE,), new="eve"
    ),
    "a new Reply-To in To too": Case(
        said(to=(HELP, EVE), reply_to=(EVE,)), "eve", before=(WROTE,), new="eve"
    ),
    "the first Reply-To in Cc too": Case(said(cc=(EVE,), reply_to=(EVE,)), "eve"),
    "the first Reply-To in Cc too, of who claims another ticket": Case(
        said(cc=(EVE,), reply_to=(EVE,)), "eve", new="eve", claims=True
    ),
    "a participant": Case(said(reply_to=(JOHN,)), "john", before=(WROTE,)),
    "a participant in other letters": Case(
        said(reply_to=(Address.of("", "JOHN@ACME.test"),)), "JOHN", before=(WROTE,)
    ),
    "the customer": Case(said(JOHN, reply_to=(MARIA,)), "maria", before=(WROTE,)),
    "a colleague": Case(said(reply_to=(MARIA, BOB)), "maria bob", before=(WROTE,)),
    "one of two": Case(said(reply_to=(JOHN, EVE)), "john eve", before=(WROTE,), new="eve"),
    "a Reply-To after our first mail": Case(
        said(reply_to=(EVE,)),
        "eve",
        before=(said(HELP, (MARIA,), direction=Direction.OUT),),
        new="eve",
    ),
    "a new Cc": Case(said(cc=(SUE,)), "maria", "sue", before=(WROTE,)),
    "Reply-To of a private answer": Case(
        said(reply_to=(EVE,)), "maria", before=(WROTE,), only_sender=True
    ),
    "a robot's, privately": Case(
        said(NOREPLY, reply_to=(EVE,)), "eve", before=(WROTE,), new="eve", only_sender=True
    ),
    "the first Reply-To of who claims another ticket": Case(
        said(reply_to=(EVE,)), "eve", new="eve", claims=True
    ),
    "six people": Case(
        said(cc=tuple(Address("", f"p{place}@x.test") for place in range(5))),
        "maria",
        "p0 p1 p2 p3 p4",
    ),
}
UNPROVEN = {
    "its sender": Case(said(unverified=True), "maria", before=(WROTE,)),
    "its Reply-To": Case(said(reply_to=(EVE,), unverified=True), "eve", before=(WROTE,), new="eve"),
    "its Reply-To, who is known": Case(
        said(reply_to=(JOHN,), unverified=True), "john", before=(WROTE,), unproven="john"
    ),
    "its Reply-To, whom we answered before": Case(
        said(reply_to=(JOHN,), unverified=True),
        "john",
        before=(WROTE, said(HELP, (MARIA,), (JOHN,), direction=Direction.OUT)),
        unproven="john",
    ),
    "its Reply-To, who is the customer": Case(
        said(JOHN, reply_to=(MARIA,), unverified=True), "maria", before=(WROTE,)
    ),
    "its Reply-To, who is its sender": Case(
        said(JOHN, reply_to=(JOHN,), unverified=True), "john", before=(WROTE,)
    ),
    "its Cc": Case(said(cc=(EVE,), unverified=True), "maria", before=(WROTE,), left_out="eve"),
    "its Cc, of whom one is known": Case(
        said(cc=(EVE, JOHN), unverified=True), "maria", "john", before=(WROTE,), left_out="eve"
    ),
    "its To": Case(said(to=(HELP, EVE), unverified=True), "maria", before=(WROTE,), left_out="eve"),
    "a stranger": Case(said(EVE, unverified=True), "eve", before=(WROTE,), new="eve"),
    "it makes nobody known": Case(
        said(reply_to=(EVE,)), "eve", before=(WROTE, said(cc=(EVE,), unverified=True)), new="eve"
    ),
    "alone": Case(said(reply_to=(EVE,), unverified=True), "eve", new="eve"),
    "privately": Case(
        said(reply_to=(EVE,), unverified=True), "maria", before=(WROTE,), only_sender=True
    ),
    "a stranger, privately": Case(
        said(SUE, reply_to=(EVE,), unverified=True),
        "eve",
        before=(WROTE,),
        new="eve",
        only_sender=True,
    ),
}
PRIVATE = {
    "the sender": Case(said(cc=(SUE,)), "maria"),
    "the Reply-To": Case(said(reply_to=(SUE,), cc=(JOHN,)), "sue"),
    "a buyer": Case(
        said(NOREPLY, cc=(BUYER,), reply_to=(BUYER,)), "Reply+AbC9xZ-Q", customer=NOREPLY
    ),
    "Reply-To is the list": Case(
        said(LARS, (TEAM,), reply_to=(TEAM,)), "lars", posting=LISTED, customer=LARS
    ),
    "Reply-To is the list, without a word about it": Case(
        said(LARS, (TEAM, HELP), reply_to=(TEAM,)), "lars", customer=LARS
    ),
    "Reply-To is the list in Cc": Case(
        said(LARS, (HELP,), (TEAM,), (TEAM,)), "lars", customer=LARS
    ),
    "Reply-To is the sender and the list": Case(
        said(LARS, (TEAM,), reply_to=(LARS, TEAM)), "lars", customer=LARS
    ),
    "only List-Id": Case(
        said(LARS, reply_to=(TEAM,)),
        "lars",
        posting=Posting(frozenset({TEAM.address})),
        customer=LARS,
    ),
    "From is the list, Reply-To the person": Case(
        said(VIA, (TEAM,), reply_to=(LARS,)), "lars", posting=LISTED, customer=LARS
    ),
    "From is the list, Reply-To both": Case(
        said(VIA, (TEAM,), reply_to=(TEAM, LARS)), "lars", customer=LARS
    ),
    "From and Reply-To are the list": Case(
        said(VIA, (TEAM,), reply_to=(TEAM,)),
        "lars",
        posting=replace(LISTED, originals=(LARS,)),
        customer=LARS,
    ),
    "From is the list, the person in Cc": Case(
        said(VIA, (TEAM,), (LARS, SUE)), "lars", posting=LISTED, customer=TEAM
    ),
    "the person behind quotes": Case(
        said(replace(VIA, name="'Lars' via Users"), (TEAM,), reply_to=(LARS,)),
        "lars",
        customer=LARS,
    ),
    "From is the list and nobody is named": Case(
        said(VIA, (TEAM,)), "", posting=LISTED, customer=TEAM
    ),
    "nobody is named, without a word about a list": Case(said(VIA, (TEAM,)), "", customer=TEAM),
    "only a list's id": Case(said(VIA), "", posting=Posting(is_list=True), customer=VIA),
    "an address that a list gave them": Case(
        said(PERSONAL), "lars=home.test", posting=Posting(is_list=True), customer=PERSONAL
    ),
    "a street is no list": Case(said(STREET), "negozio", customer=STREET),
    "a group of ours": Case(
        said(replace(HELP, name="Lars via Help"), reply_to=(HELP,)),
        "lars",
        posting=Posting(originals=(LARS,)),
        customer=LARS,
    ),
    "a form of ours": Case(said(HELP, reply_to=(SUE,)), "sue", customer=SUE),
    "to themselves": Case(said(LARS, cc=(AT_HOME,), reply_to=(AT_HOME,)), "lars"),
}
CASES = {
    f"{kind}: {name}": replace(case, only_sender=case.only_sender or kind == "privately")
    for kind, cases in {
        "all": ALL,
        "newcomers": NEWCOMERS,
        "unproven": UNPROVEN,
        "privately": PRIVATE,
    }.items()
    for name, case in cases.items()
}


def answer(case: Case) -> Addressing:
    """The addressing of a case."""
    messages = (*case.before, case.last)
    return addressed(
        messages,
        case.last,
        replace(parties(case.customer), is_linked=case.claims),
        case.posting,
        only_sender=case.only_sender,
    )


@pytest.mark.parametrize("case", [pytest.param(case, id=name) for name, case in CASES.items()])
def test_a_reply_goes_to(case: Case) -> None:
    found = answer(case)
    assert names(found.recipients.to) == case.to.split()
    assert names(found.recipients.cc) == case.cc.split()
    assert names(tuple(one.person for one in found.left_out)) == case.left_out.split()
    assert names(found.new) == case.new.split()
    assert names(found.unproven) == case.unproven.split()
    if case.posting is LISTED and case.only_sender:
        assert "users" not in names(found.recipients.to)


def test_a_ticket_without_mail_is_answered_to_its_customer() -> None:
    assert addressed((), None, parties()).recipients == Recipients((MARIA,))


def answers(*messages: Message, customer: Address = MARIA, machines: People = ()) -> Message | None:
    """The message that is answered, where `machines` are no people."""
    return answered(messages, parties(customer), lambda message: message.sender in machines)


KELVIN = Address.of("Kurt", "\N{KELVIN SIGN}urt@acme.test")


def test_a_letter_that_only_folds_to_another_is_another_address() -> None:
    kurt = Address.of("Kurt", "Kurt@ACME.test")
    assert (kurt.address, KELVIN.address) == ("kurt@acme.test", "\N{KELVIN SIGN}urt@acme.test")
    assert comparable(KELVIN.address) != comparable(kurt.address)
    assert Address.of("", "X@BÜCHER.test").address == "x@bücher.test"
    assert comparable("x@BÜCHER.test") == comparable("X@xn--bcher-kva.TEST")
    assert addressed(
        (said(kurt), led := said(kurt, reply_to=(KELVIN,))), led, parties(kurt)
    ).new == (KELVIN,)


def test_the_customers_last_message_is_answered() -> None:
    last = said(MARIA)
    assert answers(said(JOHN), last, said(HELP, direction=Direction.OUT)) is last
    assert answers() is None


def test_neither_a_machine_nor_a_colleague_is_answered_in_the_customers_place() -> None:
    asked, daemon = said(MARIA), Address("", "mailer-daemon@acme.test")
    assert answers(asked, said(BOB), said(daemon), machines=(daemon,)) is asked


def test_a_colleague_who_is_the_customer_or_a_form_that_names_one_is_answered() -> None:
    bob, form = said(BOB), said(HELP, reply_to=(SUE,))
    assert answers(said(), bob, customer=BOB) is bob
    assert answers(said(), form) is form


def test_a_machine_is_answered_where_nobody_else_wrote() -> None:
    only = said(SUE)
    assert answers(only, machines=(SUE,)) is only


def test_a_drafts_recipients_are_nobody_elses() -> None:
    own, last = (
        Recipients((MARIA,), (EVE, LITERAL, PLUS, MARIA), only_sender=True),
        said(cc=(JOHN, SUE)),
    )
    found = checked(own, (last,), last, parties())
    assert found.recipients == Recipients((MARIA,), (EVE,), only_sender=True)
    assert found.new == (EVE,)
    assert names(tuple(one.person for one in found.left_out)) == ["root"]


ADDRESSES = st.sampled_from(
    [MARIA, JOHN, SUE, EVE, HELP, SALES, PLUS, LARS, TEAM, VIA, BOB, LITERAL, Address("", "")]
)
MANY = st.lists(ADDRESSES, max_size=4).map(tuple)
MESSAGES = st.builds(
    said, ADDRESSES, MANY, MANY, MANY, st.sampled_from(Direction), unverified=st.booleans()
)


@given(
    st.lists(MESSAGES, max_size=3), MESSAGES, st.booleans(), st.sampled_from([Posting(), LISTED])
)
def test_nobody_twice_never_us_never_the_list_and_no_stranger_unasked(
    before: list[Message], last: Message, only_sender: bool, posting: Posting
) -> None:
    last = replace(last, direction=Direction.IN)
    found = addressed((*before, last), last, parties(), posting, only_sender=only_sender)
    people = [person.address for person in found.recipients.everybody]
    assert found.recipients.to, "Maria can always be answered"
    assert len(people) == len(set(people))
    assert not {*OURS, PLUS.address, LITERAL.address, ""} & set(people)
    if only_sender:
        assert not found.recipients.cc
        assert posting is not LISTED or TEAM.address not in people
    others = (*before, last) if not last.unverified else tuple(before)
    seen = {MARIA.address} | {
        one.address
        for message in others
        if message.direction is not Direction.NOTE and not message.unverified
        for one in (
            message.sender,
            *message.to,
            *message.cc,
            *(message.reply_to if message is (*before, last)[0] else ()),
        )
    }
    seen |= {
        one.address
        for message in before
        if message.direction is Direction.OUT
        for one in (*message.to, *message.cc)
    }
    for person in found.recipients.everybody:
        assert (
            person in found.new or person.address in seen or person.address.endswith("@shop.test")
        )


def test_what_is_asked_names_who_is_new_and_how_many() -> None:
    found = Addressing(Recipients((EVE,), (JOHN, SUE)), new=(EVE,), unproven=(JOHN,))
    assert (
        found.question(7)
        == "Eve <eve@evil.test> is new to #7; John <john@acme.test> is named only in an unverified email in #7"
    )
    crowd = tuple(Address("", f"p{place}@x.test") for place in range(500))
    assert (
        Addressing(Recipients((MARIA,), crowd)).question(1) == "the reply to #1 goes to 501 people"
    )
    assert Addressing(Recipients((MARIA,), crowd[:4])).question(1) == ""
    assert (
        Addressing(Recipients((MARIA,), crowd[:5])).question(1)
        == "the reply to #1 goes to 6 people"
    )


def test_who_is_told_is_told_with_the_address() -> None:
    assert (
        told(Recipients((MARIA,), (JOHN,)))
        == "to Maria <maria@acme.test> (Cc John <john@acme.test>)"
    )
    assert (
        named((MARIA, JOHN, SUE, EVE), 2)
        == "Maria <maria@acme.test>, John <john@acme.test> and 2 more"
    )
    assert named((MARIA, JOHN, SUE), 2).endswith("sue@else.test")
    assert named((Address("x" * 5_000, "eve@evil.test"),), 2).endswith("… <eve@evil.test>")
