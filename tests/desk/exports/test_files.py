"""What is exported imports to the same tickets: all of them as JSON Lines, what mail can carry as
mbox, the same columns as a table."""

import json
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supportcli.channels.files import archives
from supportcli.desk import Desk
from supportcli.desk import json_shapes as shapes
from supportcli.desk.exports import attachments
from supportcli.desk.exports.files import Exported, Form, export
from supportcli.desk.exports.jsonl import record_of_line
from supportcli.desk.mail.sync import sync
from supportcli.desk.replies import writing
from supportcli.desk.replies.outbox import list_outbox
from supportcli.desk.states import state_of
from supportcli.desk.tickets import lists, merging, reading, verbs
from supportcli.domain.imports.records import RowRefused
from supportcli.domain.mail import Address
from supportcli.domain.tickets.ticket import Delivery, Priority
from supportcli.errors.files import ArchiveUnreadable, ColumnsInvalid
from supportcli.errors.tickets import AttachmentAbsent
from supportcli.storage.mail import circles
from supportcli.storage.mail.surroundings import Surroundings
from tests.commands.letters import letter as letter_with_files
from tests.desk.archives import Heard, admins_desk, bring, bring_table, shown, wish
from tests.desk.desks import ADA, BOB, StandingClock, as_agent, write_in
from tests.desk.fake_channel import FakeServers
from tests.desk.invariants import sizes
from tests.desk.letters import letter

ENGINES = pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
Empty = Callable[[str], Desk]


@pytest.fixture
def empty(request: pytest.FixtureRequest, tmp_path: Path, clock: StandingClock) -> Iterator[Empty]:
    """Makes desks in which nothing is yet, on either engine."""
    with ExitStack() as stack:

        def make(engine: str) -> Desk:
            url = (
                str(tmp_path / "empty.db")
                if engine == "sqlite"
                else request.getfixturevalue("postgres_desk")
            )
            return stack.enter_context(admins_desk(url, clock))

        yield make


@pytest.fixture
def full(tmp_path: Path, clock: StandingClock, servers: FakeServers) -> Iterator[Desk]:
    """A desk with a bit of everything: mail with files and quotes, replies of two agents, a note,
    tags, a call, a deleted number."""
    with admins_desk(str(tmp_path / "full.db"), clock) as bare:
        desk = servers.at(bare)
        quoting = (
            "It leaks again.\n\nOn Mon, 2 Mar 2026, Ada wrote:\n> Does it leak?\n\n-- \nMaria\n"
        )
        servers.deliver(
            letter_with_files(
                quoting,
                "Leak",
                ("photo.jpg", b"\xff\xd8"),
                ("bill.pdf", b"%PDF"),
                Cc="Carl <carl@acme.test>",
            ),
            desk.now(),
        )
        servers.deliver(
            letter("one", "From here on\nit =grinds=.", subject="=HYPERLINK(1)"), desk.now()
        )
        sync(desk)
        writing.reply(desk, 1, "Close the valve.")
        writing.reply(as_agent(desk, BOB), 2, "Oil it.")
        clock.tick(seconds=20)
        sync(desk)
        verbs.note(desk, 1, "-5 % for her")
        verbs.tag(desk, [1, 2], ["vip", "mill"])
        verbs.prioritise(desk, [2], Priority.URGENT)
        clock.tick(hours=2)
        servers.deliver(letter("two", "Thanks.", references=["one"]), desk.now())
        sync(desk)
        verbs.solve(desk, [1])
        verbs.new(
            desk,
            mailbox=None,
            customer=Address("Eve", "eve@elsewhere.test"),
            subject="A call",
            text="'tis broken\r\nsince Monday",
        )
        clock.tick(hours=1)
        yield desk


def written(
    desk: Desk, folder: Path, form: Form, query: str = "status:any", **how: bool
) -> tuple[Path, Exported]:
    done, path = Exported(), folder / f"desk.{form.value}"
    path.write_bytes(b"".join(export(desk, form, query, done, **how)))
    return path, done


