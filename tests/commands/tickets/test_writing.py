import os
import re
from pathlib import Path

import pytest
from sqlalchemy import event

from tests.commands.letters import letter
from tests.commands.program import Program
from tests.desk.desks import write_in


@pytest.mark.parametrize("verb", ["reply", "note"])
def test_a_text_comes_from_an_option_a_file_or_a_pipe(desk: Program, verb: str) -> None:
    number = desk.write_in()
    (desk.folder / "text.txt").write_text("from a file", encoding="utf-8")
    desk.done("ticket", verb, number, "--text", "from an option")
    desk.done("ticket", verb, number, "--file", "text.txt")
    desk.done("ticket", verb, number, "--file", "-", stdin="from a pipe by --file")
    desk.done("ticket", verb, number, "-", stdin="from a pipe by -")
    desk.done("ticket", verb, number, stdin="from a pipe alone: ü")
    texts = [message["text"] for message in desk.rows("ticket", "show", number)[0]["messages"][1:]]
    assert texts == [
        "from an option",
        "from a file",
        "from a pipe by --file",
        "from a pipe by -",
        "from a pipe alone: ü",
    ]


@pytest.mark.parametrize(
    ("argv", "stdin", "sentence"),
    [
        (["-"], b"  \n\t\n", "The reply is empty, so nothing was written."),
        (["--text", " "], b"", "The reply is empty, so nothing was written."),
        ([], b"", "The reply is empty, so nothing was written."),
        (["--text", "a", "--file", "b"], b"", "The text is given twice."),
        (["--text", "a", "-"], b"b", "The text is given twice."),
        (["hello"], b"", "“hello” does not belong here."),
        (["--file", "none.txt"], b"", "none.txt cannot be read: No such file or directory."),
        (["--file", "latin.txt"], b"", "latin.txt is not UTF-8 text."),
        (["-"], b"caf\xe9", "Standard input is not UTF-8 text."),
    ],
)
def test_a_text_that_is_none(desk: Program, argv: list[str], stdin: bytes, sentence: str) -> None:
    desk.write_in()
    (desk.folder / "latin.txt").write_bytes(b"caf\xe9")
    before = desk.done("ticket", "show", 1, "--json")
    refused = desk.run("ticket", "reply", 1, *argv, stdin=stdin)
    assert (refused.code, refused.err.splitlines()[0]) == (2, f"supportcli: {sentence}")
    assert desk.done("ticket", "show", 1, "--json") == before


def test_a_reply_goes_to_all_or_to_the_sender_alone(desk: Program) -> None:
    desk.done(
        "mail", "ingest", "-", "--mailbox", "help@shop.test", stdin=letter(Cc="bob@acme.test")
    )
    desk.done("ticket", "reply", 1, "--text", "Yes.")
    desk.done("ticket", "reply", 1, "--text", "Between us: yes.", "--only-sender")
    sent = [[to["address"] for to in row["to"]] for row in desk.rows("outbox", "list")]
    assert sent == [["bob@acme.test", "maria@acme.test"], ["maria@acme.test"]]


def test_the_status_after_a_reply_can_be_said(desk: Program) -> None:
    desk.write_in()
    desk.done("ticket", "reply", 1, "--text", "Done.", "--status", "solved")
    assert desk.rows("ticket", "show", 1)[0]["status"] == "solved"
    refused = desk.run("ticket", "reply", 1, "--text", "x", "--status", "closedd")
    assert (refused.code, "'--status'" in refused.err) == (2, True)


def test_a_mail_with_controls_in_its_headers_can_be_answered(desk: Program) -> None:
    evil = "=?utf-8?b?eAB5Ghsgeg0KQmNjOiBldmVAZXZpbC50ZXN0?="  # x, NUL, y, SUB, ESC, z, CR, LF, "Bcc: eve@evil.test"
    raw = letter(subject=evil, Thread_Topic=evil).replace(
        b"From: Maria Lopez", f"From: {evil}".encode()
    )
    desk.done("mail", "ingest", "-", "--mailbox", "help@shop.test", stdin=raw)
    desk.done("ticket", "reply", 1, "--text", "Yes.")
    assert [[to["address"] for to in row["to"]] for row in desk.rows("outbox", "list")] == [
        ["maria@acme.test"]
    ]


