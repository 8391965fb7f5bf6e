"""Each example of `--help` and of docs/ is run as it stands there, on a small desk that has what it
names, and succeeds."""

import json
import shlex
import shutil
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import chain
from pathlib import Path

import pytest

from supportcli.storage.engine.driver import load_driver
from tests.commands.letters import letter
from tests.commands.program import Program, Ran
from tests.house.test_documents import HELP, SHOWN
from tests.servers.pymap import Pymap
from tests.servers.smtp import SmtpServer

HELP_DESK = "help@shop.example"
sqlite3 = load_driver()


def shown() -> list[str]:
    """The examples, each once."""
    lines = (line for _, line in SHOWN + HELP)
    tidied = (" ".join(line.partition("  #")[0].split()) for line in lines)
    return list(dict.fromkeys(line for line in tidied if "supportcli" in line))


ELSEWHERE = (
    "help: ",  # a line for aliases(5)
    "* * * * *",  # a line for a crontab
    "ssh ",
    "supportcli --database postgresql",
    "supportcli demo",
    "supportcli init",
    "supportcli mailbox add help@gmail.com",
    "supportcli mailbox add help@shop.example --provider",
    "supportcli mailbox add help@shop.example --user help",  # which asks `pass` for the password
    "supportcli mailbox edit help@shop.example --imap",
    "supportcli mailbox sign-in",
    "supportcli sync --watch",
    "supportcli web",
)
"""How lines begin that need another machine, a person or the whole internet. Other tests run these
commands."""

ASKS = {
    "supportcli",
    "supportcli canned edit refund",
    "supportcli canned edit thanks",
    "supportcli mailbox trust help@shop.example",
    "supportcli mailbox trust help@shop.example --secret keyring:help",
    "supportcli ticket draft 12",
    "supportcli ticket draft 1042",
    "supportcli ticket new --customer maria@acme.test --subject 'Broken mill'",
    "supportcli ticket forward 12",  # this and the next continue what was begun in the inbox
    "supportcli ticket forward 1042",
    "supportcli ticket reply 1042 --canned delay --edit",
}
"""Lines that ask, or open an editor: they need a terminal."""


def asks(line: str) -> bool:
    """Whether a line needs a terminal. A reply without its text opens an editor."""
    words = line.split()
    if words[1:3] == ["ticket", "reply"] and words[-1] != "-":
        return line in ASKS or not {"--text", "--file", "--canned"} & set(words)
    return line in ASKS


EXAMPLES = [line for line in shown() if not asks(line) and not line.startswith(ELSEWHERE)]


NOW = datetime(2026, 11, 27, 9, tzinfo=UTC)
FILES = {
    **dict.fromkeys(("answer.txt", "call.txt", "refund.txt", "refund.de.txt"), b"It is late.\n"),
    **dict.fromkeys(("form.pdf", "invoice.pdf", "log.txt", "old.pdf", "photo.jpg"), b"A file.\n"),
    **dict.fromkeys(("a.eml", "b.eml", "mail.eml", "mails/1.eml", "Maildir/cur/1:2,S"), letter()),
    **dict.fromkeys(
        (f"{name}.mbox" for name in ("archive", "in", "inbox", "sent", "takeout")),
        b"From x Mon Mar  2 08:00:00 2026\n" + letter() + b"\n",
    ),
    "Downloads/old": b"",
    "alte.csv": "address,name\njörg@acme.test,Jörg\n".encode("cp1252"),
    "customers.csv": b"address,name\nsue@acme.test,Sue\n",
    "Maildir/new/2": letter(),
    "Maildir/tmp/3": b"",
    "frame.html": b"<html><body>{{ body }}</body></html>",
    "old.csv": "Customer,Kontakt,Subject,Text,Created\nmaria@acme.test,maria@acme.test,Mühle,It leaks.,02.03.2026 08:00\n".encode(
        "cp1252"
    ),
    "tickets.csv": b"Id,Ticket ID,Title,Requester,Requester email,Body,Description,Status\n7,7,Leak,Maria,maria@acme.test,Help!,Help!,Open\n",
    "zendesk.csv": b"Id,Subject,Requester,Requester email,Status\n7,Leak,Maria,maria@acme.test,Open\n",
}
PEOPLE = ("maria@customer.example", "maria@acme.example", "spammer@mail.example")
FILED = "files"
"""Where they wait, until a line is run that does not write them itself."""

WRITES = ("canned export", "db backup", "export", "ticket attachment")
FOLDERS = ("Archive", "Junk", "Orders")
BOUNCE = (
    b"From: MAILER-DAEMON@evil.test\r\nTo: help@shop.example\r\nReturn-Path: <>\r\nSubject: failure notice\r\n"
    b"Message-ID: <%d@evil.test>\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=B\r\n\r\n"
    b"--B\r\n\r\nNo.\r\n--B\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.test\r\n\r\n"
    b"Final-Recipient: rfc822; x@evil.test\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n--B--\r\n"
)


