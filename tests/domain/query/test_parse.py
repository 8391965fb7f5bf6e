"""The search language: what a text asks for, and what is said about one that cannot be understood."""

import pytest

from supportcli.domain.query.nodes import (
    LONGEST_PHRASE,
    And,
    AssignedTo,
    Came,
    Dated,
    DueWithin,
    Edge,
    FollowedBy,
    From,
    InMailbox,
    InOrganisation,
    InStatus,
    LookedUp,
    Moment,
    Node,
    Not,
    Numbered,
    NumberedFrom,
    OfCustomer,
    OfPriority,
    OnClock,
    Or,
    Shows,
    Span,
    Tagged,
    Trait,
    Words,
)
from supportcli.domain.query.operators import DEEPEST, MOST_TERMS
from supportcli.domain.query.parse import order_asked, parse, parse_condition
from supportcli.domain.tickets.ticket import (
    LISTED,
    Order,
    Priority,
    SlaState,
    Status,
)
from supportcli.errors.tickets import QueryError

LISTS = InStatus(LISTED)
OVERDUE, NEW = OnClock(frozenset({SlaState.OVERDUE})), InStatus(frozenset({Status.NEW}))
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
        ("customer:Maria,#12", And((LISTS, OfCustomer(("maria", "#12"))))),
        ('organisation:"ACME Inc"', And((LISTS, InOrganisation(("acme inc",))))),
        ("lookup:Plan", And((LISTS, LookedUp("plan")))),
        ("lookup:orders>=10", And((LISTS, LookedUp("orders", ">=", ("10",))))),
        ("-is:vip", And((LISTS, Not(Shows(Trait.VIP))))),
    ],
)
def test_what_a_text_asks_for(text: str, node: Node) -> None:
    assert parse(text) == node