def test_a_place_where_no_file_can_be_written_is_named(desk: Program) -> None:
    desk.done(
        "mail",
        "ingest",
        "-",
        "--mailbox",
        "help@shop.test",
        stdin=letter("It leaks.", "Leak", ("photo.jpg", b"\xff\xd8")),
    )
    refused = desk.run("ticket", "attachment", "1:1", "none/photo.jpg")
    assert refused.code == 1
    assert refused.err.splitlines() == [
        "supportcli: none/photo.jpg cannot be written: No such file or directory.",
        "Choose another place with: supportcli ticket attachment 1:1 FILE",
    ]


def test_attachments_are_numbered_over_the_ticket_and_come_as_they_were(desk: Program) -> None:
    content = bytes(range(256)) * 100
    first = letter("See.\n", "Leak", ("../../.bashrc", b"evil"), ("photo.jpg", content))
    again = letter(
        "More.\n",
        "Re: Leak",
        ("photo.jpg", b"second"),
        message_id="<more@acme.test>",
        In_Reply_To="<leak@acme.test>",
    )
    for raw in (first, again):
        desk.done("mail", "ingest", "-", "--mailbox", "help@shop.test", stdin=raw)
    shown = desk.rows("ticket", "show", 1)[0]
    assert [file["id"] for message in shown["messages"] for file in message["attachments"]] == [
        "1:1",
        "1:2",
        "1:3",
    ]
    assert "▪ 1:3 photo.jpg · application/octet-stream · 6 bytes" in desk.done("ticket", "show", 1)
    assert desk.run("ticket", "attachment", "1:2", "-").raw == content
    assert desk.done("ticket", "attachment", "1:1") == "Saved bashrc (4 bytes).\n"
    assert desk.done("ticket", "attachment", "1:2") == "Saved photo.jpg (25 KB).\n"
    assert desk.done("ticket", "attachment", "1:3") == "Saved photo (1).jpg (6 bytes).\n"
    assert (desk.folder / "photo.jpg").read_bytes() == content
    assert (desk.folder / "photo.jpg").stat().st_mode & 0o777 == 0o600
    assert not (desk.folder.parent / ".bashrc").exists()


def test_an_attachment_never_takes_the_place_of_something(desk: Program, tmp_path: Path) -> None:
    desk.done(
        "mail",
        "ingest",
        "-",
        "--mailbox",
        "help@shop.test",
        stdin=letter("See.\n", "Leak", ("photo.jpg", b"new")),
    )
    target = tmp_path / "elsewhere"
    target.write_bytes(b"old")
    (desk.folder / "link.jpg").symlink_to(target)
    for place in (target, desk.folder / "link.jpg"):
        refused = desk.run("ticket", "attachment", "1:1", str(place))
        assert (refused.code, refused.err.splitlines()[0]) == (
            1,
            f"supportcli: {place} already exists; nothing was written.",
        )
    assert target.read_bytes() == b"old"
    desk.done("ticket", "attachment", "1:1", "--force", str(desk.folder / "link.jpg"))
    assert (target.read_bytes(), (desk.folder / "link.jpg").read_bytes()) == (b"old", b"new")
    desk.done("ticket", "attachment", "1:1", str(tmp_path))
    assert (tmp_path / "photo.jpg").read_bytes() == b"new"


def test_an_attachment_takes_no_device_away(desk: Program) -> None:
    desk.done(
        "mail",
        "ingest",
        "-",
        "--mailbox",
        "help@shop.test",
        stdin=letter("See.\n", "Leak", ("photo.jpg", b"new")),
    )
    pipe = desk.folder / "pipe"
    os.mkfifo(pipe)
    refused = desk.run("ticket", "attachment", "1:1", "--force", str(pipe))
    assert (refused.code, refused.err.splitlines()[0]) == (
        1,
        f"supportcli: {pipe} cannot be written: it is not a file.",
    )
    assert pipe.is_fifo()


