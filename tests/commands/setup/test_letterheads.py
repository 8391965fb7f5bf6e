"""Signatures and frames as commands set and show them."""

from pathlib import Path

import pytest

from tests.commands.letters import letter
from tests.commands.program import Program

HELP, ADA = "help@shop.test", "ada@shop.test"
FRAME = "<p>Mill Shop</p>{{ body }}"


def test_a_signature_is_set_shown_and_removed(desk: Program) -> None:
    told = desk.done("agent", "edit", ADA, "--signature", "{{ agent.name }}\nSupport")
    assert "Signature {{ agent.name }}\n          Support\n" in told
    assert "Signature {{ agent.name }}\n" in desk.done("agent", "show", ADA)
    (shown,) = desk.rows("agent", "show", ADA)
    assert shown["signature"] == "{{ agent.name }}\nSupport"
    told = desk.done("mailbox", "edit", HELP, "--signature", "-", stdin="-- \nMill Shop\n")
    assert "replies are signed" in told
    assert "Signature Mill Shop\n" in desk.done("mailbox", "show", HELP)
    assert desk.rows("mailbox", "show", HELP)[0]["signature"] == "Mill Shop"
    desk.done("mailbox", "edit", HELP, "--no-signature")
    assert desk.done("agent", "edit", ADA, "--no-signature") == "Ada Byron has no signature now.\n"
    assert desk.rows("mailbox", "show", HELP)[0]["signature"] is None
    assert "Signature" not in desk.done("mailbox", "show", HELP)


def test_a_frame_is_set_shown_and_removed(desk: Program, tmp_path: Path) -> None:
    page = tmp_path / "frame.html"
    page.write_text(FRAME, encoding="utf-8")
    assert "they have a frame" in desk.done("mailbox", "edit", HELP, "--frame", str(page))
    assert "Frame     26 characters, loads nothing" in desk.done("mailbox", "show", HELP)
    assert desk.done("mailbox", "show", HELP, "--frame") == FRAME
    remote = f"<img src='https://img.shop.test/a.png'>{FRAME}"
    ran = desk.run("mailbox", "edit", HELP, "--frame", "-", stdin=remote)
    assert (ran.code, "loads" not in ran.err, "img.shop.test" in ran.err) == (2, True, True)
    desk.done("mailbox", "edit", HELP, "--frame", "-", "--remote-pictures", stdin=remote)
    assert "loads pictures from img.shop.test" in desk.done("mailbox", "show", HELP)
    assert desk.rows("mailbox", "show", HELP)[0]["frame_size"] == len(remote)
    desk.done("mailbox", "edit", HELP, "--no-frame")
    ran = desk.run("mailbox", "show", HELP, "--frame")
    assert (ran.code, ran.out) == (1, "")
    assert "There is no frame of help@shop.test." in ran.err


def test_a_reply_is_signed_unless_it_says_no(desk: Program) -> None:
    desk.done("mail", "ingest", "-", "--mailbox", HELP, stdin=letter())
    desk.done("agent", "edit", ADA, "--signature", "Ada")
    desk.done("ticket", "reply", 1, "--text", "Yes.")
    desk.done("ticket", "reply", 1, "--text", "No.", "--no-signature")
    (shown,) = desk.rows("ticket", "show", 1)
    assert [one["text"] for one in shown["messages"]][1:] == ["Yes.\n\n-- \nAda", "No."]


@pytest.mark.parametrize(
    ("argv", "code", "words"),
    [
        (("agent", "edit", ADA), 2, "You did not say what to change."),
        (("agent", "edit", ADA, "--signature", "x", "--no-signature"), 2, "both changed and"),
        (("agent", "edit", ADA, "--signature", " "), 2, "The signature is empty"),
        (("agent", "edit", ADA, "--signature", "{{ x }}"), 2, "line 1: “x” is unknown"),
        (("agent", "edit", ADA, "--signature", "-"), 2, "The signature is empty"),
        (("mailbox", "edit", HELP, "--frame", "nowhere.html"), 2, "cannot be read"),
        (("mailbox", "edit", HELP, "--frame", "-", "--no-frame"), 2, "both changed and removed"),
        (("mailbox", "edit", HELP, "--remote-pictures"), 2, "--frame FILE"),
        (("mailbox", "edit", HELP, "--signature", "x" * 2_001), 2, "2,001 characters"),
    ],
)
def test_what_cannot_be_done_is_said(
    desk: Program, argv: tuple[str, ...], code: int, words: str
) -> None:
    ran = desk.run(*argv)
    assert (ran.code, ran.out) == (code, "")
    assert words in ran.err
    assert desk.rows("agent", "show", ADA)[0]["signature"] is None
