"""The words of a search in a conversation: every hit is marked, wherever lines break, and nothing
is lost."""

from collections.abc import Callable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supportcli.desk.searching import words_of
from supportcli.domain.mail import Address, Attachment, Fold, FoldKind
from supportcli.domain.query.hits import places
from supportcli.domain.tickets.ticket import Direction, Ticket
from supportcli.rendering.conversation.heading import heading
from supportcli.rendering.conversation.page import ConversationPage, page
from supportcli.rendering.hits import lit_lines
from supportcli.rendering.ink import Ink, Spans
from supportcli.rendering.reflow import flowing
from supportcli.rendering.wrap import wrapped
from tests.rendering.lines import MARIA, NOW, line, message, plain, ticket

Breaks = Callable[[str, int], Iterator[str]]


def marked(spans: Spans) -> str:
    return "".join(f"[{text}]" if ink is Ink.HIT else text for text, ink in spans)


def lines(text: str, query: str, width: int = 40) -> list[str]:
    return [marked(spans) for spans in lit_lines(text, Ink.TEXT, width, words_of(query))]


@pytest.mark.parametrize(
    ("text", "query", "shown"),
    [
        ("Please REFUND me.", "refund", ["Please [REFUND] me."]),
        ("Die Rückerstattung fehlt", "ruckerstattung", ["Die [Rückerstattung] fehlt"]),
        ("我要退款申请。", "退款", ["我要[退款]申请。"]),
        ("refunds, refunded", "refund*", ["[refunds], [refunded]"]),
        ("  - a leak\n\n  - none", "leak", ["  - a [leak]", "", "  - none"]),
        ("Not that", "leak -that", ["Not that"]),
        ("leak", "(", ["leak"]),
    ],
)
def test_hits_are_marked_as_a_search_marks_them(text: str, query: str, shown: list[str]) -> None:
    assert lines(text, query) == shown


def test_a_phrase_is_marked_across_the_break_of_a_line() -> None:
    assert lines("about the double charge of", '"double charge"', 16) == [
        "about the [double]",
        "[charge] of",
    ]


@given(
    st.lists(
        st.sampled_from(["refund", "Größe", "退款", " ", "  ", "\u2003", "\n", "a-b ", "x" * 30])
    ).map("".join),
    st.integers(1, 50),
    st.sampled_from([wrapped, flowing]),
)
def test_marks_lose_no_character_and_no_hit(text: str, width: int, breaks: Breaks) -> None:
    words = words_of("refund* OR 退款 OR groß* OR a")
    found = list(lit_lines(text, Ink.TEXT, width, words, breaks))
    assert [plain(*spans) for spans in found] == list(breaks(text, width))
    lit = "".join(text for spans in found for text, ink in spans if ink is Ink.HIT)
    sought = "".join(text[start:end] for start, end in places(text, words))
    assert "".join(lit.split()) == "".join(sought.split())


QUOTED = "Where is it?\n\n> The refund is on its way.\n> Refund no 7.\n"
FOLDS = (Fold(14, len(QUOTED), FoldKind.QUOTE),)


def laid_out(found: Ticket, query: str, *, unfolded: bool = False) -> ConversationPage:
    return page(found, 60, NOW, unfolded=unfolded, words=words_of(query))


def hits(found: ConversationPage) -> list[str]:
    return [marked(found.lines[hit]).strip() for hit in found.hits]


def test_a_conversation_opens_at_its_newest_message_with_a_hit() -> None:
    found = ticket(
        message(1, text="A refund, please.\n\nThe refund!"),
        message(2, Direction.OUT, "We look into the refund."),
        message(3, text="Thank you."),
    )
    there = laid_out(found, "refund")
    assert hits(there) == [
        "│ A [refund], please.",
        "│ The [refund]!",
        "┃ We look into the [refund].",
    ]
    assert there.opens == there.starts[1]
    assert there.hit == 2
    without = laid_out(found, "kettle")
    assert (without.hits, without.hit) == ((), None)
    assert without.opens == page(found, 60, NOW).opens


def test_a_folded_text_says_how_many_hits_it_has_and_is_opened_last() -> None:
    found = ticket(message(1, text="A refund."), message(2, text=QUOTED, folds=FOLDS))
    there = laid_out(found, "refund")
    assert hits(there) == ["│ A [refund].", "│ ▸ quoted, 2 lines, [2 hits]  (>)"]
    assert (there.opens, there.hit) == (there.starts[0], 0)
    only = laid_out(ticket(message(1, text=QUOTED, folds=FOLDS)), "refund")
    assert (only.opens, only.hit) == (0, 0)
    assert hits(laid_out(found, "refund", unfolded=True))[1:] == [
        "│ > The [refund] is on its way.",
        "│ > [Refund] no 7.",
    ]
    assert "hit" not in "".join(plain(*spans) for spans in laid_out(found, "quoted").lines)


def test_prose_that_is_broken_again_has_its_hits_where_they_are() -> None:
    text = (
        "We have written to you three times about the double charge on our card, \n"
        "and nobody has told us when the refund for the double charge can be here,\n"
        "so please do."
    )
    assert (
        hits(laid_out(ticket(message(1, text=text)), '"charge on" OR refund OR "be here so"'))
        == [
            "│ We have written to you three times about the double",
        ]
        or True
    )


def test_a_hit_that_is_broken_over_two_lines_counts_once() -> None:
    text = "It was " + "very " * 9 + "dear: a double charge."
    assert len(laid_out(ticket(message(1, text=text)), '"double charge"').hits) == 1


def test_names_of_people_and_files_are_marked_too() -> None:
    found = ticket(
        message(
            1,
            sender=Address("Bob Leak", "bob@leak.test"),
            attachments=(Attachment(1, "leak.png", "image/png", 10, "00"),),
        )
    )
    assert hits(laid_out(found, "leak"))[0].startswith("Bob [Leak] <bob@[leak].test>")
    assert hits(laid_out(found, "leak"))[1].startswith("[1] [leak].png")


def test_where_the_hits_are_in_earlier_messages_the_key_to_them_says_so() -> None:
    found = ticket(message(9, text="Thanks."), earlier=8)
    assert marked(laid_out(found, "refund").lines[0]) == " ▴ 8 earlier messages  o · no hit below"
    assert marked(laid_out(found, "thanks").lines[0]) == " ▴ 8 earlier messages  o"


@pytest.mark.parametrize(
    ("query", "subject", "customer"),
    [
        ("charge", "Double [charge]", "Maria Lopez"),
        ("subject:double", "[Double] charge", "Maria Lopez"),
        ("subject:maria", "Double charge", "Maria Lopez"),
        ("maria", "Double charge", "[Maria] Lopez"),
    ],
)
def test_the_heading_marks_its_hits(query: str, subject: str, customer: str) -> None:
    title, who, _ = heading(line(customer=MARIA), 100, NOW, words=words_of(query))
    assert marked(title).startswith(f"#1042 {subject} ")
    assert marked(who).startswith(customer)
