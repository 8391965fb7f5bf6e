"""A mailbox on a real server and a desk that has never read it, copied for each fault."""

import os
import re
import shutil
from collections import defaultdict
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

import psycopg

from tests.conversations import INBOX, MAILBOX, OTHER_FOLDER, generate
from tests.faults.checker import (
    NOTHING,
    Account,
    Expected,
    Kind,
    Photograph,
    Violation,
    check,
    counted,
    photograph,
    sqlite3,
)
from tests.faults.warm import Ran, Running, Warm
from tests.servers.imap import ImapServer
from tests.servers.postgres import Postgres
from tests.servers.process import LOOPBACK, wait_until

TOKEN = re.compile(r"\bzq\d+q[a-z]+\d+\b")
FOLDERS = (INBOX, OTHER_FOLDER)
BUSY = "another sync is already running"
Mails = list[tuple[str, bytes, datetime | None]]
"""Folder, bytes and date."""

DISCARD = 9  # the port on which nothing listens: nothing here sends


@dataclass(frozen=True, slots=True)
class Ground:
    """A mailbox that holds `before`, and a desk that knows it and has never read it. `truth`: the
    tokens of the mails that belong into one ticket. `template` is its database on PostgreSQL,
    `more` what else the environment of its calls has."""

    warm: Warm
    folder: Path
    account: Account
    before: Photograph
    truth: frozenset[frozenset[str]] = frozenset()
    postgres: Postgres | None = None
    template: str = ""
    more: dict[str, str] = field(default_factory=dict)

    def copy(self, folder: Path) -> "Desk":
        """A copy of the desk in `folder`, which must not exist."""
        shutil.copytree(self.folder, folder)
        database = str(folder / "desk.db")
        if self.postgres is not None:
            database = self.postgres.new_database(self.template)
        return Desk(self, folder, database)


@dataclass(frozen=True, slots=True)
class Desk:
    """A copy of a desk."""

    ground: Ground
    folder: Path
    database: str

    @property
    def env(self) -> dict[str, str]:
        """The environment of its calls."""
        return environment(self.folder, self.database, self.ground.account) | self.ground.more

    def run(self, *argv: str, **more: Any) -> Ran:
        """Call the program."""
        return self.ground.warm.run(*argv, env=self.env, **more)

    def start(self, *argv: str, **more: Any) -> Running:
        """Begin a call of the program."""
        return self.ground.warm.start(*argv, env=self.env, **more)

    def sync(self, **more: Any) -> Ran:
        """Sync, perhaps with a fault."""
        return self.run("sync", **more)

    def sync_well(self) -> None:
        """Sync, and expect that it works. On PostgreSQL the server may not have noticed yet that
        the one before is dead."""
        ran = self.sync()
        if self.ground.postgres is not None and BUSY in ran.err:
            wait_until(
                lambda: BUSY not in (again := self.sync()).err and not again.code, "the lock"
            )
            return
        assert (ran.code, BUSY in ran.err) == (0, False), ran

    def query(self, statement: str) -> list[tuple[Any, ...]]:
        """Ask the database."""
        return query(self.database, statement)

    def violations(self, expected: Expected = NOTHING) -> list[Violation]:
        """The broken promises."""
        return check(self.ground.account, self.database, self.ground.before, expected)

    def recover(self, expected: Expected = NOTHING) -> list[Violation]:
        """What must hold behind each fault: the next sync works and leaves nothing broken, and the
        one after it changes nothing. Returns what does not hold."""
        self.sync_well()
        found = self.violations(expected)
        before = counted(self.database)
        self.sync_well()
        if changed := counted(self.database) - before:
            found.append(Violation(Kind.DOUBLED, f"by a sync that had nothing to do: {changed}"))
        if self.ground.truth and (wrong := self.conversations() ^ self.ground.truth):
            found.append(Violation(Kind.CHANGED, f"conversations: {sorted(map(sorted, wrong))}"))
        return found

    def conversations(self) -> frozenset[frozenset[str]]:
        """The tokens that stand together, ticket by ticket."""
        found: dict[int, set[str]] = defaultdict(set)
        for ticket, text in self.query("SELECT ticket_number, text FROM message"):
            found[ticket].update(TOKEN.findall(text))
        return frozenset(map(frozenset, filter(None, found.values())))

    def drop(self) -> None:
        """Remove it."""
        if self.ground.postgres is not None:
            self.ground.postgres.drop_database(self.database)
        shutil.rmtree(self.folder)


def query(database: str, statement: str) -> list[tuple[Any, ...]]:
    """Ask, or change, the database at a path or URL; a statement without rows has none."""
    if database.startswith("postgresql"):
        with psycopg.connect(database.replace("+psycopg", ""), autocommit=True) as server:
            found = server.execute(statement.encode())
            return found.fetchall() if found.description else []
    with closing(sqlite3.connect(database, isolation_level=None)) as file:
        return list(file.execute(statement).fetchall())


def environment(folder: Path, database: str, account: Account) -> dict[str, str]:
    """The environment of somebody who has the desk in `folder`, and nothing of the person who runs
    the tests."""
    return {
        "SUPPORTCLI_CONFIG": str(folder / "config.toml"),
        "SUPPORTCLI_DATABASE": database,
        "HOME": str(folder),
        "TMPDIR": str(folder),
        "PATH": os.environ["PATH"],
        "HELP_PASSWORD": account.password,
    }


