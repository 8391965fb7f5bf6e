"""What becomes of a mail: each rule, and their order."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supportcli.domain.intake.decisions import (
    CLOSED_AFTER,
    Candidate,
    Claim,
    Copy,
    Decision,
    FollowUp,
    Hold,
    Ignore,
    Known,
    OpenTicket,
)
from supportcli.domain.intake.joining import Named
from supportcli.domain.intake.rules import RULES, decide
from supportcli.domain.mail import Address, Mail, MailKind
from supportcli.domain.mail_domains import own_domains
from supportcli.domain.sender_authentication import AuthenticationVerdict
from supportcli.domain.tickets.ticket import Status

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HELP, ADA, GRACE, EVE = (
    "help@shop.test",
    "ada@shop.test",
    "grace@customer.test",
    "eve@elsewhere.test",
)
MAIL = Mail(
    sha256="",
    size=1,
    message_id="<new@customer.test>",
    sender=Address("Grace", GRACE),
    subject="Grinder",
    sent=NOW,
)
TICKET = Candidate(
    12,
    Named.STORED,
    "<old@customer.test>",
    Status.PENDING,
    None,
    GRACE,
    frozenset({GRACE, HELP, "cc@customer.test"}),
)
KNOWN = Known(
    own=frozenset({HELP}),
    agents=frozenset({ADA, "bob@home.test"}),
    domains=frozenset({"shop.test"}),
)


def known(*candidates: Candidate) -> Known:
    return replace(KNOWN, candidates=candidates)


def decided(mail: Mail, around: Known = KNOWN) -> tuple[str, Decision]:
    return decide(mail, around, NOW)


def sent_by(address: str) -> Mail:
    return replace(MAIL, sender=Address("", address))


def test_a_mail_that_names_nothing_is_a_new_ticket_of_its_sender() -> None:
    rule, decision = decided(MAIL)
    assert (rule, decision) == (
        "new ticket",
        OpenTicket("it names no ticket of ours", Address("Grace", GRACE), clock=True),
    )


def test_what_cannot_be_understood_is_held_before_anything_else() -> None:
    rule, decision = decided(
        replace(MAIL, held="1,001 parts"), replace(known(TICKET), copy=Copy(1, 1))
    )
    assert (rule, decision) == ("unreadable", Hold("1,001 parts"))


def test_a_copy_is_no_second_message() -> None:
    rule, decision = decided(MAIL, replace(known(TICKET), copy=Copy(4, 12)))
    assert rule == "copy"
    assert isinstance(decision, Ignore)
    assert decision.copy_of == Copy(4, 12)
    assert "#12" in decision.reason


@pytest.mark.parametrize("named", sorted(set(Named) - {Named.ELSEWHERE}))
def test_who_is_known_joins_by_any_name(named: Named) -> None:
    rule, decision = decided(MAIL, known(replace(TICKET, named=named)))
    assert rule == "thread"
    assert isinstance(decision, FollowUp)
    assert (decision.ticket, decision.clock, decision.remark) == (12, True, None)


@pytest.mark.parametrize(
    "address", ["cc@customer.test", ADA, "bob@home.test", "new.colleague@shop.test"]
)
@pytest.mark.parametrize("named", [Named.SIGNED, Named.STORED, Named.RELATED])
def test_participants_agents_and_colleagues_are_known(address: str, named: Named) -> None:
    _, decision = decided(sent_by(address), known(replace(TICKET, named=named)))
    assert isinstance(decision, FollowUp)
    assert decision.remark is None


def test_a_stranger_joins_by_what_we_signed_and_is_marked() -> None:
    _, decision = decided(sent_by(EVE), known(replace(TICKET, named=Named.SIGNED)))
    assert isinstance(decision, FollowUp)
    assert decision.remark == f"new participant: {EVE}"


@pytest.mark.parametrize("named", [Named.STORED, Named.NUMBER])
def test_a_stranger_who_names_a_ticket_gets_one_of_their_own_that_says_why(named: Named) -> None:
    rule, decision = decided(sent_by(EVE), known(replace(TICKET, named=named)))
    assert rule == "follow-up"
    assert isinstance(decision, OpenTicket)
    assert decision.customer.address == EVE
    assert isinstance(decision.link, Claim)
    assert (decision.link.ticket, decision.link.kind) == (12, "claims")
    assert EVE in decision.link.reason
    assert decision.remark == decision.link.reason


def test_a_stranger_who_answers_the_same_newsletter_has_nothing_to_do_with_the_ticket() -> None:
    rule, decision = decided(sent_by(EVE), known(replace(TICKET, named=Named.RELATED)))
    assert rule == "new ticket"
    assert isinstance(decision, OpenTicket)
    assert decision.link is None


def test_of_two_tickets_with_one_message_id_the_one_where_the_sender_is_known_counts() -> None:
    other = replace(TICKET, ticket=7, customer=EVE, people=frozenset({EVE}))
    _, decision = decided(MAIL, known(other, TICKET))
    assert isinstance(decision, FollowUp)
    assert decision.ticket == 12


@pytest.mark.parametrize(
    ("status", "solved_at"),
    [(Status.CLOSED, NOW), (Status.DELETED, None), (Status.SOLVED, NOW - CLOSED_AFTER)],
)
def test_an_answer_in_a_closed_ticket_is_a_linked_follow_up(
    status: Status, solved_at: datetime | None
) -> None:
    rule, decision = decided(MAIL, known(replace(TICKET, status=status, solved_at=solved_at)))
    assert rule == "follow-up"
    assert isinstance(decision, OpenTicket)
    assert isinstance(decision.link, Claim)
    assert (decision.link.ticket, decision.link.kind) == (12, "follow-up")


@pytest.mark.parametrize("days", [1, 28, 400, None])
@pytest.mark.parametrize("late", [timedelta(seconds=-1), timedelta(0), timedelta(days=90)])
def test_the_desk_says_when_a_solved_ticket_closes(days: int | None, late: timedelta) -> None:
    after = None if days is None else timedelta(days=days)
    solved = replace(
        TICKET, status=Status.SOLVED, solved_at=NOW - (after or timedelta(days=5000)) - late
    )
    rule, decision = decided(MAIL, replace(known(solved), close_after=after))
    assert rule == ("thread" if days is None or late < timedelta(0) else "follow-up")
    assert (
        rule == "thread"
        or decision.reason
        == f"it is an answer in #12, which closed {days} day{'' if days == 1 else 's'} after it was solved"
    )


def test_a_second_answer_in_a_closed_ticket_goes_on_in_the_first_ones_follow_up() -> None:
    first = replace(TICKET, ticket=13, named=Named.RELATED)
    _, decision = decided(MAIL, known(replace(TICKET, status=Status.CLOSED), first))
    assert isinstance(decision, FollowUp)
    assert decision.ticket == 13


@pytest.mark.parametrize(
    "status", [Status.NEW, Status.OPEN, Status.PENDING, Status.ON_HOLD, Status.SOLVED]
)
def test_an_answer_moves_the_clock_of_every_ticket_that_is_not_closed(status: Status) -> None:
    _, decision = decided(
        MAIL, known(replace(TICKET, status=status, solved_at=NOW - timedelta(days=27)))
    )
    assert isinstance(decision, FollowUp)
    assert decision.clock


@pytest.mark.parametrize(
    "mail",
    [
        replace(MAIL, kind=MailKind.AUTO_REPLY),
        replace(MAIL, kind=MailKind.BOUNCE),
        sent_by(ADA),
        sent_by(HELP),
    ],
)
def test_machines_and_our_own_people_move_no_clock(mail: Mail) -> None:
    _, decision = decided(mail, known(TICKET))
    assert isinstance(decision, FollowUp)
    assert not decision.clock


def test_an_agent_who_is_the_customer_moves_the_clock() -> None:
    _, decision = decided(sent_by(ADA), known(replace(TICKET, customer=ADA)))
    assert isinstance(decision, FollowUp)
    assert decision.clock


def test_mail_in_a_spam_ticket_stays_there_and_wakes_nobody() -> None:
    _, decision = decided(MAIL, known(replace(TICKET, status=Status.SPAM)))
    assert isinstance(decision, FollowUp)
    assert (decision.ticket, decision.clock) == (12, False)


def test_our_own_mail_that_comes_back_is_ignored() -> None:
    rule, decision = decided(
        replace(sent_by(HELP), text="Oil it."),
        replace(known(TICKET), ours=(replace(MAIL, text="Oil it."),)),
    )
    assert rule == "own mail"
    assert isinstance(decision, Ignore)


def test_our_message_id_on_somebody_elses_mail_is_no_reason_to_lose_it() -> None:
    _, decision = decided(MAIL, replace(KNOWN, ours=(MAIL,)))
    assert isinstance(decision, OpenTicket)
    assert "Message-ID of a reply of ours" in (decision.remark or "")


def test_a_doubled_message_id_is_remarked() -> None:
    _, decision = decided(MAIL, replace(KNOWN, same_id=(3, 4)))
    assert isinstance(decision, OpenTicket)
    assert decision.remark == "another email with this Message-ID is in #3, #4"


def test_a_contact_form_writes_for_the_person_in_reply_to() -> None:
    _, decision = decided(
        replace(sent_by(HELP), reply_to=(Address("", HELP), Address("Grace", GRACE)))
    )
    assert isinstance(decision, OpenTicket)
    assert decision.customer == Address("Grace", GRACE)


@pytest.mark.parametrize(
    ("mail", "said"),
    [(sent_by(HELP), HELP), (replace(MAIL, sender=None), "no sender"), (sent_by(""), "no sender")],
)
def test_a_mail_with_nobody_to_answer_is_held(mail: Mail, said: str) -> None:
    rule, decision = decided(mail)
    assert rule == "nobody"
    assert isinstance(decision, Hold)
    assert said in decision.reason


def test_public_providers_are_nobodys_own_domain() -> None:
    assert own_domains(["help@shop.test", "shop@gmail.com", "Team@Sub.Shop.test"]) == {
        "shop.test",
        "sub.shop.test",
    }


RELAY = "forms@service.test"
ADDRESSES = st.sampled_from(
    ["", HELP, "help+x@shop.test", "form@shop.test", RELAY, ADA, GRACE, EVE]
)
CANDIDATES = st.builds(
    Candidate,
    ticket=st.integers(1, 3),
    named=st.sampled_from(Named),
    by=st.just("<x@y>"),
    status=st.sampled_from(Status),
    solved_at=st.none() | st.just(NOW - timedelta(days=40)),
    customer=ADDRESSES,
    people=st.frozensets(ADDRESSES),
)
PEOPLE = st.lists(st.builds(Address, st.just(""), ADDRESSES), max_size=2).map(tuple)
MAILS = st.builds(
    Mail,
    sha256=st.just(""),
    size=st.just(1),
    kind=st.sampled_from(MailKind),
    message_id=st.none() | st.just("<m@x>"),
    sender=st.none() | st.builds(Address, st.just(""), ADDRESSES),
    senders=PEOPLE,
    reply_to=PEOPLE,
    original_from=PEOPLE,
    forwarded=st.none() | st.builds(Address, st.just(""), ADDRESSES),
    text=ADDRESSES.map("Email: {}".format),
).map(lambda mail: replace(mail, senders=(*((mail.sender,) if mail.sender else ()), *mail.senders)))
AROUND = st.builds(
    replace,
    st.just(KNOWN),
    candidates=st.lists(CANDIDATES, max_size=3).map(tuple),
    verdict=st.sampled_from(AuthenticationVerdict),
    relays=st.frozensets(st.sampled_from([RELAY, "form@shop.test", HELP])),
    ours=st.just(()) | st.just((replace(MAIL, text="Another text."),)),
    copy=st.none() | st.just(Copy(1, None)),
)


def trusted(address: str, candidate: Candidate, around: Known) -> bool:
    return (
        address in {"", candidate.customer}
        or address in candidate.people
        or around.colleague(address)
    )


@given(MAILS, AROUND)
def test_every_mail_is_decided_and_nobody_unknown_joins_unsigned(mail: Mail, around: Known) -> None:
    rule, decision = decided(mail, around)
    assert rule in dict(RULES)
    if isinstance(decision, OpenTicket):
        assert not around.mine(decision.customer.address)
        assert decision.customer.address
    is_forged = around.verdict is AuthenticationVerdict.FAIL
    if mail.sender is not None and around.colleague(mail.sender.address) and is_forged:
        assert not isinstance(decision, FollowUp | OpenTicket) or decision.unverified
    if not isinstance(decision, FollowUp):
        return
    joined = [one for one in around.candidates if one.ticket == decision.ticket]
    if any(one.named is Named.SIGNED for one in joined):
        return
    author = (
        decision.author
        or mail.sender
        or next(one for one in (*mail.reply_to, *mail.original_from) if one.address)
    )
    answered = {one.address for one in (*mail.senders, *mail.reply_to)} - around.relays
    assert any(trusted(author.address, one, around) for one in joined)
    assert decision.unverified or all(
        any(trusted(one, ticket, around) for ticket in joined) for one in answered
    )
    if all(one.named is Named.NUMBER for one in joined):
        assert any(all(trusted(one, ticket, around) for one in answered) for ticket in joined)
        assert (
            around.verdict is not AuthenticationVerdict.FAIL
            or len({one.address for one in mail.senders}) > 1
        )
        assert not around.colleague(author.address) or around.verdict is AuthenticationVerdict.PASS


ARCHIVED = replace(KNOWN, archived=True)


@pytest.mark.parametrize(
    ("sender", "to", "customer"),
    [
        (ADA, (HELP, GRACE), GRACE),
        (HELP, (GRACE,), GRACE),
        (HELP, (HELP,), None),
        (ADA, (HELP, "bob@home.test"), None),
        (ADA, ("carl@shop.test",), "carl@shop.test"),
        ("carl@shop.test", (GRACE,), GRACE),
        ("carl@shop.test", (HELP, GRACE), None),
        ("carl@shop.test", ("dora@shop.test",), None),
        (GRACE, (EVE,), None),
    ],
)
def test_in_an_archive_what_we_wrote_to_a_customer_is_ours(
    sender: str, to: tuple[str, ...], customer: str | None
) -> None:
    mail = replace(MAIL, sender=Address("", sender), to=tuple(Address("", one) for one in to))
    rule, decision = decide(mail, ARCHIVED, NOW)
    assert (rule == "sent") == (customer is not None)
    if customer is not None:
        assert decision == OpenTicket(
            "we wrote first", Address("", customer), clock=False, sent=True
        )
        for lived in (False, True):
            answer = decide(
                mail, replace(ARCHIVED, candidates=(replace(TICKET, lived=lived),)), NOW
            )[1]
            assert isinstance(answer, FollowUp)
            assert answer == FollowUp(
                "<old@customer.test> is an email in #12",
                12,
                clock=False,
                sent=True,
                doubt=answer.doubt,
            )
            assert answer.unverified == lived
    assert decide(mail, KNOWN, NOW)[0] != "sent"


@pytest.mark.parametrize(
    ("status", "joined"), [(Status.CLOSED, True), (Status.SOLVED, True), (Status.DELETED, False)]
)
def test_an_archive_goes_on_in_a_ticket_however_old_it_is(status: Status, joined: bool) -> None:
    old = replace(TICKET, status=status, solved_at=NOW - CLOSED_AFTER * 9)
    assert (
        isinstance(decide(MAIL, replace(ARCHIVED, candidates=(old,)), NOW)[1], FollowUp) == joined
    )
    assert isinstance(decide(MAIL, known(old), NOW)[1], OpenTicket)


def test_who_calls_themselves_an_agent_and_is_disowned_waits_like_any_stranger() -> None:
    """Our own server says that nobody at the agent's address wrote it, but the id is signed."""
    around = replace(known(replace(TICKET, named=Named.SIGNED)), verdict=AuthenticationVerdict.FAIL)
    _, decision = decided(sent_by(ADA), around)
    assert isinstance(decision, FollowUp)
    assert (decision.clock, decision.unverified, decision.newcomer) == (True, True, True)


@pytest.mark.parametrize("verdict", list(AuthenticationVerdict))
def test_only_a_proven_agent_opens_as_many_tickets_as_they_like(
    verdict: AuthenticationVerdict,
) -> None:
    around = replace(KNOWN, opened_lately=5, most_opened=5, verdict=verdict)
    rule, decision = decided(sent_by(ADA), around)
    assert (rule == "flood") == (verdict is not AuthenticationVerdict.PASS)
    told = "within an hour, and nothing proves that it is yours"
    assert (rule == "flood") == decision.reason.endswith(told)


def test_an_automatic_answer_is_called_one() -> None:
    _, decision = decided(replace(MAIL, kind=MailKind.AUTO_REPLY), known(TICKET))
    assert decision.reason.endswith("; an automatic answer, which moves no clock")
