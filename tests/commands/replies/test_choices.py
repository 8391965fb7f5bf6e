"""To, Cc, Bcc, subject, sender and files of a reply, chosen by hand."""

import json
import os
from email import message_from_bytes, message_from_string
from email.header import Header, decode_header, make_header
from email.message import Message
from pathlib import Path

import pytest

from supportcli.storage.replies import outbox
from tests.commands.letters import letter
from tests.commands.program import Program


def received(desk: Program, **headers: str) -> int:
    desk.done("mail", "ingest", "-", "--mailbox", "help@shop.test", stdin=letter(**headers))
    return 1


def left(desk: Program, place: int = -1) -> tuple[list[str], Message, bytes]:
    """The envelope and the mail of a reply in the outbox."""
    one = desk.rows("outbox", "list")[place]
    with desk.desk() as opened, opened.db.read() as tx:
        content = outbox.content(tx, one["id"])
    return [to["address"] for to in one["to"]], message_from_bytes(content), content


def test_people_are_named_added_and_dropped(desk: Program) -> None:
    received(desk, Cc="bob@acme.test, carol@acme.test")
    said = desk.done(
        "ticket", "reply", 1, "--text", "Yes.", "--add-cc", "Boss <boss@acme.test>",
        "--bcc", "audit@other.test", "--drop", "CAROL@acme.test",
    )  # fmt: skip
    assert said.startswith(
        "Reply to #1 leaves in 10 s, to Maria Lopez <maria@acme.test> "
        "(Cc bob@acme.test, Boss <boss@acme.test>; Bcc audit@other.test).\n"
    )
    to, mail, content = left(desk)
    assert to == ["audit@other.test", "bob@acme.test", "boss@acme.test", "maria@acme.test"]
    assert (mail["To"], mail["Cc"], mail["Bcc"]) == (
        "Maria Lopez <maria@acme.test>",
        "bob@acme.test, Boss <boss@acme.test>",
        None,
    )
    assert b"audit" not in content
    (shown,) = desk.rows("ticket", "show", 1)
    assert shown["messages"][1]["bcc"] == [{"name": "", "address": "audit@other.test"}]
    assert "bcc audit@other.test" in desk.done("ticket", "show", 1)


@pytest.mark.parametrize(
    "wish",
    [
        ("reply", 1, "--drop", "maria@acme.test"),
        ("reply", 1, "--drop", "maria@acme.test", "--dry-run"),
        ("reply", 1, "--to", ""),
        ("draft", 1, "--to", ""),
        ("forward", 1, "--to", ""),
        ("forward", 1, "--to", "", "--cc", "lab@parts.test", "--dry-run"),
    ],
)
def test_a_mail_to_nobody_goes_to_nobody_else(desk: Program, wish: tuple[str | int, ...]) -> None:
    received(desk, Cc="bob@acme.test")
    ran = desk.run("ticket", *wish, "--text", "x")
    assert (ran.code, ran.out) == (1, "")
    assert "This email would go to nobody." in ran.err
    assert desk.rows("outbox", "list", "--all") == []


def test_to_and_cc_replace_those_that_were_found(desk: Program) -> None:
    received(desk, Cc="bob@acme.test")
    (row,) = desk.rows(
        "ticket", "reply", 1, "--text", "x",
        "--to", 'new@acme.test; "Doe, Jo" <jo@acme.test>', "--cc", "maria@acme.test",
    )  # fmt: skip
    assert [[one["address"] for one in row[kind]] for kind in ("to", "cc", "bcc")] == [
        ["new@acme.test", "jo@acme.test"],
        ["maria@acme.test"],
        [],
    ]


