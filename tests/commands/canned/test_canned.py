"""`supportcli canned`, `ticket reply --canned` and `ticket apply`: as somebody types them, with
wrong input too."""

from pathlib import Path

import pytest

from supportcli.desk.setup import starters
from supportcli.storage import canned
from tests.commands.program import ADA, Program, golden

REFUND = (
    "--title",
    "Refund",
    "--text",
    "Hello {{ customer.name }}, it is refunded.",
    "--status",
    "solved",
    "--tag",
    "+refund",
    "--tag=-late",
)


@pytest.fixture
def desk(desk: Program) -> Program:
    """The program on a desk that has the starters' responses."""
    with desk.desk() as opened, opened.db.write() as tx:
        for response in starters.starter_responses():
            canned.add(tx, response, None, opened.now())
    return desk


def test_a_response_is_written_shown_changed_and_removed(desk: Program) -> None:
    (desk.folder / "form.pdf").write_bytes(b"%PDF")
    desk.done("canned", "add", "Refund", *REFUND, "--attach", "form.pdf", "--language", "en")
    desk.done(
        "canned", "edit", "refund", "--language", "de", "--text", "Hallo {{ customer.name }}."
    )
    desk.done(
        "canned",
        "edit",
        "refund",
        "--title",
        "Your refund",
        "--mailbox",
        "help@shop.test",
        "--assignee",
        "me",
        "--priority",
        "high",
    )
    assert desk.run("canned", "edit", "refund", "--title", "Your refund", stdin="").code == 2, (
        "no text came, and no option changes anything"
    )
    golden("canned-show.txt", desk.done("canned", "show", "refund"))
    golden("canned-show.jsonl", desk.done("canned", "show", "refund", "--json"))
    assert desk.rows("canned", "show", "refund", "--version", 1)[0]["title"] == "Refund"
    (desk.folder / "shown.md").write_text(desk.done("canned", "show", "received"), encoding="utf-8")
    assert desk.done("canned", "import", "shown.md", "--dry-run") == "Unchanged: 1.\n"
    desk.done(
        "canned",
        "edit",
        "refund",
        "--detach",
        "form.pdf",
        "--status",
        "keep",
        "--tag",
        "-refund",
        "--assignee",
        "keep",
        "--mailbox",
        "any",
    )
    changed = desk.rows("canned", "show", "refund")[0]
    assert (changed["attachments"], changed["mailbox"], changed["version"]) == ([], None, 4)
    assert changed["macro"] == {
        "status": None,
        "add_tags": [],
        "remove_tags": ["late", "refund"],
        "assignee": None,
        "team": None,
        "priority": "high",
        "fields": {},
    }
    desk.done("canned", "remove", "refund")
    assert desk.run("canned", "show", "refund").code == 1


def test_a_new_desk_has_a_starter_set_unless_it_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_starters = Program(tmp_path, monkeypatch)
    with_starters.done("init", "--yes", "--agent", ADA)
    golden("canned-list.txt", with_starters.done("canned", "list"))
    assert with_starters.done("canned", "lint") == "No problems found.\n"
    (tmp_path / "bare").mkdir()
    bare = Program(tmp_path / "bare", monkeypatch)
    bare.done("init", "--yes", "--no-starters", "--agent", ADA)
    ran = bare.run("canned", "list")
    assert (ran.out, ran.err) == (
        "",
        "There are no canned responses yet. Add one with: supportcli canned add SHORTCUT\n",
    )


def test_a_whole_response_comes_from_a_file_or_a_pipe(desk: Program) -> None:
    sheet = '+++\ntitle = "Thanks"\n[macro]\nstatus = "solved"\n+++\nThank you.\n'
    (desk.folder / "thanks.md").write_text(sheet, encoding="utf-8")
    desk.done("canned", "add", "thanks", "--file", "thanks.md")
    desk.done("canned", "add", "more-thanks", "-", stdin=sheet)
    assert [row["title"] for row in desk.rows("canned", "list") if "thanks" in row["shortcut"]] == [
        "Thanks",
        "Thanks",
    ]
    ran = desk.run("canned", "add", "x", stdin='+++\ntitel = "a"\n+++\nb')
    assert (ran.code, "line 2: The key “titel” is unknown" in ran.err) == (2, True)


