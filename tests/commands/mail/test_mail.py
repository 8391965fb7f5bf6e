import hashlib
import os
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.commands.letters import letter
from tests.commands.program import Program, golden
from tests.long import long_but

NOBODY = 65534
PROGRAM = [sys.executable, "-m", "supportcli"]
INGEST = ("mail", "ingest", "-", "--mailbox", "help@shop.test")
QUOTING = (
    "It leaks again.\n\nOn Mon, 2 Mar 2026, Ada wrote:\n> Does it leak?\n> Ada\n\n-- \nMaria\n"
)


def test_mails_are_parsed_without_a_desk(program: Program) -> None:
    (program.folder / "a.eml").write_bytes(letter(QUOTING, "Leak", ("photo.jpg", b"\xff\xd8")))
    golden("mail-parse.jsonl", program.done("mail", "parse", "a.eml", "--json"))
    golden("mail-parse.txt", program.done("mail", "parse", "a.eml"))


def test_an_mbox_is_many_mails(program: Program) -> None:
    mbox = b"".join(
        b"From MAILER-DAEMON Mon Mar  2 09:00:00 2026\n" + letter(subject=f"No {place}") + b"\n"
        for place in range(3)
    )
    (program.folder / "all.mbox").write_bytes(mbox)
    assert [row["subject"] for row in program.rows("mail", "parse", "all.mbox")] == [
        "No 0",
        "No 1",
        "No 2",
    ]


def test_a_mail_that_is_none_is_parsed_all_the_same(program: Program) -> None:
    (program.folder / "junk").write_bytes(b"\x00\xff\x1b[2J" * 100)
    rows = program.rows("mail", "parse", "junk")
    assert [row["file"] for row in rows] == ["junk"]


def test_a_file_that_is_not_there_is_named(program: Program) -> None:
    refused = program.run("mail", "parse", "none.eml")
    assert (refused.code, refused.err.splitlines()[0]) == (
        2,
        "supportcli: none.eml cannot be read: No such file or directory.",
    )


def test_a_mail_from_a_mail_server_becomes_a_ticket_once(desk: Program) -> None:
    raw = letter()
    golden("mail-ingest.txt", desk.done(*INGEST, stdin=raw) + desk.done(*INGEST, stdin=raw))
    assert [row["message_count"] for row in desk.rows("ticket", "list")] == [1]


def test_why_a_mail_is_where_it_is(desk: Program) -> None:
    desk.done(*INGEST, stdin=letter())
    for name in ("1:1", "<leak@acme.test>", "leak@acme.test", "1"):
        assert desk.rows("mail", "why", name)[0]["sha256"] == hashlib.sha256(letter()).hexdigest()
    golden("mail-why.jsonl", desk.done("mail", "why", "1:1", "--json"))
    refused = desk.run("mail", "why", "99:1")
    assert (refused.code, refused.err.splitlines()[0]) == (
        1,
        "supportcli: There is no mail “99:1”.",
    )


@pytest.mark.parametrize("trouble", ["no desk", "no mailbox", "a folder"])
def test_whatever_goes_wrong_the_mail_server_keeps_the_mail(desk: Program, trouble: str) -> None:
    argv = list(INGEST)
    if trouble == "no desk":
        (desk.folder / "desk.db").unlink()
    elif trouble == "no mailbox":
        argv[-1] = "none@shop.test"
    else:
        argv[2] = str(Path.cwd())
    refused = desk.run(*argv, stdin=letter())
    assert (refused.code, refused.out) == (75, "")
    assert len(refused.err.splitlines()) == 2


@pytest.mark.parametrize(
    "argv",
    [
        ("mail", "ingest", "-", "--mailbx", "help@shop.test"),
        ("mail", "ingest", "-"),
        ("mail", "--loud", "ingest", "-", "--mailbox", "help@shop.test"),
        ("--confg", "config.toml", *INGEST),
        ("--loud", *INGEST),
        ("--config", "mail", "mail", "ingest", "-"),
        ("--config", "demo", "mail", "ingest", "-"),
        ("--database", "none.db", *INGEST),
    ],
    ids=" ".join,
)
def test_a_slip_in_the_line_of_a_mail_server_sends_no_mail_back(
    desk: Program, argv: tuple[str, ...]
) -> None:
    refused = desk.run(*argv, stdin=letter())
    assert (refused.code, refused.out) == (75, "")
    assert desk.rows("ticket", "list") == []


