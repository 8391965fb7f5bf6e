"""`supportcli sla`, as an admin types it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from supportcli.desk.sla import explain
from tests.commands.program import Furnish, Program, golden
from tests.commands.sla.test_calendar import spaced

STANDARD = (
    "sla",
    "add",
    "Standard",
    "--first-response",
    "urgent=1h 8h",
    "--resolution",
    "24h",
    "--pause",
    "pending,on-hold",
    "--warn",
    "15m,1h",
)
VIP = (
    "sla",
    "add",
    "VIP",
    "--when",
    "tag:vip",
    "--position",
    "1",
    "--calendar",
    "office",
    "--first-response",
    "2h",
    "--next-response",
    "1h@clock 4h",
)
OFFICE = ("calendar", "add", "office", "--zone", "Europe/Berlin", "--hours", "mon-fri 9:00-17:00")


def promise(desk: Program) -> None:
    desk.done(*OFFICE)
    desk.done(*STANDARD)


def be_late(desk: Program) -> None:
    promise(desk)
    desk.write_in()
    desk.clock.tick(hours=9)
    desk.done("ticket", "reply", 1, "--text", "We are on it.")


@pytest.fixture
def promised(furnished: Callable[[Furnish], Program]) -> Program:
    """A desk with the calendar office and the policy Standard."""
    return furnished(promise)


@pytest.fixture
def late(furnished: Callable[[Furnish], Program]) -> Program:
    """The same desk, where #1 waited nine hours for its first reply."""
    return furnished(be_late)


def test_what_the_sla_commands_say(desk: Program) -> None:
    said = [
        desk.done(*OFFICE),
        desk.done(*STANDARD),
        desk.done(*VIP[:-1], "urgent=1h@clock 4h"),
        desk.done("sla", "list"),
    ]
    desk.clock.tick(days=5, hours=3)
    said += [
        desk.done(
            "sla",
            "edit",
            "Standard",
            "--resolution",
            "off",
            "--warn",
            "off",
            "--when",
            "priority:>=normal",
        ),
        desk.done("sla", "edit", "standard", "--first-response", "4h", "--since", "2026-04-01"),
        desk.done("sla", "edit", "VIP", "--position", "2", "--to", "2026-12-31"),
        desk.done("sla", "show", "vip"),
        desk.done("sla", "list"),
    ]
    golden("sla.txt", "\n".join(said))
    golden(
        "sla.jsonl",
        "".join(desk.done("sla", *words.split(), "--json") for words in ("list", "show Standard")),
    )


def test_what_is_added_or_edited_is_told_as_json(promised: Program) -> None:
    added = promised.rows(*VIP[:-1], "4h@Clock")
    assert added == promised.rows("sla", "show", "VIP")
    assert added[0]["goals"]["first-response"]["low"] == {"seconds": 7200, "calendar": "office"}
    edited = promised.rows("sla", "edit", "VIP", "--next-response", "off", "--to", "never")
    assert edited == promised.rows("sla", "list")[:1]
    assert [list(version["goals"]) for version in edited[0]["versions"]] == [
        ["first-response", "next-response"],
        ["first-response"],
    ]


def test_the_list_tells_of_the_first_resolution_beside_the_whole_one(promised: Program) -> None:
    promised.done("sla", "add", "Once", "--first-resolution", "4h")
    assert promised.done("sla", "list").splitlines()[-1].split("  ")[-1].strip() == "first 4h@clock"
    promised.done("sla", "edit", "Once", "--resolution", "8h")
    assert (
        promised.done("sla", "list").splitlines()[-1].split("  ")[-1].strip()
        == "first 4h@clock; 8h@clock"
    )


def test_what_is_added_may_be_valid_for_ever(promised: Program) -> None:
    assert (
        promised.rows("sla", "add", "Night", "--resolution", "8h", "--to", "never")[0]["valid_to"]
        is None
    )


