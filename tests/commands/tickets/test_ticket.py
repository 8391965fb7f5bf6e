import json

import pytest

from tests.commands.program import Program, golden
from tests.desk.levels import promise


def shop(program: Program) -> Program:
    """A desk with three tickets, one of them with a history."""
    program.write_in("Parcel 7781 is late", "Where is it?\nI need it on Friday.")
    program.clock.tick(minutes=20)
    program.write_in("Mühle klemmt", "Die Mühle klemmt.", "Jürgen Groß <jg@mühle.test>")
    program.clock.tick(hours=3)
    program.write_in(
        "Refund please, I was charged twice for the same order of two machines and one grinder",
        "Twice!",
        "eve@acme.test",
    )
    program.clock.tick(minutes=7)
    program.done("ticket", "assign", 1, "--to", "bob")
    program.done("ticket", "tag", 1, 3, "--add", "refund", "--add", "late")
    program.done("ticket", "tag", 3, "--remove", "late")
    program.done("ticket", "priority", 3, "--to", "urgent")
    program.done("ticket", "note", 1, "--text", "The carrier says Tuesday.")
    program.clock.tick(minutes=1)
    program.done("ticket", "reply", 1, "-", stdin="It comes on Tuesday.\n\nAda\n")
    program.done("ticket", "solve", 2)
    program.clock.tick(days=1)
    return program


def test_the_list(desk: Program) -> None:
    shop(desk)
    golden("ticket-list.txt", desk.done("ticket", "list"))
    golden("ticket-list.jsonl", desk.done("ticket", "list", "--json"))


def promised(program: Program) -> Program:
    """A desk that promises a first response in two hours: #1 is late, #2 was late, #3 is due soon,
    #4 stands still, #5 is met; nothing is promised of #6."""
    with program.desk() as desk:
        promise(desk, "-from:@free.test", first_response="2h", resolution="3d", warnings=[600])
    program.write_in("Leak 1")
    program.write_in("Leak 2")
    program.clock.tick(minutes=125)
    for number in range(3, 6):
        program.write_in(f"Leak {number}")
    program.write_in("Leak 6", customer="eve@free.test")
    program.done("ticket", "reply", 4, "--text", "What colour is it?")
    for number in (2, 5):
        program.done("ticket", "reply", number, "--text", "It is on its way.", "--status", "solved")
    program.clock.tick(minutes=70)
    return program


def test_the_list_tells_what_is_due(desk: Program) -> None:
    promised(desk)
    golden("ticket-list-due.txt", desk.done("ticket", "list", "status:any"))
    golden(
        "ticket-list-due.jsonl",
        "".join(f"{json.dumps(row['sla'])}\n" for row in desk.rows("ticket", "list", "status:any")),
    )
    assert [row["number"] for row in desk.rows("ticket", "list", "sla:<1h")] == [1, 3]
    assert [row["number"] for row in desk.rows("ticket", "list", "sla:breached", "status:any")] == [
        2
    ], "nobody has looked at the clocks yet"


def test_each_sync_looks_at_the_clocks_though_it_can_do_nothing_else(desk: Program) -> None:
    promised(desk)
    assert desk.run("sync").err.startswith(
        f"supportcli: {desk.folder / 'config.toml'} has no secret for help@shop.test.\n"
    )
    assert [row["number"] for row in desk.rows("ticket", "list", "sla:breached", "status:any")] == [
        1,
        2,
    ]
    golden("ticket-show-due.txt", desk.done("ticket", "show", 1, 2))


def test_what_a_query_finds(desk: Program) -> None:
    shop(desk)
    assert [
        row["number"] for row in desk.rows("ticket", "list", "tag:refund", "--order", "number")
    ] == [1, 3]
    assert [row["number"] for row in desk.rows("ticket", "list", "status:solved")] == [2]
    assert [row["number"] for row in desk.rows("ticket", "list", "-tag:refund")] == [2]
    assert [row["number"] for row in desk.rows("ticket", "list", "assignee:bob", "friday")] == [1]
    assert len(desk.rows("ticket", "list", "--limit", "2")) == 2
    nothing = desk.run("ticket", "list", "unheard-of")
    assert (nothing.code, nothing.out, nothing.err) == (0, "", "No ticket matches.\n")


