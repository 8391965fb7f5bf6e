"""Automatic answers as commands switch them on and off, and tell why there was one or none."""

import pytest

from supportcli.desk.canned import responses
from supportcli.storage import canned
from tests.commands.letters import letter
from tests.commands.program import Program

HELP = "help@shop.test"


@pytest.fixture
def answering(desk: Program) -> Program:
    """A desk with canned responses and opening hours."""
    text = "Hello {{ customer.first_name | default('there') }}, it is with us."
    desk.done("canned", "add", "got", "--title", "Got it", "--text", text)
    desk.done("canned", "add", "away", "--title", "Away", "--text", "Back on Monday.")
    desk.done("canned", "add", "hi", "--title", "Hi", "--text", "Hi {{ customer.name }}")
    desk.done("calendar", "add", "office", "--hours", "mon-fri 9:00-17:00")
    return desk


def test_they_are_switched_on_shown_and_off(answering: Program) -> None:
    said = answering.done("mailbox", "acknowledge", HELP, "got", "--when", "closed")
    assert said == (
        "help@shop.test answers by itself: each new ticket with “got”, while the calendar office "
        "is closed, nobody twice within 24h.\n"
    )
    when = ("--from", "2026-12-24 12:00", "--until", "2027-01-02")
    answering.done("mailbox", "out-of-office", HELP, "away", *when)
    shown = answering.done("mailbox", "show", HELP)
    assert "Answers   each new ticket with “got”, while" in shown
    assert (
        "Answers   each email with “away”, from 2026-12-24 12:00, until 2027-01-03 00:00, nobody "
        "twice within 168h" in shown
    )
    (row,) = answering.rows("mailbox", "show", HELP)
    assert [one["kind"] for one in row["automatic"]] == ["acknowledgement", "out-of-office"]
    assert row["automatic"][1] == {
        "kind": "out-of-office",
        "canned": "away",
        "since": "2026-03-02T09:00:00+00:00",
        "when": "always",
        "calendar": None,
        "from": "2026-12-24T12:00:00+00:00",
        "until": "2027-01-03T00:00:00+00:00",
        "every": 604_800,
        "domain_limit": 10,
        "fault": None,
    }
    answering.done("mailbox", "out-of-office", HELP, "--off")
    off = answering.done("mailbox", "acknowledge", HELP, "--off")
    assert off == "help@shop.test answers by itself: nothing.\n"
    assert answering.rows("mailbox", "show", HELP)[0]["automatic"] == []


def test_each_mail_says_why(answering: Program) -> None:
    answering.done("mailbox", "acknowledge", HELP, "got")
    answering.done("mail", "ingest", "-", "--mailbox", HELP, stdin=letter())
    answering.done(
        "mail",
        "ingest",
        "-",
        "--mailbox",
        HELP,
        stdin=letter(subject="Sale", message_id="<b@x.test>", Precedence="bulk"),
    )
    assert "  answered automatically: acknowledgement\n" in answering.done("mail", "why", 1)
    why = answering.done("mail", "why", 2)
    assert "  no automatic answer: it has a sign of a program or a list (Precedence: bulk)" in why
    (row,) = answering.rows("mail", "why", 2)
    assert row["automatic_answer"]["kind"] is None
    assert "answered automatically" in answering.done("ticket", "show", 1)
    (waiting,) = answering.rows("outbox", "list")
    assert (waiting["automatic"], waiting["from"], waiting["state"]) == (True, "", "queued")
    assert "queued, automatic" in answering.done("outbox", "list")
    (shown,) = answering.rows("ticket", "show", 1)
    assert [one["automatic"] for one in shown["messages"]] == [False, True]
    answering.done("outbox", "cancel", waiting["id"])


@pytest.mark.parametrize(
    ("argv", "code", "words"),
    [
        (("acknowledge", HELP), 2, "Say which canned response to answer with, or --off."),
        (("acknowledge", HELP, "got", "--off"), 2, "--off takes nothing else: leave out got."),
        (
            ("acknowledge", HELP, "--off", "--when", "closed", "--every", "24h"),
            2,
            "--off takes nothing else: leave out --when and --every.",
        ),
        (
            ("out-of-office", HELP, "--off", "--until", "2027-01-01", "--domain-limit", "3"),
            2,
            "--off takes nothing else: leave out --until and --domain-limit.",
        ),
        (("acknowledge", HELP, "hi"), 2, "“hi” needs customer.name, which may be unknown"),
        (("acknowledge", HELP, "got", "--every", "1h"), 2, "more than once a day"),
        (("acknowledge", HELP, "got", "--every", "soon"), 2, "soon"),
        (("acknowledge", HELP, "got", "--when", "never"), 2, "never"),
        (("out-of-office", HELP, "away", "--until", "soon"), 2, "“soon” is no time"),
        (("out-of-office", HELP, "away", "--from", "2026-12-24 25:00"), 2, "is no time"),
        (("out-of-office", HELP, "away", "--until", "2026-03-01"), 2, "end before it begins"),
        (
            ("out-of-office", HELP, "away", "--until", "2026-03-01"),
            2,
            "mailbox out-of-office --help",
        ),
        (("acknowledge", HELP, "got", "--every", "1h"), 2, "mailbox acknowledge --help"),
    ],
)
def test_what_cannot_be_done_is_said(
    answering: Program, argv: tuple[str, ...], code: int, words: str
) -> None:
    ran = answering.run("mailbox", *argv)
    assert (ran.code, ran.out) == (code, "")
    assert words in ran.err
    assert answering.rows("mailbox", "show", HELP)[0]["automatic"] == []


