"""Bad input: each row is one thing that goes wrong, the sentence that names it, the next step, the
exit code; the desk stays as it was."""

import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from supportcli.storage.engine import sqlite
from supportcli.storage.engine.driver import load_driver
from tests.commands.letters import letter
from tests.commands.program import Program
from tests.demo.terminal import Terminal
from tests.servers.dovecot import Dovecot
from tests.servers.proxy import Break, Proxy

PROGRAM = [sys.executable, "-m", "supportcli"]
HEALTH = {
    "failing_since",
    "failure",
    "synced_at",
    "refused_logins",
    "paused_until",
    "failure_told",
}
"""Columns of a mailbox that tell the other agents how it goes; writing them down is what a failing
sync is for."""


@dataclass(frozen=True, slots=True)
class Scene:
    """What a row may use: the program on its desk, an IMAP server, and what arranges the rest."""

    program: Program
    dovecot: Dovecot
    proxy_to: Callable[[int], Proxy]
    monkeypatch: pytest.MonkeyPatch

    def add_mailbox(self, host: str, port: int, security: str, password: str | None = None) -> str:
        """A mailbox on `host`, and the user it belongs to; its password is the right one unless
        another is given."""
        user, right = self.dovecot.new_user()
        self.monkeypatch.setenv("HELP_PASSWORD", password or right)
        servers = (
            "--imap",
            f"{host}:{port}",
            "--smtp",
            "127.0.0.1:9",
            "--security",
            security,
            "--smtp-security",
            "none",
        )
        self.program.done(
            "mailbox",
            "add",
            "new@shop.test",
            *servers,
            "--user",
            user,
            "--secret",
            "env:HELP_PASSWORD",
            "--history",
            "all",
        )
        return user


@dataclass(frozen=True, slots=True)
class Row:
    """A call, what it says, what it tells to do next, and its exit code. In a terminal of `size`
    (columns and lines) where there is one, typing `keys` to leave."""

    argv: tuple[str, ...]
    code: int
    sentence: str
    hint: str
    stdin: bytes = b""
    size: tuple[int, int] | None = None
    environ: dict[str, str] = field(default_factory=dict)
    keys: str = ""


def wrong_password(scene: Scene) -> Row:
    user = scene.add_mailbox("127.0.0.1", scene.dovecot.port, "none", password="wrong")
    sentence = f"The IMAP server 127.0.0.1:{scene.dovecot.port} of new@shop.test refused the login of {user}: "
    return Row(
        ("sync", "new@shop.test"),
        77,
        sentence,
        "Check the user name and password (some providers require an app password)",
    )


def unknown_host(scene: Scene) -> Row:
    scene.add_mailbox("imap.no-such-host.invalid", 993, "tls")
    sentence = "The IMAP server imap.no-such-host.invalid:993 of new@shop.test cannot be used: there is no host with this name."
    return Row(
        ("sync", "new@shop.test"),
        69,
        sentence,
        "Check the name with: supportcli mailbox show new@shop.test",
    )


def expired_certificate(scene: Scene) -> Row:
    scene.monkeypatch.setenv("SSL_CERT_FILE", str(scene.dovecot.certificates.authority))
    host, port = scene.dovecot.expired_host, scene.dovecot.tls_port
    scene.add_mailbox(host, port, "tls")
    sentence = f"The IMAP server {host}:{port} of new@shop.test presented a certificate that cannot be trusted: certificate has expired."
    return Row(
        ("sync", "new@shop.test"),
        69,
        sentence,
        "if the certificate has expired, its owner has to renew it",
    )


def hang_up_in_a_literal(scene: Scene) -> Row:
    proxy = scene.proxy_to(scene.dovecot.port)
    user = scene.add_mailbox("127.0.0.1", proxy.port, "none")
    scene.program.done("sync", "new@shop.test")
    scene.dovecot.append(user, "INBOX", letter("It leaks.\n" * 100))
    proxy.break_always(Break(pattern=b"BODY[] {", beyond=200))
    sentence = f"The IMAP server 127.0.0.1:{proxy.port} of new@shop.test cannot be used: "
    return Row(
        ("sync", "new@shop.test"),
        69,
        sentence,
        "supportcli mailbox test new@shop.test",
        size=(200, 30),
        environ={"HELP_PASSWORD": scene.dovecot.password(user)},
    )


def undecodable_mail(scene: Scene) -> Row:
    (scene.program.folder / "nested.eml").write_bytes(nested(200))
    return Row(
        ("mail", "parse", "nested.eml"),
        0,
        "nested.eml: mail, held: ",
        "parts nested deeper than 100",
    )


