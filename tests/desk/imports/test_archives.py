"""Mail out of files: into the right tickets, silently, under its own dates, once."""

import gzip
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from supportcli.channels.files.archives import as_mbox
from supportcli.desk import Desk, undo
from supportcli.desk.imports import archives
from supportcli.desk.imports.archives import ArchiveKind
from supportcli.desk.mail import filing, intake
from supportcli.desk.mail.sync import sync
from supportcli.desk.mail.why import why
from supportcli.desk.replies import writing
from supportcli.desk.replies.outbox import list_outbox
from supportcli.desk.states import state_of
from supportcli.desk.tickets import reading, verbs
from supportcli.domain.tickets.ticket import Delivery, Direction, Status
from supportcli.errors import NotAllowed
from supportcli.errors.database import DiskFull
from supportcli.errors.files import ArchiveUnreadable, ImportBusy
from supportcli.errors.tickets import NothingToUndo
from supportcli.storage.engine.locks import mailbox_lock
from tests.conversations import generate
from tests.desk.archives import Heard, admins_desk, bring, help_mailbox, shown, wish
from tests.desk.desks import ADA, BOB, START, StandingClock, as_agent, write_in
from tests.desk.fake_channel import FakeServers
from tests.desk.invariants import sizes
from tests.desk.letters import EVE, GRACE, HELP, letter
from tests.desk.mail.test_intake import breaking
from tests.desk.receiving import TOKEN, conversations
from tests.desk.receiving import tickets as all_tickets

FIRST = datetime(2026, 2, 20, 8, 0, tzinfo=UTC)


@pytest.fixture
def desk(url: str, clock: StandingClock, servers: FakeServers) -> Iterator[Desk]:
    with admins_desk(url, clock) as desk:
        yield servers.at(desk)


@pytest.fixture
def small(tmp_path: Path, clock: StandingClock, servers: FakeServers) -> Iterator[Desk]:
    """A desk on SQLite alone, where no statement is tried."""
    with admins_desk(str(tmp_path / "desk.db"), clock) as desk:
        yield servers.at(desk)


def at(days: float) -> datetime:
    return FIRST + timedelta(days=days)


def mbox(folder: Path, *mails: bytes, name: str = "all.mbox") -> Path:
    """An mbox of another program, in this order: its From_ lines say nothing true."""
    path = folder / name
    path.write_bytes(
        b"".join(b"From nobody Sat Jan 31 10:00:00 2026\n" + mail + b"\n" for mail in mails)
    )
    return path


def conversation() -> list[bytes]:
    """Grace asks, Bob answers from his own address, Grace again, Ada answers as the mailbox, and
    Grace has the last word."""
    return [
        letter("one", "It grinds.", sent=at(0)),
        letter("two", "Oil it.", sender=BOB, to=GRACE, references=["one"], sent=at(1)),
        letter("three", "It still grinds.", references=["one", "two"], sent=at(2)),
        letter(
            "four", "Send it in.", sender=HELP, to=GRACE, references=["three"], sent=at(3)
        ).replace(b"From: Help", b"From: Ada Byron"),
        letter("five", "It is on its way.", references=["four"], sent=at(4)),
    ]


def test_a_conversation_comes_in_whole_and_silently(desk: Desk, tmp_path: Path) -> None:
    mails = conversation()
    random.Random(1).shuffle(mails)
    done = bring(desk, mbox(tmp_path, *mails))
    assert (done.read, done.new_tickets, done.messages, done.here, done.not_taken) == (
        5,
        1,
        4,
        0,
        {},
    )
    ticket = reading.ticket(desk, 1)
    assert [(one.direction, one.text.strip(), one.created_at) for one in ticket.messages] == [
        (Direction.IN, "It grinds.", at(0)),
        (Direction.OUT, "Oil it.", at(1)),
        (Direction.IN, "It still grinds.", at(2)),
        (Direction.OUT, "Send it in.", at(3)),
        (Direction.IN, "It is on its way.", at(4)),
    ]
    assert [one.delivery for one in ticket.messages] == [
        None,
        Delivery.SENT,
        None,
        Delivery.SENT,
        None,
    ]
    line = ticket.line
    assert (line.status, line.waiting_since, line.created_at, line.updated_at) == (
        Status.OPEN,
        None,
        at(0),
        at(4),
    )
    assert line.assignee is not None
    assert (line.assignee.address, line.customer.address) == (BOB, GRACE)
    assert [(event.actor_kind, event.actor, event.kind, event.at) for event in ticket.events] == [
        ("customer", GRACE, "created", at(0)),
        ("agent", BOB, "replied", at(1)),
        ("customer", GRACE, "received", at(2)),
        ("agent", ADA, "replied", at(3)),
        ("customer", GRACE, "received", at(4)),
    ]
    assert list_outbox(desk, everything=True) == []
    for agent in (ADA, BOB):
        with pytest.raises(NothingToUndo):
            undo.undo(as_agent(desk, agent), 1)