def test_a_query_that_cannot_be_read(desk: Program) -> None:
    wrong = desk.run("ticket", "list", "statuss:open")
    assert wrong.code == 2
    assert "Column 1 of the query" in wrong.err
    assert "status" in wrong.err.splitlines()[1]
    unknown = desk.run("ticket", "list", "mailbox:hlep")
    assert (unknown.code, unknown.out) == (2, "")
    assert "Column 9 of the query: “hlep” is not a mailbox of this desk." in unknown.err
    assert "Did you mean “help”? See the mailboxes with: supportcli mailbox list" in unknown.err
    assert desk.run("ticket", "list", "--jsn").err.startswith(
        "supportcli: There is no option --jsn.\n"
    )


def test_a_ticket_is_shown_as_a_log(desk: Program) -> None:
    shop(desk)
    golden("ticket-show.txt", desk.done("ticket", "show", 1, "#3"))
    golden("ticket-show.jsonl", desk.done("ticket", "show", 1, 3, "--json"))


def test_verbs_say_what_they_did(desk: Program) -> None:
    for _ in range(3):
        desk.write_in()
    said = [
        desk.done("ticket", "assign", 1),
        desk.done("ticket", "assign", 1, 2, "--to", "none"),
        desk.done("ticket", "tag", 1, "--add", "vip"),
        desk.done("ticket", "priority", 1, 2, 3, "--to", "HIGH"),
        desk.done("ticket", "wait", 2),
        desk.done("ticket", "solve", 2, 2),
        desk.done("ticket", "solve", 2),
        desk.done("ticket", "reopen", 2),
        desk.done("ticket", "note", 3, "--text", "Hm."),
        desk.done("ticket", "reply", 3, "--text", "Yes.", "--status", "solved"),
        desk.done("ticket", "undo"),
        desk.done("ticket", "undo", 2),
        desk.done(
            "ticket", "new", "-c", "maria@acme.test", "-s", "Again", "-t", "She called.", "--json"
        ),
        desk.done("ticket", "solve", 1, "--json"),
    ]
    golden("ticket-verbs.txt", "".join(said))


def test_following_is_said_found_and_shown(desk: Program) -> None:
    for _ in range(3):
        desk.write_in()
    said = [
        desk.done("ticket", "follow", 1, 3),
        desk.done("ticket", "follow", 1),
        desk.done("ticket", "unfollow", 3),
        desk.done("ticket", "undo"),
        desk.done("ticket", "list", "following:me", "--order", "number"),
        desk.done("ticket", "show", 3),
    ]
    golden("ticket-follow.txt", "".join(said))
    assert desk.rows("ticket", "show", "1", "--json")[0]["followers"] == ["ada@shop.test"]


def test_a_reply_is_one_event_and_undone_for_ten_seconds(desk: Program) -> None:
    number = desk.write_in()
    before = desk.rows("ticket", "show", number)[0]
    desk.done("ticket", "reply", number, "--text", "Yes.")
    sent = desk.rows("ticket", "show", number)[0]
    assert (
        sent["status"],
        sent["assignee"],
        [message["state"] for message in sent["messages"]],
    ) == ("pending", "ada@shop.test", [None, "queued"])
    desk.done("ticket", "undo")
    after = desk.rows("ticket", "show", number)[0]
    assert {**after, "updated_at": None} == {**before, "updated_at": None}


