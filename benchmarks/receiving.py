"""P1, P3 and P4: a first sync against what imapclient fetches, a sync with nothing new against the
bare poll, and the memory of a large sync. From a real Dovecot on this machine."""

import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TypeVar

from imapclient import IMAPClient

from benchmarks.conversations import Letter, letters
from benchmarks.goal import Result, Spent, in_turn, seconds, spent, unmeasured
from benchmarks.mailed_desk import MailedDesk, write_mbox
from supportcli.channels import mime
from supportcli.desk.mail.servers.fetching import receive
from supportcli.storage.setup import mailboxes
from tests.servers.dovecot import Dovecot
from tests.servers.postgres import Postgres
from tests.servers.process import ServerMissing, ServerProcess

Server = TypeVar("Server", bound=ServerProcess)

LONG = bool(os.environ.get("LONG"))
MAILS = 5_000
ROUNDS = 3
BATCH = 50
FEW, MANY = (10_000, 50_000) if LONG else (1_000, 5_000)
WAITING = 20
"""Mails that are there already where nothing is new."""

POLL = """
import sys
import imapclient, sqlmodel

client = imapclient.IMAPClient("127.0.0.1", port=int(sys.argv[1]), ssl=False)
client.login(sys.argv[2], sys.argv[3])
client.select_folder("INBOX", readonly=True)
client.search("ALL")
client.logout()
"""


@dataclass(frozen=True, slots=True)
class Source:
    """A Dovecot, and a user of it who has these mails."""

    server: Dovecot
    user: str
    mails: list[Letter]

    @classmethod
    def filled(cls, server: Dovecot, mails: list[Letter]) -> "Source":
        """A new user with these mails in INBOX."""
        user, _ = server.new_user()
        server.append_all(user, "INBOX", ((mail.raw, mail.at) for mail in mails))
        return cls(server, user, mails)

    def desk(self, folder: Path, url: str = "") -> MailedDesk:
        """A desk that has never read it."""
        desk = MailedDesk(folder, self.server.port, self.user, self.server.password(self.user), url)
        return desk.found()

    def fetch(self) -> None:
        """Fetch all of it with imapclient, which does not format what comes for a log."""
        client = IMAPClient(self.server.host, port=self.server.port, ssl=False)
        client._imap.debug = 0  # noqa: SLF001  # as shipped it formats each body twice, logged or not
        client.login(self.user, self.server.password(self.user))
        client.select_folder("INBOX", readonly=True)
        uids = client.search("ALL")
        for start in range(0, len(uids), BATCH):
            client.fetch(uids[start : start + BATCH], ["BODY.PEEK[]"])
        client.logout()


def first_sync() -> Iterator[Result]:
    """P1, on both engines; the import of the same mails; and where the processor's time goes."""
    mails = list(letters(MAILS))
    with ExitStack() as stack:
        server = started(stack, "P1", Dovecot())
        if server is None:
            return
        source = Source.filled(server, mails)
        new_folder = folders(stack)
        yield from _on_sqlite(source, new_folder)
        postgres = started(stack, "P1", Postgres())
        if postgres is not None:
            runs = [
                (_synced(source.desk(new_folder(), postgres.new_database())), seconds(source.fetch))
                for _ in range(ROUNDS)
            ]
            yield _first_sync("PostgreSQL", runs)


def _on_sqlite(source: Source, new_folder: Callable[[], Path]) -> Iterator[Result]:
    mbox = new_folder() / "mails.mbox"
    write_mbox(source.mails, mbox)
    runs, imports = [], []
    for _ in range(ROUNDS):
        runs.append((_synced(source.desk(new_folder())), seconds(source.fetch)))
        imports.append(source.desk(new_folder()).run("import", "mbox", str(mbox)))
    yield _first_sync("SQLite", runs)
    ours, synced = (
        median(one.processor for one in each) for each in (imports, (r for r, _ in runs))
    )
    yield Result(
        "P1",
        "import mbox : sync of the same mails",
        ours / synced,
        limit=1.1,
        aim=1,
        detail=f"{_each(ours)} against {_each(synced)} ms of a processor a mail",
    )
    _tell_where(source, new_folder, synced)