@pytest.mark.parametrize(
    ("mails", "days", "status", "expected"),
    [
        (1, 30, None, Status.OPEN),
        (1, 5, None, Status.SOLVED),
        (2, 30, None, Status.SOLVED),
        (3, 30, None, Status.OPEN),
        (3, 30, Status.CLOSED, Status.CLOSED),
        (4, 30, Status.PENDING, Status.PENDING),
    ],
)
def test_where_a_conversation_stands(
    small: Desk, tmp_path: Path, *, mails: int, days: int, status: Status | None, expected: Status
) -> None:
    bring(
        small, mbox(tmp_path, *conversation()[:mails]), wanted=wish(small, days=days, status=status)
    )
    ticket = reading.ticket(small, 1)
    assert ticket.line.status is expected
    with small.db.read() as tx:
        state = state_of(tx, 1)
    assert state.solved_at == (
        at(mails - 1) if expected in {Status.SOLVED, Status.CLOSED} else None
    )


def test_what_comes_in_later_stands_where_it_belongs(
    desk: Desk, servers: FakeServers, tmp_path: Path
) -> None:
    """The inbox first and then the sent mails, in a ticket that goes on meanwhile."""
    one, two, three, four, _ = conversation()
    bring(desk, mbox(tmp_path, one, three))
    servers.deliver(letter("five", "It is on its way.", references=["three"], sent=START), START)
    sync(desk)
    verbs.note(desk, 1, "She called.")
    bring(desk, mbox(tmp_path, four, two))
    found = [message.text.strip() for message in reading.ticket(desk, 1).messages]
    assert found == [
        "It grinds.",
        "Oil it.",
        "It still grinds.",
        "Send it in.",
        "It is on its way.",
        "She called.",
    ]


@pytest.mark.parametrize("place", [2, 3])
def test_a_machine_has_no_last_word(small: Desk, tmp_path: Path, place: int) -> None:
    away = letter(
        "away",
        "I am away.",
        headers="Auto-Submitted: auto-replied",
        references=["two"],
        sent=at(place - 0.5),
    )
    bring(small, mbox(tmp_path, *conversation()[:place], away))
    line = reading.ticket(small, 1).line
    assert (line.status, line.message_count) == (
        Status.SOLVED if place == 2 else Status.OPEN,
        place + 1,
    )


def test_what_we_wrote_first_is_a_ticket_of_the_customer(small: Desk, tmp_path: Path) -> None:
    ours = letter("one", "Your order is late.", sender=ADA, to=f"{HELP}, {GRACE}", sent=at(0))
    bring(small, mbox(tmp_path, letter("two", "Why?", references=["one"], sent=at(1)), ours))
    (ticket,) = all_tickets(small)
    assert (ticket.line.customer.address, [one.direction for one in ticket.messages]) == (
        GRACE,
        [Direction.OUT, Direction.IN],
    )


def test_an_agent_who_left_is_recognised_and_a_colleague_who_asks_is_a_customer(
    small: Desk, tmp_path: Path
) -> None:
    with small.db.write() as tx:
        tx.connection().exec_driver_sql(
            "UPDATE agent SET active = 0 WHERE address = 'bob@shop.test'"
        )
    colleague = letter("six", "My screen is dark.", sender="carl@shop.test", sent=at(0))
    former = letter("seven", "An offer.", sender="dora@shop.test", to=EVE, sent=at(1))
    bring(small, mbox(tmp_path, *conversation()[:2], colleague, former))
    found = [
        (ticket.line.customer.address, [one.direction.value for one in ticket.messages])
        for ticket in all_tickets(small)
    ]
    assert sorted(found) == [("carl@shop.test", ["in"]), (EVE, ["out"]), (GRACE, ["in", "out"])]


