"""Verbs over queries: nothing is done to a ticket that nobody named, or saw named."""

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from supportcli.desk.tickets import lists, reading
from tests.commands.program import Program
from tests.long import LONG


@pytest.fixture
def three(desk: Program) -> Program:
    """A desk with three tickets, two about refunds."""
    for subject in ("Refund, please", "Leak", "Refund for order 2"):
        desk.write_in(subject)
    return desk


def tagged(desk: Program) -> list[int]:
    return [row["number"] for row in desk.rows("ticket", "list", "tag:x", "--sort", "number")]


def test_a_query_that_finds_several_says_which_and_is_not_obeyed_without_yes(
    three: Program,
) -> None:
    ran = three.run("ticket", "tag", "subject:refund", "--add", "x")
    assert (ran.code, ran.out, tagged(three)) == (2, "", [])
    assert ran.err.splitlines()[:2] == ["#3  Refund for order 2", "#1  Refund, please"]
    assert "there is no terminal to ask at. Nothing was done." in ran.err
    assert "--dry-run" in ran.err
    ran = three.run("ticket", "tag", "subject:refund", "--add", "x", "--yes", "--json")
    assert (ran.code, tagged(three)) == (0, [1, 3])
    assert ran.err == "#3  Refund for order 2\n#1  Refund, please\n"
    assert sorted(ran.rows[0]["numbers"]) == [1, 3]
    assert three.done("ticket", "undo").startswith("Undone")
    assert tagged(three) == []


def test_one_ticket_numbers_and_pipes_ask_nothing(three: Program) -> None:
    three.done("ticket", "tag", "subject:leak", "--add", "x")
    assert tagged(three) == [2]
    three.done("ticket", "tag", "1", "#3", "--add", "x")
    assert tagged(three) == [1, 2, 3]
    found = three.done("ticket", "list", "tag:x", "--json")
    three.done("ticket", "tag", "-", "--remove", "x", stdin=found)
    assert tagged(three) == []


def test_a_dry_run_shows_and_does_nothing(three: Program) -> None:
    told = three.done("ticket", "solve", "subject:refund -2", "--dry-run")
    assert ("Refund, please" in told, "Leak" in told) == (True, False)
    assert [row["status"] for row in three.rows("ticket", "list")] == ["new"] * 3


def test_a_dry_run_refuses_what_the_verb_refuses_and_shows_only_what_would_change(
    three: Program,
) -> None:
    three.done("ticket", "tag", 1, "--add", "x")
    assert [row["number"] for row in three.rows("ticket", "tag", 1, 2, "--add", "x", "-n")] == [2]
    assert three.run("ticket", "tag", 1, "--add", "x", "-n").err == "Nothing would change.\n"
    three.done("ticket", "link", 2, "--to", 1)
    assert [row["number"] for row in three.rows("ticket", "link", 2, 3, "--to", 1, "-n")] == [3]
    assert three.run("ticket", "unlink", 3, "--from", 1, "-n").err == "Nothing would change.\n"
    three.done("field", "add", "plan", "--required")
    three.done("ticket", "field", 1, "plan=pro")
    assert three.rows("ticket", "field", 1, 2, "plan=pro", "-n")[0]["number"] == 2
    three.done("ticket", "undo")
    ran = three.run("ticket", "solve", 1, "-n")
    assert (ran.code, "cannot be solved before Plan is filled in" in ran.err) == (1, True)
    assert tagged(three) == [1]


@pytest.mark.parametrize(
    ("argv", "code", "said"),
    [
        (["tag:none"], 0, "No ticket matches; nothing was done."),
        (["12a"], 2, "“12a” is not a ticket number."),
        (["0012", "#1"], 2, "“0012” is not a ticket number."),
        (["refund"], 2, "“refund” is not a ticket number."),
        (["tag:x", "-"], 2, "A query and a pipe cannot name tickets together."),
        (["statsu:open"], 2, "Did you mean “status:”?"),
    ],
)
def test_what_is_no_choice(three: Program, argv: list[str], code: int, said: str) -> None:
    ran = three.run("ticket", "solve", *argv)
    assert (ran.code, said in ran.err) == (code, True), ran.err
    assert [row["status"] for row in three.rows("ticket", "list")] == ["new"] * 3