def test_what_holds_from_later_on_is_shown_with_what_holds_now(promised: Program) -> None:
    promised.done("sla", "edit", "Standard", "--first-response", "3h", "--since", "2026-04-01")
    shown = promised.done("sla", "show", "Standard")
    now, later = shown.split("What started from 2026-04-01 00:00 UTC on:")
    assert "urgent=1h@clock 8h@clock" in now
    assert "3h@clock" in later


@pytest.mark.parametrize(
    ("argv", "first", "follows"),
    [
        ("--warn|5m", "Changed Standard.", False),
        ("--warn|5m --since|2026-04-01", "Changed Standard.", False),
        ("--warn|5m --since|2026-03-01", "Changed Standard.", True),
        (
            "--warn|15m,1h --since|2026-04-01",
            "Nothing changed: Standard already has these settings.",
            False,
        ),
        ("--warn|1h,15m", "Nothing changed: Standard already has these settings.", False),
        ("--position|1", "Nothing changed: Standard already has these settings.", False),
        ("--position|2", "Changed Standard.", True),
        ("--to|never", "Nothing changed: Standard already has these settings.", False),
        ("--to|2027-01-01", "Changed Standard.", False),
        ("--to|now", "Changed Standard.", True),
        ("--from|2026-02-01", "Changed Standard.", True),
    ],
)
def test_an_edit_says_whether_it_changed_anything_and_what_ran_follows(
    promised: Program, argv: str, first: str, follows: bool
) -> None:
    promised.done(*VIP[:-1], "4h", "--position", "2")
    said = promised.done("sla", "edit", "Standard", *spaced(argv)).splitlines()
    assert said[0] == first
    assert said.count("To apply it to what is already running: supportcli sla recompute") == follows


def test_nothing_to_list_is_said(desk: Program) -> None:
    ran = desk.run("sla", "list")
    assert (ran.code, ran.out) == (0, "")
    assert (
        ran.err
        == "There are no policies yet. Add one with: supportcli sla add Standard --first-response 24h\n"
    )
    assert desk.rows("sla", "list") == []
    assert desk.run("sla", "why", desk.write_in()).out == "No policy sets a goal for #1.\n"


def test_what_a_merge_took_along_is_said_to_go_on(promised: Program) -> None:
    promised.write_in()
    promised.write_in()
    promised.done("ticket", "merge", 1, "--into", 2)
    told = "not needed since Mon 2026-03-02 09:00: merged, and goes on in the other ticket"
    assert told in promised.done("sla", "why", 1)
    assert "due Mon 2026-03-02 17:00" in promised.done("sla", "why", 2)


def test_what_is_overdue_is_told_and_excused_before_anybody_noted_it(promised: Program) -> None:
    promised.write_in()
    promised.clock.tick(hours=9)
    assert "overdue since Mon 2026-03-02 17:00" in promised.done("sla", "why", 1)
    assert (
        promised.done("sla", "excuse", "", "--reason", "strike", "-n")
        == "#1: first response would be excused.\n"
    )
    assert promised.done("sla", "excuse", "", "--reason", "strike") == "Excused #1.\n"
    assert promised.done("ticket", "undo") == "Undone (excused): #1.\n"
    assert promised.rows("sla", "why", 1)[0]["excused"] is None
    assert "undid: excused a breach" in promised.done("ticket", "show", 1)