@pytest.mark.parametrize(
    ("option", "value", "sentence"),
    [
        ("--cc", "boss at acme", "“boss at acme” is not an email address."),
        ("--cc", "a..b@acme.test", "“a..b@acme.test” is not an email address."),
        ("--to", ".b@acme.test", "“.b@acme.test” is not an email address."),
        ("--add-cc", "B <b.@acme.test>", "“b.@acme.test” is not an email address."),
        ("--bcc", "b@acme..test", "“b@acme..test” is not an email address."),
        ("--to", "x@[10.0.0.1]", "“x@[10.0.0.1]” is not an email address."),
        ("--bcc", f"a@{'b' * 64}.test", f"“a@{'b' * 64}.test” is not an address that mail can be sent to."),
        ("--drop", "carol@acme.test", "The reply would not go to “carol@acme.test” anyway."),
        ("--from", "ada@shop.test", "“ada@shop.test” is not an address of the mailbox help@shop.test."),
        ("--subject", "a\nBcc: eve@evil.test", "The subject has a line break or another control character."),
        ("--attach", "none.pdf", "none.pdf is not there; nothing was sent."),
        ("--attach", "", "“” names no file; nothing was sent."),
        ("--attach", "folder", "folder is a folder; nothing was sent."),
        ("--attach", "/dev/null", "/dev/null is not a file; nothing was sent."),
        ("--attach", "a.txt/b", "a.txt/b is not there; nothing was sent."),
        ("--attach", "secret.txt", "secret.txt may not be read by you; nothing was sent."),
        ("--attach", "large.bin", "large.bin would make an email of 41 MB; the most that can be sent is 25 MB."),
        ("--cc", "", "--cc is empty, so nothing was done."),
        ("--cc", " ; ", "--cc is empty, so nothing was done."),
        ("--add-cc", "", "--add-cc is empty, so nothing was done."),
        ("--bcc", "", "--bcc is empty, so nothing was done."),
        ("--drop", " ", "--drop is empty, so nothing was done."),
        ("--from", "", "--from is empty, so nothing was done."),
        ("--subject", "", "--subject is empty, so nothing was done."),
        ("--detach", "", "--detach is empty, so nothing was done."),
        ("--detach", "a.txt", "There is no file a.txt in the draft."),
        ("--at", "soon", "“soon” is no time that can be understood."),
        ("--at", "today 8:59", "“today 8:59” is over: it means 2026-03-02 08:59."),
        ("--at", "in 60 weeks", "“in 60 weeks” is more than a year ahead."),
    ],
)  # fmt: skip
def test_what_cannot_be_has_its_sentence(
    desk: Program, option: str, value: str, sentence: str
) -> None:
    received(desk)
    Path("folder").mkdir()
    Path("a.txt").write_text("a", encoding="utf-8")
    Path("secret.txt").write_text("a", encoding="utf-8")
    Path("secret.txt").chmod(0)
    with Path("large.bin").open("wb") as large:
        large.truncate(30 * 2**20)
    if value == "secret.txt" and os.geteuid() == 0:
        sentence = ""
    ran = desk.run("ticket", "reply", 1, "--text", "Look at this.", option, value)
    if sentence:
        assert (ran.code in {1, 2}, ran.err.splitlines()[0]) == (True, f"supportcli: {sentence}")
        assert len(ran.err.splitlines()) > 1, "it names a next step"
        assert desk.rows("outbox", "list") == []
    else:
        assert ran.code == 0, "root may read everything"


def test_nobody_gets_a_copy_if_none_is_said(desk: Program) -> None:
    received(desk, Cc="bob@acme.test")
    desk.done("ticket", "draft", 1, "--text", "x", "--bcc", "audit@other.test")
    (row,) = desk.rows("ticket", "draft", 1, "--cc", "none", "--bcc", "none")
    assert [len(row[kind]) for kind in ("to", "cc", "bcc")] == [1, 0, 0]
    desk.done("ticket", "reply", 1, "--text", "x")
    assert left(desk)[0] == ["maria@acme.test"]


def test_files_go_along_and_are_in_the_ticket(desk: Program) -> None:
    received(desk)
    Path("Rechnung ü.pdf").write_bytes(b"%PDF-1.7 a")
    Path("log.txt").write_text("line\n", encoding="utf-8")
    said = desk.done(
        "ticket", "reply", 1, "--text", "Here.", "--attach", "Rechnung ü.pdf", "--attach", "log.txt"
    )
    assert "to Maria Lopez <maria@acme.test>, with 2 files.\n" in said
    (shown,) = desk.rows("ticket", "show", 1)
    files = shown["messages"][1]["attachments"]
    assert [(one["name"], one["type"], one["size"]) for one in files] == [
        ("Rechnung ü.pdf", "application/pdf", 10),
        ("log.txt", "text/plain", 5),
    ]
    desk.done("ticket", "attachment", files[0]["id"], "out.pdf")
    assert Path("out.pdf").read_bytes() == b"%PDF-1.7 a"