@ENGINES
@pytest.mark.parametrize("raw", [True, False])
def test_json_lines_import_to_the_same_tickets(
    full: Desk, empty: Empty, tmp_path: Path, engine: str, raw: bool
) -> None:
    path, done = written(full, tmp_path, Form.JSONL, raw=raw)
    assert (done.tickets, done.messages) == (3, 7)
    target = empty(engine)
    came = bring_table(target, path, keep_numbers=True)
    assert (came.read, came.new_tickets, came.messages, came.not_taken, came.strangers) == (
        3,
        3,
        4,
        {},
        {},
    )
    assert shown(target) == shown(full)
    assert list_outbox(target, everything=True) == []
    before = sizes(target)
    assert bring_table(target, path, keep_numbers=True).here == 3
    assert bring_table(full, path, keep_numbers=True).here == 3
    assert sizes(target) == before
    assert verbs.new(
        target, mailbox=None, customer=Address("", "x@y.test"), subject="Next", text="x"
    ).numbers == (4,)


def test_what_nothing_proves_stays_unverified_and_brings_nobody(
    full: Desk, empty: Empty, tmp_path: Path
) -> None:
    write_in(
        full,
        1,
        "Send it to me.",
        message={"unverified": True, "cc": (Address("", "mallory@evil.test"),)},
    )
    target = empty("sqlite")
    bring_table(target, written(full, tmp_path, Form.JSONL)[0], keep_numbers=True)
    assert [message.unverified for message in reading.ticket(target, 1).messages] == [
        False,
        False,
        False,
        True,
    ]
    with target.db.read() as tx:
        assert "mallory@evil.test" not in circles.facts(tx, [1])[1].people


def test_attachments_travel_with_the_raw_mails_only(
    full: Desk, empty: Empty, tmp_path: Path
) -> None:
    target = empty("sqlite")
    bring_table(
        target,
        written(full, tmp_path, Form.JSONL, "leak status:any", raw=True)[0],
        keep_numbers=True,
    )
    assert attachments.content(target, 1, 1)[1] == b"\xff\xd8"


def test_a_file_whose_mail_was_left_behind_says_so(
    full: Desk, empty: Empty, tmp_path: Path
) -> None:
    target = empty("sqlite")
    bring_table(target, written(full, tmp_path, Form.JSONL)[0], keep_numbers=True)
    with pytest.raises(AttachmentAbsent, match=r"photo\.jpg"):
        attachments.content(target, 1, 1)


@pytest.mark.parametrize("raw", [True, False])
def test_answers_to_old_replies_find_their_ticket_on_the_new_desk(
    full: Desk, empty: Empty, tmp_path: Path, servers: FakeServers, raw: bool
) -> None:
    reply = next(
        message for message in reading.ticket(full, 2).messages if message.delivery is Delivery.SENT
    )
    target = empty("sqlite")
    bring_table(target, written(full, tmp_path, Form.JSONL, raw=raw)[0])
    moved = FakeServers()
    moved.deliver(letter("late", references=[reply.message_id or ""]), target.now())
    sync(moved.at(target))
    assert reading.ticket(target, 2).line.message_count == 4
    assert len(servers.submitted) == 2


def test_a_reply_that_had_not_left_never_leaves(
    full: Desk, empty: Empty, tmp_path: Path, clock: StandingClock
) -> None:
    writing.reply(full, 3, "Which one?")
    path, _ = written(full, tmp_path, Form.JSONL, raw=True)
    target, idle = empty("sqlite"), FakeServers()
    bring_table(target, path)
    clock.tick(hours=9)
    sync(idle.at(target))
    assert (idle.submitted, reading.ticket(target, 3).messages[-1].delivery) == (
        [],
        Delivery.CANCELLED,
    )


def test_numbers_that_are_taken_are_given_anew(full: Desk, empty: Empty, tmp_path: Path) -> None:
    target = empty("sqlite")
    verbs.new(target, mailbox=None, customer=Address("", "x@y.test"), subject="First", text="x")
    came = bring_table(target, written(full, tmp_path, Form.JSONL)[0], keep_numbers=True)
    assert (came.renumbered, [(one["number"], one["subject"]) for one in shown(target)]) == (
        1,
        [(1, "First"), (2, "=HYPERLINK(1)"), (3, "A call"), (4, "Leak")],
    )


