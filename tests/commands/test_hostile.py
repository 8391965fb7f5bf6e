"""What strangers write, on every surface of the command line, in a real pty: no control byte of
theirs reaches the terminal, each leaves a mark, nothing breaks, and every letter can be had."""

import base64
import fcntl
import os
import re
import shutil
import struct
import subprocess
import sys
import termios
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

import pytest

from supportcli.commands.output.printing import _PLAIN, _STYLES
from supportcli.storage.engine.driver import load_driver
from supportcli.terminal import UNSAFE
from tests.commands.program import Program
from tests.servers.pymap import Pymap
from tests.servers.smtp import Phase, Reply, SmtpServer

PROBES = [
    "\x1b[2J\x1b[1;1Hrepainted",
    "\x1b]52;c;Y2xpcGJvYXJk\x07clipboard",
    "\x1b]0;title\x07\x1b]8;;http://evil.test\x1b\\link\x1b]8;;\x1b\\",
    "\x9b2Jc1\x90q\x9c",
    "nul\x00bell\x07back\x08\x08\x08del\x7f",
    "cr\rover",
    "bidi\u202egnp.exe\u2066\u2069\u200f",
    "lines\u2028\u2029\x0b\x0c",
    "zero\u200bwidth\ufeff\U000e0041tags",
    "Z\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301algo",
    "[/x] [bold]markup[/] [@click=app.quit]click[/] :boom: {x} %s",
]
HOSTILE = " ".join(PROBES)
MEGABYTE = "long" * 250_000 + "\x1bend"

OURS = {style.encode() for style in _STYLES.values()} | {_PLAIN.encode()}


def encoded(text: str) -> str:
    """Text as an encoded word (RFC 2047), which hides any control."""
    return f"=?utf-8?b?{base64.b64encode(text.encode()).decode()}?="


def hostile_mail() -> bytes:
    """A mail all of whose fields are hostile."""
    name = "".join(f"%{byte:02x}" for byte in HOSTILE.encode())
    return (
        f"From: {encoded(HOSTILE)} <maria@acme.test>\r\n"
        f"To: {encoded(HOSTILE)} <help@shop.test>\r\nCc: {encoded(HOSTILE)} <bob@acme.test>\r\nReply-To: {encoded(HOSTILE)} <other@acme.test>\r\n"
        f"Subject: {encoded(HOSTILE)}\r\nMessage-ID: <hostile@acme.test>\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/mixed; boundary="frontier"\r\n\r\n--frontier\r\n'
        "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        f"{base64.encodebytes(text().encode()).decode()}\r\n--frontier\r\n"
        f"Content-Type: application/octet-stream\r\nContent-Disposition: attachment; filename*=utf-8''{name}\r\n\r\nfile\r\n--frontier--\r\n"
    ).encode()


def text() -> str:
    """A body: each probe in a line, a line of a megabyte, a quote and a signature."""
    return "\n".join(
        [
            *PROBES,
            MEGABYTE,
            "On Monday, Ada wrote:",
            *(f"> {probe}" for probe in PROBES),
            "",
            "-- ",
            HOSTILE,
        ]
    )


def spoil(database: Path) -> None:
    """Write into the desk what no command would: whoever shares a database may have done so."""
    with closing(load_driver().connect(database)) as connection:
        connection.execute(
            "INSERT INTO customer_lookup (customer_id, at, answer) "
            "SELECT customer_id, '2026-03-01 09:00:00', '{}' FROM customer_profile"
        )
        connection.execute(
            "INSERT INTO ticket_link (ticket_number, other_number, kind, reason) VALUES (1, 1, 'claims', '')"
        )
        for table, columns in {
            "agent": ["name"],
            "mailbox": ["name", "failure"],
            "message": ["remark"],
            "attachment": ["type"],
            "outbox": ["answer"],
            "mail": ["rule", "reason"],
            "ticket_tag": ["tag"],
            "ticket_link": ["reason", "kind"],
            "calendar": ["name"],
            "policy": ["name"],
            "canned": ["shortcut"],
            "target": ["excused_by", "excused_because"],
            "customer": ["name"],
            "customer_profile": ["notes"],
            "customer_lookup": ["failure"],
            "organisation": ["name", "notes"],
            "team": ["name"],
            "custom_field": ["title"],
            "ticket_field": ["value"],
            "people_event": ["actor"],
        }.items():
            for column in columns:
                connection.execute(f"UPDATE {table} SET {column} = ?", (HOSTILE,))  # noqa: S608  # names of this file
        connection.execute(
            "UPDATE canned_version SET definition = json_replace(definition, '$.title', ?)",
            (HOSTILE,),
        )
        for table, column in {
            "customer_profile": "fields",
            "organisation": "fields",
            "customer_lookup": "answer",
        }.items():
            connection.execute(
                f"UPDATE {table} SET {column} = json_object(?, ?)",  # noqa: S608  # as above
                (HOSTILE, HOSTILE),
            )
        connection.execute("UPDATE mailbox SET failing_since = '2026-03-01 09:00:00'")
        connection.execute("UPDATE outbox SET state = 'failed'")
        connection.execute(
            "UPDATE event SET kind = ?, actor = ? WHERE kind = 'tagged'", (HOSTILE, HOSTILE)
        )
        connection.commit()