def test_breaches_are_excused_once_and_stay(late: Program) -> None:
    assert (
        late.done("sla", "excuse", "sla:breached", "--reason", "strike", "--dry-run")
        == "#1: first response would be excused.\n"
    )
    told = late.rows("sla", "excuse", "sla:breached", "--reason", "strike", "--dry-run")
    assert told == [
        {"ticket": 1, "target": "first-response", "breached_at": "2026-03-02T17:00:00+00:00"}
    ]
    assert late.rows("sla", "why", 1)[0]["excused"] is None
    assert (
        late.done("sla", "excuse", "sla:breached", "--reason", "strike").splitlines()[0]
        == "Excused #1."
    )
    excused = late.rows("sla", "why", 1)[0]
    assert excused["excused"]["reason"] == "strike"
    assert excused["breached_at"] == "2026-03-02T17:00:00+00:00"
    late.clock.tick(hours=1)
    again = late.run("sla", "excuse", "sla:breached", "--reason", "flood")
    assert (again.code, again.out) == (0, "Nothing changed: there is no breach to excuse.\n")
    assert (
        late.run("sla", "excuse", "sla:breached", "--reason", "flood", "--dry-run").out
        == "Nothing would change: there is no breach to excuse.\n"
    )
    assert late.rows("sla", "why", 1)[0] == excused
    assert [row["number"] for row in late.rows("ticket", "list", "sla:breached")] == [1]


def test_what_ran_before_a_policy_is_computed_by_command(late: Program) -> None:
    assert late.done("sla", "recompute") == "All targets match the history of their tickets.\n"
    late.done(
        "sla",
        "edit",
        "Standard",
        "--next-response",
        "1h",
        "--resolution",
        "30h",
        "--since",
        "2026-03-01",
    )
    planned = late.done("sla", "recompute", "--dry-run")
    assert planned.split()[:2] == ["#1", "first"]
    assert late.done("sla", "recompute", "-n") == planned
    rows = late.rows("sla", "recompute")
    assert [
        (row["ticket"], row["would_be"]["target"], row["would_be"]["goal_s"])
        for row in rows
        if row["would_be"]["target"] == "resolution"
    ] == [(1, "resolution", 108_000)]
    assert late.rows("sla", "recompute", "--dry-run") == []


def test_what_would_have_been_breached_is_told_and_changes_nothing(late: Program) -> None:
    number = late.write_in("Drip")
    late.clock.tick(hours=5)
    late.done("ticket", "reply", number, "--text", "We are on it.")
    before = late.done("sla", "list", "--json") + late.done("sla", "why", number, "--json")
    told = late.done("sla", "simulate", "Standard", "--first-response", "4h")
    assert [line.split()[0] for line in told.splitlines()] == [f"#{number}"]
    assert "met 2026-03-02 23:00 UTC" in told
    assert "breached 2026-03-02 22:00 UTC" in told
    assert [
        row["ticket"] for row in late.rows("sla", "simulate", "Standard", "--first-response", "4h")
    ] == [number]
    more = late.rows("sla", "simulate", "Standard", "--first-response", "4h", "--all")
    assert {row["ticket"] for row in more} == {1, number}
    unharmed = late.done(
        "sla",
        "simulate",
        "Night",
        "--new",
        *("--when", "tag:vip", "--resolution", "1h", "--position", "1"),
    )
    assert unharmed == "No further targets would have been breached.\n"
    assert late.done("sla", "list", "--json") + late.done("sla", "why", number, "--json") == before


def test_a_breach_that_nobody_noted_yet_is_not_one_of_the_simulated_policy(
    promised: Program,
) -> None:
    promised.write_in()
    promised.clock.tick(hours=9)
    assert promised.rows("sla", "simulate", "Standard", "--warn", "30m") == []


