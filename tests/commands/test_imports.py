"""`supportcli import` and `supportcli export`: what they print, and what they refuse."""

import gzip
import json
import os
import stat
import subprocess
import sys

import pytest

from tests.commands.letters import letter
from tests.commands.program import Program, golden
from tests.commands.test_at_a_terminal import at

PROGRAM = [sys.executable, "-m", "supportcli"]
FROM = b"From nobody Sat Jan 31 10:00:00 2026\n"
TABLE = """Id,Title,Requester,Requester email,Body,Status,Created,Tags
12,Leak,Maria,maria@acme.test,"It leaks.
Badly.",Open,2026-01-31 10:00,vip; leak
13,=cmd(),Bob,bob@x.test,Hi,Resolved,2026-02-01 10:00,
14,Mill,Eve,eve,It grinds.,Open,2026-02-01 10:00,
"""


@pytest.fixture
def files(desk: Program) -> Program:
    """A desk, and beside it an mbox, a Maildir, letters and a table."""
    (desk.folder / "all.mbox").write_bytes(
        FROM + letter() + b"\n" + FROM + b"Subject: x\n\nhello\n\n" + FROM + letter() + b"\n"
    )
    (desk.folder / "Maildir" / "cur").mkdir(parents=True)
    (desk.folder / "Maildir" / "cur" / "1:2,S").write_bytes(letter(message_id="<second@acme.test>"))
    (desk.folder / "a.eml").write_bytes(letter(message_id="<third@acme.test>"))
    (desk.folder / "t.csv").write_text(TABLE, encoding="utf-8")
    return desk


def said(program: Program, *argv: str) -> str:
    """All that a call says, and its exit code."""
    ran = program.run(*argv)
    return f"$ {' '.join(argv)}\n{ran.out}{ran.err}exit {ran.code}\n".replace("\r\n", "\n")


def test_what_imports_of_mail_say(files: Program) -> None:
    calls = (
        ("import", "mbox", "all.mbox", "--dry-run"),
        ("import", "mbox", "all.mbox"),
        ("import", "mbox", "all.mbox"),
        ("import", "mbox", "all.mbox", "--json"),
        ("import", "maildir", "Maildir", "--status", "closed"),
        ("import", "eml", "a.eml", "--open-since", "2026-03-01"),
        ("mail", "why", "1"),
        ("ticket", "list", "status:any"),
    )
    golden("import-mail.txt", "".join(said(files, *call) for call in calls))


def test_what_imports_of_tables_and_exports_say(files: Program) -> None:
    calls = (
        ("import", "csv", "t.csv", "--dry-run"),
        ("import", "csv", "t.csv", "--source", "zendesk", "--keep-numbers"),
        ("import", "csv", "t.csv", "--source", "zendesk", "--json"),
        ("ticket", "note", "12", "--text", "She called."),
        ("export", "csv", "status:any"),
        ("export", "jsonl", "status:closed"),
        ("export", "mbox", "status:any"),
        ("export", "jsonl", "status:any", "--output", "desk.jsonl"),
        ("export", "jsonl", "status:any", "--output", "desk.jsonl"),
        ("import", "jsonl", "desk.jsonl"),
    )
    golden("import-table.txt", "".join(said(files, *call) for call in calls))


def test_json_tells_each_thing_that_is_not_taken(files: Program) -> None:
    ran = files.run("import", "csv", "t.csv", "--json")
    assert (ran.code, ran.err) == (1, "")
    assert ran.rows[0] == {"file": "t.csv", "place": "line 5", "reason": "invalid address: eve"}
    assert ran.rows[1]["not_taken"] == 1


def test_only_some_of_many_are_shown(desk: Program) -> None:
    (desk.folder / "t.csv").write_text("Email,Title\n" + "x,y\n" * 9, encoding="utf-8")
    lines = desk.run("import", "csv", "t.csv").out.splitlines()
    assert (lines[1], lines[-1]) == (
        "Not imported: 9 invalid address.",
        "  … and 4 more; --json lists all.",
    )