def _first_sync(engine: str, runs: list[tuple[Spent, float]]) -> Result:
    ours, fetched = median(one.seconds for one, _ in runs), median(one for _, one in runs)
    return Result(
        "P1",
        f"first sync, {engine}, of imapclient's rate",
        fetched / ours * 100,
        limit=6,
        aim=25,
        unit="%",
        detail=(
            f"{MAILS / ours:,.0f} against {MAILS / fetched:,.0f} mails/s, "
            f"{_each(median(one.processor for one, _ in runs))} ms of a processor a mail"
        ),
        rising=True,
    )


def _tell_where(source: Source, new_folder: Callable[[], Path], synced: float) -> None:
    """Say where the processor's time of a first sync goes: what fetching and keeping take alone,
    what parsing takes alone, what the program takes to start, and what is left."""
    with source.desk(new_folder()).opened() as desk:
        with desk.db.read() as tx:
            mailbox = mailboxes.mailboxes(tx)[0]
        channel = desk.channels(mailbox)
        kept = _processor(lambda: sum(receive(desk, mailbox, channel)))
        channel.close()
    parsed = _processor(lambda: [mime.parse(mail.raw) for mail in source.mails])
    started = spent([sys.executable, "-c", "import imapclient, sqlmodel"]).processor
    rest = synced - kept - parsed - started
    parts = {"fetch and keep": kept, "parse": parsed, "decide and write": rest, "start": started}
    told = ", ".join(
        f"{name} {_each(part)} ms ({part / synced:.0%})" for name, part in parts.items()
    )
    print(f"P1   where a mail's {_each(synced)} ms of a processor go: {told}", flush=True)


def nothing_new() -> Iterator[Result]:
    """P3: a sync with nothing new, in turn with the bare poll of a program that loads the same
    libraries; both as processes."""
    with ExitStack() as stack:
        server = started(stack, "P3", Dovecot())
        if server is None:
            return
        source = Source.filled(server, list(letters(WAITING)))
        desk = source.desk(folders(stack)())
        desk.run("sync")
        poll = (str(server.port), source.user, server.password(source.user))
        ours, theirs = in_turn(
            lambda: desk.run("sync"), lambda: spent([sys.executable, "-c", POLL, *poll])
        )
    yield Result(
        "P3",
        "sync, nothing new : libraries and the bare poll",
        ours / theirs,
        limit=2,
        aim=1.3,
        detail=f"{ours * 1000:.0f} ms against {theirs * 1000:.0f} ms",
    )


def memory() -> Iterator[Result]:
    """P4: the peak memory of a first sync of many small mails against one of few."""
    with ExitStack() as stack:
        server = started(stack, "P4", Dovecot())
        if server is None:
            return
        new_folder = folders(stack)
        few, many = (
            _synced(Source.filled(server, list(letters(count, small=True))).desk(new_folder()))
            for count in (FEW, MANY)
        )
    yield Result(
        "P4",
        f"memory of a sync of {MANY:,} mails : of {FEW:,}",
        many.memory / few.memory,
        limit=1.2,
        aim=1.1,
        detail=f"{many.memory:.1f} MB against {few.memory:.1f} MB",
    )


def started(stack: ExitStack, goal: str, server: Server) -> Server | None:
    """`server`, running until `stack` closes; None where it is not installed, which is said."""
    try:
        stack.enter_context(server)
    except ServerMissing as missing:
        unmeasured(goal, type(server).__name__, missing)
        return None
    return server


def folders(stack: ExitStack) -> Callable[[], Path]:
    """Makes new folders that are gone when `stack` closes."""
    place = Path(stack.enter_context(tempfile.TemporaryDirectory()))
    return lambda: Path(tempfile.mkdtemp(dir=place))


def _synced(desk: MailedDesk) -> Spent:
    return desk.run("sync")


def _each(processor: float) -> str:
    """Milliseconds a mail."""
    return f"{processor / MAILS * 1000:.2f}"


def _processor(run: Callable[[], object]) -> float:
    started = time.process_time()
    run()
    return time.process_time() - started