def conversation(first: str, messages: int) -> Iterator[bytes]:
    """A question with two files, and what the customer wrote then."""
    files = ("photo.jpg", b"JFIF"), ("log.txt", b"It leaks.\n")
    yield letter("It leaks.\n", first, *files, message_id=f"<{first}@acme.test>")
    for number in range(2, messages + 1):
        yield letter(
            f"Message {number}.\n",
            f"Re: {first}",
            message_id=f"<{first}.{number}@acme.test>",
            References=f"<{first}@acme.test>",
            Cc="old@acme.example",
        )


def question(name: str, sender: str = "maria@acme.test") -> bytes:
    raw = letter("How long is it?\n", f"Question {name}", message_id=f"<{name}>")
    return raw.replace(b"maria@acme.test", sender.encode())


@dataclass(frozen=True, slots=True)
class Shop:
    """The homes of somebody with a full desk, and of somebody who has just begun."""

    full: Path
    new: Path
    environ: dict[str, str]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory, pymap: Pymap) -> Iterator[Shop]:
    homes = [tmp_path_factory.mktemp(name) / "home" for name in ("full", "new")]
    user, password = pymap.new_user()
    for folder in FOLDERS:
        pymap.create_folder(user, folder)
    with SmtpServer(user, password) as smtp, pytest.MonkeyPatch.context() as patch:
        patch.setenv("HELP_PASSWORD", password)
        for home in homes:
            for name, content in FILES.items():
                path = home / FILED / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
            program = Program(home, patch)
            program.clock.now = NOW
            bare = ("--no-starters",) if home is homes[1] else ()
            program.done("init", "--yes", "--agent", "Ada <ada@shop.example>", *bare)
            if not bare:
                furnish(program, pymap, user, smtp.port)
        yield Shop(homes[0], homes[1], {"HELP_PASSWORD": password})
    time.tzset()


def furnish(program: Program, pymap: Pymap, user: str, smtp: int) -> None:
    """Make all that the examples name."""

    def arrive(*raws: bytes) -> None:
        pymap.append_all(user, "INBOX", [(raw, NOW) for raw in raws])
        program.done("sync")

    program.done("agent", "add", "Bob Lee <bob@shop.example>")
    program.done("desk", "edit", "--flood-limit", "none")
    program.add_mailbox(
        HELP_DESK, pymap.port, smtp, "--user", user, "--secret", "env:HELP_PASSWORD"
    )
    arrive(
        *(question(sender, sender) for sender in PEOPLE),
        *(question(f"{number}@acme.test") for number in range(4, 9)),  # tickets and mails up to 8
        *(BOUNCE % number for number in range(9, 13)),  # held
        *(question(f"{number}@acme.test") for number in (9, 10, 11)),
        *conversation("Twelve", 6),
        *(question(name) for name in ("CAF3=x@mail.example", "message-id@customer.example")),
    )
    sql(program, "UPDATE sqlite_sequence SET seq = 1041 WHERE name = 'ticket'")
    arrive(
        *conversation("Thousand", 4),
        *(question(f"{number}@acme.test") for number in (1043, 1044, 1045)),
    )
    for line in MADE:
        assert call(program, f"supportcli {line}").code == 0, line


MADE = (
    "mailbox edit help@shop.example --alias billing@shop.example",
    *(f"agent add '{name} <{name.lower()}@shop.example>'" for name in ("Bea", "Eve", "Tom")),
    "team add billing --member bob --member tom",
    "view add Refunds tag:refund",
    "field add plan --kind choice --choice free --choice pro",
    "field add seats --kind number",
    "field add order",
    "organisation add 'Acme Ltd' --domain acme.example",
    "organisation add Acme",
    "calendar edit office --day '12-24 closed'",
    "sla add VIP --when tag:vip --first-response 1h",
    "canned add thanks --title 'Thank you' --text 'Thank you!'",
    "canned add refund --title Refund --text 'It is refunded.' --attach files/old.pdf",
    "canned add holidays --title Holidays --text 'We are away.'",
    "canned add away --title Away --text 'We are away.'",
    "canned export files/responses",
    "canned export files",
    "ticket tag 5 --add refund",
    "ticket solve 5",
    "export jsonl status:any --output files/desk.jsonl",
    "db backup files/desk-2026-11-29.db",
    "ticket reply 1 --text 'Try this.'",
    "ticket reply 2 --text 'Try this.'",
    "ticket reply 3 --text 'Try this.'",
)
"""What is there besides mail."""

PHONE = "calendar add phone --hours 'mon-fri 9:00-12:30' --day '12-24 9:00-12:00 Christmas Eve'"