@pytest.mark.parametrize(
    ("argv", "code", "sentence", "hint"),
    [
        ("list x", 2, "Got unexpected extra argument", "See: supportcli sla list --help"),
        (
            "show Standrad",
            1,
            "There is no policy “Standrad”.",
            "Did you mean “Standard”? See them with: supportcli sla list",
        ),
        (
            "edit Gold --warn|1h",
            1,
            "There is no policy “Gold”.",
            "See them with: supportcli sla list",
        ),
        ("edit Standard", 2, "You did not say what to change.", "supportcli sla edit --help"),
        (
            "edit Standard --since|2026-03-01",
            2,
            "You did not say what to change.",
            "supportcli sla edit --help",
        ),
        ("edit Standard --to|soon", 2, "--to soon: that is not a time.", "2026-10-01"),
        (
            "edit Standard --warn|5m --since|2026-02-31",
            2,
            "--since 2026-02-31: that is not a time.",
            "2026-10-01",
        ),
        (
            "edit Standard --position|0",
            2,
            "Invalid value for '--position'",
            "supportcli sla edit --help",
        ),
        (
            "edit Standard --first-response|off --resolution|off",
            2,
            "“Standard” would have no goals.",
            "supportcli sla edit Standard --to now",
        ),
        (
            "edit Standard --to|2020-01-01",
            2,
            "“Standard” would end before it starts.",
            "a later --to",
        ),
        (
            "edit Standard --from|2027-02-01 --to|2027-01-01",
            2,
            "“Standard” would end before it starts.",
            "an earlier --from",
        ),
        (
            "add x --resolution|4h --from|2027-02-01 --to|2027-01-01",
            2,
            "“x” would end before it starts.",
            "a later --to",
        ),
        ("add x", 2, "“x” has no goals.", "--first-response '4h'"),
        ("add x --resolution|off", 2, "“x” has no goals.", "--first-response '4h'"),
        (
            "add STANDARD --resolution|4h",
            1,
            "This desk already has the policy “STANDARD”.",
            "supportcli sla edit STANDARD",
        ),
        ("add ?! --resolution|4h", 2, "“?!” is not a name for a policy.", "as in Standard"),
        (
            "add x --resolution|4h --calendar|offcie",
            1,
            "There is no calendar “offcie”.",
            "Did you mean “office”?",
        ),
        (
            "add x --resolution|4h@offcie",
            1,
            "There is no calendar “offcie”.",
            "Did you mean “office”?",
        ),
        ("add x --resolution|soon", 2, "“soon” is not a duration.", "urgent=1h high=4h 24h"),
        (
            "add x --resolution|4h=8h",
            2,
            "“4h” is not a priority.",
            "Use one of: low, normal, high, urgent.",
        ),
        (
            "add x --resolution|urgnet=8h",
            2,
            "“urgnet” is not a priority.",
            "Did you mean “urgent”?",
        ),
        (
            "add x --resolution|urgent=8h urgent=9h",
            2,
            "“urgent=9h” gives the same priority a second goal",
            "urgent=1h high=4h 24h",
        ),
        (
            "add x --resolution|=8h",
            2,
            "“=8h” is not a goal for resolution.",
            "urgent=1h high=4h 24h",
        ),
        ("add x --resolution| ", 2, "is not a goal for resolution.", "urgent=1h high=4h 24h"),
        (
            "add x --resolution|4h --pause|solved",
            2,
            "“solved” does not pause a clock.",
            "pending or on-hold",
        ),
        (
            "add x --first-response|1h --warn|2h",
            2,
            "“2h” before a breach is never: the longest goal is 1h.",
            "--warn 15m",
        ),
        (
            "edit Standard --first-response|1h --resolution|off --warn|1h",
            2,
            "“1h” before a breach is never",
            "--warn off",
        ),
        ("add x --resolution|4h --warn|often", 2, "“often” is not a duration.", "15m"),
        (
            "add x --resolution|4h --from|someday",
            2,
            "--from someday: that is not a time.",
            "2026-10-01",
        ),
        ("add x --resolution|4h --when|leak", 2, "“leak” asks for words", "made of status:"),
        (
            "add x --resolution|4h --when|tga:vip",
            2,
            "“tga:” is not a search term.",
            "Did you mean “tag:”?",
        ),
        (
            "edit Standard --when|tag:vip AND assignee:bbo",
            2,
            "Column 22 of the query: “bbo” is not an agent",
            "Did you mean “bob",
        ),
        (
            "edit Standard --when|tag:vip AND -mailbox:help,sales",
            2,
            "Column 27 of the query: “sales” is not a mailbox",
            "supportcli mailbox list",
        ),
        ("why 99", 1, "There is no ticket #99.", "supportcli ticket list"),
        ("why x", 2, "x", "12"),
        ("excuse sla:breached --reason| ", 2, "reason", "--reason"),
        (
            "excuse sla:broken --reason|strike",
            2,
            "“broken” is not the state of a clock.",
            "Use one of: breached",
        ),
        (
            "simulate Standrad --calendar|office",
            1,
            "There is no policy “Standrad”.",
            "Did you mean “Standard”?",
        ),
        (
            "simulate Standrad --first-response|4h",
            1,
            "There is no policy “Standrad”.",
            "Did you mean “Standard”? To try a new one, add --new.",
        ),
        (
            "simulate standard --new --first-response|4h",
            1,
            "This desk already has the policy “Standard”.",
            "To try a change of it, leave out --new.",
        ),
        (
            "simulate Night --new --when|tag:vip",
            2,
            "“Night” has no goals.",
            "--first-response '4h'",
        ),
        (
            "simulate Standard",
            2,
            "You did not say what to change.",
            "supportcli sla simulate --help",
        ),
        (
            "simulate Standard --resolution|4h --since|soon",
            2,
            "--since soon: that is not a time.",
            "2026-10-01",
        ),
        (
            "simulate Standard --first-response|off --resolution|off",
            2,
            "“Standard” would have no goals.",
            "sla edit Standard --to now",
        ),
        (
            "simulate Standard --resolution|soon",
            2,
            "“soon” is not a duration.",
            "urgent=1h high=4h 24h",
        ),
        ("recompute x", 2, "Got unexpected extra argument", "See: supportcli sla recompute --help"),
    ],
)
def test_wrong_input_is_named_and_changes_nothing(
    late: Program, argv: str, code: int, sentence: str, hint: str
) -> None:
    before = late.done("sla", "list", "--json") + late.done("sla", "why", 1, "--json")
    ran = late.run("sla", *spaced(argv))
    assert (ran.code, ran.out) == (code, "")
    assert sentence in ran.err
    assert hint in ran.err
    assert late.done("sla", "list", "--json") + late.done("sla", "why", 1, "--json") == before