def test_subject_and_sender(desk: Program) -> None:
    desk.done("mailbox", "edit", "help@shop.test", "--alias", "billing@shop.test")
    received(desk)
    said = desk.done(
        "ticket", "reply", 1, "--text", "x", "--subject", "Your invoice", "--from",
        "Billing@shop.test",
    )  # fmt: skip
    assert "to Maria Lopez <maria@acme.test>, as billing@shop.test.\n" in said
    _, mail, _ = left(desk)
    assert (mail["Subject"], mail["From"]) == (
        "Your invoice [#1]",
        "Ada Byron <billing@shop.test>",
    )
    assert desk.rows("ticket", "show", 1)[0]["subject"] == "Leak", "the ticket's own stays"
    (row,) = desk.rows("outbox", "list")
    assert row["from"] == "help@shop.test", "what comes back goes to the mailbox itself"


def test_undo_brings_back_all_that_was_chosen(desk: Program) -> None:
    received(desk)
    Path("log.txt").write_text("line\n", encoding="utf-8")
    desk.done(
        "ticket", "reply", 1, "--text", "Here.", "--attach", "log.txt", "--bcc", "audit@other.test",
        "--subject", "The log",
    )  # fmt: skip
    desk.clock.tick(seconds=5)
    Path("log.txt").unlink()
    desk.done("ticket", "undo", 1)
    (draft,) = desk.rows("ticket", "draft", 1)
    assert (draft["text"], draft["subject"]) == ("Here.", "The log")
    assert [one["name"] for one in draft["files"]] == ["log.txt"]
    assert [one["address"] for one in draft["bcc"]] == ["audit@other.test"]
    desk.done("ticket", "reply", 1, "--text", "Here.")
    to, mail, _ = left(desk)
    assert (to, mail["Subject"]) == (["audit@other.test", "maria@acme.test"], "The log [#1]")
    assert [part.get_filename() for part in mail.walk() if part.get_filename()] == ["log.txt"]
    assert desk.done("ticket", "draft", 1) == "There is no draft of a reply to #1.\n"


def test_a_draft_is_changed_step_by_step(desk: Program) -> None:
    received(desk)
    Path("a.txt").write_text("a", encoding="utf-8")
    Path("b.txt").write_text("b", encoding="utf-8")
    desk.done("ticket", "draft", 1, "--attach", "a.txt", "--attach", "b.txt")
    desk.done("ticket", "draft", 1, "--add-cc", "Boss <boss@acme.test>", "--detach", "a.txt")
    shown = desk.done("ticket", "draft", 1, "--text", "I look\x1b[31m into it.")
    assert shown == (
        "Draft of a reply to #1\n"
        "To       Maria Lopez <maria@acme.test>\n"
        "Cc       Boss <boss@acme.test>\n"
        "Files    b.txt (1 byte)\n\n"
        "I look␛[31m into it.\n"
    )
    assert desk.run("ticket", "draft", 1, "--detach", "b.tx").err == (
        "supportcli: There is no file b.tx in the draft.\n"
        "Did you mean “b.txt”? See them with: supportcli ticket draft NUMBER\n"
    )
    desk.done("ticket", "draft", 1, "--discard")
    assert desk.done("ticket", "draft", 1) == "There is no draft of a reply to #1.\n"


def test_a_refused_reply_keeps_its_choices(desk: Program) -> None:
    received(desk)
    Path("a.txt").write_text("a", encoding="utf-8")
    many = [word for n in range(6) for word in ("--add-cc", f"p{n}@acme.test")]
    refused = desk.run("ticket", "reply", 1, "--text", "All of you.", "--attach", "a.txt", *many)
    assert refused.code == 2
    assert "the reply to #1 goes to 7 people" in refused.err
    assert "kept as a draft" in refused.err
    (draft,) = desk.rows("ticket", "draft", 1)
    assert (draft["text"], len(draft["cc"]), len(draft["files"])) == ("All of you.", 6, 1)
    desk.done("ticket", "reply", 1, "--text", "All of you.", "--yes")
    assert len(left(desk)[0]) == 7


