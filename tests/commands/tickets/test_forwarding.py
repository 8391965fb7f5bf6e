"""Forwards: a message goes to somebody else, and what comes back is in the ticket without being
taken for the customer's."""

from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from supportcli.storage.replies import outbox
from tests.commands.letters import letter
from tests.commands.program import Program
from tests.desk.desks import left

SUPPLIER = "sam@parts.test"


def received(desk: Program, body: str = "The seal leaks.", **headers: str) -> None:
    desk.done(
        "mail", "ingest", "-", "--mailbox", "help@shop.test",
        stdin=letter(body, "Leak", ("photo.jpg", b"\xff\xd8\xff"), **headers),
    )  # fmt: skip


def queued(desk: Program) -> tuple[EmailMessage, bytes]:
    (one, *_) = desk.rows("outbox", "list")
    with desk.desk() as opened, opened.db.read() as tx:
        content = outbox.content(tx, one["id"])
    mail = message_from_bytes(content, policy=policy.default)
    assert isinstance(mail, EmailMessage)
    return mail, content


def text_of(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def answer(desk: Program, sender: str, text: str, **headers: str) -> None:
    raw = letter(text, "Re: Leak", **headers).replace(
        b"Maria Lopez <maria@acme.test>", f"Sam <{sender}>".encode()
    )
    desk.done("mail", "ingest", "-", "--mailbox", "help@shop.test", stdin=raw)


def test_files_keep_the_types_with_which_they_came(desk: Program) -> None:
    inner = EmailMessage(policy=policy.SMTP)
    inner["Subject"] = "Inside"
    inner.set_content("Hello.")
    mail = message_from_bytes(letter("See this.", "Leak"), policy=policy.SMTP)
    assert isinstance(mail, EmailMessage)
    mail.add_attachment(b"%PDF-1.7", maintype="application", subtype="pdf", filename="passwd")
    mail.add_attachment(inner, filename="message.eml")
    mail.add_attachment(b"\x89PNG\r\n\x1a\n", maintype="image", subtype="png")
    desk.done("mail", "ingest", "-", "--mailbox", "help@shop.test", stdin=mail.as_bytes())
    desk.done("ticket", "forward", 1, "--to", SUPPLIER, "--text", "Look.")
    pdf, message, image = queued(desk)[0].iter_attachments()
    assert (pdf.get_content_type(), pdf.get_filename()) == ("application/pdf", "passwd")
    assert (message.get_content_type(), message.get_filename()) == (
        "message/rfc822",
        "message.eml",
    )
    assert message.get_content()["Subject"] == "Inside"
    assert image.get_content_type() == "image/png"
    assert (image.get_filename() or "").endswith(".png")


def test_text_and_files_go_along(desk: Program) -> None:
    received(desk)
    said = desk.done(
        "ticket", "forward", 1, "--to", f"Sam <{SUPPLIER}>", "--text", "Do you have this seal?",
        "--bcc", "boss@shop.test", "--status", "on-hold",
    )  # fmt: skip
    assert said.startswith(
        "Forward of #1 leaves in 10 s, to Sam <sam@parts.test> (Bcc boss@shop.test), with 1 file.\n"
    )
    mail, content = queued(desk)
    assert (mail["To"], mail["Subject"], mail["In-Reply-To"]) == (
        "Sam <sam@parts.test>",
        "Fwd: Leak [#1]",
        None,
    )
    assert (
        text_of(mail)
        .replace("\r\n", "\n")
        .startswith(
            "Do you have this seal?\n\n---------- Forwarded message ----------\n"
            "From: Maria Lopez <maria@acme.test>\nDate: "
        )
    )
    assert text_of(mail).rstrip().endswith("The seal leaks.")
    assert [part.get_filename() for part in mail.iter_attachments()] == ["photo.jpg"]
    assert b"boss@shop.test" not in content
    (shown,) = desk.rows("ticket", "show", 1)
    assert shown["status"] == "on-hold"
    assert [message["forwarded"] for message in shown["messages"]] == [False, True]
    assert "#1 forward" in desk.done("outbox", "list")
    assert [one["forwarded"] for one in desk.rows("outbox", "list")] == [True]


def test_the_email_itself_is_attached_as_it_came(desk: Program) -> None:
    received(desk)
    desk.done("ticket", "forward", 1, "--to", SUPPLIER, "--as-email")
    mail, content = queued(desk)
    (part,) = mail.iter_attachments()
    assert (part.get_content_type(), part.get_filename()) == ("message/rfc822", "original.eml")
    raw = letter("The seal leaks.", "Leak", ("photo.jpg", b"\xff\xd8\xff"))
    assert raw.replace(b"\r\n", b"\n").strip() in content.replace(b"\r\n", b"\n")
    (shown,) = desk.rows("ticket", "show", 1)
    assert "original.eml" in [one["name"] for one in shown["messages"][1]["attachments"]]


def test_an_email_with_bytes_that_some_servers_change_is_a_file(desk: Program) -> None:
    received(desk, "Die Dichtung ist undicht: ü.", Content_Transfer_Encoding="8bit")
    desk.done("ticket", "forward", 1, "--to", SUPPLIER, "--as-email")
    mail, content = queued(desk)
    (part,) = mail.iter_attachments()
    assert part.get_filename() == "original.eml"
    assert content.isascii()


def test_the_answer_is_not_the_customers(desk: Program) -> None:
    received(desk)
    desk.done("ticket", "forward", 1, "--to", SUPPLIER, "--text", "This one?")
    asked = queued(desk)[0]["Message-ID"]
    with desk.desk() as opened:
        left(opened)
    before = desk.rows("ticket", "show", 1)[0]
    desk.done("ticket", "hold", 1)
    desk.clock.tick(hours=1)
    answer(desk, SUPPLIER, "Yes, in stock.", In_Reply_To=asked)
    after = desk.rows("ticket", "show", 1)[0]
    assert [message["from"]["address"] for message in after["messages"]] == [
        "maria@acme.test",
        "help@shop.test",
        SUPPLIER,
    ]
    assert after["status"] == "open", "an answer wakes the ticket"
    assert after["sla"] == before["sla"], "and moves no clock"
    (row,) = desk.rows("ticket", "reply", 1, "--text", "We have it in stock.")
    assert [one["address"] for one in row["to"] + row["cc"]] == ["maria@acme.test"]
    mail, _ = queued(desk)
    assert "in stock" not in text_of(mail).partition("wrote:")[2], "no word of theirs is quoted"


def test_it_gives_up_no_reply_with_a_time(desk: Program) -> None:
    received(desk)
    desk.done("ticket", "forward", 1, "--to", SUPPLIER)
    asked = queued(desk)[0]["Message-ID"]
    with desk.desk() as opened:
        left(opened)
    desk.done("ticket", "reply", 1, "--text", "We ask them.", "--at", "tomorrow 9:00")
    answer(desk, SUPPLIER, "Yes.", In_Reply_To=asked)
    assert [one["state"] for one in desk.rows("outbox", "list")] == ["queued"]
    answer(desk, "maria@acme.test", "Hurry!", In_Reply_To=asked)
    assert [one["state"] for one in desk.rows("outbox", "list")] == ["cancelled"]


def test_it_leaves_at_its_time_even_if_the_customer_writes(desk: Program) -> None:
    received(desk)
    said = desk.done("ticket", "forward", 1, "--to", SUPPLIER, "--at", "tomorrow 9:00")
    assert said.startswith("Forward of #1 leaves on Tue 2026-03-03 09:00, to sam@parts.test")
    assert "A sync sends it then. To take it back" in said
    answer(desk, "maria@acme.test", "Hurry!", In_Reply_To="<leak@acme.test>")
    (one,) = desk.rows("outbox", "list")
    assert (one["state"], one["scheduled_for"]) == ("queued", "2026-03-03T09:00:00+00:00")
    with desk.desk() as opened:
        left(opened)
    refused = desk.run("ticket", "undo", 1)
    assert refused.err.startswith("supportcli: The forward of #1 has left and cannot be taken back")


def test_one_that_was_begun_is_shown_changed_and_sent(desk: Program) -> None:
    received(desk)
    desk.done("ticket", "draft", 1, "--text", "Dear Maria,")
    desk.done("ticket", "draft", 1, "--forward", "--text", "This one?", "--to", "lab@parts.test")
    shown = desk.done("ticket", "draft", 1)
    assert shown.endswith(
        "Dear Maria,\n\nYou have also begun a forward: supportcli ticket draft 1 --forward\n"
    )
    desk.done("ticket", "draft", 1, "--discard")
    assert desk.done("ticket", "draft", 1) == (
        "There is no draft of a reply to #1.\n\n"
        "You have also begun a forward: supportcli ticket draft 1 --forward\n"
    )
    refused = desk.run("ticket", "forward", 1, "--text", "Another.")
    assert (refused.code, "To send the one that you have begun" in refused.err) == (2, True)
    desk.done("ticket", "forward", 1, "--to", SUPPLIER, "--text", "Another.")
    assert "This one?" in desk.done("ticket", "draft", 1, "--forward"), "it is nowhere else"
    assert "This one?" in desk.done("ticket", "forward", 1, "--cc", SUPPLIER, "--dry-run")
    said = desk.done("ticket", "forward", 1, "--cc", SUPPLIER)
    assert said.startswith("Forward of #1 leaves in 10 s, to lab@parts.test (Cc sam@parts.test),")
    assert "no draft" in desk.done("ticket", "draft", 1, "--forward")


def test_one_that_names_nobody_yet_is_continued_to_somebody(desk: Program) -> None:
    received(desk)
    desk.done("ticket", "draft", 1, "--forward", "--text", "This one?")
    assert "nobody" in desk.run("ticket", "forward", 1).err
    desk.done("ticket", "forward", 1, "--to", SUPPLIER)
    mail, _ = queued(desk)
    assert (mail["To"], text_of(mail).startswith("This one?")) == (SUPPLIER, True)


def test_undo_takes_it_back(desk: Program) -> None:
    received(desk)
    desk.done("ticket", "forward", 1, "--to", SUPPLIER, "--text", "This one?")
    desk.done("ticket", "undo", 1)
    assert desk.rows("outbox", "list") == []
    (shown,) = desk.rows("ticket", "show", 1)
    assert len(shown["messages"]) == 1
    assert shown["assignee"] is None
    (kept,) = desk.rows("ticket", "draft", 1, "--forward")
    assert (kept["text"], [one["address"] for one in kept["to"]]) == ("This one?", [SUPPLIER])
    assert [one["name"] for one in kept["files"]] == ["photo.jpg"]


def test_a_call_is_forwarded_by_its_text(desk: Program) -> None:
    desk.write_in("Leak", "She called: it leaks.")
    desk.done("ticket", "forward", 1, "--to", SUPPLIER)
    assert text_of(queued(desk)[0]).rstrip().endswith("She called: it leaks.")


@pytest.mark.parametrize(
    ("argv", "code", "sentence"),
    [
        (["--to", "nobody"], 2, "“nobody” is not an email address."),
        ([], 2, "Missing option '--to'."),
        (["--text", "x"], 2, "Missing option '--to'."),
        (["--to", SUPPLIER, "--message", "7"], 1, "Nothing of #1 can be forwarded: message 7 is a note, or is not there."),
        (["--to", SUPPLIER, "--message", "2"], 1, "Nothing of #1 can be forwarded: message 2 is a note, or is not there."),
        (["--to", "help@shop.test"], 1, "This email would go to nobody; left out: help@shop.test, it leads back to this desk. Your text is kept as a draft."),
        (["--to", "a..b@parts.test"], 2, "“a..b@parts.test” is not an email address."),
        (["--to", SUPPLIER, "--at", "soon"], 2, "“soon” is no time that can be understood."),
        (["--to", SUPPLIER, "--at", "noon", "--now"], 2, "--now and --at contradict each other."),
        (["--to", SUPPLIER, "--attach", "none"], 2, "none is not there; nothing was sent."),
    ],
)  # fmt: skip
def test_what_cannot_be_forwarded(desk: Program, argv: list[str], code: int, sentence: str) -> None:
    received(desk)
    desk.done("ticket", "note", 1, "--text", "For us.")
    ran = desk.run("ticket", "forward", 1, *argv)
    assert (ran.code, ran.err.splitlines()[0]) == (code, f"supportcli: {sentence}")
    assert desk.rows("outbox", "list") == []


def test_a_call_cannot_be_attached_as_an_email(desk: Program) -> None:
    desk.write_in()
    ran = desk.run("ticket", "forward", 1, "--to", SUPPLIER, "--as-email")
    assert (ran.code, ran.err.splitlines()[0]) == (
        1,
        "supportcli: Nothing of #1 can be forwarded: message 1 did not come by email.",
    )


def test_a_forward_survives_an_export(desk: Program) -> None:
    received(desk)
    desk.done("ticket", "forward", 1, "--to", SUPPLIER)
    desk.done("export", "jsonl", "-o", "all.jsonl")
    assert b'"forwarded": true' in Path("all.jsonl").read_bytes()