@pytest.mark.parametrize(
    ("argv", "code"),
    [
        (("mail", "ingest", "-h"), 0),
        (("ticket", "list", "--loud", "mail", "ingest"), 2),
        (("mail", "parse", "ingest"), 2),
    ],
)
def test_no_other_line_ends_as_that_of_a_mail_server(
    desk: Program, argv: tuple[str, ...], code: int
) -> None:
    assert desk.run(*argv).code == code


@contextmanager
def unprivileged() -> Iterator[None]:
    """Without the rights of root, whom no mode keeps out; in the eyes of access(2) too."""
    users = os.getresuid()
    if os.geteuid() == 0:
        os.setresuid(NOBODY, NOBODY, 0)
    try:
        yield
    finally:
        os.setresuid(*users)


def test_a_configuration_that_cannot_be_read_is_named(desk: Program) -> None:
    desk.done("mail", "ingest", "--help")
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        config = Path(folder) / "config.toml"
        config.touch(mode=0)
        with unprivileged():
            refused = desk.run("--config", str(config), *INGEST, stdin=letter())
        assert (
            refused.err.splitlines()[0]
            == f"supportcli: {config} cannot be read: Permission denied."
        )
        assert refused.code == 75


def in_shell(
    desk: Program, argv: tuple[str, ...], streams: str, stdin: bytes = b"", before: str = ""
) -> "subprocess.CompletedProcess[bytes]":
    """The program as a shell calls it, with its streams redirected."""
    line = f"{before}{shlex.join([*PROGRAM, *argv])} {streams}"
    return subprocess.run(
        ["sh", "-c", line],
        env={**os.environ, **desk.environ},
        input=stdin,
        capture_output=True,
        check=False,
    )


@long_but(1)
@pytest.mark.parametrize("options", [(), ("--json",)])
def test_a_mail_that_is_kept_is_taken_though_nobody_can_be_told(
    desk: Program, options: tuple[str, ...]
) -> None:
    taken = in_shell(desk, (*INGEST, *options), ">/dev/full", letter())
    assert (taken.returncode, taken.stderr) == (0, b"")
    assert [row["message_count"] for row in desk.rows("ticket", "list")] == [1]


def test_trouble_that_cannot_be_said_keeps_its_code(desk: Program) -> None:
    assert (
        in_shell(
            desk, ("mail", "ingest", "none.eml", "--mailbox", "help@shop.test"), "2>/dev/full"
        ).returncode
        == 75
    )


@pytest.mark.parametrize("streams", ["<&-", "</dev/null", ""])
def test_a_mail_server_that_hands_over_nothing_keeps_its_mail(desk: Program, streams: str) -> None:
    refused = in_shell(desk, INGEST, streams)
    sentence = "supportcli: Standard input is empty, so there is no mail to read; nothing was kept."
    assert (refused.returncode, refused.stderr.decode().splitlines()[0]) == (75, sentence)
    assert desk.run("mail", "why", "1").code == 1


def test_a_mail_that_cannot_be_read_is_named(desk: Program) -> None:
    refused = desk.run("mail", "ingest", "none.eml", "--mailbox", "help@shop.test")
    assert (refused.code, refused.err.splitlines()[0]) == (
        75,
        "supportcli: none.eml cannot be read: No such file or directory.",
    )
    closed = in_shell(desk, INGEST, "0>written")
    assert (closed.returncode, closed.stderr.splitlines()[0]) == (
        75,
        b"supportcli: Standard input cannot be read: Bad file descriptor.",
    )


LOST = b"supportcli: The output could not be printed: No space left on device.\nThe command did its work: check before you repeat it.\n"


@long_but(1)
@pytest.mark.parametrize(("streams", "said"), [("| head -n 1", b""), (">/dev/full", LOST)])
def test_a_parsed_mail_that_cannot_be_printed_was_read_all_the_same(
    desk: Program, streams: str, said: bytes
) -> None:
    (desk.folder / "a.eml").write_bytes(letter("It leaks.\n" * 10_000))
    ended = in_shell(
        desk, ("mail", "parse", *["a.eml"] * 5), f"; echo $? >code; }} {streams}", before="{ "
    )
    assert ended.stderr == said
    assert (desk.folder / "code").read_text() == "1\n"