WHOLE = '+++\ntitle = "Thanks"\nlanguage = "en"\n[macro]\npriority = "low"\n+++\nThank you.\n'


def test_options_go_before_what_a_whole_response_says_so_that_mine_stays_mine(
    desk: Program,
) -> None:
    (desk.folder / "form.pdf").write_bytes(b"%PDF")
    options = (
        "--mine",
        "--title",
        "Mine",
        "--mailbox",
        "help@shop.test",
        "--status",
        "solved",
        "--tag",
        "+ok",
        "--attach",
        "form.pdf",
    )
    desk.done("canned", "add", "thanks", "-", *options, stdin=WHOLE)
    made = desk.rows("canned", "show", "thanks")[0]
    assert (made["scope"], made["title"], made["mailbox"]) == ("me", "Mine", "help@shop.test")
    assert made["macro"] == {
        "status": "solved",
        "add_tags": ["ok"],
        "remove_tags": [],
        "assignee": None,
        "team": None,
        "priority": "low",
        "fields": {},
    }
    assert [file["name"] for file in made["attachments"]] == ["form.pdf"]
    desk.done("canned", "edit", "thanks", "-", "--title", "Again", stdin=WHOLE)
    again = desk.rows("canned", "show", "thanks")[0]
    assert (again["scope"], again["title"]) == ("me", "Again"), (
        "no line of the text shows it to all"
    )


def test_a_response_gets_another_shortcut_and_is_shown_to_all_with_its_versions_and_uses(
    desk: Program,
) -> None:
    desk.done("canned", "add", "draft", "--mine", "--title", "New", "--text", "Hello.")
    desk.done("ticket", "apply", "draft", desk.write_in())
    said = desk.done("canned", "edit", "draft", "--rename", "Hello", "--scope", "all")
    assert said.startswith("Changed “hello”, version 2.")
    assert desk.run("canned", "show", "draft").code == 1
    assert (
        desk.rows("canned", "show", "hello")[0]["scope"],
        desk.rows("canned", "report")[0]["shortcut"],
    ) == ("all", "hello")
    assert desk.rows("canned", "show", "hello", "--version", 1)[0]["bodies"][0]["text"] == "Hello."
    desk.done("canned", "remove", "idea")
    taken = desk.run("canned", "edit", "hello", "--rename", "received")
    assert (taken.code, "already has the canned response “received”" in taken.err) == (1, True)
    kept = desk.run("canned", "edit", "hello", "--rename", "idea")
    assert (kept.code, "“idea” still belongs to a response that was removed" in kept.err) == (
        1,
        True,
    )
    assert desk.rows("canned", "show", "hello")[0]["version"] == 2


def test_a_customer_is_greeted_by_exactly_their_name(desk: Program) -> None:
    for place, name in enumerate(("{{ 7*7 }}", "[/x]", "[bold]x[/bold]")):
        number = desk.write_in(customer=f"{name} <x{place}@acme.test>")
        assert (
            desk.run("canned", "preview", "refund-done", number).out.splitlines()[0]
            == f"Hello {name},"
        )
        desk.done("ticket", "reply", number, "--canned", "refund-done")
        assert desk.rows("ticket", "show", number)[0]["messages"][1]["text"].startswith(
            f"Hello {name},\n"
        )