def make_ground(
    warm: Warm,
    folder: Path,
    server: ImapServer,
    mails: Iterable[tuple[str, bytes, datetime | None]] = (),
    *,
    truth: frozenset[frozenset[str]] = frozenset(),
    postgres: Postgres | None = None,
    folders: Sequence[str] = FOLDERS,
    port: int = 0,
    smtp: int = DISCARD,
) -> Ground:
    """A mailbox of its own on `server` with these mails (folder, bytes, date), and a desk in
    `folder`, which reaches it at `port`: that of a proxy, if there is one. Its
    replies go to the port `smtp`."""
    user, password = server.new_user()
    by_folder: dict[str, list[tuple[bytes, datetime | None]]] = {name: [] for name in folders}
    for name, raw, when in mails:
        by_folder[name].append((raw, when))
    for name, found in by_folder.items():
        server.create_folder(user, name)
        if found:
            server.append_all(user, name, found)
    account = Account(server.port, user, password)
    ground = Ground(warm, folder, account, photograph(account, folders), truth)
    return found_desk(ground, folders, postgres, port or account.port, smtp)


def found_desk(
    ground: Ground,
    folders: Sequence[str],
    postgres: Postgres | None,
    port: int,
    smtp: int,
) -> Ground:
    """Found the desk of a ground, by the command line."""
    desk = copy_of_new(ground, postgres)
    servers = (
        *("--imap", f"{LOOPBACK}:{port}", "--smtp", f"{LOOPBACK}:{smtp}"),
        *("--security", "none", "--user", ground.account.user, "--history", "all"),
        *(word for name in folders if name != INBOX for word in ("--folder", name)),
    )
    ran = desk.run("mailbox", "add", MAILBOX, *servers, "--secret", "env:HELP_PASSWORD")
    assert ran.code == 0, ran
    if postgres is None:
        return ground
    return replace(ground, postgres=postgres, template=postgres.name_of(desk.database))


_NEW: "WeakKeyDictionary[Warm, dict[Postgres | None, Desk]]" = WeakKeyDictionary()
"""Desks without a mailbox, by the program that made them."""


def copy_of_new(ground: Ground, postgres: Postgres | None) -> Desk:
    """A desk without a mailbox, in the folder of this ground. Each is a copy of one, since making
    the tables takes longer than most faults."""
    known = _NEW.setdefault(ground.warm, {})
    if postgres not in known:
        folder = ground.warm.folder / f"new{len(known)}"
        folder.mkdir()
        url = postgres.new_database() if postgres else str(folder / "desk.db")
        known[postgres] = new = Desk(ground, folder, url)
        for argv in (
            ("init", "--yes", "--no-starters", "--agent", "Ada <ada@shop.test>"),
            ("desk", "edit", "--flood-limit", "none"),
        ):
            ran = new.run(*argv)
            assert ran.code == 0, ran
    new = known[postgres]
    shutil.copytree(new.folder, ground.folder, dirs_exist_ok=True)
    if postgres is None:
        return Desk(ground, ground.folder, str(ground.folder / "desk.db"))
    return Desk(ground, ground.folder, postgres.new_database(postgres.name_of(new.database)))


def conversation_mails(seed: int, mails: int) -> tuple[Mails, frozenset[frozenset[str]]]:
    """So many mails of a busy shop, with what is awkward among them, and the truth about which
    belong together."""
    world = generate(seed=seed, mails=mails - len(AWKWARD) - 1)
    found: Mails = [(one.folder, one.raw, one.internal_date) for one in world.mails]
    first = found[0]
    again = b"Received: by mx2.shop.test; Mon, 5 Jan 2026 08:00:09 +0000\r\n" + first[1]
    found.append((OTHER_FOLDER, again, first[2]))
    found += [(INBOX, raw, datetime(2026, 2, 20, 9, tzinfo=UTC)) for raw in AWKWARD]
    return found, frozenset(world.conversations())


def _awkward() -> list[bytes]:
    """A stray bounce and a mail too deep to read, which are held; and a vacation note."""
    head = "To: help@shop.test\r\nDate: Fri, 20 Feb 2026 09:00:00 +0000\r\nMIME-Version: 1.0\r\n"
    bounce = (
        f"{head}From: MAILER-DAEMON@evil.test\r\nReturn-Path: <>\r\nSubject: failure notice\r\nMessage-ID: <b@evil.test>\r\n"
        "Content-Type: multipart/report; report-type=delivery-status; boundary=B\r\n\r\n--B\r\n\r\nNo.\r\n--B\r\n"
        "Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.test\r\n\r\nFinal-Recipient: rfc822; x@evil.test\r\n"
        "Action: failed\r\nStatus: 5.1.1\r\n\r\n--B--\r\n"
    )
    deep = (
        f"{head}From: deep@evil.test\r\nSubject: deep\r\nMessage-ID: <d@evil.test>\r\n"
        + "".join(
            f"Content-Type: multipart/mixed; boundary=b{level}\r\n\r\n--b{level}\r\n"
            for level in range(120)
        )
    )
    away = (
        f"{head}From: away@customer.test\r\nSubject: Out of office\r\nMessage-ID: <v@customer.test>\r\n"
        "Auto-Submitted: auto-replied\r\n\r\nI am away.\r\n"
    )
    return [one.encode() for one in (bounce, deep, away)]


AWKWARD = _awkward()