@ENGINES
def test_mail_travels_byte_for_byte_and_imports_to_the_same_conversations(
    full: Desk, empty: Empty, tmp_path: Path, engine: str
) -> None:
    path, done = written(full, tmp_path, Form.MBOX)
    assert (done.messages, done.notes, done.without_mail, done.unsent) == (5, 1, 1, 0)
    mails = set(archives.mails_of(path.read_bytes()))
    target = empty(engine)
    bring(target, path)

    def carried(shape: shapes.Shape) -> shapes.Shape:
        kept = {
            name: shape[name]
            for name in ("subject", "customer", "created_at", "mailbox", "assignee")
        }
        told = [mailed(one) for one in shape["messages"] if one["direction"] != "note"]
        return kept | {"messages": told}

    def mailed(message: shapes.Shape) -> shapes.Shape:
        """A message without its place; the mail of a reply holds the quoted history too, which is
        folded away."""
        files = [{**file, "id": None} for file in message["attachments"]]
        return {
            **message,
            "attachments": files,
            "text": message["text"] if message["direction"] == "in" else None,
        }

    def by_subject(shapes: list[shapes.Shape]) -> list[shapes.Shape]:
        return sorted((carried(one) for one in shapes), key=lambda one: str(one["subject"]))

    assert by_subject(shown(target)) == by_subject(
        [one for one in shown(full) if one["subject"] != "A call"]
    )
    again = written(target, tmp_path, Form.MBOX)[0].read_bytes()
    assert set(archives.mails_of(again)) == mails


@ENGINES
def test_a_table_imports_to_the_same_columns(
    full: Desk, empty: Empty, tmp_path: Path, engine: str
) -> None:
    path, _ = written(full, tmp_path, Form.CSV)
    content = path.read_bytes()
    assert b",'=HYPERLINK(1)," in content
    target = empty(engine)
    came = bring_table(target, path, keep_numbers=True)
    assert (came.new_tickets, came.messages, came.not_taken) == (3, 4, {})
    assert written(target, tmp_path, Form.CSV)[0].read_bytes() == content
    assert (bring_table(target, path).here, bring_table(full, path).here) == (7, 7)


def test_a_table_carries_mails_without_a_subject_or_a_text(
    servers: FakeServers, empty: Empty, tmp_path: Path, clock: StandingClock
) -> None:
    with admins_desk(str(tmp_path / "bare.db"), clock) as bare:
        desk = servers.at(bare)
        for name, subject, text in (
            ("one", "", ""),
            ("two", "", "It grinds."),
            ("three", "Mill", ""),
        ):
            servers.deliver(letter(name, text, subject=subject), clock())
        sync(desk)
        path, _ = written(desk, tmp_path, Form.CSV)
        content, target = path.read_bytes(), empty("sqlite")
        assert bring_table(target, path, keep_numbers=True).new_tickets == 3
        assert written(target, tmp_path, Form.CSV)[0].read_bytes() == content


def test_replies_in_a_table_are_those_of_the_agents_who_signed_them(
    full: Desk, empty: Empty, tmp_path: Path
) -> None:
    target = empty("sqlite")
    assert (
        bring_table(target, written(full, tmp_path, Form.CSV)[0], keep_numbers=True).strangers == {}
    )
    told = [
        json.loads(line)
        for line in written(target, tmp_path, Form.JSONL)[0].read_text().splitlines()
    ]
    assert [
        one["agent"] for ticket in told for one in ticket["messages"] if one["direction"] == "out"
    ] == [ADA, BOB]