@pytest.mark.parametrize(
    ("begins", "ends", "shown"),
    [
        ("2026-12-24", "2027-01-02", "from 2026-12-24 00:00, until 2027-01-03 00:00"),
        ("2026-12-24T12:00", "2027-01-02 09:30", "from 2026-12-24 12:00, until 2027-01-02 09:30"),
        ("tomorrow", "friday", "from 2026-03-03 00:00, until 2026-03-07 00:00"),
        ("tomorrow 17:00", "monday 8:30", "from 2026-03-03 17:00, until 2026-03-09 08:30"),
        ("in 2h", "in 3 days", "from 2026-03-02 11:00, until 2026-03-05 09:00"),
        ("today", "24 dec", "from 2026-03-02 00:00, until 2026-12-25 00:00"),
        ("2026-03-01", "today", "from 2026-03-01 00:00, until 2026-03-03 00:00"),
    ],
)
def test_a_time_is_a_date_a_moment_or_plain_words(
    answering: Program, begins: str, ends: str, shown: str
) -> None:
    times = ("--from", begins, "--until", ends)
    assert shown in answering.done("mailbox", "out-of-office", HELP, "away", *times)


def test_an_option_that_changes_does_not_begin_it_again(answering: Program) -> None:
    answering.done("mailbox", "acknowledge", HELP, "got")
    since = answering.rows("mailbox", "show", HELP)[0]["automatic"][0]["since"]
    answering.clock.tick(hours=1)
    answering.done("mailbox", "acknowledge", HELP, "got", "--every", "3d")
    (rule,) = answering.rows("mailbox", "show", HELP)[0]["automatic"]
    assert (rule["since"], rule["every"]) == (since, 259_200)
    answering.done("mailbox", "acknowledge", HELP, "--off")
    answering.done("mailbox", "acknowledge", HELP, "got")
    assert answering.rows("mailbox", "show", HELP)[0]["automatic"][0]["since"] > since


def test_what_is_over_begins_again(answering: Program) -> None:
    answering.done("mailbox", "out-of-office", HELP, "away", "--until", "tomorrow")
    answering.clock.tick(days=3)
    answering.done("mailbox", "out-of-office", HELP, "away", "--until", "tomorrow")
    (rule,) = answering.rows("mailbox", "show", HELP)[0]["automatic"]
    assert rule["since"] == "2026-03-05T09:00:00+00:00"


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        (("remove", "got"), "“got” is needed: help@shop.test answers with it by itself."),
        (("edit", "got", "--scope", "me"), "“got” is needed: help@shop.test answers with it"),
        (("edit", "got", "--text", "Hi {{ customer.name }}"), "“got” needs customer.name, which"),
        (("edit", "got", "--status", "solved"), "“got” has files or a macro"),
        (("import", "changed"), "“got” needs customer.name, which may be unknown"),
    ],
)
def test_what_it_answers_with_does_not_end_without_a_word(
    answering: Program, argv: tuple[str, ...], words: str
) -> None:
    answering.done("mailbox", "acknowledge", HELP, "got")
    (answering.folder / "changed").mkdir()
    sheet = "+++\ntitle = 'Got it'\n+++\nHi {{ customer.name }}\n"
    (answering.folder / "changed" / "got.md").write_text(sheet)
    before = answering.rows("canned", "show", "got")
    ran = answering.run("canned", *argv)
    assert (ran.code, ran.out) == (1, "")
    assert words in ran.err
    assert "supportcli mailbox acknowledge help@shop.test SHORTCUT; --off ends it." in ran.err
    assert answering.rows("canned", "show", "got") == before
    answering.done("mailbox", "acknowledge", HELP, "--off")
    answering.done("canned", *argv)


def test_it_follows_the_response_to_its_new_shortcut(answering: Program) -> None:
    answering.done("mailbox", "acknowledge", HELP, "got")
    answering.done("canned", "edit", "got", "--rename", "received")
    (rule,) = answering.rows("mailbox", "show", HELP)[0]["automatic"]
    assert (rule["canned"], rule["fault"]) == ("received", None)


def test_what_cannot_be_written_is_shown(answering: Program) -> None:
    answering.done("mailbox", "acknowledge", HELP, "got")
    with answering.desk() as desk, desk.db.write() as tx:
        canned.remove(tx, responses.canned(desk, "got").id, desk.now())
    shown = answering.done("mailbox", "show", HELP)
    assert (
        "Answers   each new ticket with “got”, nobody twice within 24h\n"
        "          but it cannot be written: there is no canned response “got”; "
        "supportcli mailbox acknowledge help@shop.test SHORTCUT\n" in shown
    )
    for of_list in ("list", "show"):
        rows = answering.rows("mailbox", of_list, *([HELP] if of_list == "show" else []))
        assert rows[0]["automatic"][0]["fault"] == "there is no canned response “got”"