@pytest.mark.parametrize(
    ("text", "column", "word", "nearest"),
    [
        ("created:next year", 9, "next", ""),
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
        ("a OR b AND c", 8, "AND", ""),
        ("a b AND c OR d", 11, "OR", ""),
        ("OR a", 1, "OR", ""),
        ("a OR", 3, "OR", ""),
        ("a OR OR b", 6, "OR", ""),
        ("(a OR) b", 4, "OR", ""),
        ("a OR (AND b)", 7, "AND", ""),
        ("(OR a)", 2, "OR", ""),
        ("NOT a", 1, "NOT", "-"),
        ("a (b c", 3, "(", ""),
        ("a -(b (c)", 4, "(", ""),
        ("a () b", 3, "(", ""),
        ("(a) b)", 6, ")", ""),
        ("tag:(a", 5, "(", ""),
        ("-subject:(a OR b)", 10, "(", ""),
        ("number:x", 8, "x", ""),
        ("number:12,18..17x", 11, "18..17x", ""),
        ("number:0", 8, "0", ""),
        ("number:1234567890", 8, "1234567890", ""),
        ("is:unasigned", 4, "unasigned", "unassigned"),
        ("has:note,atachment", 10, "atachment", "attachment"),
        ("channel:fone", 9, "fone", "phone"),
        ("subject:!!", 9, "!!", ""),
        ("subject:", 1, "subject:", ""),
        ("created:yesterdy", 9, "yesterdy", "yesterday"),
        ('due:"this weak"', 6, "this weak", '"this week"'),
        ("created:7d", 9, "7d", ""),
        ("created:2026-13", 9, "2026-13", ""),
        ("created:2026-02-30", 9, "2026-02-30", ""),
        ("updated:today,2026-x", 15, "2026-x", ""),
        ("solved:..", 8, "..", ""),
        ("solved:2026-10-01..7d", 8, "2026-10-01..7d", ""),
        ("created:2026-10-01T09:00", 9, "2026-10-01T09:00", ""),
        ("created:1969", 9, "1969", ""),
        ("created:>9999-12-31", 9, ">9999-12-31", ""),
        ("sort:dew", 6, "dew", "due"),
        ("sort:numbr", 6, "numbr", "number"),
        ("-sort:number", 2, "-sort:number", ""),
        ("a OR sort:number", 6, "sort:number", ""),
        ("(a sort:number)", 4, "sort:number", ""),
        ("sort:number sort:updated", 13, "sort:updated", ""),
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
        ("custmer:maria", 1, "custmer:", "customer:"),
        ("customer:maria,?", 16, "?", ""),
        ("organisation:acme,", 19, "acme,", ""),
        ("lookup:=pro", 8, "=pro", ""),
        ("is:vpi", 4, "vpi", "vip"),
        ("has:draftt", 5, "draftt", "draft"),
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


A, B, C = (Words((word,)) for word in "abc")
OPEN, SPAM = (InStatus(frozenset({status})) for status in (Status.OPEN, Status.SPAM))


@pytest.mark.parametrize(
    ("text", "node"),
    [
        ("status:open a OR b", And((OPEN, Or((A, B))))),
        ("status:open a OR b OR c", And((OPEN, Or((A, B, C))))),
        ("status:open (a b) OR c", And((OPEN, Or((And((A, B)), C))))),
        ("status:open (a AND b) OR c", And((OPEN, Or((And((A, B)), C))))),
        ("status:open a AND (b OR c)", And((OPEN, A, Or((B, C))))),
        ("(status:open a) (b c)", And((OPEN, A, B, C))),
        ("status:open -(a OR b) c", And((OPEN, Not(Or((A, B))), C))),
        ("status:open -(a b)", And((OPEN, Not(And((A, B)))))),
        ("status:open -(-a)", And((OPEN, Not(Not(A))))),
        ("((status:open))", OPEN),
        ("status:open(a)OR(b)", And((OPEN, Or((A, B))))),
        ("status:open a OR -b", And((OPEN, Or((A, Not(B)))))),
        ("status:open sort:number a", And((OPEN, A))),
        ("status:open is:overdue,new", And((OPEN, Or((OVERDUE, NEW))))),
    ],
)
def test_how_terms_stand_together(text: str, node: Node) -> None:
    assert parse(text) == node


@pytest.mark.parametrize(
    ("text", "node"),
    [
        ("a OR b", And((LISTS, Or((A, B))))),
        ("status:open OR status:spam", Or((OPEN, SPAM))),
        ("18 OR #19", Or((Numbered(18), Numbered(19)))),
        ("(status:spam a) OR 18", Or((And((SPAM, A)), Numbered(18)))),
        ("status:spam OR a", And((InStatus(LISTED | {Status.SPAM}), Or((SPAM, A))))),
        ("18 OR a", And((Or((LISTS, Numbered(18))), Or((Numbered(18), A))))),
        ("-(status:spam OR a)", And((LISTS, Not(Or((SPAM, A)))))),
        ("-(a -status:spam)", And((InStatus(LISTED | {Status.SPAM}), Not(And((A, Not(SPAM))))))),
        ("is:spam", SPAM),
        ("number:18", Numbered(18)),
        ("number:#18,20", Or((Numbered(18), Numbered(20)))),
        ("number:12..18", And((LISTS, NumberedFrom(12, 18)))),
        ("number:12..", And((LISTS, NumberedFrom(12, None)))),
    ],
)
def test_in_which_statuses_a_query_finds(text: str, node: Node) -> None:
    """What lists show, what it names by status, and what it names by number."""
    assert parse(text) == node


DAY = Edge("2026-10-01"), Edge("2026-10-01", at_end=True)


@pytest.mark.parametrize(
    ("text", "node"),
    [
        ("created:2026-10-01", Dated(Moment.CREATED, (Span(*DAY),))),
        ("created:>2026-10-01", Dated(Moment.CREATED, (Span(DAY[1], None),))),
        ("created:>=2026-10-01", Dated(Moment.CREATED, (Span(DAY[0], None),))),
        ("created:<2026-10-01", Dated(Moment.CREATED, (Span(None, DAY[0]),))),
        ("created:<=2026-10-01", Dated(Moment.CREATED, (Span(None, DAY[1]),))),
        ("solved:2026-10-01..", Dated(Moment.SOLVED, (Span(DAY[0], None),))),
        ("solved:..2026-10-01", Dated(Moment.SOLVED, (Span(None, DAY[1]),))),
        (
            "solved:2026-09..2026-10-01",
            Dated(Moment.SOLVED, (Span(Edge("2026-09"), DAY[1]),)),
        ),
        ("updated:<7d", Dated(Moment.UPDATED, (Span(Edge(seconds=-604_800), None),))),
        ("updated:>1h30m", Dated(Moment.UPDATED, (Span(None, Edge(seconds=-5_400)),))),
        ("due:<2h", Dated(Moment.DUE, (Span(None, Edge(seconds=7_200)),))),
        ("due:>2h", Dated(Moment.DUE, (Span(Edge(seconds=7_200), None),))),
        (
            'due:"This Week"',
            Dated(Moment.DUE, (Span(Edge("this week"), Edge("this week", at_end=True)),)),
        ),
        ("has:note", Shows(Trait.NOTE)),
        ("has:follower", Not(FollowedBy(("none",)))),
        ("channel:Phone,mail", Came(frozenset({"phone", "mail"}))),
        ("subject:Größe", Words(("grosse",), in_subject=True)),
        ('subject:"double char*"', Words(("double", "char"), begins=True, in_subject=True)),
        ("refu*", Words(("refu",), begins=True)),
        ("退*", Words(("退",))),
        ("is:mine", AssignedTo(("me",))),
        ("is:waiting", InStatus(frozenset({Status.PENDING, Status.ON_HOLD}))),
    ],
)
def test_what_a_term_asks_for(text: str, node: Node) -> None:
    assert parse(f"status:any {text}") == And((EVERY, node))


def test_a_query_says_how_it_is_sorted() -> None:
    assert order_asked("status:open refund") is None
    assert order_asked("sort:Updated status:open") is Order.UPDATED


def test_the_hint_names_all_there_is() -> None:
    with pytest.raises(QueryError) as refused:
        parse("foo:bar")
    assert refused.value.hint == (
        'A query is made of words, "phrases", ticket numbers, status:, assignee:, team:, tag:, priority:, '
        "mailbox:, from:, following:, answered:, customer:, organisation:, lookup:, mentions:, field:, sla:, is:, has:, "
        "created:, updated:, solved:, due:, subject:, "
        "channel:, number:, sort:, with a - before what is to be left out, OR and AND between them "
        "and parentheses around them. To search for it literally, put it in quotation marks."
    )


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("in:spam", "is:spam"),
        ("in:inbox refund", "is:unsolved"),
        ("label:refund", "tag:refund"),
        ('label:"on hold"', 'tag:"on hold"'),
        ("before:2026-11-30", "created:<2026-11-30"),
        ("after:2026/11/30", "created:>=2026-11-30"),
        ("older_than:2w", "created:>14d"),
        ("newer_than:3d", "created:<3d"),
        ("from:me", "answered:me"),
        ("is:starred", "followed"),
        ("is:read", "-is:unread"),
        ("is:unraed", "unread"),
        ("stauts:open", "status:"),
    ],
)
def test_the_terms_of_other_programs_are_known(typed: str, meant: str) -> None:
    with pytest.raises(QueryError) as refused:
        parse(typed)
    assert f"Did you mean “{meant}”?" in refused.value.hint
    if ":" in meant and not meant.endswith(":"):
        parse(meant)


def test_a_query_has_bounds() -> None:
    parse(" ".join(["word"] * MOST_TERMS))
    parse(f'"{"word " * LONGEST_PHRASE}"')
    parse("(" * DEEPEST + "a" + ")" * DEEPEST)
    with pytest.raises(QueryError, match=f"opens more than {DEEPEST} parentheses"):
        parse("(" * 10_000)
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
        ("tag:vip OR (is:mine)", "assignee:me", 13, "is:mine"),
        ("tag:vip OR subject:a", "subject:", 12, "subject:a"),
        ("created:today", "created:", 1, "created:today"),
        ("has:note", "has:", 1, "has:note"),
        ("channel:mail", "channel:", 1, "channel:mail"),
        ("number:1..2", "number:", 1, "number:1..2"),
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
        "A condition is made of status:, assignee:, team:, tag:, priority:, mailbox:, from:."
        in refused.value.hint
    )
    with pytest.raises(QueryError, match="is not a priority"):
        parse_condition("priority:hihg")