@pytest.mark.parametrize(
    "wish",
    [
        ("--attach", "none.pdf"),
        ("--at", "nonsense"),
        ("--to", "nonsense"),
        ("--from", "no@x.test"),
        ("--cc", ""),
        ("--drop", "carol@acme.test"),
        ("--subject", "a\nb"),
        ("--now", "--at", "noon"),
    ],
    ids=" ".join,
)
def test_a_text_from_a_pipe_outlives_a_call_that_cannot_be(
    desk: Program, wish: tuple[str, ...]
) -> None:
    received(desk)
    desk.done("ticket", "draft", 1, "--text", "Begun.")
    for _ in range(2):
        refused = desk.run("ticket", "reply", 1, "-", *wish, stdin=b"Precious.")
        assert refused.code in {1, 2}
        assert refused.err.splitlines()[0].endswith(". Your text is kept as a draft.")
        assert desk.rows("ticket", "draft", 1)[0]["text"] == "Precious.\n\nBegun."
    assert desk.rows("outbox", "list", "--all") == []


def test_a_piped_forward_outlives_a_call_that_cannot_be(desk: Program) -> None:
    received(desk)
    wish = ("ticket", "forward", 1, "-", "--to", "lab@parts.test", "--attach", "none.pdf")
    refused = desk.run(*wish, stdin=b"Precious.")
    assert "nothing was sent. Your text is kept as a draft." in refused.err
    (draft,) = desk.rows("ticket", "draft", 1, "--forward")
    assert draft["text"] == "Precious."
    desk.done("ticket", "forward", 1, "--to", "lab@parts.test")
    assert b"It leaks." in left(desk)[2]


def test_a_dry_run_keeps_no_text(desk: Program) -> None:
    received(desk)
    refused = desk.run("ticket", "reply", 1, "-", "--to", "nonsense", "-n", stdin=b"Precious.")
    assert "kept" not in refused.err
    assert desk.done("ticket", "draft", 1) == "There is no draft of a reply to #1.\n"


def test_an_address_of_ours_is_named_and_left_out(desk: Program) -> None:
    received(desk)
    said = desk.done("ticket", "reply", 1, "--text", "x", "--add-cc", "help+x@shop.test")
    assert "to Maria Lopez <maria@acme.test>; left out: help+x@shop.test, it leads back to this desk" in said  # fmt: skip


def test_an_address_of_ours_is_named_wherever_it_is_chosen(desk: Program) -> None:
    received(desk)
    ours = "help@shop.test, it leads back to this desk"
    wish = ("--text", "x", "--bcc", "help@shop.test")
    assert f"Not to:  {ours}\n" in desk.done("ticket", "reply", 1, *wish, "--dry-run")
    assert f"Not to   {ours}\n" in desk.done("ticket", "draft", 1, *wish)
    (row,) = desk.rows("ticket", "draft", 1)
    assert [one["address"] for one in row["left_out"]] == ["help@shop.test"]
    desk.done("ticket", "draft", 1, "--discard")
    refused = desk.run("ticket", "reply", 1, "--text", "x", "--to", "help@shop.test")
    assert refused.err == (
        f"supportcli: This email would go to nobody; left out: {ours}. "
        "Your text is kept as a draft.\n"
        "Name somebody else in To: --to ADDRESS\n"
    )
    assert "x" in desk.done("ticket", "draft", 1)


def test_whoever_wrote_from_a_misspelled_address_is_answered(desk: Program) -> None:
    raw = letter().replace(b"maria@acme.test", b"ma..ria.@docomo.test")
    desk.done("mail", "ingest", "-", "--mailbox", "help@shop.test", stdin=raw)
    desk.done("ticket", "reply", 1, "--text", "Yes.")
    desk.done("ticket", "reply", 1, "--text", "Yes.", "--to", "ma..ria.@docomo.test")
    assert left(desk)[0] == ["ma..ria.@docomo.test"]
    desk.done("ticket", "reply", 1, "--text", "x", "--to", "b@acme.test", "--drop", "ma..ria.@docomo.test")  # fmt: skip


