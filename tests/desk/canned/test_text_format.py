"""A canned response as a text: what is written reads back the same, and what is wrong is named with
its line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supportcli.desk.canned.text_format import is_sheet, read, written
from supportcli.domain.canned.languages import KNOWN
from supportcli.domain.canned.responses import (
    STATUSES,
    Body,
    Canned,
    Macro,
    Scope,
    body_text,
    faults_of,
    shortcut_of,
    title_of,
)
from supportcli.domain.tickets.ticket import Priority, Status
from supportcli.terminal import clean

TEXTS = st.text(max_size=40) | st.lists(
    st.sampled_from(
        [
            "+++",
            "+++ de",
            "+++de",
            "\\+++",
            "\\\\+++ x",
            "a",
            "",
            " ",
            "\n",
            "\r",
            "\t",
            "'''",
            "\\",
        ]
    ),
    max_size=8,
).map("\n".join)
TAGS = st.lists(st.sampled_from(["a", "b", "refund"]), unique=True, max_size=2).map(
    lambda tags: tuple(sorted(tags))
)
FIELDS = st.dictionaries(
    st.sampled_from(["plan", "title", "a1"]),
    st.text(max_size=8).map(lambda text: clean(" ".join(text.split()))),
)
SHORTCUTS = st.from_regex(r"[a-zäß0-9][\w-]{0,20}", fullmatch=True).map(shortcut_of)


@st.composite
def responses(draw: st.DrawFn) -> Canned:
    languages = draw(st.lists(st.sampled_from(KNOWN), unique=True, max_size=3))
    first = draw(st.sampled_from(["", *KNOWN]).filter(lambda language: language not in languages))
    bodies = tuple(Body(language, body_text(draw(TEXTS))) for language in (first, *languages))
    assignee = draw(st.sampled_from([None, "me", "none", "ada@shop.test"]))
    priority = draw(st.none() | st.sampled_from(list(Priority)))
    macro = Macro(
        draw(st.none() | st.sampled_from(STATUSES)),
        draw(TAGS),
        draw(TAGS),
        assignee,
        priority,
        draw(st.sampled_from([None, "none", "Customer care"])),
        tuple(sorted(draw(FIELDS).items())),
    )
    scope = draw(st.sampled_from(Scope))
    mailbox = draw(st.sampled_from(["", "help@shop.test"]))
    title = title_of(draw(st.text(max_size=20)))
    team = "Customer care" if scope is Scope.TEAM else ""
    return Canned(draw(SHORTCUTS), title, bodies, scope, mailbox, macro, team=team)


@given(responses())
def test_what_is_written_reads_back_the_same(canned: Canned) -> None:
    text = written(canned, {})
    assert is_sheet(text)
    assert read(text, "other").canned == canned
    assert read(text, "other").faults == ()
    assert read(text.replace("\n", "\r\n"), "other").canned == canned


@given(
    st.text()
    | st.lists(
        st.sampled_from(
            ["+++", "title", "=", '"x"', "[macro]", "tags", "1", "[", "]", "+++ de", " ", "\n"]
        ),
        max_size=30,
    ).map("".join)
)
def test_any_text_can_be_read(text: str) -> None:
    sheet = read(text, "x")
    assert all(1 <= fault.line <= text.count("\n") + text.count("\r") + 1 for fault in sheet.faults)


SHEET = """+++
title = "Refund"
language = "en"
team = "Billing"
mailbox = "Help@Shop.test"
attachments = ["form.pdf"]

[macro]
status = "solved"
tags = ["+Refund", "vip", "-late"]
assignee = "me"
team = "Sales"
priority = "high"

[macro.fields]
plan = "pro"
seats = 3
paid = true
due = 2026-01-31
+++

Hello.

+++ de