def test_an_old_conversation_is_kept_whole_however_long_its_pauses(
    small: Desk, tmp_path: Path
) -> None:
    mails = [
        letter("one", sent=at(-400)),
        letter("two", sender=ADA, to=GRACE, references=["one"], sent=at(-399)),
    ]
    bring(small, mbox(tmp_path, *mails, letter("three", references=["two"], sent=at(-10))))
    assert [ticket.line.message_count for ticket in all_tickets(small)] == [3]


def test_numbers_of_another_desk_join_nothing(small: Desk, tmp_path: Path) -> None:
    write_in(small, sender=GRACE)
    done = bring(
        small,
        mbox(
            tmp_path,
            letter("one", subject="Re: Mill [#1]", sent=at(0)),
            letter("two", sender=ADA, to=GRACE, subject="Re: [#1]"),
        ),
    )
    assert (done.new_tickets, reading.ticket(small, 1).line.message_count) == (2, 1)


def test_the_same_again_adds_nothing_under_any_name_in_any_form(desk: Desk, tmp_path: Path) -> None:
    first = mbox(tmp_path, *conversation())
    bring(desk, first)
    before, state = sizes(desk), shown(desk)
    packed = tmp_path / "packed.gz"
    packed.write_bytes(gzip.compress(first.read_bytes()))
    (tmp_path / "Maildir" / "cur").mkdir(parents=True)
    for place, mail in enumerate(conversation()):
        (tmp_path / "Maildir" / "cur" / f"{place}:2,S").write_bytes(mail)
        (tmp_path / f"{place}.eml").write_bytes(mail)
    for done in (
        bring(desk, first),
        bring(desk, packed),
        bring(desk, tmp_path / "Maildir", kind=ArchiveKind.MAILDIR),
        bring(desk, tmp_path, kind=ArchiveKind.EML),
    ):
        assert (done.here, done.new_tickets, done.messages) == (done.read, 0, 0)
    assert (sizes(desk), shown(desk)) == (before, state)


def test_what_came_from_the_server_is_here_already(
    small: Desk, servers: FakeServers, tmp_path: Path
) -> None:
    servers.deliver(letter("one", sent=at(0)), small.now())
    sync(small)
    other_way = b"Received: by another; Fri, 20 Feb 2026 08:00:01 +0000\r\n" + letter(
        "one", sent=at(0)
    )
    done = bring(small, mbox(tmp_path, letter("one", sent=at(0)), other_way))
    assert (done.here, done.new_tickets, done.messages) == (2, 0, 0)
    assert [ticket.line.message_count for ticket in all_tickets(small)] == [1]


def test_our_own_replies_come_back_to_no_harm(
    small: Desk, servers: FakeServers, tmp_path: Path, clock: StandingClock
) -> None:
    servers.deliver(letter("one"), small.now())
    sync(small)
    writing.reply(small, 1, "Oil it.")
    clock.tick(seconds=11)
    sync(small)
    before = shown(small)
    done = bring(small, mbox(tmp_path, servers.submitted[0].content))
    assert (done.here, shown(small)) == (1, before)