def test_a_preview_says_what_goes_with_it_and_what_is_missing(desk: Program) -> None:
    number = desk.write_in(text="Guten Tag, wo ist die Rechnung für meine Bestellung?")
    (desk.folder / "a.pdf").write_bytes(b"%PDF")
    desk.done("canned", "edit", "delay", "--attach", "a.pdf", "--tag", "+late")
    ran = desk.run("canned", "preview", "delay", number)
    assert ran.out.startswith("Guten Tag Maria Lopez,\n")
    assert ran.err == "with: a.pdf\nthen: +late\nmissing: ⟦Datum?⟧\n"
    row = desk.rows("canned", "preview", "delay", number)[0]
    assert (row["language"], row["missing"], row["attachments"], row["macro"]) == (
        "de",
        ["Datum"],
        ["a.pdf"],
        "+late",
    )


def test_a_reply_says_what_responses_say_and_does_what_a_macro_does(desk: Program) -> None:
    number = desk.write_in()
    (desk.folder / "a.pdf").write_bytes(b"%PDF")
    desk.done("canned", "edit", "idea", "--attach", "a.pdf")
    desk.done(
        "ticket", "reply", number, "--canned", "received", "--canned", "idea", "--status", "open"
    )
    shown = desk.rows("ticket", "show", number)[0]
    assert (shown["status"], shown["tags"]) == ("open", ["idea"])
    assert shown["messages"][1]["text"].count("Hello Maria,") == 2
    assert "⟦" not in shown["messages"][1]["text"]
    assert desk.run("ticket", "attachment", f"{number}:1", "-").raw == b"%PDF"
    assert [row["uses"] for row in desk.rows("canned", "report")][:3] == [1, 1, 0]


