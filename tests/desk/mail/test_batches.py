"""Mails that are decided together: what becomes of each is what becomes of it alone, and few
statements are asked."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from itertools import count
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import event, text

from supportcli.channels.channel import FolderRole
from supportcli.desk import Desk
from supportcli.desk.imports import archives
from supportcli.desk.mail.deciding import windows
from supportcli.desk.mail.sync import sync
from supportcli.desk.replies import writing
from supportcli.desk.tickets import verbs
from supportcli.storage.setup import mailboxes
from tests.desk.desks import ADA, BOB, START, StandingClock, desk_at
from tests.desk.fake_channel import FakeFolder, FakeServers, take_in
from tests.desk.letters import EVE, GRACE, HELP, WRITTEN, letter
from tests.desk.levels import promise
from tests.desk.mail.test_bounces import bounce
from tests.long import LONG, examples, long_but, thorough

_FILES = count()

TABLES = {
    "ticket": "number, subject, status, customer_id, assignee_id, mailbox_id, created_at, updated_at,"
    " solved_at, waiting_since, due_at, message_count, version",
    "message": "ticket_number, position, direction, channel, mail_id, agent_id, message_id,"
    " sender_name, sender_address, people, subject, text, folds, created_at, remark, unverified,"
    " newcomer",
    "participant": "ticket_number, address, newcomer",
    "reference": "reference, ticket_number, mailbox_id",
    "ticket_link": "ticket_number, other_number, kind, reason",
    "mail": "id, state, rule, reason, message_id, fingerprint, historic, ticket_number",
    "customer": "id, name, address",
    "customer_address": "address, customer_id, dead_since, spelled",
    "search_document": "ticket_number",
    "search_words": "words",
    "event WHERE kind NOT IN ('warned', 'breached')": "at, actor_kind, actor, kind, ticket_number,"
    " before, after",
    "target": "ticket_number, kind, ordinal, started_at, due_at, pauses, warned, next_at, met_at,"
    " breached_at, cancelled_at",
    "outbox": "state, rfc_message_id, answer",
    "outbox_recipient": "address, state, answer",
}


def contents(desk: Desk) -> dict[str, Counter[tuple[Any, ...]]]:
    """All that mail leaves in a desk, without the keys that nobody sees. (A breach that is noted
    between two mails has the moment that the first of them gave it.)"""
    with desk.db.read() as tx:
        return {
            table: Counter(
                (*row,)
                for row in tx.connection().execute(text(f"SELECT {columns} FROM {table}"))  # noqa: S608 - see TABLES
            )
            for table, columns in TABLES.items()
        }


@dataclass(frozen=True, slots=True)
class Answered:
    """A desk's file in which Ada has answered Grace's ticket #1 (and solved #2, of Eve, long ago),
    with her reply as it left."""

    file: bytes
    reply: bytes
    signed: str


@cache
def answered() -> Answered:
    servers, clock = FakeServers(), StandingClock()
    folder = Path(mkdtemp())
    with desk_at(f"sqlite:///{folder / 'desk.db'}", clock) as bare:
        desk = servers.at(bare)
        promise(desk, first_response="1h", resolution="8h")
        take_in(desk, servers, letter("m0"), letter("old", sender=EVE))
        writing.reply(desk, 1, "Try this.", send_now=True)
        sync(desk)
        verbs.solve(desk, [2])
        sent = servers.submitted[-1].content
    signed = next(
        line.split()[-1].decode()
        for line in sent.split(b"\r\n")
        if line.lower().startswith(b"message-id:")
    )
    try:
        return Answered((folder / "desk.db").read_bytes(), sent, signed)
    finally:
        rmtree(folder)


NAMES = [f"m{number}" for number in range(5)]
PEOPLE = (GRACE, EVE, ADA, BOB, "colleague@shop.test", HELP)


@st.composite
def specs(draw: st.DrawFn) -> dict[str, Any]:
    """What a mail is made from: names, answers and people come again and again."""
    return {
        "name": draw(st.sampled_from([*NAMES, ""])),
        "text": draw(st.sampled_from(["It grinds.", "Still grinding.", "Try this."])),
        "sender": draw(st.sampled_from(PEOPLE)),
        "subject": draw(
            st.sampled_from(["Grinder", "Re: [#1]", "x [#2]", "y [#3] [#1]", "Automatic reply: x"])
        ),
        "references": draw(
            st.lists(st.sampled_from([*NAMES, "old", "nobody", "signed"]), max_size=2)
        ),
        "headers": draw(
            st.sampled_from(
                [
                    "",
                    f"Cc: {BOB}, cc@customer.test",
                    "Reply-To: other@elsewhere.test",
                    f"Reply-To: {EVE}",
                    "Auto-Submitted: auto-replied",
                ]
            )
        ),
        "minutes": draw(st.sampled_from([0, 0, 0, 5])),
        "historic": draw(st.booleans()),
        "bounce": draw(st.sampled_from([False] * 7 + [True])),
        "junk": draw(st.sampled_from([False] * 3 + [True])),
    }


def raw(spec: dict[str, Any]) -> bytes:
    answered_desk = answered()
    if spec["bounce"]:
        return bounce(answered_desk.reply, GRACE, name=spec["name"] or "bounce")
    ids = [answered_desk.signed if one == "signed" else one for one in spec["references"]]
    return letter(
        spec["name"],
        spec["text"],
        sender=spec["sender"],
        subject=spec["subject"],
        references=ids,
        headers=spec["headers"],
        sent=WRITTEN + timedelta(minutes=spec["minutes"]),
    )


def left_by(
    mails: list[dict[str, Any]], folder: Path, together: int, *, filed: bool
) -> dict[str, Counter[tuple[Any, ...]]]:
    """What mails leave in the answered desk, so many decided together."""
    servers, clock = FakeServers(), StandingClock(START + timedelta(days=40))
    url = f"sqlite:///{folder / f'{next(_FILES)}.db'}"
    with pytest.MonkeyPatch.context() as patch, desk_at(url, clock, answered().file) as bare:
        patch.setattr(windows, "TOGETHER", together)
        desk = servers.at(bare)
        if filed:
            import_all(desk, folder, mails)
        else:
            receive_all(desk, servers, mails)
        return contents(desk)


def receive_all(desk: Desk, servers: FakeServers, mails: list[dict[str, Any]]) -> None:
    servers.boxes["Junk"] = FakeFolder(FolderRole.JUNK)
    for place, spec in enumerate(mails):
        at = START - timedelta(days=9) if spec["historic"] else START + timedelta(days=30)
        folder = "Junk" if spec["junk"] else "INBOX"
        servers.deliver(raw(spec), at + timedelta(minutes=place), folder)
    (report,) = sync(desk).mailboxes
    assert report.error is None


def import_all(desk: Desk, folder: Path, mails: list[dict[str, Any]]) -> None:
    """Import mails from an mbox; every second one is older than the one before."""
    path = folder / f"{next(_FILES)}.mbox"
    path.write_bytes(
        b"".join(
            b"From x@y %s\n%s\n" % (_date(place).encode(), raw(spec).replace(b"\r\n", b"\n"))
            for place, spec in enumerate(mails)
        )
    )
    with desk.db.write() as tx:
        tx.connection().execute(text("UPDATE agent SET role = 'admin'"))
        (mailbox,) = mailboxes.mailboxes(tx)
    archives.import_mail(
        desk,
        archives.Source(archives.ArchiveKind.MBOX, (path,)),
        mailbox,
        archives.ImportOptions(START - timedelta(days=1)),
        archives.Watch(lambda _: None, lambda _: None),
    )


def _date(place: int) -> str:
    at = START + timedelta(minutes=place if place % 2 else 30 - place)
    return at.strftime("%a %b %d %H:%M:%S %Y")


@long_but(1)
@pytest.mark.parametrize("filed", [False, True], ids=["received", "imported"])
@thorough
@settings(max_examples=60 if LONG else examples(6, 15))
@given(mails=st.lists(specs(), min_size=2, max_size=12))
def test_together_is_as_one_by_one(
    tmp_path_factory: pytest.TempPathFactory, mails: list[dict[str, Any]], *, filed: bool
) -> None:
    folder = tmp_path_factory.getbasetemp()
    many, single = (left_by(mails, folder, size, filed=filed) for size in (50, 1))
    for table in TABLES:
        assert many[table] - single[table] == single[table] - many[table], table


@pytest.fixture
def statements(each_desk: Desk) -> Iterator[list[str]]:
    found: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        found.append(statement)

    event.listen(each_desk.db.engine, "before_cursor_execute", note)
    yield found
    event.remove(each_desk.db.engine, "before_cursor_execute", note)


def test_a_mail_of_fifty_asks_less_than_three_statements(
    each_desk: Desk, servers: FakeServers, statements: list[str]
) -> None:
    promise(each_desk, first_response="1h", resolution="8h")
    take_in(each_desk, servers, letter("first"))
    for number in range(50):
        thread = ["first"] if number % 5 == 0 else [f"n{number - number % 5}"]
        headers = f"Cc: cc{number}@customer.test"
        servers.deliver(letter(f"n{number}", f"Text {number}.", references=thread, headers=headers))
    statements.clear()
    (report,) = sync(each_desk).mailboxes
    assert (report.fetched, report.error) == (50, None)
    assert report.follow_ups == 50
    assert len(statements) <= 110, Counter(statements).most_common(5)