def test_a_sync_finishes_what_a_stopped_import_has_kept(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(
            intake, "apply_decision", breaking(filing.apply_decision, "three", DiskFull("desk.db"))
        )
        with pytest.raises(DiskFull):
            bring(desk, mbox(tmp_path, *conversation()))
    would = bring(desk, mbox(tmp_path, *conversation()), wanted=wish(desk, rehearse=True))
    assert (would.here, would.messages) == (0, 5)
    sync(desk)
    done = bring(desk, mbox(tmp_path, *conversation()))
    (ticket,) = all_tickets(desk)
    assert (done.here, [one.direction.value for one in ticket.messages]) == (
        5,
        ["in", "out", "in", "out", "in"],
    )


def test_what_a_stopped_import_has_kept_is_counted_where_it_is_decided(
    small: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = mbox(tmp_path, *conversation())
    with monkeypatch.context() as broken:
        broken.setattr(
            intake, "apply_decision", breaking(filing.apply_decision, "three", DiskFull("desk.db"))
        )
        with pytest.raises(DiskFull):
            bring(small, path)
    done = bring(small, path)
    assert (done.read, done.new_tickets, done.messages, done.here) == (5, 1, 4, 0)


def test_one_mail_that_breaks_us_is_held_and_those_beside_it_come_in(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        intake, "apply_decision", breaking(filing.apply_decision, "bad", ZeroDivisionError())
    )
    heard = Heard()
    mails = [letter("good", sent=at(0)), letter("bad", sent=at(1)), letter("fine", sent=at(2))]
    done = bring(desk, mbox(tmp_path, *mails), heard=heard)
    assert (done.new_tickets, done.not_taken) == (2, {"held": 1})
    assert [(one.place, one.reason) for one in heard.refused] == [
        (f"byte {len(mails[0]) + 38:,}", "held: it could not be processed (ZeroDivisionError)")
    ]
    (mail,) = why(desk, "2")
    assert mail.imported_from == f"{tmp_path}/all.mbox, byte {len(mails[0]) + 38:,}"


def test_a_later_answer_opens_an_imported_ticket_and_somebody_waits(
    small: Desk, servers: FakeServers, tmp_path: Path
) -> None:
    bring(small, mbox(tmp_path, *conversation()[:4]))
    assert reading.ticket(small, 1).line.status is Status.SOLVED
    servers.deliver(letter("late", "Thank you, but", references=["four"], sent=START), small.now())
    sync(small)
    line = reading.ticket(small, 1).line
    assert (line.status, line.waiting_since, line.message_count) == (Status.OPEN, small.now(), 5)


def test_what_people_here_have_done_to_a_ticket_stays(
    small: Desk, servers: FakeServers, tmp_path: Path
) -> None:
    servers.deliver(letter("one", sent=at(0)), small.now())
    sync(small)
    verbs.wait(small, [1])
    bring(
        small, mbox(tmp_path, letter("two", sender=BOB, to=GRACE, references=["one"], sent=at(1)))
    )
    assert reading.ticket(small, 1).line.status is Status.PENDING
    clock = small.now() + timedelta(hours=1)
    bring(small, mbox(tmp_path, letter("old", references=["one"], sent=at(-1))))
    assert reading.ticket(small, 1).line.status is Status.PENDING
    assert isinstance(small.clock, StandingClock)
    small.clock.now = clock + timedelta(hours=1)
    bring(small, mbox(tmp_path, letter("new", references=["one"], sent=clock)))
    assert reading.ticket(small, 1).line.status is Status.OPEN


def test_a_rehearsal_says_what_would_come_in_and_writes_nothing(desk: Desk, tmp_path: Path) -> None:
    nobody = b"Subject: x\r\n\r\nhello\r\n"
    path, heard, before = (
        mbox(tmp_path, *conversation(), conversation()[0], nobody),
        Heard(),
        sizes(desk),
    )
    done = bring(desk, path, heard=heard, wanted=wish(desk, rehearse=True))
    assert (done.read, done.messages, done.ours, done.here, done.not_taken) == (
        7,
        5,
        2,
        1,
        {"held": 1},
    )
    assert (done.oldest, done.newest) == (at(0), at(4))
    assert sizes(desk) == before
    real = bring(desk, path)
    assert (real.new_tickets + real.messages, real.here, real.not_taken) == (5, 1, {"held": 1})


def test_a_rehearsal_takes_for_copies_what_the_import_takes_for_copies(
    small: Desk, tmp_path: Path
) -> None:
    unnamed = b"From: Grace <grace@customer.test>\r\nSubject: x\r\n%s\r\nhello\r\n"
    mails = [
        unnamed % b"",
        unnamed % b"X-A: 1\r\n",
        b"Subject: x\r\n\r\n",
        b"Subject: x\r\nX-A: 1\r\n\r\n",
        *conversation()[:1],
    ]
    path = mbox(tmp_path, *mails, b"X-A: 1\r\n" + conversation()[0], conversation()[0])
    would, done = (
        bring(small, path, wanted=wish(small, rehearse=rehearse)) for rehearse in (True, False)
    )
    assert (would.read, would.messages, would.here, would.not_taken) == (
        done.read,
        done.new_tickets + done.messages,
        done.here,
        done.not_taken,
    )
    assert (done.new_tickets, done.here, done.not_taken) == (3, 2, {"held": 2})


def test_progress_counts_bytes_and_then_mails(small: Desk, tmp_path: Path) -> None:
    heard, path = Heard(), mbox(tmp_path, *conversation())
    bring(small, path, heard=heard)
    assert [(step.step.value, step.done, step.total) for step in heard.steps] == [
        ("reading", path.stat().st_size, path.stat().st_size),
        ("filing", 5, 5),
    ]


def test_what_cannot_be_taken_is_told_with_its_place(
    small: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archives, "MAX_BYTES", 2_000)
    heard, large = Heard(), letter("large", "x" * 3_000)
    done = bring(small, mbox(tmp_path, conversation()[0], large), heard=heard)
    assert (done.read, done.new_tickets, done.not_taken) == (2, 1, {"too large": 1})
    assert [(one.file, one.place) for one in heard.refused] == [
        (f"{tmp_path}/all.mbox", f"byte {len(conversation()[0]) + 38:,}")
    ]


def test_a_file_whose_name_has_a_line_end_is_told_by_it(small: Desk, tmp_path: Path) -> None:
    heard = Heard()
    (tmp_path / "a\nb.eml").write_bytes(b"Subject: x\r\n\r\nhello\r\n")
    bring(small, tmp_path, kind=ArchiveKind.EML, heard=heard)
    assert [(one.file, one.place) for one in heard.refused] == [(f"{tmp_path}/a\nb.eml", "")]


def test_a_packed_mbox_that_was_cut_gives_what_it_has(small: Desk, tmp_path: Path) -> None:
    path, heard = tmp_path / "cut.mbox.gz", Heard()
    mails = [
        letter(f"m{place}", str(random.Random(place).random()) * 50, sent=at(0))
        for place in range(50)
    ]
    packed = gzip.compress(b"".join(as_mbox(mail, at(0)) for mail in mails))
    path.write_bytes(packed[: len(packed) // 2])
    done = bring(small, path, heard=heard)
    assert (done.not_taken, 0 < done.new_tickets < 50) == (
        {"cannot be read": 1},
        True,
    ) or done.new_tickets == 0


@pytest.mark.parametrize(
    ("kind", "name", "content", "sentence"),
    [
        (ArchiveKind.MBOX, "a.mbox", b"", "is empty"),
        (ArchiveKind.MBOX, "a.mbox", b"Subject: x\n\nhello\n", "is not an mbox"),
        (ArchiveKind.MBOX, "a.mbox", None, "is a folder"),
        (ArchiveKind.MBOX, "none", b"", "cannot be read: No such file"),
        (ArchiveKind.MAILDIR, "a", b"x", "is a file"),
        (ArchiveKind.MAILDIR, "a", None, "holds no mail"),
        (ArchiveKind.EML, "a", None, "holds no mail"),
        (
            ArchiveKind.EML,
            "a.eml",
            b"From a@b Sat Jan 31 10:00:00 2026\nSubject: x\n",
            "is an mbox",
        ),
        (ArchiveKind.MBOX, "a.gz", b"\x1f\x8bcut", "cannot be read"),
    ],
)
def test_what_is_no_archive_is_refused_before_anything_is_written(
    small: Desk,
    tmp_path: Path,
    *,
    kind: ArchiveKind,
    name: str,
    content: bytes | None,
    sentence: str,
) -> None:
    path, good = tmp_path / "place" / name, {ArchiveKind.MBOX: mbox(tmp_path, *conversation())}
    path.parent.mkdir()
    if content is None:
        path.mkdir()
    elif name != "none":
        path.write_bytes(content)
    before = sizes(small)
    with pytest.raises(ArchiveUnreadable, match=sentence):
        bring(small, *([good[kind]] if kind in good else []), path, kind=kind)
    assert sizes(small) == before


def test_only_an_admin_imports_and_nobody_while_a_sync_runs(small: Desk, tmp_path: Path) -> None:
    path = mbox(tmp_path, *conversation())
    with pytest.raises(NotAllowed):
        bring(as_agent(small, BOB), path)
    with mailbox_lock(small.db, help_mailbox(small).id, "sync"), pytest.raises(ImportBusy):
        bring(small, path)
    assert all_tickets(small) == []


@pytest.mark.parametrize("mails", [120, pytest.param(300, marks=pytest.mark.acceptance)])
def test_generated_conversations_come_in_as_they_are(
    small: Desk, tmp_path: Path, mails: int
) -> None:
    world = generate(seed=11, mails=mails)
    parts = [as_mbox(mail.raw, mail.internal_date) for mail in world.mails]
    random.Random(2).shuffle(parts)
    (tmp_path / "world.mbox").write_bytes(b"".join(parts))
    bring(small, tmp_path / "world.mbox")
    assert conversations(all_tickets(small)) == world.conversations()
    dates = {(mail.token, mail.internal_date) for mail in world.mails}
    messages = [message for ticket in all_tickets(small) for message in ticket.messages]
    assert [
        one
        for one in messages
        if not any((token, one.created_at) in dates for token in TOKEN.findall(one.text))
    ] == []
