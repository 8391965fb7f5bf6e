"""F6: whatever happens on the way to the SMTP server, at whichever of its twelve steps, no reply is
lost, none is sent twice, and each recipient stands there with what is known about them.

After the fault the program goes on by itself, as by cron. A server that counts says what arrived;
the checker compares that with the desk, recipient by recipient. *Uncertain* replies are never sent
again, and there are none but those whose final dot was on its way."""

import itertools
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from tests.faults.checker import Expected
from tests.faults.desks import Desk, Ground, make_ground
from tests.faults.figures import Figure
from tests.faults.test_kills import calls_of_a_sync
from tests.faults.warm import Ran, Warm
from tests.long import SOAK
from tests.servers.dovecot import Dovecot
from tests.servers.misbehaving_smtp import Fault, MisbehavingSmtp, Step
from tests.servers.postgres import Postgres

pytestmark = pytest.mark.acceptance

LATER, NEVER = "later@customer.test", "never@customer.test"
HEAD = "From: grace@customer.test\r\nTo: help@shop.test\r\n"
MAILS = (
    f"{HEAD}Subject: one\r\nMessage-ID: <1@customer.test>\r\n\r\nIt leaks.\r\n",
    f"{HEAD}Cc: {LATER}, {NEVER}\r\nSubject: three\r\nMessage-ID: <2@customer.test>\r\n\r\nToo.\r\n",
)
TIMEOUTS = "\n[smtp]\nconnect = 2\ncommand = 0.7\nfinal_dot = 0.7\nwhole = 20\n"
PASSES = 8
"""After so many syncs everything has to be settled."""


@dataclass(frozen=True, slots=True)
class Case:
    """A fault at a step. `tickets` are answered first, in this order; it happens after so many mails
    of the connection."""

    step: Step
    fault: Fault
    tickets: tuple[int, ...]
    after: int = 0

    def __str__(self) -> str:
        return f"{self.step}-{self.fault}-{''.join(map(str, self.tickets))}"


MAIL_BY_MAIL = {Step.MAIL, Step.RCPT, Step.DATA, Step.BODY, Step.DOT, Step.TAKEN}
"""The steps that each mail of a connection takes."""

WAYS: tuple[tuple[tuple[int, ...], int], ...] = (((1,), 0), ((2,), 0), ((1, 2), 1))
"""One reply to one person; one to three, of whom one is refused and one put off; the fault at the
second mail of a connection."""

EVERY = [
    Case(step, fault, tickets, after if step in MAIL_BY_MAIL else 0)
    for step, fault in itertools.product(Step, Fault)
    for tickets, after in WAYS
]
CASES = EVERY if SOAK else EVERY[::7]
"""A seventh of them takes every step, every fault and every way."""


@pytest.fixture(scope="module")
def smtp(dovecot: Dovecot) -> Iterator[MisbehavingSmtp]:
    with MisbehavingSmtp(dovecot.certificates) as server:
        yield server


def ground_of(
    warm: Warm,
    dovecot: Dovecot,
    smtp: int,
    folder: Path,
    *,
    postgres: Postgres | None = None,
    imap: int = 0,
) -> Ground:
    """A desk with two tickets, which sends under STARTTLS to this port and waits for nothing for
    long. It reads at the port `imap`, that of a proxy, if there is one."""
    mails = [("INBOX", raw.encode(), None) for raw in MAILS]
    ground = make_ground(
        warm, folder, dovecot, mails, postgres=postgres, folders=("INBOX",), smtp=smtp, port=imap
    )
    trust = {"SSL_CERT_FILE": str(dovecot.certificates.authority)}
    ground = replace(ground, more=trust)
    url = postgres.new_database(ground.template) if postgres else str(folder / "desk.db")
    desk = Desk(ground, folder, url)
    desk.query("UPDATE mailbox SET smtp_host = 'localhost', smtp_security = 'starttls'")
    config = folder / "config.toml"
    said = config.read_text(encoding="utf-8")
    said = said.replace("smtp://", "smtp+starttls://").replace(
        f"127.0.0.1:{smtp}", f"localhost:{smtp}"
    )
    config.write_text(said + TIMEOUTS, encoding="utf-8")
    desk.sync_well()
    return replace(ground, template=postgres.name_of(url)) if postgres else ground


@pytest.fixture(scope="module")
def on_sqlite(
    warm: Warm,
    dovecot: Dovecot,
    smtp: MisbehavingSmtp,
    tmp_path_factory: pytest.TempPathFactory,
) -> Ground:
    return ground_of(warm, dovecot, smtp.port, tmp_path_factory.mktemp("sending"))


def answer(desk: Desk, *tickets: int) -> None:
    """Queue replies, due at once."""
    for ticket in tickets:
        ran = desk.run("ticket", "reply", str(ticket), "--text", "Try this.", "--yes")
        assert ran.code == 0, ran
    go_on(desk)


def go_on(desk: Desk) -> None:
    """Let the time pass until everything that waits is due."""
    desk.query("UPDATE outbox SET not_before = created_at")
    desk.query("UPDATE sent_copy SET not_before = owed_since")
    desk.query("UPDATE mailbox SET sends_again_at = NULL, paused_until = NULL")


def settle(desk: Desk) -> None:
    """Sync, as cron does, until nothing waits any more."""
    for _ in range(PASSES):
        go_on(desk)
        ran = desk.sync()
        assert ran.code in {0, 1, 69, 75, 77}, ran
        waits = "'queued', 'deferred', 'late', 'sending', 'transmitting'"
        if desk.query(f"SELECT count(*) FROM outbox WHERE state IN ({waits})") == [(0,)]:
            return
    pytest.fail(f"it waits for ever: {desk.query('SELECT state, answer FROM outbox')}")