def test_a_ticket_has_a_subject(desk: Program) -> None:
    number = desk.write_in()
    new = "ticket", "new", "--customer", "maria@acme.test", "--text", "She called."
    edit = "ticket", "edit", number
    for call, subject, why in (
        (new, "", "is empty"),
        (new, " ", "is empty"),
        (new, "a\x1b[31mb", "is no single line of at most 500 characters"),
        (new, "a" * 501, "is no single line of at most 500 characters"),
        (edit, " ", "is empty"),
        (edit, "a\nb", "is no single line of at most 500 characters"),
    ):
        ran = desk.run(*call, "--subject", subject)
        assert (ran.code, ran.err.splitlines()[0]) == (2, f"supportcli: The subject {why}.")
    assert len(desk.rows("ticket", "list", "status:any")) == 1


def test_a_mailbox_of_ours_gets_no_ticket(desk: Program) -> None:
    ran = desk.run(
        *("ticket", "new", "--customer", "Help <help@shop.test>"),
        *("--subject", "Leak", "--text", "It leaks."),
    )
    assert (ran.code, "is an address of this desk" in ran.err) == (2, True)
    assert desk.rows("ticket", "list") == []


def test_numbers_come_through_pipes(desk: Program) -> None:
    for _ in range(3):
        desk.write_in()
    listed = desk.done("ticket", "list", "--json")
    assert desk.done("ticket", "solve", "-", stdin=listed) == "Solved 3 tickets: #3 #2 #1.\n"
    assert (
        desk.done("ticket", "reopen", "3", "-", stdin="#1\n\n2 1\n")
        == "Reopened 3 tickets: #3 #1 #2.\n"
    )
    assert [
        row["number"] for row in desk.rows("ticket", "show", "-", stdin='{"number": 2}\n1')
    ] == [2, 1]


EACH_VERB = [
    ("show",),
    ("assign", "--to", "bob"),
    ("tag", "--add", "vip"),
    ("priority", "--to", "low"),
    ("wait",),
    ("solve",),
    ("reopen",),
]


@pytest.mark.parametrize("verb", EACH_VERB, ids=lambda verb: verb[0])
def test_a_pipe_without_a_ticket_leaves_nothing_to_do(desk: Program, verb: tuple[str, ...]) -> None:
    desk.write_in()
    desk.done("ticket", "assign", 1)
    before = desk.done("ticket", "show", 1, "--json")
    listed = desk.done("ticket", "list", "assignee:none", "--json")
    nothing = desk.run("ticket", *verb, "-", stdin=listed)
    assert (nothing.code, nothing.out, nothing.err) == (
        0,
        "",
        "No ticket numbers came through the pipe; nothing was done.\n",
    )
    assert desk.rows("ticket", *verb, "-", stdin=listed) == []
    refused = desk.run("ticket", *verb, "-", stdin="\n \n")
    hint = f"Try: supportcli ticket list QUERY --json | supportcli ticket {verb[0]} -"
    assert (refused.code, refused.err) == (
        2,
        f"supportcli: No ticket number came through the pipe.\n{hint}\n",
    )
    assert desk.run("ticket", *verb, "-", stdin="1\nLeak\n").code == 2
    assert desk.done("ticket", "show", 1, "--json") == before


def test_a_dry_run_changes_nothing(desk: Program) -> None:
    desk.write_in()
    before = desk.done("ticket", "show", 1, "--json")
    assert "#1" in desk.done("ticket", "solve", 1, "--dry-run")
    assert desk.rows("ticket", "assign", 1, "-n")[0]["number"] == 1
    assert desk.done("ticket", "show", 1, "--json") == before
    assert desk.run("ticket", "solve", 1, 99, "--dry-run").err.startswith(
        "supportcli: There is no ticket #99.\n"
    )


def test_a_verb_on_many_tickets_is_undone_as_one(desk: Program) -> None:
    for _ in range(3):
        desk.write_in()
    desk.done("ticket", "solve", 1, 2, 3)
    assert desk.done("ticket", "undo").startswith("Undone (solved): 3 tickets:")
    assert {row["status"] for row in desk.rows("ticket", "list")} == {"new"}