WRONG: list[tuple[list[str | int], int, str, str]] = [
    (
        ["ticket", "reply", 1, "--canned", "delay"],
        2,
        "fill in ⟦date?⟧ first",
        "--canned delay --edit",
    ),
    (
        ["ticket", "reply", 1, "--text", "by ⟦date?⟧"],
        2,
        "fill in ⟦date?⟧ first",
        "Write what belongs there",
    ),
    (
        ["ticket", "reply", 1, "--canned", "recieved"],
        1,
        "no canned response “recieved”",
        "Did you mean “received”?",
    ),
    (["ticket", "reply", 1, "--canned", "idea", "--text", "x"], 2, "given twice", "--edit"),
    (
        ["ticket", "reply", 1, "--edit"],
        2,
        "--edit needs a canned response",
        "Choose one with --canned",
    ),
    (
        ["ticket", "reply", 1, "--text", "x ⟦macro nope⟧"],
        1,
        "⟦macro nope⟧ names something that no longer exists",
        "Delete that line",
    ),
    (["ticket", "apply", "goodbye", 1, 99], 1, "There is no ticket #99.", "ticket list"),
    (["ticket", "apply", "delay", 1], 2, "⟦date?⟧", "Write what belongs"),
    (["ticket", "apply", "delay", 1, "--dry-run"], 2, "⟦date?⟧", "Write what belongs"),
    (["canned", "preview", "received", 99], 1, "There is no ticket #99.", ""),
    (
        ["canned", "add", "a b", "--title", "x", "--text", "y"],
        2,
        "cannot be a shortcut",
        "at most forty",
    ),
    (["canned", "add", "new", "--text", "y"], 2, "has no title", "canned lint"),
    (
        ["canned", "add", "new", "--title", "x", "--text", "{{ customer.frist_name }}"],
        2,
        "customer.frist_name",
        "canned lint",
    ),
    (
        ["canned", "add", "new", "--title", "x", "--text", "y", "--language", "xx"],
        2,
        "language “xx” is unknown",
        "",
    ),
    (
        ["canned", "add", "new", "--title", "x", "--text", "y", "--mailbox", "no@shop.test"],
        1,
        "no mailbox no@shop.test",
        "",
    ),
    (
        ["canned", "add", "new", "--title", "x", "--text", "y", "--status", "closed"],
        2,
        "“closed” is not a value for --status",
        "open, pending, on-hold, solved",
    ),
    (
        ["canned", "add", "new", "--title", "x", "--text", "y", "--priority", "asap"],
        2,
        "is not a value for --priority",
        "urgent",
    ),
    (
        ["canned", "add", "new", "--title", "x", "--text", "y", "--tag", "+a b"],
        2,
        "cannot be a tag",
        "+refund",
    ),
    (
        ["canned", "add", "new", "--title", "x", "--text", "y", "--assignee", "eve@shop.test"],
        1,
        "There is no agent “eve@shop.test”.",
        "",
    ),
    (
        ["canned", "add", "new", "--title", "x", "--text", "y", "--attach", "gone.pdf"],
        2,
        "gone.pdf cannot be read",
        "",
    ),
    (
        ["canned", "add", "new", "--title", "x", "--text", "y", "--attach", "/dev/zero"],
        2,
        "more than 10 MB",
        "",
    ),
    (
        [
            "canned",
            "add",
            "new",
            "--title",
            "x",
            "--text",
            "y",
            "--attach",
            "whole.txt",
            "--attach",
            "in/whole.txt",
        ],
        2,
        "are called whole.txt",
        "",
    ),
    (
        ["canned", "add", "received", "--title", "x", "--text", "y"],
        1,
        "already has the canned response “received”",
        "canned edit received",
    ),
    (
        ["canned", "edit", "received", "--detach", "gone.pdf"],
        1,
        "There is no file gone.pdf in “received”.",
        "canned show",
    ),
    (
        ["canned", "edit", "received", "--rename", "a b"],
        2,
        "“a b” cannot be a shortcut",
        "at most forty",
    ),
    (
        ["canned", "edit", "received", "--scope", "team"],
        2,
        "“team” is not a value for --scope",
        "me or all",
    ),
    (
        ["canned", "edit", "received", "--title", "x", "--language", "fr"],
        2,
        "--language needs a text",
        "--text",
    ),
    (
        ["canned", "add", "new", "--file", "whole.txt"],
        2,
        "the complete response “other”, not “new”",
        "Use that shortcut",
    ),
    (
        ["canned", "edit", "received", "--file", "whole.txt"],
        2,
        "the complete response “other”, not “received”",
        "Use that shortcut",
    ),
    (
        ["canned", "add", "other", "--file", "whole.txt", "--language", "de"],
        2,
        "names its languages itself",
        "Leave out --language",
    ),
    (
        ["canned", "add", "t", "--text", "a", "--team", "no"],
        1,
        "There is no team “no”.",
        "team list",
    ),
    (["canned", "add", "t", "--team", "no", "--mine"], 2, "one team, for me or for all", ""),
    (
        ["canned", "edit", "received", "--scope", "team"],
        2,
        "not a value for --scope",
        "--team TEAM",
    ),
    (["canned", "edit", "received", "--to-team", "no"], 1, "There is no team “no”.", "team list"),
    (["canned", "edit", "received", "--field", "plan"], 2, "does not say what to fill in", "="),
    (["canned", "edit", "received", "--field", "no=1"], 1, "There is no field “no”.", "field list"),
    (["canned", "show", "received", "--version", 7], 1, "There is no version 7 of “received”.", ""),
    (["canned", "remove", "nope"], 1, "no canned response “nope”", "canned list"),
    (["canned", "report", "--since", "soon"], 2, "neither a number of days nor a date", "30d"),
    (["canned", "lint", "gone.md"], 2, "gone.md cannot be read", ""),
    (["canned", "import", "."], 2, "There is no .md file in", "canned export"),
]


def test_wrong_input_is_named_with_the_next_step(desk: Program) -> None:
    desk.write_in()
    (desk.folder / "whole.txt").write_text('+++\nshortcut = "other"\ntitle = "x"\n+++\ny')
    (desk.folder / "in").mkdir()
    (desk.folder / "in" / "whole.txt").write_text("another")
    before = desk.done("ticket", "show", 1), desk.done("canned", "list", "--json")
    for argv, code, sentence, hint in WRONG:
        ran = desk.run(*argv)
        assert (ran.code, sentence in ran.err.splitlines()[0], hint in ran.err) == (
            code,
            True,
            True,
        ), (argv, ran)
    assert (desk.done("ticket", "show", 1), desk.done("canned", "list", "--json")) == before