BEFORE = {
    "team add": tuple(
        f"agent add '{name} <{name.lower()}@shop.example>'" for name in ("Bob", "Bea", "Tom")
    ),
    "view add Invoices": ("team add billing",),
    "canned add invoice": ("team add billing --member ada", "field add plan"),
    "team remove invoices": ("team edit billing --rename invoices",),
    "customer undo": ("customer edit maria@customer.example --vip",),
    "customer redo": ("customer edit maria@customer.example --vip", "customer undo"),
    "customer merge maria@home.example": (
        "ticket new --customer maria@home.example --subject Leak --text 'It leaks.'",
    ),
    "agent back me": ("agent away me --until 2026-12-24",),
    "agent back bob": ("agent away bob --until 2026-12-24",),
    "ticket redo": ("ticket tag 12 --add x", "ticket undo 12"),
    "calendar show phone": (PHONE,),
    "calendar holidays phone": (PHONE,),
    "calendar edit phone": (PHONE,),
    "mailbox remove": ("outbox cancel 1", "outbox cancel 2", "outbox cancel 3"),
    "ticket draft 12 --hand-over": ("ticket draft 12 --cc sue@acme.test",),
    "ticket undo": ("ticket tag 12 --add x",),
    "ticket reopen 12": ("ticket solve 12",),
    "ticket reopen 1042": ("ticket solve 1042",),
    "mail undo": ("mail discard 9",),
    "mail unblock": ("mail block spammer@mail.example", "mail block @spam.example"),
    "mail sender alerts@monitor.example --forget": (
        "mail sender alerts@monitor.example --machine",
    ),
    "mail sender boss@customer.example --forget": ("mail sender boss@customer.example --person",),
    "mailbox edit help@shop.example --no-relay": (
        "mailbox edit help@shop.example --relay forms@formservice.example",
    ),
    "mailbox edit help@shop.example --folder Orders": (
        "mailbox edit help@shop.example --folder Junk",
    ),
    "mailbox show help@shop.example --frame": (
        "mailbox edit help@shop.example --frame frame.html",
    ),
    "sla add Standard --calendar phone": (PHONE,),
    "sla add VIP --when 'tag:vip' --position 1 --calendar office": (
        "calendar add office --hours 'mon-fri 9:00-12:30'",
    ),
}
"""What is done before the lines that begin so."""

NEW = (
    "agent add",
    "calendar add",
    "canned add",
    "canned import",
    "field add",
    "mailbox add",
    "organisation add",
    "sla add",
    "team add",
    "view add",
)
"""The lines that begin so make what the full desk has already."""


def sql(program: Program, statement: str) -> None:
    with closing(sqlite3.connect(program.folder / "desk.db", isolation_level=None)) as file:
        file.execute(statement)


@pytest.mark.parametrize("line", EXAMPLES)
def test_an_example_succeeds(
    shop: Shop, program: Program, monkeypatch: pytest.MonkeyPatch, line: str
) -> None:
    words = line.removeprefix("supportcli ")
    shutil.copytree(
        shop.new if words.startswith(NEW) else shop.full, program.folder, dirs_exist_ok=True
    )
    if not words.startswith(WRITES):
        shutil.copytree(shop.full / FILED, program.folder, dirs_exist_ok=True)
    program.clock.now = NOW + timedelta(days=1)
    for name, value in shop.environ.items():
        monkeypatch.setenv(name, value)
    for beginning, lines in BEFORE.items():
        if words.startswith(beginning):
            for before in lines:
                assert call(program, f"supportcli {before}").code == 0, before
    ran = call(program, line)
    assert ran.code == 0, ran.err or ran.out


def call(program: Program, line: str) -> Ran:
    """Run a line as a shell does. What is no program of ours reads JSON Lines, or writes a text."""
    home = program.folder
    line = line.replace("$(date +%F)", "2026-03-02").replace("~/", f"{home}/")
    line = line.replace("/backup/", f"{home}/")
    lexer = shlex.shlex(line, posix=True, punctuation_chars="|<>")
    lexer.whitespace_split = True
    words = list(lexer)
    ran = Ran(0, b"", "")
    while words:
        end = words.index("|") if "|" in words else len(words)
        stage, words = words[:end], words[end + 1 :]
        stdin, target = ran.raw, None
        for sign in "<>":
            if sign in stage:
                place = stage.index(sign)
                file = stage[place + 1]
                del stage[place : place + 2]
                if sign == "<":
                    stdin = (program.folder / file).read_bytes()
                else:
                    target = file
        ran = run(program, stage, stdin)
        if target is not None:
            (program.folder / target).write_bytes(ran.raw)
        if ran.code:
            return ran
    return ran


def run(program: Program, words: list[str], stdin: bytes) -> Ran:
    if words[0] == "supportcli":
        expanded = [
            sorted(map(str, Path().glob(word))) if word == "*.eml" else [word] for word in words[1:]
        ]
        return program.run(
            *chain(*expanded), stdin=stdin or (b"Ada Byron\n" if "--signature" in words else b"")
        )
    if words[0] == "jq":
        for row in stdin.splitlines():
            json.loads(row)
        return Ran(0, b"", "")
    assert words == ["write-answer"]
    return Ran(0, b"Try this.\n", "")