def test_what_nobody_sees_does_not_leave_with_a_subject_or_a_name(desk: Program) -> None:
    turned = Header("Rechnung\u202egpj.exe\u2066\u200b 👩\u200d🔧", "utf-8").encode()
    name = Header("Ma\u202eria", "utf-8").encode()
    raw = letter(subject=turned).replace(b"Maria Lopez", name.encode())
    desk.done("mail", "ingest", "-", "--mailbox", "help@shop.test", stdin=raw)
    (shown,) = desk.rows("ticket", "reply", 1, "--text", "x", "--dry-run")
    desk.done("ticket", "reply", 1, "--text", "x")
    for mail in (left(desk)[1], message_from_string(shown["mail"])):
        subject, to = (str(make_header(decode_header(mail[one]))) for one in ("Subject", "To"))
        assert subject == "Re: Rechnunggpj.exe 👩\u200d🔧 [#1]"
        assert to == "Maria <maria@acme.test>"
    refused = desk.run("ticket", "reply", 1, "--text", "x", "--subject", "a\u202eb")
    assert "The subject has a line break or another control character." in refused.err


def test_the_hidden_copy_survives_an_export(desk: Program) -> None:
    received(desk)
    desk.done("ticket", "reply", 1, "--text", "x", "--bcc", "Audit <audit@other.test>")
    desk.done("export", "jsonl", "-o", "all.jsonl")
    line = json.loads(Path("all.jsonl").read_bytes())
    assert line["messages"][1]["bcc"] == [{"name": "Audit", "address": "audit@other.test"}]


def test_a_forgotten_file_is_asked_about(desk: Program) -> None:
    received(desk)
    refused = desk.run("ticket", "reply", 1, "--text", "The invoice is attached.")
    assert refused.code == 2
    assert refused.err == (
        "supportcli: Nothing was sent: the text says “attached”, and no file is attached. "
        "Your text is kept as a draft.\n"
        "If that is right, send it again with --yes; --attach PATH adds a file.\n"
    )
    Path("a.txt").write_text("a", encoding="utf-8")
    desk.done("ticket", "reply", 1, "--text", "The invoice is attached.", "--attach", "a.txt")
    desk.done("ticket", "reply", 1, "--text", "It was attached to the wall.", "--yes")


def test_a_canned_response_that_lacks_its_file_is_asked_about(desk: Program) -> None:
    received(desk)
    desk.done("canned", "add", "form", "--title", "Form", "--text", "The form is attached.")
    refused = desk.run("ticket", "apply", "form", 1)
    assert refused.code == 2
    assert "the text says “attached”, and no file is attached" in refused.err
    desk.done("ticket", "apply", "form", 1, "--yes")


def test_a_draft_is_sent_as_it_is_if_nothing_comes_in(desk: Program) -> None:
    received(desk)
    assert desk.run("ticket", "reply", 1, "--yes", stdin=None).code == 2, "there is none"
    desk.done("ticket", "draft", 1, "--text", "On its way.", "--bcc", "audit@other.test")
    blank = [desk.run("ticket", "reply", 1, *end, stdin="\n") for end in ((), ("-",))]
    blank += [desk.run("ticket", "reply", 1, stdin=None)]
    for refused in blank:
        assert refused.code == 2, "a pipe may have failed"
        assert "supportcli ticket reply 1 --yes </dev/null" in refused.err
    late = letter("Hello?\n", message_id="<late@acme.test>", In_Reply_To="<leak@acme.test>")
    desk.done("mail", "ingest", "-", "--mailbox", "help@shop.test", stdin=late)
    unread = desk.run("ticket", "reply", 1, "--yes", stdin=None)
    assert (unread.code, "arrived in the meantime" in unread.err) == (75, True)
    assert desk.rows("outbox", "list", "--all") == []
    desk.done("ticket", "reply", 1, "--yes", stdin=None)
    to, _, content = left(desk)
    assert to == ["audit@other.test", "maria@acme.test"]
    assert b"On its way." in content
    assert "There is no draft" in desk.done("ticket", "draft", 1)