def test_one_ticket_that_cannot_leaves_the_others_as_they_are(desk: Program) -> None:
    desk.write_in()
    refused = desk.run("ticket", "solve", 1, 99)
    assert (refused.code, refused.err.splitlines()[0]) == (1, "supportcli: There is no ticket #99.")
    assert desk.rows("ticket", "list")[0]["status"] == "new"


def test_output_that_is_no_terminal_is_never_cut(desk: Program) -> None:
    subject = "word " * 90 + "end"
    text = "text " * 4000 + "end"
    number = desk.write_in(subject, text)
    assert subject in desk.done("ticket", "list")
    shown = desk.done("ticket", "show", number)
    assert shown.count("text") == 4000
    first, *others = shown.splitlines()
    assert first.startswith(f"#{number} {subject} new")
    assert max(len(line) for line in others) <= 80


def test_each_fact_of_a_ticket_is_whole_in_a_pipe(desk: Program) -> None:
    customer = f"Walter {'von ' * 20}Finch"
    number = desk.write_in(
        "Observations on the brew pressure of the Aria 2, with a complete log",
        customer=f"{customer} <walter@acme.test>",
    )
    tags = [f"brew-pressure-{place}" for place in range(8)]
    desk.done("ticket", "tag", number, *(word for tag in tags for word in ("--add", tag)))
    title, who, rule, _, said, *_ = desk.done("ticket", "show", number).splitlines()
    assert (
        title
        == f"#{number} Observations on the brew pressure of the Aria 2, with a complete log new · just arrived"
    )
    assert who == f"{customer} <walter@acme.test> to help@shop.test unassigned"
    assert rule == f"─ {' '.join(tags)} ── 1 message  ─"
    assert said == f"{customer} <walter@acme.test> said 09:00  1"
    desk.write_in("─" * 500)
    assert desk.done("ticket", "show", 2).startswith(f"#2 {'─' * 500} new · just arrived\n")


@pytest.mark.parametrize(
    ("verb", "status", "said"),
    [
        ("spam", "spam", "Marked as spam:"),
        ("delete", "deleted", "Deleted"),
        ("hold", "on-hold", "On hold:"),
    ],
)
def test_a_verb_that_mails_nobody_takes_numbers_and_pipes_and_is_undone(
    desk: Program, verb: str, status: str, said: str
) -> None:
    shop(desk)
    queued = desk.done("outbox", "list", "--json")
    wanted = desk.done("ticket", "list", "tag:refund", "--json")
    dry = desk.rows("ticket", verb, "-", "--dry-run", stdin=wanted)
    assert {row["number"] for row in dry} == {1, 3}
    assert desk.rows("ticket", "list", f"status:{status}") == []
    assert desk.done("ticket", verb, "-", stdin=wanted).startswith(f"{said} 2 tickets: #")
    assert desk.rows("ticket", verb, "#1")[0] | {"gesture": ""} == {
        "gesture": "",
        "numbers": [],
        "sentence": f"Nothing changed: already {'on hold' if verb == 'hold' else status}.",
    }
    assert {row["number"] for row in desk.rows("ticket", "list", f"status:{status}")} == {1, 3}
    assert desk.done("outbox", "list", "--json") == queued
    assert f"{status}" in desk.done("ticket", "show", 1)
    desk.done("ticket", "undo")
    assert desk.rows("ticket", "list", f"status:{status}") == []
    assert desk.run("ticket", verb, 999).code == 1


def test_a_reply_is_no_way_to_spam(desk: Program) -> None:
    number = desk.write_in()
    for status, verb in (("spam", "spam"), ("deleted", "delete")):
        refused = desk.run("ticket", "reply", number, "--text", "x", "--status", status)
        assert (refused.code, refused.out) == (2, "")
        assert refused.err.startswith(
            f"supportcli: A reply cannot make #{number} {status}: it would send mail to the person who wrote it.\n"
        )
        assert refused.err.endswith(f"Without an email: supportcli ticket {verb} {number}\n")
    assert desk.rows("outbox", "list") == []
    assert desk.rows("ticket", "show", number)[0]["status"] == "new"