def test_who_is_no_admin_may_ask_and_excuse_but_not_set_up(late: Program) -> None:
    late.done("--config", "bob.toml", "init", "--agent", "bob@shop.test")
    bob = ("--config", "bob.toml", "sla")
    for call in (
        ("add", "x", "--resolution", "4h"),
        ("edit", "Standard", "--warn", "off"),
        ("recompute",),
        ("recompute", "--dry-run"),
    ):
        refused = late.run(*bob, *call)
        assert (refused.code, refused.err.splitlines()[0]) == (
            77,
            "supportcli: Bob Lee has the role agent here and may not set up the desk.",
        )
    assert late.done(*bob, "why", "1") == late.done("sla", "why", 1)
    assert late.rows(*bob, "simulate", "Standard", "--resolution", "4h")
    assert late.done(*bob, "excuse", "sla:breached", "--reason", "strike").startswith("Excused #1")


@pytest.fixture
def spring(desk: Program) -> Program:
    """A ticket over a change of summer time, with two pauses and a holiday: from Friday, March 27,
    on 2026 in Berlin."""
    week = "mon-fri 9:00-12:30 13:30-18:00; sun 0:00-6:00"
    desk.done(
        "calendar",
        "add",
        "office",
        "--zone",
        "Europe/Berlin",
        "--hours",
        week,
        "--day",
        "2026-03-30 closed Company outing",
    )
    desk.done(
        "sla",
        "add",
        "Standard",
        "--calendar",
        "office",
        "--first-response",
        "4h",
        "--resolution",
        "30h",
        "--pause",
        "pending",
        "--warn",
        "1h",
    )
    for at, argv in (
        ("2026-03-27T10:15:30", ()),
        ("2026-03-27T12:00:00.7", ("wait", 1)),
        ("2026-03-27T13:45:00.2", ("reopen", 1)),
        ("2026-03-31T08:00:00", ("reply", 1, "--text", "When did it start?")),
        ("2026-03-31T09:20:10.5", ("reopen", 1)),
        ("2026-04-01T07:00:00", ()),
    ):
        desk.clock.now = datetime.fromisoformat(at).replace(tzinfo=UTC)
        if at.startswith("2026-03-27T10"):
            desk.write_in()
        elif argv:
            desk.done("ticket", *argv)
    return desk


