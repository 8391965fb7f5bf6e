"""The search language: what a text asks for, and what is said about one that cannot be understood."""

import pytest

from supportcli.domain.query.nodes import (
    LONGEST_PHRASE,
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
)
from supportcli.domain.query.parse import MOST_TERMS, parse, parse_condition
from supportcli.domain.tickets.ticket import (
    LISTED,
    Priority,
    SlaState,
    Status,
)
from supportcli.errors.tickets import QueryError

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
        'A query can contain words, "phrases", status:, assignee:, tag:, priority:, mailbox:, from:, following:, sla:, a - before any of them, and AND between them. '
        "To search for it literally, put it in quotation marks."
    )


def test_a_query_has_bounds() -> None:
    parse(" ".join(["word"] * MOST_TERMS))
    parse(f'"{"word " * LONGEST_PHRASE}"')
    with pytest.raises(QueryError, match=f"begins more than {MOST_TERMS} terms"):
        parse(" ".join(["word"] * (MOST_TERMS + 1)))
    with pytest.raises(QueryError, match=f"begins a phrase of more than {LONGEST_PHRASE} words"):
        parse(f'"{"word " * (LONGEST_PHRASE + 1)}"')


@pytest.mark.parametrize(
    ("text", "asked", "column", "term"),
    [
        ("tag:vip  refund", "words", 10, "refund"),
        ('-"double charge"', "words", 1, '-"double charge"'),
        ("sla:breached", "sla:", 1, "sla:breached"),
        ("tag:vip -following:ada", "following:", 9, "-following:ada"),
        ("priority:high AND -sla:<1h", "sla:", 19, "-sla:<1h"),
        ("assignee:me", "assignee:me", 1, "assignee:me"),
        (" tag:vip -assignee:ada,me", "assignee:me", 10, "-assignee:ada,me"),
    ],
)
def test_what_no_condition_can_ask_for(text: str, asked: str, column: int, term: str) -> None:
    with pytest.raises(
        QueryError, match=f"asks for {asked}, which a condition cannot use"
    ) as refused:
        parse_condition(text)
    assert (refused.value.column, refused.value.word) == (column, term)
    assert (
        "A condition is made of status:, assignee:, tag:, priority:, mailbox:, from:."
        in refused.value.hint
    )
    with pytest.raises(QueryError, match="is not a priority"):
        parse_condition("priority:hihg")