def test_fields_are_filled_in_and_tickets_merged_by_a_query(three: Program) -> None:
    three.done("field", "add", "plan", "--kind", "choice", "--choice", "free", "--choice", "pro")
    ran = three.run("ticket", "field", "subject:refund", "plan=pro")
    assert (ran.code, "The query finds 2 tickets" in ran.err) == (2, True)
    shown = three.done("ticket", "field", "subject:refund", "plan=pro", "--dry-run")
    assert ("Refund, please" in shown, "Leak" in shown) == (True, False)
    assert three.run("ticket", "field", "subject:refund", "plan=gold", "--yes").code == 2
    assert three.run("ticket", "field", "subject:refund", "plan=pro", "--yes").code == 0
    three.done("ticket", "field", "field:plan=pro", "subject:order", "plan=free")
    assert [row["number"] for row in three.rows("ticket", "list", "field:plan=pro")] == [1]
    assert three.run("ticket", "field", "plan=pro").code == 2
    ran = three.run("ticket", "merge", "subject:refund", "--into", "2")
    assert (ran.code, len(three.rows("ticket", "list"))) == (2, 3)
    three.done("ticket", "merge", "subject:refund", "--into", "2", "--dry-run")
    assert three.run("ticket", "merge", "subject:refund", "--into", "2", "--yes").code == 0
    assert [row["number"] for row in three.rows("ticket", "list")] == [2]
    three.done("ticket", "undo")
    assert len(three.rows("ticket", "list")) == 3


def test_a_breach_is_excused_on_the_ticket_that_was_named(desk: Program) -> None:
    desk.done("sla", "add", "Standard", "--first-response", "8h")
    desk.write_in("Leak", "About order 2.")
    desk.write_in("Leak too", "It leaks.")
    desk.clock.tick(hours=9)
    assert desk.done("sla", "excuse", "#2", "--reason", "strike") == "Excused #2.\n"
    assert desk.done("ticket", "undo") == "Undone (excused): #2.\n"
    ran = desk.run("sla", "excuse", "sla:breached", "--reason", "strike")
    assert ran.code == 2
    assert "#1  Leak\n" in ran.err
    ran = desk.run("sla", "excuse", "sla:breached", "--reason", "strike", "--yes")
    assert (ran.code, ran.out) == (0, "Excused 2 tickets: #1 #2.\n")


TEXT = st.lists(
    st.sampled_from(["order", "#1", "2", "3", "#4", "ticket 2", "18", "(3)", "no. 1"]), max_size=5
).map(" ".join)
NAMED = st.builds(
    str.format,
    st.sampled_from(["{}", "#{}", "number:{}", "#{} tag:x OR -tag:x", "{} is:open", "#{} OR {}"]),
    st.shared(st.integers(1, 5), key="number"),
    st.shared(st.integers(1, 5), key="number"),
)


@settings(
    max_examples=60 if LONG else 8,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    texts=st.lists(st.tuples(TEXT, TEXT), min_size=1, max_size=4),
    named=NAMED,
    number=st.shared(st.integers(1, 5), key="number"),
)
def test_a_verb_over_a_number_changes_that_ticket_or_nothing(
    desk: Program, texts: list[tuple[str, str]], named: str, number: int
) -> None:
    first = max((row["number"] for row in desk.rows("ticket", "list", "status:any")), default=0)
    for subject, text in texts:
        desk.write_in(subject or "Leak", text or "It leaks.")
    if first == 0:
        desk.done("sla", "add", "Standard", "--first-response", "1h")
    desk.clock.tick(hours=2)
    desk.done("sla", "excuse", "number:999", "--reason", "breaches are noted")
    before = changed(desk)
    desk.run("sla", "excuse", named, "--reason", "strike")
    desk.run("ticket", "tag", named, "--add", "x")
    assert {one for one, version in changed(desk).items() if before[one] != version} <= {number}
    desk.run("ticket", "tag", str(number), "--remove", "x")


def changed(program: Program) -> dict[int, int]:
    """The last event of each ticket."""
    with program.desk() as desk:
        numbers = lists.numbers(desk, "status:any")
        return {number: reading.ticket(desk, number).last_event for number in numbers}