@pytest.mark.parametrize(
    ("words", "code", "sentence", "hint"),
    [
        (
            "import mbox none.mbox",
            2,
            "none.mbox cannot be read: No such file or directory; nothing was imported.",
            "Choose files or folders.",
        ),
        (
            "import mbox t.csv",
            2,
            "t.csv is not an mbox: its first line is not “From …” with a date; nothing",
            "supportcli import maildir | eml",
        ),
        (
            "import mbox Maildir",
            2,
            "Maildir is a folder; nothing was imported.",
            "supportcli import maildir | eml",
        ),
        (
            "import maildir a.eml",
            2,
            "a.eml is a file, and a Maildir is a folder with cur and new;",
            "supportcli import mbox | eml",
        ),
        (
            "import eml Maildir",
            2,
            "Maildir holds no mail: no file that ends in .eml;",
            "supportcli import mbox | maildir",
        ),
        ("import mbox", 2, "Missing argument 'PATH'.", "supportcli import mbox --help"),
        (
            "import mbox all.mbox --mailbox no@shop.test",
            1,
            "There is no mailbox no@shop.test.",
            "supportcli mailbox list",
        ),
        (
            "import mbox all.mbox --status new",
            2,
            "Tickets cannot be imported with the status “new”.",
            "open, pending, on-hold, solved, closed",
        ),
        (
            "import mbox all.mbox --open-since soon",
            2,
            "“soon” is neither a number of days nor a date.",
            "--open-since 30d",
        ),
        (
            "import mbox all.mbox --open-since 0001-01-01T00:00+14:00",
            2,
            "“0001-01-01T00:00+14:00” is neither a number",
            "--open-since 30d",
        ),
        ("import mbx all.mbox", 2, "No such command 'mbx'.", "supportcli import --help"),
        (
            "import csv t.csv --map subjct=Title",
            2,
            "t.csv: “subjct” is not a field of a ticket; nothing was imported.",
            "“subject”",
        ),
        (
            "import csv t.csv --map subject=Titel",
            2,
            "t.csv: it has no column “Titel”; nothing was imported.",
            "“Title”",
        ),
        (
            "import csv t.csv --map customer=",
            2,
            "t.csv: it is not clear which column is the customer;",
            "--map 'customer=Column'",
        ),
        (
            "import csv t.csv --map Title",
            2,
            "“Title” does not say which column holds which field.",
            "--map FIELD=COLUMN",
        ),
        (
            "import csv latin.csv",
            2,
            "latin.csv is not text in utf-8: see byte 13; nothing was imported.",
            "--encoding cp1252",
        ),
        (
            "import csv t.csv --encoding klingon",
            2,
            "“klingon” is not an encoding; nothing was imported.",
            "cp1252",
        ),
        (
            "import csv t.csv --encoding rot13",
            2,
            "“rot13” is not an encoding; nothing was imported.",
            "cp1252",
        ),
        (
            "import csv t.csv --encoding base64",
            2,
            "“base64” is not an encoding; nothing was imported.",
            "cp1252",
        ),
        (
            "import csv none.csv",
            2,
            "none.csv cannot be read: No such file or directory;",
            "Choose a file.",
        ),
        (
            "import jsonl t.csv",
            2,
            "t.csv is not an export: its first line is not a ticket;",
            "supportcli export jsonl",
        ),
        (
            "export mbox colour:red",
            2,
            "Column 1 of the query: “colour:” is not a search term.",
            "status",
        ),
        (
            "export jsonl --output Maildir",
            1,
            "Maildir already exists; nothing was written.",
            "--force",
        ),
        (
            "export jsonl --output Maildir --force",
            1,
            "Maildir cannot be written: Is a directory.",
            "--output",
        ),
        (
            "export jsonl --output pipe --force",
            1,
            "pipe cannot be written: it is not a file.",
            "--output",
        ),
        (
            "export csv --output none/x.csv",
            1,
            "none/x.csv cannot be written: No such file or directory.",
            "--output",
        ),
        ("export csv --raw", 2, "There is no option --raw.", "supportcli export csv --help"),
        ("export csv x --database d.db", 2, "There is no option --database here.", "export csv …"),
    ],
)
def test_a_call_that_is_wrong_imports_nothing(
    files: Program, *, words: str, code: int, sentence: str, hint: str
) -> None:
    os.mkfifo(files.folder / "pipe")
    (files.folder / "latin.csv").write_bytes(b"Email,Titel\nm\xfcller@x.test,x\n")
    refused = files.run(*words.split())
    assert (refused.code, refused.out) == (code, "")
    first, second = refused.err.splitlines()
    assert first.startswith(f"supportcli: {sentence}")
    assert hint in second
    assert files.rows("ticket", "list", "status:any") == []
    assert (files.folder / "pipe").is_fifo()
    assert sorted(path.name for path in files.folder.iterdir() if path.name.startswith(".")) == []