def nested(depth: int) -> bytes:
    """A mail whose parts stand in each other."""
    heads = b"".join(
        b'Content-Type: multipart/mixed; boundary="%d"\r\n\r\n--%d\r\n' % (level, level)
        for level in range(depth)
    )
    return b"From: maria@acme.test\r\nMIME-Version: 1.0\r\n" + heads + b"\r\nIt leaks.\r\n"


def no_such_ticket(_: Scene) -> Row:
    return Row(("ticket", "show", "99"), 1, "There is no ticket #99.", "supportcli ticket list")


def empty_reply(_: Scene) -> Row:
    return Row(
        ("ticket", "reply", "1", "-"),
        2,
        "The reply is empty, so nothing was written.",
        "--text, --file or a pipe",
        stdin=b" \n",
    )


def editor_that_fails(_: Scene) -> Row:
    editor = f"{sys.executable} -c 'raise SystemExit(4)'"
    sentence = "failed: it ended with code 4; nothing was written."
    return Row(
        ("ticket", "reply", "1"),
        1,
        sentence,
        "Set VISUAL or EDITOR, or give the text with --text",
        size=(200, 30),
        environ={"EDITOR": editor},
    )


def terminal_too_small(_: Scene) -> Row:
    return Row(
        (),
        0,
        "This terminal has 40 columns and 8 lines;",
        "Make it larger, or leave with ctrl+q.",
        size=(40, 8),
        keys="\x11",
    )


def no_terminal(_: Scene) -> Row:
    return Row((), 2, "The inbox needs a terminal, and there is none.", "supportcli ticket list")


def disk_full(scene: Scene) -> Row:
    """SQLite is told that its file may not grow: it then says what it says where no block is
    left."""
    database = scene.program.folder / "desk.db"
    with closing(load_driver().connect(database)) as connection:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
    scene.monkeypatch.setattr(sqlite, "_PRAGMAS", (*sqlite._PRAGMAS, f"max_page_count = {pages}"))
    sentence = f"There is no room left on the disk for the desk at {database}; nothing was written."
    return Row(
        ("ticket", "note", "1"),
        75,
        sentence,
        "Free some space and try again.",
        stdin=b"word " * 100_000,
    )


ROWS = [
    wrong_password,
    unknown_host,
    expired_certificate,
    hang_up_in_a_literal,
    undecodable_mail,
    no_such_ticket,
    empty_reply,
    editor_that_fails,
    terminal_too_small,
    no_terminal,
    disk_full,
]


@pytest.fixture
def scene(
    desk: Program,
    dovecot: Dovecot,
    proxy_to: Callable[[int], Proxy],
    monkeypatch: pytest.MonkeyPatch,
) -> Scene:
    """A desk with one ticket."""
    desk.write_in()
    return Scene(desk, dovecot, proxy_to, monkeypatch)


def tables(database: Path) -> dict[str, list[Any]]:
    """All rows of all tables."""
    with closing(load_driver().connect(database)) as connection:
        names = [
            row[0]
            for row in connection.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'"
            )
        ]
        found = {name: connection.execute(f"SELECT * FROM {name}") for name in names}  # noqa: S608  # the schema's own names
        return {name: [_firm(cursor, row) for row in cursor] for name, cursor in found.items()}


def _firm(cursor: Any, row: tuple[Any, ...]) -> dict[str, Any]:
    return {
        column[0]: value
        for column, value in zip(cursor.description, row, strict=True)
        if column[0] not in HEALTH
    }


@pytest.mark.parametrize("arrange", ROWS, ids=lambda arrange: arrange.__name__)
def test_bad_input_is_said_in_a_sentence_and_changes_nothing(
    scene: Scene, arrange: Callable[[Scene], Row]
) -> None:
    row = arrange(scene)
    database = scene.program.folder / "desk.db"
    before = tables(database)
    code, said = in_terminal(scene.program, row) if row.size else in_pipes(scene.program, row)
    assert row.sentence in said
    assert row.hint in said
    assert code == row.code
    assert tables(database) == before


def in_pipes(program: Program, row: Row) -> tuple[int, str]:
    """The exit code, and what was said, on stderr alone where it is an error."""
    ran = program.run(*row.argv, stdin=row.stdin)
    return ran.code, ran.err if row.code else ran.out


def in_terminal(program: Program, row: Row) -> tuple[int, str]:
    """The exit code, and what the screen shows."""
    assert row.size is not None
    with Terminal([*PROGRAM, *row.argv], {**program.environ, **row.environ}, *row.size) as terminal:
        terminal.wait_for(row.hint.split()[0])
        terminal.send(row.keys)
        shown = " ".join(terminal.text.split())
        return terminal.ended(), shown