@pytest.mark.parametrize("text", [(), ("--text", ""), ("-",)], ids=["nothing", "empty", "pipe"])
def test_a_macro_needs_no_text(desk: Program, text: tuple[str, ...]) -> None:
    desk.write_in()
    desk.done("canned", "add", "done", "--title", "Done", "--status", "solved", *text)
    made = desk.rows("canned", "show", "done")[0]
    assert ([body["text"] for body in made["bodies"]], made["macro"]["status"]) == ([""], "solved")
    desk.done("ticket", "apply", "done", 1)
    ticket = desk.rows("ticket", "show", 1)[0]
    assert (ticket["status"], desk.rows("outbox", "list")) == ("solved", [])


def test_a_macro_hands_to_a_team_and_fills_in_fields(desk: Program) -> None:
    desk.done("team", "add", "Billing")
    desk.done("field", "add", "plan")
    number = desk.write_in()
    given = ("--to-team", "billing", "--field", "plan=pro", "--field", "Plan=max")
    desk.done("canned", "add", "pay", "--title", "Pay", "--text", "", *given)
    made = desk.rows("canned", "show", "pay")[0]
    assert (made["macro"]["team"], made["macro"]["fields"]) == ("billing", {"plan": "max"})
    assert "to team billing · plan=max" in desk.done("canned", "list")
    desk.done("ticket", "apply", "pay", number)
    ticket = desk.rows("ticket", "show", number)[0]
    assert (ticket["team"], ticket["fields"]) == ("Billing", {"plan": "max"})
    desk.done("canned", "edit", "pay", "--to-team", "keep", "--field", "plan=keep", "--tag", "+a")
    macro = desk.rows("canned", "show", "pay")[0]["macro"]
    assert (macro["team"], macro["fields"], macro["add_tags"]) == (None, {}, ["a"])


def test_a_response_is_for_a_team(desk: Program) -> None:
    from supportcli.desk import peek

    desk.done("team", "add", "Billing", "--member", "ada")
    desk.done("team", "add", "Sales")
    desk.done("canned", "add", "ours", "--title", "Ours", "--text", "Hi.", "--team", "billing")
    made = desk.rows("canned", "show", "ours")[0]
    assert (made["scope"], made["team"]) == ("team", "Billing")
    assert "[Billing]" in desk.done("canned", "list")
    assert list(peek.words(desk.settings, "canned", "ours")) == [("ours", "Ours")]
    desk.done("canned", "edit", "ours", "--text", "Hello.")
    assert desk.rows("canned", "show", "ours")[0]["team"] == "Billing"
    sheet = desk.done("canned", "show", "ours")
    assert 'team = "Billing"' in sheet
    refused = desk.run("canned", "edit", "ours", "--team", "sales")
    assert (refused.code, "you are not in it" in refused.err) == (77, True)
    desk.done("canned", "edit", "ours", "--scope", "all")
    made = desk.rows("canned", "show", "ours")[0]
    assert (made["scope"], made["team"]) == ("all", None)


def test_a_text_of_a_macro_goes_only_if_the_call_says_so(desk: Program) -> None:
    desk.done("canned", "add", "bye", "--title", "Bye", "--text", "Bye!", "--tag", "+bye")
    assert desk.run("canned", "edit", "bye").code == 2, "an empty pipe that nobody named"
    assert desk.rows("canned", "show", "bye")[0]["bodies"][0]["text"] == "Bye!"
    desk.done("canned", "edit", "bye", "--text", "")
    assert desk.rows("canned", "show", "bye")[0]["bodies"][0]["text"] == ""
    refused = desk.run("canned", "edit", "bye", "--tag=-bye", "--text", "")
    assert (refused.code, desk.run("canned", "add", "x", "--title", "X").code) == (0, 2)


