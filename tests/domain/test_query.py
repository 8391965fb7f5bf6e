"""The search language: what a text asks for, what it means for a ticket, and what is said about one
that cannot be understood."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from supportcli.domain.mail import Address, Attachment
from supportcli.domain.query.parse import (
    LONGEST_PHRASE,
    MOST_TERMS,
    And,
    AssignedTo,
    DueWithin,
    From,
    InMailbox,
    InStatus,
    Node,
    Not,
    Numbered,
    OfPriority,
    OnClock,
    Tagged,
    Words,
    fits,
    matches,
    parse,
    parse_condition,
)
from supportcli.domain.tickets.ticket import (
    LISTED,
    Direction,
    Message,
    Priority,
    SlaState,
    SlaStatus,
    Status,
    Ticket,
    TicketLine,
)
from supportcli.errors.tickets import QueryError

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
ADA, BOB = Address("Ada Byron", "ada@shop.test"), Address("Bob Lee", "bob@shop.test")
LISTS = InStatus(LISTED)
EVERY = InStatus(frozenset(Status))


@pytest.mark.parametrize(
    ("text", "node"),
    [
        ("", LISTS),
        ("   ", LISTS),
        ("status:open", InStatus(frozenset({Status.OPEN}))),
        ("STATUS:Open", InStatus(frozenset({Status.OPEN}))),
        ("status:on-hold,pending", InStatus(frozenset({Status.ON_HOLD, Status.PENDING}))),
        ("status:any", EVERY),
        ("-status:solved", And((LISTS, Not(InStatus(frozenset({Status.SOLVED})))))),
        ("assignee:me", And((LISTS, AssignedTo(("me",))))),
        ("assignee:None,BOB@shop.test", And((LISTS, AssignedTo(("none", "bob@shop.test"))))),
        ('assignee:"Ada Byron"', And((LISTS, AssignedTo(("ada byron",))))),
        ("tag:Refund,#vip", And((LISTS, Tagged(("refund", "vip"))))),
        ("refund", And((LISTS, Words(("refund",))))),
        ("-refund", And((LISTS, Not(Words(("refund",)))))),
        ("Rückerstattung 退款", And((LISTS, Words(("ruckerstattung",)), Words(("退", "款"))))),
        ('"Double Charge"', And((LISTS, Words(("double", "charge"))))),
        ('-"double charge"', And((LISTS, Not(Words(("double", "charge")))))),
        ("double-charge", And((LISTS, Words(("double", "charge"))))),
        ("21", Numbered(21)),
        ("#21", Numbered(21)),
        ("-21", And((LISTS, Not(Numbered(21))))),
        ("21 status:open", And((Numbered(21), InStatus(frozenset({Status.OPEN}))))),
        ("refund #999999999", And((Words(("refund",)), Numbered(999_999_999)))),
        ('"21"', And((LISTS, Words(("21",))))),
        ("021", And((LISTS, Words(("021",))))),
        ("4917012345678", And((LISTS, Words(("4917012345678",))))),
        ("HD-21", And((LISTS, Words(("hd", "21"))))),
        ("12:30", And((LISTS, Words(("12", "30"))))),
        ('"status:open"', And((LISTS, Words(("status", "open"))))),
        ('"AND" "(x)" "OR"', And((LISTS, Words(("and",)), Words(("x",)), Words(("or",))))),
        ("and or not", And((LISTS, Words(("and",)), Words(("or",)), Words(("not",))))),
        ("a AND b", And((LISTS, Words(("a",)), Words(("b",))))),
        ('a"b c"d', And((LISTS, Words(("a",)), Words(("b", "c")), Words(("d",))))),
        ("\ta\n b ", And((LISTS, Words(("a",)), Words(("b",))))),
        ("status:new status:any", And((InStatus(frozenset({Status.NEW})), EVERY))),
        ("priority:High", And((LISTS, OfPriority(frozenset({Priority.HIGH}))))),
        (
            "priority:low,>high",
            And((LISTS, OfPriority(frozenset({Priority.LOW, Priority.URGENT})))),
        ),
        ("priority:>=high", And((LISTS, OfPriority(frozenset({Priority.HIGH, Priority.URGENT}))))),
        ("priority:<normal", And((LISTS, OfPriority(frozenset({Priority.LOW}))))),
        (
            'priority:"<= normal"',
            And((LISTS, OfPriority(frozenset({Priority.LOW, Priority.NORMAL})))),
        ),
        ("mailbox:Help,sales@shop.test", And((LISTS, InMailbox(("help", "sales@shop.test"))))),
        ("from:@ACME.com,maria", And((LISTS, From(("@acme.com", "maria"))))),
        ("sla:Overdue", And((LISTS, OnClock(frozenset({SlaState.OVERDUE}))))),
        (
            "-sla:paused,not-needed",
            And((LISTS, Not(OnClock(frozenset({SlaState.PAUSED, SlaState.NOT_NEEDED}))))),
        ),
        ("sla:<1h30m", And((LISTS, DueWithin(5_400)))),
    ],
)
def test_what_a_text_asks_for(text: str, node: Node) -> None:
    assert parse(text) == node


@pytest.mark.parametrize(
    ("text", "column", "word", "nearest"),
    [
        ("statsu:open", 1, "statsu:", "status:"),
        ("refund -asignee:me", 9, "asignee:", "assignee:"),
        ("foo:bar", 1, "foo:", ""),
        ("https://shop.test", 1, "https:", ""),
        ("status:opne", 8, "opne", "open"),
        ("tag:vip status:open,solvd", 21, "solvd", "solved"),
        ("status:xyzzy", 8, "xyzzy", ""),
        ("a status:", 3, "status:", ""),
        ('tag:""', 1, "tag:", ""),
        ("tag:a,,b", 7, "a,,b", ""),
        ('refund "double charge', 8, '"', ""),
        ("a OR b", 3, "OR", ""),
        ("NOT a", 1, "NOT", "-"),
        ("a (b c)", 3, "(", ""),
        ("tag:(a", 5, "(", ""),
        ("b)", 2, ")", ""),
        ("AND a", 1, "AND", ""),
        ("a AND", 3, "AND", ""),
        ("a AND AND b", 7, "AND", ""),
        ("a - b", 4, "-", ""),
        ("a !!!", 3, "!!!", ""),
        ("a priority:hihg", 12, "hihg", "high"),
        ("priority:low,>=urgnet", 14, ">=urgnet", "urgent"),
        ("priority:=high", 10, "=high", "high"),
        ("sla:breeched", 5, "breeched", "breached"),
        ("sla:met,pausd", 9, "pausd", "paused"),
        ("sla:>1h", 5, ">1h", ""),
        ("sla:<", 6, "", ""),
        ("sla:<1x", 6, "1x", ""),
        ("sla:<1h,met", 6, "1h,met", ""),
        ("mailbox:,help", 9, ",help", ""),
        ("form:@acme.com", 1, "form:", "from:"),
        ('""', 2, "-", ""),
    ],
)
def test_what_cannot_be_understood(text: str, column: int, word: str, nearest: str) -> None:
    with pytest.raises(QueryError) as refused:
        parse(text)
    error = refused.value
    assert (error.column, error.word, error.nearest, error.exit_code) == (column, word, nearest, 2)
    assert error.sentence.startswith(f"Column {column} of the query: “{word}” ")
    assert (f"Did you mean “{nearest}”?" in error.hint) == bool(nearest)
    assert error.hint


def test_the_hint_names_all_there_is() -> None:
    with pytest.raises(QueryError) as refused:
        parse("OR")
    assert refused.value.hint == (
        'Understood are words, "phrases", status:, assignee:, tag:, priority:, mailbox:, from:, sla:, a - before any of them, and AND between them. '
        "In quotation marks it is searched for as it stands."
    )


def test_a_query_has_bounds() -> None:
    parse(" ".join(["word"] * MOST_TERMS))
    parse(f'"{"word " * LONGEST_PHRASE}"')
    with pytest.raises(QueryError, match=f"begins more than {MOST_TERMS} terms"):
        parse(" ".join(["word"] * (MOST_TERMS + 1)))
    with pytest.raises(QueryError, match=f"begins a phrase of more than {LONGEST_PHRASE} words"):
        parse(f'"{"word " * (LONGEST_PHRASE + 1)}"')


def ticket(assignee: Address | None = ADA, status: Status = Status.OPEN) -> Ticket:
    file = Attachment(2, "Rechnung-2026.pdf", "application/pdf", 9, "0")
    first = Message(
        1,
        1,
        Direction.IN,
        NOW,
        Address("María", "maria@acme.test"),
        "You charged me twice.",
        subject="Leak",
        attachments=(file,),
    )
    note = Message(2, 2, Direction.NOTE, NOW, ADA, "She is right: 退款申请.")
    line = TicketLine(
        1,
        "Double charge",
        status,
        Priority.NORMAL,
        first.sender,
        assignee,
        "help@shop.test",
        ("refund",),
        NOW,
        NOW,
        NOW,
        2,
        1,
    )
    return Ticket(line, (first, note))


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", True),
        ("status:open", True),
        ("-status:open", False),
        ("status:solved,closed", False),
        ("assignee:me", True),
        ("assignee:none", False),
        ("assignee:ada", True),
        ("assignee:byron", True),
        ('assignee:"byron ada"', True),
        ("assignee:ada@shop.test", True),
        ("assignee:ad", False),
        ("assignee:bob", False),
        ("assignee:bob,me", True),
        ("-assignee:me", False),
        ("tag:refund", True),
        ("tag:ref", False),
        ("tag:vip,refund", True),
        ("tag:vip", False),
        ("-tag:vip", True),
        ("double", True),
        ("DOUBLE twice", True),
        ('"double charge"', True),
        ('"charge double"', False),
        ('"charge leak"', False),  # a phrase does not go from one text into another
        ("maria", True),
        ("maria@acme.test", True),
        ("rechnung", True),
        ("rechnung-2026.pdf", True),
        ("款申", True),
        ("申款", False),
        ("charge -leak", False),
        ("charge AND refund", False),
        ("1", True),
        ("#1", True),
        ("2", False),
        ("-2", True),
        ("-#1", False),
        ("priority:normal", True),
        ("priority:>normal", False),
        ("priority:<=normal,urgent", True),
        ("mailbox:help", True),
        ("mailbox:HELP@shop.test", True),
        ("mailbox:hel", False),
        ("mailbox:sales,help", True),
        ("from:maria", True),
        ("from:@acme.test", True),
        ("from:@cme.test", False),
        ("from:cme", True),
        ("-from:@acme.test", False),
    ],
)
def test_what_a_query_means(query: str, found: bool) -> None:
    assert matches(parse(query), ticket(), ADA.address, NOW) is found


SOON, LATE = NOW + timedelta(minutes=30), NOW - timedelta(minutes=30)
CLOCKS = {
    "none": None,
    "running": SlaStatus("resolution", SOON, is_open=True, breaches=0),
    "due now": SlaStatus("resolution", NOW, is_open=True, breaches=0),
    "overdue": SlaStatus("resolution", LATE, is_open=True, breaches=1),
    "paused": SlaStatus("resolution", None, is_open=True, breaches=0, is_met=True),
    "paused and breached": SlaStatus("resolution", None, is_open=True, breaches=1),
    "met": SlaStatus("resolution", None, is_open=False, breaches=0, is_met=True),
    "breached": SlaStatus("resolution", None, is_open=False, breaches=2, is_met=True),
    "not needed": SlaStatus("first-response", None, is_open=False, breaches=0),
}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("sla:none", {"none"}),
        ("sla:running", {"running", "due now", "overdue"}),
        ("sla:overdue", {"due now", "overdue"}),
        ("sla:paused", {"paused", "paused and breached"}),
        ("sla:met", {"met"}),
        ("sla:not-needed", {"not needed"}),
        ("sla:breached", {"overdue", "paused and breached", "breached"}),
        ("sla:met,paused -sla:breached", {"met", "paused"}),
        ("sla:<30m", {"due now", "overdue"}),
        ("sla:<31m", {"running", "due now", "overdue"}),
        ("sla:running -sla:<31m", set()),
    ],
)
def test_what_is_asked_of_a_clock(query: str, found: set[str]) -> None:
    there = {
        name: replace(ticket(), line=replace(ticket().line, clock=clock))
        for name, clock in CLOCKS.items()
    }
    assert {name for name, one in there.items() if matches(parse(query), one, None, NOW)} == found


def test_a_condition_asks_about_a_tickets_own_fields() -> None:
    assert parse_condition("  ") is None
    node = parse_condition("priority:>=high -tag:vip")
    assert node == And(
        (OfPriority(frozenset({Priority.HIGH, Priority.URGENT})), Not(Tagged(("vip",))))
    )
    assert not fits(node, ticket().line)
    assert fits(
        parse_condition("mailbox:help from:@acme.test assignee:ada status:open") or EVERY,
        ticket().line,
    )
    assert not fits(parse_condition("-assignee:none tag:vip") or EVERY, ticket().line)


@pytest.mark.parametrize(
    ("text", "asked", "column", "term"),
    [
        ("tag:vip  refund", "words", 10, "refund"),
        ('-"double charge"', "words", 1, '-"double charge"'),
        ("sla:breached", "sla:", 1, "sla:breached"),
        ("priority:high AND -sla:<1h", "sla:", 19, "-sla:<1h"),
        ("assignee:me", "assignee:me", 1, "assignee:me"),
        (" tag:vip -assignee:ada,me", "assignee:me", 10, "-assignee:ada,me"),
    ],
)
def test_what_no_condition_can_ask_for(text: str, asked: str, column: int, term: str) -> None:
    with pytest.raises(QueryError, match=f"asks for {asked}, which no condition can") as refused:
        parse_condition(text)
    assert (refused.value.column, refused.value.word) == (column, term)
    assert (
        "A condition is made of status:, assignee:, tag:, priority:, mailbox:, from:."
        in refused.value.hint
    )
    with pytest.raises(QueryError, match="is no priority"):
        parse_condition("priority:hihg")


def test_nobody_is_no_agent() -> None:
    free = ticket(assignee=None)
    for query, found in {
        "assignee:none": True,
        "-assignee:none": False,
        "assignee:ada": False,
        "assignee:me": False,
        "-assignee:me": True,
    }.items():
        assert matches(parse(query), free, ADA.address, NOW) is found


def test_me_is_who_asks() -> None:
    assert not matches(parse("assignee:me"), ticket(), BOB.address, NOW)
    assert not matches(parse("assignee:me"), ticket(), None, NOW)


@pytest.mark.parametrize("status", sorted({Status.SPAM, Status.DELETED}))
def test_what_lists_leave_out_is_found_by_status_alone(status: Status) -> None:
    there = ticket(status=status)
    assert [
        matches(parse(query), there, None, NOW)
        for query in ("", "double", f"status:{status}", "status:any", "-status:open")
    ] == [
        False,
        False,
        True,
        True,
        False,
    ]