def test_an_agent_whom_nobody_knows_is_counted_once_a_message(empty: Empty, tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text(
        "Id,Title,Email,Body,direction,author,agent\n7,a,eve@x.test,Hi,in,,Zed\n7,a,eve@x.test,Yes,out,zoe@x.test,Zed\n"
    )
    desk = empty("sqlite")
    would, came = (
        bring_table(desk, path, wanted=wish(desk, rehearse=rehearse)) for rehearse in (True, False)
    )
    assert would.strangers == came.strangers == {"zoe@x.test": 1, "Zed": 1}


def test_a_ticket_stays_solved_since_it_was(full: Desk, empty: Empty, tmp_path: Path) -> None:
    target = empty("sqlite")
    bring_table(target, written(full, tmp_path, Form.JSONL)[0], keep_numbers=True)
    with full.db.read() as here, target.db.read() as there:
        assert state_of(here, 1).solved_at is not None
        assert state_of(there, 1).solved_at == state_of(here, 1).solved_at


def table(folder: Path, *lines: str) -> Path:
    path = folder / "t.csv"
    path.write_text(
        "\n".join(("Id,Title,Email,Body,Status,Created,Agent,direction", *lines)) + "\n",
        encoding="utf-8",
    )
    return path


@ENGINES
def test_rows_of_one_number_are_messages_of_one_ticket(
    empty: Empty, tmp_path: Path, engine: str
) -> None:
    desk, heard = empty(engine), Heard()
    path = table(
        tmp_path,
        "7,Leak,maria@acme.test,It leaks.,,2026-02-20,Bob Lee,in",
        "8,Mill,eve@x.test,It grinds.,pending,2026-02-20,nobody@x.test,in",
        "7,Leak,maria@acme.test,Close it.,,2026-02-21,Bob Lee,out",
        "9,Mill,eve,It grinds.,,2026-02-20,,in",
    )
    came = bring_table(desk, path, heard)
    assert (came.new_tickets, came.messages, came.strangers) == (2, 1, {"nobody@x.test": 1})
    assert [(one.place, one.reason) for one in heard.refused] == [
        ("line 5", "invalid address: eve")
    ]
    first, second = shown(desk)
    assert (
        first["status"],
        first["assignee"],
        [one["direction"] for one in first["messages"]],
    ) == ("solved", BOB, ["in", "out"])
    assert (second["status"], second["assignee"]) == ("pending", None)
    assert all(reading.ticket(desk, number).line.waiting_since is None for number in (1, 2))
    before = sizes(desk)
    assert bring_table(desk, path).here == 3
    assert sizes(desk) == before


@pytest.mark.parametrize("backwards", [False, True])
@pytest.mark.parametrize(("between", "expected"), [("in", "open"), ("out", "solved")])
def test_a_note_is_nobodys_last_word(
    empty: Empty, tmp_path: Path, *, backwards: bool, between: str, expected: str
) -> None:
    rows = [
        f"7,Leak,maria@acme.test,Word {day},,2026-02-{day},,{way}"
        for day, way in ((20, "in"), (21, between), (22, "note"))
    ]
    desk = empty("sqlite")
    bring_table(desk, table(tmp_path, *(rows[::-1] if backwards else rows)))
    assert [one["status"] for one in shown(desk)] == [expected]


SAID_BY = {
    "customers": ("in", ("maria@acme.test", "", "carl@acme.test", "")),
    "customer and a colleague": ("in", ("", "", "carl@acme.test", "")),
    "agents": ("out", (ADA, "", BOB, "")),
    "agents by name": ("out", ("", "Ada Byron", "", "Bob Lee")),
    "strangers by name": ("out", ("", "Jim", "", "Tim")),
    "stranger and nobody": ("out", ("", "Jim", "", "")),
    "agent and nobody": ("out", (BOB, "", "", "")),
    "notes": ("note", (ADA, "", BOB, "")),
}


@ENGINES
@pytest.mark.parametrize(("way", "authors"), SAID_BY.values(), ids=SAID_BY)
def test_the_same_words_of_two_people_are_two_messages(
    empty: Empty, tmp_path: Path, engine: str, way: str, authors: tuple[str, ...]
) -> None:
    """“ok” and “ok” in one minute: whoever wrote them makes them two; a row that only says more of
    its ticket is still the same."""
    head = "number,subject,text,customer,author,author_name,date,direction,status"
    begun = "7,Leak,It leaks.,maria@acme.test,,,2026-02-20 10:00,in,open"

    def rows(status: str) -> Path:
        said = [
            f"7,Leak,ok,maria@acme.test,{address},{name},2026-02-20 10:01,{way},{status}"
            for address, name in zip(*[iter(authors)] * 2, strict=True)
        ]
        path = tmp_path / f"{status}.csv"
        path.write_text("\n".join((head, begun, *said)), encoding="utf-8")
        return path

    desk = empty(engine)
    assert bring_table(desk, rows("open"), wanted=wish(desk, rehearse=True)).messages == 2
    came = bring_table(desk, rows("open"))
    assert (came.new_tickets, came.messages, came.here) == (1, 2, 0)
    again = bring_table(desk, rows("solved"))
    assert (again.new_tickets, again.messages, again.here) == (0, 0, 3)


def test_a_row_for_a_ticket_that_has_lived_here_makes_nobody_known(
    empty: Empty, tmp_path: Path, servers: FakeServers
) -> None:
    head = "number,subject,text,customer,author,date,direction,message_id"
    rows = [
        "7,Leak,It leaks.,maria@acme.test,,2026-02-20 10:00,in,<1@acme.test>",
        "7,Leak,So it does.,maria@acme.test,carl@acme.test,2026-02-20 10:01,in,",
    ]
    later = [
        f"7,Leak,Word {way},maria@acme.test,{who},2026-02-21,{way},<{way}@x.test>"
        for way, who in (("in", "eve@x.test"), ("out", ADA), ("note", ADA))
    ]
    desk, path = servers.at(empty("sqlite")), tmp_path / "t.csv"
    path.write_text("\n".join((head, *rows)), encoding="utf-8")
    bring_table(desk, path)
    assert [one["unverified"] for one in shown(desk)[0]["messages"]] == [False, False]
    writing.reply(desk, 1, "We look.", agree=lambda _: True, send_now=True)
    path.write_text("\n".join((head, *rows, *later)), encoding="utf-8")
    assert bring_table(desk, path).messages == 3
    assert [one["unverified"] for one in shown(desk)[0]["messages"]] == [
        False,
        False,
        False,
        True,
        True,
        True,
    ]
    with desk.db.read() as tx:
        assert "eve@x.test" not in circles.facts(tx, [1])[1].people
        assert not any(
            Surroundings(tx).tickets_with(["<in@x.test>", "<out@x.test>", "<note@x.test>"]).values()
        )


def test_two_help_desks_with_the_same_numbers_are_kept_apart(empty: Empty, tmp_path: Path) -> None:
    desk, heard = empty("sqlite"), Heard()
    bring_table(desk, table(tmp_path, "7,Leak,maria@acme.test,It leaks.,,2026-02-20,,in"))
    other = table(tmp_path, "7,Mill,eve@x.test,It grinds.,,2026-02-20,,in")
    assert bring_table(desk, other, heard).not_taken == {"another ticket has this number": 1}
    assert bring_table(desk, other, name="freshdesk").new_tickets == 1


def test_rows_newest_first_of_one_subject_and_day_are_all_taken(
    empty: Empty, tmp_path: Path
) -> None:
    desk = empty("sqlite")
    rows = [
        f"{number},Contact,{who}@x.test,Hello {number},,2026-02-20,,in"
        for number, who in ((3, "eve"), (2, "eve"), (1, "eve"), (4, "bob"))
    ]
    assert bring_table(desk, table(tmp_path, *rows)).new_tickets == 4
    assert (
        bring_table(
            desk, table(tmp_path, "2,Contact,carl@x.test,Hello,,2026-02-20,,in"), name="other"
        ).new_tickets
        == 1
    )


def test_a_table_exported_anew_adds_only_what_was_said_since(empty: Empty, tmp_path: Path) -> None:
    desk = empty("sqlite")
    bring_table(
        desk,
        table(
            tmp_path,
            "7,Leak,maria@acme.test,It leaks.,open,2026-02-20,,in",
            "8,Mill,eve@x.test,It grinds.,open,,,in",
        ),
    )
    later = table(
        tmp_path,
        "7,Leak,maria@acme.test,It leaks.,solved,2026-02-20,,in",
        "8,Mill,eve@x.test,It grinds.,solved,,,in",
        "7,Leak,maria@acme.test,Close it.,solved,2026-02-20,,out",
        "7,Leak,maria@acme.test,It leaks.,solved,2026-02-21,,in",
    )
    came = bring_table(desk, later)
    assert (came.here, came.new_tickets, came.messages) == (2, 0, 2)


def test_two_tickets_whose_mails_have_one_message_id_stay_two(
    servers: FakeServers, empty: Empty, tmp_path: Path, clock: StandingClock
) -> None:
    with admins_desk(str(tmp_path / "two.db"), clock) as bare:
        desk = servers.at(bare)
        for place, who in enumerate(("grace@customer.test", "eve@elsewhere.test")):
            servers.deliver(
                letter("one", sender=who, subject=who, sent=clock() - timedelta(days=place)),
                clock(),
            )
            sync(desk)
        path, done = written(desk, tmp_path, Form.JSONL)
        target = empty("sqlite")
        assert (
            done.tickets,
            bring_table(
                target, path, wanted=wish(target, rehearse=True), keep_numbers=True
            ).new_tickets,
        ) == (2, 2)
        assert bring_table(target, path, keep_numbers=True).new_tickets == 2
        assert shown(target) == shown(desk)
        assert bring_table(desk, path, keep_numbers=True, name="other").here == 2


def test_a_rehearsal_of_a_table_says_what_the_import_does(empty: Empty, tmp_path: Path) -> None:
    desk = empty("sqlite")
    path = tmp_path / "t.csv"
    path.write_text(
        "Id,Title,Email,message_id,Date\n1,a,eve@x.test,<a@x>,2026-02-20\n1,b,bob@x.test,,2026-02-20\n2,c,eve@x.test,<a@x>,2026-02-20\n"
    )
    would, came = (
        bring_table(desk, path, wanted=wish(desk, rehearse=rehearse)) for rehearse in (True, False)
    )
    told = (came.new_tickets, came.messages, came.here, came.not_taken)
    assert (
        told
        == (would.new_tickets, would.messages, would.here, would.not_taken)
        == (1, 0, 1, {"another ticket has this number": 1})
    )


def test_a_rehearsal_of_a_table_writes_nothing(empty: Empty, tmp_path: Path) -> None:
    desk = empty("sqlite")
    row = "7,Leak,maria@acme.test,{},,2026-02-20,,in"
    path, before = (
        table(tmp_path, row.format("a"), row.format("b"), row.format("a"), "8,,,,,,,"),
        sizes(desk),
    )
    came = bring_table(desk, path, wanted=wish(desk, rehearse=True))
    assert (came.new_tickets, came.messages, came.here, came.not_taken) == (
        1,
        1,
        1,
        {"no customer": 1},
    )
    assert sizes(desk) == before


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.jsonl", b"", "is empty"),
        ("a.jsonl", b"[1]\n", "is not an export"),
        ("a.jsonl", b"{}\n", "is not an export"),
        ("a.csv", b"", "is empty"),
        ("a.csv", b"Email,Titel\nm\xfcller@x.test,x\n", "is not text in utf-8: see byte 13"),
        (
            "a.csv",
            b'Id,"Title,Email\n1,a,b@x.test\n',
            "names no columns: a quotation mark in its first row is never closed",
        ),
        ("a.csv", b"\n , \n", "names no columns: all its rows are blank"),
        ("none.csv", None, "cannot be read"),
        ("none.jsonl", None, "cannot be read"),
        ("a.csv", b"\x1f\x8bcut", "cannot be read"),
    ],
)
def test_what_is_no_table_is_refused(
    empty: Empty, tmp_path: Path, name: str, content: bytes | None, sentence: str
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises((ArchiveUnreadable, ColumnsInvalid), match=sentence):
        bring_table(empty("sqlite"), tmp_path / name)


@pytest.mark.parametrize("name", ["pipe.csv", "pipe.jsonl"])
def test_nobody_waits_for_a_pipe(empty: Empty, tmp_path: Path, name: str) -> None:
    os.mkfifo(tmp_path / name)
    with pytest.raises(ArchiveUnreadable, match="is not a file"):
        bring_table(empty("sqlite"), tmp_path / name)


@ENGINES
def test_merged_tickets_travel_and_say_where_their_messages_are(
    full: Desk, empty: Empty, tmp_path: Path, engine: str
) -> None:
    for number, into in ((1, 3), (3, 2)):
        merging.merge(full, [number], into, agree=lambda _: True)
    path, _ = written(full, tmp_path, Form.JSONL)
    target = empty(engine)
    foreseen = bring_table(target, path, wanted=wish(target, rehearse=True), keep_numbers=True)
    came = bring_table(target, path, keep_numbers=True)
    assert (came.new_tickets, came.not_taken, came.messages) == (3, {}, foreseen.messages)
    assert (foreseen.new_tickets, foreseen.not_taken) == (3, {})
    assert shown(target) == shown(full)
    assert [reading.merged_into(target, number) for number in (1, 2, 3)] == [2, None, 2]
    assert written(target, tmp_path, Form.JSONL)[0].read_bytes() == path.read_bytes()
    assert bring_table(target, path, keep_numbers=True).here == 3


def test_a_merged_ticket_finds_the_other_one_by_its_new_number(
    full: Desk, empty: Empty, tmp_path: Path
) -> None:
    target = empty("sqlite")
    verbs.new(target, mailbox=None, customer=Address("", "x@y.test"), subject="First", text="x")
    merging.merge(full, [2], 1, agree=lambda _: True)
    path, _ = written(full, tmp_path, Form.JSONL)
    first, second, third = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(first)
    assert bring_table(target, path, keep_numbers=True).renumbered == 1
    path.write_bytes(second + third + first)
    came = bring_table(target, path, keep_numbers=True)
    assert (came.here, came.new_tickets, came.not_taken) == (1, 2, {})
    (leak,) = lists.numbers(target, "leaks")
    assert leak != 1
    (merged,) = lists.numbers(target, "status:merged")
    assert reading.ticket(target, merged).merged_into == leak


def test_a_merged_ticket_without_the_other_one_is_refused(
    full: Desk, empty: Empty, tmp_path: Path
) -> None:
    merging.merge(full, [3], 2, agree=lambda _: True)
    path, _ = written(full, tmp_path, Form.JSONL, "status:merged")
    line, target = json.loads(path.read_bytes()), empty("sqlite")
    write_in(target)
    write_in(target)
    for wrong, reason in (
        ({}, "it was merged into #2, which did not come with it"),
        ({"merged_into": 3}, "it was merged into #3, which did not come with it"),
        ({"merged_into": 0}, "it was merged into another ticket, which it does not name"),
    ):
        path.write_text(json.dumps(line | wrong), encoding="utf-8")
        heard = Heard()
        assert bring_table(target, path, heard, keep_numbers=True).new_tickets == 0
        assert [one.reason for one in heard.refused] == [reason]


def test_lines_that_are_no_tickets_are_told_and_the_others_come_in(
    full: Desk, empty: Empty, tmp_path: Path
) -> None:
    path, _ = written(full, tmp_path, Form.JSONL)
    first, second, third = path.read_text(encoding="utf-8").splitlines()
    path.write_text(
        "\n".join((first, second[:-9], '{"messages": []}', third.replace('"in"', '"up"'))),
        encoding="utf-8",
    )
    heard = Heard()
    came = bring_table(empty("sqlite"), path, heard)
    assert came.new_tickets == 1
    assert [(one.place, one.reason.partition(":")[0]) for one in heard.refused] == [
        ("line 2", "not JSON"),
        ("line 3", "missing customer"),
        ("line 4", "invalid direction"),
    ]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3),
    max_leaves=5,
)