Hallo.
\\+++ de
"""


def test_all_of_a_sheet_is_read() -> None:
    sheet = read(SHEET, "refund")
    filled = (("due", "2026-01-31"), ("paid", "yes"), ("plan", "pro"), ("seats", "3"))
    macro = Macro(Status.SOLVED, ("refund", "vip"), ("late",), "me", Priority.HIGH, "Sales", filled)
    bodies = (Body("en", "Hello."), Body("de", "Hallo.\n+++ de"))
    assert sheet.canned == Canned(
        "refund", "Refund", bodies, Scope.TEAM, "help@shop.test", macro, team="Billing"
    )
    lines = SHEET.split("\n")
    assert (sheet.line_of("team"), sheet.line_of("macro.team"), sheet.line_of("fields")) == (
        lines.index('team = "Billing"') + 1,
        lines.index('team = "Sales"') + 1,
        lines.index("[macro.fields]") + 1,
    )
    assert (sheet.attachments, sheet.faults) == (("form.pdf",), ())
    assert (sheet.line_of("body 0") + 1, sheet.line_of("body 1") + 1) == (
        SHEET.split("\n").index("Hello.") + 1,
        SHEET.split("\n").index("Hallo.") + 1,
    )


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("Hello", 1, "does not begin with lines between +++"),
        ('+++\ntitle = "x"\nHello', 1, "does not begin"),
        ('\n\n+++\ntitle = "x\n+++\na', 4, "This is not TOML"),
        ('+++\ntitle = "x"\ntitle = "y"\n+++\na', 3, "This is not TOML: Cannot overwrite a value."),
        ('+++\ntitel = "x"\n+++\na', 2, "“titel” is unknown. Did you mean “title”?"),
        ("+++\ntitle = 3\n+++\na", 2, "title is not text"),
        ('+++\ntitle = "x"\nattachments = "a"\n+++\na', 3, "not a list of strings"),
        ('+++\ntitle = "x"\nshortcut = "a b"\n+++\na', 3, "cannot be a shortcut"),
        (
            '+++\ntitle = "x"\nscope = "world"\n+++\na',
            3,
            "scope “world” is unknown: use one of me, team, all",
        ),
        ('+++\ntitle = "x"\nmacro = "solve"\n+++\na', 3, "macro is not a table"),
        (
            '+++\ntitle = "x"\n[macro]\nstatus = "closed"\n+++\na',
            4,
            "status “closed” is unknown: use one of open, pending, on-hold, solved",
        ),
        ('+++\ntitle = "x"\n[macro]\npriority = "asap"\n+++\na', 4, "priority “asap” is unknown"),
        ('+++\ntitle = "x"\n[macro]\nfields = 3\n+++\na', 4, "fields is not a table"),
        ('+++\ntitle = "x"\n[macro.fields]\nplan = [1]\n+++\na', 3, "plan is no single value"),
        (
            '+++\ntitle = "x"\n[macro]\nstats = "open"\n+++\na',
            4,
            "verb “stats” is unknown. Did you mean “status”?",
        ),
        (
            '+++\ntitle = "x"\n[macro]\ntags = ["+two words"]\n+++\na',
            4,
            "“+two words” cannot be a tag",
        ),
    ],
)
def test_what_is_wrong_is_named_with_its_line(text: str, line: int, said: str) -> None:
    (fault,) = read(text, "x").faults
    assert fault.line == line
    assert said in fault.sentence


@pytest.mark.parametrize("line", ["+++de", "+++ de (Deutsch)", "++++ de", "+++"])
def test_a_line_that_is_no_variant_after_all_is_named(line: str) -> None:
    (fault,) = read(f'+++\ntitle = "x"\n+++\nHi.\n{line}\nHallo.', "x").faults
    assert (fault.line, fault.sentence.split(":")[0]) == (
        5,
        "This line begins with +++ but starts no variant",
    )
    assert read(f'+++\ntitle = "x"\n+++\nHi.\n\\{line}\nHallo.', "x").canned.bodies == (
        Body("", f"Hi.\n{line}\nHallo."),
    )


def test_each_body_has_its_line_also_where_a_language_stands_there_twice() -> None:
    sheet = read('+++\ntitle = "x"\n+++\nHi.\n+++ de\n\nHallo.\n+++ de\n\n+++ fr\n\n\n{{ x }}', "x")
    assert [sheet.line_of(f"body {place}") for place in range(4)] == [3, 6, 8, 12]
    found = [
        (fault.line, fault.sentence.split(":")[0])
        for fault in faults_of(sheet.canned, None, sheet.line_of)
    ]
    assert found == [
        (8, "The language de appears twice."),
        (8, "It says nothing"),
        (13, "“x” is unknown"),
    ]