@pytest.fixture(scope="module")
def spoiled_home(founded: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of somebody whose desk is full of what strangers wrote, to be copied."""
    folder = tmp_path_factory.mktemp("spoiled")
    shutil.copytree(founded, folder, dirs_exist_ok=True)
    with pytest.MonkeyPatch.context() as monkeypatch:
        desk = Program(folder, monkeypatch)
        desk.done("mail", "ingest", "-", "--mailbox", "help@shop.test", stdin=hostile_mail())
        desk.done(
            "mail",
            "ingest",
            "-",
            "--mailbox",
            "help@shop.test",
            stdin=hostile_mail().replace(b"From:", b"X:").replace(b"Reply-To:", b"Y:"),
        )
        desk.done("ticket", "tag", 1, "--add", "refund")
        desk.done("ticket", "assign", 1, "--to", "bob")
        desk.done(
            "ticket",
            "reply",
            1,
            "--text",
            HOSTILE.replace("\x00", "").replace("\r", ""),
            "--only-sender",
        )
        desk.done("ticket", "note", 1, "--text", HOSTILE)
        desk.done("organisation", "add", "Acme", "--domain", "acme.test")
        known = ("--organisation", "Acme", "--field", "plan=pro", "--notes", "Calls on Mondays.")
        desk.done("customer", "edit", "maria@acme.test", *known)
        desk.done("team", "add", "Billing")
        desk.done("field", "add", "plan")
        desk.done("ticket", "field", 1, "plan=pro")
        desk.done("calendar", "add", "office", "--hours", "mon-fri 09:00-17:00")
        desk.done(
            "sla", "add", "Standard", "--first-response", "1h", "--next-response", "1h@office"
        )
        desk.done("canned", "add", "hello", "--title", "Hello", "--text", "Hello.")
        desk.done(
            "ticket",
            "new",
            "--customer",
            "maria@acme.test",
            "--subject",
            "Leak",
            "--text",
            "It leaks.",
        )
        desk.clock.tick(hours=2)
        desk.done("sla", "excuse", "", "--reason", "strike")
    spoil(folder / "desk.db")
    (folder / "hostile.eml").write_bytes(hostile_mail())
    return folder


@pytest.fixture
def spoiled(spoiled_home: Path, program: Program) -> Program:
    """The program on a copy of that desk."""
    shutil.copytree(spoiled_home, program.folder, dirs_exist_ok=True)
    return program


DRIVER = "import sys; from supportcli.__main__ import main\nfor line in sys.argv[1:]: print(end=f'<{main(line.split())}>', flush=True)"
"""Several commands in one process, each followed by its exit code."""


def on_a_terminal(
    program: Program, command: list[str], environ: dict[str, str] | None = None, columns: int = 80
) -> bytes:
    """Run a command in a pty; answers with every byte that the terminal got."""
    ours, theirs = os.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    environment = {**os.environ, **program.environ, "TERM": "xterm-256color", **(environ or {})}
    with subprocess.Popen(
        command, env=environment, cwd=program.folder, stdin=theirs, stdout=theirs, stderr=theirs
    ):
        os.close(theirs)
        got = bytearray()
        try:
            while part := os.read(ours, 65_536):
                got += part
        except OSError:  # Linux: the program has closed its side
            pass
    os.close(ours)
    return bytes(got)


def painted(
    program: Program,
    surfaces: Sequence[str],
    environ: dict[str, str] | None = None,
    columns: int = 80,
) -> Iterator[tuple[int, bytes]]:
    """What commands paint in a pty, each with its exit code."""
    rest = on_a_terminal(program, [sys.executable, "-c", DRIVER, *surfaces], environ, columns)
    for _ in surfaces:
        found = re.search(rb"<(\d+)>", rest)
        assert found is not None, rest
        yield int(found[1]), rest[: found.start()]
        rest = rest[found.end() :]
    assert not rest


def stripped(got: bytes) -> str:
    """What the terminal got, as text without our own colours and line ends."""
    rest = re.sub(rb"\x1b\[[0-9;]*m", lambda found: b"" if found[0] in OURS else found[0], got)
    return rest.replace(b"\r\x1b[K", b"").replace(b"\r\n", b"\n").decode()


MARKS = (
    "␛[2J␛[1;1Hrepainted",
    "␛]52;c;Y2xpcGJvYXJk␇clipboard",
    "\ufffd2Jc1\ufffdq\ufffd",
    "bell␇back␈␈␈del␡",
    "bidi\ufffdgnp.exe",
    "[@click=app.quit]click[/]",
)
SURFACES = [
    "ticket list",
    "ticket list --json",
    "ticket list --csv",
    "ticket list --columns number,subject,customer,address,tags,team,assignee",
    "search click",
    "search click --json",
    "next --peek",
    "log --since 2020",
    "log --since 2020 --json",
    "customer list",
    "customer show maria@acme.test",
    "customer show maria@acme.test --json",
    "organisation list",
    "organisation show acme.test",
    "team list",
    "field list",
    "ticket show 1",
    "ticket show 1 --quotes",
    "ticket show 1 --json",
    "ticket assign 1 --to ada@shop.test --dry-run",
    "ticket assign 1 --to bob@shop.test",
    "ticket undo 1",
    "ticket attachment 1:1",
    "mailbox list",
    "mailbox show help@shop.test",
    "mailbox test help@shop.test",
    "agent list",
    "outbox list",
    "outbox list --json",
    "outbox cancel 1",
    "mail why 1:1",
    "mail held",
    "mail held --json",
    "mail show 2",
    "mail show 2 --json",
    "mail show 2 --raw",
    "mail retry 2 --dry-run",
    "mail accept 2 --ticket 1 --dry-run",
    "mail discard 2 --dry-run",
    "mail discard 2",
    "mail why 2",
    "mail undo",
    "mail parse hostile.eml",
    "mail parse hostile.eml --json",
    "sla list",
    "sla why 2",
    "sla excuse sla:breached --reason strike --dry-run",
    "calendar list",
    "canned list",
    "canned lint",
    "canned report",
    "report tags --since 7d",
    "report agents --since 7d --csv",
    "report service-levels --since 7d --by tag",
    "export jsonl",
]


def test_no_control_of_a_stranger_reaches_the_terminal(spoiled: Program) -> None:
    for surface, (code, got) in zip(SURFACES, painted(spoiled, SURFACES), strict=True):
        shown = stripped(got)
        assert not [hex(ord(sign)) for sign in UNSAFE.findall(shown) if sign != "\n"], surface
        assert "bug in supportcli" not in shown, surface
        assert "mistake of the program" not in shown, surface
        assert code in {0, 1, 78} or (code, surface) == (2, "mail show 2 --raw"), (
            f"{surface}: {shown}"
        )
        assert shown.strip(), surface


def test_each_control_leaves_a_mark_and_every_letter_stands(spoiled: Program) -> None:
    surfaces = [
        "ticket show 1",
        "mailbox show help@shop.test",
        "mail why 1:1",
        "mail parse hostile.eml",
        "mail held",
        "mail show 2",
    ]
    for surface, (_, got) in zip(surfaces, painted(spoiled, surfaces, columns=60_000), strict=True):
        for mark in MARKS:
            assert mark in stripped(got), f"{surface}: {mark}"


def test_an_import_repeats_clean_what_files_say(spoiled: Program) -> None:
    (spoiled.folder / "empty\x1b[2J.eml").write_bytes(b"")
    ran = spoiled.run("import", "eml", ".", "--dry-run")
    assert "␛[2J" in ran.out + ran.err
    assert not [hex(ord(sign)) for sign in UNSAFE.findall(ran.out + ran.err) if sign != "\n"]


def test_every_letter_can_be_had(spoiled: Program) -> None:
    row = spoiled.rows("ticket", "show", 1)[0]
    assert row["subject"] == HOSTILE.replace(
        "\x00", "\ufffd"
    )  # no text of PostgreSQL may hold a NUL, so none of ours does
    assert MEGABYTE in row["messages"][0]["text"]
    shown = spoiled.done("ticket", "show", 1)
    assert "".join(shown.split()).count("long" * 19) >= 250_000 // 20 - 1, "wrapped, not cut"
    assert "␛end" in shown.replace("\n    ", "")


@pytest.mark.parametrize(
    "argv",
    [
        ["ticket", "show", HOSTILE],
        ["ticket", "list", f"status:{HOSTILE}"],
        ["ticket", "list", f"--{HOSTILE}"],
        ["ticket", HOSTILE],
        [HOSTILE],
        ["ticket", "assign", "1", "--to", HOSTILE],
        ["ticket", "priority", "1", "--to", HOSTILE],
        ["ticket", "tag", "1", "--add", HOSTILE],
        ["ticket", "attachment", HOSTILE],
        ["ticket", "reply", "1", "--file", HOSTILE],
        ["ticket", "new", "-c", HOSTILE, "-s", HOSTILE, "-t", "x"],
        ["mailbox", "show", HOSTILE],
        ["mailbox", "add", "x@y.test", "--imap", HOSTILE, "--smtp", "y", "--history", "all"],
        ["agent", "add", HOSTILE],
        ["mail", "parse", HOSTILE],
        ["mail", "why", HOSTILE],
        ["mail", "show", HOSTILE],
        ["mail", "accept", HOSTILE],
        ["mail", "accept", "2", "--customer", HOSTILE],
        ["mail", "held", "--mailbox", HOSTILE],
        ["outbox", "send", HOSTILE],
        ["sync", HOSTILE],
        ["--config", HOSTILE, "ticket", "list"],
        ["--database", HOSTILE, "ticket", "list"],
    ],
    ids=lambda argv: " ".join(word.replace(HOSTILE, "…") for word in argv),
)
def test_what_is_typed_is_repeated_clean(spoiled: Program, argv: list[str]) -> None:
    ran = spoiled.run(*(word.replace("\x00", "") for word in argv))
    assert not [hex(ord(sign)) for sign in UNSAFE.findall(ran.out + ran.err) if sign != "\n"]
    assert "bug in supportcli" not in ran.err
    assert "mistake of the program" not in ran.err
    assert ran.code in {0, 1, 2, 78}


def test_what_servers_say_is_repeated_clean(spoiled: Program, pymap: Pymap) -> None:
    user, password = pymap.new_user()
    with SmtpServer(user=user, password=password) as smtp:
        smtp.on(
            Phase.AUTH, *[Reply("535 \x1b]52;c;Y2xpcGJvYXJk\x07clipboard \x1b[2J\x00\x08\x7f")] * 5
        )
        spoiled.done("mailbox", "remove", "help@shop.test")
        spoiled.add_mailbox(
            "help@shop.test", pymap.port, smtp.port, "--user", user, "--secret", "env:HELP"
        )
        ((code, got),) = painted(spoiled, ["mailbox test help@shop.test"], {"HELP": password})
    shown = stripped(got)
    assert code == 77
    assert "␛]52;c;Y2xpcGJvYXJk␇clipboard ␛[2J␀␈␡" in shown
    assert not [hex(ord(sign)) for sign in UNSAFE.findall(shown) if sign != "\n"]


def test_a_pipe_with_hostile_numbers_is_refused_clean(spoiled: Program) -> None:
    refused = spoiled.run("ticket", "solve", "-", stdin=HOSTILE)
    assert refused.code == 2
    assert not [sign for sign in UNSAFE.findall(refused.err) if sign != "\n"]