@pytest.mark.parametrize(
    ("which", "sentence"),
    [
        ("1:2", "There is no attachment 1:2."),
        ("1:0", "There is no attachment 1:0."),
        ("1", "“1” is not an attachment."),
        ("x:1", "“x” is not a ticket number."),
        ("9:1", "There is no ticket #9."),
    ],
)
def test_an_attachment_that_is_not_there(desk: Program, which: str, sentence: str) -> None:
    desk.done(
        "mail",
        "ingest",
        "-",
        "--mailbox",
        "help@shop.test",
        stdin=letter("See.\n", "Leak", ("photo.jpg", b"new")),
    )
    refused = desk.run("ticket", "attachment", which)
    assert (refused.raw, refused.err.splitlines()[0]) == (b"", f"supportcli: {sentence}")
    assert refused.code in {1, 2}


@pytest.mark.parametrize("argv", [("--text", "ok"), ("--file", "ok.txt"), ("-",)])
def test_a_draft_stays_where_other_words_are_sent(desk: Program, argv: tuple[str, ...]) -> None:
    from supportcli.desk.replies import drafts

    number = desk.write_in()
    (desk.folder / "ok.txt").write_text("ok")
    with desk.desk() as opened:
        drafts.save_draft(opened, number, "reply", "What I had begun in the inbox.", 0)
        desk.done("ticket", "reply", number, *argv, stdin="ok")
        kept = drafts.draft(opened, number, "reply")
    assert kept is not None
    assert kept.text == "What I had begun in the inbox."


def test_a_draft_that_was_refused_goes_out_when_it_is_sent_again(desk: Program) -> None:
    """What the writer had not seen is a message that came between reading and sending; an editor is
    open in between, so the desk is asked itself."""
    from supportcli.desk.replies import drafts, writing
    from supportcli.desk.tickets import reading
    from supportcli.errors.replies import SendRefused

    number = desk.write_in()
    with desk.desk() as opened:
        seen = reading.ticket(opened, number).last_event
        write_in(opened, number, "Never mind!")
        with pytest.raises(SendRefused):
            writing.reply(opened, number, "Answer.", seen=seen)
        assert drafts.draft(opened, number, "reply") is not None
    desk.done("ticket", "reply", number, "--text", "Answer.")
    with desk.desk() as opened:
        assert drafts.draft(opened, number, "reply") is None


_NEW = ("ticket", "new", "--customer", "Bea <bea@home.test>", "--subject", "Your order")


def test_an_email_begins_a_ticket_and_one_undo_takes_both_back(desk: Program) -> None:
    desk.done(*_NEW, "--text", "It is on its way.", "--send")
    (shown,) = desk.rows("ticket", "show", 1)
    assert (shown["status"], [one["text"] for one in shown["messages"]]) == (
        "pending",
        ["It is on its way."],
    )
    (queued,) = desk.rows("outbox", "list")
    assert queued["to"][0]["address"] == "bea@home.test"
    desk.done("ticket", "undo", 1)
    assert desk.rows("outbox", "list") == []
    assert desk.rows("ticket", "show", 1)[0]["status"] == "deleted"
    desk.done("ticket", "redo", 1)
    assert desk.rows("ticket", "show", 1)[0]["status"] == "pending"


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        (("--text", " ", "--send"), "empty"),
        (("--text", "x", "--now"), "--now is for an email."),
        (("--text", "x ⟦date?⟧", "--send"), "⟦date?⟧"),
        (("--text", "x", "--send", "--mailbox", "no@shop.test"), "no@shop.test"),
    ],
)
def test_an_email_that_cannot_be_sent_leaves_no_ticket(
    desk: Program, more: tuple[str, ...], sentence: str
) -> None:
    refused = desk.run(*_NEW, *more)
    assert refused.code
    assert sentence in refused.err
    assert desk.rows("ticket", "list") == []


