"""What may be typed next in a query."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supportcli.domain.query.completion import (
    DESK_VALUES,
    VALUES,
    QueryWords,
    continuation,
)
from supportcli.domain.query.parse import parse
from supportcli.domain.query.terms import SORT, TERMS


def of_desk(kind: str, begin: str) -> list[str]:
    known = {"agents": ["ada@shop.test", "bob@shop.test"], "tags": ["refund", "return"]}
    return [word for word in known.get(kind, []) if word.startswith(begin)]


@pytest.mark.parametrize(
    ("text", "start", "words"),
    [
        ("sta", 0, ("status:",)),
        ("refund -STA", 8, ("status:",)),
        ("(a OR (su", 7, ("subject:",)),
        ("", 0, ()),
        ("refund ", 7, ()),
        ("status:o", 7, ("open", "on-hold")),
        ("-status:new,o", 12, ("open", "on-hold")),
        ("assignee:", 9, ("me", "none", "ada@shop.test", "bob@shop.test")),
        ("assignee:me,b", 12, ("bob@shop.test",)),
        ("tag:re", 4, ("refund", "return")),
        ("tag:x", 4, ()),
        ('created:"last', 8, ('"last week"', '"last month"')),
        ('created:"last week"', 19, ()),
        ("due:to", 4, ("today", "tomorrow")),
        ("sort:u", 5, ("urgency", "updated")),
        ("is:", 3, tuple(VALUES["is"])),
        ("nothing:x", 8, ()),
        ('"status:o', 9, ()),
    ],
)
def test_what_may_follow(text: str, start: int, words: tuple[str, ...]) -> None:
    found = continuation(text, of_desk)
    assert found.words == words
    assert not words or found.start == start


@pytest.mark.parametrize("term", sorted(VALUES))
def test_each_value_that_is_offered_can_be_read(term: str) -> None:
    offered = continuation(f"{term}:", of_desk).words
    assert offered
    for value in offered:
        parse(f"{term}:{value}")


def test_each_term_is_offered() -> None:
    assert {continuation(term).words[0] for term in (*TERMS, SORT)} <= {
        f"{term}:" for term in (*TERMS, SORT)
    }
    assert set(VALUES) | set(DESK_VALUES) <= {*TERMS, SORT}


@given(st.text(max_size=30))
def test_whatever_is_typed_the_beginning_stays(text: str) -> None:
    assert 0 <= continuation(text, of_desk).start <= len(text)


WORDS = QueryWords({"teams": ["billing", "Zweite Größe"], "tags": ["refund", "return"]})


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("STA", "status:"),
        ("leak status:op", "leak status:open"),
        ("status:open", None),
        ("team:BIL", "team:billing"),
        ('team:"zwe', 'team:"Zweite Größe"'),
        ("team:zwe", None),
        ("tag:refund,ret", "tag:refund,return"),
        ("tag:x", None),
        ("leak", None),
        ("", None),
    ],
)
def test_a_query_is_completed(text: str, whole: str | None) -> None:
    assert WORDS.completed(text) == whole