def test_why_tells_of_pauses_holidays_and_summer_time(spring: Program) -> None:
    running = spring.done("sla", "why", 1)
    spring.done("ticket", "solve", 1)
    spring.clock.tick(days=1)
    golden("sla-why.txt", running + "\n" + spring.done("sla", "why", 1))
    golden("sla-why.jsonl", spring.done("sla", "why", 1, "--json"))


@pytest.mark.parametrize(
    ("goals", "because"),
    [
        (("--first-response", "2h"), "VIP applies, and promises no resolution"),
        (
            ("--resolution", "urgent=2h"),
            "VIP applies, and promises no resolution for the priority normal",
        ),
        (None, "no policy promises it any more"),
    ],
)
def test_why_names_the_policy_that_applies_and_does_not_promise_it(
    desk: Program, goals: tuple[str, ...] | None, because: str
) -> None:
    desk.done("sla", "add", "Standard", "--when", "-tag:vip", "--resolution", "8h")
    if goals is not None:
        desk.done("sla", "add", "VIP", "--when", "tag:vip", *goals)
    desk.write_in()
    desk.clock.tick(minutes=30)
    desk.done("ticket", "tag", 1, "--add", "vip")
    told = desk.done("sla", "why", 1).splitlines()
    assert f"  not needed since Mon 2026-03-02 09:30: {because}" in told
    desk.done("ticket", "tag", 1, "--remove", "vip")
    assert f": {because}" not in desk.done("sla", "why", 1)


def test_why_tells_all_times_of_a_ticket_in_the_zone_of_its_calendar(desk: Program) -> None:
    desk.done(*OFFICE)
    desk.done(
        *("sla", "add", "Standard", "--calendar", "office"),
        *("--first-response", "4h@clock", "--resolution", "8h"),
    )
    desk.write_in()
    told = desk.done("sla", "why", 1).splitlines()
    assert [line for line in told if "times of" in line] == [
        "  policy Standard (version 1), times of Europe/Berlin"
    ] * 2
    assert "  due Mon 2026-03-02 14:00" in told, "four hours after 10:00 in Berlin"


def test_the_lines_of_why_sum_to_what_counted(spring: Program) -> None:
    spring.done("ticket", "solve", 1)
    spring.clock.tick(hours=7, microseconds=300_000)
    spring.done("ticket", "reopen", 1)
    spring.clock.tick(days=3, seconds=1.4)
    spring.done("ticket", "solve", 1)
    with spring.desk() as desk:
        found = explain.why(desk, 1)
    for row, one in zip(spring.rows("sla", "why", 1), found, strict=True):
        assert (
            row["spent_s"]
            == sum(stretch["seconds"] for stretch in row["stretches"])
            == one.spent
            == one.target.spent
        )
        _without_gaps(row["stretches"], one.target.started_at, one.target.met_at)


def _without_gaps(stretches: list[dict[str, Any]], start: datetime, end: datetime | None) -> None:
    assert datetime.fromisoformat(stretches[0]["start"]) == start
    assert end is not None
    assert abs(datetime.fromisoformat(stretches[-1]["end"]) - end) < timedelta(seconds=1)
    for one, other in pairwise(stretches):
        assert one["end"] == other["start"]
