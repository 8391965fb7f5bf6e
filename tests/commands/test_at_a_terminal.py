"""What a person sees and is asked, in a real pty."""

import json
import re
import shlex
import sys
from collections.abc import Mapping

import pytest

from supportcli.commands.options import prompts
from supportcli.commands.output import printing
from supportcli.commands.output.printing import TableColumn
from supportcli.desk.replies import drafts
from supportcli.domain.mail import Address
from tests.commands.letters import letter
from tests.commands.program import Program
from tests.demo.terminal import Terminal
from tests.demo.warm import warm
from tests.desk.desks import write_in
from tests.servers.pymap import Pymap
from tests.servers.smtp import Phase, Reply, SmtpServer

PROGRAM = [sys.executable, "-m", "supportcli"]


def at(
    program: Program,
    *argv: str,
    environ: Mapping[str, str] | None = None,
    columns: int = 100,
    lines: int = 40,
) -> Terminal:
    """The program in a terminal of this person."""
    given = {
        "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
        **program.environ,
        **(environ or {}),
    }
    return Terminal([*PROGRAM, *argv], given, columns, lines, warm)


def test_without_a_desk_the_demo_and_setting_one_up_are_offered(program: Program) -> None:
    with at(program) as terminal:
        terminal.wait_for("Your choice [d]")
        for offer in ("look around in a demo", "set up a desk of your own", "quit"):
            assert offer in terminal.text
        terminal.send("q\r")
        assert terminal.ended() == 0


@pytest.mark.parametrize(("key", "left"), [("n", [2, 1]), ("y", [])])
def test_a_verb_over_a_query_asks_once_it_has_said_which(
    desk: Program, key: str, left: list[int]
) -> None:
    for subject in ("Leak", "Another leak"):
        desk.write_in(subject)
    with at(desk, "ticket", "solve", "is:unassigned", "subject:leak") as terminal:
        terminal.wait_for("Change these 2 tickets? [y/N]")
        assert "#1  Leak" in terminal.text
        assert "#2  Another leak" in terminal.text
        terminal.send(f"{key}\r")
        assert terminal.ended() == 0
    assert [row["number"] for row in desk.rows("ticket", "list", "status:new")] == left


@pytest.mark.parametrize("argv", [(), ("demo",)], ids=["inbox", "demo"])
def test_an_inbox_that_could_not_be_seen_does_not_open(
    desk: Program, argv: tuple[str, ...]
) -> None:
    command = shlex.join([*PROGRAM, *argv])
    with Terminal(
        ["sh", "-c", f"{command} 2>errors; echo ended with $?; cat errors"], desk.environ, 100, 30
    ) as terminal:
        terminal.wait_for("is painted on standard error, which is not a terminal here.")
        assert "ended with 2" in terminal.text


def test_setting_up_asks_what_is_not_said(program: Program) -> None:
    with at(program) as terminal:
        terminal.wait_for("Your choice [d]")
        terminal.send("s\r")
        terminal.wait_for("Your name and address, as in Ada Byron <ada@shop.example>:")
        terminal.send("Ada Byron <ada@shop.test>\r")
        terminal.wait_for("Next: supportcli mailbox add")
        assert terminal.ended() == 0
    assert program.settings.agent == "ada@shop.test"


def test_adding_a_mailbox_asks_and_keeps_the_password_in_the_keyring(desk: Program) -> None:
    file = desk.folder / "secrets.json"
    kept_in = {
        "PYTHON_KEYRING_BACKEND": "tests.demo.file_keyring.FileKeyring",
        "SECRETS_FILE": str(file),
    }
    with at(desk, "mailbox", "add", environ=kept_in) as terminal:
        for question, answer in [
            ("Address of the mailbox:", "new@halden.test"),
            ("IMAP server (HOST:PORT) [mail.halden.test]:", ""),
            ("SMTP server (HOST:PORT) [mail.halden.test]:", "smtp.halden.test:587"),
            ("User name [new@halden.test]:", ""),
            ("How much of the old mail to bring in, as in none, 30d or all:", "30d"),
            ("Password (kept in your keyring; leave it empty to do this later):", "hunter2"),
        ]:
            terminal.wait_for(question)
            terminal.send(f"{answer}\r")
        terminal.wait_for("Added new@halden.test.")
        assert terminal.ended() == 0
        assert "hunter2" not in terminal.text
    assert json.loads(file.read_text()) == {"supportcli new@halden.test": "hunter2"}
    assert desk.settings.secrets["new@halden.test"].reference == "keyring:new@halden.test"
    assert [str(one) for one in desk.settings.secrets["new@halden.test"].servers] == [
        "imaps://new%40halden.test@mail.halden.test:993",
        "smtp+starttls://new%40halden.test@smtp.halden.test:587",
    ]
    row = desk.rows("mailbox", "show", "new@halden.test")[0]
    assert (row["imap"]["port"], row["smtp"]["security"], row["history"]) == (
        993,
        "starttls",
        "30d",
    )