def test_a_desk_of_several_mailboxes_asks_whose_mail_it_is(files: Program) -> None:
    files.add_mailbox("sales@shop.test", 9, 9)
    refused = files.run("import", "mbox", "all.mbox")
    assert (refused.code, refused.err.splitlines()[1]) == (
        2,
        "Choose one with --mailbox.",
    )
    assert (
        files.run("import", "csv", "t.csv").out.splitlines()[1]
        == "Not imported: 2 no mailbox here, 1 invalid address."
    )
    files.run("import", "mbox", "all.mbox", "--mailbox", "Sales@Shop.test")
    assert [row["mailbox"] for row in files.rows("ticket", "list", "status:any")] == [
        "sales@shop.test"
    ]


def test_a_desk_without_a_mailbox_and_an_agent_who_is_no_admin_import_nothing(
    files: Program,
) -> None:
    (files.folder / "config.toml").write_text('agent = "bob@shop.test"\n', encoding="utf-8")
    assert files.run("import", "mbox", "all.mbox").code == 77
    assert files.run("import", "csv", "t.csv").code == 77
    (files.folder / "config.toml").write_text('agent = "ada@shop.test"\n', encoding="utf-8")
    files.done("mailbox", "remove", "help@shop.test")
    assert files.run("import", "mbox", "all.mbox").code == 78


def test_an_export_is_a_file_of_its_owner_whole_or_not_at_all(
    files: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    files.write_in()
    assert files.done("export", "csv", "--output", "x.csv") == "Wrote x.csv: 1 ticket, 1 message.\n"
    path = files.folder / "x.csv"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    before = path.read_bytes()

    def cut(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("supportcli.desk.exports.files.sheets.write_row", cut)
    assert files.run("export", "csv", "--output", "x.csv", "--force").code == 130
    assert path.read_bytes() == before
    assert [one.name for one in files.folder.iterdir() if one.name.startswith(".x")] == []


def test_an_export_goes_through_pipes_and_comes_back_packed(files: Program) -> None:
    files.run("import", "mbox", "all.mbox")
    lines = files.run("export", "jsonl", "status:any", "--raw").raw
    assert (
        files.run("export", "jsonl", "status:any", "--raw", "--output", "-").raw,
        (files.folder / "-").exists(),
    ) == (lines, False)
    (files.folder / "desk.jsonl.gz").write_bytes(gzip.compress(lines))
    assert json.loads(lines)["messages"][0]["raw"]
    assert files.done("import", "jsonl", "desk.jsonl.gz").startswith(
        "desk.jsonl.gz: 1 ticket read; 0 new tickets, 1 here already."
    )
    full = subprocess.run(
        ["sh", "-c", f"{' '.join(PROGRAM)} export mbox status:any > /dev/full"],
        env={**os.environ, **files.environ},
        capture_output=True,
        check=False,
    )
    assert (full.returncode, full.stderr.decode().splitlines()[0]) == (
        1,
        "supportcli: No space left on device.",
    )


def test_what_strangers_wrote_goes_to_no_terminal(files: Program) -> None:
    files.run("import", "mbox", "all.mbox")
    with at(files, "export", "mbox", "status:any") as terminal:
        terminal.wait_for("Mail is not written to a terminal.")
        assert terminal.ended() == 2


def test_at_a_terminal_columns_are_asked_for_one_by_one(files: Program) -> None:
    with at(files, "import", "csv", "t.csv") as terminal:
        for question, answer in [
            ("Column for the subject [Title]:", "Titel"),
            ("There is no column “Titel”.", "Title"),
            ("Column for the text [Body]:", ""),
            ("Column for the customer [Requester email]:", ""),
            ("Column for the name [Requester]:", ""),
            ("Column for the number [Id]:", "-"),
            ("Column for the created [Created]:", ""),
            ("Column for the status [Status]:", "-"),
            ("Column for the priority [-]:", ""),
            ("Column for the tags [Tags]:", ""),
            ("Column for the assignee [-]:", ""),
        ]:
            terminal.wait_for(question)
            terminal.send(f"{answer}\r")
        terminal.wait_for("t.csv: 3 rows read; 2 new tickets, 1 not taken.")
        assert terminal.ended() == 1
    assert [row["status"] for row in files.rows("ticket", "list", "status:any")] == [
        "closed",
        "closed",
    ]
    assert files.rows("ticket", "list", "tag:vip") != []


def test_at_a_terminal_an_import_shows_how_far_it_is(files: Program) -> None:
    with at(files, "import", "mbox", "all.mbox") as terminal:
        terminal.wait_for(
            "help@shop.test: 3 emails read; 1 new ticket, 1 here already, 1 not taken."
        )
        assert terminal.ended() == 1
    assert b"reading" in terminal.output
    assert b"left" in terminal.output