def test_many_tickets_are_answered_by_one_call_and_taken_back_by_one(desk: Program) -> None:
    for _ in range(3):
        desk.write_in()
    numbers = desk.done("ticket", "list", "--json")
    assert len(desk.rows("ticket", "apply", "goodbye", "-", "--dry-run", stdin=numbers)) == 3
    told = "".join(f"  #{number} to Maria Lopez <maria@acme.test>\n" for number in (3, 2, 1))
    assert (
        desk.done("ticket", "apply", "goodbye", "-", stdin=numbers)
        == f"goodbye: answered 3 tickets: #3 #2 #1.\n{told}"
    )
    assert len(desk.rows("ticket", "list", "status:solved")) == 3
    assert desk.done("ticket", "undo").startswith("Undone (replied): 3 tickets:")
    assert len(desk.rows("ticket", "list", "status:new")) == 3
    assert len(desk.rows("outbox", "list")) == 0


def test_responses_are_files_that_come_back_as_they_were(desk: Program) -> None:
    before = desk.rows("canned", "list")
    assert desk.done("canned", "export", "out") == f"Wrote {len(before)} canned responses to out.\n"
    assert desk.run("canned", "export", "out").code == 1
    (desk.folder / "out" / "idea.md").write_text('+++\ntitle = "Other"\n+++\nThanks.\n')
    (desk.folder / "out" / "new.md").write_text('+++\ntitle = "New"\n+++\nNew.\n')
    assert desk.done("canned", "lint", "out") == "No problems found.\n"
    assert (
        desk.done("canned", "import", "out", "--dry-run")
        == "Would add: new.\nWould change: idea.\nUnchanged: 11.\n"
    )
    assert desk.rows("canned", "list") == before
    (done,) = desk.rows("canned", "import", "out")
    assert done == {
        "added": ["new"],
        "changed": ["idea"],
        "same": [row["shortcut"] for row in before if row["shortcut"] != "idea"],
        "dry_run": False,
    }


def test_faults_in_files_are_told_with_their_lines(desk: Program) -> None:
    (desk.folder / "bad.md").write_text(
        '+++\ntitle = "x"\nmailbox = "no@shop.test"\n+++\nHello {{ customer.frist_name }}'
    )
    ran = desk.run("canned", "lint", "bad.md")
    assert (ran.code, [line.partition(" is unknown:")[0] for line in ran.out.splitlines()]) == (
        1,
        [
            "bad.md:3: There is no mailbox no@shop.test.",
            "bad.md:5: “customer.frist_name”",
        ],
    )
    assert [
        (row["place"], row["line"]) for row in desk.run("canned", "lint", "bad.md", "--json").rows
    ] == [("bad.md", 3), ("bad.md", 5)]
    ran = desk.run("canned", "import", "bad.md")
    assert (ran.code, ran.out, len(ran.err.splitlines())) == (2, "", 4)
    assert "Nothing was imported: 2 problems." in ran.err


def test_files_are_checked_where_there_is_no_desk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = Program(tmp_path, monkeypatch)
    (tmp_path / "a.md").write_text('+++\ntitle = "x"\nmailbox = "no@shop.test"\n+++\nHello')
    ran = program.run("canned", "lint", "a.md")
    assert (ran.code, ran.out) == (0, "No problems found.\n")
    assert "mailboxes and agents were not looked up" in ran.err


def test_the_report_tells_what_is_never_used(desk: Program) -> None:
    number = desk.write_in()
    desk.done("ticket", "apply", "received", number)
    desk.clock.tick(days=40)
    golden("canned-report.txt", desk.done("canned", "report"))
    assert {row["uses"] for row in desk.rows("canned", "report", "--since", "30d")} == {0}
    assert desk.rows("canned", "report", "--since", "2026-01-01")[0]["uses"] == 1


def test_the_shell_offers_shortcuts(desk: Program) -> None:
    from supportcli.desk import peek

    assert list(peek.words(desk.settings, "canned", "re")) == [
        ("received", "We have your message"),
        ("refund-done", "Your refund is on its way"),
        ("refund-refused", "Why we cannot refund this"),
    ]