def verdict(desk: Desk, smtp: MisbehavingSmtp, figure: Figure) -> Counter[str]:
    """Compare what arrived with what the desk says; returns how many replies are in which state."""
    ours = {name for (name,) in desk.query("SELECT rfc_message_id FROM outbox")}
    taken = Counter({key: count for key, count in smtp.taken.items() if key[0] in ours})
    assert figure.found(desk.violations(Expected(taken=taken))) == []
    for name, content in desk.query("SELECT rfc_message_id, content FROM outbox"):
        assert smtp.bodies.get(name, bytes(content)) == bytes(content), "other bytes arrived"
    return Counter(state for (state,) in desk.query("SELECT state FROM outbox"))


def uncertain(case: Case) -> set[int]:
    """How many replies may be uncertain: one, if the final dot was on its way when the answer
    failed to come. (A short mail is on its way as a whole when the server hangs up within it; a
    kill right behind the answer may come after it was stored.)"""
    if case.fault in {Fault.LATER, Fault.NEVER}:
        return {0}
    if (case.step, case.fault) == (Step.TAKEN, Fault.KILL):
        return {0, 1}
    return {Step.BODY: {0, 1}, Step.DOT: {1}, Step.TAKEN: {1}}.get(case.step, {0})


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_fault_on_the_way_loses_and_doubles_nothing(
    on_sqlite: Ground, smtp: MisbehavingSmtp, tmp_path: Path, figure: Figure, case: Case
) -> None:
    figure.of("F6 faults at the twelve steps of SMTP")
    desk = on_sqlite.copy(tmp_path / "desk")
    smtp.refuses = {LATER: "451 4.3.0 not now", NEVER: "550 5.1.1 no such user"}
    answer(desk, *case.tickets)
    smtp.fail(case.step, case.fault, case.after)
    ran = ends(desk, smtp)
    assert smtp.happened == 1, "the fault did not happen"
    assert ran.killed == (case.fault is Fault.KILL), ran
    smtp.refuses.pop(LATER)
    settle(desk)
    found = verdict(desk, smtp, figure)
    assert found["uncertain"] in uncertain(case), found
    assert figure.found(desk.recover()) == []
    figure.count(faults=1, uncertain=found["uncertain"])
    desk.drop()


def ends(desk: Desk, smtp: MisbehavingSmtp) -> Ran:
    """Sync once, with a server that may kill it."""
    running = desk.start("sync")
    smtp.dies = running.kill
    return running.wait()


PARTS = 8 if SOAK else 2
"""In how many tests the kills are divided, for several workers."""

KILLS = 12
"""How many kills of each engine there are, if not at every call."""


@pytest.fixture(scope="module")
def on_postgres(
    warm: Warm,
    dovecot: Dovecot,
    smtp: MisbehavingSmtp,
    postgres: Postgres,
    tmp_path_factory: pytest.TempPathFactory,
) -> Ground:
    folder = tmp_path_factory.mktemp("sending")
    return ground_of(warm, dovecot, smtp.port, folder, postgres=postgres)


def kill_at(
    ground: Ground, smtp: MisbehavingSmtp, folder: Path, figure: Figure, call: tuple[str, int]
) -> None:
    """Kill a sync that sends two replies, one of them to three people."""
    desk = ground.copy(folder)
    smtp.refuses = {NEVER: "550 5.1.1 no such user"}
    answer(desk, 1, 2)
    killed = desk.sync(inject=f"{call[0]}:signal=SIGKILL:when={call[1]}").killed
    settle(desk)
    found = verdict(desk, smtp, figure)
    assert found["uncertain"] <= killed, found
    assert figure.found(desk.recover()) == []
    figure.count(kills=killed, uncertain=found["uncertain"])
    desk.drop()


def kill_everywhere(
    ground: Ground,
    smtp: MisbehavingSmtp,
    folder: Path,
    figure: Figure,
    *,
    calls: tuple[str, ...],
    part: int,
) -> None:
    """Kill it at each of these calls of the system, or at some, evenly spread."""
    counting = ground.copy(folder / "counting")
    answer(counting, 1, 2)
    found = calls_of_a_sync(counting, calls)
    counting.drop()
    every = [(name, number) for name, count in found.items() for number in range(1, count + 1)]
    step = 1 if SOAK else max(1, len(every) // KILLS)
    for call in every[part * step :: step * PARTS]:
        kill_at(ground, smtp, folder / f"{call[0]}-{call[1]}", figure, call)


@pytest.mark.usefixtures("strace")
@pytest.mark.parametrize("part", range(PARTS))
def test_a_kill_at_a_write_of_a_send(
    on_sqlite: Ground, smtp: MisbehavingSmtp, tmp_path: Path, figure: Figure, part: int
) -> None:
    figure.of("F6 kill at a write or a send of two replies, SQLite")
    kill_everywhere(
        on_sqlite, smtp, tmp_path, figure, calls=("pwrite64", "fdatasync", "sendto"), part=part
    )


@pytest.mark.usefixtures("strace")
@pytest.mark.parametrize("part", range(PARTS))
def test_a_kill_at_a_send_of_a_send(
    on_postgres: Ground, smtp: MisbehavingSmtp, tmp_path: Path, figure: Figure, part: int
) -> None:
    figure.of("F6 kill at a send of two replies, PostgreSQL")
    kill_everywhere(on_postgres, smtp, tmp_path, figure, calls=("sendto",), part=part)
