"""Canned responses as values: bodies by language, macros one after the other, the marks in a text
that is written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supportcli.domain.canned.marks import attached_mark, macro_mark, parse_marks
from supportcli.domain.canned.responses import (
    Body,
    Canned,
    DeskNames,
    Enclosed,
    Macro,
    Scope,
    faults_of,
    shortcut_of,
)
from supportcli.domain.custom_fields import CustomField, FieldKind
from supportcli.domain.tickets.ticket import Priority, Status

THANKS = Canned("thanks", "Thank you", (Body("en", "Thanks"), Body("de", "Danke")))


def test_who_writes_another_language_gets_its_variant_and_everybody_else_the_first() -> None:
    assert [THANKS.body_for(language).text for language in ("de", "en", "fr", None)] == [
        "Danke",
        "Thanks",
        "Thanks",
        "Thanks",
    ]


def test_of_two_macros_the_later_one_holds() -> None:
    first = Macro(Status.SOLVED, ("a", "b"), ("c",), "me", Priority.HIGH)
    assert first.then(Macro()) == first
    assert first.then(Macro(Status.OPEN, ("c",), ("a",), "none", Priority.LOW)) == Macro(
        Status.OPEN, ("b", "c"), ("a",), "none", Priority.LOW
    )
    assert first.words == "solved · +a +b -c · to me · high"
    team = Macro(team="billing", fields=(("plan", "free"), ("seats", "3")))
    later = Macro(team="none", fields=(("plan", "pro"),))
    assert team.then(Macro()) == team
    assert team.then(later) == Macro(team="none", fields=(("plan", "pro"), ("seats", "3")))
    assert team.words == "to team billing · plan=free · seats=3"
    assert (later.words, later.hands_over, team.hands_over) == (
        "to no team · plan=pro",
        False,
        True,
    )
    assert not Macro()
    assert Macro(priority=Priority.LOW)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("Thanks", "thanks"), (";refund-2 ", "refund-2"), ("Rückgabe", "rückgabe"), ("İade", "iade")],
)
def test_a_shortcut_is_one_short_word(typed: str, kept: str) -> None:
    assert shortcut_of(typed) == kept


@pytest.mark.parametrize("typed", ["", "two words", "-x", "a/b", "x" * 41, "a.md", "⟦x⟧"])
def test_what_is_none_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        shortcut_of(typed)


def test_marks_are_read_out_of_a_text() -> None:
    read = parse_marks(
        f"Hello,\n\nsee below.\n\n{attached_mark('form', 'a b.pdf')}\n{macro_mark('form')}\n{macro_mark('form')}"
    )
    assert (read.words, read.attached, read.macros) == (
        "Hello,\n\nsee below.",
        (("form", "a b.pdf"),),
        ("form",),
    )


def test_a_mark_inside_a_line_counts_too_so_that_none_is_ever_sent() -> None:
    read = parse_marks(f"Hello {macro_mark('x')}there\n\nend")
    assert (read.words, read.macros) == ("Hello there\n\nend", ("x",))


@given(st.text(alphabet=st.characters(exclude_characters="⟦⟧")))
def test_a_text_without_marks_stays_as_it_is(text: str) -> None:
    assert parse_marks(text).words == text
    assert parse_marks(f"{text}\n\n{macro_mark('x')}").words == text.rstrip("\n")


@pytest.mark.parametrize(
    ("canned", "said"),
    [
        (Canned("x", "", (Body("", "a"),)), "no title"),
        (Canned("x", "t" * 101, (Body("", "a"),)), "Its title has 101"),
        (Canned("x", "t", (Body("", " "),)), "says nothing"),
        (Canned("x", "t", (Body("", ""), Body("de", "")), macro=Macro(add=("a",))), "says nothing"),
        (Canned("x", "t", (Body("xx", "a"),)), "language “xx” is unknown"),
        (Canned("x", "t", (Body("", "a"), Body("", "b"))), "appears twice"),
        (Canned("x", "t", (Body("de", "a"), Body("de", "b"))), "appears twice"),
        (Canned("x", "t", (Body("", "{{ a }}"),)), "“a” is unknown"),
        (Canned("x", "t", (Body("", "by ⟦date⟧"),)), "write blanks as ⟦date?⟧"),
        (Canned("x", "t", (Body("", "a ⟦date?⟧\nby ⟦date?"),)), "write blanks as ⟦date?⟧"),
        (Canned("x", "t", (Body("", "a\n⟦macro refund⟧"),)), "write blanks as ⟦date?⟧"),
        (Canned("x", "t", (Body("", "a"),), Scope.TEAM), "says not which"),
        (Canned("x", "t", (Body("", "a"),), team="billing"), "its scope is all"),
        (Canned("x", "t", (Body("", "a"),), Scope.TEAM, team="sales"), "no team sales"),
        (Canned("x", "t", (Body("", "a"),), macro=Macro(team="sales")), "no team sales"),
        (Canned("x", "t", (Body("", "a"),), macro=Macro(fields=(("no", "1"),))), "no field no"),
        (
            Canned("x", "t", (Body("", "a"),), macro=Macro(fields=(("seats", "many"),))),
            "“many” cannot be seats: write a number",
        ),
        (Canned("x", "t", (Body("", "a"),), mailbox="no@shop.test"), "no mailbox no@shop.test"),
        (
            Canned("x", "t", (Body("", "a"),), macro=Macro(assignee="eve@shop.test")),
            "no agent eve@shop.test",
        ),
        (
            Canned("x", "t", (Body("", "a"),), macro=Macro(add=("a",), remove=("a",))),
            "both adds and removes a",
        ),
        (
            Canned("x", "t", (Body("", "a"),), files=(Enclosed("a", 1 << 30, ""),)),
            "more than 10 MB",
        ),
    ],
)
def test_each_fault_is_named_and_nothing_else(canned: Canned, said: str) -> None:
    known = DeskNames(
        frozenset({"help@shop.test"}),
        frozenset({"ada@shop.test"}),
        {"seats": CustomField(1, "seats", "Seats", FieldKind.NUMBER)},
        frozenset({"billing"}),
    )
    (fault,) = faults_of(canned, known)
    assert said in fault.sentence


def test_a_macro_may_say_nothing() -> None:
    assert (
        list(
            faults_of(
                Canned("x", "t", (Body("", ""),), macro=Macro(Status.SOLVED, assignee="me")),
                DeskNames(frozenset(), frozenset()),
            )
        )
        == []
    )