def test_a_password_typed_at_once_is_neither_lost_nor_shown(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[str] = []

    def silent(prompt: str) -> str:
        asked.append(prompt)
        return "hunter2"

    monkeypatch.setattr("getpass.getpass", silent)
    assert prompts.ask_secret("Password") == "hunter2"
    assert asked == ["Password: "], "nothing of the question is written before echo is off"


def test_giving_up_the_password_does_nothing(desk: Program) -> None:
    with at(
        desk,
        "mailbox",
        "add",
        "new@halden.test",
        "--imap",
        "a.test:993",
        "--smtp",
        "a.test:587",
        "--history",
        "all",
    ) as terminal:
        terminal.wait_for("User name")
        terminal.send("\r")
        terminal.wait_for("do this later):")
        terminal.send("\x04")
        terminal.wait_for("Stopped; nothing more was done.")
        assert terminal.ended() == 1
    assert len(desk.rows("mailbox", "list")) == 1


def test_trusting_changed_servers_is_asked(desk: Program) -> None:
    desk.done("mailbox", "trust", "help@shop.test", "--yes", "--secret", "env:HELP")
    with at(desk, "mailbox", "trust", "help@shop.test") as terminal:
        terminal.wait_for("will be sent to 127.0.0.1:9 (none) and 127.0.0.1:9 (none), as help@sh")
        terminal.wait_for("Is that right?")
        terminal.send("no\r")
        terminal.wait_for("Nothing was changed.")
        assert terminal.ended() == 0


def test_giving_up_a_question_does_nothing(desk: Program) -> None:
    with at(desk, "mailbox", "add") as terminal:
        terminal.wait_for("Address of the mailbox:")
        terminal.send("\x04")
        terminal.wait_for("Stopped; nothing more was done.")
        assert terminal.ended() == 1
    assert len(desk.rows("mailbox", "list")) == 1


def test_a_reply_is_written_in_the_editor(desk: Program) -> None:
    number = desk.write_in()
    code = "import sys; from pathlib import Path; file = Path(sys.argv[1]); assert sys.stdin.isatty(); file.write_text(file.read_text() + 'Grüße')"
    with at(
        desk,
        "ticket",
        "reply",
        str(number),
        environ={"EDITOR": f"{sys.executable} -c {shlex.quote(code)}"},
    ) as terminal:
        terminal.wait_for(f"Reply to #{number} leaves in 10 s, to ")
        assert terminal.ended() == 0
    assert desk.rows("ticket", "show", number)[0]["messages"][1]["text"] == "Grüße"


def test_an_undone_reply_goes_on_in_the_editor(desk: Program) -> None:
    number = desk.write_in()
    desk.done("ticket", "reply", number, "--text", "First thoughts.")
    desk.done("ticket", "undo", number)
    code = "import sys; from pathlib import Path; file = Path(sys.argv[1]); file.write_text(file.read_text() + ' Second ones.')"
    with at(
        desk,
        "ticket",
        "reply",
        str(number),
        environ={"EDITOR": f"{sys.executable} -c {shlex.quote(code)}"},
    ) as terminal:
        terminal.wait_for("leaves in 10 s, to ")
        assert terminal.ended() == 0
    assert (
        desk.rows("ticket", "show", number)[0]["messages"][-1]["text"]
        == "First thoughts. Second ones."
    )
    with desk.desk() as opened:
        assert drafts.draft(opened, number, "reply") is None, "it was sent"


def test_a_table_fits_the_terminal(desk: Program) -> None:
    desk.write_in("Ein sehr langer Betreff " * 10)
    desk.write_in("注文したコーヒーメーカーが" * 10)
    with at(desk, "ticket", "list", columns=60) as terminal:
        assert terminal.ended() == 0
        lines = [line for line in terminal.text.splitlines() if line]
    assert lines[0].split() == ["Number", "Status", "Waits", "Customer", "Subject"], (
        "columns without anything in them are left out"
    )
    assert len(lines) == 3
    assert all("…" in line for line in lines[1:])


def refused_reply(program: Program, number: int) -> None:
    """A reply that the mail server does not take."""
    program.done("mailbox", "remove", "help@shop.test")
    with SmtpServer(user="help@shop.test", password="secret") as smtp:
        program.add_mailbox("help@shop.test", 9, smtp.port, "--secret", "env:HELP")
        smtp.on(Phase.END, Reply("550 5.1.1 no such user here"))
        assert program.run("ticket", "reply", number, "--text", "Now.", "--now").code == 1


def table(program: Program, *argv: str, columns: int) -> list[str]:
    """The lines of a table in a terminal of so many columns, below its headings."""
    with at(program, *argv, columns=columns) as terminal:
        assert terminal.ended() == 0
        return [line for line in terminal.text.splitlines() if line]


def cells(line: str, headings: str) -> dict[str, str]:
    """What stands under each heading."""
    starts = [found.start() for found in re.finditer(r"(?:^|(?<=  ))\S", headings)]
    parts = zip(starts, [*starts[1:], len(line)], strict=True)
    return {
        headings[start:].split("  ", maxsplit=1)[0]: line[start:end].strip() for start, end in parts
    }


def test_a_narrow_terminal_gives_up_the_columns_of_least_worth_and_keeps_the_subject(
    desk: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HELP", "secret")
    desk.write_in(
        "Refund please, I was charged twice for the same order of two machines",
        customer="Halden and Daughters IT <it@halden.test>",
    )
    desk.write_in("The reply to this one does not arrive at all, whatever is tried")
    desk.done("ticket", "priority", 1, "--to", "urgent")
    refused_reply(desk, 2)
    for columns, titles, least in [
        (160, "Number Status Reply Priority Waits Customer Subject Assignee", 60),
        (80, "Number Status Reply Priority Waits Customer Subject", 24),
        (60, "Number Status Reply Waits Customer Subject", 18),
        (40, "Number Status Reply Subject", 12),
    ]:
        headings, first, second = table(desk, "ticket", "list", columns=columns)
        assert headings.split() == titles.split()
        told, replied = cells(first, headings), cells(second, headings)
        assert (told["Number"], told["Status"], told["Subject"][:11]) == (
            "#1",
            "new",
            "Refund plea",
        )
        assert (replied["Number"], replied["Status"], replied["Reply"]) == (
            "#2",
            "pending",
            "failed",
        )
        assert min(len(told["Subject"]), len(replied["Subject"])) >= least
        assert columns < 60 or told["Customer"].startswith("Halden")
    told = cells(*reversed(table(desk, "ticket", "list", "assignee:none", columns=40)[:2]))
    assert {**told, "Customer": told["Customer"][:6]} == {
        "Number": "#1",
        "Status": "new",
        "Customer": "Halden",
        "Subject": "Refund plea…",
    }
    headings, first = table(desk, "outbox", "list", columns=60)
    assert cells(first, headings)["Answer"].startswith("maria@acme.test: 550 5.1.1 no such")


def test_of_many_rows_the_columns_that_seem_empty_are_the_first_to_go(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(printing, "on_terminal", lambda: True)
    monkeypatch.setenv("TERM", "dumb")
    columns = (
        TableColumn("Number"),
        TableColumn("Trouble", goes=2),
        TableColumn("Who", least=5, goes=1),
        TableColumn("Subject", least=12, grows=True),
    )
    rows = [
        (f"#{number}", "failed" if number == 300 else "", "Maria Lopez", "It leaks " * 5)
        for number in range(1, 301)
    ]
    for width, titles in [
        ("60", "Number Trouble Who Subject"),
        ("34", "Number Who Subject"),
        ("20", "Number Subject"),
    ]:
        monkeypatch.setenv("COLUMNS", width)
        printing.table(columns, rows, "")
        lines = capsys.readouterr().out.splitlines()
        assert lines[0].split() == titles.split()
        assert len(lines) == 301
        assert max(map(len, lines)) <= int(width)


def test_where_no_terminal_is_the_list_tells_all_of_it(
    desk: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HELP", "secret")
    monkeypatch.setenv("COLUMNS", "40")
    desk.write_in("Leak " * 20 + "end")
    refused_reply(desk, 1)
    (line,) = desk.done("ticket", "list").splitlines()
    for told in ("#1", "pending", "reply failed", "Maria Lopez", "Leak " * 20 + "end", "Ada Byron"):
        assert told in line


@pytest.mark.parametrize("environ", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_colours_can_be_turned_off(
    desk: Program, environ: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(printing, "on_terminal", lambda: True)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert printing.paint("x", "error") == "\033[1;31mx\033[0m"
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    assert printing.paint("x", "error") == "x"
    assert desk.done("ticket", "list", "--json") == ""


def test_a_sync_shows_a_person_what_it_does(desk: Program, pymap: Pymap) -> None:
    user, password = pymap.new_user()
    with SmtpServer(user=user, password=password) as smtp:
        desk.done("mailbox", "remove", "help@shop.test")
        desk.add_mailbox(
            "help@shop.test", pymap.port, smtp.port, "--user", user, "--secret", "env:HELP"
        )
        pymap.append(user, "INBOX", letter())
        with at(desk, "sync", environ={"HELP": password}) as terminal:
            terminal.wait_for("help@shop.test: 1 new ticket")
            assert terminal.ended() == 0
        with at(desk, "sync", environ={"HELP": password}) as terminal:
            terminal.wait_for("help@shop.test: nothing new")
            assert terminal.ended() == 0
            assert not re.search("fetched|receiving", terminal.text), "the line of progress is gone"
        with at(desk, "sync", environ={"HELP": "wrong"}) as terminal:
            terminal.wait_for("refused the login")
            assert terminal.ended() == 77


def test_computing_again_shows_how_far_it_is(desk: Program) -> None:
    desk.write_in()
    with at(desk, "sla", "recompute") as terminal:
        terminal.wait_for("All targets match the history of their tickets.")
        assert terminal.ended() == 0
    for shown in (b"recomputing", b"100 %", b"left"):
        assert shown in terminal.output


def test_an_attachment_is_not_painted(desk: Program) -> None:
    desk.done(
        "mail",
        "ingest",
        "-",
        "--mailbox",
        "help@shop.test",
        stdin=letter("See.\n", "Leak", ("evil.bin", b"\x1b]52;c;x\x07")),
    )
    with at(desk, "ticket", "attachment", "1:1", "-") as terminal:
        terminal.wait_for("An attachment is not written to a terminal.")
        assert terminal.ended() == 2


def test_one_language_of_a_response_is_written_in_the_editor(desk: Program) -> None:
    desk.done(
        "canned", "add", "thanks", "--title", "Thanks", "--language", "en", "--text", "Thank you."
    )
    desk.done("canned", "edit", "thanks", "--language", "de", "--text", "Danke.")
    with at(
        desk,
        "canned",
        "edit",
        "thanks",
        "--language",
        "DE",
        environ={"EDITOR": "sed -i '1s/$/ Sehr!/'"},
    ) as terminal:
        terminal.wait_for("Changed “thanks”, version 3.")
        assert terminal.ended() == 0
    assert [body["text"] for body in desk.rows("canned", "show", "thanks")[0]["bodies"]] == [
        "Thank you.",
        "Danke. Sehr!",
    ]


@pytest.mark.parametrize("answer", ["y", "n"])
def test_who_is_new_is_asked_about(desk: Program, answer: str) -> None:
    with desk.desk() as opened:
        number = write_in(opened)
        write_in(opened, number, message={"reply_to": (Address("Eve", "eve@evil.test"),)})
    with at(desk, "ticket", "reply", str(number), "--text", "Yes.") as terminal:
        terminal.wait_for(f"Eve <eve@evil.test> is new to #{number}. Send it? [y/N]:")
        terminal.send(f"{answer}\r")
        terminal.wait_for(
            "leaves in 10 s, to Eve <eve@evil.test>"
            if answer == "y"
            else "Your text is kept as a draft"
        )
        assert terminal.ended() == (0 if answer == "y" else 2)
    assert len(desk.rows("outbox", "list")) == (answer == "y")