@given(
    st.sampled_from(
        [
            "number",
            "subject",
            "customer",
            "created_at",
            "status",
            "priority",
            "tags",
            "messages",
            "assignee",
            "mailbox",
        ]
    ),
    JSON,
)
def test_any_line_is_a_ticket_or_is_refused(name: str, value: object) -> None:
    told = {
        "number": 1,
        "subject": "x",
        "customer": {"name": "", "address": "a@b.test"},
        "created_at": "2026-01-31T10:00:00+00:00",
        "updated_at": "2026-01-31T10:00:00+00:00",
        "status": "open",
        "priority": "low",
        "assignee": None,
        "mailbox": "help@shop.test",
        "tags": [],
        "messages": [],
    }
    assert record_of_line(json.dumps(told).encode()).subject == "x"
    try:
        record_of_line(json.dumps(told | {name: value}).encode())
    except RowRefused as error:
        reason = error.reason
    else:
        reason = ""
    assert reason == "" or reason.startswith(("no ", "not ", "invalid ", "missing "))


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("number", 2**31, "invalid number: 2147483648"),
        ("number", -1, "invalid number: -1"),
        ("number", 1e300, "invalid number: 1e+300"),
        ("part", 10**30, "invalid part: 1000000000000000000000000000000"),
        ("size", "9" * 30, "invalid size: '999999999999999999999999999999'"),
        ("sha256", "\ud800", "invalid sha256: '\\ud800'"),
        ("sha256", "0" * 63, f"invalid sha256: '{'0' * 56}"),
    ],
)
def test_what_no_database_could_hold_is_refused(
    full: Desk, tmp_path: Path, name: str, value: object, reason: str
) -> None:
    told = json.loads(
        written(full, tmp_path, Form.JSONL)[0].read_text(encoding="utf-8").splitlines()[0]
    )
    place = told if name in told else told["messages"][0]["attachments"][0]
    assert record_of_line(json.dumps(told).encode()).number == 1
    place[name] = value
    with pytest.raises(RowRefused) as refused:
        record_of_line(json.dumps(told).encode())
    assert refused.value.reason.startswith(reason[:60])
