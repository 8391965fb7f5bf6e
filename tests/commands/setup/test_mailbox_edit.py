"""Further addresses and folders of a mailbox."""

import pytest
from sqlalchemy import text

from tests.commands.letters import letter
from tests.commands.program import Program

ADDRESS = "help@shop.test"


def shown(desk: Program) -> dict[str, list[str]]:
    (found,) = desk.rows("mailbox", "show", ADDRESS)
    return {name: found[name] for name in ("aliases", "folders")}


def test_aliases_and_folders_are_added_shown_and_removed(desk: Program) -> None:
    assert shown(desk) == {"aliases": [], "folders": []}
    said = desk.done(
        *("mailbox", "edit", ADDRESS, "--alias", "Support@Shop.test", "--alias", "hi@b.test"),
        *("--folder", "Orders", "--folder", "Rückfragen & mehr"),
    )
    assert "support@shop.test" in said
    assert shown(desk) == {
        "aliases": ["hi@b.test", "support@shop.test"],
        "folders": ["INBOX", "Orders", "Rückfragen & mehr"],
    }
    show = desk.done("mailbox", "show", ADDRESS)
    assert "Also      hi@b.test, support@shop.test" in show
    assert "Folders   INBOX, Orders, Rückfragen & mehr" in show
    desk.done("mailbox", "edit", ADDRESS, "--no-alias", "hi@b.test", "--no-folder", "Orders")
    desk.done("mailbox", "edit", ADDRESS, "--alias", "support@shop.test")  # it has it already
    assert shown(desk) == {
        "aliases": ["support@shop.test"],
        "folders": ["INBOX", "Rückfragen & mehr"],
    }


@pytest.mark.parametrize(
    ("argv", "code", "words"),
    [
        ((), 2, "You did not say what to change."),
        (("--alias", "nobody"), 2, "nobody"),
        (("--alias", ADDRESS), 1, "already has the mailbox help@shop.test"),
        (("--alias", "sales@shop.test"), 1, "already has the mailbox sales@shop.test"),
        (("--alias", "info@shop.test"), 1, "already has the mailbox info@shop.test"),
        (("--no-alias", "x@shop.test"), 1, "no alias x@shop.test"),
        (("--no-folder", "Orders"), 1, "no folder “Orders”"),
        (("--no-folder", "inbox"), 1, "INBOX of help@shop.test is always read"),
        (("--folder", "a\nb"), 2, "line break"),
        (("--folder", ""), 2, "folder"),
    ],
)
def test_what_cannot_be_done_is_said(
    desk: Program, argv: tuple[str, ...], code: int, words: str
) -> None:
    desk.add_mailbox("sales@shop.test", 9, 9, "--alias", "info@shop.test")
    ran = desk.run("mailbox", "edit", ADDRESS, *argv)
    assert (ran.code, ran.out) == (code, "")
    assert words in ran.err
    assert shown(desk) == {"aliases": [], "folders": []}


def test_an_alias_is_an_address_of_ours(desk: Program) -> None:
    desk.done("mailbox", "edit", ADDRESS, "--alias", "hi@other.test")
    to_both = letter(Cc="hi@other.test, Bob <bob@acme.test>")
    desk.done("mail", "ingest", "-", "--mailbox", ADDRESS, stdin=to_both)
    (reply,) = desk.rows("ticket", "reply", 1, "--text", "Hello.", "--yes")
    assert [one["address"] for one in reply["to"] + reply["cc"]] == [
        "maria@acme.test",
        "bob@acme.test",
    ]
    own = letter(message_id="<own@x>").replace(b"maria@acme.test", b"hi@other.test")
    desk.run("mail", "ingest", "-", "--mailbox", ADDRESS, stdin=own)
    (held,) = desk.rows("mail", "held")
    assert "hi@other.test, our own address" in held["cause"]


def test_a_folder_that_is_added_later_is_read_and_one_that_is_left_is_not_found_again(
    desk: Program,
) -> None:
    desk.done("mailbox", "edit", ADDRESS, "--folder", "Orders")
    with desk.desk() as found, found.db.read() as tx:
        rows = tx.connection().execute(text("SELECT name, role FROM folder ORDER BY name")).all()
    assert [(*row,) for row in rows] == [("INBOX", "inbox"), ("Orders", "inbox")]


def test_a_new_secret_ends_the_pause(desk: Program) -> None:
    with desk.desk() as found, found.db.write() as tx:
        later = "UPDATE mailbox SET refused_logins = 3, paused_until = '2026-03-02 10:00:00'"
        tx.connection().execute(text(later))
    assert "Paused" in desk.done("mailbox", "show", ADDRESS)
    desk.done("mailbox", "trust", ADDRESS, "--secret", "env:X", "--yes")
    assert "Paused" not in desk.done("mailbox", "show", ADDRESS)