def test_an_email_that_begins_a_ticket_has_the_options_of_a_reply(
    desk: Program, tmp_path: Path
) -> None:
    (tmp_path / "order.txt").write_text("1 mill", encoding="utf-8")
    desk.done("canned", "add", "hello", "--title", "Hello", "--text", "Hello {{ customer.name }}.")
    people = ("--cc", "Boss <boss@home.test>", "--bcc", "audit@home.test")
    more = ("--canned", "hello", *people, "--attach", str(tmp_path / "order.txt"), "--send")
    shown = desk.done(*_NEW, *more, "--dry-run")
    assert "Boss <boss@home.test>" in shown
    assert "Hello Bea." in shown
    assert "order.txt" in shown
    assert desk.rows("ticket", "list") == []
    desk.done(*_NEW, *more)
    (queued,) = desk.rows("outbox", "list")
    assert sorted(one["address"] for one in queued["to"]) == [
        "audit@home.test",
        "bea@home.test",
        "boss@home.test",
    ]
    (shown_json,) = desk.rows("ticket", "show", 1)
    (message,) = shown_json["messages"]
    assert "Hello Bea." in message["text"]
    assert [one["name"] for one in message["attachments"]] == ["order.txt"]
    desk.done("ticket", "undo", 1)
    assert desk.rows("ticket", "show", 1)[0]["status"] == "deleted"


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        (("--text", "x", "--cc", "boss@home.test"), "What you chose is for an email."),
        (("--canned", "hello"), "--canned is for an email."),
        (("--text", "x", "--attach", "a.txt"), "--attach is for an email."),
        (("--text", "x", "--dry-run"), "--dry-run is for an email."),
        (("--text", "x", "--send", "--canned", "hello"), "The text is given twice."),
        (("--text", "x", "--send", "--cc", "nobody"), "“nobody” is not an email address."),
        (("--text", "x", "--send", "--attach", "/no/such"), "/no/such is not there"),
        (("--canned", "no-such", "--send"), "no-such"),
        (("--text", "x", "--send", "--now", "--dry-run"), "contradict each other"),
    ],
)
def test_a_wrong_choice_for_an_email_opens_no_ticket(
    desk: Program, more: tuple[str, ...], sentence: str
) -> None:
    refused = desk.run(*_NEW, *more)
    assert refused.code
    assert sentence in refused.err
    assert desk.rows("ticket", "list") == []


def test_a_first_email_that_nobody_agreed_to_is_a_draft_in_its_ticket(desk: Program) -> None:
    refused = desk.run(*_NEW, "--text", "The invoice is attached.", "--send")
    assert refused.code
    assert "It is the draft of #1, which is open now." in refused.err
    assert desk.rows("outbox", "list") == []
    assert desk.rows("ticket", "draft", 1)[0]["text"] == "The invoice is attached."
    desk.done(*_NEW, "--text", "The invoice is attached.", "--send", "--yes")
    assert len(desk.rows("outbox", "list")) == 1


def test_ticket_and_first_email_are_one_transaction(desk: Program) -> None:
    """A kill between them left a ticket without an email."""
    from supportcli.desk.replies.first import outreach
    from supportcli.domain.people import address_of

    first = outreach.FirstMail(address_of("bea@home.test"), "Your order", None, "It leaves.")
    done: list[str] = []

    def note(_c: object, _u: object, statement: str, *_: object) -> None:
        found = re.match(r"INSERT INTO (ticket|outbox)\b", statement)
        done.extend([found[1]] if found else [])

    with desk.desk() as opened:
        engine = opened.db.engine
        event.listen(engine, "before_cursor_execute", note)
        event.listen(engine, "commit", lambda _: done.append("commit"))
        outreach.send(opened, first)
    last = len(done) - done[::-1].index("ticket")
    assert done[last:][:2] == ["outbox", "commit"]
